#include "api/router.h"

#include "api/assets.h"
#include "api/headers.h"
#include "api/status.h"
#include "base/codec.h"
#include "base/log.h"

/* What one request may decode and answer; bodies are bounded far below by their routes. */
#define CALL_ARENA_BYTES (4 * 1024 * 1024)
#define MATCH_ARENA_BYTES ((size_t)64 * 1024)
#define PATH_SEGMENTS_MAX 16
#define UNROUTED_BODY_MAX ((size_t)64 * 1024)

/* --- matching --- */

/* One segment off the front of path ("/a/b" gives "a", leaves "/b"). False: no more, or empty. */
static bool
cut_segment(cs_str *path, cs_str *segment)
{
	size_t end;

	if (path->len < 2 || path->p[0] != '/')
		return false;
	end = cs_str_find(*path, '/', 1);
	*segment = cs_str_slice(*path, 1, end);
	*path = cs_str_slice(*path, end, path->len);
	return segment->len > 0;
}

static bool
is_param(cs_str segment)
{
	return segment.len > 2 && segment.p[0] == '{' && segment.p[segment.len - 1] == '}';
}

static bool
take_param(struct cs_arena *a, struct cs_call *c, cs_str name, cs_str raw)
{
	struct cs_param *p;

	CS_ASSERT(c->param_count < CS_PARAMS_MAX);
	p = &c->params[c->param_count++];
	p->name = cs_str_slice(name, 1, name.len - 1);
	return !cs_failed(cs_percent_decode(a, raw, &p->value)) && p->value.len > 0;
}

/* On true c->params are the pattern's. */
static bool
path_matches(struct cs_arena *a, struct cs_call *c, const char *pattern, cs_str path)
{
	cs_str want = cs_str_c(pattern);
	cs_str want_segment;
	cs_str segment;

	c->param_count = 0;
	if (cs_str_equal(want, CS_STR("/")))
		return cs_str_equal(path, want);
	while (want.len > 0) {
		CS_ASSERT(cut_segment(&want, &want_segment));
		if (!cut_segment(&path, &segment))
			return false;
		if (is_param(want_segment)) {
			if (!take_param(a, c, want_segment, segment))
				return false;
		} else if (!cs_str_equal(want_segment, segment)) {
			return false;
		}
	}
	return path.len == 0;
}

static bool
method_matches(enum cs_method want, enum cs_method is)
{
	return want == is || (want == CS_GET && is == CS_HEAD);
}

static bool
table_covers(const struct cs_api_table *t, cs_str path)
{
	cs_str prefix = cs_str_c(t->prefix);

	return cs_str_starts(path, prefix) &&
	       (path.len == prefix.len || prefix.len == 0 || path.p[prefix.len] == '/');
}

/* Sets c->table, c->route and parameters, or says why there is none. */
static enum cs_refusal_kind
find_route(const struct cs_api *api, struct cs_arena *a, struct cs_call *c)
{
	enum cs_refusal_kind why = CS_REFUSAL_NOT_FOUND;

	for (const struct cs_api_table *const *t = api->tables; *t != NULL; t++) {
		if (!table_covers(*t, c->rq->path))
			continue;
		if (c->table == NULL)
			c->table = *t;
		for (size_t i = 0; i < (*t)->count; i++) {
			const struct cs_api_route *r = &(*t)->routes[i];

			if (!path_matches(a, c, r->pattern, c->rq->path))
				continue;
			c->table = *t;
			if (method_matches(r->method, c->rq->method)) {
				c->route = r;
				return CS_REFUSAL_NONE;
			}
			why = CS_REFUSAL_METHOD;
		}
	}
	return why;
}

static const char *const method_names[] = {
	[CS_GET] = "GET, HEAD",
	[CS_POST] = "POST",
	[CS_PUT] = "PUT",
	[CS_PATCH] = "PATCH",
	[CS_DELETE] = "DELETE",
};

/* A 405 says what the path does take (RFC 9110 §15.5.6). */
static void
allow(struct cs_call *c)
{
	CS_AUTO(cs_buf_clear) struct cs_buf names = { .max = 128 };

	for (const struct cs_api_table *const *t = c->api->tables; *t != NULL; t++)
		for (size_t i = 0; table_covers(*t, c->rq->path) && i < (*t)->count; i++) {
			const struct cs_api_route *r = &(*t)->routes[i];

			if (!path_matches(c->op->arena, c, r->pattern, c->rq->path))
				continue;
			cs_buf_add_c(&names, names.len > 0 ? ", " : "");
			cs_buf_add_c(&names, method_names[r->method]);
		}
	cs_response_header(c->rs, CS_STR("Allow"), cs_buf_str(&names));
}

/* --- who is asked --- */

