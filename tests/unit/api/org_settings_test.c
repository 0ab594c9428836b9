/* The organization's second factor through the configuration API: what is taken, kept and refused. */
#include "api/caller.h"

#include "store/authenticator_store.h"
#include "store/provider_value_store.h"

#define ORG "/access/organizations"
#define NOBODY "11111111-1111-4111-8111-111111111111"

static int
put_mfa(struct api *a, const char *config)
{
	return ask(a, CS_PUT,
	    cs_arena_printf(a->y->arena, "{\"name\":\"Halden\",\"mfa_config\":%s}", config).p, ORG);
}

static const json_t *
mfa_of(const struct api *a)
{
	return json_object_get(result(a), "mfa_config");
}

static void
check_error(const struct api *a, const char *part)
{
	if (strstr(error_text(a), part) == NULL)
		fail_msg("\"%s\" without \"%s\"", error_text(a), part);
}

static cs_str
make_list(struct api *a, const char *type, const char *more)
{
	CHECK_INT(ask(a, CS_POST,
		      cs_arena_printf(a->y->arena,
			  "{\"name\":\"Approved\",\"type\":\"%s\",\"items\":[]%s}", type, more)
			  .p,
		      "/gateway/lists"),
	    200);
	return cs_arena_str(a->y->arena, text(result(a), "id"));
}

static int
require_list(struct api *a, cs_str id)
{
	return put_mfa(
	    a, cs_arena_printf(a->y->arena,
		   "{\"allowed_authenticators\":[\"totp\",\"security_key\"],\"session_duration\":"
		   "\"8h\",\"required_aaguids\":\"%.*s\"}",
		   CS_STR_ARG(id))
		   .p);
}

TEST(all_three_names_of_matching_are_shown_and_a_changed_one_is_heard)
{
	YARD(y);
	API(a);
	yard_add_organization(y);
	CHECK_INT(
	    put_mfa(&a, "{\"allowed_authenticators\":[\"totp\"],\"amr_matching_enabled\":true,"
			"\"amr_session_duration\":\"1h\"}"),
	    200);
	CHECK(json_is_true(json_object_get(mfa_of(&a), "amr_matching_enabled")));
	CHECK_TEXT(text(mfa_of(&a), "amr_session_duration"), "1h");
	CHECK_TEXT(text(mfa_of(&a), "amr_matching_session_duration"), "1h");
	CHECK_INT(put_mfa(&a,
		      "{\"allowed_authenticators\":[\"totp\"],\"amr_matching_enabled\":true,"
		      "\"amr_session_duration\":\"1h\",\"amr_matching_session_duration\":\"2h\"}"),
	    200);
	CHECK_TEXT(text(mfa_of(&a), "amr_session_duration"), "2h");
	CHECK_INT(put_mfa(&a,
		      "{\"allowed_authenticators\":[\"totp\"],\"amr_matching_enabled\":true,"
		      "\"amr_session_duration\":\"3h\",\"amr_matching_session_duration\":\"4h\"}"),
	    400);
	check_error(&a, "are one setting and differ");
	CHECK_INT(ask(&a, CS_GET, NULL, ORG), 200);
	CHECK_TEXT(text(mfa_of(&a), "amr_session_duration"), "2h");
}

TEST(what_only_we_know_stays_is_replaced_or_goes_as_it_is_left_out_written_or_null)
{
	YARD(y);
	API(a);
	yard_add_organization(y);
	CHECK_INT(ask(&a, CS_PUT,
		      "{\"name\":\"Halden\",\"countersign\":{\"amr_counts_mfa\":true,"
		      "\"aaguid_recheck\":true}}",
		      ORG),
	    200);
	CHECK_INT(ask(&a, CS_PUT, "{\"name\":\"Halden\"}", ORG), 200);
	CHECK_INT(json_object_size(json_object_get(result(&a), "countersign")), 2);
	CHECK_INT(
	    ask(&a, CS_PUT, "{\"name\":\"Halden\",\"countersign\":{\"amr_counts_mfa\":true}}", ORG),
	    200);
	CHECK_INT(json_object_size(json_object_get(result(&a), "countersign")), 1);
	CHECK_INT(
	    ask(&a, CS_PUT, "{\"name\":\"Halden\",\"countersign\":{\"amr_count\":1}}", ORG), 400);
	check_error(&a, "knows no member amr_count");
	CHECK_INT(ask(&a, CS_GET, NULL, ORG), 200);
	CHECK_INT(json_object_size(json_object_get(result(&a), "countersign")), 1);
	CHECK_INT(ask(&a, CS_PATCH, "{\"countersign\":null}", ORG), 200);
	CHECK(json_object_get(result(&a), "countersign") == NULL);
}

