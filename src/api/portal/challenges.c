/*
 * challenges.c - /api/v1/challenges: the second factor, asked for and answered.
 */
#include "api/body.h"
#include "api/console/console.h"
#include "api/cookies.h"
#include "api/portal/factors.h"
#include "crypto/mac.h"
#include "domain/challenge.h"
#include "domain/config/mfa.h"
#include "domain/json_text.h"
#include "factor/backup_code.h"

#define PURPOSE_MAX 16
#define EDGE_BYTES 8

/* Backup codes count as another kind does, but the page asks for them by themselves. */
static json_t *
kind_of(const struct cs_authenticator *a)
{
	return a->is_issued ? cs_json_text_of(a->factor)
			    : json_string(cs_mfa_method_name(a->method));
}

static json_t *
methods_of(const struct cs_asked *asked)
{
	json_t *list = json_array();

	for (size_t i = 0; i < asked->count; i++) {
		const struct cs_authenticator *a = &asked->list[i];
		json_t *o = json_object();

		json_object_set_new(o, "factor", cs_json_text_of(a->factor));
		json_object_set_new(o, "kind", kind_of(a));
		json_object_set_new(o, "name", cs_json_text_of(a->name));
		json_object_set_new(o, "last_used_at", cs_json_time_of(a->last_used));
		if (a->is_issued)
			json_object_set_new(o, "left", json_integer(cs_backup_code_left(a)));
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

	json_object_set_new(user, "email", cs_json_text_of(s->holder->email));
	json_object_set_new(user, "name", cs_json_text_of(s->holder->name));
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
		json_object_set_new(o, (*f)->name, cs_factors_json(question));
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

	CS_TRY(cs_factors_begin(c, &body, &s, &why));
	CS_TRY(read_purpose(c, body, &purpose));
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_challenge_begin(&s, purpose, &asked, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_portal_refuse(c, &why)
					   : answer_challenge(c, &s, &asked);
}

/* The session goes on under its new token: what was copied of the old cookie is worth nothing. */
static void
follow_token(struct cs_call *c, const uint8_t hash[static CS_TOKEN_HASH_LEN])
{
	struct cs_global_session *session = CS_NEW(c->op->arena, struct cs_global_session);
	struct cs_member_seen *member = CS_NEW(c->op->arena, struct cs_member_seen);

	if (c->principal.session != NULL) {
		*session = *c->principal.session;
		memcpy(session->token_hash, hash, sizeof(session->token_hash));
		c->principal.session = session;
	}
	if (c->principal.member != NULL) {
		*member = *c->principal.member;
		memcpy(member->session.token_hash, hash, sizeof(member->session.token_hash));
		c->principal.member = member;
	}
}

static cs_err
answer_unlocked(
    struct cs_call *c, const struct cs_signin *s, const struct cs_manage_opening *opening)
{
	follow_token(c, opening->token_hash);
	cs_cookie_set(c, CS_COOKIE_SESSION, opening->token, s->holder->expires.ms - c->op->now.ms);
	return cs_portal_get_devices(c);
}

static cs_err
answer_member(
    struct cs_call *c, const struct cs_factors_sequel *sequel, const struct cs_answered *answered)
{
	struct cs_member_step step;

	cs_member_complete_end(&sequel->completion, &step);
	step.has_used_code = answered->is_issued;
	step.codes_left = (unsigned)answered->left;
	return cs_member_answer_standing(c, &step);
}

/* The challenge knows where the person was going: the page need not say it again. */
static cs_err
answer_answered(struct cs_call *c, struct cs_signin *s, const struct cs_factors_sequel *sequel,
    const struct cs_answered *answered)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	if (answered->purpose == CS_CHALLENGE_MANAGE)
		return answer_unlocked(c, s, &answered->opening);
	if (sequel->is_wanted)
		return answer_member(c, sequel, answered);
	CS_TRY(cs_signin_init(s, answered->meta, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_portal_refuse(c, &why)
					   : cs_portal_answer_state(c, s);
}

cs_err
cs_portal_post_answer(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_factors_sequel sequel;
	struct cs_answered answered;
	struct cs_given given;
	struct cs_signin s;

	CS_TRY(cs_call_id(c, "id", &given.challenge));
	CS_TRY(cs_factors_begin(c, &body, &s, &why));
	CS_TRY(cs_body_text(c, body, "factor", CS_FACTOR_NAME_MAX, &given.factor));
	CS_TRY(cs_factors_answer(c, body, &given.answer));
	cs_factors_sequel_make(c, json_is_true(json_object_get(body, "remember")), &sequel);
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(
		    cs_challenge_finish(&s, &given, cs_factors_complete, &sequel, &answered, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_portal_refuse(c, &why)
					   : answer_answered(c, &s, &sequel, &answered);
}
