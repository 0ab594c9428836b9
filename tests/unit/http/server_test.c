/*
 * The server on real sockets of the loopback: what a client sees.
 */
#include "test.h"

#include "http/server.h"
#include "http/systemd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define BIG (3 * 1024 * 1024)
#define GET(PATH) "GET " PATH " HTTP/1.1\r\nHost: a.test\r\n\r\n"

static uint8_t big[BIG];
static sem_t entered, released;
static atomic_int slow_runs;
static char unix_path[64];
static struct cs_server_config cfg;
static struct cs_listen listeners[2];
static struct cs_server *server;

static size_t
limit_of(void *ctx, const struct cs_request *rq)
{
	return cs_str_starts(rq->path, CS_STR("/echo")) ? 1000 : 0;
}

static bool
answer_fast(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	if (cs_str_equal(rq->path, CS_STR("/fast"))) {
		rs->status = 200;
		cs_buf_add_str(&rs->body, CS_STR("fast"));
	} else if (cs_str_equal(rq->path, CS_STR("/query"))) {
		rs->status = 200;
		cs_buf_add_str(&rs->body, rq->query);
	} else if (cs_str_equal(rq->path, CS_STR("/big"))) {
		rs->status = 200;
		rs->static_body = CS_SPAN(big, BIG);
		rs->has_static_body = true;
	} else if (cs_str_equal(rq->path, CS_STR("/cookie"))) {
		cs_str v;
		rs->status = cs_failed(cs_request_cookie(rq, CS_STR("b"), &v)) ? 403 : 200;
		cs_buf_add_str(&rs->body, v);
	} else if (cs_str_equal(rq->path, CS_STR("/peer"))) {
		rs->status = 200;
		cs_buf_printf(&rs->body, "%d %d %.*s", rq->peer.family, rq->listener->is_unix,
		    CS_STR_ARG(rq->listener->name));
	} else if (cs_str_equal(rq->path, CS_STR("/empty"))) {
		rs->status = 204;
	} else if (cs_str_equal(rq->path, CS_STR("/forgot"))) {
		cs_buf_add_str(&rs->body, CS_STR("never seen"));
	} else if (cs_str_equal(rq->path, CS_STR("/long-header"))) {
		rs->status = 200;
		for (int i = 0; i < 2000; i++)
			cs_response_header(rs, CS_STR("X-Long"), CS_STR("0123456789"));
	} else {
		return false;
	}
	return true;
}

static void
answer_slow(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	atomic_fetch_add(&slow_runs, 1);
	if (cs_str_equal(rq->path, CS_STR("/block"))) {
		sem_post(&entered);
		sem_wait(&released);
	}
	rs->status = 200;
	cs_buf_add_str(&rs->body, CS_STR("slow "));
	if (cs_str_equal(rq->path, CS_STR("/slow-big")))
		cs_buf_add(&rs->body, CS_SPAN(big, BIG));
	else
		cs_buf_add(&rs->body, rq->body);
}

static void
refuse_own(void *ctx, const struct cs_request *rq, int status, struct cs_response *rs)
{
	cs_response_header(rs, CS_STR("X-Own"), CS_STR("yes"));
}

static const struct cs_handler handler = {
	.body_limit = limit_of,
	.fast = answer_fast,
	.slow = answer_slow,
};
static const struct cs_handler other = {
	.body_limit = limit_of,
	.fast = answer_fast,
	.slow = answer_slow,
	.refused = refuse_own,
};

static void
fill_counting(void *ctx, uint8_t *out, size_t len)
{
	static atomic_uchar next;

	for (size_t i = 0; i < len; i++)
		out[i] = atomic_fetch_add(&next, 1);
	atomic_fetch_add(&next, 1);
}

static const struct cs_random counting = { .fill = fill_counting };

static cs_time
fixed_now(void *ctx)
{
	return cs_seconds(784111777); /* the example of RFC 9110 §5.6.7 */
}

static const struct cs_clock fixed = { .now = fixed_now };

/* What is never reached, but by a server that hangs. */
#define PATIENCE_MS 60000

