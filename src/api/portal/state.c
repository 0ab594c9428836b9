#include "api/body.h"
#include "api/cookies.h"
#include "api/portal/portal.h"
#include "api/portal/routes.h"
#include "api/status.h"
#include "domain/config/decode.h"
#include "domain/config/mfa.h"
#include "domain/json_text.h"
#include "domain/member_session.h"
#include "domain/pin.h"
#include "domain/session.h"
#include "factor/factor.h"

/* --- who asks --- */

static cs_err
find_session(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	if (c->principal.session != NULL || c->principal.member != NULL ||
	    cs_cookie_get(c->rq, CS_COOKIE_SESSION).len == 0)
		return CS_OK;
	/* Signed out is an answer here, not a refusal. */
	return cs_portal_guard(c, &why);
}

cs_err
cs_portal_signin(struct cs_call *c, cs_str meta, struct cs_signin *out, struct cs_refusal *why)
{
	uint8_t hash[CS_TOKEN_HASH_LEN];

	CS_TRY(find_session(c));
	*out = (struct cs_signin){
		.d = c->domain,
		.op = c->op,
		.config = c->config,
	};
	cs_signin_set_user(out, c->principal.session);
	if (c->principal.member != NULL)
		cs_signin_set_member(
		    out, &c->principal.member->member, &c->principal.member->session);
	out->has_device = cs_cookie_hash(c->rq, CS_COOKIE_DEVICE, hash);
	if (out->has_device)
		out->device = cs_device_id(hash);
	out->has_flow = cs_cookie_hash(c->rq, CS_COOKIE_FLOW, out->flow_hash);
	return cs_signin_init(out, meta, why);
}

void
cs_portal_flow(struct cs_call *c, struct cs_signin *s)
{
	cs_str token;

	if (s->has_flow)
		return;
	cs_session_token_make(c->domain, c->op, &token, s->flow_hash);
	s->has_flow = true;
	cs_cookie_set(c, CS_COOKIE_FLOW, token, CS_FLOW_COOKIE_MS);
}

void
cs_portal_signed_in(struct cs_call *c, struct cs_signin *s, const struct cs_signed_in *signed_in)
{
	if (signed_in->is_disabled)
		return;
	cs_cookie_set(
	    c, CS_COOKIE_SESSION, signed_in->token, signed_in->session->expires.ms - c->op->now.ms);
	if (signed_in->device_token.len > 0)
		cs_cookie_set(c, CS_COOKIE_DEVICE, signed_in->device_token, CS_DEVICE_COOKIE_MS);
	cs_cookie_clear(c, CS_COOKIE_FLOW);
	cs_signin_set_user(s, signed_in->session);
	s->device = signed_in->device;
	s->has_device = true;
	s->has_flow = false;
}

/* --- encoding --- */

cs_err
cs_portal_refuse(struct cs_call *c, const struct cs_refusal *why)
{
	cs_status_refuse(c, why, CS_OK);
	return CS_OK;
}

json_t *
cs_portal_organization(const struct cs_access_config *config)
{
	const struct cs_organization *org = &config->organization;
	json_t *o = json_object();

	json_object_set_new(
	    o, "name", cs_json_text_of(org->name.len > 0 ? org->name : config->account_name));
	json_object_set_new(o, "header_text", cs_json_text_of(org->header_text));
	json_object_set_new(o, "footer_text", cs_json_text_of(org->footer_text));
	json_object_set_new(o, "logo_path", cs_json_text_of(org->logo_path));
	return o;
}

cs_str
cs_portal_duration(struct cs_arena *a, int64_t ms)
{
	long long minutes = ms / CS_MINUTE_MS;

	if (minutes > 0 && minutes % 60 == 0)
		return cs_arena_printf(a, "%lldh", minutes / 60);
	if (minutes > 60)
		return cs_arena_printf(a, "%lldh%lldm", minutes / 60, minutes % 60);
	return cs_arena_printf(a, "%lldm", minutes);
}

