/*
 * browser.h - a person's browser without sockets: requests into cs_api_handler, a cookie jar by host.
 */
#ifndef CS_TESTS_BROWSER_H
#define CS_TESTS_BROWSER_H

#include "domain/house.h"

#include <jansson.h>

#include "api/router.h"

#define JAR_MAX 16

struct cookie {
	char host[64];
	char name[64];
	char value[4200];
	char attributes[256];
};

struct browser {
	struct house *h;
	struct cs_api *api;
	struct cs_clock clock;
	struct cookie jar[JAR_MAX];
	size_t cookie_count;
	struct cs_response rs; /* of the last request */
	json_t *body; /* of the last answer, when it was JSON */
	const char *origin; /* sent with POSTs */
	const char *fetch_site;
	const char *get_site; /* Sec-Fetch-Site and -Dest of GETs; NULL: an old browser */
	const char *get_dest;
	bool accepts_pages;
	const char *user_agent; /* NULL: says nothing of itself */
};

static inline void
browser_close(struct browser *b)
{
	json_decref(b->body);
	cs_response_clear(&b->rs);
	free(b->api);
	free(b);
}

static inline struct browser *
browser_open(struct house *h)
{
	struct browser *b = calloc(1, sizeof(*b));

	CS_ASSERT(b != NULL);
	b->h = h;
	b->api = calloc(1, sizeof(*b->api));
	b->clock = (struct cs_clock){ house_now, h };
	cs_api_init(b->api, &h->d, &b->clock);
	cs_response_init(&b->rs);
	b->origin = "https://auth.example.test";
	b->fetch_site = "same-origin";
	return b;
}

static inline struct cookie *
browser_cookie(struct browser *b, const char *host, const char *name)
{
	for (size_t i = 0; i < b->cookie_count; i++)
		if (strcmp(b->jar[i].host, host) == 0 && strcmp(b->jar[i].name, name) == 0)
			return &b->jar[i];
	return NULL;
}

static inline void
browser_keep(struct browser *b, const char *host, cs_str line)
{
	size_t cut = cs_str_find(line, ';', 0);
	size_t equals = cs_str_find(line, '=', 0);
	char name[64];
	struct cookie *c;

	snprintf(name, sizeof(name), "%.*s", (int)equals, line.p);
	c = browser_cookie(b, host, name);
	if (c == NULL) {
		CS_ASSERT(b->cookie_count < JAR_MAX);
		c = &b->jar[b->cookie_count++];
	}
	snprintf(c->host, sizeof(c->host), "%s", host);
	snprintf(c->name, sizeof(c->name), "%s", name);
	snprintf(c->value, sizeof(c->value), "%.*s", (int)(cut - equals - 1), line.p + equals + 1);
	snprintf(c->attributes, sizeof(c->attributes), "%.*s", (int)(line.len - cut), line.p + cut);
}

/* A header of the last answer; empty when it is not there. */
static inline cs_str
browser_header(struct browser *b, const char *name)
{
	cs_str rest = cs_buf_str(&b->rs.headers);
	cs_str line;
	cs_str prefix = cs_arena_printf(b->h->arena, "%s: ", name);

	while (cs_str_cut(&rest, '\n', &line))
		if (cs_str_starts(line, prefix))
			return cs_arena_str(
			    b->h->arena, cs_str_slice(line, prefix.len, line.len - 1));
	return CS_STR_NONE;
}

static inline void
browser_collect(struct browser *b, const char *host)
{
	cs_str rest = cs_buf_str(&b->rs.headers);
	cs_str line;
	cs_str prefix = CS_STR("Set-Cookie: ");

	while (cs_str_cut(&rest, '\n', &line))
		if (cs_str_starts(line, prefix))
			browser_keep(b, host, cs_str_slice(line, prefix.len, line.len - 1));
}

static inline cs_str
browser_cookies(struct browser *b, const char *host)
{
	cs_str all = CS_STR("");

	for (size_t i = 0; i < b->cookie_count; i++)
		if (strcmp(b->jar[i].host, host) == 0 && b->jar[i].value[0] != '\0')
			all = cs_arena_printf(b->h->arena, "%.*s%s%s=%s", CS_STR_ARG(all),
			    all.len > 0 ? "; " : "", b->jar[i].name, b->jar[i].value);
	return all;
}

static const char *const browser_methods[] = {
	[CS_GET] = "GET",
	[CS_HEAD] = "HEAD",
	[CS_POST] = "POST",
	[CS_PUT] = "PUT",
	[CS_PATCH] = "PATCH",
	[CS_DELETE] = "DELETE",
	[CS_OPTIONS] = "OPTIONS",
};

