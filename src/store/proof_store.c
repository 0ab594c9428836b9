#include "store/proof_store.h"

#include "store/sql.h"

cs_err
cs_proof_add(struct cs_tx *tx, const struct cs_stored_proof *p)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PROOF_ADD);

	cs_bind_id(q, p->proof.account);
	cs_bind_id(q, p->proof.id);
	cs_bind_id(q, p->proof.subject);
	cs_bind_id(q, p->proof.device);
	cs_bind_id(q, p->proof.authenticator);
	cs_bind_i64(q, p->proof.method);
	cs_bind_time(q, p->proof.at);
	cs_bind_bool(q, p->is_own);
	cs_bind_span(q, CS_SPAN(p->context, CS_CONTEXT_LEN));
	return cs_sql_run(q);
}

static void
read_proof(struct cs_stmt *q, struct cs_stored_proof *out)
{
	out->proof = (struct cs_proof){
		.account = cs_col_id(q, 0),
		.id = cs_col_id(q, 1),
		.subject = cs_col_id(q, 2),
		.device = cs_col_id(q, 3),
		.authenticator = cs_col_id(q, 4),
		.method = (unsigned)cs_col_i64(q, 5),
		.at = cs_col_time(q, 6),
		.session = cs_col_id(q, 9),
	};
	out->is_own = cs_col_bool(q, 7);
	cs_col_bytes(q, 8, out->context, CS_CONTEXT_LEN);
}

cs_err
cs_proof_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_stored_proof *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PROOF_FIND);

	*out = (struct cs_stored_proof){ .is_own = true };
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	CS_TRY(cs_sql_one(q));
	read_proof(q, out);
	return cs_sql_end(q);
}

cs_err
cs_proof_list(struct cs_tx *tx, cs_id account, cs_id subject, cs_id device, cs_time since,
    const struct cs_stored_proof **out, size_t *out_count)
{
	struct cs_stored_proof *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_stored_proof, CS_PROOFS_MAX);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PROOF_LIST);
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	cs_bind_id(q, account);
	cs_bind_id(q, subject);
	cs_bind_id(q, device);
	cs_bind_time(q, since);
	cs_bind_i64(q, CS_PROOFS_MAX);
	while (count < CS_PROOFS_MAX && cs_sql_next(q))
		read_proof(q, &list[count++]);
	CS_TRY(cs_sql_end(q));
	*out = list;
	*out_count = count;
	return CS_OK;
}

cs_err
cs_proof_take(struct cs_tx *tx, cs_id account, cs_id id, cs_id session)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PROOF_TAKE);

	cs_bind_id(q, session);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_proof_sweep(struct cs_tx *tx, cs_time before)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PROOF_SWEEP);

	cs_bind_time(q, before);
	return cs_sql_run(q);
}
