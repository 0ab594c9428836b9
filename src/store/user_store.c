#include "store/user_store.h"

#include "store/manage_store.h"
#include "store/notice_store.h"
#include "store/sql.h"

static void
read_user(struct cs_stmt *q, struct cs_user *out)
{
	out->account = cs_col_id(q, 0);
	out->id = cs_col_id(q, 1);
	out->email = cs_col_str(q, 2);
	out->name = cs_col_str(q, 3);
	out->status = (enum cs_user_status)cs_col_i64(q, 4);
	out->created = cs_col_time(q, 5);
	out->last_sign_in = cs_col_time(q, 6);
	out->frozen = cs_col_time(q, 7);
}

cs_err
cs_user_add(struct cs_tx *tx, const struct cs_user *user, cs_str email_key, bool email_is_proved)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_USER_ADD);

	cs_bind_id(q, user->account);
	cs_bind_id(q, user->id);
	cs_bind_str(q, user->email);
	cs_bind_str(q, email_key);
	cs_bind_bool(q, email_is_proved);
	cs_bind_str(q, user->name);
	cs_bind_i64(q, user->status);
	cs_bind_time(q, user->created);
	cs_bind_time(q, user->last_sign_in);
	return cs_sql_run(q);
}

static cs_err
find_one(struct cs_stmt *q, struct cs_user *out)
{
	*out = (struct cs_user){ .status = CS_USER_DISABLED };
	CS_TRY(cs_sql_one(q));
	read_user(q, out);
	return cs_sql_end(q);
}

cs_err
cs_user_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_user *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_USER_FIND);

	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return find_one(q, out);
}

cs_err
cs_user_find_proved(struct cs_tx *tx, cs_id account, cs_str email_key, struct cs_user *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_USER_FIND_PROVED);

	cs_bind_id(q, account);
	cs_bind_str(q, email_key);
	return find_one(q, out);
}

cs_err
cs_user_list_by_email(struct cs_tx *tx, cs_id account, cs_str email_key, const struct cs_user **out,
    size_t *out_count)
{
	struct cs_arena *arena = cs_tx_op(tx)->arena;
	struct cs_user *users = CS_NEW_ARRAY(arena, struct cs_user, CS_USERS_BY_EMAIL_MAX);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_USER_LIST_BY_EMAIL);
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	cs_bind_id(q, account);
	cs_bind_str(q, email_key);
	cs_bind_i64(q, CS_USERS_BY_EMAIL_MAX);
	while (count < CS_USERS_BY_EMAIL_MAX && cs_sql_next(q))
		read_user(q, &users[count++]);
	CS_TRY(cs_sql_end(q));
	*out = users;
	*out_count = count;
	return CS_OK;
}

cs_err
cs_user_set_seen(struct cs_tx *tx, cs_id account, cs_id id, cs_time now, cs_str name)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_USER_SET_SEEN);

	cs_bind_time(q, now);
	cs_bind_str(q, name);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_user_set_email(
    struct cs_tx *tx, cs_id account, cs_id id, cs_str email, cs_str email_key, bool email_is_proved)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_USER_SET_EMAIL);

	cs_bind_str(q, email);
	cs_bind_str(q, email_key);
	cs_bind_bool(q, email_is_proved);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_user_set_status(
    struct cs_tx *tx, cs_id account, cs_id id, enum cs_user_status from, enum cs_user_status to)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_USER_SET_STATUS);

	cs_bind_i64(q, to);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	cs_bind_i64(q, from);
	return cs_sql_swap(q);
}

cs_err
cs_user_freeze(struct cs_tx *tx, cs_id account, cs_id id, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_USER_FREEZE);

	cs_bind_time(q, now);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_run(q);
}

cs_err
cs_user_unfreeze(struct cs_tx *tx, cs_id account, cs_id id)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_USER_UNFREEZE);

	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

/* --- for administrators --- */

static void
bind_filter(struct cs_tx *tx, struct cs_stmt *q, cs_id account, const struct cs_user_filter *f)
{
	struct cs_arena *a = cs_tx_op(tx)->arena;

	cs_bind_id(q, account);
	cs_bind_str(q, cs_sql_like(a, "%", f->email, "%"));
	cs_bind_str(q, cs_sql_like(a, "%", f->name, "%"));
	cs_bind_str(q, cs_sql_like(a, "%", f->search, "%"));
}

