/*
 * factors.c - /api/v1/enrolments and /api/v1/challenges: the second factor.
 */
#include <stdlib.h>

#include "api/body.h"
#include "api/cookies.h"
#include "api/portal/portal.h"
#include "base/codec.h"
#include "crypto/mac.h"
#include "domain/challenge.h"
#include "domain/config/mfa.h"
#include "domain/enrol.h"
#include "domain/json_text.h"
#include "proto/qr_svg.h"

#define FACTOR_MAX 32
#define KIND_MAX 32
#define PURPOSE_MAX 16
#define CODE_MAX 128
#define NAME_MAX_BYTES 256
#define QR_MODULE_PX 4
#define QR_MAX 65536
#define EDGE_BYTES 8

static cs_err
begin(struct cs_call *c, json_t **body, struct cs_signin *s, struct cs_refusal *why)
{
	cs_str meta;

	CS_TRY(cs_body_decode(c, body));
	CS_TRY(cs_body_text(c, *body, "meta", CS_META_TEXT_MAX, &meta));
	CS_TRY(cs_portal_signin(c, meta, s, why));
	if (why->kind == CS_REFUSAL_NONE && s->session == NULL)
		why->kind = CS_REFUSAL_SIGNED_OUT;
	return CS_OK;
}

/* A code that was typed, or what a browser's credential says of itself. Errors: INVALID. */
static cs_err
read_answer(struct cs_call *c, const json_t *body, cs_span *out)
{
	const json_t *response = json_object_get(body, "response");
	cs_str code;

	*out = CS_SPAN_NONE;
	if (response == NULL || json_is_null(response)) {
		CS_TRY(cs_body_text(c, body, "code", CODE_MAX, &code));
		*out = cs_str_span(code);
		return CS_OK;
	}
	if (!json_is_object(response) || json_object_get(body, "code") != NULL)
		return CS_FAIL(INVALID);
	*out = cs_str_span(cs_json_dump(c->op->arena, response));
	return CS_OK;
}

/* JSON that one of our own made; null for none. */
static json_t *
json_of(cs_str text)
{
	json_t *j = text.len > 0 ? json_loadb(text.p, text.len, 0, NULL) : NULL;

	return j != NULL ? j : json_null();
}

/* --- enrolment --- */

static void
put_key(struct cs_call *c, json_t *o, cs_str id, const struct cs_factor_shown *shown)
{
	json_object_set_new(o, "key", cs_json_text_of(cs_buf_str(&shown->key)));
	json_object_set_new(o, "algorithm", cs_json_text_of(shown->algorithm));
	json_object_set_new(o, "digits", json_integer(shown->digits));
	json_object_set_new(o, "period_s", json_integer(shown->period_s));
	json_object_set_new(o, "qr",
	    cs_json_text_of(
		cs_arena_printf(c->op->arena, "/api/v1/enrolments/%.*s/qr.svg", CS_STR_ARG(id))));
}

static json_t *
enrolment_of(struct cs_call *c, const struct cs_enrolment *e, const struct cs_factor_shown *shown)
{
	cs_str id = cs_id_uuid_text(c->op->arena, e->authenticator.id);
	json_t *o = json_object();

	json_object_set_new(o, "id", cs_json_text_of(id));
	json_object_set_new(o, "factor", json_string(e->factor->name));
	json_object_set_new(o, "kind", json_string(cs_mfa_method_name(e->authenticator.method)));
	json_object_set_new(o, "issuer", cs_json_text_of(e->label.issuer));
	json_object_set_new(o, "account", cs_json_text_of(e->label.account));
	if (shown->options.len > 0)
		json_object_set_new(o, "options", json_of(shown->options));
	else
		put_key(c, o, id, shown);
	return o;
}

/* "kind" may be left out where the factor judges one; what is there must be a kind. */
static cs_err
read_kind(struct cs_call *c, const json_t *body, unsigned *out)
{
	cs_str kind;

	*out = 0;
	CS_TRY(cs_body_text(c, body, "kind", KIND_MAX, &kind));
	if (kind.len == 0)
		return CS_OK;
	*out = cs_mfa_method_named(kind);
	return *out != 0 ? CS_OK : CS_FAIL(INVALID);
}

