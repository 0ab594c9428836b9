/*
 * outbox_store.h - messages that are committed with the change that causes them.
 *
 * The payload is sealed by the caller (purpose "outbox.payload", row = id) and wiped when the
 * message is delivered, given up or out of date. A message is leased before it is delivered, so two
 * nodes never deliver it at once; a node that dies leaves a lease that runs out.
 */
#ifndef CS_STORE_OUTBOX_STORE_H
#define CS_STORE_OUTBOX_STORE_H

#include "base/time.h"
#include "model/message.h"
#include "store/store.h"

struct cs_outbox_item {
	cs_id account;
	cs_id id;
	enum cs_channel channel;
	cs_span sealed;
	cs_time created;
	cs_time valid_until;
	int64_t attempts; /* including the one that a lease begins */
};

/* attempts is ignored. */
cs_err cs_outbox_add(struct cs_tx *tx, const struct cs_outbox_item *item);
/*
 * Lease the message that has waited longest. Never one whose valid_until is over.
 * Errors: NOT_FOUND (nothing is due).
 */
cs_err cs_outbox_lease(
    struct cs_tx *tx, cs_id holder, cs_time now, cs_time lease_until, struct cs_outbox_item *out);
/* Delivered: the payload is wiped. Errors: CONFLICT (the lease went to another node). */
cs_err cs_outbox_done(struct cs_tx *tx, cs_id account, cs_id id, cs_id holder, cs_time now);
/* Not yet: free it for a later try. Errors: CONFLICT. */
cs_err cs_outbox_retry(struct cs_tx *tx, cs_id account, cs_id id, cs_id holder, cs_time next_try);
/* Never: the payload is wiped. Errors: CONFLICT. */
cs_err cs_outbox_give_up(struct cs_tx *tx, cs_id account, cs_id id, cs_id holder, cs_time now);
/* Wipes what is out of date and not on its way; removes rows that ended before ended_before. */
cs_err cs_outbox_sweep(struct cs_tx *tx, cs_time now, cs_time ended_before, int64_t *out_expired);
cs_err cs_outbox_count_waiting(struct cs_tx *tx, int64_t *out);

#endif
