#include "store/outbox_store.h"

#include "store/sql.h"

enum { STATE_DELIVERED = 1, STATE_GIVEN_UP = 2 };

cs_err
cs_outbox_add(struct cs_tx *tx, const struct cs_outbox_item *item)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_OUTBOX_ADD);

	cs_bind_id(q, item->account);
	cs_bind_id(q, item->id);
	cs_bind_i64(q, item->channel);
	cs_bind_span(q, item->sealed);
	cs_bind_time(q, item->created);
	cs_bind_time(q, item->valid_until);
	return cs_sql_swap(q);
}

static cs_err
find_due(struct cs_tx *tx, cs_time now, struct cs_outbox_item *out, cs_time *lease_until)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_OUTBOX_DUE);

	cs_bind_time(q, now);
	CS_TRY(cs_sql_one(q));
	out->account = cs_col_id(q, 0);
	out->id = cs_col_id(q, 1);
	out->channel = (enum cs_channel)cs_col_i64(q, 2);
	out->sealed = cs_col_span(q, 3);
	out->created = cs_col_time(q, 4);
	out->valid_until = cs_col_time(q, 5);
	out->attempts = cs_col_i64(q, 6);
	*lease_until = cs_col_time(q, 7);
	return cs_sql_end(q);
}

cs_err
cs_outbox_lease(
    struct cs_tx *tx, cs_id holder, cs_time now, cs_time lease_until, struct cs_outbox_item *out)
{
	cs_time old_lease;

	*out = (struct cs_outbox_item){ .attempts = 0 };
	CS_TRY(find_due(tx, now, out, &old_lease));
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_OUTBOX_LEASE);
	cs_bind_id(q, holder);
	cs_bind_time(q, lease_until);
	cs_bind_id(q, out->account);
	cs_bind_id(q, out->id);
	cs_bind_i64(q, out->attempts);
	cs_bind_time(q, old_lease);
	out->attempts++;
	return cs_sql_swap(q);
}

static cs_err
end(struct cs_tx *tx, int64_t state, cs_id account, cs_id id, cs_id holder, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_OUTBOX_END);

	cs_bind_i64(q, state);
	cs_bind_time(q, now);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	cs_bind_id(q, holder);
	return cs_sql_swap(q);
}

cs_err
cs_outbox_done(struct cs_tx *tx, cs_id account, cs_id id, cs_id holder, cs_time now)
{
	return end(tx, STATE_DELIVERED, account, id, holder, now);
}

cs_err
cs_outbox_give_up(struct cs_tx *tx, cs_id account, cs_id id, cs_id holder, cs_time now)
{
	return end(tx, STATE_GIVEN_UP, account, id, holder, now);
}

cs_err
cs_outbox_retry(struct cs_tx *tx, cs_id account, cs_id id, cs_id holder, cs_time next_try)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_OUTBOX_RETRY);

	cs_bind_time(q, next_try);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	cs_bind_id(q, holder);
	return cs_sql_swap(q);
}

cs_err
cs_outbox_sweep(struct cs_tx *tx, cs_time now, cs_time ended_before, int64_t *out_expired)
{
	*out_expired = 0;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_OUTBOX_EXPIRE);
	cs_bind_time(q, now);
	CS_TRY(cs_sql_exec(q, out_expired));
	q = cs_sql_begin(tx, CS_Q_OUTBOX_SWEEP);
	cs_bind_time(q, ended_before);
	return cs_sql_run(q);
}

cs_err
cs_outbox_count_waiting(struct cs_tx *tx, int64_t *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_OUTBOX_WAITING);

	*out = 0;
	CS_TRY(cs_sql_one(q));
	*out = cs_col_i64(q, 0);
	return cs_sql_end(q);
}
