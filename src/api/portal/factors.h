/*
 * factors.h - what the calls about challenges and enrolments share: who asks, and how an answer is
 * read. For users and, on the server realm's host, for members (struct cs_holder).
 */
#ifndef CS_API_PORTAL_FACTORS_H
#define CS_API_PORTAL_FACTORS_H

#include <jansson.h>

#include "api/portal/portal.h"
#include "domain/granted.h"
#include "domain/member_session.h"

#define CS_FACTOR_NAME_MAX 32

/* The body, and whose authenticators it is about. Refused with SIGNED_OUT. */
cs_err cs_factors_begin(
    struct cs_call *c, json_t **body, struct cs_signin *s, struct cs_refusal *why);
/* A code that was typed, or what a browser's credential says of itself. Errors: INVALID. */
cs_err cs_factors_answer(struct cs_call *c, const json_t *body, cs_span *out);
/* JSON that one of our own made; null for none. */
json_t *cs_factors_json(cs_str text);

/* What an answer brings a member who is on the way in: the rest of the sign-in (granted.h). */
struct cs_factors_sequel {
	struct cs_domain *d;
	bool is_wanted; /* a half session asks; otherwise there is nothing to complete */
	struct cs_member_completion completion;
};
void cs_factors_sequel_make(struct cs_call *c, bool wants_remember, struct cs_factors_sequel *out);
cs_granted_fn cs_factors_complete; /* ctx: a struct cs_factors_sequel */

#endif
