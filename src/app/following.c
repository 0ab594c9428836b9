#include "app/following.h"

#include <time.h>

void
cs_following_init(struct cs_following *f, struct cs_domain *domain)
{
	pthread_condattr_t monotonic;

	*f = (struct cs_following){ .domain = domain };
	pthread_mutex_init(&f->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&f->ended, &monotonic);
	pthread_condattr_destroy(&monotonic);
}

void
cs_following_clear(struct cs_following *f)
{
	pthread_cond_destroy(&f->ended);
	pthread_mutex_destroy(&f->lock);
}

/* The operation's clock may be a test's; only its length is taken over to the machine's. */
static struct timespec
end_of(const struct cs_op *op)
{
	int64_t left = op->deadline.ms - op->now.ms;
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += left / 1000;
	t.tv_nsec += left % 1000 * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* False: somebody else still reads. */
static bool
take_turn(struct cs_following *f, const struct cs_op *op)
{
	const struct timespec until = end_of(op);
	bool has_time = true;

	pthread_mutex_lock(&f->lock);
	while (f->is_reading && !f->is_stuck && has_time)
		has_time = pthread_cond_timedwait(&f->ended, &f->lock, &until) == 0;
	bool is_mine = !f->is_reading;
	f->is_reading = true;
	if (!is_mine && !f->is_stuck) {
		f->is_stuck = true;
		pthread_cond_broadcast(&f->ended);
	}
	pthread_mutex_unlock(&f->lock);
	return is_mine;
}

static void
end_turn(struct cs_following *f)
{
	pthread_mutex_lock(&f->lock);
	f->is_reading = false;
	f->is_stuck = false;
	pthread_cond_broadcast(&f->ended);
	pthread_mutex_unlock(&f->lock);
}

cs_err
cs_following_step(struct cs_following *f, const struct cs_op *op, cs_time *out_next)
{
	*out_next = op->now;
	if (!take_turn(f, op))
		return CS_FAIL(UNAVAILABLE);
	/* Somebody has just done it: what waited here needs no second reading. */
	bool is_done =
	    f->follower.has_begun &&
	    cs_gate_is_fresh(f->domain->gate, cs_time_add(op->now, f->domain->change_stale_ms));
	cs_err e = is_done ? CS_OK : cs_follow_step(f->domain, op, &f->follower, out_next);
	end_turn(f);
	return e;
}
