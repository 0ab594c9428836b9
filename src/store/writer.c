/*
 * writer.c - one thread, one writing connection, many closures in one commit.
 *
 * While a commit waits for the disk, the next closures queue up; all of them then share the next
 * commit. Each runs in a savepoint of its own, so one that fails leaves the others alone, and
 * nobody is told of success before the commit that carries it.
 */
#include "base/metric.h"
#include "store/store_parts.h"

#include <stdlib.h>

#define BATCH_DEFAULT 64
#define STACK_BYTES (1024 * 1024)

struct job {
	cs_tx_fn *fn;
	void *ctx;
	const struct cs_op *op;
	cs_err result;
	bool has_change;
	enum { JOB_QUEUED, JOB_RUNNING, JOB_DONE } state;
	pthread_cond_t done;
	struct job *next;
};

struct cs_writer {
	struct cs_store *store;
	struct cs_conn *conn;
	unsigned batch_max;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t queued;
	struct job *first, **last;
	bool is_stopping;
};

/* --- the thread --- */

static struct job *
pop(struct cs_writer *w)
{
	struct job *j = w->first;

	if (j == NULL)
		return NULL;
	w->first = j->next;
	if (w->first == NULL)
		w->last = &w->first;
	j->next = NULL;
	j->state = JOB_RUNNING;
	return j;
}

static struct job *
next_job(struct cs_writer *w)
{
	pthread_mutex_lock(&w->lock);
	struct job *j = pop(w);
	pthread_mutex_unlock(&w->lock);
	return j;
}

/* NULL: there is none and there will be none. */
static struct job *
wait_job(struct cs_writer *w)
{
	pthread_mutex_lock(&w->lock);
	while (w->first == NULL && !w->is_stopping)
		pthread_cond_wait(&w->queued, &w->lock);
	struct job *j = pop(w);
	pthread_mutex_unlock(&w->lock);
	return j;
}

static cs_err
run_job(struct cs_writer *w, struct job *j)
{
	const struct cs_driver *d = w->conn->driver;
	struct cs_tx tx = { .store = w->store, .conn = w->conn, .op = j->op };

	CS_TRY(d->savepoint(w->conn));
	cs_err e = cs_tx_run(&tx, j->fn, j->ctx);
	j->has_change = tx.has_change;
	if (!cs_failed(e))
		e = d->release(w->conn);
	if (cs_failed(e) && cs_failed(d->rollback_to(w->conn)))
		w->conn->is_rolled_back = true;
	return e;
}

static void
answer(struct cs_writer *w, struct job *batch)
{
	struct job *next;

	pthread_mutex_lock(&w->lock);
	for (struct job *j = batch; j != NULL; j = next) {
		next = j->next;
		j->state = JOB_DONE;
		/* Under the lock: once it is seen as done, the job's memory is gone. */
		pthread_cond_signal(&j->done);
	}
	pthread_mutex_unlock(&w->lock);
}

/* Those that had succeeded share the fate of the commit; *writes: how many they are. */
static void
settle(struct job *batch, cs_err commit, int64_t *writes, bool *has_change)
{
	*writes = 0;
	*has_change = false;
	for (struct job *j = batch; j != NULL; j = j->next) {
		if (cs_failed(j->result))
			continue;
		j->result = commit;
		*writes += 1;
		*has_change = *has_change || j->has_change;
	}
}

static cs_err
commit(struct cs_writer *w, const struct job *batch)
{
	const struct cs_driver *d = w->conn->driver;

	/* The database undid all of it: nothing is kept, and that is certain. */
	if (w->conn->is_rolled_back) {
		d->rollback(w->conn);
		return CS_FAIL(UNAVAILABLE);
	}
	cs_err e = d->commit(w->conn);
	if (cs_is(e, CS_E_UNCERTAIN))
		CS_LOG0(batch->op, STORE_UNCERTAIN);
	if (cs_failed(e))
		d->rollback(w->conn);
	return e;
}

static void
run_batch(struct cs_writer *w, struct job *first)
{
	struct job *batch = first, **end = &batch;
	unsigned count = 0;

	cs_err e = w->conn->driver->begin(w->conn, CS_MODE_WRITE);
	bool has_begun = !cs_failed(e);
	for (struct job *j = first; j != NULL; j = next_job(w)) {
		*end = j;
		end = &j->next;
		j->result = has_begun ? run_job(w, j) : e;
		if (++count == w->batch_max || !has_begun || w->conn->is_rolled_back)
			break;
	}
	if (has_begun)
		e = commit(w, batch);
	int64_t writes;
	bool has_change;
	settle(batch, e, &writes, &has_change);
	if (!cs_failed(e)) {
		cs_metric_add(CS_M_STORE_WRITES, writes);
		cs_metric_add(CS_M_STORE_COMMITS, 1);
		cs_store_seen_up(w->store, batch->op);
	} else {
		cs_store_seen_down(w->store, batch->op);
	}
	answer(w, batch);
	if (has_change && !cs_failed(e))
		cs_waiting_wake(w->store);
}