cs_err
cs_portal_post_enrolment(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	CS_AUTO(cs_factor_shown_clear) struct cs_factor_shown shown = { .digits = 0 };
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_enrolment e;
	struct cs_signin s;
	unsigned method;
	cs_str factor;

	CS_TRY(begin(c, &body, &s, &why));
	CS_TRY(cs_body_text(c, body, "factor", FACTOR_MAX, &factor));
	CS_TRY(read_kind(c, body, &method));
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_enrol_begin(&s, factor, method, &e, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_portal_refuse(c, &why);
	CS_TRY(cs_enrol_show(&s, &e, &shown));
	return cs_body_answer(c, enrolment_of(c, &e, &shown));
}

cs_err
cs_portal_get_qr(struct cs_call *c)
{
	CS_AUTO(cs_factor_shown_clear) struct cs_factor_shown shown = { .digits = 0 };
	CS_AUTO(cs_buf_clear) struct cs_buf svg = { 0 };
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_enrolment e;
	struct cs_signin s;
	cs_id id;

	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_portal_signin(c, CS_STR_NONE, &s, &why));
	CS_TRY(cs_enrol_find(&s, id, &e, &why));
	/* What a browser registers has nothing to be photographed. */
	if (why.kind == CS_REFUSAL_NONE && e.factor->shows_anew)
		why.kind = CS_REFUSAL_NOT_FOUND;
	if (why.kind != CS_REFUSAL_NONE)
		return cs_portal_refuse(c, &why);
	CS_TRY(cs_enrol_show(&s, &e, &shown));
	cs_buf_init_sensitive(&svg, QR_MAX);
	CS_TRY(cs_qr_svg_encode(cs_buf_str(&shown.uri), QR_MODULE_PX, &svg));
	c->rs->status = 200;
	cs_response_header(c->rs, CS_STR("Content-Type"), CS_STR("image/svg+xml"));
	cs_buf_add(&c->rs->body, cs_buf_span(&svg));
	return cs_buf_finish(&c->rs->body, NULL);
}

static json_t *
enrolled_of(const struct cs_enrolled *e)
{
	const struct cs_authenticator *a = &e->authenticator;
	json_t *o = json_object();

	json_object_set_new(o, "id", cs_json_id_of(a->id));
	json_object_set_new(o, "factor", cs_json_text_of(a->factor));
	json_object_set_new(o, "kind", json_string(cs_mfa_method_name(a->method)));
	json_object_set_new(o, "name", cs_json_text_of(a->name));
	json_object_set_new(o, "is_named_by_us", json_boolean(e->is_named_by_us));
	json_object_set_new(o, "model", cs_json_text_of(e->model));
	json_object_set_new(o, "is_synced", json_boolean(a->is_backup_eligible));
	return o;
}

