#include "store/account_store.h"

#include "store/sql.h"

static void
bind_host(struct cs_stmt *q, cs_str host)
{
	if (host.len == 0)
		cs_bind_null(q);
	else
		cs_bind_str(q, host);
}

cs_err
cs_account_add(struct cs_tx *tx, const struct cs_account *account)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_ACCOUNT_ADD);
	cs_bind_id(q, account->id);
	cs_bind_str(q, account->name);
	bind_host(q, account->auth_host);
	cs_bind_time(q, account->created);
	cs_bind_str(q, account->auth_origin);
	return cs_sql_run(q);
}

static struct cs_account
read_account(struct cs_stmt *q)
{
	return (struct cs_account){
		.id = cs_col_id(q, 0),
		.name = cs_col_str(q, 1),
		.auth_host = cs_col_str(q, 2),
		.auth_origin = cs_col_str(q, 3),
		.created = cs_col_time(q, 4),
	};
}

cs_err
cs_account_find(struct cs_tx *tx, cs_id id, struct cs_account *out)
{
	*out = (struct cs_account){ 0 };
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_ACCOUNT_FIND);
	cs_bind_id(q, id);
	CS_TRY(cs_sql_one(q));
	*out = read_account(q);
	return cs_sql_end(q);
}

cs_err
cs_account_by_host(struct cs_tx *tx, cs_str auth_host, cs_id *out)
{
	*out = cs_id_zero;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_ACCOUNT_BY_HOST);
	cs_bind_str(q, auth_host);
	CS_TRY(cs_sql_one(q));
	*out = cs_col_id(q, 0);
	return cs_sql_end(q);
}

cs_err
cs_account_set_host(struct cs_tx *tx, cs_id id, cs_str auth_host, cs_str auth_origin)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_ACCOUNT_SET_HOST);
	bind_host(q, auth_host);
	cs_bind_str(q, auth_origin);
	cs_bind_id(q, id);
	return cs_sql_exec_one(q);
}

cs_err
cs_account_set_name(struct cs_tx *tx, cs_id id, cs_str name)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_ACCOUNT_SET_NAME);
	cs_bind_str(q, name);
	cs_bind_id(q, id);
	return cs_sql_exec_one(q);
}

cs_err
cs_account_list(struct cs_tx *tx, cs_id from, size_t limit, struct cs_account **out, size_t *count)
{
	*count = 0;
	*out = CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_account, limit + 1);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_ACCOUNT_LIST);
	cs_bind_id(q, from);
	cs_bind_i64(q, (int64_t)limit);
	while (*count < limit && cs_sql_next(q))
		(*out)[(*count)++] = read_account(q);
	return cs_sql_end(q);
}
