/*
 * sha.h - SHA-1, SHA-256 and SHA-512 in streams, with libc alone (FIPS 180-4). For mac_alone.c:
 * others use mac.h.
 *
 * Nothing branches on, or looks up by, what is hashed. The state is on the caller's stack; wipe it
 * when what was hashed is secret.
 */
#ifndef CS_CRYPTO_SHA_H
#define CS_CRYPTO_SHA_H

#include "base/span.h"
#include "crypto/mac.h"

#define CS_SHA_BLOCK_MAX 128

struct cs_sha {
	enum cs_hash hash;
	union {
		uint32_t w32[8]; /* SHA-1 has five */
		uint64_t w64[8];
	} state;
	uint64_t total; /* bytes so far; fewer than 2^61 */
	uint8_t block[CS_SHA_BLOCK_MAX]; /* the last total % block length are in its beginning */
};

/* Bytes of a block: 64, 64, 128. */
size_t cs_sha_block_len(enum cs_hash h);
void cs_sha_begin(struct cs_sha *s, enum cs_hash h);
void cs_sha_add(struct cs_sha *s, cs_span in);
/* Wipes *s. out: cs_hash_len bytes. */
void cs_sha_end(struct cs_sha *s, uint8_t *out);

/* The compression functions (§6.1.2, §6.2.2, §6.4.2): one block into the state. */
void cs_sha1_block(uint32_t state[static 5], const uint8_t block[static 64]);
void cs_sha256_block(uint32_t state[static 8], const uint8_t block[static 64]);
void cs_sha512_block(uint64_t state[static 8], const uint8_t block[static 128]);

#endif
