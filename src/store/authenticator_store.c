#include "store/authenticator_store.h"

#include "store/sql.h"

#define BACKUP_ELIGIBLE 1
#define BACKED_UP 2

/* What is pending is single apart from what is active: one of each may be there. */
#define PENDING "pending "

static int64_t
backup_of(bool is_eligible, bool is_backed_up)
{
	return (is_eligible ? BACKUP_ELIGIBLE : 0) | (is_backed_up ? BACKED_UP : 0);
}

static cs_err
read_credential(struct cs_stmt *q, struct cs_authenticator *out)
{
	cs_span aaguid = cs_col_span(q, 14);
	int64_t backup = cs_col_i64(q, 17);

	if (aaguid.len != 0 && aaguid.len != CS_AAGUID_LEN)
		return CS_FAIL(STORE);
	out->credential_id = cs_col_span(q, 13);
	out->has_aaguid = aaguid.len != 0;
	if (out->has_aaguid)
		memcpy(out->aaguid, aaguid.p, CS_AAGUID_LEN);
	out->format = cs_col_str(q, 15);
	out->evidence = (enum cs_evidence)cs_col_i64(q, 16);
	out->is_backup_eligible = (backup & BACKUP_ELIGIBLE) != 0;
	out->is_backed_up = (backup & BACKED_UP) != 0;
	out->attestation = cs_col_span(q, 18);
	out->client_hash = cs_col_span(q, 19);
	out->replaces = cs_col_is_null(q, 20) ? cs_id_zero : cs_col_id(q, 20);
	return CS_OK;
}

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
		.method = (unsigned)cs_col_i64(q, 12),
	};
	if (replay.len > 0)
		memcpy(out->replay, replay.p, replay.len);
	return read_credential(q, out);
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
		cs_bind_str(
		    q, cs_arena_printf(cs_tx_op(tx)->arena, PENDING "%.*s", CS_STR_ARG(a->factor)));
	else
		cs_bind_null(q);
	cs_bind_str(q, a->name);
	cs_bind_id(q, session);
	cs_bind_span(q, a->sealed);
	cs_bind_str(q, a->params);
	cs_bind_span(q, CS_SPAN(a->replay, a->replay_len));
	cs_bind_time(q, a->created);
	cs_bind_i64(q, a->method);
	if (cs_id_is_zero(a->replaces))
		cs_bind_null(q);
	else
		cs_bind_id(q, a->replaces);
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
cs_authenticator_model(struct cs_tx *tx, cs_id account, cs_id id, struct cs_proved_model *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_MODEL);
	cs_span aaguid;

	*out = (struct cs_proved_model){ .is_there = false };
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	CS_TRY(cs_sql_one(q));
	aaguid = cs_col_span(q, 0);
	if (aaguid.len != 0 && aaguid.len != CS_AAGUID_LEN)
		return CS_FAIL(STORE);
	out->is_there = aaguid.len != 0;
	out->evidence = (enum cs_evidence)cs_col_i64(q, 1);
	if (out->is_there)
		memcpy(out->aaguid, aaguid.p, CS_AAGUID_LEN);
	return cs_sql_end(q);
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
cs_authenticator_find_issued(
    struct cs_tx *tx, cs_id account, cs_id subject, cs_str factor, struct cs_authenticator *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_FIND_ISSUED);

	cs_bind_id(q, account);
	cs_bind_id(q, subject);
	cs_bind_str(q, factor);
	CS_TRY(find_one(q, out));
	out->is_issued = true;
	return CS_OK;
}

cs_err
cs_authenticator_issue(struct cs_tx *tx, const struct cs_authenticator *a)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_ISSUE);

	cs_bind_id(q, a->account);
	cs_bind_id(q, a->id);
	cs_bind_id(q, a->subject);
	cs_bind_str(q, a->factor);
	cs_bind_str(q, a->name);
	cs_bind_span(q, a->sealed);
	cs_bind_str(q, a->params);
	cs_bind_span(q, CS_SPAN(a->replay, a->replay_len));
	cs_bind_time(q, a->created);
	cs_bind_i64(q, a->method);
	return cs_sql_run(q);
}

cs_err
cs_authenticator_reissue(struct cs_tx *tx, const struct cs_authenticator *a)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_REISSUE);

	cs_bind_span(q, a->sealed);
	cs_bind_str(q, a->params);
	cs_bind_span(q, CS_SPAN(a->replay, a->replay_len));
	cs_bind_time(q, a->created);
	cs_bind_id(q, a->account);
	cs_bind_id(q, a->id);
	cs_bind_i64(q, a->version);
	return cs_sql_swap(q);
}

