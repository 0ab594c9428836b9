/*
 * login.c - GET /cdn-cgi/access/login on an application's host: begin to sign in.
 *
 * Gives the browser a nonce on this host (CF_AppSession) and sends it to the auth host with where
 * it was going, sealed and bound to that nonce.
 */
#include "api/access/access.h"
#include "api/cookies.h"
#include "domain/meta.h"
#include "domain/session.h"

#define APP_NONCE_MS CS_DAY_MS

/* The authority goes into an address: nothing but the known host and a port may be in it. */
static bool
authority_is_plain(const struct cs_request *rq)
{
	cs_str port = cs_str_slice(rq->authority, rq->host.len, rq->authority.len);
	int64_t number;

	if (!cs_str_starts(rq->authority, rq->host))
		return false;
	if (port.len == 0)
		return true;
	return port.p[0] == ':' && port.len <= 6 &&
	       cs_str_to_i64(cs_str_slice(port, 1, port.len), &number) && number > 0 &&
	       number <= 65535;
}

/* A browser with several tabs signs in to all of them with the nonce that it has. */
static void
find_nonce(struct cs_call *c, uint8_t out_hash[static CS_NONCE_HASH_LEN])
{
	cs_str token = cs_cookie_get(c->rq, CS_COOKIE_APP_NONCE);

	if (cs_failed(cs_session_token_hash(token, out_hash)))
		cs_session_token_make(c->domain, c->op, &token, out_hash);
	cs_cookie_set_app(c, &(struct cs_app_cookie){
				 .name = CS_COOKIE_APP_NONCE,
				 .value = token,
				 .path = CS_STR("/"),
				 .life_ms = APP_NONCE_MS,
				 .same_site = CS_SAME_SITE_LAX,
				 .is_http_only = true,
			     });
}

static cs_err
find_application(
    struct cs_call *c, cs_str path, const struct cs_application **app, struct cs_refusal *why)
{
	*app = NULL;
	switch (cs_snapshot_route(c->snapshot, c->rq->host, path, app)) {
	case CS_ROUTE_APPLICATION:
		return CS_OK;
	case CS_ROUTE_AMBIGUOUS:
		why->kind = CS_REFUSAL_NOT_ALLOWED;
		return CS_OK;
	case CS_ROUTE_NONE:
		break;
	}
	why->kind = CS_REFUSAL_NO_APPLICATION;
	return CS_OK;
}

cs_err
cs_access_get_login(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_meta meta = { .authority = c->rq->authority };
	const struct cs_application *app;
	cs_str wanted;
	cs_str sealed;

	if (!authority_is_plain(c->rq))
		return CS_FAIL(INVALID);
	/* Badly written is as good as foreign. */
	if (cs_failed(cs_call_query(c, "redirect_url", &wanted)))
		wanted = CS_STR_NONE;
	meta.return_path = cs_return_path(wanted);
	CS_TRY(find_application(c, meta.return_path, &app, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_access_refused(c, &why);
	meta.application = app->id;
	find_nonce(c, meta.nonce_hash);
	CS_TRY(cs_meta_seal(c->domain, c->op, &meta, &sealed));
	return cs_access_redirect(c, 302,
	    cs_arena_printf(c->op->arena, "%.*s/cdn-cgi/access/login/%.*s?meta=%.*s",
		CS_STR_ARG(c->config->auth_origin), CS_STR_ARG(c->rq->authority),
		CS_STR_ARG(sealed)));
}
