/*
 * rate_store.h - at most `limit` of something within any window of time, on all nodes together.
 *
 * Exact: a sliding log, one row per key, each call one statement. A key is the SHA-256 of what is
 * limited, whose it is and the account; the caller makes it.
 */
#ifndef CS_STORE_RATE_STORE_H
#define CS_STORE_RATE_STORE_H

#include "base/time.h"
#include "store/store.h"

#define CS_RATE_KEY_LEN 32
#define CS_RATE_LIMIT_MAX 1000

struct cs_rate {
	bool is_allowed; /* and debited */
	int64_t used; /* within the window, this debit included */
	int64_t retry_after_ms; /* until the next debit may pass; 0 when it may at once */
};

/*
 * Take one of limit (0..CS_RATE_LIMIT_MAX). Being refused is an answer, not an error, and writes
 * nothing. For an attempt that is judged afterwards: debit, commit, judge, refund on success.
 */
cs_err cs_rate_debit(struct cs_tx *tx, const uint8_t key[static CS_RATE_KEY_LEN], int64_t window_ms,
    int64_t limit, cs_time now, struct cs_rate *out);
/* What a debit would answer (is_allowed: it would pass), without taking one. */
cs_err cs_rate_find(struct cs_tx *tx, const uint8_t key[static CS_RATE_KEY_LEN], int64_t window_ms,
    int64_t limit, cs_time now, struct cs_rate *out);
/* Give the newest debit back. */
cs_err cs_rate_refund(struct cs_tx *tx, const uint8_t key[static CS_RATE_KEY_LEN]);
/* Forget all debits of a key ("since the last success"). */
cs_err cs_rate_clear(struct cs_tx *tx, const uint8_t key[static CS_RATE_KEY_LEN]);
/* Removes counters whose every debit is out of its window. */
cs_err cs_rate_sweep(struct cs_tx *tx, cs_time now);

#endif
