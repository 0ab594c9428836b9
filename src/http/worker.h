/*
 * worker.h - threads that may block, behind a bounded queue.
 */
#ifndef CS_HTTP_WORKER_H
#define CS_HTTP_WORKER_H

#include "base/err.h"

#include <stdint.h>

/* Embedded in what is to be done; belongs to the pool from a successful try until run is called. */
struct cs_job {
	void (*run)(struct cs_job *job);
	struct cs_job *next;
};

struct cs_workers;

/* Errors: UNAVAILABLE when the threads cannot be made. */
cs_err cs_workers_new(unsigned threads, unsigned queue_len, struct cs_workers **out);
/* False when the queue is full or the pool is stopping; never blocks. */
bool cs_workers_try(struct cs_workers *w, struct cs_job *job);
/*
 * Runs what is queued, then joins; the pool is gone afterwards. Errors: UNAVAILABLE when a thread did
 * not end by then (CLOCK_MONOTONIC, ms): pool and threads are left as they are.
 */
cs_err cs_workers_stop(struct cs_workers **w, int64_t until_ms);

#endif
