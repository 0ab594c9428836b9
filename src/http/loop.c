/*
 * loop.c - the event thread: a batch of events, then the inbox, then the clock; never anything that
 * blocks. A batch is always worked off before epoll is asked again.
 */
#include "http/loop.h"

#include "base/log.h"
#include "base/metric.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#define BATCH 256
#define ACCEPTS_A_TURN 64
#define ACCEPT_REST_MS 100
#define LINGER_MS 2000
#define LOGS_A_SECOND 10
#define FRESH_GRACE_MS 500 /* a stop waits so long for the first byte of a new connection */

int64_t
cs_monotonic_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void
cs_loop_log(
    struct cs_loop *l, enum cs_event ev, cs_id request, const struct cs_addr *peer, int64_t status)
{
	struct cs_op op = { .id = request, .now = cs_seconds(l->second) };

	if (l->logged_second != l->second)
		l->logged = 0;
	l->logged_second = l->second;
	if (l->logged++ >= LOGS_A_SECOND)
		return;
	struct cs_arena *a = cs_arena_new(1024);
	struct cs_field f[] = {
		CS_F_STR("address", cs_addr_text(a, peer)),
		CS_F_INT("status", status),
	};
	cs_log_write(&op, ev, f, CS_COUNT(f));
	cs_arena_free(&a);
}

static int64_t
length_of(const struct cs_loop *l, enum cs_timer timer)
{
	const struct cs_server_deadlines *d = &l->server->cfg.deadlines;

	switch (timer) {
	case CS_TIMER_IDLE:
		return d->idle_ms;
	case CS_TIMER_HEAD:
		return d->head_ms;
	case CS_TIMER_BODY:
		return d->body_ms;
	case CS_TIMER_HANDLER:
		return d->handler_ms;
	case CS_TIMER_WRITE:
		return d->write_ms;
	case CS_TIMER_LINGER:
	case CS_TIMER_NONE:
		break;
	}
	return LINGER_MS;
}

/* All deadlines of one kind are equally long, so each list is in order by itself. */
void
cs_loop_time(struct cs_loop *l, struct cs_conn *c, enum cs_timer timer)
{
	if (timer != CS_TIMER_NONE && timer == c->timer && c->timed == c->served)
		return;
	if (c->timer != CS_TIMER_NONE) {
		*(c->prev != NULL ? &c->prev->next : &l->timers[c->timer].first) = c->next;
		*(c->next != NULL ? &c->next->prev : &l->timers[c->timer].last) = c->prev;
	}
	c->timer = timer;
	c->timed = c->served;
	if (timer == CS_TIMER_NONE)
		return;
	c->deadline = l->now + length_of(l, timer);
	c->next = NULL;
	c->prev = l->timers[timer].last;
	*(c->prev != NULL ? &c->prev->next : &l->timers[timer].first) = c;
	l->timers[timer].last = c;
}

void
cs_loop_wake(struct cs_loop *l)
{
	uint64_t one = 1;

	while (write(l->wake_fd, &one, sizeof(one)) < 0 && errno == EINTR) {
	}
}

void
cs_loop_finish(struct cs_loop *l, struct cs_exchange *x)
{
	x->next = NULL;
	pthread_mutex_lock(&l->lock);
	bool was_empty = l->finished == NULL;
	*l->finished_end = x;
	l->finished_end = &x->next;
	/* under the lock: after it the loop may see all done and end */
	if (was_empty)
		cs_loop_wake(l);
	pthread_mutex_unlock(&l->lock);
}

static void
listen_again(struct cs_loop *l)
{
	for (size_t i = 0; i < l->server->listener_count; i++) {
		struct epoll_event ev = { .events = EPOLLIN, .data.ptr = &l->server->listeners[i] };
		epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, l->server->listeners[i].fd, &ev);
	}
	l->accept_at = 0;
}

/* Out of descriptors: let the clients wait in the kernel, and us not spin. */
static void
rest(struct cs_loop *l)
{
	CS_LOG(NULL, HTTP_ACCEPT_FAILED, CS_F_C("cause", strerrorname_np(errno)));
	for (size_t i = 0; i < l->server->listener_count; i++)
		epoll_ctl(l->epoll_fd, EPOLL_CTL_DEL, l->server->listeners[i].fd, NULL);
	l->accept_at = l->now + ACCEPT_REST_MS;
}

