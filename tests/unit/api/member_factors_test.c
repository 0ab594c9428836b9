/* Members' second factor over the calls that users have, on the console's host. */
#include "member_browser.h"

#include "base/codec.h"
#include "crypto/mac.h"
#include "proto/totp.h"
#include "store/membership_store.h"

#include <stdatomic.h>

#define OWNER "owner@halden.test"

/* What an application shows for a set-up key at this moment. */
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

#define PATH(C, FORMAT, ID) \
	cs_arena_c((C)->y->arena, cs_arena_printf((C)->y->arena, FORMAT, CS_STR_ARG(ID)))

static void
prove(struct console *c)
{
	CHECK_INT(post(c, "/api/v1/member/prove", "{\"password\":\"%s\"}", PASSWORD), 200);
}

struct app {
	cs_str id; /* of the enrolment, and then of the device */
	cs_str key;
};

static int
begin(struct console *c, cs_str replaces, struct app *out)
{
	if (replaces.len > 0)
		post(c, "/api/v1/enrolments", "{\"factor\":\"totp\",\"replaces\":\"%.*s\"}",
		    CS_STR_ARG(replaces));
	else
		post(c, "/api/v1/enrolments", "{\"factor\":\"totp\"}");
	out->id = cs_arena_str(c->y->arena, said(c, "id"));
	out->key = cs_arena_str(c->y->arena, said(c, "key"));
	return c->status;
}

static int
confirm(struct console *c, const struct app *app)
{
	return post(c, PATH(c, "/api/v1/enrolments/%.*s/confirm", app->id), "{\"code\":\"%.*s\"}",
	    CS_STR_ARG(code_for(c->y, app->key)));
}

static void
wait_for_next_code(struct console *c)
{
	c->y->op.now = cs_time_add(c->y->op.now, CS_MINUTE_MS);
}

static cs_err
verify_in(struct cs_tx *tx, void *ctx)
{
	struct cs_member member;

	CHECK_OK(cs_member_by_email(tx, CS_STR(OWNER), &member));
	return cs_member_set_verified(tx, member.id, member.email, cs_tx_op(tx)->now);
}

/* As if they had opened the link that was mailed to them. */
static void
verify(struct console *c)
{
	CHECK_OK(cs_store_write(c->y->d.store, &c->y->op, verify_in, NULL));
}

/* Signed in, with an application of a minute ago. */
static void
enrol(struct console *c, struct app *out)
{
	verify(c);
	CHECK_INT(sign_in(c, OWNER, PASSWORD), 200);
	CHECK_TEXT(said(c, "step"), "done");
	prove(c);
	CHECK_INT(begin(c, CS_STR(""), out), 200);
	CHECK_INT(confirm(c, out), 200);
	wait_for_next_code(c);
}

static cs_str
challenge(struct console *c, const char *purpose)
{
	CHECK_INT(post(c, "/api/v1/challenges", "{\"purpose\":\"%s\"}", purpose), 200);
	return cs_arena_str(c->y->arena, said(c, "id"));
}

static int
answer(struct console *c, cs_str challenge, const struct app *app)
{
	return post(c, PATH(c, "/api/v1/challenges/%.*s/answer", challenge),
	    "{\"factor\":\"totp\",\"code\":\"%.*s\"}", CS_STR_ARG(code_for(c->y, app->key)));
}

