#include "store/provider_value_store.h"

#include "store/sql.h"

#define CLAIMS 2
#define REFRESH_MS CS_HOUR_MS

static cs_err
refresh(struct cs_tx *tx, cs_id account, cs_id provider, cs_str claim, cs_str value, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PROVIDER_VALUE_REFRESH);

	cs_bind_time(q, now);
	cs_bind_id(q, account);
	cs_bind_id(q, provider);
	cs_bind_str(q, claim);
	cs_bind_str(q, value);
	cs_bind_time(q, cs_time_add(now, -REFRESH_MS));
	return cs_sql_run(q);
}

static cs_err
is_filled(struct cs_tx *tx, cs_id account, cs_id provider, cs_str claim, bool *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PROVIDER_VALUE_COUNT);

	*out = true;
	cs_bind_id(q, account);
	cs_bind_id(q, provider);
	cs_bind_str(q, claim);
	CS_TRY(cs_sql_one(q));
	*out = cs_col_i64(q, 0) >= CS_PROVIDER_VALUES_MAX;
	return cs_sql_end(q);
}

static bool
is_kept(cs_str value)
{
	return value.len > 0 && value.len <= CS_PROVIDER_VALUE_MAX;
}

cs_err
cs_provider_value_is_news(struct cs_tx *tx, cs_id account, cs_id provider, cs_str claim,
    cs_str value, cs_time now, bool *out)
{
	struct cs_stmt *q;
	bool is_full;
	cs_err e;

	*out = false;
	if (!is_kept(value))
		return CS_OK;
	q = cs_sql_begin(tx, CS_Q_PROVIDER_VALUE_SEEN);
	cs_bind_id(q, account);
	cs_bind_id(q, provider);
	cs_bind_str(q, claim);
	cs_bind_str(q, value);
	e = cs_sql_one(q);
	if (cs_is(e, CS_E_NOT_FOUND)) {
		CS_TRY(is_filled(tx, account, provider, claim, &is_full));
		*out = !is_full;
		return CS_OK;
	}
	CS_TRY(e);
	*out = cs_col_time(q, 0).ms < now.ms - REFRESH_MS;
	return cs_sql_end(q);
}

cs_err
cs_provider_value_see(
    struct cs_tx *tx, cs_id account, cs_id provider, cs_str claim, cs_str value, cs_time now)
{
	struct cs_stmt *q;
	bool is_full;

	if (!is_kept(value))
		return CS_OK;
	CS_TRY(is_filled(tx, account, provider, claim, &is_full));
	if (is_full)
		return refresh(tx, account, provider, claim, value, now);
	q = cs_sql_begin(tx, CS_Q_PROVIDER_VALUE_ADD);
	cs_bind_id(q, account);
	cs_bind_id(q, provider);
	cs_bind_str(q, claim);
	cs_bind_str(q, value);
	cs_bind_time(q, now);
	CS_TRY(cs_sql_run(q));
	return refresh(tx, account, provider, claim, value, now);
}

cs_err
cs_provider_value_list(struct cs_tx *tx, cs_id account, cs_id provider,
    const struct cs_provider_value **out, size_t *out_count)
{
	const size_t max = CLAIMS * CS_PROVIDER_VALUES_MAX;
	struct cs_provider_value *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_provider_value, max);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_PROVIDER_VALUE_LIST);
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	cs_bind_id(q, account);
	cs_bind_id(q, provider);
	cs_bind_i64(q, (int64_t)max);
	while (count < max && cs_sql_next(q)) {
		list[count++] = (struct cs_provider_value){
			.claim = cs_col_str(q, 0),
			.value = cs_col_str(q, 1),
			.first_seen = cs_col_time(q, 2),
			.last_seen = cs_col_time(q, 3),
		};
	}
	CS_TRY(cs_sql_end(q));
	*out = list;
	*out_count = count;
	return CS_OK;
}
