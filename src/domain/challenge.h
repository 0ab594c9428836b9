/*
 * challenge.h - one question for a second factor, answered once.
 *
 * Bound to the subject, the global session, the browser and the sign-in that asked; five minutes.
 * An answer is debited before it is judged (throttle.h). A right one becomes, in one transaction:
 * the authenticator's new replay state, the used challenge, the proof, the known browser and the
 * audit event. Whoever loses a race for any of them is refused.
 */
#ifndef CS_DOMAIN_CHALLENGE_H
#define CS_DOMAIN_CHALLENGE_H

#include "domain/signin.h"

#define CS_CHALLENGE_LIFE_MS (5 * CS_MINUTE_MS)
#define CS_CHALLENGES_PER_HOUR 120 /* of one session */

/* Refused with SIGNED_OUT, ENDED (nothing is asked for now) or TOO_MANY. */
cs_err cs_challenge_begin(const struct cs_signin *s, struct cs_challenge *out,
    struct cs_standing *out_standing, struct cs_refusal *why);

/*
 * Judge an answer. s->meta is not needed: the challenge knows what it is for; s->session is who
 * answers. *out_meta: of the sign-in that asked. Refused with ENDED, ANSWERED, TOO_MANY, WRONG_CODE, CODE_USED or MALFORMED_CODE.
 */
cs_err cs_challenge_finish(const struct cs_signin *s, cs_id challenge, cs_str factor, cs_str code,
    cs_str *out_meta, struct cs_refusal *why);

#endif
