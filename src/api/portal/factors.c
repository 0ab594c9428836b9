#include "api/portal/factors.h"

#include "api/body.h"
#include "domain/json_text.h"

#define CODE_MAX 128

cs_err
cs_factors_begin(struct cs_call *c, json_t **body, struct cs_signin *s, struct cs_refusal *why)
{
	cs_str meta;

	CS_TRY(cs_body_decode(c, body));
	CS_TRY(cs_body_text(c, *body, "meta", CS_META_TEXT_MAX, &meta));
	CS_TRY(cs_portal_signin(c, meta, s, why));
	if (why->kind == CS_REFUSAL_NONE && s->holder == NULL)
		why->kind = CS_REFUSAL_SIGNED_OUT;
	return CS_OK;
}

cs_err
cs_factors_answer(struct cs_call *c, const json_t *body, cs_span *out)
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

json_t *
cs_factors_json(cs_str text)
{
	json_t *j = text.len > 0 ? json_loadb(text.p, text.len, 0, NULL) : NULL;

	return j != NULL ? j : json_null();
}

/* --- a member on the way in --- */

void
cs_factors_sequel_make(struct cs_call *c, bool wants_remember, struct cs_factors_sequel *out)
{
	const struct cs_member_seen *who = c->principal.member;

	*out = (struct cs_factors_sequel){ .d = c->domain };
	out->is_wanted = who != NULL && who->session.stage != CS_MEMBER_DONE;
	if (out->is_wanted)
		cs_member_complete_begin(c->domain, c->op, who, wants_remember, &out->completion);
}

cs_err
cs_factors_complete(struct cs_tx *tx, void *ctx, const struct cs_granted *g)
{
	const struct cs_factors_sequel *sequel = ctx;

	if (!sequel->is_wanted || g->purpose != CS_CHALLENGE_SIGN_IN)
		return CS_OK;
	CS_TRY(cs_member_complete_in(
	    tx, sequel->d, &sequel->completion, g->authenticator->id, g->method));
	if (!g->factor->is_issued)
		return CS_OK;
	return cs_member_new_phone_in(
	    tx, sequel->d, &sequel->completion.who->session, g->authenticator->id);
}