/* Connections go round the loops, so that each has its share. */
static void
place(struct cs_loop *l, struct cs_conn *c)
{
	struct cs_server *s = l->server;
	struct cs_loop *to = l->is_stopping ? l : &s->loops[s->next_loop++ % s->cfg.event_threads];

	if (to == l) {
		cs_conn_open(l, c);
		return;
	}
	pthread_mutex_lock(&to->lock);
	c->next = to->arrived;
	to->arrived = c;
	cs_loop_wake(to);
	pthread_mutex_unlock(&to->lock);
}

static void
welcome(struct cs_loop *l, const struct cs_listener *listener, int fd,
    const struct sockaddr_storage *sa)
{
	struct cs_conn *c;
	struct cs_addr peer = cs_peer_of(sa);
	int on = 1;

	if (!cs_peers_add(l->server->peers, &peer)) {
		cs_metric_add(CS_M_CONNECTIONS_REFUSED, 1);
		cs_loop_log(l, CS_EV_HTTP_CONNECTIONS_FULL, cs_id_zero, &peer, 0);
		close(fd);
		return;
	}
	if (!listener->info.is_unix)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	c = calloc(1, sizeof(*c));
	CS_ASSERT(c != NULL);
	c->fd = fd;
	c->listener = listener;
	c->peer = peer;
	c->timer = CS_TIMER_NONE;
	cs_metric_add(CS_M_CONNECTIONS, 1);
	place(l, c);
}