TEST(the_password_is_asked_for_before_the_first_one_counts_and_codes_come_after_it)
{
	struct app app;

	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(sign_in(&c, OWNER, PASSWORD), 200);
	CHECK_INT(begin(&c, CS_STR(""), &app), 403);
	CHECK_TEXT(cs_str_c(code(&c)), "verify_email_first");
	CHECK_INT(ask(&c, CS_GET, "/api/v1/me/devices", ""), 200);
	CHECK_TEXT(said(&c, "needs"), "verify_email");
	verify(&c);
	CHECK_INT(begin(&c, CS_STR(""), &app), 200);
	CHECK_INT(confirm(&c, &app), 403);
	CHECK_TEXT(cs_str_c(code(&c)), "prove_first");
	CHECK_INT(ask(&c, CS_GET, "/api/v1/me/devices", ""), 200);
	CHECK_TEXT(said(&c, "needs"), "prove");
	CHECK_INT(json_array_size(json_object_get(c.body, "devices")), 0);
	CHECK(json_is_null(json_object_get(c.body, "password_window")));
	CHECK(json_is_false(json_object_get(json_object_get(c.body, "two_factor"), "is_enabled")));
	prove(&c);
	/* what was scanned before is what is confirmed */
	CHECK_INT(confirm(&c, &app), 200);
	CHECK_TEXT(said(&c, "enrolled/kind"), "totp");
	CHECK_TEXT(said(&c, "backup_codes"), "needed");
	CHECK(json_object_get(c.body, "standing") == NULL);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/me/devices", ""), 200);
	CHECK_INT(json_array_size(json_object_get(c.body, "devices")), 1);
	CHECK(json_is_true(json_object_get(json_object_get(c.body, "two_factor"), "is_enabled")));
	CHECK(json_is_object(json_object_get(c.body, "password_window")));
	CHECK(json_is_null(json_object_get(c.body, "window")));
}

/* Before the password there is nothing but a cookie, which somebody may have copied. */
TEST(what_another_saw_with_a_copied_cookie_is_never_confirmed)
{
	struct app seen;
	struct app own;

	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	verify(&c);
	CHECK_INT(sign_in(&c, OWNER, PASSWORD), 200);
	CHECK_INT(begin(&c, CS_STR(""), &seen), 200);
	CHECK_INT(begin(&c, CS_STR(""), &own), 200);
	CHECK(!cs_str_equal(seen.key, own.key));
	prove(&c);
	CHECK_INT(confirm(&c, &seen), 410);
	CHECK_INT(confirm(&c, &own), 200);
}

TEST(the_password_is_asked_for_before_a_security_key_is_touched)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	verify(&c);
	CHECK_INT(sign_in(&c, OWNER, PASSWORD), 200);
	CHECK_INT(
	    post(&c, "/api/v1/enrolments", "{\"factor\":\"webauthn\",\"kind\":\"security_key\"}"),
	    403);
	CHECK_TEXT(cs_str_c(code(&c)), "prove_first");
	prove(&c);
	CHECK_INT(
	    post(&c, "/api/v1/enrolments", "{\"factor\":\"webauthn\",\"kind\":\"security_key\"}"),
	    200);
}

TEST(the_password_and_then_a_code_open_the_console)
{
	struct app app;
	cs_str id;

	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	enrol(&c, &app);
	BROWSER(other, y);
	CHECK_INT(sign_in(&other, OWNER, PASSWORD), 200);
	CHECK_TEXT(said(&other, "step"), "challenge");
	CHECK_INT(ask(&other, CS_GET, "/api/v1/member", ""), 401);
	char before[sizeof(other.session)];
	memcpy(before, other.session, sizeof(before));
	id = challenge(&other, "sign_in");
	CHECK_INT(answer(&other, id, &app), 200);
	CHECK_TEXT(said(&other, "step"), "done");
	CHECK(strcmp(before, other.session) != 0);
	CHECK_INT(ask(&other, CS_GET, "/api/v1/member", ""), 200);
	/* whoever kept the cookie of before has nothing */
	memcpy(other.session, before, sizeof(before));
	CHECK_INT(ask(&other, CS_GET, "/api/v1/member", ""), 401);
	CHECK_INT(answer(&other, id, &app), 401);
}

TEST(a_wrong_code_opens_nothing_and_a_code_opens_once)
{
	struct app app;
	cs_str code_now;
	cs_str id;

	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	enrol(&c, &app);
	BROWSER(one, y);
	BROWSER(two, y);
	CHECK_INT(sign_in(&one, OWNER, PASSWORD), 200);
	CHECK_INT(sign_in(&two, OWNER, PASSWORD), 200);
	id = challenge(&one, "sign_in");
	CHECK_INT(post(&one, PATH(&one, "/api/v1/challenges/%.*s/answer", id),
		      "{\"factor\":\"totp\",\"code\":\"000000\"}"),
	    400);
	CHECK_TEXT(cs_str_c(code(&one)), "wrong_code");
	CHECK_INT(ask(&one, CS_GET, "/api/v1/member", ""), 401);
	code_now = code_for(y, app.key);
	CHECK_INT(answer(&one, id, &app), 200);
	id = challenge(&two, "sign_in");
	CHECK_INT(post(&two, PATH(&two, "/api/v1/challenges/%.*s/answer", id),
		      "{\"factor\":\"totp\",\"code\":\"%.*s\"}", CS_STR_ARG(code_now)),
	    400);
	CHECK_TEXT(cs_str_c(code(&two)), "code_used");
	CHECK_INT(ask(&two, CS_GET, "/api/v1/member", ""), 401);
}

