#include "api/browser.h"

#define APP "app.example.test:8081"
#define SHOP "shop.test"
#define NOTES "notes.test"

static void
leave(struct house *h, struct browser *b)
{
	browser_close(b);
	house_close(h);
}

/* --- the journey --- */

TEST(a_person_goes_from_an_application_by_pin_and_enrolment_into_it)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "%2Fberths%3Fquay%3D4");

	CHECK_INT(browser_decide(b, APP, "/berths"), CS_GATE_UNAUTHENTICATED);
	CHECK_INT(browser_state(b, meta), 200);
	CHECK_STEP(b, "provider");
	CHECK_TEXT(cs_str_c(browser_text(b, "application.name")), "Berth planner");
	browser_sign_in(b, meta, "Ada@Example.test");
	CHECK_STEP(b, "enrol");
	CHECK_TEXT(cs_str_c(browser_text(b, "ask_again_after")), "24h");
	browser_enrol(b, meta);
	CHECK_STEP(b, "continue");
	browser_enter(b, meta, APP);
	CHECK_TEXT(browser_header(b, "Location"), "/berths?quay=4");
	CHECK_TEXT(browser_header(b, "Referrer-Policy"), "no-referrer");
	CHECK_TEXT(browser_header(b, "Cache-Control"), "no-store");
	CHECK_INT(browser_decide(b, APP, "/berths"), CS_GATE_ALLOW);
	leave(h, b);
}

TEST(a_second_visit_goes_straight_in)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");

	browser_sign_in(b, meta, "ada@example.test");
	browser_enrol(b, meta);
	browser_enter(b, meta, APP);
	browser_wait(b, CS_HOUR_MS);
	meta = browser_go(b, APP, "/");
	CHECK_INT(browser_state(b, meta), 200);
	CHECK_STEP(b, "continue");
	browser_enter(b, meta, APP);
	CHECK_INT(browser_decide(b, APP, "/"), CS_GATE_ALLOW);
	leave(h, b);
}

TEST(after_the_duration_the_second_factor_is_asked_again)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str key;

	h->config.organization.session_duration_ms = 30 * CS_DAY_MS;
	house_publish(h);
	cs_str meta = browser_go(b, APP, "/");
	browser_sign_in(b, meta, "ada@example.test");
	key = browser_enrol(b, meta);
	browser_enter(b, meta, APP);
	browser_wait(b, 24 * CS_HOUR_MS - CS_SECOND_MS);
	CHECK_INT(browser_decide(b, APP, "/"), CS_GATE_ALLOW);
	browser_wait(b, CS_SECOND_MS);
	CHECK_INT(browser_decide(b, APP, "/"), CS_GATE_STEP_UP);
	meta = browser_go(b, APP, "/");
	CHECK_INT(browser_state(b, meta), 200);
	CHECK_STEP(b, "challenge");
	cs_str challenge = browser_challenge(b, meta);
	CHECK_INT(browser_answer(b, challenge, house_code(h, key, h->op.now)), 200);
	CHECK_STEP(b, "continue");
	CHECK_TEXT(cs_str_c(browser_text(b, "application.name")), "Berth planner");
	browser_enter(b, meta, APP);
	CHECK_INT(browser_decide(b, APP, "/"), CS_GATE_ALLOW);
	leave(h, b);
}

TEST(with_0m_every_application_session_is_asked_for_anew)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, SHOP, "/");
	cs_str key;

	browser_sign_in(b, meta, "ada@example.test");
	key = browser_enrol(b, meta);
	CHECK_STEP(b, "continue");
	browser_enter(b, meta, SHOP);
	CHECK_INT(browser_decide(b, SHOP, "/"), CS_GATE_ALLOW);
	/* the same sign-in does not open a second one */
	CHECK_INT(browser_state(b, meta), 200);
	CHECK_STEP(b, "challenge");
	/* nor does it count for an application with a duration */
	CHECK_INT(browser_state(b, browser_go(b, APP, "/")), 200);
	CHECK_STEP(b, "challenge");
	/* its age is not compared while the session lasts */
	browser_wait(b, 23 * CS_HOUR_MS);
	CHECK_INT(browser_decide(b, SHOP, "/"), CS_GATE_ALLOW);
	meta = browser_go(b, SHOP, "/");
	CHECK_INT(browser_state(b, meta), 200);
	CHECK_STEP(b, "challenge");
	CHECK_INT(
	    browser_answer(b, browser_challenge(b, meta), house_code(h, key, h->op.now)), 200);
	CHECK_STEP(b, "continue");
	leave(h, b);
}

