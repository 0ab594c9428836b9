#include "store/user_store.h"

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
	bool has_row;

	*out = NULL;
	*out_count = 0;
	cs_bind_id(q, account);
	cs_bind_str(q, email_key);
	cs_bind_i64(q, CS_USERS_BY_EMAIL_MAX);
	CS_TRY(cs_sql_step(q, &has_row));
	while (has_row && count < CS_USERS_BY_EMAIL_MAX) {
		read_user(q, &users[count++]);
		CS_TRY(cs_sql_step(q, &has_row));
	}
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
