/*
 * enrol.h - a new authenticator: shown, confirmed with a first answer, and then a proof itself.
 *
 * What is pending belongs to the global session that began it; another browser never sees it. A
 * pending authenticator app is shown again when the page is loaded again, with the same secret; each
 * ceremony of WebAuthn begins anew. Who may enrol at all: manage.h.
 */
#ifndef CS_DOMAIN_ENROL_H
#define CS_DOMAIN_ENROL_H

#include "domain/signin.h"
#include "factor/factor.h"

#define CS_PENDING_LIFE_MS CS_HOUR_MS /* the longest of any factor */
#define CS_CONFIRMS_PER_HOUR 60 /* of one session */

struct cs_enrolment {
	struct cs_authenticator authenticator;
	const struct cs_factor *factor;
	struct cs_factor_label label;
};

/*
 * Begin, or go on with what this session has pending. method: the kind that is wanted of a factor
 * that judges several; 0: it judges one. Refused with SIGNED_OUT, BODY (no such factor or kind),
 * NOT_ALLOWED (it is not asked for here), ENROLLED_ALREADY (a second one of a single factor),
 * TOO_MANY_DEVICES; and as cs_manage_check: FROZEN, PROVE_FIRST, SIGN_IN_AGAIN.
 */
cs_err cs_enrol_begin(const struct cs_signin *s, cs_str factor, unsigned method,
    struct cs_enrolment *out, struct cs_refusal *why);
/* What this session has pending under this id. Refused with SIGNED_OUT or ENDED. */
cs_err cs_enrol_find(
    const struct cs_signin *s, cs_id id, struct cs_enrolment *out, struct cs_refusal *why);
/* What is to be shown of an enrolment; cs_factor_shown_clear. */
cs_err cs_enrol_show(
    const struct cs_signin *s, const struct cs_enrolment *e, struct cs_factor_shown *out);

/* As it is stored now. */
struct cs_enrolled {
	struct cs_authenticator authenticator;
	bool is_named_by_us; /* nobody typed a name */
	cs_str model; /* the model's name; empty: unknown */
};

/*
 * The first answer confirms. It counts as a proof for s's sign-in. name: empty takes the model's,
 * or a usual one, with a number where it is taken. In one transaction with everything that is asked
 * of it: who may enrol, the model's lists and reports, the credential and the name being new.
 *
 * Refused with SIGNED_OUT, ENDED, BODY (the name), TOO_MANY; WRONG_CODE, CODE_USED, MALFORMED_CODE;
 * WRONG_RESPONSE, MALFORMED_RESPONSE, NOT_VERIFIED; KIND_REFUSED, MODEL_REFUSED, MODEL_UNPROVEN,
 * NAME_TAKEN, ENROLLED_ALREADY, TOO_MANY_DEVICES; and as cs_manage_check. After any of these but
 * ENDED the enrolment is still pending.
 */
cs_err cs_enrol_finish(const struct cs_signin *s, cs_id id, cs_span answer, cs_str name,
    struct cs_enrolled *out, struct cs_refusal *why);

/*
 * What may be enrolled from the portal: the organisation's methods, and those that an application
 * or policy of its own accord asks for.
 */
unsigned cs_enrol_methods(const struct cs_access_config *config);

#endif
