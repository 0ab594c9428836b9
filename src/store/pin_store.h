/*
 * pin_store.h - e-mailed PINs, one open one in each browser (flow).
 */
#ifndef CS_STORE_PIN_STORE_H
#define CS_STORE_PIN_STORE_H

#include "base/time.h"
#include "store/store.h"

#define CS_FLOW_HASH_LEN 32

enum cs_pin_state { CS_PIN_OPEN = 0, CS_PIN_USED, CS_PIN_VOID };

struct cs_pin {
	cs_id account;
	uint8_t flow_hash[CS_FLOW_HASH_LEN];
	cs_id id;
	cs_id provider;
	cs_str email;
	cs_span mac;
	enum cs_pin_state state;
	int64_t tries;
	cs_time created;
	cs_time expires;
};

/* Opens p (state and tries are ignored) in place of whatever its browser had. */
cs_err cs_pin_set(struct cs_tx *tx, const struct cs_pin *p);
/* Errors: NOT_FOUND. */
cs_err cs_pin_find(struct cs_tx *tx, cs_id account,
    const uint8_t flow_hash[static CS_FLOW_HASH_LEN], struct cs_pin *out);
/*
 * Take one of most tries before judging; *out_tries counts it.
 * Errors: NOT_FOUND (another PIN by now, closed, out of time, or no try left).
 */
cs_err cs_pin_debit(
    struct cs_tx *tx, const struct cs_pin *p, int64_t most, cs_time now, int64_t *out_tries);
/* Errors: CONFLICT (not open any more). */
cs_err cs_pin_close(struct cs_tx *tx, const struct cs_pin *p, enum cs_pin_state to, cs_time now);
cs_err cs_pin_sweep(struct cs_tx *tx, cs_time before);

#endif
