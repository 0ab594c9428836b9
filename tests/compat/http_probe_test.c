/*
 * http_probe_test.c - our HTTP core beside a real nginx: the same bytes to both, two verdicts.
 *
 * nginx stands in front of a second listener of ours and reads each request whole before it asks
 * for something of its own there, so its verdict is its own. What nginx refuses we refuse; where we refuse more, the row says
 * why, and where we do not any more (or nginx does, too), the row is wrong and fails.
 */
#include "test.h"

#include "crypto/random.h"
#include "http/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum verdict {
	TAKEN, /* by both */
	REFUSED, /* by both */
	STRICTER, /* by us alone */
};

struct probe {
	const char *name;
	enum verdict want;
	size_t len;
	const char *bytes;
};

#define P(NAME, WANT, BYTES) \
	{ \
		NAME, WANT, sizeof(BYTES) - 1, BYTES \
	}
#define H "Host: a.test\r\n"
#define GET "GET / HTTP/1.1\r\n" H
#define POST "POST / HTTP/1.1\r\n" H
#define CHUNKED POST "Transfer-Encoding: chunked\r\n\r\n"

/* clang-format off */
static const struct probe probes[] = {
	P("a_plain_request", TAKEN, GET "\r\n"),
	P("an_empty_line_first", TAKEN, "\r\n" GET "\r\n"),
	P("http_1_0_with_a_host", TAKEN, "GET / HTTP/1.0\r\n" H "\r\n"),
	P("absolute_form_of_the_same_host", TAKEN, "GET http://a.test/ HTTP/1.1\r\n" H "\r\n"),
	P("an_ipv6_host", TAKEN, "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
	P("a_tab_in_a_value", TAKEN, GET "X: a\tb\r\n\r\n"),
	P("bytes_above_ascii_in_a_value", TAKEN, GET "X: \xc3\xa9\r\n\r\n"),
	P("an_empty_value", TAKEN, GET "X:\r\n\r\n"),
	P("two_cookie_headers", TAKEN, GET "Cookie: a=b\r\nCookie: c=d\r\n\r\n"),
	P("a_body_with_its_length", TAKEN, POST "Content-Length: 5\r\n\r\nhello"),
	P("a_chunked_body", TAKEN, CHUNKED "5\r\nhello\r\n0\r\n\r\n"),
	P("a_chunk_extension", TAKEN, CHUNKED "5;a=b\r\nhello\r\n0\r\n\r\n"),
	P("a_trailer_field", TAKEN, CHUNKED "5\r\nhello\r\n0\r\nA: b\r\n\r\n"),

	P("two_differing_lengths", REFUSED, POST "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
	P("two_equal_lengths", REFUSED, POST "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
	P("length_and_chunks", REFUSED, POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
	P("a_negative_length", REFUSED, POST "Content-Length: -5\r\n\r\nhello"),
	P("a_length_with_a_plus", REFUSED, POST "Content-Length: +5\r\n\r\nhello"),
	P("a_list_of_lengths", REFUSED, POST "Content-Length: 5, 5\r\n\r\nhello"),
	P("a_length_that_overflows", REFUSED, POST "Content-Length: 99999999999999999999\r\n\r\n"),
	P("a_length_over_the_limit", REFUSED, POST "Content-Length: 1001\r\n\r\n"),
	P("an_unknown_coding", REFUSED, POST "Transfer-Encoding: gzip\r\n\r\n"),
	P("two_codings", REFUSED, POST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
	P("chunked_twice", REFUSED, POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
	P("chunks_over_the_limit", REFUSED, CHUNKED "ffff\r\n"),
	P("a_chunk_size_with_a_sign", REFUSED, CHUNKED "-5\r\nhello\r\n0\r\n\r\n"),
	P("a_chunk_size_with_0x", REFUSED, CHUNKED "0x5\r\nhello\r\n0\r\n\r\n"),
	P("chunk_data_too_long", REFUSED, CHUNKED "5\r\nhelloo\r\n0\r\n\r\n"),
	P("a_folded_line", REFUSED, GET "X: a\r\n b\r\n\r\n"),
	P("a_space_before_the_colon", REFUSED, GET "X : a\r\n\r\n"),
	P("a_bare_cr_in_a_value", REFUSED, GET "X: a\rb\r\n\r\n"),
	P("a_space_in_the_target", REFUSED, "GET /a b HTTP/1.1\r\n" H "\r\n"),
	P("no_host", REFUSED, "GET / HTTP/1.1\r\n\r\n"),
	P("two_hosts", REFUSED, GET "Host: b.test\r\n\r\n"),
	P("an_empty_host", REFUSED, "GET / HTTP/1.1\r\nHost:\r\n\r\n"),
	P("a_slash_in_the_host", REFUSED, "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n"),
	P("nul_in_a_value", REFUSED, GET "X: a\0b\r\n\r\n"),
	P("nul_in_the_target", REFUSED, "GET /a\0b HTTP/1.1\r\n" H "\r\n"),
	P("a_control_in_the_target", REFUSED, "GET /a\x01 HTTP/1.1\r\n" H "\r\n"),
	P("http_2_preface", REFUSED, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
	P("a_tls_hello", REFUSED, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
	P("a_target_without_a_slash", REFUSED, "GET a HTTP/1.1\r\n" H "\r\n"),
	P("asterisk_form", REFUSED, "OPTIONS * HTTP/1.1\r\n" H "\r\n"),
	P("connect", REFUSED, "CONNECT a.test:443 HTTP/1.1\r\n" H "\r\n"),
	P("a_lower_case_version", REFUSED, "GET / http/1.1\r\n" H "\r\n"),
	P("a_space_in_the_method", REFUSED, "G ET / HTTP/1.1\r\n" H "\r\n"),

	/* RFC 9112 §2.2 lets a bare LF end a line; whoever stands in front may think otherwise */
	P("bare_lf", STRICTER, "GET / HTTP/1.1\nHost: a.test\n\n"),
	P("bare_lf_after_one_field", STRICTER, GET "X: y\n\r\n"),
	P("chunk_lines_end_in_lf", STRICTER, CHUNKED "5\nhello\n0\n\n"),
	/* nginx forgets a header that it does not like; it might be the one that matters to another */
	P("a_name_that_is_no_token", STRICTER, GET "X(y): a\r\n\r\n"),
	P("a_line_without_a_colon", STRICTER, GET "Xyz\r\n\r\n"),
	P("a_control_in_a_value", STRICTER, GET "X: \x01\r\n\r\n"),
	/* a request without a Host belongs to no account */
	P("http_0_9", STRICTER, "GET /\r\n"),
	P("http_1_0_without_a_host", STRICTER, "GET / HTTP/1.0\r\n\r\n"),
	P("absolute_form_of_another_host", STRICTER, "GET http://b.test/ HTTP/1.1\r\n" H "\r\n"),
	P("a_host_with_an_at", STRICTER, "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n"),
	P("a_host_with_a_comma", STRICTER, "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n"),
	P("a_host_with_letters_for_a_port", STRICTER, "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n"),
	/* one form of the target, one of the version, one way to count */
	P("spaces_before_the_target", STRICTER, "GET   / HTTP/1.1\r\n" H "\r\n"),
	P("a_fragment_in_the_target", STRICTER, "GET /a#b HTTP/1.1\r\n" H "\r\n"),
	P("bytes_above_ascii_in_the_target", STRICTER, "GET /\xc3\xa9 HTTP/1.1\r\n" H "\r\n"),
	P("http_1_2", STRICTER, "GET / HTTP/1.2\r\n" H "\r\n"),
	P("a_version_of_three_digits", STRICTER, "GET / HTTP/1.10\r\n" H "\r\n"),
	P("an_unknown_expectation", STRICTER, POST "Expect: 200-ok\r\nContent-Length: 0\r\n\r\n"),
	P("space_behind_a_chunk_size", STRICTER, CHUNKED "5 \r\nhello\r\n0\r\n\r\n"),
};
/* clang-format on */

/* --- ours --- */

static struct cs_server *server;
static int front_port;
static pid_t front = -1;
static char folder[] = "/tmp/countersign-probe-XXXXXX";

static size_t
take_a_little(void *ctx, const struct cs_request *rq)
{
	return 1000;
}

static bool
take(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	rs->status = 200;
	cs_buf_add_str(&rs->body, CS_STR("taken"));
	return true;
}

static void
never(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	rs->status = 500;
}

static const struct cs_handler handler = {
	.body_limit = take_a_little,
	.fast = take,
	.slow = never,
};

static int
connect_to(int port)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct timeval patience = { .tv_sec = 60 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* --- nginx --- */

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
write_configuration(const char *path)
{
	static const char *const temporary[] = { "client_body", "proxy", "fastcgi", "uwsgi",
		"scgi" };
	FILE *f = fopen(path, "w");

	CHECK(f != NULL);
	fprintf(f,
	    "daemon off;\nworker_processes 1;\npid %s/pid;\nevents {}\nhttp {\naccess_log off;\n",
	    folder);
	for (size_t i = 0; i < CS_COUNT(temporary); i++)
		fprintf(f, "%s_temp_path %s/%s;\n", temporary[i], folder, temporary[i]);
	fprintf(f,
	    "server {\nlisten 127.0.0.1:%d;\nclient_max_body_size 1000;\nlocation / {\n"
	    "rewrite ^ /taken break;\nproxy_pass http://127.0.0.1:%u;\n"
	    "proxy_pass_request_headers off;\nproxy_set_header Host a.test;\n}\n}\n}\n",
	    front_port, (unsigned)cs_server_port(server, 0));
	CHECK(fclose(f) == 0);
}

static int
start_both(void **state)
{
	struct cs_listen listeners[] = {
		{ .address = CS_STR("127.0.0.1:0") },
		{ .address = CS_STR("127.0.0.1:0") },
	};
	struct cs_server_config cfg;
	char path[128], log[128];

	signal(SIGPIPE, SIG_IGN);
	CHECK(mkdtemp(folder) != NULL);
	cs_server_config_init(&cfg);
	cfg.listeners = listeners;
	cfg.listener_count = CS_COUNT(listeners);
	CHECK_OK(cs_server_new(&cfg, &handler, &cs_clock_wall, &cs_random_system, &server));
	CHECK_OK(cs_server_start(server));
	front_port = free_port();
	snprintf(path, sizeof(path), "%s/conf", folder);
	snprintf(log, sizeof(log), "%s/error.log", folder);
	write_configuration(path);
	front = fork();
	if (front == 0) {
		execlp("nginx", "nginx", "-e", log, "-c", path, (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < 1000; i++) {
		int fd = connect_to(front_port);
		if (fd >= 0) {
			close(fd);
			return 0;
		}
		if (waitpid(front, NULL, WNOHANG) == front)
			break;
		nanosleep(&(struct timespec){ .tv_nsec = 10 * 1000 * 1000 }, NULL);
	}
	print_error("nginx did not start: see %s\n", log);
	return -1;
}

static int
stop_both(void **state)
{
	char command[128];

	kill(front, SIGTERM);
	waitpid(front, NULL, 0);
	cs_err stopped = cs_server_stop(server);
	CHECK(!cs_failed(stopped) || cs_is(stopped, CS_E_UNAVAILABLE));
	cs_server_free(&server);
	snprintf(command, sizeof(command), "rm -rf %s", folder);
	return system(command);
}

/* --- the comparison --- */

/* Whether the bytes were taken for a request: some answer that is no 4xx and no 5xx. */
static bool
is_taken(int port, const struct probe *p)
{
	char got[1024];
	size_t n = 0;
	int fd = connect_to(port);

	CHECK(fd >= 0);
	CHECK(send(fd, p->bytes, p->len, MSG_NOSIGNAL) == (ssize_t)p->len);
	for (ssize_t more = 1; more > 0 && n<32; n += more> 0 ? (size_t)more : 0)
		more = recv(fd, got + n, sizeof(got) - 1 - n, 0);
	close(fd);
	got[n] = '\0';
	if (n == 0)
		return false;
	/* HTTP/0.9 has no head, in either case */
	bool has_head = strncmp(got, "HTTP/1.", 7) == 0;
	return has_head ? got[9] < '4' : strstr(got, "<title>4") == NULL;
}

static void
compare(void **state)
{
	const struct probe *p = *state;
	bool by_us = is_taken(cs_server_port(server, 1), p);
	bool by_nginx = is_taken(front_port, p);

	if (by_us != (p->want == TAKEN) || by_nginx != (p->want != REFUSED)) {
		print_error("%s: we %s it, nginx %s it\n", p->name, by_us ? "take" : "refuse",
		    by_nginx ? "takes" : "refuses");
		_fail(__FILE__, __LINE__);
	}
}

int
main(void)
{
	static struct CMUnitTest tests[CS_COUNT(probes)];

	for (size_t i = 0; i < CS_COUNT(probes); i++) {
		tests[i] = (struct CMUnitTest){
			.name = probes[i].name,
			.test_func = compare,
			.initial_state = (void *)(uintptr_t)&probes[i],
		};
	}
	return _cmocka_run_group_tests(
	    "compat/http_probe", tests, CS_COUNT(tests), start_both, stop_both);
}
