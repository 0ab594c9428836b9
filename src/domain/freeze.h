/*
 * freeze.h - "this was not me": nobody changes this person's authenticators until somebody in charge
 * has looked: an administrator of users (admin.h), another owner or the operator of members.
 *
 * While frozen they add, rename and remove none, not even a first one; signing in with those that
 * there are goes on.
 */
#ifndef CS_DOMAIN_FREEZE_H
#define CS_DOMAIN_FREEZE_H

#include "domain/domain.h"
#include "domain/refusal.h"
#include "model/manage.h"
#include "model/subject.h"

struct cs_frozen {
	struct cs_notice notice; /* what was objected to */
	cs_time since;
	size_t told; /* those in charge who were written to */
};

/*
 * By the token of a mail, without a session, in op->account. In one transaction: the token is used,
 * the person frozen, all their windows, pending enrolments, proofs and sessions are ended, they and
 * the administrators are written to. Refused with ENDED (used, over, or not one of this account).
 */
cs_err cs_freeze_by_notice(struct cs_domain *d, const struct cs_op *op, cs_str token,
    struct cs_frozen *out, struct cs_refusal *why);

/*
 * In a transaction, whoever op->account is: they may change their authenticators again. actor: the
 * member who says so; zero: the operator. Audited where the person belongs. Who is not frozen stays
 * so. Errors: NOT_FOUND.
 */
cs_err cs_freeze_lift_in(
    struct cs_tx *tx, const struct cs_domain *d, cs_id actor, cs_id account, cs_id subject);

#endif
