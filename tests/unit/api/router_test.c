#include "api/browser.h"

#include "api/assets.h"

static void
leave(struct house *h, struct browser *b)
{
	browser_close(b);
	house_close(h);
}

TEST(a_host_that_nobody_has_is_misdirected)
{
	static const char *const paths[] = { "/api/v1/me", "/cdn-cgi/access/login",
		"/cdn-cgi/access/certs" };
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	for (size_t i = 0; i < CS_COUNT(paths); i++)
		CHECK_INT(browser_get(b, "unknown.test", cs_str_c(paths[i])), 421);
	leave(h, b);
}

TEST(what_belongs_to_the_other_kind_of_host_is_not_found)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	CHECK_INT(browser_get(b, "notes.test", CS_STR("/api/v1/me")), 404);
	CHECK_INT(browser_get(b, "notes.test", CS_STR("/api/v1/sign-in")), 404);
	CHECK_INT(browser_get(b, "notes.test", CS_STR("/")), 404);
	CHECK_INT(browser_get(b, AUTH, CS_STR("/cdn-cgi/access/login")), 404);
	CHECK_INT(browser_get(b, AUTH, CS_STR("/cdn-cgi/access/authorized?code=x")), 404);
	leave(h, b);
}

TEST(a_sign_in_host_is_no_applications_also_when_a_pattern_covers_it)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	h->places[HOUSE_NOTES].host = CS_STR("*.example.test");
	house_publish(h);
	CHECK_INT(browser_get(b, "any.example.test", CS_STR("/cdn-cgi/access/login")), 302);
	CHECK_INT(browser_get(b, AUTH, CS_STR("/cdn-cgi/access/login")), 404);
	CHECK_INT(browser_get(b, AUTH, CS_STR("/cdn-cgi/access/authorized?code=x")), 404);
	CHECK(browser_cookie(b, AUTH, "CF_AppSession") == NULL);
	CHECK_INT(browser_get(b, AUTH, CS_STR("/api/v1/sign-in")), 200);
	leave(h, b);
}

TEST(a_foreign_page_signs_nobody_out_behind_their_back)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	cs_str meta = browser_go(b, "notes.test", "/");
	cs_str logout = CS_STR("/cdn-cgi/access/logout");

	browser_sign_in(b, meta, "ada@example.test");
	browser_enter(b, meta, "notes.test");
	/* a picture or a frame in a page of another site: CF_Authorization goes along */
	b->get_dest = "image";
	b->get_site = "cross-site";
	CHECK_INT(browser_get(b, "notes.test", logout), 403);
	b->get_dest = "iframe";
	CHECK_INT(browser_get(b, "notes.test", logout), 403);
	b->get_site = "same-site";
	CHECK_INT(browser_get(b, "notes.test", logout), 403);
	b->get_dest = "empty";
	CHECK_INT(browser_get(b, AUTH, logout), 403);
	CHECK_INT(browser_decide(b, "notes.test", "/"), CS_GATE_ALLOW);
	/* the application's own script may */
	b->get_site = "same-origin";
	CHECK_INT(browser_get(b, "notes.test", logout), 303);
	CHECK(browser_decide(b, "notes.test", "/") != CS_GATE_ALLOW);
	/* and whoever follows a link, from wherever */
	browser_sign_in(b, meta, "ada@example.test");
	browser_enter(b, meta, "notes.test");
	b->get_dest = "document";
	b->get_site = "cross-site";
	CHECK_INT(browser_get(b, "notes.test", logout), 303);
	CHECK(browser_decide(b, "notes.test", "/") != CS_GATE_ALLOW);
	leave(h, b);
}

/* Whether the last answer takes CF_Authorization away at path. */
static bool
forgets_at(struct browser *b, const char *path)
{
	cs_str line = cs_arena_printf(
	    b->h->arena, "Set-Cookie: CF_Authorization=; Path=%s; Max-Age=0;", path);
	cs_str all = cs_buf_str(&b->rs.headers);

	for (size_t i = 0; i < all.len; i++)
		if (cs_str_starts(cs_str_slice(all, i, all.len), line))
			return true;
	return false;
}

