#include "store/manage_store.h"

#include "store/sql.h"

cs_err
cs_manage_window_set(struct cs_tx *tx, const struct cs_manage_window *w)
{
	struct cs_stmt *q;

	CS_TRY(cs_manage_window_remove(tx, w->account, w->session, w->purpose));
	q = cs_sql_begin(tx, CS_Q_MANAGE_WINDOW_ADD);
	cs_bind_id(q, w->account);
	cs_bind_id(q, w->id);
	cs_bind_id(q, w->session);
	cs_bind_id(q, w->device);
	cs_bind_id(q, w->subject);
	if (cs_id_is_zero(w->authenticator))
		cs_bind_null(q);
	else
		cs_bind_id(q, w->authenticator);
	cs_bind_i64(q, w->purpose);
	cs_bind_time(q, w->opened);
	cs_bind_time(q, w->expires);
	return cs_sql_run(q);
}

cs_err
cs_manage_window_find(struct cs_tx *tx, cs_id account, cs_id session,
    enum cs_manage_purpose purpose, cs_time now, struct cs_manage_window *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MANAGE_WINDOW_FIND);

	*out = (struct cs_manage_window){ .expires = { 0 } };
	cs_bind_id(q, account);
	cs_bind_id(q, session);
	cs_bind_i64(q, purpose);
	cs_bind_time(q, now);
	CS_TRY(cs_sql_one(q));
	out->account = cs_col_id(q, 0);
	out->id = cs_col_id(q, 1);
	out->session = cs_col_id(q, 2);
	out->device = cs_col_id(q, 3);
	out->subject = cs_col_id(q, 4);
	out->authenticator = cs_col_is_null(q, 5) ? cs_id_zero : cs_col_id(q, 5);
	out->purpose = (enum cs_manage_purpose)cs_col_i64(q, 6);
	out->opened = cs_col_time(q, 7);
	out->expires = cs_col_time(q, 8);
	return cs_sql_end(q);
}

cs_err
cs_manage_window_remove(
    struct cs_tx *tx, cs_id account, cs_id session, enum cs_manage_purpose purpose)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MANAGE_WINDOW_REMOVE);

	cs_bind_id(q, account);
	cs_bind_id(q, session);
	cs_bind_i64(q, purpose);
	return cs_sql_run(q);
}

cs_err
cs_manage_window_remove_of_authenticator(struct cs_tx *tx, cs_id account, cs_id authenticator)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MANAGE_WINDOW_REMOVE_OF_AUTHENTICATOR);

	cs_bind_id(q, account);
	cs_bind_id(q, authenticator);
	return cs_sql_run(q);
}

cs_err
cs_manage_window_sweep(struct cs_tx *tx, cs_time before)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MANAGE_WINDOW_SWEEP);

	cs_bind_time(q, before);
	return cs_sql_run(q);
}

/* --- with the sessions --- */

static cs_err
remove_of_session(struct cs_tx *tx, enum cs_query query, cs_id account, cs_id session)
{
	struct cs_stmt *q = cs_sql_begin(tx, query);

	cs_bind_id(q, account);
	cs_bind_id(q, session);
	return cs_sql_run(q);
}

cs_err
cs_manage_forget_session(struct cs_tx *tx, cs_id account, cs_id session)
{
	CS_TRY(remove_of_session(tx, CS_Q_CHALLENGE_REMOVE_OF_SESSION, account, session));
	return remove_of_session(tx, CS_Q_MANAGE_WINDOW_REMOVE_OF_SESSION, account, session);
}

static cs_err
remove_but(struct cs_tx *tx, enum cs_query query, cs_id account, cs_id subject, cs_id except)
{
	struct cs_stmt *q = cs_sql_begin(tx, query);

	cs_bind_id(q, account);
	cs_bind_id(q, subject);
	cs_bind_id(q, except);
	return cs_sql_run(q);
}

cs_err
cs_manage_forget_subject(struct cs_tx *tx, cs_id account, cs_id subject, cs_id except)
{
	CS_TRY(remove_but(tx, CS_Q_CHALLENGE_REMOVE_OF_SUBJECT, account, subject, except));
	return remove_but(tx, CS_Q_MANAGE_WINDOW_REMOVE_OF_SUBJECT, account, subject, except);
}

/* --- what is changed --- */

cs_err
cs_global_session_set_token(struct cs_tx *tx, cs_id account, cs_id session,
    const uint8_t from[static CS_TOKEN_HASH_LEN], const uint8_t to[static CS_TOKEN_HASH_LEN])
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_GLOBAL_SESSION_SET_TOKEN);

	cs_bind_span(q, CS_SPAN(to, CS_TOKEN_HASH_LEN));
	cs_bind_id(q, account);
	cs_bind_id(q, session);
	cs_bind_span(q, CS_SPAN(from, CS_TOKEN_HASH_LEN));
	return cs_sql_swap(q);
}

static cs_err
remove_of_subject(struct cs_tx *tx, enum cs_query query, cs_id account, cs_id subject)
{
	struct cs_stmt *q = cs_sql_begin(tx, query);

	cs_bind_id(q, account);
	cs_bind_id(q, subject);
	return cs_sql_run(q);
}

cs_err
cs_authenticator_remove_all_pending(struct cs_tx *tx, cs_id account, cs_id subject)
{
	return remove_of_subject(tx, CS_Q_AUTHENTICATOR_REMOVE_ALL_PENDING, account, subject);
}

cs_err
cs_proof_remove_of_subject(struct cs_tx *tx, cs_id account, cs_id subject)
{
	return remove_of_subject(tx, CS_Q_PROOF_REMOVE_OF_SUBJECT, account, subject);
}
