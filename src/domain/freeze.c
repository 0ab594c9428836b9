#include "domain/freeze.h"

#include "domain/audit.h"
#include "domain/holder.h"
#include "domain/notice.h"
#include "store/manage_store.h"

struct freeze_ctx {
	const struct cs_domain *d;
	const struct cs_holder_kind *kind;
	cs_str token;
	struct cs_frozen *out;
	struct cs_refusal why;
};

/* Everything by which somebody else could still change something, or be signed in. */
static cs_err
end_all(struct cs_tx *tx, const struct cs_holder_kind *kind, const struct cs_person *person)
{
	CS_TRY(cs_authenticator_remove_all_pending(tx, person->account, person->id));
	CS_TRY(cs_proof_remove_of_subject(tx, person->account, person->id));
	/* with the sessions go their windows and challenges */
	return kind->end_sessions(tx, person->account, person->id);
}

static cs_err
freeze_person(struct cs_tx *tx, struct freeze_ctx *c)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_person person;

	CS_TRY(c->kind->find(tx, op->account, c->out->notice.subject, &person));
	c->out->since = person.frozen.ms != 0 ? person.frozen : op->now;
	CS_TRY(c->kind->freeze(tx, &person));
	CS_TRY(end_all(tx, c->kind, &person));
	CS_TRY(cs_notice_tell_frozen(tx, c->d, &person, &c->out->notice, &c->out->told));
	return cs_audit(tx, c->d, CS_AUDIT_DEVICES_FROZEN, cs_id_zero, person.id,
	    cs_audit_fact(op->arena, "name", c->out->notice.name));
}

static cs_err
freeze(struct cs_tx *tx, void *ctx)
{
	struct freeze_ctx *c = ctx;
	cs_err e;

	*c->out = (struct cs_frozen){ .told = 0 };
	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	e = cs_notice_take(tx, c->token, CS_NOTICE_NOT_ME, &c->out->notice);
	if (!cs_is(e, CS_E_NOT_FOUND)) {
		CS_TRY(e);
		return freeze_person(tx, c);
	}
	/* Used, over, and never there are told apart by nobody. */
	c->why.kind = CS_REFUSAL_ENDED;
	return CS_OK;
}

cs_err
cs_freeze_by_notice(struct cs_domain *d, const struct cs_op *op, cs_str token,
    struct cs_frozen *out, struct cs_refusal *why)
{
	struct freeze_ctx c = {
		.d = d, .kind = cs_holder_kind_of(op->account), .token = token, .out = out
	};
	cs_err e = cs_store_write(d->store, op, freeze, &c);

	/* Also when the commit is uncertain: forgetting too much costs one look at the store. */
	if (!cs_id_is_zero(out->notice.subject))
		c.kind->drop(d, op->account, out->notice.subject);
	*why = c.why;
	if (c.why.kind != CS_REFUSAL_NONE)
		*out = (struct cs_frozen){ .told = 0 };
	return e;
}

cs_err
cs_freeze_lift_in(
    struct cs_tx *tx, const struct cs_domain *d, cs_id actor, cs_id account, cs_id subject)
{
	const struct cs_holder_kind *kind = cs_holder_kind_of(account);
	struct cs_person person;

	CS_TRY(kind->find(tx, account, subject, &person));
	if (person.frozen.ms == 0)
		return CS_OK;
	CS_TRY(kind->unfreeze(tx, &person));
	return cs_audit_of(tx, d, account, CS_AUDIT_DEVICES_UNFROZEN, actor, subject, CS_STR_NONE);
}
