#include "test.h"

#include "api/access/decision.h"
#include "crypto/mac.h"
#include "model/access.h"

#include <stdlib.h>

#define NOW_MS INT64_C(1795000000000)
#define NOW ((cs_time){ NOW_MS })
#define TOKEN "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"
#define COOKIE "other=1; CF_Authorization=" TOKEN
#define LOGIN_X "http://app.example.test:8081/cdn-cgi/access/login?redirect_url=%2Fx%3Fy%3D1%262"

/* --- a gate with one application, and a store that is a variable --- */

static struct cs_gate *gate;
static struct cs_decision decision;
static struct cs_policy policy;
static struct cs_application app;
static struct cs_app_session stored;
static struct cs_service_token service_token; /* copied by nobody: changed before publish() */
static int signatures;
static bool store_has_it, store_is_down;
static int loads, refreshes;

static int64_t now_ms;

static cs_time
clock_now(void *ctx)
{
	return (cs_time){ now_ms };
}
static const struct cs_clock test_clock = { clock_now, NULL };

static cs_err
refresh(void *ctx, const struct cs_op *op)
{
	refreshes++;
	if (store_is_down)
		return CS_FAIL(UNAVAILABLE);
	cs_gate_set_fresh(gate, cs_time_add(op->now, 5000));
	return CS_OK;
}

static cs_err
load(void *ctx, const struct cs_op *op, const uint8_t hash[static CS_TOKEN_HASH_LEN],
    struct cs_app_session *out)
{
	loads++;
	if (store_is_down)
		return CS_FAIL(UNAVAILABLE);
	if (!store_has_it || memcmp(hash, stored.token_hash, CS_TOKEN_HASH_LEN) != 0)
		return CS_FAIL(NOT_FOUND);
	*out = stored;
	return CS_OK;
}

#define SIGNED "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIifQ.c2lnbmVk"

static cs_err
sign(void *ctx, const struct cs_op *op, const struct cs_access_config *config,
    const struct cs_application *to, cs_id token, cs_str *out, cs_time *until)
{
	signatures++;
	CHECK(cs_id_equal(token, service_token.id) && cs_id_equal(to->id, app.id));
	*out = CS_STR(SIGNED);
	*until = cs_time_add(NOW, 2 * CS_HOUR_MS);
	return store_is_down ? CS_FAIL(UNAVAILABLE) : CS_OK;
}

static cs_id
id_of(uint8_t n)
{
	return (cs_id){ { [15] = n } };
}

static void
publish(void)
{
	static const struct cs_destination places[] = { { .host = { "app.example.test", 16 } } };
	static const struct cs_identity_provider pin = { .id = { { [15] = 10 } } };
	struct cs_arena *arena = cs_arena_new(1 << 16);
	struct cs_access_config *config = CS_NEW(arena, struct cs_access_config);
	struct cs_application *a = CS_NEW(arena, struct cs_application);
	struct cs_policy *p = CS_NEW(arena, struct cs_policy);
	*p = policy;
	*a = app;
	a->policies = p;
	a->destinations = places;
	*config = (struct cs_access_config){
		.account = id_of(1),
		.auth_host = CS_STR("auth.example.test"),
		.applications = a,
		.application_count = 1,
		.providers = &pin,
		.provider_count = 1,
		.service_tokens = &service_token,
		.service_token_count = 1,
	};
	struct cs_snapshot *s;
	CHECK_OK(cs_snapshot_new(&arena, config, &s));
	cs_gate_publish(gate, &s);
}

static struct cs_network networks[4];
static struct cs_proxy proxies[4];

static const struct cs_dialect *
dialect(const char *name)
{
	const struct cs_dialect *d = cs_dialect_find(cs_str_c(name));
	CHECK(d != NULL);
	return d;
}

static void
begin(void)
{
	static const struct cs_rule everyone = { .kind = CS_RULE_EVERYONE };
	now_ms = NOW_MS;
	cs_gate_new(&(struct cs_gate_config){ 0 }, &gate);
	cs_gate_set_fresh(gate, cs_time_add(NOW, 5000));
	policy =
	    (struct cs_policy){ .decision = CS_POLICY_ALLOW, .rules.include = { &everyone, 1 } };
	app = (struct cs_application){ .id = id_of(30), .destination_count = 1, .policy_count = 1 };
	publish();
	const char *const names[] = { "nginx", "forwarded", "envoy", "haproxy" };
	for (size_t i = 0; i < 4; i++) {
		char text[32];
		snprintf(text, sizeof(text), "10.0.%zu.0/24", i);
		CHECK_OK(cs_network_decode(cs_str_c(text), &networks[i]));
		proxies[i] = (struct cs_proxy){ .name = cs_str_c(names[i]),
			.dialect = dialect(names[i]),
			.networks = &networks[i],
			.network_count = 1 };
	}
	decision = (struct cs_decision){ .gate = gate,
		.clock = &test_clock,
		.proxies = { proxies, 4 },
		.refresh = refresh,
		.load = load,
		.sign = sign,
		.timeout_ms = 60000 };
	stored = (struct cs_app_session){ .account = id_of(1),
		.id = id_of(60),
		.application = id_of(30),
		.host = CS_STR("app.example.test"),
		.identity = { .user = id_of(20),
		    .email = CS_STR("ann@example.test"),
		    .provider = id_of(10) },
		.expires = cs_time_add(NOW, CS_HOUR_MS) };
	cs_sha256(cs_str_span(CS_STR(TOKEN)), stored.token_hash);
	store_has_it = true;
	store_is_down = false;
	loads = refreshes = signatures = 0;
}

static void
remember(void)
{
	CHECK_OK(cs_gate_session_put(gate, &stored, cs_gate_epoch(gate)));
}

static struct cs_response rs;
static bool was_fast;

static void
end(void)
{
	cs_response_clear(&rs);
	cs_gate_free(&gate);
}

/* --- questions, built from lines --- */

struct question {
	struct cs_request rq;
	struct cs_header headers[24];
	struct cs_listener_info listener;
};

