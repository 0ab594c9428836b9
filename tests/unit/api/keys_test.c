/* Security keys and what is built into devices: enrolled, asked for, refused. */
#include "api/browser.h"

#include <pthread.h>
#include <stdatomic.h>

#include "domain/models.h"
#include "factor/soft_key.h"
#include "store/audit_store.h"
#include "store/authenticator_store.h"

#define APP "app.example.test"
#define KEYS "keys.test"
#define ADA "ada@example.test"
#define ANY "00112233445566778899aabbccddeeff"

static const uint8_t any_model[16] = { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99,
	0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff };

/* --- the house, and who comes to it --- */

static struct house *
open_house(void)
{
	struct house *h = house_open();

	h->config.organization.mfa.methods = CS_MFA_TOTP | CS_MFA_BIOMETRICS | CS_MFA_SECURITY_KEY;
	h->config.organization.session_duration_ms = 30 * CS_DAY_MS;
	house_publish(h);
	return h;
}

/* Signed in for APP, with nothing enrolled. */
struct person {
	struct house *h;
	struct browser *b;
	struct soft_key key;
	cs_str meta;
};

static void
arrive(struct person *p)
{
	p->h = open_house();
	p->b = browser_open(p->h);
	soft_key_open(&p->key);
	p->meta = browser_go(p->b, APP, "/");
	browser_sign_in(p->b, p->meta, ADA);
	CHECK_STEP(p->b, "enrol");
}

static void
leave(struct person *p)
{
	soft_key_close(&p->key);
	browser_close(p->b);
	house_close(p->h);
}

/* --- calls --- */

static int
begin(struct browser *b, cs_str meta, const char *kind)
{
	return browser_post(b, "/api/v1/enrolments",
	    "{\"meta\":\"%.*s\",\"factor\":\"webauthn\",\"kind\":\"%s\"}", CS_STR_ARG(meta), kind);
}

static json_t *
at(struct browser *b, const char *name)
{
	return json_object_get(b->body, name);
}

static int
post_to(struct browser *b, const char *what, cs_str id, const char *verb, cs_str body)
{
	return browser_ask(b, CS_POST, AUTH,
	    cs_arena_printf(b->h->arena, "/api/v1/%s/%.*s/%s", what, CS_STR_ARG(id), verb), body);
}

static int
confirm(struct browser *b, cs_str meta, cs_str id, cs_str response, const char *name)
{
	return post_to(b, "enrolments", id, "confirm",
	    cs_arena_printf(b->h->arena, "{\"meta\":\"%.*s\",\"response\":%.*s,\"name\":\"%s\"}",
		CS_STR_ARG(meta), CS_STR_ARG(response), name));
}

/* Begin, touch, confirm; the status of the last. */
static int
try_enrol(struct browser *b, cs_str meta, struct soft_key *key, const char *kind)
{
	CHECK_INT(begin(b, meta, kind), 200);
	cs_str id = browser_copy(b, "id");
	cs_str response = soft_key_register(key, b->h->arena, at(b, "options"));

	return confirm(b, meta, id, response, "");
}

static void
enrol(struct person *p, const char *kind)
{
	CHECK_INT(try_enrol(p->b, p->meta, &p->key, kind), 200);
}

static int
ask(struct browser *b, cs_str meta)
{
	return browser_post(b, "/api/v1/challenges", "{\"meta\":\"%.*s\"}", CS_STR_ARG(meta));
}

static int
answer(struct browser *b, cs_str challenge, cs_str response)
{
	return post_to(b, "challenges", challenge, "answer",
	    cs_arena_printf(
		b->h->arena, "{\"factor\":\"webauthn\",\"response\":%.*s}", CS_STR_ARG(response)));
}

/* To the challenge of the last answer. */
static int
touch(struct browser *b, struct soft_key *key)
{
	cs_str id = browser_copy(b, "id");

	return answer(b, id, soft_key_assert(key, b->h->arena, at(b, "webauthn")));
}

/* A day on: asked again. */
static void
return_later(struct person *p)
{
	browser_wait(p->b, 24 * CS_HOUR_MS);
	p->meta = browser_go(p->b, APP, "/");
	CHECK_INT(ask(p->b, p->meta), 200);
}

static void
unlock(struct browser *b, struct soft_key *key)
{
	CHECK_INT(browser_post(b, "/api/v1/challenges", "{\"purpose\":\"manage\"}"), 200);
	CHECK_INT(touch(b, key), 200);
}

/* How often the audit trail has this kind. */
struct counted {
	const char *kind;
	int count;
};

static cs_err
count_events(struct cs_tx *tx, void *ctx)
{
	struct counted *c = ctx;
	const struct cs_audit_event *list;
	size_t count;

	CS_TRY(cs_audit_list(
	    tx, cs_tx_op(tx)->account, (cs_time){ INT64_MAX }, cs_id_zero, 1000, &list, &count));
	c->count = 0;
	for (size_t i = 0; i < count; i++)
		c->count += cs_str_equal(list[i].kind, cs_str_c(c->kind));
	return CS_OK;
}

static int
audited(struct house *h, const char *kind)
{
	struct counted c = { kind, 0 };

	CHECK_OK(cs_store_read(h->d.store, &h->op, count_events, &c));
	return c.count;
}

/* --- the journey --- */

TEST(a_key_is_enrolled_and_asked_for_a_day_later)
{
	struct person p;

	arrive(&p);
	enrol(&p, "security_key");
	CHECK_STEP(p.b, "continue");
	CHECK_TEXT(cs_str_c(browser_text(p.b, "enrolled.kind")), "security_key");
	CHECK_TEXT(cs_str_c(browser_text(p.b, "enrolled.name")), "Security key");
	CHECK(json_is_true(json_object_get(at(p.b, "enrolled"), "is_named_by_us")));
	CHECK(json_is_false(json_object_get(at(p.b, "enrolled"), "is_synced")));
	browser_enter(p.b, p.meta, APP);
	CHECK_INT(browser_decide(p.b, APP, "/"), CS_GATE_ALLOW);
	return_later(&p);
	CHECK_TEXT(cs_str_c(browser_text(p.b, "webauthn.rpId")), "auth.example.test");
	CHECK_INT(touch(p.b, &p.key), 200);
	CHECK_STEP(p.b, "continue");
	browser_enter(p.b, p.meta, APP);
	CHECK_INT(browser_decide(p.b, APP, "/"), CS_GATE_ALLOW);
	CHECK_INT(audited(p.h, "authenticator.enrolled"), 1);
	CHECK_INT(audited(p.h, "challenge.granted"), 1);
	leave(&p);
}

