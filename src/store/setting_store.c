#include "store/setting_store.h"

#include "store/sql.h"

static struct cs_stmt *
begin_on(struct cs_tx *tx, enum cs_query name, cs_id account, cs_str setting)
{
	struct cs_stmt *q = cs_sql_begin(tx, name);

	cs_bind_id(q, account);
	cs_bind_str(q, setting);
	return q;
}

cs_err
cs_setting_find(struct cs_tx *tx, cs_id account, cs_str name, cs_str *out)
{
	*out = CS_STR_NONE;
	struct cs_stmt *q = begin_on(tx, CS_Q_SETTING_FIND, account, name);
	CS_TRY(cs_sql_one(q));
	*out = cs_col_str(q, 0);
	return cs_sql_end(q);
}

cs_err
cs_setting_set(struct cs_tx *tx, cs_id account, cs_str name, cs_str content)
{
	struct cs_stmt *q = begin_on(tx, CS_Q_SETTING_SET, account, name);

	cs_bind_str(q, content);
	return cs_sql_run(q);
}

cs_err
cs_setting_add(struct cs_tx *tx, cs_id account, cs_str name, cs_str content)
{
	struct cs_stmt *q = begin_on(tx, CS_Q_SETTING_ADD, account, name);

	cs_bind_str(q, content);
	return cs_sql_swap(q);
}

cs_err
cs_setting_swap(struct cs_tx *tx, cs_id account, cs_str name, cs_str from, cs_str to)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_SETTING_SWAP);

	cs_bind_str(q, to);
	cs_bind_id(q, account);
	cs_bind_str(q, name);
	cs_bind_str(q, from);
	return cs_sql_swap(q);
}

cs_err
cs_setting_remove(struct cs_tx *tx, cs_id account, cs_str name)
{
	return cs_sql_run(begin_on(tx, CS_Q_SETTING_REMOVE, account, name));
}
