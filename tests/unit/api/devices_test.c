/* People change their own authenticators, and nobody else does. */
#include "api/browser.h"

#include <pthread.h>

#include "domain/admin.h"
#include "domain/freeze.h"
#include "domain/signin.h"
#include "factor/soft_key.h"
#include "store/authenticator_store.h"

#define APP "app.example.test"
#define KEYS "keys.test"
#define ADA "ada@example.test"

static const cs_str portal = CS_STR("");

/* --- a person with a security key, signed in to the portal --- */

struct person {
	struct house *h;
	struct browser *b;
	struct soft_key key;
	cs_str id; /* the key's, as the API names it */
};

static json_t *
at(struct browser *b, const char *name)
{
	return json_object_get(b->body, name);
}

/* "/api/v1/KIND/ID/WHAT" */
static cs_str
path_of(struct browser *b, const char *kind, cs_str id, const char *what)
{
	return cs_arena_printf(b->h->arena, "/api/v1/%s/%.*s/%s", kind, CS_STR_ARG(id), what);
}

static int
post_to(struct browser *b, const char *kind, cs_str id, const char *what, cs_str body)
{
	return browser_ask(b, CS_POST, AUTH, path_of(b, kind, id, what), body);
}

/* Begins to enrol a key; the status. What is to be signed is in the answer. */
static int
begin_key(struct browser *b)
{
	return browser_post(b, "/api/v1/enrolments",
	    "{\"meta\":\"\",\"factor\":\"webauthn\",\"kind\":\"security_key\"}");
}

static int
finish_key(struct browser *b, struct soft_key *key, const char *name)
{
	cs_str id = browser_copy(b, "id");
	cs_str response = soft_key_register(key, b->h->arena, at(b, "options"));

	return post_to(b, "enrolments", id, "confirm",
	    cs_arena_printf(b->h->arena, "{\"meta\":\"\",\"response\":%.*s,\"name\":\"%s\"}",
		CS_STR_ARG(response), name));
}

/* The device's id. */
static cs_str
enrol_key(struct browser *b, struct soft_key *key, const char *name)
{
	soft_key_open(key);
	CHECK_INT(begin_key(b), 200);
	CHECK_INT(finish_key(b, key, name), 200);
	return browser_copy(b, "enrolled.id");
}

static int
begin_unlock(struct browser *b)
{
	return browser_post(b, "/api/v1/challenges", "{\"purpose\":\"manage\"}");
}

static int
answer_unlock(struct browser *b, struct soft_key *key)
{
	cs_str id = browser_copy(b, "id");
	cs_str response = soft_key_assert(key, b->h->arena, at(b, "webauthn"));

	return post_to(b, "challenges", id, "answer",
	    cs_arena_printf(
		b->h->arena, "{\"factor\":\"webauthn\",\"response\":%.*s}", CS_STR_ARG(response)));
}

static void
unlock(struct browser *b, struct soft_key *key)
{
	CHECK_INT(begin_unlock(b), 200);
	CHECK_INT(answer_unlock(b, key), 200);
	CHECK(json_is_object(at(b, "window")));
}

static int
rename_to(struct browser *b, cs_str id, const char *name)
{
	return post_to(
	    b, "me/devices", id, "rename", cs_arena_printf(b->h->arena, "{\"name\":\"%s\"}", name));
}

static int
take_away(struct browser *b, cs_str id)
{
	return post_to(b, "me/devices", id, "remove", CS_STR("{}"));
}

static int
list(struct browser *b)
{
	return browser_get(b, AUTH, CS_STR("/api/v1/me/devices"));
}

/* One of the devices of the last answer. */
static json_t *
device(struct browser *b, size_t i)
{
	return json_array_get(at(b, "devices"), i);
}

static const char *
text_of(const json_t *o, const char *name)
{
	const char *text = json_string_value(json_object_get(o, name));

	return text != NULL ? text : "";
}

static struct person
settle(void)
{
	struct person p = { .h = house_open() };

	p.b = browser_open(p.h);
	p.h->config.organization.session_duration_ms = 30 * CS_DAY_MS;
	p.h->config.organization.mfa.methods =
	    CS_MFA_TOTP | CS_MFA_SECURITY_KEY | CS_MFA_BIOMETRICS;
	house_publish(p.h);
	browser_sign_in(p.b, portal, ADA);
	p.id = enrol_key(p.b, &p.key, "Blue key");
	/* what the session may do because it has just enrolled is over */
	browser_wait(p.b, CS_HOUR_MS);
	return p;
}

static void
leave(struct person *p)
{
	soft_key_close(&p->key);
	browser_close(p->b);
	house_close(p->h);
}

/* --- without a window --- */

#define CHECK_REFUSED(B, STATUS, CODE, CALL) \
	do { \
		CHECK_INT((CALL), (STATUS)); \
		CHECK_CODE((B), CODE); \
	} while (0)

static void
check_cannot_change(struct browser *b, cs_str id, const char *code)
{
	CHECK_REFUSED(b, 403, code, begin_key(b));
	CHECK_REFUSED(b, 403, code,
	    browser_post(b, "/api/v1/enrolments", "{\"meta\":\"\",\"factor\":\"totp\"}"));
	CHECK_REFUSED(b, 403, code, rename_to(b, id, "Mine now"));
	CHECK_REFUSED(b, 403, code, take_away(b, id));
}

static cs_err
spend_nothing(struct cs_tx *tx, void *ctx)
{
	return CS_OK;
}