static cs_err
acquire(const struct cs_api *api, enum cs_realm realm, cs_str host, const struct cs_snapshot **out)
{
	struct cs_gate *gate = api->domain->gate;
	cs_err e = cs_gate_acquire_by_auth_host(gate, host, out);

	if (cs_failed(e))
		return realm == CS_REALM_AUTH ? e : cs_gate_acquire_by_app_host(gate, host, out);
	if (realm != CS_REALM_APP)
		return CS_OK;
	/* An application's pattern may cover it: a sign-in host is no application's all the same. */
	cs_snapshot_release(out);
	return CS_FAIL(NOT_FOUND);
}

/* A known host of the other kind has no such path; an unknown one is not ours at all. */
static enum cs_refusal_kind
host_refusal(const struct cs_api *api, cs_str host)
{
	cs_id account;

	if (cs_failed(cs_gate_account_by_auth_host(api->domain->gate, host, &account)) &&
	    cs_failed(cs_gate_account_by_app_host(api->domain->gate, host, &account)))
		return CS_REFUSAL_MISDIRECTED;
	return CS_REFUSAL_NOT_FOUND;
}

/* --- forged requests --- */

static bool
header_is(const struct cs_request *rq, cs_str name, cs_str want)
{
	cs_str value;

	return !cs_failed(cs_request_header(rq, name, &value)) && cs_str_equal(value, want);
}

static bool
fetch_site_is_own(const struct cs_request *rq)
{
	cs_str value;

	if (cs_failed(cs_request_header_opt(rq, CS_STR("sec-fetch-site"), &value)))
		return false;
	return value.len == 0 || cs_str_equal(value, CS_STR("same-origin"));
}

static bool
content_is_json(const struct cs_request *rq)
{
	cs_str value;

	if (cs_failed(cs_request_header(rq, CS_STR("content-type"), &value)))
		return false;
	value = cs_str_trim(cs_str_slice(value, 0, cs_str_find(value, ';', 0)));
	return cs_str_equal_nocase(value, CS_STR("application/json"));
}

static bool
is_from_own_page(const struct cs_call *c)
{
	return c->config != NULL && header_is(c->rq, CS_STR("origin"), c->config->auth_origin) &&
	       fetch_site_is_own(c->rq) && content_is_json(c->rq);
}

/* --- one call --- */

static void
refuse(struct cs_call *c, const struct cs_refusal *why, cs_err error)
{
	if (c->table != NULL && c->table->refuse != NULL)
		c->table->refuse(c, why, error);
	else
		cs_status_refuse(c, why, error);
}

static cs_err
check_guard(struct cs_call *c, struct cs_refusal *why)
{
	cs_guard_fn *guard = c->api->guards[c->route->guard];

	if (c->route->guard == CS_GUARD_PUBLIC)
		return CS_OK;
	if (guard == NULL) {
		why->kind = CS_REFUSAL_NOT_ALLOWED;
		return CS_OK;
	}
	return guard(c, why);
}

static cs_err
handle(struct cs_call *c, struct cs_refusal *why)
{
	if (c->rq->body.len > c->route->body_limit) {
		why->kind = CS_REFUSAL_TOO_LARGE;
		return CS_OK;
	}
	if (c->route->csrf == CS_CSRF_SAME_ORIGIN && !is_from_own_page(c)) {
		why->kind = CS_REFUSAL_CSRF;
		return CS_OK;
	}
	CS_TRY(check_guard(c, why));
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	return c->route->handle(c);
}

static void
answer(struct cs_call *c, struct cs_op *op, const struct cs_snapshot **held)
{
	struct cs_refusal why = { .kind = find_route(c->api, op->arena, c) };
	cs_err e = CS_OK;

	if (why.kind == CS_REFUSAL_NONE && c->route->realm != CS_REALM_FREE) {
		if (cs_failed(acquire(c->api, c->route->realm, c->rq->host, held))) {
			why.kind = host_refusal(c->api, c->rq->host);
		} else {
			c->snapshot = *held;
			c->config = cs_snapshot_config(*held);
			op->account = c->config->account;
		}
	}
	if (why.kind == CS_REFUSAL_NONE)
		e = handle(c, &why);
	if (why.kind != CS_REFUSAL_NONE || cs_failed(e))
		refuse(c, &why, e);
	if (why.kind == CS_REFUSAL_METHOD)
		allow(c);
}

static struct cs_addr
client_of(const struct cs_api *api, const struct cs_request *rq)
{
	return api->client != NULL ? api->client(api->client_ctx, rq) : rq->peer;
}

static cs_str
user_agent_of(const struct cs_request *rq)
{
	cs_str text;

	if (cs_failed(cs_request_header_opt(rq, CS_STR("user-agent"), &text)))
		return CS_STR_NONE;
	text = cs_str_slice(text, 0, 256);
	return cs_str_slice(text, 0, cs_utf8_prefix(cs_str_span(text)));
}

