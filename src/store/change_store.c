#include "store/change_store.h"

#include "store/store_parts.h"

#define LIST_MAX 1000

cs_err
cs_change_add(struct cs_tx *tx, cs_id account, enum cs_change_kind kind, cs_id key)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_CHANGE_NEXT);
	CS_TRY(cs_sql_one(q));
	int64_t seq = cs_col_i64(q, 0);
	CS_TRY(cs_sql_end(q));

	q = cs_sql_begin(tx, CS_Q_CHANGE_ADD);
	cs_bind_i64(q, seq);
	cs_bind_id(q, account);
	cs_bind_i64(q, kind);
	cs_bind_id(q, key);
	cs_bind_time(q, tx->op->now);
	CS_TRY(cs_sql_swap(q));
	tx->has_change = true;
	return tx->conn->driver->notify(tx->conn);
}

static cs_err
find_counter(struct cs_tx *tx, int64_t *seq, int64_t *forgotten)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_CHANGE_COUNTER);

	CS_TRY(cs_sql_one(q));
	*seq = cs_col_i64(q, 0);
	*forgotten = cs_col_i64(q, 1);
	return cs_sql_end(q);
}

cs_err
cs_change_last(struct cs_tx *tx, int64_t *out)
{
	int64_t forgotten;

	*out = 0;
	return find_counter(tx, out, &forgotten);
}

static cs_err
list_rows(
    struct cs_tx *tx, int64_t after_seq, unsigned limit, struct cs_change *list, size_t *count)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_CHANGE_LIST);

	cs_bind_i64(q, after_seq);
	cs_bind_i64(q, limit);
	while (cs_sql_next(q)) {
		CS_ASSERT(*count < limit);
		list[(*count)++] = (struct cs_change){
			.seq = cs_col_i64(q, 0),
			.account = cs_col_id(q, 1),
			.kind = (enum cs_change_kind)cs_col_i64(q, 2),
			.key = cs_col_id(q, 3),
		};
	}
	return cs_sql_end(q);
}

cs_err
cs_change_list(struct cs_tx *tx, int64_t after_seq, unsigned limit, const struct cs_change **out,
    size_t *out_count)
{
	int64_t seq, forgotten;

	*out = NULL;
	*out_count = 0;
	CS_ASSERT(limit >= 1 && limit <= LIST_MAX);
	CS_TRY(find_counter(tx, &seq, &forgotten));
	if (after_seq < forgotten)
		return CS_FAIL(NOT_FOUND);
	/* The common poll: nothing new, nothing allocated. */
	if (after_seq >= seq)
		return CS_OK;
	struct cs_change *list = CS_NEW_ARRAY(tx->op->arena, struct cs_change, limit);
	*out = list;
	return list_rows(tx, after_seq, limit, list, out_count);
}

static cs_err
last_before(struct cs_tx *tx, cs_time before, int64_t *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_CHANGE_OLD);

	cs_bind_time(q, before);
	CS_TRY(cs_sql_one(q));
	*out = cs_col_i64(q, 0);
	return cs_sql_end(q);
}

cs_err
cs_change_forget(struct cs_tx *tx, cs_time before)
{
	int64_t seq;

	CS_TRY(last_before(tx, before, &seq));
	if (seq == 0)
		return CS_OK;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_CHANGE_REMOVE_TO);
	cs_bind_i64(q, seq);
	CS_TRY(cs_sql_run(q));
	q = cs_sql_begin(tx, CS_Q_CHANGE_FORGET_TO);
	cs_bind_i64(q, seq);
	return cs_sql_run(q);
}
