#include "store/oidc_flow_store.h"

#include "store/sql.h"

cs_err
cs_oidc_flow_add(struct cs_tx *tx, const struct cs_oidc_flow *f)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_OIDC_FLOW_ADD);

	cs_bind_id(q, f->account);
	cs_bind_id(q, f->id);
	cs_bind_span(q, CS_SPAN(f->state_hash, CS_STATE_HASH_LEN));
	cs_bind_span(q, CS_SPAN(f->flow_hash, CS_FLOW_HASH_LEN));
	cs_bind_id(q, f->provider);
	cs_bind_str(q, f->nonce);
	cs_bind_span(q, f->sealed);
	cs_bind_str(q, f->redirect_uri);
	cs_bind_str(q, f->meta);
	cs_bind_time(q, f->created);
	cs_bind_time(q, f->expires);
	return cs_sql_run(q);
}

cs_err
cs_oidc_flow_find(struct cs_tx *tx, cs_id account,
    const uint8_t state_hash[static CS_STATE_HASH_LEN],
    const uint8_t flow_hash[static CS_FLOW_HASH_LEN], cs_time now, struct cs_oidc_flow *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_OIDC_FLOW_FIND);

	*out = (struct cs_oidc_flow){ .expires = { 0 } };
	cs_bind_span(q, CS_SPAN(state_hash, CS_STATE_HASH_LEN));
	cs_bind_id(q, account);
	cs_bind_span(q, CS_SPAN(flow_hash, CS_FLOW_HASH_LEN));
	cs_bind_time(q, now);
	CS_TRY(cs_sql_one(q));
	out->account = account;
	memcpy(out->state_hash, state_hash, CS_STATE_HASH_LEN);
	memcpy(out->flow_hash, flow_hash, CS_FLOW_HASH_LEN);
	out->id = cs_col_id(q, 0);
	out->provider = cs_col_id(q, 1);
	out->nonce = cs_col_str(q, 2);
	out->sealed = cs_col_span(q, 3);
	out->redirect_uri = cs_col_str(q, 4);
	out->meta = cs_col_str(q, 5);
	out->created = cs_col_time(q, 6);
	out->expires = cs_col_time(q, 7);
	return cs_sql_end(q);
}

cs_err
cs_oidc_flow_use(struct cs_tx *tx, cs_id account, cs_id id, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_OIDC_FLOW_USE);

	cs_bind_time(q, now);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_oidc_flow_sweep(struct cs_tx *tx, cs_time before)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_OIDC_FLOW_SWEEP);

	cs_bind_time(q, before);
	return cs_sql_run(q);
}
