/* What the console's own calls about a member answer: standing, passwords, addresses, sessions. */
#include "member_browser.h"

#include <stdatomic.h>

#include "domain/mailbox.h"
#include "store/membership_store.h"

#define ANN "owner@halden.test"
#define NUL_IN_ALL \
	"{\"password\":\"a\\u0000b\",\"email\":\"a\\u0000b\",\"token\":\"a\\u0000b\"," \
	"\"name\":\"a\\u0000b\"}"

static struct console
signed_in(struct yard *y)
{
	struct console c = { .y = y, .host = CONSOLE, .origin = ORIGIN };

	CHECK_INT(sign_in(&c, ANN, PASSWORD), 200);
	return c;
}

#define SIGNED_IN(NAME, YARD) CS_AUTO(console_close) struct console NAME = signed_in(YARD)

static cs_err
turn_on(struct cs_tx *tx, void *ctx)
{
	const struct yard *y = ctx;

	return cs_member_set_two_factor(tx, y->halden.owner, cs_tx_op(tx)->now);
}

static cs_err
enforce(struct cs_tx *tx, void *ctx)
{
	const struct yard *y = ctx;
	const struct cs_account_demands demands = { .is_enforced = true };

	return cs_account_demands_set(tx, y->halden.account, &demands);
}

static void
change(struct yard *y, cs_tx_fn *fn)
{
	CHECK_OK(cs_store_write(y->d.store, &y->op, fn, y));
}

/* --- standing --- */

TEST(a_browser_that_nobody_is_signed_in_to_stands_at_the_password)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member/sign-in", ""), 200);
	CHECK_TEXT(said(&c, "step"), "password");
	CHECK(json_is_null(json_object_get(c.body, "member")));
	CHECK_INT(json_array_size(json_object_get(c.body, "methods")), 0);
	snprintf(c.session, sizeof(c.session), "%s", "not-a-token");
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member/sign-in", ""), 200);
	CHECK_TEXT(said(&c, "step"), "password");
	CHECK(json_is_object(json_object_get(c.body, "recovery_wait")));
	CHECK_INT(json_object_size(c.body), 13);
}

TEST(a_password_without_a_second_factor_leads_to_the_console_and_recommends_one)
{
	YARD(y);
	owner_joins(y);
	SIGNED_IN(c, y);
	CHECK_TEXT(said(&c, "step"), "done");
	CHECK_TEXT(said(&c, "redirect"), "/console/");
	CHECK_TEXT(said(&c, "member/email"), ANN);
	CHECK(json_is_object(json_object_get(c.body, "recommend_enrol")));
	CHECK(json_is_null(json_object_get(c.body, "enrol")));
	CHECK(json_is_true(json_object_get(c.body, "new_browser")));
	CHECK(json_is_object(json_object_get(c.body, "recovery_wait")));
	CHECK_INT(json_object_size(c.body), 13);
}

TEST(a_password_with_a_second_factor_stands_at_the_challenge)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	change(y, turn_on);
	atomic_store(&y->d.remember_browser_ms, 30 * CS_DAY_MS);
	CHECK_INT(sign_in(&c, ANN, PASSWORD), 200);
	CHECK_TEXT(said(&c, "step"), "challenge");
	CHECK(json_is_null(json_object_get(c.body, "redirect")));
	CHECK_INT(
	    json_integer_value(json_object_get(json_object_get(c.body, "remember"), "days")), 30);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member/sign-in", ""), 200);
	CHECK_TEXT(said(&c, "step"), "challenge");
}

TEST(what_is_enforced_stands_at_enrolling_with_the_accounts_that_want_it)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	change(y, enforce);
	CHECK_INT(sign_in(&c, ANN, PASSWORD), 200);
	CHECK_TEXT(said(&c, "step"), "enrol");
	CHECK_TEXT(said(&c, "enrol/why"), "enforced");
	const json_t *accounts = json_object_get(json_object_get(c.body, "enrol"), "accounts");
	CHECK_INT(json_array_size(accounts), 1);
	CHECK_TEXT(cs_str_c(json_string_value(json_array_get(accounts, 0))), "Halden");
}

/* --- half a session --- */

