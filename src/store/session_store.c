#include "store/session_store.h"

#include "store/manage_store.h"
#include "store/sql.h"

/* amr in one column: the values, each ended by LF. A value with an LF is not kept. */
static cs_str
amr_text(struct cs_arena *arena, const struct cs_identity *identity)
{
	size_t len = 0;
	char *text;

	for (size_t i = 0; i < identity->amr_count; i++)
		len += identity->amr[i].len + 1;
	text = cs_arena_alloc(arena, len + 1);
	len = 0;
	for (size_t i = 0; i < identity->amr_count; i++) {
		cs_str value = identity->amr[i];

		if (value.len == 0 || cs_str_find(value, '\n', 0) < value.len)
			continue;
		memcpy(text + len, value.p, value.len);
		len += value.len;
		text[len++] = '\n';
	}
	return (cs_str){ text, len };
}

static void
read_amr(cs_str text, struct cs_identity *out)
{
	cs_str value;

	out->amr_count = 0;
	while (out->amr_count < CS_AMR_MAX && cs_str_cut(&text, '\n', &value))
		if (value.len > 0)
			out->amr[out->amr_count++] = value;
}

/* Eight columns, in this order in every statement. */
static void
bind_identity(struct cs_tx *tx, struct cs_stmt *q, const struct cs_identity *identity)
{
	cs_bind_id(q, identity->user);
	cs_bind_str(q, identity->email);
	cs_bind_str(q, identity->name);
	cs_bind_id(q, identity->provider);
	cs_bind_str(q, amr_text(cs_tx_op(tx)->arena, identity));
	cs_bind_time(q, identity->auth_time);
	cs_bind_time(q, identity->signed_in);
	cs_bind_str(q, identity->fields);
}

static void
read_identity(struct cs_stmt *q, struct cs_identity *out)
{
	out->user = cs_col_id(q, 0);
	out->email = cs_col_str(q, 1);
	out->name = cs_col_str(q, 2);
	out->provider = cs_col_id(q, 3);
	read_amr(cs_col_str(q, 4), out);
	out->auth_time = cs_col_time(q, 5);
	out->signed_in = cs_col_time(q, 6);
	out->fields = cs_col_str(q, 7);
}

/* --- global --- */

cs_err
cs_global_session_add(struct cs_tx *tx, const struct cs_global_session *s)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_GLOBAL_SESSION_ADD);

	cs_bind_id(q, s->account);
	cs_bind_id(q, s->id);
	cs_bind_span(q, CS_SPAN(s->token_hash, CS_TOKEN_HASH_LEN));
	cs_bind_id(q, s->device);
	bind_identity(tx, q, &s->identity);
	cs_bind_time(q, s->created);
	cs_bind_time(q, s->expires);
	cs_bind_str(q, s->user_agent);
	cs_bind_str(q, s->address);
	return cs_sql_run(q);
}

static void
read_global(struct cs_stmt *q, struct cs_global_session *out)
{
	read_identity(q, &out->identity);
	out->account = cs_col_id(q, 8);
	out->id = cs_col_id(q, 9);
	cs_col_bytes(q, 10, out->token_hash, CS_TOKEN_HASH_LEN);
	out->device = cs_col_id(q, 11);
	out->created = cs_col_time(q, 12);
	out->expires = cs_col_time(q, 13);
	out->user_agent = cs_col_str(q, 14);
	out->address = cs_col_str(q, 15);
}

cs_err
cs_global_session_find(
    struct cs_tx *tx, cs_id account, cs_id id, cs_time now, struct cs_global_session *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_GLOBAL_SESSION_FIND);

	*out = (struct cs_global_session){ .expires = { 0 } };
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	cs_bind_time(q, now);
	CS_TRY(cs_sql_one(q));
	read_global(q, out);
	return cs_sql_end(q);
}

cs_err
cs_global_session_find_by_token(struct cs_tx *tx, cs_id account,
    const uint8_t token_hash[static CS_TOKEN_HASH_LEN], cs_time now, struct cs_global_session *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_GLOBAL_SESSION_FIND_BY_TOKEN);

	*out = (struct cs_global_session){ .expires = { 0 } };
	cs_bind_span(q, CS_SPAN(token_hash, CS_TOKEN_HASH_LEN));
	cs_bind_id(q, account);
	cs_bind_time(q, now);
	CS_TRY(cs_sql_one(q));
	read_global(q, out);
	return cs_sql_end(q);
}

/* --- application --- */

cs_err
cs_app_session_add(struct cs_tx *tx, const struct cs_app_session *s)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_APP_SESSION_ADD);

	cs_bind_id(q, s->account);
	cs_bind_id(q, s->id);
	cs_bind_span(q, CS_SPAN(s->token_hash, CS_TOKEN_HASH_LEN));
	cs_bind_id(q, s->application);
	cs_bind_str(q, s->host);
	cs_bind_id(q, s->global_session);
	bind_identity(tx, q, &s->identity);
	cs_bind_str(q, s->nonce);
	cs_bind_time(q, s->created);
	cs_bind_time(q, s->expires);
	cs_bind_i64(q, s->proof_source);
	cs_bind_i64(q, s->proof_method);
	cs_bind_time(q, s->proof_at);
	cs_bind_bool(q, s->proof_is_own);
	if (cs_id_is_zero(s->authenticator))
		cs_bind_null(q);
	else
		cs_bind_id(q, s->authenticator);
	return cs_sql_run(q);
}