json_t *
cs_portal_application(const struct cs_signin *s)
{
	json_t *o;

	if (s->app == NULL)
		return json_null();
	o = json_object();
	json_object_set_new(o, "name", cs_json_text_of(s->app->name));
	json_object_set_new(o, "host", cs_json_text_of(cs_authority_host(s->meta.authority)));
	return o;
}

static json_t *
provider_of(const struct cs_identity_provider *p)
{
	json_t *o = json_object();

	json_object_set_new(o, "id", cs_json_id_of(p->id));
	json_object_set_new(o, "type", json_string(cs_idp_type_name(p->type)));
	json_object_set_new(o, "name", cs_json_text_of(p->name));
	return o;
}

static json_t *
providers_of(const struct cs_signin *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->config->provider_count; i++)
		if (cs_signin_allows(s, &s->config->providers[i]))
			json_array_append_new(list, provider_of(&s->config->providers[i]));
	return list;
}

static bool
redirects_at_once(const struct cs_signin *s, size_t provider_count)
{
	return provider_count == 1 && (s->config->organization.auto_redirect_to_identity ||
					  (s->app != NULL && s->app->auto_redirect_to_identity));
}

static json_t *
pin_of(const struct cs_signin *s, const struct cs_signin_state *state)
{
	/* without a try left it is over: a page that is loaded again must not ask for it */
	bool is_spent = state->pin.tries >= CS_PIN_TRIES;
	json_t *o;

	if (state->step != CS_STEP_PIN)
		return json_null();
	o = json_object();
	json_object_set_new(o, "email", cs_json_text_of(state->pin.email));
	json_object_set_new(
	    o, "expires_at", cs_json_time_of(is_spent ? s->op->now : state->pin.expires));
	json_object_set_new(
	    o, "resend_at", cs_json_time_of(cs_time_add(state->pin.created, CS_PIN_RESEND_MS)));
	return o;
}

static cs_str
provider_name(const struct cs_access_config *config, cs_id id)
{
	for (size_t i = 0; i < config->provider_count; i++)
		if (cs_id_equal(config->providers[i].id, id))
			return config->providers[i].name;
	return CS_STR("");
}

static json_t *
user_of(const struct cs_access_config *config, cs_str email, cs_str name, cs_id provider)
{
	json_t *o = json_object();

	json_object_set_new(o, "email", cs_json_text_of(email));
	json_object_set_new(o, "name", cs_json_text_of(name));
	json_object_set_new(o, "provider", cs_json_text_of(provider_name(config, provider)));
	return o;
}

static const char *
step_name(enum cs_signin_step step)
{
	switch (step) {
	case CS_STEP_PROVIDER:
		return "provider";
	case CS_STEP_PIN:
		return "pin";
	case CS_STEP_ENROL:
		return "enrol";
	case CS_STEP_CHALLENGE:
		return "challenge";
	case CS_STEP_CONTINUE:
		return "continue";
	case CS_STEP_DENIED:
		break;
	}
	return "denied";
}

static const char *
reason_name(enum cs_denied_reason reason)
{
	switch (reason) {
	case CS_DENIED_DISABLED:
		return "disabled";
	case CS_DENIED_NO_METHOD:
		return "no_mfa_method";
	case CS_DENIED_POLICY:
		break;
	}
	return "policy";
}

static json_t *
denied_of(const struct cs_signin *s, const struct cs_signin_state *state)
{
	json_t *o;

	if (state->step != CS_STEP_DENIED)
		return json_null();
	o = json_object();
	json_object_set_new(o, "reason", json_string(reason_name(state->denied)));
	json_object_set_new(o, "message",
	    cs_json_text_of(s->app != NULL ? s->app->custom_deny_message : CS_STR("")));
	json_object_set_new(
	    o, "url", cs_json_text_of(s->app != NULL ? s->app->custom_deny_url : CS_STR("")));
	return o;
}