static void
add(struct question *q, const char *name, const char *value)
{
	CHECK(q->rq.header_count < CS_COUNT(q->headers));
	q->headers[q->rq.header_count++] = (struct cs_header){ cs_str_c(name), cs_str_c(value) };
}

static void
replace(struct question *q, const char *name, const char *value)
{
	for (size_t i = 0; i < q->rq.header_count; i++) {
		if (!cs_str_equal(q->headers[i].name, cs_str_c(name)))
			continue;
		q->headers[i].value = cs_str_c(value);
		return;
	}
	fail_msg("no header %s", name);
}

static void
leave_out(struct question *q, const char *name)
{
	size_t kept = 0;
	for (size_t i = 0; i < q->rq.header_count; i++)
		if (!cs_str_equal(q->headers[i].name, cs_str_c(name)))
			q->headers[kept++] = q->headers[i];
	CHECK(kept + 1 == q->rq.header_count);
	q->rq.header_count = kept;
}

static void
ask_at(struct question *q, const char *method, const char *target)
{
	q->rq.method_text = cs_str_c(method);
	q->rq.target = cs_str_c(target);
	size_t mark = cs_str_find(q->rq.target, '?', 0);
	q->rq.path = cs_str_slice(q->rq.target, 0, mark);
	q->rq.query = cs_str_slice(q->rq.target, mark + 1, q->rq.target.len);
}

static void
as_browser(struct question *q)
{
	add(q, "accept", "text/html,application/xhtml+xml,*/*;q=0.8");
	add(q, "sec-fetch-mode", "navigate");
	add(q, "cookie", COOKIE);
}

static void
start(struct question *q, const char *peer)
{
	*q = (struct question){ .listener = { .name = CS_STR("127.0.0.1:8080") } };
	q->rq.headers = q->headers;
	q->rq.host = q->rq.authority = CS_STR("countersign");
	q->rq.listener = &q->listener;
	CHECK_OK(cs_addr_decode(cs_str_c(peer), &q->rq.peer));
	ask_at(q, "GET", "/decision");
}

static void
nginx_asks(struct question *q)
{
	start(q, "10.0.0.7");
	add(q, "x-original-method", "GET");
	add(q, "x-original-scheme", "http");
	add(q, "x-original-host", "App.Example.test:8081");
	add(q, "x-original-uri", "/x?y=1&2");
	add(q, "x-original-remote-addr", "192.0.2.7");
	as_browser(q);
}

static void
forwarded_asks(struct question *q)
{
	start(q, "10.0.1.7");
	add(q, "x-forwarded-method", "GET");
	add(q, "x-forwarded-proto", "http");
	add(q, "x-forwarded-host", "app.example.test:8081");
	add(q, "x-forwarded-uri", "/x?y=1&2");
	add(q, "x-forwarded-for", "192.0.2.7");
	as_browser(q);
}

static void
envoy_asks(struct question *q)
{
	start(q, "10.0.2.7");
	q->rq.host = CS_STR("app.example.test");
	q->rq.authority = CS_STR("app.example.test:8081");
	ask_at(q, "GET", "/decision/x?y=1&2");
	add(q, "x-forwarded-proto", "http");
	add(q, "x-forwarded-for", "198.51.100.9, 192.0.2.7");
	as_browser(q);
}

static void
haproxy_asks(struct question *q)
{
	start(q, "10.0.3.7");
	add(q, "x-haproxy-method", "GET");
	add(q, "x-haproxy-scheme", "http");
	add(q, "x-haproxy-host", "app.example.test:8081");
	add(q, "x-haproxy-uri", "/x?y=1&2");
	add(q, "x-haproxy-src", "192.0.2.7");
	as_browser(q);
}

static void (*const all_ask[])(
    struct question *q) = { nginx_asks, forwarded_asks, envoy_asks, haproxy_asks };

static int
ask(const struct question *q)
{
	cs_response_clear(&rs);
	cs_response_init(&rs);
	was_fast = cs_decision_fast(&decision, &q->rq, &rs);
	if (!was_fast)
		cs_decision_slow(&decision, &q->rq, &rs);
	cs_str headers = cs_buf_str(&rs.headers), line;
	while (cs_str_cut(&headers, '\n', &line))
		CHECK(!cs_str_starts(line, CS_STR("Set-Cookie")));
	return rs.status;
}

/* "-" when there is no such header. */
static cs_str
header(const char *name)
{
	cs_str rest = cs_buf_str(&rs.headers), line, found = CS_STR("-");
	while (cs_str_cut(&rest, '\n', &line)) {
		size_t colon = cs_str_find(line, ':', 0);
		if (!cs_str_equal_nocase(cs_str_slice(line, 0, colon), cs_str_c(name)))
			continue;
		CHECK(cs_str_equal(found, CS_STR("-")));
		found = cs_str_trim(cs_str_slice(line, colon + 1, line.len - 1));
	}
	return found;
}

/* --- who may ask, and how --- */

TEST(each_dialect_passes_a_good_session_with_all_identity_headers)
{
	begin();
	remember();
	for (size_t i = 0; i < CS_COUNT(all_ask); i++) {
		struct question q;
		all_ask[i](&q);
		CHECK_INT(ask(&q), 200);
		CHECK(was_fast);
		CHECK_TEXT(header("Cf-Access-Jwt-Assertion"), TOKEN);
		CHECK_TEXT(header("Cf-Access-Authenticated-User-Email"), "ann@example.test");
		CHECK_TEXT(header("X-Countersign-User"), "00000000-0000-0000-0000-000000000014");
		CHECK_TEXT(header("Cache-Control"), "no-store");
		CHECK_INT(cs_buf_span(&rs.body).len, 0);
	}
	CHECK_INT(loads + refreshes, 0);
	end();
}

TEST(a_bypass_carries_all_identity_headers_empty)
{
	begin();
	remember();
	policy.decision = CS_POLICY_BYPASS;
	publish();
	for (size_t i = 0; i < CS_COUNT(all_ask); i++) {
		struct question q;
		all_ask[i](&q);
		CHECK_INT(ask(&q), 200);
		for (size_t k = 0; cs_identity_headers[k] != NULL; k++)
			CHECK_TEXT(header(cs_identity_headers[k]), "");
	}
	end();
}

