#include "test.h"

#include "gate/gate.h"
#include "sample.h"

static struct cs_gate *gate;
static struct cs_arena *arena;

static void
begin(size_t max_sessions)
{
	arena = cs_arena_new(1 << 20);
	cs_gate_new(&(struct cs_gate_config){ .max_sessions = max_sessions }, &gate);
}

static void
end(void)
{
	cs_gate_free(&gate);
	cs_arena_free(&arena);
}

/* Session n of user n / 10 in application n % 10, opened from global session n / 2. */
static struct cs_app_session
session_of(uint32_t n)
{
	struct cs_app_session s = {
		.account = ACCOUNT,
		.id = id_of(1000000 + n),
		.application = id_of(300 + n % 10),
		.host = CS_STR("app.example.test"),
		.global_session = id_of(2000000 + n / 2),
		.identity = ann(),
		.expires = cs_time_add(NOW, CS_HOUR_MS),
		.proof_source = CS_PROOF_AMR,
		.proof_method = CS_MFA_TOTP,
		.proof_at = NOW,
		.proof_is_own = n % 2 == 1,
		.authenticator = id_of(3000000 + n / 10),
	};
	s.identity.user = id_of(4000000 + n / 10);
	/* as a digest: bytes all over */
	uint64_t x = n + 1;
	for (size_t i = 0; i < CS_TOKEN_HASH_LEN; i++) {
		x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		s.token_hash[i] = (uint8_t)(x >> 56);
	}
	return s;
}

static void
put(uint32_t n)
{
	struct cs_app_session s = session_of(n);
	CHECK_OK(cs_gate_session_put(gate, &s, cs_gate_epoch(gate)));
}

static bool
has(uint32_t n)
{
	struct cs_app_session want = session_of(n), got;
	cs_err err = cs_gate_session_find(gate, arena, want.token_hash, &got);
	cs_arena_reset(arena);
	CHECK(!cs_failed(err) || cs_is(err, CS_E_NOT_FOUND));
	return !cs_failed(err);
}

static size_t
count_of(uint32_t from, uint32_t to)
{
	size_t n = 0;
	for (uint32_t i = from; i < to; i++)
		n += has(i);
	return n;
}

TEST(a_session_is_found_as_it_was_put)
{
	begin(0);
	put(7);
	struct cs_app_session want = session_of(7), got;
	CHECK_OK(cs_gate_session_find(gate, arena, want.token_hash, &got));
	CHECK(cs_id_equal(got.account, want.account));
	CHECK(cs_id_equal(got.id, want.id));
	CHECK(cs_id_equal(got.application, want.application));
	CHECK(cs_id_equal(got.global_session, want.global_session));
	CHECK(cs_id_equal(got.authenticator, want.authenticator));
	CHECK(cs_id_equal(got.identity.user, want.identity.user));
	CHECK(cs_id_equal(got.identity.provider, want.identity.provider));
	CHECK_TEXT(got.host, "app.example.test");
	CHECK_TEXT(got.identity.email, "Ann@Example.test");
	CHECK_INT(got.identity.amr_count, 2);
	CHECK_TEXT(got.identity.amr[0], "pwd");
	CHECK_TEXT(got.identity.amr[1], "otp");
	CHECK_INT(got.expires.ms, want.expires.ms);
	CHECK_INT(got.proof_method, CS_MFA_TOTP);
	CHECK_INT(got.proof_source, CS_PROOF_AMR);
	CHECK_INT(got.proof_at.ms, NOW.ms);
	CHECK(got.proof_is_own);
	end();
}

TEST(a_session_that_was_not_put_is_not_found)
{
	begin(0);
	put(1);
	CHECK(!has(2));
	struct cs_app_session near = session_of(1);
	near.token_hash[31] ^= 1;
	struct cs_app_session got;
	CHECK_ERR(cs_gate_session_find(gate, arena, near.token_hash, &got), NOT_FOUND);
	CHECK(cs_id_is_zero(got.id) && got.identity.email.len == 0);
	end();
}

TEST(a_session_put_again_is_one_session_with_the_new_facts)
{
	begin(0);
	put(1);
	struct cs_app_session s = session_of(1), got;
	s.identity.email = CS_STR("new@example.test");
	s.proof_at = cs_time_add(NOW, 5);
	CHECK_OK(cs_gate_session_put(gate, &s, cs_gate_epoch(gate)));
	CHECK_INT(cs_gate_session_count(gate), 1);
	CHECK_OK(cs_gate_session_find(gate, arena, s.token_hash, &got));
	CHECK_TEXT(got.identity.email, "new@example.test");
	CHECK_INT(got.proof_at.ms, NOW.ms + 5);
	end();
}

