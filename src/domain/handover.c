#include "domain/handover.h"

#include "base/codec.h"
#include "base/log.h"
#include "crypto/equal.h"
#include "crypto/mac.h"
#include "domain/audit.h"
#include "domain/auth_log.h"
#include "domain/proof.h"
#include "domain/session.h"
#include "domain/token.h"
#include "gate/amr.h"
#include "gate/models.h"
#include "store/authenticator_store.h"
#include "store/handover_store.h"
#include "store/session_store.h"
#include "store/user_store.h"

/* "Expires at once" still has to reach the application once. */
#define APP_SESSION_MIN_MS (30 * CS_SECOND_MS)
#define IDENTITY_NONCE_BYTES 12 /* 16 characters */

static cs_err
add_handover(struct cs_tx *tx, void *ctx)
{
	return cs_handover_add(tx, ctx);
}

cs_err
cs_handover_begin(const struct cs_signin *s, const struct cs_signin_state *state, cs_str *out_path)
{
	struct cs_handover h = {
		.account = s->op->account,
		.id = cs_id_new(s->d->rng),
		.application = s->app->id,
		.host = cs_authority_host(s->meta.authority),
		.session = s->session->id,
		.return_path = s->meta.return_path,
		.proof = state->proof != NULL ? state->proof->proof.id : cs_id_zero,
		.amr_method = state->amr.methods,
		.amr_at = state->amr.at,
		.created = s->op->now,
		.expires = cs_time_add(s->op->now, CS_HANDOVER_LIFE_MS),
	};
	cs_str code;

	*out_path = CS_STR_NONE;
	memcpy(h.nonce_hash, s->meta.nonce_hash, sizeof(h.nonce_hash));
	cs_session_token_make(s->d, s->op, &code, h.code_hash);
	CS_TRY(cs_store_write(s->d->store, s->op, add_handover, &h));
	*out_path =
	    cs_arena_printf(s->op->arena, "/cdn-cgi/access/authorized?code=%.*s", CS_STR_ARG(code));
	return CS_OK;
}

/* --- coming back --- */

struct finish_ctx {
	struct cs_domain *d;
	const struct cs_access_config *config;
	cs_str host;
	uint8_t code_hash[CS_HANDOVER_HASH_LEN];
	uint8_t nonce_hash[CS_HANDOVER_HASH_LEN];
	/* read */
	bool is_found;
	struct cs_handover handover;
	struct cs_global_session global;
	struct cs_user user;
	struct cs_stored_proof proof;
	struct cs_proved_model model; /* of the authenticator that proof was made with */
	/* judged */
	const struct cs_application *app;
	struct cs_access_answer access;
	struct cs_app_session session;
};

static bool
belongs_here(const struct finish_ctx *c)
{
	return cs_str_equal(c->handover.host, c->host) &&
	       cs_equal(c->handover.nonce_hash, c->nonce_hash, sizeof(c->nonce_hash));
}

static cs_err
read_rest(struct cs_tx *tx, struct finish_ctx *c)
{
	const struct cs_op *op = cs_tx_op(tx);

	CS_TRY(cs_global_session_find(tx, op->account, c->handover.session, op->now, &c->global));
	CS_TRY(cs_user_find(tx, op->account, c->global.identity.user, &c->user));
	if (cs_id_is_zero(c->handover.proof))
		return CS_OK;
	CS_TRY(cs_proof_find(tx, op->account, c->handover.proof, &c->proof));
	return cs_authenticator_model(tx, op->account, c->proof.proof.authenticator, &c->model);
}

static cs_err
read_handover(struct cs_tx *tx, void *ctx)
{
	struct finish_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	cs_err e = cs_handover_find(tx, op->account, c->code_hash, op->now, &c->handover);

	c->is_found = false;
	if (!cs_failed(e) && !belongs_here(c))
		return CS_OK;
	if (!cs_failed(e))
		e = read_rest(tx, c);
	/* The session, user or authenticator went away meanwhile. */
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	c->is_found = true;
	return CS_OK;
}

/* --- the last gate --- */

/* Who made the hand-over cannot have had another subject's proof: our own mistake, or tampering. */
static bool
proof_is_theirs(const struct finish_ctx *c, const struct cs_op *op)
{
	if (cs_id_is_zero(c->handover.proof))
		return true;
	if (cs_id_equal(c->proof.proof.subject, c->user.id) &&
	    cs_id_equal(c->proof.proof.device, c->global.device))
		return true;
	CS_LOG(op, SIGN_IN_CLAIM_FALSE, CS_F_ID("user", c->user.id),
	    CS_F_ID("proof", c->proof.proof.id));
	return false;
}