TEST(a_peer_that_no_section_lists_is_refused)
{
	begin();
	remember();
	struct question q;
	nginx_asks(&q);
	CHECK_OK(cs_addr_decode(CS_STR("10.0.9.7"), &q.rq.peer));
	CHECK_INT(ask(&q), 400);
	CHECK_TEXT(header("Cf-Access-Jwt-Assertion"), "-");
	q.rq.peer = (struct cs_addr){ .family = 0 };
	CHECK_INT(ask(&q), 400);
	decision.proxies.count = 0;
	nginx_asks(&q);
	CHECK_INT(ask(&q), 400);
	end();
}

TEST(a_unix_listener_is_a_peer_when_its_section_names_it)
{
	begin();
	remember();
	const cs_str listeners[] = { CS_STR("unix:/run/countersign/gate.sock") };
	proxies[0].listeners = listeners;
	proxies[0].listener_count = 1;
	struct question q;
	nginx_asks(&q);
	q.rq.peer = (struct cs_addr){ .family = 0 };
	q.listener = (struct cs_listener_info){ .name = listeners[0], .is_unix = true };
	CHECK_INT(ask(&q), 200);
	q.listener.name = CS_STR("unix:/run/countersign/other.sock");
	CHECK_INT(ask(&q), 400);
	q.listener = (struct cs_listener_info){ .name = listeners[0], .is_unix = false };
	CHECK_INT(ask(&q), 400);
	end();
}

TEST(a_header_that_is_missing_twice_or_empty_is_refused)
{
	begin();
	remember();
	for (size_t i = 0; i < CS_COUNT(all_ask); i++) {
		struct question q;
		for (size_t k = 0; k < CS_SAID_COUNT; k++) {
			const char *name = proxies[i].dialect->headers[k].p;
			if (name == NULL)
				continue;
			all_ask[i](&q);
			leave_out(&q, name);
			CHECK_INT(ask(&q), 400);
			all_ask[i](&q);
			add(&q, name, k == CS_SAID_ADDRESS ? "192.0.2.7" : "x");
			CHECK_INT(ask(&q), 400);
			all_ask[i](&q);
			replace(&q, name, "");
			CHECK_INT(ask(&q), 400);
		}
	}
	end();
}

TEST(a_header_of_another_dialect_is_refused)
{
	begin();
	remember();
	for (size_t i = 0; i < CS_COUNT(all_ask); i++) {
		for (size_t other = 0; other < 4; other++) {
			for (size_t k = 0; k < CS_SAID_COUNT; k++) {
				const char *name = proxies[other].dialect->headers[k].p;
				bool is_own = false;
				for (size_t m = 0; m < CS_SAID_COUNT && name != NULL; m++) {
					const char *own = proxies[i].dialect->headers[m].p;
					is_own |= own != NULL && strcmp(own, name) == 0;
				}
				if (name == NULL || is_own)
					continue;
				struct question q;
				all_ask[i](&q);
				add(&q, name, "192.0.2.7");
				CHECK_INT(ask(&q), 400);
			}
		}
	}
	end();
}

TEST(a_peer_speaks_the_dialect_of_its_own_section_only)
{
	begin();
	remember();
	for (size_t i = 0; i < CS_COUNT(all_ask); i++) {
		for (size_t other = 0; other < 4; other++) {
			struct question q, peer;
			all_ask[i](&q);
			all_ask[other](&peer);
			q.rq.peer = peer.rq.peer;
			CHECK_INT(ask(&q), i == other ? 200 : 400);
		}
	}
	end();
}

TEST(of_two_sections_with_one_peer_the_spoken_dialect_counts)
{
	begin();
	remember();
	proxies[1].networks = &networks[0];
	struct question q;
	forwarded_asks(&q);
	CHECK_OK(cs_addr_decode(CS_STR("10.0.0.7"), &q.rq.peer));
	CHECK_INT(ask(&q), 200);
	nginx_asks(&q);
	CHECK_INT(ask(&q), 200);
	add(&q, "x-forwarded-host", "app.example.test");
	CHECK_INT(ask(&q), 400);
	end();
}

TEST(malformed_values_are_refused)
{
	begin();
	remember();
	static const char *const bad[][2] = {
		{ "x-original-method", "get" },
		{ "x-original-method", "GET /" },
		{ "x-original-scheme", "HTTP" },
		{ "x-original-scheme", "javascript" },
		{ "x-original-host", "app.example.test:" },
		{ "x-original-host", "app.example.test:0" },
		{ "x-original-host", "app.example.test:65536" },
		{ "x-original-host", "app.example.test:8081:1" },
		{ "x-original-host", "app.example.test/evil" },
		{ "x-original-host", "evil@app.example.test" },
		{ "x-original-host", "app.example.test, evil.test" },
		{ "x-original-host", "[::1]:8081" },
		{ "x-original-host", ":8081" },
		{ "x-original-uri", "x" },
		{ "x-original-uri", "http://evil.test/" },
		{ "x-original-uri", "*" },
		{ "x-original-remote-addr", "localhost" },
		{ "x-original-remote-addr", "192.0.2.7, " },
		{ "x-original-remote-addr", "unix:" },
	};
	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		struct question q;
		nginx_asks(&q);
		replace(&q, bad[i][0], bad[i][1]);
		CHECK_INT(ask(&q), 400);
	}
	char long_host[400];
	memset(long_host, 'a', sizeof(long_host));
	long_host[399] = '\0';
	struct question q;
	nginx_asks(&q);
	replace(&q, "x-original-host", long_host);
	CHECK_INT(ask(&q), 400);
	end();
}

TEST(a_dialect_with_a_header_for_the_path_takes_no_path_behind_decision)
{
	begin();
	remember();
	struct question q;
	nginx_asks(&q);
	ask_at(&q, "GET", "/decision/x");
	CHECK_INT(ask(&q), 400);
	nginx_asks(&q);
	ask_at(&q, "GET", "/decision?x");
	CHECK_INT(ask(&q), 200);
	envoy_asks(&q);
	ask_at(&q, "GET", "/decision");
	CHECK_INT(ask(&q), 400);
	end();
}

