/*
 * membership_store.h - who belongs to an account or is invited to it, and what the account asks of
 * them. Members themselves: member_store.h.
 */
#ifndef CS_STORE_MEMBERSHIP_STORE_H
#define CS_STORE_MEMBERSHIP_STORE_H

#include "base/time.h"
#include "model/member.h"
#include "store/store.h"

enum cs_account_member_status {
	CS_ACCOUNT_MEMBER_ACCEPTED = 0,
	CS_ACCOUNT_MEMBER_PENDING, /* an invitation is open; or the first owner has no password yet */
	CS_ACCOUNT_MEMBER_EXPIRED, /* the invitation was not redeemed in time */
};

/* One line of an account's list. Of somebody who is only invited: what the invitation says. */
struct cs_account_member {
	cs_id id; /* the member's; the same before and after the invitation is redeemed */
	cs_str email;
	cs_str name; /* empty before they redeem */
	enum cs_role role;
	enum cs_account_member_status status;
	bool is_sso;
	cs_time two_factor_since; /* 0: off, or not to be told (not ACCEPTED) */
	cs_time last_sign_in; /* so too */
	cs_time joined; /* 0: not ACCEPTED */
	cs_id invitation; /* the latest that is not redeemed; zero: none */
	cs_id invited_by; /* zero: the operator */
	cs_time invited;
	cs_time expires; /* of the invitation */
	int64_t api_tokens; /* of theirs in this account */
	cs_id recovery; /* the open case; zero: none */
	cs_time frozen; /* since somebody said "this was not me"; 0: not */
};

#define CS_ACCOUNT_MEMBERS_MAX 10000 /* members and open invitations together */

/*
 * By address, as of now; in the arena. Errors: LIMIT (more than the maximum, or the arena's cap).
 */
cs_err cs_account_member_list(struct cs_tx *tx, cs_id account, cs_time now,
    struct cs_account_member **out, size_t *out_count);
/* Errors: NOT_FOUND. */
cs_err cs_account_member_find(
    struct cs_tx *tx, cs_id account, cs_id member, cs_time now, struct cs_account_member *out);

/* --- roles --- */

/* Compare-and-swap. Errors: CONFLICT (the role is not `from` now). */
cs_err cs_membership_set_role(
    struct cs_tx *tx, cs_id account, cs_id member, enum cs_role from, enum cs_role to);
/*
 * Owners who can sign in, leaving out one. Read and a change in one write transaction are safe
 * against another owner doing the same elsewhere (store.h: SERIALIZABLE, or one writer).
 */
cs_err cs_membership_count_owners(struct cs_tx *tx, cs_id account, cs_id except, int64_t *out);
/* Whether the member owns any account: recovery of owners takes two people. */
cs_err cs_membership_owns_any(struct cs_tx *tx, cs_id member, bool *out);

/* --- invitations --- */

/* The open one for an address (lower case), over or not. Errors: NOT_FOUND. */
cs_err cs_invitation_open_for(
    struct cs_tx *tx, cs_id account, cs_str email, struct cs_invitation *out);
/* All open ones for an address, in all accounts; in the arena, at most 1000. */
cs_err cs_invitation_list_for(
    struct cs_tx *tx, cs_str email, struct cs_invitation **out, size_t *out_count);
/* Errors: CONFLICT (not open). */
cs_err cs_invitation_withdraw(struct cs_tx *tx, cs_id account, cs_id id);
/* Errors: CONFLICT (not open). */
cs_err cs_invitation_set_role(struct cs_tx *tx, cs_id account, cs_id id, enum cs_role role);

/* --- what an account asks of its members --- */

struct cs_account_demands {
	bool is_enforced; /* two-factor authentication */
	cs_time after; /* from then on; 0: at once */
	bool refuses_remembered; /* no browser goes without the second factor */
};

/* Errors: NOT_FOUND. */
cs_err cs_account_demands_find(struct cs_tx *tx, cs_id account, struct cs_account_demands *out);
/* Errors: NOT_FOUND. */
cs_err cs_account_demands_set(
    struct cs_tx *tx, cs_id account, const struct cs_account_demands *demands);

struct cs_member_demand {
	cs_id account;
	cs_str name;
	enum cs_role role;
	struct cs_account_demands demands;
};

/*
 * Of every account that the member belongs to and that asks for something, by the account's name;
 * none for one who comes by single sign-on. In the arena; at most 1000.
 */
cs_err cs_member_demand_list(
    struct cs_tx *tx, cs_id member, struct cs_member_demand **out, size_t *out_count);

#endif