TEST(an_answer_for_a_0m_sign_in_opens_one_session_even_when_handed_over_twice)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, SHOP, "/");

	browser_sign_in(b, meta, "ada@example.test");
	browser_enrol(b, meta);
	cs_str one = browser_continue(b, meta, SHOP);
	cs_str two = browser_continue(b, meta, SHOP);
	CHECK_INT(browser_get(b, SHOP, one), 303);
	CHECK(browser_get(b, SHOP, two) != 303);
	leave(h, b);
}

TEST(an_application_without_second_factor_asks_for_none)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");

	browser_sign_in(b, meta, "ada@example.test");
	CHECK_STEP(b, "continue");
	browser_enter(b, meta, NOTES);
	CHECK_INT(browser_decide(b, NOTES, "/"), CS_GATE_ALLOW);
	leave(h, b);
}

TEST(a_method_that_nothing_here_can_ask_for_denies)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	h->apps[HOUSE_KEYS].mfa.methods = 1 << 5;
	house_publish(h);
	cs_str meta = browser_go(b, "keys.test", "/");
	browser_sign_in(b, meta, "ada@example.test");
	CHECK_STEP(b, "denied");
	CHECK_TEXT(cs_str_c(browser_text(b, "denied.reason")), "no_mfa_method");
	leave(h, b);
}

TEST(where_keys_alone_are_wanted_one_is_enrolled)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, "keys.test", "/");

	browser_sign_in(b, meta, "ada@example.test");
	CHECK_STEP(b, "enrol");
	const json_t *methods = json_object_get(b->body, "methods");
	CHECK_INT(json_array_size(methods), 1);
	CHECK_TEXT(cs_str_c(json_string_value(json_array_get(methods, 0))), "security_key");
	leave(h, b);
}

TEST(somebody_whom_no_policy_admits_is_denied_even_when_signed_in)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	browser_sign_in(b, browser_go(b, NOTES, "/"), "ada@example.test");
	h->staff.text = CS_STR("elsewhere.test");
	house_publish(h);
	cs_str meta = browser_go(b, NOTES, "/");
	CHECK_INT(browser_state(b, meta), 200);
	CHECK_STEP(b, "denied");
	CHECK_TEXT(cs_str_c(browser_text(b, "denied.reason")), "policy");
	CHECK_INT(
	    browser_post(b, "/api/v1/sign-in/continue", "{\"meta\":\"%.*s\"}", CS_STR_ARG(meta)),
	    403);
	CHECK_CODE(b, "not_allowed");
	leave(h, b);
}

/* --- PINs --- */

static void
check_pin_refused(struct browser *b, cs_str meta, const char *pin, int status, const char *code)
{
	CHECK_INT(browser_type_pin(b, meta, cs_str_c(pin)), status);
	CHECK_CODE(b, code);
}

/* A six-digit text that is not this one. */
static const char *
other_pin(cs_str pin)
{
	return cs_str_equal(pin, CS_STR("123456")) ? "654321" : "123456";
}

TEST(a_pin_is_refused_after_five_wrong_ones)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");
	struct cs_message m;

	CHECK_INT(browser_ask_pin(b, meta, "ada@example.test"), 200);
	CHECK(house_mail_take(h, &m));
	for (int left = 4; left > 0; left--) {
		check_pin_refused(b, meta, other_pin(house_pin_of(&m)), 400, "wrong_pin");
		CHECK_INT(json_integer_value(
			      json_object_get(json_object_get(b->body, "error"), "tries_left")),
		    left);
	}
	check_pin_refused(b, meta, other_pin(house_pin_of(&m)), 410, "pin_over");
	CHECK_INT(browser_type_pin(b, meta, house_pin_of(&m)), 410);
	leave(h, b);
}