/* --- the person's address --- */

static void
allow_network(const char *text)
{
	static struct cs_rule rule;
	rule = (struct cs_rule){ .kind = CS_RULE_IP };
	CHECK_OK(cs_network_decode(cs_str_c(text), &rule.network));
	policy.decision = CS_POLICY_BYPASS;
	policy.rules.include = (struct cs_rule_list){ &rule, 1 };
	publish();
}

TEST(the_address_is_the_one_that_the_dialect_says)
{
	begin();
	allow_network("192.0.2.7");
	for (size_t i = 0; i < CS_COUNT(all_ask); i++) {
		struct question q;
		all_ask[i](&q);
		CHECK_INT(ask(&q), 200);
	}
	allow_network("10.0.0.0/8");
	for (size_t i = 0; i < CS_COUNT(all_ask); i++) {
		struct question q;
		all_ask[i](&q);
		CHECK_INT(ask(&q) == 200, 0);
	}
	end();
}

TEST(of_a_list_of_addresses_the_last_counts)
{
	begin();
	struct question q;
	forwarded_asks(&q);
	replace(&q, "x-forwarded-for", "192.0.2.7, 198.51.100.9");
	allow_network("192.0.2.7");
	CHECK_INT(ask(&q) == 200, 0);
	allow_network("198.51.100.9");
	CHECK_INT(ask(&q), 200);
	end();
}

TEST(passed_on_requests_tell_address_and_scheme_by_the_same_headers)
{
	begin();
	struct question q;
	nginx_asks(&q);
	replace(&q, "x-original-scheme", "https");
	struct cs_addr want, got = cs_proxies_client(&decision.proxies, &q.rq);
	CHECK_OK(cs_addr_decode(CS_STR("192.0.2.7"), &want));
	CHECK(memcmp(got.ip, want.ip, sizeof(got.ip)) == 0);
	CHECK_TEXT(cs_proxies_scheme(&decision.proxies, &q.rq), "https");
	add(&q, "x-original-remote-addr", "198.51.100.9");
	replace(&q, "x-original-scheme", "gopher");
	got = cs_proxies_client(&decision.proxies, &q.rq);
	CHECK(memcmp(got.ip, q.rq.peer.ip, sizeof(got.ip)) == 0);
	CHECK_TEXT(cs_proxies_scheme(&decision.proxies, &q.rq), "http");
	nginx_asks(&q);
	CHECK_OK(cs_addr_decode(CS_STR("203.0.113.1"), &q.rq.peer));
	got = cs_proxies_client(&decision.proxies, &q.rq);
	CHECK(memcmp(got.ip, q.rq.peer.ip, sizeof(got.ip)) == 0);
	end();
}

/* --- refusals and where they lead --- */

TEST(a_navigation_without_a_session_is_led_to_the_sign_in)
{
	begin();
	for (size_t i = 0; i < CS_COUNT(all_ask); i++) {
		struct question q;
		all_ask[i](&q);
		leave_out(&q, "cookie");
		bool redirects = proxies[i].dialect->redirects;
		CHECK_INT(ask(&q), redirects ? 302 : 401);
		CHECK_TEXT(header("X-Countersign-Location"), redirects ? "-" : LOGIN_X);
		CHECK_TEXT(header("Location"), redirects ? LOGIN_X : "-");
		for (size_t k = 0; cs_identity_headers[k] != NULL; k++)
			CHECK_TEXT(header(cs_identity_headers[k]), "-");
	}
	end();
}

/* Changes one thing about a browser's question and gives the answer's status. */
static int
ask_changed(const char *name, const char *value)
{
	struct question q;
	nginx_asks(&q);
	leave_out(&q, "cookie");
	for (size_t i = 0; i < q.rq.header_count; i++)
		if (cs_str_equal(q.headers[i].name, cs_str_c(name))) {
			leave_out(&q, name);
			break;
		}
	if (value != NULL)
		add(&q, name, value);
	return ask(&q);
}

TEST(what_is_no_navigation_gets_401_with_json_and_no_address)
{
	begin();
	static const char *const others[][2] = {
		{ "x-original-method", "POST" },
		{ "x-original-method", "OPTIONS" },
		{ "accept", "application/json" },
		{ "accept", "*/*" },
		{ "accept", "text/htmlx" },
		{ "accept", NULL },
		{ "sec-fetch-mode", "cors" },
		{ "sec-fetch-mode", "no-cors" },
		{ "sec-fetch-mode", "websocket" },
		{ "x-requested-with", "XMLHttpRequest" },
		{ "x-requested-with", "xmlhttprequest" },
	};
	for (size_t i = 0; i < CS_COUNT(others); i++) {
		CHECK_INT(ask_changed(others[i][0], others[i][1]), 401);
		CHECK_TEXT(header("X-Countersign-Location"), "-");
		CHECK_TEXT(header("Content-Type"), "application/json");
		CHECK_TEXT(cs_buf_str(&rs.body),
		    "{\"error\":{\"code\":\"signed_out\"},"
		    "\"request_id\":\"00000000-0000-0000-0000-000000000000\"}");
	}
	struct question q;
	forwarded_asks(&q);
	replace(&q, "x-forwarded-method", "PUT");
	leave_out(&q, "cookie");
	CHECK_INT(ask(&q), 401);
	CHECK_TEXT(header("Location"), "-");
	end();
}

TEST(a_navigation_is_one_by_method_accept_and_fetch_mode)
{
	begin();
	CHECK_INT(ask_changed("x-original-method", "HEAD"), 401);
	CHECK_TEXT(header("X-Countersign-Location"), LOGIN_X);
	CHECK_INT(ask_changed("sec-fetch-mode", NULL), 401);
	CHECK_TEXT(header("X-Countersign-Location"), LOGIN_X);
	CHECK_INT(ask_changed("accept", "image/png, Text/HTML;q=0.5"), 401);
	CHECK_TEXT(header("X-Countersign-Location"), LOGIN_X);
	CHECK_INT(ask_changed("x-requested-with", "com.example.webview"), 401);
	CHECK_TEXT(header("X-Countersign-Location"), LOGIN_X);
	end();
}

