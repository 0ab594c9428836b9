/*
 * models_judge_test.c - what an account wants of models, without a store.
 */
#include "domain/models.h"

#include "test.h"

#define KEY "fa2b99dc9e3942578f924a30d23c4118"
#define OTHER "ee882879721c491397753dfcce97072a"
#define ZERO "00000000000000000000000000000000"

static const cs_id wanted_id = { { 1 } }, denied_id = { { 2 } }, mail_id = { { 3 } },
		   missing_id = { { 9 } };
static const cs_str wanted[] = { { ZERO, 32 }, { OTHER, 32 }, { KEY, 32 } };
static const cs_str denied[] = { { ZERO, 32 }, { KEY, 32 } };

struct scene {
	struct cs_list lists[3];
	struct cs_access_config config;
	struct cs_application app;
	struct cs_model model;
	struct cs_model_judgement judgement;
};

/* A verified key of a model that is on both lists; nothing is asked for yet. */
static void
set(struct scene *s)
{
	*s = (struct scene){
		.lists = { { .id = wanted_id,
			       .type = CS_LIST_AAGUID,
			       .texts = wanted,
			       .count = 3,
			       .wants_verified = true },
		    { .id = denied_id, .type = CS_LIST_AAGUID, .texts = denied, .count = 2 },
		    { .id = mail_id, .type = CS_LIST_EMAIL, .texts = wanted, .count = 3 } },
		.model = { .evidence = CS_EVIDENCE_VERIFIED },
	};
	s->config.lists = s->lists;
	s->config.list_count = 3;
	s->config.organization.exists = true;
	s->config.organization.refused_statuses = CS_MDS_REVOKED;
	CHECK_OK(cs_aaguid_decode(CS_STR(KEY), s->model.aaguid));
}

static struct cs_model_config
require(cs_id id)
{
	return (struct cs_model_config){ .has_required = true, .required = id };
}

static struct cs_model_config
deny(cs_id id)
{
	return (struct cs_model_config){ .has_denied = true, .denied = id };
}

static enum cs_model_reason
judge(struct scene *s)
{
	cs_models_judge(&s->config, &s->app, &s->model, &s->judgement);
	CHECK_INT(s->judgement.verdict == CS_GRANTED, s->judgement.reason == CS_MODEL_FITS);
	return s->judgement.reason;
}

TEST(where_nothing_is_asked_for_every_model_fits)
{
	struct scene s;

	set(&s);
	CHECK_INT(judge(&s), CS_MODEL_FITS);
	s.model = (struct cs_model){ 0 };
	CHECK_INT(judge(&s), CS_MODEL_FITS);
	cs_models_judge(&s.config, NULL, &s.model, &s.judgement);
	CHECK_INT(s.judgement.verdict, CS_GRANTED);
}

TEST(a_required_list_wants_a_verified_chain_unless_it_says_otherwise)
{
	static const enum cs_evidence less[] = { CS_EVIDENCE_NONE, CS_EVIDENCE_SELF,
		CS_EVIDENCE_UNTRUSTED };
	struct scene s;

	set(&s);
	s.config.organization.models = require(wanted_id);
	CHECK_INT(judge(&s), CS_MODEL_FITS);
	for (size_t i = 0; i < CS_COUNT(less); i++) {
		s.model.evidence = less[i];
		s.lists[0].wants_verified = true;
		CHECK_INT(judge(&s), CS_MODEL_UNPROVEN);
		CHECK(cs_id_equal(s.judgement.list, wanted_id));
		s.lists[0].wants_verified = false;
		CHECK_INT(judge(&s), CS_MODEL_FITS);
	}
}

TEST(a_model_that_a_required_list_does_not_have_is_refused)
{
	struct scene s;

	set(&s);
	s.config.organization.models = require(wanted_id);
	s.model.aaguid[15] ^= 1;
	CHECK_INT(judge(&s), CS_MODEL_UNLISTED);
	s.lists[0].count = 0;
	CHECK_OK(cs_aaguid_decode(CS_STR(KEY), s.model.aaguid));
	CHECK_INT(judge(&s), CS_MODEL_UNLISTED);
}

TEST(the_zero_aaguid_is_in_no_list_though_written_there)
{
	struct scene s;

	set(&s);
	memset(s.model.aaguid, 0, sizeof(s.model.aaguid));
	s.config.organization.models = require(wanted_id);
	CHECK_INT(judge(&s), CS_MODEL_UNLISTED);
	s.config.organization.models = deny(denied_id);
	CHECK_INT(judge(&s), CS_MODEL_FITS);
}

