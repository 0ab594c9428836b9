#include "store/challenge_store.h"

#include "store/sql.h"

cs_err
cs_challenge_add(struct cs_tx *tx, const struct cs_challenge *c)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_CHALLENGE_ADD);

	cs_bind_id(q, c->account);
	cs_bind_id(q, c->id);
	cs_bind_id(q, c->subject);
	cs_bind_id(q, c->session);
	cs_bind_id(q, c->device);
	cs_bind_i64(q, c->purpose);
	cs_bind_span(q, CS_SPAN(c->context, CS_CONTEXT_LEN));
	cs_bind_str(q, c->meta);
	cs_bind_bool(q, c->is_own);
	cs_bind_i64(q, c->methods);
	cs_bind_time(q, c->created);
	cs_bind_time(q, c->expires);
	cs_bind_span(q, CS_SPAN(c->nonce, CS_NONCE_LEN));
	return cs_sql_run(q);
}

cs_err
cs_challenge_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_challenge *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_CHALLENGE_FIND);

	*out = (struct cs_challenge){ .answered = { 0 } };
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	CS_TRY(cs_sql_one(q));
	out->account = cs_col_id(q, 0);
	out->id = cs_col_id(q, 1);
	out->subject = cs_col_id(q, 2);
	out->session = cs_col_id(q, 3);
	out->device = cs_col_id(q, 4);
	out->purpose = (enum cs_challenge_purpose)cs_col_i64(q, 5);
	cs_col_bytes(q, 6, out->context, CS_CONTEXT_LEN);
	out->meta = cs_col_str(q, 7);
	out->is_own = cs_col_bool(q, 8);
	out->methods = (unsigned)cs_col_i64(q, 9);
	out->created = cs_col_time(q, 10);
	out->expires = cs_col_time(q, 11);
	out->answered = cs_col_is_null(q, 12) ? (cs_time){ 0 } : cs_col_time(q, 12);
	cs_col_bytes(q, 13, out->nonce, CS_NONCE_LEN);
	return cs_sql_end(q);
}

cs_err
cs_challenge_set_answered(struct cs_tx *tx, cs_id account, cs_id id, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_CHALLENGE_ANSWER);

	cs_bind_time(q, now);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_challenge_sweep(struct cs_tx *tx, cs_time before)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_CHALLENGE_SWEEP);

	cs_bind_time(q, before);
	return cs_sql_run(q);
}