TEST(an_application_below_another_is_not_signed_in_to_for_ever)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	static const enum house_app apps[] = { HOUSE_BERTH, HOUSE_SHOP, HOUSE_NOTES };
	static const char *const paths[] = { "", "/a", "/a/b" };
	cs_str meta;

	for (size_t i = 0; i < 3; i++) {
		h->places[apps[i]] = (struct cs_destination){ .host = CS_STR("notes.test"),
			.path = cs_str_c(paths[i]) };
		h->apps[apps[i]].mfa.is_disabled = true;
		h->apps[apps[i]].is_cookie_path_scoped = true;
	}
	house_publish(h);
	meta = browser_go(b, "notes.test", "/");
	browser_sign_in(b, meta, "ada@example.test");
	browser_enter(b, meta, "notes.test");
	CHECK(
	    cs_str_starts(cs_str_c(browser_cookie(b, "notes.test", "CF_Authorization")->attributes),
		CS_STR("; Path=/; ")));
	CHECK(!forgets_at(b, "/") && !forgets_at(b, "/a"));
	browser_enter(b, browser_go(b, "notes.test", "/a/x"), "notes.test");
	CHECK(
	    cs_str_starts(cs_str_c(browser_cookie(b, "notes.test", "CF_Authorization")->attributes),
		CS_STR("; Path=/a; ")));
	CHECK(forgets_at(b, "/") && !forgets_at(b, "/a"));
	browser_enter(b, browser_go(b, "notes.test", "/a/b"), "notes.test");
	CHECK(
	    cs_str_starts(cs_str_c(browser_cookie(b, "notes.test", "CF_Authorization")->attributes),
		CS_STR("; Path=/a/b; ")));
	CHECK(forgets_at(b, "/") && forgets_at(b, "/a") && !forgets_at(b, "/a/b"));
	CHECK_INT(browser_decide(b, "notes.test", "/a/b/c"), CS_GATE_ALLOW);
	leave(h, b);
}

TEST(only_exact_paths_are_routed)
{
	static const char *const paths[] = { "/api/v1/me/", "/api/v1//me", "//api/v1/me",
		"/api/v1/ME", "/api/v1/%6de", "/api/v1/me/../me", "/api/v1", "/api/v1/", "/api",
		"/api/v1/me%00", "/api/v1/enrolments//qr.svg", "/api/v1/enrolments/%ff/qr.svg",
		"/nothing" };
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	for (size_t i = 0; i < CS_COUNT(paths); i++) {
		CHECK_INT(browser_get(b, AUTH, cs_str_c(paths[i])), 404);
		CHECK_CODE(b, "not_found");
	}
	CHECK_INT(browser_get(b, AUTH, CS_STR("/api/v1/me")), 401);
	leave(h, b);
}

TEST(another_method_is_refused_in_json)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	CHECK_INT(browser_ask(b, CS_DELETE, AUTH, CS_STR("/api/v1/me"), CS_STR("")), 405);
	CHECK_CODE(b, "method");
	CHECK_TEXT(browser_header(b, "Allow"), "GET, HEAD");
	CHECK_INT(browser_get(b, AUTH, CS_STR("/api/v1/sign-in/continue")), 405);
	CHECK_TEXT(browser_header(b, "Allow"), "POST");
	CHECK_INT(browser_ask(b, CS_PATCH, AUTH,
		      CS_STR("/client/v4/accounts/00000000000000000000000000000001/access/groups"),
		      CS_STR("{}")),
	    405);
	CHECK_TEXT(browser_header(b, "Allow"), "GET, HEAD, POST");
	CHECK_INT(browser_get(b, AUTH, CS_STR("/api/v1/nothing")), 404);
	CHECK(browser_header(b, "Allow").len == 0);
	leave(h, b);
}

TEST(a_person_whose_address_leads_nowhere_sees_the_page_that_says_so)
{
	static const char *const lost[] = { "/nothing", "/account", "/cdn-cgi/access/nothing",
		"/cdn-cgi/access/login", "/cdn-cgi/access/login/a/b", "/console/", "//", "/%00" };
	static const char *const programmes[] = { "/api/v1/nothing", "/client/v4/nothing",
		"/api/v1/sign-in/nothing" };
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	b->accepts_pages = true;
	for (size_t i = 0; i < CS_COUNT(lost); i++) {
		CHECK_INT(browser_get(b, AUTH, cs_str_c(lost[i])), 404);
		CHECK(b->rs.has_static_body && b->rs.static_body.len > 0);
		CHECK_TEXT(browser_header(b, "Content-Type"), "text/html; charset=utf-8");
		CHECK_TEXT(browser_header(b, "Cache-Control"), "no-store");
		CHECK(cs_str_equal(browser_header(b, "Content-Security-Policy"), cs_asset_csp));
	}
	CHECK_INT(browser_ask(b, CS_HEAD, AUTH, CS_STR("/nothing"), CS_STR_NONE), 404);
	CHECK(b->rs.has_static_body);
	for (size_t i = 0; i < CS_COUNT(programmes); i++) {
		CHECK_INT(browser_get(b, AUTH, cs_str_c(programmes[i])), 404);
		CHECK(!b->rs.has_static_body);
	}
	CHECK_INT(browser_ask(b, CS_POST, AUTH, CS_STR("/nothing"), CS_STR("{}")), 404);
	CHECK(!b->rs.has_static_body);
	CHECK_INT(browser_get(b, "nobody.test", CS_STR("/nothing")), 404);
	CHECK(!b->rs.has_static_body);
	b->get_site = "same-origin";
	b->get_dest = "script";
	b->accepts_pages = false;
	CHECK_INT(browser_get(b, AUTH, CS_STR("/assets/old.js")), 404);
	CHECK_CODE(b, "not_found");
	leave(h, b);
}

