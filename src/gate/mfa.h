/*
 * mfa.h - the second factor that a place asks for, and whether a proof meets it.
 *
 * Pure: the same answer for the gateway on each request and for the domain at sign-in. Source:
 * specs: Access §4.4.
 */
#ifndef CS_GATE_MFA_H
#define CS_GATE_MFA_H

#include "base/time.h"
#include "model/access.h"

struct cs_mfa_requirement {
	bool is_required;
	unsigned methods; /* OR of enum cs_mfa_method; 0 with is_required: nobody can satisfy it */
	int64_t duration_ms; /* 0: asked for each new application session */
};

/* The second factor that policy (may be NULL) of app asks for, by itself: specs §4.4. */
struct cs_mfa_requirement cs_mfa_resolve(const struct cs_access_config *config,
    const struct cs_application *app, const struct cs_policy *policy);

/*
 * Whether a proof made by method at proof_at satisfies need now. proof_is_own: it was made for this
 * one application session. With duration D > 0 it counts while now < proof_at + D, and not from more
 * than five minutes before proof_at: once a wrong clock is set right, nothing counts for longer than
 * D. With 0 it must be own. age_is_login_only: its age is not looked at (only the sign-in does).
 */
bool cs_mfa_is_satisfied(const struct cs_mfa_requirement *need, unsigned method, cs_time proof_at,
    bool proof_is_own, bool age_is_login_only, cs_time now);

#endif
