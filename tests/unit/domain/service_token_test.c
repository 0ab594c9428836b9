#include "service_yard.h"

#include "base/codec.h"
#include "crypto/mac.h"
#include "domain/background.h"
#include "domain/token.h"

TEST(a_secret_has_its_form_and_is_kept_as_a_hash_alone)
{
	YARD(y);
	cs_str secret;
	cs_id id = add(y, "{'name':'Builder'}", &secret);
	struct cs_service_token_row row = read_row(y, id);
	uint8_t hash[CS_SHA256_LEN];
	CHECK_INT(secret.len, CS_SERVICE_SECRET_LEN);
	CHECK(cs_str_starts(secret, CS_STR("cfast_")));
	cs_sha256(cs_str_span(secret), hash);
	CHECK(memcmp(hash, row.token.secret_hash, sizeof(hash)) == 0);
	/* the last eight digits are over what stands before them */
	cs_sha256(CS_SPAN(secret.p, secret.len - 8), hash);
	CS_AUTO(cs_buf_clear) struct cs_buf hex;
	cs_buf_init(&hex, 64);
	cs_hex_encode(CS_SPAN(hash, 4), &hex);
	CHECK(cs_str_equal(cs_buf_str(&hex), cs_str_slice(secret, secret.len - 8, secret.len)));
	CHECK_INT(row.token.client_id.len, 32);
	CHECK_INT(row.token.expires.ms - y->op.now.ms, 8760 * CS_HOUR_MS);
	CHECK(!row.token.has_previous);
	cs_str other;
	add(y, "{'name':'Other'}", &other);
	CHECK(!cs_str_equal(secret, other));
}

TEST(a_new_token_opens_at_once_and_no_longer_than_it_lasts)
{
	YARD(y);
	cs_str secret;
	cs_id id = add(y, "{'name':'Builder','duration':'90m'}", &secret);
	CHECK(opens(y, id, secret));
	CHECK(!opens(y, id, CS_STR("cfast_")));
	wait_for(y, 90 * CS_MINUTE_MS - 1);
	CHECK(opens(y, id, secret));
	wait_for(y, 1);
	CHECK(!opens(y, id, secret));
	struct cs_config_change c = change_of(y);
	CHECK_OK(cs_config_refresh_service_token(&c, id));
	CHECK(opens(y, id, secret));
	CHECK_INT(read_row(y, id).token.expires.ms - y->op.now.ms, 8760 * CS_HOUR_MS);
}

TEST(rotation_ends_the_old_secret_at_once_or_at_the_time_it_was_given)
{
	YARD(y);
	cs_str first, second, third;
	cs_id id = add(y, "{'name':'Builder'}", &first);
	struct cs_config_change c = change_of(y);
	CHECK_OK(cs_config_rotate_service_token(&c, id, yard_json(y, "{}"), &second));
	CHECK(!opens(y, id, first) && opens(y, id, second));
	cs_str until = cs_time_text(y->arena, cs_time_add(y->op.now, CS_HOUR_MS));
	const char *body = cs_arena_printf(
	    y->arena, "{'previous_client_secret_expires_at':'%.*s'}", CS_STR_ARG(until))
			       .p;
	c = change_of(y);
	CHECK_OK(cs_config_rotate_service_token(&c, id, yard_json(y, body), &third));
	CHECK(opens(y, id, second) && opens(y, id, third) && !opens(y, id, first));
	CHECK_INT(read_row(y, id).secret_version, 3);
	wait_for(y, CS_HOUR_MS);
	CHECK(!opens(y, id, second) && opens(y, id, third));
}

TEST(raising_the_version_rotates_and_lowering_it_is_refused)
{
	YARD(y);
	cs_str first, second;
	cs_id id = add(y, "{'name':'Builder','client_secret_version':4}", &first);
	CHECK(opens(y, id, first));
	struct cs_config_change c = change_of(y);
	CHECK_OK(cs_config_set_service_token(
	    &c, id, yard_json(y, "{'client_secret_version':4}"), &second));
	CHECK_INT(second.len, 0);
	c = change_of(y);
	CHECK_ERR(cs_config_set_service_token(
		      &c, id, yard_json(y, "{'client_secret_version':3,'name':'X'}"), &second),
	    INVALID);
	yard_check_reason(y, "is 4 and cannot go back");
	CHECK_TEXT(read_row(y, id).token.name, "Builder");
	c = change_of(y);
	CHECK_OK(cs_config_set_service_token(
	    &c, id, yard_json(y, "{'client_secret_version':5}"), &second));
	CHECK(opens(y, id, second) && !opens(y, id, first));
}

