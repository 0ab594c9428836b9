#include "app/background.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#define JOBS_MAX 8

struct worker {
	struct cs_background *all;
	struct cs_background_job job;
	pthread_t thread;
	uint64_t seen; /* wakes */
};

struct cs_background {
	const struct cs_clock *clock;
	const struct cs_random *rng;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t wakes;
	bool is_stopping;
	size_t count;
	struct worker workers[JOBS_MAX];
};

static struct timespec
after(int64_t ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* False: it is time to end. */
static bool
pause_for(struct worker *w, int64_t ms)
{
	struct cs_background *b = w->all;
	struct timespec until = after(ms);
	int timed_out = 0;

	pthread_mutex_lock(&b->lock);
	while (!b->is_stopping && b->wakes == w->seen && timed_out == 0)
		timed_out = pthread_cond_timedwait(&b->changed, &b->lock, &until);
	w->seen = b->wakes;
	bool goes_on = !b->is_stopping;
	pthread_mutex_unlock(&b->lock);
	return goes_on;
}

static int64_t
step_once(struct worker *w, struct cs_arena *arena)
{
	cs_time now = cs_clock_now(w->all->clock);
	const struct cs_op op = {
		.id = cs_id_new(w->all->rng),
		.now = now,
		.deadline = cs_time_add(now, w->job.limit_ms),
		.arena = arena,
	};
	int64_t wait_ms = w->job.step(w->job.ctx, &op);

	cs_arena_reset(arena);
	return wait_ms;
}

static void *
work(void *arg)
{
	struct worker *w = arg;
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(w->job.arena_max);
	int64_t wait_ms = 0;

	while (pause_for(w, wait_ms))
		wait_ms = step_once(w, arena);
	return NULL;
}

static cs_err
start_worker(struct worker *w)
{
	sigset_t all;
	sigset_t before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int failed = pthread_create(&w->thread, NULL, work, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (failed != 0)
		return CS_FAIL(UNAVAILABLE);
	pthread_setname_np(w->thread, w->job.name);
	return CS_OK;
}

static struct cs_background *
background_new(const struct cs_clock *clock, const struct cs_random *rng)
{
	struct cs_background *b = calloc(1, sizeof(*b));
	pthread_condattr_t monotonic;

	CS_ASSERT(b != NULL);
	b->clock = clock;
	b->rng = rng;
	pthread_mutex_init(&b->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&b->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	return b;
}

cs_err
cs_background_start(const struct cs_background_job *jobs, size_t count,
    const struct cs_clock *clock, const struct cs_random *rng, struct cs_background **out)
{
	CS_AUTO(cs_background_stop) struct cs_background *b = background_new(clock, rng);

	*out = NULL;
	CS_ASSERT(count <= JOBS_MAX);
	for (size_t i = 0; i < count; i++) {
		b->workers[i] = (struct worker){ .all = b, .job = jobs[i] };
		CS_TRY(start_worker(&b->workers[i]));
		b->count++;
	}
	*out = CS_TAKE(b);
	return CS_OK;
}

void
cs_background_wake(struct cs_background *b)
{
	pthread_mutex_lock(&b->lock);
	b->wakes++;
	pthread_cond_broadcast(&b->changed);
	pthread_mutex_unlock(&b->lock);
}

void
cs_background_stop(struct cs_background **b)
{
	if (*b == NULL)
		return;
	pthread_mutex_lock(&(*b)->lock);
	(*b)->is_stopping = true;
	pthread_cond_broadcast(&(*b)->changed);
	pthread_mutex_unlock(&(*b)->lock);
	for (size_t i = 0; i < (*b)->count; i++)
		pthread_join((*b)->workers[i].thread, NULL);
	pthread_cond_destroy(&(*b)->changed);
	pthread_mutex_destroy(&(*b)->lock);
	free(*b);
	*b = NULL;
}