TEST(a_proof_counts_as_the_kind_of_the_key)
{
	struct person p;
	cs_str meta;

	arrive(&p);
	enrol(&p, "security_key");
	meta = browser_go(p.b, KEYS, "/");
	CHECK_INT(browser_state(p.b, meta), 200);
	CHECK_STEP(p.b, "continue");
	leave(&p);
	/* and biometrics are no security key */
	arrive(&p);
	soft_key_close(&p.key);
	soft_key_open_built_in(&p.key);
	enrol(&p, "biometrics");
	CHECK_TEXT(cs_str_c(browser_text(p.b, "enrolled.kind")), "biometrics");
	CHECK_TEXT(cs_str_c(browser_text(p.b, "enrolled.name")), "Built-in authenticator");
	meta = browser_go(p.b, KEYS, "/");
	CHECK_INT(browser_state(p.b, meta), 200);
	CHECK_STEP(p.b, "enrol");
	CHECK_TEXT(cs_str_c(browser_text(p.b, "enrol.needs")), "prove");
	CHECK_INT(ask(p.b, meta), 410);
	leave(&p);
}

TEST(several_keys_are_enrolled_each_under_a_name_of_its_own)
{
	struct person p;
	struct soft_key second;

	arrive(&p);
	enrol(&p, "security_key");
	unlock(p.b, &p.key);
	soft_key_open(&second);
	CHECK_INT(begin(p.b, p.meta, "security_key"), 200);
	json_t *excluded = json_object_get(at(p.b, "options"), "excludeCredentials");
	CHECK_INT(json_array_size(excluded), 1);
	CHECK_INT(try_enrol(p.b, p.meta, &second, "security_key"), 200);
	CHECK_TEXT(cs_str_c(browser_text(p.b, "enrolled.name")), "Security key 2");
	/* either answers, in one ceremony */
	return_later(&p);
	CHECK_INT(json_array_size(at(p.b, "methods")), 2);
	CHECK_INT(json_array_size(json_object_get(at(p.b, "webauthn"), "allowCredentials")), 2);
	CHECK_INT(touch(p.b, &second), 200);
	return_later(&p);
	CHECK_INT(touch(p.b, &p.key), 200);
	soft_key_close(&second);
	leave(&p);
}

TEST(the_key_comes_first_and_the_code_is_there)
{
	struct person p;

	arrive(&p);
	enrol(&p, "security_key");
	unlock(p.b, &p.key);
	cs_str secret = browser_enrol(p.b, p.meta);
	return_later(&p);
	json_t *methods = at(p.b, "methods");
	CHECK_INT(json_array_size(methods), 2);
	const json_t *first = json_array_get(methods, 0);
	const json_t *last = json_array_get(methods, 1);
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(first, "kind"))), "security_key");
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(last, "kind"))), "totp");
	CHECK_TEXT(cs_str_c(browser_text(p.b, "webauthn.userVerification")), "discouraged");
	cs_str id = browser_copy(p.b, "id");
	CHECK_INT(browser_answer(p.b, id, house_code(p.h, secret, p.h->op.now)), 200);
	leave(&p);
}

TEST(what_was_used_last_is_asked_first)
{
	struct person p;
	struct soft_key second;

	arrive(&p);
	enrol(&p, "security_key");
	unlock(p.b, &p.key);
	soft_key_open_built_in(&second);
	CHECK_INT(try_enrol(p.b, p.meta, &second, "biometrics"), 200);
	for (int i = 0; i < 4; i++) {
		struct soft_key *key = i % 2 == 0 ? &p.key : &second;
		const char *kind = i % 2 == 0 ? "security_key" : "biometrics";
		const char *hint = i % 2 == 0 ? "security-key" : "client-device";

		return_later(&p);
		CHECK_INT(touch(p.b, key), 200);
		return_later(&p);
		const json_t *first = json_array_get(at(p.b, "methods"), 0);
		CHECK_TEXT(cs_str_c(json_string_value(json_object_get(first, "kind"))), kind);
		const json_t *hints = json_object_get(at(p.b, "webauthn"), "hints");
		CHECK_TEXT(cs_str_c(json_string_value(json_array_get(hints, 0))), hint);
		CHECK_TEXT(cs_str_c(browser_text(p.b, "webauthn.userVerification")), "preferred");
	}
	soft_key_close(&second);
	leave(&p);
}

TEST(a_code_does_not_answer_where_keys_alone_are_wanted)
{
	struct person p;

	arrive(&p);
	enrol(&p, "security_key");
	unlock(p.b, &p.key);
	cs_str secret = browser_enrol(p.b, p.meta);
	return_later(&p);
	cs_str meta = browser_go(p.b, KEYS, "/");
	CHECK_INT(ask(p.b, meta), 200);
	CHECK_INT(json_array_size(at(p.b, "methods")), 1);
	cs_str id = browser_copy(p.b, "id");
	json_t *options = json_incref(at(p.b, "webauthn"));
	CHECK_INT(browser_answer(p.b, id, house_code(p.h, secret, p.h->op.now)), 410);
	CHECK_INT(answer(p.b, id, soft_key_assert(&p.key, p.h->arena, options)), 200);
	CHECK_STEP(p.b, "continue");
	json_decref(options);
	leave(&p);
}

TEST(where_a_code_alone_is_enrolled_no_ceremony_is_offered)
{
	struct person p;

	arrive(&p);
	browser_enrol(p.b, p.meta);
	return_later(&p);
	CHECK(json_is_null(at(p.b, "webauthn")));
	CHECK_TEXT(cs_str_c(browser_text(p.b, "purpose")), "sign_in");
	leave(&p);
}

TEST(a_synced_passkey_says_so)
{
	struct person p;

	arrive(&p);
	soft_key_close(&p.key);
	soft_key_open_built_in(&p.key);
	p.key.flags |= SOFT_BE | SOFT_BS;
	enrol(&p, "biometrics");
	CHECK(json_is_true(json_object_get(at(p.b, "enrolled"), "is_synced")));
	return_later(&p);
	CHECK_TEXT(cs_str_c(browser_text(p.b, "webauthn.userVerification")), "required");
	CHECK_INT(touch(p.b, &p.key), 200);
	leave(&p);
}

/* --- what is refused at enrolment --- */

TEST(a_kind_that_is_none_is_no_request)
{
	static const char *const bodies[] = {
		"{\"factor\":\"webauthn\"}",
		"{\"factor\":\"webauthn\",\"kind\":\"\"}",
		"{\"factor\":\"webauthn\",\"kind\":\"totp\"}",
		"{\"factor\":\"webauthn\",\"kind\":\"passkey\"}",
		"{\"factor\":\"webauthn\",\"kind\":4}",
		"{\"factor\":\"totp\",\"kind\":\"security_key\"}",
		"{\"factor\":\"security_key\",\"kind\":\"security_key\"}",
		"{\"kind\":\"security_key\"}",
	};
	struct person p;

	arrive(&p);
	for (size_t i = 0; i < CS_COUNT(bodies); i++) {
		CHECK_INT(browser_post(p.b, "/api/v1/enrolments", "%s", bodies[i]), 400);
		CHECK_CODE(p.b, "body");
	}
	leave(&p);
}

