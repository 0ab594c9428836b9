/* Backup codes of users: who has them, what one is good for, and for how often. */
#include "api/browser.h"

#include <pthread.h>

#include "domain/backup_codes.h"
#include "domain/throttle.h"

#define APP "app.example.test"
#define KEYS "keys.test"
#define ADA "ada@example.test"
#define MANY 200

struct reader {
	struct house *h;
	struct browser *b;
	cs_str meta;
	cs_str key; /* of the application */
	cs_str sheet[CS_BACKUP_CODES];
};

static void
allow(struct house *h, bool is_allowed)
{
	h->config.organization.users_have_backup_codes = is_allowed;
	house_publish(h);
}

static int
make(struct browser *b)
{
	return browser_post(b, "/api/v1/me/backup-codes", "{}");
}

static void
keep_sheet(struct reader *r)
{
	const json_t *codes = json_object_get(json_object_get(r->b->body, "backup_codes"), "codes");

	CHECK_INT(json_array_size(codes), CS_BACKUP_CODES);
	for (size_t i = 0; i < CS_BACKUP_CODES; i++)
		r->sheet[i] = cs_arena_str(
		    r->h->arena, cs_str_c(json_string_value(json_array_get(codes, i))));
}

/* Signed in to the application, enrolled, and with a sheet. */
static void
reader_open(struct reader *r)
{
	*r = (struct reader){ .h = house_open() };
	allow(r->h, true);
	r->b = browser_open(r->h);
	r->meta = browser_go(r->b, APP, "/");
	browser_sign_in(r->b, r->meta, ADA);
	r->key = browser_enrol(r->b, r->meta);
	browser_enter(r->b, r->meta, APP);
	CHECK_INT(make(r->b), 200);
	keep_sheet(r);
}

static void
reader_close(struct reader *r)
{
	browser_close(r->b);
	house_close(r->h);
}

/* A day later: asked again. */
static cs_str
asked_again(struct reader *r)
{
	browser_wait(r->b, 25 * CS_HOUR_MS);
	r->meta = browser_go(r->b, APP, "/");
	browser_sign_in(r->b, r->meta, ADA);
	return browser_challenge(r->b, r->meta);
}

static int
answer_with(struct browser *b, cs_str challenge, cs_str code)
{
	return browser_post(b,
	    cs_arena_c(b->h->arena, cs_arena_printf(b->h->arena, "/api/v1/challenges/%.*s/answer",
					CS_STR_ARG(challenge))),
	    "{\"factor\":\"backup_code\",\"code\":\"%.*s\"}", CS_STR_ARG(code));
}

static int
devices(struct browser *b)
{
	return browser_get(b, AUTH, CS_STR("/api/v1/me/devices"));
}

static int64_t
left(struct browser *b)
{
	const json_t *codes;

	CHECK_INT(devices(b), 200);
	codes = json_object_get(b->body, "backup_codes");
	return json_is_null(codes) ? -1 : json_integer_value(json_object_get(codes, "left"));
}

/* The entry of a challenge for backup codes; NULL: it has none. */
static const json_t *
offered(struct browser *b)
{
	const json_t *methods = json_object_get(b->body, "methods");
	const json_t *last = json_array_get(methods, json_array_size(methods) - 1);

	return strcmp(json_string_value(json_object_get(last, "kind")), "backup_code") == 0 ? last
											    : NULL;
}

static bool
mail_says(struct house *h, const char *subject, const char *part)
{
	struct cs_message m;

	while (house_mail_take(h, &m))
		if (cs_str_equal(m.subject, cs_str_c(subject)))
			return memmem(m.text.p, m.text.len, part, strlen(part)) != NULL;
	return false;
}

/* --- who has them --- */

TEST(whoever_has_just_enrolled_gets_ten_codes_once)
{
	struct reader r;

	reader_open(&r);
	CHECK_TEXT(browser_copy(r.b, "backup_codes.account"), ADA);
	CHECK_TEXT(browser_copy(r.b, "backup_codes.issuer"), "Halden Maritime");
	CHECK(browser_copy(r.b, "backup_codes.made_at").len > 0);
	CHECK_TEXT(browser_header(r.b, "Cache-Control"), "no-store");
	for (size_t i = 0; i < CS_BACKUP_CODES; i++)
		CHECK_INT(r.sheet[i].len, CS_BACKUP_CODE_TEXT_LEN);
	CHECK_INT(left(r.b), 10);
	/* nowhere else again */
	CHECK(memmem(r.b->rs.body.p, r.b->rs.body.len, r.sheet[0].p, r.sheet[0].len) == NULL);
	/* and they are no device */
	CHECK_INT(json_array_size(json_object_get(r.b->body, "devices")), 1);
	reader_close(&r);
}

