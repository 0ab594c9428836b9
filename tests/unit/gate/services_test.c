/*
 * services_test.c - service tokens and linked tokens on their way through a decision.
 */
#include "test.h"

#include "crypto/mac.h"
#include "gate/gate.h"
#include "sample.h"

#define CLIENT "00112233445566778899aabbccddeeff"
#define OTHER_CLIENT "ffeeddccbbaa99887766554433221100"
#define SECRET "cfast_0123456789abcdefghijABCDEFGHIJ01234567890a1b2c3d"
#define OLD_SECRET "cfast_olduetsecretolduetsecretolduetsecretoldu11223344"
#define JWT "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIifQ.c2lnbmVk"
#define TOKEN "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"
#define OTHER_TOKEN "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl"

static struct cs_gate *gate;
static struct cs_gate_decision got;
static struct cs_access_config config;
static struct cs_application apps[2];
static struct cs_policy policies[2][2];
static struct cs_destination places[2];
static struct cs_service_token tokens[2];
static const struct cs_rule everyone = EVERYONE;
static const struct cs_rule any_token = { .kind = CS_RULE_ANY_SERVICE_TOKEN };
static const struct cs_rule linked = { .kind = CS_RULE_LINKED_APP, .id = { { [15] = 31 } } };

static struct cs_client client;
static enum cs_credentials presented;

static enum cs_credentials
credentials(const void *ctx, const struct cs_application *app, struct cs_client *out)
{
	CHECK(app != NULL && ctx == &client);
	*out = client;
	return presented;
}

static void
publish(void)
{
	struct cs_arena *arena = cs_arena_new(1 << 16);
	struct cs_access_config *copy = CS_NEW(arena, struct cs_access_config);
	struct cs_application *a = CS_NEW_ARRAY(arena, struct cs_application, 2);
	*copy = config;
	memcpy(a, apps, sizeof(apps));
	for (size_t i = 0; i < 2; i++) {
		struct cs_policy *p = CS_NEW_ARRAY(arena, struct cs_policy, 2);
		memcpy(p, policies[i], sizeof(policies[i]));
		a[i].policies = p;
	}
	struct cs_service_token *t = CS_NEW_ARRAY(arena, struct cs_service_token, 2);
	memcpy(t, tokens, sizeof(tokens));
	copy->applications = a;
	copy->service_tokens = t;
	struct cs_snapshot *s;
	CHECK_OK(cs_snapshot_new(&arena, copy, &s));
	cs_gate_publish(gate, &s);
}

/* app: Service Auth for any token, then Allow everyone; shop: Allow everyone. */
static void
begin(void)
{
	cs_gate_new(&(struct cs_gate_config){ .unknown_per_minute = 20 }, &gate);
	cs_gate_set_fresh(gate, cs_time_add(NOW, 10 * CS_DAY_MS));
	places[0] = (struct cs_destination){ .host = CS_STR("app.example.test") };
	places[1] = (struct cs_destination){ .host = CS_STR("shop.example.test") };
	for (uint32_t i = 0; i < 2; i++)
		apps[i] = (struct cs_application){ .id = id_of(30 + i),
			.destinations = &places[i],
			.destination_count = 1,
			.policy_count = 2 - i };
	policies[0][0] = (struct cs_policy){ .id = id_of(40),
		.decision = CS_POLICY_NON_IDENTITY,
		.rules.include = { &any_token, 1 } };
	policies[0][1] = policies[1][0] = (struct cs_policy){
		.id = id_of(41), .decision = CS_POLICY_ALLOW, .rules.include = { &everyone, 1 }
	};
	tokens[0] = (struct cs_service_token){
		.id = id_of(70),
		.client_id = CS_STR(CLIENT),
		.is_enabled = true,
		.has_previous = true,
		.previous_expires = cs_time_add(NOW, CS_HOUR_MS),
		.expires = cs_time_add(NOW, CS_DAY_MS),
	};
	tokens[1] = (struct cs_service_token){
		.id = id_of(71), .client_id = CS_STR(OTHER_CLIENT), .is_enabled = true
	};
	cs_sha256(cs_str_span(CS_STR(SECRET)), tokens[0].secret_hash);
	cs_sha256(cs_str_span(CS_STR(OLD_SECRET)), tokens[0].previous_hash);
	cs_sha256(cs_str_span(CS_STR("other")), tokens[1].secret_hash);
	config = sample_config();
	config.application_count = 2;
	config.service_token_count = 2;
	client = (struct cs_client){ CS_STR(CLIENT ".access"), CS_STR(SECRET) };
	presented = CS_CREDENTIALS_ONE;
	publish();
}

