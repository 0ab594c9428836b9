/*
 * store.h - one durable truth on SQLite or PostgreSQL.
 *
 * Callers hand in closures. A write closure runs in a transaction of its own (PostgreSQL,
 * SERIALIZABLE, retried whole on serialisation failures) or in a SAVEPOINT of a batch that one
 * writer thread commits together (SQLite, synchronous=FULL). Either way: OK means committed and
 * durable; an error from the closure means nothing of it is kept; UNCERTAIN means that the commit
 * itself failed and nobody knows. A closure may therefore run more than once: it must have no
 * effect but through its transaction and its own ctx, which it sets anew each time.
 *
 * The verbs on a transaction are in one header per noun (session_store.h, …); SQL text lives in
 * queries/NOUN.def only. Verbs say NOT_FOUND and CONFLICT where their header says so;
 * UNAVAILABLE (no connection, deadline) and STORE (anything else) any of them may say.
 */
#ifndef CS_STORE_STORE_H
#define CS_STORE_STORE_H

#include "base/err.h"
#include "base/op.h"
#include "base/span.h"

struct cs_store;
struct cs_tx;

struct cs_store_config {
	cs_str url; /* "sqlite:PATH" or "postgresql://…" */
	unsigned readers; /* SQLite reading connections / PostgreSQL connections; 1..64 */
	unsigned batch_max; /* closures in one commit, SQLite; 64 unless 0 */
};

typedef cs_err cs_tx_fn(struct cs_tx *tx, void *ctx);

/* Opens, checks the schema version, applies no migration. Errors: INVALID (url), UNAVAILABLE,
 * CONFLICT (the schema is older or newer than this programme). */
cs_err cs_store_open(const struct cs_store_config *cfg, struct cs_store **out);
/* The same, applying what is missing first, under a lock, checksums verified. */
cs_err cs_store_open_migrated(const struct cs_store_config *cfg, struct cs_store **out);
void cs_store_close(struct cs_store **s);

/*
 * Any thread but an event thread. An operation may take as long as lies between its now and its
 * deadline (30 s when that is zero), counted from the call: the clock may be a test's. Out of time
 * while it waits for its turn or for the database: UNAVAILABLE, and nothing was done. A closure
 * never calls cs_store_write.
 */
/* A consistent snapshot. */
cs_err cs_store_read(struct cs_store *s, const struct cs_op *op, cs_tx_fn *fn, void *ctx);
cs_err cs_store_write(struct cs_store *s, const struct cs_op *op, cs_tx_fn *fn, void *ctx);

/* The operation that a transaction belongs to; its arena receives what is read. */
const struct cs_op *cs_tx_op(const struct cs_tx *tx);

#endif
