#include "store/mds_store.h"

#include "store/sql.h"

static const cs_id realm;

cs_err
cs_mds_head_find(struct cs_tx *tx, struct cs_mds_head *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MDS_HEAD_FIND);

	*out = (struct cs_mds_head){ 0 };
	cs_bind_id(q, realm);
	CS_TRY(cs_sql_one(q));
	out->no = cs_col_i64(q, 0);
	out->next_update = cs_col_str(q, 1);
	out->imported = cs_col_time(q, 2);
	return cs_sql_end(q);
}

cs_err
cs_mds_head_set(struct cs_tx *tx, const struct cs_mds_head *head)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MDS_HEAD_SET);

	cs_bind_id(q, realm);
	cs_bind_i64(q, head->no);
	cs_bind_str(q, head->next_update);
	cs_bind_time(q, head->imported);
	return cs_sql_run(q);
}

cs_err
cs_mds_entry_remove_all(struct cs_tx *tx)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MDS_ENTRY_REMOVE_ALL);

	cs_bind_id(q, realm);
	return cs_sql_run(q);
}

cs_err
cs_mds_entry_add(struct cs_tx *tx, const struct cs_mds_row *row)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MDS_ENTRY_ADD);

	cs_bind_id(q, realm);
	cs_bind_str(q, row->key);
	cs_bind_str(q, row->description);
	cs_bind_str(q, row->status);
	cs_bind_str(q, row->body);
	return cs_sql_run(q);
}

static void
read_row(struct cs_stmt *q, struct cs_mds_row *out)
{
	*out = (struct cs_mds_row){
		.key = cs_col_str(q, 0),
		.description = cs_col_str(q, 1),
		.status = cs_col_str(q, 2),
		.body = cs_col_str(q, 3),
	};
}

cs_err
cs_mds_entry_find(struct cs_tx *tx, cs_str key, struct cs_mds_row *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MDS_ENTRY_FIND);

	*out = (struct cs_mds_row){ 0 };
	cs_bind_id(q, realm);
	cs_bind_str(q, key);
	CS_TRY(cs_sql_one(q));
	read_row(q, out);
	return cs_sql_end(q);
}

cs_err
cs_mds_entry_list(struct cs_tx *tx, cs_str after, struct cs_mds_row **out, size_t *count)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MDS_ENTRY_LIST);
	struct cs_mds_row *list = CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_mds_row, CS_MDS_PAGE);

	*out = list;
	*count = 0;
	cs_bind_id(q, realm);
	cs_bind_str(q, after);
	cs_bind_i64(q, CS_MDS_PAGE);
	while (*count < CS_MDS_PAGE && cs_sql_next(q))
		read_row(q, &list[(*count)++]);
	return cs_sql_end(q);
}

cs_err
cs_mds_entry_count(struct cs_tx *tx, int64_t *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MDS_ENTRY_COUNT);

	*out = 0;
	cs_bind_id(q, realm);
	CS_TRY(cs_sql_one(q));
	*out = cs_col_i64(q, 0);
	return cs_sql_end(q);
}
