/*
 * digest.h - the digests that other people's formats name (FIPS 180-4). Our own choice is
 * cs_sha256 of mac.h.
 */
#ifndef CS_CRYPTO_DIGEST_H
#define CS_CRYPTO_DIGEST_H

#include "base/err.h"
#include "base/span.h"

enum cs_digest { CS_DIGEST_SHA1 = 1, CS_DIGEST_SHA256, CS_DIGEST_SHA384, CS_DIGEST_SHA512 };

#define CS_DIGEST_MAX 64

/* 20, 32, 48, 64. */
size_t cs_digest_len(enum cs_digest d);
/* out: cs_digest_len bytes. Cannot fail: aborts when the library has no such digest. */
void cs_digest_compute(enum cs_digest d, cs_span in, uint8_t out[static CS_DIGEST_MAX]);

#endif