static void *
writer_main(void *arg)
{
	struct cs_writer *w = arg;
	struct job *j;

	while ((j = wait_job(w)) != NULL)
		run_batch(w, j);
	return NULL;
}

/* --- callers --- */

static void
push(struct cs_writer *w, struct job *j)
{
	*w->last = j;
	w->last = &j->next;
	pthread_cond_signal(&w->queued);
}

static void
unlink_job(struct cs_writer *w, struct job *gone)
{
	struct job **p = &w->first;

	while (*p != gone)
		p = &(*p)->next;
	*p = gone->next;
	if (*p == NULL)
		w->last = p;
}

/* What runs already is waited for: it uses the caller's memory, and its end is near. */
static void
wait_done(struct cs_writer *w, struct job *j, int64_t give_up_at)
{
	bool has_time = true;

	while (j->state == JOB_QUEUED && has_time)
		has_time = cs_cond_wait_until(&j->done, &w->lock, give_up_at);
	if (j->state == JOB_QUEUED) {
		unlink_job(w, j);
		j->result = CS_FAIL(UNAVAILABLE);
		return;
	}
	while (j->state != JOB_DONE)
		pthread_cond_wait(&j->done, &w->lock);
}

unsigned
cs_writer_queued(struct cs_writer *w)
{
	unsigned count = 0;

	pthread_mutex_lock(&w->lock);
	for (const struct job *j = w->first; j != NULL; j = j->next)
		count++;
	pthread_mutex_unlock(&w->lock);
	return count;
}

cs_err
cs_writer_write(struct cs_writer *w, const struct cs_op *op, cs_tx_fn *fn, void *ctx)
{
	struct job j = { .fn = fn, .ctx = ctx, .op = op, .result = CS_FAIL(UNAVAILABLE) };
	int64_t give_up_at = cs_op_give_up_at(op);

	/* A closure that writes by another closure would wait for itself. */
	CS_ASSERT(!pthread_equal(pthread_self(), w->thread));
	cs_cond_init(&j.done);
	pthread_mutex_lock(&w->lock);
	if (!w->is_stopping && cs_store_monotonic_ms() < give_up_at) {
		push(w, &j);
		wait_done(w, &j, give_up_at);
	}
	bool was_dropped = j.state == JOB_QUEUED;
	pthread_mutex_unlock(&w->lock);
	pthread_cond_destroy(&j.done);
	if (was_dropped)
		CS_LOG(op, STORE_BUSY, CS_F_C("waited_for", "writer"));
	return j.result;
}

/* --- starting and stopping --- */

cs_err
cs_writer_start(
    struct cs_store *s, struct cs_conn **conn, unsigned batch_max, struct cs_writer **out)
{
	struct cs_writer *w = calloc(1, sizeof(*w));
	pthread_attr_t attr;

	CS_ASSERT(w != NULL);
	w->store = s;
	w->conn = CS_TAKE(*conn);
	w->batch_max = batch_max == 0 ? BATCH_DEFAULT : batch_max;
	w->last = &w->first;
	pthread_mutex_init(&w->lock, NULL);
	cs_cond_init(&w->queued);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	int rc = pthread_create(&w->thread, &attr, writer_main, w);
	pthread_attr_destroy(&attr);
	CS_ASSERT(rc == 0);
	pthread_setname_np(w->thread, "store-writer");
	*out = w;
	return CS_OK;
}

void
cs_writer_stop(struct cs_writer **w)
{
	if (*w == NULL)
		return;
	pthread_mutex_lock(&(*w)->lock);
	(*w)->is_stopping = true;
	pthread_cond_signal(&(*w)->queued);
	pthread_mutex_unlock(&(*w)->lock);
	pthread_join((*w)->thread, NULL);
	(*w)->conn->driver->close(&(*w)->conn);
	pthread_cond_destroy(&(*w)->queued);
	pthread_mutex_destroy(&(*w)->lock);
	free(*w);
	*w = NULL;
}