TEST(a_list_that_is_required_is_there_and_of_type_aaguid)
{
	YARD(y);
	API(a);
	yard_add_organization(y);
	CHECK_INT(require_list(&a, CS_STR(NOBODY)), 400);
	check_error(&a, "organization: required_aaguids: there is no list " NOBODY);
	cs_str emails = make_list(&a, "EMAIL", "");
	CHECK_INT(require_list(&a, emails), 400);
	check_error(&a, "is of type EMAIL, not AAGUID");
	CHECK_INT(require_list(&a, CS_STR("8c39ee867f9a4a959ba3f6b097e5c2ee")), 400);
	check_error(&a, "UUID of one list of type AAGUID");
	cs_str models = make_list(&a, "AAGUID", "");
	CHECK_INT(require_list(&a, models), 200);
	CHECK(cs_str_equal(text(mfa_of(&a), "required_aaguids"), models));
	CHECK_INT(ask(&a, CS_DELETE, NULL, "/gateway/lists/%.*s", CS_STR_ARG(models)), 400);
	CHECK_INT(
	    put_mfa(&a, "{\"allowed_authenticators\":[\"totp\"],\"required_aaguids\":null}"), 200);
	CHECK_INT(ask(&a, CS_DELETE, NULL, "/gateway/lists/%.*s", CS_STR_ARG(models)), 200);
}

TEST(an_application_names_lists_of_its_own_by_the_same_rule)
{
	YARD(y);
	API(a);
	yard_add_organization(y);
	CHECK_INT(ask(&a, CS_POST,
		      "{\"type\":\"self_hosted\",\"domain\":\"a.halden.test\",\"countersign\":{"
		      "\"denied_aaguids\":\"" NOBODY "\"}}",
		      "/access/apps"),
	    400);
	check_error(&a, "application: denied_aaguids: there is no list");
	CHECK_INT(ask(&a, CS_GET, NULL, "/access/apps"), 200);
	CHECK_INT(json_array_size(result(&a)), 0);
	cs_str models = make_list(&a, "AAGUID", "");
	CHECK_INT(ask(&a, CS_POST,
		      cs_arena_printf(y->arena,
			  "{\"type\":\"self_hosted\",\"domain\":\"a.halden.test\",\"countersign\":{"
			  "\"denied_aaguids\":\"%.*s\"}}",
			  CS_STR_ARG(models))
			  .p,
		      "/access/apps"),
	    201);
	cs_str id = cs_arena_str(y->arena, text(result(&a), "id"));
	CHECK_INT(ask(&a, CS_PUT, "{\"type\":\"self_hosted\",\"domain\":\"a.halden.test\"}",
		      "/access/apps/%.*s", CS_STR_ARG(id)),
	    200);
	CHECK(cs_str_equal(
	    text(json_object_get(result(&a), "countersign"), "denied_aaguids"), models));
	CHECK_INT(
	    ask(&a, CS_PUT,
		"{\"type\":\"self_hosted\",\"domain\":\"a.halden.test\",\"countersign\":null}",
		"/access/apps/%.*s", CS_STR_ARG(id)),
	    200);
	CHECK(json_object_get(result(&a), "countersign") == NULL);
}

TEST(requiring_verified_models_says_so_while_nothing_could_verify_one)
{
	YARD(y);
	API(a);
	yard_add_organization(y);
	CHECK_INT(put_mfa(&a, "{\"allowed_authenticators\":[\"totp\"]}"), 200);
	CHECK_INT(json_array_size(json_object_get(a.body, "messages")), 0);
	CHECK_INT(require_list(&a, make_list(&a, "AAGUID", "")), 200);
	const json_t *message = json_array_get(json_object_get(a.body, "messages"), 0);
	CHECK(strstr(text(message, "message").p, "neither an attestation root") != NULL);
	CHECK_INT(require_list(
		      &a, make_list(&a, "AAGUID", ",\"countersign\":{\"evidence\":\"claimed\"}")),
	    200);
	CHECK_INT(json_array_size(json_object_get(a.body, "messages")), 0);
}

