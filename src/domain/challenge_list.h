/*
 * challenge_list.h - which authenticators may answer a question; challenge.c's and
 * challenge_finish.c's alone: chosen when it is asked, and again when it is answered.
 */
#ifndef CS_DOMAIN_CHALLENGE_LIST_H
#define CS_DOMAIN_CHALLENGE_LIST_H

#include "domain/challenge.h"

/*
 * out->list: of all, which are the subject's active ones, what counts for one of the methods that
 * out->challenge asks for, and their backup codes. In the arena of the transaction's operation.
 */
cs_err cs_asked_choose(struct cs_tx *tx, const struct cs_signin *s,
    const struct cs_authenticator *all, size_t count, struct cs_asked *out);
/* Those of the list that are of f; in the arena. */
struct cs_authenticator *cs_asked_of(
    struct cs_arena *arena, const struct cs_asked *asked, const struct cs_factor *f, size_t *count);
/* What f is given to ask and to judge by; it points into challenge. */
struct cs_factor_env cs_asked_env(const struct cs_signin *s, const struct cs_challenge *challenge);

#endif
