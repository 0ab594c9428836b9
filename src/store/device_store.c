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

cs_err
cs_device_note(struct cs_tx *tx, const struct cs_known_device *d)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_DEVICE_NOTE);

	cs_bind_id(q, d->account);
	cs_bind_id(q, d->subject);
	cs_bind_id(q, d->device);
	cs_bind_time(q, d->first_seen);
	cs_bind_time(q, d->last_seen);
	cs_bind_str(q, d->network);
	cs_bind_str(q, d->user_agent);
	return cs_sql_run(q);
}

cs_err
cs_device_find(
    struct cs_tx *tx, cs_id account, cs_id subject, cs_id device, struct cs_known_device *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_DEVICE_FIND);

	*out = (struct cs_known_device){ .account = account, .subject = subject, .device = device };
	cs_bind_id(q, account);
	cs_bind_id(q, subject);
	cs_bind_id(q, device);
	CS_TRY(cs_sql_one(q));
	out->first_seen = cs_col_time(q, 0);
	out->last_seen = cs_col_time(q, 1);
	out->network = cs_col_str(q, 2);
	out->user_agent = cs_col_str(q, 3);
	return cs_sql_end(q);
}