TEST(a_page_is_the_same_with_a_slash_at_its_end)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	CHECK_INT(browser_get(b, AUTH, CS_STR("/account/devices/")), 200);
	CHECK(b->rs.has_static_body);
	CHECK_INT(browser_get(b, AUTH, CS_STR("/account/devices//")), 404);
	CHECK_INT(browser_get(b, AUTH, CS_STR("/account/devices/x")), 404);
	leave(h, b);
}

TEST(what_acts_is_refused_unless_it_comes_from_our_own_page)
{
	static const struct {
		const char *origin;
		const char *site;
	} forged[] = {
		{ "https://evil.test", "same-origin" },
		{ "null", "same-origin" },
		{ "", "same-origin" },
		{ "http://auth.example.test", "same-origin" },
		{ "https://auth.example.test:8443", "same-origin" },
		{ "https://auth.example.test.evil.test", "same-origin" },
		{ "https://auth.example.test", "cross-site" },
		{ "https://auth.example.test", "same-site" },
		{ "https://auth.example.test", "none" },
	};
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	for (size_t i = 0; i < CS_COUNT(forged); i++) {
		b->origin = forged[i].origin;
		b->fetch_site = forged[i].site;
		CHECK_INT(browser_post(b, "/api/v1/sign-in/switch", "{}"), 403);
		CHECK_CODE(b, "csrf");
	}
	b->origin = "https://auth.example.test";
	b->fetch_site = ""; /* a browser that does not send it */
	CHECK_INT(browser_post(b, "/api/v1/sign-in/switch", "{}"), 200);
	leave(h, b);
}

TEST(a_body_that_is_not_one_json_object_of_texts_is_refused)
{
	static const char *const bodies[] = { "x", "[]", "null", "{", "{\"meta\":1}",
		"{\"meta\":{}}", "{\"meta\":\"a\",\"meta\":\"b\"}", "{\"meta\":\"a\\u0000b\"}",
		"{}{}" };
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	for (size_t i = 0; i < CS_COUNT(bodies); i++) {
		CHECK_INT(browser_ask(b, CS_POST, AUTH, CS_STR("/api/v1/sign-in/switch"),
			      cs_str_c(bodies[i])),
		    400);
		CHECK_CODE(b, "body");
	}
	leave(h, b);
}

TEST(a_body_over_the_routes_limit_is_refused)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	char *big = cs_arena_alloc(h->arena, 16385);

	memset(big, ' ', 16385);
	CHECK_INT(
	    browser_ask(b, CS_POST, AUTH, CS_STR("/api/v1/sign-in/switch"), (cs_str){ big, 16385 }),
	    413);
	CHECK_CODE(b, "body");
	leave(h, b);
}

/* What http/ asks for when it says no by itself, before a handler could. */
static void
refuse_early(struct browser *b, const char *path, int status)
{
	struct cs_handler handler = cs_api_handler(b->api);
	const struct cs_request rq = { .id = { { 5 } },
		.method = CS_POST,
		.method_text = CS_STR("POST"),
		.target = cs_str_c(path),
		.path = cs_str_c(path),
		.host = CS_STR(AUTH),
		.authority = CS_STR(AUTH) };

	json_decref(b->body);
	cs_response_reset(&b->rs);
	handler.refused(handler.ctx, &rq, status, &b->rs);
	b->body = json_loadb((const char *)b->rs.body.p, b->rs.body.len, 0, NULL);
	CHECK(json_is_object(b->body));
	CHECK_INT(b->rs.status, status);
	CHECK_TEXT(browser_header(b, "Content-Type"), "application/json");
	CHECK_TEXT(browser_header(b, "Cache-Control"), "no-store");
	CHECK_TEXT(browser_header(b, "X-Content-Type-Options"), "nosniff");
	CHECK(browser_header(b, "Retry-After").len == (status == 503 ? 1 : 0));
}