TEST(second_factors_are_not_turned_off_over_settings_of_their_own_and_all_of_them_are_named)
{
	YARD(y);
	API(a);
	yard_add_organization(y);
	cs_id app = yard_add_app(y,
	    "{'name':'Notes','type':'self_hosted','domain':'notes.halden.test','mfa_config':{"
	    "'mfa_disabled':true},'policies':[{'name':'Own','decision':'allow','include':[{"
	    "'everyone':{}}],'mfa_config':{'session_duration':'0m'}}]}");
	for (int i = 0; i < 8; i++)
		CHECK_INT(
		    ask(&a, CS_POST,
			"{\"name\":\"Shared\",\"decision\":\"allow\",\"include\":[{\"everyone\":"
			"{}}],\"mfa_config\":{\"allowed_authenticators\":[\"totp\"]}}",
			"/access/policies"),
		    201);
	CHECK_INT(put_mfa(&a, "{\"allowed_authenticators\":[]}"), 400);
	check_error(&a, "application \"Notes\"");
	const json_t *errors = json_object_get(a.body, "errors");
	CHECK_INT(json_array_size(errors), 1 + 1 + 1 + 8);
	const json_t *own = json_object_get(json_array_get(errors, 1), "countersign");
	CHECK_TEXT(text(own, "kind"), "application");
	CHECK(cs_str_equal(
	    text(own, "console_path"), cs_arena_printf(y->arena, "/console/applications/%.*s",
					   CS_STR_ARG(cs_id_uuid_text(y->arena, app)))));
	for (size_t i = 1; i < json_array_size(errors); i++) {
		own = json_object_get(json_array_get(errors, i), "countersign");
		cs_str path = cs_arena_str(y->arena, text(own, "path"));
		struct api b = { .y = y };
		cs_str rest =
		    cs_str_slice(path, strlen("/client/v4/accounts/") + CS_ID_HEX_LEN, path.len);
		CHECK_INT(ask(&b, CS_GET, NULL, "%.*s", CS_STR_ARG(rest)), 200);
		CHECK(cs_str_equal(text(result(&b), "name"), text(own, "name")));
		api_clear(&b);
	}
	CHECK_INT(ask(&a, CS_GET, NULL, ORG), 200);
	CHECK_INT(json_array_size(json_object_get(mfa_of(&a), "allowed_authenticators")), 1);
}

TEST(settings_of_their_own_are_refused_while_second_factors_are_off)
{
	YARD(y);
	API(a);
	yard_add_organization(y);
	CHECK_INT(put_mfa(&a, "{\"allowed_authenticators\":[]}"), 200);
	CHECK_INT(ask(&a, CS_POST,
		      "{\"type\":\"self_hosted\",\"domain\":\"a.halden.test\",\"mfa_config\":{"
		      "\"mfa_disabled\":true}}",
		      "/access/apps"),
	    400);
	CHECK_INT(ask(&a, CS_POST,
		      "{\"name\":\"p\",\"decision\":\"allow\",\"include\":[{\"everyone\":{}}],"
		      "\"mfa_config\":{\"session_duration\":\"1h\"}}",
		      "/access/policies"),
	    400);
	CHECK_INT(ask(&a, CS_GET, NULL, "/access/apps"), 200);
	CHECK_INT(json_array_size(result(&a)), 0);
	CHECK_INT(ask(&a, CS_GET, NULL, "/access/policies"), 200);
	CHECK_INT(json_array_size(result(&a)), 0);
}

