/*
 * evaluate.h - what the policies of an application say to one person at one address.
 *
 * Pure: the same answer for the gateway on each request and for the domain at sign-in. Sources:
 * specs: Access §8 (order), gate/mfa.h (second factor), model/access.h (rules that cannot be judged).
 *
 * A rule holds, does not hold, or cannot be judged: of an unknown kind, of an unknown or circular
 * group, or about an identity that is not there. What cannot be judged never lets anybody in: it is
 * no match in include, fails require and blocks in exclude; in a Block policy it blocks.
 */
#ifndef CS_GATE_EVALUATE_H
#define CS_GATE_EVALUATE_H

#include "base/net.h"
#include "gate/mfa.h"
#include "model/access.h"
#include "model/session.h"

enum cs_access_verdict {
	CS_ACCESS_DENY = 0,
	CS_ACCESS_ALLOW, /* look at mfa before letting anybody in */
	CS_ACCESS_BYPASS, /* no identity, no second factor, no log */
	CS_ACCESS_SERVICE, /* a Service Auth policy matched: no identity, no second factor */
	CS_ACCESS_SIGN_IN, /* needs an identity, or one from a provider that is allowed here */
};

struct cs_access_answer {
	enum cs_access_verdict verdict;
	const struct cs_policy *policy; /* the one that matched; NULL when none did */
	struct cs_mfa_requirement mfa; /* for ALLOW */
	int64_t session_duration_ms; /* policy, else application, else organisation */
	bool has_unmet_service_policy; /* a Service Auth policy stands there and did not match */
};

/* Who asks, and from where. What is zero is not known, and what judges it cannot be judged. */
struct cs_asker {
	/*
	 * NULL when nobody is signed in: then only Bypass and Service Auth can pass, and the rest is
	 * SIGN_IN (DENY when the application has no Allow policy at all).
	 */
	const struct cs_identity *identity;
	struct cs_addr ip; /* the person's; family 0: not known */
	char country[2]; /* of ip: ISO 3166-1 alpha-2, upper case (gate/geo.h) */
	cs_id service_token; /* that authenticated itself on this request */
	cs_id linked_application; /* another one, whose good token came with this request */
};

void cs_access_evaluate(const struct cs_access_config *config, const struct cs_application *app,
    const struct cs_asker *asker, struct cs_access_answer *out);

#endif
