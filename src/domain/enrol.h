/*
 * enrol.h - a subject's first authenticator: shown, confirmed with a code, and then a proof itself.
 *
 * What is pending belongs to the global session that began it, for an hour: reloading the page
 * shows the same secret, another browser never sees it. One authenticator in all for now: a further
 * one is refused with ENROLLED_ALREADY until there is a way to prove the present one first.
 */
#ifndef CS_DOMAIN_ENROL_H
#define CS_DOMAIN_ENROL_H

#include "domain/signin.h"
#include "factor/factor.h"

#define CS_PENDING_LIFE_MS CS_HOUR_MS
#define CS_CONFIRMS_PER_HOUR 60 /* of one session */
#define CS_AUTHENTICATOR_NAME_MAX 64

struct cs_enrolment {
	struct cs_authenticator authenticator;
	const struct cs_factor *factor;
	struct cs_factor_label label;
};

/*
 * Begin, or go on with what this session has pending. Refused with SIGNED_OUT, BODY (no such
 * factor), ENROLLED_ALREADY, or NOT_ALLOWED (it is not asked for here).
 */
cs_err cs_enrol_begin(
    const struct cs_signin *s, cs_str factor, struct cs_enrolment *out, struct cs_refusal *why);
/* What this session has pending under this id. Refused with SIGNED_OUT or ENDED. */
cs_err cs_enrol_find(
    const struct cs_signin *s, cs_id id, struct cs_enrolment *out, struct cs_refusal *why);
/* The set-up key and address of an enrolment; cs_factor_shown_clear. */
cs_err cs_enrol_show(
    const struct cs_signin *s, const struct cs_enrolment *e, struct cs_factor_shown *out);
/*
 * The first code confirms. It counts as a proof for s's sign-in. name: empty takes a usual one.
 * Refused with SIGNED_OUT, ENDED, ENROLLED_ALREADY, BODY (the name), TOO_MANY, WRONG_CODE,
 * CODE_USED or MALFORMED_CODE.
 */
cs_err cs_enrol_finish(
    const struct cs_signin *s, cs_id id, cs_str code, cs_str name, struct cs_refusal *why);

/* The account's methods that a subject without authenticator may enrol from the portal. */
unsigned cs_enrol_methods(const struct cs_access_config *config);

#endif
