#include "domain/config/decode.h"
#include "domain/config/mfa.h"

#include "base/time.h"
#include "domain/config/rules.h"
#include "test.h"

#define ID_1 "11111111-1111-4111-8111-111111111111"
#define ID_2 "22222222-2222-4222-8222-222222222222"

/* What one case decodes into; freed by every case's own end. */
struct bench {
	struct cs_arena *arena;
	struct cs_fault fault;
	json_t *body;
};

static void
bench_clear(struct bench *b)
{
	cs_json_free(&b->body);
	cs_arena_free(&b->arena);
}

#define BENCH(NAME) CS_AUTO(bench_clear) struct bench NAME = { .arena = cs_arena_new(1024 * 1024) }

static cs_err
load(struct bench *b, const char *text)
{
	b->fault = (struct cs_fault){ 0 };
	cs_json_free(&b->body);
	return cs_json_decode(cs_str_span(cs_str_c(text)), &b->body, &b->fault);
}

static cs_err
policy(struct bench *b, const char *text, struct cs_policy *out)
{
	CS_TRY(load(b, text));
	return cs_policy_decode(b->arena, b->body, out, &b->fault);
}

static cs_err
application(struct bench *b, const char *text, struct cs_application *out)
{
	CS_TRY(load(b, text));
	return cs_application_decode(b->arena, b->body, out, &b->fault);
}

static cs_err
provider(struct bench *b, const char *text, struct cs_identity_provider *out)
{
	CS_TRY(load(b, text));
	return cs_provider_decode(b->arena, b->body, out, &b->fault);
}

static cs_err
organization(struct bench *b, const char *text, struct cs_organization *out)
{
	CS_TRY(load(b, text));
	return cs_organization_decode(b->arena, b->body, out, &b->fault);
}

static void
check_reason(const struct bench *b, const char *part)
{
	char text[CS_FAULT_MAX + 1] = { 0 };
	memcpy(text, b->fault.text, b->fault.len);
	if (strstr(text, part) == NULL)
		fail_msg("the reason is \"%s\", without \"%s\"", text, part);
}

/* Each row of a table of refused texts, and a part of the reason that is given. */
struct refused {
	const char *text;
	const char *reason;
};

/* --- JSON --- */

TEST(a_json_object_is_read_in_the_order_written)
{
	BENCH(b);
	cs_str text;
	CHECK_OK(load(&b, " {\"z\": 1, \"a\": [1.5, null, true, \"\\u00e5\"]} "));
	CHECK_OK(cs_json_encode(b.arena, b.body, &text));
	CHECK_TEXT(text, "{\"z\":1,\"a\":[1.5,null,true,\"\xc3\xa5\"]}");
}

TEST(what_is_not_one_json_object_is_refused)
{
	static const struct refused rows[] = {
		{ "", "empty" },
		{ " ", "not JSON" },
		{ "{", "not JSON" },
		{ "{} {}", "not JSON" },
		{ "[]", "not a JSON object" },
		{ "[{}]", "not a JSON object" },
		{ "\"text\"", "not JSON" },
		{ "{\"a\":1,\"a\":2}", "twice" },
		{ "{\"o\":{\"a\":1,\"a\":1}}", "twice" },
		{ "{\"a\":\"\\u0000\"}", "not JSON" },
		{ "{\"a\":\"\xff\"}", "not JSON" },
		{ "{\"a\":\"\xed\xa0\x80\"}", "not JSON" },
		{ "{\"a\":123456789012345678901234567890}", "not JSON" },
		{ "{'a':1}", "not JSON" },
		{ "{\"a\":NaN}", "not JSON" },
		{ "{\"a\":1,}", "not JSON" },
	};
	BENCH(b);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		CHECK_ERR(load(&b, rows[i].text), INVALID);
		check_reason(&b, rows[i].reason);
		CHECK(b.body == NULL);
	}
}

TEST(json_is_bounded_in_depth_and_size)
{
	BENCH(b);
	CHECK_OK(load(&b, "{\"a\":[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]}"));
	CHECK_ERR(load(&b, "{\"a\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}"), INVALID);
	check_reason(&b, "nested deeper");
	/* brackets inside strings are no depth */
	CHECK_OK(load(&b, "{\"a\":\"[[[[[[[[[[[[[[[[[[[[\\\"[[[[\"}"));
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(2 * CS_JSON_MAX_BYTES);
	char *big = cs_arena_alloc(a, CS_JSON_MAX_BYTES + 2);
	memset(big, ' ', CS_JSON_MAX_BYTES + 1);
	CHECK_ERR(load(&b, big), INVALID);
	check_reason(&b, "larger than");
}

/* --- rules --- */

TEST(all_26_kinds_of_rules_are_taken_and_kept_as_written)
{
	static const char *const rules[] = {
		"{\"email\":{\"email\":\"Ann@Example.test\"}}",
		"{\"email_domain\":{\"domain\":\"example.test\"}}",
		"{\"email_list\":{\"id\":\"" ID_1 "\"}}",
		"{\"everyone\":{}}",
		"{\"ip\":{\"ip\":\"192.0.2.0/24\"}}",
		"{\"ip_list\":{\"id\":\"" ID_1 "\"}}",
		"{\"geo\":{\"country_code\":\"NO\"}}",
		"{\"group\":{\"id\":\"" ID_1 "\"}}",
		"{\"certificate\":{}}",
		"{\"common_name\":{\"common_name\":\"james@example.test\"}}",
		"{\"service_token\":{\"token_id\":\"" ID_1 "\"}}",
		"{\"any_valid_service_token\":{}}",
		"{\"linked_app_token\":{\"app_uid\":\"" ID_1 "\"}}",
		"{\"login_method\":{\"id\":\"" ID_1 "\"}}",
		"{\"auth_method\":{\"auth_method\":\"mfa\"}}",
		"{\"auth_context\":{\"id\":\"a\",\"ac_id\":\"c1\",\"identity_provider_id\":\"b\"}}",
		"{\"azureAD\":{\"id\":\"a\",\"identity_provider_id\":\"b\"}}",
		"{\"github-organization\":{\"name\":\"o\",\"team\":\"t\",\"identity_provider_id\":"
		"\"b\"}}",
		"{\"gsuite\":{\"email\":\"a@b.test\",\"identity_provider_id\":\"b\"}}",
		"{\"okta\":{\"name\":\"n\",\"identity_provider_id\":\"b\"}}",
		"{\"saml\":{\"attribute_name\":\"a\",\"attribute_value\":\"v\",\"identity_provider_"
		"id\":\"b\"}}",
		"{\"oidc\":{\"claim_name\":\"c\",\"claim_value\":\"v\",\"identity_provider_id\":"
		"\"b\"}}",
		"{\"external_evaluation\":{\"evaluate_url\":\"https://"
		"e.test\",\"keys_url\":\"https://k.test\"}}",
		"{\"device_posture\":{\"integration_uid\":\"i\"}}",
		"{\"user_risk_score\":{\"user_risk_score\":[\"low\",\"medium\"]}}",
		"{\"cloudflare_account_member\":{}}",
	};
	BENCH(b);
	CHECK_INT(CS_COUNT(rules), 26);
	for (size_t i = 0; i < CS_COUNT(rules); i++) {
		struct cs_policy p;
		cs_str want = cs_arena_printf(
		    b.arena, "{\"name\":\"n\",\"decision\":\"allow\",\"include\":[%s]}", rules[i]);
		cs_str text;
		CHECK_OK(policy(&b, want.p, &p));
		CHECK_INT(p.rules.include.count, 1);
		CHECK_OK(cs_json_encode(b.arena, b.body, &text));
		CHECK_TEXT(text, want.p);
	}
}

