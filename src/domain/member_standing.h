/*
 * member_standing.h - where a member's sign-in stands, and what can come next
 * (docs/protocol/member-api.md, "Where a sign-in stands").
 */
#ifndef CS_DOMAIN_MEMBER_STANDING_H
#define CS_DOMAIN_MEMBER_STANDING_H

#include "domain/enforcement.h"
#include "domain/member_session.h"
#include "domain/recovery.h"

struct cs_member_standing {
	const struct cs_member_seen *who;
	unsigned methods; /* OR of enum cs_mfa_method of what they have, backup codes apart */
	bool has_codes;
	unsigned codes_left;
	int64_t
	    remember_ms; /* stage CHALLENGE: this browser may be remembered so long; 0: it may not */
	struct cs_enforcement demands; /* also of the account that they are about to join */
	const struct cs_recovery_shown *recovery; /* NULL: none is open */
	bool is_new_browser; /* nobody of this name signed in from it before this session */
};

/* who: as cs_member_see found it. Lists live in the arena. */
cs_err cs_member_stand(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, struct cs_member_standing *out);

#endif