/* A session as the provider's way back opens it, with what it said of how. */
static void
sign_in_by_provider(struct browser *b, const char *amr)
{
	struct house *h = b->h;
	struct cs_access_config config = h->config;
	const cs_str values[] = { cs_str_c(amr) };
	const struct cs_claims claims = {
		.who = { .provider = house_id("oidc"),
		    .sub = CS_STR("subject"),
		    .email = CS_STR(ADA),
		    .email_is_proved = true },
		.amr = values,
		.amr_count = 1,
		.auth_time = h->op.now,
		.fields = CS_STR("{}"),
	};
	struct cs_signed_in in;

	config.applications = h->apps;
	const struct cs_signin s = { .d = &h->d, .op = &h->op, .config = &config };
	CHECK_OK(cs_signin_open(&s, &claims, spend_nothing, NULL, &in));
	browser_keep(b, AUTH,
	    cs_arena_printf(h->arena, "__Host-cs_session=%.*s; Secure", CS_STR_ARG(in.token)));
	browser_keep(b, AUTH,
	    cs_arena_printf(
		h->arena, "__Host-cs_device=%.*s; Secure", CS_STR_ARG(in.device_token)));
}

TEST(a_stolen_provider_session_with_amr_hwk_cannot_change_anything)
{
	struct person p = settle();
	struct browser *thief = browser_open(p.h);
	struct cs_message m;

	p.h->config.organization.amr =
	    (struct cs_amr_config){ .is_enabled = true, .duration_ms = CS_DAY_MS };
	house_publish(p.h);
	while (house_mail_take(p.h, &m))
		continue;
	sign_in_by_provider(thief, "hwk");
	CHECK_INT(list(thief), 200);
	CHECK_TEXT(cs_str_c(browser_text(thief, "needs")), "prove");
	CHECK(json_is_null(at(thief, "window")));
	check_cannot_change(thief, p.id, "prove_first");
	/* nor by asking for a window: what answers it is the key, and the thief's is another */
	struct soft_key other;
	soft_key_open(&other);
	CHECK_INT(begin_unlock(thief), 200);
	memcpy(other.id, p.key.id, sizeof(other.id));
	CHECK_REFUSED(thief, 400, "wrong_response", answer_unlock(thief, &other));
	soft_key_close(&other);
	check_cannot_change(thief, p.id, "prove_first");
	/* and nothing is changed, and nobody was told that it was */
	CHECK_INT(list(p.b), 200);
	CHECK_INT(json_array_size(at(p.b, "devices")), 1);
	CHECK_TEXT(cs_str_c(text_of(device(p.b, 0), "name")), "Blue key");
	CHECK(!house_mail_take(p.h, &m));
	browser_close(thief);
	leave(&p);
}

TEST(a_fresh_pin_sign_in_changes_nothing_either)
{
	struct person p = settle();
	struct browser *other = browser_open(p.h);

	browser_sign_in(other, portal, ADA);
	check_cannot_change(other, p.id, "prove_first");
	browser_close(other);
	leave(&p);
}

TEST(an_earlier_proof_opens_no_window)
{
	struct person p = settle();
	cs_str meta = browser_go(p.b, APP, "/");

	/* this very browser answers with this very key, for an application */
	browser_wait(p.b, CS_DAY_MS);
	meta = browser_go(p.b, APP, "/");
	CHECK_INT(browser_state(p.b, meta), 200);
	CHECK_STEP(p.b, "challenge");
	CHECK_INT(
	    browser_post(p.b, "/api/v1/challenges", "{\"meta\":\"%.*s\"}", CS_STR_ARG(meta)), 200);
	CHECK_INT(answer_unlock(p.b, &p.key), 200);
	CHECK_STEP(p.b, "continue");
	check_cannot_change(p.b, p.id, "prove_first");
	leave(&p);
}

TEST(an_answer_for_a_sign_in_does_not_answer_for_a_change)
{
	struct person p = settle();
	cs_str asked;
	cs_str response;
	cs_str meta;

	browser_wait(p.b, CS_DAY_MS);
	meta = browser_go(p.b, APP, "/");
	CHECK_INT(
	    browser_post(p.b, "/api/v1/challenges", "{\"meta\":\"%.*s\"}", CS_STR_ARG(meta)), 200);
	response = soft_key_assert(&p.key, p.h->arena, at(p.b, "webauthn"));
	CHECK_INT(begin_unlock(p.b), 200);
	asked = browser_copy(p.b, "id");
	CHECK_REFUSED(p.b, 400, "wrong_response",
	    post_to(p.b, "challenges", asked, "answer",
		cs_arena_printf(p.h->arena, "{\"factor\":\"webauthn\",\"response\":%.*s}",
		    CS_STR_ARG(response))));
	check_cannot_change(p.b, p.id, "prove_first");
	leave(&p);
}

TEST(nobody_changes_anything_signed_out)
{
	struct person p = settle();
	struct browser *nobody = browser_open(p.h);

	CHECK_REFUSED(nobody, 401, "signed_out", list(nobody));
	CHECK_REFUSED(nobody, 401, "signed_out", begin_unlock(nobody));
	CHECK_REFUSED(nobody, 401, "signed_out", rename_to(nobody, p.id, "Mine"));
	CHECK_REFUSED(nobody, 401, "signed_out", take_away(nobody, p.id));
	/* nor from another page */
	p.b->origin = "https://evil.test";
	CHECK_REFUSED(p.b, 403, "csrf", take_away(p.b, p.id));
	browser_close(nobody);
	leave(&p);
}

/* --- the window --- */