TEST(a_page_loaded_again_is_told_that_a_pin_without_tries_has_ended)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");
	struct cs_message m;
	cs_str open_until;

	CHECK_INT(browser_ask_pin(b, meta, "ada@example.test"), 200);
	CHECK(house_mail_take(h, &m));
	open_until = browser_copy(b, "pin.expires_at");
	for (int wrong = 0; wrong < 4; wrong++)
		browser_type_pin(b, meta, cs_str_c(other_pin(house_pin_of(&m))));
	CHECK_INT(browser_state(b, meta), 200);
	CHECK(cs_str_equal(browser_copy(b, "pin.expires_at"), open_until));
	browser_type_pin(b, meta, cs_str_c(other_pin(house_pin_of(&m))));
	CHECK_INT(browser_state(b, meta), 200);
	CHECK_STEP(b, "pin");
	CHECK(!cs_str_equal(browser_copy(b, "pin.expires_at"), open_until));
	leave(h, b);
}

TEST(a_pin_is_accepted_once)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");
	struct cs_message m;
	struct cookie flow;

	CHECK_INT(browser_ask_pin(b, meta, "ada@example.test"), 200);
	flow = *browser_cookie(b, AUTH, "__Host-cs_flow");
	CHECK(house_mail_take(h, &m));
	CHECK_INT(browser_type_pin(b, meta, house_pin_of(&m)), 200);
	*browser_cookie(b, AUTH, "__Host-cs_flow") = flow;
	CHECK_INT(browser_type_pin(b, meta, house_pin_of(&m)), 410);
	leave(h, b);
}

TEST(a_pin_is_refused_after_ten_minutes)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");
	struct cs_message m;

	CHECK_INT(browser_ask_pin(b, meta, "ada@example.test"), 200);
	CHECK(house_mail_take(h, &m));
	browser_wait(b, 10 * CS_MINUTE_MS);
	CHECK_INT(browser_type_pin(b, meta, house_pin_of(&m)), 410);
	CHECK_CODE(b, "pin_over");
	leave(h, b);
}

TEST(a_pin_is_refused_in_a_browser_that_did_not_ask_for_it)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	struct browser *thief = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");
	struct cs_message m;

	CHECK_INT(browser_ask_pin(b, meta, "ada@example.test"), 200);
	CHECK(house_mail_take(h, &m));
	CHECK_INT(browser_type_pin(thief, meta, house_pin_of(&m)), 410);
	CHECK_INT(browser_ask_pin(thief, meta, "mallory@example.test"), 200);
	CHECK_INT(browser_type_pin(thief, meta, house_pin_of(&m)), 400);
	CHECK_INT(browser_type_pin(b, meta, house_pin_of(&m)), 200);
	browser_close(thief);
	leave(h, b);
}

TEST(a_new_pin_voids_the_old_one)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");
	struct cs_message one;
	struct cs_message two;

	CHECK_INT(browser_ask_pin(b, meta, "ada@example.test"), 200);
	CHECK(house_mail_take(h, &one));
	CHECK_INT(browser_ask_pin(b, meta, "ada@example.test"), 200);
	CHECK(house_mail_take(h, &two));
	if (!cs_str_equal(house_pin_of(&one), house_pin_of(&two)))
		CHECK_INT(browser_type_pin(b, meta, house_pin_of(&one)), 400);
	CHECK_INT(browser_type_pin(b, meta, house_pin_of(&two)), 200);
	leave(h, b);
}

TEST(another_address_voids_the_pin)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");
	struct cs_message m;

	CHECK_INT(browser_ask_pin(b, meta, "ada@example.test"), 200);
	CHECK(house_mail_take(h, &m));
	CHECK_INT(
	    browser_post(b, "/api/v1/sign-in/pin/cancel", "{\"meta\":\"%.*s\"}", CS_STR_ARG(meta)),
	    200);
	CHECK_STEP(b, "provider");
	CHECK_INT(browser_type_pin(b, meta, house_pin_of(&m)), 410);
	leave(h, b);
}

