/*
 * pool.c - connections that threads take and give back.
 */
#include "store/store_parts.h"

#include <errno.h>
#include <time.h>

/* A connection that cannot be made within this is not worth an operation's whole time. */
#define CONNECT_MS (5 * CS_SECOND_MS)

/* Deadlines are monotonic; the default condition variable follows the wall clock. */
void
cs_cond_init(pthread_cond_t *c)
{
	pthread_condattr_t attr;

	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(c, &attr);
	pthread_condattr_destroy(&attr);
}

bool
cs_cond_wait_until(pthread_cond_t *c, pthread_mutex_t *m, int64_t monotonic_ms)
{
	struct timespec t = {
		.tv_sec = monotonic_ms / 1000,
		.tv_nsec = (monotonic_ms % 1000) * 1000000,
	};
	return pthread_cond_timedwait(c, m, &t) != ETIMEDOUT;
}

void
cs_pool_init(struct cs_pool *p, unsigned size)
{
	CS_ASSERT(size >= 1 && size <= CS_POOL_MAX);
	pthread_mutex_init(&p->lock, NULL);
	cs_cond_init(&p->freed);
	p->size = size;
}

void
cs_pool_clear(struct cs_pool *p)
{
	for (unsigned i = 0; i < p->size; i++) {
		CS_ASSERT(!p->is_taken[i]);
		if (p->conns[i] != NULL)
			p->conns[i]->driver->close(&p->conns[i]);
	}
	pthread_cond_destroy(&p->freed);
	pthread_mutex_destroy(&p->lock);
}

/* A free place, one with an open connection first; -1 when all are taken. */
static int
free_place(const struct cs_pool *p)
{
	int empty = -1;

	for (unsigned i = 0; i < p->size; i++) {
		if (p->is_taken[i])
			continue;
		if (p->conns[i] != NULL)
			return (int)i;
		if (empty < 0)
			empty = (int)i;
	}
	return empty;
}

static cs_err
take_place(struct cs_store *s, const struct cs_op *op, int64_t give_up_at, unsigned *out)
{
	struct cs_pool *p = &s->pool;
	bool has_time = cs_store_monotonic_ms() < give_up_at;
	int i;

	pthread_mutex_lock(&p->lock);
	while ((i = free_place(p)) < 0 && has_time)
		has_time = cs_cond_wait_until(&p->freed, &p->lock, give_up_at);
	has_time = has_time && i >= 0;
	if (has_time)
		p->is_taken[i] = true;
	pthread_mutex_unlock(&p->lock);
	*out = (unsigned)i;
	if (has_time)
		return CS_OK;
	CS_LOG(op, STORE_BUSY, CS_F_C("waited_for", "connection"));
	return CS_FAIL(UNAVAILABLE);
}

static void
give_place(struct cs_pool *p, unsigned i)
{
	pthread_mutex_lock(&p->lock);
	p->is_taken[i] = false;
	pthread_cond_signal(&p->freed);
	pthread_mutex_unlock(&p->lock);
}

/* Whoever has a place reads it freely; others look for theirs, so it is written under the lock. */
static void
set_place(struct cs_pool *p, unsigned i, struct cs_conn *c)
{
	pthread_mutex_lock(&p->lock);
	p->conns[i] = c;
	pthread_mutex_unlock(&p->lock);
}

static cs_err
open_at(struct cs_store *s, const struct cs_op *op, int64_t give_up_at, unsigned i)
{
	int64_t latest = cs_store_monotonic_ms() + CONNECT_MS;
	enum cs_mode mode = s->driver->has_one_writer ? CS_MODE_READ : CS_MODE_WRITE;
	struct cs_conn *c;

	cs_err e = s->driver->open(s->target, mode, latest < give_up_at ? latest : give_up_at, &c);
	if (!cs_failed(e)) {
		set_place(&s->pool, i, c);
		return CS_OK;
	}
	give_place(&s->pool, i);
	cs_store_seen_down(s, op);
	return CS_FAIL(UNAVAILABLE);
}

cs_err
cs_pool_take(struct cs_store *s, const struct cs_op *op, int64_t give_up_at, struct cs_conn **out)
{
	struct cs_pool *p = &s->pool;
	unsigned i;

	*out = NULL;
	CS_TRY(take_place(s, op, give_up_at, &i));
	if (p->conns[i] == NULL)
		CS_TRY(open_at(s, op, give_up_at, i));
	*out = p->conns[i];
	return CS_OK;
}

/* One lost link means as a rule that the server went away, and the idle links with it. */
static void
close_idle(struct cs_pool *p)
{
	for (unsigned i = 0; i < p->size; i++)
		if (!p->is_taken[i] && p->conns[i] != NULL)
			p->conns[i]->driver->close(&p->conns[i]);
}

static unsigned
place_of(struct cs_pool *p, const struct cs_conn *c)
{
	unsigned i = 0;

	pthread_mutex_lock(&p->lock);
	while (i < p->size && p->conns[i] != c)
		i++;
	pthread_mutex_unlock(&p->lock);
	CS_ASSERT(i < p->size);
	return i;
}

void
cs_pool_give(struct cs_store *s, struct cs_conn *c)
{
	struct cs_pool *p = &s->pool;
	unsigned i = place_of(p, c);
	bool is_lost = c->fault == CS_FAULT_LOST;

	c->fault = CS_FAULT_NONE;
	c->give_up_at = 0;
	if (is_lost) {
		set_place(p, i, NULL);
		c->driver->close(&c);
		pthread_mutex_lock(&p->lock);
		close_idle(p);
		pthread_mutex_unlock(&p->lock);
	}
	give_place(p, i);
}

void
cs_store_seen_down(struct cs_store *s, const struct cs_op *op)
{
	if (!atomic_exchange(&s->is_down, true))
		CS_LOG0(op, STORE_UNAVAILABLE);
}

void
cs_store_seen_up(struct cs_store *s, const struct cs_op *op)
{
	if (atomic_load_explicit(&s->is_down, memory_order_relaxed) &&
	    atomic_exchange(&s->is_down, false))
		CS_LOG0(op, STORE_RECOVERED);
}
