#include "http/listener.h"

#include "base/log.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 4096
#define BUCKETS 1024

struct cs_addr
cs_peer_of(const struct sockaddr_storage *sa)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)sa;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)sa;
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct cs_addr a = { 0 };

	if (sa->ss_family == AF_INET) {
		memcpy(a.ip, mapped, 12);
		memcpy(a.ip + 12, &v4->sin_addr, 4);
		a.port = ntohs(v4->sin_port);
		a.family = 4;
	} else if (sa->ss_family == AF_INET6) {
		memcpy(a.ip, &v6->sin6_addr, 16);
		a.port = ntohs(v6->sin6_port);
		a.family = IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr) ? 4 : 6;
	}
	return a;
}

static cs_err
decode_address(cs_str text, struct sockaddr_storage *out, socklen_t *len)
{
	struct sockaddr_un *un = (struct sockaddr_un *)out;
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
	struct cs_addr a;

	*out = (struct sockaddr_storage){ 0 };
	if (cs_str_starts(text, CS_STR("unix:/"))) {
		if (text.len - 5 >= sizeof(un->sun_path))
			return CS_FAIL(INVALID);
		un->sun_family = AF_UNIX;
		memcpy(un->sun_path, text.p + 5, text.len - 5);
		*len = sizeof(*un);
		return CS_OK;
	}
	CS_TRY(cs_addr_decode(text, &a));
	/* without its port it would listen at any */
	if (a.family == 4 ? cs_str_find(text, ':', 0) == text.len : text.p[0] != '[')
		return CS_FAIL(INVALID);
	if (a.family == 4) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(a.port);
		memcpy(&v4->sin_addr, a.ip + 12, 4);
		*len = sizeof(*v4);
	} else {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(a.port);
		memcpy(&v6->sin6_addr, a.ip, 16);
		*len = sizeof(*v6);
	}
	return CS_OK;
}

static bool
is_bound_to(int fd, const struct sockaddr_storage *want)
{
	const struct sockaddr_un *path = (const struct sockaddr_un *)want;
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof(sa);
	struct cs_addr a, b;

	if (getsockname(fd, (struct sockaddr *)&sa, &len) != 0 || sa.ss_family != want->ss_family)
		return false;
	if (sa.ss_family == AF_UNIX)
		return strcmp(((struct sockaddr_un *)&sa)->sun_path, path->sun_path) == 0;
	a = cs_peer_of(&sa);
	b = cs_peer_of(want);
	return a.port == b.port && memcmp(a.ip, b.ip, sizeof(a.ip)) == 0;
}

/* A path that nobody answers at is what a killed server left; one that answers is in use. */
static cs_err
remove_stale(const struct sockaddr_un *un, socklen_t len)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool is_stale = fd >= 0 && connect(fd, (const struct sockaddr *)un, len) != 0 &&
			(errno == ECONNREFUSED || errno == ENOENT);

	if (fd >= 0)
		close(fd);
	if (!is_stale)
		return CS_FAIL(CONFLICT);
	return unlink(un->sun_path) == 0 || errno == ENOENT ? CS_OK : CS_FAIL(UNAVAILABLE);
}

static cs_err
bind_address(int fd, const struct sockaddr_storage *sa, socklen_t len, unsigned mode)
{
	const struct sockaddr_un *un = (const struct sockaddr_un *)sa;
	bool is_unix = sa->ss_family == AF_UNIX;
	int on = 1;

	if (is_unix) {
		CS_TRY(remove_stale(un, len));
		/* unix(7) on Linux: the path is made with the mode of the socket, so never too open */
		if (fchmod(fd, mode & 0600) != 0)
			return CS_FAIL(UNAVAILABLE);
	}
	if (!is_unix)
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (sa->ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)sa, len) != 0)
		return errno == EADDRINUSE ? CS_FAIL(CONFLICT) : CS_FAIL(UNAVAILABLE);
	if (is_unix && chmod(un->sun_path, mode) != 0)
		return CS_FAIL(UNAVAILABLE);
	return listen(fd, BACKLOG) == 0 ? CS_OK : CS_FAIL(UNAVAILABLE);
}