/* Before each test changes cfg and starts. */
static void
prepare(void)
{
	/* what a failed test left behind */
	for (int i = 0; server != NULL && i < 100; i++)
		sem_post(&released);
	cs_server_free(&server);
	sem_init(&entered, 0, 0);
	sem_init(&released, 0, 0);
	atomic_store(&slow_runs, 0);
	for (size_t i = 0; i < BIG; i++)
		big[i] = (uint8_t)(i * 7 + i / 251);
	snprintf(unix_path, sizeof(unix_path), "/tmp/cs-http-%d.sock", (int)getpid());
	cs_server_config_init(&cfg);
	static char name[80];
	snprintf(name, sizeof(name), "unix:%s", unix_path);
	listeners[0] = (struct cs_listen){ .address = CS_STR("127.0.0.1:0") };
	listeners[1] =
	    (struct cs_listen){ .address = cs_str_c(name), .mode = 0640, .handler = &other };
	cfg.listeners = listeners;
	cfg.listener_count = 2;
	cfg.workers = 2;
	/* longer than a client here waits: no deadline may do what a test asks something else for */
	cfg.deadlines = (struct cs_server_deadlines){ 2 * PATIENCE_MS, 2 * PATIENCE_MS,
		2 * PATIENCE_MS, 2 * PATIENCE_MS, 2 * PATIENCE_MS, 2 * PATIENCE_MS };
}

static void
start(void)
{
	CHECK_OK(cs_server_new(&cfg, &handler, &fixed, &counting, &server));
	CHECK_OK(cs_server_start(server));
}

static void
stop(void)
{
	CHECK_OK(cs_server_stop(server));
	cs_server_free(&server);
	sem_destroy(&entered);
	sem_destroy(&released);
}

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
set_patience(int fd, int64_t ms)
{
	const struct timeval t = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t));
}

static int
try_connect(int receive_buffer)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_port = htons(cs_server_port(server, 0)) };
	int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (receive_buffer > 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
	set_patience(fd, PATIENCE_MS);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0)
		return fd;
	int why = errno;
	close(fd);
	errno = why;
	return -1;
}

static int
join(void)
{
	int fd = try_connect(0);

	CHECK(fd >= 0);
	return fd;
}

