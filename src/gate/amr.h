/*
 * amr.h - what an identity provider's own second factor is worth here.
 *
 * Pure: the same answer for the gateway on each request and for the domain at sign-in. Sources: RFC
 * 8176 §2 for the values, specs: Access §4.6 for what they count as and for when they do not.
 *
 * Nothing of this is a proof: it opens an application session, and never a window in which devices
 * can be changed.
 */
#ifndef CS_GATE_AMR_H
#define CS_GATE_AMR_H

#include "gate/mfa.h"
#include "model/session.h"

enum cs_amr_verdict {
	CS_AMR_COUNTS = 0,
	CS_AMR_OFF, /* the organisation does not match at all */
	CS_AMR_MODELS, /* a list of models is required: no provider says which device it asked */
	CS_AMR_NOT_SENT, /* the provider said nothing about how */
	CS_AMR_NO_METHOD, /* nothing of what it said is a method that is allowed here */
	CS_AMR_OVER, /* it was longer ago than the organisation lets it count */
};

/* What value counts as: one of enum cs_mfa_method, or 0. Values are compared exactly. */
unsigned cs_amr_method(cs_str value);

/*
 * What the values of identity count as: by the table, by its provider's own mapping beside it, and
 * plain "mfa" as `allowed` when the organisation says so. OR of enum cs_mfa_method, within allowed.
 */
unsigned cs_amr_methods(
    const struct cs_access_config *config, const struct cs_identity *identity, unsigned allowed);

/*
 * When the provider asked: its auth_time, but never later than the sign-in itself, which is also
 * what counts when it sent none.
 */
cs_time cs_amr_time(const struct cs_identity *identity);

/*
 * Whether identity's provider has done what need asks for.
 * asked_at: cs_amr_time of the sign-in. is_own: that sign-in was made for this one application
 * session; with a duration of 0 nothing else counts. age_is_login_only as in gate/mfa.h.
 */
enum cs_amr_verdict cs_amr_judge(const struct cs_access_config *config,
    const struct cs_application *app, const struct cs_mfa_requirement *need,
    const struct cs_identity *identity, cs_time asked_at, bool is_own, cs_time now,
    bool age_is_login_only);

/*
 * Whether what an application session was opened with, a proof of ours or its provider's, is what
 * need asks for now. Values are judged by the mapping of today, not by that of the sign-in, and the
 * model of an authenticator by the lists of today (gate/models.h).
 */
bool cs_mfa_session_is_satisfied(const struct cs_access_config *config,
    const struct cs_application *app, const struct cs_mfa_requirement *need,
    const struct cs_app_session *session, cs_time now);

#endif
