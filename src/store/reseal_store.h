/*
 * reseal_store.h - bring every sealed column under the key now in use, while the server runs.
 */
#ifndef CS_STORE_RESEAL_STORE_H
#define CS_STORE_RESEAL_STORE_H

#include "crypto/keyring.h"
#include "store/store.h"

struct cs_reseal_result {
	int64_t seen;
	int64_t resealed;
	int64_t failed; /* did not open: key unknown, or row tampered with; logged and left */
};

/*
 * Walks all columns of reseal.def in small batches, each a transaction of its own, each row by
 * compare-and-swap: a row that changed meanwhile was sealed with the current key anyway. op's arena
 * is used for nothing; op->deadline holds for each batch.
 */
cs_err cs_reseal_all(struct cs_store *s, const struct cs_op *op, const struct cs_keyring *keyring,
    const struct cs_random *rng, struct cs_reseal_result *out);

#endif
