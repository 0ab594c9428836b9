#include "api/browser.h"

#include "domain/authenticator.h"

#define APP "app.example.test"
#define NOTES "notes.test"

/* Somebody who is enrolled, signed in, and asked again: a day later. */
struct asked {
	struct house *h;
	struct browser *b;
	cs_str meta;
	cs_str key;
};

static struct asked
ask(void)
{
	struct asked a = { .h = house_open() };

	a.b = browser_open(a.h);
	a.h->config.organization.session_duration_ms = 30 * CS_DAY_MS;
	house_publish(a.h);
	a.meta = browser_go(a.b, APP, "/");
	browser_sign_in(a.b, a.meta, "ada@example.test");
	a.key = browser_enrol(a.b, a.meta);
	browser_wait(a.b, 24 * CS_HOUR_MS);
	a.meta = browser_go(a.b, APP, "/");
	CHECK_INT(browser_state(a.b, a.meta), 200);
	CHECK_STEP(a.b, "challenge");
	return a;
}

static void
leave(struct asked *a)
{
	browser_close(a->b);
	house_close(a->h);
}

static cs_str
code_now(struct asked *a)
{
	return house_code(a->h, a->key, a->h->op.now);
}

static cs_str
wrong_code(struct asked *a)
{
	char *code = cs_arena_c(a->h->arena, code_now(a));

	code[5] = code[5] == '9' ? '0' : (char)(code[5] + 1);
	return (cs_str){ code, 6 };
}

/* --- challenges --- */

TEST(a_right_code_is_accepted)
{
	struct asked a = ask();
	cs_str challenge = browser_challenge(a.b, a.meta);

	CHECK_TEXT(cs_str_c(browser_text(a.b, "application.name")), "Berth planner");
	CHECK_TEXT(cs_str_c(browser_text(a.b, "user.email")), "ada@example.test");
	CHECK(strlen(browser_text(a.b, "edge")) == 16);
	CHECK_INT(browser_answer(a.b, challenge, code_now(&a)), 200);
	CHECK_STEP(a.b, "continue");
	leave(&a);
}

TEST(a_wrong_code_is_refused_and_another_try_is_free)
{
	struct asked a = ask();
	cs_str challenge = browser_challenge(a.b, a.meta);

	CHECK_INT(browser_answer(a.b, challenge, wrong_code(&a)), 400);
	CHECK_CODE(a.b, "wrong_code");
	CHECK_INT(browser_state(a.b, a.meta), 200);
	CHECK_STEP(a.b, "challenge");
	CHECK_INT(browser_answer(a.b, challenge, code_now(&a)), 200);
	leave(&a);
}

TEST(a_code_is_refused_when_replayed_in_a_new_challenge)
{
	struct asked a = ask();
	cs_str code = code_now(&a);

	CHECK_INT(browser_answer(a.b, browser_challenge(a.b, a.meta), code), 200);
	/* Another sign-in that asks again at once: by another method of the same account. */
	a.h->apps[HOUSE_BERTH].mfa.has_duration = true;
	a.h->apps[HOUSE_BERTH].mfa.duration_ms = 0;
	house_publish(a.h);
	a.meta = browser_go(a.b, APP, "/");
	cs_str challenge = browser_challenge(a.b, a.meta);
	CHECK_INT(browser_answer(a.b, challenge, code), 400);
	CHECK_CODE(a.b, "code_used");
	CHECK(browser_header(a.b, "Retry-After").len > 0);
	leave(&a);
}

TEST(a_challenge_is_answered_once)
{
	struct asked a = ask();
	cs_str challenge = browser_challenge(a.b, a.meta);

	CHECK_INT(browser_answer(a.b, challenge, code_now(&a)), 200);
	browser_wait(a.b, CS_MINUTE_MS);
	CHECK_INT(browser_answer(a.b, challenge, code_now(&a)), 409);
	CHECK_CODE(a.b, "answered");
	leave(&a);
}