TEST(the_way_back_stays_on_the_application_whatever_the_target)
{
	begin();
	static const char *const targets[][2] = {
		{ "//evil.test/", "%2F%2Fevil.test%2F" },
		{ "/\\evil.test", "%2F%5Cevil.test" },
		{ "/?redirect_url=https://evil.test",
		    "%2F%3Fredirect_url%3Dhttps%3A%2F%2Fevil.test" },
		{ "/a&b=c#d", "%2Fa%26b%3Dc%23d" },
		{ "/\"><script>", "%2F%22%3E%3Cscript%3E" },
		{ "/%0d%0aSet-Cookie:x", "%2F%250d%250aSet-Cookie%3Ax" },
	};
	for (size_t i = 0; i < CS_COUNT(targets); i++) {
		CHECK_INT(ask_changed("x-original-uri", targets[i][0]), 401);
		char want[300];
		snprintf(want, sizeof(want),
		    "http://app.example.test:8081/cdn-cgi/access/login?redirect_url=%s",
		    targets[i][1]);
		CHECK_TEXT(header("X-Countersign-Location"), want);
	}
	static char long_target[5000];
	memset(long_target, 'a', sizeof(long_target) - 1);
	long_target[0] = '/';
	CHECK_INT(ask_changed("x-original-uri", long_target), 401);
	CHECK_TEXT(header("X-Countersign-Location"),
	    "http://app.example.test:8081/cdn-cgi/access/login?redirect_url=%2F");
	end();
}

TEST(two_cookies_of_one_name_mean_sign_in_again)
{
	begin();
	remember();
	struct question q;
	nginx_asks(&q);
	add(&q, "cookie", "CF_Authorization=a.b.c");
	CHECK_INT(ask(&q), 401);
	nginx_asks(&q);
	replace(&q, "cookie", "CF_Authorization=" TOKEN "; CF_Authorization=" TOKEN);
	CHECK_INT(ask(&q), 401);
	CHECK_TEXT(header("X-Countersign-Location"), LOGIN_X);
	nginx_asks(&q);
	add(&q, "cookie", "more=1");
	CHECK_INT(ask(&q), 200);
	end();
}

TEST(who_is_refused_by_the_policies_gets_403_and_a_page_that_says_so)
{
	begin();
	remember();
	policy.decision = CS_POLICY_DENY;
	publish();
	struct question q;
	nginx_asks(&q);
	CHECK_INT(ask(&q), 403);
	CHECK_TEXT(header("X-Countersign-Location"), LOGIN_X);
	replace(&q, "accept", "application/json");
	CHECK_INT(ask(&q), 403);
	CHECK_TEXT(header("X-Countersign-Location"), "-");
	CHECK(strstr((const char *)cs_buf_span(&rs.body).p, "not_allowed") != NULL);
	app.custom_deny_url = CS_STR("https://help.example.test/refused");
	publish();
	nginx_asks(&q);
	CHECK_INT(ask(&q), 403);
	CHECK_TEXT(header("X-Countersign-Location"), LOGIN_X);
	end();
}

TEST(an_unknown_host_gets_403_and_leads_nowhere)
{
	begin();
	remember();
	CHECK_INT(ask_changed("x-original-host", "evil.test"), 403);
	CHECK_TEXT(header("X-Countersign-Location"), "-");
	struct question q;
	forwarded_asks(&q);
	replace(&q, "x-forwarded-host", "evil.test");
	CHECK_INT(ask(&q), 403);
	CHECK_TEXT(header("Location"), "-");
	end();
}

TEST(a_proof_that_is_too_old_leads_to_the_sign_in)
{
	begin();
	policy.mfa = (struct cs_mfa_config){ .is_set = true,
		.has_methods = true,
		.methods = CS_MFA_TOTP,
		.has_duration = true,
		.duration_ms = CS_HOUR_MS };
	publish();
	stored.proof_method = CS_MFA_TOTP;
	stored.proof_at = cs_time_add(NOW, -CS_HOUR_MS + 1);
	remember();
	struct question q;
	nginx_asks(&q);
	CHECK_INT(ask(&q), 200);
	stored.proof_at = cs_time_add(NOW, -CS_HOUR_MS);
	remember();
	CHECK_INT(ask(&q), 401);
	CHECK_TEXT(header("X-Countersign-Location"), LOGIN_X);
	CHECK_TEXT(header("Cf-Access-Jwt-Assertion"), "-");
	end();
}

TEST(an_application_for_services_gets_401_instead_of_a_redirect)
{
	begin();
	static const struct cs_rule other = { .kind = CS_RULE_OTHER };
	policy = (struct cs_policy){ .decision = CS_POLICY_NON_IDENTITY,
		.rules.include = { &other, 1 } };
	app.answers_401 = true;
	publish();
	struct question q;
	forwarded_asks(&q);
	CHECK_INT(ask(&q), 401);
	CHECK_TEXT(header("Location"), "-");
	app.answers_401 = false;
	publish();
	CHECK_INT(ask(&q), 302);
	end();
}

TEST(an_email_that_is_no_text_for_a_header_is_refused)
{
	begin();
	stored.identity.email = CS_STR("ann\r\nX-Evil: 1@example.test");
	remember();
	struct question q;
	nginx_asks(&q);
	CHECK_INT(ask(&q), 403);
	CHECK_TEXT(header("X-Evil"), "-");
	end();
}

/* --- the slow lane --- */

TEST(a_cold_session_is_loaded_once)
{
	begin();
	struct question q;
	nginx_asks(&q);
	CHECK_INT(ask(&q), 200);
	CHECK(!was_fast);
	CHECK_TEXT(header("Cf-Access-Authenticated-User-Email"), "ann@example.test");
	CHECK_INT(ask(&q), 200);
	CHECK(was_fast);
	CHECK_INT(loads, 1);
	end();
}

TEST(an_unknown_token_is_looked_up_once)
{
	begin();
	store_has_it = false;
	struct question q;
	nginx_asks(&q);
	CHECK_INT(ask(&q), 401);
	CHECK(!was_fast);
	CHECK_INT(ask(&q), 401);
	CHECK(was_fast);
	CHECK_INT(loads, 1);
	end();
}

