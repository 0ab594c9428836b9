/*
 * session.c - GET /cdn-cgi/access/{get-identity,logout,certs}.
 *
 * A global session (__Host-cs_session) counts on the auth host alone, an application's token
 * (CF_Authorization) on the host that it was handed to alone.
 */
#include "api/access/access.h"
#include "api/cookies.h"
#include "api/portal/routes.h"
#include "crypto/mac.h"
#include "domain/identity.h"
#include "domain/keys.h"
#include "domain/session.h"

#define CERTS_MAX (256 * 1024)

static cs_err
find_app_session(struct cs_call *c, struct cs_app_session *out, struct cs_refusal *why)
{
	cs_str token = cs_cookie_get(c->rq, CS_COOKIE_APP);
	uint8_t hash[CS_SHA256_LEN];
	cs_err e;

	*out = (struct cs_app_session){ .expires = { 0 } };
	cs_sha256(cs_str_span(token), hash);
	e = token.len > 0 ? cs_session_load_app(c->domain, c->op, hash, out) : CS_FAIL(NOT_FOUND);
	if (!cs_failed(e) && cs_id_equal(out->account, c->op->account) &&
	    cs_str_equal(out->host, c->rq->host))
		return CS_OK;
	why->kind = CS_REFUSAL_SIGNED_OUT;
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

static cs_err
answer_json(struct cs_call *c, cs_str text)
{
	c->rs->status = 200;
	cs_response_header(c->rs, CS_STR("Content-Type"), CS_STR("application/json"));
	cs_buf_add_str(&c->rs->body, text);
	return cs_buf_finish(&c->rs->body, NULL);
}

cs_err
cs_access_get_identity(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_app_session app;
	const struct cs_identity *identity = &app.identity;
	cs_time issued;

	if (cs_access_is_auth_host(c)) {
		CS_TRY(cs_portal_guard(c, &why));
		identity = c->principal.session != NULL ? &c->principal.session->identity : NULL;
		issued =
		    c->principal.session != NULL ? c->principal.session->created : (cs_time){ 0 };
	} else {
		CS_TRY(find_app_session(c, &app, &why));
		issued = app.created;
	}
	if (why.kind != CS_REFUSAL_NONE)
		return cs_access_refused(c, &why);
	return answer_json(c, cs_identity_encode(c->op, c->config, identity, issued));
}

/* --- ending --- */

static cs_err
find_user(struct cs_call *c, cs_id *out_user)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_app_session app;

	*out_user = cs_id_zero;
	if (cs_access_is_auth_host(c)) {
		CS_TRY(cs_portal_guard(c, &why));
		if (c->principal.session != NULL)
			*out_user = c->principal.session->identity.user;
		return CS_OK;
	}
	CS_TRY(find_app_session(c, &app, &why));
	*out_user = app.identity.user;
	return CS_OK;
}

static void
clear_cookie(struct cs_call *c)
{
	if (cs_access_is_auth_host(c)) {
		cs_cookie_clear(c, CS_COOKIE_SESSION);
		return;
	}
	cs_cookie_set_app(c, &(struct cs_app_cookie){
				 .name = CS_COOKIE_APP,
				 .path = CS_STR("/"),
				 .same_site = CS_SAME_SITE_NONE,
				 .is_http_only = true,
			     });
}

/*
 * A link that somebody follows, or the host's own page; not a picture or frame in a foreign page, which
 * CF_Authorization goes along with. Where the browser does not say, as before.
 */
static bool
is_followed(const struct cs_request *rq)
{
	cs_str site;
	cs_str dest;

	if (cs_failed(cs_request_header_opt(rq, CS_STR("sec-fetch-site"), &site)) ||
	    cs_failed(cs_request_header_opt(rq, CS_STR("sec-fetch-dest"), &dest)))
		return false;
	return dest.len == 0 || cs_str_equal(dest, CS_STR("document")) ||
	       cs_str_equal(site, CS_STR("same-origin"));
}

/*
 * The one GET that acts: its address is Cloudflare's and is linked to. Ending sessions is all that
 * it does, and only for whoever follows the link.
 */
cs_err
cs_access_get_logout(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_CSRF };
	cs_id user;

	if (!is_followed(c->rq))
		return cs_access_refused(c, &why);
	CS_TRY(find_user(c, &user));
	if (!cs_id_is_zero(user))
		CS_TRY(cs_session_end_user(c->domain, c->op, user, true));
	clear_cookie(c);
	return cs_access_redirect(c, 303,
	    cs_arena_printf(c->op->arena, "%.*s/signed-out", CS_STR_ARG(c->config->auth_origin)));
}

cs_err
cs_access_get_certs(struct cs_call *c)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text = { 0 };

	cs_buf_init(&text, CERTS_MAX);
	CS_TRY(cs_keys_publish(c->domain, c->op, &text));
	return answer_json(c, cs_buf_str(&text));
}
