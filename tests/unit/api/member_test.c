#include "member_browser.h"

TEST(a_member_signs_in_and_sees_their_accounts)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(sign_in(&c, " Owner@HALDEN.test ", PASSWORD), 200);
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(c.body, "redirect"))), "/console/");
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 200);
	const json_t *accounts = json_object_get(c.body, "accounts");
	CHECK_INT(json_array_size(accounts), 1);
	const json_t *halden = json_array_get(accounts, 0);
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(halden, "name"))), "Halden");
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(halden, "role"))), "owner");
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(halden, "auth_origin"))),
	    "https://auth.halden.test");
	CHECK(json_array_size(json_object_get(halden, "may")) >= 6);
	CHECK(json_object_get(json_object_get(c.body, "member"), "password_hash") == NULL);
}

TEST(nobody_is_signed_in_without_a_session)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 401);
	CHECK_TEXT(cs_str_c(code(&c)), "signed_out");
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/sign-out", "{}"), 401);
}

TEST(a_wrong_password_and_an_unknown_address_say_the_same)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(sign_in(&c, "owner@halden.test", "somebody else's guess"), 400);
	CHECK_TEXT(cs_str_c(code(&c)), "wrong_password");
	CHECK_INT(sign_in(&c, "nobody@halden.test", PASSWORD), 400);
	CHECK_TEXT(cs_str_c(code(&c)), "wrong_password");
	CHECK_TEXT(cs_str_c(c.session), "");
}

TEST(somebody_invited_who_has_no_password_yet_cannot_sign_in)
{
	YARD(y);
	BROWSER(c, y);
	CHECK_INT(sign_in(&c, "owner@halden.test", ""), 400);
	CHECK_INT(sign_in(&c, "owner@halden.test", PASSWORD), 400);
	CHECK_TEXT(cs_str_c(code(&c)), "wrong_password");
}

TEST(strangers_share_ten_guesses_an_hour_and_a_known_browser_has_its_own)
{
	YARD(y);
	BROWSER(owner, y);
	owner_joins(y);
	CHECK_INT(sign_in(&owner, "owner@halden.test", PASSWORD), 200);
	CHECK(owner.device[0] != '\0');
	for (int i = 0; i < 10; i++) {
		BROWSER(stranger, y);
		CHECK_INT(sign_in(&stranger, "owner@halden.test", "guess guess guess"), 400);
	}
	BROWSER(stranger, y);
	CHECK_INT(sign_in(&stranger, "owner@halden.test", PASSWORD), 429);
	CHECK_TEXT(cs_str_c(code(&stranger)), "too_many");
	CHECK_INT(sign_in(&owner, "owner@halden.test", PASSWORD), 200);
	y->op.now = cs_time_add(y->op.now, CS_HOUR_MS);
	CHECK_INT(sign_in(&stranger, "owner@halden.test", PASSWORD), 200);
}

TEST(guesses_at_an_address_that_nobody_has_run_out_too)
{
	YARD(y);
	for (int i = 0; i < 10; i++) {
		BROWSER(c, y);
		CHECK_INT(sign_in(&c, "nobody@halden.test", PASSWORD), 400);
	}
	BROWSER(c, y);
	CHECK_INT(sign_in(&c, "nobody@halden.test", PASSWORD), 429);
	CHECK_INT(sign_in(&c, "nobody2@halden.test", PASSWORD), 400);
}

TEST(signing_out_ends_the_session_for_whoever_kept_the_cookie)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(sign_in(&c, "owner@halden.test", PASSWORD), 200);
	BROWSER(copy, y);
	memcpy(copy.session, c.session, sizeof(copy.session));
	memcpy(copy.device, c.device, sizeof(copy.device));
	CHECK_INT(ask(&copy, CS_GET, "/api/v1/member", ""), 200);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/sign-out", "{}"), 200);
	CHECK_INT(ask(&copy, CS_GET, "/api/v1/member", ""), 401);
}

TEST(a_session_is_worth_nothing_in_another_browser)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(sign_in(&c, "owner@halden.test", PASSWORD), 200);
	BROWSER(thief, y);
	memcpy(thief.session, c.session, sizeof(thief.session));
	CHECK_INT(ask(&thief, CS_GET, "/api/v1/member", ""), 401);
	BROWSER(other, y);
	CHECK_INT(sign_in(&other, "nobody@halden.test", PASSWORD), 400);
	CHECK_INT(sign_in(&other, "owner@halden.test", PASSWORD), 200);
	memcpy(thief.device, other.device, sizeof(thief.device));
	CHECK_INT(ask(&thief, CS_GET, "/api/v1/member", ""), 401);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 200);
}

TEST(a_session_ends_after_twelve_hours)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(sign_in(&c, "owner@halden.test", PASSWORD), 200);
	y->op.now = cs_time_add(y->op.now, 12 * CS_HOUR_MS - 1);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 200);
	y->op.now = cs_time_add(y->op.now, 1);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 401);
}

TEST(members_sign_in_on_the_consoles_host_alone)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	c.host = "auth.halden.test";
	c.origin = "https://auth.halden.test";
	CHECK_INT(sign_in(&c, "owner@halden.test", PASSWORD), 404);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 401);
}

TEST(a_foreign_page_signs_nobody_in_or_out)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(sign_in(&c, "owner@halden.test", PASSWORD), 200);
	c.origin = "https://evil.test";
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/sign-out", "{}"), 403);
	CHECK_INT(sign_in(&c, "owner@halden.test", PASSWORD), 403);
	CHECK_TEXT(cs_str_c(code(&c)), "csrf");
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 200);
}

TEST(what_is_no_pair_of_texts_is_refused)
{
	static const char *const bodies[] = { "[]", "{\"email\":1,\"password\":\"x\"}",
		"{\"email\":\"a@b.test\",\"password\":null,\"password\":\"\"}", "{", "\"\"" };
	YARD(y);
	BROWSER(c, y);

	for (size_t i = 0; i < CS_COUNT(bodies); i++) {
		CHECK_INT(ask(&c, CS_POST, "/api/v1/member/sign-in", bodies[i]), 400);
		CHECK_TEXT(cs_str_c(code(&c)), "body");
	}
}

TEST_MAIN("api/console/member")
