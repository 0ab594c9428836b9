#include "store/store.h"

#include "base/metric.h"
#include "crypto/random.h"
#include "store/migrate.h"
#include "store/store_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

/* What an operation without a deadline may take. */
#define BUDGET_DEFAULT_MS (30 * CS_SECOND_MS)
#define BUDGET_MAX_MS (10 * CS_MINUTE_MS)
#define OPEN_MS (10 * CS_SECOND_MS)
#define MIGRATION_MS CS_HOUR_MS
#define RETRIES_MAX 200
#define BACKOFF_MAX_MS 32

int64_t
cs_store_monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* The operation's clock may be a test's; only its length is taken over to the machine's. */
int64_t
cs_op_give_up_at(const struct cs_op *op)
{
	int64_t budget = BUDGET_DEFAULT_MS;

	if (op->deadline.ms != 0)
		budget = op->deadline.ms - op->now.ms;
	if (budget < 0)
		budget = 0;
	if (budget > BUDGET_MAX_MS)
		budget = BUDGET_MAX_MS;
	return cs_store_monotonic_ms() + budget;
}

const struct cs_op *
cs_tx_op(const struct cs_tx *tx)
{
	return tx->op;
}

/*
 * A fault ends the transaction whatever the closure made of it, and so does a statement that was
 * left with an error nobody looked at.
 */
cs_err
cs_tx_run(struct cs_tx *tx, cs_tx_fn *fn, void *ctx)
{
	tx->conn->op = tx->op;
	cs_err e = fn(tx, ctx);
	cs_err left = cs_conn_finish_stmts(tx->conn);
	tx->conn->op = NULL;
	if (!cs_failed(e))
		e = tx->conn->fault != CS_FAULT_NONE ? cs_fault_error(tx->conn->fault) : left;
	return e;
}

/* --- one unit of work on a connection of the pool --- */

struct unit {
	struct cs_store *store;
	const struct cs_op *op;
	enum cs_mode mode;
	cs_tx_fn *fn;
	void *ctx;
	int64_t give_up_at;
};

static cs_err
run_once(const struct unit *u, struct cs_conn *c)
{
	const struct cs_driver *d = u->store->driver;
	struct cs_tx tx = { .store = u->store, .conn = c, .op = u->op };

	c->give_up_at = u->give_up_at;
	CS_TRY(d->begin(c, u->mode));
	cs_err e = cs_tx_run(&tx, u->fn, u->ctx);
	if (cs_failed(e) || u->mode == CS_MODE_READ) {
		d->rollback(c);
		return e;
	}
	CS_TRY(d->commit(c));
	cs_metric_add(CS_M_STORE_WRITES, 1);
	cs_metric_add(CS_M_STORE_COMMITS, 1);
	if (tx.has_change)
		cs_waiting_wake(u->store);
	return CS_OK;
}

/* Randomly spread, so that those who collided do not collide again. False: out of time. */
static bool
back_off(unsigned attempt, int64_t give_up_at)
{
	uint32_t most = attempt < 5 ? 1u << attempt : BACKOFF_MAX_MS;
	uint32_t us = cs_random_below(&cs_random_system, most * 1000 + 1);
	struct timespec t = { .tv_nsec = (long)us * 1000 };

	if (cs_store_monotonic_ms() + us / 1000 >= give_up_at)
		return false;
	nanosleep(&t, NULL);
	return true;
}

/*
 * Nothing of a unit is kept when it could not be serialised or when its link broke before the
 * commit was sent, so it may run again; after that nobody knows, and it may not.
 */
static cs_err
run_unit(const struct unit *u)
{
	for (unsigned attempt = 0;; attempt++) {
		struct cs_conn *c;
		CS_TRY(cs_pool_take(u->store, u->op, u->give_up_at, &c));
		cs_err e = run_once(u, c);
		enum cs_fault fault = c->fault;
		cs_pool_give(u->store, c);
		if (cs_is(e, CS_E_UNCERTAIN))
			CS_LOG0(u->op, STORE_UNCERTAIN);
		else if (fault == CS_FAULT_LOST)
			cs_store_seen_down(u->store, u->op);
		else
			cs_store_seen_up(u->store, u->op);
		if (!cs_failed(e) || cs_is(e, CS_E_UNCERTAIN) ||
		    (fault != CS_FAULT_RETRY && fault != CS_FAULT_LOST))
			return e;
		if (attempt >= RETRIES_MAX || !back_off(attempt, u->give_up_at)) {
			CS_LOG(u->op, STORE_BUSY, CS_F_INT("attempts", attempt + 1));
			return CS_FAIL(UNAVAILABLE);
		}
		cs_metric_add(CS_M_STORE_RETRIES, 1);
	}
}

