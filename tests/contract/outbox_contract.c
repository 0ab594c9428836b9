#include "contract.h"

#include "store/outbox_store.h"

static const cs_id node_a = { { 0xa } }, node_b = { { 0xb } };

static cs_time
after(const struct contract *t, int64_t ms)
{
	return cs_time_add(t->op.now, ms);
}

static struct cs_outbox_item
message(const struct contract *t, uint8_t number, int64_t created_ms)
{
	return (struct cs_outbox_item){
		.account = t->account,
		.id = { { number } },
		.channel = CS_CHANNEL_MAIL,
		.sealed = CS_SPAN("sealed", 6),
		.created = after(t, created_ms),
		.valid_until = after(t, 600000),
	};
}

static struct cs_tx *
begin_with(struct contract *t, uint8_t messages)
{
	struct cs_tx *tx = contract_begin(t);

	for (uint8_t i = 1; i <= messages; i++) {
		struct cs_outbox_item m = message(t, i, i);
		CHECK_OK(cs_outbox_add(tx, &m));
	}
	return tx;
}

CONTRACT(the_oldest_message_is_leased_with_what_it_says)
{
	struct cs_tx *tx = begin_with(t, 2);
	struct cs_outbox_item got;

	CHECK_OK(cs_outbox_lease(tx, node_a, after(t, 10), after(t, 1000), &got));
	CHECK_INT(got.id.b[0], 1);
	CHECK(cs_id_equal(got.account, t->account));
	CHECK_INT(got.channel, CS_CHANNEL_MAIL);
	CHECK_TEXT(got.sealed, "sealed");
	CHECK_INT(got.attempts, 1);
	CHECK_INT(got.created.ms, after(t, 1).ms);
	CHECK_INT(got.valid_until.ms, after(t, 600000).ms);
	CHECK_OK(cs_outbox_lease(tx, node_a, after(t, 10), after(t, 1000), &got));
	CHECK_INT(got.id.b[0], 2);
	contract_commit(t);
}

CONTRACT(a_leased_message_is_leased_again_only_when_the_lease_has_run_out)
{
	struct cs_tx *tx = begin_with(t, 1);
	struct cs_outbox_item got;

	CHECK_OK(cs_outbox_lease(tx, node_a, after(t, 10), after(t, 1000), &got));
	CHECK_ERR(cs_outbox_lease(tx, node_b, after(t, 999), after(t, 2000), &got), NOT_FOUND);
	CHECK_OK(cs_outbox_lease(tx, node_b, after(t, 1000), after(t, 2000), &got));
	CHECK_INT(got.attempts, 2);
	/* the first node comes back too late */
	CHECK_ERR(cs_outbox_done(tx, got.account, got.id, node_a, after(t, 1001)), CONFLICT);
	CHECK_ERR(cs_outbox_retry(tx, got.account, got.id, node_a, after(t, 1001)), CONFLICT);
	CHECK_ERR(cs_outbox_give_up(tx, got.account, got.id, node_a, after(t, 1001)), CONFLICT);
	CHECK_OK(cs_outbox_done(tx, got.account, got.id, node_b, after(t, 1001)));
	contract_commit(t);
}

CONTRACT(a_delivered_message_is_wiped_and_never_leased)
{
	struct cs_tx *tx = begin_with(t, 1);
	struct cs_outbox_item got;
	int64_t waiting;

	CHECK_OK(cs_outbox_count_waiting(tx, &waiting));
	CHECK_INT(waiting, 1);
	CHECK_OK(cs_outbox_lease(tx, node_a, after(t, 10), after(t, 1000), &got));
	CHECK_OK(cs_outbox_done(tx, got.account, got.id, node_a, after(t, 20)));
	CHECK_ERR(cs_outbox_done(tx, got.account, got.id, node_a, after(t, 20)), CONFLICT);
	CHECK_ERR(cs_outbox_lease(tx, node_a, after(t, 5000), after(t, 6000), &got), NOT_FOUND);
	CHECK_OK(cs_outbox_count_waiting(tx, &waiting));
	CHECK_INT(waiting, 0);
	contract_commit(t);
	CHECK_INT(contract_count(t, "SELECT count(*) FROM outbox WHERE sealed IS NOT NULL"), 0);
	CHECK_INT(contract_count(t, "SELECT count(*) FROM outbox WHERE state = 1"), 1);
}

CONTRACT(a_message_that_was_not_delivered_waits_until_its_next_try)
{
	struct cs_tx *tx = begin_with(t, 1);
	struct cs_outbox_item got;

	CHECK_OK(cs_outbox_lease(tx, node_a, after(t, 10), after(t, 1000), &got));
	CHECK_OK(cs_outbox_retry(tx, got.account, got.id, node_a, after(t, 500)));
	CHECK_ERR(cs_outbox_lease(tx, node_b, after(t, 499), after(t, 1000), &got), NOT_FOUND);
	CHECK_OK(cs_outbox_lease(tx, node_b, after(t, 500), after(t, 1000), &got));
	CHECK_INT(got.attempts, 2);
	contract_commit(t);
}

CONTRACT(a_message_that_is_given_up_is_wiped)
{
	struct cs_tx *tx = begin_with(t, 1);
	struct cs_outbox_item got;

	CHECK_OK(cs_outbox_lease(tx, node_a, after(t, 10), after(t, 1000), &got));
	CHECK_OK(cs_outbox_give_up(tx, got.account, got.id, node_a, after(t, 20)));
	CHECK_ERR(cs_outbox_lease(tx, node_a, after(t, 5000), after(t, 6000), &got), NOT_FOUND);
	contract_commit(t);
	CHECK_INT(contract_count(t, "SELECT count(*) FROM outbox WHERE sealed IS NOT NULL"), 0);
}

CONTRACT(a_message_out_of_date_is_never_leased_and_is_wiped)
{
	struct cs_tx *tx = begin_with(t, 1);
	struct cs_outbox_item got;
	int64_t expired;

	CHECK_ERR(cs_outbox_lease(tx, node_a, after(t, 600000), after(t, 700000), &got), NOT_FOUND);
	CHECK_OK(cs_outbox_sweep(tx, after(t, 599999), after(t, 0), &expired));
	CHECK_INT(expired, 0);
	CHECK_OK(cs_outbox_sweep(tx, after(t, 600000), after(t, 0), &expired));
	CHECK_INT(expired, 1);
	contract_commit(t);
	CHECK_INT(contract_count(t, "SELECT count(*) FROM outbox WHERE sealed IS NOT NULL"), 0);
	tx = contract_begin(t);
	CHECK_OK(cs_outbox_sweep(tx, after(t, 600001), after(t, 600001), &expired));
	contract_commit(t);
	CHECK_INT(contract_count(t, "SELECT count(*) FROM outbox"), 0);
}

CONTRACT(a_message_on_its_way_is_not_swept)
{
	struct cs_tx *tx = begin_with(t, 1);
	struct cs_outbox_item got;
	int64_t expired;

	CHECK_OK(cs_outbox_lease(tx, node_a, after(t, 599999), after(t, 700000), &got));
	CHECK_OK(cs_outbox_sweep(tx, after(t, 600000), after(t, 0), &expired));
	CHECK_INT(expired, 0);
	CHECK_OK(cs_outbox_done(tx, got.account, got.id, node_a, after(t, 600001)));
	contract_commit(t);
}

CONTRACT(a_message_is_added_once)
{
	struct cs_tx *tx = begin_with(t, 1);
	struct cs_outbox_item m = message(t, 1, 1);

	CHECK_ERR(cs_outbox_add(tx, &m), CONFLICT);
	contract_rollback(t);
}
