/*
 * handover_store.h - codes that carry a sign-in from the auth host to an application's host.
 */
#ifndef CS_STORE_HANDOVER_STORE_H
#define CS_STORE_HANDOVER_STORE_H

#include "base/time.h"
#include "store/store.h"

#define CS_HANDOVER_HASH_LEN 32

struct cs_handover {
	cs_id account;
	cs_id id;
	uint8_t code_hash[CS_HANDOVER_HASH_LEN];
	cs_id application;
	cs_str host; /* without port */
	cs_id session; /* global */
	uint8_t nonce_hash[CS_HANDOVER_HASH_LEN]; /* of the browser's CF_AppSession */
	cs_str return_path;
	cs_id proof; /* zero: none was needed, or the provider's own counted */
	unsigned amr_method; /* not 0: what the provider's own second factor counted as … */
	cs_time amr_at; /* … and when it asked */
	cs_time created;
	cs_time expires;
};

cs_err cs_handover_add(struct cs_tx *tx, const struct cs_handover *h);
/* Errors: NOT_FOUND (also: used, out of time). */
cs_err cs_handover_find(struct cs_tx *tx, cs_id account,
    const uint8_t code_hash[static CS_HANDOVER_HASH_LEN], cs_time now, struct cs_handover *out);
/* Errors: CONFLICT (used before, or out of time). */
cs_err cs_handover_use(struct cs_tx *tx, cs_id account, cs_id id, cs_time now);
cs_err cs_handover_sweep(struct cs_tx *tx, cs_time before);

#endif