TEST(half_a_sign_in_opens_its_own_step_alone)
{
	static const char *const gets[] = { "/api/v1/me/devices", "/api/v1/me",
		"/api/v1/me/applications", "/api/v1/member", "/api/v1/member/sessions" };
	static const char *const posts[] = { "/api/v1/me/devices/lock", "/api/v1/me/sign-out",
		"/api/v1/member/prove" };
	struct app app;

	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	enrol(&c, &app);
	BROWSER(half, y);
	CHECK_INT(sign_in(&half, OWNER, PASSWORD), 200);
	for (size_t i = 0; i < CS_COUNT(gets); i++)
		CHECK_INT(ask(&half, CS_GET, gets[i], ""), 401);
	for (size_t i = 0; i < CS_COUNT(posts); i++)
		CHECK_INT(post(&half, posts[i], "{\"password\":\"%s\"}", PASSWORD), 401);
	CHECK_INT(begin(&half, CS_STR(""), &app), 409);
	CHECK_INT(post(&half, "/api/v1/challenges", "{\"purpose\":\"manage\"}"), 403);
	CHECK_INT(post(&half, "/api/v1/me/backup-codes", "{}"), 403);
}

/* The realm's own name is for nobody's eyes. */
TEST(a_member_finds_countersign_in_their_application)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	verify(&c);
	CHECK_INT(sign_in(&c, OWNER, PASSWORD), 200);
	prove(&c);
	CHECK_INT(post(&c, "/api/v1/enrolments", "{\"factor\":\"totp\"}"), 200);
	CHECK_TEXT(said(&c, "issuer"), "Countersign");
	CHECK_TEXT(said(&c, "account"), OWNER);
}

TEST(whoever_is_signed_in_is_told_how_many_backup_codes_are_left)
{
	struct app app;

	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	enrol(&c, &app);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member/sign-in", ""), 200);
	CHECK(json_is_null(json_object_get(c.body, "backup_codes_left")));
	CHECK_INT(post(&c, "/api/v1/me/backup-codes", "{}"), 200);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member/sign-in", ""), 200);
	CHECK_TEXT(said(&c, "step"), "done");
	CHECK_INT(json_integer_value(json_object_get(c.body, "backup_codes_left")), 10);
}

/* The portal's other calls are for users: a member's session is nobody's there. */
TEST(a_members_session_opens_nothing_of_the_portals)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(sign_in(&c, OWNER, PASSWORD), 200);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/me", ""), 401);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/me/applications", ""), 401);
	CHECK_INT(post(&c, "/api/v1/me/sign-out", "{}"), 401);
	/* and on an account's own host nothing at all */
	c.host = "auth.halden.test";
	c.origin = "https://auth.halden.test";
	CHECK_INT(ask(&c, CS_GET, "/api/v1/me/devices", ""), 401);
	CHECK_INT(post(&c, "/api/v1/challenges", "{\"purpose\":\"manage\"}"), 401);
	CHECK_INT(post(&c, "/api/v1/enrolments", "{\"factor\":\"totp\"}"), 401);
}

TEST(a_session_is_worth_nothing_in_another_browser)
{
	struct app app;

	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	enrol(&c, &app);
	BROWSER(thief, y);
	BROWSER(elsewhere, y);
	memcpy(thief.session, c.session, sizeof(thief.session));
	CHECK_INT(sign_in(&elsewhere, OWNER, PASSWORD), 200);
	memcpy(thief.device, elsewhere.device, sizeof(thief.device));
	CHECK_INT(ask(&thief, CS_GET, "/api/v1/me/devices", ""), 401);
	CHECK_INT(post(&thief, "/api/v1/challenges", "{\"purpose\":\"manage\"}"), 401);
}