TEST(rules_that_are_judged_are_decoded)
{
	BENCH(b);
	struct cs_policy p;
	CHECK_OK(policy(&b,
	    "{\"name\":\"Crew\",\"decision\":\"deny\",\"include\":["
	    "{\"email\":{\"email\":\"Ann@Example.TEST\"}},{\"email_domain\":{\"domain\":\"Example."
	    "TEST\"}},"
	    "{\"ip\":{\"ip\":\"2001:db8::/32\"}}],\"exclude\":[{\"group\":{\"id\":\"" ID_1 "\"}}],"
	    "\"require\":[{\"auth_method\":{\"auth_method\":\"hwk\"}},{\"geo\":{\"country_code\":"
	    "\"NO\"}}]}",
	    &p));
	CHECK_TEXT(p.name, "Crew");
	CHECK_INT(p.decision, CS_POLICY_DENY);
	CHECK_TEXT(p.rules.include.rules[0].text, "ann@example.test");
	CHECK_TEXT(p.rules.include.rules[1].text, "example.test");
	CHECK_INT(p.rules.include.rules[2].network.bits, 32);
	CHECK_INT(p.rules.exclude.rules[0].kind, CS_RULE_GROUP);
	CHECK_INT(p.rules.exclude.rules[0].id.b[0], 0x11);
	CHECK_TEXT(p.rules.require.rules[0].text, "hwk");
	CHECK_INT(p.rules.require.rules[1].kind, CS_RULE_GEO);
	CHECK(!p.mfa.is_set);
	CHECK(!p.has_session_duration);
}

TEST(malformed_rules_are_refused)
{
	static const struct refused rows[] = {
		{ "", "include" },
		{ "7", "exactly one key" },
		{ "\"everyone\"", "exactly one key" },
		{ "{}", "exactly one key" },
		{ "{\"everyone\":{},\"email\":{\"email\":\"a@b.test\"}}", "exactly one key" },
		{ "{\"everybody\":{}}", "unknown rule type everybody" },
		{ "{\"Everyone\":{}}", "unknown rule type" },
		{ "{\"everyone\":true}", "must hold an object" },
		{ "{\"email\":{}}", "needs email" },
		{ "{\"email\":{\"email\":null}}", "needs email" },
		{ "{\"email\":{\"email\":[\"a@b.test\"]}}", "must be a string" },
		{ "{\"email\":{\"email\":\"\"}}", "must be a string of 1 to 2048 bytes" },
		{ "{\"user_risk_score\":{\"user_risk_score\":\"low\"}}", "array of strings" },
		{ "{\"user_risk_score\":{\"user_risk_score\":[]}}", "array of strings" },
		{ "{\"user_risk_score\":{\"user_risk_score\":[\"low\",7]}}", "array of strings" },
		{ "{\"user_risk_score\":{\"user_risk_score\":{}}}", "array of strings" },
		{ "{\"email\":{\"email\":\"example.test\"}}", "not an e-mail address" },
		{ "{\"email\":{\"email\":\"@example.test\"}}", "not an e-mail address" },
		{ "{\"email_domain\":{\"domain\":\"@example.test\"}}", "without @" },
		{ "{\"ip\":{\"ip\":\"192.0.2.1/24\"}}", "not an address" },
		{ "{\"ip\":{\"ip\":\"everywhere\"}}", "not an address" },
		{ "{\"group\":{\"id\":\"crew\"}}", "not a UUID" },
		{ "{\"login_method\":{\"id\":\"11111111111141118111111111111111\"}}",
		    "not a UUID" },
		{ "{\"okta\":{\"name\":\"n\"}}", "needs identity_provider_id" },
	};
	BENCH(b);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_policy p;
		cs_str text = cs_arena_printf(b.arena,
		    "{\"name\":\"n\",\"decision\":\"allow\",\"include\":[%s]}", rows[i].text);
		CHECK_ERR(policy(&b, text.p, &p), INVALID);
		check_reason(&b, rows[i].reason);
	}
}

/* --- policies --- */