/* Returns the status. */
static inline int
browser_ask(struct browser *b, enum cs_method method, const char *host, cs_str target, cs_str body)
{
	struct cs_handler handler = cs_api_handler(b->api);
	struct cs_header headers[8];
	size_t count = 0;
	struct cs_request rq = {
		.id = cs_id_new(b->h->d.rng),
		.method = method,
		.method_text = cs_str_c(browser_methods[method]),
		.target = target,
		.path = cs_str_slice(target, 0, cs_str_find(target, '?', 0)),
		.query = cs_str_slice(target, cs_str_find(target, '?', 0) + 1, target.len),
		.host = cs_str_slice(cs_str_c(host), 0, cs_str_find(cs_str_c(host), ':', 0)),
		.authority = cs_str_c(host),
		.body = cs_str_span(body),
		.peer = b->h->op.peer,
	};

	headers[count++] = (struct cs_header){ CS_STR("cookie"), browser_cookies(b, host) };
	if (method == CS_POST) {
		headers[count++] = (struct cs_header){ CS_STR("origin"), cs_str_c(b->origin) };
		headers[count++] =
		    (struct cs_header){ CS_STR("sec-fetch-site"), cs_str_c(b->fetch_site) };
		headers[count++] =
		    (struct cs_header){ CS_STR("content-type"), CS_STR("application/json") };
	}
	if (method == CS_GET && b->get_dest != NULL) {
		headers[count++] =
		    (struct cs_header){ CS_STR("sec-fetch-site"), cs_str_c(b->get_site) };
		headers[count++] =
		    (struct cs_header){ CS_STR("sec-fetch-dest"), cs_str_c(b->get_dest) };
	}
	if (b->accepts_pages)
		headers[count++] = (struct cs_header){ CS_STR("accept"), CS_STR("text/html") };
	if (b->user_agent != NULL)
		headers[count++] =
		    (struct cs_header){ CS_STR("user-agent"), cs_str_c(b->user_agent) };
	rq.headers = headers;
	rq.header_count = count;
	cs_response_clear(&b->rs);
	cs_response_init(&b->rs);
	json_decref(b->body);
	b->body = NULL;
	if (!handler.fast(handler.ctx, &rq, &b->rs))
		handler.slow(handler.ctx, &rq, &b->rs);
	browser_collect(b, host);
	b->body = json_loadb((const char *)b->rs.body.p, b->rs.body.len, 0, NULL);
	return b->rs.status;
}

static inline int
browser_get(struct browser *b, const char *host, cs_str target)
{
	return browser_ask(b, CS_GET, host, target, CS_STR_NONE);
}

#define AUTH "auth.example.test"

__attribute__((format(printf, 3, 4))) static inline int
browser_post(struct browser *b, const char *path, const char *fmt, ...)
{
	char body[65536];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(body, sizeof(body), fmt, ap);
	va_end(ap);
	return browser_ask(b, CS_POST, AUTH, cs_str_c(path), cs_str_c(body));
}

/* A text of the last JSON answer: "step", "pin.email", "error.code". */
static inline const char *
browser_text(struct browser *b, const char *path)
{
	json_t *at = b->body;
	char name[64];

	while (at != NULL && *path != '\0') {
		size_t len = strcspn(path, ".");

		snprintf(name, sizeof(name), "%.*s", (int)len, path);
		at = json_object_get(at, name);
		path += len + (path[len] == '.');
	}
	return json_is_string(at) ? json_string_value(at) : "";
}

static inline cs_str
browser_copy(struct browser *b, const char *path)
{
	return cs_arena_str(b->h->arena, cs_str_c(browser_text(b, path)));
}

#define CHECK_STEP(B, WANT) CHECK_TEXT(cs_str_c(browser_text((B), "step")), WANT)
#define CHECK_CODE(B, WANT) CHECK_TEXT(cs_str_c(browser_text((B), "error.code")), WANT)

/* --- the journey in steps --- */

/* From an application's page to the auth host; the meta. */
static inline cs_str
browser_go(struct browser *b, const char *host, const char *return_path)
{
	cs_str location;
	size_t at;

	CHECK_INT(
	    browser_get(b, host,
		cs_arena_printf(b->h->arena, "/cdn-cgi/access/login?redirect_url=%s", return_path)),
	    302);
	location = browser_header(b, "Location");
	at = cs_str_find(location, '=', 0) + 1;
	return cs_str_slice(location, at, location.len);
}

static inline int
browser_state(struct browser *b, cs_str meta)
{
	return browser_get(
	    b, AUTH, cs_arena_printf(b->h->arena, "/api/v1/sign-in?meta=%.*s", CS_STR_ARG(meta)));
}

static inline cs_str
browser_provider(struct browser *b, const char *name)
{
	return cs_id_uuid_text(b->h->arena, house_id(name));
}

static inline int
browser_ask_pin(struct browser *b, cs_str meta, const char *email)
{
	return browser_post(b, "/api/v1/sign-in/pin",
	    "{\"meta\":\"%.*s\",\"provider\":\"%.*s\",\"email\":\"%s\"}", CS_STR_ARG(meta),
	    CS_STR_ARG(browser_provider(b, "pin")), email);
}