TEST(facts_that_do_not_fit_are_refused)
{
	begin(0);
	static char text[600];
	memset(text, 'a', sizeof(text));
	struct cs_app_session s = session_of(1);
	s.identity.email = (cs_str){ text, 255 };
	CHECK_ERR(cs_gate_session_put(gate, &s, 0), LIMIT);
	s = session_of(1);
	s.host = (cs_str){ text, 254 };
	CHECK_ERR(cs_gate_session_put(gate, &s, 0), LIMIT);
	s = session_of(1);
	s.identity.amr[0] = (cs_str){ text, 256 };
	CHECK_ERR(cs_gate_session_put(gate, &s, 0), LIMIT);
	s.identity.amr[0] = s.identity.amr[1] = (cs_str){ text, 250 };
	CHECK_ERR(cs_gate_session_put(gate, &s, 0), LIMIT);
	CHECK_INT(cs_gate_session_count(gate), 0);
	s.identity.amr[1] = (cs_str){ text, 230 };
	s.identity.email = (cs_str){ text, 254 };
	s.host = (cs_str){ text, 253 };
	CHECK_OK(cs_gate_session_put(gate, &s, 0));
	struct cs_app_session got;
	CHECK_OK(cs_gate_session_find(gate, arena, s.token_hash, &got));
	CHECK(cs_str_equal(got.identity.amr[1], s.identity.amr[1]));
	CHECK(cs_str_equal(got.identity.email, s.identity.email));
	end();
}

TEST(many_sessions_are_found_and_counted)
{
	begin(0);
	for (uint32_t i = 0; i < 20000; i++)
		put(i);
	CHECK_INT(cs_gate_session_count(gate), 20000);
	CHECK_INT(count_of(0, 20000), 20000);
	CHECK_INT(count_of(20000, 21000), 0);
	end();
}

TEST(a_session_is_dropped_alone)
{
	begin(0);
	for (uint32_t i = 0; i < 100; i++)
		put(i);
	cs_gate_drop_session(gate, ACCOUNT, id_of(1000007));
	CHECK(!has(7));
	CHECK_INT(count_of(0, 100), 99);
	CHECK_INT(cs_gate_session_count(gate), 99);
	end();
}

TEST(a_global_session_takes_its_application_sessions_with_it)
{
	begin(0);
	for (uint32_t i = 0; i < 100; i++)
		put(i);
	cs_gate_drop_global_session(gate, ACCOUNT, id_of(2000003));
	CHECK(!has(6) && !has(7) && has(5) && has(8));
	CHECK_INT(cs_gate_session_count(gate), 98);
	end();
}

TEST(a_user_takes_all_sessions_with_them)
{
	begin(0);
	for (uint32_t i = 0; i < 100; i++)
		put(i);
	cs_gate_drop_user(gate, ACCOUNT, id_of(4000003));
	CHECK_INT(count_of(30, 40), 0);
	CHECK_INT(cs_gate_session_count(gate), 90);
	end();
}

TEST(an_authenticator_takes_the_sessions_it_opened)
{
	begin(0);
	for (uint32_t i = 0; i < 100; i++)
		put(i);
	cs_gate_drop_authenticator(gate, ACCOUNT, id_of(3000002));
	CHECK_INT(count_of(20, 30), 0);
	CHECK_INT(cs_gate_session_count(gate), 90);
	end();
}

TEST(an_application_takes_its_sessions_with_it)
{
	begin(0);
	for (uint32_t i = 0; i < 100; i++)
		put(i);
	cs_gate_drop_application(gate, ACCOUNT, id_of(304));
	CHECK(!has(4) && !has(94) && has(5));
	CHECK_INT(cs_gate_session_count(gate), 90);
	end();
}

TEST(nothing_of_another_account_is_dropped)
{
	begin(0);
	put(7);
	cs_gate_drop_session(gate, id_of(2), id_of(1000007));
	cs_gate_drop_user(gate, id_of(2), id_of(4000000));
	cs_gate_drop_application(gate, id_of(2), id_of(307));
	CHECK(has(7));
	cs_gate_account_forget(gate, id_of(2));
	CHECK(has(7));
	cs_gate_account_forget(gate, ACCOUNT);
	CHECK(!has(7));
	end();
}

TEST(no_key_drops_nothing)
{
	begin(0);
	struct cs_app_session s = session_of(1);
	s.authenticator = cs_id_zero;
	s.proof_method = 0;
	CHECK_OK(cs_gate_session_put(gate, &s, 0));
	cs_gate_drop_authenticator(gate, ACCOUNT, cs_id_zero);
	CHECK(has(1));
	end();
}

TEST(rows_of_the_change_sequence_are_applied_together)
{
	begin(0);
	for (uint32_t i = 0; i < 100; i++)
		put(i);
	const struct cs_change changes[] = {
		{ .account = ACCOUNT, .kind = CS_CHANGE_CONFIG },
		{ .account = ACCOUNT, .kind = CS_CHANGE_APP_SESSION, .key = id_of(1000099) },
		{ .account = ACCOUNT, .kind = CS_CHANGE_SIGNING_KEY },
		{ .account = ACCOUNT, .kind = CS_CHANGE_USER, .key = id_of(4000001) },
		{ .account = id_of(2), .kind = CS_CHANGE_USER, .key = id_of(4000002) },
	};
	cs_gate_apply(gate, changes, CS_COUNT(changes));
	CHECK_INT(cs_gate_session_count(gate), 89);
	CHECK(!has(99));
	CHECK_INT(count_of(10, 20), 0);
	end();
}