TEST(an_address_gets_five_pins_an_hour)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");

	for (int i = 0; i < 5; i++)
		CHECK_INT(
		    browser_ask_pin(b, meta, i % 2 == 0 ? "ada@example.test" : "ADA@example.test"),
		    200);
	CHECK_INT(browser_ask_pin(b, meta, "ada@example.test"), 429);
	CHECK_CODE(b, "too_many");
	CHECK_TEXT(browser_header(b, "Retry-After"), "3600");
	browser_wait(b, CS_HOUR_MS - CS_SECOND_MS);
	CHECK_INT(browser_ask_pin(b, browser_go(b, APP, "/"), "ada@example.test"), 429);
	browser_wait(b, CS_SECOND_MS);
	CHECK_INT(browser_ask_pin(b, browser_go(b, APP, "/"), "ada@example.test"), 200);
	leave(h, b);
}

TEST(a_source_asks_for_thirty_pins_an_hour)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");
	char email[64];

	for (int i = 0; i < 30; i++) {
		snprintf(email, sizeof(email), "person%d@example.test", i);
		CHECK_INT(browser_ask_pin(b, meta, email), 200);
	}
	/* the neighbours' network is the same source */
	CHECK_OK(cs_addr_decode(CS_STR("192.0.2.200"), &h->op.peer));
	CHECK_INT(browser_ask_pin(b, meta, "more@example.test"), 429);
	CHECK_OK(cs_addr_decode(CS_STR("198.51.100.1"), &h->op.peer));
	CHECK_INT(browser_ask_pin(b, meta, "more@example.test"), 200);
	leave(h, b);
}

TEST(an_address_takes_twenty_wrong_pins_a_day)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	struct cs_message m;
	cs_str meta;

	for (int i = 0; i < 4; i++) {
		meta = browser_go(b, APP, "/");
		CHECK_INT(browser_ask_pin(b, meta, "ada@example.test"), 200);
		CHECK(house_mail_take(h, &m));
		for (int j = 0; j < 5; j++)
			CHECK(browser_type_pin(b, meta, cs_str_c(other_pin(house_pin_of(&m)))) !=
			      200);
	}
	browser_wait(b, CS_HOUR_MS);
	meta = browser_go(b, APP, "/");
	CHECK_INT(browser_ask_pin(b, meta, "ada@example.test"), 200);
	CHECK(house_mail_take(h, &m));
	CHECK_INT(browser_type_pin(b, meta, house_pin_of(&m)), 429);
	CHECK_CODE(b, "too_many");
	browser_wait(b, 24 * CS_HOUR_MS);
	meta = browser_go(b, APP, "/");
	browser_sign_in(b, meta, "ada@example.test");
	leave(h, b);
}

/* All that an address may have asked for, and guessed, in this browser. */
static void
use_up(struct browser *b, const char *email)
{
	struct cs_message m;
	cs_str meta;

	for (int i = 0; i < 5; i++) {
		meta = browser_go(b, APP, "/");
		CHECK_INT(browser_ask_pin(b, meta, email), 200);
		CHECK(house_mail_take(b->h, &m));
		for (int j = 0; j < 4; j++)
			CHECK(browser_type_pin(b, meta, cs_str_c(other_pin(house_pin_of(&m)))) !=
			      200);
	}
	CHECK_INT(browser_ask_pin(b, browser_go(b, APP, "/"), email), 429);
}

TEST(strangers_use_up_no_pin_of_a_browser_that_is_known)
{
	struct house *h = house_open();
	struct browser *own = browser_open(h);
	struct browser *stranger = browser_open(h);
	struct cs_message m;
	cs_str meta = browser_go(own, APP, "/");

	browser_sign_in(own, meta, "ada@example.test");
	browser_enrol(own, meta);
	CHECK_INT(browser_post(own, "/api/v1/me/sign-out", "{}"), 200);
	browser_wait(own, CS_HOUR_MS);
	while (house_mail_take(h, &m))
		continue;
	use_up(stranger, "ada@example.test");
	browser_sign_in(own, browser_go(own, APP, "/"), "Ada@example.test");
	/* of ada's alone, and its own budget ends as well */
	CHECK_INT(browser_post(own, "/api/v1/me/sign-out", "{}"), 200);
	browser_wait(own, CS_HOUR_MS);
	use_up(stranger, "bob@example.test");
	CHECK_INT(browser_ask_pin(own, browser_go(own, APP, "/"), "bob@example.test"), 429);
	use_up(own, "ada@example.test");
	browser_close(stranger);
	leave(h, own);
}

