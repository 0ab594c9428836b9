#include "store/pin_store.h"

#include "store/sql.h"

cs_err
cs_pin_set(struct cs_tx *tx, const struct cs_pin *p)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PIN_SET);

	cs_bind_id(q, p->account);
	cs_bind_span(q, CS_SPAN(p->flow_hash, CS_FLOW_HASH_LEN));
	cs_bind_id(q, p->id);
	cs_bind_id(q, p->provider);
	cs_bind_str(q, p->email);
	cs_bind_span(q, p->mac);
	cs_bind_time(q, p->created);
	cs_bind_time(q, p->expires);
	return cs_sql_run(q);
}

cs_err
cs_pin_find(struct cs_tx *tx, cs_id account, const uint8_t flow_hash[static CS_FLOW_HASH_LEN],
    struct cs_pin *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PIN_FIND);

	*out = (struct cs_pin){ .state = CS_PIN_VOID };
	cs_bind_id(q, account);
	cs_bind_span(q, CS_SPAN(flow_hash, CS_FLOW_HASH_LEN));
	CS_TRY(cs_sql_one(q));
	out->account = account;
	memcpy(out->flow_hash, flow_hash, CS_FLOW_HASH_LEN);
	out->id = cs_col_id(q, 0);
	out->provider = cs_col_id(q, 1);
	out->email = cs_col_str(q, 2);
	out->mac = cs_col_span(q, 3);
	out->state = (enum cs_pin_state)cs_col_i64(q, 4);
	out->tries = cs_col_i64(q, 5);
	out->created = cs_col_time(q, 6);
	out->expires = cs_col_time(q, 7);
	return cs_sql_end(q);
}

cs_err
cs_pin_debit(
    struct cs_tx *tx, const struct cs_pin *p, int64_t most, cs_time now, int64_t *out_tries)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PIN_TRY);

	*out_tries = most;
	cs_bind_id(q, p->account);
	cs_bind_span(q, CS_SPAN(p->flow_hash, CS_FLOW_HASH_LEN));
	cs_bind_id(q, p->id);
	cs_bind_i64(q, most);
	cs_bind_time(q, now);
	CS_TRY(cs_sql_one(q));
	*out_tries = cs_col_i64(q, 0);
	return cs_sql_end(q);
}

cs_err
cs_pin_close(struct cs_tx *tx, const struct cs_pin *p, enum cs_pin_state to, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PIN_CLOSE);

	cs_bind_i64(q, to);
	cs_bind_id(q, p->account);
	cs_bind_span(q, CS_SPAN(p->flow_hash, CS_FLOW_HASH_LEN));
	cs_bind_id(q, p->id);
	cs_bind_time(q, now);
	return cs_sql_swap(q);
}

cs_err
cs_pin_sweep(struct cs_tx *tx, cs_time before)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PIN_SWEEP);

	cs_bind_time(q, before);
	return cs_sql_run(q);
}
