/*
 * member_forgot.h - a forgotten password: a link in a mail (member_link.h), and another one set by it.
 *
 * op->account is the server realm.
 */
#ifndef CS_DOMAIN_MEMBER_FORGOT_H
#define CS_DOMAIN_MEMBER_FORGOT_H

#include "domain/domain.h"
#include "domain/refusal.h"

/*
 * Mail a link, if the address is a member's who has a password. The same answer, after the same work,
 * for all others and when no more mails may go there: the caller learns nothing.
 */
cs_err cs_member_forgot(struct cs_domain *d, const struct cs_op *op, cs_str email);

struct cs_member_reset {
	cs_str email;
	bool has_second_factor; /* the next sign-in asks for it as ever */
};
/*
 * Set a password by a link. All sessions and remembered browsers end, a recovery that waits begins its
 * wait anew, every address is told. The second factor stays.
 * Refused: ENDED, WEAK_PASSWORD, BODY. Errors: LIMIT.
 */
cs_err cs_member_reset(struct cs_domain *d, const struct cs_op *op, cs_str token, cs_str password,
    struct cs_member_reset *out, struct cs_refusal *why);

#endif
