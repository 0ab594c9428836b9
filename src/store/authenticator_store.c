#include "store/authenticator_store.h"

#include "store/sql.h"

static cs_err
read_authenticator(struct cs_stmt *q, struct cs_authenticator *out)
{
	cs_span replay = cs_col_span(q, 8);

	if (replay.len > sizeof(out->replay))
		return CS_FAIL(STORE);
	*out = (struct cs_authenticator){
		.account = cs_col_id(q, 0),
		.id = cs_col_id(q, 1),
		.subject = cs_col_id(q, 2),
		.factor = cs_col_str(q, 3),
		.name = cs_col_str(q, 4),
		.state = (enum cs_authenticator_state)cs_col_i64(q, 5),
		.sealed = cs_col_span(q, 6),
		.params = cs_col_str(q, 7),
		.replay_len = replay.len,
		.version = cs_col_i64(q, 9),
		.created = cs_col_time(q, 10),
		.last_used = cs_col_time(q, 11),
	};
	if (replay.len > 0)
		memcpy(out->replay, replay.p, replay.len);
	return CS_OK;
}

static cs_err
find_one(struct cs_stmt *q, struct cs_authenticator *out)
{
	*out = (struct cs_authenticator){ .state = CS_AUTHENTICATOR_PENDING };
	CS_TRY(cs_sql_one(q));
	CS_TRY(read_authenticator(q, out));
	return cs_sql_end(q);
}

cs_err
cs_authenticator_add(
    struct cs_tx *tx, const struct cs_authenticator *a, bool is_single, cs_id session)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_ADD);

	cs_bind_id(q, a->account);
	cs_bind_id(q, a->id);
	cs_bind_id(q, a->subject);
	cs_bind_str(q, a->factor);
	if (is_single)
		cs_bind_str(q, a->factor);
	else
		cs_bind_null(q);
	cs_bind_str(q, a->name);
	cs_bind_id(q, session);
	cs_bind_span(q, a->sealed);
	cs_bind_str(q, a->params);
	cs_bind_span(q, CS_SPAN(a->replay, a->replay_len));
	cs_bind_time(q, a->created);
	return cs_sql_run(q);
}

cs_err
cs_authenticator_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_authenticator *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_FIND);

	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return find_one(q, out);
}

cs_err
cs_authenticator_find_pending(struct cs_tx *tx, cs_id account, cs_id subject, cs_str factor,
    cs_id session, cs_time since, struct cs_authenticator *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_FIND_PENDING);

	cs_bind_id(q, account);
	cs_bind_id(q, subject);
	cs_bind_str(q, factor);
	cs_bind_id(q, session);
	cs_bind_time(q, since);
	return find_one(q, out);
}

cs_err
cs_authenticator_find_pending_id(struct cs_tx *tx, cs_id account, cs_id id, cs_id session,
    cs_time since, struct cs_authenticator *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_FIND_PENDING_ID);

	cs_bind_id(q, account);
	cs_bind_id(q, id);
	cs_bind_id(q, session);
	cs_bind_time(q, since);
	return find_one(q, out);
}

cs_err
cs_authenticator_list(struct cs_tx *tx, cs_id account, cs_id subject,
    const struct cs_authenticator **out, size_t *out_count)
{
	struct cs_authenticator *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_authenticator, CS_AUTHENTICATORS_MAX);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_LIST);
	size_t count = 0;
	bool has_row;

	*out = NULL;
	*out_count = 0;
	cs_bind_id(q, account);
	cs_bind_id(q, subject);
	cs_bind_i64(q, CS_AUTHENTICATORS_MAX);
	CS_TRY(cs_sql_step(q, &has_row));
	while (has_row && count < CS_AUTHENTICATORS_MAX) {
		CS_TRY(read_authenticator(q, &list[count++]));
		CS_TRY(cs_sql_step(q, &has_row));
	}
	CS_TRY(cs_sql_end(q));
	*out = list;
	*out_count = count;
	return CS_OK;
}

cs_err
cs_authenticator_advance(
    struct cs_tx *tx, const struct cs_authenticator *a, cs_span replay, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_ADVANCE);

	cs_bind_span(q, replay);
	cs_bind_time(q, now);
	cs_bind_id(q, a->account);
	cs_bind_id(q, a->id);
	cs_bind_i64(q, a->version);
	return cs_sql_swap(q);
}

cs_err
cs_authenticator_confirm(
    struct cs_tx *tx, const struct cs_authenticator *a, cs_str name, cs_span replay, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_CONFIRM);

	cs_bind_str(q, name);
	cs_bind_span(q, replay);
	cs_bind_time(q, now);
	cs_bind_id(q, a->account);
	cs_bind_id(q, a->id);
	cs_bind_i64(q, a->version);
	return cs_sql_swap(q);
}

cs_err
cs_authenticator_remove_pending(struct cs_tx *tx, cs_id account, cs_id subject, cs_str factor)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_REMOVE_PENDING);

	cs_bind_id(q, account);
	cs_bind_id(q, subject);
	cs_bind_str(q, factor);
	return cs_sql_run(q);
}

cs_err
cs_authenticator_remove(struct cs_tx *tx, cs_id account, cs_id id)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_REMOVE);

	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_authenticator_sweep(struct cs_tx *tx, cs_time before)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_SWEEP);

	cs_bind_time(q, before);
	return cs_sql_run(q);
}