static void
read_app(struct cs_stmt *q, struct cs_app_session *out)
{
	read_identity(q, &out->identity);
	out->account = cs_col_id(q, 8);
	out->id = cs_col_id(q, 9);
	cs_col_bytes(q, 10, out->token_hash, CS_TOKEN_HASH_LEN);
	out->application = cs_col_id(q, 11);
	out->host = cs_col_str(q, 12);
	out->global_session = cs_col_id(q, 13);
	out->nonce = cs_col_str(q, 14);
	out->created = cs_col_time(q, 15);
	out->expires = cs_col_time(q, 16);
	out->proof_source = (enum cs_proof_source)cs_col_i64(q, 17);
	out->proof_method = (unsigned)cs_col_i64(q, 18);
	out->proof_at = cs_col_time(q, 19);
	out->proof_is_own = cs_col_bool(q, 20);
	out->authenticator = cs_col_id(q, 21);
	out->model.is_there = !cs_col_is_null(q, 22);
	if (!out->model.is_there)
		return;
	cs_col_bytes(q, 22, out->model.aaguid, CS_AAGUID_LEN);
	out->model.evidence = (enum cs_evidence)cs_col_i64(q, 23);
}

cs_err
cs_app_session_find_by_token(struct cs_tx *tx, const uint8_t token_hash[static CS_TOKEN_HASH_LEN],
    cs_time now, struct cs_app_session *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_APP_SESSION_FIND_BY_TOKEN);

	*out = (struct cs_app_session){ .expires = { 0 } };
	cs_bind_span(q, CS_SPAN(token_hash, CS_TOKEN_HASH_LEN));
	cs_bind_time(q, now);
	CS_TRY(cs_sql_one(q));
	read_app(q, out);
	return cs_sql_end(q);
}

cs_err
cs_app_session_has_own_amr(struct cs_tx *tx, cs_id account, cs_id global_session, bool *out_has)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_APP_SESSION_HAS_OWN_AMR);

	*out_has = false;
	cs_bind_id(q, account);
	cs_bind_id(q, global_session);
	CS_TRY(cs_sql_step(q, out_has));
	return cs_sql_end(q);
}

/* --- of a user --- */

static struct cs_stmt *
begin_list(struct cs_tx *tx, enum cs_query query, cs_id account, cs_id user, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, query);

	cs_bind_id(q, account);
	cs_bind_id(q, user);
	cs_bind_time(q, now);
	cs_bind_i64(q, CS_SESSIONS_OF_USER_MAX);
	return q;
}

cs_err
cs_global_session_list(struct cs_tx *tx, cs_id account, cs_id user, cs_time now,
    const struct cs_global_session **out, size_t *out_count)
{
	struct cs_global_session *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_global_session, CS_SESSIONS_OF_USER_MAX);
	struct cs_stmt *q = begin_list(tx, CS_Q_GLOBAL_SESSION_LIST, account, user, now);
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	while (count < CS_SESSIONS_OF_USER_MAX && cs_sql_next(q))
		read_global(q, &list[count++]);
	CS_TRY(cs_sql_end(q));
	*out = list;
	*out_count = count;
	return CS_OK;
}

cs_err
cs_app_session_list(struct cs_tx *tx, cs_id account, cs_id user, cs_time now,
    const struct cs_app_session **out, size_t *out_count)
{
	struct cs_app_session *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_app_session, CS_SESSIONS_OF_USER_MAX);
	struct cs_stmt *q = begin_list(tx, CS_Q_APP_SESSION_LIST, account, user, now);
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	while (count < CS_SESSIONS_OF_USER_MAX && cs_sql_next(q))
		read_app(q, &list[count++]);
	CS_TRY(cs_sql_end(q));
	*out = list;
	*out_count = count;
	return CS_OK;
}

/* --- ending --- */

static cs_err
remove_of(struct cs_tx *tx, enum cs_query query, cs_id account, cs_id key)
{
	struct cs_stmt *q = cs_sql_begin(tx, query);

	cs_bind_id(q, account);
	cs_bind_id(q, key);
	return cs_sql_run(q);
}

cs_err
cs_global_session_remove(struct cs_tx *tx, cs_id account, cs_id id)
{
	CS_TRY(cs_manage_forget_session(tx, account, id));
	return remove_of(tx, CS_Q_GLOBAL_SESSION_REMOVE, account, id);
}

cs_err
cs_global_session_remove_of_user(struct cs_tx *tx, cs_id account, cs_id user)
{
	CS_TRY(cs_manage_forget_subject(tx, account, user, cs_id_zero));
	return remove_of(tx, CS_Q_GLOBAL_SESSION_REMOVE_OF_USER, account, user);
}

cs_err
cs_app_session_remove_of_global(struct cs_tx *tx, cs_id account, cs_id global_session)
{
	return remove_of(tx, CS_Q_APP_SESSION_REMOVE_OF_GLOBAL, account, global_session);
}

cs_err
cs_app_session_remove_of_user(struct cs_tx *tx, cs_id account, cs_id user)
{
	return remove_of(tx, CS_Q_APP_SESSION_REMOVE_OF_USER, account, user);
}

cs_err
cs_app_session_remove_of_application(struct cs_tx *tx, cs_id account, cs_id application)
{
	return remove_of(tx, CS_Q_APP_SESSION_REMOVE_OF_APPLICATION, account, application);
}

cs_err
cs_app_session_remove_of_authenticator(struct cs_tx *tx, cs_id account, cs_id authenticator)
{
	return remove_of(tx, CS_Q_APP_SESSION_REMOVE_OF_AUTHENTICATOR, account, authenticator);
}

cs_err
cs_session_sweep(struct cs_tx *tx, cs_time before)
{
	struct cs_stmt *app = cs_sql_begin(tx, CS_Q_APP_SESSION_SWEEP);
	struct cs_stmt *global;

	cs_bind_time(app, before);
	CS_TRY(cs_sql_run(app));
	global = cs_sql_begin(tx, CS_Q_GLOBAL_SESSION_SWEEP);
	cs_bind_time(global, before);
	return cs_sql_run(global);
}