TEST(policies_with_what_is_not_there_to_be_enforced_are_refused)
{
	static const struct refused rows[] = {
		{ "{\"decision\":\"allow\",\"include\":[{\"everyone\":{}}]}", "name is required" },
		{ "{\"name\":\"\",\"decision\":\"allow\",\"include\":[{\"everyone\":{}}]}",
		    "empty" },
		{ "{\"name\":7,\"decision\":\"allow\",\"include\":[{\"everyone\":{}}]}", "string" },
		{ "{\"name\":\"n\",\"include\":[{\"everyone\":{}}]}", "decision is required" },
		{ "{\"name\":\"n\",\"decision\":\"Allow\",\"include\":[{\"everyone\":{}}]}",
		    "unknown decision Allow" },
		{ "{\"name\":\"n\",\"decision\":\"permit\",\"include\":[{\"everyone\":{}}]}",
		    "unknown decision" },
		{ "{\"name\":\"n\",\"decision\":\"allow\"}", "include is required" },
		{ "{\"name\":\"n\",\"decision\":\"allow\",\"include\":{}}", "array" },
		{ "{\"name\":\"n\",\"decision\":\"allow\",\"include\":[{\"everyone\":{}}],"
		  "\"exclude\":\"no\"}",
		    "exclude must be an array" },
		{ "{\"name\":\"n\",\"decision\":\"allow\",\"include\":[{\"everyone\":{}}],"
		  "\"precedence\":-1}",
		    "precedence" },
		{ "{\"name\":\"n\",\"decision\":\"allow\",\"include\":[{\"everyone\":{}}],"
		  "\"precedence\":1.5}",
		    "precedence" },
		{ "{\"name\":\"n\",\"decision\":\"allow\",\"include\":[{\"everyone\":{}}],"
		  "\"session_duration\":\"one day\"}",
		    "session_duration" },
		{ "{\"name\":\"n\",\"decision\":\"allow\",\"include\":[{\"everyone\":{}}],"
		  "\"session_duration\":86400}",
		    "session_duration" },
		{ "{\"name\":\"n\",\"decision\":\"allow\",\"include\":[{\"everyone\":{}}],"
		  "\"session_duration\":\"745h\"}",
		    "session_duration" },
		{ "{\"name\":\"n\",\"decision\":\"allow\",\"include\":[{\"everyone\":{}}],"
		  "\"approval_required\":true}",
		    "approval_required is not supported" },
		{ "{\"name\":\"n\",\"decision\":\"allow\",\"include\":[{\"everyone\":{}}],"
		  "\"isolation_required\":true}",
		    "isolation_required" },
		{ "{\"name\":\"n\",\"decision\":\"bypass\",\"include\":"
		  "[{\"email\":{\"email\":\"a@b.test\"}}]}",
		    "needs an identity" },
		{ "{\"name\":\"n\",\"decision\":\"bypass\",\"include\":[{\"everyone\":{}}],"
		  "\"exclude\":[{\"login_method\":{\"id\":\"" ID_1 "\"}}]}",
		    "rule login_method" },
	};
	BENCH(b);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_policy p;
		CHECK_ERR(policy(&b, rows[i].text, &p), INVALID);
		check_reason(&b, rows[i].reason);
	}
}

TEST(a_bypass_policy_takes_what_needs_no_identity)
{
	BENCH(b);
	struct cs_policy p;
	CHECK_OK(policy(&b,
	    "{\"name\":\"n\",\"decision\":\"bypass\",\"include\":[{\"ip\":{\"ip\":\"192.0.2.7\"}},"
	    "{\"everyone\":{}}],\"session_duration\":\"30m\",\"approval_required\":false}",
	    &p));
	CHECK_INT(p.decision, CS_POLICY_BYPASS);
	CHECK_INT(p.session_duration_ms, 30 * CS_MINUTE_MS);
}

/* --- second factor settings --- */

static cs_err
policy_mfa(struct bench *b, const char *mfa, struct cs_policy *out)
{
	return policy(b,
	    cs_arena_printf(b->arena,
		"{\"name\":\"n\",\"decision\":\"allow\",\"include\":[{\"everyone\":{}}],"
		"\"mfa_config\":%s}",
		mfa)
		.p,
	    out);
}

TEST(a_policys_second_factor_settings_are_decoded)
{
	BENCH(b);
	struct cs_policy p;
	CHECK_OK(policy_mfa(&b,
	    "{\"allowed_authenticators\":[\"totp\",\"security_key\"],\"session_duration\":\"0m\"}",
	    &p));
	CHECK(p.mfa.is_set && p.mfa.has_methods && p.mfa.has_duration && !p.mfa.is_disabled);
	CHECK_INT(p.mfa.methods, CS_MFA_TOTP | CS_MFA_SECURITY_KEY);
	CHECK_INT(p.mfa.duration_ms, 0);
	CHECK_OK(policy_mfa(&b, "{\"mfa_disabled\":true}", &p));
	CHECK(p.mfa.is_set && p.mfa.is_disabled);
	CHECK_OK(policy_mfa(&b, "{\"mfa_disabled\":false}", &p));
	CHECK(!p.mfa.is_set);
	CHECK_OK(policy_mfa(&b, "{\"session_duration\":\"720h\"}", &p));
	CHECK_INT(p.mfa.duration_ms, 720 * CS_HOUR_MS);
	CHECK(p.mfa.is_set && !p.mfa.has_methods);
	CHECK_OK(policy_mfa(&b, "{\"session_duration\":\"43200m\"}", &p));
	CHECK_INT(p.mfa.duration_ms, 720 * CS_HOUR_MS);
	CHECK_OK(policy_mfa(&b, "null", &p));
	CHECK(!p.mfa.is_set);
}

TEST(wrong_second_factor_settings_are_refused)
{
	static const struct refused rows[] = {
		{ "[]", "object" },
		{ "\"off\"", "object" },
		{ "{\"allowed_authenticators\":\"totp\"}", "array" },
		{ "{\"allowed_authenticators\":[\"TOTP\"]}", "not supported" },
		{ "{\"allowed_authenticators\":[\"totp\",\"sms\"]}", "authenticator sms" },
		{ "{\"allowed_authenticators\":[\"piv_key\"]}", "not supported" },
		{ "{\"allowed_authenticators\":[\"ssh_piv_key\"]}", "not supported" },
		{ "{\"allowed_authenticators\":[\"ssh_fido2_key\"]}", "not supported" },
		{ "{\"allowed_authenticators\":[7]}", "strings" },
		{ "{\"session_duration\":\"721h\"}", "0m to 720h" },
		{ "{\"session_duration\":\"43201m\"}", "0m to 720h" },
		{ "{\"session_duration\":\"90s\"}", "0m to 720h" },
		{ "{\"session_duration\":\"1d\"}", "0m to 720h" },
		{ "{\"session_duration\":\"-1m\"}", "0m to 720h" },
		{ "{\"session_duration\":\"\"}", "0m to 720h" },
		{ "{\"session_duration\":60}", "0m to 720h" },
		{ "{\"mfa_disabled\":\"yes\"}", "true or false" },
		{ "{\"required_aaguids\":\"" ID_1 "\"}", "belongs to the organization" },
		{ "{\"amr_matching_enabled\":true}", "belongs to the organization" },
	};
	BENCH(b);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_policy p;
		CHECK_ERR(policy_mfa(&b, rows[i].text, &p), INVALID);
		check_reason(&b, rows[i].reason);
	}
}