/* With 0m: that it was for this sign-in was judged when the hand-over began. */
static bool
amr_is_own(const struct finish_ctx *c)
{
	return c->config->organization.amr.duration_ms == 0;
}

static bool
provider_has_asked(const struct finish_ctx *c, const struct cs_op *op)
{
	const struct cs_identity *identity = &c->global.identity;

	return cs_amr_judge(c->config, c->app, &c->access.mfa, identity, cs_amr_time(identity),
		   amr_is_own(c), op->now, false) == CS_AMR_COUNTS;
}

static bool
factor_is_proved(const struct finish_ctx *c, const struct cs_op *op)
{
	const struct cs_mfa_requirement *need = &c->access.mfa;

	if (!need->is_required)
		return true;
	if (c->handover.amr_method != 0)
		return provider_has_asked(c, op);
	if (cs_id_is_zero(c->handover.proof) ||
	    !cs_models_session_fits(c->config, c->app, &c->model))
		return false;
	/* What an own proof was made for was compared when the hand-over began; spent is spent. */
	return cs_proof_counts(&c->proof, need, c->proof.context, op->now);
}

static const struct cs_application *
find_application(const struct cs_access_config *config, cs_id id)
{
	for (size_t i = 0; i < config->application_count; i++)
		if (cs_id_equal(config->applications[i].id, id))
			return &config->applications[i];
	return NULL;
}

static bool
may_enter(struct finish_ctx *c, const struct cs_op *op)
{
	c->app = find_application(c->config, c->handover.application);
	if (c->app == NULL || c->user.status != CS_USER_ACTIVE || !proof_is_theirs(c, op))
		return false;
	const struct cs_asker asker =
	    cs_gate_asker(c->d->gate, c->config, &c->global.identity, &op->peer);
	cs_access_evaluate(c->config, c->app, &asker, &c->access);
	return c->access.verdict == CS_ACCESS_ALLOW && factor_is_proved(c, op);
}

/* --- the session --- */

static cs_str
identity_nonce(const struct cs_domain *d, struct cs_arena *a)
{
	uint8_t bytes[IDENTITY_NONCE_BYTES];

	cs_random_fill(d->rng, bytes, sizeof(bytes));
	return cs_base64url_text(a, CS_SPAN(bytes, sizeof(bytes)));
}

static void
fill_session(struct finish_ctx *c, const struct cs_op *op)
{
	int64_t life_ms = c->access.session_duration_ms;

	c->session = (struct cs_app_session){
		.account = op->account,
		.id = cs_id_new(c->d->rng),
		.application = c->app->id,
		.host = c->handover.host,
		.global_session = c->global.id,
		.identity = c->global.identity,
		.nonce = identity_nonce(c->d, op->arena),
		.created = op->now,
		.expires = cs_time_add(
		    op->now, life_ms > APP_SESSION_MIN_MS ? life_ms : APP_SESSION_MIN_MS),
	};
	if (!c->access.mfa.is_required)
		return;
	if (c->handover.amr_method != 0) {
		c->session.proof_source = CS_PROOF_AMR;
		c->session.proof_method =
		    cs_amr_methods(c->config, &c->global.identity, c->access.mfa.methods);
		c->session.proof_at = cs_amr_time(&c->global.identity);
		c->session.proof_is_own = amr_is_own(c);
		return;
	}
	c->session.proof_method = c->proof.proof.method;
	c->session.proof_at = c->proof.proof.at;
	c->session.proof_is_own = c->proof.is_own;
	c->session.authenticator = c->proof.proof.authenticator;
	c->session.model = c->model;
}

/* What counts for one session is used up by this one. */
static cs_err
take_basis(struct cs_tx *tx, const struct finish_ctx *c)
{
	const struct cs_app_session *s = &c->session;
	bool is_spent;

	if (!s->proof_is_own)
		return CS_OK;
	if (s->proof_source == CS_PROOF_OURS)
		return cs_proof_take(tx, s->account, c->proof.proof.id, s->id);
	CS_TRY(cs_app_session_has_own_amr(tx, s->account, s->global_session, &is_spent));
	return is_spent ? CS_FAIL(CONFLICT) : CS_OK;
}

