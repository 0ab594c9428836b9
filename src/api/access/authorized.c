/*
 * authorized.c - GET /cdn-cgi/access/authorized on an application's host: the hand-over arrives.
 */
#include "api/access/access.h"
#include "api/cookies.h"
#include "domain/handover.h"

/* The application's path on this host, where its cookie is to stay below it. */
static cs_str
cookie_path(const struct cs_application *app, cs_str host)
{
	if (!app->is_cookie_path_scoped)
		return CS_STR("/");
	for (size_t i = 0; i < app->destination_count; i++) {
		const struct cs_destination *d = &app->destinations[i];

		if (cs_str_equal(d->host, host) && d->path.len > 0 &&
		    cs_str_find(d->path, '*', 0) == d->path.len &&
		    cs_str_find(d->path, ';', 0) == d->path.len)
			return d->path;
	}
	return CS_STR("/");
}

static void
forget_at(struct cs_call *c, cs_str path)
{
	cs_cookie_set_app(c, &(struct cs_app_cookie){
				 .name = CS_COOKIE_APP,
				 .path = path,
				 .same_site = CS_SAME_SITE_NONE,
				 .is_http_only = true,
			     });
}

/*
 * Cookies of applications above this one come along with its own, and two of them mean: sign in
 * again, for ever. So what is newer stays alone; the others are handed over anew when they are asked
 * for.
 */
static void
forget_wider(struct cs_call *c, cs_str path)
{
	if (path.len < 2)
		return;
	forget_at(c, CS_STR("/"));
	for (size_t i = 0; i < c->config->application_count; i++) {
		cs_str other = cookie_path(&c->config->applications[i], c->rq->host);

		if (other.len > 1 && other.len < path.len && path.p[other.len] == '/' &&
		    cs_str_starts(path, other))
			forget_at(c, other);
	}
}

cs_err
cs_access_get_authorized(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_handed_over out;
	cs_str path;
	cs_str code;

	CS_TRY(cs_call_query(c, "code", &code));
	CS_TRY(cs_handover_finish(c->domain, c->op, c->config, c->rq->host, code,
	    cs_cookie_get(c->rq, CS_COOKIE_APP_NONCE), &out, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_access_refused(c, &why);
	path = cookie_path(out.app, c->rq->host);
	forget_wider(c, path);
	cs_cookie_set_app(c, &(struct cs_app_cookie){
				 .name = CS_COOKIE_APP,
				 .value = out.token,
				 .path = path,
				 .life_ms = out.session->expires.ms - c->op->now.ms,
				 .same_site = out.app->same_site,
				 .is_http_only = out.app->is_http_only,
			     });
	return cs_access_redirect(c, 303, out.return_path);
}
