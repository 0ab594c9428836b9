/*
 * oidc_flow_store.h - sign-ins that are at a provider: what must survive until the callback.
 */
#ifndef CS_STORE_OIDC_FLOW_STORE_H
#define CS_STORE_OIDC_FLOW_STORE_H

#include "base/time.h"
#include "store/pin_store.h"
#include "store/store.h"

#define CS_STATE_HASH_LEN 32

struct cs_oidc_flow {
	cs_id account;
	cs_id id;
	uint8_t state_hash[CS_STATE_HASH_LEN];
	uint8_t flow_hash[CS_FLOW_HASH_LEN]; /* the browser */
	cs_id provider;
	cs_str nonce;
	cs_span sealed; /* the PKCE verifier; purpose "oidc_flow.verifier", row = id */
	cs_str redirect_uri;
	cs_str meta; /* as the page gave it, itself sealed; may be empty */
	cs_time created;
	cs_time expires;
};

cs_err cs_oidc_flow_add(struct cs_tx *tx, const struct cs_oidc_flow *f);
/* Errors: NOT_FOUND (also: used, out of time, another browser's). */
cs_err cs_oidc_flow_find(struct cs_tx *tx, cs_id account,
    const uint8_t state_hash[static CS_STATE_HASH_LEN],
    const uint8_t flow_hash[static CS_FLOW_HASH_LEN], cs_time now, struct cs_oidc_flow *out);
/* Errors: CONFLICT (used before, or out of time). */
cs_err cs_oidc_flow_use(struct cs_tx *tx, cs_id account, cs_id id, cs_time now);
cs_err cs_oidc_flow_sweep(struct cs_tx *tx, cs_time before);

#endif
