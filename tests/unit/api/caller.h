/*
 * caller.h - the configuration API as the owner of Halden's token calls it, without sockets. Paths
 * begin behind the account: "/access/users"; "/own/…" is below /api/v1 instead.
 */
#ifndef CS_TESTS_CALLER_H
#define CS_TESTS_CALLER_H

#include "domain/yard.h"

#include "api/router.h"

/* --- one call by the owner's token, and its answer --- */

struct api {
	struct yard *y;
	json_t *body;
	int status;
};

static inline cs_time
yard_now(void *ctx)
{
	return ((struct yard *)ctx)->op.now;
}

static inline void
api_clear(struct api *a)
{
	json_decref(a->body);
	a->body = NULL;
}

#define API(NAME) CS_AUTO(api_clear) struct api NAME = { .y = y }

__attribute__((format(printf, 4, 5))) static inline int
ask(struct api *a, enum cs_method method, const char *body, const char *fmt, ...)
{
	struct yard *y = a->y;
	struct cs_clock clock = { yard_now, y };
	struct cs_api api;
	struct cs_response rs;
	char path[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	const char *root = strncmp(path, "/own/", 5) == 0 ? "/api/v1" : "/client/v4";
	cs_str target = cs_arena_printf(y->arena, "%s/accounts/%.*s%s", root,
	    CS_STR_ARG(cs_id_hex_text(y->arena, y->halden.account)),
	    path + (root[1] == 'a' ? 4 : 0));
	const struct cs_header headers[] = {
		{ CS_STR("authorization"),
		    cs_arena_printf(y->arena, "Bearer %.*s", CS_STR_ARG(y->halden.api_token)) },
	};
	struct cs_request rq = {
		.id = { { 5 } },
		.method = method,
		.target = target,
		.path = cs_str_slice(target, 0, cs_str_find(target, '?', 0)),
		.query = cs_str_slice(target, cs_str_find(target, '?', 0) + 1, target.len),
		.host = CS_STR("127.0.0.1"),
		.authority = CS_STR("127.0.0.1"),
		.headers = headers,
		.header_count = 1,
		.body = body == NULL ? CS_SPAN_NONE : cs_str_span(cs_str_c(body)),
		.peer = y->op.peer,
	};
	cs_api_init(&api, &y->d, &clock);
	cs_response_init(&rs);
	struct cs_handler handler = cs_api_handler(&api);
	handler.slow(handler.ctx, &rq, &rs);
	json_decref(a->body);
	a->body = json_loadb((const char *)rs.body.p, rs.body.len, JSON_REJECT_DUPLICATES, NULL);
	a->status = rs.status;
	cs_response_clear(&rs);
	return a->status;
}

static inline const json_t *
result(const struct api *a)
{
	return json_object_get(a->body, "result");
}

static inline cs_str
text(const json_t *object, const char *name)
{
	const json_t *v = json_object_get(object, name);
	return json_is_string(v) ? cs_str_c(json_string_value(v)) : CS_STR("");
}

static inline const char *
error_text(const struct api *a)
{
	const json_t *e = json_array_get(json_object_get(a->body, "errors"), 0);
	const char *message = json_string_value(json_object_get(e, "message"));
	return message != NULL ? message : "";
}

#endif
