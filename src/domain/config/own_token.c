/*
 * own_token.c - what members do with API tokens of their own (api_token.h).
 */
#include "domain/audit.h"
#include "domain/config/api_token.h"
#include "domain/config/bearer.h"
#include "store/api_token_store.h"
#include "store/member_store.h"

#define NAME_MAX 120 /* bytes */

struct own {
	struct cs_domain *d;
	const struct cs_grant *who;
	const struct cs_token_wish *wish;
	struct cs_fault *fault;
	cs_id id;
	cs_id account; /* of the transaction, settled before it */
	struct cs_api_token token;
	cs_str text;
	struct cs_api_token *list;
	size_t count;
};

static bool
is_by_token(const struct cs_grant *who)
{
	return !cs_id_is_zero(who->token);
}

/* --- reading --- */

static cs_err
list(struct cs_tx *tx, void *ctx)
{
	struct own *o = ctx;

	return cs_api_token_list(tx, o->who->member, &o->list, &o->count);
}

cs_err
cs_own_token_list(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    struct cs_api_token **out, size_t *out_count)
{
	struct own o = { .d = d, .who = who };
	size_t kept = 0;

	*out = NULL;
	*out_count = 0;
	CS_TRY(cs_store_read(d->store, op, list, &o));
	for (size_t i = 0; i < o.count; i++)
		if (!is_by_token(who) || cs_id_equal(o.list[i].account, who->account))
			o.list[kept++] = o.list[i];
	*out = o.list;
	*out_count = kept;
	return CS_OK;
}

static cs_err
find(struct cs_tx *tx, void *ctx)
{
	struct own *o = ctx;

	CS_TRY(cs_api_token_find(tx, o->who->member, o->id, &o->token));
	if (is_by_token(o->who) && !cs_id_equal(o->token.account, o->who->account))
		return CS_FAIL(NOT_FOUND);
	return CS_OK;
}

cs_err
cs_own_token_get(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who, cs_id id,
    struct cs_api_token *out)
{
	struct own o = { .d = d, .who = who, .id = id };

	*out = (struct cs_api_token){ .is_disabled = true };
	CS_TRY(cs_store_read(d->store, op, find, &o));
	*out = o.token;
	return CS_OK;
}

/* --- what may be asked for --- */

static cs_err
check_proved(const struct own *o)
{
	if (is_by_token(o->who) || o->who->is_proved)
		return CS_OK;
	return cs_refuse_as(o->fault, CS_FAULT_PROVE_FIRST, "give your password again first");
}

static cs_err
refuse_missing(struct cs_fault *fault, uint32_t missing)
{
	size_t count;
	const struct cs_permission_row *rows = cs_permissions(&count);

	for (size_t i = 0; i < count; i++)
		if ((missing & rows[i].bit) != 0)
			return cs_refuse(fault,
			    "a token may do no more than you: you lack \"%.*s\"",
			    CS_STR_ARG(rows[i].text));
	return cs_refuse(fault, "a token may do no more than you");
}

static cs_err
check_caller(const struct own *o)
{
	if (is_by_token(o->who) && o->who->is_limited)
		return cs_refuse(
		    o->fault, "a token that is limited to addresses cannot make or change tokens");
	return CS_OK;
}

/* permissions: of the token that is made, changed or given a new value. */
static cs_err
check_permissions(struct cs_tx *tx, const struct own *o, cs_id account, uint32_t permissions)
{
	enum cs_role role;
	cs_err e = cs_membership_find(tx, account, o->who->member, &role);

	if (cs_is(e, CS_E_NOT_FOUND))
		return cs_refuse(o->fault, "you are no member of this account");
	CS_TRY(e);
	uint32_t may = cs_role_permissions(role);
	if (is_by_token(o->who))
		may &= o->who->permissions;
	return (permissions & ~may) != 0 ? refuse_missing(o->fault, permissions & ~may) : CS_OK;
}