TEST(a_right_answer_opens_ten_minutes_and_not_one_moment_more)
{
	struct person p = settle();
	cs_time opened = p.h->op.now;

	unlock(p.b, &p.key);
	CHECK_TEXT(cs_str_c(browser_text(p.b, "needs")), "nothing");
	CHECK_TEXT(cs_str_c(browser_text(p.b, "window.opened_at")),
	    cs_arena_c(p.h->arena, cs_time_text(p.h->arena, opened)));
	CHECK_TEXT(cs_str_c(browser_text(p.b, "window.expires_at")),
	    cs_arena_c(
		p.h->arena, cs_time_text(p.h->arena, cs_time_add(opened, 10 * CS_MINUTE_MS))));
	CHECK(json_is_true(json_object_get(device(p.b, 0), "opened_window")));
	browser_wait(p.b, 10 * CS_MINUTE_MS - 1);
	CHECK_INT(rename_to(p.b, p.id, "Blue key, at home"), 200);
	CHECK_TEXT(cs_str_c(text_of(device(p.b, 0), "name")), "Blue key, at home");
	/* what is done does not lengthen it */
	browser_wait(p.b, 1);
	check_cannot_change(p.b, p.id, "prove_first");
	CHECK_INT(list(p.b), 200);
	CHECK(json_is_null(at(p.b, "window")));
	leave(&p);
}

TEST(an_enrolment_that_began_in_the_window_does_not_end_after_it)
{
	struct person p = settle();
	struct soft_key second;

	soft_key_open(&second);
	unlock(p.b, &p.key);
	browser_wait(p.b, 9 * CS_MINUTE_MS);
	CHECK_INT(begin_key(p.b), 200);
	browser_wait(p.b, CS_MINUTE_MS);
	CHECK_REFUSED(p.b, 403, "prove_first", finish_key(p.b, &second, "Red key"));
	CHECK_INT(list(p.b), 200);
	CHECK_INT(json_array_size(at(p.b, "devices")), 1);
	soft_key_close(&second);
	leave(&p);
}

TEST(a_window_is_worth_nothing_in_another_session_or_browser)
{
	struct person p = settle();
	struct browser *other = browser_open(p.h);

	browser_sign_in(other, portal, ADA);
	unlock(p.b, &p.key);
	check_cannot_change(other, p.id, "prove_first");
	CHECK_INT(list(other), 200);
	CHECK(json_is_null(at(other, "window")));
	/* nor is the session's cookie alone, carried to another browser */
	browser_keep(other, AUTH,
	    cs_arena_printf(p.h->arena, "__Host-cs_session=%s; Secure",
		browser_cookie(p.b, AUTH, "__Host-cs_session")->value));
	CHECK_REFUSED(other, 401, "signed_out", take_away(other, p.id));
	/* a second one proves for itself */
	browser_sign_in(other, portal, ADA);
	unlock(other, &p.key);
	CHECK_INT(rename_to(other, p.id, "Blue key two"), 200);
	/* and each has its own */
	CHECK_INT(browser_post(other, "/api/v1/me/devices/lock", "{}"), 200);
	CHECK(json_is_null(at(other, "window")));
	CHECK_INT(rename_to(p.b, p.id, "Blue key"), 200);
	browser_close(other);
	leave(&p);
}

TEST(the_sessions_token_is_replaced_as_the_window_opens)
{
	struct person p = settle();
	struct browser *copy = browser_open(p.h);

	/* whoever had copied both cookies before … */
	memcpy(copy->jar, p.b->jar, sizeof(copy->jar));
	copy->cookie_count = p.b->cookie_count;
	CHECK_INT(list(copy), 200);
	unlock(p.b, &p.key);
	/* … has nothing any more */
	CHECK(strcmp(browser_cookie(p.b, AUTH, "__Host-cs_session")->value,
		  browser_cookie(copy, AUTH, "__Host-cs_session")->value) != 0);
	CHECK_REFUSED(copy, 401, "signed_out", list(copy));
	CHECK_REFUSED(copy, 401, "signed_out", rename_to(copy, p.id, "Mine"));
	CHECK_REFUSED(copy, 401, "signed_out", take_away(copy, p.id));
	CHECK_INT(list(p.b), 200);
	const char *attributes = browser_cookie(p.b, AUTH, "__Host-cs_session")->attributes;
	CHECK(strstr(attributes, "HttpOnly") != NULL && strstr(attributes, "Secure") != NULL);
	browser_close(copy);
	leave(&p);
}

TEST(applications_stay_open_when_the_token_is_replaced)
{
	struct person p = settle();
	cs_str meta = browser_go(p.b, APP, "/");

	browser_enter(p.b, meta, APP);
	CHECK_INT(browser_decide(p.b, APP, "/"), CS_GATE_ALLOW);
	unlock(p.b, &p.key);
	CHECK_INT(browser_decide(p.b, APP, "/"), CS_GATE_ALLOW);
	CHECK_INT(browser_get(p.b, APP, CS_STR("/cdn-cgi/access/get-identity")), 200);
	leave(&p);
}

TEST(a_window_ends_with_signing_out)
{
	struct person p = settle();

	unlock(p.b, &p.key);
	CHECK_INT(browser_post(p.b, "/api/v1/me/sign-out", "{}"), 200);
	CHECK_REFUSED(p.b, 401, "signed_out", take_away(p.b, p.id));
	browser_sign_in(p.b, portal, ADA);
	check_cannot_change(p.b, p.id, "prove_first");
	leave(&p);
}

TEST(a_window_ends_when_the_browser_signs_in_anew)
{
	struct person p = settle();

	unlock(p.b, &p.key);
	browser_sign_in(p.b, portal, ADA);
	check_cannot_change(p.b, p.id, "prove_first");
	unlock(p.b, &p.key);
	CHECK_INT(browser_post(p.b, "/api/v1/sign-in/switch", "{\"meta\":\"\"}"), 200);
	browser_sign_in(p.b, portal, ADA);
	check_cannot_change(p.b, p.id, "prove_first");
	leave(&p);
}