static cs_err
log_entry(struct cs_tx *tx, const struct finish_ctx *c, enum cs_auth_reason reason)
{
	const struct cs_auth_event event = {
		.reason = reason,
		.user = c->user.id,
		.email = c->global.identity.email,
		.provider = c->global.identity.provider,
		.app = c->app,
		.method = c->session.proof_method,
	};

	return cs_auth_log(tx, c->d, c->config, &event);
}

static cs_err
enter(struct cs_tx *tx, void *ctx)
{
	struct finish_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	cs_id user = c->user.id;

	CS_TRY(cs_handover_use(tx, op->account, c->handover.id, op->now));
	/* Ended since it was read: swapped against nothing, so it is read again here. */
	CS_TRY(read_rest(tx, c));
	if (c->user.status != CS_USER_ACTIVE)
		return CS_FAIL(CONFLICT);
	CS_TRY(take_basis(tx, c));
	CS_TRY(cs_app_session_add(tx, &c->session));
	CS_TRY(log_entry(tx, c, CS_AUTH_ALLOWED));
	return cs_audit(tx, c->d, CS_AUDIT_APPLICATION_ENTERED, user, user,
	    cs_audit_fact(op->arena, "application", c->app->name));
}

static enum cs_auth_reason
why_refused(const struct finish_ctx *c)
{
	if (c->user.status != CS_USER_ACTIVE)
		return CS_AUTH_DISABLED;
	return c->access.verdict == CS_ACCESS_ALLOW ? CS_AUTH_METHOD : CS_AUTH_POLICY;
}

static cs_err
refuse_entry(struct cs_tx *tx, void *ctx)
{
	struct finish_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);

	CS_TRY(cs_handover_use(tx, op->account, c->handover.id, op->now));
	CS_TRY(log_entry(tx, c, why_refused(c)));
	return cs_audit(tx, c->d, CS_AUDIT_APPLICATION_REFUSED, c->user.id, c->user.id,
	    cs_audit_fact(op->arena, "application", c->app != NULL ? c->app->name : CS_STR("")));
}

/* A code that was used, or whose session ended, between reading and writing. */
static bool
lost_race(cs_err e)
{
	return cs_is(e, CS_E_CONFLICT) || cs_is(e, CS_E_NOT_FOUND);
}

static cs_err
open_session(struct finish_ctx *c, const struct cs_op *op, struct cs_handed_over *out,
    struct cs_refusal *why)
{
	uint64_t epoch = cs_gate_epoch(c->d->gate);
	cs_str token;
	cs_err e;

	fill_session(c, op);
	CS_TRY(cs_token_make(c->d, op, c->config, c->app, &c->session, &token));
	e = cs_store_write(c->d->store, op, enter, c);
	if (lost_race(e)) {
		why->kind = CS_REFUSAL_LINK_ENDED;
		return CS_OK;
	}
	CS_TRY(e);
	/* The gate may do without: it then reads the session from the store. */
	(void)cs_gate_session_put(c->d->gate, &c->session, epoch);
	*out = (struct cs_handed_over){
		.app = c->app,
		.session = &c->session,
		.token = token,
		.return_path = c->handover.return_path,
	};
	return CS_OK;
}

cs_err
cs_handover_finish(struct cs_domain *d, const struct cs_op *op,
    const struct cs_access_config *config, cs_str host, cs_str code, cs_str nonce,
    struct cs_handed_over *out, struct cs_refusal *why)
{
	struct finish_ctx *c = CS_NEW(op->arena, struct finish_ctx);

	*out = (struct cs_handed_over){ .app = NULL };
	*c = (struct finish_ctx){ .d = d, .config = config, .host = host };
	if (!cs_failed(cs_session_token_hash(code, c->code_hash)) &&
	    !cs_failed(cs_session_token_hash(nonce, c->nonce_hash)))
		CS_TRY(cs_store_read(d->store, op, read_handover, c));
	if (!c->is_found) {
		why->kind = CS_REFUSAL_LINK_ENDED;
		return CS_OK;
	}
	if (!may_enter(c, op)) {
		why->kind = CS_REFUSAL_NOT_ALLOWED;
		cs_err e = cs_store_write(d->store, op, refuse_entry, c);

		return lost_race(e) ? CS_OK : e;
	}
	return open_session(c, op, out, why);
}
