#include "store/list_store.h"

#include "store/sql.h"

cs_err
cs_list_add(struct cs_tx *tx, cs_id account, const struct cs_list_row *row)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LIST_ADD);
	cs_bind_id(q, account);
	cs_bind_id(q, row->id);
	cs_bind_str(q, row->type);
	cs_bind_str(q, row->name);
	cs_bind_str(q, row->body);
	cs_bind_time(q, row->created);
	return cs_sql_run(q);
}

cs_err
cs_list_set(struct cs_tx *tx, cs_id account, const struct cs_list_row *row)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LIST_SET);
	cs_bind_str(q, row->name);
	cs_bind_str(q, row->body);
	cs_bind_time(q, row->updated);
	cs_bind_id(q, account);
	cs_bind_id(q, row->id);
	return cs_sql_exec_one(q);
}

cs_err
cs_list_remove(struct cs_tx *tx, cs_id account, cs_id id)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LIST_REMOVE);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_exec_one(q);
}

cs_err
cs_list_list(struct cs_tx *tx, cs_id account, struct cs_list_row **out, size_t *count)
{
	*out = NULL;
	*count = 0;
	void *list = NULL;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LIST_LIST);
	cs_bind_id(q, account);
	cs_bind_i64(q, CS_LISTS_MAX + 1);
	while (cs_sql_next(q)) {
		CS_TRY(cs_sql_grow(tx, &list, sizeof(**out), *count, CS_LISTS_MAX));
		*out = list;
		(*out)[(*count)++] = (struct cs_list_row){
			.id = cs_col_id(q, 0),
			.type = cs_col_str(q, 1),
			.name = cs_col_str(q, 2),
			.body = cs_col_str(q, 3),
			.created = cs_col_time(q, 4),
			.updated = cs_col_time(q, 5),
			.item_count = (size_t)cs_col_i64(q, 6),
		};
	}
	return cs_sql_end(q);
}

/* --- items --- */

cs_err
cs_list_item_add(struct cs_tx *tx, cs_id account, const struct cs_list_item *item)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LIST_ITEM_ADD);
	cs_bind_id(q, account);
	cs_bind_id(q, item->list);
	cs_bind_str(q, item->content);
	cs_bind_str(q, item->description);
	cs_bind_i64(q, item->ord);
	cs_bind_time(q, item->created);
	return cs_sql_run(q);
}

cs_err
cs_list_item_remove(struct cs_tx *tx, cs_id account, cs_id list, cs_str content)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LIST_ITEM_REMOVE);
	cs_bind_id(q, account);
	cs_bind_id(q, list);
	cs_bind_str(q, content);
	return cs_sql_run(q);
}

cs_err
cs_list_item_clear(struct cs_tx *tx, cs_id account, cs_id list)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LIST_ITEM_CLEAR);
	cs_bind_id(q, account);
	cs_bind_id(q, list);
	return cs_sql_run(q);
}

cs_err
cs_list_item_count(struct cs_tx *tx, cs_id account, cs_id list, size_t *count, int64_t *last_ord)
{
	*count = 0;
	*last_ord = -1;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LIST_ITEM_COUNT);
	cs_bind_id(q, account);
	cs_bind_id(q, list);
	CS_TRY(cs_sql_one(q));
	*count = (size_t)cs_col_i64(q, 0);
	*last_ord = cs_col_i64(q, 1);
	return cs_sql_end(q);
}

cs_err
cs_list_item_list(
    struct cs_tx *tx, cs_id account, cs_id list, struct cs_list_item **out, size_t *count)
{
	*out = NULL;
	*count = 0;
	void *items = NULL;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LIST_ITEM_LIST);
	cs_bind_id(q, account);
	cs_bind_id(q, list);
	cs_bind_i64(q, CS_LIST_ITEMS_MAX + 1);
	while (cs_sql_next(q)) {
		CS_TRY(cs_sql_grow(tx, &items, sizeof(**out), *count, CS_LIST_ITEMS_MAX));
		*out = items;
		(*out)[(*count)++] = (struct cs_list_item){
			.list = list,
			.content = cs_col_str(q, 0),
			.description = cs_col_str(q, 1),
			.ord = cs_col_i64(q, 2),
			.created = cs_col_time(q, 3),
		};
	}
	return cs_sql_end(q);
}

cs_err
cs_list_item_all(struct cs_tx *tx, cs_id account, struct cs_list_item **out, size_t *count)
{
	const size_t most = (size_t)CS_LISTS_MAX * CS_LIST_ITEMS_MAX;
	*out = NULL;
	*count = 0;
	void *items = NULL;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_LIST_ITEM_ALL);
	cs_bind_id(q, account);
	cs_bind_i64(q, (int64_t)most + 1);
	while (cs_sql_next(q)) {
		CS_TRY(cs_sql_grow(tx, &items, sizeof(**out), *count, most));
		*out = items;
		(*out)[(*count)++] = (struct cs_list_item){
			.list = cs_col_id(q, 0),
			.content = cs_col_str(q, 1),
		};
	}
	return cs_sql_end(q);
}