TEST(a_challenge_ends_after_five_minutes)
{
	struct asked a = ask();
	cs_str challenge = browser_challenge(a.b, a.meta);

	browser_wait(a.b, 5 * CS_MINUTE_MS);
	CHECK_INT(browser_answer(a.b, challenge, code_now(&a)), 410);
	CHECK_CODE(a.b, "ended");
	leave(&a);
}

TEST(a_challenge_of_one_browser_is_nothing_to_another)
{
	struct asked a = ask();
	struct browser *other = browser_open(a.h);
	cs_str challenge = browser_challenge(a.b, a.meta);

	CHECK_INT(browser_answer(other, challenge, code_now(&a)), 401);
	browser_sign_in(other, browser_go(other, NOTES, "/"), "ada@example.test");
	CHECK_INT(browser_answer(other, challenge, code_now(&a)), 410);
	CHECK_INT(browser_answer(a.b, challenge, code_now(&a)), 200);
	browser_close(other);
	leave(&a);
}

TEST(a_proof_counts_in_the_browser_that_made_it_alone)
{
	struct asked a = ask();
	struct browser *other = browser_open(a.h);

	CHECK_INT(browser_answer(a.b, browser_challenge(a.b, a.meta), code_now(&a)), 200);
	cs_str meta = browser_go(other, APP, "/");
	browser_sign_in(other, meta, "ada@example.test");
	CHECK_STEP(other, "challenge");
	browser_close(other);
	leave(&a);
}

TEST(a_browsers_cookie_copied_before_somebody_else_signed_in_proves_nothing)
{
	struct asked a = ask();
	struct browser *shared = browser_open(a.h);
	struct browser *thief = browser_open(a.h);

	browser_sign_in(shared, browser_go(shared, APP, "/"), "eve@example.test");
	thief->jar[thief->cookie_count++] = *browser_cookie(shared, AUTH, "__Host-cs_device");
	cs_str meta = browser_go(shared, APP, "/");
	browser_sign_in(shared, meta, "ada@example.test");
	CHECK_INT(browser_answer(shared, browser_challenge(shared, meta), code_now(&a)), 200);
	meta = browser_go(thief, APP, "/");
	browser_sign_in(thief, meta, "ada@example.test");
	CHECK_STEP(thief, "challenge");
	browser_close(shared);
	browser_close(thief);
	leave(&a);
}

TEST(what_is_no_code_is_refused_and_costs_no_guess)
{
	static const char *const wrong[] = { "", "12345", "1234567", "abcdef", "12 45" };
	struct asked a = ask();
	cs_str challenge = browser_challenge(a.b, a.meta);

	for (int round = 0; round < 5; round++)
		for (size_t i = 0; i < CS_COUNT(wrong); i++) {
			CHECK_INT(browser_answer(a.b, challenge, cs_str_c(wrong[i])), 400);
			CHECK_CODE(a.b, "malformed_code");
		}
	CHECK_INT(browser_answer(a.b, challenge, code_now(&a)), 200);
	leave(&a);
}

TEST(a_strangers_wrong_codes_slow_the_stranger_and_not_the_owner)
{
	struct asked a = ask();
	struct browser *thief = browser_open(a.h);
	cs_str meta = browser_go(thief, APP, "/");

	browser_sign_in(thief, meta, "ada@example.test");
	cs_str challenge = browser_challenge(thief, meta);
	for (int i = 0; i < 10; i++)
		CHECK_INT(browser_answer(thief, challenge, wrong_code(&a)), 400);
	CHECK_INT(browser_answer(thief, challenge, code_now(&a)), 429);
	CHECK_CODE(thief, "too_many");
	CHECK_INT(browser_answer(a.b, browser_challenge(a.b, a.meta), code_now(&a)), 200);
	browser_close(thief);
	leave(&a);
}

TEST(a_browser_is_known_only_after_the_second_factor)
{
	struct asked a = ask();
	struct browser *thief = browser_open(a.h);

	/* Ten sign-ins by mail alone, each in a browser of its own, share one budget. */
	for (int i = 0; i < 2; i++) {
		thief->cookie_count = 0;
		cs_str meta = browser_go(thief, APP, "/");
		browser_sign_in(thief, meta, "ada@example.test");
		cs_str challenge = browser_challenge(thief, meta);
		for (int j = 0; j < 5; j++)
			CHECK_INT(browser_answer(thief, challenge, wrong_code(&a)), 400);
	}
	thief->cookie_count = 0;
	cs_str meta = browser_go(thief, APP, "/");
	browser_sign_in(thief, meta, "ada@example.test");
	CHECK_INT(browser_answer(thief, browser_challenge(thief, meta), wrong_code(&a)), 429);
	browser_close(thief);
	leave(&a);
}

