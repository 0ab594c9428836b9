/*
 * background.h - what goes on without a request: following other nodes, mail, keys, sweeping, the
 * audit sealer. Each step does a bounded piece of work in op (of no account) and says when to come
 * again; app/ gives each its thread. An error leaves everything to be tried again.
 */
#ifndef CS_DOMAIN_BACKGROUND_H
#define CS_DOMAIN_BACKGROUND_H

#include "domain/domain.h"

#define CS_FOLLOW_MS CS_SECOND_MS
#define CS_CHANGE_STALE_MS (5 * CS_SECOND_MS)

/* What this node has heard of the others; zeroed at start, one thread's own. */
struct cs_follower {
	bool has_begun;
	int64_t seq;
};

/*
 * Hear of changes, apply them to the gate and keep it fresh. The first call reads where the sequence
 * stands, publishes every account, and only then opens the gate; call it before taking requests.
 */
cs_err cs_follow_step(
    struct cs_domain *d, const struct cs_op *op, struct cs_follower *f, cs_time *out_next);
/* Take one due message to where it goes. *out_next is now while more may be waiting. */
cs_err cs_deliver_step(struct cs_domain *d, const struct cs_op *op, cs_time *out_next);
/*
 * Remove what is over: PINs, flows, challenges, sessions, limits, old changes; and service tokens that
 * nothing uses (config/inactivity.h).
 */
cs_err cs_sweep_step(struct cs_domain *d, const struct cs_op *op, cs_time *out_next);
/* Give every account's signing key its successor in time. */
cs_err cs_rotate_step(struct cs_domain *d, const struct cs_op *op, cs_time *out_next);
/*
 * Chain audit events. Heads, signed with the account's key, go to the log (event audit_head) and to
 * the witness when there is one.
 */
cs_err cs_seal_step(struct cs_domain *d, const struct cs_op *op, cs_time *out_next);

#endif
