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
	int status;
	json_t *body;
};

static cs_time
yard_now(void *ctx)
{
	return ((struct yard *)ctx)->op.now;
}

/* The value of one Set-Cookie; what was set before stays. */
static void
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

static int
ask(struct console *c, enum cs_method method, const char *path, const char *body)
{
	struct cs_clock clock = { yard_now, c->y };
	struct cs_api api;
	struct cs_response rs;
	cs_str cookies = cs_arena_printf(
	    c->y->arena, "__Host-cs_session=%s; __Host-cs_device=%s", c->session, c->device);
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
		.target = cs_str_c(path),
		.path = cs_str_c(path),
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
	json_decref(c->body);
	c->body = json_loadb((const char *)rs.body.p, rs.body.len, JSON_REJECT_DUPLICATES, NULL);
	c->status = rs.status;
	cs_response_clear(&rs);
	return c->status;
}

static void
console_close(struct console *c)
{
	json_decref(c->body);
}

#define BROWSER(NAME, YARD) \
	CS_AUTO(console_close) \
	struct console NAME = { .y = (YARD), .host = CONSOLE, .origin = ORIGIN }

static const char *
code(const struct console *c)
{
	const char *text =
	    json_string_value(json_object_get(json_object_get(c->body, "error"), "code"));
	return text == NULL ? "" : text;
}

static int
sign_in(struct console *c, const char *email, const char *password)
{
	char body[256];

	snprintf(body, sizeof(body), "{\"email\":\"%s\",\"password\":\"%s\"}", email, password);
	return ask(c, CS_POST, "/api/v1/member/sign-in", body);
}

static void
owner_joins(struct yard *y)
{
	const struct cs_redemption r = { .token = y->halden.invitation_token,
		.password = CS_STR(PASSWORD),
		.name = CS_STR("Ann") };
	struct cs_refusal why;
	cs_str cookie;

	CHECK_OK(cs_invitation_redeem(&y->d, &y->op, &r, &cookie, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
}

TEST(a_member_signs_in_and_sees_their_accounts)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(sign_in(&c, " Owner@HALDEN.test ", PASSWORD), 200);
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(c.body, "redirect"))), "/console/");
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 200);
	const json_t *accounts = json_object_get(c.body, "accounts");
	CHECK_INT(json_array_size(accounts), 1);
	const json_t *halden = json_array_get(accounts, 0);
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(halden, "name"))), "Halden");
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(halden, "role"))), "owner");
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(halden, "auth_origin"))),
	    "https://auth.halden.test");
	CHECK(json_array_size(json_object_get(halden, "may")) >= 6);
	CHECK(json_object_get(json_object_get(c.body, "member"), "password_hash") == NULL);
}

TEST(nobody_is_signed_in_without_a_session)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 401);
	CHECK_TEXT(cs_str_c(code(&c)), "signed_out");
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/sign-out", "{}"), 401);
}

TEST(a_wrong_password_and_an_unknown_address_say_the_same)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(sign_in(&c, "owner@halden.test", "somebody else's guess"), 400);
	CHECK_TEXT(cs_str_c(code(&c)), "wrong_password");
	CHECK_INT(sign_in(&c, "nobody@halden.test", PASSWORD), 400);
	CHECK_TEXT(cs_str_c(code(&c)), "wrong_password");
	CHECK_TEXT(cs_str_c(c.session), "");
}

TEST(somebody_invited_who_has_no_password_yet_cannot_sign_in)
{
	YARD(y);
	BROWSER(c, y);
	CHECK_INT(sign_in(&c, "owner@halden.test", ""), 400);
	CHECK_INT(sign_in(&c, "owner@halden.test", PASSWORD), 400);
	CHECK_TEXT(cs_str_c(code(&c)), "wrong_password");
}

TEST(strangers_share_ten_guesses_an_hour_and_a_known_browser_has_its_own)
{
	YARD(y);
	BROWSER(owner, y);
	owner_joins(y);
	CHECK_INT(sign_in(&owner, "owner@halden.test", PASSWORD), 200);
	CHECK(owner.device[0] != '\0');
	for (int i = 0; i < 10; i++) {
		BROWSER(stranger, y);
		CHECK_INT(sign_in(&stranger, "owner@halden.test", "guess guess guess"), 400);
	}
	BROWSER(stranger, y);
	CHECK_INT(sign_in(&stranger, "owner@halden.test", PASSWORD), 429);
	CHECK_TEXT(cs_str_c(code(&stranger)), "too_many");
	CHECK_INT(sign_in(&owner, "owner@halden.test", PASSWORD), 200);
	y->op.now = cs_time_add(y->op.now, CS_HOUR_MS);
	CHECK_INT(sign_in(&stranger, "owner@halden.test", PASSWORD), 200);
}

TEST(guesses_at_an_address_that_nobody_has_run_out_too)
{
	YARD(y);
	for (int i = 0; i < 10; i++) {
		BROWSER(c, y);
		CHECK_INT(sign_in(&c, "nobody@halden.test", PASSWORD), 400);
	}
	BROWSER(c, y);
	CHECK_INT(sign_in(&c, "nobody@halden.test", PASSWORD), 429);
	CHECK_INT(sign_in(&c, "nobody2@halden.test", PASSWORD), 400);
}

TEST(signing_out_ends_the_session_for_whoever_kept_the_cookie)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(sign_in(&c, "owner@halden.test", PASSWORD), 200);
	BROWSER(copy, y);
	memcpy(copy.session, c.session, sizeof(copy.session));
	CHECK_INT(ask(&copy, CS_GET, "/api/v1/member", ""), 200);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/sign-out", "{}"), 200);
	CHECK_INT(ask(&copy, CS_GET, "/api/v1/member", ""), 401);
}

TEST(a_session_ends_after_twelve_hours)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(sign_in(&c, "owner@halden.test", PASSWORD), 200);
	y->op.now = cs_time_add(y->op.now, 12 * CS_HOUR_MS - 1);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 200);
	y->op.now = cs_time_add(y->op.now, 1);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 401);
}

TEST(members_sign_in_on_the_consoles_host_alone)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	c.host = "auth.halden.test";
	c.origin = "https://auth.halden.test";
	CHECK_INT(sign_in(&c, "owner@halden.test", PASSWORD), 404);
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 401);
}

TEST(a_foreign_page_signs_nobody_in_or_out)
{
	YARD(y);
	BROWSER(c, y);
	owner_joins(y);
	CHECK_INT(sign_in(&c, "owner@halden.test", PASSWORD), 200);
	c.origin = "https://evil.test";
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/sign-out", "{}"), 403);
	CHECK_INT(sign_in(&c, "owner@halden.test", PASSWORD), 403);
	CHECK_TEXT(cs_str_c(code(&c)), "csrf");
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member", ""), 200);
}

TEST(what_is_no_pair_of_texts_is_refused)
{
	static const char *const bodies[] = { "[]", "{\"email\":1,\"password\":\"x\"}",
		"{\"email\":\"a@b.test\",\"password\":null,\"password\":\"\"}", "{", "\"\"" };
	YARD(y);
	BROWSER(c, y);

	for (size_t i = 0; i < CS_COUNT(bodies); i++) {
		CHECK_INT(ask(&c, CS_POST, "/api/v1/member/sign-in", bodies[i]), 400);
		CHECK_TEXT(cs_str_c(code(&c)), "body");
	}
}

TEST_MAIN("api/console/member")
