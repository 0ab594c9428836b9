/*
 * members.h - who belongs to an account: inviting, roles, removing.
 *
 * Everywhere: op->account is the account; actor is the member who asks (in person or by a token of
 * theirs), may what they were granted. Each is one transaction, audited in the account with who did
 * it. Only an owner (with CS_MAY_ACCOUNT_WRITE) makes, changes, removes or invites owners; an account
 * keeps at least one owner who can sign in, also when two owners act at once.
 */
#ifndef CS_DOMAIN_MEMBERS_H
#define CS_DOMAIN_MEMBERS_H

#include "domain/config/permission.h"
#include "domain/domain.h"
#include "domain/refusal.h"
#include "store/membership_store.h"

struct cs_in_charge {
	cs_id member;
	uint32_t may; /* CS_MAY_… of the session or token that came */
};

/* By address; in op's arena, which has to be wide (CS_CONFIG_ARENA_MAX). Errors: LIMIT. */
cs_err cs_members_list(
    struct cs_domain *d, const struct cs_op *op, struct cs_account_member **out, size_t *out_count);
/* Refused with NOT_FOUND. */
cs_err cs_members_get(struct cs_domain *d, const struct cs_op *op, cs_id member,
    struct cs_account_member *out, struct cs_refusal *why);

/*
 * Mail an invitation to an address (as typed): ORIGIN OF THE CONSOLE/invitation#csi_…, seven days,
 * with who invites, to which account, as what, and whether a second factor will be asked for. One
 * that is open for the address is replaced. *out: the line that the list has now.
 * Refused: BODY (no address), ALREADY_MEMBER, NOT_ALLOWED (owners), TOO_MANY (invitations a day, or
 * members), NO_APPLICATION (the console has no host yet).
 */
cs_err cs_members_invite(struct cs_domain *d, const struct cs_op *op,
    const struct cs_in_charge *who, cs_str email, enum cs_role role, struct cs_account_member *out,
    struct cs_refusal *why);
/* Another mail with another link in place of the first. Refused: NOT_FOUND (nobody who is invited). */
cs_err cs_members_resend(struct cs_domain *d, const struct cs_op *op,
    const struct cs_in_charge *who, cs_id member, struct cs_account_member *out,
    struct cs_refusal *why);

/*
 * Of a member or of an invitation. What their tokens may shrinks with it at once.
 * Refused: NOT_FOUND, NOT_ALLOWED (owners), LAST_OWNER.
 */
cs_err cs_members_set_role(struct cs_domain *d, const struct cs_op *op,
    const struct cs_in_charge *who, cs_id member, enum cs_role role, struct cs_account_member *out,
    struct cs_refusal *why);
/*
 * Ends the membership with the member's API tokens of the account, or withdraws the invitation. Who
 * asks about themselves leaves, with whatever role. Refused: NOT_FOUND, NOT_ALLOWED, LAST_OWNER.
 */
cs_err cs_members_remove(struct cs_domain *d, const struct cs_op *op,
    const struct cs_in_charge *who, cs_id member, struct cs_refusal *why);

/*
 * Another owner takes somebody's second factor away (two_factor_reset.h): all their sessions end, the
 * next sign-in can only enrol, every address is told; audited in the account and in the realm.
 * reason: 1 to 500 bytes. Refused: BODY, NOT_FOUND (also: only invited, or of single sign-on),
 * NOT_ALLOWED (not an owner), NOT_YOURSELF, ELSEWHERE (they belong to an account that is not who's).
 */
cs_err cs_members_disable_two_factor(struct cs_domain *d, const struct cs_op *op,
    const struct cs_in_charge *who, cs_id member, cs_str reason, struct cs_refusal *why);

#endif
