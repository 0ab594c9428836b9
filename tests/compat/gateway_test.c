/*
 * gateway_test.c - the shipped proxy configurations, by real proxies: docs/deploy/nginx.conf behind
 * nginx, docs/deploy/Caddyfile behind Caddy.
 *
 *     gateway_test nginx|caddy FILE
 *
 * FILE is used as it is but for its three addresses, which become free ports. Behind the proxy stand,
 * in this process, the decision (the handler of countersignd on its own HTTP server, with sessions
 * out of a variable) and a demo application that answers with what it was sent.
 */
#include "test.h"

#include "api/access/decision.h"
#include "crypto/mac.h"
#include "crypto/random.h"
#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TOKEN "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"
#define COLD_TOKEN "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl"
#define NAVIGATE "Accept: text/html\r\nSec-Fetch-Mode: navigate\r\n"
#define SIGNED_IN "Cookie: CF_Authorization=" TOKEN "\r\n"

#define GUARDED "app.countersign.localhost"
#define OPEN "shop.localhost"

/* --- countersignd's part --- */

static struct cs_gate *gate;
static struct cs_decision decision;
static struct cs_server *decider, *demo;
static atomic_bool store_is_down;
static atomic_int demo_calls;

static cs_id
id_of(uint8_t n)
{
	return (cs_id){ { [15] = n } };
}

static cs_err
refresh(void *ctx, const struct cs_op *op)
{
	return CS_FAIL(UNAVAILABLE);
}

static cs_err
load(void *ctx, const struct cs_op *op, const uint8_t hash[static CS_TOKEN_HASH_LEN],
    struct cs_app_session *out)
{
	return store_is_down ? CS_FAIL(UNAVAILABLE) : CS_FAIL(NOT_FOUND);
}

#define CLIENT "00112233445566778899aabbccddeeff"
#define SECRET "cfast_0123456789abcdefghijABCDEFGHIJ01234567890a1b2c3d"
#define SIGNED "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIifQ.c2lnbmVk"

static cs_err
sign(void *ctx, const struct cs_op *op, const struct cs_access_config *config,
    const struct cs_application *app, cs_id token, cs_str *out, cs_time *until)
{
	*out = CS_STR(SIGNED);
	*until = cs_time_add(op->now, CS_HOUR_MS);
	return CS_OK;
}

/*
 * One application that everybody may enter who is signed in, its /public open to 203.0.113.0/24 (an
 * address that only a forged header can claim), its /free open to all and its /machine to a service
 * token; another host open to all.
 */
static void
publish(void)
{
	static const struct cs_rule everyone = { .kind = CS_RULE_EVERYONE };
	static struct cs_rule network = { .kind = CS_RULE_IP };
	static const struct cs_policy allow = { .decision = CS_POLICY_ALLOW,
		.rules.include = { &everyone, 1 } };
	static const struct cs_policy by_ip = { .decision = CS_POLICY_BYPASS,
		.rules.include = { &network, 1 } };
	static const struct cs_policy bypass = { .decision = CS_POLICY_BYPASS,
		.rules.include = { &everyone, 1 } };
	static const struct cs_rule any = { .kind = CS_RULE_ANY_SERVICE_TOKEN };
	static const struct cs_policy service = { .decision = CS_POLICY_NON_IDENTITY,
		.rules.include = { &any, 1 } };
	static struct cs_service_token token = {
		.id = { { [15] = 70 } }, .client_id = CS_STR(CLIENT), .is_enabled = true
	};
	static const struct cs_destination places[] = {
		{ .host = { GUARDED, sizeof(GUARDED) - 1 } },
		{ .host = { GUARDED, sizeof(GUARDED) - 1 }, .path = { "/public", 7 } },
		{ .host = { GUARDED, sizeof(GUARDED) - 1 }, .path = { "/free", 5 } },
		{ .host = { OPEN, sizeof(OPEN) - 1 } },
		{ .host = { GUARDED, sizeof(GUARDED) - 1 }, .path = { "/machine", 8 } },
	};
	static const struct cs_policy *const policies[] = { &allow, &by_ip, &bypass, &bypass,
		&service };
	static const struct cs_identity_provider pin = { .id = { { [15] = 10 } } };
	static struct cs_application apps[5];
	cs_sha256(cs_str_span(CS_STR(SECRET)), token.secret_hash);
	CHECK_OK(cs_network_decode(CS_STR("203.0.113.0/24"), &network.network));
	for (uint8_t i = 0; i < 5; i++)
		apps[i] = (struct cs_application){ .id = id_of((uint8_t)(30 + i)),
			.destinations = &places[i],
			.destination_count = 1,
			.policies = policies[i],
			.policy_count = 1 };
	struct cs_arena *arena = cs_arena_new(1 << 16);
	struct cs_access_config *config = CS_NEW(arena, struct cs_access_config);
	*config = (struct cs_access_config){ .account = id_of(1),
		.auth_host = CS_STR("auth.countersign.localhost"),
		.applications = apps,
		.application_count = 5,
		.providers = &pin,
		.provider_count = 1,
		.service_tokens = &token,
		.service_token_count = 1 };
	struct cs_snapshot *s;
	CHECK_OK(cs_snapshot_new(&arena, config, &s));
	cs_gate_publish(gate, &s);
}

