#include "http/worker.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define FOREVER_MS (INT64_C(1) << 40)

struct cs_workers {
	pthread_mutex_t lock;
	pthread_cond_t has_work;
	pthread_cond_t is_over; /* on the monotonic clock */
	struct cs_job *first;
	struct cs_job *last;
	unsigned queued;
	unsigned queue_len;
	bool is_stopping;
	unsigned thread_count;
	unsigned running;
	pthread_t threads[];
};

/* The next job; NULL when the pool stops and nothing is left. */
static struct cs_job *
next_job(struct cs_workers *w)
{
	struct cs_job *job;

	pthread_mutex_lock(&w->lock);
	while (w->first == NULL && !w->is_stopping)
		pthread_cond_wait(&w->has_work, &w->lock);
	job = w->first;
	if (job != NULL) {
		w->first = job->next;
		w->queued--;
	}
	pthread_mutex_unlock(&w->lock);
	return job;
}

static void *
work(void *ctx)
{
	struct cs_workers *w = ctx;

	pthread_setname_np(pthread_self(), "cs-worker");
	for (struct cs_job *job; (job = next_job(w)) != NULL;)
		job->run(job);
	pthread_mutex_lock(&w->lock);
	if (--w->running == 0)
		pthread_cond_signal(&w->is_over);
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

cs_err
cs_workers_new(unsigned threads, unsigned queue_len, struct cs_workers **out)
{
	struct cs_workers *w = calloc(1, sizeof(*w) + threads * sizeof(pthread_t));
	pthread_condattr_t monotonic;

	*out = NULL;
	CS_ASSERT(w != NULL && threads > 0);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->has_work, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&w->is_over, &monotonic);
	w->queue_len = queue_len;
	pthread_mutex_lock(&w->lock);
	while (w->thread_count < threads &&
	       pthread_create(&w->threads[w->thread_count], NULL, work, w) == 0)
		w->thread_count++;
	w->running = w->thread_count;
	pthread_mutex_unlock(&w->lock);
	if (w->thread_count < threads) {
		cs_err stopped = cs_workers_stop(&w, FOREVER_MS);
		return cs_failed(stopped) ? stopped : CS_FAIL(UNAVAILABLE);
	}
	*out = w;
	return CS_OK;
}

bool
cs_workers_try(struct cs_workers *w, struct cs_job *job)
{
	bool is_taken;

	pthread_mutex_lock(&w->lock);
	is_taken = !w->is_stopping && w->queued < w->queue_len;
	if (is_taken) {
		job->next = NULL;
		if (w->first == NULL)
			w->first = job;
		else
			w->last->next = job;
		w->last = job;
		w->queued++;
	}
	pthread_mutex_unlock(&w->lock);
	if (is_taken)
		pthread_cond_signal(&w->has_work);
	return is_taken;
}

cs_err
cs_workers_stop(struct cs_workers **w, int64_t until_ms)
{
	struct cs_workers *pool = *w;
	struct timespec until = { until_ms / 1000, until_ms % 1000 * 1000000 };
	int waited = 0;

	if (pool == NULL)
		return CS_OK;
	*w = NULL;
	pthread_mutex_lock(&pool->lock);
	pool->is_stopping = true;
	pthread_cond_broadcast(&pool->has_work);
	while (pool->running > 0 && waited == 0)
		waited = pthread_cond_timedwait(&pool->is_over, &pool->lock, &until);
	bool is_over = pool->running == 0;
	pthread_mutex_unlock(&pool->lock);
	if (!is_over)
		return CS_FAIL(UNAVAILABLE);
	for (unsigned i = 0; i < pool->thread_count; i++)
		pthread_join(pool->threads[i], NULL);
	pthread_mutex_destroy(&pool->lock);
	pthread_cond_destroy(&pool->has_work);
	pthread_cond_destroy(&pool->is_over);
	free(pool);
	return CS_OK;
}