TEST(removing_wants_the_password_and_then_a_code)
{
	struct app app;
	cs_str id;

	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	enrol(&c, &app);
	c.y->op.now = cs_time_add(y->op.now, CS_HOUR_MS);
	const char *remove = PATH(&c, "/api/v1/me/devices/%.*s/remove", app.id);
	CHECK_INT(post(&c, remove, "{}"), 403);
	CHECK_TEXT(cs_str_c(code(&c)), "prove_first");
	CHECK_INT(post(&c, "/api/v1/challenges", "{\"purpose\":\"manage\"}"), 403);
	CHECK_TEXT(cs_str_c(code(&c)), "prove_first");
	prove(&c);
	CHECK_INT(post(&c, remove, "{}"), 403);
	id = challenge(&c, "manage");
	CHECK_INT(answer(&c, id, &app), 200);
	CHECK(json_is_object(json_object_get(c.body, "window")));
	CHECK_INT(post(&c, remove, "{}"), 200);
	CHECK_INT(json_array_size(json_object_get(c.body, "devices")), 0);
	CHECK(json_is_false(json_object_get(json_object_get(c.body, "two_factor"), "is_enabled")));
	/* the next sign-in is by the password alone */
	BROWSER(other, y);
	CHECK_INT(sign_in(&other, OWNER, PASSWORD), 200);
	CHECK_TEXT(said(&other, "step"), "done");
}

TEST(the_application_is_replaced_without_a_moment_between)
{
	struct app old;
	struct app new;
	cs_str id;

	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	enrol(&c, &old);
	prove(&c);
	CHECK_INT(begin(&c, CS_STR(""), &new), 409);
	CHECK_TEXT(cs_str_c(code(&c)), "enrolled_already");
	CHECK_INT(begin(&c, old.id, &new), 403);
	id = challenge(&c, "manage");
	CHECK_INT(answer(&c, id, &old), 200);
	wait_for_next_code(&c);
	CHECK_INT(begin(&c, old.id, &new), 200);
	BROWSER(before, y);
	CHECK_INT(sign_in(&before, OWNER, PASSWORD), 200);
	CHECK_INT(answer(&before, challenge(&before, "sign_in"), &old), 200);
	CHECK_INT(confirm(&c, &new), 200);
	wait_for_next_code(&c);
	BROWSER(after, y);
	CHECK_INT(sign_in(&after, OWNER, PASSWORD), 200);
	id = challenge(&after, "sign_in");
	CHECK_INT(answer(&after, id, &old), 400);
	CHECK_TEXT(cs_str_c(code(&after)), "wrong_code");
	CHECK_INT(answer(&after, id, &new), 200);
	CHECK_TEXT(said(&after, "step"), "done");
}

static cs_err
enforce_in(struct cs_tx *tx, void *ctx)
{
	const struct cs_account_demands demands = { .is_enforced = true };
	const struct yard *y = ctx;

	return cs_account_demands_set(tx, y->halden.account, &demands);
}

TEST(whoever_has_to_enrol_comes_in_by_it_and_makes_codes_at_once)
{
	struct app app;

	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	verify(&c);
	CHECK_OK(cs_store_write(y->d.store, &y->op, enforce_in, y));
	CHECK_INT(sign_in(&c, OWNER, PASSWORD), 200);
	CHECK_TEXT(said(&c, "step"), "enrol");
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 401);
	char before[sizeof(c.session)];
	memcpy(before, c.session, sizeof(before));
	CHECK_INT(begin(&c, CS_STR(""), &app), 200);
	CHECK_INT(confirm(&c, &app), 200);
	CHECK_TEXT(said(&c, "standing/step"), "done");
	CHECK_TEXT(said(&c, "backup_codes"), "needed");
	CHECK(strcmp(before, c.session) != 0);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 200);
	CHECK_INT(post(&c, "/api/v1/me/backup-codes", "{}"), 200);
	CHECK_INT(
	    json_array_size(json_object_get(json_object_get(c.body, "backup_codes"), "codes")), 10);
}

