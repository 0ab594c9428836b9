#include "domain/authenticator.h"

#include "domain/audit.h"
#include "domain/notice.h"
#include "store/authenticator_store.h"
#include "store/change_store.h"
#include "store/session_store.h"

cs_err
cs_authenticator_revoke_in(struct cs_tx *tx, cs_id id)
{
	cs_id account = cs_tx_op(tx)->account;

	CS_TRY(cs_app_session_remove_of_authenticator(tx, account, id));
	CS_TRY(cs_authenticator_remove(tx, account, id));
	return cs_change_add(tx, account, CS_CHANGE_AUTHENTICATOR, id);
}

struct revoke_ctx {
	const struct cs_domain *d;
	cs_id actor;
	cs_id subject;
	cs_id id;
};

static cs_err
revoke(struct cs_tx *tx, void *ctx)
{
	const struct revoke_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_authenticator a;

	CS_TRY(cs_authenticator_find(tx, op->account, c->id, &a));
	if (!cs_id_equal(a.subject, c->subject))
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_authenticator_revoke_in(tx, c->id));
	CS_TRY(cs_notice_tell_of(tx, c->d, CS_NOTICE_REVOKED, &a));
	CS_TRY(cs_holder_kind_of(a.account)->changed(tx, c->d, a.account, a.subject));
	return cs_audit(tx, c->d, CS_AUDIT_AUTHENTICATOR_REVOKED, c->actor, a.subject,
	    cs_audit_fact(op->arena, "factor", a.factor));
}

cs_err
cs_authenticator_revoke(struct cs_domain *d, const struct cs_op *op, cs_id actor, cs_id subject,
    cs_id id, struct cs_refusal *why)
{
	struct revoke_ctx c = { .d = d, .actor = actor, .subject = subject, .id = id };
	cs_err e = cs_store_write(d->store, op, revoke, &c);

	/* with the last one backup codes went, and what they had opened */
	cs_gate_drop_user(d->gate, op->account, subject);
	/* None, or only a pending one: nothing rests on that. */
	if (!cs_is(e, CS_E_NOT_FOUND) && !cs_is(e, CS_E_CONFLICT))
		return e;
	why->kind = CS_REFUSAL_NOT_FOUND;
	return CS_OK;
}
