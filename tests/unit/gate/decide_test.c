#include "test.h"

#include "crypto/mac.h"
#include "gate/gate.h"
#include "sample.h"

#define TOKEN "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"

static struct cs_gate *gate;
static struct cs_gate_decision got;

/* Changed by a test before publish(). */
static struct cs_access_config config;
static struct cs_application app[2];
static struct cs_policy policy;
static struct cs_destination places[2];
static const struct cs_rule everyone = EVERYONE;
static const struct cs_rule not_ann = { .kind = CS_RULE_EMAIL };

static void
publish(void)
{
	struct cs_arena *arena = cs_arena_new(1 << 16);
	struct cs_access_config *copy = CS_NEW(arena, struct cs_access_config);
	*copy = config;
	struct cs_application *apps = CS_NEW_ARRAY(arena, struct cs_application, 2);
	memcpy(apps, app, sizeof(app));
	struct cs_policy *policies = CS_NEW(arena, struct cs_policy);
	*policies = policy;
	apps[0].policies = apps[1].policies = policies;
	copy->applications = apps;
	struct cs_snapshot *s;
	CHECK_OK(cs_snapshot_new(&arena, copy, &s));
	cs_gate_publish(gate, &s);
}

static void
begin(void)
{
	cs_gate_new(&(struct cs_gate_config){ .unknown_per_minute = 20 }, &gate);
	cs_gate_set_fresh(gate, cs_time_add(NOW, 10 * CS_DAY_MS));
	places[0] = (struct cs_destination){ .host = CS_STR("app.example.test") };
	places[1] = (struct cs_destination){ .host = CS_STR("shop.example.test") };
	for (uint32_t i = 0; i < 2; i++)
		app[i] = (struct cs_application){ .id = id_of(30 + i),
			.destinations = &places[i],
			.destination_count = 1,
			.policy_count = 1 };
	policy = (struct cs_policy){
		.id = id_of(40), .decision = CS_POLICY_ALLOW, .rules.include = { &everyone, 1 }
	};
	config = sample_config();
	config.application_count = 2;
	config.organization.mfa = (struct cs_mfa_config){ .is_set = true,
		.has_methods = true,
		.methods = CS_MFA_TOTP,
		.has_duration = true,
		.duration_ms = CS_HOUR_MS };
	config.organization.mfa_is_required_for_all = true;
	publish();
}

static void
end(void)
{
	cs_gate_decision_clear(&got);
	cs_gate_free(&gate);
}

static struct cs_app_session
session(void)
{
	struct cs_app_session s = {
		.account = ACCOUNT,
		.id = id_of(60),
		.application = APP,
		.host = CS_STR("app.example.test"),
		.global_session = id_of(61),
		.identity = ann(),
		.expires = cs_time_add(NOW, 24 * CS_HOUR_MS),
		.proof_method = CS_MFA_TOTP,
		.proof_at = NOW,
		.authenticator = id_of(62),
	};
	cs_sha256(cs_str_span(CS_STR(TOKEN)), s.token_hash);
	return s;
}

static void
put(struct cs_app_session s)
{
	CHECK_OK(cs_gate_session_put(gate, &s, cs_gate_epoch(gate)));
}

static struct cs_gate_request
request(void)
{
	return (struct cs_gate_request){ .host = CS_STR("app.example.test"),
		.target = CS_STR("/x?y"),
		.ip = addr_of("192.0.2.7"),
		.token = CS_STR(TOKEN) };
}

static enum cs_gate_verdict
decide_at(cs_time now, struct cs_gate_request rq)
{
	static bool is_held;
	if (is_held)
		cs_gate_decision_clear(&got);
	cs_gate_decide(gate, now, &rq, &got);
	is_held = true;
	return got.verdict;
}

static enum cs_gate_verdict
decide(struct cs_gate_request rq)
{
	return decide_at(NOW, rq);
}

TEST(zeroed_memory_means_denied)
{
	struct cs_gate_decision zero = { 0 };
	CHECK_INT(zero.verdict, CS_GATE_DENIED);
	struct cs_access_answer answer = { 0 };
	CHECK_INT(answer.verdict, CS_ACCESS_DENY);
}