TEST(the_organisations_list_and_the_applications_must_both_have_it)
{
	static const cs_str others[] = { { OTHER, 32 } };
	struct scene s;

	set(&s);
	s.lists[1].texts = others;
	s.lists[1].count = 1;
	s.config.organization.models = require(wanted_id);
	s.app.models = require(denied_id);
	CHECK_INT(judge(&s), CS_MODEL_UNLISTED);
	CHECK(cs_id_equal(s.judgement.list, denied_id));
	s.app.models = require(wanted_id);
	CHECK_INT(judge(&s), CS_MODEL_FITS);
	s.config.organization.models = require(denied_id);
	CHECK_INT(judge(&s), CS_MODEL_UNLISTED);
}

TEST(each_list_has_its_own_evidence)
{
	struct scene s;

	set(&s);
	s.model.evidence = CS_EVIDENCE_UNTRUSTED;
	s.lists[0].wants_verified = false;
	s.lists[1].wants_verified = true;
	s.config.organization.models = require(wanted_id);
	CHECK_INT(judge(&s), CS_MODEL_FITS);
	s.app.models = require(denied_id);
	CHECK_INT(judge(&s), CS_MODEL_UNPROVEN);
	CHECK(cs_id_equal(s.judgement.list, denied_id));
}

TEST(a_claim_is_enough_for_a_deny_list)
{
	struct scene s;

	set(&s);
	s.model.evidence = CS_EVIDENCE_NONE;
	s.lists[1].wants_verified = true;
	s.config.organization.models = deny(denied_id);
	CHECK_INT(judge(&s), CS_MODEL_REFUSED);
	s.config.organization.models = (struct cs_model_config){ 0 };
	s.app.models = deny(denied_id);
	CHECK_INT(judge(&s), CS_MODEL_REFUSED);
	CHECK(cs_id_equal(s.judgement.list, denied_id));
	CHECK_OK(cs_aaguid_decode(CS_STR(OTHER), s.model.aaguid));
	CHECK_INT(judge(&s), CS_MODEL_FITS);
}

TEST(a_deny_list_goes_before_a_required_one)
{
	struct scene s;

	set(&s);
	s.config.organization.models = require(wanted_id);
	s.app.models = deny(denied_id);
	CHECK_INT(judge(&s), CS_MODEL_REFUSED);
}

TEST(a_list_that_is_not_there_refuses_everybody)
{
	struct scene s;

	set(&s);
	s.config.organization.models = require(missing_id);
	CHECK_INT(judge(&s), CS_MODEL_UNLISTED);
	s.config.organization.models = deny(missing_id);
	CHECK_INT(judge(&s), CS_MODEL_REFUSED);
	/* one of another type is not that list */
	s.config.organization.models = require(mail_id);
	CHECK_INT(judge(&s), CS_MODEL_UNLISTED);
}

TEST(reports_refuse_what_the_organisation_says_and_unless_set_five)
{
	struct scene s;

	set(&s);
	s.model.evidence = CS_EVIDENCE_NONE;
	s.model.statuses = CS_MDS_REVOKED | CS_MDS_FIDO_CERTIFIED;
	CHECK_INT(judge(&s), CS_MODEL_REPORTED);
	CHECK_INT(s.judgement.statuses, CS_MDS_REVOKED);
	s.model.statuses = CS_MDS_USER_VERIFICATION_BYPASS;
	CHECK_INT(judge(&s), CS_MODEL_FITS);
	s.config.organization.refused_statuses = 0;
	s.model.statuses = CS_MDS_REVOKED;
	CHECK_INT(judge(&s), CS_MODEL_FITS);
	s.config.organization.exists = false;
	CHECK_INT(judge(&s), CS_MODEL_REPORTED);
	s.model.statuses = CS_MDS_UPDATE_AVAILABLE | CS_MDS_NOT_FIDO_CERTIFIED;
	CHECK_INT(judge(&s), CS_MODEL_FITS);
}

TEST(zeroed_memory_is_a_refusal)
{
	const struct cs_model_judgement judgement = { 0 };

	CHECK(judgement.verdict != CS_GRANTED);
}

TEST_MAIN("domain/models_judge")
