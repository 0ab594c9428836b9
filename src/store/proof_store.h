/*
 * proof_store.h - that a subject answered with an authenticator, from a browser, at a time.
 */
#ifndef CS_STORE_PROOF_STORE_H
#define CS_STORE_PROOF_STORE_H

#include "model/challenge.h"
#include "model/subject.h"
#include "store/store.h"

/* A proof with what it counts for. */
struct cs_stored_proof {
	struct cs_proof proof;
	bool is_own; /* for one application session alone; proof.session once that is open */
	uint8_t context[CS_CONTEXT_LEN];
};

#define CS_PROOFS_MAX 32

cs_err cs_proof_add(struct cs_tx *tx, const struct cs_stored_proof *p);
/* Errors: NOT_FOUND. */
cs_err cs_proof_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_stored_proof *out);
/* From this browser, made after since, newest first; at most CS_PROOFS_MAX. */
cs_err cs_proof_list(struct cs_tx *tx, cs_id account, cs_id subject, cs_id device, cs_time since,
    const struct cs_stored_proof **out, size_t *out_count);
/* Spend an own proof on the session that it opens. Errors: CONFLICT (spent before). */
cs_err cs_proof_take(struct cs_tx *tx, cs_id account, cs_id id, cs_id session);
cs_err cs_proof_sweep(struct cs_tx *tx, cs_time before);

#endif
