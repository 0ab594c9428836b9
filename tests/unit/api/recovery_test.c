/* A member's way back over HTTP: what the console's page sends and is told. */
#include "member_browser.h"

#include "domain/yard_mail.h"

#include "base/codec.h"
#include "crypto/mac.h"
#include "domain/recovery.h"
#include "proto/totp.h"

#define OWNER "owner@halden.test"

static struct mailbag bag;

__attribute__((format(printf, 3, 4))) static int
post(struct console *c, const char *path, const char *format, ...)
{
	char body[512];
	va_list args;

	va_start(args, format);
	vsnprintf(body, sizeof(body), format, args);
	va_end(args);
	return ask(c, CS_POST, path, body);
}

static void
pass(struct yard *y, int64_t ms)
{
	y->op.now = cs_time_add(y->op.now, ms);
}

/* --- a member with a second factor --- */

static cs_str
code_for(struct yard *y, cs_str key)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes = { 0 };
	CS_AUTO(cs_mac_free) struct cs_mac *mac = NULL;
	char digits[CS_OTP_DIGITS_MAX];

	cs_buf_init(&bytes, 128);
	CHECK_OK(cs_base32_decode(key, &bytes));
	CHECK_OK(cs_mac_new(CS_SHA1, cs_buf_span(&bytes), &mac));
	CHECK_OK(cs_hotp_code(
	    &cs_totp_usual.hotp, mac, (uint64_t)cs_totp_step(&cs_totp_usual, y->op.now), digits));
	return cs_arena_str(y->arena, (cs_str){ digits, 6 });
}

static cs_err
verify_owner(struct cs_tx *tx, void *ctx)
{
	struct cs_member owner;

	CS_TRY(cs_member_by_email(tx, CS_STR(OWNER), &owner));
	return cs_member_set_verified(tx, owner.id, owner.email, cs_tx_op(tx)->now);
}

/* Enrols an application in the page that c is at; *out_path confirms it. */
static cs_str
enrol(struct console *c)
{
	CHECK_INT(post(c, "/api/v1/enrolments", "{\"factor\":\"totp\"}"), 200);
	cs_str key = cs_arena_str(c->y->arena, said(c, "key"));
	const char *path =
	    cs_arena_c(c->y->arena, cs_arena_printf(c->y->arena, "/api/v1/enrolments/%.*s/confirm",
					CS_STR_ARG(said(c, "id"))));
	CHECK_INT(post(c, path, "{\"code\":\"%.*s\"}", CS_STR_ARG(code_for(c->y, key))), 200);
	return key;
}

/* The owner has an application, and signed in completely from c once. */
static cs_str
owner_with_factor(struct console *c)
{
	struct yard *y = c->y;
	cs_str key;

	y->d.node = (cs_id){ { 0xd0 } };
	y->d.recovery_wait_ms = 72 * CS_HOUR_MS;
	y->d.recovery_wait_thin_ms = 120 * CS_HOUR_MS;
	CHECK_OK(cs_addr_decode(CS_STR("192.0.2.7"), &y->op.peer));
	owner_joins(y);
	CHECK_OK(cs_store_write(y->d.store, &y->op, verify_owner, NULL));
	CHECK_INT(sign_in(c, OWNER, PASSWORD), 200);
	CHECK_INT(post(c, "/api/v1/member/prove", "{\"password\":\"%s\"}", PASSWORD), 200);
	key = enrol(c);
	CHECK_INT(ask(c, CS_POST, "/api/v1/member/sign-out", "{}"), 200);
	pass(y, CS_DAY_MS);
	collect(y, &bag);
	return key;
}

static void
give_password(struct console *c)
{
	CHECK_INT(sign_in(c, OWNER, PASSWORD), 200);
	CHECK_TEXT(said(c, "step"), "challenge");
}

static void
begin(struct console *c)
{
	give_password(c);
	CHECK_INT(ask(c, CS_POST, "/api/v1/member/recovery", "{}"), 200);
	CHECK_TEXT(said(c, "recovery/state"), "email");
	collect(c->y, &bag);
}

static void
verify(struct console *c)
{
	begin(c);
	CHECK_INT(post(c, "/api/v1/member/recovery/verify", "{\"code\":\"%.*s\"}",
		      CS_STR_ARG(code_in(&bag, CODE_MAIL))),
	    200);
}

static void
release(struct yard *y, int64_t wait_ms)
{
	cs_time next;

	pass(y, wait_ms);
	y->op.account = cs_id_zero;
	CHECK_OK(cs_recovery_step(&y->d, &y->op, &next));
	collect(y, &bag);
}

static bool
is_null(const struct console *c, const char *name)
{
	return json_is_null(json_object_get(json_object_get(c->body, "recovery"), name));
}

/* --- the way --- */