static int
join_unix(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(un.sun_path, unix_path);
	set_patience(fd, PATIENCE_MS);
	CHECK_INT(connect(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	return fd;
}

static void
say_bytes(int fd, const void *p, size_t len)
{
	for (size_t done = 0; done < len;) {
		ssize_t n = send(fd, (const char *)p + done, len - done, MSG_NOSIGNAL);
		CHECK(n > 0);
		done += (size_t)n;
	}
}

static void
say(int fd, const char *text)
{
	say_bytes(fd, text, strlen(text));
}

/* One response: its head as text, its body by its length. */
static char heard[32768];
static uint8_t heard_body[BIG + 16];
static size_t heard_len;

static int
hear_head(int fd)
{
	size_t n = 0;

	while (n < 4 || memcmp(heard + n - 4, "\r\n\r\n", 4) != 0) {
		CHECK(n < sizeof(heard) - 1);
		if (recv(fd, heard + n, 1, 0) != 1)
			return 0;
		n++;
	}
	heard[n] = '\0';
	return atoi(heard + 9);
}

static int
hear(int fd)
{
	int status = hear_head(fd);
	const char *length = status == 0 ? NULL : strstr(heard, "\r\nContent-Length: ");

	heard_len = length != NULL ? strtoul(length + 18, NULL, 10) : 0;
	CHECK(heard_len <= BIG + 15);
	for (size_t n = 0; n < heard_len;) {
		ssize_t got = recv(fd, heard_body + n, heard_len - n, 0);
		CHECK(got > 0);
		n += (size_t)got;
	}
	heard_body[heard_len] = 0;
	return status;
}

static void
hears(int fd, int status, const char *body)
{
	CHECK_INT(hear(fd), status);
	check_text(heard_body, heard_len, body, __FILE__, __LINE__);
}

/* Nothing but the end comes. */
static bool
is_closed(int fd)
{
	char b;
	ssize_t n = recv(fd, &b, 1, 0);

	return n == 0 || (n < 0 && errno == ECONNRESET);
}

TEST(one_connection_carries_many_requests)
{
	prepare();
	start();
	int fd = join();
	for (int i = 0; i < 600; i++) { /* more than there are ids in stock */
		say(fd, GET("/fast"));
		hears(fd, 200, "fast");
	}
	close(fd);
	stop();
}

TEST(an_answer_has_date_length_and_a_request_id_of_its_own)
{
	char first[37];

	prepare();
	start();
	int fd = join();
	say(fd, GET("/fast"));
	hears(fd, 200, "fast");
	CHECK(strstr(heard, "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n") == heard);
	CHECK(strstr(heard, "\r\nConnection:") == NULL);
	memcpy(first, strstr(heard, "\r\nX-Request-Id: ") + 16, 36);
	CHECK(first[8] == '-' && first[14] == '4' && first[23] == '-');
	say(fd, GET("/fast"));
	hears(fd, 200, "fast");
	CHECK(memcmp(first, strstr(heard, "\r\nX-Request-Id: ") + 16, 36) != 0);
	close(fd);
	stop();
}

TEST(ten_pipelined_requests_are_answered_in_order)
{
	char text[1024] = "";

	prepare();
	start();
	int fd = join();
	for (int i = 0; i < 10; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
		    "GET /query?%d HTTP/1.1\r\nHost: a.test\r\n\r\n", i);
	say(fd, text);
	for (int i = 0; i < 10; i++) {
		char want[8];
		snprintf(want, sizeof(want), "%d", i);
		hears(fd, 200, want);
	}
	close(fd);
	stop();
}

TEST(a_request_may_come_byte_by_byte)
{
	static const char text[] =
	    "POST /echo HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello";

	prepare();
	start();
	int fd = join();
	for (size_t i = 0; i < sizeof(text) - 1; i++)
		say_bytes(fd, text + i, 1);
	hears(fd, 200, "slow hello");
	say(fd, GET("/fast"));
	hears(fd, 200, "fast");
	close(fd);
	stop();
}

TEST(a_parked_request_holds_back_only_its_own_connection)
{
	prepare();
	start();
	int a = join(), b = join();
	say(a, GET("/block") GET("/fast"));
	sem_wait(&entered);
	say(a, GET("/query?3"));
	say(b, GET("/fast"));
	hears(b, 200, "fast");
	sem_post(&released);
	hears(a, 200, "slow ");
	hears(a, 200, "fast");
	hears(a, 200, "3");
	close(a);
	close(b);
	stop();
}

TEST(a_client_that_leaves_while_its_request_is_parked_harms_nobody)
{
	prepare();
	start();
	int a = join();
	say(a, GET("/block"));
	sem_wait(&entered);
	struct linger abort = { .l_onoff = 1 };
	setsockopt(a, SOL_SOCKET, SO_LINGER, &abort, sizeof(abort));
	close(a);
	sem_post(&released);
	int b = join();
	say(b, GET("/slow"));
	hears(b, 200, "slow ");
	close(b);
	stop();
}

TEST(a_client_that_shuts_its_side_still_hears_the_answer)
{
	prepare();
	start();
	int fd = join();
	say(fd, GET("/slow"));
	shutdown(fd, SHUT_WR);
	hears(fd, 200, "slow ");
	CHECK(is_closed(fd));
	close(fd);
	stop();
}

TEST(a_chunked_body_is_decoded_and_the_next_request_found)
{
	prepare();
	start();
	int fd = join();
	say(fd, "POST /echo HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n"
		"5\r\nhello\r\n6;x\r\n world\r\n0\r\nT: v\r\n\r\n" GET("/fast"));
	hears(fd, 200, "slow hello world");
	hears(fd, 200, "fast");
	close(fd);
	stop();
}

TEST(a_body_over_its_routes_limit_is_413_before_it_is_read)
{
	prepare();
	start();
	int fd = join();
	say(fd, "POST /echo HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1001\r\n\r\n");
	CHECK_INT(hear(fd), 413);
	CHECK(strstr(heard, "\r\nConnection: close\r\n") != NULL);
	close(fd);
	fd = join();
	say(fd, "POST /fast HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n\r\n");
	CHECK_INT(hear(fd), 413);
	close(fd);
	stop();
	CHECK_INT(atomic_load(&slow_runs), 0);
}

TEST(a_body_of_exactly_the_limit_is_taken)
{
	char text[1200] = "POST /echo HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1000\r\n\r\n";
	size_t n = strlen(text);

	prepare();
	start();
	int fd = join();
	memset(text + n, 'x', 1000);
	say_bytes(fd, text, n + 1000);
	CHECK_INT(hear(fd), 200);
	CHECK_INT(heard_len, 1005);
	close(fd);
	stop();
}

TEST(chunks_over_the_limit_are_413_and_bad_ones_400)
{
	prepare();
	start();
	int fd = join();
	say(fd, "POST /echo HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n");
	for (int i = 0; i < 1001; i++)
		say(fd, "x");
	CHECK_INT(hear(fd), 413);
	CHECK(is_closed(fd));
	close(fd);
	fd = join();
	say(fd,
	    "POST /echo HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\nhello");
	CHECK_INT(hear(fd), 400);
	CHECK(is_closed(fd));
	close(fd);
	stop();
	CHECK_INT(atomic_load(&slow_runs), 0);
}

TEST(expect_100_continue_is_answered_and_413_instead_where_that_is_the_answer)
{
	prepare();
	start();
	int fd = join();
	say(fd, "POST /echo HTTP/1.1\r\nHost: a.test\r\nContent-Length: 2\r\nExpect: "
		"100-continue\r\n\r\n");
	CHECK_INT(hear_head(fd), 100);
	say(fd, "ok");
	hears(fd, 200, "slow ok");
	say(fd, "POST /echo HTTP/1.1\r\nHost: a.test\r\nContent-Length: 9999\r\nExpect: "
		"100-continue\r\n\r\n");
	CHECK_INT(hear(fd), 413);
	close(fd);
	stop();
}

TEST(a_head_request_gets_the_length_and_no_body)
{
	prepare();
	start();
	int fd = join();
	say(fd,
	    "HEAD /fast HTTP/1.1\r\nHost: a.test\r\n\r\nHEAD /big HTTP/1.1\r\nHost: a.test\r\n\r\n"
	    "HEAD /slow HTTP/1.1\r\nHost: a.test\r\n\r\n" GET("/fast"));
	CHECK_INT(hear_head(fd), 200);
	CHECK(strstr(heard, "\r\nContent-Length: 4\r\n") != NULL);
	CHECK_INT(hear_head(fd), 200);
	CHECK(strstr(heard, "\r\nContent-Length: 3145728\r\n") != NULL);
	CHECK_INT(hear_head(fd), 200);
	CHECK(strstr(heard, "\r\nContent-Length: 5\r\n") != NULL);
	hears(fd, 200, "fast");
	close(fd);
	stop();
}

TEST(a_204_has_no_length_rfc_9110_8_6)
{
	prepare();
	start();
	int fd = join();
	say(fd, GET("/empty") GET("/fast"));
	CHECK_INT(hear_head(fd), 204);
	CHECK(strstr(heard, "Content-Length") == NULL);
	hears(fd, 200, "fast");
	close(fd);
	stop();
}

TEST(a_handler_that_forgot_its_status_or_wrote_too_much_is_a_500_without_its_text)
{
	prepare();
	start();
	int fd = join();
	say(fd, GET("/forgot") GET("/long-header"));
	hears(fd, 500, "");
	hears(fd, 500, "");
	CHECK(strstr(heard, "X-Long") == NULL);
	close(fd);
	stop();
}

TEST(all_cookie_headers_are_read_together_and_a_cookie_twice_is_no_cookie)
{
	prepare();
	start();
	int fd = join();
	say(fd, "GET /cookie HTTP/1.1\r\nHost: a.test\r\nCookie: a=1; c=3\r\nCookie: b=2\r\n\r\n"
		"GET /cookie HTTP/1.1\r\nHost: a.test\r\nCookie: b=1\r\nCookie: b=2\r\n\r\n"
		"GET /cookie HTTP/1.1\r\nHost: a.test\r\nCookie: b=1; b=1\r\n\r\n"
		"GET /cookie HTTP/1.1\r\nHost: a.test\r\nCookie: xb=1; bb=2; B=3; b\r\n\r\n"
		"GET /cookie HTTP/1.1\r\nHost: a.test\r\nCookie: a=1;b=x=\"y\" ;c\r\n\r\n");
	hears(fd, 200, "2");
	hears(fd, 403, "");
	hears(fd, 403, "");
	hears(fd, 403, "");
	hears(fd, 200, "x=\"y\"");
	close(fd);
	stop();
}

TEST(what_is_malformed_is_answered_400_with_an_id_and_closed_and_never_sent_back)
{
	static const char *const bad[] = {
		"GET /needle\r\n",
		"GET /needle HTTP/1.1\r\n\r\n",
		"GET /needle HTTP/1.1\nHost: a.test\n\n",
		"GET /needle HTTP/1.1\r\nHost: a.test\r\nneedle : 1\r\n\r\n",
		"GET /needle HTTP/1.1\r\nHost: a.test\r\nX: needle\r\n needle\r\n\r\n",
		"GET /needle HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
	};

	prepare();
	start();
	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		int fd = join();
		say(fd, bad[i]);
		say(fd, GET("/fast"));
		CHECK_INT(hear(fd), 400);
		CHECK(strstr(heard, "\r\nX-Request-Id: ") != NULL);
		CHECK(strstr(heard, "\r\nConnection: close\r\n") != NULL);
		CHECK(strstr(heard, "needle") == NULL);
		CHECK(strstr((char *)heard_body, "needle") == NULL);
		CHECK(is_closed(fd));
		close(fd);
	}
	stop();
}

TEST(good_requests_before_a_bad_one_are_answered)
{
	prepare();
	start();
	int fd = join();
	say(fd, GET("/fast") "BAD\r\n" GET("/fast"));
	hears(fd, 200, "fast");
	CHECK_INT(hear(fd), 400);
	CHECK(is_closed(fd));
	close(fd);
	stop();
}

TEST(connection_close_and_http_1_0_end_the_connection)
{
	prepare();
	start();
	int fd = join();
	say(fd, "GET /fast HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
	hears(fd, 200, "fast");
	CHECK(strstr(heard, "\r\nConnection: close\r\n") != NULL);
	CHECK(is_closed(fd));
	close(fd);
	fd = join();
	say(fd, "GET /slow HTTP/1.0\r\nHost: a.test\r\n\r\n");
	hears(fd, 200, "slow ");
	CHECK(is_closed(fd));
	close(fd);
	stop();
}

TEST(a_head_over_the_limit_is_431)
{
	char text[20000];

	prepare();
	start();
	int fd = join();
	memset(text, 'x', sizeof(text));
	memcpy(text, "GET / HTTP/1.1\r\nX:", 18);
	say_bytes(fd, text, sizeof(text));
	CHECK_INT(hear(fd), 431);
	CHECK(is_closed(fd));
	close(fd);
	stop();
}

/* One byte now and then, until the server has had enough. */
static void
drip(int fd, const char *text)
{
	int64_t begun = now_ms();
	bool is_answered = false;
	char b;

	set_patience(fd, 20);
	for (size_t i = 0; !is_answered && now_ms() - begun < PATIENCE_MS;
	     i = (i + 1) % strlen(text))
		is_answered =
		    send(fd, text + i, 1, MSG_NOSIGNAL) < 0 || recv(fd, &b, 1, MSG_PEEK) >= 0;
	CHECK(is_answered);
	set_patience(fd, PATIENCE_MS);
}

#define DRIPPING "GET / HTTP/1.1\r\nX: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"

TEST(a_head_that_drips_is_408_when_its_time_is_over)
{
	prepare();
	cfg.deadlines.head_ms = 300;
	start();
	int64_t begun = now_ms();
	int fd = join();
	drip(fd, DRIPPING);
	CHECK(now_ms() - begun >= 200);
	CHECK_INT(hear(fd), 408);
	close(fd);
	stop();
}

TEST(a_head_that_drips_on_a_connection_that_was_good_before_is_408_too)
{
	prepare();
	cfg.deadlines.head_ms = 2000;
	start();
	int fd = join();
	say(fd, GET("/fast"));
	hears(fd, 200, "fast");
	int64_t begun = now_ms();
	drip(fd, DRIPPING);
	CHECK(now_ms() - begun >= 1900);
	CHECK_INT(hear(fd), 408);
	close(fd);
	stop();
}

TEST(a_body_that_drips_is_408)
{
	prepare();
	cfg.deadlines.body_ms = 300;
	start();
	int fd = join();
	int64_t begun = now_ms();
	say(fd, "POST /echo HTTP/1.1\r\nHost: a.test\r\nContent-Length: 900\r\n\r\n");
	drip(fd, "x");
	CHECK(now_ms() - begun >= 200);
	CHECK_INT(hear(fd), 408);
	close(fd);
	stop();
	CHECK_INT(atomic_load(&slow_runs), 0);
}

TEST(silent_connections_are_closed_without_a_word)
{
	prepare();
	cfg.deadlines.head_ms = 200;
	start();
	int fd = join();
	CHECK(is_closed(fd));
	close(fd);
	stop();
}

TEST(idle_connections_are_closed_without_a_word)
{
	prepare();
	cfg.deadlines.idle_ms = 200;
	start();
	int fd = join();
	say(fd, GET("/fast"));
	hears(fd, 200, "fast");
	CHECK(is_closed(fd));
	close(fd);
	stop();
}

TEST(a_handler_that_is_late_is_503_and_its_answer_goes_nowhere)
{
	prepare();
	cfg.deadlines.handler_ms = 200;
	start();
	int fd = join();
	say(fd, GET("/block"));
	CHECK_INT(hear(fd), 503);
	CHECK(strstr(heard, "\r\nRetry-After: 1\r\n") != NULL);
	CHECK(is_closed(fd));
	sem_post(&released);
	close(fd);
	stop();
}

TEST(the_handler_words_the_503_for_what_it_is_late_with)
{
	prepare();
	cfg.deadlines.handler_ms = 200;
	start();
	int fd = join_unix();
	say(fd, GET("/block"));
	CHECK_INT(hear(fd), 503);
	CHECK(strstr(heard, "\r\nX-Own: yes\r\n") != NULL);
	CHECK(strstr(heard, "\r\nRetry-After: 1\r\n") != NULL);
	CHECK(is_closed(fd));
	sem_post(&released);
	close(fd);
	stop();
}

TEST(a_request_that_waited_too_long_in_the_queue_is_never_run)
{
	prepare();
	cfg.deadlines.handler_ms = 200;
	cfg.workers = 1;
	start();
	int a = join(), b = join();
	say(a, GET("/block"));
	sem_wait(&entered);
	say(b, GET("/slow"));
	CHECK_INT(hear(b), 503);
	CHECK_INT(hear(a), 503);
	sem_post(&released);
	close(a);
	close(b);
	stop();
	CHECK_INT(atomic_load(&slow_runs), 1);
}

TEST(a_full_queue_is_503_with_retry_after_and_the_connection_stays)
{
	prepare();
	cfg.workers = 1;
	cfg.queue_len = 1;
	start();
	int a = join(), b = join(), c = join();
	say(a, GET("/block"));
	sem_wait(&entered);
	say(b, GET("/query?x") GET("/slow"));
	hears(b, 200, "x");
	/* b waits in the queue when a later request on its own connection is not answered */
	say(c, GET("/slow"));
	while (hear(c) != 503) {
		/* b was not there yet: c took its place, which cannot happen twice */
		CHECK(false);
	}
	CHECK(strstr(heard, "\r\nRetry-After: 1\r\n") != NULL);
	say(c, GET("/fast"));
	hears(c, 200, "fast");
	sem_post(&released);
	hears(a, 200, "slow ");
	hears(b, 200, "slow ");
	close(a);
	close(b);
	close(c);
	stop();
}

TEST(too_many_connections_from_one_address_are_closed_and_counted_back)
{
	prepare();
	cfg.per_trusted_max = 3;
	start();
	int fd[4];
	for (int i = 0; i < 3; i++) {
		fd[i] = join();
		say(fd[i], GET("/fast"));
		hears(fd[i], 200, "fast");
	}
	fd[3] = join();
	CHECK(is_closed(fd[3]));
	close(fd[3]);
	shutdown(fd[0], SHUT_WR);
	CHECK(is_closed(fd[0]));
	close(fd[0]);
	/* the place is free again at the latest when the end has been seen */
	fd[0] = join();
	say(fd[0], GET("/fast"));
	hears(fd[0], 200, "fast");
	for (int i = 0; i < 3; i++)
		close(fd[i]);
	stop();
}

TEST(a_limit_over_all_addresses_holds)
{
	prepare();
	cfg.connections_max = 1;
	start();
	int a = join();
	say(a, GET("/fast"));
	hears(a, 200, "fast");
	int b = join();
	CHECK(is_closed(b));
	close(a);
	close(b);
	stop();
}

/* All at once, three times round; nobody may wait. */
static void
check_ready(size_t n)
{
	int fd[512];

	for (size_t i = 0; i < n; i++)
		fd[i] = join();
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < n; i++)
			say(fd[i], GET("/fast"));
		for (size_t i = 0; i < n; i++)
			hears(fd[i], 200, "fast");
	}
	for (size_t i = 0; i < n; i++)
		close(fd[i]);
}

