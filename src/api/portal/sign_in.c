/*
 * sign_in.c - /api/v1/sign-in: who one is, step by step.
 */
#include "api/body.h"
#include "api/cookies.h"
#include "api/portal/portal.h"
#include "domain/pin.h"
#include "domain/provider.h"
#include "domain/session.h"

#define PIN_TYPED_MAX 32

/* What each of these calls begins with: the body and the sign-in that its meta names. */
static cs_err
begin(struct cs_call *c, json_t **body, struct cs_signin *s, struct cs_refusal *why)
{
	cs_str meta;

	CS_TRY(cs_body_decode(c, body));
	CS_TRY(cs_body_text(c, *body, "meta", CS_META_TEXT_MAX, &meta));
	return cs_portal_signin(c, meta, s, why);
}

cs_err
cs_portal_get_state(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signin s;
	cs_str meta;

	CS_TRY(cs_call_query(c, "meta", &meta));
	CS_TRY(cs_portal_signin(c, meta, &s, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_portal_refuse(c, &why)
					   : cs_portal_answer_state(c, &s);
}

cs_err
cs_portal_post_pin(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signin s;
	cs_id provider;
	cs_str email;

	CS_TRY(begin(c, &body, &s, &why));
	CS_TRY(cs_body_id(c, body, "provider", &provider));
	CS_TRY(cs_body_text(c, body, "email", CS_EMAIL_MAX, &email));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_portal_refuse(c, &why);
	cs_portal_flow(c, &s);
	CS_TRY(cs_pin_begin(&s, provider, email, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_portal_refuse(c, &why);
	/* Somebody signed in asks for a PIN to become somebody else: the page waits for it. */
	s.session = NULL;
	return cs_portal_answer_state(c, &s);
}

cs_err
cs_portal_post_pin_verify(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signed_in signed_in;
	struct cs_claims claims;
	struct cs_signin s;
	cs_str pin;

	CS_TRY(begin(c, &body, &s, &why));
	CS_TRY(cs_body_text(c, body, "pin", PIN_TYPED_MAX, &pin));
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_pin_finish(&s, cs_str_trim(pin), &signed_in, &claims, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_portal_refuse(c, &why);
	cs_portal_signed_in(c, &s, &signed_in);
	return signed_in.is_disabled ? cs_portal_answer_disabled(c, &s, &claims)
				     : cs_portal_answer_state(c, &s);
}

cs_err
cs_portal_post_pin_cancel(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signin s;

	CS_TRY(begin(c, &body, &s, &why));
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_pin_cancel(&s));
	return why.kind != CS_REFUSAL_NONE ? cs_portal_refuse(c, &why)
					   : cs_portal_answer_state(c, &s);
}

cs_err
cs_portal_post_oidc(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signin s;
	cs_id provider;
	cs_str url;

	CS_TRY(begin(c, &body, &s, &why));
	CS_TRY(cs_body_id(c, body, "provider", &provider));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_portal_refuse(c, &why);
	cs_portal_flow(c, &s);
	CS_TRY(cs_provider_begin(&s, provider, &url, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_portal_refuse(c, &why)
					   : cs_portal_answer_redirect(c, url);
}

cs_err
cs_portal_post_continue(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signin s;
	cs_str url;

	CS_TRY(begin(c, &body, &s, &why));
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_signin_continue(&s, &url, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_portal_refuse(c, &why)
					   : cs_portal_answer_redirect(c, url);
}

cs_err
cs_portal_post_switch(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signin s;

	CS_TRY(begin(c, &body, &s, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_portal_refuse(c, &why);
	if (s.session != NULL)
		CS_TRY(cs_session_end(c->domain, c->op, s.session));
	s.session = NULL;
	cs_cookie_clear(c, CS_COOKIE_SESSION);
	return cs_portal_answer_state(c, &s);
}
