/*
 * signing_key_store.h - the keys that sign application tokens, per account.
 */
#ifndef CS_STORE_SIGNING_KEY_STORE_H
#define CS_STORE_SIGNING_KEY_STORE_H

#include "base/time.h"
#include "store/store.h"

#define CS_SIGNING_KEYS_MAX 32

struct cs_stored_signing_key {
	cs_id account;
	cs_id id;
	cs_str kid;
	cs_span sealed; /* PKCS#8; purpose "signing_key.private", row = id */
	cs_str public_jwk;
	cs_str certificate; /* PEM */
	cs_time created;
	cs_time active_from; /* signs from then on, until a later key does */
	cs_time retire_at; /* published until then; 0: not yet decided */
};

/* Errors: CONFLICT (the kid is there already). */
cs_err cs_signing_key_add(struct cs_tx *tx, const struct cs_stored_signing_key *key);
/* Those to be published at now, by active_from; at most CS_SIGNING_KEYS_MAX. */
cs_err cs_signing_key_list(struct cs_tx *tx, cs_id account, cs_time now,
    const struct cs_stored_signing_key **out, size_t *out_count);
/* Errors: CONFLICT (retire_at is not `from` now). */
cs_err cs_signing_key_set_retire(
    struct cs_tx *tx, cs_id account, cs_id id, cs_time from, cs_time to);
/* Removes the retired ones of all accounts. */
cs_err cs_signing_key_sweep(struct cs_tx *tx, cs_time now);

#endif
