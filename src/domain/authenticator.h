/*
 * authenticator.h - taking an authenticator away, with everything that rests on it.
 */
#ifndef CS_DOMAIN_AUTHENTICATOR_H
#define CS_DOMAIN_AUTHENTICATOR_H

#include "domain/domain.h"
#include "domain/refusal.h"

/*
 * An active authenticator of op->account is gone: its secret, its proofs, and the application
 * sessions that were opened with them; the next request of any of these is refused. Refused with
 * NOT_FOUND.
 */
cs_err cs_authenticator_revoke(
    struct cs_domain *d, const struct cs_op *op, cs_id id, struct cs_refusal *why);

#endif