struct counts {
	int64_t pins;
	int64_t mails;
};

TEST(a_refused_address_gets_the_same_answer_and_no_mail_and_no_pin_fits)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");
	struct cs_message m;
	char pin[8];

	CHECK_INT(browser_ask_pin(b, meta, "mallory@elsewhere.test"), 200);
	CHECK_STEP(b, "pin");
	CHECK_TEXT(cs_str_c(browser_text(b, "pin.email")), "mallory@elsewhere.test");
	CHECK(!house_mail_take(h, &m));
	for (int i = 0; i < 5; i++) {
		snprintf(pin, sizeof(pin), "%06d", i);
		CHECK(browser_type_pin(b, meta, cs_str_c(pin)) != 200);
	}
	leave(h, b);
}

TEST(what_is_no_mail_address_is_refused)
{
	static const char *const wrong[] = { "", "ada", "@example.test", "ada@",
		"ada@example.test,b@c.test", "ada@example.test\\r\\nBcc: x@y.test",
		"<ada@example.test>" };
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");

	for (size_t i = 0; i < CS_COUNT(wrong); i++) {
		CHECK_INT(browser_ask_pin(b, meta, wrong[i]), 400);
		CHECK_CODE(b, "body");
	}
	leave(h, b);
}

TEST(what_is_no_pin_costs_no_try)
{
	static const char *const wrong[] = { "", "12345", "1234567", "abcdef", "12 456" };
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");
	struct cs_message m;

	CHECK_INT(browser_ask_pin(b, meta, "ada@example.test"), 200);
	CHECK(house_mail_take(h, &m));
	for (size_t i = 0; i < CS_COUNT(wrong); i++)
		check_pin_refused(b, meta, wrong[i], 400, "malformed_code");
	for (size_t i = 0; i < CS_COUNT(wrong); i++)
		check_pin_refused(b, meta, wrong[i], 400, "malformed_code");
	CHECK_INT(browser_type_pin(b, meta, house_pin_of(&m)), 200);
	leave(h, b);
}

static cs_err
disable(struct cs_tx *tx, void *ctx)
{
	const struct cs_user *users;
	size_t count;

	CS_TRY(cs_user_list_by_email(
	    tx, cs_tx_op(tx)->account, CS_STR("ada@example.test"), &users, &count));
	CHECK_INT(count, 1);
	return cs_user_set_status(
	    tx, users[0].account, users[0].id, CS_USER_ACTIVE, CS_USER_DISABLED);
}

TEST(a_disabled_user_is_told_so_and_gets_no_session)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");

	browser_sign_in(b, meta, "ada@example.test");
	CHECK_OK(cs_store_write(h->d.store, &h->op, disable, NULL));
	/* the session that is open counts no longer */
	CHECK_INT(browser_state(b, meta), 200);
	CHECK_STEP(b, "provider");
	browser_sign_in(b, meta, "ada@example.test");
	CHECK_STEP(b, "denied");
	CHECK_TEXT(cs_str_c(browser_text(b, "denied.reason")), "disabled");
	CHECK_TEXT(cs_str_c(browser_text(b, "user.email")), "ada@example.test");
	CHECK_INT(browser_get(b, AUTH, CS_STR("/api/v1/me")), 401);
	leave(h, b);
}

TEST(each_sign_in_makes_a_new_session_token)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");
	struct cookie old;
	struct cookie device;

	browser_sign_in(b, meta, "ada@example.test");
	old = *browser_cookie(b, AUTH, "__Host-cs_session");
	device = *browser_cookie(b, AUTH, "__Host-cs_device");
	browser_sign_in(b, meta, "ada@example.test");
	CHECK(strcmp(old.value, browser_cookie(b, AUTH, "__Host-cs_session")->value) != 0);
	CHECK(strcmp(device.value, browser_cookie(b, AUTH, "__Host-cs_device")->value) == 0);
	*browser_cookie(b, AUTH, "__Host-cs_session") = old;
	CHECK_INT(browser_get(b, AUTH, CS_STR("/api/v1/me")), 401);
	leave(h, b);
}