TEST(a_kind_that_is_not_asked_for_here_is_not_begun)
{
	struct person p;

	arrive(&p);
	p.h->apps[HOUSE_BERTH].mfa.has_methods = true;
	p.h->apps[HOUSE_BERTH].mfa.methods = CS_MFA_TOTP;
	house_publish(p.h);
	CHECK_INT(begin(p.b, p.meta, "security_key"), 403);
	CHECK_CODE(p.b, "not_allowed");
	CHECK_INT(begin(p.b, CS_STR(""), "security_key"), 200);
	leave(&p);
}

TEST(the_first_one_wants_a_sign_in_of_now)
{
	struct person p;

	arrive(&p);
	CHECK_INT(begin(p.b, p.meta, "security_key"), 200);
	cs_str id = browser_copy(p.b, "id");
	cs_str response = soft_key_register(&p.key, p.h->arena, at(p.b, "options"));
	browser_wait(p.b, 6 * CS_MINUTE_MS);
	CHECK_INT(confirm(p.b, p.meta, id, response, ""), 403);
	CHECK_CODE(p.b, "sign_in_again");
	CHECK_INT(begin(p.b, p.meta, "security_key"), 403);
	CHECK_CODE(p.b, "sign_in_again");
	CHECK_INT(begin(p.b, CS_STR(""), "biometrics"), 403);
	leave(&p);
}

TEST(a_further_one_wants_a_proof_of_now)
{
	struct person p;
	struct soft_key second;

	arrive(&p);
	enrol(&p, "security_key");
	soft_key_open(&second);
	/* the proof of a moment ago does not do */
	CHECK_INT(begin(p.b, p.meta, "security_key"), 403);
	CHECK_CODE(p.b, "prove_first");
	CHECK_INT(begin(p.b, CS_STR(""), "biometrics"), 403);
	CHECK_CODE(p.b, "prove_first");
	unlock(p.b, &p.key);
	CHECK_INT(begin(p.b, CS_STR(""), "security_key"), 200);
	cs_str id = browser_copy(p.b, "id");
	cs_str response = soft_key_register(&second, p.h->arena, at(p.b, "options"));
	/* nor a window that has closed meanwhile, though the ceremony still has time */
	p.h->op.now = cs_time_add(p.h->op.now, 9 * CS_MINUTE_MS);
	CHECK_INT(begin(p.b, CS_STR(""), "security_key"), 200);
	id = browser_copy(p.b, "id");
	response = soft_key_register(&second, p.h->arena, at(p.b, "options"));
	p.h->op.now = cs_time_add(p.h->op.now, 2 * CS_MINUTE_MS);
	CHECK_INT(confirm(p.b, CS_STR(""), id, response, ""), 403);
	CHECK_CODE(p.b, "prove_first");
	soft_key_close(&second);
	leave(&p);
}

TEST(a_ceremony_that_was_begun_ten_minutes_ago_has_ended)
{
	struct person p;
	struct soft_key second;

	arrive(&p);
	enrol(&p, "security_key");
	unlock(p.b, &p.key);
	CHECK_INT(begin(p.b, CS_STR(""), "security_key"), 200);
	cs_str id = browser_copy(p.b, "id");
	soft_key_open(&second);
	cs_str response = soft_key_register(&second, p.h->arena, at(p.b, "options"));
	browser_wait(p.b, 10 * CS_MINUTE_MS);
	CHECK_INT(confirm(p.b, CS_STR(""), id, response, ""), 410);
	CHECK_CODE(p.b, "ended");
	soft_key_close(&second);
	leave(&p);
}

TEST(beginning_anew_makes_the_ceremony_before_worthless)
{
	struct person p;

	arrive(&p);
	CHECK_INT(begin(p.b, p.meta, "security_key"), 200);
	cs_str id = browser_copy(p.b, "id");
	cs_str response = soft_key_register(&p.key, p.h->arena, at(p.b, "options"));
	CHECK_INT(begin(p.b, p.meta, "security_key"), 200);
	cs_str second = browser_copy(p.b, "id");
	CHECK_INT(confirm(p.b, p.meta, id, response, ""), 410);
	CHECK_INT(confirm(p.b, p.meta, second, response, ""), 400);
	CHECK_CODE(p.b, "wrong_response");
	leave(&p);
}

TEST(another_browser_of_the_same_person_does_not_confirm)
{
	struct person p;
	struct browser *other;

	arrive(&p);
	other = browser_open(p.h);
	browser_sign_in(other, browser_go(other, APP, "/"), ADA);
	CHECK_INT(begin(p.b, p.meta, "security_key"), 200);
	cs_str id = browser_copy(p.b, "id");
	cs_str response = soft_key_register(&p.key, p.h->arena, at(p.b, "options"));
	CHECK_INT(confirm(other, CS_STR(""), id, response, ""), 410);
	CHECK_INT(confirm(p.b, p.meta, id, response, ""), 200);
	browser_close(other);
	leave(&p);
}

TEST(what_is_no_response_is_refused_in_words_of_its_own)
{
	static const char *const bodies[] = { "{\"response\":\"text\"}", "{\"response\":[]}",
		"{\"response\":{},\"code\":\"123456\"}" };
	static const char *const responses[] = { "{}", "{\"id\":\"AA\"}",
		"{\"id\":\"AA\",\"rawId\":\"AA\",\"type\":\"public-key\",\"response\":{}}" };
	struct person p;

	arrive(&p);
	CHECK_INT(begin(p.b, p.meta, "security_key"), 200);
	cs_str id = browser_copy(p.b, "id");
	for (size_t i = 0; i < CS_COUNT(bodies); i++) {
		CHECK_INT(post_to(p.b, "enrolments", id, "confirm", cs_str_c(bodies[i])), 400);
		CHECK_CODE(p.b, "body");
	}
	for (size_t i = 0; i < CS_COUNT(responses); i++) {
		CHECK_INT(confirm(p.b, p.meta, id, cs_str_c(responses[i]), ""), 400);
		CHECK_CODE(p.b, "malformed_response");
	}
	/* a code is no ceremony's answer */
	CHECK_INT(post_to(p.b, "enrolments", id, "confirm", CS_STR("{\"code\":\"123456\"}")), 400);
	CHECK_CODE(p.b, "malformed_response");
	leave(&p);
}

/* As long as a body may be: all of it in one member, or in very many. */
TEST(a_response_of_sixty_kilobytes_is_refused_and_nothing_else)
{
	static char filler[60000];
	struct person p;

	arrive(&p);
	CHECK_INT(begin(p.b, p.meta, "security_key"), 200);
	cs_str id = browser_copy(p.b, "id");
	memset(filler, 'A', sizeof(filler));
	cs_str one = cs_arena_printf(p.h->arena,
	    "{\"id\":\"AA\",\"rawId\":\"AA\",\"type\":\"public-key\",\"response\":"
	    "{\"clientDataJSON\":\"%.*s\",\"attestationObject\":\"%.*s\"}}",
	    29000, filler, 29000, filler);
	CHECK_INT(confirm(p.b, CS_STR(""), id, one, ""), 400);
	CHECK_CODE(p.b, "malformed_response");
	for (size_t i = 0; i < sizeof(filler); i++)
		filler[i] = i % 2 == 0 ? '4' : ',';
	cs_str many = cs_arena_printf(p.h->arena, "{\"id\":[%.*s4]}", (int)sizeof(filler), filler);
	CHECK_INT(confirm(p.b, CS_STR(""), id, many, ""), 400);
	CHECK_CODE(p.b, "malformed_response");
	leave(&p);
}