static void
end(void)
{
	cs_gate_decision_clear(&got);
	cs_gate_free(&gate);
}

static struct cs_gate_request
request(void)
{
	return (struct cs_gate_request){
		.host = CS_STR("app.example.test"),
		.target = CS_STR("/"),
		.ip = addr_of("192.0.2.7"),
		.credentials = credentials,
		.ctx = &client,
	};
}

static enum cs_gate_verdict
decide_at(cs_time now, struct cs_gate_request rq)
{
	cs_gate_decision_clear(&got);
	cs_gate_decide(gate, now, &rq, &got);
	return got.verdict;
}

static enum cs_gate_verdict
decide(void)
{
	return decide_at(NOW, request());
}

static void
sign(void)
{
	const struct cs_assertion a = { id_of(70), id_of(30), CS_STR(JWT) };
	cs_gate_assertion_put(
	    gate, ACCOUNT, &a, cs_time_add(NOW, CS_HOUR_MS), cs_gate_assertion_epoch(gate));
}

TEST(a_good_service_token_passes_with_what_was_signed_for_it)
{
	begin();
	CHECK_INT(decide(), CS_GATE_COLD);
	CHECK_INT(got.need, CS_NEED_ASSERTION);
	CHECK(cs_id_equal(got.service_token, id_of(70)));
	sign();
	CHECK_INT(decide(), CS_GATE_SERVICE);
	CHECK_TEXT(((cs_str){ got.assertion, got.assertion_len }), JWT);
	CHECK(got.email_len == 0 && cs_id_is_zero(got.user) && got.token.len == 0);
	end();
}

TEST(credentials_that_are_none_are_refused_unless_everything_is_open)
{
	static const struct {
		const char *id, *secret;
	} rows[] = {
		{ CLIENT ".access", SECRET "x" },
		{ CLIENT ".access", "cfast_" },
		{ CLIENT ".access", "" },
		{ CLIENT ".access", "other" },
		{ OTHER_CLIENT ".access", SECRET },
		{ CLIENT, SECRET },
		{ CLIENT ".acces", SECRET },
		{ CLIENT ".accessory", SECRET },
		{ CLIENT "0.access", SECRET },
		{ "0" CLIENT ".access", SECRET },
		{ "", SECRET },
		{ ".access", SECRET },
		{ "00112233445566778899AABBCCDDEEFF.access", SECRET },
		{ "12345678901234567890123456789012.access", SECRET },
	};
	begin();
	sign();
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		client = (struct cs_client){ cs_str_c(rows[i].id), cs_str_c(rows[i].secret) };
		CHECK_INT(decide(), CS_GATE_SERVICE_UNKNOWN);
		CHECK(cs_id_is_zero(got.service_token));
	}
	/* another way through Service Auth does not make them good; Bypass asks nobody who they are */
	policies[0][0].rules.include = (struct cs_rule_list){ &everyone, 1 };
	publish();
	CHECK_INT(decide(), CS_GATE_SERVICE_UNKNOWN);
	policies[0][0].decision = CS_POLICY_BYPASS;
	publish();
	CHECK_INT(decide(), CS_GATE_BYPASS);
	presented = CS_CREDENTIALS_NONE;
	CHECK_INT(decide(), CS_GATE_BYPASS);
	end();
}

TEST(malformed_credentials_are_refused_even_when_they_are_good)
{
	begin();
	sign();
	presented = CS_CREDENTIALS_MALFORMED;
	CHECK_INT(decide(), CS_GATE_SERVICE_UNKNOWN);
	end();
}

