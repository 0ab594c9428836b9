/*
 * writer_test.c - group commit over a driver that fails when it is told to.
 */
#include "store/store_parts.h"

#include "test.h"

#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>

#define JOBS 8

/* One store on a pretended database; each case fills in how it behaves. */
static struct {
	cs_err begin, commit;
	bool loses_transaction; /* the database undoes everything when a closure fails */
	int begun, committed, rolled_back, savepoints, released, undone;
	int returned_before_commit;
} fake;

static atomic_int returned;

static cs_err
fake_begin(struct cs_conn *c, enum cs_mode mode)
{
	fake.begun++;
	c->is_rolled_back = false;
	return fake.begin;
}

static cs_err
fake_commit(struct cs_conn *c)
{
	fake.returned_before_commit = returned;
	fake.committed++;
	return fake.commit;
}

static void
fake_rollback(struct cs_conn *c)
{
	fake.rolled_back++;
}

static cs_err
fake_savepoint(struct cs_conn *c)
{
	fake.savepoints++;
	c->fault = CS_FAULT_NONE;
	return CS_OK;
}

static cs_err
fake_release(struct cs_conn *c)
{
	fake.released++;
	return CS_OK;
}

static cs_err
fake_rollback_to(struct cs_conn *c)
{
	fake.undone++;
	c->is_rolled_back = fake.loses_transaction;
	return fake.loses_transaction ? CS_FAIL(STORE) : CS_OK;
}

static void
fake_close(struct cs_conn **c)
{
	free(*c);
	*c = NULL;
}

static const struct cs_driver driver = {
	.name = "fake",
	.has_one_writer = true,
	.begin = fake_begin,
	.commit = fake_commit,
	.rollback = fake_rollback,
	.savepoint = fake_savepoint,
	.release = fake_release,
	.rollback_to = fake_rollback_to,
	.close = fake_close,
};

/* --- closures --- */

struct gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool is_entered, is_open;
};

struct job {
	cs_err answer, result;
	int runs;
	struct gate *gate; /* waits inside the closure until it opens */
	pthread_t thread;
};

struct bench {
	struct cs_store store;
	struct cs_arena *arena;
	struct cs_op op;
	struct gate gate;
	struct job jobs[JOBS];
};

static cs_err
run(struct cs_tx *tx, void *ctx)
{
	struct job *j = ctx;

	j->runs++;
	if (j->gate == NULL)
		return j->answer;
	pthread_mutex_lock(&j->gate->lock);
	j->gate->is_entered = true;
	pthread_cond_broadcast(&j->gate->changed);
	while (!j->gate->is_open)
		pthread_cond_wait(&j->gate->changed, &j->gate->lock);
	pthread_mutex_unlock(&j->gate->lock);
	return j->answer;
}

static struct bench *bench;

static void *
job_main(void *arg)
{
	struct job *j = arg;

	j->result = cs_writer_write(bench->store.writer, &bench->op, run, j);
	atomic_fetch_add(&returned, 1);
	return NULL;
}

/* --- a bench --- */

static void
bench_open(struct bench *b, unsigned batch_max)
{
	struct cs_conn *c = calloc(1, sizeof(*c));

	memset(&fake, 0, sizeof(fake));
	atomic_store(&returned, 0);
	cs_log_init(open("/dev/null", O_WRONLY | O_CLOEXEC), CS_LEVEL_ERROR);
	*b =
	    (struct bench){ .gate = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0 } };
	b->arena = cs_arena_new(65536);
	b->op = (struct cs_op){ .now = { 1 }, .deadline = { 60001 }, .arena = b->arena };
	b->store.driver = &driver;
	c->driver = &driver;
	bench = b;
	CHECK_OK(cs_waiting_start(&b->store));
	CHECK_OK(cs_writer_start(&b->store, &c, batch_max, &b->store.writer));
}

static void
bench_close(struct bench *b)
{
	cs_writer_stop(&b->store.writer);
	cs_waiting_stop(&b->store);
	cs_arena_free(&b->arena);
}

/* Jobs after the first are queued while the first one is at the gate. */
static void
run_all(struct bench *b)
{
	b->jobs[0].gate = &b->gate;
	pthread_create(&b->jobs[0].thread, NULL, job_main, &b->jobs[0]);
	pthread_mutex_lock(&b->gate.lock);
	while (!b->gate.is_entered)
		pthread_cond_wait(&b->gate.changed, &b->gate.lock);
	pthread_mutex_unlock(&b->gate.lock);
	for (int i = 1; i < JOBS; i++)
		pthread_create(&b->jobs[i].thread, NULL, job_main, &b->jobs[i]);
	while (cs_writer_queued(b->store.writer) < JOBS - 1)
		sched_yield();
	pthread_mutex_lock(&b->gate.lock);
	b->gate.is_open = true;
	pthread_cond_broadcast(&b->gate.changed);
	pthread_mutex_unlock(&b->gate.lock);
	for (int i = 0; i < JOBS; i++)
		pthread_join(b->jobs[i].thread, NULL);
}