TEST(a_confirmed_enrolment_says_whether_codes_are_to_be_made)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");

	allow(h, true);
	browser_sign_in(b, meta, ADA);
	browser_enrol(b, meta);
	CHECK_TEXT(browser_copy(b, "backup_codes"), "needed");
	browser_close(b);
	house_close(h);
}

TEST(where_the_organisation_has_none_there_are_none)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");

	browser_sign_in(b, meta, ADA);
	browser_enrol(b, meta);
	CHECK(json_is_null(json_object_get(b->body, "backup_codes")));
	CHECK_INT(make(b), 403);
	CHECK_CODE(b, "not_allowed");
	CHECK_INT(devices(b), 200);
	CHECK(json_is_false(json_object_get(b->body, "can_have_backup_codes")));
	browser_close(b);
	house_close(h);
}

TEST(codes_go_with_another_authenticator)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");

	allow(h, true);
	CHECK_INT(make(b), 401);
	browser_sign_in(b, meta, ADA);
	CHECK_INT(make(b), 409);
	CHECK_CODE(b, "no_device");
	browser_close(b);
	house_close(h);
}

TEST(later_a_proof_comes_first)
{
	struct reader r;

	reader_open(&r);
	browser_wait(r.b, 11 * CS_MINUTE_MS);
	CHECK_INT(make(r.b), 403);
	CHECK_CODE(r.b, "prove_first");
	CHECK_INT(browser_post(r.b, "/api/v1/challenges", "{\"purpose\":\"manage\"}"), 200);
	CHECK(offered(r.b) != NULL);
	CHECK_INT(
	    browser_answer(r.b, browser_copy(r.b, "id"), house_code(r.h, r.key, r.h->op.now)), 200);
	CHECK_INT(make(r.b), 200);
	reader_close(&r);
}

TEST(twenty_sets_an_hour_and_no_more)
{
	struct reader r;

	reader_open(&r);
	for (int i = 1; i < CS_BACKUP_CODES_PER_HOUR; i++)
		CHECK_INT(make(r.b), 200);
	CHECK_INT(make(r.b), 429);
	CHECK_CODE(r.b, "too_many");
	CHECK_INT(left(r.b), 10);
	reader_close(&r);
}

/* --- what one is good for --- */

TEST(a_code_opens_the_application_and_is_counted_down)
{
	struct reader r;
	cs_str challenge;

	reader_open(&r);
	challenge = asked_again(&r);
	CHECK(offered(r.b) != NULL);
	CHECK_INT(json_integer_value(json_object_get(offered(r.b), "left")), 10);
	CHECK_INT(answer_with(r.b, challenge, r.sheet[7]), 200);
	CHECK_STEP(r.b, "continue");
	browser_enter(r.b, r.meta, APP);
	CHECK_INT(left(r.b), 9);
	CHECK(mail_says(r.h, "A backup code was used", "Left:    9"));
	reader_close(&r);
}

TEST(a_code_opens_nothing_twice_and_says_when_it_was_used)
{
	struct reader r;
	cs_str at;

	reader_open(&r);
	CHECK_INT(answer_with(r.b, asked_again(&r), r.sheet[0]), 200);
	at = cs_time_text(r.h->arena, r.h->op.now);
	CHECK_INT(answer_with(r.b, asked_again(&r), r.sheet[0]), 400);
	CHECK_CODE(r.b, "code_used");
	CHECK(cs_str_equal(browser_copy(r.b, "error.used_at"), at));
	CHECK(json_object_get(json_object_get(r.b->body, "error"), "retry_after_s") == NULL);
	CHECK_INT(left(r.b), 9);
	reader_close(&r);
}

TEST(from_three_on_the_mail_says_to_make_new_ones)
{
	struct reader r;

	reader_open(&r);
	for (size_t i = 0; i < 7; i++) {
		CHECK(!mail_says(r.h, "A backup code was used", "Make new ones"));
		CHECK_INT(answer_with(r.b, asked_again(&r), r.sheet[i]), 200);
	}
	CHECK(mail_says(r.h, "A backup code was used", "3. Make new ones"));
	CHECK_INT(left(r.b), 3);
	reader_close(&r);
}

