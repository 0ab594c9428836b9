/*
 * shamir.h - a secret cut into parts, so many of which give it back; fewer tell nothing at all.
 *
 * Source: Shamir, "How to share a secret" (1979), byte by byte over GF(2^8) with AES's polynomial.
 * Time depends on lengths and counts alone.
 */
#ifndef CS_CRYPTO_SHAMIR_H
#define CS_CRYPTO_SHAMIR_H

#include "crypto/random.h"

#define CS_SHAMIR_PARTS_MAX 16
#define CS_SHAMIR_SECRET_MAX 64

/*
 * 2 <= need <= of <= CS_SHAMIR_PARTS_MAX; secret 1..CS_SHAMIR_SECRET_MAX bytes.
 *   out	part i (of secret.len bytes) is at out + i * secret.len and belongs to x = i + 1
 * Errors: LIMIT.
 */
cs_err cs_shamir_split(
    const struct cs_random *rng, cs_span secret, size_t need, size_t of, uint8_t *out);

/*
 * The value at x of the curve through all of the parts: the secret at x = 0, a part elsewhere.
 *   xs	one for each part: 1..255, no two alike
 *   parts	part i at parts + i * len
 * Errors: INVALID (xs), LIMIT.
 */
cs_err cs_shamir_value(
    const uint8_t *xs, const uint8_t *parts, size_t count, size_t len, uint8_t x, uint8_t *out);

#endif