TEST(exactly_128_256_or_512_ready_connections_stall_nothing)
{
	prepare();
	start();
	check_ready(128);
	check_ready(256);
	check_ready(512);
	stop();
}

TEST(several_event_threads_share_the_connections)
{
	prepare();
	cfg.event_threads = 3;
	start();
	check_ready(64);
	int fd[16];
	for (int i = 0; i < 16; i++) {
		fd[i] = join();
		say(fd[i], GET("/slow") GET("/fast"));
	}
	for (int i = 0; i < 16; i++) {
		hears(fd[i], 200, "slow ");
		hears(fd[i], 200, "fast");
	}
	stop();
	for (int i = 0; i < 16; i++) {
		CHECK(is_closed(fd[i]));
		close(fd[i]);
	}
}

TEST(large_bodies_reach_a_client_that_reads_late_and_what_follows_them_too)
{
	prepare();
	start();
	int fd = try_connect(16384);
	CHECK(fd >= 0);
	/* more than the kernel takes for us (4 MiB), so that requests wait behind unsent answers */
	say(fd, GET("/big") GET("/big") GET("/big") GET("/fast") GET("/slow-big") GET("/slow-big"));
	say(fd, GET("/fast"));
	int b = join();
	say(b, GET("/fast"));
	hears(b, 200, "fast");
	for (int i = 0; i < 3; i++) {
		CHECK_INT(hear(fd), 200);
		CHECK(heard_len == BIG && memcmp(heard_body, big, BIG) == 0);
	}
	hears(fd, 200, "fast");
	for (int i = 0; i < 2; i++) {
		CHECK_INT(hear(fd), 200);
		CHECK(heard_len == BIG + 5 && memcmp(heard_body + 5, big, BIG) == 0);
	}
	hears(fd, 200, "fast");
	close(fd);
	close(b);
	stop();
}

