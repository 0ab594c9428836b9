#include "store/recovery_store.h"

#include "store/sql.h"

/* --- a case --- */

static void
bind_id_or_null(struct cs_stmt *q, cs_id id)
{
	if (cs_id_is_zero(id))
		cs_bind_null(q);
	else
		cs_bind_id(q, id);
}

static void
bind_span_or_null(struct cs_stmt *q, cs_span bytes)
{
	if (bytes.len == 0)
		cs_bind_null(q);
	else
		cs_bind_span(q, bytes);
}

/* What changes while it is open, in the order of RECOVERY_ADD and RECOVERY_SWAP. */
static void
bind_case(struct cs_stmt *q, const struct cs_recovery_case *c)
{
	bind_id_or_null(q, c->started_by);
	cs_bind_i64(q, c->state);
	bind_id_or_null(q, c->session);
	bind_id_or_null(q, c->device);
	cs_bind_str(q, c->user_agent);
	cs_bind_str(q, c->address);
	bind_span_or_null(q, c->code_mac);
	cs_bind_time(q, c->code_sent);
	cs_bind_time(q, c->code_expires);
	cs_bind_i64(q, c->tries);
	cs_bind_i64(q, c->evidence);
	cs_bind_time(q, c->email_verified);
	cs_bind_time(q, c->device_verified);
	cs_bind_time(q, c->wait_from);
	cs_bind_time(q, c->release_at);
	cs_bind_time(q, c->released);
	bind_span_or_null(q, c->access_mac);
	cs_bind_time(q, c->access_sent);
	cs_bind_time(q, c->access_expires);
	cs_bind_time(q, c->opened);
	cs_bind_time(q, c->ended);
	bind_id_or_null(q, c->ended_by);
	cs_bind_i64(q, c->end);
}

static void
read_case(struct cs_stmt *q, struct cs_recovery_case *out)
{
	*out = (struct cs_recovery_case){
		.id = cs_col_id(q, 0),
		.member = cs_col_id(q, 1),
		.state = (enum cs_recovery_state)cs_col_i64(q, 2),
		.started_by = cs_col_id(q, 3),
		.session = cs_col_id(q, 4),
		.device = cs_col_id(q, 5),
		.user_agent = cs_col_str(q, 6),
		.address = cs_col_str(q, 7),
		.code_mac = cs_col_is_null(q, 8) ? CS_SPAN_NONE : cs_col_span(q, 8),
		.code_sent = cs_col_time(q, 9),
		.code_expires = cs_col_time(q, 10),
		.tries = cs_col_i64(q, 11),
		.evidence = (unsigned)cs_col_i64(q, 12),
		.begun = cs_col_time(q, 13),
		.email_verified = cs_col_time(q, 14),
		.device_verified = cs_col_time(q, 15),
		.wait_from = cs_col_time(q, 16),
		.release_at = cs_col_time(q, 17),
		.released = cs_col_time(q, 18),
		.access_mac = cs_col_is_null(q, 19) ? CS_SPAN_NONE : cs_col_span(q, 19),
		.access_sent = cs_col_time(q, 20),
		.access_expires = cs_col_time(q, 21),
		.opened = cs_col_time(q, 22),
		.ended = cs_col_time(q, 23),
		.ended_by = cs_col_id(q, 24),
		.end = (enum cs_recovery_end)cs_col_i64(q, 25),
		.version = cs_col_i64(q, 26),
	};
}

#define CASE_COLUMNS 27

cs_err
cs_recovery_add(struct cs_tx *tx, const struct cs_recovery_case *c)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_RECOVERY_ADD);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, c->id);
	cs_bind_id(q, c->member);
	cs_bind_time(q, c->begun);
	bind_case(q, c);
	return cs_sql_swap(q);
}

static cs_err
find_one(struct cs_tx *tx, enum cs_query query, cs_id which, struct cs_recovery_case *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, query);

	*out = (struct cs_recovery_case){ .state = CS_RECOVERY_ENDED };
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, which);
	CS_TRY(cs_sql_one(q));
	read_case(q, out);
	return cs_sql_end(q);
}

cs_err
cs_recovery_find(struct cs_tx *tx, cs_id id, struct cs_recovery_case *out)
{
	return find_one(tx, CS_Q_RECOVERY_FIND, id, out);
}

cs_err
cs_recovery_find_open(struct cs_tx *tx, cs_id member, struct cs_recovery_case *out)
{
	return find_one(tx, CS_Q_RECOVERY_FIND_OPEN, member, out);
}

cs_err
cs_recovery_swap(struct cs_tx *tx, struct cs_recovery_case *c)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_RECOVERY_SWAP);

	bind_case(q, c);
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, c->id);
	cs_bind_i64(q, c->version);
	CS_TRY(cs_sql_swap(q));
	c->version++;
	return CS_OK;
}

cs_err
cs_recovery_last_stop(struct cs_tx *tx, cs_id member, cs_time *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_RECOVERY_LAST_STOP);

	*out = (cs_time){ 0 };
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, member);
	CS_TRY(cs_sql_one(q));
	*out = cs_col_time(q, 0);
	return cs_sql_end(q);
}

/* --- lists; every parameter is bound --- */

