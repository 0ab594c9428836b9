#include "domain/freeze.h"

#include "domain/audit.h"
#include "domain/config/bearer.h"
#include "domain/notice.h"
#include "domain/session.h"
#include "store/manage_store.h"
#include "store/notice_store.h"
#include "store/user_store.h"

struct freeze_ctx {
	const struct cs_domain *d;
	uint8_t hash[CS_SHA256_LEN];
	struct cs_frozen *out;
	struct cs_refusal why;
};

/* Everything by which somebody else could still change something, or be signed in. */
static cs_err
end_all(struct cs_tx *tx, cs_id user)
{
	cs_id account = cs_tx_op(tx)->account;

	CS_TRY(cs_authenticator_remove_all_pending(tx, account, user));
	CS_TRY(cs_proof_remove_of_subject(tx, account, user));
	/* with the sessions go their windows */
	return cs_session_end_user_in(tx, user);
}

static cs_err
tell(struct cs_tx *tx, struct freeze_ctx *c, const struct cs_user *user)
{
	CS_TRY(cs_notice_send_frozen(tx, c->d, user, &c->out->notice));
	return cs_notice_send_administrators(tx, c->d, user, &c->out->notice, &c->out->told);
}

/* Used, over, and never there are told apart by nobody. */
static cs_err
use(struct cs_tx *tx, struct freeze_ctx *c)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_notice *notice = &c->out->notice;
	cs_err e = cs_notice_find(tx, op->account, c->hash, notice);

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	if (!cs_failed(e))
		e = cs_notice_set_used(tx, op->account, notice->id, op->now);
	if (!cs_is(e, CS_E_NOT_FOUND) && !cs_is(e, CS_E_CONFLICT))
		return e;
	c->why.kind = CS_REFUSAL_ENDED;
	return CS_OK;
}

static cs_err
freeze(struct cs_tx *tx, void *ctx)
{
	struct freeze_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_user user;
	cs_id subject;

	*c->out = (struct cs_frozen){ .told = 0 };
	CS_TRY(use(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	subject = c->out->notice.subject;
	CS_TRY(cs_user_freeze(tx, op->account, subject, op->now));
	CS_TRY(cs_user_find(tx, op->account, subject, &user));
	c->out->since = user.frozen;
	CS_TRY(end_all(tx, subject));
	CS_TRY(tell(tx, c, &user));
	return cs_audit(tx, c->d, CS_AUDIT_DEVICES_FROZEN, cs_id_zero, subject,
	    cs_audit_fact(op->arena, "name", c->out->notice.name));
}

cs_err
cs_freeze_by_notice(struct cs_domain *d, const struct cs_op *op, cs_str token,
    struct cs_frozen *out, struct cs_refusal *why)
{
	struct freeze_ctx c = { .d = d, .out = out };
	cs_err e;

	*out = (struct cs_frozen){ .told = 0 };
	if (cs_failed(cs_bearer_hash(token, CS_NOTICE_TOKEN_PREFIX, c.hash))) {
		why->kind = CS_REFUSAL_ENDED;
		return CS_OK;
	}
	e = cs_store_write(d->store, op, freeze, &c);
	/* Also when the commit is uncertain: forgetting too much costs one look at the store. */
	if (!cs_id_is_zero(out->notice.subject))
		cs_gate_drop_user(d->gate, op->account, out->notice.subject);
	*why = c.why;
	if (c.why.kind != CS_REFUSAL_NONE)
		*out = (struct cs_frozen){ .told = 0 };
	return e;
}
