/*
 * mac.h - digests and HMAC (FIPS 180-4, RFC 2104).
 */
#ifndef CS_CRYPTO_MAC_H
#define CS_CRYPTO_MAC_H

#include "base/err.h"
#include "base/span.h"
#include "crypto/secret.h"

enum cs_hash { CS_SHA1 = 0, CS_SHA256, CS_SHA512 };

#define CS_SHA256_LEN 32
#define CS_HASH_MAX 64

/* Bytes of a digest: 20, 32, 64. */
size_t cs_hash_len(enum cs_hash h);

/* Cannot fail: aborts when the library has no SHA-256. As fast as one SHA-256 call. */
void cs_sha256(cs_span in, uint8_t out[static CS_SHA256_LEN]);

/*
 * A keyed MAC that is used several times with one key (a TOTP check makes three).
 * Errors: CRYPTO.
 */
struct cs_mac;
cs_err cs_mac_new(enum cs_hash h, cs_span key, struct cs_mac **out);
void cs_mac_free(struct cs_mac **m);
/* out: cs_hash_len bytes. Starts and ends one message. */
cs_err cs_mac_compute(struct cs_mac *m, cs_span message, uint8_t out[static CS_HASH_MAX]);

/* One-shot HMAC-SHA-256. */
cs_err cs_hmac_sha256(cs_span key, cs_span message, uint8_t out[static CS_SHA256_LEN]);

#endif