TEST(a_window_ends_with_the_authenticator_that_opened_it)
{
	struct person p = settle();
	struct soft_key second;
	cs_str second_id;

	unlock(p.b, &p.key);
	second_id = enrol_key(p.b, &second, "Red key");
	CHECK_INT(take_away(p.b, p.id), 200);
	CHECK(json_is_null(at(p.b, "window")));
	CHECK_TEXT(cs_str_c(browser_text(p.b, "needs")), "prove");
	CHECK_REFUSED(p.b, 403, "prove_first", take_away(p.b, second_id));
	/* the one that remains opens another; removing what did not open it leaves it open */
	unlock(p.b, &second);
	soft_key_close(&p.key);
	p.id = enrol_key(p.b, &p.key, "Blue key");
	CHECK_INT(take_away(p.b, p.id), 200);
	CHECK(json_is_object(at(p.b, "window")));
	soft_key_close(&second);
	leave(&p);
}

TEST(a_window_can_be_closed_and_opened_again)
{
	struct person p = settle();

	unlock(p.b, &p.key);
	CHECK_INT(browser_post(p.b, "/api/v1/me/devices/lock", "{}"), 200);
	check_cannot_change(p.b, p.id, "prove_first");
	CHECK_INT(browser_post(p.b, "/api/v1/me/devices/lock", "{}"), 200);
	unlock(p.b, &p.key);
	CHECK_INT(rename_to(p.b, p.id, "Blue"), 200);
	leave(&p);
}

TEST(an_answer_opens_one_window)
{
	struct person p = settle();
	cs_str id;
	cs_str response;

	CHECK_INT(begin_unlock(p.b), 200);
	id = browser_copy(p.b, "id");
	response = soft_key_assert(&p.key, p.h->arena, at(p.b, "webauthn"));
	response = cs_arena_printf(
	    p.h->arena, "{\"factor\":\"webauthn\",\"response\":%.*s}", CS_STR_ARG(response));
	CHECK_INT(post_to(p.b, "challenges", id, "answer", response), 200);
	CHECK_INT(browser_post(p.b, "/api/v1/me/devices/lock", "{}"), 200);
	CHECK_REFUSED(p.b, 409, "answered", post_to(p.b, "challenges", id, "answer", response));
	check_cannot_change(p.b, p.id, "prove_first");
	leave(&p);
}

/* --- renaming --- */

TEST(a_name_is_one_line_of_1_to_64_characters_and_unique_per_person)
{
	static const char *const bad[] = { "", "   ", "two\\nlines", "bell\\u0007",
		"12345678901234567890123456789012345678901234567890123456789012345" };
	struct person p = settle();
	struct soft_key second;
	cs_str second_id;

	unlock(p.b, &p.key);
	second_id = enrol_key(p.b, &second, "Red key");
	for (size_t i = 0; i < CS_COUNT(bad); i++)
		CHECK_REFUSED(p.b, 400, "body", rename_to(p.b, p.id, bad[i]));
	CHECK_REFUSED(p.b, 409, "name_taken", rename_to(p.b, p.id, "Red key"));
	CHECK_INT(rename_to(p.b, second_id, "Red key"), 200);
	CHECK_INT(
	    rename_to(p.b, p.id, "æøå567890123456789012345678901234567890123456789012345678901234"),
	    200);
	CHECK_INT(rename_to(p.b, p.id, "  Blue key  "), 200);
	CHECK_TEXT(cs_str_c(text_of(device(p.b, 0), "name")), "Blue key");
	soft_key_close(&second);
	leave(&p);
}

TEST(nobody_elses_authenticator_is_there)
{
	struct person p = settle();
	struct browser *other = browser_open(p.h);
	struct soft_key key;
	cs_str id;

	browser_sign_in(other, portal, "grace@example.test");
	id = enrol_key(other, &key, "Grace's key");
	unlock(p.b, &p.key);
	CHECK_REFUSED(p.b, 404, "not_found", rename_to(p.b, id, "Mine"));
	CHECK_REFUSED(p.b, 404, "not_found", take_away(p.b, id));
	CHECK_INT(take_away(p.b, CS_STR("nonsense")), 404);
	CHECK_INT(list(other), 200);
	CHECK_INT(json_array_size(at(other, "devices")), 1);
	CHECK_TEXT(cs_str_c(text_of(device(other, 0), "name")), "Grace's key");
	soft_key_close(&key);
	browser_close(other);
	leave(&p);
}

/* --- removing --- */

TEST(what_is_removed_counts_for_nothing_on_the_very_next_request)
{
	struct person p = settle();
	struct soft_key second;
	cs_str meta = browser_go(p.b, APP, "/");

	browser_enter(p.b, meta, APP);
	CHECK_INT(browser_decide(p.b, APP, "/"), CS_GATE_ALLOW);
	unlock(p.b, &p.key);
	enrol_key(p.b, &second, "Red key");
	CHECK_INT(take_away(p.b, p.id), 200);
	/* out of memory and out of the store; and its proof does not count either */
	CHECK_INT(browser_decide(p.b, APP, "/"), CS_GATE_COLD);
	CHECK_INT(browser_get(p.b, APP, CS_STR("/cdn-cgi/access/get-identity")), 401);
	CHECK_INT(begin_unlock(p.b), 200);
	CHECK_REFUSED(p.b, 400, "wrong_response", answer_unlock(p.b, &p.key));
	soft_key_close(&second);
	leave(&p);
}