/* A code of the sheet stands last in the list, says how many there are, and opens once. */
TEST(a_backup_code_opens_the_console_once)
{
	struct app app;
	cs_str sheet;
	cs_str id;

	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	enrol(&c, &app);
	prove(&c);
	CHECK_INT(post(&c, "/api/v1/me/backup-codes", "{}"), 200);
	sheet = cs_arena_str(
	    y->arena, cs_str_c(json_string_value(json_array_get(
			  json_object_get(json_object_get(c.body, "backup_codes"), "codes"), 3))));
	for (int time = 0; time < 2; time++) {
		BROWSER(other, y);
		CHECK_INT(sign_in(&other, OWNER, PASSWORD), 200);
		id = challenge(&other, "sign_in");
		const json_t *methods = json_object_get(other.body, "methods");
		CHECK_INT(json_array_size(methods), 2);
		const json_t *last = json_array_get(methods, 1);
		CHECK_TEXT(
		    cs_str_c(json_string_value(json_object_get(last, "kind"))), "backup_code");
		CHECK_INT(json_integer_value(json_object_get(last, "left")), 10 - time);
		CHECK_INT(post(&other, PATH(&other, "/api/v1/challenges/%.*s/answer", id),
			      "{\"factor\":\"backup_code\",\"code\":\"%.*s\"}", CS_STR_ARG(sheet)),
		    time == 0 ? 200 : 400);
		if (time == 0)
			CHECK_INT(json_integer_value(json_object_get(
				      json_object_get(other.body, "used_backup_code"), "left")),
			    9);
		CHECK_INT(ask(&other, CS_GET, "/api/v1/member", ""), time == 0 ? 200 : 401);
	}
}

TEST(what_is_no_id_of_ones_own_is_not_replaced)
{
	struct app app;

	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	enrol(&c, &app);
	prove(&c);
	CHECK_INT(begin(&c, CS_STR("7"), &app), 400);
	CHECK_INT(begin(&c, CS_STR("00000000-0000-0000-0000-0000000000aa"), &app), 404);
}

/* As the page does it: offered, wanted, not asked here any more, asked elsewhere, and forgotten. */
TEST(a_browser_that_is_to_be_remembered_is_not_asked_until_it_is_forgotten)
{
	struct app app;
	cs_str id;

	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	atomic_store(&y->d.remember_browser_ms, 30 * CS_DAY_MS);
	enrol(&c, &app);
	BROWSER(own, y);
	CHECK_INT(sign_in(&own, OWNER, PASSWORD), 200);
	CHECK_INT(
	    json_integer_value(json_object_get(json_object_get(own.body, "remember"), "days")), 30);
	id = challenge(&own, "sign_in");
	CHECK_INT(post(&own, PATH(&own, "/api/v1/challenges/%.*s/answer", id),
		      "{\"factor\":\"totp\",\"code\":\"%.*s\",\"remember\":true}",
		      CS_STR_ARG(code_for(y, app.key))),
	    200);
	CHECK_TEXT(said(&own, "step"), "done");
	CHECK_INT(post(&own, "/api/v1/member/sign-out", "{}"), 200);
	CHECK_INT(sign_in(&own, OWNER, PASSWORD), 200);
	CHECK_TEXT(said(&own, "step"), "done");
	BROWSER(other, y);
	CHECK_INT(sign_in(&other, OWNER, PASSWORD), 200);
	CHECK_TEXT(said(&other, "step"), "challenge");
	CHECK_INT(ask(&own, CS_GET, "/api/v1/member/sessions", ""), 200);
	json_t *remembered = json_object_get(own.body, "remembered");
	CHECK_INT(json_array_size(remembered), 1);
	id = cs_arena_str(y->arena,
	    cs_str_c(json_string_value(json_object_get(json_array_get(remembered, 0), "id"))));
	CHECK_INT(post(&own, PATH(&own, "/api/v1/member/remembered/%.*s/forget", id), "{}"), 200);
	CHECK_INT(post(&own, "/api/v1/member/sign-out", "{}"), 200);
	CHECK_INT(sign_in(&own, OWNER, PASSWORD), 200);
	CHECK_TEXT(said(&own, "step"), "challenge");
}

TEST_MAIN("api/console/member_factors")