/* --- organization --- */

static cs_err
organization_with(struct bench *b, const char *members, struct cs_organization *out)
{
	return organization(b,
	    cs_arena_printf(b->arena, "{\"name\":\"n\",\"auth_domain\":\"a.test\",%s}", members).p,
	    out);
}

TEST(durations_that_are_none_are_refused_by_name_wherever_they_stand)
{
	static const char *const wrong[] = { "25x", "-1m", "90s", "1h30s", "721h", "1d", "", " 1h",
		"1", "m", "1e3m", "0x1m" };
	static const char *const members[] = { "session_duration", "amr_session_duration",
		"amr_matching_session_duration" };
	BENCH(b);
	struct cs_organization o;
	for (size_t i = 0; i < CS_COUNT(wrong); i++) {
		for (size_t k = 0; k < CS_COUNT(members); k++) {
			CHECK_ERR(organization_with(&b,
				      cs_arena_printf(b.arena, "\"mfa_config\":{\"%s\":\"%s\"}",
					  members[k], wrong[i])
					  .p,
				      &o),
			    INVALID);
			check_reason(&b,
			    cs_arena_printf(b.arena,
				"organization mfa_config: %s must be minutes and hours from 0m to "
				"720h",
				members[k])
				.p);
		}
	}
}

TEST(matching_of_amr_is_off_unless_one_of_its_names_says_otherwise)
{
	static const struct {
		const char *config;
		bool is_on;
		int64_t duration_ms;
	} rows[] = {
		{ "{}", false, 0 },
		{ "{\"amr_matching_enabled\":false}", false, 0 },
		{ "{\"amr_session_duration\":\"1h\"}", false, 0 },
		{ "{\"amr_matching_session_duration\":null}", false, 0 },
		{ "{\"amr_matching_enabled\":false,\"amr_matching_session_duration\":\"1h\"}",
		    false, 0 },
		{ "{\"amr_matching_enabled\":true}", true, CS_DAY_MS },
		{ "{\"amr_matching_enabled\":true,\"amr_session_duration\":null}", true,
		    CS_DAY_MS },
		{ "{\"amr_matching_enabled\":true,\"amr_session_duration\":\"1h\"}", true,
		    CS_HOUR_MS },
		{ "{\"amr_matching_enabled\":true,\"amr_session_duration\":\"0m\"}", true, 0 },
		{ "{\"amr_matching_session_duration\":\"2h\"}", true, 2 * CS_HOUR_MS },
	};
	BENCH(b);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_organization o;
		CHECK_OK(organization_with(
		    &b, cs_arena_printf(b.arena, "\"mfa_config\":%s", rows[i].config).p, &o));
		CHECK_INT(o.amr.is_enabled, rows[i].is_on);
		CHECK_INT(o.amr.duration_ms, rows[i].duration_ms);
		CHECK(!o.amr.counts_mfa && !o.amr.applies_with_aaguids);
	}
}

/* What one client shows, another changes: the setting before, what is written, what comes of it. */
TEST(whichever_name_of_amr_matching_a_client_changes_is_what_it_meant)
{
	static const struct {
		const char *before;
		const char *written;
		const char *shown; /* NULL: refused */
	} rows[] = {
		{ "{}", "{}", "" },
		{ "{}", "{\"amr_matching_enabled\":true}", "24h" },
		{ "{}", "{\"amr_matching_session_duration\":\"8h\"}", "8h" },
		{ "{}",
		    "{\"amr_matching_enabled\":false,\"amr_session_duration\":null,"
		    "\"amr_matching_session_duration\":\"8h\"}",
		    "8h" },
		{ "{}",
		    "{\"amr_matching_enabled\":true,\"amr_session_duration\":\"1h\","
		    "\"amr_matching_session_duration\":null}",
		    "1h" },
		/* the documents' two names are changed, the clients' one is sent back */
		{ "{\"amr_matching_enabled\":true,\"amr_session_duration\":\"24h\"}",
		    "{\"amr_matching_enabled\":true,\"amr_session_duration\":\"1h\","
		    "\"amr_matching_session_duration\":\"24h\"}",
		    "1h" },
		{ "{\"amr_matching_enabled\":true,\"amr_session_duration\":\"24h\"}",
		    "{\"amr_matching_enabled\":false,\"amr_session_duration\":\"24h\","
		    "\"amr_matching_session_duration\":\"24h\"}",
		    "" },
		/* and the other way round */
		{ "{\"amr_matching_enabled\":true,\"amr_session_duration\":\"24h\"}",
		    "{\"amr_matching_enabled\":true,\"amr_session_duration\":\"24h\","
		    "\"amr_matching_session_duration\":\"2h\"}",
		    "2h" },
		{ "{\"amr_matching_enabled\":true,\"amr_session_duration\":\"24h\"}",
		    "{\"amr_matching_enabled\":true,\"amr_session_duration\":\"24h\","
		    "\"amr_matching_session_duration\":null}",
		    "" },
		{ "{\"amr_matching_enabled\":true,\"amr_session_duration\":\"24h\"}",
		    "{\"amr_matching_enabled\":true,\"amr_session_duration\":\"1h\","
		    "\"amr_matching_session_duration\":\"2h\"}",
		    NULL },
		/* a full replacement that leaves them out */
		{ "{\"amr_matching_enabled\":true,\"amr_session_duration\":\"8h\"}", "{}", "" },
	};
	BENCH(b);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		CS_AUTO(cs_json_free) json_t *old = NULL;
		CHECK_OK(
		    load(&b, cs_arena_printf(b.arena, "{\"mfa_config\":%s}", rows[i].before).p));
		old = CS_TAKE(b.body);
		CHECK_OK(
		    load(&b, cs_arena_printf(b.arena, "{\"mfa_config\":%s}", rows[i].written).p));
		cs_err e = cs_mfa_config_settle_amr(old, b.body, &b.fault);
		if (rows[i].shown == NULL) {
			CHECK_ERR(e, INVALID);
			check_reason(&b, "are one setting and differ");
			continue;
		}
		CHECK_OK(e);
		json_t *config = cs_json_get(b.body, "mfa_config");
		cs_mfa_config_show_amr(config);
		CHECK_TEXT(cs_json_text(config, "amr_session_duration"), rows[i].shown);
		CHECK_TEXT(cs_json_text(config, "amr_matching_session_duration"), rows[i].shown);
		CHECK_INT(cs_json_is_true(config, "amr_matching_enabled"), rows[i].shown[0] != 0);
	}
}