TEST(the_domain_behind_the_client_id_is_passed_over)
{
	begin();
	sign();
	client.id = CS_STR(CLIENT ".access.halden.test");
	CHECK_INT(decide(), CS_GATE_SERVICE);
	end();
}

TEST(a_secret_that_was_rotated_away_lasts_until_its_time)
{
	begin();
	sign();
	client.secret = CS_STR(OLD_SECRET);
	CHECK_INT(decide(), CS_GATE_SERVICE);
	CHECK_INT(decide_at(cs_time_add(NOW, CS_HOUR_MS - 1), request()), CS_GATE_SERVICE);
	CHECK_INT(decide_at(cs_time_add(NOW, CS_HOUR_MS), request()), CS_GATE_SERVICE_UNKNOWN);
	tokens[0].has_previous = false;
	publish();
	CHECK_INT(decide(), CS_GATE_SERVICE_UNKNOWN);
	client.secret = CS_STR(SECRET);
	CHECK_INT(decide(), CS_GATE_SERVICE);
	end();
}

TEST(a_token_that_is_disabled_over_or_gone_is_refused_at_the_next_decision)
{
	begin();
	sign();
	CHECK_INT(decide(), CS_GATE_SERVICE);
	CHECK_INT(decide_at(cs_time_add(NOW, CS_DAY_MS), request()), CS_GATE_SERVICE_UNKNOWN);
	tokens[0].is_enabled = false;
	publish();
	CHECK_INT(decide(), CS_GATE_SERVICE_UNKNOWN);
	client.secret = CS_STR(OLD_SECRET);
	CHECK_INT(decide(), CS_GATE_SERVICE_UNKNOWN);
	client.secret = CS_STR(SECRET);
	tokens[0].is_enabled = true;
	publish();
	CHECK_INT(decide(), CS_GATE_SERVICE);
	config.service_token_count = 0;
	publish();
	CHECK_INT(decide(), CS_GATE_SERVICE_UNKNOWN);
	end();
}

static void
put(cs_str token, cs_id application, const char *host)
{
	struct cs_app_session s = {
		.account = ACCOUNT,
		.id = id_of(60),
		.application = application,
		.host = cs_str_c(host),
		.identity = ann(),
		.expires = cs_time_add(NOW, CS_HOUR_MS),
	};
	cs_sha256(cs_str_span(token), s.token_hash);
	CHECK_OK(cs_gate_session_put(gate, &s, cs_gate_epoch(gate)));
}

TEST(beside_credentials_allow_policies_and_cookies_open_nothing)
{
	begin();
	put(CS_STR(TOKEN), id_of(31), "shop.example.test");
	struct cs_gate_request rq = request();
	rq.host = CS_STR("shop.example.test");
	rq.token = CS_STR(TOKEN);
	CHECK_INT(decide_at(NOW, rq), CS_GATE_DENIED);
	CHECK(cs_id_equal(got.service_token, id_of(70)));
	presented = CS_CREDENTIALS_NONE;
	CHECK_INT(decide_at(NOW, rq), CS_GATE_ALLOW);
	CHECK_TEXT(got.token, TOKEN);
	end();
}

TEST(what_was_signed_is_kept_for_its_token_its_application_and_its_time)
{
	begin();
	sign();
	CHECK_INT(decide_at(cs_time_add(NOW, CS_HOUR_MS), request()), CS_GATE_COLD);
	client = (struct cs_client){ CS_STR(OTHER_CLIENT ".access"), CS_STR("other") };
	CHECK_INT(decide(), CS_GATE_COLD);
	client = (struct cs_client){ CS_STR(CLIENT ".access"), CS_STR(SECRET) };
	apps[0].id = id_of(33);
	publish();
	CHECK_INT(decide(), CS_GATE_COLD);
	end();
}

