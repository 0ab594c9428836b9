/*
 * change_wait.c - sleeping until something may have changed.
 */
#include "store/change_store.h"
#include "store/store_parts.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define CONNECT_MS (5 * CS_SECOND_MS)

struct cs_waiting {
	pthread_mutex_t lock;
	pthread_cond_t woken;
	uint64_t wakes;
	bool is_stopping;
	bool has_listener; /* a thread is at the connection below */
	int stop_fd; /* readable for good once stopping */
	struct cs_conn *conn;
	int conn_fd; /* -1: not listening */
};

cs_err
cs_waiting_start(struct cs_store *s)
{
	struct cs_waiting *w = calloc(1, sizeof(*w));

	CS_ASSERT(w != NULL);
	pthread_mutex_init(&w->lock, NULL);
	cs_cond_init(&w->woken);
	w->conn_fd = -1;
	w->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->waiting = w;
	return w->stop_fd >= 0 ? CS_OK : CS_FAIL(UNAVAILABLE);
}

void
cs_waiting_stop(struct cs_store *s)
{
	struct cs_waiting *w = s->waiting;

	if (w == NULL)
		return;
	if (w->conn != NULL)
		w->conn->driver->close(&w->conn);
	close(w->stop_fd);
	pthread_cond_destroy(&w->woken);
	pthread_mutex_destroy(&w->lock);
	free(w);
	s->waiting = NULL;
}

void
cs_waiting_wake(struct cs_store *s)
{
	pthread_mutex_lock(&s->waiting->lock);
	s->waiting->wakes++;
	pthread_cond_broadcast(&s->waiting->woken);
	pthread_mutex_unlock(&s->waiting->lock);
}

void
cs_store_wake_waiting(struct cs_store *s)
{
	struct cs_waiting *w = s->waiting;
	uint64_t one = 1;

	pthread_mutex_lock(&w->lock);
	w->is_stopping = true;
	pthread_cond_broadcast(&w->woken);
	pthread_mutex_unlock(&w->lock);
	/* An eventfd that is full is readable too. */
	(void)!write(w->stop_fd, &one, sizeof(one));
}

/* --- PostgreSQL: the thread that is at the connection --- */

static void
stop_listening(struct cs_waiting *w)
{
	if (w->conn != NULL)
		w->conn->driver->close(&w->conn);
	w->conn_fd = -1;
}

static void
start_listening(struct cs_store *s, int64_t until)
{
	struct cs_waiting *w = s->waiting;
	int64_t latest = cs_store_monotonic_ms() + CONNECT_MS;

	if (latest > until)
		latest = until;
	if (cs_failed(s->driver->open(s->target, CS_MODE_WRITE, latest, &w->conn)))
		return;
	w->conn_fd = s->driver->listen(w->conn);
	if (w->conn_fd < 0)
		stop_listening(w);
}

static bool
poll_both(struct cs_waiting *w, int64_t until)
{
	struct pollfd p[2] = {
		{ .fd = w->stop_fd, .events = POLLIN },
		{ .fd = w->conn_fd, .events = POLLIN },
	};
	int64_t left = until - cs_store_monotonic_ms();

	return poll(p, 2, left < 0 ? 0 : (int)left) > 0 && p[1].revents != 0;
}

/* True when something may have changed; a new connection may have missed anything. */
static bool
listen_until(struct cs_store *s, int64_t until)
{
	struct cs_waiting *w = s->waiting;
	bool any = false;

	if (w->conn == NULL) {
		start_listening(s, until);
		if (w->conn != NULL)
			return true;
	}
	if (poll_both(w, until) && !s->driver->listened(w->conn, &any))
		stop_listening(w);
	return any;
}

static void
be_listener(struct cs_store *s, int64_t until)
{
	struct cs_waiting *w = s->waiting;

	w->has_listener = true;
	pthread_mutex_unlock(&w->lock);
	bool any = listen_until(s, until);
	pthread_mutex_lock(&w->lock);
	w->has_listener = false;
	if (any) {
		w->wakes++;
		pthread_cond_broadcast(&w->woken);
	}
}

void
cs_store_wait_change(struct cs_store *s, int64_t timeout_ms)
{
	struct cs_waiting *w = s->waiting;
	int64_t until = cs_store_monotonic_ms() + timeout_ms;

	pthread_mutex_lock(&w->lock);
	uint64_t seen = w->wakes;
	if (w->is_stopping)
		; /* nothing to wait for */
	else if (!s->driver->has_one_writer && !w->has_listener)
		be_listener(s, until);
	else
		while (w->wakes == seen && !w->is_stopping &&
		       cs_cond_wait_until(&w->woken, &w->lock, until))
			;
	pthread_mutex_unlock(&w->lock);
}
