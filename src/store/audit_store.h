/*
 * audit_store.h - what happened, in an order that cannot be rewritten unseen.
 * Format of the digests: docs/protocol/audit.md.
 *
 * An event is written in the transaction of what it describes, without a number. One sealer per
 * database numbers events per account and chains their digests. The chain covers digests only, so
 * the personal part of an event can be forgotten and the chain still verifies.
 */
#ifndef CS_STORE_AUDIT_STORE_H
#define CS_STORE_AUDIT_STORE_H

#include "base/time.h"
#include "crypto/mac.h"
#include "crypto/random.h"
#include "store/store.h"

struct cs_audit_event {
	cs_id account;
	cs_time at;
	cs_str kind; /* a row of domain/audit_events.def; never forgotten */
	/* the personal part; zero and empty once forgotten */
	cs_id actor; /* who did it; zero: the programme itself */
	cs_id subject; /* whom or what it was done to */
	cs_str address;
	cs_str user_agent;
	cs_str details; /* a JSON object, or empty; no secrets */
	/* set by the store */
	cs_id id;
	int64_t seq; /* from 1 in each account; 0: not yet sealed */
	bool is_forgotten;
};

cs_err cs_audit_append(
    struct cs_tx *tx, const struct cs_random *rng, const struct cs_audit_event *event);

/* Newest first, from before (at, id) on; start with INT64_MAX. limit 1..1000. */
cs_err cs_audit_list(struct cs_tx *tx, cs_id account, cs_time before, cs_id before_id,
    unsigned limit, const struct cs_audit_event **out, size_t *out_count);

struct cs_audit_head {
	cs_id account;
	int64_t seq;
	uint8_t link[CS_SHA256_LEN];
};

#define CS_AUDIT_SEAL_MAX 500

/*
 * One step of the sealer: renew the lease "audit.sealer" for holder until `until`, then chain at
 * most CS_AUDIT_SEAL_MAX events. heads: the accounts that got longer, to be signed and published.
 * Call again at once while *out_sealed is CS_AUDIT_SEAL_MAX. Errors: CONFLICT (another node seals).
 */
cs_err cs_audit_seal(struct cs_tx *tx, cs_id holder, cs_time now, cs_time until, size_t *out_sealed,
    const struct cs_audit_head **heads, size_t *head_count);

/* Number 0 and a link of zeros while nothing is sealed. */
cs_err cs_audit_head_find(struct cs_tx *tx, cs_id account, struct cs_audit_head *out);
/* Heads of the accounts after `after`, in order. */
cs_err cs_audit_head_list(struct cs_tx *tx, cs_id after, unsigned limit,
    const struct cs_audit_head **out, size_t *out_count);
/* The link at seq, for comparing with a witnessed head. Errors: NOT_FOUND. */
cs_err cs_audit_link_find(
    struct cs_tx *tx, cs_id account, int64_t seq, uint8_t out[static CS_SHA256_LEN]);

/* A walk over one account's chain; zeroed but for account to begin with. */
struct cs_audit_walk {
	cs_id account;
	int64_t seq; /* the last one that was checked */
	uint8_t link[CS_SHA256_LEN]; /* its link */
	bool is_over;
	bool is_broken; /* at seq + 1, or the head does not fit the last event */
};

/*
 * Check the next limit (1..1000) events; call until is_over. A broken chain is an answer, not an
 * error.
 */
cs_err cs_audit_walk(struct cs_tx *tx, struct cs_audit_walk *walk, unsigned limit);

/*
 * Where the event that belongs at walk->seq + 1 of a broken chain stands instead, among the next
 * limit (1..1000) sealed events behind *from; begin with 0. It is recognised by its digest at that
 * place, so one that was edited as well is not. *out_seq: its number, or 0. *from moves on, and is
 * -1 behind the last event.
 */
cs_err cs_audit_moved_find(struct cs_tx *tx, const struct cs_audit_walk *walk, unsigned limit,
    int64_t *from, int64_t *out_seq);
/* How many events of the account have a number, and how many not yet. */
cs_err cs_audit_count(struct cs_tx *tx, cs_id account, int64_t *out_sealed, int64_t *out_unsealed);

/* Forget the personal part of sealed events before a moment; at most limit rows. */
cs_err cs_audit_forget(
    struct cs_tx *tx, cs_id account, cs_time before, unsigned limit, int64_t *out_rows);

#endif
