#include "store/member_session_store.h"

#include "store/manage_store.h"
#include "store/sql.h"

static void
bind_id_or_null(struct cs_stmt *q, cs_id id)
{
	if (cs_id_is_zero(id))
		cs_bind_null(q);
	else
		cs_bind_id(q, id);
}

cs_err
cs_member_session_add(struct cs_tx *tx, const struct cs_member_session *s)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_ADD);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, s->id);
	cs_bind_span(q, CS_SPAN(s->token_hash, sizeof(s->token_hash)));
	cs_bind_id(q, s->member);
	cs_bind_i64(q, s->stage);
	bind_id_or_null(q, s->device);
	cs_bind_str(q, s->user_agent);
	cs_bind_str(q, s->address);
	cs_bind_i64(q, s->method);
	bind_id_or_null(q, s->recovery);
	bind_id_or_null(q, s->invitation_account);
	bind_id_or_null(q, s->invitation);
	cs_bind_time(q, s->created);
	cs_bind_time(q, s->last_seen);
	cs_bind_time(q, s->expires);
	return cs_sql_run(q);
}

static void
read_session(struct cs_stmt *q, struct cs_member_session *out)
{
	out->id = cs_col_id(q, 0);
	cs_col_bytes(q, 1, out->token_hash, sizeof(out->token_hash));
	out->member = cs_col_id(q, 2);
	out->stage = (enum cs_member_stage)cs_col_i64(q, 3);
	out->device = cs_col_id(q, 4);
	out->user_agent = cs_col_str(q, 5);
	out->address = cs_col_str(q, 6);
	out->method = (unsigned)cs_col_i64(q, 7);
	out->recovery = cs_col_id(q, 8);
	out->invitation_account = cs_col_id(q, 9);
	out->invitation = cs_col_id(q, 10);
	out->created = cs_col_time(q, 11);
	out->last_seen = cs_col_time(q, 12);
	out->expires = cs_col_time(q, 13);
}

cs_err
cs_member_session_find(struct cs_tx *tx, const uint8_t token_hash[static CS_SHA256_LEN],
    struct cs_member_session *out, enum cs_member_status *status)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_FIND);

	*out = (struct cs_member_session){ 0 };
	*status = CS_MEMBER_DISABLED;
	cs_bind_span(q, CS_SPAN(token_hash, CS_SHA256_LEN));
	CS_TRY(cs_sql_one(q));
	read_session(q, out);
	*status = (enum cs_member_status)cs_col_i64(q, 14);
	return cs_sql_end(q);
}

cs_err
cs_member_session_move(struct cs_tx *tx, const struct cs_member_session *from,
    const struct cs_member_session *to, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_MOVE);

	cs_bind_span(q, CS_SPAN(to->token_hash, CS_SHA256_LEN));
	cs_bind_i64(q, to->stage);
	cs_bind_i64(q, to->method);
	bind_id_or_null(q, to->recovery);
	cs_bind_time(q, now);
	cs_bind_time(q, to->expires);
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, from->id);
	cs_bind_span(q, CS_SPAN(from->token_hash, CS_SHA256_LEN));
	cs_bind_i64(q, from->stage);
	return cs_sql_swap(q);
}

cs_err
cs_member_session_set_token(struct cs_tx *tx, cs_id id, const uint8_t from[static CS_SHA256_LEN],
    const uint8_t to[static CS_SHA256_LEN])
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_SET_TOKEN);

	cs_bind_span(q, CS_SPAN(to, CS_SHA256_LEN));
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, id);
	cs_bind_span(q, CS_SPAN(from, CS_SHA256_LEN));
	return cs_sql_swap(q);
}

cs_err
cs_member_session_touch(struct cs_tx *tx, cs_id id, cs_str address, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_TOUCH);

	cs_bind_time(q, now);
	cs_bind_str(q, address);
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, id);
	return cs_sql_run(q);
}

cs_err
cs_member_session_list(struct cs_tx *tx, cs_id member, cs_time now,
    const struct cs_member_session **out, size_t *out_count)
{
	struct cs_member_session *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_member_session, CS_MEMBER_SESSIONS_MAX);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_LIST);
	size_t count = 0;

	*out = list;
	*out_count = 0;
	cs_bind_id(q, member);
	cs_bind_time(q, now);
	cs_bind_i64(q, CS_MEMBER_SESSIONS_MAX);
	while (count < CS_MEMBER_SESSIONS_MAX && cs_sql_next(q))
		read_session(q, &list[count++]);
	*out_count = count;
	return cs_sql_end(q);
}