static inline int
browser_type_pin(struct browser *b, cs_str meta, cs_str pin)
{
	return browser_post(b, "/api/v1/sign-in/pin/verify", "{\"meta\":\"%.*s\",\"pin\":\"%.*s\"}",
	    CS_STR_ARG(meta), CS_STR_ARG(pin));
}

/* Ask for a PIN, read the mail, type it. */
static inline void
browser_sign_in(struct browser *b, cs_str meta, const char *email)
{
	struct cs_message m;

	CHECK_INT(browser_ask_pin(b, meta, email), 200);
	CHECK_STEP(b, "pin");
	do /* what tells of devices may lie before it */
		CHECK(house_mail_take(b->h, &m));
	while (!cs_str_starts(m.subject, CS_STR("Your sign-in PIN")));
	CHECK_INT(browser_type_pin(b, meta, house_pin_of(&m)), 200);
}

/* Enrol TOTP; the set-up key. */
static inline cs_str
browser_enrol(struct browser *b, cs_str meta)
{
	cs_str key;
	cs_str id;

	CHECK_INT(browser_post(b, "/api/v1/enrolments", "{\"meta\":\"%.*s\",\"factor\":\"totp\"}",
		      CS_STR_ARG(meta)),
	    200);
	key = browser_copy(b, "key");
	id = browser_copy(b, "id");
	CHECK_INT(
	    browser_post(b,
		cs_arena_c(b->h->arena, cs_arena_printf(b->h->arena,
					    "/api/v1/enrolments/%.*s/confirm", CS_STR_ARG(id))),
		"{\"meta\":\"%.*s\",\"code\":\"%.*s\",\"name\":\"Pixel 8\"}", CS_STR_ARG(meta),
		CS_STR_ARG(house_code(b->h, key, b->h->op.now))),
	    200);
	return key;
}

/* The challenge's id. */
static inline cs_str
browser_challenge(struct browser *b, cs_str meta)
{
	CHECK_INT(
	    browser_post(b, "/api/v1/challenges", "{\"meta\":\"%.*s\"}", CS_STR_ARG(meta)), 200);
	return browser_copy(b, "id");
}

static inline int
browser_answer(struct browser *b, cs_str challenge, cs_str code)
{
	return browser_post(b,
	    cs_arena_c(b->h->arena, cs_arena_printf(b->h->arena, "/api/v1/challenges/%.*s/answer",
					CS_STR_ARG(challenge))),
	    "{\"factor\":\"totp\",\"code\":\"%.*s\"}", CS_STR_ARG(code));
}

/* "/cdn-cgi/access/authorized?code=…" on the application's host. */
static inline cs_str
browser_continue(struct browser *b, cs_str meta, const char *host)
{
	cs_str url;
	cs_str prefix = cs_arena_printf(b->h->arena, "https://%s", host);

	CHECK_INT(
	    browser_post(b, "/api/v1/sign-in/continue", "{\"meta\":\"%.*s\"}", CS_STR_ARG(meta)),
	    200);
	url = browser_copy(b, "redirect");
	CHECK(cs_str_starts(url, prefix));
	return cs_str_slice(url, prefix.len, url.len);
}

static inline void
browser_enter(struct browser *b, cs_str meta, const char *host)
{
	CHECK_INT(browser_get(b, host, browser_continue(b, meta, host)), 303);
	CHECK(browser_cookie(b, host, "CF_Authorization") != NULL);
}

/* Two minutes on, so that the next code is a new one. */
static inline void
browser_wait(struct browser *b, int64_t ms)
{
	struct house *h = b->h;
	cs_time next;
	cs_id account = h->op.account;

	h->op.now = cs_time_add(h->op.now, ms);
	h->op.account = cs_id_zero;
	CHECK_OK(cs_follow_step(&h->d, &h->op, &h->follower, &next));
	h->op.account = account;
}

/* What the gateway says to this browser about a page. */
static inline enum cs_gate_verdict
browser_decide(struct browser *b, const char *host, const char *path)
{
	struct cookie *c = browser_cookie(b, host, "CF_Authorization");
	struct cs_gate_request rq = {
		.host = cs_str_slice(cs_str_c(host), 0, cs_str_find(cs_str_c(host), ':', 0)),
		.target = cs_str_c(path),
		.ip = b->h->op.peer,
		.token = cs_str_c(c != NULL ? c->value : ""),
	};
	struct cs_gate_decision out;
	enum cs_gate_verdict verdict;

	cs_gate_decide(b->h->d.gate, b->h->op.now, &rq, &out);
	verdict = out.verdict;
	cs_gate_decision_clear(&out);
	return verdict;
}

#endif
