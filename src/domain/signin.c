#include "domain/signin.h"

#include "base/log.h"
#include "crypto/equal.h"
#include "domain/audit.h"
#include "domain/auth_log.h"
#include "domain/handover.h"
#include "domain/identity.h"
#include "domain/manage.h"
#include "domain/proof.h"
#include "domain/provider_value.h"
#include "domain/session.h"
#include "factor/factor.h"
#include "store/device_store.h"
#include "store/session_store.h"
#include "store/user_store.h"

#define GLOBAL_SESSION_MS CS_DAY_MS
#define FIRST_SIGN_IN_TRIES 3

/* --- what is asked --- */

static const struct cs_application *
find_application(const struct cs_access_config *config, cs_id id)
{
	for (size_t i = 0; i < config->application_count; i++)
		if (cs_id_equal(config->applications[i].id, id))
			return &config->applications[i];
	return NULL;
}

cs_err
cs_signin_init(struct cs_signin *s, cs_str meta_text, struct cs_refusal *why)
{
	s->has_meta = false;
	s->app = NULL;
	s->meta = (struct cs_meta){ .expires = { 0 } };
	if (meta_text.len == 0)
		return CS_OK;
	if (cs_meta_is_page(meta_text)) {
		s->meta.text = meta_text;
		return CS_OK;
	}
	CS_TRY(cs_meta_unseal(s->d, s->op, meta_text, &s->meta, why));
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	s->has_meta = true;
	s->app = find_application(s->config, s->meta.application);
	if (s->app == NULL)
		why->kind = CS_REFUSAL_NO_APPLICATION;
	return CS_OK;
}

void
cs_signin_set_user(struct cs_signin *s, const struct cs_global_session *session)
{
	struct cs_holder *holder = CS_NEW(s->op->arena, struct cs_holder);

	s->session = session;
	s->holder = session != NULL ? holder : NULL;
	if (session != NULL)
		cs_holder_of_user(session, holder);
}

void
cs_signin_set_member(
    struct cs_signin *s, const struct cs_member *member, const struct cs_member_session *session)
{
	struct cs_holder *holder = CS_NEW(s->op->arena, struct cs_holder);

	cs_holder_of_member(member, session, holder);
	s->session = NULL;
	s->holder = holder;
}

bool
cs_signin_allows(const struct cs_signin *s, const struct cs_identity_provider *p)
{
	if (s->app == NULL || s->app->allowed_idp_count == 0)
		return true;
	for (size_t i = 0; i < s->app->allowed_idp_count; i++)
		if (cs_id_equal(s->app->allowed_idps[i], p->id))
			return true;
	return false;
}

const struct cs_identity_provider *
cs_signin_provider(const struct cs_signin *s, cs_id id)
{
	for (size_t i = 0; i < s->config->provider_count; i++) {
		const struct cs_identity_provider *p = &s->config->providers[i];

		if (cs_id_equal(p->id, id))
			return cs_signin_allows(s, p) ? p : NULL;
	}
	return NULL;
}

/* --- where it stands --- */

/* Whether anything here can ask for one of methods. */
static bool
can_enrol(unsigned methods)
{
	return (cs_factors_methods() & methods) != 0;
}

static bool
has_authenticator(const struct cs_standing *standing, unsigned methods)
{
	for (size_t i = 0; i < standing->authenticator_count; i++)
		if ((standing->authenticators[i].method & methods) != 0)
			return true;
	return false;
}

static void
deny(struct cs_signin_state *out, enum cs_denied_reason reason)
{
	out->step = CS_STEP_DENIED;
	out->denied = reason;
}

static void
judge_factor(const struct cs_signin *s, struct cs_signin_state *out)
{
	if (!out->mfa.is_required) {
		out->step = CS_STEP_CONTINUE;
		return;
	}
	/* specs: Access §4.6: what the provider asked for, then proofs of ours, then the prompt */
	cs_amr_choose(s, &out->mfa, out->amr_is_spent, &out->amr);
	if (out->amr.methods == 0)
		out->proof =
		    cs_proof_choose(&out->standing, &out->mfa, s->meta.context, s->op->now);
	if (out->amr.methods != 0 || out->proof != NULL)
		out->step = CS_STEP_CONTINUE;
	else if (has_authenticator(&out->standing, out->mfa.methods))
		out->step = CS_STEP_CHALLENGE;
	else if (!can_enrol(out->mfa.methods))
		deny(out, CS_DENIED_NO_METHOD);
	else
		out->step = CS_STEP_ENROL;
}

