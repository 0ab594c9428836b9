/*
 * proxy.c - one thread, poll, a handful of links.
 */
#include "proxy.h"

#include "base/err.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define LINKS_MAX 64

struct link {
	int client, server; /* -1: free */
	bool awaits_cut; /* the server's next bytes answer the COMMIT */
};

struct proxy {
	char folder[128], path[160], server_path[160];
	int listener, wake;
	atomic_int mode, struck;
	atomic_bool is_stopping;
	struct link links[LINKS_MAX];
	pthread_t thread;
};

static int
unix_socket(const char *path, struct sockaddr_un *addr)
{
	*addr = (struct sockaddr_un){ .sun_family = AF_UNIX };
	CS_ASSERT(strlen(path) < sizeof(addr->sun_path));
	memcpy(addr->sun_path, path, strlen(path) + 1);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CS_ASSERT(fd >= 0);
	return fd;
}

static void
cut(struct link *l)
{
	if (l->client >= 0)
		close(l->client);
	if (l->server >= 0)
		close(l->server);
	*l = (struct link){ .client = -1, .server = -1 };
}

static void
accept_one(struct proxy *p)
{
	struct sockaddr_un addr;
	int client = accept(p->listener, NULL, NULL);

	if (client < 0)
		return;
	if (p->mode == PROXY_REFUSE) {
		close(client);
		return;
	}
	for (int i = 0; i < LINKS_MAX; i++) {
		struct link *l = &p->links[i];
		if (l->client >= 0)
			continue;
		*l =
		    (struct link){ .client = client, .server = unix_socket(p->server_path, &addr) };
		if (connect(l->server, (struct sockaddr *)&addr, sizeof(addr)) != 0)
			cut(l);
		return;
	}
	close(client);
}

/* False once the other end is gone: it may hang up at any moment, and must not take us with it. */
static bool
hand_on(int to, const char *buf, size_t len)
{
	return send(to, buf, len, MSG_NOSIGNAL) == (ssize_t)len;
}

static bool
pass(int from, int to, char *buf, size_t *len, size_t size)
{
	ssize_t n = read(from, buf, size);

	*len = n > 0 ? (size_t)n : 0;
	return n > 0 && (to < 0 || hand_on(to, buf, *len));
}

static bool
is_commit(const char *buf, size_t len)
{
	return memmem(buf, len, "COMMIT\0", 7) != NULL;
}

static void
from_client(struct proxy *p, struct link *l)
{
	char buf[65536];
	size_t len;

	if (!pass(l->client, -1, buf, &len, sizeof(buf))) {
		cut(l);
		return;
	}
	int mode = p->mode;
	if (mode == PROXY_SILENT)
		return;
	bool strikes =
	    (mode == PROXY_CUT_AT_COMMIT || mode == PROXY_CUT_AFTER_COMMIT) && is_commit(buf, len);
	if (strikes) {
		p->mode = PROXY_PASS;
		p->struck++;
	}
	if (strikes && mode == PROXY_CUT_AT_COMMIT) {
		cut(l);
		return;
	}
	l->awaits_cut = strikes;
	if (!hand_on(l->server, buf, len))
		cut(l);
}

static void
from_server(struct proxy *p, struct link *l)
{
	char buf[65536];
	size_t len;

	int to = p->mode == PROXY_SILENT || l->awaits_cut ? -1 : l->client;
	if (!pass(l->server, to, buf, &len, sizeof(buf)) || l->awaits_cut)
		cut(l);
}

static void *
proxy_main(void *arg)
{
	struct proxy *p = arg;

	while (!p->is_stopping) {
		struct pollfd fds[2 + 2 * LINKS_MAX];
		fds[0] = (struct pollfd){ .fd = p->listener, .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = p->wake, .events = POLLIN };
		for (int i = 0; i < LINKS_MAX; i++) {
			if (p->mode == PROXY_REFUSE)
				cut(&p->links[i]);
			fds[2 + 2 * i] = (struct pollfd){ p->links[i].client, POLLIN, 0 };
			fds[3 + 2 * i] = (struct pollfd){ p->links[i].server, POLLIN, 0 };
		}
		if (poll(fds, CS_COUNT(fds), -1) < 0 && errno != EINTR)
			break;
		for (int i = 0; i < LINKS_MAX; i++) {
			if (fds[2 + 2 * i].revents != 0)
				from_client(p, &p->links[i]);
			else if (fds[3 + 2 * i].revents != 0)
				from_server(p, &p->links[i]);
		}
		if (fds[0].revents != 0)
			accept_one(p);
		uint64_t n;
		if (fds[1].revents != 0)
			(void)!read(p->wake, &n, sizeof(n));
	}
	return NULL;
}

static void
wake(struct proxy *p)
{
	uint64_t one = 1;
	(void)!write(p->wake, &one, sizeof(one));
}

void
proxy_set(struct proxy *p, enum proxy_mode mode)
{
	p->mode = (int)mode;
	wake(p);
}

int
proxy_struck(struct proxy *p)
{
	return p->struck;
}

struct proxy *
proxy_start(const char *server_url, char *url, size_t len)
{
	struct proxy *p = calloc(1, sizeof(*p));
	struct sockaddr_un addr;
	const char *host = strstr(server_url, "?host=");

	CS_ASSERT(host != NULL);
	snprintf(p->server_path, sizeof(p->server_path), "%s/.s.PGSQL.5432", host + 6);
	snprintf(p->folder, sizeof(p->folder), "/tmp/cs-proxy.XXXXXX");
	CS_ASSERT(mkdtemp(p->folder) != NULL);
	snprintf(p->path, sizeof(p->path), "%s/.s.PGSQL.5432", p->folder);
	snprintf(url, len, "%.*s?host=%s", (int)(host - server_url), server_url, p->folder);
	for (int i = 0; i < LINKS_MAX; i++)
		p->links[i] = (struct link){ .client = -1, .server = -1 };
	p->listener = unix_socket(p->path, &addr);
	CS_ASSERT(bind(p->listener, (struct sockaddr *)&addr, sizeof(addr)) == 0);
	CS_ASSERT(listen(p->listener, 64) == 0);
	p->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	CS_ASSERT(pthread_create(&p->thread, NULL, proxy_main, p) == 0);
	return p;
}

void
proxy_stop(struct proxy **p)
{
	(*p)->is_stopping = true;
	wake(*p);
	pthread_join((*p)->thread, NULL);
	for (int i = 0; i < LINKS_MAX; i++)
		cut(&(*p)->links[i]);
	close((*p)->listener);
	close((*p)->wake);
	unlink((*p)->path);
	rmdir((*p)->folder);
	free(*p);
	*p = NULL;
}