TEST(a_slip_of_the_hand_is_no_guess_and_a_wrong_code_is)
{
	struct reader r;
	cs_str challenge;

	reader_open(&r);
	challenge = asked_again(&r);
	for (int i = 0; i < 3 * CS_GUESSES_PER_HOUR; i++) {
		CHECK_INT(answer_with(r.b, challenge, CS_STR("7k3m-9qxv-2")), 400);
		CHECK_CODE(r.b, "malformed_code");
	}
	for (int i = 0; i < CS_GUESSES_PER_HOUR; i++) {
		CHECK_INT(answer_with(r.b, challenge, CS_STR("0000-0000-00")), 400);
		CHECK_CODE(r.b, "wrong_code");
	}
	CHECK_INT(answer_with(r.b, challenge, r.sheet[0]), 429);
	/* the budget is the application's too */
	CHECK_INT(browser_answer(r.b, challenge, house_code(r.h, r.key, r.h->op.now)), 429);
	reader_close(&r);
}

TEST(the_old_sheet_is_void_once_there_is_a_new_one)
{
	struct reader r;
	cs_str old;
	cs_str challenge;

	reader_open(&r);
	old = r.sheet[0];
	CHECK_INT(make(r.b), 200);
	keep_sheet(&r);
	CHECK(mail_says(r.h, "New backup codes were made", "made before no longer work"));
	challenge = asked_again(&r);
	CHECK_INT(answer_with(r.b, challenge, old), 400);
	CHECK_CODE(r.b, "wrong_code");
	CHECK_INT(answer_with(r.b, challenge, r.sheet[0]), 200);
	reader_close(&r);
}

TEST(a_code_is_no_security_key)
{
	struct reader r;
	cs_str challenge;

	reader_open(&r);
	challenge = asked_again(&r);
	CHECK_INT(answer_with(r.b, challenge, r.sheet[0]), 200);
	r.meta = browser_go(r.b, KEYS, "/");
	browser_state(r.b, r.meta);
	CHECK_STEP(r.b, "enrol");
	CHECK_INT(
	    browser_post(r.b, "/api/v1/challenges", "{\"meta\":\"%.*s\"}", CS_STR_ARG(r.meta)),
	    410);
	reader_close(&r);
}

TEST(switched_off_codes_are_neither_offered_nor_taken_nor_count)
{
	struct reader r;
	cs_str challenge;

	reader_open(&r);
	challenge = asked_again(&r);
	allow(r.h, false);
	CHECK_INT(answer_with(r.b, challenge, r.sheet[0]), 400);
	challenge = browser_challenge(r.b, r.meta);
	CHECK(offered(r.b) == NULL);
	CHECK_INT(left(r.b), -1);
	allow(r.h, true);
	CHECK_INT(answer_with(r.b, challenge, r.sheet[0]), 200);
	CHECK_STEP(r.b, "continue");
	allow(r.h, false);
	browser_state(r.b, r.meta);
	CHECK_STEP(r.b, "challenge");
	reader_close(&r);
}

TEST(nobody_enrols_backup_codes)
{
	struct reader r;

	reader_open(&r);
	CHECK_INT(browser_post(r.b, "/api/v1/enrolments", "{\"factor\":\"backup_code\"}"), 400);
	CHECK_CODE(r.b, "body");
	reader_close(&r);
}

/* --- the last one --- */

static cs_str
only_device(struct browser *b)
{
	const json_t *list;

	CHECK_INT(devices(b), 200);
	list = json_object_get(b->body, "devices");
	return cs_arena_str(b->h->arena,
	    cs_str_c(json_string_value(json_object_get(json_array_get(list, 0), "id"))));
}

TEST(codes_go_with_the_last_other_authenticator)
{
	struct reader r;
	cs_str id;

	reader_open(&r);
	CHECK_INT(answer_with(r.b, asked_again(&r), r.sheet[1]), 200);
	browser_enter(r.b, r.meta, APP);
	CHECK_INT(browser_decide(r.b, APP, "/"), CS_GATE_ALLOW);
	CHECK_INT(browser_post(r.b, "/api/v1/challenges", "{\"purpose\":\"manage\"}"), 200);
	CHECK_INT(answer_with(r.b, browser_copy(r.b, "id"), r.sheet[0]), 200);
	id = only_device(r.b);
	CHECK_INT(browser_post(r.b,
		      cs_arena_c(r.h->arena, cs_arena_printf(r.h->arena,
						 "/api/v1/me/devices/%.*s/remove", CS_STR_ARG(id))),
		      "{}"),
	    200);
	/* what one of them had opened is closed with the next request */
	CHECK(browser_decide(r.b, APP, "/") != CS_GATE_ALLOW);
	CHECK_INT(left(r.b), -1);
	r.meta = browser_go(r.b, APP, "/");
	browser_state(r.b, r.meta);
	CHECK_STEP(r.b, "enrol");
	reader_close(&r);
}

