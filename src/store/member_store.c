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
	out->email_verified = cs_col_time(q, 6);
	out->password_changed = cs_col_time(q, 7);
	out->password_reset = cs_col_time(q, 8);
	out->two_factor_since = cs_col_time(q, 9);
	out->must_enrol = (enum cs_must_enrol)cs_col_i64(q, 10);
	out->frozen = cs_col_time(q, 11);
	out->last_sign_in = cs_col_time(q, 12);
	out->sso_account = cs_col_id(q, 13);
	out->sso_provider = cs_col_id(q, 14);
	if (!cs_col_is_null(q, 15))
		out->sso_sub = cs_col_str(q, 15);
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
cs_member_by_sso(struct cs_tx *tx, cs_id account, cs_id provider, cs_str sub, struct cs_member *out)
{
	*out = (struct cs_member){ 0 };
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_BY_SSO);
	cs_bind_id(q, account);
	cs_bind_id(q, provider);
	cs_bind_str(q, sub);
	return read_member(q, out);
}

/* --- what changes of a member --- */

cs_err
cs_member_activate(struct cs_tx *tx, cs_id id, cs_str password_hash, cs_str name, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_ACTIVATE);
	cs_bind_str(q, password_hash);
	cs_bind_str(q, name);
	cs_bind_time(q, now);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_member_set_password(struct cs_tx *tx, const struct cs_member *member, cs_str password_hash,
    bool is_reset, cs_time now)
{
	struct cs_stmt *q =
	    cs_sql_begin(tx, is_reset ? CS_Q_MEMBER_RESET_PASSWORD : CS_Q_MEMBER_SET_PASSWORD);
	cs_bind_str(q, password_hash);
	cs_bind_time(q, now);
	cs_bind_id(q, member->id);
	cs_bind_time(q, member->password_changed);
	return cs_sql_swap(q);
}

cs_err
cs_member_set_name(struct cs_tx *tx, cs_id id, cs_str name)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SET_NAME);
	cs_bind_str(q, name);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_member_set_email(
    struct cs_tx *tx, cs_id id, cs_str from, cs_str to, cs_time now, bool *out_is_taken)
{
	struct cs_member other;
	cs_err e = cs_member_by_email(tx, to, &other);

	/* Asked for first: a collision would end the transaction. */
	*out_is_taken = !cs_failed(e) && !cs_id_equal(other.id, id);
	if (*out_is_taken)
		return CS_OK;
	if (!cs_is(e, CS_E_NOT_FOUND))
		CS_TRY(e);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SET_EMAIL);
	cs_bind_str(q, to);
	cs_bind_time(q, now);
	cs_bind_id(q, id);
	cs_bind_str(q, from);
	return cs_sql_swap(q);
}

cs_err
cs_member_set_verified(struct cs_tx *tx, cs_id id, cs_str email, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SET_VERIFIED);
	cs_bind_time(q, now);
	cs_bind_id(q, id);
	cs_bind_str(q, email);
	return cs_sql_swap(q);
}

cs_err
cs_member_set_two_factor(struct cs_tx *tx, cs_id id, cs_time since)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SET_TWO_FACTOR);
	cs_bind_time(q, since);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_member_set_must_enrol(struct cs_tx *tx, cs_id id, enum cs_must_enrol why)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SET_MUST_ENROL);
	cs_bind_i64(q, why);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_member_set_frozen(struct cs_tx *tx, cs_id id, cs_time since)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SET_FROZEN);
	cs_bind_time(q, since);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_member_set_last_sign_in(struct cs_tx *tx, cs_id id, cs_time now)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SET_LAST_SIGN_IN);
	cs_bind_time(q, now);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

static cs_err
clear_sso(struct cs_tx *tx, cs_id id)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_CLEAR_SSO);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_member_set_sso(struct cs_tx *tx, cs_id id, cs_id account, cs_id provider)
{
	if (cs_id_is_zero(account))
		return clear_sso(tx, id);
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SET_SSO);
	cs_bind_id(q, account);
	cs_bind_id(q, provider);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_member_set_sso_sub(struct cs_tx *tx, cs_id id, cs_str sub)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_SET_SSO_SUB);
	cs_bind_str(q, sub);
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
	*out = list;
	*out_count = 0;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBERSHIP_LIST);
	cs_bind_id(q, member);
	cs_bind_i64(q, CS_MEMBER_ACCOUNTS_MAX);
	while (count < CS_MEMBER_ACCOUNTS_MAX && cs_sql_next(q)) {
		list[count++] = (struct cs_member_account){
			.id = cs_col_id(q, 0),
			.name = cs_col_str(q, 1),
			.auth_origin = cs_col_str(q, 2),
			.role = (enum cs_role)cs_col_i64(q, 3),
		};
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
	cs_bind_id(q, invitation->invited_by);
	return cs_sql_run(q);
}

static cs_err
read_invitation(struct cs_stmt *q, struct cs_invitation *out)
{
	CS_TRY(cs_sql_one(q));
	out->account = cs_col_id(q, 0);
	out->id = cs_col_id(q, 1);
	out->email = cs_col_str(q, 2);
	out->role = (enum cs_role)cs_col_i64(q, 3);
	out->state = (enum cs_invitation_state)cs_col_i64(q, 4);
	out->tries = cs_col_i64(q, 5);
	out->expires = cs_col_time(q, 6);
	out->created = cs_col_time(q, 7);
	out->invited_by = cs_col_id(q, 8);
	cs_col_bytes(q, 9, out->token_hash, sizeof(out->token_hash));
	return cs_sql_end(q);
}

cs_err
cs_invitation_find(
    struct cs_tx *tx, const uint8_t token_hash[static CS_SHA256_LEN], struct cs_invitation *out)
{
	*out = (struct cs_invitation){ 0 };
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_INVITATION_FIND);
	cs_bind_span(q, CS_SPAN(token_hash, CS_SHA256_LEN));
	return read_invitation(q, out);
}

cs_err
cs_invitation_by_id(struct cs_tx *tx, cs_id account, cs_id id, struct cs_invitation *out)
{
	*out = (struct cs_invitation){ 0 };
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_INVITATION_BY_ID);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return read_invitation(q, out);
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