TEST(when_the_store_is_down_nobody_unknown_passes_and_nothing_is_remembered)
{
	begin();
	store_is_down = true;
	struct question q;
	nginx_asks(&q);
	CHECK_INT(ask(&q), 503);
	CHECK_TEXT(header("Retry-After"), "1");
	CHECK_TEXT(header("X-Countersign-Location"), "-");
	CHECK_TEXT(header("Cf-Access-Jwt-Assertion"), "-");
	store_is_down = false;
	CHECK_INT(ask(&q), 200);
	end();
}

TEST(a_node_that_is_not_fresh_asks_the_store_first)
{
	begin();
	cs_gate_free(&gate);
	cs_gate_new(&(struct cs_gate_config){ 0 }, &gate);
	decision.gate = gate;
	publish();
	remember();
	struct question q;
	nginx_asks(&q);
	store_is_down = true;
	CHECK_INT(ask(&q), 503);
	CHECK(!was_fast);
	store_is_down = false;
	CHECK_INT(ask(&q), 200);
	CHECK(!was_fast);
	CHECK_INT(refreshes, 2);
	CHECK_INT(loads, 0);
	CHECK_INT(ask(&q), 200);
	CHECK(was_fast);
	end();
}

TEST(a_bypass_too_waits_for_a_fresh_configuration)
{
	begin();
	cs_gate_free(&gate);
	cs_gate_new(&(struct cs_gate_config){ 0 }, &gate);
	decision.gate = gate;
	policy.decision = CS_POLICY_BYPASS;
	publish();
	store_is_down = true;
	struct question q;
	nginx_asks(&q);
	CHECK_INT(ask(&q), 503);
	end();
}

static cs_err
load_while_revoked(void *ctx, const struct cs_op *op, const uint8_t hash[static CS_TOKEN_HASH_LEN],
    struct cs_app_session *out)
{
	cs_err err = load(ctx, op, hash, out);
	store_has_it = false;
	cs_gate_drop_session(gate, stored.account, stored.id);
	return err;
}

TEST(a_session_that_is_revoked_while_it_is_loaded_is_not_remembered)
{
	begin();
	decision.load = load_while_revoked;
	struct question q;
	nginx_asks(&q);
	ask(&q);
	CHECK_INT(cs_gate_session_count(gate), 0);
	CHECK_INT(ask(&q), 401);
	end();
}

/* --- in front of the rest --- */

static int rest_calls;

static size_t
rest_limit(void *ctx, const struct cs_request *rq)
{
	return 77;
}

static bool
rest_fast(void *ctx, const struct cs_request *rq, struct cs_response *out)
{
	rest_calls++;
	return false;
}

static void
rest_slow(void *ctx, const struct cs_request *rq, struct cs_response *out)
{
	rest_calls++;
}

TEST(what_is_no_decision_goes_to_the_rest)
{
	begin();
	remember();
	decision.rest =
	    (struct cs_handler){ .body_limit = rest_limit, .fast = rest_fast, .slow = rest_slow };
	struct cs_handler h = cs_decision_handler(&decision);
	static const char *const others[] = { "/", "/decisions", "/Decision", "/x/decision",
		"/decision%2f" };
	for (size_t i = 0; i < CS_COUNT(others); i++) {
		struct question q;
		nginx_asks(&q);
		ask_at(&q, "GET", others[i]);
		rest_calls = 0;
		CHECK_INT(h.body_limit(h.ctx, &q.rq), 77);
		CHECK(!h.fast(h.ctx, &q.rq, &rs));
		h.slow(h.ctx, &q.rq, &rs);
		CHECK_INT(rest_calls, 2);
	}
	struct question q;
	nginx_asks(&q);
	rest_calls = 0;
	cs_response_init(&rs);
	CHECK_INT(h.body_limit(h.ctx, &q.rq), 0);
	CHECK(h.fast(h.ctx, &q.rq, &rs));
	CHECK_INT(rs.status, 200);
	CHECK_INT(rest_calls, 0);
	end();
}

TEST(a_dialect_that_does_not_exist_is_not_found)
{
	CHECK(cs_dialect_find(CS_STR("apache")) == NULL);
	CHECK(cs_dialect_find(CS_STR("")) == NULL);
	CHECK(cs_dialect_find(CS_STR("nginx")) != NULL);
}

/* --- programmes --- */

#define CLIENT "00112233445566778899aabbccddeeff"
#define CLIENT_ID CLIENT ".access"
#define SECRET "cfast_0123456789abcdefghijABCDEFGHIJ01234567890a1b2c3d"
#define OBJECT(ID, SECRET_TEXT) \
	"{\"cf-access-client-id\": \"" ID "\", \"cf-access-client-secret\": \"" SECRET_TEXT "\"}"

static void
begin_service(void)
{
	static const struct cs_rule any = { .kind = CS_RULE_ANY_SERVICE_TOKEN };
	begin();
	service_token = (struct cs_service_token){
		.id = { { [15] = 70 } }, .client_id = CS_STR(CLIENT), .is_enabled = true
	};
	cs_sha256(cs_str_span(CS_STR(SECRET)), service_token.secret_hash);
	policy.decision = CS_POLICY_NON_IDENTITY;
	policy.rules.include = (struct cs_rule_list){ &any, 1 };
	app.service_token_header = CS_STR("authorization");
	publish();
}

/* As an application's programme asks through nginx: no browser, no cookie. */
static void
service_asks(struct question *q)
{
	nginx_asks(q);
	leave_out(q, "cookie");
	replace(q, "accept", "*/*");
	leave_out(q, "sec-fetch-mode");
}

static int
ask_with(const char *id, const char *secret)
{
	struct question q;
	service_asks(&q);
	if (id != NULL)
		add(&q, "cf-access-client-id", id);
	if (secret != NULL)
		add(&q, "cf-access-client-secret", secret);
	return ask(&q);
}

