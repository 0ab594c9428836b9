/*
 * member_sessions.c - where a member is signed in, and which browsers are remembered
 * (docs/protocol/member-api.md, "Sessions, browsers, tokens").
 */
#include "api/body.h"
#include "api/console/console.h"
#include "api/cookies.h"
#include "api/status.h"
#include "domain/browser.h"
#include "domain/config/mfa.h"
#include "domain/json_text.h"
#include "domain/member_profile.h"

static json_t *
method_of(unsigned method)
{
	json_t *list = cs_mfa_methods_encode(method);
	json_t *name = json_incref(json_array_get(list, 0));

	json_decref(list);
	return name != NULL ? name : json_null();
}

static json_t *
session_of(struct cs_call *c, const struct cs_member_session *s)
{
	json_t *o = json_object();

	json_object_set_new(o, "id", cs_json_id_of(s->id));
	json_object_set_new(
	    o, "browser", cs_json_text_of(cs_browser_words(c->op->arena, s->user_agent)));
	json_object_set_new(o, "address", cs_json_text_of(s->address));
	json_object_set_new(o, "created_at", cs_json_time_of(s->created));
	json_object_set_new(o, "last_seen_at", cs_json_time_of(s->last_seen));
	json_object_set_new(o, "method", method_of(s->method));
	json_object_set_new(
	    o, "is_this", json_boolean(cs_id_equal(s->id, c->principal.member->session.id)));
	return o;
}

static json_t *
remembered_of(struct cs_call *c, const struct cs_remembered *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "id", cs_json_id_of(r->id));
	json_object_set_new(
	    o, "browser", cs_json_text_of(cs_browser_words(c->op->arena, r->user_agent)));
	json_object_set_new(o, "address", cs_json_text_of(r->address));
	json_object_set_new(o, "created_at", cs_json_time_of(r->created));
	json_object_set_new(o, "last_used_at", cs_json_time_of(r->last_used));
	json_object_set_new(o, "expires_at", cs_json_time_of(r->expires));
	json_object_set_new(o, "is_this",
	    json_boolean(cs_id_equal(r->device, c->principal.member->session.device)));
	return o;
}

cs_err
cs_console_get_sessions(struct cs_call *c)
{
	struct cs_member_browsers all;
	json_t *sessions;
	json_t *remembered;

	CS_TRY(cs_member_browsers(c->domain, c->op, c->principal.member, &all));
	sessions = json_array();
	for (size_t i = 0; i < all.session_count; i++)
		json_array_append_new(sessions, session_of(c, &all.sessions[i]));
	remembered = json_array();
	for (size_t i = 0; i < all.remembered_count; i++)
		json_array_append_new(remembered, remembered_of(c, &all.remembered[i]));
	return cs_body_answer(
	    c, json_pack("{s:o, s:o}", "sessions", sessions, "remembered", remembered));
}

static cs_err
answer(struct cs_call *c, const struct cs_refusal *why)
{
	if (why->kind == CS_REFUSAL_NONE)
		return cs_console_get_sessions(c);
	cs_status_refuse(c, why, CS_OK);
	return CS_OK;
}

cs_err
cs_console_post_session_end(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_id id;

	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_member_end_session(c->domain, c->op, c->principal.member, id, &why));
	if (why.kind == CS_REFUSAL_NONE && cs_id_equal(id, c->principal.member->session.id))
		cs_cookie_clear(c, CS_COOKIE_SESSION);
	return answer(c, &why);
}

cs_err
cs_console_post_sessions_end(struct cs_call *c)
{
	CS_TRY(cs_member_end_others(c->domain, c->op, c->principal.member));
	return cs_console_get_sessions(c);
}

cs_err
cs_console_post_forget(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_id id;

	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_member_forget(c->domain, c->op, c->principal.member, id, &why));
	return answer(c, &why);
}