TEST(what_only_we_know_of_an_organization_is_decoded)
{
	BENCH(b);
	struct cs_organization o;
	CHECK_OK(organization_with(&b,
	    "\"mfa_config\":{\"required_aaguids\":\"" ID_1 "\"},\"countersign\":{"
	    "\"amr_counts_mfa\":true,\"amr_with_aaguid_list\":true,\"aaguid_recheck\":true,"
	    "\"user_backup_codes\":true,"
	    "\"denied_aaguids\":\"" ID_2 "\",\"refused_statuses\":[\"REVOKED\"]}",
	    &o));
	CHECK(o.amr.counts_mfa && o.amr.applies_with_aaguids && o.models_are_rechecked);
	CHECK(o.users_have_backup_codes);
	CHECK(o.models.has_required && o.models.has_denied);
	CHECK_TEXT(cs_id_uuid_text(b.arena, o.models.required), ID_1);
	CHECK_TEXT(cs_id_uuid_text(b.arena, o.models.denied), ID_2);
	CHECK_INT(o.refused_statuses, 1 << 7);
	CHECK_OK(organization_with(&b, "\"countersign\":{\"refused_statuses\":[]}", &o));
	CHECK(!o.users_have_backup_codes);
	CHECK_INT(o.refused_statuses, 0);
	CHECK_OK(organization_with(&b, "\"countersign\":{\"denied_aaguids\":null}", &o));
	CHECK(!o.models.has_denied && !o.models.has_required && !o.models_are_rechecked);
	CHECK_INT(o.refused_statuses, 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 7);
}

TEST(what_nobody_knows_below_countersign_is_refused)
{
	static const struct refused rows[] = {
		{ "[]", "must be an object" },
		{ "{\"amr_count_mfa\":true}", "knows no member amr_count_mfa" },
		{ "{\"amr_counts_mfa\":1}", "true or false" },
		{ "{\"user_backup_codes\":\"yes\"}", "true or false" },
		{ "{\"denied_aaguids\":\"x\"}", "UUID of one list" },
		{ "{\"denied_aaguids\":[]}", "denied_aaguids must be a string" },
		{ "{\"refused_statuses\":\"REVOKED\"}", "array" },
		{ "{\"refused_statuses\":[\"revoked\"]}", "there is no status revoked" },
	};
	BENCH(b);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_organization o;
		CHECK_ERR(organization_with(&b,
			      cs_arena_printf(b.arena, "\"countersign\":%s", rows[i].text).p, &o),
		    INVALID);
		check_reason(&b, rows[i].reason);
	}
	struct cs_application a;
	CHECK_ERR(application(&b,
		      "{\"type\":\"self_hosted\",\"domain\":\"a.test\",\"countersign\":{"
		      "\"aaguid_recheck\":true}}",
		      &a),
	    INVALID);
	check_reason(&b, "application countersign: countersign knows no member aaguid_recheck");
}

TEST(the_lists_of_an_application_are_decoded)
{
	BENCH(b);
	struct cs_application a;
	CHECK_OK(application(&b,
	    "{\"type\":\"self_hosted\",\"domain\":\"a.test\",\"countersign\":{"
	    "\"required_aaguids\":\"" ID_1 "\",\"denied_aaguids\":null}}",
	    &a));
	CHECK(a.models.has_required && !a.models.has_denied);
	CHECK_TEXT(cs_id_uuid_text(b.arena, a.models.required), ID_1);
}

#define OIDC_WITH(OWN) \
	"{\"name\":\"n\",\"type\":\"oidc\",\"config\":{\"client_id\":\"c\",\"issuer_url\":" \
	"\"https://idp.test\"},\"countersign\":" OWN "}"

TEST(what_a_provider_is_asked_and_what_its_values_mean_is_decoded)
{
	BENCH(b);
	struct cs_identity_provider p;
	CHECK_OK(provider(&b,
	    OIDC_WITH("{\"amr_mapping\":{\"okta_fp\":[\"biometrics\",\"security_key\"],"
		      "\"pwd\":[]},\"acr_values\":\"phr phrh\",\"max_age\":0}"),
	    &p));
	CHECK_INT(p.amr_mapping_count, 2);
	CHECK_TEXT(p.amr_mappings[0].value, "okta_fp");
	CHECK_INT(p.amr_mappings[0].methods, CS_MFA_BIOMETRICS | CS_MFA_SECURITY_KEY);
	CHECK_INT(p.amr_mappings[1].methods, 0);
	CHECK_TEXT(p.acr_values, "phr phrh");
	CHECK(p.has_max_age && p.max_age_s == 0);
	CHECK_OK(provider(&b, OIDC_WITH("{\"max_age\":null}"), &p));
	CHECK(!p.has_max_age && p.acr_values.len == 0 && p.amr_mapping_count == 0);
}

