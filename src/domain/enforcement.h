/*
 * enforcement.h - accounts that want a second factor of their members, and what that means for one.
 *
 * A member has one login for all accounts, so what any of their accounts asks for holds. Who comes by
 * single sign-on is asked by their provider: for them nothing is enforced here. Whether somebody has
 * a second factor is not looked at: domain/two_factor.h and struct cs_member say so.
 */
#ifndef CS_DOMAIN_ENFORCEMENT_H
#define CS_DOMAIN_ENFORCEMENT_H

#include "domain/domain.h"
#include "domain/refusal.h"
#include "model/member.h"
#include "store/membership_store.h"

/* Zeroed: nobody asks for anything. */
struct cs_enforcement {
	bool is_enforced; /* by at least one account, now or from the deadline on */
	bool is_due; /* by one of them now: at sign-in nothing but enrolling is open */
	cs_time
	    deadline; /* the earliest that is still to come; 0: none (it is due, or not enforced) */
	bool
	    is_owner_of_all; /* the member owns every account that enforces; false when none does */
	bool
	    refuses_remembered; /* an account of theirs, enforcing or not, wants no browser remembered */
	const cs_str *accounts; /* names of those that enforce, by name; in the arena */
	size_t account_count;
};

/*
 * In any transaction, as of its op->now. For a member that is not there: nothing is asked.
 * Also for the last authenticator's removal: is_enforced, and !is_owner_of_all, refuses.
 */
cs_err cs_enforcement_find(struct cs_tx *tx, cs_id member, struct cs_enforcement *out);
/*
 * The same, as if the member belonged to account too with that role: for redeeming an invitation.
 * member may be zero: somebody new.
 */
cs_err cs_enforcement_find_joining(
    struct cs_tx *tx, cs_id member, cs_id account, enum cs_role role, struct cs_enforcement *out);

/* --- what an account asks --- */

/* See store/membership_store.h: is_on, after, refuses_remembered. */

/*
 * In a transaction of an account: change what it asks; actor is an owner of it, else NOT_ALLOWED.
 * Audited. When it is switched on (or its date moves), the members without a second factor are told
 * by mail. What is so already changes nothing.
 */
cs_err cs_enforcement_set_in(struct cs_tx *tx, const struct cs_domain *d, cs_id actor,
    const struct cs_account_demands *wanted, struct cs_refusal *why);

/* What switching it on would mean, for those who belong to op->account and those invited. */
enum cs_preview_state {
	CS_PREVIEW_OFF = 0, /* has to enrol */
	CS_PREVIEW_ON,
	CS_PREVIEW_SSO, /* counts as satisfied */
};

/* Of an invited person nothing is known but that they will have to enrol. */
enum cs_preview_state cs_enforcement_preview(const struct cs_account_member *member);

#endif