TEST(a_session_that_is_good_lets_in_with_its_facts)
{
	begin();
	put(session());
	CHECK_INT(decide(request()), CS_GATE_ALLOW);
	CHECK_TEXT(cs_gate_decision_email(&got), "Ann@Example.test");
	CHECK(cs_id_equal(got.user, USER));
	CHECK(cs_id_equal(got.session, id_of(60)));
	CHECK(cs_id_equal(got.application->id, APP));
	CHECK(cs_id_equal(got.policy->id, id_of(40)));
	end();
}

TEST(without_a_token_one_must_sign_in)
{
	begin();
	put(session());
	struct cs_gate_request rq = request();
	rq.token = CS_STR_NONE;
	CHECK_INT(decide(rq), CS_GATE_UNAUTHENTICATED);
	CHECK(got.token.len == 0 && got.email_len == 0);
	end();
}

TEST(what_has_not_the_form_of_a_token_is_not_looked_up)
{
	begin();
	static char long_token[CS_GATE_TOKEN_MAX + 1];
	memset(long_token, 'a', sizeof(long_token));
	long_token[1] = long_token[2] = '.';
	const cs_str bad[] = { CS_STR("x"), CS_STR("a.b"), CS_STR("a.b.c.d"), CS_STR("a.b.c "),
		CS_STR("a.b.\xc3\xa9"), CS_STR("a.b.c="), { long_token, sizeof(long_token) } };
	struct cs_gate_request rq = request();
	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		rq.token = bad[i];
		CHECK_INT(decide(rq), CS_GATE_UNAUTHENTICATED);
	}
	rq.token = (cs_str){ long_token, CS_GATE_TOKEN_MAX };
	CHECK_INT(decide(rq), CS_GATE_COLD);
	end();
}

TEST(a_token_has_the_bytes_of_base64url_alone_wherever_they_stand)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	static const size_t lengths[] = { 5, 31, 32, 33, 64, 75, 953 };
	char text[1000];
	begin();
	for (size_t n = 0; n < CS_COUNT(lengths); n++) {
		struct cs_gate_request rq = request();
		rq.token = (cs_str){ text, lengths[n] };
		for (int byte = 0; byte < 256; byte++) {
			size_t at = 4 + (size_t)byte * 7 % (lengths[n] - 4);
			memset(text, 'a', sizeof(text));
			text[1] = text[3] = '.';
			text[at] = (char)byte;
			bool is_good = byte != 0 && strchr(alphabet, byte) != NULL;
			CHECK_INT(decide(rq), is_good ? CS_GATE_COLD : CS_GATE_UNAUTHENTICATED);
		}
	}
	end();
}

TEST(a_token_that_is_not_in_memory_is_cold)
{
	begin();
	CHECK_INT(decide(request()), CS_GATE_COLD);
	CHECK_INT(got.need, CS_NEED_SESSION);
	struct cs_app_session s = session();
	CHECK(memcmp(got.token_hash, s.token_hash, CS_TOKEN_HASH_LEN) == 0);
	end();
}

TEST(an_unknown_host_is_told_as_such)
{
	begin();
	struct cs_gate_request rq = request();
	rq.host = CS_STR("other.example.test");
	CHECK_INT(decide(rq), CS_GATE_UNKNOWN_HOST);
	CHECK(got.snapshot == NULL);
	rq.host = CS_STR_NONE;
	CHECK_INT(decide(rq), CS_GATE_UNKNOWN_HOST);
	rq.host = CS_STR("auth.example.test");
	CHECK_INT(decide(rq), CS_GATE_UNKNOWN_HOST);
	end();
}

