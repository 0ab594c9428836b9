#include "domain/config/inactivity.h"

#include "base/log.h"
#include "domain/accounts.h"
#include "domain/config/change.h"
#include "domain/config/fault.h"
#include "domain/config/rules.h"
#include "store/lease_store.h"

#define LEASE "service_token_inactivity"
#define LEASE_MS CS_HOUR_MS
/* Other nodes write down with their own sweep, every five minutes, whom they have seen. */
#define SEEN_LAG_MS (10 * CS_MINUTE_MS)

/* --- which ones --- */

static bool
can_be_judged(const struct cs_image *image)
{
	if (image->organization_is_broken)
		return false;
	for (size_t i = 0; i < image->policy_count; i++)
		if (image->policies[i].is_broken)
			return false;
	for (size_t i = 0; i < image->group_count; i++)
		if (image->groups[i].is_broken)
			return false;
	return true;
}

static bool
is_named(const struct cs_image *image, cs_id token)
{
	for (size_t i = 0; i < image->policy_count; i++)
		if (cs_rules_name(&image->policies[i].policy.rules, CS_RULE_SERVICE_TOKEN, token))
			return true;
	for (size_t i = 0; i < image->group_count; i++)
		if (cs_rules_name(&image->groups[i].group.rules, CS_RULE_SERVICE_TOKEN, token))
			return true;
	return false;
}

/* Somebody who has just enabled a token means to use it. */
static cs_time
last_sign_of_life(const struct cs_service_token_row *row)
{
	cs_time last = row->created;
	if (last.ms < row->updated.ms)
		last = row->updated;
	return last.ms < row->last_seen.ms ? row->last_seen : last;
}

static bool
is_due(const struct cs_image *image, const struct cs_service_token_row *row, cs_time now)
{
	const struct cs_inactivity *rule = &image->organization.inactivity;
	int64_t idle_ms = now.ms - last_sign_of_life(row).ms;
	if (!row->token.is_enabled && !rule->deletes)
		return false;
	return idle_ms > rule->days * CS_DAY_MS + SEEN_LAG_MS && !is_named(image, row->token.id);
}

/* --- one account --- */

struct retiring {
	const struct cs_config_change *change;
	cs_id account;
	size_t count; /* due */
};

static cs_err
retire_one(struct cs_tx *tx, const struct cs_config_change *c, struct cs_service_token_row *row,
    bool deletes)
{
	enum cs_audit_kind what =
	    deletes ? CS_AUDIT_SERVICE_TOKEN_EXPELLED : CS_AUDIT_SERVICE_TOKEN_SUSPENDED;
	row->token.is_enabled = false;
	row->updated = c->op->now;
	CS_TRY(deletes ? cs_service_token_remove(tx, c->account, row->token.id)
		       : cs_service_token_set(tx, c->account, row));
	return cs_config_record(tx, c, what, "service token", row->token.id, row->token.name);
}

/* Counts alone where there is no change to make. */
static cs_err
look(struct cs_tx *tx, void *ctx)
{
	struct retiring *r = ctx;
	struct cs_image image;
	const struct cs_op *op = cs_tx_op(tx);
	r->count = 0;
	CS_TRY(cs_image_load(tx, r->account, op->arena, &image));
	if (!image.organization.inactivity.is_on || !can_be_judged(&image))
		return CS_OK;
	for (size_t i = 0; i < image.service_token_count; i++) {
		if (!is_due(&image, &image.service_tokens[i], op->now))
			continue;
		r->count++;
		if (r->change != NULL)
			CS_TRY(retire_one(tx, r->change, &image.service_tokens[i],
			    image.organization.inactivity.deletes));
	}
	return CS_OK;
}

static cs_err
count_due(struct cs_domain *d, const struct cs_op *op, cs_id account, size_t *out)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(2 * CS_CONFIG_ARENA_MAX);
	struct retiring r = { .account = account };
	struct cs_op wide = *op;
	wide.arena = arena;
	*out = 0;
	CS_TRY(cs_store_read(d->store, &wide, look, &r));
	*out = r.count;
	return CS_OK;
}

/* What is published says cheaply whether there is anything to ask. */
static bool
is_asked_for(struct cs_domain *d, cs_id account)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	if (cs_failed(cs_gate_acquire(d->gate, account, &held)))
		return false;
	return cs_snapshot_config(held)->organization.inactivity.is_on;
}

/* One account whose configuration does not fit any more keeps no other one waiting. */
static cs_err
retire_in(struct cs_domain *d, const struct cs_op *op, cs_id account)
{
	struct cs_op own = *op;
	struct cs_fault fault = { .arena = NULL };
	const struct cs_config_change c = {
		.domain = d, .op = &own, .account = account, .fault = &fault
	};
	struct retiring r = { .change = &c, .account = account };
	size_t due;
	own.account = account;
	if (!is_asked_for(d, account))
		return CS_OK;
	CS_TRY(count_due(d, &own, account, &due));
	if (due == 0)
		return CS_OK;
	cs_err e = cs_config_apply(&c, look, &r);
	if (!cs_is(e, CS_E_INVALID))
		return e;
	CS_LOG(&own, SERVICE_TOKENS_KEPT, CS_F_INT("due", (int64_t)due),
	    CS_F_STR("why", ((cs_str){ fault.text, fault.len })));
	return CS_OK;
}

/* --- all of them --- */

/* A holder that nobody is: the lease then stands for the hour, whoever asks. */
static cs_err
take_lease(struct cs_tx *tx, void *ctx)
{
	const struct cs_op *op = cs_tx_op(tx);
	return cs_lease_take(
	    tx, CS_STR(LEASE), *(const cs_id *)ctx, op->now, cs_time_add(op->now, LEASE_MS));
}

static cs_err
drop_lease(struct cs_tx *tx, void *ctx)
{
	return cs_lease_drop(tx, CS_STR(LEASE), *(const cs_id *)ctx);
}

cs_err
cs_service_tokens_retire(struct cs_domain *d, const struct cs_op *op)
{
	cs_id holder = cs_id_new(d->rng);
	cs_err e = cs_store_write(d->store, op, take_lease, &holder);
	if (cs_is(e, CS_E_CONFLICT))
		return CS_OK;
	CS_TRY(e);
	e = cs_accounts_each(d, op, retire_in);
	/* what was not done is for the next sweep; without this, for the one after an hour */
	if (cs_failed(e))
		CS_TRY(cs_store_write(d->store, op, drop_lease, &holder));
	return e;
}
