/*
 * admin.h - what administrators do to one person: each in one transaction, audited with who did it.
 *
 * Taking an authenticator away is authenticator.h.
 */
#ifndef CS_DOMAIN_ADMIN_H
#define CS_DOMAIN_ADMIN_H

#include "domain/domain.h"
#include "domain/refusal.h"
#include "model/subject.h"

/* For all: user is one of op->account, actor a member. Refused with NOT_FOUND. */

/* After "this was not me" (freeze.h). Who is not frozen stays so. */
cs_err cs_admin_unfreeze(
    struct cs_domain *d, const struct cs_op *op, cs_id actor, cs_id user, struct cs_refusal *why);
/*
 * The same of a member: by an owner of op->account, which both belong to, and not by themselves.
 * Refused also with NOT_ALLOWED (no owner), NOT_YOURSELF.
 */
cs_err cs_admin_unfreeze_member(
    struct cs_domain *d, const struct cs_op *op, cs_id actor, cs_id member, struct cs_refusal *why);
/* DISABLED ends all sessions at once, and none is opened until ACTIVE again. Same: nothing happens. */
cs_err cs_admin_set_status(struct cs_domain *d, const struct cs_op *op, cs_id actor, cs_id user,
    enum cs_user_status status, struct cs_refusal *why);

#endif