cs_err
cs_store_read(struct cs_store *s, const struct cs_op *op, cs_tx_fn *fn, void *ctx)
{
	return run_unit(&(struct unit){ s, op, CS_MODE_READ, fn, ctx, cs_op_give_up_at(op) });
}

cs_err
cs_store_write(struct cs_store *s, const struct cs_op *op, cs_tx_fn *fn, void *ctx)
{
	if (s->writer != NULL)
		return cs_writer_write(s->writer, op, fn, ctx);
	return run_unit(&(struct unit){ s, op, CS_MODE_WRITE, fn, ctx, cs_op_give_up_at(op) });
}

/* --- opening --- */

static cs_err
parse_url(cs_str url, const struct cs_driver **driver, cs_str *target)
{
	if (cs_str_starts(url, CS_STR("sqlite:"))) {
		*driver = &cs_driver_sqlite;
		*target = cs_str_slice(url, strlen("sqlite:"), url.len);
		if (target->len != 0)
			return CS_OK;
	}
	if (cs_str_starts(url, CS_STR("postgresql://")) ||
	    cs_str_starts(url, CS_STR("postgres://"))) {
		*driver = &cs_driver_postgres;
		*target = url;
		return CS_OK;
	}
	CS_LOG(
	    NULL, STORE_TARGET_REFUSED, CS_F_C("reason", "neither sqlite:PATH nor postgresql://…"));
	return CS_FAIL(INVALID);
}

static cs_err
bring_to_schema(struct cs_conn *c, bool migrates)
{
	if (migrates) {
		c->give_up_at = cs_store_monotonic_ms() + MIGRATION_MS;
		CS_TRY(cs_migrate(c, cs_migration_count));
	}
	c->give_up_at = 0;
	CS_TRY(cs_migrate_check(c));
	return cs_conn_prepare_all(c);
}

/* The connection that was checked becomes the writer's, or the first of the pool. */
static cs_err
open_into(struct cs_store *s, const struct cs_store_config *cfg, bool migrates)
{
	struct cs_conn *c = NULL;

	CS_TRY(cs_waiting_start(s));
	CS_TRY(s->driver->open(s->target, CS_MODE_WRITE, cs_store_monotonic_ms() + OPEN_MS, &c));
	cs_err e = bring_to_schema(c, migrates);
	if (!cs_failed(e) && s->driver->has_one_writer)
		e = cs_writer_start(s, &c, cfg->batch_max, &s->writer);
	else if (!cs_failed(e))
		s->pool.conns[0] = CS_TAKE(c);
	s->driver->close(&c);
	return e;
}

static cs_err
open_store(const struct cs_store_config *cfg, bool migrates, struct cs_store **out)
{
	CS_AUTO(cs_store_close) struct cs_store *s = NULL;
	const struct cs_driver *driver;
	cs_str target;

	*out = NULL;
	if (cfg->readers < 1 || cfg->readers > CS_POOL_MAX)
		return CS_FAIL(INVALID);
	CS_TRY(parse_url(cfg->url, &driver, &target));
	s = calloc(1, sizeof(*s));
	CS_ASSERT(s != NULL);
	s->driver = driver;
	s->target = strndup(target.p, target.len);
	CS_ASSERT(s->target != NULL);
	cs_pool_init(&s->pool, cfg->readers);
	CS_TRY(open_into(s, cfg, migrates));
	*out = CS_TAKE(s);
	return CS_OK;
}

cs_err
cs_store_open(const struct cs_store_config *cfg, struct cs_store **out)
{
	return open_store(cfg, false, out);
}

cs_err
cs_store_open_migrated(const struct cs_store_config *cfg, struct cs_store **out)
{
	return open_store(cfg, true, out);
}

void
cs_store_close(struct cs_store **s)
{
	if (*s == NULL)
		return;
	cs_writer_stop(&(*s)->writer);
	cs_waiting_stop(*s);
	cs_pool_clear(&(*s)->pool);
	free((*s)->target);
	free(*s);
	*s = NULL;
}