TEST(a_service_token_passes_with_a_jwt_that_is_signed_once)
{
	begin_service();
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 200);
	CHECK(!was_fast);
	CHECK_TEXT(header("Cf-Access-Jwt-Assertion"), SIGNED);
	CHECK_TEXT(header("Cf-Access-Authenticated-User-Email"), "");
	CHECK_TEXT(header("X-Countersign-User"), "");
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 200);
	CHECK(was_fast);
	CHECK_TEXT(header("Cf-Access-Jwt-Assertion"), SIGNED);
	CHECK_INT(signatures, 1);
	end();
}

TEST(wrong_credentials_are_401_and_unfit_ones_403_as_json_even_for_a_browser)
{
	begin_service();
	CHECK_INT(ask_with(CLIENT_ID, SECRET "0"), 401);
	CHECK_TEXT(header("Content-Type"), "application/json");
	CHECK_INT(ask_with("ffeeddccbbaa99887766554433221100.access", SECRET), 401);
	struct question q;
	nginx_asks(&q);
	add(&q, "cf-access-client-id", CLIENT_ID);
	add(&q, "cf-access-client-secret", "wrong");
	CHECK_INT(ask(&q), 401);
	CHECK_TEXT(header("X-Countersign-Location"), "-");
	/* good, but here only people are let in: their cookie beside it counts for nothing */
	static const struct cs_rule everyone = { .kind = CS_RULE_EVERYONE };
	policy.decision = CS_POLICY_ALLOW;
	policy.rules.include = (struct cs_rule_list){ &everyone, 1 };
	publish();
	remember();
	nginx_asks(&q);
	CHECK_INT(ask(&q), 200);
	add(&q, "cf-access-client-id", CLIENT_ID);
	add(&q, "cf-access-client-secret", SECRET);
	CHECK_INT(ask(&q), 403);
	CHECK_TEXT(header("X-Countersign-Location"), "-");
	CHECK_INT(signatures, 0);
	end();
}

TEST(credentials_in_halves_twice_or_in_both_manners_are_refused)
{
	begin_service();
	CHECK_INT(ask_with(CLIENT_ID, NULL), 401);
	CHECK_INT(ask_with(NULL, SECRET), 401);
	CHECK_INT(ask_with(CLIENT_ID, ""), 401);
	struct question q;
	service_asks(&q);
	add(&q, "cf-access-client-id", CLIENT_ID);
	add(&q, "cf-access-client-id", CLIENT_ID);
	add(&q, "cf-access-client-secret", SECRET);
	CHECK_INT(ask(&q), 401);
	service_asks(&q);
	add(&q, "cf-access-client-id", CLIENT_ID);
	add(&q, "cf-access-client-secret", SECRET);
	add(&q, "cf-access-client-secret", "another");
	CHECK_INT(ask(&q), 401);
	service_asks(&q);
	add(&q, "authorization", OBJECT(CLIENT_ID, SECRET));
	CHECK_INT(ask(&q), 200);
	add(&q, "cf-access-client-id", CLIENT_ID);
	add(&q, "cf-access-client-secret", SECRET);
	CHECK_INT(ask(&q), 401);
	service_asks(&q);
	add(&q, "authorization", OBJECT(CLIENT_ID, SECRET));
	add(&q, "authorization", "Bearer x");
	CHECK_INT(ask(&q), 401);
	end();
}

TEST(the_header_that_an_application_names_carries_both_as_json)
{
	static const struct {
		const char *value;
		int status;
	} rows[] = {
		{ OBJECT(CLIENT_ID, SECRET), 200 },
		{ "  { \"cf-access-client-secret\":\"" SECRET
		  "\" , \"cf-access-client-id\":\"" CLIENT_ID "\" }  ",
		    200 },
		{ OBJECT(CLIENT_ID, "wrong"), 401 },
		{ "{}", 401 },
		{ "{\"cf-access-client-id\":\"" CLIENT_ID "\"}", 401 },
		{ "{\"cf-access-client-id\":\"" CLIENT_ID "\",\"cf-access-client-id\":\"" CLIENT_ID
		  "\"}",
		    401 },
		{ OBJECT(CLIENT_ID, SECRET) "x", 401 },
		{ "{\"cf-access-client-id\":\"" CLIENT_ID "\",\"cf-access-client-secret\":\"" SECRET
		  "\"",
		    401 },
		{ "{\"cf-access-client-id\":\"" CLIENT_ID "\",\"cf-access-client-secret\":\"" SECRET
		  "\",\"x\":\"y\"}",
		    401 },
		{ "{\"cf-access-client-id\":\"" CLIENT_ID
		  "\",\"cf-access-client-secret\":\"\\u0063" SECRET "\"}",
		    401 },
		{ "{\"cf-access-client-id\":7,\"cf-access-client-secret\":\"" SECRET "\"}", 401 },
	};
	struct question q;
	begin_service();
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		service_asks(&q);
		add(&q, "authorization", rows[i].value);
		CHECK_INT(ask(&q), rows[i].status);
	}
	/* what else the application uses the header for is no credential: sign in */
	service_asks(&q);
	add(&q, "authorization", "Bearer abc");
	CHECK_INT(ask(&q), 403);
	CHECK_INT(loads, 0);
	/* and without a header of that name nothing is read there */
	app.service_token_header = CS_STR_NONE;
	publish();
	service_asks(&q);
	add(&q, "authorization", OBJECT(CLIENT_ID, SECRET));
	CHECK_INT(ask(&q), 403);
	end();
}

static int entries;
static bool log_is_down;
static struct {
	cs_id account, app, token, ray;
	bool is_allowed;
} logged;

static cs_err
log_visit(void *ctx, const struct cs_op *op, const struct cs_access_config *config,
    const struct cs_application *to, const struct cs_service_token *token, bool is_allowed)
{
	entries++;
	logged.account = config->account;
	logged.app = to->id;
	logged.token = token->id;
	logged.ray = op->id;
	logged.is_allowed = is_allowed;
	return log_is_down ? CS_FAIL(STORE) : CS_OK;
}

static void
begin_logged(void)
{
	begin_service();
	decision.log = log_visit;
	entries = 0;
	log_is_down = false;
}