json_t *
cs_portal_needs(enum cs_refusal_kind needs)
{
	switch (needs) {
	case CS_REFUSAL_PROVE_FIRST:
		return json_string("prove");
	case CS_REFUSAL_SIGN_IN_AGAIN:
		return json_string("sign_in");
	case CS_REFUSAL_VERIFY_EMAIL_FIRST:
		return json_string("verify_email");
	case CS_REFUSAL_SSO:
		return json_string("sso");
	default: /* anything else is said by the call itself, and FROZEN by frozen_at */
		return json_string("nothing");
	}
}

static json_t *
enrol_of(const struct cs_signin_state *state)
{
	json_t *o;

	if (state->step != CS_STEP_ENROL)
		return json_null();
	o = json_object();
	json_object_set_new(o, "needs", cs_portal_needs(state->needs));
	json_object_set_new(
	    o, "has_devices", json_boolean(state->standing.authenticator_count > 0));
	return o;
}

static bool
asks_for_factor(const struct cs_signin_state *state)
{
	return state->step == CS_STEP_ENROL || state->step == CS_STEP_CHALLENGE;
}

static void
put_factor(struct cs_call *c, const struct cs_signin_state *state, json_t *o)
{
	if (!asks_for_factor(state)) {
		json_object_set_new(o, "methods", json_array());
		json_object_set_new(o, "ask_again_after", json_null());
		return;
	}
	json_object_set_new(
	    o, "methods", cs_mfa_methods_encode(state->mfa.methods & cs_factors_methods()));
	json_object_set_new(o, "ask_again_after",
	    cs_json_text_of(cs_portal_duration(c->op->arena, state->mfa.duration_ms)));
}

/* user: of the session, or of whoever was refused; NULL before that. Taken. */
static json_t *
state_of(
    struct cs_call *c, const struct cs_signin *s, const struct cs_signin_state *state, json_t *user)
{
	json_t *o = json_object();
	json_t *providers = providers_of(s);
	size_t count = json_array_size(providers);

	json_object_set_new(o, "organization", cs_portal_organization(s->config));
	json_object_set_new(o, "application", cs_portal_application(s));
	json_object_set_new(o, "step", json_string(step_name(state->step)));
	json_object_set_new(o, "providers", providers);
	json_object_set_new(o, "last_provider",
	    s->session != NULL ? cs_json_id_of(s->session->identity.provider) : json_null());
	json_object_set_new(o, "auto_redirect", json_boolean(redirects_at_once(s, count)));
	json_object_set_new(o, "pin", pin_of(s, state));
	json_object_set_new(o, "user", user != NULL ? user : json_null());
	put_factor(c, state, o);
	json_object_set_new(o, "enrol", enrol_of(state));
	json_object_set_new(o, "denied", denied_of(s, state));
	return o;
}

cs_err
cs_portal_state(struct cs_call *c, const struct cs_signin *s, json_t **out)
{
	struct cs_signin_state state;
	json_t *user = NULL;

	*out = NULL;
	CS_TRY(cs_signin_state(s, &state));
	if (s->session != NULL)
		user = user_of(s->config, s->session->identity.email, s->session->identity.name,
		    s->session->identity.provider);
	*out = state_of(c, s, &state, user);
	return CS_OK;
}

cs_err
cs_portal_answer_state(struct cs_call *c, const struct cs_signin *s)
{
	json_t *state;

	CS_TRY(cs_portal_state(c, s, &state));
	return cs_body_answer(c, state);
}

cs_err
cs_portal_answer_disabled(
    struct cs_call *c, const struct cs_signin *s, const struct cs_claims *claims)
{
	const struct cs_signin_state state = { .step = CS_STEP_DENIED,
		.denied = CS_DENIED_DISABLED };

	return cs_body_answer(
	    c, state_of(c, s, &state,
		   user_of(s->config, claims->who.email, claims->who.name, claims->who.provider)));
}

cs_err
cs_portal_answer_redirect(struct cs_call *c, cs_str url)
{
	json_t *o = json_object();

	json_object_set_new(o, "redirect", cs_json_text_of(url));
	return cs_body_answer(c, o);
}
