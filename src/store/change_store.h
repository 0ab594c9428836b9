/*
 * change_store.h - the change sequence: what other nodes must learn.
 *
 * Numbers are given in the order of commits and without gaps: a reader that has seen n never later
 * finds a lower number that it had not. That costs one contended row, so only configuration changes
 * and revocations go through here.
 */
#ifndef CS_STORE_CHANGE_STORE_H
#define CS_STORE_CHANGE_STORE_H

#include "model/change.h"
#include "store/store.h"

/* In the transaction of the change itself. Listeners are woken when it commits. */
cs_err cs_change_add(struct cs_tx *tx, cs_id account, enum cs_change_kind kind, cs_id key);

/*
 * What came after a number, oldest first, at most limit (1..1000) rows.
 * Errors: NOT_FOUND when some of it was forgotten: read everything anew, then go on from
 * cs_change_last of that same transaction.
 */
cs_err cs_change_list(struct cs_tx *tx, int64_t after_seq, unsigned limit,
    const struct cs_change **out, size_t *out_count);
/* The last number given; 0 before the first. */
cs_err cs_change_last(struct cs_tx *tx, int64_t *out);
/* Removes what is older than before; nodes poll every second, an hour is plenty. */
cs_err cs_change_forget(struct cs_tx *tx, cs_time before);

/*
 * Sleep until another transaction may have added a change, at most timeout_ms. Only hastens: the
 * caller polls cs_change_list either way. PostgreSQL: LISTEN on a connection of its own; SQLite:
 * this process's own commits. Several threads may wait; none may be an event thread.
 */
void cs_store_wait_change(struct cs_store *s, int64_t timeout_ms);
/* Ends every wait that is going on: for stopping. */
void cs_store_wake_waiting(struct cs_store *s);

#endif