TEST(a_client_that_does_not_read_is_cut_off_in_time)
{
	prepare();
	cfg.deadlines.write_ms = 200;
	start();
	int fd = join();
	int64_t begun = now_ms();
	say(fd, GET("/big") GET("/big") GET("/big") GET("/big"));
	/* the end is seen without reading when sending fails */
	ssize_t sent = 1;
	while (sent == 1 && now_ms() - begun < PATIENCE_MS) {
		struct timespec gap = { .tv_nsec = 5000000 };
		nanosleep(&gap, NULL);
		sent = send(fd, "x", 1, MSG_NOSIGNAL);
	}
	CHECK(sent == -1);
	close(fd);
	stop();
}

TEST(two_thousand_pipelined_requests_before_the_first_read_are_all_answered)
{
	char text[64];

	prepare();
	start();
	int fd = join();
	for (int i = 0; i < 2000; i++) {
		snprintf(text, sizeof(text), "GET /query?%d HTTP/1.1\r\nHost: a.test\r\n\r\n", i);
		say(fd, text);
	}
	for (int i = 0; i < 2000; i++) {
		snprintf(text, sizeof(text), "%d", i);
		hears(fd, 200, text);
	}
	close(fd);
	stop();
}

TEST(a_unix_socket_has_its_mode_and_its_handler_and_goes_with_the_server)
{
	struct stat st;

	prepare();
	start();
	CHECK_INT(stat(unix_path, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0640);
	CHECK_INT(cs_server_port(server, 1), 0);
	int fd = join_unix();
	say(fd, GET("/peer"));
	CHECK_INT(hear(fd), 200);
	CHECK(strncmp((char *)heard_body, "0 1 unix:/tmp/cs-http-", 22) == 0);
	say(fd, "POST /fast HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n\r\n");
	hears(fd, 413, "");
	CHECK(strstr(heard, "\r\nX-Own: yes\r\n") != NULL);
	close(fd);
	fd = join();
	say(fd, GET("/peer"));
	CHECK_INT(hear(fd), 200);
	CHECK(strcmp((char *)heard_body, "4 0 127.0.0.1:0") == 0);
	close(fd);
	stop();
	CHECK(stat(unix_path, &st) != 0 && errno == ENOENT);
}

TEST(a_socket_left_by_a_killed_server_is_replaced_and_one_in_use_is_not)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct cs_server *second;

	prepare();
	int left = socket(AF_UNIX, SOCK_STREAM, 0);
	strcpy(un.sun_path, unix_path);
	CHECK_INT(bind(left, (struct sockaddr *)&un, sizeof(un)), 0);
	close(left);
	start();
	int fd = join_unix();
	say(fd, GET("/fast"));
	hears(fd, 200, "fast");
	CHECK_ERR(cs_server_new(&cfg, &handler, &fixed, &counting, &second), CONFLICT);
	CHECK(second == NULL);
	say(fd, GET("/fast"));
	hears(fd, 200, "fast");
	close(fd);
	fd = join_unix();
	close(fd);
	stop();
}