TEST(removing_the_last_one_says_what_happens_next)
{
	struct person p = settle();
	json_t *closes;

	CHECK_INT(list(p.b), 200);
	closes = json_object_get(json_object_get(device(p.b, 0), "if_removed"), "closes");
	/* Berth planner, Shop and Keys want a second factor; Notes and Open do not */
	CHECK_INT(json_array_size(closes), 3);
	CHECK_TEXT(cs_str_c(text_of(json_array_get(closes, 0), "name")), "Berth planner");
	CHECK_TEXT(cs_str_c(text_of(json_array_get(closes, 0), "host")), APP);
	unlock(p.b, &p.key);
	CHECK_INT(take_away(p.b, p.id), 200);
	CHECK_TEXT(cs_str_c(browser_text(p.b, "removed.name")), "Blue key");
	CHECK_TEXT(cs_str_c(browser_text(p.b, "removed.kind")), "security_key");
	CHECK_INT(json_integer_value(json_object_get(at(p.b, "removed"), "remain")), 0);
	closes = json_object_get(at(p.b, "removed"), "closes");
	CHECK_INT(json_array_size(closes), 3);
	/* and so it is: the sign-in is an hour ago, the next enrolment wants a new one */
	CHECK_TEXT(cs_str_c(browser_text(p.b, "needs")), "sign_in");
	CHECK_INT(json_array_size(at(p.b, "devices")), 0);
	cs_str meta = browser_go(p.b, APP, "/");
	CHECK_INT(browser_state(p.b, meta), 200);
	CHECK_STEP(p.b, "enrol");
	leave(&p);
}

TEST(removing_the_only_one_of_its_kind_says_where_another_is_asked_for)
{
	struct person p = settle();
	json_t *closes;

	/* Ada gets an authenticator application as well */
	unlock(p.b, &p.key);
	browser_enrol(p.b, portal);
	CHECK_INT(list(p.b), 200);
	closes = json_object_get(json_object_get(device(p.b, 0), "if_removed"), "closes");
	CHECK_INT(json_array_size(closes), 1);
	CHECK_TEXT(cs_str_c(text_of(json_array_get(closes, 0), "host")), KEYS);
	closes = json_object_get(json_object_get(device(p.b, 1), "if_removed"), "closes");
	CHECK_INT(json_array_size(closes), 0);
	CHECK_INT(take_away(p.b, p.id), 200);
	cs_str meta = browser_go(p.b, KEYS, "/");
	CHECK_INT(browser_state(p.b, meta), 200);
	CHECK_STEP(p.b, "enrol");
	CHECK_TEXT(cs_str_c(browser_text(p.b, "enrol.needs")), "prove");
	leave(&p);
}

TEST(passkey_managers_are_told_what_is_still_good)
{
	struct person p = settle();
	cs_str id = cs_base64url_text(p.h->arena, CS_SPAN(p.key.id, sizeof(p.key.id)));
	json_t *ids;

	CHECK_INT(list(p.b), 200);
	CHECK_TEXT(cs_str_c(browser_text(p.b, "signal.rp_id")), AUTH);
	ids = json_object_get(at(p.b, "signal"), "credential_ids");
	CHECK_INT(json_array_size(ids), 1);
	CHECK_TEXT(id, json_string_value(json_array_get(ids, 0)));
	cs_str user = browser_copy(p.b, "signal.user_id");
	unlock(p.b, &p.key);
	CHECK_INT(take_away(p.b, p.id), 200);
	CHECK_TEXT(id, browser_text(p.b, "removed.credential_id"));
	CHECK_INT(json_array_size(json_object_get(at(p.b, "signal"), "credential_ids")), 0);
	/* the handle is the one that the key was registered with */
	browser_sign_in(p.b, portal, ADA);
	CHECK_INT(begin_key(p.b), 200);
	CHECK_TEXT(user, browser_text(p.b, "options.user.id"));
	leave(&p);
}

/* --- another application in the place of the old one --- */

static int
begin_replacing(struct browser *b, cs_str old)
{
	return browser_post(b, "/api/v1/enrolments", "{\"factor\":\"totp\",\"replaces\":\"%.*s\"}",
	    CS_STR_ARG(old));
}

static int
confirm_code(struct browser *b, cs_str enrolment, cs_str key)
{
	return post_to(b, "enrolments", enrolment, "confirm",
	    cs_arena_printf(b->h->arena, "{\"meta\":\"\",\"code\":\"%.*s\",\"name\":\"New phone\"}",
		CS_STR_ARG(house_code(b->h, key, b->h->op.now))));
}

/* Whether a code of that key answers a challenge now. */
static bool
answers(struct browser *b, cs_str key)
{
	int status;

	CHECK_INT(begin_unlock(b), 200);
	status = browser_answer(b, browser_copy(b, "id"), house_code(b->h, key, b->h->op.now));
	browser_wait(b, CS_MINUTE_MS);
	return status == 200;
}

TEST(an_application_is_replaced_in_the_window_and_what_it_had_opened_is_closed)
{
	struct person p = settle();
	cs_str old_key;
	cs_str new_key;
	cs_str enrolment;
	cs_str old;
	cs_str meta;

	unlock(p.b, &p.key);
	/* so that the application's proof is the newer one */
	browser_wait(p.b, CS_MINUTE_MS);
	old_key = browser_enrol(p.b, portal);
	CHECK_INT(list(p.b), 200);
	old = cs_arena_str(p.h->arena, cs_str_c(text_of(device(p.b, 1), "id")));
	meta = browser_go(p.b, APP, "/");
	browser_enter(p.b, meta, APP);
	browser_wait(p.b, CS_HOUR_MS);
	CHECK_REFUSED(p.b, 403, "prove_first", begin_replacing(p.b, old));
	unlock(p.b, &p.key);
	CHECK_REFUSED(p.b, 404, "not_found", begin_replacing(p.b, p.id));
	CHECK_INT(begin_replacing(p.b, old), 200);
	enrolment = browser_copy(p.b, "id");
	new_key = browser_copy(p.b, "key");
	/* until it is confirmed the old one is as it was */
	CHECK_INT(browser_decide(p.b, APP, "/"), CS_GATE_ALLOW);
	CHECK(answers(p.b, old_key));
	CHECK(!answers(p.b, new_key));
	unlock(p.b, &p.key);
	CHECK_INT(confirm_code(p.b, enrolment, new_key), 200);
	CHECK_TEXT(cs_str_c(browser_text(p.b, "enrolled.name")), "New phone");
	CHECK_INT(browser_decide(p.b, APP, "/"), CS_GATE_COLD);
	CHECK_INT(browser_get(p.b, APP, CS_STR("/cdn-cgi/access/get-identity")), 401);
	CHECK_INT(list(p.b), 200);
	CHECK_INT(json_array_size(at(p.b, "devices")), 2);
	browser_wait(p.b, CS_MINUTE_MS);
	CHECK(!answers(p.b, old_key));
	CHECK(answers(p.b, new_key));
	leave(&p);
}

