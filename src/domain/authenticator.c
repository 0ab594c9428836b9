#include "domain/authenticator.h"

#include "domain/audit.h"
#include "store/authenticator_store.h"
#include "store/change_store.h"
#include "store/session_store.h"

struct revoke_ctx {
	const struct cs_domain *d;
	cs_id id;
};

static cs_err
revoke(struct cs_tx *tx, void *ctx)
{
	const struct revoke_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_authenticator a;

	CS_TRY(cs_authenticator_find(tx, op->account, c->id, &a));
	CS_TRY(cs_app_session_remove_of_authenticator(tx, op->account, c->id));
	CS_TRY(cs_authenticator_remove(tx, op->account, c->id));
	CS_TRY(cs_change_add(tx, op->account, CS_CHANGE_AUTHENTICATOR, c->id));
	return cs_audit(tx, c->d, CS_AUDIT_AUTHENTICATOR_REVOKED, cs_id_zero, a.subject,
	    cs_audit_fact(op->arena, "factor", a.factor));
}

cs_err
cs_authenticator_revoke(
    struct cs_domain *d, const struct cs_op *op, cs_id id, struct cs_refusal *why)
{
	struct revoke_ctx c = { .d = d, .id = id };
	cs_err e = cs_store_write(d->store, op, revoke, &c);

	cs_gate_drop_authenticator(d->gate, op->account, id);
	/* None, or only a pending one: nothing rests on that. */
	if (!cs_is(e, CS_E_NOT_FOUND) && !cs_is(e, CS_E_CONFLICT))
		return e;
	why->kind = CS_REFUSAL_NOT_FOUND;
	return CS_OK;
}
