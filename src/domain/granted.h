/*
 * granted.h - what else is done in the transaction that grants an answer, or confirms an enrolment.
 *
 * Given to cs_challenge_finish and cs_enrol_finish by whoever called: a member's half session
 * becomes whole in the same commit as the challenge is used up and the replay state advances. It
 * may run twice (the transaction is tried again): what it puts out is set anew each time.
 */
#ifndef CS_DOMAIN_GRANTED_H
#define CS_DOMAIN_GRANTED_H

#include "domain/holder.h"
#include "factor/factor.h"

struct cs_granted {
	const struct cs_holder *holder;
	enum cs_challenge_purpose purpose; /* of an enrolment: SIGN_IN */
	bool is_enrolment;
	const struct cs_factor *factor;
	const struct cs_authenticator
	    *authenticator; /* as it was judged; enrolled: as it is stored */
	unsigned method; /* what the answer counts as: enum cs_mfa_method */
	cs_span replay; /* what the factor keeps of it from now on */
};

/* Errors: CONFLICT (somebody else was first): nothing is granted, and the answer is ENDED. */
typedef cs_err cs_granted_fn(struct cs_tx *tx, void *ctx, const struct cs_granted *g);

#endif