TEST(a_response_for_another_site_is_refused_and_audited)
{
	struct person p;

	arrive(&p);
	p.key.origin = "https://auth.example.test.evil.test";
	CHECK_INT(try_enrol(p.b, p.meta, &p.key, "security_key"), 400);
	CHECK_CODE(p.b, "wrong_response");
	CHECK_INT(audited(p.h, "authenticator.refused"), 1);
	CHECK_INT(audited(p.h, "authenticator.enrolled"), 0);
	CHECK_INT(browser_state(p.b, p.meta), 200);
	CHECK_STEP(p.b, "enrol");
	leave(&p);
}

TEST(biometrics_without_verification_are_refused)
{
	struct person p;

	arrive(&p);
	soft_key_close(&p.key);
	soft_key_open_built_in(&p.key);
	p.key.flags = SOFT_UP;
	CHECK_INT(try_enrol(p.b, p.meta, &p.key, "biometrics"), 400);
	CHECK_CODE(p.b, "not_verified");
	CHECK_INT(try_enrol(p.b, p.meta, &p.key, "security_key"), 400);
	CHECK_CODE(p.b, "not_verified");
	leave(&p);
}

TEST(who_lets_the_device_answer_for_a_key_gets_what_it_is_or_nothing)
{
	struct person p;
	cs_str meta;

	arrive(&p);
	soft_key_close(&p.key);
	soft_key_open_built_in(&p.key);
	/* where keys alone are wanted */
	meta = browser_go(p.b, KEYS, "/");
	CHECK_INT(try_enrol(p.b, meta, &p.key, "security_key"), 403);
	CHECK_CODE(p.b, "kind_refused");
	CHECK_INT(audited(p.h, "authenticator.refused"), 1);
	/* and where both are */
	CHECK_INT(try_enrol(p.b, p.meta, &p.key, "security_key"), 200);
	CHECK_TEXT(cs_str_c(browser_text(p.b, "enrolled.kind")), "biometrics");
	leave(&p);
}

TEST(a_key_is_enrolled_once)
{
	struct person p;
	struct browser *eve;

	arrive(&p);
	CHECK_INT(begin(p.b, p.meta, "security_key"), 200);
	cs_str id = browser_copy(p.b, "id");
	cs_str response = soft_key_register(&p.key, p.h->arena, at(p.b, "options"));
	CHECK_INT(confirm(p.b, p.meta, id, response, ""), 200);
	CHECK_INT(confirm(p.b, p.meta, id, response, ""), 410);
	CHECK_CODE(p.b, "ended");
	/* nor by the same person anew, nor by another */
	unlock(p.b, &p.key);
	CHECK_INT(try_enrol(p.b, p.meta, &p.key, "security_key"), 409);
	CHECK_CODE(p.b, "enrolled_already");
	eve = browser_open(p.h);
	cs_str meta = browser_go(eve, APP, "/");
	browser_sign_in(eve, meta, "eve@example.test");
	CHECK_INT(try_enrol(eve, meta, &p.key, "security_key"), 409);
	CHECK_CODE(eve, "enrolled_already");
	browser_close(eve);
	leave(&p);
}

TEST(a_second_app_is_refused_before_anything_is_proved)
{
	struct person p;

	arrive(&p);
	browser_enrol(p.b, p.meta);
	CHECK_INT(browser_post(p.b, "/api/v1/enrolments", "{\"factor\":\"totp\"}"), 409);
	CHECK_CODE(p.b, "enrolled_already");
	CHECK_INT(begin(p.b, CS_STR(""), "security_key"), 403);
	CHECK_CODE(p.b, "prove_first");
	leave(&p);
}

TEST(a_name_that_is_taken_is_refused_and_the_same_response_serves_again)
{
	struct person p;
	struct soft_key second;

	arrive(&p);
	CHECK_INT(begin(p.b, p.meta, "security_key"), 200);
	cs_str id = browser_copy(p.b, "id");
	cs_str response = soft_key_register(&p.key, p.h->arena, at(p.b, "options"));
	CHECK_INT(confirm(p.b, p.meta, id, response, "a\\nb"), 400);
	CHECK_CODE(p.b, "body");
	CHECK_INT(confirm(p.b, p.meta, id, response, "  Desk  "), 200);
	CHECK_TEXT(cs_str_c(browser_text(p.b, "enrolled.name")), "Desk");
	CHECK(json_is_false(json_object_get(at(p.b, "enrolled"), "is_named_by_us")));
	unlock(p.b, &p.key);
	soft_key_open(&second);
	CHECK_INT(begin(p.b, p.meta, "security_key"), 200);
	id = browser_copy(p.b, "id");
	response = soft_key_register(&second, p.h->arena, at(p.b, "options"));
	CHECK_INT(confirm(p.b, p.meta, id, response, "Desk"), 409);
	CHECK_CODE(p.b, "name_taken");
	CHECK_INT(confirm(p.b, p.meta, id, response, "Bag"), 200);
	soft_key_close(&second);
	leave(&p);
}

static cs_err
add_many(struct cs_tx *tx, void *ctx)
{
	const struct cs_authenticator *list;
	struct cs_authenticator a;
	size_t count;

	CS_TRY(cs_authenticator_list_factor(
	    tx, cs_tx_op(tx)->account, CS_STR("webauthn"), cs_id_zero, &list, &count));
	CHECK_INT(count, 1);
	a = list[0];
	for (uint8_t i = 1; i < CS_AUTHENTICATORS_MAX; i++) {
		a.id = cs_id_new(&cs_random_system);
		a.version = 0;
		a.credential_id = CS_SPAN(&i, 1);
		CS_TRY(cs_authenticator_add(tx, &a, false, a.subject));
		CS_TRY(cs_authenticator_confirm(tx, &a,
		    cs_arena_printf(cs_tx_op(tx)->arena, "Key %d", i), CS_SPAN("r", 1), a.created));
	}
	return CS_OK;
}

TEST(nobody_has_more_than_thirty_two)
{
	struct person p;

	arrive(&p);
	enrol(&p, "security_key");
	unlock(p.b, &p.key);
	CHECK_OK(cs_store_write(p.h->d.store, &p.h->op, add_many, NULL));
	CHECK_INT(begin(p.b, p.meta, "security_key"), 409);
	CHECK_CODE(p.b, "too_many_devices");
	CHECK_INT(browser_post(p.b, "/api/v1/enrolments", "{\"factor\":\"totp\"}"), 409);
	leave(&p);
}

