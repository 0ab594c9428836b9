/*
 * challenge_store.h - questions put to a subject, each answered once.
 */
#ifndef CS_STORE_CHALLENGE_STORE_H
#define CS_STORE_CHALLENGE_STORE_H

#include "model/challenge.h"
#include "store/store.h"

cs_err cs_challenge_add(struct cs_tx *tx, const struct cs_challenge *c);
/* Errors: NOT_FOUND. */
cs_err cs_challenge_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_challenge *out);
/* Errors: CONFLICT (answered before, or out of time). */
cs_err cs_challenge_set_answered(struct cs_tx *tx, cs_id account, cs_id id, cs_time now);
cs_err cs_challenge_sweep(struct cs_tx *tx, cs_time before);

#endif