TEST(an_unknown_factor_is_refused)
{
	struct asked a = ask();
	cs_str challenge = browser_challenge(a.b, a.meta);

	CHECK_INT(
	    browser_post(a.b,
		cs_arena_c(a.h->arena, cs_arena_printf(a.h->arena, "/api/v1/challenges/%.*s/answer",
					   CS_STR_ARG(challenge))),
		"{\"factor\":\"sms\",\"code\":\"123456\"}"),
	    400);
	leave(&a);
}

TEST(a_challenge_is_refused_when_nothing_is_asked_for)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");

	CHECK_INT(
	    browser_post(b, "/api/v1/challenges", "{\"meta\":\"%.*s\"}", CS_STR_ARG(meta)), 401);
	browser_sign_in(b, meta, "ada@example.test");
	CHECK_INT(
	    browser_post(b, "/api/v1/challenges", "{\"meta\":\"%.*s\"}", CS_STR_ARG(meta)), 410);
	browser_close(b);
	house_close(h);
}

/* --- enrolment --- */

static int
begin_enrolment(struct browser *b, cs_str meta)
{
	return browser_post(
	    b, "/api/v1/enrolments", "{\"meta\":\"%.*s\",\"factor\":\"totp\"}", CS_STR_ARG(meta));
}

static int
confirm(struct browser *b, cs_str meta, cs_str id, cs_str code, const char *name)
{
	return browser_post(b,
	    cs_arena_c(b->h->arena,
		cs_arena_printf(b->h->arena, "/api/v1/enrolments/%.*s/confirm", CS_STR_ARG(id))),
	    "{\"meta\":\"%.*s\",\"code\":\"%.*s\",\"name\":\"%s\"}", CS_STR_ARG(meta),
	    CS_STR_ARG(code), name);
}

TEST(reloading_shows_the_same_secret)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");

	browser_sign_in(b, meta, "ada@example.test");
	CHECK_INT(begin_enrolment(b, meta), 200);
	CHECK_TEXT(cs_str_c(browser_text(b, "algorithm")), "SHA1");
	CHECK_TEXT(cs_str_c(browser_text(b, "issuer")), "Halden Maritime");
	CHECK_TEXT(cs_str_c(browser_text(b, "account")), "ada@example.test");
	cs_str key = browser_copy(b, "key");
	cs_str qr = browser_copy(b, "qr");
	CHECK_INT(begin_enrolment(b, meta), 200);
	CHECK(cs_str_equal(browser_copy(b, "key"), key));
	CHECK_INT(browser_get(b, AUTH, qr), 200);
	CHECK_TEXT(browser_header(b, "Content-Type"), "image/svg+xml");
	CHECK_TEXT(browser_header(b, "Cache-Control"), "no-store");
	browser_close(b);
	house_close(h);
}

TEST(another_browser_of_the_same_person_never_sees_a_pending_secret)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	struct browser *thief = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");

	browser_sign_in(thief, browser_go(thief, APP, "/"), "ada@example.test");
	CHECK_INT(begin_enrolment(thief, browser_go(thief, APP, "/")), 200);
	cs_str stolen = browser_copy(thief, "key");
	cs_str stolen_id = browser_copy(thief, "id");
	cs_str stolen_qr = browser_copy(thief, "qr");
	browser_sign_in(b, meta, "ada@example.test");
	CHECK_INT(begin_enrolment(b, meta), 200);
	CHECK(!cs_str_equal(browser_copy(b, "key"), stolen));
	/* what the thief has pending is gone */
	CHECK_INT(confirm(thief, CS_STR(""), stolen_id, house_code(h, stolen, h->op.now), ""), 410);
	CHECK_INT(browser_get(b, AUTH, stolen_qr), 410);
	browser_close(thief);
	browser_close(b);
	house_close(h);
}