TEST(a_ceremony_has_no_picture_to_be_photographed)
{
	struct person p;

	arrive(&p);
	CHECK_INT(begin(p.b, p.meta, "security_key"), 200);
	CHECK(at(p.b, "key") == NULL && at(p.b, "qr") == NULL);
	cs_str id = browser_copy(p.b, "id");
	CHECK_INT(
	    browser_get(p.b, AUTH,
		cs_arena_printf(p.h->arena, "/api/v1/enrolments/%.*s/qr.svg", CS_STR_ARG(id))),
	    404);
	leave(&p);
}

/* --- models --- */

/* One list of one model, as the organisation or APP wants it. */
struct listed {
	struct cs_list list;
	cs_str text;
};

static void
put_list(struct house *h, struct listed *l, const char *hex, bool wants_verified)
{
	l->text = cs_str_c(hex);
	l->list = (struct cs_list){ .id = house_id("list"),
		.type = CS_LIST_AAGUID,
		.name = CS_STR("Approved"),
		.wants_verified = wants_verified,
		.texts = &l->text,
		.count = 1 };
	h->config.lists = &l->list;
	h->config.list_count = 1;
}

static void
require(struct house *h, struct listed *l, const char *hex, bool wants_verified)
{
	put_list(h, l, hex, wants_verified);
	h->config.organization.models =
	    (struct cs_model_config){ .has_required = true, .required = l->list.id };
	house_publish(h);
}

TEST(a_model_that_only_says_so_is_not_proven)
{
	struct listed l;
	struct person p;

	arrive(&p);
	require(p.h, &l, ANY, true);
	memcpy(p.key.aaguid, any_model, sizeof(any_model));
	CHECK_INT(try_enrol(p.b, p.meta, &p.key, "security_key"), 403);
	CHECK_CODE(p.b, "model_unproven");
	/* nor when the credential itself signs it */
	p.key.format = SOFT_SELF;
	CHECK_INT(try_enrol(p.b, p.meta, &p.key, "security_key"), 403);
	CHECK_CODE(p.b, "model_unproven");
	CHECK_INT(audited(p.h, "authenticator.refused"), 2);
	leave(&p);
}

TEST(a_model_of_no_list_is_refused)
{
	struct listed l;
	struct person p;

	arrive(&p);
	require(p.h, &l, "ffeeddccbbaa99887766554433221100", true);
	memcpy(p.key.aaguid, any_model, sizeof(any_model));
	CHECK_INT(try_enrol(p.b, p.meta, &p.key, "security_key"), 403);
	CHECK_CODE(p.b, "model_refused");
	/* and what has no model at all is in no list */
	memset(p.key.aaguid, 0, sizeof(p.key.aaguid));
	CHECK_INT(try_enrol(p.b, p.meta, &p.key, "security_key"), 403);
	CHECK_INT(browser_state(p.b, p.meta), 200);
	CHECK_STEP(p.b, "enrol");
	/* an app has no model and is not judged by one */
	browser_enrol(p.b, p.meta);
	leave(&p);
}

TEST(a_list_that_takes_claims_takes_a_claim)
{
	struct listed l;
	struct person p;

	arrive(&p);
	require(p.h, &l, ANY, false);
	memcpy(p.key.aaguid, any_model, sizeof(any_model));
	CHECK_INT(try_enrol(p.b, p.meta, &p.key, "security_key"), 200);
	leave(&p);
}

TEST(a_model_whose_maker_is_trusted_is_proven)
{
	struct soft_maker maker;
	struct cs_roots roots;
	struct listed l;
	struct person p;

	arrive(&p);
	require(p.h, &l, ANY, true);
	memcpy(p.key.aaguid, any_model, sizeof(any_model));
	soft_maker_open(&maker, any_model);
	p.key.maker = &maker;
	p.key.format = SOFT_CHAIN;
	/* not before its root is */
	CHECK_INT(try_enrol(p.b, p.meta, &p.key, "security_key"), 403);
	CHECK_CODE(p.b, "model_unproven");
	CHECK_OK(cs_roots_add(&p.h->d, &p.h->op, p.h->op.account, cs_id_zero, CS_STR("Soft Keys"),
	    soft_der(p.h->arena, maker.root), &roots));
	CHECK_INT(try_enrol(p.b, p.meta, &p.key, "security_key"), 200);
	soft_maker_close(&maker);
	leave(&p);
}

TEST(a_trusted_maker_does_not_vouch_for_another_model)
{
	static const uint8_t other[16] = { 0xff, 0xee };
	struct soft_maker maker;
	struct cs_roots roots;
	struct listed l;
	struct person p;

	arrive(&p);
	require(p.h, &l, ANY, true);
	soft_maker_open(&maker, other);
	CHECK_OK(cs_roots_add(&p.h->d, &p.h->op, p.h->op.account, cs_id_zero, CS_STR("Soft Keys"),
	    soft_der(p.h->arena, maker.root), &roots));
	memcpy(p.key.aaguid, any_model, sizeof(any_model));
	p.key.maker = &maker;
	p.key.format = SOFT_CHAIN;
	CHECK_INT(try_enrol(p.b, p.meta, &p.key, "security_key"), 400);
	CHECK_CODE(p.b, "wrong_response");
	soft_maker_close(&maker);
	leave(&p);
}

static const struct cs_known_authenticator *
first_known(enum cs_aaguid_kind kind)
{
	size_t count;
	const struct cs_known_authenticator *all = cs_aaguid_table(&count);

	for (size_t i = 0; i < count; i++)
		if (all[i].kind == kind)
			return &all[i];
	fail_msg("the table has none of kind %d", (int)kind);
	return NULL;
}

TEST(a_known_model_gives_its_name_and_a_number_from_the_second_on)
{
	const struct cs_known_authenticator *known = first_known(CS_AAGUID_KEY);
	struct soft_key second;
	struct person p;
	cs_str numbered;

	arrive(&p);
	numbered = cs_arena_printf(p.h->arena, "%.*s 2", CS_STR_ARG(known->name));
	memcpy(p.key.aaguid, known->aaguid, sizeof(p.key.aaguid));
	enrol(&p, "security_key");
	CHECK(cs_str_equal(cs_str_c(browser_text(p.b, "enrolled.name")), known->name));
	CHECK(cs_str_equal(cs_str_c(browser_text(p.b, "enrolled.model")), known->name));
	unlock(p.b, &p.key);
	soft_key_open(&second);
	memcpy(second.aaguid, known->aaguid, sizeof(second.aaguid));
	CHECK_INT(try_enrol(p.b, p.meta, &second, "security_key"), 200);
	CHECK(cs_str_equal(cs_str_c(browser_text(p.b, "enrolled.name")), numbered));
	CHECK(cs_str_equal(cs_str_c(browser_text(p.b, "enrolled.model")), known->name));
	soft_key_close(&second);
	leave(&p);
}

/* A browser that says "cross-platform" of what its maker says is built in. */
static int
enrol_vouched(
    struct person *p, const struct cs_known_authenticator *known, uint8_t flags, bool has_root)
{
	struct soft_maker maker;
	struct cs_roots roots;
	int status;