TEST(a_session_is_good_for_its_own_application_and_host_alone)
{
	begin();
	places[1].host = CS_STR("*.example.test");
	publish();
	put(session());
	struct cs_gate_request rq = request();
	rq.host = CS_STR("shop.example.test");
	CHECK_INT(decide(rq), CS_GATE_UNAUTHENTICATED);
	struct cs_app_session s = session();
	s.application = id_of(31);
	put(s);
	CHECK_INT(decide(request()), CS_GATE_UNAUTHENTICATED);
	CHECK_INT(decide(rq), CS_GATE_UNAUTHENTICATED);
	s.host = CS_STR("shop.example.test");
	put(s);
	CHECK_INT(decide(rq), CS_GATE_ALLOW);
	rq.host = CS_STR("mall.example.test");
	CHECK_INT(decide(rq), CS_GATE_UNAUTHENTICATED);
	end();
}

TEST(a_session_of_another_account_is_not_good)
{
	begin();
	struct cs_app_session s = session();
	s.account = id_of(2);
	put(s);
	CHECK_INT(decide(request()), CS_GATE_UNAUTHENTICATED);
	CHECK(cs_id_is_zero(got.user));
	end();
}

TEST(a_session_ends_when_it_expires)
{
	begin();
	struct cs_app_session s = session();
	s.proof_at = s.expires;
	put(s);
	CHECK_INT(decide_at(cs_time_add(s.expires, -1), request()), CS_GATE_ALLOW);
	CHECK_INT(decide_at(s.expires, request()), CS_GATE_UNAUTHENTICATED);
	CHECK_INT(cs_gate_session_count(gate), 0);
	end();
}

TEST(the_age_of_the_proof_is_compared_on_each_request)
{
	begin();
	put(session());
	CHECK_INT(decide_at(cs_time_add(NOW, CS_HOUR_MS - 1), request()), CS_GATE_ALLOW);
	CHECK_INT(decide_at(cs_time_add(NOW, CS_HOUR_MS), request()), CS_GATE_STEP_UP);
	CHECK_INT(got.mfa.methods, CS_MFA_TOTP);
	config.mfa_age_is_login_only = true;
	publish();
	CHECK_INT(decide_at(cs_time_add(NOW, CS_HOUR_MS), request()), CS_GATE_ALLOW);
	end();
}

TEST(a_session_without_a_proof_must_step_up)
{
	begin();
	struct cs_app_session s = session();
	s.proof_method = 0;
	put(s);
	CHECK_INT(decide(request()), CS_GATE_STEP_UP);
	config.mfa_age_is_login_only = true;
	publish();
	CHECK_INT(decide(request()), CS_GATE_STEP_UP);
	config.organization.mfa_is_required_for_all = false;
	publish();
	CHECK_INT(decide(request()), CS_GATE_ALLOW);
	end();
}

TEST(a_proof_by_a_method_that_is_no_longer_allowed_must_step_up)
{
	begin();
	put(session());
	config.organization.mfa.methods = CS_MFA_SECURITY_KEY;
	publish();
	CHECK_INT(decide(request()), CS_GATE_STEP_UP);
	end();
}

TEST(with_0m_the_session_lives_on_its_own_proof)
{
	begin();
	config.organization.mfa.duration_ms = 0;
	publish();
	struct cs_app_session s = session();
	put(s);
	CHECK_INT(decide(request()), CS_GATE_STEP_UP);
	s.proof_is_own = true;
	put(s);
	CHECK_INT(decide_at(cs_time_add(NOW, 23 * CS_HOUR_MS), request()), CS_GATE_ALLOW);
	end();
}

TEST(a_change_of_policy_counts_at_the_next_request_and_makes_no_session_cold)
{
	begin();
	put(session());
	CHECK_INT(decide(request()), CS_GATE_ALLOW);
	policy.rules.include = (struct cs_rule_list){ &not_ann, 1 };
	publish();
	CHECK_INT(decide(request()), CS_GATE_DENIED);
	CHECK_TEXT(cs_gate_decision_email(&got), "Ann@Example.test");
	policy.rules.include = (struct cs_rule_list){ &everyone, 1 };
	publish();
	CHECK_INT(decide(request()), CS_GATE_ALLOW);
	end();
}