static void
remember_session(void)
{
	struct cs_app_session s = { .account = id_of(1),
		.id = id_of(60),
		.application = id_of(30),
		.host = CS_STR(GUARDED),
		.identity = { .user = id_of(20),
		    .email = CS_STR("ann@example.test"),
		    .provider = id_of(10) },
		.expires = { INT64_MAX } };
	cs_sha256(cs_str_span(CS_STR(TOKEN)), s.token_hash);
	CHECK_OK(cs_gate_session_put(gate, &s, cs_gate_epoch(gate)));
}

static size_t
takes_body(void *ctx, const struct cs_request *rq)
{
	return 4096;
}

/* Everything that arrived, one line a header. */
static void
echo(const struct cs_request *rq, struct cs_response *rs, const char *who)
{
	rs->status = 200;
	cs_response_header(rs, CS_STR("Content-Type"), CS_STR("text/plain"));
	cs_buf_printf(&rs->body, "%s\n", who);
	cs_buf_add_str(&rs->body, rq->method_text);
	cs_buf_add_c(&rs->body, " ");
	cs_buf_add_str(&rs->body, rq->target);
	cs_buf_add_c(&rs->body, "\n");
	for (size_t i = 0; i < rq->header_count; i++) {
		cs_buf_add_str(&rs->body, rq->headers[i].name);
		cs_buf_add_c(&rs->body, ": ");
		cs_buf_add_str(&rs->body, rq->headers[i].value);
		cs_buf_add_c(&rs->body, "\n");
	}
	cs_buf_add_c(&rs->body, "body=");
	cs_buf_add(&rs->body, rq->body);
	cs_buf_add_c(&rs->body, "\n");
}

static bool
demo_fast(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	atomic_fetch_add(&demo_calls, 1);
	echo(rq, rs, "the application");
	return true;
}

/* What stands in for the sign-in pages: tells whom it took the person for. */
static bool
rest_fast(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	echo(rq, rs, "countersign");
	struct cs_addr address = cs_proxies_client(&decision.proxies, rq);
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(4096);
	cs_buf_add_c(&rs->body, "client=");
	cs_buf_add_str(&rs->body, cs_addr_text(arena, &address));
	cs_buf_add_c(&rs->body, "\nscheme=");
	cs_buf_add_str(&rs->body, cs_proxies_scheme(&decision.proxies, rq));
	cs_buf_add_c(&rs->body, "\n");
	return true;
}

static void
never_slow(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	rs->status = 500;
}

static const struct cs_handler demo_handler = {
	.body_limit = takes_body, .fast = demo_fast, .slow = never_slow
};

static struct cs_server *
serve(const struct cs_handler *handler)
{
	struct cs_server_config cfg;
	cs_server_config_init(&cfg);
	struct cs_listen listen_at = { .address = CS_STR("127.0.0.1:0") };
	cfg.listeners = &listen_at;
	cfg.listener_count = 1;
	cfg.event_threads = 1;
	cfg.workers = 1;
	cfg.deadlines.stop_ms = 2000;
	struct cs_server *s;
	CHECK_OK(cs_server_new(&cfg, handler, &cs_clock_wall, &cs_random_system, &s));
	CHECK_OK(cs_server_start(s));
	return s;
}

