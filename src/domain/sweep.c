#include "base/codec.h"
#include "base/log.h"
#include "domain/accounts.h"
#include "domain/background.h"
#include "domain/config/inactivity.h"
#include "domain/config/service_token.h"
#include "domain/enrol.h"
#include "domain/json_text.h"
#include "domain/keys.h"
#include "domain/witness.h"
#include "store/audit_store.h"
#include "store/auth_log_store.h"
#include "store/authenticator_store.h"
#include "store/challenge_store.h"
#include "store/change_store.h"
#include "store/handover_store.h"
#include "store/manage_store.h"
#include "store/member_link_store.h"
#include "store/member_session_store.h"
#include "store/notice_store.h"
#include "store/oidc_flow_store.h"
#include "store/outbox_store.h"
#include "store/pin_store.h"
#include "store/proof_store.h"
#include "store/rate_store.h"
#include "store/session_store.h"
#include "store/signing_key_store.h"

#include <stdatomic.h>

#define SWEEP_MS (5 * CS_MINUTE_MS)
/* What has ended stays this long for questions and is then gone. */
#define AFTERLIFE_MS CS_HOUR_MS
#define OUTBOX_AFTERLIFE_MS CS_DAY_MS
#define LINK_AFTERLIFE_MS CS_DAY_MS
#define PROOF_LIFE_MS (31 * CS_DAY_MS) /* durations end at 720 h */
#define SEAL_MS CS_SECOND_MS
#define SEAL_LEASE_MS (10 * CS_SECOND_MS)
#define HEADS_PIECE 200
/* A signed head is some 700 bytes. */
#define LINES_MAX_BYTES (CS_AUDIT_SEAL_MAX * 2048)
/* Keys that are not in memory yet are read into it. */
#define HEADS_ARENA_BYTES (64 << 20)
#define ROTATE_MS CS_HOUR_MS

static cs_err
sweep_signin(struct cs_tx *tx, cs_time before)
{
	CS_TRY(cs_pin_sweep(tx, before));
	CS_TRY(cs_oidc_flow_sweep(tx, before));
	CS_TRY(cs_handover_sweep(tx, before));
	CS_TRY(cs_challenge_sweep(tx, before));
	CS_TRY(cs_manage_window_sweep(tx, before));
	CS_TRY(cs_notice_sweep(tx, before));
	return cs_session_sweep(tx, before);
}

static cs_err
sweep_members(struct cs_tx *tx, cs_time now)
{
	CS_TRY(cs_member_session_sweep(tx, now));
	CS_TRY(cs_remembered_sweep(tx, now));
	CS_TRY(cs_member_link_sweep(tx, cs_time_add(now, -LINK_AFTERLIFE_MS)));
	return cs_member_contact_sweep(tx, now);
}

static cs_err
sweep(struct cs_tx *tx, void *ctx)
{
	struct cs_domain *d = ctx;
	int64_t keep_ms = atomic_load(&d->auth_log_keep_ms);
	const struct cs_op *op = cs_tx_op(tx);
	cs_time hour_ago = cs_time_add(op->now, -AFTERLIFE_MS);
	int64_t expired;

	CS_TRY(sweep_signin(tx, hour_ago));
	CS_TRY(cs_authenticator_sweep(tx, cs_time_add(op->now, -2 * CS_PENDING_LIFE_MS)));
	CS_TRY(cs_proof_sweep(tx, cs_time_add(op->now, -PROOF_LIFE_MS)));
	CS_TRY(sweep_members(tx, op->now));
	CS_TRY(cs_rate_sweep(tx, op->now));
	CS_TRY(cs_signing_key_sweep(tx, op->now));
	CS_TRY(cs_change_forget(tx, hour_ago));
	if (keep_ms > 0)
		CS_TRY(cs_auth_log_sweep(tx, cs_time_add(op->now, -keep_ms)));
	return cs_outbox_sweep(tx, op->now, cs_time_add(op->now, -OUTBOX_AFTERLIFE_MS), &expired);
}

