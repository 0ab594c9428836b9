#include "domain/config/api_token.h"

#include "domain/audit.h"
#include "domain/config/bearer.h"
#include "domain/config/token_condition.h"
#include "store/api_token_store.h"

cs_err
cs_api_token_create(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_new_api_token *wanted, cs_id *id, cs_str *text)
{
	const struct cs_op *op = cs_tx_op(tx);
	*id = cs_id_new(d->rng);
	struct cs_api_token token = {
		.account = wanted->account,
		.id = *id,
		.name = wanted->name,
		.creator = wanted->creator,
		.permissions = wanted->permissions,
		.issued = op->now,
		.not_before = wanted->not_before,
		.expires = wanted->expires,
		.condition = wanted->condition,
	};
	cs_bearer_make(d->rng, op->arena, CS_API_TOKEN_PREFIX, text, token.token_hash);
	CS_TRY(cs_api_token_add(tx, &token));
	return cs_audit(tx, d, CS_AUDIT_API_TOKEN_CREATED, wanted->creator, *id,
	    cs_audit_fact(op->arena, "name", wanted->name));
}

struct lookup {
	uint8_t hash[CS_SHA256_LEN];
	struct cs_api_token token;
};

static cs_err
find(struct cs_tx *tx, void *ctx)
{
	struct lookup *l = ctx;
	return cs_api_token_by_hash(tx, l->hash, &l->token);
}

static bool
is_active(const struct cs_api_token *t, cs_time now)
{
	return !t->is_disabled && t->creator_status != CS_MEMBER_DISABLED &&
	       t->not_before.ms <= now.ms && (t->expires.ms == 0 || now.ms < t->expires.ms);
}

static cs_err
set_used(struct cs_tx *tx, void *ctx)
{
	const struct lookup *l = ctx;
	return cs_api_token_set_used(tx, l->token.account, l->token.id, cs_tx_op(tx)->now);
}

static void
remember_use(struct cs_domain *d, const struct cs_op *op, struct lookup *l)
{
	if (op->now.ms - l->token.last_used.ms < CS_MINUTE_MS)
		return;
	/* the store has logged what went wrong; the token is as good as before */
	(void)cs_failed(cs_store_write(d->store, op, set_used, l));
}

cs_err
cs_api_token_verify(struct cs_domain *d, const struct cs_op *op, cs_str text,
    struct cs_grant *grant, enum cs_token_state *state)
{
	*grant = (struct cs_grant){ 0 };
	*state = CS_TOKEN_UNKNOWN;
	struct lookup l;
	if (cs_failed(cs_bearer_hash(text, CS_API_TOKEN_PREFIX, l.hash)))
		return CS_OK;
	cs_err e = cs_store_read(d->store, op, find, &l);
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	if (!is_active(&l.token, op->now)) {
		*state = CS_TOKEN_INACTIVE;
		return CS_OK;
	}
	if (!cs_token_condition_has(l.token.condition, &op->peer)) {
		*state = CS_TOKEN_ELSEWHERE;
		return CS_OK;
	}
	*grant = (struct cs_grant){
		.account = l.token.account,
		.member = l.token.creator,
		.token = l.token.id,
		.permissions = l.token.permissions & cs_role_permissions(l.token.creator_role),
		.not_before = l.token.not_before,
		.expires = l.token.expires,
		.is_limited = l.token.condition.len > 0,
	};
	*state = CS_TOKEN_ACTIVE;
	remember_use(d, op, &l);
	return CS_OK;
}