TEST(house_cookies_are_secure_http_only_lax_and_host_only)
{
	static const char *const names[] = { "__Host-cs_session", "__Host-cs_device" };
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	browser_sign_in(b, browser_go(b, NOTES, "/"), "ada@example.test");
	for (size_t i = 0; i < CS_COUNT(names); i++) {
		const char *attributes = browser_cookie(b, AUTH, names[i])->attributes;

		CHECK(strstr(attributes, "; Secure") != NULL);
		CHECK(strstr(attributes, "; HttpOnly") != NULL);
		CHECK(strstr(attributes, "; SameSite=Lax") != NULL);
		CHECK(strstr(attributes, "Path=/;") != NULL);
		CHECK(strstr(attributes, "Domain") == NULL);
	}
	leave(h, b);
}

TEST(a_session_cookie_without_its_device_cookie_is_nobody)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	struct browser *thief = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");

	browser_sign_in(b, meta, "ada@example.test");
	thief->jar[0] = *browser_cookie(b, AUTH, "__Host-cs_session");
	thief->cookie_count = 1;
	CHECK_INT(browser_state(thief, meta), 200);
	CHECK_STEP(thief, "provider");
	CHECK_INT(browser_get(thief, AUTH, CS_STR("/cdn-cgi/access/get-identity")), 401);
	CHECK_INT(browser_post(thief, "/api/v1/me/sign-out", "{}"), 401);
	CHECK_INT(browser_get(b, AUTH, CS_STR("/api/v1/me")), 200);
	browser_close(thief);
	leave(h, b);
}

/* --- hand-over --- */

static void
check_handover_refused(struct browser *b, const char *host, cs_str target)
{
	CHECK(browser_get(b, host, target) != 303);
	CHECK_CODE(b, "link_ended");
	struct cookie *c = browser_cookie(b, host, "CF_Authorization");
	CHECK(c == NULL || c->value[0] == '\0');
}

TEST(a_hand_over_is_accepted_once)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");

	browser_sign_in(b, meta, "ada@example.test");
	cs_str target = browser_continue(b, meta, NOTES);
	CHECK_INT(browser_get(b, NOTES, target), 303);
	browser_cookie(b, NOTES, "CF_Authorization")->value[0] = '\0';
	check_handover_refused(b, NOTES, target);
	leave(h, b);
}

TEST(a_hand_over_is_refused_after_a_minute)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");

	browser_sign_in(b, meta, "ada@example.test");
	cs_str target = browser_continue(b, meta, NOTES);
	browser_wait(b, CS_MINUTE_MS);
	check_handover_refused(b, NOTES, target);
	leave(h, b);
}

TEST(a_hand_over_is_refused_on_another_host)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");

	browser_sign_in(b, meta, "ada@example.test");
	browser_go(b, SHOP, "/");
	check_handover_refused(b, SHOP, browser_continue(b, meta, NOTES));
	leave(h, b);
}

TEST(a_hand_over_is_refused_in_another_browser)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	struct browser *victim = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");

	browser_sign_in(b, meta, "ada@example.test");
	cs_str target = browser_continue(b, meta, NOTES);
	check_handover_refused(victim, NOTES, target);
	browser_go(victim, NOTES, "/");
	check_handover_refused(victim, NOTES, target);
	/* the attempt did not use it up */
	CHECK_INT(browser_get(b, NOTES, target), 303);
	browser_close(victim);
	leave(h, b);
}

TEST(a_hand_over_is_refused_when_the_session_ended_meanwhile)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");

	browser_sign_in(b, meta, "ada@example.test");
	cs_str target = browser_continue(b, meta, NOTES);
	CHECK_INT(browser_post(b, "/api/v1/me/sign-out", "{}"), 200);
	check_handover_refused(b, NOTES, target);
	leave(h, b);
}

TEST(the_last_gate_judges_by_the_policies_of_that_moment)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");

	browser_sign_in(b, meta, "ada@example.test");
	cs_str target = browser_continue(b, meta, NOTES);
	h->apps[HOUSE_NOTES].mfa.is_disabled = false; /* from now on it asks for TOTP */
	h->apps[HOUSE_NOTES].mfa.has_duration = true;
	h->apps[HOUSE_NOTES].mfa.duration_ms = CS_HOUR_MS;
	house_publish(h);
	CHECK_INT(browser_get(b, NOTES, target), 403);
	CHECK_CODE(b, "not_allowed");
	leave(h, b);
}