TEST(a_service_token_is_logged_once_an_hour_for_what_came_of_it)
{
	begin_logged();
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 200);
	CHECK(!was_fast);
	CHECK_INT(entries, 1);
	CHECK(logged.is_allowed && cs_id_equal(logged.token, service_token.id));
	CHECK(cs_id_equal(logged.account, id_of(1)) && cs_id_equal(logged.app, app.id));
	for (int i = 0; i < 3; i++) {
		CHECK_INT(ask_with(CLIENT_ID, SECRET), 200);
		CHECK(was_fast);
	}
	CHECK_INT(entries, 1);
	/* another outcome is another entry */
	CHECK_INT(ask_with(CLIENT_ID, "wrong"), 401);
	CHECK_INT(entries, 2);
	CHECK(!logged.is_allowed);
	CHECK_INT(ask_with(CLIENT_ID, "wrong as well"), 401);
	CHECK(was_fast);
	CHECK_INT(entries, 2);
	/* the hour is the clock's: NOW is within it for some minutes more */
	now_ms = NOW_MS - NOW_MS % CS_HOUR_MS + CS_HOUR_MS - 1;
	cs_gate_set_fresh(gate, (cs_time){ now_ms + 5000 });
	CHECK_INT(ask_with(CLIENT_ID, "wrong"), 401);
	CHECK_INT(entries, 2);
	now_ms++;
	CHECK_INT(ask_with(CLIENT_ID, "wrong"), 401);
	CHECK_INT(entries, 3);
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 200);
	CHECK_INT(entries, 4);
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 200);
	CHECK(was_fast);
	end();
}

TEST(another_address_is_another_entry)
{
	struct question q;
	begin_logged();
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 200);
	service_asks(&q);
	replace(&q, "x-original-remote-addr", "192.0.2.8");
	add(&q, "cf-access-client-id", CLIENT_ID);
	add(&q, "cf-access-client-secret", SECRET);
	CHECK_INT(ask(&q), 200);
	CHECK_INT(entries, 2);
	CHECK_INT(ask(&q), 200);
	CHECK(was_fast);
	end();
}

TEST(every_refusal_of_a_known_client_id_is_logged_and_none_of_an_unknown_one)
{
	static const struct cs_rule everyone = { .kind = CS_RULE_EVERYONE };
	begin_logged();
	CHECK_INT(ask_with("ffeeddccbbaa99887766554433221100.access", SECRET), 401);
	CHECK_INT(ask_with("no id", SECRET), 401);
	CHECK_INT(ask_with(NULL, SECRET), 401);
	CHECK_INT(ask_with(NULL, NULL), 403);
	CHECK_INT(entries, 0);
	/* one half of the credentials is no proof, but the id is known */
	CHECK_INT(ask_with(CLIENT_ID, NULL), 401);
	CHECK_INT(entries, 1);
	CHECK(!logged.is_allowed);
	end();
	begin_logged();
	service_token.is_enabled = false;
	publish();
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 401);
	CHECK_INT(entries, 1);
	CHECK(!logged.is_allowed);
	end();
	begin_logged();
	service_token.expires = NOW;
	publish();
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 401);
	CHECK_INT(entries, 1);
	end();
	/* good, and not admitted here */
	begin_logged();
	policy.decision = CS_POLICY_ALLOW;
	policy.rules.include = (struct cs_rule_list){ &everyone, 1 };
	publish();
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 403);
	CHECK_INT(entries, 1);
	CHECK(!logged.is_allowed);
	/* open to all: nothing is logged, whatever came along */
	policy.decision = CS_POLICY_BYPASS;
	publish();
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 200);
	CHECK_INT(ask_with(CLIENT_ID, "wrong"), 200);
	CHECK_INT(entries, 1);
	end();
}

TEST(a_log_that_cannot_be_written_refuses_nobody_and_is_tried_again_after_a_minute)
{
	begin_logged();
	log_is_down = true;
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 200);
	CHECK_INT(entries, 1);
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 200);
	CHECK(was_fast);
	CHECK_INT(entries, 1);
	log_is_down = false;
	now_ms += CS_MINUTE_MS;
	cs_gate_set_fresh(gate, (cs_time){ now_ms + 5000 });
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 200);
	CHECK_INT(entries, 2);
	now_ms += CS_MINUTE_MS;
	cs_gate_set_fresh(gate, (cs_time){ now_ms + 5000 });
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 200);
	CHECK(was_fast);
	end();
}

TEST(who_knows_a_client_id_writes_only_so_many_refusals_a_minute)
{
	begin_logged();
	for (int i = 0; i < 200; i++) {
		struct question q;
		char address[64];
		snprintf(address, sizeof(address), "2001:db8::%x", i + 1);
		service_asks(&q);
		replace(&q, "x-original-remote-addr", address);
		add(&q, "cf-access-client-id", CLIENT_ID);
		add(&q, "cf-access-client-secret", "wrong");
		CHECK_INT(ask(&q), 401);
	}
	CHECK_INT(entries, 120);
	end();
}

TEST(a_service_token_that_cannot_be_signed_for_is_503_and_never_200)
{
	begin_service();
	store_is_down = true;
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 503);
	store_is_down = false;
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 200);
	end();
}

TEST(a_disabled_service_token_is_refused_though_its_jwt_is_at_hand)
{
	begin_service();
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 200);
	service_token.is_enabled = false;
	publish();
	CHECK_INT(ask_with(CLIENT_ID, SECRET), 401);
	CHECK_TEXT(header("Cf-Access-Jwt-Assertion"), "-");
	end();
}

TEST(an_application_token_may_come_in_cf_access_token)
{
	begin();
	struct question q;
	service_asks(&q);
	add(&q, "cf-access-token", TOKEN);
	CHECK_INT(ask(&q), 200);
	CHECK_INT(loads, 1);
	CHECK_TEXT(header("Cf-Access-Jwt-Assertion"), TOKEN);
	CHECK_TEXT(header("Cf-Access-Authenticated-User-Email"), "ann@example.test");
	CHECK_INT(ask(&q), 200);
	CHECK(was_fast);
	/* twice: whose the first is, nobody knows */
	add(&q, "cf-access-token", TOKEN);
	CHECK_INT(ask(&q), 401);
	end();
}

TEST_MAIN("api/decision")