/* --- all at once --- */

/* The same browser on a thread of its own: the same house, memory of its own. */
struct runner {
	struct house own;
	struct browser *b;
	cs_str challenge;
	cs_str code;
	int status;
	pthread_t thread;
};

static pthread_barrier_t barrier;

static void *
run(void *ctx)
{
	struct runner *r = ctx;

	pthread_barrier_wait(&barrier);
	r->status = answer_with(r->b, r->challenge, r->code);
	return NULL;
}

static struct runner *
many(const struct reader *like, size_t count)
{
	struct runner *runners = calloc(count, sizeof(*runners));

	CS_ASSERT(runners != NULL);
	for (size_t i = 0; i < count; i++) {
		struct runner *r = &runners[i];

		r->own = *like->h;
		r->own.arena = cs_arena_new(4 << 20);
		r->own.op.arena = r->own.arena;
		r->b = browser_open(&r->own);
		memcpy(r->b->jar, like->b->jar, sizeof(like->b->jar));
		r->b->cookie_count = like->b->cookie_count;
	}
	return runners;
}

static int
run_all(struct runner *runners, unsigned count, int status)
{
	int with = 0;

	CHECK_INT(pthread_barrier_init(&barrier, NULL, count), 0);
	for (size_t i = 0; i < count; i++)
		CHECK_INT(pthread_create(&runners[i].thread, NULL, run, &runners[i]), 0);
	for (size_t i = 0; i < count; i++)
		CHECK_INT(pthread_join(runners[i].thread, NULL), 0);
	pthread_barrier_destroy(&barrier);
	for (size_t i = 0; i < count; i++)
		with += runners[i].status == status;
	return with;
}

static void
clear_all(struct runner *runners, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		browser_close(runners[i].b);
		cs_arena_free(&runners[i].own.arena);
	}
	free(runners);
}

/* Two of the ten are spent before: of 200 at once eight are judged, and all others told to wait. */
TEST(of_two_hundred_guesses_at_once_no_more_are_judged_than_the_budget_has)
{
	struct reader r;
	struct runner *runners;
	cs_str challenge;

	reader_open(&r);
	challenge = asked_again(&r);
	for (int i = 0; i < 2; i++)
		CHECK_INT(answer_with(r.b, challenge, CS_STR("0000-0000-00")), 400);
	runners = many(&r, MANY);
	for (size_t i = 0; i < MANY; i++) {
		runners[i].challenge = challenge;
		runners[i].code =
		    cs_arena_printf(r.h->arena, "0000-0000-%c%c", (int)('a' + i % 8), '0');
	}
	CHECK_INT(run_all(runners, MANY, 400), CS_GUESSES_PER_HOUR - 2);
	CHECK_INT(run_all(runners, MANY, 429), MANY);
	clear_all(runners, MANY);
	reader_close(&r);
}

TEST(of_one_code_at_once_in_many_challenges_one_is_accepted)
{
	struct reader r;
	struct runner *runners;
	size_t count = CS_GUESSES_PER_HOUR;

	reader_open(&r);
	(void)asked_again(&r);
	runners = many(&r, count);
	for (size_t i = 0; i < count; i++) {
		runners[i].challenge = browser_challenge(r.b, r.meta);
		runners[i].code = r.sheet[4];
	}
	CHECK_INT(run_all(runners, (unsigned)count, 200), 1);
	CHECK_INT(left(r.b), 9);
	clear_all(runners, count);
	reader_close(&r);
}

TEST(of_many_codes_at_once_in_one_challenge_one_is_used_up)
{
	struct reader r;
	struct runner *runners;
	cs_str challenge;

	reader_open(&r);
	challenge = asked_again(&r);
	runners = many(&r, CS_BACKUP_CODES);
	for (size_t i = 0; i < CS_BACKUP_CODES; i++) {
		runners[i].challenge = challenge;
		runners[i].code = r.sheet[i];
	}
	CHECK_INT(run_all(runners, CS_BACKUP_CODES, 200), 1);
	CHECK_INT(left(r.b), 9);
	clear_all(runners, CS_BACKUP_CODES);
	reader_close(&r);
}

TEST_MAIN("api/backup_codes")