TEST(a_port_in_use_is_a_conflict_and_a_wrong_address_invalid)
{
	static const char *const wrong[] = { "127.0.0.1", "localhost:80", "unix:relative", "",
		"[::1]", "127.0.0.1:99999" };
	struct cs_server *second;
	char text[32];

	prepare();
	start();
	snprintf(text, sizeof(text), "127.0.0.1:%u", (unsigned)cs_server_port(server, 0));
	cfg.listener_count = 1;
	listeners[0].address = cs_str_c(text);
	CHECK_ERR(cs_server_new(&cfg, &handler, &fixed, &counting, &second), CONFLICT);
	stop();
	for (size_t i = 0; i < CS_COUNT(wrong); i++) {
		listeners[0].address = cs_str_c(wrong[i]);
		CHECK_ERR(cs_server_new(&cfg, &handler, &fixed, &counting, &second), INVALID);
	}
}

TEST(an_inherited_socket_is_used_where_the_address_is_equal)
{
	struct sockaddr_in sa = { .sin_family = AF_INET };
	socklen_t len = sizeof(sa);
	char text[32];

	prepare();
	int inherited = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK_INT(bind(inherited, (struct sockaddr *)&sa, sizeof(sa)), 0);
	CHECK_INT(listen(inherited, 16), 0);
	CHECK_INT(getsockname(inherited, (struct sockaddr *)&sa, &len), 0);
	snprintf(text, sizeof(text), "127.0.0.1:%u", (unsigned)ntohs(sa.sin_port));
	listeners[0].address = cs_str_c(text);
	cfg.inherited = &inherited;
	cfg.inherited_count = 1;
	start();
	int fd = join();
	say(fd, GET("/fast"));
	hears(fd, 200, "fast");
	close(fd);
	stop();
	CHECK(fcntl(inherited, F_GETFD) < 0);
}