TEST(wrong_mappings_and_questions_are_refused)
{
	static const struct refused rows[] = {
		{ OIDC_WITH("{\"amr_mapping\":[]}"), "amr_mapping must be an object" },
		{ OIDC_WITH("{\"amr_mapping\":{\"x\":\"totp\"}}"), "must be an array" },
		{ OIDC_WITH("{\"amr_mapping\":{\"x\":[\"mfa\"]}}"), "must hold totp, biometrics" },
		{ OIDC_WITH("{\"amr_mapping\":{\"x\":[1]}}"), "must hold totp, biometrics" },
		{ OIDC_WITH("{\"amr_mapping\":{\"\":[\"totp\"]}}"), "1 to 255 bytes" },
		{ OIDC_WITH("{\"acr_values\":\"a\\nb\"}"), "visible ASCII" },
		{ OIDC_WITH("{\"acr_values\":[\"a\"]}"), "acr_values must be a string" },
		{ OIDC_WITH("{\"max_age\":-1}"), "max_age must be a whole number" },
		{ OIDC_WITH("{\"max_age\":\"1h\"}"), "max_age must be a whole number" },
		{ OIDC_WITH("{\"prompt\":\"login\"}"), "knows no member prompt" },
	};
	BENCH(b);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_identity_provider p;
		CHECK_ERR(provider(&b, rows[i].text, &p), INVALID);
		check_reason(&b, rows[i].reason);
	}
}

TEST(an_organization_is_decoded)
{
	BENCH(b);
	struct cs_organization o;
	CHECK_OK(organization(&b,
	    "{\"name\":\"Halden\",\"auth_domain\":\"auth.halden.test\",\"unknown\":[1],"
	    "\"session_duration\":\"720h\",\"auto_redirect_to_identity\":true,"
	    "\"login_design\":{\"header_text\":\"Hi\",\"footer_text\":\"Bye\"},"
	    "\"mfa_config\":{\"allowed_authenticators\":[\"totp\"],\"session_duration\":\"24h\","
	    "\"required_aaguids\":null,\"amr_matching_enabled\":true,\"amr_session_duration\":"
	    "\"8h\"},"
	    "\"mfa_required_for_all_apps\":true}",
	    &o));
	CHECK(o.exists && o.auto_redirect_to_identity && o.mfa_is_required_for_all);
	CHECK_TEXT(o.name, "Halden");
	CHECK_TEXT(o.header_text, "Hi");
	CHECK_INT(o.session_duration_ms, 720 * CS_HOUR_MS);
	CHECK(o.mfa.is_set);
	CHECK_INT(o.mfa.duration_ms, 24 * CS_HOUR_MS);
}

TEST(a_session_lasts_a_day_unless_said_otherwise)
{
	BENCH(b);
	struct cs_organization o;
	CHECK_OK(organization(&b, "{\"name\":\"n\",\"auth_domain\":\"a.test\"}", &o));
	CHECK_INT(o.session_duration_ms, 24 * CS_HOUR_MS);
	CHECK(!o.mfa.is_set);
	CHECK_OK(organization(&b,
	    "{\"name\":\"n\",\"auth_domain\":\"a.test\",\"mfa_config\":{\"allowed_authenticators\":"
	    "[]}}",
	    &o));
	CHECK(!o.mfa.is_set);
}

TEST(wrong_organizations_are_refused)
{
	static const struct refused rows[] = {
		{ "{\"auth_domain\":\"a.test\"}", "name is required" },
		{ "{\"name\":\"n\"}", "auth_domain is required" },
		{ "{\"name\":\"n\",\"auth_domain\":7}", "string" },
		{ "{\"name\":\"n\",\"auth_domain\":\"a.test\",\"session_duration\":\"0s\"}",
		    "session_duration" },
		{ "{\"name\":\"n\",\"auth_domain\":\"a.test\",\"session_duration\":\"800h\"}",
		    "session_duration" },
		{ "{\"name\":\"n\",\"auth_domain\":\"a.test\",\"is_ui_read_only\":1}",
		    "true or false" },
		{ "{\"name\":\"n\",\"auth_domain\":\"a.test\",\"login_design\":{\"header_text\":1}"
		  "}",
		    "header_text" },
		{ "{\"name\":\"n\",\"auth_domain\":\"a.test\",\"mfa_required_for_all_apps\":true}",
		    "needs allowed_authenticators" },
		{ "{\"name\":\"n\",\"auth_domain\":\"a.test\",\"mfa_required_for_all_apps\":true,"
		  "\"mfa_config\":{\"allowed_authenticators\":[],\"session_duration\":\"1h\"}}",
		    "needs allowed_authenticators" },
		{ "{\"name\":\"n\",\"auth_domain\":\"a.test\",\"mfa_required_for_all_apps\":true,"
		  "\"mfa_config\":{\"allowed_authenticators\":[\"totp\"]}}",
		    "needs the session_duration" },
		{ "{\"name\":\"n\",\"auth_domain\":\"a.test\",\"mfa_config\":{\"mfa_disabled\":"
		  "true}}",
		    "belongs to applications" },
		{ "{\"name\":\"n\",\"auth_domain\":\"a.test\",\"mfa_config\":"
		  "{\"required_aaguids\":\"8c39ee867f9a4a959ba3f6b097e5c2ee\"}}",
		    "UUID of one list" },
		{ "{\"name\":\"n\",\"auth_domain\":\"a.test\",\"mfa_config\":"
		  "{\"required_aaguids\":[\"" ID_1 "\"]}}",
		    "required_aaguids must be a string" },
		{ "{\"name\":\"n\",\"auth_domain\":\"a.test\",\"mfa_config\":"
		  "{\"required_aaguids\":\"\"}}",
		    "UUID of one list" },
		{ "{\"name\":\"n\",\"auth_domain\":\"a.test\",\"mfa_config\":"
		  "{\"amr_session_duration\":\"1d\"}}",
		    "amr_session_duration" },
		{ "{\"name\":\"n\",\"auth_domain\":\"a.test\",\"allow_authenticate_via_warp\":"
		  "true}",
		    "Warp Auth Session Duration" },
	};
	BENCH(b);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_organization o;
		CHECK_ERR(organization(&b, rows[i].text, &o), INVALID);
		check_reason(&b, rows[i].reason);
	}
}

/* --- applications --- */

static cs_err
application_with(struct bench *b, const char *members, struct cs_application *out)
{
	return application(
	    b, cs_arena_printf(b->arena, "{\"type\":\"self_hosted\",%s}", members).p, out);
}