TEST(half_a_session_opens_nothing_but_its_own_step)
{
	static const struct {
		enum cs_method method;
		const char *path;
	} rows[] = {
		{ CS_GET, "/api/v1/member" },
		{ CS_GET, "/api/v1/member/sessions" },
		{ CS_GET, "/api/v1/member/contacts" },
		{ CS_POST, "/api/v1/member/prove" },
		{ CS_POST, "/api/v1/member/password" },
		{ CS_POST, "/api/v1/member/email" },
		{ CS_POST, "/api/v1/member/name" },
		{ CS_POST, "/api/v1/member/contacts" },
		{ CS_POST, "/api/v1/member/sessions/end" },
		{ CS_POST, "/api/v1/member/recovery/stop" },
		{ CS_GET, "/client/v4/user" },
		{ CS_GET, "/client/v4/user/tokens" },
	};
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	change(y, turn_on);
	CHECK_INT(sign_in(&c, ANN, PASSWORD), 200);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		int status =
		    ask(&c, rows[i].method, rows[i].path, rows[i].method == CS_GET ? "" : "{}");
		if (status != 401 && status != 403)
			fail_msg("%s answers %d", rows[i].path, status);
	}
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/email/verify", "{}"), 403);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/sign-out", "{}"), 200);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member/sign-in", ""), 200);
	CHECK_TEXT(said(&c, "step"), "password");
}

/* --- passwords --- */

TEST(what_a_password_is_worth_is_said_while_it_is_typed)
{
	YARD(y);
	BROWSER(c, y);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/password/check", "{\"password\":\"abc\"}"), 200);
	CHECK_TEXT(said(&c, "reason"), "short");
	CHECK_INT(json_integer_value(json_object_get(c.body, "least")), 15);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/password/check",
		      "{\"password\":\"1qaz2wsx3edc4rfv\"}"),
	    200);
	CHECK_TEXT(said(&c, "reason"), "common");
	CHECK_INT(
	    ask(&c, CS_POST, "/api/v1/member/password/check", "{\"password\":\"" PASSWORD "\"}"),
	    200);
	CHECK(json_is_null(json_object_get(c.body, "reason")));
}

TEST(a_weak_password_is_refused_with_its_reason)
{
	YARD(y);
	owner_joins(y);
	SIGNED_IN(c, y);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/password", "{\"password\":\"x\"}"), 403);
	CHECK_TEXT(cs_str_c(code(&c)), "prove_first");
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/prove", "{\"password\":\"" PASSWORD "\"}"), 200);
	CHECK(said(&c, "expires_at").len > 0);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/password", "{\"password\":\"x\"}"), 400);
	CHECK_TEXT(cs_str_c(code(&c)), "weak_password");
	CHECK_TEXT(said(&c, "error/reason"), "short");
	CHECK_INT(
	    ask(&c, CS_POST, "/api/v1/member/password", "{\"password\":\"" PASSWORD "\"}"), 400);
	CHECK_TEXT(said(&c, "error/reason"), "same");
	CHECK_INT(
	    ask(&c, CS_POST, "/api/v1/member/password", "{\"password\":\"another long password\"}"),
	    200);
	CHECK_INT(json_object_size(c.body), 0);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 200);
}

TEST(asking_for_a_new_password_says_the_same_of_every_address)
{
	static const char *const addresses[] = { ANN, "nobody@halden.test", "owner@oslo.test", "",
		"no address" };
	YARD(y);
	BROWSER(c, y);
	char body[128];
	owner_joins(y);
	for (size_t i = 0; i < CS_COUNT(addresses); i++) {
		snprintf(body, sizeof(body), "{\"email\":\"%s\"}", addresses[i]);
		for (int n = 0; n < 7; n++) {
			CHECK_INT(ask(&c, CS_POST, "/api/v1/member/password/forgotten", body), 200);
			CHECK_INT(json_object_size(c.body), 0);
		}
	}
}

TEST(a_link_that_is_none_has_ended)
{
	YARD(y);
	BROWSER(c, y);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/password/reset",
		      "{\"token\":\"cm_x\",\"password\":\"another long password\"}"),
	    410);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/email/confirm", "{\"token\":\"cm_x\"}"), 410);
	CHECK_TEXT(cs_str_c(code(&c)), "ended");
}

/* --- sessions --- */

TEST(sessions_are_listed_and_ended_one_by_one_or_all)
{
	YARD(y);
	owner_joins(y);
	y->op.user_agent = CS_STR("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");
	SIGNED_IN(a, y);
	y->op.now = cs_time_add(y->op.now, 1000);
	SIGNED_IN(b, y);
	y->op.now = cs_time_add(y->op.now, 1000);
	SIGNED_IN(c, y);
	char path[128];

	CHECK_INT(ask(&c, CS_GET, "/api/v1/member/sessions", ""), 200);
	const json_t *list = json_object_get(c.body, "sessions");
	/* the one that redeemed the invitation, too */
	CHECK_INT(json_array_size(list), 4);
	CHECK(json_is_true(json_object_get(json_array_get(list, 0), "is_this")));
	CHECK(json_is_false(json_object_get(json_array_get(list, 1), "is_this")));
	CHECK(json_is_null(json_object_get(json_array_get(list, 0), "method")));
	snprintf(path, sizeof(path), "/api/v1/member/sessions/%s/end",
	    json_string_value(json_object_get(json_array_get(list, 1), "id")));
	CHECK_INT(ask(&c, CS_POST, path, "{}"), 200);
	CHECK_INT(json_array_size(json_object_get(c.body, "sessions")), 3);
	CHECK_INT(ask(&b, CS_GET, "/api/v1/member", ""), 401);
	CHECK_INT(ask(&a, CS_GET, "/api/v1/member", ""), 200);
	CHECK_INT(ask(&c, CS_POST, path, "{}"), 404);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/sessions/end", "{}"), 200);
	CHECK_INT(json_array_size(json_object_get(c.body, "sessions")), 1);
	CHECK_INT(ask(&a, CS_GET, "/api/v1/member", ""), 401);
}