TEST(what_http_refuses_by_itself_is_said_as_the_routes_own_door_says_it)
{
	static const char *const people[] = { "/api/v1/sign-in/switch", "/api/v1/nothing",
		"/nothing" };
	static const char *const programmes[] = {
		"/client/v4/accounts/00000000000000000000000000000001/access/groups",
		"/client/v4/nothing"
	};
	static const struct {
		int status;
		const char *code;
		int number;
	} cases[] = { { 408, "body", 12130 }, { 413, "body", 12130 },
		{ 503, "unavailable", 10001 } };
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	for (size_t i = 0; i < CS_COUNT(cases); i++) {
		for (size_t k = 0; k < CS_COUNT(people); k++) {
			refuse_early(b, people[k], cases[i].status);
			CHECK_CODE(b, cases[i].code);
		}
		for (size_t k = 0; k < CS_COUNT(programmes); k++) {
			refuse_early(b, programmes[k], cases[i].status);
			const json_t *errors = json_object_get(b->body, "errors");
			const json_t *code = json_object_get(json_array_get(errors, 0), "code");
			CHECK(json_is_false(json_object_get(b->body, "success")));
			CHECK(json_is_null(json_object_get(b->body, "result")));
			CHECK_INT(json_array_size(errors), 1);
			CHECK_INT(json_integer_value(code), cases[i].number);
		}
	}
	leave(h, b);
}

TEST(a_path_as_long_as_can_be_is_refused_early_like_any_other)
{
	static const char *const starts[] = { "/api/v1/enrolments/", "/client/v4/accounts/" };
	static char path[16 * 1024];
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	for (size_t i = 0; i < CS_COUNT(starts); i++) {
		size_t len = strlen(starts[i]);

		memcpy(path, starts[i], len);
		for (; len + 64 < sizeof(path); len += 3)
			memcpy(path + len, "%61", 3);
		memcpy(path + len, i == 0 ? "/confirm" : "/access/groups", i == 0 ? 9 : 15);
		refuse_early(b, path, 408);
		refuse_early(b, path, 413);
		refuse_early(b, path, 503);
	}
	leave(h, b);
}

TEST(every_answer_carries_the_security_headers)
{
	static const char *const paths[] = { "/api/v1/sign-in", "/api/v1/nothing", "/api/v1/me" };
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	for (size_t i = 0; i < CS_COUNT(paths); i++) {
		browser_get(b, AUTH, cs_str_c(paths[i]));
		CHECK_TEXT(browser_header(b, "Cache-Control"), "no-store");
		CHECK_TEXT(browser_header(b, "X-Content-Type-Options"), "nosniff");
		CHECK_TEXT(browser_header(b, "Referrer-Policy"), "no-referrer");
		CHECK(cs_str_starts(browser_header(b, "Content-Security-Policy"),
		    CS_STR("default-src 'none'; frame-ancestors 'none'")));
	}
	leave(h, b);
}

TEST(the_portals_pages_are_one_document_with_a_strict_policy)
{
	static const char *const pages[] = { "/", "/account/devices", "/account/backup-codes",
		"/AddMfaDevice", "/cdn-cgi/access/login/app.example.test:8081?meta=x",
		"/challenge/1", "/invitation", "/signed-out", "/refused?code=x", "/not-me" };
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	for (size_t i = 0; i < CS_COUNT(pages); i++) {
		CHECK_INT(browser_get(b, AUTH, cs_str_c(pages[i])), 200);
		CHECK_TEXT(browser_header(b, "Content-Type"), "text/html; charset=utf-8");
		CHECK(b->rs.has_static_body && b->rs.static_body.len > 0);
		CHECK(cs_str_ends(
		    browser_header(b, "Content-Security-Policy"), CS_STR("trusted-types 'none'")));
	}
	CHECK_INT(browser_get(b, AUTH, CS_STR("/cdn-cgi/access/login/")), 404);
	CHECK_INT(browser_get(b, AUTH, CS_STR("/cdn-cgi/access/login/a/b")), 404);
	leave(h, b);
}