TEST(an_application_is_decoded)
{
	BENCH(b);
	struct cs_application app;
	CHECK_OK(application_with(&b,
	    "\"domain\":\"App.Halden.test:8081/Admin\",\"name\":\"Planner\","
	    "\"allowed_idps\":[\"" ID_1 "\"],\"auto_redirect_to_identity\":true,"
	    "\"session_duration\":\"0s\",\"same_site_cookie_attribute\":\"strict\","
	    "\"http_only_cookie_attribute\":false,\"path_cookie_attribute\":true,"
	    "\"app_launcher_visible\":false,\"logo_url\":\"https://logo.test/a.png\","
	    "\"mfa_config\":{\"mfa_disabled\":true},\"custom_deny_message\":\"No\"",
	    &app));
	CHECK_TEXT(app.name, "Planner");
	CHECK_TEXT(app.domain, "App.Halden.test:8081/Admin");
	CHECK_INT(app.destination_count, 1);
	CHECK_TEXT(app.destinations[0].host, "app.halden.test");
	CHECK_TEXT(app.destinations[0].path, "/Admin");
	CHECK_INT(app.allowed_idp_count, 1);
	CHECK(app.has_session_duration && app.session_duration_ms == 0);
	CHECK_INT(app.same_site, CS_SAME_SITE_STRICT);
	CHECK(!app.is_http_only && app.is_cookie_path_scoped && !app.is_in_launcher);
	CHECK(app.mfa.is_disabled);
}

TEST(an_application_says_little_and_gets_safe_defaults)
{
	BENCH(b);
	struct cs_application app;
	CHECK_OK(application_with(&b, "\"domain\":\"app.test/\"", &app));
	CHECK_TEXT(app.name, "app.test/");
	CHECK_INT(app.destinations[0].path.len, 0);
	CHECK(app.is_http_only && app.is_in_launcher && !app.is_cookie_path_scoped);
	CHECK(!app.has_session_duration && !app.mfa.is_set);
	CHECK_INT(app.same_site, CS_SAME_SITE_NONE);
}

TEST(destinations_come_before_old_domains_and_the_domain_is_always_guarded)
{
	BENCH(b);
	struct cs_application app;
	CHECK_OK(application_with(&b,
	    "\"domain\":\"a.test\",\"self_hosted_domains\":[\"ignored.test\"],\"destinations\":["
	    "{\"type\":\"public\",\"uri\":\"b.test/x\"},{\"type\":\"public\",\"uri\":\"A.test\"}]",
	    &app));
	CHECK_INT(app.destination_count, 2);
	CHECK_TEXT(app.destinations[0].host, "a.test");
	CHECK_TEXT(app.destinations[1].host, "b.test");
	CHECK_OK(application_with(&b, "\"self_hosted_domains\":[\"c.test\",\"*.c.test/*\"]", &app));
	CHECK_INT(app.destination_count, 2);
	CHECK_TEXT(app.domain, "c.test");
	CHECK_TEXT(app.destinations[1].host, "*.c.test");
}

TEST(wrong_applications_are_refused)
{
	static const struct refused rows[] = {
		{ "\"name\":\"n\"", "domain is required" },
		{ "\"domain\":\"\"", "domain is required" },
		{ "\"domain\":7", "string" },
		{ "\"domain\":\"https://app.test\"", "not a host name" },
		{ "\"domain\":\"app.test:0\"", "not a host name" },
		{ "\"domain\":\"app.test:70000\"", "not a host name" },
		{ "\"domain\":\"app.test:http\"", "not a host name" },
		{ "\"domain\":\"app..test\"", "not a host name" },
		{ "\"domain\":\"app test\"", "not a host name" },
		{ "\"domain\":\"user@app.test\"", "not a host name" },
		{ "\"domain\":\"[::1]\"", "not a host name" },
		{ "\"domain\":\"a**.test\"", "not a host name" },
		{ "\"domain\":\"/admin\"", "not a host name" },
		{ "\"domain\":\"app.test/a?b=1\"", "path" },
		{ "\"domain\":\"app.test/a#b\"", "path" },
		{ "\"domain\":\"app.test/%61\"", "path" },
		{ "\"domain\":\"app.test/a\\\\b\"", "path" },
		{ "\"domain\":\"app.test/a b\"", "path" },
		{ "\"domain\":\"app.test\",\"destinations\":{}", "array" },
		{ "\"domain\":\"app.test\",\"destinations\":[7]", "not a host name" },
		{ "\"domain\":\"app.test\",\"destinations\":[{\"type\":\"private\",\"cidr\":\"10.0."
		  "0.0/8\"}]",
		    "type private" },
		{ "\"domain\":\"app.test\",\"destinations\":[{\"type\":\"public\",\"uri\":\"b."
		  "test\","
		  "\"overrides\":[{\"behavior\":\"public\",\"path_pattern\":\"/x\"}]}]",
		    "overrides" },
		{ "\"domain\":\"app.test\",\"allowed_idps\":[\"google\"]", "UUID" },
		{ "\"domain\":\"app.test\",\"auto_redirect_to_identity\":true", "exactly one" },
		{ "\"domain\":\"app.test\",\"auto_redirect_to_identity\":true,\"allowed_idps\":["
		  "\"" ID_1 "\",\"" ID_2 "\"]",
		    "exactly one" },
		{ "\"domain\":\"app.test\",\"session_duration\":\"2 days\"", "session_duration" },
		{ "\"domain\":\"app.test\",\"same_site_cookie_attribute\":\"Lax\"", "same_site" },
		{ "\"domain\":\"app.test\",\"http_only_cookie_attribute\":\"false\"",
		    "true or false" },
		{ "\"domain\":\"app.test\",\"enable_binding_cookie\":true",
		    "enable_binding_cookie" },
		{ "\"domain\":\"app.test\",\"custom_deny_url\":\"javascript:alert(1)\"",
		    "custom_deny_url" },
		{ "\"domain\":\"app.test\",\"custom_deny_url\":\"https://a.test/\\r\\nX: y\"",
		    "custom_deny_url" },
		{ "\"domain\":\"app.test\",\"logo_url\":\"data:image/png;base64,AA\"", "logo_url" },
		{ "\"domain\":\"app.test\",\"options_preflight_bypass\":true,\"cors_headers\":{}",
		    "cors_headers" },
		{ "\"domain\":\"app.test\",\"policies\":{}", "policies must be an array" },
		{ "\"domain\":\"app.test\",\"mfa_config\":{\"allowed_authenticators\":[\"piv_key\"]"
		  "}",
		    "not supported" },
	};
	BENCH(b);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_application app;
		CHECK_ERR(application_with(&b, rows[i].text, &app), INVALID);
		check_reason(&b, rows[i].reason);
	}
}

