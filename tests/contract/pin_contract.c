#include "contract.h"

#include <pthread.h>
#include <stdatomic.h>

#include "store/pin_store.h"

static struct cs_pin
sample(struct contract *t, uint8_t id)
{
	return (struct cs_pin){
		.account = t->account,
		.flow_hash = { 5 },
		.id = { { id } },
		.provider = { { 9 } },
		.email = CS_STR("ada@one.test"),
		.mac = CS_SPAN("mac", 3),
		.created = t->op.now,
		.expires = cs_time_add(t->op.now, 1000),
	};
}

static int64_t
try_it(struct contract *t, const struct cs_pin *p, int64_t after_ms)
{
	int64_t tries;
	cs_err e = cs_pin_debit(t->tx, p, 5, cs_time_add(t->op.now, after_ms), &tries);

	return cs_is(e, CS_E_NOT_FOUND) ? -1 : tries;
}

CONTRACT(a_pin_has_so_many_tries)
{
	struct cs_pin p = sample(t, 1);

	contract_begin(t);
	CHECK_OK(cs_pin_set(t->tx, &p));
	for (int i = 1; i <= 5; i++)
		CHECK_INT(try_it(t, &p, 0), i);
	CHECK_INT(try_it(t, &p, 0), -1);
	contract_commit(t);
}

CONTRACT(a_pin_out_of_time_takes_no_try_and_cannot_be_used)
{
	struct cs_pin p = sample(t, 1);

	contract_begin(t);
	CHECK_OK(cs_pin_set(t->tx, &p));
	CHECK_INT(try_it(t, &p, 999), 1);
	CHECK_INT(try_it(t, &p, 1000), -1);
	CHECK_ERR(cs_pin_close(t->tx, &p, CS_PIN_USED, cs_time_add(t->op.now, 1000)), CONFLICT);
	contract_commit(t);
}

CONTRACT(a_pin_is_used_once)
{
	struct cs_pin p = sample(t, 1);
	struct cs_pin got;

	contract_begin(t);
	CHECK_OK(cs_pin_set(t->tx, &p));
	CHECK_OK(cs_pin_close(t->tx, &p, CS_PIN_USED, t->op.now));
	CHECK_ERR(cs_pin_close(t->tx, &p, CS_PIN_USED, t->op.now), CONFLICT);
	CHECK_ERR(cs_pin_close(t->tx, &p, CS_PIN_VOID, t->op.now), CONFLICT);
	CHECK_INT(try_it(t, &p, 0), -1);
	CHECK_OK(cs_pin_find(t->tx, t->account, p.flow_hash, &got));
	CHECK_INT(got.state, CS_PIN_USED);
	contract_commit(t);
}

CONTRACT(a_new_pin_of_a_browser_voids_its_old_one)
{
	struct cs_pin one = sample(t, 1);
	struct cs_pin two = sample(t, 2);
	struct cs_pin got;

	contract_begin(t);
	CHECK_OK(cs_pin_set(t->tx, &one));
	CHECK_INT(try_it(t, &one, 0), 1);
	CHECK_OK(cs_pin_set(t->tx, &two));
	CHECK_INT(try_it(t, &one, 0), -1);
	CHECK_ERR(cs_pin_close(t->tx, &one, CS_PIN_USED, t->op.now), CONFLICT);
	CHECK_OK(cs_pin_find(t->tx, t->account, two.flow_hash, &got));
	CHECK(cs_id_equal(got.id, two.id));
	CHECK_INT(got.tries, 0);
	CHECK_ERR(cs_pin_find(t->tx, t->other, two.flow_hash, &got), NOT_FOUND);
	contract_commit(t);
}

#define PARALLEL 40

static _Atomic int taken;
static struct contract *shared;

static cs_err
take(struct cs_tx *tx, void *ctx)
{
	int64_t tries;
	const struct cs_pin *p = ctx;

	return cs_pin_debit(tx, p, 5, cs_tx_op(tx)->now, &tries);
}

static void *
take_at_once(void *ctx)
{
	struct cs_arena *arena = cs_arena_new(1 << 20);
	struct cs_op op = shared->op;

	op.arena = arena;
	if (!cs_failed(cs_store_write(shared->store, &op, take, ctx)))
		taken++;
	cs_arena_free(&arena);
	return NULL;
}

CONTRACT(tries_that_are_taken_at_once_are_never_more_than_there_are)
{
	struct cs_pin p = sample(t, 1);
	pthread_t threads[PARALLEL];

	contract_begin(t);
	CHECK_OK(cs_pin_set(t->tx, &p));
	contract_commit(t);
	shared = t;
	taken = 0;
	for (int i = 0; i < PARALLEL; i++)
		CHECK_INT(pthread_create(&threads[i], NULL, take_at_once, &p), 0);
	for (int i = 0; i < PARALLEL; i++)
		CHECK_INT(pthread_join(threads[i], NULL), 0);
	CHECK_INT(taken, 5);
}
