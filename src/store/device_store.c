#include "store/device_store.h"

#include "store/sql.h"

cs_err
cs_device_is_known(struct cs_tx *tx, cs_id account, cs_id subject, cs_id device, bool *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_DEVICE_IS_KNOWN);

	*out = false;
	cs_bind_id(q, account);
	cs_bind_id(q, subject);
	cs_bind_id(q, device);
	CS_TRY(cs_sql_one(q));
	*out = cs_col_i64(q, 0) > 0;
	return cs_sql_end(q);
}

cs_err
cs_device_remember(struct cs_tx *tx, cs_id account, cs_id subject, cs_id device, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_DEVICE_REMEMBER);

	cs_bind_id(q, account);
	cs_bind_id(q, subject);
	cs_bind_id(q, device);
	cs_bind_time(q, now);
	return cs_sql_run(q);
}