TEST(another_signing_key_makes_what_was_signed_before_worthless)
{
	begin();
	sign();
	const struct cs_change change = { .account = ACCOUNT, .kind = CS_CHANGE_SIGNING_KEY };
	uint64_t before = cs_gate_assertion_epoch(gate);
	cs_gate_apply(gate, &change, 1);
	CHECK_INT(decide(), CS_GATE_COLD);
	/* signed with the old key, put after the change */
	const struct cs_assertion late = { id_of(70), id_of(30), CS_STR(JWT) };
	cs_gate_assertion_put(gate, ACCOUNT, &late, cs_time_add(NOW, CS_HOUR_MS), before);
	CHECK_INT(decide(), CS_GATE_COLD);
	end();
}

TEST(the_slow_lane_s_assertion_serves_its_own_request_alone)
{
	begin();
	struct cs_gate_request rq = request();
	rq.assertion = (struct cs_assertion){ id_of(70), id_of(30), CS_STR(JWT) };
	cs_gate_decide_with(gate, NOW, &rq, NULL, 0, &got);
	CHECK_INT(got.verdict, CS_GATE_SERVICE);
	cs_gate_decision_clear(&got);
	rq.assertion.application = id_of(31);
	cs_gate_decide_with(gate, NOW, &rq, NULL, 0, &got);
	CHECK_INT(got.verdict, CS_GATE_COLD);
	cs_gate_decision_clear(&got);
	rq.assertion = (struct cs_assertion){ id_of(71), id_of(30), CS_STR(JWT) };
	cs_gate_decide_with(gate, NOW, &rq, NULL, 0, &got);
	CHECK_INT(got.verdict, CS_GATE_COLD);
	end();
}

TEST(what_passed_was_seen_once_a_minute_and_what_was_refused_was_not)
{
	struct cs_gate_seen seen[8];
	begin();
	CHECK_INT(decide(), CS_GATE_COLD);
	CHECK_INT(cs_gate_take_seen(gate, seen, 8), 0);
	sign();
	for (int i = 0; i < 5; i++)
		CHECK_INT(decide(), CS_GATE_SERVICE);
	client.secret = CS_STR("wrong");
	CHECK_INT(decide(), CS_GATE_SERVICE_UNKNOWN);
	CHECK_INT(cs_gate_take_seen(gate, seen, 8), 1);
	CHECK(cs_id_equal(seen[0].token, id_of(70)) && cs_id_equal(seen[0].account, ACCOUNT));
	CHECK_INT(seen[0].at.ms, NOW.ms - NOW.ms % CS_MINUTE_MS);
	CHECK_INT(cs_gate_take_seen(gate, seen, 8), 0);
	end();
}

/* --- tokens of applications --- */

static struct cs_gate_request
with_access_token(const char *token)
{
	struct cs_gate_request rq = request();
	rq.credentials = NULL;
	rq.access_token = cs_str_c(token);
	return rq;
}

TEST(another_application_s_token_passes_where_a_rule_names_that_application)
{
	begin();
	policies[0][0].rules.include = (struct cs_rule_list){ &linked, 1 };
	publish();
	put(CS_STR(TOKEN), id_of(31), "shop.example.test");
	CHECK_INT(decide_at(NOW, with_access_token(TOKEN)), CS_GATE_ALLOW);
	CHECK_TEXT(cs_gate_decision_email(&got), "Ann@Example.test");
	CHECK(cs_id_equal(got.user, USER));
	/* signed for the other one: it would be worth nothing here */
	CHECK_INT(got.token.len, 0);
	/* by the header alone, not as a cookie */
	struct cs_gate_request rq = with_access_token("");
	rq.token = CS_STR(TOKEN);
	CHECK_INT(decide_at(NOW, rq), CS_GATE_UNAUTHENTICATED);
	end();
}

