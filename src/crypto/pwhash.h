/*
 * pwhash.h - password hashing (Argon2id, RFC 9106; libsodium) on its own bounded threads.
 *
 * 19 MiB, 2 passes, 1 lane (OWASP's parameters) unless configured. The queue is bounded: when it is
 * full the answer is LIMIT at once, which the front door turns into 503 with Retry-After; callers
 * never wait for a place. Threads run at lower priority than everything else.
 */
#ifndef CS_CRYPTO_PWHASH_H
#define CS_CRYPTO_PWHASH_H

#include "base/err.h"
#include "base/span.h"
#include "base/verdict.h"

#define CS_PWHASH_MAX 128 /* encoded "$argon2id$…", with its NUL */
#define CS_PWHASH_SALT_LEN 16
#define CS_PWHASH_KEY_LEN 32

struct cs_pwhasher;

struct cs_pwhash_cost {
	uint32_t memory_kib; /* 8 .. 4194304 */
	uint32_t passes; /* 1 .. 64 */
};

cs_err cs_pwhasher_new(
    unsigned threads, unsigned queue_len, struct cs_pwhash_cost cost, struct cs_pwhasher **out);
void cs_pwhasher_free(struct cs_pwhasher **h);
/* What new hashes cost. */
struct cs_pwhash_cost cs_pwhasher_cost(const struct cs_pwhasher *h);

/* All block the calling worker until done. Errors: LIMIT (queue full), CRYPTO. */
cs_err cs_pwhash_make(struct cs_pwhasher *h, cs_span password, char out[static CS_PWHASH_MAX]);
/* stored: a text made by cs_pwhash_make, or NULL for the same work with a denial (no such member). */
cs_err cs_pwhash_verify(
    struct cs_pwhasher *h, cs_span password, const char *stored, enum cs_verdict *out);
/*
 * The hash alone, for several passwords under one salt: who keeps salt, cost and hash compares with
 * cs_equal. out is zero when it fails. Errors: INVALID (a cost out of bounds), LIMIT, CRYPTO.
 */
cs_err cs_pwhash_derive(struct cs_pwhasher *h, cs_span password,
    const uint8_t salt[static CS_PWHASH_SALT_LEN], struct cs_pwhash_cost cost,
    uint8_t out[static CS_PWHASH_KEY_LEN]);

#endif
