/*
 * me.c - /api/v1/me: the signed-in person and their applications.
 */
#include "api/body.h"
#include "api/cookies.h"
#include "api/portal/portal.h"
#include "domain/config/mfa.h"
#include "domain/enrol.h"
#include "domain/json_text.h"
#include "domain/proof.h"
#include "domain/session.h"

/* Session and standing: all of these calls begin with both. */
static cs_err
begin(struct cs_call *c, struct cs_signin *s, struct cs_signin_state *state, struct cs_refusal *why)
{
	CS_TRY(cs_portal_signin(c, CS_STR_NONE, s, why));
	if (why->kind == CS_REFUSAL_NONE && s->session == NULL)
		why->kind = CS_REFUSAL_SIGNED_OUT;
	return why->kind == CS_REFUSAL_NONE ? cs_signin_state(s, state) : CS_OK;
}

/* The newest proof that still counts somewhere: by the organisation's duration. */
static json_t *
proof_of(const struct cs_signin *s, const struct cs_standing *standing)
{
	const struct cs_mfa_config *mfa = &s->config->organization.mfa;
	const struct cs_mfa_requirement need = {
		.is_required = true,
		.methods = cs_enrol_methods(s->config),
		.duration_ms = mfa->has_duration ? mfa->duration_ms : 0,
	};
	const struct cs_stored_proof *p =
	    cs_proof_choose(standing, &need, s->meta.context, s->op->now);
	json_t *o;

	if (p == NULL || p->is_own)
		return json_null();
	o = json_object();
	json_object_set_new(o, "method", json_string(cs_mfa_method_name(p->proof.method)));
	json_object_set_new(o, "at", cs_json_time_of(p->proof.at));
	json_object_set_new(
	    o, "until", cs_json_time_of(cs_time_add(p->proof.at, need.duration_ms)));
	return o;
}

cs_err
cs_portal_get_me(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signin_state state;
	struct cs_signin s;
	json_t *user;
	json_t *session;
	json_t *o;

	CS_TRY(begin(c, &s, &state, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_portal_refuse(c, &why);
	user = json_object();
	json_object_set_new(user, "id", cs_json_id_of(s.session->identity.user));
	json_object_set_new(user, "email", cs_json_text_of(s.session->identity.email));
	json_object_set_new(user, "name", cs_json_text_of(s.session->identity.name));
	session = json_object();
	json_object_set_new(session, "expires_at", cs_json_time_of(s.session->expires));
	o = json_object();
	json_object_set_new(o, "user", user);
	json_object_set_new(o, "organization", cs_portal_organization(c->config));
	json_object_set_new(o, "session", session);
	json_object_set_new(o, "proof", proof_of(&s, &state.standing));
	return cs_body_answer(c, o);
}

/* --- applications --- */

/* What opening it will ask; NULL when this person may not open it at all. */
static const char *
what_it_asks(
    const struct cs_signin *s, const struct cs_application *app, const struct cs_standing *standing)
{
	struct cs_access_answer access;
	const struct cs_asker asker =
	    cs_gate_asker(s->d->gate, s->config, &s->session->identity, &s->op->peer);

	cs_access_evaluate(s->config, app, &asker, &access);
	if (access.verdict == CS_ACCESS_BYPASS || access.verdict == CS_ACCESS_SERVICE)
		return "nothing";
	if (access.verdict != CS_ACCESS_ALLOW)
		return NULL;
	if (!access.mfa.is_required)
		return "nothing";
	struct cs_signin here = *s;
	struct cs_amr_basis amr;
	here.app = app;
	cs_amr_choose(&here, &access.mfa, false, &amr);
	if (amr.methods != 0)
		return "nothing";
	if (access.mfa.duration_ms > 0 &&
	    cs_proof_choose(standing, &access.mfa, s->meta.context, s->op->now) != NULL)
		return "nothing";
	return standing->authenticator_count > 0 ? "second_factor" : "enrol";
}

static cs_str
application_url(struct cs_arena *a, const struct cs_access_config *config, cs_str domain)
{
	cs_str scheme =
	    cs_str_slice(config->auth_origin, 0, cs_str_find(config->auth_origin, ':', 0));
	cs_str plain = cs_str_slice(domain, 0, cs_str_find(domain, '*', 0));

	return cs_arena_printf(a, "%.*s://%.*s", CS_STR_ARG(scheme), CS_STR_ARG(plain));
}

static json_t *
application_of(const struct cs_signin *s, const struct cs_application *app, const char *asks)
{
	json_t *o = json_object();
	cs_str host = cs_str_slice(app->domain, 0, cs_str_find(app->domain, '/', 0));

	json_object_set_new(o, "id", cs_json_id_of(app->id));
	json_object_set_new(o, "name", cs_json_text_of(app->name));
	json_object_set_new(o, "host", cs_json_text_of(host));
	json_object_set_new(
	    o, "url", cs_json_text_of(application_url(s->op->arena, s->config, app->domain)));
	json_object_set_new(o, "logo_url", cs_json_text_of(app->logo_url));
	json_object_set_new(o, "asks", json_string(asks));
	return o;
}

cs_err
cs_portal_get_applications(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signin_state state;
	struct cs_signin s;
	json_t *list;
	json_t *o;

	CS_TRY(begin(c, &s, &state, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_portal_refuse(c, &why);
	list = json_array();
	for (size_t i = 0; i < c->config->application_count; i++) {
		const struct cs_application *app = &c->config->applications[i];
		const char *asks =
		    app->is_in_launcher ? what_it_asks(&s, app, &state.standing) : NULL;

		if (asks != NULL)
			json_array_append_new(list, application_of(&s, app, asks));
	}
	o = json_object();
	json_object_set_new(o, "applications", list);
	return cs_body_answer(c, o);
}

cs_err
cs_portal_post_sign_out(struct cs_call *c)
{
	cs_id user = c->principal.session->identity.user;

	CS_TRY(cs_session_end_user(c->domain, c->op, user, true));
	cs_cookie_clear(c, CS_COOKIE_SESSION);
	return cs_portal_answer_redirect(c, CS_STR("/signed-out"));
}
