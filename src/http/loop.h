/*
 * loop.h - one event thread: its connections, their deadlines, its inbox. Inside http/ only.
 *
 * A connection is touched by its own loop's thread alone. Other threads hand things over by the
 * inbox: connections that were accepted, and exchanges whose handler is done.
 */
#ifndef CS_HTTP_LOOP_H
#define CS_HTTP_LOOP_H

#include "http/listener.h"
#include "http/parser.h"
#include "http/worker.h"

#include "base/log.h"

#include <pthread.h>
#include <stdatomic.h>

#define CS_LOOP_IN_MAX (32 * 1024)
#define CS_LOOP_OUT_MAX (64 * 1024)
#define CS_LOOP_IDS 256

/* Which deadline runs for a connection: exactly one at any time. */
enum cs_timer {
	CS_TIMER_IDLE,
	CS_TIMER_HEAD,
	CS_TIMER_BODY,
	CS_TIMER_HANDLER,
	CS_TIMER_WRITE,
	CS_TIMER_LINGER,
	CS_TIMER_COUNT,
	CS_TIMER_NONE = CS_TIMER_COUNT,
};

enum cs_conn_state {
	CS_CONN_HEAD, /* between requests or in a head */
	CS_CONN_BODY,
	CS_CONN_PARKED, /* the request is with a worker */
	CS_CONN_CLOSING, /* the last answer is written, then the end */
	CS_CONN_LINGERING, /* our side is shut; what still comes is dropped (RFC 9112 §9.6) */
	CS_CONN_DEAD,
};

/* A request that cannot be answered at once, with its own copy of everything. */
struct cs_exchange {
	struct cs_job job;
	struct cs_loop *loop;
	struct cs_conn *conn; /* NULL: nobody waits any more. Loop thread only */
	struct cs_exchange *next; /* in the inbox */
	atomic_bool is_abandoned;
	const struct cs_handler *handler;
	struct cs_http_head head;
	struct cs_http_chunks chunks;
	struct cs_buf body;
	struct cs_response rs;
	uint8_t *bytes; /* the head's copy, behind the fields */
	struct cs_header fields[];
};

struct cs_conn {
	struct cs_conn *prev, *next; /* among those with the same kind of deadline */
	int64_t deadline;
	enum cs_timer timer;
	unsigned served; /* requests begun */
	unsigned timed; /* served when the deadline was set */
	int fd;
	enum cs_conn_state state;
	bool is_readable; /* there may be bytes to read */
	bool is_hup; /* the other side has said its last: read until the end */
	bool is_fresh; /* in[] has bytes that were not looked at */
	bool is_dropped; /* bytes were left unread: linger */
	bool wants_out; /* EPOLLOUT is asked for */
	bool is_again; /* in loop->again */
	struct cs_conn *again;
	const struct cs_listener *listener;
	struct cs_addr peer;
	struct cs_exchange *x;
	struct cs_buf in; /* what came of requests that are not complete */
	struct cs_buf out; /* what the socket did not take yet */
	size_t out_sent;
	cs_span tail; /* behind out: a static body's rest */
};

struct cs_loop {
	struct cs_server *server;
	pthread_t thread;
	bool is_running;
	int epoll_fd;
	int wake_fd;
	int64_t now; /* monotonic ms, once per batch */
	int64_t second; /* of the wall clock, once per batch */
	bool is_stopping;
	size_t open; /* connections here */
	struct {
		struct cs_conn *first, *last;
	} timers[CS_TIMER_COUNT];
	struct cs_conn *again; /* have more to read, for the next turn */
	int64_t accept_at; /* listeners rest until then: out of descriptors; 0: they do not */
	int64_t logged_second;
	unsigned logged; /* lines in that second */
	char date[32]; /* of this second */
	int64_t date_second;
	size_t ids_left; /* request ids in stock */
	uint8_t ids[CS_LOOP_IDS][16];
	struct cs_response rs; /* of the fast lane */
	struct cs_header fields[CS_HTTP_FIELDS_MAX];
	uint8_t in[CS_LOOP_IN_MAX];
	uint8_t out[CS_LOOP_OUT_MAX]; /* answers of the connection at work */
	size_t out_len;
	pthread_mutex_t lock; /* of the inbox */
	struct cs_conn *arrived;
	struct cs_exchange *finished;
	struct cs_exchange **finished_end;
};

struct cs_server {
	struct cs_server_config cfg; /* lists inside are not kept */
	const struct cs_clock *clock;
	const struct cs_random *random;
	struct cs_peers *peers;
	struct cs_workers *workers;
	struct cs_listener *listeners;
	size_t listener_count;
	atomic_bool is_stopping;
	atomic_bool is_deaf; /* nothing is accepted any more */
	atomic_llong stop_at; /* monotonic ms */
	atomic_bool is_cut; /* something was not finished */
	bool is_unfreeable;
	unsigned next_loop; /* of the accepting thread */
	struct cs_loop *loops;
};

int64_t cs_monotonic_ms(void);

/* loop.c */
cs_err cs_loop_init(struct cs_loop *l, struct cs_server *s);
void cs_loop_clear(struct cs_loop *l);
void *cs_loop_run(void *loop);
void cs_loop_wake(struct cs_loop *l);
/* Any thread: the handler is done with x. */
void cs_loop_finish(struct cs_loop *l, struct cs_exchange *x);
/* (Re)sets the connection's deadline; nothing happens when the same one already runs. */
void cs_loop_time(struct cs_loop *l, struct cs_conn *c, enum cs_timer timer);
/* Ten a second in all: no flood of requests may flood the log. */
void cs_loop_log(
    struct cs_loop *l, enum cs_event ev, cs_id request, const struct cs_addr *peer, int64_t status);

/* connection.c: each may end the connection, so it is not used afterwards */
void cs_conn_open(struct cs_loop *l, struct cs_conn *c);
void cs_conn_event(struct cs_loop *l, struct cs_conn *c, uint32_t events);
void cs_conn_pump(struct cs_loop *l, struct cs_conn *c);
void cs_conn_finish(struct cs_loop *l, struct cs_exchange *x);
void cs_conn_expire(struct cs_loop *l, struct cs_conn *c);
void cs_conn_close(struct cs_loop *l, struct cs_conn *c);

/* response.c */
/* Writes the head into l->out (room for CS_LOOP_OUT_MAX / 2 is there); *body: what follows it. */
void cs_response_write(
    struct cs_loop *l, struct cs_response *rs, cs_id id, bool is_head, bool is_last, cs_span *body);
/* A short answer in l->rs that says the status and nothing else. */
void cs_response_refuse(struct cs_loop *l, int status, cs_id id);
cs_id cs_loop_id(struct cs_loop *l);

#endif