cs_err
cs_sweep_step(struct cs_domain *d, const struct cs_op *op, cs_time *out_next)
{
	*out_next = cs_time_add(op->now, SWEEP_MS);
	CS_TRY(cs_service_token_note_seen(d, op));
	CS_TRY(cs_service_tokens_retire(d, op));
	return cs_store_write(d->store, op, sweep, d);
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

static cs_err
sign_head(struct cs_domain *d, const struct cs_op *op, const struct cs_audit_head *head,
    struct cs_buf *out)
{
	struct cs_op own = *op;

	own.account = head->account;
	return cs_keys_sign(d, &own, cs_str_span(head_claims(op, head)), out);
}

/* Signed with the account's key and out of the database: what witnesses compare later. */
static cs_err
publish_head(struct cs_domain *d, const struct cs_op *op, const struct cs_audit_head *head,
    struct cs_buf *lines)
{
	CS_AUTO(cs_buf_clear) struct cs_buf token = { .max = CS_JWS_MAX_BYTES };
	struct cs_op own = *op;

	own.account = head->account;
	CS_TRY(sign_head(d, op, head, &token));
	CS_LOG(&own, AUDIT_HEAD, CS_F_INT("seq", head->seq), CS_F_STR("head", cs_buf_str(&token)));
	cs_buf_add_str(lines, cs_buf_str(&token));
	cs_buf_add_byte(lines, '\n');
	return CS_OK;
}

/* --- the witness: every head of the database, when it may have missed one --- */

struct heads_ctx {
	cs_id after; /* zero: from the beginning, and that is the server realm */
	struct cs_audit_head realm;
	const struct cs_audit_head *heads;
	size_t count;
};

static cs_err
list_heads(struct cs_tx *tx, void *ctx)
{
	struct heads_ctx *c = ctx;

	CS_TRY(cs_audit_head_find(tx, cs_id_zero, &c->realm));
	return cs_audit_head_list(tx, c->after, HEADS_PIECE, &c->heads, &c->count);
}

static cs_err
add_line(struct cs_domain *d, const struct cs_op *op, const struct cs_audit_head *head,
    struct cs_buf *lines)
{
	CS_TRY(sign_head(d, op, head, lines));
	cs_buf_add_byte(lines, '\n');
	return CS_OK;
}

/* *after moves on to the last account of the piece. */
static cs_err
witness_piece(struct cs_domain *d, const struct cs_op *op, cs_id *after, bool *out_is_last)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(HEADS_ARENA_BYTES);
	CS_AUTO(cs_buf_clear) struct cs_buf lines = { .max = LINES_MAX_BYTES };
	struct heads_ctx c = { .after = *after };
	struct cs_op own = *op;
	cs_span text;

	own.arena = arena;
	CS_TRY(cs_store_read(d->store, &own, list_heads, &c));
	if (cs_id_is_zero(*after) && c.realm.seq > 0)
		CS_TRY(add_line(d, &own, &c.realm, &lines));
	for (size_t i = 0; i < c.count; i++)
		CS_TRY(add_line(d, &own, &c.heads[i], &lines));
	*out_is_last = c.count < HEADS_PIECE;
	if (c.count > 0)
		*after = c.heads[c.count - 1].account;
	CS_TRY(cs_buf_finish(&lines, &text));
	return text.len > 0 ? cs_witness_append(d->witness, op, text) : CS_OK;
}

static cs_err
witness_all(struct cs_domain *d, const struct cs_op *op)
{
	cs_id after = cs_id_zero;
	bool is_last = false;

	/* Signing is not for nothing: the file can be written to. */
	CS_TRY(cs_witness_append(d->witness, op, CS_SPAN_NONE));
	while (!is_last)
		CS_TRY(witness_piece(d, op, &after, &is_last));
	return CS_OK;
}

/* What the log was told just now; or everything, where the file may have missed something. */
static cs_err
tell_witness(struct cs_domain *d, const struct cs_op *op, const struct cs_buf *lines)
{
	cs_span text;

	if (!d->witness->is_current)
		return witness_all(d, op);
	CS_TRY(cs_buf_finish(lines, &text));
	return text.len > 0 ? cs_witness_append(d->witness, op, text) : CS_OK;
}

static cs_err
publish(struct cs_domain *d, const struct cs_op *op, const struct seal_ctx *c)
{
	CS_AUTO(cs_buf_clear) struct cs_buf lines = { .max = LINES_MAX_BYTES };

	for (size_t i = 0; i < c->head_count; i++)
		CS_TRY(publish_head(d, op, &c->heads[i], &lines));
	return d->witness != NULL ? tell_witness(d, op, &lines) : CS_OK;
}

cs_err
cs_seal_step(struct cs_domain *d, const struct cs_op *op, cs_time *out_next)
{
	struct seal_ctx c = { .d = d };
	cs_err e = cs_store_write(d->store, op, seal, &c);
	/* Another node seals. */
	bool is_elsewhere = cs_is(e, CS_E_CONFLICT);

	*out_next = cs_time_add(op->now, c.sealed == CS_AUDIT_SEAL_MAX ? 0 : SEAL_MS);
	if (!cs_failed(e))
		e = publish(d, op, &c);
	if (d->witness != NULL)
		d->witness->is_current = !cs_failed(e);
	return is_elsewhere ? CS_OK : e;
}