static cs_err
list_cases(struct cs_tx *tx, struct cs_stmt *q, size_t most, const struct cs_recovery_case **out,
    size_t *out_count)
{
	struct cs_recovery_case *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_recovery_case, most);
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	while (count < most && cs_sql_next(q))
		read_case(q, &list[count++]);
	CS_TRY(cs_sql_end(q));
	*out = list;
	*out_count = count;
	return CS_OK;
}

cs_err
cs_recovery_list_due(struct cs_tx *tx, cs_time now, size_t most,
    const struct cs_recovery_case **out, size_t *out_count)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_RECOVERY_LIST_DUE);

	cs_bind_time(q, now);
	cs_bind_i64(q, (int64_t)most);
	return list_cases(tx, q, most, out, out_count);
}

cs_err
cs_recovery_list_idle(struct cs_tx *tx, cs_time idle, cs_time now, size_t most,
    const struct cs_recovery_case **out, size_t *out_count)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_RECOVERY_LIST_IDLE);

	cs_bind_time(q, idle);
	cs_bind_time(q, now);
	cs_bind_i64(q, (int64_t)most);
	return list_cases(tx, q, most, out, out_count);
}

cs_err
cs_recovery_list_of(struct cs_tx *tx, cs_id account, bool is_open, size_t most,
    const struct cs_recovery_case_of **out, size_t *out_count)
{
	struct cs_recovery_case_of *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_recovery_case_of, most);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_RECOVERY_LIST_OF);
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	cs_bind_id(q, account);
	cs_bind_bool(q, is_open);
	cs_bind_i64(q, (int64_t)most);
	while (count < most && cs_sql_next(q)) {
		struct cs_recovery_case_of *one = &list[count++];
		read_case(q, &one->rc);
		one->email = cs_col_str(q, CASE_COLUMNS);
		one->name = cs_col_str(q, CASE_COLUMNS + 1);
		one->role = (enum cs_role)cs_col_i64(q, CASE_COLUMNS + 2);
	}
	CS_TRY(cs_sql_end(q));
	*out = list;
	*out_count = count;
	return CS_OK;
}

/* --- what happened --- */

cs_err
cs_recovery_event_add(struct cs_tx *tx, const struct cs_recovery_event *event)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_RECOVERY_EVENT_ADD);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, event->recovery);
	cs_bind_i64(q, event->what);
	cs_bind_i64(q, event->by);
	bind_id_or_null(q, event->actor);
	cs_bind_time(q, event->at);
	cs_bind_str(q, event->user_agent);
	cs_bind_str(q, event->address);
	return cs_sql_run(q);
}

cs_err
cs_recovery_event_list(
    struct cs_tx *tx, cs_id recovery, const struct cs_recovery_event **out, size_t *out_count)
{
	struct cs_recovery_event *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_recovery_event, CS_RECOVERY_EVENTS_MAX);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_RECOVERY_EVENT_LIST);
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, recovery);
	cs_bind_i64(q, CS_RECOVERY_EVENTS_MAX);
	while (count < CS_RECOVERY_EVENTS_MAX && cs_sql_next(q)) {
		list[count++] = (struct cs_recovery_event){
			.recovery = recovery,
			.what = (enum cs_recovery_what)cs_col_i64(q, 0),
			.by = (enum cs_recovery_by)cs_col_i64(q, 1),
			.actor = cs_col_id(q, 2),
			.at = cs_col_time(q, 3),
			.user_agent = cs_col_str(q, 4),
			.address = cs_col_str(q, 5),
		};
	}
	CS_TRY(cs_sql_end(q));
	*out = list;
	*out_count = count;
	return CS_OK;
}

/* --- who wanted it --- */

cs_err
cs_recovery_approval_add(struct cs_tx *tx, const struct cs_recovery_approval *a)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_RECOVERY_APPROVAL_ADD);

	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, a->recovery);
	cs_bind_i64(q, a->act);
	cs_bind_id(q, a->member);
	cs_bind_id(q, a->account);
	cs_bind_str(q, a->reason);
	cs_bind_time(q, a->at);
	return cs_sql_swap(q);
}

cs_err
cs_recovery_approval_list(
    struct cs_tx *tx, cs_id recovery, const struct cs_recovery_approval **out, size_t *out_count)
{
	struct cs_recovery_approval *list = CS_NEW_ARRAY(
	    cs_tx_op(tx)->arena, struct cs_recovery_approval, CS_RECOVERY_APPROVALS_MAX);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_RECOVERY_APPROVAL_LIST);
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, recovery);
	cs_bind_i64(q, CS_RECOVERY_APPROVALS_MAX);
	while (count < CS_RECOVERY_APPROVALS_MAX && cs_sql_next(q)) {
		list[count++] = (struct cs_recovery_approval){
			.recovery = recovery,
			.act = (enum cs_recovery_act)cs_col_i64(q, 0),
			.member = cs_col_id(q, 1),
			.account = cs_col_id(q, 2),
			.reason = cs_col_str(q, 3),
			.at = cs_col_time(q, 4),
			.email = cs_col_str(q, 5),
		};
	}
	CS_TRY(cs_sql_end(q));
	*out = list;
	*out_count = count;
	return CS_OK;
}
