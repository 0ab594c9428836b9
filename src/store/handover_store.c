#include "store/handover_store.h"

#include "store/sql.h"

cs_err
cs_handover_add(struct cs_tx *tx, const struct cs_handover *h)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_HANDOVER_ADD);

	cs_bind_id(q, h->account);
	cs_bind_id(q, h->id);
	cs_bind_span(q, CS_SPAN(h->code_hash, CS_HANDOVER_HASH_LEN));
	cs_bind_id(q, h->application);
	cs_bind_str(q, h->host);
	cs_bind_id(q, h->session);
	cs_bind_span(q, CS_SPAN(h->nonce_hash, CS_HANDOVER_HASH_LEN));
	cs_bind_str(q, h->return_path);
	if (cs_id_is_zero(h->proof))
		cs_bind_null(q);
	else
		cs_bind_id(q, h->proof);
	cs_bind_i64(q, h->amr_method);
	cs_bind_time(q, h->amr_at);
	cs_bind_time(q, h->created);
	cs_bind_time(q, h->expires);
	return cs_sql_run(q);
}

cs_err
cs_handover_find(struct cs_tx *tx, cs_id account,
    const uint8_t code_hash[static CS_HANDOVER_HASH_LEN], cs_time now, struct cs_handover *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_HANDOVER_FIND);

	*out = (struct cs_handover){ .expires = { 0 } };
	cs_bind_span(q, CS_SPAN(code_hash, CS_HANDOVER_HASH_LEN));
	cs_bind_id(q, account);
	cs_bind_time(q, now);
	CS_TRY(cs_sql_one(q));
	out->account = account;
	memcpy(out->code_hash, code_hash, CS_HANDOVER_HASH_LEN);
	out->id = cs_col_id(q, 0);
	out->application = cs_col_id(q, 1);
	out->host = cs_col_str(q, 2);
	out->session = cs_col_id(q, 3);
	cs_col_bytes(q, 4, out->nonce_hash, CS_HANDOVER_HASH_LEN);
	out->return_path = cs_col_str(q, 5);
	out->proof = cs_col_id(q, 6);
	out->amr_method = (unsigned)cs_col_i64(q, 7);
	out->amr_at = cs_col_time(q, 8);
	out->created = cs_col_time(q, 9);
	out->expires = cs_col_time(q, 10);
	return cs_sql_end(q);
}

cs_err
cs_handover_use(struct cs_tx *tx, cs_id account, cs_id id, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_HANDOVER_USE);

	cs_bind_time(q, now);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_handover_sweep(struct cs_tx *tx, cs_time before)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_HANDOVER_SWEEP);

	cs_bind_time(q, before);
	return cs_sql_run(q);
}