/* --- the first one --- */

TEST(a_first_enrolment_needs_a_sign_in_of_the_last_five_minutes)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	browser_sign_in(b, portal, ADA);
	CHECK_INT(list(b), 200);
	CHECK_TEXT(cs_str_c(browser_text(b, "needs")), "nothing");
	browser_wait(b, 5 * CS_MINUTE_MS + CS_SECOND_MS);
	CHECK_REFUSED(b, 403, "sign_in_again",
	    browser_post(b, "/api/v1/enrolments", "{\"meta\":\"\",\"factor\":\"totp\"}"));
	CHECK_INT(list(b), 200);
	CHECK_TEXT(cs_str_c(browser_text(b, "needs")), "sign_in");
	browser_sign_in(b, portal, ADA);
	browser_wait(b, 5 * CS_MINUTE_MS);
	browser_enrol(b, portal);
	browser_close(b);
	house_close(h);
}

TEST(a_first_enrolment_that_began_in_time_does_not_end_too_late)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str id;
	cs_str key;

	browser_sign_in(b, portal, ADA);
	CHECK_INT(
	    browser_post(b, "/api/v1/enrolments", "{\"meta\":\"\",\"factor\":\"totp\"}"), 200);
	key = browser_copy(b, "key");
	id = browser_copy(b, "id");
	browser_wait(b, 5 * CS_MINUTE_MS + CS_SECOND_MS);
	CHECK_REFUSED(b, 403, "sign_in_again",
	    post_to(b, "enrolments", id, "confirm",
		cs_arena_printf(h->arena, "{\"meta\":\"\",\"code\":\"%.*s\",\"name\":\"\"}",
		    CS_STR_ARG(house_code(h, key, h->op.now)))));
	CHECK_INT(list(b), 200);
	CHECK_INT(json_array_size(at(b, "devices")), 0);
	browser_close(b);
	house_close(h);
}

TEST(what_was_just_enrolled_may_be_named_and_nothing_else)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	struct browser *other = browser_open(h);
	struct soft_key key;
	cs_str id;

	h->config.organization.mfa.methods = CS_MFA_SECURITY_KEY;
	house_publish(h);
	browser_sign_in(b, portal, ADA);
	browser_sign_in(other, portal, ADA);
	id = enrol_key(b, &key, "");
	CHECK_INT(list(b), 200);
	CHECK(json_is_true(json_object_get(device(b, 0), "can_rename")));
	CHECK_REFUSED(b, 403, "prove_first", take_away(b, id));
	CHECK_REFUSED(b, 403, "prove_first", begin_key(b));
	/* by the session that enrolled it alone */
	CHECK_REFUSED(other, 403, "prove_first", rename_to(other, id, "Mine"));
	CHECK_INT(rename_to(b, id, "Blue key"), 200);
	browser_wait(b, 10 * CS_MINUTE_MS - 1);
	CHECK_INT(rename_to(b, id, "Blue key, at home"), 200);
	browser_wait(b, 1);
	CHECK_REFUSED(b, 403, "prove_first", rename_to(b, id, "Blue"));
	soft_key_close(&key);
	browser_close(other);
	browser_close(b);
	house_close(h);
}

TEST(naming_what_was_just_enrolled_names_no_other_one)
{
	struct person p = settle();
	struct soft_key second;
	cs_str second_id;

	unlock(p.b, &p.key);
	second_id = enrol_key(p.b, &second, "Red key");
	CHECK_INT(browser_post(p.b, "/api/v1/me/devices/lock", "{}"), 200);
	CHECK(!json_is_true(json_object_get(device(p.b, 0), "can_rename")));
	CHECK(json_is_true(json_object_get(device(p.b, 1), "can_rename")));
	CHECK_REFUSED(p.b, 403, "prove_first", rename_to(p.b, p.id, "Blue"));
	CHECK_INT(rename_to(p.b, second_id, "Red"), 200);
	soft_key_close(&second);
	leave(&p);
}

/* --- at the same moment --- */

/* A person's browser on a thread of its own: the same house, memory of its own. */
struct runner {
	struct house own;
	struct browser *b;
	cs_str target;
	cs_str body;
	int status;
	pthread_barrier_t *barrier;
};

static void *
run(void *ctx)
{
	struct runner *r = ctx;

	pthread_barrier_wait(r->barrier);
	r->status = browser_ask(r->b, CS_POST, AUTH, r->target, r->body);
	return NULL;
}

static void
prepare(struct runner *r, const struct browser *like, cs_str target, cs_str body)
{
	r->own = *like->h;
	r->own.arena = cs_arena_new(16 << 20);
	r->own.op.arena = r->own.arena;
	r->b = browser_open(&r->own);
	memcpy(r->b->jar, like->jar, sizeof(like->jar));
	r->b->cookie_count = like->cookie_count;
	r->target = target;
	r->body = body;
}

