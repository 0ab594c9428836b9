/*
 * own_memberships.h - what members see and do about the accounts that they belong to or are invited
 * to, in person or by a token of theirs. Leaving is members.h (remove).
 */
#ifndef CS_DOMAIN_OWN_MEMBERSHIPS_H
#define CS_DOMAIN_OWN_MEMBERSHIPS_H

#include "domain/config/api_token.h"
#include "domain/refusal.h"
#include "store/member_store.h"
#include "store/membership_store.h"

struct cs_own_profile {
	struct cs_member member; /* without the password's hash */
	bool is_enforced; /* a second factor, by an account of theirs */
};
/* Errors: NOT_FOUND. */
cs_err cs_own_profile_read(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    struct cs_own_profile *out);

/* By name; by a token: its account alone. In op's arena. */
cs_err cs_own_accounts(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    const struct cs_member_account **out, size_t *out_count);

/* An invitation that is open, with what the invited have to know. */
struct cs_own_invitation {
	struct cs_invitation invitation;
	cs_str account_name;
	struct cs_account_demands demands;
	cs_str invited_by; /* an address; empty: the operator, or somebody who is gone */
	bool is_over; /* not redeemed in time */
};

/* To the member's own address, once it is verified; by a token: to none. In op's arena. */
cs_err cs_own_invitations(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    struct cs_own_invitation **out, size_t *out_count);

/*
 * Join, or say no: in person alone. Nobody joins who would have to enrol first: that way is the
 * mail's link. Refused: NOT_FOUND (none of theirs, or over), NOT_ALLOWED (by a token), ENFORCED,
 * SSO (they come by the provider of another account).
 */
cs_err cs_own_invitation_accept(struct cs_domain *d, const struct cs_op *op,
    const struct cs_grant *who, cs_id invitation, struct cs_refusal *why);
cs_err cs_own_invitation_reject(struct cs_domain *d, const struct cs_op *op,
    const struct cs_grant *who, cs_id invitation, struct cs_refusal *why);

#endif