TEST(an_inherited_socket_that_no_listener_has_stops_the_start)
{
	struct sockaddr_in sa = { .sin_family = AF_INET };

	prepare();
	int inherited = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK_INT(bind(inherited, (struct sockaddr *)&sa, sizeof(sa)), 0);
	cfg.inherited = &inherited;
	cfg.inherited_count = 1;
	CHECK_ERR(cs_server_new(&cfg, &handler, &fixed, &counting, &server), INVALID);
	CHECK(server == NULL);
	close(inherited);
}

TEST(systemd_hands_over_nothing_to_another_process)
{
	int fds[CS_INHERITED_MAX];
	char pid[16];

	setenv("LISTEN_PID", "1", 1);
	setenv("LISTEN_FDS", "1", 1);
	CHECK_INT(cs_systemd_listen_fds(fds), 0);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("LISTEN_PID", pid, 1);
	setenv("LISTEN_FDS", "-1", 1);
	CHECK_INT(cs_systemd_listen_fds(fds), 0);
	unsetenv("LISTEN_PID");
	CHECK_INT(cs_systemd_listen_fds(fds), 0);
}

TEST(systemd_is_told_at_its_socket_by_path_and_by_abstract_name)
{
	static const char *const names[] = { "/tmp/cs-http-notify.sock", "@cs-http-notify" };

	for (size_t i = 0; i < CS_COUNT(names); i++) {
		struct sockaddr_un un = { .sun_family = AF_UNIX };
		char got[64];
		int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

		strcpy(un.sun_path, names[i]);
		if (un.sun_path[0] == '@')
			un.sun_path[0] = '\0';
		else
			unlink(un.sun_path);
		CHECK_INT(
		    bind(fd, (struct sockaddr *)&un,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(names[i]))),
		    0);
		setenv("NOTIFY_SOCKET", names[i], 1);
		cs_systemd_notify("READY=1");
		CHECK_INT(recv(fd, got, sizeof(got), MSG_DONTWAIT), 7);
		CHECK(memcmp(got, "READY=1", 7) == 0);
		cs_systemd_notify_reloading();
		ssize_t n = recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT);
		CHECK(n > 27 && memcmp(got, "RELOADING=1\nMONOTONIC_USEC=", 27) == 0);
		close(fd);
		if (names[i][0] == '/')
			unlink(names[i]);
	}
	unsetenv("NOTIFY_SOCKET");
	cs_systemd_notify("READY=1");
}