static cs_err
check_times(const struct own *o, cs_time now, cs_time stored)
{
	const struct cs_token_wish *w = o->wish;
	cs_time limit = o->who->expires;

	if (w->expires.ms != 0 && w->expires.ms <= w->not_before.ms)
		return cs_refuse(o->fault, "expires_on must lie behind not_before");
	if (w->expires.ms != 0 && w->expires.ms <= now.ms && w->expires.ms != stored.ms)
		return cs_refuse(o->fault, "expires_on must lie in the future");
	if (is_by_token(o->who) && limit.ms != 0 &&
	    (w->expires.ms == 0 || w->expires.ms > limit.ms))
		return cs_refuse(
		    o->fault, "a token that is made by another one must end no later than that");
	return CS_OK;
}

static cs_err
check_wish(struct cs_tx *tx, const struct own *o, cs_id account, cs_time stored)
{
	const struct cs_token_wish *w = o->wish;

	CS_TRY(check_caller(o));
	if (w->name.len == 0 || w->name.len > NAME_MAX || !cs_utf8_is_valid(cs_str_span(w->name)))
		return cs_refuse(o->fault, "name must have 1 to %d bytes", NAME_MAX);
	if (w->permissions == 0)
		return cs_refuse(o->fault, "policies must grant at least one permission group");
	CS_TRY(check_permissions(tx, o, account, w->permissions));
	return check_times(o, cs_tx_op(tx)->now, stored);
}

/* --- making --- */

/* An account was not named: there must be no choice. */
static cs_err
settle_account(struct cs_tx *tx, void *ctx)
{
	struct own *o = ctx;
	const struct cs_member_account *accounts;
	size_t count;

	CS_TRY(cs_membership_list(tx, o->who->member, &accounts, &count));
	if (count != 1)
		return cs_refuse(o->fault, "policies: resources must name one account of yours, as "
					   "com.cloudflare.api.account.ID");
	o->account = accounts[0].id;
	return CS_OK;
}

static cs_err
settle(struct own *o, const struct cs_op *op)
{
	o->account = o->wish->account;
	if (is_by_token(o->who)) {
		if (!cs_id_is_zero(o->account) && !cs_id_equal(o->account, o->who->account))
			return cs_refuse(o->fault, "a token makes tokens of its own account alone");
		o->account = o->who->account;
	}
	return cs_id_is_zero(o->account) ? cs_store_read(o->d->store, op, settle_account, o)
					 : CS_OK;
}

static cs_err
make(struct cs_tx *tx, void *ctx)
{
	struct own *o = ctx;
	const struct cs_token_wish *w = o->wish;
	const struct cs_new_api_token wanted = {
		.account = o->account,
		.name = w->name,
		.creator = o->who->member,
		.permissions = w->permissions,
		.not_before = w->not_before,
		.expires = w->expires,
		.condition = w->condition,
	};

	cs_fault_clear(o->fault);
	CS_TRY(check_proved(o));
	CS_TRY(check_wish(tx, o, o->account, (cs_time){ 0 }));
	CS_TRY(list(tx, o));
	if (o->count >= CS_API_TOKENS_MAX)
		return cs_refuse(
		    o->fault, "you have %d tokens: revoke one first", CS_API_TOKENS_MAX);
	CS_TRY(cs_api_token_create(tx, o->d, &wanted, &o->id, &o->text));
	return cs_api_token_find(tx, o->who->member, o->id, &o->token);
}

static struct cs_op
op_of(const struct cs_op *op, cs_id account)
{
	struct cs_op own = *op;

	own.account = account;
	return own;
}

cs_err
cs_own_token_make(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    const struct cs_token_wish *wish, struct cs_api_token *out, cs_str *text,
    struct cs_fault *fault)
{
	struct own o = { .d = d, .who = who, .wish = wish, .fault = fault };

	*out = (struct cs_api_token){ .is_disabled = true };
	*text = CS_STR_NONE;
	CS_TRY(settle(&o, op));
	const struct cs_op own = op_of(op, o.account);
	CS_TRY(cs_store_write(d->store, &own, make, &o));
	*out = o.token;
	*text = o.text;
	return CS_OK;
}

/* --- changing --- */