static void
read_profile(struct cs_stmt *q, struct cs_user_profile *out)
{
	*out = (struct cs_user_profile){ .devices = 0 };
	read_user(q, &out->user);
	out->email_is_proved = cs_col_bool(q, 8);
	out->last_identity = cs_col_str(q, 9);
	out->devices = cs_col_i64(q, 10);
	out->methods = (unsigned)cs_col_i64(q, 11);
}

static cs_err
count_users(
    struct cs_tx *tx, cs_id account, const struct cs_user_filter *filter, int64_t *out_total)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_USER_COUNT);

	bind_filter(tx, q, account, filter);
	CS_TRY(cs_sql_one(q));
	*out_total = cs_col_i64(q, 0);
	return cs_sql_end(q);
}

cs_err
cs_user_page(struct cs_tx *tx, cs_id account, const struct cs_user_filter *filter, int64_t max,
    int64_t skip, const struct cs_user_profile **out, size_t *out_count, int64_t *out_total)
{
	size_t most = max < CS_USERS_PAGE_MAX ? (size_t)max : CS_USERS_PAGE_MAX;
	struct cs_user_profile *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_user_profile, most + 1);
	struct cs_stmt *q;
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	*out_total = 0;
	CS_TRY(count_users(tx, account, filter, out_total));
	q = cs_sql_begin(tx, CS_Q_USER_PAGE);
	bind_filter(tx, q, account, filter);
	cs_bind_i64(q, (int64_t)most);
	cs_bind_i64(q, skip);
	while (count < most && cs_sql_next(q))
		read_profile(q, &list[count++]);
	CS_TRY(cs_sql_end(q));
	*out = list;
	*out_count = count;
	return CS_OK;
}

cs_err
cs_user_count_methods(struct cs_tx *tx, cs_id account, struct cs_user_counts *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_USER_COUNT_METHODS);

	*out = (struct cs_user_counts){ 0 };
	cs_bind_id(q, account);
	while (cs_sql_next(q))
		out->having[cs_col_i64(q, 0) & (CS_USER_SETS - 1)] += cs_col_i64(q, 1);
	return cs_sql_end(q);
}

cs_err
cs_user_profile_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_user_profile *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_USER_PROFILE_FIND);

	*out = (struct cs_user_profile){ .user.status = CS_USER_DISABLED };
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	CS_TRY(cs_sql_one(q));
	read_profile(q, out);
	return cs_sql_end(q);
}

static cs_err
set_text(struct cs_tx *tx, enum cs_query query, cs_id account, cs_id id, cs_str text)
{
	struct cs_stmt *q = cs_sql_begin(tx, query);

	cs_bind_str(q, text);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_user_set_name(struct cs_tx *tx, cs_id account, cs_id id, cs_str name)
{
	return set_text(tx, CS_Q_USER_SET_NAME, account, id, name);
}

cs_err
cs_user_set_last_identity(struct cs_tx *tx, cs_id account, cs_id id, cs_str json)
{
	return set_text(tx, CS_Q_USER_SET_LAST_IDENTITY, account, id, json);
}

static struct cs_stmt *
begin_of(struct cs_tx *tx, enum cs_query query, cs_id account, cs_id id)
{
	struct cs_stmt *q = cs_sql_begin(tx, query);

	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return q;
}

cs_err
cs_user_remove(struct cs_tx *tx, cs_id account, cs_id id)
{
	CS_TRY(cs_manage_forget_subject(tx, account, id, cs_id_zero));
	CS_TRY(cs_notice_remove_of_subject(tx, account, id));
	CS_TRY(cs_sql_run(begin_of(tx, CS_Q_USER_REMOVE_PROOFS, account, id)));
	CS_TRY(cs_sql_run(begin_of(tx, CS_Q_USER_REMOVE_AUTHENTICATORS, account, id)));
	CS_TRY(cs_sql_run(begin_of(tx, CS_Q_USER_REMOVE_DEVICES, account, id)));
	return cs_sql_swap(begin_of(tx, CS_Q_USER_REMOVE, account, id));
}
