#include "test.h"

#include "app/background.h"

#include <pthread.h>
#include <time.h>

/* Counts its steps; a test waits for a number of them, at most ten seconds. */
struct counter {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int steps;
	int64_t wait_ms;
	bool is_slow_until_told;
	bool is_told;
	cs_time last_now;
	bool deadline_is_later;
};

static void
counter_init(struct counter *c, int64_t wait_ms)
{
	*c = (struct counter){ .wait_ms = wait_ms };
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->changed, NULL);
}

static int64_t
count_step(void *ctx, const struct cs_op *op)
{
	struct counter *c = ctx;

	pthread_mutex_lock(&c->lock);
	c->steps++;
	c->last_now = op->now;
	c->deadline_is_later = op->deadline.ms == op->now.ms + 5000;
	pthread_cond_broadcast(&c->changed);
	while (c->is_slow_until_told && !c->is_told)
		pthread_cond_wait(&c->changed, &c->lock);
	pthread_mutex_unlock(&c->lock);
	(void)cs_arena_printf(op->arena, "%d", c->steps);
	return c->wait_ms;
}

static bool
has_reached(struct counter *c, int steps)
{
	struct timespec until;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += 60;
	pthread_mutex_lock(&c->lock);
	int failed = 0;
	while (c->steps < steps && failed == 0)
		failed = pthread_cond_timedwait(&c->changed, &c->lock, &until);
	pthread_mutex_unlock(&c->lock);
	return failed == 0;
}

static void
tell(struct counter *c)
{
	pthread_mutex_lock(&c->lock);
	c->is_told = true;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
}

static cs_time
fixed_now(void *ctx)
{
	return cs_seconds(1000);
}
static const struct cs_clock fixed = { .now = fixed_now };

static struct cs_background_job
job_of(struct counter *c)
{
	return (struct cs_background_job){
		.name = "count",
		.step = count_step,
		.ctx = c,
		.arena_max = 65536,
		.limit_ms = 5000,
	};
}

#define HOUR_MS 3600000

TEST(a_job_steps_at_once_and_again_when_it_said)
{
	struct cs_background *b = NULL;
	struct counter c;

	counter_init(&c, 0);
	const struct cs_background_job job = job_of(&c);
	CHECK_OK(cs_background_start(&job, 1, &fixed, &cs_random_system, &b));
	CHECK(has_reached(&c, 5));
	cs_background_stop(&b);
	CHECK(b == NULL);
}

TEST(a_step_is_given_the_clock_and_its_deadline)
{
	struct cs_background *b = NULL;
	struct counter c;

	counter_init(&c, HOUR_MS);
	const struct cs_background_job job = job_of(&c);
	CHECK_OK(cs_background_start(&job, 1, &fixed, &cs_random_system, &b));
	CHECK(has_reached(&c, 1));
	cs_background_stop(&b);
	CHECK_INT(c.last_now.ms, 1000000);
	CHECK(c.deadline_is_later);
}

TEST(waking_ends_a_long_wait)
{
	struct cs_background *b = NULL;
	struct counter c;

	counter_init(&c, HOUR_MS);
	const struct cs_background_job job = job_of(&c);
	CHECK_OK(cs_background_start(&job, 1, &fixed, &cs_random_system, &b));
	CHECK(has_reached(&c, 1));
	cs_background_wake(b);
	CHECK(has_reached(&c, 2));
	cs_background_stop(&b);
}

TEST(stopping_ends_a_long_wait_and_steps_no_more)
{
	struct cs_background *b = NULL;
	struct counter c;

	counter_init(&c, HOUR_MS);
	const struct cs_background_job job = job_of(&c);
	CHECK_OK(cs_background_start(&job, 1, &fixed, &cs_random_system, &b));
	CHECK(has_reached(&c, 1));
	cs_background_stop(&b);
	CHECK_INT(c.steps, 1);
}

TEST(a_slow_job_does_not_hold_the_others)
{
	struct cs_background *b = NULL;
	struct counter slow;
	struct counter quick;

	counter_init(&slow, HOUR_MS);
	slow.is_slow_until_told = true;
	counter_init(&quick, 0);
	const struct cs_background_job rows[] = { job_of(&slow), job_of(&quick) };
	CHECK_OK(cs_background_start(rows, 2, &fixed, &cs_random_system, &b));
	CHECK(has_reached(&slow, 1));
	CHECK(has_reached(&quick, 3));
	tell(&slow);
	cs_background_stop(&b);
}

TEST(stopping_what_never_started_is_nothing)
{
	struct cs_background *b = NULL;

	cs_background_stop(&b);
	CHECK(b == NULL);
}

TEST_MAIN("app/background")
