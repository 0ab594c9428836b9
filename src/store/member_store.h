/*
 * member_store.h - people who sign in to the console: members, memberships, invitations.
 *
 * Members belong to the server realm; a membership gives a member a role in one account. Their
 * sessions: member_session_store.h. Links and other addresses: member_link_store.h.
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
cs_err cs_member_activate(
    struct cs_tx *tx, cs_id id, cs_str password_hash, cs_str name, cs_time now);

/* --- what changes of a member; errors of all: CONFLICT (gone, or not what was given, now) --- */

/* is_reset: by a mailed link, which password_reset tells. */
cs_err cs_member_set_password(struct cs_tx *tx, const struct cs_member *member,
    cs_str password_hash, bool is_reset, cs_time now);
cs_err cs_member_set_name(struct cs_tx *tx, cs_id id, cs_str name);
/* Proved, in place of `from`. *out_is_taken: somebody has it, and nothing was changed. */
cs_err cs_member_set_email(
    struct cs_tx *tx, cs_id id, cs_str from, cs_str to, cs_time now, bool *out_is_taken);
/* That this address is theirs; the first time counts. */
cs_err cs_member_set_verified(struct cs_tx *tx, cs_id id, cs_str email, cs_time now);
/* since 0: off. */
cs_err cs_member_set_two_factor(struct cs_tx *tx, cs_id id, cs_time since);
cs_err cs_member_set_must_enrol(struct cs_tx *tx, cs_id id, enum cs_must_enrol why);
/* 0: no longer. */
cs_err cs_member_set_frozen(struct cs_tx *tx, cs_id id, cs_time since);
cs_err cs_member_set_last_sign_in(struct cs_tx *tx, cs_id id, cs_time now);
/*
 * Single sign-on through a provider of an account, and no password from then on; zero account: a
 * password again, which has to be reset first. What the provider calls them is forgotten.
 */
cs_err cs_member_set_sso(struct cs_tx *tx, cs_id id, cs_id account, cs_id provider);
/* What the provider calls them: the first sign-in sets it; CONFLICT when it is set already. */
cs_err cs_member_set_sso_sub(struct cs_tx *tx, cs_id id, cs_str sub);
/* Who signs in through a provider, by what it calls them. Errors: NOT_FOUND. */
cs_err cs_member_by_sso(
    struct cs_tx *tx, cs_id account, cs_id provider, cs_str sub, struct cs_member *out);

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

cs_err cs_invitation_add(struct cs_tx *tx, const struct cs_invitation *invitation);
/* Errors: NOT_FOUND. */
cs_err cs_invitation_find(
    struct cs_tx *tx, const uint8_t token_hash[static CS_SHA256_LEN], struct cs_invitation *out);
/* Errors: NOT_FOUND. */
cs_err cs_invitation_by_id(struct cs_tx *tx, cs_id account, cs_id id, struct cs_invitation *out);
/* Counts one try. Errors: CONFLICT (tries is not `from` now, or it is not open). */
cs_err cs_invitation_try(struct cs_tx *tx, const struct cs_invitation *invitation);
/* Errors: CONFLICT (not open, or over at now). */
cs_err cs_invitation_close(struct cs_tx *tx, const struct cs_invitation *invitation, cs_time now);

#endif
