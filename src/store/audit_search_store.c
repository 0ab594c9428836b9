#include "store/audit_search_store.h"

#include "store/sql.h"

static void
read_found(struct cs_stmt *q, cs_id account, struct cs_audit_found *out)
{
	struct cs_audit_event *ev = &out->event;

	*out = (struct cs_audit_found){ .event.account = account };
	ev->id = cs_col_id(q, 0);
	ev->at = cs_col_time(q, 1);
	ev->kind = cs_col_str(q, 2);
	ev->is_forgotten = cs_col_bool(q, 8);
	ev->seq = cs_col_i64(q, 9);
	if (ev->is_forgotten)
		return;
	ev->actor = cs_col_id(q, 3);
	ev->subject = cs_col_id(q, 4);
	ev->address = cs_col_str(q, 5);
	ev->user_agent = cs_col_str(q, 6);
	ev->details = cs_col_str(q, 7);
	out->actor_email = cs_col_str(q, 10);
	out->subject_email = cs_col_str(q, 11);
	out->is_actor_known = out->actor_email.len > 0 || cs_id_is_zero(ev->actor) ||
			      cs_id_equal(ev->actor, ev->subject);
}

static cs_err
read_all(struct cs_tx *tx, struct cs_stmt *q, cs_id account, unsigned limit,
    struct cs_audit_found **out, size_t *out_count)
{
	void *list = NULL;
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	while (cs_sql_next(q)) {
		CS_TRY(cs_sql_grow(tx, &list, sizeof(struct cs_audit_found), count, limit));
		*out = list;
		read_found(q, account, &(*out)[count++]);
	}
	*out_count = count;
	return cs_sql_end(q);
}

static void
bind_person(struct cs_arena *a, struct cs_stmt *q, cs_id id, cs_str email)
{
	cs_bind_i64(q, cs_id_is_zero(id) ? 0 : 1);
	cs_bind_id(q, id);
	cs_bind_str(q, cs_sql_like(a, "%", email, "%"));
}

static void
bind_filter(struct cs_tx *tx, struct cs_stmt *q, cs_id account, const struct cs_audit_filter *f,
    unsigned limit)
{
	struct cs_arena *a = cs_tx_op(tx)->arena;

	CS_ASSERT(limit >= 1 && limit <= CS_AUDIT_SEARCH_MAX);
	cs_bind_id(q, account);
	cs_bind_str(q, f->kind);
	cs_bind_str(q, cs_sql_like(a, "", f->kind_head, "%"));
	bind_person(a, q, f->actor, f->actor_email);
	bind_person(a, q, f->subject, f->subject_email);
	cs_bind_str(q, cs_sql_like(a, "%", f->address, "%"));
	cs_bind_time(q, f->since);
	cs_bind_time(q, f->until.ms != 0 ? f->until : (cs_time){ INT64_MAX });
	cs_bind_time(q, f->before);
	cs_bind_id(q, f->before_id);
	cs_bind_i64(q, limit);
}

cs_err
cs_audit_search(struct cs_tx *tx, cs_id account, const struct cs_audit_filter *f, unsigned limit,
    struct cs_audit_found **out, size_t *out_count)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUDIT_SEARCH);

	bind_filter(tx, q, account, f, limit);
	return read_all(tx, q, account, limit, out, out_count);
}

cs_err
cs_audit_search_realm(struct cs_tx *tx, cs_id account, const struct cs_audit_filter *f,
    unsigned limit, struct cs_audit_found **out, size_t *out_count)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUDIT_SEARCH_REALM);

	bind_filter(tx, q, account, f, limit);
	return read_all(tx, q, cs_id_zero, limit, out, out_count);
}

cs_err
cs_audit_search_self(struct cs_tx *tx, cs_id member, cs_time before, cs_id before_id,
    unsigned limit, struct cs_audit_found **out, size_t *out_count)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUDIT_SEARCH_SELF);

	cs_bind_id(q, member);
	cs_bind_time(q, before);
	cs_bind_id(q, before_id);
	cs_bind_i64(q, limit);
	return read_all(tx, q, cs_id_zero, limit, out, out_count);
}
