/*
 * enrol.h - a new authenticator: shown, confirmed with a first answer, and then a proof itself.
 *
 * What is pending belongs to the session that began it; another browser never sees it. A pending
 * authenticator app is shown again when the page is loaded again, with the same secret; each ceremony
 * of WebAuthn begins anew, and so does whoever adds an application before they proved anything
 * (holder.h, sees_before_proof). Who may enrol at all: manage.h.
 *
 * An authenticator app, of which there is one, can be replaced: the old one counts until the new one
 * is confirmed, and goes in the same transaction with its proofs and the sessions that rest on it.
 */
#ifndef CS_DOMAIN_ENROL_H
#define CS_DOMAIN_ENROL_H

#include "domain/granted.h"
#include "domain/signin.h"
#include "factor/factor.h"

#define CS_PENDING_LIFE_MS CS_HOUR_MS /* the longest of any factor */
#define CS_CONFIRMS_PER_HOUR 60 /* of one session */

struct cs_enrolment {
	struct cs_authenticator authenticator;
	const struct cs_factor *factor;
	struct cs_factor_label label;
};

struct cs_wanted {
	cs_str factor; /* its name */
	unsigned
	    method; /* the kind that is wanted of a factor that judges several; 0: it judges one */
	cs_id replaces; /* the only one of this factor, which is to go; zero: none */
};

/*
 * Begin, or go on with what this session has pending. Refused with SIGNED_OUT, BODY (no such factor
 * or kind), NOT_ALLOWED (it is not asked for here), ENROLLED_ALREADY (a second one of a single
 * factor), NOT_FOUND (what is to be replaced is not theirs, or there may be several of it),
 * TOO_MANY_DEVICES; and as cs_manage_may of SEE, ADD or REPLACE.
 */
cs_err cs_enrol_begin(const struct cs_signin *s, const struct cs_wanted *wanted,
    struct cs_enrolment *out, struct cs_refusal *why);
/* What this session has pending under this id. Refused with SIGNED_OUT or ENDED. */
cs_err cs_enrol_find(
    const struct cs_signin *s, cs_id id, struct cs_enrolment *out, struct cs_refusal *why);
/* What is to be shown of an enrolment; cs_factor_shown_clear. */
cs_err cs_enrol_show(
    const struct cs_signin *s, const struct cs_enrolment *e, struct cs_factor_shown *out);

struct cs_confirmation {
	cs_id enrolment;
	cs_span answer;
	cs_str
	    name; /* as typed; empty takes the model's, or a usual one, numbered where it is taken */
};

/* As it is stored now. */
struct cs_enrolled {
	struct cs_authenticator authenticator;
	bool is_named_by_us; /* nobody typed a name */
	cs_str model; /* the model's name; empty: unknown */
};

/*
 * The first answer confirms. It counts as a proof for s's sign-in. In one transaction with everything
 * that is asked of it: who may enrol, the model's lists and reports, the credential and the name being
 * new, what it replaces being gone, and the caller's sequel (granted.h; NULL: there is none).
 *
 * Refused with SIGNED_OUT, ENDED, BODY (the name), TOO_MANY; WRONG_CODE, CODE_USED, MALFORMED_CODE;
 * WRONG_RESPONSE, MALFORMED_RESPONSE, NOT_VERIFIED; KIND_REFUSED, MODEL_REFUSED, MODEL_UNPROVEN,
 * NAME_TAKEN, ENROLLED_ALREADY, NOT_FOUND, TOO_MANY_DEVICES; and as cs_manage_may. After any of these but
 * ENDED the enrolment is still pending.
 */
cs_err cs_enrol_finish(const struct cs_signin *s, const struct cs_confirmation *given,
    cs_granted_fn *sequel, void *sequel_ctx, struct cs_enrolled *out, struct cs_refusal *why);

/*
 * What users may enrol from the portal: the organisation's methods, and those that an application
 * or policy of its own accord asks for.
 */
unsigned cs_enrol_methods(const struct cs_access_config *config);
/* What s's holder may: members anything. */
unsigned cs_enrol_methods_of(const struct cs_signin *s);

#endif