TEST(disabling_stops_both_secrets_and_enabling_brings_them_back)
{
	YARD(y);
	cs_str first, second, none;
	cs_id id = add(y, "{'name':'Builder'}", &first);
	cs_str until = cs_time_text(y->arena, cs_time_add(y->op.now, CS_HOUR_MS));
	const char *body = cs_arena_printf(
	    y->arena, "{'previous_client_secret_expires_at':'%.*s'}", CS_STR_ARG(until))
			       .p;
	struct cs_config_change c = change_of(y);
	CHECK_OK(cs_config_rotate_service_token(&c, id, yard_json(y, body), &second));
	c = change_of(y);
	CHECK_OK(cs_config_set_service_token(&c, id, yard_json(y, "{'enabled':false}"), &none));
	CHECK(!opens(y, id, first) && !opens(y, id, second));
	c = change_of(y);
	CHECK_OK(cs_config_set_service_token(&c, id, yard_json(y, "{'enabled':true}"), &none));
	CHECK(opens(y, id, first) && opens(y, id, second));
}

TEST(times_are_taken_as_rfc_3339_writes_them)
{
	static const struct {
		const char *text;
		bool is_good;
	} rows[] = {
		{ "2026-11-22T12:00:00Z", true }, { "2026-11-22T12:00:00.123456Z", true },
		{ "2026-11-22T13:00:00+01:00", true }, { "2026-11-22T07:30:00-04:30", true },
		{ "2026-11-22 12:00:00Z", false }, { "2026-11-22T12:00:00", false },
		{ "2026-11-22T12:00Z", false }, { "2026-11-22", false },
		{ "2026-13-22T12:00:00Z", false }, { "2026-11-22T12:00:00+1:00", false },
		{ "2026-11-22T12:00:00+99:00", false }, { "2026-11-22T12:00:00Zx", false },
		{ "now", false }, { "2026-12-25T12:00:00Z", false }, /* more than 30 days away */
	};
	YARD(y);
	cs_str secret;
	cs_id id = add(y, "{'name':'Builder'}", &secret);
	CHECK_INT(y->op.now.ms, INT64_C(1795340000000)); /* 2026-11-22T09:33:20Z */
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_config_change c = change_of(y);
		const char *body = cs_arena_printf(
		    y->arena, "{'previous_client_secret_expires_at':'%s'}", rows[i].text)
				       .p;
		cs_err e = cs_config_rotate_service_token(&c, id, yard_json(y, body), &secret);
		if (cs_failed(e) == rows[i].is_good)
			fail_msg("%s: %s", rows[i].text, cs_code_name(e.code));
		if (rows[i].is_good)
			CHECK_INT(
			    read_row(y, id).token.previous_expires.ms, INT64_C(1795348800000));
	}
}

TEST(a_token_that_is_gone_opens_nothing_and_rules_that_name_it_stay)
{
	YARD(y);
	yard_add_organization(y);
	cs_str secret;
	cs_id id = add(y, "{'name':'Builder'}", &secret);
	cs_str uuid = cs_id_uuid_text(y->arena, id);
	yard_add_group(y,
	    cs_arena_printf(y->arena,
		"{'name':'G','include':[{'service_token':{'token_id':'%.*s'}}]}", CS_STR_ARG(uuid))
		.p);
	struct cs_config_change c = change_of(y);
	struct cs_service_token_row gone;
	CHECK_OK(cs_config_remove_service_token(&c, id, &gone));
	CHECK_TEXT(gone.token.name, "Builder");
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	CHECK_OK(cs_gate_acquire(y->d.gate, y->halden.account, &held));
	CHECK_INT(cs_snapshot_config(held)->service_token_count, 0);
	c = change_of(y);
	CHECK_ERR(cs_config_remove_service_token(&c, id, &gone), NOT_FOUND);
}

TEST(a_service_token_is_its_account_s_alone)
{
	YARD(y);
	cs_str secret;
	cs_id id = add(y, "{'name':'Builder'}", &secret);
	struct cs_config_change c = change_of(y);
	struct cs_service_token_row gone;
	c.account = y->op.account = y->oslo.account;
	CHECK_ERR(cs_config_set_service_token(&c, id, yard_json(y, "{'enabled':false}"), &secret),
	    NOT_FOUND);
	CHECK_ERR(cs_config_rotate_service_token(&c, id, yard_json(y, "{}"), &secret), NOT_FOUND);
	CHECK_ERR(cs_config_refresh_service_token(&c, id), NOT_FOUND);
	CHECK_ERR(cs_config_remove_service_token(&c, id, &gone), NOT_FOUND);
}

/* --- what applications are told --- */

