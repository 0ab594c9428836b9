/*
 * authenticator.h - taking an authenticator away, with everything that rests on it.
 */
#ifndef CS_DOMAIN_AUTHENTICATOR_H
#define CS_DOMAIN_AUTHENTICATOR_H

#include "domain/domain.h"
#include "domain/refusal.h"

/*
 * An active authenticator of op->account is gone: its secret, its proofs, the application sessions
 * that were opened with them, and the window that it opened (manage.h); the next request of any of
 * these is refused. Inside a transaction; the gate (cs_gate_drop_user) is the caller's,
 * after the commit. Errors: CONFLICT (there is none).
 */
cs_err cs_authenticator_revoke_in(struct cs_tx *tx, cs_id id);

/*
 * The same, whole, as an administrator does: actor is the member. subject: whose it must be. Its
 * owner is told by mail. Refused with NOT_FOUND.
 */
cs_err cs_authenticator_revoke(struct cs_domain *d, const struct cs_op *op, cs_id actor,
    cs_id subject, cs_id id, struct cs_refusal *why);

#endif
