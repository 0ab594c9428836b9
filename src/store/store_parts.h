/*
 * store_parts.h - what the store's own files share: the store, its pool, its writer, a transaction.
 */
#ifndef CS_STORE_STORE_PARTS_H
#define CS_STORE_STORE_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/store_driver.h"

struct cs_tx {
	struct cs_store *store;
	struct cs_conn *conn;
	const struct cs_op *op;
	int64_t audit_count; /* orders the events of one transaction */
	bool has_change;
};

#define CS_POOL_MAX 64

/* Connections, opened when first needed; a lost one is closed and its place opened again. */
struct cs_pool {
	pthread_mutex_t lock;
	pthread_cond_t freed;
	unsigned size;
	struct cs_conn *conns[CS_POOL_MAX];
	bool is_taken[CS_POOL_MAX];
};

struct cs_writer;
struct cs_waiting;

struct cs_store {
	const struct cs_driver *driver;
	char *target;
	struct cs_pool pool;
	struct cs_writer *writer; /* where the driver has one writer */
	struct cs_waiting *waiting; /* change_wait.c */
	atomic_bool is_down; /* so that an outage is logged once */
};

/* How long an operation may take from here on, as a monotonic moment. */
int64_t cs_op_give_up_at(const struct cs_op *op);
void cs_cond_init(pthread_cond_t *c);
/* False when the moment has come. */
bool cs_cond_wait_until(pthread_cond_t *c, pthread_mutex_t *m, int64_t monotonic_ms);

void cs_pool_init(struct cs_pool *p, unsigned size);
void cs_pool_clear(struct cs_pool *p);
/* Errors: UNAVAILABLE. */
cs_err cs_pool_take(
    struct cs_store *s, const struct cs_op *op, int64_t give_up_at, struct cs_conn **out);
void cs_pool_give(struct cs_store *s, struct cs_conn *c);
/* Log an outage and its end once. */
void cs_store_seen_down(struct cs_store *s, const struct cs_op *op);
void cs_store_seen_up(struct cs_store *s, const struct cs_op *op);

/* Runs the closure inside an open transaction; the verdict on what it left behind included. */
cs_err cs_tx_run(struct cs_tx *tx, cs_tx_fn *fn, void *ctx);

cs_err cs_writer_start(
    struct cs_store *s, struct cs_conn **conn, unsigned batch_max, struct cs_writer **out);
/* Waits for what is queued. */
void cs_writer_stop(struct cs_writer **w);
/* How many wait now. */
unsigned cs_writer_queued(struct cs_writer *w);
cs_err cs_writer_write(struct cs_writer *w, const struct cs_op *op, cs_tx_fn *fn, void *ctx);

cs_err cs_waiting_start(struct cs_store *s);
void cs_waiting_stop(struct cs_store *s);
/* This process committed a change. */
void cs_waiting_wake(struct cs_store *s);

#endif
