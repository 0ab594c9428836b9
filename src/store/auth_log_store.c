#include "store/auth_log_store.h"

#include "store/sql.h"

static void
bind_id_or_null(struct cs_stmt *q, cs_id id)
{
	if (cs_id_is_zero(id))
		cs_bind_null(q);
	else
		cs_bind_id(q, id);
}

cs_err
cs_auth_log_add(struct cs_tx *tx, const struct cs_auth_entry *e, cs_str email_key)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTH_LOG_ADD);

	cs_bind_id(q, e->account);
	cs_bind_id(q, e->id);
	cs_bind_time(q, e->at);
	bind_id_or_null(q, e->user);
	cs_bind_str(q, e->email);
	cs_bind_str(q, email_key);
	cs_bind_str(q, e->address);
	cs_bind_str(q, e->country);
	bind_id_or_null(q, e->application);
	cs_bind_str(q, e->app_name);
	cs_bind_str(q, e->app_domain);
	cs_bind_str(q, e->action);
	cs_bind_str(q, e->connection);
	bind_id_or_null(q, e->provider);
	cs_bind_bool(q, e->is_allowed);
	cs_bind_bool(q, e->is_identity);
	cs_bind_str(q, e->reason);
	cs_bind_i64(q, e->method);
	cs_bind_str(q, e->ray);
	return cs_sql_run(q);
}

static void
bind_text(struct cs_stmt *q, enum cs_auth_match match, cs_str text)
{
	cs_bind_i64(q, match);
	cs_bind_str(q, text);
}

static void
bind_bool(struct cs_stmt *q, enum cs_auth_match match, bool value)
{
	cs_bind_i64(q, match);
	cs_bind_bool(q, value);
}

static void
bind_id(struct cs_stmt *q, enum cs_auth_match match, cs_id id)
{
	cs_bind_i64(q, match);
	cs_bind_id(q, id);
}

static void
bind_query(struct cs_tx *tx, struct cs_stmt *q, const struct cs_auth_query *w)
{
	const char *any = w->email_is_part ? "%" : "";

	cs_bind_time(q, w->since);
	cs_bind_time(q, w->until);
	bind_text(q, w->email_match, cs_sql_like(cs_tx_op(tx)->arena, any, w->email, any));
	bind_bool(q, w->allowed_match, w->is_allowed);
	bind_id(q, w->application_match, w->application);
	cs_bind_i64(q, w->has_application_match);
	bind_text(q, w->country_match, w->country);
	bind_text(q, w->connection_match, w->connection);
	bind_id(q, w->provider_match, w->provider);
	bind_bool(q, w->identity_match, w->is_identity);
	bind_text(q, w->ray_match, w->ray);
	bind_id(q, w->user_match, w->user);
	bind_text(q, w->action_match, w->action);
}

static void
read_entry(struct cs_stmt *q, struct cs_auth_entry *out)
{
	out->account = cs_col_id(q, 0);
	out->id = cs_col_id(q, 1);
	out->at = cs_col_time(q, 2);
	out->user = cs_col_id(q, 3);
	out->email = cs_col_str(q, 4);
	out->address = cs_col_str(q, 5);
	out->country = cs_col_str(q, 6);
	out->application = cs_col_id(q, 7);
	out->app_name = cs_col_str(q, 8);
	out->app_domain = cs_col_str(q, 9);
	out->action = cs_col_str(q, 10);
	out->connection = cs_col_str(q, 11);
	out->provider = cs_col_id(q, 12);
	out->is_allowed = cs_col_bool(q, 13);
	out->is_identity = cs_col_bool(q, 14);
	out->reason = cs_col_str(q, 15);
	out->method = (unsigned)cs_col_i64(q, 16);
	out->ray = cs_col_str(q, 17);
}

cs_err
cs_auth_log_list(struct cs_tx *tx, cs_id account, const struct cs_auth_query *query,
    const struct cs_auth_entry **out, size_t *out_count)
{
	size_t max = query->max < CS_AUTH_LOG_MAX ? (size_t)query->max : CS_AUTH_LOG_MAX;
	struct cs_auth_entry *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_auth_entry, max + 1);
	struct cs_stmt *q = cs_sql_begin(
	    tx, query->is_oldest_first ? CS_Q_AUTH_LOG_LIST_OLDEST : CS_Q_AUTH_LOG_LIST_NEWEST);
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	cs_bind_id(q, account);
	bind_query(tx, q, query);
	cs_bind_i64(q, (int64_t)max);
	cs_bind_i64(q, query->skip);
	while (count < max && cs_sql_next(q))
		read_entry(q, &list[count++]);
	CS_TRY(cs_sql_end(q));
	*out = list;
	*out_count = count;
	return CS_OK;
}

cs_err
cs_auth_log_sweep(struct cs_tx *tx, cs_time before)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTH_LOG_SWEEP);

	cs_bind_time(q, before);
	return cs_sql_run(q);
}