/* --- ending --- */

cs_err
cs_member_session_end(struct cs_tx *tx, cs_id member, cs_id id)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_END);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, id);
	cs_bind_id(q, member);
	CS_TRY(cs_sql_exec_one(q));
	return cs_manage_forget_session(tx, cs_id_zero, id);
}

cs_err
cs_member_session_end_all(struct cs_tx *tx, cs_id member, cs_id except)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_END_ALL);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, member);
	cs_bind_id(q, except);
	CS_TRY(cs_sql_run(q));
	return cs_manage_forget_subject(tx, cs_id_zero, member, except);
}

cs_err
cs_member_session_end_device(struct cs_tx *tx, cs_id member, cs_id device)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_END_DEVICE);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, member);
	cs_bind_id(q, device);
	return cs_sql_run(q);
}

cs_err
cs_member_session_end_half(struct cs_tx *tx, cs_id member)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_END_HALF);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, member);
	return cs_sql_run(q);
}

cs_err
cs_member_session_end_recovery(struct cs_tx *tx, cs_id recovery, cs_id session)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_END_RECOVERY);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, session);
	cs_bind_id(q, recovery);
	return cs_sql_run(q);
}

cs_err
cs_member_session_sweep(struct cs_tx *tx, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_SWEEP);

	cs_bind_time(q, now);
	return cs_sql_run(q);
}

/* --- browsers that are remembered --- */

cs_err
cs_remembered_set(struct cs_tx *tx, const struct cs_remembered *r)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_REMEMBERED_SET);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, r->id);
	cs_bind_id(q, r->member);
	cs_bind_id(q, r->device);
	cs_bind_str(q, r->user_agent);
	cs_bind_str(q, r->address);
	cs_bind_time(q, r->created);
	cs_bind_time(q, r->last_used);
	cs_bind_time(q, r->expires);
	return cs_sql_run(q);
}

static void
read_remembered(struct cs_stmt *q, struct cs_remembered *out)
{
	out->id = cs_col_id(q, 0);
	out->member = cs_col_id(q, 1);
	out->device = cs_col_id(q, 2);
	out->user_agent = cs_col_str(q, 3);
	out->address = cs_col_str(q, 4);
	out->created = cs_col_time(q, 5);
	out->last_used = cs_col_time(q, 6);
	out->expires = cs_col_time(q, 7);
}

cs_err
cs_remembered_find(
    struct cs_tx *tx, cs_id member, cs_id device, cs_time now, struct cs_remembered *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_REMEMBERED_FIND);

	*out = (struct cs_remembered){ 0 };
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, member);
	cs_bind_id(q, device);
	cs_bind_time(q, now);
	CS_TRY(cs_sql_one(q));
	read_remembered(q, out);
	return cs_sql_end(q);
}

cs_err
cs_remembered_touch(struct cs_tx *tx, cs_id id, cs_str address, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_REMEMBERED_TOUCH);

	cs_bind_time(q, now);
	cs_bind_str(q, address);
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, id);
	return cs_sql_run(q);
}

cs_err
cs_remembered_list(struct cs_tx *tx, cs_id member, cs_time now, const struct cs_remembered **out,
    size_t *out_count)
{
	struct cs_remembered *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_remembered, CS_REMEMBERED_MAX);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_REMEMBERED_LIST);
	size_t count = 0;

	*out = list;
	*out_count = 0;
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, member);
	cs_bind_time(q, now);
	cs_bind_i64(q, CS_REMEMBERED_MAX);
	while (count < CS_REMEMBERED_MAX && cs_sql_next(q))
		read_remembered(q, &list[count++]);
	*out_count = count;
	return cs_sql_end(q);
}

cs_err
cs_remembered_forget(struct cs_tx *tx, cs_id member, cs_id id)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_REMEMBERED_FORGET);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, member);
	cs_bind_id(q, id);
	return cs_sql_exec_one(q);
}

cs_err
cs_remembered_forget_all(struct cs_tx *tx, cs_id member)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_REMEMBERED_FORGET_ALL);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, member);
	return cs_sql_run(q);
}

cs_err
cs_remembered_sweep(struct cs_tx *tx, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_REMEMBERED_SWEEP);

	cs_bind_time(q, now);
	return cs_sql_run(q);
}
