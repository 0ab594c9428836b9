#include "store/lease_store.h"

#include "store/sql.h"

cs_err
cs_lease_take(struct cs_tx *tx, cs_str name, cs_id holder, cs_time now, cs_time until)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LEASE_TAKE);

	cs_bind_str(q, name);
	cs_bind_id(q, holder);
	cs_bind_time(q, until);
	cs_bind_time(q, now);
	return cs_sql_swap(q);
}

cs_err
cs_lease_drop(struct cs_tx *tx, cs_str name, cs_id holder)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LEASE_REMOVE);

	cs_bind_str(q, name);
	cs_bind_id(q, holder);
	return cs_sql_run(q);
}
