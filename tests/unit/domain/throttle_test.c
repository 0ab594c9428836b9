#include "domain/house.h"

#include <pthread.h>
#include <stdatomic.h>

#include "domain/throttle.h"
#include "store/device_store.h"

static const char owner[] = "owner";

static enum cs_refusal_kind
guess(struct house *h, const char *device, int64_t *wait_ms)
{
	struct cs_refusal why = { 0 };
	struct cs_attempt a;

	CHECK_OK(cs_attempt_debit(&h->d, &h->op, house_id(owner), house_id(device), &a, &why));
	if (wait_ms != NULL)
		*wait_ms = why.retry_after_ms;
	return why.kind;
}

static cs_err
remember(struct cs_tx *tx, void *ctx)
{
	const struct cs_op *op = cs_tx_op(tx);

	return cs_device_remember(tx, op->account, house_id(owner), house_id(ctx), op->now);
}

static cs_err
succeed(struct cs_tx *tx, void *ctx)
{
	return cs_attempt_succeed(tx, ctx);
}

TEST(strangers_together_have_ten_an_hour)
{
	struct house *h = house_open();
	int64_t wait_ms;
	char device[16];

	for (int i = 0; i < CS_GUESSES_PER_HOUR; i++) {
		snprintf(device, sizeof(device), "stranger-%d", i);
		CHECK_INT(guess(h, device, NULL), CS_REFUSAL_NONE);
	}
	CHECK_INT(guess(h, "one more", &wait_ms), CS_REFUSAL_TOO_MANY);
	CHECK(wait_ms > 0 && wait_ms <= CS_HOUR_MS);
	h->op.now = cs_time_add(h->op.now, wait_ms);
	CHECK_INT(guess(h, "one more", NULL), CS_REFUSAL_NONE);
	house_close(h);
}

TEST(a_known_browser_has_ten_of_its_own_while_strangers_have_none)
{
	struct house *h = house_open();

	CHECK_OK(cs_store_write(h->d.store, &h->op, remember, (void *)"home"));
	for (int i = 0; i <= CS_GUESSES_PER_HOUR; i++)
		guess(h, "stranger", NULL);
	CHECK_INT(guess(h, "stranger", NULL), CS_REFUSAL_TOO_MANY);
	for (int i = 0; i < CS_GUESSES_PER_HOUR; i++)
		CHECK_INT(guess(h, "home", NULL), CS_REFUSAL_NONE);
	CHECK_INT(guess(h, "home", NULL), CS_REFUSAL_TOO_MANY);
	house_close(h);
}

TEST(a_browser_known_to_one_subject_is_a_stranger_to_another)
{
	struct house *h = house_open();
	struct cs_refusal why = { 0 };
	struct cs_attempt a;

	CHECK_OK(cs_store_write(h->d.store, &h->op, remember, (void *)"home"));
	CHECK_OK(
	    cs_attempt_debit(&h->d, &h->op, house_id("somebody else"), house_id("home"), &a, &why));
	CHECK(!a.is_known);
	house_close(h);
}

TEST(after_a_hundred_in_a_row_only_known_browsers_remain)
{
	struct house *h = house_open();
	int64_t wait_ms = 1;

	CHECK_OK(cs_store_write(h->d.store, &h->op, remember, (void *)"home"));
	for (int i = 0; i < CS_STRANGERS_IN_A_ROW; i++) {
		CHECK_INT(guess(h, "stranger", NULL), CS_REFUSAL_NONE);
		h->op.now = cs_time_add(h->op.now, CS_HOUR_MS / CS_GUESSES_PER_HOUR);
	}
	CHECK_INT(guess(h, "stranger", &wait_ms), CS_REFUSAL_TOO_MANY);
	/* waiting does not help */
	CHECK(wait_ms == 0);
	h->op.now = cs_time_add(h->op.now, 400 * CS_DAY_MS);
	CHECK_INT(guess(h, "stranger", NULL), CS_REFUSAL_TOO_MANY);
	CHECK_INT(guess(h, "home", NULL), CS_REFUSAL_NONE);
	house_close(h);
}

TEST(a_success_gives_strangers_their_hundred_back)
{
	struct house *h = house_open();
	struct cs_refusal why = { 0 };
	struct cs_attempt a;

	CHECK_OK(cs_store_write(h->d.store, &h->op, remember, (void *)"home"));
	for (int i = 0; i < CS_STRANGERS_IN_A_ROW; i++) {
		guess(h, "stranger", NULL);
		h->op.now = cs_time_add(h->op.now, CS_HOUR_MS / CS_GUESSES_PER_HOUR);
	}
	CHECK_OK(cs_attempt_debit(&h->d, &h->op, house_id(owner), house_id("home"), &a, &why));
	CHECK_OK(cs_store_write(h->d.store, &h->op, succeed, &a));
	h->op.now = cs_time_add(h->op.now, CS_HOUR_MS);
	CHECK_INT(guess(h, "stranger", NULL), CS_REFUSAL_NONE);
	house_close(h);
}

TEST(a_success_costs_nothing)
{
	struct house *h = house_open();

	for (int i = 0; i < 3 * CS_GUESSES_PER_HOUR; i++) {
		struct cs_refusal why = { 0 };
		struct cs_attempt a;

		CHECK_OK(cs_attempt_debit(
		    &h->d, &h->op, house_id(owner), house_id("stranger"), &a, &why));
		CHECK_INT(why.kind, CS_REFUSAL_NONE);
		CHECK_OK(cs_store_write(h->d.store, &h->op, succeed, &a));
	}
	house_close(h);
}

#define PARALLEL 200

static _Atomic int passed;
static pthread_barrier_t barrier;

static void *
guess_at_once(void *ctx)
{
	const struct house *h = ctx;
	struct cs_arena *arena = cs_arena_new(1 << 20);
	struct cs_op op = h->op;
	struct cs_domain d = h->d;
	struct cs_refusal why = { 0 };
	struct cs_attempt a;

	op.arena = arena;
	pthread_barrier_wait(&barrier);
	cs_err e = cs_attempt_debit(&d, &op, house_id(owner), house_id("stranger"), &a, &why);
	if (!cs_failed(e) && why.kind == CS_REFUSAL_NONE)
		passed++;
	cs_arena_free(&arena);
	return NULL;
}

TEST(two_hundred_guesses_at_once_cost_exactly_one_budget)
{
	struct house *h = house_open();
	pthread_t threads[PARALLEL];

	passed = 0;
	CHECK_INT(pthread_barrier_init(&barrier, NULL, PARALLEL), 0);
	for (int i = 0; i < PARALLEL; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, guess_at_once, h), 0);
	for (int i = 0; i < PARALLEL; i++)
		CHECK_INT(pthread_join(threads[i], NULL), 0);
	CHECK_INT(passed, CS_GUESSES_PER_HOUR);
	pthread_barrier_destroy(&barrier);
	house_close(h);
}

TEST_MAIN("domain/throttle")
