/* What may happen once happens once also when many try at the same moment. */
#include "api/browser.h"

#include <pthread.h>
#include <stdatomic.h>

#define APP "app.example.test"
#define NOTES "notes.test"
#define MANY 24

/* A person's browser on a thread of its own: the same house, memory of its own. */
struct runner {
	struct house own;
	struct browser *b;
	cs_str target; /* what it asks for */
	cs_str body; /* POST when there is one */
	int status;
};

static pthread_barrier_t barrier;

static void
prepare(struct runner *r, const struct house *h)
{
	r->own = *h;
	r->own.arena = cs_arena_new(16 << 20);
	r->own.op.arena = r->own.arena;
	r->b = browser_open(&r->own);
}

static void *
run(void *ctx)
{
	struct runner *r = ctx;
	bool acts = r->body.len > 0;

	pthread_barrier_wait(&barrier);
	r->status =
	    browser_ask(r->b, acts ? CS_POST : CS_GET, acts ? AUTH : NOTES, r->target, r->body);
	return NULL;
}

/* How many of them were answered with status. */
static int
run_all(struct runner *runners, int status)
{
	pthread_t threads[MANY];
	int count = 0;

	CHECK_INT(pthread_barrier_init(&barrier, NULL, MANY), 0);
	for (int i = 0; i < MANY; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, run, &runners[i]), 0);
	for (int i = 0; i < MANY; i++)
		CHECK_INT(pthread_join(threads[i], NULL), 0);
	pthread_barrier_destroy(&barrier);
	for (int i = 0; i < MANY; i++)
		count += runners[i].status == status;
	return count;
}

static void
clear_all(struct runner *runners)
{
	for (int i = 0; i < MANY; i++) {
		browser_close(runners[i].b);
		cs_arena_free(&runners[i].own.arena);
	}
	free(runners);
}

static struct runner *
many(struct house *h, const struct browser *like)
{
	struct runner *runners = calloc(MANY, sizeof(*runners));

	CS_ASSERT(runners != NULL);
	for (int i = 0; i < MANY; i++) {
		prepare(&runners[i], h);
		if (like == NULL)
			continue;
		memcpy(runners[i].b->jar, like->jar, sizeof(like->jar));
		runners[i].b->cookie_count = like->cookie_count;
	}
	return runners;
}

TEST(a_hand_over_opens_one_session)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");

	browser_sign_in(b, meta, "ada@example.test");
	cs_str target = browser_continue(b, meta, NOTES);
	struct runner *runners = many(h, b);
	for (int i = 0; i < MANY; i++)
		runners[i].target = target;
	CHECK_INT(run_all(runners, 303), 1);
	clear_all(runners);
	browser_close(b);
	house_close(h);
}

TEST(a_pin_signs_in_once)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, NOTES, "/");
	struct cs_message m;

	CHECK_INT(browser_ask_pin(b, meta, "ada@example.test"), 200);
	CHECK(house_mail_take(h, &m));
	struct runner *runners = many(h, b);
	for (int i = 0; i < MANY; i++) {
		runners[i].target = CS_STR("/api/v1/sign-in/pin/verify");
		runners[i].body = cs_arena_printf(h->arena, "{\"meta\":\"%.*s\",\"pin\":\"%.*s\"}",
		    CS_STR_ARG(meta), CS_STR_ARG(house_pin_of(&m)));
	}
	CHECK_INT(run_all(runners, 200), 1);
	clear_all(runners);
	browser_close(b);
	house_close(h);
}

/* The same right code at once in many browsers of one person, each with a challenge of its own. */
TEST(a_code_is_accepted_once_in_however_many_browsers)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");

	browser_sign_in(b, meta, "ada@example.test");
	cs_str key = browser_enrol(b, meta);
	browser_wait(b, CS_HOUR_MS);
	cs_str code = house_code(h, key, h->op.now);
	struct runner *runners = many(h, NULL);
	for (int i = 0; i < MANY; i++) {
		/* five PINs an hour, so an hour lies between the sign-ins */
		if (i % 4 == 0)
			browser_wait(b, CS_HOUR_MS);
		runners[i].own.op.now = h->op.now;
		meta = browser_go(runners[i].b, APP, "/");
		browser_sign_in(runners[i].b, meta, "ada@example.test");
	}
	code = house_code(h, key, h->op.now);
	for (int i = 0; i < MANY; i++) {
		runners[i].own.op.now = h->op.now;
		meta = browser_go(runners[i].b, APP, "/");
		cs_str challenge = browser_challenge(runners[i].b, meta);
		runners[i].target = cs_arena_printf(
		    h->arena, "/api/v1/challenges/%.*s/answer", CS_STR_ARG(challenge));
		runners[i].body = cs_arena_printf(
		    h->arena, "{\"factor\":\"totp\",\"code\":\"%.*s\"}", CS_STR_ARG(code));
	}
	CHECK_INT(run_all(runners, 200), 1);
	clear_all(runners);
	browser_close(b);
	house_close(h);
}

TEST(an_enrolment_is_confirmed_once)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, APP, "/");

	browser_sign_in(b, meta, "ada@example.test");
	CHECK_INT(browser_post(b, "/api/v1/enrolments", "{\"meta\":\"%.*s\",\"factor\":\"totp\"}",
		      CS_STR_ARG(meta)),
	    200);
	cs_str code = house_code(h, browser_copy(b, "key"), h->op.now);
	cs_str id = browser_copy(b, "id");
	struct runner *runners = many(h, b);
	for (int i = 0; i < MANY; i++) {
		runners[i].target =
		    cs_arena_printf(h->arena, "/api/v1/enrolments/%.*s/confirm", CS_STR_ARG(id));
		runners[i].body = cs_arena_printf(h->arena, "{\"meta\":\"%.*s\",\"code\":\"%.*s\"}",
		    CS_STR_ARG(meta), CS_STR_ARG(code));
	}
	CHECK_INT(run_all(runners, 200), 1);
	clear_all(runners);
	browser_close(b);
	house_close(h);
}

/* One answer for a 0m application, handed over many times at once, opens one session. */
TEST(a_proof_for_one_session_opens_one)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	h->apps[HOUSE_NOTES].mfa = (struct cs_mfa_config){ .is_set = true, .has_duration = true };
	house_publish(h);
	cs_str meta = browser_go(b, NOTES, "/");
	browser_sign_in(b, meta, "ada@example.test");
	browser_enrol(b, meta);
	struct runner *runners = many(h, b);
	for (int i = 0; i < MANY; i++)
		runners[i].target = browser_continue(b, meta, NOTES);
	CHECK_INT(run_all(runners, 303), 1);
	clear_all(runners);
	browser_close(b);
	house_close(h);
}

TEST_MAIN("api/races")