static struct cs_response
answer_asset(const struct cs_asset *a, const char *name, const char *value)
{
	struct cs_header header = { cs_str_c(name), cs_str_c(value) };
	struct cs_request rq = { .headers = &header, .header_count = 1 };
	struct cs_response rs;

	cs_response_init(&rs);
	cs_asset_answer(a, &rq, &rs);
	return rs;
}

TEST(the_consoles_pages_are_one_document_and_no_accounts_own_host_has_them)
{
	static const char *const pages[] = { "/", "/console", "/console/", "/console/users?q=a",
		"/console/lists/0198f0c2-0000-7000-8000-000000000001" };
	struct house *h = house_open();
	struct browser *b = browser_open(h);
	const struct cs_asset *console = cs_asset_find_console(CS_STR("/console/"));

	CHECK(console != NULL && console != cs_asset_find(CS_STR("/")));
	for (size_t i = 0; i < CS_COUNT(pages); i++) {
		CHECK(cs_asset_find_console(cs_str_c(pages[i])) == console);
		if (i > 0)
			CHECK_INT(browser_get(b, AUTH, cs_str_c(pages[i])), 404);
	}
	CHECK(cs_asset_find_console(CS_STR("/consoles")) == NULL);
	CHECK(cs_asset_find_console(CS_STR("/invitation")) == NULL);
	CHECK_INT(browser_get(b, AUTH, CS_STR("/console/*")), 404);
	CHECK_INT(browser_get(b, AUTH, CS_STR("/*")), 404);
	leave(h, b);
}

TEST(an_asset_comes_in_the_encoding_that_the_client_takes)
{
	static const struct {
		const char *accepted;
		enum cs_asset_encoding encoding;
	} cases[] = {
		{ "gzip, deflate, br", CS_ASSET_BROTLI },
		{ "gzip", CS_ASSET_GZIP },
		{ "GZIP;q=0.5", CS_ASSET_GZIP },
		{ "br;q=0, gzip", CS_ASSET_GZIP },
		{ "br;q=0.0, gzip;q=0", CS_ASSET_PLAIN },
		{ "identity", CS_ASSET_PLAIN },
		{ "brx, xgzip", CS_ASSET_PLAIN },
		{ "", CS_ASSET_PLAIN },
	};
	const struct cs_asset *a = cs_asset_find(CS_STR("/"));

	CHECK(a != NULL);
	for (size_t i = 0; i < CS_COUNT(cases); i++) {
		struct cs_response rs = answer_asset(a, "accept-encoding", cases[i].accepted);

		CHECK_INT(rs.status, 200);
		CHECK(rs.static_body.p == a->body[cases[i].encoding].p);
		cs_response_clear(&rs);
	}
}

TEST(an_asset_that_the_client_has_is_not_sent_again)
{
	const struct cs_asset *a = cs_asset_find(CS_STR("/"));
	struct cs_response rs;
	char tag[64];

	snprintf(tag, sizeof(tag), "W/\"x\", \"%.*s\"", CS_STR_ARG(a->etag));
	rs = answer_asset(a, "if-none-match", tag);
	CHECK_INT(rs.status, 304);
	CHECK(!rs.has_static_body);
	cs_response_clear(&rs);
	rs = answer_asset(a, "if-none-match", "\"other\"");
	CHECK_INT(rs.status, 200);
	cs_response_clear(&rs);
}

TEST(a_refused_navigation_ends_on_the_page_that_explains_it)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	b->accepts_pages = true;
	CHECK_INT(browser_get(b, "notes.test", CS_STR("/cdn-cgi/access/authorized?code=x")), 303);
	CHECK(cs_str_starts(browser_header(b, "Location"),
	    CS_STR("https://auth.example.test/refused?code=link_ended&id=")));
	leave(h, b);
}

TEST(the_certificates_are_published_on_both_kinds_of_host)
{
	struct house *h = house_open();
	struct browser *b = browser_open(h);

	CHECK_INT(browser_get(b, AUTH, CS_STR("/cdn-cgi/access/certs")), 200);
	CHECK_INT(json_array_size(json_object_get(b->body, "keys")), 1);
	json_t *key = json_array_get(json_object_get(b->body, "keys"), 0);
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(key, "kty"))), "RSA");
	CHECK(strlen(json_string_value(json_object_get(key, "kid"))) == 64);
	CHECK(strncmp(browser_text(b, "public_cert.cert"), "-----BEGIN CERTIFICATE-----", 27) == 0);
	CHECK_INT(browser_get(b, "notes.test", CS_STR("/cdn-cgi/access/certs")), 200);
	leave(h, b);
}

TEST_MAIN("api/router")
