#include "base/codec.h"
#include "base/log.h"
#include "domain/accounts.h"
#include "domain/background.h"
#include "domain/enrol.h"
#include "domain/json_text.h"
#include "domain/keys.h"
#include "store/audit_store.h"
#include "store/authenticator_store.h"
#include "store/challenge_store.h"
#include "store/change_store.h"
#include "store/handover_store.h"
#include "store/member_store.h"
#include "store/oidc_flow_store.h"
#include "store/outbox_store.h"
#include "store/pin_store.h"
#include "store/proof_store.h"
#include "store/rate_store.h"
#include "store/session_store.h"
#include "store/signing_key_store.h"

#define SWEEP_MS (5 * CS_MINUTE_MS)
/* What has ended stays this long for questions and is then gone. */
#define AFTERLIFE_MS CS_HOUR_MS
#define OUTBOX_AFTERLIFE_MS CS_DAY_MS
#define PROOF_LIFE_MS (31 * CS_DAY_MS) /* durations end at 720 h */
#define SEAL_MS CS_SECOND_MS
#define SEAL_LEASE_MS (10 * CS_SECOND_MS)
#define ROTATE_MS CS_HOUR_MS

static cs_err
sweep_signin(struct cs_tx *tx, cs_time before)
{
	CS_TRY(cs_pin_sweep(tx, before));
	CS_TRY(cs_oidc_flow_sweep(tx, before));
	CS_TRY(cs_handover_sweep(tx, before));
	CS_TRY(cs_challenge_sweep(tx, before));
	return cs_session_sweep(tx, before);
}

static cs_err
sweep(struct cs_tx *tx, void *ctx)
{
	const struct cs_op *op = cs_tx_op(tx);
	cs_time hour_ago = cs_time_add(op->now, -AFTERLIFE_MS);
	int64_t expired;

	CS_TRY(sweep_signin(tx, hour_ago));
	CS_TRY(cs_authenticator_sweep(tx, cs_time_add(op->now, -2 * CS_PENDING_LIFE_MS)));
	CS_TRY(cs_proof_sweep(tx, cs_time_add(op->now, -PROOF_LIFE_MS)));
	CS_TRY(cs_member_session_sweep(tx, op->now));
	CS_TRY(cs_rate_sweep(tx, op->now));
	CS_TRY(cs_signing_key_sweep(tx, op->now));
	CS_TRY(cs_change_forget(tx, hour_ago));
	return cs_outbox_sweep(tx, op->now, cs_time_add(op->now, -OUTBOX_AFTERLIFE_MS), &expired);
}

cs_err
cs_sweep_step(struct cs_domain *d, const struct cs_op *op, cs_time *out_next)
{
	*out_next = cs_time_add(op->now, SWEEP_MS);
	return cs_store_write(d->store, op, sweep, NULL);
}

/* --- signing keys --- */

static cs_err
rotate(struct cs_domain *d, const struct cs_op *op, cs_id account)
{
	struct cs_op own = *op;
	cs_time next;

	/* The server realm has no applications. */
	if (cs_id_is_zero(account))
		return CS_OK;
	own.account = account;
	return cs_keys_rotate(d, &own, &next);
}

cs_err
cs_rotate_step(struct cs_domain *d, const struct cs_op *op, cs_time *out_next)
{
	*out_next = cs_time_add(op->now, ROTATE_MS);
	return cs_accounts_each(d, op, rotate);
}

/* --- audit --- */

struct seal_ctx {
	const struct cs_domain *d;
	size_t sealed;
	const struct cs_audit_head *heads;
	size_t head_count;
};

static cs_err
seal(struct cs_tx *tx, void *ctx)
{
	struct seal_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);

	return cs_audit_seal(tx, c->d->node, op->now, cs_time_add(op->now, SEAL_LEASE_MS),
	    &c->sealed, &c->heads, &c->head_count);
}

/* What is signed: {"type":"audit_head","account":…,"seq":…,"link":…,"iat":…} */
static cs_str
head_claims(const struct cs_op *op, const struct cs_audit_head *head)
{
	CS_AUTO(cs_buf_clear) struct cs_buf hex = { 0 };
	json_t *o = json_object();
	cs_str text;

	cs_buf_init(&hex, 2 * sizeof(head->link));
	cs_hex_encode(CS_SPAN(head->link, sizeof(head->link)), &hex);
	json_object_set_new(o, "type", json_string("audit_head"));
	json_object_set_new(o, "account", cs_json_id_of(head->account));
	json_object_set_new(o, "seq", json_integer(head->seq));
	json_object_set_new(o, "link", cs_json_text_of(cs_buf_str(&hex)));
	json_object_set_new(o, "iat", json_integer(op->now.ms / CS_SECOND_MS));
	text = cs_json_dump(op->arena, o);
	json_decref(o);
	return text;
}

/* Signed with the account's key and out of the database: what witnesses compare later. */
static cs_err
publish_head(struct cs_domain *d, const struct cs_op *op, const struct cs_audit_head *head)
{
	CS_AUTO(cs_buf_clear) struct cs_buf token = { 0 };
	struct cs_op own = *op;

	own.account = head->account;
	cs_buf_init(&token, CS_JWS_MAX_BYTES);
	CS_TRY(cs_keys_sign(d, &own, cs_str_span(head_claims(op, head)), &token));
	CS_LOG(&own, AUDIT_HEAD, CS_F_INT("seq", head->seq), CS_F_STR("head", cs_buf_str(&token)));
	return CS_OK;
}

cs_err
cs_seal_step(struct cs_domain *d, const struct cs_op *op, cs_time *out_next)
{
	struct seal_ctx c = { .d = d };
	cs_err e = cs_store_write(d->store, op, seal, &c);

	*out_next = cs_time_add(op->now, SEAL_MS);
	/* Another node seals. */
	if (cs_is(e, CS_E_CONFLICT))
		return CS_OK;
	CS_TRY(e);
	for (size_t i = 0; i < c.head_count; i++)
		CS_TRY(publish_head(d, op, &c.heads[i]));
	if (c.sealed == CS_AUDIT_SEAL_MAX)
		*out_next = op->now;
	return CS_OK;
}
