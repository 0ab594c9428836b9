#include "store/identity_store.h"

#include "store/sql.h"

cs_err
cs_user_identity_add(struct cs_tx *tx, const struct cs_user_identity *identity, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_USER_IDENTITY_ADD);

	cs_bind_id(q, identity->account);
	cs_bind_id(q, identity->provider);
	cs_bind_str(q, identity->sub);
	cs_bind_id(q, identity->user);
	cs_bind_time(q, now);
	return cs_sql_run(q);
}

cs_err
cs_user_identity_find(struct cs_tx *tx, cs_id account, cs_id provider, cs_str sub, cs_id *out_user)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_USER_IDENTITY_FIND);

	*out_user = cs_id_zero;
	cs_bind_id(q, account);
	cs_bind_id(q, provider);
	cs_bind_str(q, sub);
	CS_TRY(cs_sql_one(q));
	*out_user = cs_col_id(q, 0);
	return cs_sql_end(q);
}

cs_err
cs_user_identity_exists(struct cs_tx *tx, cs_id account, cs_id provider, bool *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_USER_IDENTITY_ANY);

	*out = false;
	cs_bind_id(q, account);
	cs_bind_id(q, provider);
	CS_TRY(cs_sql_step(q, out));
	return cs_sql_end(q);
}