	memcpy(p->key.aaguid, known->aaguid, sizeof(p->key.aaguid));
	soft_maker_open(&maker, known->aaguid);
	if (has_root)
		CHECK_OK(cs_roots_add(&p->h->d, &p->h->op, p->h->op.account, cs_id_zero,
		    CS_STR("Maker"), soft_der(p->h->arena, maker.root), &roots));
	p->key.maker = &maker;
	p->key.format = SOFT_CHAIN;
	p->key.flags = flags;
	status = try_enrol(p->b, p->meta, &p->key, "security_key");
	soft_maker_close(&maker);
	return status;
}

TEST(where_the_maker_vouches_the_table_says_what_kind_it_is)
{
	const struct cs_known_authenticator *built_in = first_known(CS_AAGUID_PLATFORM);
	const struct cs_known_authenticator *key = first_known(CS_AAGUID_KEY);
	struct person p;

	arrive(&p);
	CHECK_INT(enrol_vouched(&p, built_in, SOFT_UP, true), 400);
	CHECK_CODE(p.b, "not_verified");
	CHECK_INT(enrol_vouched(&p, built_in, SOFT_UP | SOFT_UV, true), 200);
	CHECK_TEXT(cs_str_c(browser_text(p.b, "enrolled.kind")), "biometrics");
	leave(&p);
	/* a key with a finger reader stays one, whatever the browser says */
	arrive(&p);
	p.key.attachment = "platform";
	p.key.transports = "[\"internal\"]";
	CHECK_INT(enrol_vouched(&p, key, SOFT_UP | SOFT_UV, true), 200);
	CHECK_TEXT(cs_str_c(browser_text(p.b, "enrolled.kind")), "security_key");
	leave(&p);
	/* and where nobody we know vouches, the browser is believed */
	arrive(&p);
	CHECK_INT(enrol_vouched(&p, built_in, SOFT_UP, false), 200);
	CHECK_TEXT(cs_str_c(browser_text(p.b, "enrolled.kind")), "security_key");
	leave(&p);
}

TEST(a_denied_model_is_refused_on_its_word)
{
	struct listed l;
	struct person p;

	arrive(&p);
	put_list(p.h, &l, ANY, true);
	p.h->config.organization.models =
	    (struct cs_model_config){ .has_denied = true, .denied = l.list.id };
	house_publish(p.h);
	memcpy(p.key.aaguid, any_model, sizeof(any_model));
	CHECK_INT(try_enrol(p.b, p.meta, &p.key, "security_key"), 403);
	CHECK_CODE(p.b, "model_refused");
	leave(&p);
}

TEST(an_applications_own_list_is_asked_where_one_goes_there)
{
	struct listed l;
	struct person p;

	arrive(&p);
	put_list(p.h, &l, ANY, false);
	p.h->apps[HOUSE_BERTH].models =
	    (struct cs_model_config){ .has_required = true, .required = l.list.id };
	house_publish(p.h);
	CHECK_INT(try_enrol(p.b, p.meta, &p.key, "security_key"), 403);
	CHECK_CODE(p.b, "model_refused");
	CHECK_INT(try_enrol(p.b, CS_STR(""), &p.key, "security_key"), 200);
	leave(&p);
}

TEST(what_is_enrolled_goes_on_when_a_list_is_switched_on_unless_models_are_looked_at_again)
{
	struct listed l;
	struct person p;

	arrive(&p);
	enrol(&p, "security_key");
	require(p.h, &l, ANY, true);
	return_later(&p);
	CHECK_INT(touch(p.b, &p.key), 200);
	p.h->config.organization.models_are_rechecked = true;
	house_publish(p.h);
	return_later(&p);
	cs_str id = browser_copy(p.b, "id");
	json_t *options = json_incref(at(p.b, "webauthn"));
	CHECK_INT(answer(p.b, id, soft_key_assert(&p.key, p.h->arena, options)), 403);
	CHECK_CODE(p.b, "model_refused");
	CHECK_INT(audited(p.h, "challenge.refused"), 1);
	/* the challenge was not used up, nor was anything proved */
	p.h->config.organization.models_are_rechecked = false;
	house_publish(p.h);
	CHECK_INT(answer(p.b, id, soft_key_assert(&p.key, p.h->arena, options)), 200);
	json_decref(options);
	leave(&p);
}

/* --- what is refused at a challenge --- */

TEST(an_answer_counts_once)
{
	struct person p;

	arrive(&p);
	enrol(&p, "security_key");
	return_later(&p);
	cs_str id = browser_copy(p.b, "id");
	cs_str response = soft_key_assert(&p.key, p.h->arena, at(p.b, "webauthn"));
	CHECK_INT(answer(p.b, id, response), 200);
	CHECK_INT(answer(p.b, id, response), 409);
	CHECK_CODE(p.b, "answered");
	/* nor to what is asked next */
	return_later(&p);
	CHECK_INT(answer(p.b, browser_copy(p.b, "id"), response), 400);
	CHECK_CODE(p.b, "wrong_response");
	leave(&p);
}

TEST(an_answer_to_one_challenge_is_none_to_another_that_is_open)
{
	struct person p;

	arrive(&p);
	soft_key_close(&p.key);
	soft_key_open_built_in(&p.key); /* without a counter to save us */
	enrol(&p, "biometrics");
	return_later(&p);
	cs_str first = browser_copy(p.b, "id");
	cs_str response = soft_key_assert(&p.key, p.h->arena, at(p.b, "webauthn"));
	CHECK_INT(ask(p.b, p.meta), 200);
	CHECK_INT(answer(p.b, browser_copy(p.b, "id"), response), 400);
	CHECK_CODE(p.b, "wrong_response");
	CHECK_INT(answer(p.b, first, response), 200);
	leave(&p);
}

TEST(an_answer_is_too_late_after_five_minutes)
{
	struct person p;

	arrive(&p);
	enrol(&p, "security_key");
	return_later(&p);
	cs_str id = browser_copy(p.b, "id");
	cs_str response = soft_key_assert(&p.key, p.h->arena, at(p.b, "webauthn"));
	browser_wait(p.b, 5 * CS_MINUTE_MS);
	CHECK_INT(answer(p.b, id, response), 410);
	CHECK_CODE(p.b, "ended");
	leave(&p);
}

TEST(another_persons_key_answers_nothing_here)
{
	struct person p;
	struct soft_key eves;
	struct browser *eve;

	arrive(&p);
	enrol(&p, "security_key");
	eve = browser_open(p.h);
	soft_key_open(&eves);
	cs_str meta = browser_go(eve, APP, "/");
	browser_sign_in(eve, meta, "eve@example.test");
	CHECK_INT(try_enrol(eve, meta, &eves, "security_key"), 200);
	return_later(&p);
	CHECK_INT(touch(p.b, &eves), 400);
	CHECK_CODE(p.b, "wrong_response");
	/* nor ada's own in eve's browser */
	CHECK_INT(ask(p.b, p.meta), 200);
	cs_str id = browser_copy(p.b, "id");
	cs_str response = soft_key_assert(&p.key, p.h->arena, at(p.b, "webauthn"));
	CHECK_INT(answer(eve, id, response), 410);
	CHECK_INT(answer(p.b, id, response), 200);
	soft_key_close(&eves);
	browser_close(eve);
	leave(&p);
}