TEST(applications_of_other_types_are_refused)
{
	BENCH(b);
	struct cs_application app;
	CHECK_ERR(application(&b, "{\"domain\":\"a.test\"}", &app), INVALID);
	check_reason(&b, "type is required");
	CHECK_ERR(application(&b, "{\"type\":\"saas\",\"domain\":\"a.test\"}", &app), INVALID);
	check_reason(&b, "type saas is not supported");
	CHECK_ERR(
	    application(&b, "{\"type\":\"self-hosted\",\"domain\":\"a.test\"}", &app), INVALID);
	check_reason(&b, "unknown type self-hosted");
}

/* --- identity providers --- */

TEST(a_onetimepin_provider_needs_nothing_more)
{
	BENCH(b);
	struct cs_identity_provider p;
	CHECK_OK(provider(&b, "{\"name\":\"PIN\",\"type\":\"onetimepin\",\"config\":{}}", &p));
	CHECK_INT(p.type, CS_IDP_ONETIMEPIN);
	CHECK_TEXT(p.name, "PIN");
}

TEST(an_oidc_provider_is_decoded)
{
	BENCH(b);
	struct cs_identity_provider p;
	CHECK_OK(provider(&b,
	    "{\"name\":\"IdP\",\"type\":\"oidc\",\"config\":{\"client_id\":\"c\",\"client_secret\":"
	    "\"s\","
	    "\"auth_url\":\"https://i.test/a\",\"token_url\":\"https://i.test/t\","
	    "\"certs_url\":\"https://i.test/c\",\"scopes\":[\"openid\",\"email\"],"
	    "\"claims\":[\"department\"],\"email_claim_name\":\"mail\",\"pkce_enabled\":true,"
	    "\"authoritative_domains\":[\"i.test\"]}}",
	    &p));
	CHECK_INT(p.type, CS_IDP_OIDC);
	CHECK_TEXT(p.token_url, "https://i.test/t");
	CHECK_TEXT(p.email_claim, "mail");
	CHECK_INT(p.scope_count, 2);
	CHECK_INT(p.claim_count, 1);
	CHECK_INT(p.authoritative_domain_count, 1);
	CHECK(p.pkce_is_enabled);
	CHECK_OK(provider(&b,
	    "{\"name\":\"IdP\",\"type\":\"oidc\",\"config\":{\"client_id\":\"c\","
	    "\"issuer_url\":\"http://127.0.0.1:9000\"}}",
	    &p));
	CHECK_TEXT(p.issuer, "http://127.0.0.1:9000");
	CHECK_TEXT(p.email_claim, "email");
}

TEST(wrong_providers_are_refused)
{
	static const struct refused rows[] = {
		{ "{\"type\":\"onetimepin\",\"config\":{}}", "name is required" },
		{ "{\"name\":\"n\",\"type\":\"onetimepin\"}", "config is required" },
		{ "{\"name\":\"n\",\"type\":\"onetimepin\",\"config\":[]}", "object" },
		{ "{\"name\":\"n\",\"type\":\"saml\",\"config\":{}}",
		    "type saml is not supported" },
		{ "{\"name\":\"n\",\"type\":\"oidc\",\"config\":{}}", "client_id is required" },
		{ "{\"name\":\"n\",\"type\":\"oidc\",\"config\":{\"client_id\":\"c\"}}",
		    "auth_url" },
		{ "{\"name\":\"n\",\"type\":\"oidc\",\"config\":{\"client_id\":\"c\","
		  "\"auth_url\":\"https://i.test/a\",\"token_url\":\"https://i.test/t\"}}",
		    "certs_url" },
		{ "{\"name\":\"n\",\"type\":\"oidc\",\"config\":{\"client_id\":\"c\","
		  "\"issuer_url\":\"file:///etc/passwd\"}}",
		    "not a web address" },
		{ "{\"name\":\"n\",\"type\":\"oidc\",\"config\":{\"client_id\":\"c\","
		  "\"issuer_url\":\"https://i.test/ x\"}}",
		    "not a web address" },
		{ "{\"name\":\"n\",\"type\":\"oidc\",\"config\":{\"client_id\":\"c\","
		  "\"issuer_url\":\"https://i.test\",\"scopes\":[\"email\"]}}",
		    "openid" },
		{ "{\"name\":\"n\",\"type\":\"oidc\",\"config\":{\"client_id\":\"c\","
		  "\"issuer_url\":\"https://i.test\",\"pkce_enabled\":\"yes\"}}",
		    "true or false" },
		{ "{\"name\":\"n\",\"type\":\"oidc\",\"config\":{\"client_id\":\"c\","
		  "\"issuer_url\":\"https://i.test\",\"client_secret\":7}}",
		    "client_secret must be a string" },
	};
	BENCH(b);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_identity_provider p;
		CHECK_ERR(provider(&b, rows[i].text, &p), INVALID);
		check_reason(&b, rows[i].reason);
	}
}

/* --- reasons --- */

TEST(a_reason_is_cut_at_a_character)
{
	struct cs_fault fault = { 0 };
	char text[1001] = { 0 };
	for (size_t i = 0; i < 1000; i += 2)
		memcpy(text + i, "\xc3\xa5", 2);
	CHECK_ERR(cs_refuse(&fault, "a%s", text), INVALID);
	CHECK(fault.len < CS_FAULT_MAX);
	CHECK(cs_utf8_is_valid(CS_SPAN(fault.text, fault.len)));
}

TEST(the_first_reason_stays)
{
	struct cs_fault fault = { 0 };
	CHECK_ERR(cs_refuse(&fault, "one"), INVALID);
	CHECK_ERR(cs_refuse_as(&fault, CS_FAULT_EXISTS, "two"), INVALID);
	CHECK_INT(fault.kind, CS_FAULT_REQUEST);
	CHECK_INT(fault.len, 3);
}

TEST_MAIN("domain/config/decode")
