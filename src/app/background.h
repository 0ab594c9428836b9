/*
 * background.h - the threads that are nobody's request: each calls one step again and again.
 */
#ifndef CS_APP_BACKGROUND_H
#define CS_APP_BACKGROUND_H

#include "base/op.h"
#include "crypto/random.h"

struct cs_background;

struct cs_background_job {
	const char *name; /* of the thread, at most 15 characters */
	/* Does what is due and says how long to wait, in milliseconds. Logs its own failures. */
	int64_t (*step)(void *ctx, const struct cs_op *op);
	void *ctx;
	size_t arena_max; /* of one step */
	int64_t limit_ms; /* a step's deadline */
};

/* Jobs are copied. All signals are blocked in the threads. Errors: UNAVAILABLE. */
cs_err cs_background_start(const struct cs_background_job *jobs, size_t count,
    const struct cs_clock *clock, const struct cs_random *rng, struct cs_background **out);
/* The next step of every job begins now. Any thread. */
void cs_background_wake(struct cs_background *b);
/* Waits for the steps that are under way. */
void cs_background_stop(struct cs_background **b);

#endif