TEST(a_wrong_first_code_does_not_enrol)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");

	browser_sign_in(b, meta, "ada@example.test");
	CHECK_INT(begin_enrolment(b, meta), 200);
	cs_str id = browser_copy(b, "id");
	cs_str key = browser_copy(b, "key");
	cs_str late = house_code(h, key, cs_time_add(h->op.now, 10 * CS_MINUTE_MS));
	CHECK_INT(confirm(b, meta, id, late, "Pixel 8"), 400);
	CHECK_CODE(b, "wrong_code");
	CHECK_INT(confirm(b, meta, id, CS_STR("12345"), "Pixel 8"), 400);
	CHECK_CODE(b, "malformed_code");
	CHECK_INT(browser_state(b, meta), 200);
	CHECK_STEP(b, "enrol");
	CHECK_INT(confirm(b, meta, id, house_code(h, key, h->op.now), "Pixel 8"), 200);
	CHECK_STEP(b, "continue");
	browser_close(b);
	house_close(h);
}

TEST(a_further_authenticator_is_refused)
{
	struct asked a = ask();

	CHECK_INT(begin_enrolment(a.b, a.meta), 409);
	CHECK_CODE(a.b, "enrolled_already");
	leave(&a);
}

TEST(a_pending_enrolment_ends_after_an_hour)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");

	browser_sign_in(b, meta, "ada@example.test");
	CHECK_INT(begin_enrolment(b, meta), 200);
	cs_str id = browser_copy(b, "id");
	cs_str key = browser_copy(b, "key");
	browser_wait(b, CS_HOUR_MS);
	CHECK_INT(confirm(b, browser_go(b, APP, "/"), id, house_code(h, key, h->op.now), ""), 410);
	CHECK_CODE(b, "ended");
	browser_close(b);
	house_close(h);
}

TEST(the_first_one_may_be_enrolled_from_the_portal)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	browser_sign_in(b, CS_STR(""), "ada@example.test");
	CHECK_STEP(b, "continue");
	browser_enrol(b, CS_STR(""));
	CHECK_INT(browser_get(b, AUTH, CS_STR("/api/v1/me/devices")), 200);
	json_t *devices = json_object_get(b->body, "devices");
	CHECK_INT(json_array_size(devices), 1);
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(json_array_get(devices, 0), "name"))),
	    "Pixel 8");
	/* no second app */
	json_t *kinds = json_object_get(b->body, "can_enrol");
	for (size_t i = 0; i < json_array_size(kinds); i++)
		CHECK(strcmp(json_string_value(json_array_get(kinds, i)), "totp") != 0);
	/* and counts for applications with a duration */
	cs_str meta = browser_go(b, APP, "/");
	CHECK_INT(browser_state(b, meta), 200);
	CHECK_STEP(b, "continue");
	browser_close(b);
	house_close(h);
}

TEST(nothing_is_enrolled_where_the_organisation_has_no_second_factor)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	h->config.organization.mfa = (struct cs_mfa_config){ .is_set = false };
	house_publish(h);
	browser_sign_in(b, browser_go(b, NOTES, "/"), "ada@example.test");
	CHECK_INT(begin_enrolment(b, CS_STR("")), 403);
	CHECK_CODE(b, "not_allowed");
	browser_close(b);
	house_close(h);
}

TEST(a_name_with_control_characters_or_too_long_is_refused)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");
	char longer[66];

	memset(longer, 'x', 65);
	longer[65] = '\0';
	browser_sign_in(b, meta, "ada@example.test");
	CHECK_INT(begin_enrolment(b, meta), 200);
	cs_str id = browser_copy(b, "id");
	cs_str code = house_code(h, browser_copy(b, "key"), h->op.now);
	CHECK_INT(confirm(b, meta, id, code, longer), 400);
	CHECK_INT(confirm(b, meta, id, code, "a\\nb"), 400);
	CHECK_INT(confirm(b, meta, id, code, longer + 1), 200);
	browser_close(b);
	house_close(h);
}

