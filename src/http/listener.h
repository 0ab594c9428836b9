/*
 * listener.h - listening sockets, and how many connections an address may have.
 */
#ifndef CS_HTTP_LISTENER_H
#define CS_HTTP_LISTENER_H

#include "http/server.h"

#include <sys/socket.h>

struct cs_listener {
	int fd;
	const struct cs_handler *handler;
	struct cs_listener_info info; /* the name is owned */
	uint16_t port;
	bool is_inherited; /* systemd's: its path is not removed */
};

/* Takes over the inherited socket with that address, or binds. Errors as cs_server_new. */
cs_err cs_listener_open(const struct cs_listen *cfg, const int *inherited, size_t inherited_count,
    const struct cs_handler *fallback, struct cs_listener *out);
/* Nobody is accepted any more; removes the path of a Unix socket. Safe twice. */
void cs_listener_close(struct cs_listener *l);
/* Also what requests still knew it by. */
void cs_listener_clear(struct cs_listener *l);
/* The socket address as the rest of the house knows it. */
struct cs_addr cs_peer_of(const struct sockaddr_storage *sa);

/* Connections counted by address. Thread-safe. */
struct cs_peers;

struct cs_peers *cs_peers_new(const struct cs_server_config *cfg);
void cs_peers_free(struct cs_peers **p);
void cs_peers_set_trusted(struct cs_peers *p, const struct cs_network *trusted, size_t count);
/* False when there are too many, in all or from this address; nothing is counted then. */
bool cs_peers_add(struct cs_peers *p, const struct cs_addr *a);
void cs_peers_remove(struct cs_peers *p, const struct cs_addr *a);

#endif
