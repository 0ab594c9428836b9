/*
 * router.h - which handler answers a request, who may call it, and how much it may send.
 *
 * Routes are rows of closed tables; api/routes.c lists the tables, one row each. The router finds
 * the account by the Host, the row by path and method, checks the row's guard and CSRF column, and
 * writes the headers that every answer carries. Handlers decode, ask the domain, and encode.
 *
 * A path is cut at '/' first; then each segment is percent-decoded on its own. Literal segments
 * match as received, byte for byte, so that nothing in front of us reads a path differently. An
 * empty segment (also a trailing slash) matches nothing; only "/" itself is the empty path.
 */
#ifndef CS_API_ROUTER_H
#define CS_API_ROUTER_H

#include "api/request.h"
#include "base/op.h"
#include "domain/domain.h"
#include "domain/refusal.h"
#include "model/access.h"
#include "model/session.h"

/* Where a route answers: what the Host must be. */
enum cs_realm {
	CS_REALM_AUTH = 0, /* an account's auth host, the server realm's included */
	CS_REALM_APP, /* a host that an application protects */
	CS_REALM_ANY, /* either of them */
	CS_REALM_FREE, /* the Host says nothing (/client/v4, /decision): no account, no config */
};

enum cs_guard {
	CS_GUARD_PUBLIC = 0,
	CS_GUARD_GLOBAL_SESSION, /* __Host-cs_session: principal.session */
	CS_GUARD_MEMBER, /* the console's session cookie, on its host, complete: principal.member */
	CS_GUARD_MEMBER_HALF, /* the same at any stage of the sign-in */
	CS_GUARD_HOLDER, /* about one's own authenticators: GLOBAL_SESSION; the realm's host: MEMBER */
	CS_GUARD_HOLDER_HALF, /* the same, and there MEMBER_HALF */
	CS_GUARD_API_TOKEN, /* /client/v4: a bearer token, or the console's session */
	CS_GUARD_API_TOKEN_PROVED, /* the same; a session's password was given again just now */
	CS_GUARD_PROXY, /* a peer of a proxy section */
	CS_GUARD_COUNT
};

enum cs_csrf {
	CS_CSRF_NONE = 0, /* reads, and state changes that carry no cookie */
	/*
	 * Exact Origin of this auth host, Sec-Fetch-Site same-origin or absent, and
	 * Content-Type application/json.
	 */
	CS_CSRF_SAME_ORIGIN,
	/* The same where a cookie, not a token, says who calls: the guard knows, and checks. */
	CS_CSRF_WITH_COOKIE,
};

struct cs_call;
typedef cs_err cs_handle_fn(struct cs_call *c);

struct cs_api_route {
	enum cs_method method; /* GET also answers HEAD */
	const char *pattern; /* "/api/v1/challenges/{id}/answer" */
	enum cs_realm realm;
	enum cs_guard guard;
	enum cs_csrf csrf;
	uint32_t body_limit; /* bytes; 0: no body is taken */
	cs_handle_fn *handle;
	uint32_t permission; /* for the guard: which rights the caller needs */
};

/* Routes of one front door, with its way of saying no. */
struct cs_api_table {
	const char *prefix; /* paths that are this door's, also those without a route */
	const struct cs_api_route *routes;
	size_t count;
	/* In a browser, a path of this door without a route shows the page that says so. */
	bool is_for_people;
	/* NULL: cs_status_refuse. error is the code when a handler failed, else NONE. */
	void (*refuse)(struct cs_call *c, const struct cs_refusal *why, cs_err error);
};

#define CS_PARAMS_MAX 4

struct cs_member_seen; /* domain/member_session.h */

struct cs_param {
	cs_str name; /* borrowed from the pattern */
	cs_str value; /* decoded */
};

/* Who calls, as the guard found out. */
struct cs_principal {
	const struct cs_global_session *session; /* GLOBAL_SESSION; else NULL */
	const struct cs_member_seen *member; /* MEMBER, MEMBER_HALF; else NULL */
	const void *grant; /* API_TOKEN: the guard's own */
};

struct cs_api;

struct cs_call {
	const struct cs_api *api;
	struct cs_domain *domain;
	const struct cs_op *op; /* op->account is set but in the FREE realm */
	const struct cs_request *rq;
	struct cs_response *rs;
	const struct cs_api_route *route; /* NULL while none is found */
	const struct cs_api_table *table;
	struct cs_param params[CS_PARAMS_MAX];
	size_t param_count;
	const struct cs_snapshot *snapshot; /* the account's, held for this call; or NULL */
	const struct cs_access_config *config; /* its content */
	struct cs_principal principal;
};

/* Returns whether the caller may go on; otherwise *why says no. */
typedef cs_err cs_guard_fn(struct cs_call *c, struct cs_refusal *why);

struct cs_api {
	struct cs_domain *domain;
	const struct cs_clock *clock;
	const struct cs_api_table *const *tables; /* NULL-terminated */
	cs_guard_fn *guards[CS_GUARD_COUNT]; /* a missing one refuses everybody */
	int64_t handler_timeout_ms; /* op->deadline */
	/* The person's address behind a configured proxy; NULL: the socket's peer. */
	struct cs_addr (*client)(void *ctx, const struct cs_request *rq);
	void *client_ctx;
};

/* The tables and guards of routes.c; clock and domain borrowed. */
void cs_api_init(struct cs_api *api, struct cs_domain *domain, const struct cs_clock *clock);
/* For http/: the three functions, with api as their context. */
struct cs_handler cs_api_handler(struct cs_api *api);

/* A parameter of the pattern; aborts when the pattern has none of that name. */
cs_str cs_call_param(const struct cs_call *c, const char *name);
/* As a UUID. Errors: NOT_FOUND (what is not an id names nothing). */
cs_err cs_call_id(const struct cs_call *c, const char *name, cs_id *out);
/* One value of the query, empty when absent. Errors: INVALID (twice, badly encoded). */
cs_err cs_call_query(const struct cs_call *c, const char *name, cs_str *out);

#endif