static void *
stop_in_thread(void *ctx)
{
	cs_err *e = ctx;

	*e = cs_server_stop(server);
	return NULL;
}

TEST(a_stop_finishes_what_was_accepted_and_refuses_what_is_new)
{
	pthread_t t;
	cs_err stopped;

	prepare();
	start();
	int idle = join(), busy = join(), half = join();
	say(idle, GET("/fast"));
	hears(idle, 200, "fast");
	say(half, "GET /fast HT");
	say(busy, GET("/block"));
	sem_wait(&entered);
	CHECK_INT(pthread_create(&t, NULL, stop_in_thread, &stopped), 0);
	CHECK(is_closed(idle)); /* so the stop has begun */
	CHECK(try_connect(0) < 0 && errno == ECONNREFUSED);
	say(half, "TP/1.1\r\nHost: a.test\r\n\r\n");
	hears(half, 200, "fast");
	CHECK(strstr(heard, "\r\nConnection: close\r\n") != NULL);
	CHECK(is_closed(half));
	sem_post(&released);
	hears(busy, 200, "slow ");
	CHECK(strstr(heard, "\r\nConnection: close\r\n") != NULL);
	CHECK(is_closed(busy));
	pthread_join(t, NULL);
	CHECK_OK(stopped);
	cs_server_free(&server);
	close(idle);
	close(busy);
	close(half);
}

TEST(after_a_stop_nobody_listens)
{
	struct sockaddr_in sa = { .sin_family = AF_INET };

	prepare();
	start();
	sa.sin_port = htons(cs_server_port(server, 0));
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	stop();
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(connect(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0 && errno == ECONNREFUSED);
	close(fd);
}

TEST(a_stop_does_not_wait_for_ever)
{
	prepare();
	cfg.deadlines.stop_ms = 300;
	start();
	int fd = join();
	say(fd, "POST /echo HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhel");
	say(fd, "");
	int other_fd = join();
	say(other_fd, GET("/fast"));
	hears(other_fd, 200, "fast");
	CHECK_ERR(cs_server_stop(server), UNAVAILABLE);
	cs_server_free(&server);
	close(fd);
	close(other_fd);
}

TEST(a_server_that_was_never_started_is_freed)
{
	prepare();
	CHECK_OK(cs_server_new(&cfg, &handler, &fixed, &counting, &server));
	cs_server_free(&server);
	CHECK(server == NULL);
	cs_server_free(&server);
}

TEST_MAIN("http/server")