static void
start_countersign(const char *dialect)
{
	static struct cs_network loopback;
	static struct cs_proxy proxy;
	static struct cs_handler handler;
	CHECK_OK(cs_network_decode(CS_STR("127.0.0.0/8"), &loopback));
	proxy = (struct cs_proxy){ .dialect = cs_dialect_find(cs_str_c(dialect)),
		.networks = &loopback,
		.network_count = 1 };
	cs_gate_new(&(struct cs_gate_config){ 0 }, &gate);
	cs_gate_set_fresh(gate, (cs_time){ INT64_MAX });
	publish();
	remember_session();
	decision = (struct cs_decision){ .gate = gate,
		.clock = &cs_clock_wall,
		.proxies = { &proxy, 1 },
		.refresh = refresh,
		.load = load,
		.sign = sign,
		.timeout_ms = 30000,
		.rest = { .body_limit = takes_body, .fast = rest_fast, .slow = never_slow } };
	handler = cs_decision_handler(&decision);
	decider = serve(&handler);
	demo = serve(&demo_handler);
}

/* --- the proxy --- */

static const char *program, *shipped_file;
static char folder[] = "/tmp/countersign-gateway-XXXXXX";
static int front_port;
static pid_t front = -1;

static int
connect_to(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

static int
free_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(bind(fd, (struct sockaddr *)&at, len) == 0);
	CHECK(getsockname(fd, (struct sockaddr *)&at, &len) == 0);
	close(fd);
	return ntohs(at.sin_port);
}

static void
write_file(const char *name, const struct cs_buf *text)
{
	char path[200];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	CHECK(fd >= 0);
	CHECK(write(fd, text->p, text->len) == (ssize_t)text->len);
	close(fd);
}

