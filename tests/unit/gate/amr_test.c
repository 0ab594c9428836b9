#include "test.h"

#include "gate/amr.h"
#include "sample.h"
#include "vectors.h"

static struct cs_access_config config;
static struct cs_application app;
static struct cs_identity_provider providers[1];
static struct cs_identity who;

#define ALL (CS_MFA_TOTP | CS_MFA_BIOMETRICS | CS_MFA_SECURITY_KEY)

static void
fresh(void)
{
	config = sample_config();
	config.organization.mfa =
	    (struct cs_mfa_config){ .is_set = true, .has_methods = true, .methods = ALL };
	config.organization.amr =
	    (struct cs_amr_config){ .is_enabled = true, .duration_ms = CS_DAY_MS };
	providers[0] = (struct cs_identity_provider){ .id = OIDC, .type = CS_IDP_OIDC };
	config.providers = providers;
	config.provider_count = 1;
	app = (struct cs_application){ .id = APP };
	who = ann();
	who.amr_count = 0;
	who.signed_in = NOW;
}

static void
says(const char *value)
{
	who.amr[0] = cs_str_c(value);
	who.amr_count = 1;
}

static enum cs_amr_verdict
judge(unsigned methods, int64_t age_ms, bool is_own)
{
	struct cs_mfa_requirement need = { .is_required = true, .methods = methods };
	return cs_amr_judge(
	    &config, &app, &need, &who, cs_time_add(NOW, -age_ms), is_own, NOW, false);
}

/* --- the table --- */