TEST(a_signature_that_does_not_hold_is_refused_and_audited)
{
	struct person p;

	arrive(&p);
	enrol(&p, "security_key");
	return_later(&p);
	p.key.rp_id = "example.test";
	CHECK_INT(touch(p.b, &p.key), 400);
	CHECK_CODE(p.b, "wrong_response");
	CHECK_INT(audited(p.h, "challenge.refused"), 1);
	leave(&p);
}

TEST(an_answer_that_is_none_is_told_so)
{
	struct person p;

	arrive(&p);
	enrol(&p, "security_key");
	return_later(&p);
	cs_str id = browser_copy(p.b, "id");
	CHECK_INT(answer(p.b, id, CS_STR("{}")), 400);
	CHECK_CODE(p.b, "malformed_response");
	CHECK_INT(answer(p.b, id, CS_STR("\"text\"")), 400);
	CHECK_CODE(p.b, "body");
	CHECK_INT(post_to(p.b, "challenges", id, "answer",
		      CS_STR("{\"factor\":\"webauthn\",\"code\":\"123456\"}")),
	    400);
	CHECK_CODE(p.b, "malformed_response");
	/* and a key's answer is no code */
	CHECK_INT(post_to(p.b, "challenges", id, "answer",
		      CS_STR("{\"factor\":\"totp\",\"response\":{}}")),
	    400);
	leave(&p);
}

TEST(a_copied_key_is_refused_and_audited_until_the_owners_counter_is_ahead)
{
	struct person p;

	arrive(&p);
	p.key.count = 50;
	enrol(&p, "security_key");
	return_later(&p);
	p.key.count = 20;
	CHECK_INT(touch(p.b, &p.key), 403);
	CHECK_CODE(p.b, "cloned");
	CHECK_INT(audited(p.h, "authenticator.cloned"), 1);
	CHECK_INT(ask(p.b, p.meta), 200);
	p.key.count = 49; /* 50: what was stored has not gone down */
	CHECK_INT(touch(p.b, &p.key), 403);
	CHECK_INT(audited(p.h, "authenticator.cloned"), 2);
	CHECK_INT(ask(p.b, p.meta), 200);
	CHECK_INT(touch(p.b, &p.key), 200);
	leave(&p);
}

TEST(broken_answers_spend_no_guess_and_are_counted_all_the_same)
{
	struct person p;

	arrive(&p);
	enrol(&p, "security_key");
	unlock(p.b, &p.key);
	cs_str secret = browser_enrol(p.b, p.meta);
	return_later(&p);
	cs_str id = browser_copy(p.b, "id");
	for (int i = 0; i < 60; i++)
		CHECK_INT(answer(p.b, id, CS_STR("{}")), 400);
	CHECK_INT(answer(p.b, id, CS_STR("{}")), 429);
	CHECK_CODE(p.b, "too_many");
	/* the code is not locked by that */
	CHECK_INT(browser_answer(p.b, id, house_code(p.h, secret, p.h->op.now)), 200);
	/* and in an hour the key answers again */
	return_later(&p);
	CHECK_INT(touch(p.b, &p.key), 200);
	leave(&p);
}

TEST(wrong_codes_do_not_lock_the_key)
{
	struct person p;

	arrive(&p);
	enrol(&p, "security_key");
	unlock(p.b, &p.key);
	cs_str secret = browser_enrol(p.b, p.meta);
	return_later(&p);
	cs_str id = browser_copy(p.b, "id");
	json_t *options = json_incref(at(p.b, "webauthn"));
	char *wrong = cs_arena_c(p.h->arena, house_code(p.h, secret, p.h->op.now));
	wrong[5] = wrong[5] == '9' ? '0' : (char)(wrong[5] + 1);
	for (int i = 0; i < 10; i++)
		CHECK_INT(browser_answer(p.b, id, cs_str_c(wrong)), 400);
	CHECK_INT(browser_answer(p.b, id, cs_str_c(wrong)), 429);
	CHECK_INT(answer(p.b, id, soft_key_assert(&p.key, p.h->arena, options)), 200);
	json_decref(options);
	leave(&p);
}

TEST(a_key_that_was_taken_away_answers_nothing)
{
	struct person p;
	struct soft_key second;

	arrive(&p);
	enrol(&p, "security_key");
	unlock(p.b, &p.key);
	cs_str first = browser_copy(p.b, "window.expires_at");
	soft_key_open(&second);
	CHECK_INT(try_enrol(p.b, p.meta, &second, "security_key"), 200);
	cs_str id = browser_copy(p.b, "enrolled.id");
	return_later(&p);
	cs_str challenge = browser_copy(p.b, "id");
	cs_str response = soft_key_assert(&second, p.h->arena, at(p.b, "webauthn"));
	unlock(p.b, &p.key);
	CHECK_INT(post_to(p.b, "me/devices", id, "remove", CS_STR("{}")), 200);
	CHECK_INT(answer(p.b, challenge, response), 400);
	CHECK_CODE(p.b, "wrong_response");
	CHECK(first.len > 0);
	soft_key_close(&second);
	leave(&p);
}

/* --- changing devices --- */

TEST(changing_devices_asks_anew_whatever_was_proved_before)
{
	struct person p;

	arrive(&p);
	enrol(&p, "security_key");
	CHECK_INT(browser_post(p.b, "/api/v1/challenges", "{\"purpose\":\"manage\"}"), 200);
	CHECK_TEXT(cs_str_c(browser_text(p.b, "purpose")), "manage");
	CHECK(json_is_null(at(p.b, "application")) && json_is_null(at(p.b, "ask_again_after")));
	struct cookie *session = browser_cookie(p.b, AUTH, "__Host-cs_session");
	CHECK(session != NULL);
	cs_str before = cs_arena_str(p.h->arena, cs_str_c(session->value));
	CHECK_INT(touch(p.b, &p.key), 200);
	CHECK(json_is_array(at(p.b, "devices")));
	/* under a new token: a copy of the old one is nobody's */
	CHECK(!cs_str_equal(cs_str_c(session->value), before));
	snprintf(session->value, sizeof(session->value), "%.*s", CS_STR_ARG(before));
	CHECK_INT(begin(p.b, CS_STR(""), "security_key"), 401);
	leave(&p);
}

