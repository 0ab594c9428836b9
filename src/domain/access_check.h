/*
 * access_check.h - what an application would say to a person now: for whoever writes policies.
 *
 * Judged by the gateway's own code, from the identity that the person last signed in with.
 */
#ifndef CS_DOMAIN_ACCESS_CHECK_H
#define CS_DOMAIN_ACCESS_CHECK_H

#include "domain/domain.h"
#include "store/user_store.h"

/* Whom to ask about: a user, an address that a user has proved, or the member who asks. */
struct cs_access_question {
	cs_id user; /* zero: by email */
	cs_str email; /* empty: the member's */
	cs_id member;
	struct cs_addr ip; /* from where; family 0: not said */
};

struct cs_checked_access {
	struct cs_user_profile who;
	struct cs_identity identity;
	struct cs_access_answer answer;
};

/* op->account's. Errors: NOT_FOUND (no such user, or one who never signed in). */
cs_err cs_access_check(struct cs_domain *d, const struct cs_op *op,
    const struct cs_access_config *config, const struct cs_application *app,
    const struct cs_access_question *question, struct cs_checked_access *out);

#endif