TEST(a_linked_token_must_be_good_at_home)
{
	begin();
	policies[0][0].rules.include = (struct cs_rule_list){ &linked, 1 };
	publish();
	put(CS_STR(TOKEN), id_of(31), "shop.example.test");
	CHECK_INT(decide_at(NOW, with_access_token(TOKEN)), CS_GATE_ALLOW);
	CHECK_INT(decide_at(cs_time_add(NOW, CS_HOUR_MS), with_access_token(TOKEN)),
	    CS_GATE_UNAUTHENTICATED);
	/* home lets nobody in any more, or asks for a second factor that this session has not */
	policies[1][0].decision = CS_POLICY_DENY;
	publish();
	CHECK_INT(decide_at(NOW, with_access_token(TOKEN)), CS_GATE_UNAUTHENTICATED);
	policies[1][0].decision = CS_POLICY_ALLOW;
	policies[1][0].mfa =
	    (struct cs_mfa_config){ .is_set = true, .has_methods = true, .methods = CS_MFA_TOTP };
	publish();
	CHECK_INT(decide_at(NOW, with_access_token(TOKEN)), CS_GATE_UNAUTHENTICATED);
	policies[1][0].mfa = (struct cs_mfa_config){ .is_set = false };
	publish();
	CHECK_INT(decide_at(NOW, with_access_token(TOKEN)), CS_GATE_ALLOW);
	cs_gate_drop_user(gate, ACCOUNT, USER);
	CHECK_INT(decide_at(NOW, with_access_token(TOKEN)), CS_GATE_COLD);
	CHECK_INT(got.need, CS_NEED_SESSION);
	end();
}

TEST(a_linked_token_of_another_application_than_the_named_one_opens_nothing)
{
	static const struct cs_rule other = { .kind = CS_RULE_LINKED_APP, .id = { { [15] = 35 } } };
	begin();
	policies[0][0].rules.include = (struct cs_rule_list){ &other, 1 };
	publish();
	put(CS_STR(TOKEN), id_of(31), "shop.example.test");
	CHECK_INT(decide_at(NOW, with_access_token(TOKEN)), CS_GATE_UNAUTHENTICATED);
	CHECK_INT(decide_at(NOW, with_access_token("no token at all")), CS_GATE_UNAUTHENTICATED);
	end();
}

TEST(an_application_s_own_token_counts_in_the_header_when_there_is_no_cookie)
{
	begin();
	put(CS_STR(TOKEN), APP, "app.example.test");
	CHECK_INT(decide_at(NOW, with_access_token(TOKEN)), CS_GATE_ALLOW);
	CHECK_TEXT(got.token, TOKEN);
	struct cs_gate_request rq = with_access_token(TOKEN);
	rq.token = CS_STR("not.a.session");
	CHECK_INT(decide_at(NOW, rq), CS_GATE_COLD);
	/* handed to another host */
	put(CS_STR(OTHER_TOKEN), APP, "other.example.test");
	CHECK_INT(decide_at(NOW, with_access_token(OTHER_TOKEN)), CS_GATE_UNAUTHENTICATED);
	end();
}

TEST(both_a_cookie_and_a_linked_token_are_looked_up_one_after_the_other)
{
	begin();
	policies[0][0].rules.include = (struct cs_rule_list){ &linked, 1 };
	publish();
	struct cs_gate_request rq = with_access_token(TOKEN);
	rq.token = CS_STR(OTHER_TOKEN);
	struct cs_gate_loaded loaded[2] = { 0 };
	cs_sha256(cs_str_span(CS_STR(TOKEN)), loaded[0].token_hash);
	cs_sha256(cs_str_span(CS_STR(OTHER_TOKEN)), loaded[1].token_hash);
	cs_gate_decide_with(gate, NOW, &rq, loaded, 0, &got);
	CHECK_INT(got.verdict, CS_GATE_COLD);
	CHECK(memcmp(got.token_hash, loaded[0].token_hash, CS_TOKEN_HASH_LEN) == 0);
	cs_gate_decision_clear(&got);
	cs_gate_decide_with(gate, NOW, &rq, loaded, 1, &got);
	CHECK_INT(got.verdict, CS_GATE_COLD);
	CHECK(memcmp(got.token_hash, loaded[1].token_hash, CS_TOKEN_HASH_LEN) == 0);
	cs_gate_decision_clear(&got);
	cs_gate_decide_with(gate, NOW, &rq, loaded, 2, &got);
	CHECK_INT(got.verdict, CS_GATE_UNAUTHENTICATED);
	end();
}

TEST_MAIN("gate/services")