static void
judge_application(const struct cs_signin *s, struct cs_signin_state *out)
{
	const struct cs_identity *identity = s->session != NULL ? &s->session->identity : NULL;
	const struct cs_asker asker = cs_gate_asker(s->d->gate, s->config, identity, &s->op->peer);

	cs_access_evaluate(s->config, s->app, &asker, &out->access);
	switch (out->access.verdict) {
	case CS_ACCESS_BYPASS:
	case CS_ACCESS_SERVICE:
		out->step = CS_STEP_CONTINUE;
		return;
	case CS_ACCESS_SIGN_IN:
		out->step = CS_STEP_PROVIDER;
		return;
	case CS_ACCESS_ALLOW:
		out->mfa = out->access.mfa;
		judge_factor(s, out);
		return;
	case CS_ACCESS_DENY:
		break;
	}
	/* Without an identity there is nobody yet to tell that they may not. */
	if (identity == NULL)
		out->step = CS_STEP_PROVIDER;
	else
		deny(out, CS_DENIED_POLICY);
}

struct state_ctx {
	const struct cs_signin *s;
	struct cs_signin_state *out;
};

static cs_err
read_pin(struct cs_tx *tx, const struct cs_signin *s, struct cs_signin_state *out)
{
	cs_err e;

	if (!s->has_flow)
		return CS_OK;
	e = cs_pin_find(tx, s->op->account, s->flow_hash, &out->pin);
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	out->has_pin = out->pin.state == CS_PIN_OPEN && out->pin.expires.ms > s->op->now.ms &&
		       cs_signin_provider(s, out->pin.provider) != NULL;
	return CS_OK;
}

static cs_err
read_state(struct cs_tx *tx, void *ctx)
{
	struct state_ctx *c = ctx;

	*c->out = (struct cs_signin_state){ .step = CS_STEP_DENIED };
	if (c->s->session == NULL)
		return read_pin(tx, c->s, c->out);
	CS_TRY(cs_app_session_has_own_amr(
	    tx, c->s->op->account, c->s->session->id, &c->out->amr_is_spent));
	CS_TRY(cs_standing_read(
	    tx, c->s->session->identity.user, c->s->session->device, &c->out->standing));
	return cs_standing_drop_unfit(tx, c->s, &c->out->standing);
}

static cs_err
read_needs(struct cs_tx *tx, void *ctx)
{
	struct state_ctx *c = ctx;
	struct cs_refusal why;

	CS_TRY(cs_manage_may(tx, c->s->holder, CS_ACT_ADD, &why));
	c->out->needs = why.kind;
	return CS_OK;
}

static enum cs_auth_reason
reason_of(enum cs_denied_reason denied)
{
	switch (denied) {
	case CS_DENIED_POLICY:
		return CS_AUTH_POLICY;
	case CS_DENIED_DISABLED:
		return CS_AUTH_DISABLED;
	case CS_DENIED_NO_METHOD:
		return CS_AUTH_NO_METHOD;
	}
	return CS_AUTH_POLICY;
}

/* The page asks for the state as often as it likes: one sign-in is one entry for each reason. */
static cs_id
id_of_denial(const struct cs_signin *s, enum cs_auth_reason reason)
{
	cs_id id;

	memcpy(id.b, s->meta.context, sizeof(id.b));
	id.b[0] ^= (uint8_t)reason;
	return id;
}

/* The answer is the same when the log cannot be written. */
static void
record_denial(const struct cs_signin *s, enum cs_denied_reason denied)
{
	const struct cs_identity *identity = &s->session->identity;
	enum cs_auth_reason reason = reason_of(denied);
	const struct cs_auth_event event = {
		.reason = reason,
		.user = identity->user,
		.email = identity->email,
		.provider = identity->provider,
		.app = s->app,
		.once = id_of_denial(s, reason),
	};

	if (cs_failed(cs_auth_log_write(s->d, s->op, s->config, &event)))
		CS_LOG(s->op, SIGN_IN_NOT_LOGGED, CS_F_ID("user", identity->user));
}