TEST(a_member_comes_back_over_http_and_the_old_factor_is_gone)
{
	YARD(y);
	BROWSER(c, y);
	cs_str old = owner_with_factor(&c);

	begin(&c);
	CHECK_TEXT(said(&c, "recovery/email_hint"), "o\u2022\u2022\u2022@halden.test");
	CHECK_TEXT(said(&c, "recovery/begun_by"), "you");
	CHECK(is_null(&c, "device") && is_null(&c, "wait") && !is_null(&c, "code"));
	CHECK_INT(post(&c, "/api/v1/member/recovery/verify", "{\"code\":\"%.*s\"}",
		      CS_STR_ARG(code_in(&bag, CODE_MAIL))),
	    200);
	CHECK_TEXT(said(&c, "recovery/state"), "waiting");
	const json_t *wait = json_object_get(json_object_get(c.body, "recovery"), "wait");
	const json_t *usual = json_object_get(c.body, "recovery_wait");
	CHECK_INT(json_integer_value(json_object_get(wait, "days")), 3);
	CHECK_INT(json_integer_value(json_object_get(wait, "seconds")), 72 * 3600);
	CHECK_INT(json_integer_value(json_object_get(usual, "seconds")), 72 * 3600);
	CHECK_INT(json_integer_value(json_object_get(usual, "thin_seconds")), 120 * 3600);
	CHECK(json_is_false(json_object_get(wait, "thin")));
	release(y, 72 * CS_HOUR_MS);
	give_password(&c);
	CHECK_TEXT(said(&c, "recovery/state"), "ready");
	char half[64];
	memcpy(half, c.session, sizeof(half));
	CHECK_INT(post(&c, "/api/v1/member/recovery/open", "{\"code\":\"%.*s\"}",
		      CS_STR_ARG(code_in(&bag, ACCESS_MAIL))),
	    200);
	CHECK_TEXT(said(&c, "step"), "enrol");
	CHECK_TEXT(said(&c, "enrol/why"), "recovery");
	CHECK(strcmp(half, c.session) != 0); /* its cookie is another one */
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 401);
	cs_str new_one = enrol(&c);
	CHECK_TEXT(said(&c, "standing/step"), "done");
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 200);
	/* the next sign-in takes the new one alone */
	pass(y, CS_MINUTE_MS);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/sign-out", "{}"), 200);
	give_password(&c);
	CHECK(json_is_null(json_object_get(c.body, "recovery")));
	CHECK_INT(post(&c, "/api/v1/challenges", "{\"purpose\":\"sign_in\"}"), 200);
	const char *answer =
	    cs_arena_c(y->arena, cs_arena_printf(y->arena, "/api/v1/challenges/%.*s/answer",
				     CS_STR_ARG(said(&c, "id"))));
	CHECK_INT(post(&c, answer, "{\"factor\":\"totp\",\"code\":\"%.*s\"}",
		      CS_STR_ARG(code_for(y, old))),
	    400);
	CHECK_INT(post(&c, answer, "{\"factor\":\"totp\",\"code\":\"%.*s\"}",
		      CS_STR_ARG(code_for(y, new_one))),
	    200);
	CHECK_TEXT(said(&c, "step"), "done");
}

TEST(a_browser_that_is_not_known_is_told_what_is_missing)
{
	YARD(y);
	BROWSER(known, y);
	BROWSER(fresh, y);

	owner_with_factor(&known);
	verify(&fresh);
	CHECK_TEXT(said(&fresh, "recovery/state"), "device");
	const json_t *device = json_object_get(json_object_get(fresh.body, "recovery"), "device");
	CHECK(json_is_false(json_object_get(device, "is_known")));
	CHECK_INT(json_array_size(json_object_get(device, "missing")), 2);
	CHECK_INT(ask(&fresh, CS_POST, "/api/v1/member/recovery/device", "{}"), 200);
	CHECK_TEXT(said(&fresh, "recovery/state"), "device");
	give_password(&known);
	CHECK_TEXT(said(&known, "recovery/state"), "device");
	CHECK_INT(ask(&known, CS_POST, "/api/v1/member/recovery/device", "{}"), 200);
	CHECK_TEXT(said(&known, "recovery/state"), "waiting");
}

TEST(a_wrong_code_says_how_many_tries_are_left)
{
	YARD(y);
	BROWSER(c, y);

	owner_with_factor(&c);
	begin(&c);
	bool is_first = code_in(&bag, CODE_MAIL).p[0] == '0';
	CHECK_INT(post(&c, "/api/v1/member/recovery/verify", "{\"code\":\"%s\"}",
		      is_first ? "11111111" : "00000000"),
	    400);
	assert_string_equal(code(&c), "wrong_code");
	CHECK_INT(
	    json_integer_value(json_object_get(json_object_get(c.body, "error"), "tries_left")), 4);
	CHECK_INT(post(&c, "/api/v1/member/recovery/verify", "{\"code\":\"abc\"}"), 400);
	assert_string_equal(code(&c), "malformed_code");
}

TEST(half_a_session_cannot_use_the_button_of_a_signed_in_browser)
{
	YARD(y);
	BROWSER(c, y);

	owner_with_factor(&c);
	verify(&c);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/recovery/stop", "{}"), 401);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member/sign-in", ""), 200);
	CHECK_TEXT(said(&c, "recovery/state"), "waiting");
}