TEST(a_block_is_a_denial_and_a_provider_not_allowed_here_a_new_sign_in)
{
	begin();
	put(session());
	const cs_id only_pin = PIN;
	app[0].allowed_idps = &only_pin;
	app[0].allowed_idp_count = 1;
	publish();
	CHECK_INT(decide(request()), CS_GATE_UNAUTHENTICATED);
	app[0].allowed_idp_count = 0;
	policy.decision = CS_POLICY_DENY;
	publish();
	CHECK_INT(decide(request()), CS_GATE_DENIED);
	end();
}

TEST(a_bypass_passes_without_a_person_whatever_the_token)
{
	begin();
	put(session());
	policy.decision = CS_POLICY_BYPASS;
	publish();
	CHECK_INT(decide(request()), CS_GATE_BYPASS);
	CHECK(got.email_len == 0 && cs_id_is_zero(got.user) && got.token.len == 0);
	struct cs_gate_request rq = request();
	rq.token = CS_STR("garbage");
	CHECK_INT(decide(rq), CS_GATE_BYPASS);
	end();
}

TEST(an_application_without_policies_denies)
{
	begin();
	put(session());
	app[0].policy_count = 0;
	publish();
	CHECK_INT(decide(request()), CS_GATE_DENIED);
	end();
}

TEST(an_ambiguous_path_is_denied_even_where_everybody_may_pass)
{
	begin();
	policy.decision = CS_POLICY_BYPASS;
	places[1] =
	    (struct cs_destination){ .host = CS_STR("app.example.test"), .path = CS_STR("/admin") };
	publish();
	struct cs_gate_request rq = request();
	rq.target = CS_STR("/x%2f..%2fadmin");
	CHECK_INT(decide(rq), CS_GATE_DENIED);
	rq.target = CS_STR("/x/../admin");
	CHECK_INT(decide(rq), CS_GATE_DENIED);
	CHECK(got.application == NULL);
	rq.target = CS_STR("/x");
	CHECK_INT(decide(rq), CS_GATE_BYPASS);
	end();
}

TEST(a_path_outside_of_all_applications_is_denied)
{
	begin();
	put(session());
	places[0].path = CS_STR("/eng");
	publish();
	CHECK_INT(decide(request()), CS_GATE_DENIED);
	struct cs_gate_request rq = request();
	rq.target = CS_STR("/eng");
	CHECK_INT(decide(rq), CS_GATE_ALLOW);
	end();
}

TEST(a_revoked_session_is_cold_at_the_next_request)
{
	begin();
	put(session());
	CHECK_INT(decide(request()), CS_GATE_ALLOW);
	cs_gate_drop_user(gate, ACCOUNT, USER);
	CHECK_INT(decide(request()), CS_GATE_COLD);
	end();
}

TEST(a_token_that_the_store_does_not_know_is_refused_without_asking_again)
{
	begin();
	struct cs_app_session s = session();
	struct cs_addr ip = addr_of("192.0.2.7");
	CHECK_INT(decide(request()), CS_GATE_COLD);
	cs_gate_session_unknown(gate, NOW, s.token_hash, &ip);
	CHECK_INT(decide(request()), CS_GATE_UNAUTHENTICATED);
	CHECK_INT(
	    decide_at(cs_time_add(NOW, CS_MINUTE_MS - 1), request()), CS_GATE_UNAUTHENTICATED);
	CHECK_INT(decide_at(cs_time_add(NOW, CS_MINUTE_MS), request()), CS_GATE_COLD);
	cs_gate_session_unknown(gate, NOW, s.token_hash, &ip);
	put(s);
	CHECK_INT(decide(request()), CS_GATE_ALLOW);
	cs_gate_drop_session(gate, ACCOUNT, s.id);
	CHECK_INT(decide(request()), CS_GATE_COLD);
	end();
}

static struct cs_gate_request
garbage(int n)
{
	static char text[32];
	struct cs_gate_request rq = request();
	rq.token = (cs_str){ text, (size_t)snprintf(text, sizeof(text), "a.b.%d", n) };
	return rq;
}