cs_err
cs_signin_state(const struct cs_signin *s, struct cs_signin_state *out)
{
	struct state_ctx c = { s, out };

	CS_TRY(cs_store_read(s->d->store, s->op, read_state, &c));
	if (s->app != NULL)
		judge_application(s, out);
	else
		out->step = s->session != NULL ? CS_STEP_CONTINUE : CS_STEP_PROVIDER;
	if (out->step == CS_STEP_PROVIDER && s->session == NULL && out->has_pin)
		out->step = CS_STEP_PIN;
	if (out->step == CS_STEP_DENIED && s->session != NULL && s->app != NULL)
		record_denial(s, out->denied);
	return out->step == CS_STEP_ENROL ? cs_store_read(s->d->store, s->op, read_needs, &c)
					  : CS_OK;
}

/* --- a person has proved who they are --- */

struct open_ctx {
	const struct cs_signin *s;
	const struct cs_claims *claims;
	cs_spend_fn *spend;
	void *spend_ctx;
	bool is_spent_elsewhere;
	bool is_disabled;
	struct cs_global_session *session;
	cs_id new_device; /* of a cookie that nobody has yet */
};

static int64_t
global_duration_ms(const struct cs_access_config *config)
{
	int64_t ms = config->organization.session_duration_ms;

	return ms > 0 ? ms : GLOBAL_SESSION_MS;
}

static void
fill_identity(const struct open_ctx *c, const struct cs_user *user, struct cs_identity *out)
{
	const struct cs_claims *claims = c->claims;

	*out = (struct cs_identity){
		.user = user->id,
		.email = claims->who.email,
		.name = claims->who.name.len > 0 ? claims->who.name : user->name,
		.provider = claims->who.provider,
		.auth_time = claims->auth_time,
		.signed_in = c->s->op->now,
		.fields = claims->fields,
	};
	for (size_t i = 0; i < claims->amr_count && i < CS_AMR_MAX; i++)
		out->amr[out->amr_count++] = claims->amr[i];
}

/* Who they are now, as get-identity would say it: kept when the sessions are gone. */
static cs_err
keep_identity(struct cs_tx *tx, const struct open_ctx *c, const struct cs_user *user)
{
	const struct cs_op *op = c->s->op;
	cs_str json = cs_identity_encode(op, c->s->config, &c->session->identity, op->now);

	return cs_user_set_last_identity(tx, op->account, user->id, json);
}

/* To the portal itself; to an application it is logged as that is entered, or refused. */
static cs_err
log_sign_in(struct cs_tx *tx, const struct open_ctx *c, cs_id user, enum cs_auth_reason reason)
{
	const struct cs_auth_event event = {
		.reason = reason,
		.user = user,
		.email = c->claims->who.email,
		.provider = c->claims->who.provider,
		.app = c->s->app,
	};

	bool is_to_portal = c->s->app == NULL && !c->claims->is_for_application;

	if (!is_to_portal && reason == CS_AUTH_ALLOWED)
		return CS_OK;
	return cs_auth_log(tx, c->s->d, c->s->config, &event);
}

/* A browser has one session: the old one ends with what it opened. */
static cs_err
end_previous(struct cs_tx *tx, const struct cs_signin *s)
{
	return s->session == NULL ? CS_OK : cs_session_end_in(tx, s->session->id);
}

/*
 * A browser keeps its cookie for the person who is signed in there, and for those whom it is known
 * for. Somebody else gets a new one: whoever had this browser before may have kept a copy, and proofs are bound to it.
 */
static cs_err
choose_device(struct cs_tx *tx, struct open_ctx *c, cs_id user)
{
	const struct cs_signin *s = c->s;
	bool is_known = s->session != NULL && cs_id_equal(s->session->identity.user, user);

	if (s->has_device && !is_known)
		CS_TRY(cs_device_is_known(tx, s->op->account, user, s->device, &is_known));
	c->session->device = s->has_device && is_known ? s->device : c->new_device;
	return CS_OK;
}

static cs_err
open_session(struct cs_tx *tx, void *ctx)
{
	struct open_ctx *c = ctx;
	const struct cs_op *op = c->s->op;
	cs_str fact = cs_audit_fact(op->arena, "email", c->claims->who.email);
	struct cs_user user;
	cs_err e = c->spend(tx, c->spend_ctx);

	c->is_spent_elsewhere = cs_is(e, CS_E_CONFLICT);
	c->is_disabled = false;
	CS_TRY(e);
	CS_TRY(cs_person_resolve(tx, c->s->d, &c->claims->who, &user));
	if (user.status != CS_USER_ACTIVE) {
		c->is_disabled = true;
		CS_TRY(log_sign_in(tx, c, user.id, CS_AUTH_DISABLED));
		return cs_audit(tx, c->s->d, CS_AUDIT_SIGN_IN_REFUSED, cs_id_zero, user.id, fact);
	}
	CS_TRY(cs_user_set_seen(tx, op->account, user.id, op->now, c->claims->who.name));
	CS_TRY(end_previous(tx, c->s));
	fill_identity(c, &user, &c->session->identity);
	CS_TRY(choose_device(tx, c, user.id));
	CS_TRY(cs_global_session_add(tx, c->session));
	CS_TRY(keep_identity(tx, c, &user));
	CS_TRY(log_sign_in(tx, c, user.id, CS_AUTH_ALLOWED));
	return cs_audit(tx, c->s->d, CS_AUDIT_SIGNED_IN, user.id, user.id, fact);
}

