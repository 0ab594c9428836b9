#include "domain/own_memberships.h"

#include "domain/audit.h"
#include "domain/enforcement.h"
#include "domain/person.h"
#include "store/account_store.h"

static bool
is_by_token(const struct cs_grant *who)
{
	return !cs_id_is_zero(who->token);
}

/* --- oneself --- */

struct profile_ctx {
	const struct cs_grant *who;
	struct cs_own_profile *out;
};

static cs_err
read_profile(struct cs_tx *tx, void *ctx)
{
	const struct profile_ctx *c = ctx;
	struct cs_enforcement asks;

	CS_TRY(cs_member_find(tx, c->who->member, &c->out->member));
	c->out->member.password_hash = CS_STR_NONE;
	CS_TRY(cs_enforcement_find(tx, c->who->member, &asks));
	c->out->is_enforced = asks.is_enforced;
	return CS_OK;
}

cs_err
cs_own_profile_read(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    struct cs_own_profile *out)
{
	struct profile_ctx c = { who, out };

	*out = (struct cs_own_profile){ .is_enforced = true };
	return cs_store_read(d->store, op, read_profile, &c);
}

/* --- accounts --- */

struct accounts_ctx {
	const struct cs_grant *who;
	const struct cs_member_account *list;
	size_t count;
};

static cs_err
list_accounts(struct cs_tx *tx, void *ctx)
{
	struct accounts_ctx *c = ctx;

	return cs_membership_list(tx, c->who->member, &c->list, &c->count);
}

cs_err
cs_own_accounts(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    const struct cs_member_account **out, size_t *out_count)
{
	struct accounts_ctx c = { .who = who };

	*out = NULL;
	*out_count = 0;
	CS_TRY(cs_store_read(d->store, op, list_accounts, &c));
	*out = c.list;
	*out_count = c.count;
	if (!is_by_token(who))
		return CS_OK;
	*out_count = 0;
	for (size_t i = 0; i < c.count; i++) {
		if (!cs_id_equal(c.list[i].id, who->account))
			continue;
		*out = &c.list[i];
		*out_count = 1;
	}
	return CS_OK;
}

/* --- invitations --- */

struct invitations_ctx {
	const struct cs_grant *who;
	struct cs_own_invitation *list;
	size_t count;
};

static cs_err
fill(struct cs_tx *tx, const struct cs_invitation *invitation, struct cs_own_invitation *out)
{
	struct cs_account account;
	struct cs_member by;

	*out = (struct cs_own_invitation){ .invitation = *invitation };
	out->is_over = invitation->expires.ms <= cs_tx_op(tx)->now.ms;
	CS_TRY(cs_account_find(tx, invitation->account, &account));
	CS_TRY(cs_account_demands_find(tx, invitation->account, &out->demands));
	out->account_name = account.name;
	cs_err e = cs_member_find(tx, invitation->invited_by, &by);
	out->invited_by = by.email;
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

/* Those of an address that is nobody's yet are nobody's. */
static cs_err
list_open(struct cs_tx *tx, cs_id member, struct cs_member *self, struct cs_invitation **out,
    size_t *out_count)
{
	*out_count = 0;
	CS_TRY(cs_member_find(tx, member, self));
	if (self->email_verified.ms == 0)
		return CS_OK;
	return cs_invitation_list_for(
	    tx, cs_email_key(cs_tx_op(tx)->arena, self->email), out, out_count);
}

static cs_err
list_invitations(struct cs_tx *tx, void *ctx)
{
	struct invitations_ctx *c = ctx;
	struct cs_invitation *open = NULL;
	struct cs_member self;
	size_t count;

	c->count = 0;
	CS_TRY(list_open(tx, c->who->member, &self, &open, &count));
	c->list = CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_own_invitation, count + 1);
	for (size_t i = 0; i < count; i++)
		CS_TRY(fill(tx, &open[i], &c->list[c->count++]));
	return CS_OK;
}