TEST(a_source_with_too_many_unknown_tokens_is_not_looked_up_for_a_while)
{
	begin();
	put(session());
	struct cs_addr ip = addr_of("192.0.2.7");
	for (int i = 0; i < 20; i++) {
		CHECK_INT(decide(garbage(i)), CS_GATE_COLD);
		cs_gate_session_unknown(gate, NOW, got.token_hash, &ip);
	}
	CHECK_INT(decide(garbage(20)), CS_GATE_UNAUTHENTICATED);
	CHECK_INT(decide(request()), CS_GATE_ALLOW);
	struct cs_gate_request elsewhere = garbage(20);
	elsewhere.ip = addr_of("198.51.100.7");
	CHECK_INT(decide(elsewhere), CS_GATE_COLD);
	CHECK_INT(decide_at(cs_time_add(NOW, CS_MINUTE_MS), garbage(20)), CS_GATE_COLD);
	end();
}

TEST(a_node_that_is_not_fresh_decides_nothing_by_itself)
{
	begin();
	put(session());
	cs_gate_free(&gate);
	cs_gate_new(&(struct cs_gate_config){ 0 }, &gate);
	publish();
	put(session());
	CHECK_INT(decide(request()), CS_GATE_COLD);
	cs_gate_set_fresh(gate, cs_time_add(NOW, 5000));
	CHECK_INT(decide(request()), CS_GATE_ALLOW);
	CHECK_INT(decide_at(cs_time_add(NOW, 4999), request()), CS_GATE_ALLOW);
	CHECK_INT(decide_at(cs_time_add(NOW, 5000), request()), CS_GATE_COLD);
	/* the clock was set back, and the next poll says until when by the new one */
	cs_gate_set_fresh(gate, cs_time_add(NOW, 1000));
	CHECK(cs_gate_is_fresh(gate, cs_time_add(NOW, 999)));
	CHECK(!cs_gate_is_fresh(gate, cs_time_add(NOW, 1000)));
	policy.decision = CS_POLICY_BYPASS;
	publish();
	CHECK_INT(decide_at(cs_time_add(NOW, 5000), request()), CS_GATE_COLD);
	end();
}

static enum cs_gate_verdict
decide_with(const struct cs_app_session *s)
{
	struct cs_gate_request rq = request();
	struct cs_gate_loaded loaded = { .session = s };
	struct cs_gate_decision d;
	cs_sha256(cs_str_span(rq.token), loaded.token_hash);
	cs_gate_decide_with(gate, NOW, &rq, &loaded, 1, &d);
	enum cs_gate_verdict verdict = d.verdict;
	cs_gate_decision_clear(&d);
	CHECK(d.snapshot == NULL);
	return verdict;
}

TEST(the_slow_lane_judges_by_what_the_store_has)
{
	begin();
	cs_gate_decision_clear(&got);
	struct cs_app_session s = session();
	CHECK_INT(decide_with(&s), CS_GATE_ALLOW);
	CHECK_INT(decide_with(NULL), CS_GATE_UNAUTHENTICATED);
	s.proof_at = cs_time_add(NOW, -CS_HOUR_MS);
	CHECK_INT(decide_with(&s), CS_GATE_STEP_UP);
	s.expires = NOW;
	CHECK_INT(decide_with(&s), CS_GATE_UNAUTHENTICATED);
	end();
}

TEST(the_slow_lane_refuses_a_session_of_another_token)
{
	begin();
	cs_gate_decision_clear(&got);
	struct cs_app_session s = session();
	s.token_hash[0] ^= 1;
	CHECK_INT(decide_with(&s), CS_GATE_UNAUTHENTICATED);
	end();
}

TEST(a_decision_keeps_its_configuration_while_a_new_one_is_published)
{
	begin();
	put(session());
	CHECK_INT(decide(request()), CS_GATE_ALLOW);
	cs_gate_account_forget(gate, ACCOUNT);
	CHECK_TEXT(cs_snapshot_config(got.snapshot)->auth_host, "auth.example.test");
	CHECK(cs_id_equal(got.application->id, APP));
	CHECK_INT(decide(request()), CS_GATE_UNKNOWN_HOST);
	end();
}

TEST_MAIN("gate/decide")