static bool
accept_one(struct cs_loop *l, const struct cs_listener *listener)
{
	struct sockaddr_storage sa = { 0 };
	socklen_t len = sizeof(sa);
	int fd = accept4(listener->fd, (struct sockaddr *)&sa, &len, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0) {
		welcome(l, listener, fd, &sa);
		return true;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
		rest(l);
	/* accept(2): errors of the new connection itself are no reason to stop */
	return errno == EINTR || errno == ECONNABORTED;
}

static void
empty_inbox(struct cs_loop *l)
{
	uint64_t count;

	/* first the signal, then the content: what comes later signals anew */
	while (read(l->wake_fd, &count, sizeof(count)) < 0 && errno == EINTR) {
	}
	pthread_mutex_lock(&l->lock);
	struct cs_conn *arrived = CS_TAKE(l->arrived);
	struct cs_exchange *finished = CS_TAKE(l->finished);
	l->finished_end = &l->finished;
	pthread_mutex_unlock(&l->lock);
	while (arrived != NULL) {
		struct cs_conn *c = arrived;
		arrived = c->next;
		c->next = NULL;
		cs_conn_open(l, c);
	}
	while (finished != NULL) {
		struct cs_exchange *x = finished;
		finished = x->next;
		cs_conn_finish(l, x);
	}
}

static void
work_again(struct cs_loop *l)
{
	struct cs_conn *list = CS_TAKE(l->again);

	while (list != NULL) {
		struct cs_conn *c = list;
		list = c->again;
		c->is_again = false;
		cs_conn_pump(l, c);
	}
}

static void
expire(struct cs_loop *l)
{
	for (size_t i = 0; i < CS_TIMER_COUNT; i++) {
		struct cs_conn *c;
		while ((c = l->timers[i].first) != NULL && c->deadline <= l->now)
			cs_conn_expire(l, c);
	}
	if (l->accept_at != 0 && l->accept_at <= l->now && !l->is_stopping)
		listen_again(l);
}

/* Milliseconds until something is due; -1 for never. */
static int
time_to_wait(const struct cs_loop *l)
{
	int64_t due = l->accept_at != 0 ? l->accept_at : INT64_MAX;

	if (l->again != NULL)
		return 0;
	if (l->is_stopping)
		return 10;
	for (size_t i = 0; i < CS_TIMER_COUNT; i++) {
		if (l->timers[i].first != NULL && l->timers[i].first->deadline < due)
			due = l->timers[i].first->deadline;
	}
	if (due == INT64_MAX)
		return -1;
	return due <= l->now ? 0 : due - l->now > 60000 ? 60000 : (int)(due - l->now);
}

/* What the kernel has accepted for us is ours to finish; then nobody is heard any more. */
static void
stop_listening(struct cs_loop *l)
{
	struct cs_server *s = l->server;

	l->is_stopping = true;
	for (size_t i = 0; l == s->loops && i < s->listener_count; i++) {
		while (accept_one(l, &s->listeners[i])) {
		}
		cs_listener_close(&s->listeners[i]);
	}
	l->accept_at = 0;
	if (l == s->loops)
		atomic_store(&s->is_deaf, true);
}

/* Idle connections are read once more, then closed by the pump; new ones may still say something. */
static void
close_idle(struct cs_loop *l)
{
	struct cs_conn *c, *next;
	int64_t begun = atomic_load(&l->server->stop_at) - l->server->cfg.deadlines.stop_ms;

	for (c = l->timers[CS_TIMER_IDLE].first; c != NULL; c = next) {
		next = c->next;
		c->is_readable = true;
		cs_conn_pump(l, c);
	}
	for (c = l->timers[CS_TIMER_HEAD].first; c != NULL; c = next) {
		next = c->next;
		if (c->in.len == 0 && l->now >= begun + FRESH_GRACE_MS)
			cs_conn_close(l, c);
	}
}

/* Whether the thread may end. */
static bool
is_over(struct cs_loop *l)
{
	struct cs_conn *c;
	bool is_late = l->now >= atomic_load(&l->server->stop_at);

	if (!l->is_stopping || !atomic_load(&l->server->is_deaf))
		return false;
	empty_inbox(l);
	close_idle(l);
	for (size_t i = 0; is_late && i < CS_TIMER_COUNT; i++) {
		while ((c = l->timers[i].first) != NULL) {
			atomic_store(&l->server->is_cut, true);
			cs_conn_close(l, c);
		}
	}
	return l->open == 0;
}

static void
handle(struct cs_loop *l, const struct epoll_event *ev)
{
	const struct cs_server *s = l->server;
	const struct cs_listener *listener = ev->data.ptr;

	if (ev->data.ptr == NULL)
		return; /* the inbox: emptied in every turn */
	if (listener >= s->listeners && listener < s->listeners + s->listener_count) {
		for (int n = 0; n < ACCEPTS_A_TURN && accept_one(l, listener); n++) {
		}
		return;
	}
	cs_conn_event(l, ev->data.ptr, ev->events);
}

static void
read_clocks(struct cs_loop *l)
{
	l->now = cs_monotonic_ms();
	l->second = cs_clock_now(l->server->clock).ms / CS_SECOND_MS;
}

void *
cs_loop_run(void *loop)
{
	struct cs_loop *l = loop;
	struct epoll_event events[BATCH];

	pthread_setname_np(pthread_self(), "cs-event");
	read_clocks(l);
	if (l == l->server->loops)
		listen_again(l);
	while (!is_over(l)) {
		int n = epoll_wait(l->epoll_fd, events, BATCH, time_to_wait(l));
		bool has_inbox = false;

		CS_ASSERT(n >= 0 || errno == EINTR);
		read_clocks(l);
		for (int i = 0; i < n; i++) {
			has_inbox = has_inbox || events[i].data.ptr == NULL;
			handle(l, &events[i]);
		}
		if (has_inbox)
			empty_inbox(l);
		work_again(l);
		expire(l);
		if (!l->is_stopping && atomic_load(&l->server->is_stopping))
			stop_listening(l);
	}
	return NULL;
}

cs_err
cs_loop_init(struct cs_loop *l, struct cs_server *s)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = NULL };

	l->server = s;
	l->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	l->finished_end = &l->finished;
	l->date_second = -1;
	cs_response_init(&l->rs);
	pthread_mutex_init(&l->lock, NULL);
	if (l->epoll_fd < 0 || l->wake_fd < 0 ||
	    epoll_ctl(l->epoll_fd, EPOLL_CTL_ADD, l->wake_fd, &ev) != 0)
		return CS_FAIL(UNAVAILABLE);
	return CS_OK;
}

/* The thread has ended and so have the workers: what came in since then has no reader. */
void
cs_loop_clear(struct cs_loop *l)
{
	if (l->server == NULL)
		return;
	empty_inbox(l);
	cs_response_clear(&l->rs);
	pthread_mutex_destroy(&l->lock);
	if (l->epoll_fd >= 0)
		close(l->epoll_fd);
	if (l->wake_fd >= 0)
		close(l->wake_fd);
}
