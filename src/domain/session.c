#include "domain/session.h"

#include "base/codec.h"
#include "crypto/mac.h"
#include "domain/audit.h"
#include "domain/auth_log.h"
#include "domain/person.h"
#include "store/change_store.h"
#include "store/session_store.h"
#include "store/user_store.h"

#define TOKEN_BYTES 32

void
cs_session_token_make(const struct cs_domain *d, const struct cs_op *op, cs_str *out_text,
    uint8_t out_hash[static CS_TOKEN_HASH_LEN])
{
	uint8_t token[TOKEN_BYTES];

	cs_random_fill(d->rng, token, sizeof(token));
	*out_text = cs_base64url_text(op->arena, CS_SPAN(token, sizeof(token)));
	cs_sha256(CS_SPAN(token, sizeof(token)), out_hash);
	cs_wipe(token, sizeof(token));
}

cs_err
cs_session_token_hash(cs_str text, uint8_t out[static CS_TOKEN_HASH_LEN])
{
	uint8_t token[TOKEN_BYTES];

	memset(out, 0, CS_TOKEN_HASH_LEN);
	CS_TRY(cs_base64url_exact(text, sizeof(token), token));
	cs_sha256(CS_SPAN(token, sizeof(token)), out);
	cs_wipe(token, sizeof(token));
	return CS_OK;
}

cs_id
cs_device_id(const uint8_t token_hash[static CS_TOKEN_HASH_LEN])
{
	cs_id id;

	memcpy(id.b, token_hash, sizeof(id.b));
	return id;
}

/* --- finding --- */

struct find_ctx {
	uint8_t hash[CS_TOKEN_HASH_LEN];
	struct cs_global_session session;
	bool is_found;
};

static cs_err
find_session(struct cs_tx *tx, void *ctx)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct find_ctx *c = ctx;
	struct cs_user user;
	cs_err e = cs_global_session_find_by_token(tx, op->account, c->hash, op->now, &c->session);

	c->is_found = false;
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	CS_TRY(cs_user_find(tx, op->account, c->session.identity.user, &user));
	c->is_found = user.status == CS_USER_ACTIVE;
	return CS_OK;
}

cs_err
cs_session_find(struct cs_domain *d, const struct cs_op *op, cs_str token,
    struct cs_global_session *out, struct cs_refusal *why)
{
	struct find_ctx c = { .is_found = false };

	*out = (struct cs_global_session){ .expires = { 0 } };
	if (!cs_failed(cs_session_token_hash(token, c.hash)))
		CS_TRY(cs_store_read(d->store, op, find_session, &c));
	if (!c.is_found) {
		why->kind = CS_REFUSAL_SIGNED_OUT;
		return CS_OK;
	}
	*out = c.session;
	return CS_OK;
}

struct load_ctx {
	uint8_t hash[CS_TOKEN_HASH_LEN];
	struct cs_app_session session;
};

static cs_err
load_app(struct cs_tx *tx, void *ctx)
{
	struct load_ctx *c = ctx;

	return cs_app_session_find_by_token(tx, c->hash, cs_tx_op(tx)->now, &c->session);
}

cs_err
cs_session_load_app(struct cs_domain *d, const struct cs_op *op,
    const uint8_t token_hash[static CS_TOKEN_HASH_LEN], struct cs_app_session *out)
{
	struct load_ctx c = { .session = { .expires = { 0 } } };

	*out = (struct cs_app_session){ .expires = { 0 } };
	memcpy(c.hash, token_hash, sizeof(c.hash));
	CS_TRY(cs_store_read(d->store, op, load_app, &c));
	*out = c.session;
	return CS_OK;
}

/* --- ending --- */

cs_err
cs_session_end_in(struct cs_tx *tx, cs_id session)
{
	cs_id account = cs_tx_op(tx)->account;

	CS_TRY(cs_app_session_remove_of_global(tx, account, session));
	CS_TRY(cs_global_session_remove(tx, account, session));
	return cs_change_add(tx, account, CS_CHANGE_GLOBAL_SESSION, session);
}

