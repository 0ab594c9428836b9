/*
 * member_store.h - people who sign in to the console: members, memberships, sessions, invitations.
 *
 * Members and their sessions belong to the server realm; a membership gives a member a role in one
 * account.
 */
#ifndef CS_STORE_MEMBER_STORE_H
#define CS_STORE_MEMBER_STORE_H

#include "base/time.h"
#include "crypto/mac.h"
#include "model/member.h"
#include "store/store.h"

/* A new member without a password. The address is asked for first (by_email); CONFLICT otherwise. */
cs_err cs_member_add(struct cs_tx *tx, const struct cs_member *member);
/* Errors: NOT_FOUND. */
cs_err cs_member_find(struct cs_tx *tx, cs_id id, struct cs_member *out);
/* email in lower case. Errors: NOT_FOUND. */
cs_err cs_member_by_email(struct cs_tx *tx, cs_str email, struct cs_member *out);
/* The first password. Errors: CONFLICT (has one already, or is disabled). */
cs_err cs_member_activate(struct cs_tx *tx, cs_id id, cs_str password_hash, cs_str name);

/* One that is there stays as it is. */
cs_err cs_membership_add(
    struct cs_tx *tx, cs_id account, cs_id member, enum cs_role role, cs_time created);
/* Errors: NOT_FOUND. */
cs_err cs_membership_find(struct cs_tx *tx, cs_id account, cs_id member, enum cs_role *out);
/* What a member belongs to, by the account's name; in the arena. */
struct cs_member_account {
	cs_id id;
	cs_str name;
	cs_str auth_origin;
	enum cs_role role;
};
#define CS_MEMBER_ACCOUNTS_MAX 1000
cs_err cs_membership_list(
    struct cs_tx *tx, cs_id member, const struct cs_member_account **out, size_t *out_count);
/* With the member's API tokens of this account. Errors: NOT_FOUND. */
cs_err cs_membership_remove(struct cs_tx *tx, cs_id account, cs_id member);

cs_err cs_member_session_add(struct cs_tx *tx, const struct cs_member_session *session);
/* With the member's status now. Errors: NOT_FOUND. */
cs_err cs_member_session_find(struct cs_tx *tx, const uint8_t token_hash[static CS_SHA256_LEN],
    struct cs_member_session *out, enum cs_member_status *status);
/* Removing none is fine. */
cs_err cs_member_session_remove(struct cs_tx *tx, cs_id id);
cs_err cs_member_session_sweep(struct cs_tx *tx, cs_time now);

cs_err cs_invitation_add(struct cs_tx *tx, const struct cs_invitation *invitation);
/* Errors: NOT_FOUND. */
cs_err cs_invitation_find(
    struct cs_tx *tx, const uint8_t token_hash[static CS_SHA256_LEN], struct cs_invitation *out);
/* Counts one try. Errors: CONFLICT (tries is not `from` now, or it is not open). */
cs_err cs_invitation_try(struct cs_tx *tx, const struct cs_invitation *invitation);
/* Errors: CONFLICT (not open, or over at now). */
cs_err cs_invitation_close(struct cs_tx *tx, const struct cs_invitation *invitation, cs_time now);

#endif
