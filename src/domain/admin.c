#include "domain/admin.h"

#include "domain/audit.h"
#include "domain/freeze.h"
#include "domain/session.h"
#include "store/member_store.h"
#include "store/user_store.h"

struct admin_ctx {
	const struct cs_domain *d;
	cs_id actor;
	cs_id user;
	enum cs_user_status status;
	struct cs_refusal why;
};

static cs_err
find(struct cs_tx *tx, struct admin_ctx *c, struct cs_user *out)
{
	cs_err e = cs_user_find(tx, cs_tx_op(tx)->account, c->user, out);

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	if (!cs_is(e, CS_E_NOT_FOUND))
		return e;
	c->why.kind = CS_REFUSAL_NOT_FOUND;
	return CS_OK;
}

static cs_err
write_it(struct cs_domain *d, const struct cs_op *op, cs_tx_fn *fn, struct admin_ctx *c,
    struct cs_refusal *why)
{
	cs_err e = cs_store_write(d->store, op, fn, c);

	*why = c->why;
	return e;
}

static cs_err
unfreeze(struct cs_tx *tx, void *ctx)
{
	struct admin_ctx *c = ctx;
	struct cs_user user;

	CS_TRY(find(tx, c, &user));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	return cs_freeze_lift_in(tx, c->d, c->actor, user.account, user.id);
}

cs_err
cs_admin_unfreeze(
    struct cs_domain *d, const struct cs_op *op, cs_id actor, cs_id user, struct cs_refusal *why)
{
	struct admin_ctx c = { .d = d, .actor = actor, .user = user };

	return write_it(d, op, unfreeze, &c, why);
}

/* NONE: is none. */
static cs_err
role_of(struct cs_tx *tx, cs_id member, enum cs_role *out)
{
	cs_err e = cs_membership_find(tx, cs_tx_op(tx)->account, member, out);

	if (cs_is(e, CS_E_NOT_FOUND))
		*out = CS_ROLE_NONE;
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

static cs_err
unfreeze_member(struct cs_tx *tx, void *ctx)
{
	struct admin_ctx *c = ctx;
	enum cs_role of_actor;
	enum cs_role of_member;

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	CS_TRY(role_of(tx, c->actor, &of_actor));
	CS_TRY(role_of(tx, c->user, &of_member));
	if (of_actor != CS_ROLE_OWNER)
		c->why.kind = CS_REFUSAL_NOT_ALLOWED;
	else if (of_member == CS_ROLE_NONE)
		c->why.kind = CS_REFUSAL_NOT_FOUND;
	else if (cs_id_equal(c->actor, c->user))
		c->why.kind = CS_REFUSAL_NOT_YOURSELF;
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	return cs_freeze_lift_in(tx, c->d, c->actor, cs_id_zero, c->user);
}

cs_err
cs_admin_unfreeze_member(
    struct cs_domain *d, const struct cs_op *op, cs_id actor, cs_id member, struct cs_refusal *why)
{
	struct admin_ctx c = { .d = d, .actor = actor, .user = member };

	return write_it(d, op, unfreeze_member, &c, why);
}

static cs_err
set_status(struct cs_tx *tx, void *ctx)
{
	struct admin_ctx *c = ctx;
	struct cs_user user;
	bool is_disabling = c->status == CS_USER_DISABLED;

	CS_TRY(find(tx, c, &user));
	if (c->why.kind != CS_REFUSAL_NONE || user.status == c->status)
		return CS_OK;
	CS_TRY(cs_user_set_status(tx, user.account, user.id, user.status, c->status));
	if (is_disabling)
		CS_TRY(cs_session_end_user_in(tx, user.id));
	return cs_audit(tx, c->d, is_disabling ? CS_AUDIT_USER_DISABLED : CS_AUDIT_USER_ENABLED,
	    c->actor, user.id, CS_STR_NONE);
}

cs_err
cs_admin_set_status(struct cs_domain *d, const struct cs_op *op, cs_id actor, cs_id user,
    enum cs_user_status status, struct cs_refusal *why)
{
	struct admin_ctx c = { .d = d, .actor = actor, .user = user, .status = status };
	cs_err e = write_it(d, op, set_status, &c, why);

	/* Also when the commit is uncertain: forgetting too much costs one look at the store. */
	if (status == CS_USER_DISABLED)
		cs_gate_drop_user(d->gate, op->account, user);
	return e;
}