cs_err
cs_session_end_user_in(struct cs_tx *tx, cs_id user)
{
	cs_id account = cs_tx_op(tx)->account;

	CS_TRY(cs_app_session_remove_of_user(tx, account, user));
	CS_TRY(cs_global_session_remove_of_user(tx, account, user));
	return cs_change_add(tx, account, CS_CHANGE_USER, user);
}

struct end_ctx {
	const struct cs_domain *d;
	cs_id key;
	cs_id user;
	enum cs_audit_kind kind;
	cs_err (*end)(struct cs_tx *tx, cs_id key);
};

static cs_err
log_sign_out(struct cs_tx *tx, const struct end_ctx *c)
{
	const struct cs_op *op = cs_tx_op(tx);
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	struct cs_auth_event event = { .is_logout = true, .user = c->user };
	struct cs_user user;
	cs_err e;

	e = cs_user_find(tx, op->account, c->user, &user);
	/* Of somebody, or in an account, that is just being taken away there is nothing to say. */
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	event.email = user.email;
	if (cs_failed(cs_gate_acquire(c->d->gate, op->account, &held)))
		return CS_OK;
	return cs_auth_log(tx, c->d, cs_snapshot_config(held), &event);
}

static cs_err
end_in(struct cs_tx *tx, void *ctx)
{
	struct end_ctx *c = ctx;

	CS_TRY(c->end(tx, c->key));
	if (c->kind == CS_AUDIT_SIGNED_OUT)
		CS_TRY(log_sign_out(tx, c));
	return cs_audit(tx, c->d, c->kind, cs_id_zero, c->user, CS_STR_NONE);
}

cs_err
cs_session_end(struct cs_domain *d, const struct cs_op *op, const struct cs_global_session *session)
{
	struct end_ctx c = { .d = d,
		.key = session->id,
		.user = session->identity.user,
		.kind = CS_AUDIT_SIGNED_OUT,
		.end = cs_session_end_in };
	cs_err e = cs_store_write(d->store, op, end_in, &c);

	/* Also when the commit is uncertain: forgetting too much costs one look at the store. */
	cs_gate_drop_global_session(d->gate, op->account, session->id);
	return e;
}

cs_err
cs_session_end_user(struct cs_domain *d, const struct cs_op *op, cs_id user, bool by_user)
{
	struct end_ctx c = { .d = d,
		.key = user,
		.user = user,
		.kind = by_user ? CS_AUDIT_SIGNED_OUT : CS_AUDIT_SESSIONS_REVOKED,
		.end = cs_session_end_user_in };
	cs_err e = cs_store_write(d->store, op, end_in, &c);

	/* Also when the commit is uncertain: forgetting too much costs one look at the store. */
	cs_gate_drop_user(d->gate, op->account, user);
	return e;
}

struct revoke_ctx {
	const struct cs_domain *d;
	cs_str key;
	const struct cs_user *users;
	size_t count;
};

static cs_err
revoke_email(struct cs_tx *tx, void *ctx)
{
	struct revoke_ctx *c = ctx;
	cs_id account = cs_tx_op(tx)->account;

	CS_TRY(cs_user_list_by_email(tx, account, c->key, &c->users, &c->count));
	for (size_t i = 0; i < c->count; i++) {
		CS_TRY(cs_session_end_user_in(tx, c->users[i].id));
		CS_TRY(cs_audit(
		    tx, c->d, CS_AUDIT_SESSIONS_REVOKED, cs_id_zero, c->users[i].id, CS_STR_NONE));
	}
	return CS_OK;
}

cs_err
cs_session_revoke_email(
    struct cs_domain *d, const struct cs_op *op, cs_str email, size_t *out_count)
{
	struct revoke_ctx c = { .d = d, .key = cs_email_key(op->arena, email) };
	cs_err e;

	*out_count = 0;
	e = cs_store_write(d->store, op, revoke_email, &c);
	for (size_t i = 0; i < c.count; i++)
		cs_gate_drop_user(d->gate, op->account, c.users[i].id);
	*out_count = c.count;
	return e;
}
