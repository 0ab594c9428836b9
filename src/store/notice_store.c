#include "store/notice_store.h"

#include "store/sql.h"

cs_err
cs_notice_add(struct cs_tx *tx, const struct cs_notice *notice)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_NOTICE_ADD);

	cs_bind_id(q, notice->account);
	cs_bind_id(q, notice->id);
	cs_bind_span(q, CS_SPAN(notice->token_hash, CS_TOKEN_HASH_LEN));
	cs_bind_id(q, notice->subject);
	cs_bind_str(q, notice->kind);
	cs_bind_str(q, notice->name);
	if (cs_id_is_zero(notice->object))
		cs_bind_null(q);
	else
		cs_bind_id(q, notice->object);
	cs_bind_time(q, notice->created);
	cs_bind_time(q, notice->expires);
	return cs_sql_run(q);
}

cs_err
cs_notice_find(struct cs_tx *tx, cs_id account, const uint8_t token_hash[static CS_TOKEN_HASH_LEN],
    struct cs_notice *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_NOTICE_FIND);

	*out = (struct cs_notice){ .expires = { 0 } };
	cs_bind_span(q, CS_SPAN(token_hash, CS_TOKEN_HASH_LEN));
	cs_bind_id(q, account);
	CS_TRY(cs_sql_one(q));
	out->account = cs_col_id(q, 0);
	out->id = cs_col_id(q, 1);
	cs_col_bytes(q, 2, out->token_hash, CS_TOKEN_HASH_LEN);
	out->subject = cs_col_id(q, 3);
	out->kind = cs_col_str(q, 4);
	out->name = cs_col_str(q, 5);
	out->object = cs_col_is_null(q, 6) ? cs_id_zero : cs_col_id(q, 6);
	out->created = cs_col_time(q, 7);
	out->expires = cs_col_time(q, 8);
	out->used = cs_col_is_null(q, 9) ? (cs_time){ 0 } : cs_col_time(q, 9);
	return cs_sql_end(q);
}

cs_err
cs_notice_set_used(struct cs_tx *tx, cs_id account, cs_id id, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_NOTICE_USE);

	cs_bind_time(q, now);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_notice_remove_of_subject(struct cs_tx *tx, cs_id account, cs_id subject)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_NOTICE_REMOVE_OF_SUBJECT);

	cs_bind_id(q, account);
	cs_bind_id(q, subject);
	return cs_sql_run(q);
}

cs_err
cs_notice_sweep(struct cs_tx *tx, cs_time before)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_NOTICE_SWEEP);

	cs_bind_time(q, before);
	return cs_sql_run(q);
}

cs_err
cs_notice_administrators(
    struct cs_tx *tx, cs_id account, const struct cs_member **out, size_t *out_count)
{
	struct cs_member *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_member, CS_ADMINISTRATORS_MAX);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_NOTICE_ADMINISTRATORS);
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	cs_bind_id(q, account);
	cs_bind_i64(q, CS_ADMINISTRATORS_MAX);
	while (count < CS_ADMINISTRATORS_MAX && cs_sql_next(q)) {
		list[count++] = (struct cs_member){
			.id = cs_col_id(q, 0),
			.email = cs_col_str(q, 1),
			.name = cs_col_str(q, 2),
			.status = CS_MEMBER_ACTIVE,
		};
	}
	CS_TRY(cs_sql_end(q));
	*out = list;
	*out_count = count;
	return CS_OK;
}

cs_err
cs_notice_fellow_owners(struct cs_tx *tx, cs_id member, const cs_str **out, size_t *out_count)
{
	cs_str *list = CS_NEW_ARRAY(cs_tx_op(tx)->arena, cs_str, CS_ADMINISTRATORS_MAX);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_NOTICE_FELLOW_OWNERS);
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	cs_bind_id(q, member);
	cs_bind_i64(q, CS_ADMINISTRATORS_MAX);
	while (count < CS_ADMINISTRATORS_MAX && cs_sql_next(q))
		list[count++] = cs_col_str(q, 0);
	CS_TRY(cs_sql_end(q));
	*out = list;
	*out_count = count;
	return CS_OK;
}