/* The shipped file, with the ports of this run. */
static void
add_shipped(struct cs_buf *out)
{
	static char text[32768];
	int fd = open(shipped_file, O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	ssize_t len = read(fd, text, sizeof(text));
	CHECK(len > 0 && len < (ssize_t)sizeof(text));
	close(fd);
	const struct {
		const char *shipped;
		int port;
	} ports[] = { { ":8080", cs_server_port(decider, 0) }, { ":8081", front_port },
		{ ":8090", cs_server_port(demo, 0) } };
	int replaced[3] = { 0 };
	for (cs_str rest = { text, (size_t)len }; rest.len > 0;) {
		size_t i = 0;
		while (i < 3 && !cs_str_starts(rest, cs_str_c(ports[i].shipped)))
			i++;
		if (i == 3) {
			cs_buf_add_str(out, cs_str_slice(rest, 0, 1));
			rest = cs_str_slice(rest, 1, rest.len);
			continue;
		}
		cs_buf_printf(out, ":%d", ports[i].port);
		rest = cs_str_slice(rest, 5, rest.len);
		replaced[i]++;
	}
	CHECK(replaced[0] > 0 && replaced[1] > 0 && replaced[2] > 0);
}

static void
write_configuration(bool is_nginx)
{
	struct cs_buf text;
	cs_buf_init(&text, 65536);
	if (is_nginx) {
		write_file("error.log", &text);
		cs_buf_printf(&text,
		    "daemon off;\nworker_processes 1;\npid %s/pid;\nerror_log %s/error.log;\n"
		    "events { worker_connections 256; }\nhttp {\naccess_log off;\n"
		    "client_body_temp_path %s/t1;\nproxy_temp_path %s/t2;\n"
		    "fastcgi_temp_path %s/t3;\nuwsgi_temp_path %s/t4;\nscgi_temp_path %s/t5;\n",
		    folder, folder, folder, folder, folder, folder, folder);
	}
	add_shipped(&text);
	if (is_nginx)
		cs_buf_add_c(&text, "}\n");
	CHECK_OK(cs_buf_finish(&text, NULL));
	write_file("conf", &text);
	cs_buf_clear(&text);
}

static void
run_front(bool is_nginx)
{
	char conf[200], log[200];
	snprintf(conf, sizeof(conf), "%s/conf", folder);
	snprintf(log, sizeof(log), "%s/error.log", folder);
	setenv("HOME", folder, 1);
	setenv("XDG_CONFIG_HOME", folder, 1);
	setenv("XDG_DATA_HOME", folder, 1);
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	dup2(fd, 1);
	dup2(fd, 2);
	if (is_nginx)
		execlp("nginx", "nginx", "-e", log, "-p", folder, "-c", conf, (char *)NULL);
	else
		execlp("caddy", "caddy", "run", "--config", conf, "--adapter", "caddyfile",
		    (char *)NULL);
	_exit(127);
}

static int
stop_front(void **state)
{
	if (front > 0) {
		kill(front, SIGTERM);
		waitpid(front, NULL, 0);
	}
	cs_err stopped = cs_server_stop(decider);
	CHECK(!cs_failed(stopped) || cs_is(stopped, CS_E_UNAVAILABLE));
	stopped = cs_server_stop(demo);
	CHECK(!cs_failed(stopped) || cs_is(stopped, CS_E_UNAVAILABLE));
	cs_server_free(&decider);
	cs_server_free(&demo);
	cs_gate_free(&gate);
	char command[200];
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

static int
start_front(void **state)
{
	bool is_nginx = strcmp(program, "nginx") == 0;
	signal(SIGPIPE, SIG_IGN);
	CHECK(mkdtemp(folder) != NULL);
	start_countersign(is_nginx ? "nginx" : "forwarded");
	front_port = free_port();
	write_configuration(is_nginx);
	front = fork();
	if (front == 0)
		run_front(is_nginx);
	for (int i = 0; i < 1000; i++) {
		int fd = connect_to(front_port);
		if (fd >= 0) {
			close(fd);
			return 0;
		}
		if (waitpid(front, NULL, WNOHANG) == front) {
			front = -1;
			break;
		}
		nanosleep(&(struct timespec){ .tv_nsec = 10 * 1000 * 1000 }, NULL);
	}
	print_error("%s did not start: see %s/error.log\n", program, folder);
	return -1;
}

/* --- one exchange --- */

static char answer[65536];
static char *body;

/* Status; answer holds the head, body what follows. Lower level than any client: bytes go as given. */
static int
exchange(const char *host, const char *line, const char *headers, const char *content)
{
	char request[16384];
	int len = snprintf(request, sizeof(request),
	    "%s HTTP/1.1\r\nHost: %s:%d\r\nConnection: close\r\n%sContent-Length: %zu\r\n\r\n%s",
	    line, host, front_port, headers, strlen(content), content);
	CHECK(len > 0 && len < (int)sizeof(request));
	int fd = connect_to(front_port);
	CHECK(fd >= 0);
	CHECK(write(fd, request, (size_t)len) == len);
	size_t got = 0;
	ssize_t n;
	while (
	    got < sizeof(answer) - 1 && (n = read(fd, answer + got, sizeof(answer) - 1 - got)) > 0)
		got += (size_t)n;
	close(fd);
	answer[got] = '\0';
	body = strstr(answer, "\r\n\r\n");
	CHECK(body != NULL);
	*body = '\0';
	body += 4;
	CHECK(strncmp(answer, "HTTP/1.1 ", 9) == 0);
	return atoi(answer + 9);
}

static int
get(const char *host, const char *path, const char *headers)
{
	char line[8192];
	snprintf(line, sizeof(line), "GET %s", path);
	return exchange(host, line, headers, "");
}

static bool
head_has(const char *text)
{
	return strcasestr(answer, text) != NULL;
}

static bool
body_has(const char *text)
{
	return strstr(body, text) != NULL;
}

static size_t
times_in_body(const char *text)
{
	size_t n = 0;
	for (const char *at = body; (at = strstr(at, text)) != NULL; at++)
		n++;
	return n;
}

/* --- what a person meets --- */

TEST(a_navigation_without_a_session_goes_to_the_sign_in_on_its_own_host)
{
	char want[200];
	snprintf(want, sizeof(want),
	    "\r\nLocation: http://" GUARDED
	    ":%d/cdn-cgi/access/login?redirect_url=%%2Fx%%3Fy%%3D1\r\n",
	    front_port);
	CHECK_INT(get(GUARDED, "/x?y=1", NAVIGATE), 302);
	strcat(answer, "\r\n");
	CHECK(head_has(want));
	CHECK(!head_has("set-cookie"));
}

TEST(what_is_no_navigation_gets_401_and_json)
{
	CHECK_INT(get(GUARDED, "/x", "Accept: application/json\r\n"), 401);
	CHECK(head_has("application/json") && body_has("signed_out"));
	CHECK_INT(
	    get(GUARDED, "/x", "Accept: text/html\r\nX-Requested-With: XMLHttpRequest\r\n"), 401);
	CHECK_INT(get(GUARDED, "/x", "Accept: text/html\r\nSec-Fetch-Mode: cors\r\n"), 401);
	CHECK_INT(exchange(GUARDED, "POST /x", NAVIGATE, "a=b"), 401);
	CHECK_INT(exchange(GUARDED, "DELETE /x", NAVIGATE, ""), 401);
	CHECK(!head_has("location:"));
}

TEST(a_good_session_reaches_the_application_which_learns_who_it_is)
{
	CHECK_INT(get(GUARDED, "/x?y=1", NAVIGATE SIGNED_IN), 200);
	CHECK(body_has("the application\nGET /x?y=1\n"));
	CHECK(body_has("\ncf-access-jwt-assertion: " TOKEN "\n"));
	CHECK(body_has("\ncf-access-authenticated-user-email: ann@example.test\n"));
	CHECK(body_has("\nx-countersign-user: 00000000-0000-0000-0000-000000000014\n"));
	CHECK(body_has("\ncookie: CF_Authorization=" TOKEN "\n"));
}

TEST(a_service_token_opens_by_its_credentials_which_the_application_never_sees)
{
	const char *good = "CF-Access-Client-Id: " CLIENT ".access\r\n"
			   "CF-Access-Client-Secret: " SECRET "\r\n";
	CHECK_INT(get(GUARDED, "/machine", good), 200);
	CHECK(body_has("cf-access-jwt-assertion: " SIGNED));
	CHECK(!body_has("cf-access-client") && !body_has(SECRET));
	CHECK(!body_has("cf-access-authenticated-user-email: a"));
	CHECK_INT(get(GUARDED, "/machine",
		      "CF-Access-Client-Id: " CLIENT ".access\r\nCF-Access-Client-Secret: x\r\n"),
	    401);
	CHECK_INT(get(GUARDED, "/machine", "CF-Access-Client-Secret: " SECRET "\r\n"), 401);
	CHECK_INT(get(GUARDED, "/x", SIGNED_IN "CF-Access-Client-Id: forged\r\n"), 401);
	/* where everything is open they are taken away all the same */
	CHECK_INT(get(GUARDED, "/free", good), 200);
	CHECK(!body_has("cf-access-client"));
	CHECK_INT(get(GUARDED, "/free", "CF-Access-Client-Id: forged\r\n"), 200);
	CHECK(!body_has("forged"));
	CHECK_INT(get(GUARDED, "/machine", ""), 403);
	/* not where people alone are let in */
	CHECK_INT(get(GUARDED, "/x", good), 403);
	CHECK(!head_has("Location:"));
}

TEST(an_application_s_token_may_come_in_cf_access_token)
{
	remember_session();
	CHECK_INT(get(GUARDED, "/x", "Cf-Access-Token: " TOKEN "\r\n"), 200);
	CHECK(body_has("cf-access-jwt-assertion: " TOKEN));
	CHECK(!body_has("cf-access-token"));
}

TEST(a_body_and_any_method_reach_the_application)
{
	CHECK_INT(exchange(GUARDED, "POST /form", SIGNED_IN, "field=value"), 200);
	CHECK(body_has("POST /form\n") && body_has("body=field=value\n"));
	CHECK_INT(exchange(GUARDED, "PUT /form", SIGNED_IN, "other"), 200);
	CHECK(body_has("PUT /form\n") && body_has("body=other\n"));
	CHECK_INT(exchange(GUARDED, "HEAD /x", NAVIGATE SIGNED_IN, ""), 200);
	CHECK_INT(exchange(GUARDED, "HEAD /x", NAVIGATE, ""), 302);
}

TEST(two_cookies_of_one_name_lead_to_the_sign_in)
{
	CHECK_INT(get(GUARDED, "/", NAVIGATE SIGNED_IN SIGNED_IN), 302);
	CHECK_INT(get(GUARDED, "/",
		      NAVIGATE "Cookie: CF_Authorization=a.b.c; CF_Authorization=" TOKEN "\r\n"),
	    302);
}

TEST(an_open_host_needs_no_session)
{
	CHECK_INT(get(OPEN, "/x", ""), 200);
	CHECK(body_has("the application\nGET /x\n"));
}

TEST(the_session_of_one_host_is_none_on_another_application)
{
	CHECK_INT(get(OPEN, "/x", SIGNED_IN), 200);
	CHECK(!body_has("ann@example.test"));
}

static const char *const identity_names[] = { "Cf-Access-Jwt-Assertion", "cf-access-jwt-assertion",
	"Cf-Access-Authenticated-User-Email", "X-Countersign-User", "X-Countersign-Location",
	"Cf-Access-Token", "Cf_Access_Jwt_Assertion", "Cf_Access_Authenticated_User_Email",
	"X_Countersign_User", "CF-ACCESS-JWT-ASSERTION", "CF_ACCESS_JWT_ASSERTION",
	"Cf-Access_Jwt-Assertion", "Cf_Access-Jwt-Assertion", "Cf-Access_Authenticated_User_Email",
	"X-Countersign_User", "X_Countersign-User" };

TEST(identity_headers_that_a_person_sends_never_arrive_on_allow)
{
	for (size_t i = 0; i < CS_COUNT(identity_names); i++) {
		char headers[400];
		snprintf(headers, sizeof(headers),
		    NAVIGATE SIGNED_IN "%s: forged\r\n%s: forged too\r\n", identity_names[i],
		    identity_names[i]);
		CHECK_INT(get(GUARDED, "/x", headers), 200);
		CHECK(!body_has("forged"));
		CHECK_INT(times_in_body("\ncf-access-jwt-assertion: " TOKEN "\n"), 1);
		CHECK_INT(
		    times_in_body("\ncf-access-authenticated-user-email: ann@example.test\n"), 1);
	}
}

TEST(identity_headers_that_a_person_sends_never_arrive_on_bypass)
{
	for (size_t i = 0; i < CS_COUNT(identity_names); i++) {
		char headers[400];
		snprintf(headers, sizeof(headers), NAVIGATE "%s: forged\r\n%s: forged too\r\n",
		    identity_names[i], identity_names[i]);
		CHECK_INT(get(OPEN, "/x", headers), 200);
		CHECK(body_has("the application"));
		CHECK(!body_has("forged"));
		CHECK_INT(get(GUARDED, "/free", headers), 200);
		CHECK(!body_has("forged"));
	}
}

TEST(a_person_cannot_have_the_identity_taken_away_on_the_last_stretch)
{
	char request[] = NAVIGATE SIGNED_IN
	    "Connection: Cf-Access-Jwt-Assertion, Cf-Access-Authenticated-User-Email\r\n"
	    "Connection: X-Countersign-User\r\n";
	int status = get(GUARDED, "/x", request);
	if (status != 200)
		return; /* refused whole: as good */
	CHECK(body_has("\ncf-access-jwt-assertion: " TOKEN "\n"));
	CHECK(body_has("\nx-countersign-user: 00000000-0000-0000-0000-000000000014\n"));
}

/*
 * A server behind that takes "Upgrade: h2c" speaks HTTP/2 from then on with whoever asked, and the
 * proxy passes bytes: every request after the first one would go unjudged.
 */
TEST(no_connection_becomes_one_that_is_not_judged_any_more)
{
	static const char *const others[] = { "h2c", "H2C", "h2c, websocket", "websocket, h2c",
		"websocket/13, h2c", "h2c\r\nUpgrade: websocket", "websocket\r\nUpgrade: h2c",
		"TLS/1.0", "connect-udp" };
	for (size_t i = 0; i < CS_COUNT(others); i++) {
		char headers[400];
		snprintf(headers, sizeof(headers),
		    SIGNED_IN "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: %s\r\n"
			      "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n",
		    others[i]);
		CHECK_INT(get(GUARDED, "/free", headers), 200);
		CHECK(body_has("the application"));
		CHECK_INT(times_in_body("\nupgrade:"), times_in_body("\nupgrade: websocket\n"));
	}
	static const char *const sockets[] = { "websocket", "WebSocket" };
	for (size_t i = 0; i < CS_COUNT(sockets); i++) {
		char headers[400];
		snprintf(
		    headers, sizeof(headers), "Connection: Upgrade\r\nUpgrade: %s\r\n", sockets[i]);
		CHECK_INT(get(OPEN, "/x", headers), 200);
		CHECK(body_has("\nupgrade: ") && body_has("\nconnection: "));
	}
}

/* What a proxy says to countersignd, written by a person. */
static const char *const said[] = {
	"X-Original-Method: GET",
	"X-Original-Scheme: https",
	"X-Original-Host: " OPEN,
	"X-Original-Uri: /free",
	"X-Original-URI: /free",
	"X-Original-Remote-Addr: 203.0.113.7",
	"X-Forwarded-Method: GET",
	"X-Forwarded-Proto: https",
	"X-Forwarded-Host: " OPEN,
	"X-Forwarded-Uri: /free",
	"X-Forwarded-For: 203.0.113.7",
	"X-Forwarded-For: 203.0.113.7, 203.0.113.8",
	"X-Real-IP: 203.0.113.7",
	"X-Haproxy-Method: GET",
	"X-Haproxy-Host: " OPEN,
	"X-Haproxy-Uri: /free",
	"X-Haproxy-Src: 203.0.113.7",
	"X-Haproxy-Scheme: https",
	"Forwarded: for=203.0.113.7;host=" OPEN,
	"X_Original_Host: " OPEN,
	"X_Forwarded_Host: " OPEN,
	"Connection: X-Forwarded-For, X-Forwarded-Host, X-Original-Host",
	"X-Original-URL: /free",
	"X-Rewrite-URL: /free",
};

TEST(no_forged_header_of_a_proxy_opens_anything)
{
	for (size_t i = 0; i < CS_COUNT(said); i++) {
		char headers[400];
		int before = atomic_load(&demo_calls);
		snprintf(headers, sizeof(headers), NAVIGATE "%s\r\n", said[i]);
		int status = get(GUARDED, "/x", headers);
		CHECK(status == 302 || status == 400);
		CHECK(!head_has("https://") && !head_has("//" OPEN));
		status = get(GUARDED, "/public", headers);
		CHECK(status == 403 || status == 302 || status == 400);
		CHECK_INT(atomic_load(&demo_calls), before);
	}
}

TEST(forged_headers_of_a_proxy_do_not_shut_anybody_out)
{
	for (size_t i = 0; i < CS_COUNT(said); i++) {
		char headers[400];
		snprintf(headers, sizeof(headers), NAVIGATE SIGNED_IN "%s\r\n", said[i]);
		CHECK_INT(get(GUARDED, "/x", headers), 200);
	}
}

TEST(a_path_that_means_two_things_reaches_no_application)
{
	static const char *const paths[] = { "/free/../secret", "/free/%2e%2e/secret",
		"/free%2f..%2fsecret", "/free/..%2fsecret", "/free/..%5csecret",
		"/free\\..\\secret", "//free/../secret", "/./free/../secret",
		"/free/x/../../secret", "/%66ree/../secret", "/secret/..//free",
		"/free%00/../secret", "/free/%2e./secret", "/%2e/secret/../free", "//secret",
		"/secret//../free", "/free#/../secret" };
	for (size_t i = 0; i < CS_COUNT(paths); i++) {
		int before = atomic_load(&demo_calls);
		int status = get(GUARDED, paths[i], NAVIGATE);
		CHECK(status >= 300 && status < 500);
		CHECK_INT(atomic_load(&demo_calls), before);
	}
}

TEST(the_application_is_sent_the_path_that_was_judged)
{
	static const char *const paths[] = { "/a%20b", "/a%2Bb/%C3%A9", "/a;v=1,2", "/a//b",
		"/a/?x=%2f..%5c", "/%7Euser", "/a!$&'()*+=:@" };
	for (size_t i = 0; i < CS_COUNT(paths); i++) {
		char want[100];
		snprintf(want, sizeof(want), "\nGET %s\n", paths[i]);
		CHECK_INT(get(OPEN, paths[i], ""), 200);
		CHECK(body_has(want));
	}
}

TEST(the_sign_in_on_the_applications_host_is_reached_without_a_session)
{
	char host[100];
	snprintf(host, sizeof(host), "\nhost: " GUARDED ":%d\n", front_port);
	CHECK_INT(get(GUARDED, "/cdn-cgi/access/login?redirect_url=%2Fx", NAVIGATE), 200);
	CHECK(body_has("countersign\nGET /cdn-cgi/access/login?redirect_url=%2Fx\n"));
	CHECK(body_has(host));
	CHECK(body_has("\nclient=127.0.0.1\nscheme=http\n"));
	CHECK_INT(exchange(GUARDED, "POST /cdn-cgi/access/authorized", "", "code=1"), 200);
	CHECK(body_has("countersign\n") && body_has("body=code=1\n"));
}

TEST(the_sign_in_learns_the_true_address_whatever_is_forged)
{
	for (size_t i = 0; i < CS_COUNT(said); i++) {
		char headers[400];
		snprintf(headers, sizeof(headers), NAVIGATE "%s\r\n", said[i]);
		CHECK_INT(get(GUARDED, "/cdn-cgi/access/login", headers), 200);
		CHECK(body_has("\nclient=127.0.0.1\nscheme=http\n"));
	}
}

TEST(a_request_line_with_another_host_than_the_host_header_opens_nothing)
{
	int before = atomic_load(&demo_calls);
	char target[200];
	snprintf(target, sizeof(target), "http://" GUARDED ":%d/secret", front_port);
	int status = get(OPEN, target, NAVIGATE);
	CHECK(status == 400 || status == 302);
	CHECK_INT(get(GUARDED, target, NAVIGATE), 302);
	CHECK_INT(atomic_load(&demo_calls), before);
	CHECK_INT(get(GUARDED, target, NAVIGATE SIGNED_IN), 200);
}

TEST(nothing_but_the_sign_in_is_reached_by_its_path)
{
	static const char *const paths[] = { "/cdn-cgi/access/../../secret",
		"/cdn-cgi/access/%2e%2e/%2e%2e/secret", "/cdn-cgi/accessx", "/cdn-cgi/access",
		"/cdn-cgi/access/..%2f..%2fsecret" };
	for (size_t i = 0; i < CS_COUNT(paths); i++) {
		int before = atomic_load(&demo_calls);
		get(GUARDED, paths[i], NAVIGATE);
		CHECK_INT(atomic_load(&demo_calls), before);
	}
}

TEST(nobody_asks_for_a_decision_through_the_front)
{
	CHECK_INT(get(GUARDED, "/decision", NAVIGATE), 302);
	int status = get(GUARDED, "/.countersign-decision", NAVIGATE SIGNED_IN);
	CHECK(status == 404 || (status == 200 && body_has("the application")));
}

TEST(when_a_session_cannot_be_judged_nobody_passes)
{
	int before = atomic_load(&demo_calls);
	atomic_store(&store_is_down, true);
	CHECK_INT(get(GUARDED, "/x", NAVIGATE "Cookie: CF_Authorization=" COLD_TOKEN "\r\n"), 503);
	atomic_store(&store_is_down, false);
	CHECK_INT(atomic_load(&demo_calls), before);
	CHECK_INT(get(GUARDED, "/x", NAVIGATE "Cookie: CF_Authorization=" COLD_TOKEN "\r\n"), 302);
}

TEST(a_revoked_session_is_refused_at_the_next_request)
{
	CHECK_INT(get(GUARDED, "/x", NAVIGATE SIGNED_IN), 200);
	cs_gate_drop_user(gate, id_of(1), id_of(20));
	CHECK_INT(get(GUARDED, "/x", NAVIGATE SIGNED_IN), 302);
	remember_session();
	CHECK_INT(get(GUARDED, "/x", NAVIGATE SIGNED_IN), 200);
}

/* As TAP has it; nothing is run then. */
static bool
is_installed(const char *name)
{
	char command[100];
	snprintf(command, sizeof(command), "command -v %s >/dev/null", name);
	if (system(command) == 0)
		return true;
	printf("1..0 # SKIP %s is not installed\n", name);
	return false;
}

int
main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	/* where Debian keeps nginx, and not every user's PATH does */
	char path[4096];
	const char *inherited = getenv("PATH");
	snprintf(
	    path, sizeof(path), "%s:/usr/sbin", inherited != NULL ? inherited : "/usr/bin:/bin");
	setenv("PATH", path, 1);
	if (!is_installed(argv[1]))
		return 0;
	program = argv[1];
	shipped_file = argv[2];
	return _cmocka_run_group_tests(program, test_list, test_count, start_front, stop_front);
}