static void
answer_slow(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(CALL_ARENA_BYTES);
	const struct cs_api *api = ctx;
	cs_time now = cs_clock_now(api->clock);
	struct cs_op op = {
		.id = rq->id,
		.now = now,
		.deadline = cs_time_add(now, api->handler_timeout_ms),
		.arena = arena,
		.peer = client_of(api, rq),
		.user_agent = user_agent_of(rq),
	};
	struct cs_call c = { .api = api, .domain = api->domain, .op = &op, .rq = rq, .rs = rs };

	answer(&c, &op, &held);
	cs_headers_answer(rs);
}

/* --- the event thread's part --- */

static const struct cs_asset *
find_asset(cs_id account, cs_str path)
{
	const struct cs_asset *page = cs_id_is_zero(account) ? cs_asset_find_console(path) : NULL;

	return page != NULL ? page : cs_asset_find(path);
}

/* Whether a person who goes to this address of a sign-in host finds nothing there. */
static bool
is_missing(const struct cs_api *api, const struct cs_request *rq)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(MATCH_ARENA_BYTES);
	struct cs_call c = { .api = api, .rq = rq };
	enum cs_refusal_kind why = find_route(api, arena, &c);

	if (c.table != NULL && !c.table->is_for_people)
		return false;
	return why == CS_REFUSAL_NOT_FOUND ||
	       (why == CS_REFUSAL_NONE && c.route->realm == CS_REALM_APP);
}

static bool
answer_fast(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	const struct cs_api *api = ctx;
	const struct cs_asset *asset;
	cs_id account;

	if ((rq->method != CS_GET && rq->method != CS_HEAD) ||
	    cs_failed(cs_gate_account_by_auth_host(api->domain->gate, rq->host, &account)))
		return false;
	asset = find_asset(account, rq->path);
	if (asset != NULL)
		cs_asset_answer(asset, rq, rs);
	else if (!cs_request_is_navigation(rq, rq->method_text) || !is_missing(api, rq) ||
		 !cs_asset_answer_missing(rq, rs))
		return false;
	cs_headers_page(rs);
	return true;
}

static size_t
body_limit(void *ctx, const struct cs_request *rq)
{
	const struct cs_api *api = ctx;
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(MATCH_ARENA_BYTES);
	struct cs_call c = { .api = api, .rq = rq };

	if (find_route(api, arena, &c) == CS_REFUSAL_NONE)
		return c.route->body_limit;
	/* taken and not looked at, so that the answer is the door's own 404 or 405 */
	return UNROUTED_BODY_MAX;
}

static enum cs_refusal_kind
refusal_of(int status)
{
	if (status == 413)
		return CS_REFUSAL_TOO_LARGE;
	/* 408: of the body that this call takes, not all came */
	return status == 408 ? CS_REFUSAL_BODY : CS_REFUSAL_UNAVAILABLE;
}

/* http/ says no before a handler could: in the words of the door that was asked. */
static void
refuse_early(void *ctx, const struct cs_request *rq, int status, struct cs_response *rs)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(CALL_ARENA_BYTES);
	const struct cs_api *api = ctx;
	const struct cs_op op = {
		.id = rq->id,
		.now = cs_clock_now(api->clock),
		.arena = arena,
		.peer = rq->peer,
	};
	struct cs_call c = { .api = api, .domain = api->domain, .op = &op, .rq = rq, .rs = rs };
	struct cs_refusal why = { .kind = refusal_of(status) };

	(void)find_route(api, arena, &c);
	refuse(&c, &why, CS_OK);
	rs->status = status;
	cs_headers_answer(rs);
}

struct cs_handler
cs_api_handler(struct cs_api *api)
{
	return (struct cs_handler){
		.ctx = api,
		.body_limit = body_limit,
		.fast = answer_fast,
		.slow = answer_slow,
		.refused = refuse_early,
	};
}

/* --- for handlers --- */

cs_str
cs_call_param(const struct cs_call *c, const char *name)
{
	for (size_t i = 0; i < c->param_count; i++)
		if (cs_str_equal(c->params[i].name, cs_str_c(name)))
			return c->params[i].value;
	cs_assert_failed("the pattern has this parameter", __FILE__, __LINE__);
}

cs_err
cs_call_id(const struct cs_call *c, const char *name, cs_id *out)
{
	*out = cs_id_zero;
	if (cs_failed(cs_id_from_uuid(cs_call_param(c, name), out)))
		return CS_FAIL(NOT_FOUND);
	return CS_OK;
}

cs_err
cs_call_query(const struct cs_call *c, const char *name, cs_str *out)
{
	cs_err e = cs_form_get(c->op->arena, c->rq->query, cs_str_c(name), out);

	if (!cs_is(e, CS_E_NOT_FOUND))
		return e;
	*out = CS_STR_NONE;
	return CS_OK;
}