cs_err
cs_own_invitations(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    struct cs_own_invitation **out, size_t *out_count)
{
	struct invitations_ctx c = { .who = who };

	*out = NULL;
	*out_count = 0;
	if (is_by_token(who))
		return CS_OK;
	CS_TRY(cs_store_read(d->store, op, list_invitations, &c));
	*out = c.list;
	*out_count = c.count;
	return CS_OK;
}

/* --- yes and no --- */

struct answer_ctx {
	const struct cs_domain *d;
	const struct cs_grant *who;
	cs_id id;
	struct cs_member self;
	struct cs_invitation invitation;
	struct cs_refusal why;
};

static cs_err
find(struct cs_tx *tx, struct answer_ctx *c)
{
	struct cs_invitation *open = NULL;
	size_t count;

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NOT_FOUND };
	CS_TRY(list_open(tx, c->who->member, &c->self, &open, &count));
	for (size_t i = 0; i < count; i++) {
		if (!cs_id_equal(open[i].id, c->id) || open[i].expires.ms <= cs_tx_op(tx)->now.ms)
			continue;
		c->invitation = open[i];
		c->why.kind = CS_REFUSAL_NONE;
	}
	return CS_OK;
}

/*
 * Whoever comes by an account's identity provider is whom that account says: it must not say who is
 * let in to another one.
 */
static void
check_provider(struct answer_ctx *c)
{
	if (c->why.kind == CS_REFUSAL_NONE && !cs_id_is_zero(c->self.sso_account) &&
	    !cs_id_equal(c->self.sso_account, c->invitation.account))
		c->why.kind = CS_REFUSAL_SSO;
}

static cs_err
check_enforced(struct cs_tx *tx, struct answer_ctx *c)
{
	struct cs_enforcement asks;

	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_enforcement_find_joining(
	    tx, c->self.id, c->invitation.account, c->invitation.role, &asks));
	if (asks.is_due && c->self.two_factor_since.ms == 0)
		c->why.kind = CS_REFUSAL_ENFORCED;
	return CS_OK;
}

static cs_err
record(struct cs_tx *tx, const struct answer_ctx *c, enum cs_audit_kind kind)
{
	return cs_audit_of(tx, c->d, c->invitation.account, kind, c->self.id, c->self.id,
	    cs_audit_fact(cs_tx_op(tx)->arena, "email", c->invitation.email));
}

static cs_err
accept_it(struct cs_tx *tx, void *ctx)
{
	struct answer_ctx *c = ctx;
	cs_time now = cs_tx_op(tx)->now;

	CS_TRY(find(tx, c));
	check_provider(c);
	CS_TRY(check_enforced(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_invitation_close(tx, &c->invitation, now));
	CS_TRY(cs_membership_add(tx, c->invitation.account, c->self.id, c->invitation.role, now));
	return record(tx, c, CS_AUDIT_MEMBER_JOINED);
}

static cs_err
reject_it(struct cs_tx *tx, void *ctx)
{
	struct answer_ctx *c = ctx;

	CS_TRY(find(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_invitation_withdraw(tx, c->invitation.account, c->invitation.id));
	return record(tx, c, CS_AUDIT_INVITATION_REJECTED);
}

static cs_err
answer(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who, cs_id invitation,
    cs_tx_fn *step, struct cs_refusal *why)
{
	struct answer_ctx c = { .d = d, .who = who, .id = invitation };

	*why = (struct cs_refusal){ .kind = CS_REFUSAL_NOT_ALLOWED };
	if (is_by_token(who))
		return CS_OK;
	CS_TRY(cs_store_write(d->store, op, step, &c));
	*why = c.why;
	return CS_OK;
}

cs_err
cs_own_invitation_accept(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    cs_id invitation, struct cs_refusal *why)
{
	return answer(d, op, who, invitation, accept_it, why);
}

cs_err
cs_own_invitation_reject(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    cs_id invitation, struct cs_refusal *why)
{
	return answer(d, op, who, invitation, reject_it, why);
}