#define ROW(VALUE, METHOD) \
	TEST(VALUE##_counts_as_##METHOD) \
	{ \
		fresh(); \
		says(#VALUE); \
		CHECK_INT(cs_amr_method(CS_STR(#VALUE)), METHOD); \
		CHECK_INT(judge(METHOD, 0, false), CS_AMR_COUNTS); \
		CHECK_INT(judge(ALL & ~(unsigned)METHOD, 0, false), CS_AMR_NO_METHOD); \
	}

ROW(hwk, CS_MFA_SECURITY_KEY)
ROW(swk, CS_MFA_SECURITY_KEY)
ROW(otp, CS_MFA_TOTP)
ROW(face, CS_MFA_BIOMETRICS)
ROW(fpt, CS_MFA_BIOMETRICS)
ROW(iris, CS_MFA_BIOMETRICS)
ROW(retina, CS_MFA_BIOMETRICS)
ROW(vbm, CS_MFA_BIOMETRICS)

#define NO_ROW(VALUE) \
	TEST(VALUE##_counts_as_nothing) \
	{ \
		fresh(); \
		says(#VALUE); \
		CHECK_INT(cs_amr_method(CS_STR(#VALUE)), 0); \
		CHECK_INT(judge(ALL, 0, false), CS_AMR_NO_METHOD); \
		CHECK_INT(judge(ALL, 0, true), CS_AMR_NO_METHOD); \
	}

NO_ROW(pwd)
NO_ROW(sms)
NO_ROW(tel)
NO_ROW(geo)
NO_ROW(kba)
NO_ROW(sc)
NO_ROW(pin)
NO_ROW(user)
NO_ROW(mca)
NO_ROW(rba)
NO_ROW(wia)
NO_ROW(pop)
NO_ROW(mfa)

static unsigned
method_named(cs_str name)
{
	if (cs_str_equal(name, CS_STR("security_key")))
		return CS_MFA_SECURITY_KEY;
	if (cs_str_equal(name, CS_STR("biometrics")))
		return CS_MFA_BIOMETRICS;
	CHECK_TEXT(name, "totp");
	return CS_MFA_TOTP;
}

TEST(every_registered_value_counts_as_the_published_table_says)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("amr.json");
	const json_t *mapping = json_object_get(all, "brief_mapping");
	const char *value;
	json_t *meaning;
	size_t mapped = 0;

	json_object_foreach(json_object_get(all, "values"), value, meaning)
	{
		const json_t *row = json_object_get(mapping, value);
		unsigned want = row == NULL ? 0 : method_named(vector_text(mapping, value));
		CHECK_INT(cs_amr_method(cs_str_c(value)), want);
		mapped += want != 0;
	}
	CHECK_INT(mapped, json_object_size(mapping));
	CHECK(mapped >= 8);
}

TEST(a_value_counts_only_as_it_is_registered)
{
	CHECK_INT(cs_amr_method(CS_STR("HWK")), 0);
	CHECK_INT(cs_amr_method(CS_STR(" hwk")), 0);
	CHECK_INT(cs_amr_method(CS_STR("hwk,otp")), 0);
	CHECK_INT(cs_amr_method(CS_STR("")), 0);
	CHECK_INT(cs_amr_method((cs_str){ "hwk\0", 4 }), 0);
}

TEST(one_value_that_counts_is_enough_whatever_stands_beside_it)
{
	fresh();
	says("pwd");
	who.amr[1] = CS_STR("hwk");
	who.amr[2] = CS_STR("sms");
	who.amr_count = 3;
	CHECK_INT(judge(CS_MFA_SECURITY_KEY, 0, false), CS_AMR_COUNTS);
	CHECK_INT(judge(CS_MFA_TOTP, 0, false), CS_AMR_NO_METHOD);
}

/* --- the four cases in which it does not apply, and off --- */

TEST(it_does_not_apply_while_models_are_required_of_the_organisation)
{
	fresh();
	says("hwk");
	config.organization.models.has_required = true;
	CHECK_INT(judge(ALL, 0, false), CS_AMR_MODELS);
	config.organization.models.has_required = false;
	config.organization.models.has_denied = true;
	CHECK_INT(judge(ALL, 0, false), CS_AMR_COUNTS);
}

TEST(it_does_not_apply_while_models_are_required_of_the_application)
{
	fresh();
	says("hwk");
	app.models.has_required = true;
	CHECK_INT(judge(ALL, 0, false), CS_AMR_MODELS);
}

TEST(by_the_newer_rule_it_applies_beside_a_list_of_models)
{
	fresh();
	says("hwk");
	config.organization.models.has_required = true;
	app.models.has_required = true;
	config.organization.amr.applies_with_aaguids = true;
	CHECK_INT(judge(ALL, 0, false), CS_AMR_COUNTS);
}

TEST(it_does_not_apply_when_the_provider_sent_no_amr)
{
	fresh();
	CHECK_INT(judge(ALL, 0, false), CS_AMR_NOT_SENT);
	CHECK_INT(judge(ALL, 0, true), CS_AMR_NOT_SENT);
}

TEST(it_does_not_apply_when_no_value_is_a_method_that_is_allowed_here)
{
	fresh();
	says("otp");
	CHECK_INT(judge(CS_MFA_SECURITY_KEY | CS_MFA_BIOMETRICS, 0, false), CS_AMR_NO_METHOD);
	CHECK_INT(judge(0, 0, false), CS_AMR_NO_METHOD);
}

TEST(it_does_not_apply_when_it_was_longer_ago_than_configured)
{
	fresh();
	says("hwk");
	CHECK_INT(judge(ALL, CS_DAY_MS - 1, false), CS_AMR_COUNTS);
	CHECK_INT(judge(ALL, CS_DAY_MS, false), CS_AMR_OVER);
	config.organization.amr.duration_ms = CS_HOUR_MS;
	CHECK_INT(judge(ALL, CS_HOUR_MS - 1, false), CS_AMR_COUNTS);
	CHECK_INT(judge(ALL, CS_HOUR_MS, false), CS_AMR_OVER);
}

TEST(its_duration_is_its_own_and_not_that_of_the_place)
{
	fresh();
	says("hwk");
	struct cs_mfa_requirement need = {
		.is_required = true, .methods = ALL, .duration_ms = CS_MINUTE_MS
	};
	cs_time asked_at = cs_time_add(NOW, -CS_HOUR_MS);
	CHECK_INT(
	    cs_amr_judge(&config, &app, &need, &who, asked_at, false, NOW, false), CS_AMR_COUNTS);
}

TEST(it_does_not_apply_while_it_or_mfa_is_off)
{
	fresh();
	says("hwk");
	config.organization.amr.is_enabled = false;
	CHECK_INT(judge(ALL, 0, false), CS_AMR_OFF);
	config.organization.amr.is_enabled = true;
	config.organization.mfa.is_set = false;
	CHECK_INT(judge(ALL, 0, false), CS_AMR_OFF);
}

TEST(with_0m_only_the_sign_in_made_for_this_login_counts)
{
	fresh();
	says("hwk");
	config.organization.amr.duration_ms = 0;
	CHECK_INT(judge(ALL, 0, false), CS_AMR_OVER);
	CHECK_INT(judge(ALL, 0, true), CS_AMR_COUNTS);
}

TEST(what_a_wrong_clock_says_was_asked_in_the_future_does_not_count)
{
	fresh();
	says("hwk");
	CHECK_INT(judge(ALL, -CS_HOUR_MS, false), CS_AMR_OVER);
}

/* --- mfa, and a provider's own values --- */

TEST(plain_mfa_counts_as_what_is_allowed_when_the_organisation_says_so)
{
	fresh();
	says("mfa");
	CHECK_INT(judge(ALL, 0, false), CS_AMR_NO_METHOD);
	config.organization.amr.counts_mfa = true;
	CHECK_INT(judge(ALL, 0, false), CS_AMR_COUNTS);
	CHECK_INT(judge(CS_MFA_SECURITY_KEY, 0, false), CS_AMR_COUNTS);
	CHECK_INT(judge(0, 0, false), CS_AMR_NO_METHOD);
}

TEST(plain_mfa_counts_as_the_method_that_its_provider_maps_it_to)
{
	static const struct cs_amr_mapping to_totp = { .value = { "mfa", 3 },
		.methods = CS_MFA_TOTP };
	fresh();
	says("mfa");
	providers[0].amr_mappings = &to_totp;
	providers[0].amr_mapping_count = 1;
	CHECK_INT(judge(ALL, 0, false), CS_AMR_COUNTS);
	CHECK_INT(judge(CS_MFA_SECURITY_KEY, 0, false), CS_AMR_NO_METHOD);
}

TEST(a_value_of_ones_own_counts_by_the_mapping_of_its_own_provider_alone)
{
	static const struct cs_amr_mapping rows[] = {
		{ .value = { "okta_fp", 7 }, .methods = CS_MFA_BIOMETRICS | CS_MFA_SECURITY_KEY },
		{ .value = { "pwd", 3 }, .methods = 0 },
	};
	fresh();
	says("okta_fp");
	CHECK_INT(judge(ALL, 0, false), CS_AMR_NO_METHOD);
	providers[0].amr_mappings = rows;
	providers[0].amr_mapping_count = 2;
	CHECK_INT(judge(CS_MFA_BIOMETRICS, 0, false), CS_AMR_COUNTS);
	CHECK_INT(judge(CS_MFA_SECURITY_KEY, 0, false), CS_AMR_COUNTS);
	CHECK_INT(judge(CS_MFA_TOTP, 0, false), CS_AMR_NO_METHOD);
	providers[0].id = PIN;
	CHECK_INT(judge(ALL, 0, false), CS_AMR_NO_METHOD);
}

/* --- when --- */

TEST(the_provider_asked_at_its_auth_time_and_never_after_the_sign_in)
{
	fresh();
	CHECK_INT(cs_amr_time(&who).ms, NOW.ms);
	who.auth_time = cs_time_add(NOW, -CS_HOUR_MS);
	CHECK_INT(cs_amr_time(&who).ms, NOW.ms - CS_HOUR_MS);
	who.auth_time = cs_time_add(NOW, CS_HOUR_MS);
	CHECK_INT(cs_amr_time(&who).ms, NOW.ms);
	who.auth_time.ms = -5;
	CHECK_INT(cs_amr_time(&who).ms, NOW.ms);
}

/* --- a session --- */

static bool
session_holds(enum cs_proof_source source, unsigned method, int64_t age_ms)
{
	struct cs_mfa_requirement need = {
		.is_required = true, .methods = CS_MFA_SECURITY_KEY, .duration_ms = CS_HOUR_MS
	};
	struct cs_app_session s = {
		.identity = who,
		.proof_source = source,
		.proof_method = method,
		.proof_at = cs_time_add(NOW, -age_ms),
	};
	return cs_mfa_session_is_satisfied(&config, &app, &need, &s, NOW);
}

TEST(a_session_opened_by_its_provider_is_judged_by_todays_settings)
{
	fresh();
	says("hwk");
	CHECK(session_holds(CS_PROOF_AMR, CS_MFA_SECURITY_KEY, 2 * CS_HOUR_MS));
	CHECK(!session_holds(CS_PROOF_AMR, CS_MFA_SECURITY_KEY, CS_DAY_MS));
	config.organization.amr.is_enabled = false;
	CHECK(!session_holds(CS_PROOF_AMR, CS_MFA_SECURITY_KEY, 0));
	config.organization.amr.is_enabled = true;
	config.organization.models.has_required = true;
	CHECK(!session_holds(CS_PROOF_AMR, CS_MFA_SECURITY_KEY, 0));
	config.organization.models.has_required = false;
	says("otp");
	CHECK(!session_holds(CS_PROOF_AMR, CS_MFA_SECURITY_KEY, 0));
}

TEST(a_session_opened_with_a_proof_of_ours_is_not_helped_by_what_its_provider_said)
{
	fresh();
	says("hwk");
	CHECK(session_holds(CS_PROOF_OURS, CS_MFA_SECURITY_KEY, 0));
	CHECK(!session_holds(CS_PROOF_OURS, CS_MFA_SECURITY_KEY, 2 * CS_HOUR_MS));
	CHECK(!session_holds(CS_PROOF_OURS, CS_MFA_TOTP, 0));
	CHECK(!session_holds(CS_PROOF_OURS, 0, 0));
}

TEST_MAIN("gate/amr")