cs_err
cs_portal_post_confirm(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_enrolled enrolled;
	struct cs_signin s;
	json_t *state;
	cs_span answer;
	cs_str name;
	cs_id id;

	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(begin(c, &body, &s, &why));
	CS_TRY(read_answer(c, body, &answer));
	CS_TRY(cs_body_text(c, body, "name", NAME_MAX_BYTES, &name));
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_enrol_finish(&s, id, answer, name, &enrolled, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_portal_refuse(c, &why);
	CS_TRY(cs_portal_state(c, &s, &state));
	json_object_set_new(state, "enrolled", enrolled_of(&enrolled));
	return cs_body_answer(c, state);
}

/* --- challenge --- */

static json_t *
methods_of(const struct cs_asked *asked)
{
	json_t *list = json_array();

	for (size_t i = 0; i < asked->count; i++) {
		const struct cs_authenticator *a = &asked->list[i];
		json_t *o = json_object();

		json_object_set_new(o, "factor", cs_json_text_of(a->factor));
		json_object_set_new(o, "kind", json_string(cs_mfa_method_name(a->method)));
		json_object_set_new(o, "name", cs_json_text_of(a->name));
		json_object_set_new(o, "last_used_at", cs_json_time_of(a->last_used));
		json_array_append_new(list, o);
	}
	return list;
}

/* The slip's tally edge: the same picture on the page and, later, on a phone. */
static cs_str
edge_of(struct cs_arena *a, cs_id challenge)
{
	uint8_t digest[CS_SHA256_LEN];
	cs_id half;

	cs_sha256(cs_id_span(&challenge), digest);
	memcpy(half.b, digest, sizeof(half.b));
	return cs_str_slice(cs_id_hex_text(a, half), 0, 2 * EDGE_BYTES);
}

static json_t *
user_of(const struct cs_signin *s)
{
	json_t *user = json_object();

	json_object_set_new(user, "email", cs_json_text_of(s->session->identity.email));
	json_object_set_new(user, "name", cs_json_text_of(s->session->identity.name));
	return user;
}

static void
put_purpose(const struct cs_signin *s, const struct cs_asked *asked, json_t *o)
{
	bool manages = asked->challenge.purpose == CS_CHALLENGE_MANAGE;

	json_object_set_new(o, "purpose", json_string(manages ? "manage" : "sign_in"));
	json_object_set_new(o, "application", manages ? json_null() : cs_portal_application(s));
	json_object_set_new(o, "ask_again_after",
	    manages ? json_null()
		    : cs_json_text_of(cs_portal_duration(s->op->arena, asked->duration_ms)));
}

/* What each factor's part of the page needs stands under the factor's name. */
static cs_err
put_questions(const struct cs_signin *s, const struct cs_asked *asked, json_t *o)
{
	cs_str question;

	for (const struct cs_factor *const *f = cs_factors(); *f != NULL; f++) {
		if ((*f)->question == NULL)
			continue;
		CS_TRY(cs_challenge_question(s, asked, *f, &question));
		json_object_set_new(o, (*f)->name, json_of(question));
	}
	return CS_OK;
}

static cs_err
answer_challenge(struct cs_call *c, const struct cs_signin *s, const struct cs_asked *asked)
{
	CS_AUTO(cs_body_free) json_t *o = json_object();

	json_object_set_new(o, "id", cs_json_id_of(asked->challenge.id));
	put_purpose(s, asked, o);
	json_object_set_new(o, "user", user_of(s));
	json_object_set_new(o, "methods", methods_of(asked));
	CS_TRY(put_questions(s, asked, o));
	json_object_set_new(o, "expires_at", cs_json_time_of(asked->challenge.expires));
	json_object_set_new(o, "edge", cs_json_text_of(edge_of(s->op->arena, asked->challenge.id)));
	return cs_body_answer(c, json_incref(o));
}

/* Errors: INVALID. */
static cs_err
read_purpose(struct cs_call *c, const json_t *body, enum cs_challenge_purpose *out)
{
	cs_str purpose;

	*out = CS_CHALLENGE_SIGN_IN;
	CS_TRY(cs_body_text(c, body, "purpose", PURPOSE_MAX, &purpose));
	if (purpose.len == 0 || cs_str_equal(purpose, CS_STR("sign_in")))
		return CS_OK;
	*out = CS_CHALLENGE_MANAGE;
	return cs_str_equal(purpose, CS_STR("manage")) ? CS_OK : CS_FAIL(INVALID);
}

cs_err
cs_portal_post_challenge(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	enum cs_challenge_purpose purpose;
	struct cs_asked asked;
	struct cs_signin s;

	CS_TRY(begin(c, &body, &s, &why));
	CS_TRY(read_purpose(c, body, &purpose));
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_challenge_begin(&s, purpose, &asked, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_portal_refuse(c, &why)
					   : answer_challenge(c, &s, &asked);
}

/* The session goes on under its new token: what was copied of the old cookie is worth nothing. */
static cs_err
answer_unlocked(struct cs_call *c, const struct cs_manage_opening *opening)
{
	struct cs_global_session *session = CS_NEW(c->op->arena, struct cs_global_session);

	*session = *c->principal.session;
	memcpy(session->token_hash, opening->token_hash, sizeof(session->token_hash));
	c->principal.session = session;
	cs_cookie_set(c, CS_COOKIE_SESSION, opening->token, session->expires.ms - c->op->now.ms);
	return cs_portal_get_devices(c);
}

/* The challenge knows where the person was going: the page need not say it again. */
cs_err
cs_portal_post_answer(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_answered answered;
	struct cs_signin s;
	cs_span answer;
	cs_str factor;
	cs_id id;

	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(begin(c, &body, &s, &why));
	CS_TRY(cs_body_text(c, body, "factor", FACTOR_MAX, &factor));
	CS_TRY(read_answer(c, body, &answer));
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_challenge_finish(&s, id, factor, answer, &answered, &why));
	if (why.kind == CS_REFUSAL_NONE && answered.purpose == CS_CHALLENGE_MANAGE)
		return answer_unlocked(c, &answered.opening);
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_signin_init(&s, answered.meta, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_portal_refuse(c, &why)
					   : cs_portal_answer_state(c, &s);
}
