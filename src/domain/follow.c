#include "base/log.h"
#include "domain/accounts.h"
#include "domain/background.h"
#include "domain/keys.h"
#include "store/change_store.h"

#define CHANGES_AT_ONCE 500

struct poll_ctx {
	struct cs_follower *f;
	bool is_lost; /* some changes were forgotten before we read them */
	int64_t last;
	const struct cs_change *changes;
	size_t count;
};

static cs_err
poll(struct cs_tx *tx, void *ctx)
{
	struct poll_ctx *c = ctx;
	cs_err e;

	c->is_lost = false;
	if (!c->f->has_begun)
		return cs_change_last(tx, &c->last);
	e = cs_change_list(tx, c->f->seq, CHANGES_AT_ONCE, &c->changes, &c->count);
	c->is_lost = cs_is(e, CS_E_NOT_FOUND);
	return c->is_lost ? cs_change_last(tx, &c->last) : e;
}

static cs_err
republish(struct cs_domain *d, const struct cs_op *op, cs_id account)
{
	return d->republish != NULL ? d->republish(d, op, account) : CS_OK;
}

static cs_err
forget(struct cs_domain *d, const struct cs_op *op, cs_id account)
{
	cs_gate_account_forget(d->gate, account);
	return CS_OK;
}

/* Nothing that is remembered can be trusted: forget all of it, then publish anew. */
static cs_err
begin_anew(struct cs_domain *d, const struct cs_op *op, const struct poll_ctx *c)
{
	cs_keys_forget(d->keys, cs_id_zero);
	if (c->is_lost) {
		CS_LOG0(op, CHANGES_LOST);
		CS_TRY(cs_accounts_each(d, op, forget));
	}
	CS_TRY(republish(d, op, cs_id_zero));
	c->f->seq = c->last;
	c->f->has_begun = true;
	return CS_OK;
}

/* Several changes of one account's configuration need one publication. */
static bool
is_published_later(const struct poll_ctx *c, size_t i)
{
	for (size_t j = i + 1; j < c->count; j++)
		if (c->changes[j].kind == CS_CHANGE_CONFIG &&
		    cs_id_equal(c->changes[j].account, c->changes[i].account))
			return true;
	return false;
}

static cs_err
apply(struct cs_domain *d, const struct cs_op *op, const struct poll_ctx *c)
{
	/* Sessions first: what was revoked must not outlive a failing publication. */
	cs_gate_apply(d->gate, c->changes, c->count);
	for (size_t i = 0; i < c->count; i++) {
		const struct cs_change *change = &c->changes[i];

		if (change->kind == CS_CHANGE_SIGNING_KEY)
			cs_keys_forget(d->keys, change->account);
		if (change->kind == CS_CHANGE_CONFIG && !is_published_later(c, i))
			CS_TRY(republish(d, op, change->account));
	}
	if (c->count > 0)
		c->f->seq = c->changes[c->count - 1].seq;
	return CS_OK;
}

cs_err
cs_follow_step(
    struct cs_domain *d, const struct cs_op *op, struct cs_follower *f, cs_time *out_next)
{
	struct poll_ctx c = { .f = f };
	int64_t stale_ms = d->change_stale_ms > 0 ? d->change_stale_ms : CS_CHANGE_STALE_MS;

	*out_next = cs_time_add(op->now, CS_FOLLOW_MS);
	CS_TRY(cs_store_read(d->store, op, poll, &c));
	if (!f->has_begun || c.is_lost)
		CS_TRY(begin_anew(d, op, &c));
	else
		CS_TRY(apply(d, op, &c));
	if (c.count == CHANGES_AT_ONCE) {
		*out_next = op->now;
		return CS_OK;
	}
	/* Of the moment before the question: the answer may be as old as that. */
	cs_gate_set_fresh(d->gate, cs_time_add(op->now, stale_ms));
	return CS_OK;
}
