/*
 * removal.h - what a person can no longer open once one of their authenticators is gone. Pure.
 */
#ifndef CS_DOMAIN_REMOVAL_H
#define CS_DOMAIN_REMOVAL_H

#include "domain/signin.h"

struct cs_removal {
	size_t remain; /* authenticators */
	/* Nothing that remains satisfies them: the next visit leads through enrolling. */
	const struct cs_application *const *closes;
	size_t close_count;
};

/*
 * list: the person's active ones, with the one to be removed. Applications that s->session's user
 * may open from here, that ask for a second factor, and that the sign-in itself (gate/amr.h) does
 * not satisfy. *out lives in the operation's arena.
 */
void cs_removal_foresee(const struct cs_signin *s, const struct cs_authenticator *list,
    size_t count, cs_id removed, struct cs_removal *out);

#endif
