/*
 * factors.c - /api/v1/enrolments and /api/v1/challenges: the second factor.
 */
#include "api/body.h"
#include "api/portal/portal.h"
#include "base/codec.h"
#include "crypto/mac.h"
#include "domain/challenge.h"
#include "domain/enrol.h"
#include "domain/json_text.h"
#include "proto/qr_svg.h"

#define FACTOR_MAX 32
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

/* --- enrolment --- */

static json_t *
enrolment_of(struct cs_call *c, const struct cs_enrolment *e, const struct cs_factor_shown *shown)
{
	cs_str id = cs_id_uuid_text(c->op->arena, e->authenticator.id);
	json_t *o = json_object();

	json_object_set_new(o, "id", cs_json_text_of(id));
	json_object_set_new(o, "factor", json_string(e->factor->name));
	json_object_set_new(o, "issuer", cs_json_text_of(e->label.issuer));
	json_object_set_new(o, "account", cs_json_text_of(e->label.account));
	json_object_set_new(o, "key", cs_json_text_of(cs_buf_str(&shown->key)));
	json_object_set_new(o, "algorithm", cs_json_text_of(shown->algorithm));
	json_object_set_new(o, "digits", json_integer(shown->digits));
	json_object_set_new(o, "period_s", json_integer(shown->period_s));
	json_object_set_new(o, "qr",
	    cs_json_text_of(
		cs_arena_printf(c->op->arena, "/api/v1/enrolments/%.*s/qr.svg", CS_STR_ARG(id))));
	return o;
}

cs_err
cs_portal_post_enrolment(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	CS_AUTO(cs_factor_shown_clear) struct cs_factor_shown shown = { .digits = 0 };
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_enrolment e;
	struct cs_signin s;
	cs_str factor;

	CS_TRY(begin(c, &body, &s, &why));
	CS_TRY(cs_body_text(c, body, "factor", FACTOR_MAX, &factor));
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_enrol_begin(&s, factor, &e, &why));
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

cs_err
cs_portal_post_confirm(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signin s;
	cs_str code;
	cs_str name;
	cs_id id;

	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(begin(c, &body, &s, &why));
	CS_TRY(cs_body_text(c, body, "code", CODE_MAX, &code));
	CS_TRY(cs_body_text(c, body, "name", NAME_MAX_BYTES, &name));
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_enrol_finish(&s, id, code, name, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_portal_refuse(c, &why)
					   : cs_portal_answer_state(c, &s);
}

/* --- challenge --- */

static json_t *
methods_of(const struct cs_challenge *challenge, const struct cs_standing *standing)
{
	json_t *list = json_array();
	const struct cs_factor *f;

	for (size_t i = 0; i < standing->authenticator_count; i++) {
		const struct cs_authenticator *a = &standing->authenticators[i];
		json_t *o;

		if (cs_failed(cs_factor_find(a->factor, &f)) ||
		    (f->method & challenge->methods) == 0)
			continue;
		o = json_object();
		json_object_set_new(o, "factor", cs_json_text_of(a->factor));
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
challenge_of(const struct cs_signin *s, const struct cs_challenge *challenge,
    const struct cs_standing *standing, int64_t duration_ms)
{
	struct cs_arena *a = s->op->arena;
	json_t *o = json_object();
	json_t *user = json_object();

	json_object_set_new(user, "email", cs_json_text_of(s->session->identity.email));
	json_object_set_new(user, "name", cs_json_text_of(s->session->identity.name));
	json_object_set_new(o, "id", cs_json_id_of(challenge->id));
	json_object_set_new(o, "application", cs_portal_application(s));
	json_object_set_new(o, "user", user);
	json_object_set_new(o, "methods", methods_of(challenge, standing));
	json_object_set_new(
	    o, "ask_again_after", cs_json_text_of(cs_portal_duration(a, duration_ms)));
	json_object_set_new(o, "expires_at", cs_json_time_of(challenge->expires));
	json_object_set_new(o, "edge", cs_json_text_of(edge_of(a, challenge->id)));
	return o;
}

cs_err
cs_portal_post_challenge(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_challenge challenge;
	struct cs_standing standing;
	struct cs_access_answer access;
	struct cs_signin s;

	CS_TRY(begin(c, &body, &s, &why));
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_challenge_begin(&s, &challenge, &standing, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_portal_refuse(c, &why);
	/* The step was CHALLENGE, so there is an application. */
	const struct cs_asker asker =
	    cs_gate_asker(s.d->gate, s.config, &s.session->identity, &c->op->peer);
	cs_access_evaluate(s.config, s.app, &asker, &access);
	return cs_body_answer(c, challenge_of(&s, &challenge, &standing, access.mfa.duration_ms));
}

/* The challenge knows where the person was going: the page need not say it again. */
cs_err
cs_portal_post_answer(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signin s;
	cs_str factor;
	cs_str code;
	cs_str meta;
	cs_id id;

	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(begin(c, &body, &s, &why));
	CS_TRY(cs_body_text(c, body, "factor", FACTOR_MAX, &factor));
	CS_TRY(cs_body_text(c, body, "code", CODE_MAX, &code));
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_challenge_finish(&s, id, factor, code, &meta, &why));
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_signin_init(&s, meta, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_portal_refuse(c, &why)
					   : cs_portal_answer_state(c, &s);
}
