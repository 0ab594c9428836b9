#include "store/signing_key_store.h"

#include "store/sql.h"

cs_err
cs_signing_key_add(struct cs_tx *tx, const struct cs_stored_signing_key *key)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_SIGNING_KEY_ADD);

	cs_bind_id(q, key->account);
	cs_bind_id(q, key->id);
	cs_bind_str(q, key->kid);
	cs_bind_span(q, key->sealed);
	cs_bind_str(q, key->public_jwk);
	cs_bind_str(q, key->certificate);
	cs_bind_time(q, key->created);
	cs_bind_time(q, key->active_from);
	cs_bind_time(q, key->retire_at);
	return cs_sql_swap(q);
}

static void
read_row(struct cs_stmt *q, cs_id account, struct cs_stored_signing_key *out)
{
	*out = (struct cs_stored_signing_key){
		.account = account,
		.id = cs_col_id(q, 0),
		.kid = cs_col_str(q, 1),
		.sealed = cs_col_span(q, 2),
		.public_jwk = cs_col_str(q, 3),
		.certificate = cs_col_str(q, 4),
		.created = cs_col_time(q, 5),
		.active_from = cs_col_time(q, 6),
		.retire_at = cs_col_time(q, 7),
	};
}

cs_err
cs_signing_key_list(struct cs_tx *tx, cs_id account, cs_time now,
    const struct cs_stored_signing_key **out, size_t *out_count)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_SIGNING_KEY_LIST);
	struct cs_stored_signing_key *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_stored_signing_key, CS_SIGNING_KEYS_MAX);

	*out = list;
	*out_count = 0;
	cs_bind_id(q, account);
	cs_bind_time(q, now);
	cs_bind_i64(q, CS_SIGNING_KEYS_MAX);
	while (cs_sql_next(q))
		read_row(q, account, &list[(*out_count)++]);
	return cs_sql_end(q);
}

cs_err
cs_signing_key_set_retire(struct cs_tx *tx, cs_id account, cs_id id, cs_time from, cs_time to)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_SIGNING_KEY_SET_RETIRE);

	cs_bind_time(q, to);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	cs_bind_time(q, from);
	return cs_sql_swap(q);
}

cs_err
cs_signing_key_sweep(struct cs_tx *tx, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_SIGNING_KEY_SWEEP);

	cs_bind_time(q, now);
	return cs_sql_run(q);
}