static void
run_both(struct runner runners[static 2])
{
	pthread_barrier_t barrier;
	pthread_t threads[2];

	CHECK_INT(pthread_barrier_init(&barrier, NULL, 2), 0);
	for (int i = 0; i < 2; i++) {
		runners[i].barrier = &barrier;
		CHECK_INT(pthread_create(&threads[i], NULL, run, &runners[i]), 0);
	}
	for (int i = 0; i < 2; i++)
		CHECK_INT(pthread_join(threads[i], NULL), 0);
	pthread_barrier_destroy(&barrier);
}

static void
clear_both(struct runner runners[static 2])
{
	for (int i = 0; i < 2; i++) {
		browser_close(runners[i].b);
		cs_arena_free(&runners[i].own.arena);
	}
}

TEST(of_two_that_remove_the_same_one_at_once_one_does)
{
	struct person p = settle();
	struct runner runners[2];
	struct soft_key second;
	cs_str target;
	struct cs_message m;
	int mails = 0;

	unlock(p.b, &p.key);
	target = path_of(p.b, "me/devices", enrol_key(p.b, &second, "Red key"), "remove");
	while (house_mail_take(p.h, &m))
		continue;
	for (int i = 0; i < 2; i++)
		prepare(&runners[i], p.b, target, CS_STR("{}"));
	run_both(runners);
	CHECK_INT((runners[0].status == 200) + (runners[1].status == 200), 1);
	CHECK_INT((runners[0].status == 404) + (runners[1].status == 404), 1);
	while (house_mail_take(p.h, &m))
		mails++;
	CHECK_INT(mails, 1);
	clear_both(runners);
	soft_key_close(&second);
	leave(&p);
}

TEST(of_two_removals_at_once_none_gets_past_the_end_of_the_window)
{
	struct person p = settle();
	struct runner runners[2];
	struct soft_key second;
	cs_str second_id;

	/* the opener and another: whichever is first, the other counts on the window that there is */
	unlock(p.b, &p.key);
	second_id = enrol_key(p.b, &second, "Red key");
	prepare(&runners[0], p.b, path_of(p.b, "me/devices", p.id, "remove"), CS_STR("{}"));
	prepare(&runners[1], p.b, path_of(p.b, "me/devices", second_id, "remove"), CS_STR("{}"));
	run_both(runners);
	CHECK_INT(runners[0].status, 200);
	CHECK(runners[1].status == 200 || runners[1].status == 403);
	CHECK_INT(list(p.b), 200);
	CHECK_INT(json_array_size(at(p.b, "devices")), runners[1].status == 200 ? 0 : 1);
	clear_both(runners);
	soft_key_close(&second);
	leave(&p);
}

TEST(of_two_first_enrolments_at_once_one_is_first)
{
	struct house *h = house_open();
	struct browser *browsers[2] = { browser_open(h), browser_open(h) };
	struct soft_key keys[2];
	struct runner runners[2];

	h->config.organization.mfa.methods = CS_MFA_SECURITY_KEY;
	house_publish(h);
	for (int i = 0; i < 2; i++) {
		struct browser *b = browsers[i];
		cs_str id;

		browser_sign_in(b, portal, ADA);
		soft_key_open(&keys[i]);
		CHECK_INT(begin_key(b), 200);
		id = browser_copy(b, "id");
		cs_str response = soft_key_register(&keys[i], h->arena, at(b, "options"));
		prepare(&runners[i], b, path_of(b, "enrolments", id, "confirm"),
		    cs_arena_printf(h->arena, "{\"meta\":\"\",\"response\":%.*s,\"name\":\"\"}",
			CS_STR_ARG(response)));
	}
	run_both(runners);
	/* the other one has an authenticator to prove now, and has not; or its enrolment is gone */
	CHECK_INT((runners[0].status == 200) + (runners[1].status == 200), 1);
	CHECK_INT(list(browsers[0]), 200);
	CHECK_INT(json_array_size(at(browsers[0], "devices")), 1);
	clear_both(runners);
	for (int i = 0; i < 2; i++) {
		soft_key_close(&keys[i]);
		browser_close(browsers[i]);
	}
	house_close(h);
}

/* --- "this was not me" --- */

/* Behind the '#' of the next mail's link. */
static cs_str
next_token(struct house *h)
{
	struct cs_message m;
	cs_str line;
	cs_str link = CS_STR("https://auth.example.test/not-me#");

	CHECK(house_mail_take(h, &m));
	while (cs_str_cut(&m.text, '\n', &line))
		if (cs_str_starts(line, link))
			return cs_str_slice(line, link.len, line.len);
	return CS_STR_NONE;
}

static int
object(struct browser *b, cs_str token)
{
	return browser_post(b, "/api/v1/not-me", "{\"token\":\"%.*s\"}", CS_STR_ARG(token));
}

TEST(adding_and_removing_are_told_by_mail_from_which_browser)
{
	struct person p = settle();
	struct cs_message m;

	CHECK(house_mail_take(p.h, &m));
	CHECK_TEXT(m.subject, "An MFA device was added to your account");
	CHECK(!house_mail_take(p.h, &m));
	p.b->user_agent = "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0";
	unlock(p.b, &p.key);
	CHECK_INT(rename_to(p.b, p.id, "Blue"), 200);
	CHECK(!house_mail_take(p.h, &m));
	CHECK_INT(take_away(p.b, p.id), 200);
	CHECK(house_mail_take(p.h, &m));
	CHECK_TEXT(m.to, ADA);
	CHECK_TEXT(m.subject, "An MFA device was removed from your account");
	cs_str line = CS_STR("    From:    Firefox on Windows, address 192.0.2.7\n");
	bool is_there = false;
	for (size_t i = 0; i + line.len <= m.text.len; i++)
		is_there |= memcmp(m.text.p + i, line.p, line.len) == 0;
	CHECK(is_there);
	leave(&p);
}

