/*
 * server.h - an HTTP/1.1 server: sockets in, struct cs_request to a handler, struct cs_response out.
 *
 * Each connection belongs to one event thread (epoll, edge-triggered). A complete request goes to
 * handler.fast there; what that leaves goes to the bounded queue of the worker threads
 * (handler.slow), and the connection is parked until the answer is back. HTTP/1.0 is answered and
 * closed; HTTP/2, HTTP/3 and TLS belong to the proxy in front.
 *
 * http/ itself writes the status line, Date, X-Request-Id, Content-Length and Connection: a handler
 * must not. Nothing of a refused request is ever sent back.
 */
#ifndef CS_HTTP_SERVER_H
#define CS_HTTP_SERVER_H

#include "api/request.h"
#include "base/time.h"
#include "crypto/random.h"

struct cs_server;

struct cs_listen {
	/* "127.0.0.1:8080", "[::1]:8080" (port 0: any), "unix:/run/countersign/http.sock" */
	cs_str address;
	unsigned mode; /* of a Unix socket, e.g. 0660 */
	const struct cs_handler *handler; /* NULL: the server's */
};

/* Milliseconds, absolute: a client that sends single bytes gains nothing. */
struct cs_server_deadlines {
	int64_t head_ms; /* request head, from its first byte; the first one from the accept */
	int64_t body_ms; /* from the end of the head */
	int64_t handler_ms; /* in the queue and in the worker; then 503 */
	int64_t write_ms; /* from when the client stopped taking the answer */
	int64_t idle_ms; /* between requests; more than the proxy's keep-alive time */
	int64_t stop_ms; /* of a graceful stop */
};

struct cs_server_config {
	const struct cs_listen *listeners;
	size_t listener_count;
	const int *inherited; /* bound sockets of systemd: each by the listener of its address */
	size_t inherited_count;
	unsigned event_threads;
	unsigned workers;
	unsigned queue_len; /* requests that wait for a worker; more are answered 503 */
	size_t head_max; /* bytes; 431 (414 in the request line) beyond; at most 32 KiB */
	unsigned connections_max;
	unsigned per_address_max; /* connections from one address; further ones are closed */
	unsigned per_trusted_max; /* from loopback, Unix sockets and the trusted networks */
	const struct cs_network *trusted; /* configured proxies */
	size_t trusted_count;
	struct cs_server_deadlines deadlines;
};

/* No listeners; everything else as the configuration's defaults say. */
void cs_server_config_init(struct cs_server_config *cfg);

/*
 * Opens the listeners; nothing is accepted yet. cfg is copied, handlers are borrowed for the server's
 * life; clock and random are called by all event threads. clock gives the Date header only: deadlines
 * are measured on the monotonic clock.
 * Errors: INVALID (an address, an inherited socket of no listener), CONFLICT (in use), UNAVAILABLE; logged with the address.
 */
cs_err cs_server_new(const struct cs_server_config *cfg, const struct cs_handler *handler,
    const struct cs_clock *clock, const struct cs_random *random, struct cs_server **out);
/* The port that a listener got, in the order of the configuration; 0 for a Unix socket. */
uint16_t cs_server_port(const struct cs_server *s, size_t listener);
/* Starts the threads, with all signals blocked in them. Once. Errors: UNAVAILABLE. */
cs_err cs_server_start(struct cs_server *s);
/* After a reload: the networks that per_trusted_max holds for. Copied. Any thread. */
void cs_server_set_trusted(struct cs_server *s, const struct cs_network *trusted, size_t count);
/*
 * Closes the listeners, finishes what was accepted, joins the threads. Errors: UNAVAILABLE when
 * something had to be cut off at stop_ms; if that is a worker which does not return, the server can
 * not be freed and cs_server_free leaves it alone.
 */
cs_err cs_server_stop(struct cs_server *s);
void cs_server_free(struct cs_server **s);

#endif
