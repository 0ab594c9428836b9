#include "contract.h"

#include "store/change_store.h"
#include "store/setting_store.h"
#include "store/store_driver.h"

#include <pthread.h>

static const struct cs_change *list;
static size_t count;

static void
add(struct contract *t, struct cs_tx *tx, uint8_t key)
{
	CHECK_OK(cs_change_add(tx, t->account, CS_CHANGE_USER, (cs_id){ { key } }));
}

CONTRACT(changes_come_back_in_order_with_what_they_say)
{
	struct cs_tx *tx = contract_begin(t);
	int64_t last;

	CHECK_OK(cs_change_last(tx, &last));
	CHECK_INT(last, 0);
	add(t, tx, 1);
	CHECK_OK(cs_change_add(tx, t->other, CS_CHANGE_CONFIG, cs_id_zero));
	contract_commit(t);
	tx = contract_begin(t);
	CHECK_OK(cs_change_list(tx, 0, 10, &list, &count));
	CHECK_INT(count, 2);
	CHECK_INT(list[0].seq, 1);
	CHECK_INT(list[0].kind, CS_CHANGE_USER);
	CHECK_INT(list[0].key.b[0], 1);
	CHECK(cs_id_equal(list[0].account, t->account));
	CHECK_INT(list[1].seq, 2);
	CHECK_INT(list[1].kind, CS_CHANGE_CONFIG);
	CHECK(cs_id_equal(list[1].account, t->other));
	CHECK_OK(cs_change_last(tx, &last));
	CHECK_INT(last, 2);
	contract_rollback(t);
}

CONTRACT(changes_are_listed_after_a_number_and_up_to_a_limit)
{
	struct cs_tx *tx = contract_begin(t);

	for (uint8_t i = 1; i <= 5; i++)
		add(t, tx, i);
	CHECK_OK(cs_change_list(tx, 2, 2, &list, &count));
	CHECK_INT(count, 2);
	CHECK_INT(list[0].seq, 3);
	CHECK_INT(list[1].seq, 4);
	CHECK_OK(cs_change_list(tx, 5, 2, &list, &count));
	CHECK_INT(count, 0);
	CHECK_OK(cs_change_list(tx, 99, 2, &list, &count));
	CHECK_INT(count, 0);
	contract_commit(t);
}

CONTRACT(a_change_that_is_rolled_back_leaves_no_gap)
{
	struct cs_tx *tx = contract_begin(t);

	add(t, tx, 1);
	contract_rollback(t);
	tx = contract_begin(t);
	add(t, tx, 2);
	CHECK_OK(cs_change_list(tx, 0, 10, &list, &count));
	CHECK_INT(count, 1);
	CHECK_INT(list[0].seq, 1);
	CHECK_INT(list[0].key.b[0], 2);
	contract_commit(t);
}

CONTRACT(who_asks_for_what_was_forgotten_is_told)
{
	struct cs_tx *tx = contract_begin(t);
	struct cs_op early = t->op, *op = &t->op;

	add(t, tx, 1);
	add(t, tx, 2);
	CHECK_OK(cs_change_forget(tx, op->now)); /* nothing is older */
	CHECK_OK(cs_change_list(tx, 0, 10, &list, &count));
	CHECK_INT(count, 2);
	t->op.now = cs_time_add(early.now, 1000);
	add(t, tx, 3);
	CHECK_OK(cs_change_forget(tx, cs_time_add(early.now, 1)));
	CHECK_ERR(cs_change_list(tx, 0, 10, &list, &count), NOT_FOUND);
	CHECK_ERR(cs_change_list(tx, 1, 10, &list, &count), NOT_FOUND);
	CHECK_OK(cs_change_list(tx, 2, 10, &list, &count));
	CHECK_INT(count, 1);
	CHECK_INT(list[0].seq, 3);
	contract_commit(t);
}

/* --- waiting --- */

static cs_err
add_one(struct cs_tx *tx, void *ctx)
{
	return cs_change_add(tx, ((struct contract *)ctx)->account, CS_CHANGE_CONFIG, cs_id_zero);
}

static void *
wait_main(void *arg)
{
	cs_store_wait_change(arg, 20000);
	return NULL;
}

CONTRACT(a_commit_with_a_change_wakes_who_waits)
{
	pthread_t waiters[3];
	int64_t began = cs_store_monotonic_ms();

	/* the first wait of all may end at once: PostgreSQL begins to listen */
	cs_store_wait_change(t->store, 1);
	for (size_t i = 0; i < CS_COUNT(waiters); i++)
		pthread_create(&waiters[i], NULL, wait_main, t->store);
	/* whoever has not begun to wait yet is woken by a later one */
	for (int i = 0; i < 20; i++) {
		CHECK_OK(cs_store_write(t->store, &t->op, add_one, t));
		cs_store_wait_change(t->store, 5);
	}
	for (int i = 0; i < 3; i++)
		pthread_join(waiters[i], NULL);
	CHECK(cs_store_monotonic_ms() - began < 15000);
}

CONTRACT(waiting_ends_at_its_time_and_at_a_stop)
{
	int64_t began = cs_store_monotonic_ms();
	pthread_t waiter;

	cs_store_wait_change(t->store, 1);
	cs_store_wait_change(t->store, 20);
	pthread_create(&waiter, NULL, wait_main, t->store);
	cs_store_wake_waiting(t->store);
	pthread_join(waiter, NULL);
	cs_store_wait_change(t->store, 20000);
	CHECK(cs_store_monotonic_ms() - began < 15000);
}

CONTRACT(a_commit_without_a_change_wakes_nobody)
{
	contract_begin(t);
	contract_commit(t);
	cs_store_wait_change(t->store, t->is_postgres ? 10000 : 1); /* until it listens */
	int64_t began = cs_store_monotonic_ms();
	cs_store_wait_change(t->store, 50);
	CHECK(cs_store_monotonic_ms() - began >= 49);
}