static cs_err
add_key(struct cs_tx *tx, void *ctx)
{
	struct yard *y = ctx;
	const struct cs_authenticator a = {
		.account = y->halden.account,
		.id = { { 1 } },
		.subject = { { 2 } },
		.factor = CS_STR("webauthn"),
		.method = CS_MFA_SECURITY_KEY,
		.name = CS_STR("Key"),
		.sealed = CS_SPAN("s", 1),
		.params = CS_STR("{}"),
		.created = y->op.now,
	};
	CS_TRY(cs_authenticator_add(tx, &a, false, (cs_id){ { 77 } }));
	return cs_authenticator_confirm(tx, &a, CS_STR("Key"), CS_SPAN("", 0), y->op.now);
}

TEST(the_sign_in_host_is_not_renamed_under_keys_that_are_bound_to_it)
{
	YARD(y);
	API(a);
	struct cs_op op = y->op;
	yard_add_organization(y);
	CHECK_INT(ask(&a, CS_PATCH, "{\"auth_domain\":\"other.halden.test\"}", ORG), 400);
	check_error(&a, "auth_domain must be auth.halden.test");
	op.account = y->halden.account;
	CHECK_OK(cs_store_write(y->d.store, &op, add_key, y));
	CHECK_INT(ask(&a, CS_PATCH, "{\"auth_domain\":\"other.halden.test\"}", ORG), 400);
	check_error(&a, "while security keys or biometrics are enrolled (1)");
	CHECK_INT(ask(&a, CS_PATCH, "{\"auth_domain\":\"AUTH.halden.test\"}", ORG), 200);
}

struct seeing {
	struct yard *y;
	cs_id provider;
};

static cs_err
see(struct cs_tx *tx, void *ctx)
{
	const struct seeing *s = ctx;
	cs_id account = s->y->halden.account;
	CS_TRY(cs_provider_value_see(
	    tx, account, s->provider, CS_STR("amr"), CS_STR("hwk"), s->y->op.now));
	CS_TRY(cs_provider_value_see(
	    tx, account, s->provider, CS_STR("amr"), CS_STR("okta_fp"), s->y->op.now));
	return cs_provider_value_see(
	    tx, account, s->provider, CS_STR("acr"), CS_STR("phr"), s->y->op.now);
}

TEST(what_a_provider_really_sends_is_shown_with_what_it_counts_as)
{
	YARD(y);
	API(a);
	struct seeing s = { .y = y };
	struct cs_op op = y->op;
	yard_add_organization(y);
	CHECK_INT(
	    put_mfa(&a, "{\"allowed_authenticators\":[\"totp\",\"security_key\",\"biometrics\"]}"),
	    200);
	CHECK_INT(ask(&a, CS_POST,
		      "{\"name\":\"Staff\",\"type\":\"oidc\",\"config\":{\"client_id\":\"c\","
		      "\"issuer_url\":\"https://idp.test\"},\"countersign\":{\"amr_mapping\":{"
		      "\"okta_fp\":[\"biometrics\"]}}}",
		      "/access/identity_providers"),
	    201);
	cs_str id = cs_arena_str(y->arena, text(result(&a), "id"));
	CHECK_OK(cs_id_from_uuid(id, &s.provider));
	op.account = y->halden.account;
	CHECK_OK(cs_store_write(y->d.store, &op, see, &s));
	CHECK_INT(
	    ask(&a, CS_GET, NULL, "/own/identity_providers/%.*s/seen_values", CS_STR_ARG(id)), 200);
	const json_t *list = json_object_get(a.body, "seen_values");
	CHECK_INT(json_array_size(list), 3);
	CHECK_TEXT(text(json_array_get(list, 0), "claim"), "acr");
	const json_t *hwk = json_object_get(json_array_get(list, 1), "counts_as");
	CHECK_TEXT(cs_str_c(json_string_value(json_array_get(hwk, 0))), "security_key");
	const json_t *okta = json_object_get(json_array_get(list, 2), "counts_as");
	CHECK_TEXT(cs_str_c(json_string_value(json_array_get(okta, 0))), "biometrics");
	CHECK_INT(ask(&a, CS_GET, NULL, "/own/identity_providers/" NOBODY "/seen_values"), 404);
	/* left out in a change, the mapping stays */
	CHECK_INT(ask(&a, CS_PUT,
		      "{\"name\":\"Staff\",\"type\":\"oidc\",\"config\":{\"client_id\":\"c\","
		      "\"issuer_url\":\"https://idp.test\"}}",
		      "/access/identity_providers/%.*s", CS_STR_ARG(id)),
	    200);
	CHECK(json_object_get(result(&a), "countersign") != NULL);
}