static cs_err
open_socket(const struct cs_listen *cfg, const int *inherited, size_t n, struct cs_listener *out)
{
	struct sockaddr_storage sa;
	socklen_t len = sizeof(sa);

	CS_TRY(decode_address(cfg->address, &sa, &len));
	out->info.is_unix = sa.ss_family == AF_UNIX;
	for (size_t i = 0; i < n && out->fd < 0; i++) {
		if (is_bound_to(inherited[i], &sa)) {
			out->fd = inherited[i];
			out->is_inherited = true;
		}
	}
	if (out->fd < 0) {
		out->fd = socket(sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (out->fd < 0)
			return CS_FAIL(UNAVAILABLE);
		CS_TRY(bind_address(out->fd, &sa, len, cfg->mode));
	}
	len = sizeof(sa);
	if (getsockname(out->fd, (struct sockaddr *)&sa, &len) == 0)
		out->port = cs_peer_of(&sa).port;
	return CS_OK;
}

cs_err
cs_listener_open(const struct cs_listen *cfg, const int *inherited, size_t inherited_count,
    const struct cs_handler *fallback, struct cs_listener *out)
{
	cs_err e;

	*out = (struct cs_listener){ .fd = -1 };
	out->handler = cfg->handler != NULL ? cfg->handler : fallback;
	out->info.name.p = strndup(cfg->address.p, cfg->address.len);
	CS_ASSERT(out->info.name.p != NULL);
	out->info.name.len = cfg->address.len;
	e = open_socket(cfg, inherited, inherited_count, out);
	if (cs_failed(e)) {
		CS_LOG(NULL, LISTEN_FAILED, CS_F_STR("address", cfg->address), CS_F_ERR(e));
		out->is_inherited = true; /* whatever lies at the path is not ours */
		cs_listener_clear(out);
	}
	return e;
}

void
cs_listener_close(struct cs_listener *l)
{
	if (l->fd >= 0)
		close(l->fd);
	if (l->fd >= 0 && l->info.is_unix && !l->is_inherited)
		unlink(l->info.name.p + 5);
	l->fd = -1;
}

void
cs_listener_clear(struct cs_listener *l)
{
	cs_listener_close(l);
	free((char *)(uintptr_t)l->info.name.p);
	l->info.name = CS_STR_NONE;
}

struct peer {
	struct peer *next;
	uint8_t ip[16];
	uint8_t family;
	unsigned count;
};

struct cs_peers {
	pthread_mutex_t lock;
	unsigned total, total_max, each_max, trusted_max;
	struct cs_network *trusted;
	size_t trusted_count;
	struct peer *buckets[BUCKETS];
};

struct cs_peers *
cs_peers_new(const struct cs_server_config *cfg)
{
	struct cs_peers *p = calloc(1, sizeof(*p));

	CS_ASSERT(p != NULL);
	pthread_mutex_init(&p->lock, NULL);
	p->total_max = cfg->connections_max;
	p->each_max = cfg->per_address_max;
	p->trusted_max = cfg->per_trusted_max;
	cs_peers_set_trusted(p, cfg->trusted, cfg->trusted_count);
	return p;
}

void
cs_peers_free(struct cs_peers **p)
{
	if (*p == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		for (struct peer *at = (*p)->buckets[i], *next; at != NULL; at = next) {
			next = at->next;
			free(at);
		}
	}
	free((*p)->trusted);
	pthread_mutex_destroy(&(*p)->lock);
	free(*p);
	*p = NULL;
}

void
cs_peers_set_trusted(struct cs_peers *p, const struct cs_network *trusted, size_t count)
{
	struct cs_network *copy = calloc(count + 1, sizeof(*copy));

	CS_ASSERT(copy != NULL);
	if (count > 0)
		memcpy(copy, trusted, count * sizeof(*copy));
	pthread_mutex_lock(&p->lock);
	free(p->trusted);
	p->trusted = copy;
	p->trusted_count = count;
	pthread_mutex_unlock(&p->lock);
}

static unsigned
limit_of(const struct cs_peers *p, const struct cs_addr *a)
{
	if (a->family == 0 || cs_addr_is_loopback(a))
		return p->trusted_max;
	for (size_t i = 0; i < p->trusted_count; i++) {
		if (cs_network_has(&p->trusted[i], a))
			return p->trusted_max;
	}
	return p->each_max;
}

/* Where the address is, or the end of its chain. Chains are short: connections are limited. */
static struct peer **
find_peer(struct cs_peers *p, const struct cs_addr *a)
{
	uint32_t hash = a->family;
	struct peer **at;

	for (size_t i = 0; i < sizeof(a->ip); i++)
		hash = (hash ^ a->ip[i]) * UINT32_C(16777619);
	at = &p->buckets[(hash >> 7) % BUCKETS];
	while (*at != NULL && ((*at)->family != a->family || memcmp((*at)->ip, a->ip, 16) != 0))
		at = &(*at)->next;
	return at;
}

bool
cs_peers_add(struct cs_peers *p, const struct cs_addr *a)
{
	bool is_taken;

	pthread_mutex_lock(&p->lock);
	struct peer **at = find_peer(p, a);
	is_taken = p->total < p->total_max && (*at == NULL ? 0 : (*at)->count) < limit_of(p, a);
	if (is_taken && *at == NULL) {
		*at = calloc(1, sizeof(**at));
		CS_ASSERT(*at != NULL);
		memcpy((*at)->ip, a->ip, sizeof(a->ip));
		(*at)->family = a->family;
	}
	if (is_taken) {
		(*at)->count++;
		p->total++;
	}
	pthread_mutex_unlock(&p->lock);
	return is_taken;
}

void
cs_peers_remove(struct cs_peers *p, const struct cs_addr *a)
{
	pthread_mutex_lock(&p->lock);
	struct peer **at = find_peer(p, a);
	struct peer *gone = *at;
	CS_ASSERT(gone != NULL && p->total > 0);
	p->total--;
	if (--gone->count == 0) {
		*at = gone->next;
		free(gone);
	}
	pthread_mutex_unlock(&p->lock);
}
