/* What the sign-in log says of journeys through the portal: who went in, who was sent away, and why. */
#include "api/browser.h"

#include "domain/auth_log.h"

#define APP "app.example.test:8081"
#define NOTES "notes.test"
#define KEYS "keys.test"

static void
leave(struct house *h, struct browser *b)
{
	browser_close(b);
	house_close(h);
}

/* The newest first. */
static const struct cs_auth_entry *
entries(struct house *h, size_t *count)
{
	const struct cs_auth_query all = { .until = cs_time_add(h->op.now, 1), .max = 100 };
	const struct cs_auth_entry *list;

	CHECK_OK(cs_auth_log_read(&h->d, &h->op, &all, &list, count));
	return list;
}

static const struct cs_auth_entry *
only_entry(struct house *h)
{
	size_t count;
	const struct cs_auth_entry *list = entries(h, &count);

	CHECK_INT(count, 1);
	return list;
}

TEST(who_enters_an_application_is_logged_once_with_the_method)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");

	browser_sign_in(b, meta, "Ada@example.test");
	browser_enrol(b, meta);
	browser_enter(b, meta, APP);
	const struct cs_auth_entry *e = only_entry(h);
	CHECK_TEXT(e->email, "Ada@example.test");
	CHECK_TEXT(e->app_name, "Berth planner");
	CHECK_TEXT(e->app_domain, "app.example.test");
	CHECK_TEXT(e->connection, "onetimepin");
	CHECK_TEXT(e->action, "login");
	CHECK_TEXT(e->address, "192.0.2.7");
	CHECK_TEXT(e->reason, "");
	CHECK(e->is_allowed && e->is_identity && !cs_id_is_zero(e->user));
	CHECK_INT(e->method, CS_MFA_TOTP);
	CHECK_INT(e->ray.len, 16);
	leave(h, b);
}

TEST(who_is_not_admitted_is_logged_once_however_often_the_page_asks)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	browser_sign_in(b, browser_go(b, NOTES, "/"), "ada@example.test");
	size_t before;
	(void)entries(h, &before);
	h->staff.text = CS_STR("elsewhere.test");
	house_publish(h);
	cs_str meta = browser_go(b, NOTES, "/");
	for (int i = 0; i < 3; i++) {
		CHECK_INT(browser_state(b, meta), 200);
		CHECK_STEP(b, "denied");
	}
	const struct cs_auth_entry *e = only_entry(h);
	CHECK_INT(before, 0);
	CHECK_TEXT(e->reason, "policy");
	CHECK_TEXT(e->app_name, "Notes");
	CHECK(!e->is_allowed);
	/* another sign-in is another entry */
	h->op.now = cs_time_add(h->op.now, 1000);
	CHECK_INT(browser_state(b, browser_go(b, NOTES, "/")), 200);
	(void)entries(h, &before);
	CHECK_INT(before, 2);
	leave(h, b);
}

TEST(a_wrong_pin_is_logged_with_its_address_and_without_a_user)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");
	struct cs_message m;

	CHECK_INT(browser_ask_pin(b, meta, "ada@example.test"), 200);
	CHECK(house_mail_take(h, &m));
	size_t count;
	(void)entries(h, &count);
	CHECK_INT(count, 0);
	cs_str right = house_pin_of(&m);
	char wrong[7] = "000000";
	if (cs_str_equal(right, CS_STR("000000")))
		wrong[0] = '1';
	CHECK_INT(browser_type_pin(b, meta, cs_str_c(wrong)), 400);
	const struct cs_auth_entry *e = only_entry(h);
	CHECK_TEXT(e->reason, "pin");
	CHECK_TEXT(e->email, "ada@example.test");
	CHECK_TEXT(e->app_name, "Notes");
	CHECK(!e->is_allowed && cs_id_is_zero(e->user));
	leave(h, b);
}

static cs_err
disable(struct cs_tx *tx, void *ctx)
{
	return cs_user_set_status(
	    tx, cs_tx_op(tx)->account, *(cs_id *)ctx, CS_USER_ACTIVE, CS_USER_DISABLED);
}

TEST(who_is_disabled_is_logged_as_that)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");

	browser_sign_in(b, meta, "ada@example.test");
	browser_enter(b, meta, NOTES);
	cs_id user = only_entry(h)->user;
	CHECK_OK(cs_store_write(h->d.store, &h->op, disable, &user));
	h->op.now = cs_time_add(h->op.now, CS_MINUTE_MS);
	meta = browser_go(b, NOTES, "/");
	browser_sign_in(b, meta, "ada@example.test");
	CHECK_STEP(b, "denied");
	size_t count;
	const struct cs_auth_entry *e = entries(h, &count);
	CHECK_INT(count, 2);
	CHECK_TEXT(e->reason, "disabled");
	CHECK(cs_id_equal(e->user, user) && !e->is_allowed);
	leave(h, b);
}

TEST(signing_in_to_the_portal_and_out_of_everything_are_entries_of_their_own)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	size_t count;

	browser_sign_in(b, CS_STR(""), "ada@example.test");
	const struct cs_auth_entry *e = only_entry(h);
	CHECK(e->is_allowed && cs_id_is_zero(e->application));
	CHECK_TEXT(e->app_domain, "auth.example.test");
	h->op.now = cs_time_add(h->op.now, 1000);
	CHECK_INT(browser_post(b, "/api/v1/me/sign-out", "{}"), 200);
	e = entries(h, &count);
	CHECK_INT(count, 2);
	CHECK_TEXT(e->action, "logout");
	CHECK_TEXT(e->email, "ada@example.test");
	leave(h, b);
}

TEST(wrong_codes_until_no_more_are_taken_are_one_entry)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");

	browser_sign_in(b, meta, "ada@example.test");
	browser_enrol(b, meta);
	browser_wait(b, 25 * CS_HOUR_MS);
	meta = browser_go(b, APP, "/");
	browser_sign_in(b, meta, "ada@example.test");
	CHECK_STEP(b, "challenge");
	cs_str challenge = browser_challenge(b, meta);
	int tries = 0;
	while (browser_answer(b, challenge, CS_STR("000000")) != 429 && tries < 100)
		tries++;
	CHECK(tries < 100);
	CHECK_INT(browser_answer(b, challenge, CS_STR("000000")), 429);
	const struct cs_auth_entry *e = only_entry(h);
	CHECK_TEXT(e->reason, "second_factor");
	CHECK_TEXT(e->app_name, "Berth planner");
	CHECK(!e->is_allowed);
	leave(h, b);
}

TEST(who_is_led_to_enrol_another_kind_is_not_refused)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");

	browser_sign_in(b, meta, "ada@example.test");
	browser_enrol(b, meta);
	size_t before, after;
	(void)entries(h, &before);
	CHECK_INT(browser_state(b, browser_go(b, KEYS, "/")), 200);
	CHECK_STEP(b, "enrol");
	const json_t *methods = json_object_get(b->body, "methods");
	CHECK_INT(json_array_size(methods), 1);
	CHECK_TEXT(cs_str_c(json_string_value(json_array_get(methods, 0))), "security_key");
	(void)entries(h, &after);
	CHECK_INT(after, before);
	leave(h, b);
}

TEST_MAIN("api/auth_log")