static cs_err
read_list(struct cs_tx *tx, struct cs_stmt *q, size_t limit, const struct cs_authenticator **out,
    size_t *out_count)
{
	struct cs_authenticator *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_authenticator, limit);
	size_t count = 0;

	while (count < limit && cs_sql_next(q))
		CS_TRY(read_authenticator(q, &list[count++]));
	CS_TRY(cs_sql_end(q));
	*out = list;
	*out_count = count;
	return CS_OK;
}

cs_err
cs_authenticator_list(struct cs_tx *tx, cs_id account, cs_id subject,
    const struct cs_authenticator **out, size_t *out_count)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_LIST);

	*out = NULL;
	*out_count = 0;
	cs_bind_id(q, account);
	cs_bind_id(q, subject);
	cs_bind_i64(q, CS_AUTHENTICATORS_MAX);
	return read_list(tx, q, CS_AUTHENTICATORS_MAX, out, out_count);
}

cs_err
cs_authenticator_list_factor(struct cs_tx *tx, cs_id account, cs_str factor, cs_id after,
    const struct cs_authenticator **out, size_t *out_count)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_LIST_FACTOR);

	*out = NULL;
	*out_count = 0;
	cs_bind_id(q, account);
	cs_bind_str(q, factor);
	cs_bind_id(q, after);
	cs_bind_i64(q, CS_AUTHENTICATORS_PAGE);
	return read_list(tx, q, CS_AUTHENTICATORS_PAGE, out, out_count);
}

static cs_err
read_count(struct cs_stmt *q, int64_t *out)
{
	CS_TRY(cs_sql_one(q));
	*out = cs_col_i64(q, 0);
	return cs_sql_end(q);
}

cs_err
cs_authenticator_count_factor(struct cs_tx *tx, cs_id account, cs_str factor, int64_t *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_COUNT_FACTOR);

	*out = 0;
	cs_bind_id(q, account);
	cs_bind_str(q, factor);
	return read_count(q, out);
}

cs_err
cs_authenticator_has_credential(struct cs_tx *tx, cs_id account, cs_span credential_id, bool *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_COUNT_CREDENTIAL);
	int64_t count;

	*out = true;
	cs_bind_id(q, account);
	cs_bind_span(q, credential_id);
	CS_TRY(read_count(q, &count));
	*out = count > 0;
	return CS_OK;
}

cs_err
cs_authenticator_advance(struct cs_tx *tx, const struct cs_authenticator *a, cs_span replay,
    bool is_backed_up, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_ADVANCE);

	cs_bind_span(q, replay);
	cs_bind_i64(q, backup_of(a->is_backup_eligible, is_backed_up));
	cs_bind_time(q, now);
	cs_bind_id(q, a->account);
	cs_bind_id(q, a->id);
	cs_bind_i64(q, a->version);
	return cs_sql_swap(q);
}

static void
bind_unless_empty(struct cs_stmt *q, cs_span bytes)
{
	if (bytes.len > 0)
		cs_bind_span(q, bytes);
	else
		cs_bind_null(q);
}

cs_err
cs_authenticator_confirm(
    struct cs_tx *tx, const struct cs_authenticator *a, cs_str name, cs_span replay, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_CONFIRM);

	cs_bind_str(q, name);
	cs_bind_span(q, replay);
	cs_bind_time(q, now);
	cs_bind_span(q, a->sealed);
	cs_bind_str(q, a->params);
	cs_bind_i64(q, a->method);
	bind_unless_empty(q, a->credential_id);
	bind_unless_empty(q, CS_SPAN(a->aaguid, a->has_aaguid ? CS_AAGUID_LEN : 0));
	cs_bind_str(q, a->format);
	cs_bind_i64(q, a->evidence);
	cs_bind_i64(q, backup_of(a->is_backup_eligible, a->is_backed_up));
	bind_unless_empty(q, a->attestation);
	bind_unless_empty(q, a->client_hash);
	cs_bind_id(q, a->account);
	cs_bind_id(q, a->id);
	cs_bind_i64(q, a->version);
	return cs_sql_swap(q);
}

cs_err
cs_authenticator_set_name(struct cs_tx *tx, cs_id account, cs_id id, cs_str name)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_AUTHENTICATOR_SET_NAME);

	cs_bind_str(q, name);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
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
