#include "contract.h"

#include "store/lease_store.h"

static const cs_id node_a = { { 0xa } }, node_b = { { 0xb } };

static cs_time
after(const struct contract *t, int64_t ms)
{
	return cs_time_add(t->op.now, ms);
}

CONTRACT(a_lease_is_renewed_by_its_holder_and_refused_to_others)
{
	struct cs_tx *tx = contract_begin(t);
	cs_str job = CS_STR("job");

	CHECK_OK(cs_lease_take(tx, job, node_a, after(t, 0), after(t, 1000)));
	CHECK_ERR(cs_lease_take(tx, job, node_b, after(t, 999), after(t, 2000)), CONFLICT);
	CHECK_OK(cs_lease_take(tx, job, node_a, after(t, 999), after(t, 3000)));
	CHECK_ERR(cs_lease_take(tx, job, node_b, after(t, 1001), after(t, 2000)), CONFLICT);
	CHECK_OK(cs_lease_take(tx, CS_STR("other"), node_b, after(t, 0), after(t, 1000)));
	contract_commit(t);
}

CONTRACT(a_lease_that_has_run_out_goes_to_another)
{
	struct cs_tx *tx = contract_begin(t);
	cs_str job = CS_STR("job");

	CHECK_OK(cs_lease_take(tx, job, node_a, after(t, 0), after(t, 1000)));
	CHECK_OK(cs_lease_take(tx, job, node_b, after(t, 1000), after(t, 2000)));
	CHECK_ERR(cs_lease_take(tx, job, node_a, after(t, 1001), after(t, 2000)), CONFLICT);
	contract_commit(t);
}

CONTRACT(only_the_holder_drops_a_lease)
{
	struct cs_tx *tx = contract_begin(t);
	cs_str job = CS_STR("job");

	CHECK_OK(cs_lease_take(tx, job, node_a, after(t, 0), after(t, 1000)));
	CHECK_OK(cs_lease_drop(tx, job, node_b));
	CHECK_ERR(cs_lease_take(tx, job, node_b, after(t, 1), after(t, 2000)), CONFLICT);
	CHECK_OK(cs_lease_drop(tx, job, node_a));
	CHECK_OK(cs_lease_take(tx, job, node_b, after(t, 1), after(t, 2000)));
	contract_commit(t);
}