TEST(changes_of_configuration_and_keys_leave_the_epoch)
{
	begin(0);
	uint64_t epoch = cs_gate_epoch(gate);
	const struct cs_change changes[] = {
		{ .account = ACCOUNT, .kind = CS_CHANGE_CONFIG },
		{ .account = ACCOUNT, .kind = CS_CHANGE_SIGNING_KEY },
	};
	cs_gate_apply(gate, changes, CS_COUNT(changes));
	CHECK_INT(cs_gate_epoch(gate), epoch);
	end();
}

TEST(a_session_that_a_revocation_overtook_is_not_cached)
{
	begin(0);
	uint64_t epoch = cs_gate_epoch(gate);
	struct cs_app_session s = session_of(1);
	cs_gate_drop_session(gate, ACCOUNT, s.id);
	CHECK_ERR(cs_gate_session_put(gate, &s, epoch), CONFLICT);
	CHECK(!has(1));
	CHECK_OK(cs_gate_session_put(gate, &s, cs_gate_epoch(gate)));
	CHECK(has(1));
	end();
}

TEST(no_more_sessions_are_kept_than_allowed)
{
	begin(1000);
	for (uint32_t i = 0; i < 5000; i++)
		put(i);
	size_t count = cs_gate_session_count(gate);
	CHECK(count >= 1000 && count <= 1064);
	CHECK_INT(count_of(0, 5000), count);
	CHECK(has(4999));
	end();
}

TEST(what_is_asked_for_stays_longer_than_what_is_not)
{
	begin(1000);
	for (uint32_t i = 0; i < 1000; i++)
		put(i);
	for (uint32_t i = 1000; i < 4000; i++) {
		put(i);
		for (uint32_t k = 0; k < 100; k++)
			has(k);
	}
	CHECK(count_of(0, 100) > 90);
	CHECK(count_of(100, 1000) < 450);
	end();
}

TEST(the_place_of_dropped_sessions_is_used_again)
{
	begin(0);
	for (int round = 0; round < 20; round++) {
		for (uint32_t i = 0; i < 1000; i++)
			put(i);
		for (uint32_t i = 0; i < 100; i++)
			cs_gate_drop_user(gate, ACCOUNT, id_of(4000000 + i));
		CHECK_INT(cs_gate_session_count(gate), 0);
	}
	end();
}

TEST(what_a_provider_said_is_kept_and_told_apart)
{
	begin(10);
	struct cs_app_session s = session_of(1), found;
	s.identity.fields = CS_STR("{\"groups\":[\"crew\"]}");
	CHECK_OK(cs_gate_session_put(gate, &s, cs_gate_epoch(gate)));
	/* the same scope but for what was said, and one of whom nothing was said */
	s = session_of(11);
	s.identity.fields = CS_STR("{\"groups\":[\"night\"]}");
	CHECK_OK(cs_gate_session_put(gate, &s, cs_gate_epoch(gate)));
	put(21);
	CHECK_OK(cs_gate_session_find(gate, arena, session_of(1).token_hash, &found));
	CHECK_TEXT(found.identity.fields, "{\"groups\":[\"crew\"]}");
	CHECK_TEXT(found.identity.email, "Ann@Example.test");
	CHECK_OK(cs_gate_session_find(gate, arena, session_of(11).token_hash, &found));
	CHECK_TEXT(found.identity.fields, "{\"groups\":[\"night\"]}");
	CHECK_OK(cs_gate_session_find(gate, arena, session_of(21).token_hash, &found));
	CHECK_INT(found.identity.fields.len, 0);
	CHECK_INT(found.identity.amr_count, 2);
	end();
}

TEST(more_than_a_provider_may_say_is_not_kept)
{
	begin(10);
	char text[4097];
	memset(text, 'x', sizeof(text));
	struct cs_app_session s = session_of(1), found;
	s.identity.fields = (cs_str){ text, sizeof(text) };
	CHECK_ERR(cs_gate_session_put(gate, &s, cs_gate_epoch(gate)), LIMIT);
	CHECK_ERR(cs_gate_session_find(gate, arena, session_of(1).token_hash, &found), NOT_FOUND);
	s.identity.fields.len = 4096;
	CHECK_OK(cs_gate_session_put(gate, &s, cs_gate_epoch(gate)));
	CHECK_OK(cs_gate_session_find(gate, arena, session_of(1).token_hash, &found));
	CHECK_INT(found.identity.fields.len, 4096);
	end();
}

TEST_MAIN("gate/sessions")