TEST(who_has_an_app_where_a_key_is_wanted_proves_the_app_and_adds_the_key)
{
	struct person p;
	cs_str meta;

	arrive(&p);
	cs_str secret = browser_enrol(p.b, p.meta);
	browser_wait(p.b, 10 * CS_MINUTE_MS);
	meta = browser_go(p.b, KEYS, "/");
	CHECK_INT(browser_state(p.b, meta), 200);
	CHECK_STEP(p.b, "enrol");
	CHECK_TEXT(cs_str_c(browser_text(p.b, "enrol.needs")), "prove");
	CHECK_INT(begin(p.b, meta, "security_key"), 403);
	CHECK_CODE(p.b, "prove_first");
	CHECK_INT(begin(p.b, meta, "biometrics"), 403);
	CHECK_CODE(p.b, "not_allowed");
	CHECK_INT(browser_post(p.b, "/api/v1/challenges", "{\"purpose\":\"manage\"}"), 200);
	cs_str id = browser_copy(p.b, "id");
	CHECK_INT(browser_answer(p.b, id, house_code(p.h, secret, p.h->op.now)), 200);
	CHECK_INT(browser_state(p.b, meta), 200);
	CHECK_STEP(p.b, "enrol");
	CHECK_TEXT(cs_str_c(browser_text(p.b, "enrol.needs")), "nothing");
	CHECK_INT(try_enrol(p.b, meta, &p.key, "security_key"), 200);
	CHECK_STEP(p.b, "continue");
	browser_enter(p.b, meta, KEYS);
	CHECK_INT(browser_decide(p.b, KEYS, "/"), CS_GATE_ALLOW);
	leave(&p);
}

TEST(who_has_nothing_has_nothing_to_prove_with)
{
	struct person p;

	arrive(&p);
	CHECK_INT(browser_post(p.b, "/api/v1/challenges", "{\"purpose\":\"manage\"}"), 410);
	CHECK_CODE(p.b, "ended");
	CHECK_INT(browser_post(p.b, "/api/v1/challenges", "{\"purpose\":\"admin\"}"), 400);
	CHECK_CODE(p.b, "body");
	leave(&p);
}

TEST(a_sign_ins_answer_opens_no_window_and_a_windows_is_no_sign_in)
{
	struct person p;

	arrive(&p);
	enrol(&p, "security_key");
	return_later(&p);
	cs_str sign_in = browser_copy(p.b, "id");
	cs_str response = soft_key_assert(&p.key, p.h->arena, at(p.b, "webauthn"));
	CHECK_INT(browser_post(p.b, "/api/v1/challenges", "{\"purpose\":\"manage\"}"), 200);
	CHECK_INT(answer(p.b, browser_copy(p.b, "id"), response), 400);
	CHECK_INT(answer(p.b, sign_in, response), 200);
	CHECK(at(p.b, "window") == NULL);
	CHECK_INT(begin(p.b, CS_STR(""), "security_key"), 403);
	CHECK_CODE(p.b, "prove_first");
	leave(&p);
}

/* --- at once --- */

#define MANY 16

struct runner {
	struct house own;
	struct browser *b;
	cs_str target;
	cs_str body;
	int status;
};

static pthread_barrier_t barrier;

static void *
run(void *ctx)
{
	struct runner *r = ctx;

	pthread_barrier_wait(&barrier);
	r->status = browser_ask(r->b, CS_POST, AUTH, r->target, r->body);
	return NULL;
}

/* The same call from MANY places; how many were answered with status. */
static int
all_at_once(struct browser *like, cs_str target, cs_str body, int status)
{
	struct runner *runners = calloc(MANY, sizeof(*runners));
	pthread_t threads[MANY];
	int count = 0;

	CS_ASSERT(runners != NULL);
	CHECK_INT(pthread_barrier_init(&barrier, NULL, MANY), 0);
	for (int i = 0; i < MANY; i++) {
		struct runner *r = &runners[i];

		r->own = *like->h;
		r->own.arena = cs_arena_new(32 << 20);
		r->own.op.arena = r->own.arena;
		r->b = browser_open(&r->own);
		memcpy(r->b->jar, like->jar, sizeof(like->jar));
		r->b->cookie_count = like->cookie_count;
		r->target = target;
		r->body = body;
		CHECK_INT(pthread_create(&threads[i], NULL, run, r), 0);
	}
	for (int i = 0; i < MANY; i++)
		CHECK_INT(pthread_join(threads[i], NULL), 0);
	for (int i = 0; i < MANY; i++) {
		count += runners[i].status == status;
		browser_close(runners[i].b);
		cs_arena_free(&runners[i].own.arena);
	}
	pthread_barrier_destroy(&barrier);
	free(runners);
	return count;
}

TEST(one_registration_enrols_one_key)
{
	struct person p;

	arrive(&p);
	CHECK_INT(begin(p.b, p.meta, "security_key"), 200);
	cs_str target =
	    cs_arena_printf(p.h->arena, "/api/v1/enrolments/%s/confirm", browser_text(p.b, "id"));
	cs_str response = soft_key_register(&p.key, p.h->arena, at(p.b, "options"));
	cs_str body = cs_arena_printf(p.h->arena, "{\"meta\":\"%.*s\",\"response\":%.*s}",
	    CS_STR_ARG(p.meta), CS_STR_ARG(response));
	CHECK_INT(all_at_once(p.b, target, body, 200), 1);
	CHECK_INT(audited(p.h, "authenticator.enrolled"), 1);
	leave(&p);
}

TEST(one_answer_is_granted_once)
{
	struct person p;

	arrive(&p);
	soft_key_close(&p.key);
	soft_key_open_built_in(&p.key); /* the challenge alone must do */
	enrol(&p, "biometrics");
	return_later(&p);
	cs_str target =
	    cs_arena_printf(p.h->arena, "/api/v1/challenges/%s/answer", browser_text(p.b, "id"));
	cs_str response = soft_key_assert(&p.key, p.h->arena, at(p.b, "webauthn"));
	cs_str body = cs_arena_printf(
	    p.h->arena, "{\"factor\":\"webauthn\",\"response\":%.*s}", CS_STR_ARG(response));
	CHECK_INT(all_at_once(p.b, target, body, 200), 1);
	CHECK_INT(audited(p.h, "challenge.granted"), 1);
	leave(&p);
}

TEST(one_answer_opens_one_window)
{
	struct person p;

	arrive(&p);
	soft_key_close(&p.key);
	soft_key_open_built_in(&p.key);
	enrol(&p, "biometrics");
	CHECK_INT(browser_post(p.b, "/api/v1/challenges", "{\"purpose\":\"manage\"}"), 200);
	cs_str target =
	    cs_arena_printf(p.h->arena, "/api/v1/challenges/%s/answer", browser_text(p.b, "id"));
	cs_str response = soft_key_assert(&p.key, p.h->arena, at(p.b, "webauthn"));
	cs_str body = cs_arena_printf(
	    p.h->arena, "{\"factor\":\"webauthn\",\"response\":%.*s}", CS_STR_ARG(response));
	CHECK_INT(all_at_once(p.b, target, body, 200), 1);
	CHECK_INT(audited(p.h, "challenge.granted"), 1);
	leave(&p);
}

TEST_MAIN("api/keys")
