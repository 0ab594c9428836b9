/*
 * random.h - randomness is passed in, so that tests are exact.
 */
#ifndef CS_CRYPTO_RANDOM_H
#define CS_CRYPTO_RANDOM_H

#include "base/id.h"

struct cs_random {
	void (*fill)(void *ctx, uint8_t *out, size_t len);
	void *ctx;
};

/* The operating system's generator (libsodium randombytes). Aborts when there is none. */
extern const struct cs_random cs_random_system;

void cs_random_fill(const struct cs_random *r, uint8_t *out, size_t len);
/* RFC 9562 version 4. */
cs_id cs_id_new(const struct cs_random *r);
/* Uniform in 0..bound-1, without modulo bias. bound >= 1. */
uint32_t cs_random_below(const struct cs_random *r, uint32_t bound);

#endif