TEST(this_was_not_me_stops_all_changes_until_an_administrator_has_looked)
{
	struct person p = settle();
	struct browser *mail_reader = browser_open(p.h);
	cs_str token = next_token(p.h);
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_id user;

	CHECK_INT(browser_get(p.b, AUTH, CS_STR("/api/v1/me")), 200);
	CHECK_OK(cs_id_from_uuid(cs_str_c(browser_text(p.b, "user.id")), &user));
	cs_str meta = browser_go(p.b, APP, "/");
	browser_enter(p.b, meta, APP);
	unlock(p.b, &p.key);
	/* no sign-in is needed, but our own page */
	mail_reader->origin = "https://evil.test";
	CHECK_REFUSED(mail_reader, 403, "csrf", object(mail_reader, token));
	mail_reader->origin = "https://auth.example.test";
	CHECK_INT(object(mail_reader, token), 200);
	CHECK_TEXT(cs_str_c(browser_text(mail_reader, "what")), "added");
	CHECK_TEXT(cs_str_c(browser_text(mail_reader, "name")), "Blue key");
	/* everything is ended, windows too */
	CHECK_INT(browser_decide(p.b, APP, "/"), CS_GATE_COLD);
	CHECK_REFUSED(p.b, 401, "signed_out", list(p.b));
	/* signing in with what there is goes on */
	browser_sign_in(p.b, portal, ADA);
	CHECK_INT(list(p.b), 200);
	CHECK(strlen(browser_text(p.b, "frozen_at")) > 0);
	CHECK_INT(json_array_size(at(p.b, "can_enrol")), 0);
	check_cannot_change(p.b, p.id, "frozen");
	CHECK_REFUSED(p.b, 403, "frozen", begin_unlock(p.b));
	meta = browser_go(p.b, APP, "/");
	CHECK_INT(
	    browser_post(p.b, "/api/v1/challenges", "{\"meta\":\"%.*s\"}", CS_STR_ARG(meta)), 200);
	CHECK_INT(answer_unlock(p.b, &p.key), 200);
	CHECK_STEP(p.b, "continue");
	/* once */
	CHECK_REFUSED(mail_reader, 410, "ended", object(mail_reader, token));
	CHECK_OK(cs_admin_unfreeze(&p.h->d, &p.h->op, house_id("member"), user, &why));
	check_cannot_change(p.b, p.id, "prove_first");
	unlock(p.b, &p.key);
	CHECK_INT(rename_to(p.b, p.id, "Blue"), 200);
	browser_close(mail_reader);
	leave(&p);
}

TEST(whoever_is_frozen_without_any_enrols_no_first_one)
{
	struct person p = settle();
	cs_str token;
	cs_str meta;

	unlock(p.b, &p.key);
	next_token(p.h);
	CHECK_INT(take_away(p.b, p.id), 200);
	token = next_token(p.h);
	CHECK_INT(object(p.b, token), 200);
	CHECK_TEXT(cs_str_c(browser_text(p.b, "what")), "removed");
	browser_sign_in(p.b, portal, ADA);
	meta = browser_go(p.b, APP, "/");
	CHECK_REFUSED(p.b, 403, "frozen", begin_key(p.b));
	CHECK_REFUSED(p.b, 403, "frozen",
	    browser_post(p.b, "/api/v1/enrolments", "{\"meta\":\"%.*s\",\"factor\":\"totp\"}",
		CS_STR_ARG(meta)));
	leave(&p);
}

TEST(a_link_that_is_opened_does_nothing)
{
	struct person p = settle();

	CHECK_INT(browser_get(p.b, AUTH, CS_STR("/not-me")), 200);
	CHECK_INT(browser_get(p.b, AUTH, CS_STR("/api/v1/not-me")), 405);
	CHECK_INT(list(p.b), 200);
	CHECK(json_is_null(at(p.b, "frozen_at")));
	CHECK_REFUSED(p.b, 410, "ended", object(p.b, CS_STR("cn_nothing")));
	CHECK_REFUSED(p.b, 410, "ended", object(p.b, CS_STR("")));
	leave(&p);
}

/* --- the direct link --- */

TEST(whoever_opens_the_enrolment_link_signed_out_comes_back_to_it)
{
	static const char *const pages[] = { "/AddMfaDevice", "/account/devices",
		"/account/backup-codes" };
	struct house *h = house_open();

	for (size_t i = 0; i < CS_COUNT(pages); i++) {
		struct browser *b = browser_open(h);
		cs_str page = cs_str_c(pages[i]);

		CHECK_INT(browser_state(b, page), 200);
		CHECK_STEP(b, "provider");
		CHECK(json_is_null(at(b, "application")));
		browser_sign_in(b, page, ADA);
		CHECK_STEP(b, "continue");
		CHECK_INT(browser_post(b, "/api/v1/sign-in/continue", "{\"meta\":\"%.*s\"}",
			      CS_STR_ARG(page)),
		    200);
		CHECK_TEXT(cs_str_c(browser_text(b, "redirect")), pages[i]);
		browser_close(b);
	}
	house_close(h);
}

TEST(a_sign_in_leads_to_no_other_address)
{
	static const char *const wrong[] = { "//evil.test", "/evil",
		"https://evil.test/AddMfaDevice", "/AddMfaDevice/", "/addmfadevice",
		"/AddMfaDevice?x=1" };
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	browser_sign_in(b, portal, ADA);
	for (size_t i = 0; i < CS_COUNT(wrong); i++) {
		CHECK_REFUSED(b, 400, "link_ended",
		    browser_post(b, "/api/v1/sign-in/continue", "{\"meta\":\"%s\"}", wrong[i]));
	}
	browser_close(b);
	house_close(h);
}

TEST_MAIN("api/devices")