static int
put_org(struct api *a, enum cs_method method, const char *more)
{
	return ask(
	    a, method, cs_arena_printf(a->y->arena, "{\"name\":\"Halden\",%s}", more).p, ORG);
}

TEST(unused_service_tokens_are_for_a_known_action_after_30_to_365_days)
{
	static const struct {
		const char *value, *reason; /* NULL: taken */
	} rows[] = {
		{ "{\"enabled\":true,\"action\":\"disable\",\"inactivity_threshold_days\":30}",
		    NULL },
		{ "{\"enabled\":false,\"action\":\"delete\",\"inactivity_threshold_days\":365}",
		    NULL },
		{ "null", NULL },
		{ "{\"enabled\":true,\"action\":\"disable\",\"inactivity_threshold_days\":29}",
		    "inactivity_threshold_days" },
		{ "{\"enabled\":true,\"action\":\"disable\",\"inactivity_threshold_days\":366}",
		    "inactivity_threshold_days" },
		{ "{\"enabled\":true,\"action\":\"disable\",\"inactivity_threshold_days\":\"30\"}",
		    "inactivity_threshold_days" },
		{ "{\"enabled\":true,\"action\":\"disable\",\"inactivity_threshold_days\":30.5}",
		    "inactivity_threshold_days" },
		{ "{\"enabled\":true,\"action\":\"disable\"}", "inactivity_threshold_days" },
		{ "{\"enabled\":true,\"inactivity_threshold_days\":30}", "action" },
		{ "{\"action\":\"disable\",\"inactivity_threshold_days\":30}", "enabled" },
		{ "{\"enabled\":1,\"action\":\"disable\",\"inactivity_threshold_days\":30}",
		    "enabled" },
		{ "{\"enabled\":true,\"action\":\"revoke\",\"inactivity_threshold_days\":30}",
		    "action must be \"disable\" or \"delete\"" },
		{ "{\"enabled\":true,\"action\":\"\",\"inactivity_threshold_days\":30}", "action" },
		{ "true", "service_token_inactivity" },
		{ "[]", "service_token_inactivity" },
	};
	YARD(y);
	API(a);
	yard_add_organization(y);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		const char *member =
		    cs_arena_printf(y->arena, "\"service_token_inactivity\":%s", rows[i].value).p;
		for (int patch = 0; patch < 2; patch++) {
			int status = put_org(&a, patch ? CS_PATCH : CS_PUT, member);
			if ((status == 200) != (rows[i].reason == NULL))
				fail_msg("%s: %d", rows[i].value, status);
			if (rows[i].reason != NULL)
				check_error(&a, rows[i].reason);
		}
	}
	/* what was refused is not half there */
	CHECK_INT(ask(&a, CS_GET, NULL, ORG), 200);
	CHECK(!json_is_object(json_object_get(result(&a), "service_token_inactivity")));
}

TEST(service_tokens_are_strict_and_cannot_be_anything_else)
{
	YARD(y);
	API(a);
	yard_add_organization(y);
	CHECK_INT(ask(&a, CS_GET, NULL, ORG), 200);
	CHECK(json_is_true(json_object_get(result(&a), "strict_service_token_auth")));
	CHECK_INT(put_org(&a, CS_PUT, "\"strict_service_token_auth\":false"), 400);
	check_error(&a, "strict_service_token_auth cannot be turned off");
	CHECK_INT(json_integer_value(json_object_get(
		      json_array_get(json_object_get(a.body, "errors"), 0), "code")),
	    12130);
	CHECK_INT(ask(&a, CS_PATCH, "{\"strict_service_token_auth\":false}", ORG), 400);
	check_error(&a, "strict_service_token_auth cannot be turned off");
	CHECK_INT(ask(&a, CS_PATCH, "{\"strict_service_token_auth\":0}", ORG), 400);
	CHECK_INT(ask(&a, CS_PATCH, "{\"strict_service_token_auth\":true}", ORG), 200);
	CHECK(json_is_true(json_object_get(result(&a), "strict_service_token_auth")));
}

TEST_MAIN("api/org_settings")