TEST(ending_ones_own_session_signs_out)
{
	YARD(y);
	owner_joins(y);
	y->op.now = cs_time_add(y->op.now, 1000);
	SIGNED_IN(c, y);
	char path[128];

	CHECK_INT(ask(&c, CS_GET, "/api/v1/member/sessions", ""), 200);
	snprintf(path, sizeof(path), "/api/v1/member/sessions/%s/end",
	    json_string_value(
		json_object_get(json_array_get(json_object_get(c.body, "sessions"), 0), "id")));
	CHECK_INT(ask(&c, CS_POST, path, "{}"), 200);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 401);
}

/* --- bodies --- */

TEST(what_is_not_what_a_call_takes_is_refused)
{
	static const char *const paths[] = { "/api/v1/member/password/check",
		"/api/v1/member/password/forgotten", "/api/v1/member/password/reset",
		"/api/v1/member/email/confirm", "/api/v1/member/sign-in/sso",
		"/api/v1/member/prove", "/api/v1/member/password", "/api/v1/member/email",
		"/api/v1/member/name", "/api/v1/member/contacts" };
	static const char *const bodies[] = { "[]", "{", "\"x\"",
		"{\"password\":1,\"email\":1,\"token\":1,\"name\":1}", NUL_IN_ALL,
		"{\"password\":\"a\",\"password\":\"b\"}" };
	YARD(y);
	owner_joins(y);
	SIGNED_IN(c, y);
	char *huge = cs_arena_alloc(y->arena, 4000);

	memset(huge, 'a', 3999);
	huge[3999] = '\0';
	for (size_t i = 0; i < CS_COUNT(paths); i++) {
		for (size_t j = 0; j < CS_COUNT(bodies); j++) {
			CHECK_INT(ask(&c, CS_POST, paths[i], bodies[j]), 400);
			CHECK_TEXT(cs_str_c(code(&c)), "body");
		}
		cs_str body = cs_arena_printf(y->arena,
		    "{\"password\":\"%.*s\",\"email\":\"%.*s\",\"token\":\"%.*s\",\"name\":\"%.*"
		    "s\"}",
		    900, huge, 900, huge, 900, huge, 900, huge);
		CHECK_INT(ask(&c, CS_POST, paths[i], cs_arena_c(y->arena, body)), 400);
	}
}

TEST(no_call_of_members_is_answered_on_another_host)
{
	static const char *const paths[] = { "/api/v1/member/password/check",
		"/api/v1/member/password/forgotten", "/api/v1/member/password/reset",
		"/api/v1/member/email/confirm", "/api/v1/member/sign-in/sso" };
	YARD(y);
	owner_joins(y);
	SIGNED_IN(c, y);

	c.host = "auth.halden.test";
	c.origin = "https://auth.halden.test";
	for (size_t i = 0; i < CS_COUNT(paths); i++)
		CHECK_INT(ask(&c, CS_POST, paths[i], "{}"), 404);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member/sign-in", ""), 404);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member/sessions", ""), 401);
}

TEST(a_foreign_page_changes_nothing)
{
	static const char *const paths[] = { "/api/v1/member/prove", "/api/v1/member/password",
		"/api/v1/member/email", "/api/v1/member/email/verify", "/api/v1/member/name",
		"/api/v1/member/contacts", "/api/v1/member/sessions/end",
		"/api/v1/member/password/reset", "/api/v1/member/email/confirm" };
	YARD(y);
	owner_joins(y);
	SIGNED_IN(c, y);

	c.origin = "https://evil.test";
	for (size_t i = 0; i < CS_COUNT(paths); i++) {
		CHECK_INT(ask(&c, CS_POST, paths[i], "{}"), 403);
		CHECK_TEXT(cs_str_c(code(&c)), "csrf");
	}
}

TEST_MAIN("api/console/member_profile")