/* --- cases --- */

TEST(closures_that_come_together_share_one_commit)
{
	struct bench b;

	bench_open(&b, 0);
	run_all(&b);
	for (int i = 0; i < JOBS; i++) {
		CHECK_OK(b.jobs[i].result);
		CHECK_INT(b.jobs[i].runs, 1);
	}
	CHECK_INT(fake.begun, 1);
	CHECK_INT(fake.committed, 1);
	CHECK_INT(fake.savepoints, JOBS);
	CHECK_INT(fake.released, JOBS);
	bench_close(&b);
}

TEST(nobody_is_told_of_success_before_the_commit)
{
	struct bench b;

	bench_open(&b, 0);
	run_all(&b);
	CHECK_INT(fake.returned_before_commit, 0);
	CHECK_INT(atomic_load(&returned), JOBS);
	bench_close(&b);
}

TEST(a_batch_is_no_larger_than_it_may_be)
{
	struct bench b;

	bench_open(&b, 2);
	run_all(&b);
	for (int i = 0; i < JOBS; i++)
		CHECK_OK(b.jobs[i].result);
	CHECK_INT(fake.committed, JOBS / 2);
	bench_close(&b);
}

TEST(a_commit_that_failed_is_uncertain_for_all_in_it)
{
	struct bench b;

	bench_open(&b, 0);
	fake.commit = CS_FAIL(UNCERTAIN);
	b.jobs[3].answer = CS_FAIL(CONFLICT);
	run_all(&b);
	for (int i = 0; i < JOBS; i++) {
		if (i == 3)
			/* nothing of this one was in the commit */
			CHECK_ERR(b.jobs[i].result, CONFLICT);
		else
			CHECK_ERR(b.jobs[i].result, UNCERTAIN);
	}
	bench_close(&b);
}

TEST(a_closure_that_fails_leaves_the_others_alone)
{
	struct bench b;

	bench_open(&b, 0);
	b.jobs[0].answer = CS_FAIL(LIMIT);
	b.jobs[5].answer = CS_FAIL(NOT_FOUND);
	run_all(&b);
	for (int i = 0; i < JOBS; i++)
		CHECK(b.jobs[i].result.code == b.jobs[i].answer.code);
	CHECK_INT(fake.undone, 2);
	CHECK_INT(fake.released, JOBS - 2);
	CHECK_INT(fake.committed, 1);
	bench_close(&b);
}

TEST(when_the_database_undoes_the_batch_nobody_has_succeeded)
{
	struct bench b;

	bench_open(&b, 0);
	fake.loses_transaction = true;
	b.jobs[0].answer = CS_FAIL(STORE);
	run_all(&b);
	CHECK_ERR(b.jobs[0].result, STORE);
	/* the rest ran in a batch of its own */
	for (int i = 1; i < JOBS; i++)
		CHECK_OK(b.jobs[i].result);
	CHECK_INT(fake.begun, 2);
	CHECK_INT(fake.committed, 1);
	bench_close(&b);
}

TEST(what_had_succeeded_in_an_undone_batch_is_unavailable)
{
	struct bench b;
	int succeeded = 0, unavailable = 0;

	bench_open(&b, 0);
	fake.loses_transaction = true;
	b.jobs[4].answer = CS_FAIL(STORE);
	run_all(&b);
	for (int i = 0; i < JOBS; i++) {
		succeeded += cs_failed(b.jobs[i].result) ? 0 : 1;
		unavailable += cs_is(b.jobs[i].result, CS_E_UNAVAILABLE) ? 1 : 0;
	}
	/* the first was in the batch for certain; which others were is up to the scheduler */
	CHECK_ERR(b.jobs[0].result, UNAVAILABLE);
	CHECK_ERR(b.jobs[4].result, STORE);
	CHECK_INT(succeeded + unavailable, JOBS - 1);
	bench_close(&b);
}

TEST(nothing_runs_in_a_transaction_that_does_not_begin)
{
	struct bench b;

	bench_open(&b, 0);
	fake.begin = CS_FAIL(UNAVAILABLE);
	for (int i = 0; i < JOBS; i++) {
		job_main(&b.jobs[i]);
		CHECK_ERR(b.jobs[i].result, UNAVAILABLE);
		CHECK_INT(b.jobs[i].runs, 0);
	}
	CHECK_INT(fake.committed, 0);
	fake.begin = CS_OK;
	job_main(&b.jobs[0]);
	CHECK_OK(b.jobs[0].result);
	bench_close(&b);
}

TEST_MAIN("store/writer")