static cs_str
claims_of(struct yard *y, cs_str jwt)
{
	size_t first = cs_str_find(jwt, '.', 0), second = cs_str_find(jwt, '.', first + 1);
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	cs_buf_init(&text, 4096);
	CHECK_OK(cs_base64url_decode(cs_str_slice(jwt, first + 1, second), &text));
	return cs_arena_str(y->arena, cs_buf_str(&text));
}

TEST(an_application_is_told_the_client_id_and_no_person)
{
	YARD(y);
	yard_add_organization(y);
	cs_str secret, jwt;
	cs_time until;
	cs_id id = add(y, "{'name':'Builder','duration':'4h'}", &secret);
	cs_id app_id =
	    yard_add_app(y, "{'type':'self_hosted','name':'Berth','domain':'berth.test'}");
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	CHECK_OK(cs_gate_acquire(y->d.gate, y->halden.account, &held));
	const struct cs_application *app = cs_snapshot_application(held, app_id);
	CHECK_OK(
	    cs_token_make_service(&y->d, &y->op, cs_snapshot_config(held), app, id, &jwt, &until));
	CHECK(jwt.len <= CS_ASSERTION_MAX);
	/* not past the token's own end, and handed on while a quarter is left */
	CHECK_INT(until.ms - y->op.now.ms, 3 * CS_HOUR_MS);
	cs_str text = claims_of(y, jwt);
	json_t *claims = json_loadb(text.p, text.len, 0, NULL);
	struct cs_service_token_row row = read_row(y, id);
	CHECK_TEXT(cs_json_text(claims, "common_name"),
	    cs_arena_printf(y->arena, "%.*s.access", CS_STR_ARG(row.token.client_id)).p);
	CHECK_TEXT(cs_json_text(claims, "type"), "app");
	CHECK_TEXT(cs_json_text(claims, "sub"), "");
	CHECK_TEXT(cs_json_text(claims, "iss"), "https://auth.halden.test");
	CHECK(json_object_get(claims, "email") == NULL);
	CHECK_INT(json_array_size(json_object_get(claims, "aud")), 1);
	CHECK_INT(json_integer_value(json_object_get(claims, "exp")),
	    (y->op.now.ms + 4 * CS_HOUR_MS) / 1000);
	json_decref(claims);
	CHECK_ERR(cs_token_make_service(
		      &y->d, &y->op, cs_snapshot_config(held), app, (cs_id){ { 9 } }, &jwt, &until),
	    NOT_FOUND);
}

static enum cs_credentials
present(const void *ctx, const struct cs_application *app, struct cs_client *out)
{
	*out = *(const struct cs_client *)ctx;
	return CS_CREDENTIALS_ONE;
}

TEST(when_a_token_passed_is_written_down_to_the_minute)
{
	YARD(y);
	yard_add_organization(y);
	cs_str secret;
	cs_time next;
	cs_id id = add(y, "{'name':'Builder'}", &secret);
	cs_id app = yard_add_app(y,
	    "{'type':'self_hosted','name':'Berth','domain':'berth.test','policies':[{'name':'P',"
	    "'decision':'non_identity','include':[{'any_valid_service_token':{}}]}]}");
	struct cs_service_token_row row = read_row(y, id);
	struct cs_client client = {
		cs_arena_printf(y->arena, "%.*s.access", CS_STR_ARG(row.token.client_id)), secret
	};
	const struct cs_gate_request rq = {
		.host = CS_STR("berth.test"),
		.target = CS_STR("/"),
		.credentials = present,
		.ctx = &client,
		.assertion = { id, app, CS_STR("a.b.c") },
	};
	struct cs_gate_decision d;
	cs_gate_decide_with(y->d.gate, y->op.now, &rq, NULL, 0, &d);
	CHECK_INT(d.verdict, CS_GATE_SERVICE);
	cs_gate_decision_clear(&d);
	CHECK_INT(read_row(y, id).last_seen.ms, 0);
	y->op.account = cs_id_zero;
	CHECK_OK(cs_sweep_step(&y->d, &y->op, &next));
	CHECK_INT(read_row(y, id).last_seen.ms, y->op.now.ms - y->op.now.ms % CS_MINUTE_MS);
	/* what is refused is not seen */
	cs_time before = read_row(y, id).last_seen;
	wait_for(y, CS_HOUR_MS);
	client.secret = CS_STR("wrong");
	cs_gate_decide_with(y->d.gate, y->op.now, &rq, NULL, 0, &d);
	CHECK_INT(d.verdict, CS_GATE_SERVICE_UNKNOWN);
	cs_gate_decision_clear(&d);
	CHECK_OK(cs_sweep_step(&y->d, &y->op, &next));
	CHECK_INT(read_row(y, id).last_seen.ms, before.ms);
}

TEST_MAIN("domain/config/service_token")
