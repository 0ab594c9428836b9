/*
 * floor_epoll.c - the least that can answer: one thread, one epoll, no parser, no limits, no deadlines.
 * What script/bench divides by. Not a server.
 *
 *     floor_epoll PORT UNIX-PATH
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define BATCH 512
#define ROOM 8192

/* As long as a decision's answer, so that what stands in front has the same to read. */
static char answer[2048];
static size_t answer_len;

static void
prepare_answer(void)
{
	char jwt[952];

	memset(jwt, 'j', sizeof(jwt));
	answer_len = (size_t)snprintf(answer, sizeof(answer),
	    "HTTP/1.1 200 OK\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
	    "X-Request-Id: 00000000-0000-4000-8000-000000000000\r\nContent-Length: 0\r\n"
	    "Cf-Access-Jwt-Assertion: %.*s\r\n"
	    "Cf-Access-Authenticated-User-Email: user@example.test\r\n"
	    "X-Countersign-User: 00000000-0000-4000-8000-000000000000\r\n"
	    "Cache-Control: no-store\r\n\r\n",
	    (int)sizeof(jwt), jwt);
}

struct conn {
	int fd;
	size_t len;
	char in[ROOM];
};

static int
listen_at(const struct sockaddr *sa, socklen_t len)
{
	int on = 1, fd = socket(sa->sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, sa, len) != 0 || listen(fd, 4096) != 0) {
		perror("floor_epoll");
		exit(1);
	}
	return fd;
}

static void
welcome(int epoll_fd, int listener)
{
	struct epoll_event ev = { .events = EPOLLIN };
	int on = 1, fd;

	while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
		struct conn *c = malloc(sizeof(*c));
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		c->fd = fd;
		c->len = 0;
		ev.data.ptr = c;
		epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev);
	}
}

static void
serve(struct conn *c)
{
	ssize_t n = recv(c->fd, c->in + c->len, sizeof(c->in) - c->len, 0);
	char *end;

	if (n <= 0) {
		if (n < 0 && errno == EAGAIN)
			return;
		close(c->fd);
		free(c);
		return;
	}
	c->len += (size_t)n;
	while ((end = memmem(c->in, c->len, "\r\n\r\n", 4)) != NULL) {
		size_t used = (size_t)(end - c->in) + 4;
		if (send(c->fd, answer, answer_len, MSG_NOSIGNAL) < 0)
			break;
		memmove(c->in, c->in + used, c->len - used);
		c->len -= used;
	}
}

int
main(int argc, char **argv)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct epoll_event events[BATCH];
	struct epoll_event ev = { .events = EPOLLIN };
	int listeners[2], epoll_fd = epoll_create1(0);

	if (argc != 3 || strlen(argv[2]) >= sizeof(un.sun_path))
		return 2;
	prepare_answer();
	in.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	memcpy(un.sun_path, argv[2], strlen(argv[2]));
	listeners[0] = listen_at((struct sockaddr *)&in, sizeof(in));
	listeners[1] = listen_at((struct sockaddr *)&un, sizeof(un));
	for (int i = 0; i < 2; i++) {
		ev.data.ptr = &listeners[i];
		epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listeners[i], &ev);
	}
	for (;;) {
		int n = epoll_wait(epoll_fd, events, BATCH, -1);
		for (int i = 0; i < n; i++) {
			void *p = events[i].data.ptr;
			if (p == &listeners[0] || p == &listeners[1])
				welcome(epoll_fd, *(int *)p);
			else
				serve(p);
		}
	}
}