static cs_err
record(struct cs_tx *tx, const struct own *o, enum cs_audit_kind kind)
{
	return cs_audit_of(tx, o->d, o->token.account, kind, o->who->member, o->token.id,
	    cs_audit_fact(cs_tx_op(tx)->arena, "name", o->token.name));
}

static cs_err
change(struct cs_tx *tx, void *ctx)
{
	struct own *o = ctx;
	const struct cs_token_wish *w = o->wish;

	cs_fault_clear(o->fault);
	CS_TRY(check_proved(o));
	CS_TRY(find(tx, o));
	if (!cs_id_is_zero(w->account) && !cs_id_equal(w->account, o->token.account))
		return cs_refuse(o->fault, "a token stays in its account: make another one");
	/* by a token that may less than this one did, nothing of it is changed */
	if (is_by_token(o->who))
		CS_TRY(check_permissions(tx, o, o->token.account,
		    o->token.permissions & cs_role_permissions(o->token.creator_role)));
	CS_TRY(check_wish(tx, o, o->token.account, o->token.expires));
	o->token.name = w->name;
	o->token.permissions = w->permissions;
	o->token.is_disabled = w->is_disabled;
	o->token.condition = w->condition;
	o->token.not_before = w->not_before;
	o->token.expires = w->expires;
	o->token.modified = cs_tx_op(tx)->now;
	CS_TRY(cs_api_token_set(tx, &o->token));
	return record(tx, o, CS_AUDIT_API_TOKEN_CHANGED);
}

cs_err
cs_own_token_change(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    cs_id id, const struct cs_token_wish *wish, struct cs_api_token *out, struct cs_fault *fault)
{
	struct own o = { .d = d, .who = who, .wish = wish, .fault = fault, .id = id };

	*out = (struct cs_api_token){ .is_disabled = true };
	CS_TRY(cs_store_write(d->store, op, change, &o));
	*out = o.token;
	return CS_OK;
}

/* The value of a token is all that it may: a weaker one must not get at it. */
static cs_err
check_stronger(struct cs_tx *tx, const struct own *o)
{
	if (!is_by_token(o->who))
		return CS_OK;
	CS_TRY(check_caller(o));
	CS_TRY(check_permissions(tx, o, o->token.account,
	    o->token.permissions & cs_role_permissions(o->token.creator_role)));
	if (o->who->expires.ms != 0 &&
	    (o->token.expires.ms == 0 || o->token.expires.ms > o->who->expires.ms))
		return cs_refuse(o->fault, "this token ends later than the one that you came with");
	return CS_OK;
}

static cs_err
roll(struct cs_tx *tx, void *ctx)
{
	struct own *o = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	uint8_t hash[CS_SHA256_LEN];

	cs_fault_clear(o->fault);
	CS_TRY(check_proved(o));
	CS_TRY(find(tx, o));
	CS_TRY(check_stronger(tx, o));
	cs_bearer_make(o->d->rng, op->arena, CS_API_TOKEN_PREFIX, &o->text, hash);
	CS_TRY(cs_api_token_roll(tx, o->token.account, o->token.id, hash, op->now));
	return record(tx, o, CS_AUDIT_API_TOKEN_ROLLED);
}

cs_err
cs_own_token_roll(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who, cs_id id,
    cs_str *text, struct cs_fault *fault)
{
	struct own o = { .d = d, .who = who, .fault = fault, .id = id };

	*text = CS_STR_NONE;
	CS_TRY(cs_store_write(d->store, op, roll, &o));
	*text = o.text;
	return CS_OK;
}

static cs_err
remove_one(struct cs_tx *tx, void *ctx)
{
	struct own *o = ctx;

	cs_fault_clear(o->fault);
	CS_TRY(find(tx, o));
	CS_TRY(cs_api_token_remove(tx, o->token.account, o->token.id));
	return record(tx, o, CS_AUDIT_API_TOKEN_REMOVED);
}

cs_err
cs_own_token_remove(struct cs_domain *d, const struct cs_op *op, const struct cs_grant *who,
    cs_id id, struct cs_fault *fault)
{
	struct own o = { .d = d, .who = who, .fault = fault, .id = id };

	return cs_store_write(d->store, op, remove_one, &o);
}