TEST(without_a_session_there_is_nothing_to_begin)
{
	YARD(y);
	BROWSER(c, y);

	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/recovery", "{}"), 401);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/recovery/open", "{}"), 401);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/recovery/verify", "{}"), 401);
}

TEST(the_button_of_a_mail_stops_it_and_only_a_post_does)
{
	YARD(y);
	BROWSER(c, y);
	BROWSER(anybody, y);

	owner_with_factor(&c);
	begin(&c);
	cs_str token = token_in(&bag);
	CHECK_INT(ask(&anybody, CS_GET, "/api/v1/recovery/stop", ""), 405);
	CHECK_INT(
	    post(&anybody, "/api/v1/recovery/stop", "{\"token\":\"%.*s\"}", CS_STR_ARG(token)),
	    200);
	CHECK_TEXT(said(&anybody, "member_email_hint"), "o\u2022\u2022\u2022@halden.test");
	CHECK_INT(
	    post(&anybody, "/api/v1/recovery/stop", "{\"token\":\"%.*s\"}", CS_STR_ARG(token)),
	    410);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/recovery/verify", "{}"), 401);
	give_password(&c);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/recovery", "{}"), 409);
	assert_string_equal(code(&c), "stopped_lately");
}

TEST(the_button_works_on_the_consoles_host_alone)
{
	YARD(y);
	BROWSER(c, y);
	BROWSER(elsewhere, y);

	owner_with_factor(&c);
	begin(&c);
	elsewhere.host = "auth.halden.test";
	elsewhere.origin = "https://auth.halden.test";
	yard_add_organization(y);
	CHECK_INT(post(&elsewhere, "/api/v1/recovery/stop", "{\"token\":\"%.*s\"}",
		      CS_STR_ARG(token_in(&bag))),
	    404);
}

/* --- those in charge --- */

static const char *
path_of(struct yard *y, const char *rest)
{
	return cs_arena_c(
	    y->arena, cs_arena_printf(y->arena, "/api/v1/accounts/%.*s/recovery_cases%s",
			  CS_STR_ARG(cs_id_hex_text(y->arena, y->halden.account)), rest));
}

TEST(an_owner_alone_does_not_help_themselves_and_sees_the_case)
{
	YARD(y);
	BROWSER(c, y);
	BROWSER(other, y);
	cs_str key = owner_with_factor(&c);

	/* signed in before the case began, in another browser */
	CHECK_INT(sign_in(&other, OWNER, PASSWORD), 200);
	CHECK_INT(post(&other, "/api/v1/challenges", "{\"purpose\":\"sign_in\"}"), 200);
	const char *answer =
	    cs_arena_c(y->arena, cs_arena_printf(y->arena, "/api/v1/challenges/%.*s/answer",
				     CS_STR_ARG(said(&other, "id"))));
	CHECK_INT(post(&other, answer, "{\"factor\":\"totp\",\"code\":\"%.*s\"}",
		      CS_STR_ARG(code_for(y, key))),
	    200);
	pass(y, CS_HOUR_MS);
	collect(y, &bag);
	verify(&c);
	CHECK_INT(ask(&other, CS_GET, path_of(y, "?state=open"), ""), 200);
	const json_t *row = json_array_get(json_object_get(other.body, "recovery_cases"), 0);
	CHECK(json_is_true(json_object_get(row, "wants_two")));
	const char *id = json_string_value(json_object_get(row, "id"));
	const char *speed_up =
	    path_of(y, cs_arena_c(y->arena, cs_arena_printf(y->arena, "/%s/speed-up", id)));
	CHECK_INT(post(&other, speed_up, "{\"reason\":\"please\"}"), 403);
	assert_string_equal(code(&other), "prove_first");
	CHECK_INT(post(&other, "/api/v1/member/prove", "{\"password\":\"" PASSWORD "\"}"), 200);
	CHECK_INT(post(&other, speed_up, "{\"reason\":\"please\"}"), 403);
	assert_string_equal(code(&other), "not_yourself");
	CHECK_INT(post(&other, speed_up, "{\"reason\":\"\"}"), 400);
	CHECK_INT(ask(&other, CS_GET, path_of(y, "?state=odd"), ""), 400);
	CHECK_INT(ask(&other, CS_POST, "/api/v1/member/recovery/stop", "{}"), 200);
	CHECK(json_is_null(json_object_get(other.body, "recovery")));
	CHECK_INT(ask(&other, CS_GET, path_of(y, "?state=ended"), ""), 200);
	row = json_array_get(json_object_get(other.body, "recovery_cases"), 0);
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(row, "end"))), "stopped");
}

TEST(the_cases_are_shown_to_nobody_without_a_role)
{
	YARD(y);
	BROWSER(c, y);

	CHECK_INT(ask(&c, CS_GET, path_of(y, ""), ""), 401);
}

TEST_MAIN("api/recovery")