TEST(a_code_that_is_none_is_refused)
{
	static const char *const targets[] = { "/cdn-cgi/access/authorized",
		"/cdn-cgi/access/authorized?code=", "/cdn-cgi/access/authorized?code=short",
		"/cdn-cgi/access/authorized?code=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" };
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	browser_go(b, NOTES, "/");
	for (size_t i = 0; i < CS_COUNT(targets); i++)
		check_handover_refused(b, NOTES, cs_str_c(targets[i]));
	leave(h, b);
}

TEST(a_foreign_address_to_return_to_never_comes_back)
{
	static const char *const foreign[] = { "https%3A%2F%2Fevil.test%2F", "%2F%2Fevil.test",
		"%2F%5Cevil.test", "javascript%3Aalert(1)", "%2Fa%0D%0ALocation%3A%20x", "evil" };
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	browser_sign_in(b, browser_go(b, NOTES, "/"), "ada@example.test");
	for (size_t i = 0; i < CS_COUNT(foreign); i++) {
		browser_enter(b, browser_go(b, NOTES, foreign[i]), NOTES);
		CHECK_TEXT(browser_header(b, "Location"), "/");
	}
	leave(h, b);
}

/* --- sessions --- */

TEST(signing_out_cuts_every_application_on_the_next_request)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");

	browser_sign_in(b, meta, "ada@example.test");
	browser_enter(b, meta, NOTES);
	CHECK_INT(browser_decide(b, NOTES, "/"), CS_GATE_ALLOW);
	CHECK_INT(browser_post(b, "/api/v1/me/sign-out", "{}"), 200);
	CHECK_INT(browser_decide(b, NOTES, "/"), CS_GATE_COLD);
	struct cs_app_session session;
	uint8_t hash[32];
	cs_sha256(cs_str_span(cs_str_c(browser_cookie(b, NOTES, "CF_Authorization")->value)), hash);
	CHECK_ERR(cs_session_load_app(&h->d, &h->op, hash, &session), NOT_FOUND);
	leave(h, b);
}

TEST(logging_out_on_an_application_signs_out_everywhere)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");

	browser_sign_in(b, meta, "ada@example.test");
	browser_enter(b, meta, NOTES);
	CHECK_INT(browser_get(b, NOTES, CS_STR("/cdn-cgi/access/logout")), 303);
	CHECK_TEXT(browser_header(b, "Location"), "https://auth.example.test/signed-out");
	CHECK_INT(browser_get(b, AUTH, CS_STR("/api/v1/me")), 401);
	leave(h, b);
}

TEST(each_kind_of_token_counts_on_its_own_host_alone)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");
	cs_str identity = CS_STR("/cdn-cgi/access/get-identity");

	browser_sign_in(b, meta, "ada@example.test");
	browser_enter(b, meta, NOTES);
	CHECK_INT(browser_get(b, NOTES, identity), 200);
	CHECK_TEXT(cs_str_c(browser_text(b, "email")), "ada@example.test");
	CHECK_INT(browser_get(b, AUTH, identity), 200);
	/* the application's token on the auth host and on another application */
	struct browser *thief = browser_open(h);
	thief->jar[0] = *browser_cookie(b, NOTES, "CF_Authorization");
	thief->cookie_count = 1;
	snprintf(thief->jar[0].host, sizeof(thief->jar[0].host), "%s", AUTH);
	CHECK_INT(browser_get(thief, AUTH, identity), 401);
	snprintf(thief->jar[0].host, sizeof(thief->jar[0].host), "%s", SHOP);
	CHECK_INT(browser_get(thief, SHOP, identity), 401);
	/* the global session on an application's host */
	thief->jar[0] = *browser_cookie(b, AUTH, "__Host-cs_session");
	snprintf(thief->jar[0].host, sizeof(thief->jar[0].host), "%s", NOTES);
	CHECK_INT(browser_get(thief, NOTES, identity), 401);
	browser_close(thief);
	leave(h, b);
}

TEST_MAIN("api/sign_in")
