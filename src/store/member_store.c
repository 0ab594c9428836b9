#include "store/member_store.h"

#include "store/sql.h"

/* --- members --- */

cs_err
cs_member_add(struct cs_tx *tx, const struct cs_member *member)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_ADD);
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, member->id);
	cs_bind_str(q, member->email);
	cs_bind_str(q, member->email);
	cs_bind_str(q, member->name);
	cs_bind_time(q, member->created);
	return cs_sql_run(q);
}

static cs_err
read_member(struct cs_stmt *q, struct cs_member *out)
{
	CS_TRY(cs_sql_one(q));
	out->id = cs_col_id(q, 0);
	out->email = cs_col_str(q, 1);
	out->name = cs_col_str(q, 2);
	if (!cs_col_is_null(q, 3))
		out->password_hash = cs_col_str(q, 3);
	out->status = (enum cs_member_status)cs_col_i64(q, 4);
	out->created = cs_col_time(q, 5);
	return cs_sql_end(q);
}

cs_err
cs_member_find(struct cs_tx *tx, cs_id id, struct cs_member *out)
{
	*out = (struct cs_member){ 0 };
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_FIND);
	cs_bind_id(q, id);
	return read_member(q, out);
}

cs_err
cs_member_by_email(struct cs_tx *tx, cs_str email, struct cs_member *out)
{
	*out = (struct cs_member){ 0 };
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_BY_EMAIL);
	cs_bind_str(q, email);
	return read_member(q, out);
}

cs_err
cs_member_activate(struct cs_tx *tx, cs_id id, cs_str password_hash, cs_str name)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_ACTIVATE);
	cs_bind_str(q, password_hash);
	cs_bind_str(q, name);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

/* --- memberships --- */

cs_err
cs_membership_add(struct cs_tx *tx, cs_id account, cs_id member, enum cs_role role, cs_time created)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBERSHIP_ADD);
	cs_bind_id(q, account);
	cs_bind_id(q, member);
	cs_bind_i64(q, role);
	cs_bind_time(q, created);
	return cs_sql_run(q);
}

cs_err
cs_membership_find(struct cs_tx *tx, cs_id account, cs_id member, enum cs_role *out)
{
	*out = CS_ROLE_NONE;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBERSHIP_FIND);
	cs_bind_id(q, account);
	cs_bind_id(q, member);
	CS_TRY(cs_sql_one(q));
	*out = (enum cs_role)cs_col_i64(q, 0);
	return cs_sql_end(q);
}

cs_err
cs_membership_list(
    struct cs_tx *tx, cs_id member, const struct cs_member_account **out, size_t *out_count)
{
	struct cs_member_account *list =
	    CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_member_account, CS_MEMBER_ACCOUNTS_MAX);
	size_t count = 0;
	bool has_row;
	*out = list;
	*out_count = 0;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBERSHIP_LIST);
	cs_bind_id(q, member);
	cs_bind_i64(q, CS_MEMBER_ACCOUNTS_MAX);
	CS_TRY(cs_sql_step(q, &has_row));
	while (has_row && count < CS_MEMBER_ACCOUNTS_MAX) {
		list[count++] = (struct cs_member_account){
			.id = cs_col_id(q, 0),
			.name = cs_col_str(q, 1),
			.auth_origin = cs_col_str(q, 2),
			.role = (enum cs_role)cs_col_i64(q, 3),
		};
		CS_TRY(cs_sql_step(q, &has_row));
	}
	*out_count = count;
	return cs_sql_end(q);
}

cs_err
cs_membership_remove(struct cs_tx *tx, cs_id account, cs_id member)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBERSHIP_REMOVE);
	cs_bind_id(q, account);
	cs_bind_id(q, member);
	return cs_sql_exec_one(q);
}

/* --- signed-in members --- */

cs_err
cs_member_session_add(struct cs_tx *tx, const struct cs_member_session *session)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_ADD);
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, session->id);
	cs_bind_span(q, CS_SPAN(session->token_hash, sizeof(session->token_hash)));
	cs_bind_id(q, session->member);
	cs_bind_time(q, session->created);
	cs_bind_time(q, session->expires);
	return cs_sql_run(q);
}

cs_err
cs_member_session_find(struct cs_tx *tx, const uint8_t token_hash[static CS_SHA256_LEN],
    struct cs_member_session *out, enum cs_member_status *status)
{
	*out = (struct cs_member_session){ 0 };
	*status = CS_MEMBER_DISABLED;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_FIND);
	cs_bind_span(q, CS_SPAN(token_hash, CS_SHA256_LEN));
	CS_TRY(cs_sql_one(q));
	out->id = cs_col_id(q, 0);
	out->member = cs_col_id(q, 1);
	out->expires = cs_col_time(q, 2);
	*status = (enum cs_member_status)cs_col_i64(q, 3);
	memcpy(out->token_hash, token_hash, CS_SHA256_LEN);
	return cs_sql_end(q);
}

cs_err
cs_member_session_remove(struct cs_tx *tx, cs_id id)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_REMOVE);
	cs_bind_id(q, cs_id_zero);
	cs_bind_id(q, id);
	return cs_sql_run(q);
}

cs_err
cs_member_session_sweep(struct cs_tx *tx, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SESSION_SWEEP);
	cs_bind_time(q, now);
	return cs_sql_run(q);
}

/* --- invitations --- */

cs_err
cs_invitation_add(struct cs_tx *tx, const struct cs_invitation *invitation)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_INVITATION_ADD);
	cs_bind_id(q, invitation->account);
	cs_bind_id(q, invitation->id);
	cs_bind_str(q, invitation->email);
	cs_bind_i64(q, invitation->role);
	cs_bind_span(q, CS_SPAN(invitation->token_hash, sizeof(invitation->token_hash)));
	cs_bind_time(q, invitation->created);
	cs_bind_time(q, invitation->expires);
	return cs_sql_run(q);
}

cs_err
cs_invitation_find(
    struct cs_tx *tx, const uint8_t token_hash[static CS_SHA256_LEN], struct cs_invitation *out)
{
	*out = (struct cs_invitation){ 0 };
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_INVITATION_FIND);
	cs_bind_span(q, CS_SPAN(token_hash, CS_SHA256_LEN));
	CS_TRY(cs_sql_one(q));
	out->account = cs_col_id(q, 0);
	out->id = cs_col_id(q, 1);
	out->email = cs_col_str(q, 2);
	out->role = (enum cs_role)cs_col_i64(q, 3);
	out->state = (enum cs_invitation_state)cs_col_i64(q, 4);
	out->tries = cs_col_i64(q, 5);
	out->expires = cs_col_time(q, 6);
	memcpy(out->token_hash, token_hash, CS_SHA256_LEN);
	return cs_sql_end(q);
}

cs_err
cs_invitation_try(struct cs_tx *tx, const struct cs_invitation *invitation)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_INVITATION_TRY);
	cs_bind_id(q, invitation->account);
	cs_bind_id(q, invitation->id);
	cs_bind_i64(q, invitation->tries);
	return cs_sql_swap(q);
}

cs_err
cs_invitation_close(struct cs_tx *tx, const struct cs_invitation *invitation, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_INVITATION_REDEEM);
	cs_bind_id(q, invitation->account);
	cs_bind_id(q, invitation->id);
	cs_bind_time(q, now);
	return cs_sql_swap(q);
}
