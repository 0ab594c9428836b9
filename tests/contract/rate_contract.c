#include "contract.h"

#include "store/rate_store.h"

#define HOUR CS_HOUR_MS

static const uint8_t key_a[CS_RATE_KEY_LEN] = { 1 };
static const uint8_t key_b[CS_RATE_KEY_LEN] = { 2 };

/* A debit at so many ms after the case's beginning. */
static struct cs_rate
debit(struct contract *t, const uint8_t *key, int64_t limit, int64_t at_ms)
{
	struct cs_rate r;

	CHECK_OK(cs_rate_debit(t->tx, key, HOUR, limit, cs_time_add(t->op.now, at_ms), &r));
	return r;
}

CONTRACT(so_many_pass_and_no_more)
{
	contract_begin(t);
	for (int i = 0; i < 5; i++) {
		struct cs_rate r = debit(t, key_a, 5, i);
		CHECK(r.is_allowed);
		CHECK_INT(r.used, i + 1);
		CHECK_INT(r.retry_after_ms, i < 4 ? 0 : HOUR - 4);
	}
	struct cs_rate r = debit(t, key_a, 5, 10);
	CHECK(!r.is_allowed);
	CHECK_INT(r.used, 5);
	CHECK_INT(r.retry_after_ms, HOUR - 10);
	/* another key has its own */
	CHECK(debit(t, key_b, 5, 10).is_allowed);
	contract_commit(t);
}

CONTRACT(a_debit_leaves_the_window_exactly_after_its_time)
{
	contract_begin(t);
	CHECK(debit(t, key_a, 1, 0).is_allowed);
	CHECK(!debit(t, key_a, 1, HOUR - 1).is_allowed);
	CHECK(debit(t, key_a, 1, HOUR).is_allowed);
	CHECK(!debit(t, key_a, 1, HOUR + 1).is_allowed);
	contract_commit(t);
}

CONTRACT(the_window_slides_so_that_its_edge_lets_no_second_budget_through)
{
	contract_begin(t);
	CHECK(debit(t, key_a, 5, 0).is_allowed);
	for (int i = 1; i < 5; i++)
		CHECK(debit(t, key_a, 5, HOUR - 10 + i).is_allowed);
	/* a fixed window would begin anew here and allow five more */
	CHECK(debit(t, key_a, 5, HOUR + 1).is_allowed);
	CHECK(!debit(t, key_a, 5, HOUR + 2).is_allowed);
	CHECK_INT(debit(t, key_a, 5, HOUR + 2).retry_after_ms, HOUR - 9 - 2);
	contract_commit(t);
}

CONTRACT(being_refused_does_not_prolong_the_wait)
{
	contract_begin(t);
	CHECK(debit(t, key_a, 1, 0).is_allowed);
	for (int i = 1; i < 50; i++)
		CHECK(!debit(t, key_a, 1, i * 1000).is_allowed);
	CHECK(debit(t, key_a, 1, HOUR).is_allowed);
	contract_commit(t);
}

CONTRACT(a_refund_gives_back_one)
{
	contract_begin(t);
	CHECK(debit(t, key_a, 2, 0).is_allowed);
	CHECK(debit(t, key_a, 2, 1).is_allowed);
	CHECK_OK(cs_rate_refund(t->tx, key_a));
	CHECK(debit(t, key_a, 2, 2).is_allowed);
	CHECK(!debit(t, key_a, 2, 3).is_allowed);
	/* refunds never exceed the debits */
	for (int i = 0; i < 5; i++)
		CHECK_OK(cs_rate_refund(t->tx, key_a));
	CHECK(debit(t, key_a, 2, 4).is_allowed);
	CHECK(debit(t, key_a, 2, 4).is_allowed);
	CHECK(!debit(t, key_a, 2, 4).is_allowed);
	contract_commit(t);
}

CONTRACT(clearing_forgets_all_debits_of_that_key)
{
	contract_begin(t);
	CHECK(debit(t, key_a, 1, 0).is_allowed);
	CHECK(debit(t, key_b, 1, 0).is_allowed);
	CHECK_OK(cs_rate_clear(t->tx, key_a));
	CHECK(debit(t, key_a, 1, 1).is_allowed);
	CHECK(!debit(t, key_b, 1, 1).is_allowed);
	contract_commit(t);
}

CONTRACT(a_limit_of_zero_lets_nothing_pass)
{
	contract_begin(t);
	CHECK(!debit(t, key_a, 0, 0).is_allowed);
	CHECK(debit(t, key_a, 1, 0).is_allowed);
	CHECK(!debit(t, key_a, 0, 2 * HOUR).is_allowed);
	contract_commit(t);
}

CONTRACT(a_limit_may_change_between_debits)
{
	contract_begin(t);
	for (int i = 0; i < 10; i++)
		CHECK(debit(t, key_a, 10, i).is_allowed);
	CHECK(!debit(t, key_a, 3, 20).is_allowed);
	CHECK(debit(t, key_a, 12, 20).is_allowed);
	CHECK(debit(t, key_a, 12, 21).is_allowed);
	CHECK(!debit(t, key_a, 12, 22).is_allowed);
	CHECK(debit(t, key_a, 3, 21 + HOUR).is_allowed);
	contract_commit(t);
}

CONTRACT(looking_takes_nothing)
{
	struct cs_rate r;

	contract_begin(t);
	for (int i = 0; i < 3; i++) {
		CHECK_OK(cs_rate_find(t->tx, key_a, HOUR, 1, t->op.now, &r));
		CHECK(r.is_allowed);
		CHECK_INT(r.used, 0);
	}
	CHECK(debit(t, key_a, 1, 0).is_allowed);
	CHECK_OK(cs_rate_find(t->tx, key_a, HOUR, 1, t->op.now, &r));
	CHECK(!r.is_allowed);
	CHECK_INT(r.used, 1);
	CHECK_INT(r.retry_after_ms, HOUR);
	contract_commit(t);
}

CONTRACT(the_largest_limit_holds)
{
	contract_begin(t);
	for (int i = 0; i < CS_RATE_LIMIT_MAX; i++)
		CHECK(debit(t, key_a, CS_RATE_LIMIT_MAX, i).is_allowed);
	CHECK(!debit(t, key_a, CS_RATE_LIMIT_MAX, CS_RATE_LIMIT_MAX).is_allowed);
	CHECK(debit(t, key_a, CS_RATE_LIMIT_MAX, HOUR).is_allowed);
	CHECK(!debit(t, key_a, CS_RATE_LIMIT_MAX, HOUR).is_allowed);
	contract_commit(t);
	CHECK(contract_count(t, "SELECT length(log) FROM rate") == CS_RATE_LIMIT_MAX * 16);
}

CONTRACT(counters_that_no_debit_holds_are_swept)
{
	contract_begin(t);
	CHECK(debit(t, key_a, 1, 0).is_allowed);
	CHECK(debit(t, key_b, 1, 5000).is_allowed);
	CHECK_OK(cs_rate_sweep(t->tx, cs_time_add(t->op.now, HOUR)));
	contract_commit(t);
	CHECK_INT(contract_count(t, "SELECT count(*) FROM rate"), 1);
}