static struct cs_global_session *
new_session(const struct cs_signin *s, struct cs_signed_in *out)
{
	struct cs_global_session *session = CS_NEW(s->op->arena, struct cs_global_session);

	*session = (struct cs_global_session){
		.account = s->op->account,
		.id = cs_id_new(s->d->rng),
		.created = s->op->now,
		.expires = cs_time_add(s->op->now, global_duration_ms(s->config)),
		.user_agent = s->op->user_agent,
		.address = cs_addr_text(s->op->arena, &s->op->peer),
	};
	cs_session_token_make(s->d, s->op, &out->token, session->token_hash);
	return session;
}

cs_err
cs_signin_open(const struct cs_signin *s, const struct cs_claims *claims, cs_spend_fn *spend,
    void *spend_ctx, struct cs_signed_in *out)
{
	struct open_ctx c = { .s = s, .claims = claims, .spend = spend, .spend_ctx = spend_ctx };
	uint8_t device_hash[CS_TOKEN_HASH_LEN];
	cs_str device_token;
	cs_err e = CS_FAIL(CONFLICT);

	*out = (struct cs_signed_in){ .is_disabled = true };
	c.session = new_session(s, out);
	cs_session_token_make(s->d, s->op, &device_token, device_hash);
	c.new_device = cs_device_id(device_hash);
	/* Two first sign-ins of one person collide on the user's row; one of them goes again. */
	for (int i = 0; i < FIRST_SIGN_IN_TRIES && cs_is(e, CS_E_CONFLICT); i++) {
		e = cs_store_write(s->d->store, s->op, open_session, &c);
		if (c.is_spent_elsewhere)
			break;
	}
	if (s->session != NULL)
		cs_gate_drop_global_session(s->d->gate, s->op->account, s->session->id);
	CS_TRY(e);
	cs_provider_values_note(s, claims);
	out->is_disabled = c.is_disabled;
	out->session = c.is_disabled ? NULL : c.session;
	out->device = c.session->device;
	if (cs_id_equal(out->device, c.new_device))
		out->device_token = device_token;
	return CS_OK;
}

/* --- to the application --- */

static cs_str
scheme_of(const struct cs_access_config *config)
{
	return cs_str_slice(config->auth_origin, 0, cs_str_find(config->auth_origin, ':', 0));
}

/* Sign-in and applications are reached by the same scheme; no header is trusted for it. */
static cs_str
application_url(const struct cs_signin *s, cs_str path)
{
	return cs_arena_printf(s->op->arena, "%.*s://%.*s%.*s", CS_STR_ARG(scheme_of(s->config)),
	    CS_STR_ARG(s->meta.authority), CS_STR_ARG(path));
}

static bool
needs_no_session(const struct cs_signin_state *state)
{
	return state->access.verdict == CS_ACCESS_BYPASS ||
	       state->access.verdict == CS_ACCESS_SERVICE;
}

cs_err
cs_signin_continue(const struct cs_signin *s, cs_str *out_url, struct cs_refusal *why)
{
	struct cs_signin_state state;
	cs_str path;

	*out_url = CS_STR_NONE;
	CS_TRY(cs_signin_state(s, &state));
	if (state.step != CS_STEP_CONTINUE) {
		why->kind = CS_REFUSAL_NOT_ALLOWED;
		return CS_OK;
	}
	if (s->app == NULL) {
		*out_url = s->meta.text.len > 0 ? s->meta.text : CS_STR("/");
		return CS_OK;
	}
	if (needs_no_session(&state)) {
		*out_url = application_url(s, s->meta.return_path);
		return CS_OK;
	}
	CS_TRY(cs_handover_begin(s, &state, &path));
	*out_url = application_url(s, path);
	return CS_OK;
}
