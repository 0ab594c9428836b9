/*
 * member_browser.h - the console's page as a member's browser calls it, without sockets.
 */
#ifndef CS_TESTS_MEMBER_BROWSER_H
#define CS_TESTS_MEMBER_BROWSER_H

#include "domain/yard.h"

#include "api/router.h"
#include "store/member_store.h"

#define CONSOLE "console.example.test"
#define ORIGIN "https://console.example.test"
#define PASSWORD "correct horse battery"

/* A member's browser without sockets: what it sends, and the cookies it was given. */
struct console {
	struct yard *y;
	const char *host;
	const char *origin;
	char session[64];
	char device[64];
	char flow[64];
	char location[512]; /* of the last answer; empty: none */
	int status;
	json_t *body;
};

static inline cs_time
yard_now(void *ctx)
{
	return ((struct yard *)ctx)->op.now;
}

/* The value of one Set-Cookie; what was set before stays. */
static inline void
keep_cookie(const struct cs_response *rs, const char *name, char out[static 64])
{
	cs_str rest = cs_buf_str(&rs->headers);
	cs_str line;
	char prefix[80];

	snprintf(prefix, sizeof(prefix), "Set-Cookie: %s=", name);
	while (cs_str_cut(&rest, '\n', &line)) {
		if (!cs_str_starts(line, cs_str_c(prefix)))
			continue;
		cs_str value = cs_str_slice(line, strlen(prefix), cs_str_find(line, ';', 0));
		snprintf(out, 64, "%.*s", CS_STR_ARG(value));
		CHECK(cs_str_find(line, 'H', 0) < line.len); /* HttpOnly */
	}
}

static inline void
keep_location(struct console *c, const struct cs_response *rs)
{
	cs_str rest = cs_buf_str(&rs->headers);
	cs_str line;

	c->location[0] = '\0';
	while (cs_str_cut(&rest, '\n', &line))
		if (cs_str_starts(line, CS_STR("Location: ")))
			snprintf(c->location, sizeof(c->location), "%.*s",
			    CS_STR_ARG(cs_str_slice(line, 10, cs_str_find(line, '\r', 0))));
}

static inline int
ask(struct console *c, enum cs_method method, const char *path, const char *body)
{
	struct cs_clock clock = { yard_now, c->y };
	struct cs_api api;
	struct cs_response rs;
	cs_str cookies = cs_arena_printf(c->y->arena,
	    "__Host-cs_session=%s; __Host-cs_device=%s; __Host-cs_flow=%s", c->session, c->device,
	    c->flow);
	cs_str target = cs_str_c(path);
	const struct cs_header headers[] = {
		{ CS_STR("cookie"), cookies },
		{ CS_STR("origin"), cs_str_c(c->origin) },
		{ CS_STR("sec-fetch-site"), CS_STR("same-origin") },
		{ CS_STR("content-type"), CS_STR("application/json") },
	};
	const struct cs_request rq = {
		.id = { { 5 } },
		.method = method,
		.method_text = method == CS_GET ? CS_STR("GET") : CS_STR("POST"),
		.target = target,
		.path = cs_str_slice(target, 0, cs_str_find(target, '?', 0)),
		.query = cs_str_slice(target, cs_str_find(target, '?', 0) + 1, target.len),
		.host = cs_str_c(c->host),
		.authority = cs_str_c(c->host),
		.headers = headers,
		.header_count = CS_COUNT(headers),
		.body = cs_str_span(cs_str_c(body)),
		.peer = c->y->op.peer,
	};

	cs_api_init(&api, &c->y->d, &clock);
	struct cs_handler handler = cs_api_handler(&api);
	cs_response_init(&rs);
	if (!handler.fast(handler.ctx, &rq, &rs))
		handler.slow(handler.ctx, &rq, &rs);
	keep_cookie(&rs, "__Host-cs_session", c->session);
	keep_cookie(&rs, "__Host-cs_device", c->device);
	keep_cookie(&rs, "__Host-cs_flow", c->flow);
	keep_location(c, &rs);
	json_decref(c->body);
	c->body = json_loadb((const char *)rs.body.p, rs.body.len, JSON_REJECT_DUPLICATES, NULL);
	c->status = rs.status;
	cs_response_clear(&rs);
	return c->status;
}

static inline void
console_close(struct console *c)
{
	json_decref(c->body);
}

#define BROWSER(NAME, YARD) \
	CS_AUTO(console_close) \
	struct console NAME = { .y = (YARD), .host = CONSOLE, .origin = ORIGIN }

static inline const char *
code(const struct console *c)
{
	const char *text =
	    json_string_value(json_object_get(json_object_get(c->body, "error"), "code"));
	return text == NULL ? "" : text;
}

static inline int
sign_in(struct console *c, const char *email, const char *password)
{
	char body[256];

	snprintf(body, sizeof(body), "{\"email\":\"%s\",\"password\":\"%s\"}", email, password);
	return ask(c, CS_POST, "/api/v1/member/sign-in", body);
}

static inline void
owner_joins(struct yard *y)
{
	const struct cs_redemption r = { .token = y->halden.invitation_token,
		.password = CS_STR(PASSWORD),
		.name = CS_STR("Ann") };
	struct cs_member_step step;
	struct cs_refusal why;

	CHECK_OK(cs_invitation_redeem(&y->d, &y->op, &r, &step, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
}

/* A text of the last answer, by its path: "standing/step". */
static inline cs_str
said(const struct console *c, const char *path)
{
	const json_t *at = c->body;
	cs_str rest = cs_str_c(path);
	cs_str part;

	while (cs_str_cut(&rest, '/', &part))
		at = json_object_get(at, cs_arena_c(c->y->arena, part));
	return json_is_string(at) ? cs_str_c(json_string_value(at)) : CS_STR("");
}

#endif