/* --- taking away --- */

static cs_id
device_id(struct browser *b)
{
	cs_id id;

	CHECK_INT(browser_get(b, AUTH, CS_STR("/api/v1/me/devices")), 200);
	CHECK_OK(
	    cs_id_from_uuid(cs_str_c(json_string_value(json_object_get(
				json_array_get(json_object_get(b->body, "devices"), 0), "id"))),
		&id));
	return id;
}

static cs_id
user_id(struct browser *b)
{
	cs_id id;

	CHECK_INT(browser_get(b, AUTH, CS_STR("/api/v1/me")), 200);
	CHECK_OK(cs_id_from_uuid(cs_str_c(browser_text(b, "user.id")), &id));
	return id;
}

static cs_err
take_away(struct asked *a, const struct cs_op *op, cs_id subject, cs_id id, struct cs_refusal *why)
{
	*why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	return cs_authenticator_revoke(&a->h->d, op, house_id("member"), subject, id, why);
}

TEST(a_revoked_authenticator_cuts_what_rests_on_it_on_the_next_request)
{
	struct asked a = ask();
	struct cs_refusal why = { 0 };

	CHECK_INT(browser_answer(a.b, browser_challenge(a.b, a.meta), code_now(&a)), 200);
	browser_enter(a.b, a.meta, APP);
	CHECK_INT(browser_decide(a.b, APP, "/"), CS_GATE_ALLOW);
	CHECK_OK(take_away(&a, &a.h->op, user_id(a.b), device_id(a.b), &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	/* not in memory any more, nor in the store */
	CHECK_INT(browser_decide(a.b, APP, "/"), CS_GATE_COLD);
	CHECK_INT(browser_get(a.b, APP, CS_STR("/cdn-cgi/access/get-identity")), 401);
	/* and its proof is gone: another one must be enrolled */
	CHECK_INT(browser_state(a.b, browser_go(a.b, APP, "/")), 200);
	CHECK_STEP(a.b, "enrol");
	leave(&a);
}

TEST(what_is_no_authenticator_of_this_account_cannot_be_revoked)
{
	struct asked a = ask();
	struct cs_refusal why = { 0 };
	struct cs_op other = a.h->op;

	CHECK_OK(take_away(&a, &a.h->op, user_id(a.b), house_id("nothing"), &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_FOUND);
	CHECK_OK(take_away(&a, &a.h->op, house_id("somebody else"), device_id(a.b), &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_FOUND);
	other.account = cs_id_zero;
	CHECK_OK(take_away(&a, &other, user_id(a.b), device_id(a.b), &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_FOUND);
	CHECK_INT(browser_answer(a.b, browser_challenge(a.b, a.meta), code_now(&a)), 200);
	leave(&a);
}

/* --- the launcher --- */

TEST(the_launcher_shows_what_opening_will_ask)
{
	static const char *const asks[] = { "enrol", "enrol", "nothing", "nothing" };
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	browser_sign_in(b, CS_STR(""), "ada@example.test");
	CHECK_INT(browser_get(b, AUTH, CS_STR("/api/v1/me/applications")), 200);
	json_t *list = json_object_get(b->body, "applications");
	CHECK(json_array_size(list) >= CS_COUNT(asks));
	for (size_t i = 0; i < CS_COUNT(asks); i++)
		CHECK_TEXT(
		    cs_str_c(json_string_value(json_object_get(json_array_get(list, i), "asks"))),
		    asks[i]);
	browser_enrol(b, CS_STR(""));
	CHECK_INT(browser_get(b, AUTH, CS_STR("/api/v1/me/applications")), 200);
	list = json_object_get(b->body, "applications");
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(json_array_get(list, 0), "asks"))),
	    "nothing");
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(json_array_get(list, 1), "asks"))),
	    "second_factor");
	CHECK_INT(browser_get(b, AUTH, CS_STR("/api/v1/me")), 200);
	CHECK_TEXT(cs_str_c(browser_text(b, "proof.method")), "totp");
	browser_close(b);
	house_close(h);
}

TEST_MAIN("api/factors")
