/*
 * server.h - a provider in a thread of the test: answers on a loopback port whatever the test
 * wants, truthful or not. Include after test.h.
 */
#ifndef CS_TESTS_IDP_SERVER_H
#define CS_TESTS_IDP_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "idp/client.h"

#define SEEN_MAX 65536

struct server {
	int listener;
	uint16_t port;
	pthread_t thread;
	pthread_mutex_t lock;
	int requests;
	char seen[SEEN_MAX]; /* the last request, head and body, terminated */
	/* writes the whole response, status line included; nothing: the connection is closed */
	void (*handle)(struct server *s, const char *path, struct cs_buf *response);
	void *ctx;
	int held; /* a connection that gets no answer until the end */
};

static inline void
respond(struct cs_buf *b, int status, const char *body)
{
	cs_buf_printf(b,
	    "HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n\r\n",
	    status, strlen(body));
	cs_buf_add_c(b, body);
}

/* Head and, by Content-Length, body. */
static inline void
server_read(struct server *s, int fd)
{
	size_t len = 0, want = 0;

	for (;;) {
		ssize_t n = recv(fd, s->seen + len, SEEN_MAX - 1 - len, 0);
		if (n <= 0)
			break;
		len += (size_t)n;
		s->seen[len] = '\0';
		const char *end = strstr(s->seen, "\r\n\r\n");
		if (end == NULL)
			continue;
		const char *length = strcasestr(s->seen, "\r\nContent-Length:");
		want = (size_t)(end + 4 - s->seen);
		if (length != NULL)
			want += strtoul(length + 17, NULL, 10);
		if (len >= want)
			break;
	}
	s->seen[len] = '\0';
}

static inline void
server_answer(struct server *s, int fd)
{
	struct cs_buf response;
	char path[4096] = "";

	cs_buf_init(&response, 4 << 20);
	pthread_mutex_lock(&s->lock);
	server_read(s, fd);
	s->requests++;
	sscanf(s->seen, "%*s %4095s", path);
	s->handle(s, path, &response);
	pthread_mutex_unlock(&s->lock);
	for (size_t at = 0; at < response.len;) {
		ssize_t n = send(fd, response.p + at, response.len - at, MSG_NOSIGNAL);
		if (n <= 0)
			break;
		at += (size_t)n;
	}
	if (response.len == 0 && s->held < 0) {
		s->held = fd;
	} else {
		shutdown(fd, SHUT_WR);
		close(fd);
	}
	cs_buf_clear(&response);
}

static inline void *
server_run(void *ctx)
{
	struct server *s = ctx;

	for (;;) {
		int fd = accept(s->listener, NULL, NULL);
		if (fd < 0)
			return NULL;
		server_answer(s, fd);
	}
}

static inline void
server_open(struct server *s)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(at);

	s->held = -1;
	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(s->listener >= 0);
	CHECK(bind(s->listener, (struct sockaddr *)&at, sizeof(at)) == 0);
	CHECK(listen(s->listener, 16) == 0);
	CHECK(getsockname(s->listener, (struct sockaddr *)&at, &len) == 0);
	s->port = ntohs(at.sin_port);
	CHECK(pthread_mutex_init(&s->lock, NULL) == 0);
	CHECK(pthread_create(&s->thread, NULL, server_run, s) == 0);
}

static inline void
server_close(struct server *s)
{
	shutdown(s->listener, SHUT_RDWR);
	pthread_join(s->thread, NULL);
	close(s->listener);
	if (s->held >= 0)
		close(s->held);
	pthread_mutex_destroy(&s->lock);
}

static inline int
server_requests(struct server *s)
{
	pthread_mutex_lock(&s->lock);
	int n = s->requests;
	pthread_mutex_unlock(&s->lock);
	return n;
}

static inline cs_str
server_url(struct server *s, struct cs_arena *a, const char *path)
{
	return cs_arena_printf(a, "http://127.0.0.1:%u%s", (unsigned)s->port, path);
}

/* A clock that stands where the operation began. */
static inline cs_time
standing_now(void *ctx)
{
	return *(cs_time *)ctx;
}

/* A client that may reach loopback, and an operation at a fixed moment. */
struct stage {
	struct cs_idp_client *client;
	struct cs_op op;
	struct cs_clock clock;
};

static inline void
stage_open(struct stage *s, int64_t timeout_ms)
{
	struct cs_network loopback;

	CHECK_OK(cs_network_decode(CS_STR("127.0.0.0/8"), &loopback));
	s->op = (struct cs_op){
		.id = { { 1 } },
		.account = { { 2 } },
		.now = cs_seconds(1790000000),
		.deadline = cs_seconds(1790000030),
		.arena = cs_arena_new(8 << 20),
	};
	s->clock = (struct cs_clock){ .now = standing_now, .ctx = &s->op.now };
	CHECK_OK(cs_idp_client_new(
	    &(struct cs_idp_client_config){
		.allowed = &loopback,
		.allowed_count = 1,
		.timeout_ms = timeout_ms,
		.clock = &s->clock,
	    },
	    &s->client));
}

static inline void
stage_close(struct stage *s)
{
	cs_idp_client_free(&s->client);
	cs_arena_free(&s->op.arena);
}

#endif
