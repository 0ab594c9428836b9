/*
 * challenge.h - one question for a second factor, answered once.
 *
 * Put to a user or a member (holder.h). Bound to the subject, the session, the browser and what it
 * is for; five minutes. Its nonce is what a signed answer must cover, so one ceremony belongs to one
 * challenge. An answer is debited before it is judged (throttle.h). A right one becomes, in one
 * transaction: the authenticator's new replay state, the used challenge, a user's proof and known
 * browser, the window for changing devices (purpose MANAGE), the audit event, and whatever the
 * caller's sequel adds. Whoever loses a race for any of them is refused.
 */
#ifndef CS_DOMAIN_CHALLENGE_H
#define CS_DOMAIN_CHALLENGE_H

#include "domain/granted.h"
#include "domain/manage.h"
#include "domain/signin.h"
#include "factor/factor.h"

#define CS_CHALLENGE_LIFE_MS (5 * CS_MINUTE_MS)
#define CS_CHALLENGES_PER_HOUR 120 /* of one session */

/*
 * A question, and what answers it: signing factors first, of these the last used first; backup codes
 * last.
 */
struct cs_asked {
	struct cs_challenge challenge;
	struct cs_authenticator *list;
	size_t count;
	int64_t duration_ms; /* SIGN_IN: how long the proof will count; 0: once */
};

/*
 * SIGN_IN: where s stands, and with a method that is allowed there. MANAGE: any of the person's
 * own, whatever else is proved. Refused with SIGNED_OUT, ENDED (nothing is asked for, or there is
 * nothing to prove with), TOO_MANY; MANAGE also as cs_manage_check_challenge.
 */
cs_err cs_challenge_begin(const struct cs_signin *s, enum cs_challenge_purpose purpose,
    struct cs_asked *out, struct cs_refusal *why);
/*
 * What a browser needs to answer with f: JSON in the arena. Empty when f asks for nothing, or when
 * none of its authenticators may answer.
 */
cs_err cs_challenge_question(const struct cs_signin *s, const struct cs_asked *asked,
    const struct cs_factor *f, cs_str *out);

struct cs_given {
	cs_id challenge;
	cs_str factor; /* its name */
	cs_span answer;
};

struct cs_answered {
	enum cs_challenge_purpose purpose;
	cs_str meta; /* SIGN_IN: of the sign-in that asked */
	struct cs_manage_opening opening; /* MANAGE: the session's new token, for its cookie */
	bool is_issued; /* by a backup code: … */
	int left; /* … how many are good after it */
};

/*
 * Judge an answer. s->meta is not needed: the challenge knows what it is for; s->holder is who
 * answers. sequel: granted.h, or NULL. Refused with SIGNED_OUT, BODY (no such factor), ENDED,
 * ANSWERED, TOO_MANY; WRONG_CODE, CODE_USED, MALFORMED_CODE; WRONG_RESPONSE, MALFORMED_RESPONSE,
 * NOT_VERIFIED, CLONED; MODEL_REFUSED, MODEL_UNPROVEN (the organisation looks at models again each
 * time).
 */
cs_err cs_challenge_finish(const struct cs_signin *s, const struct cs_given *given,
    cs_granted_fn *sequel, void *sequel_ctx, struct cs_answered *out, struct cs_refusal *why);

#endif
