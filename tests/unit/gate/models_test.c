#include "test.h"

#include "gate/amr.h"
#include "gate/models.h"
#include "sample.h"

static const uint8_t listed[CS_AAGUID_LEN] = { 0x8c, 0x39, 0xee };
static cs_str texts[] = { CS_STR("8c39ee00000000000000000000000000") };
static struct cs_list list;
static struct cs_access_config config;
static struct cs_application app;
static struct cs_proved_model model;

static void
fresh(void)
{
	config = sample_config();
	list =
	    (struct cs_list){ .id = { { 1 } }, .type = CS_LIST_AAGUID, .texts = texts, .count = 1 };
	config.lists = &list;
	config.list_count = 1;
	app = (struct cs_application){ .id = APP };
	model = (struct cs_proved_model){ .is_there = true, .evidence = CS_EVIDENCE_VERIFIED };
	memcpy(model.aaguid, listed, sizeof(listed));
}

static bool
fits(void)
{
	return cs_models_session_fits(&config, &app, &model);
}

static struct cs_model_config
required(void)
{
	return (struct cs_model_config){ .has_required = true, .required = list.id };
}

static struct cs_model_config
denied(void)
{
	return (struct cs_model_config){ .has_denied = true, .denied = list.id };
}

TEST(an_organisations_lists_count_for_what_is_enrolled_where_it_looks_again)
{
	fresh();
	config.organization.models = denied();
	CHECK(fits());
	config.organization.models_are_rechecked = true;
	CHECK(!fits());
	config.organization.models = required();
	CHECK(fits());
	model.aaguid[15] = 1;
	CHECK(!fits());
	config.organization.models_are_rechecked = false;
	CHECK(fits());
}

TEST(an_applications_own_lists_count_always)
{
	fresh();
	app.models = denied();
	CHECK(!fits());
	app.models = required();
	CHECK(fits());
	model.aaguid[15] = 1;
	CHECK(!fits());
}

TEST(evidence_is_asked_for_as_the_list_says)
{
	fresh();
	app.models = required();
	list.wants_verified = true;
	CHECK(fits());
	model.evidence = CS_EVIDENCE_UNTRUSTED;
	CHECK(!fits());
	list.wants_verified = false;
	CHECK(fits());
}

TEST(a_list_that_is_not_there_or_holds_something_else_takes_nobody)
{
	fresh();
	app.models = required();
	list.type = CS_LIST_EMAIL;
	CHECK(!fits());
	app.models = denied();
	CHECK(!fits());
	config.list_count = 0;
	CHECK(!fits());
}

TEST(the_zero_aaguid_is_in_no_list_and_what_has_no_model_is_never_asked)
{
	fresh();
	texts[0] = CS_STR("00000000000000000000000000000000");
	memset(model.aaguid, 0, sizeof(model.aaguid));
	app.models = required();
	CHECK(!fits());
	app.models = denied();
	CHECK(fits());
	texts[0] = CS_STR("8c39ee00000000000000000000000000");
	app.models = required();
	model.is_there = false;
	CHECK(fits());
}

TEST(a_session_is_judged_by_the_model_that_opened_it)
{
	fresh();
	const struct cs_mfa_requirement need = {
		.is_required = true, .methods = CS_MFA_SECURITY_KEY, .duration_ms = CS_HOUR_MS
	};
	struct cs_app_session s = {
		.identity = ann(),
		.proof_method = CS_MFA_SECURITY_KEY,
		.proof_at = NOW,
		.model = model,
	};
	CHECK(cs_mfa_session_is_satisfied(&config, &app, &need, &s, NOW));
	app.models = denied();
	CHECK(!cs_mfa_session_is_satisfied(&config, &app, &need, &s, NOW));
	/* where no second factor is asked for, none is looked at */
	const struct cs_mfa_requirement nothing = { .is_required = false };
	CHECK(cs_mfa_session_is_satisfied(&config, &app, &nothing, &s, NOW));
}

TEST_MAIN("gate/models")
