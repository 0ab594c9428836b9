/*
 * secret.h - the only home of key material and shared secrets in memory.
 *
 * Fixed capacity, locked when the system lets us, left out of core dumps, wiped by free. There is
 * no function that makes text of one; the two places that must show a set-up key
 * (proto/otpauth.h) write into a sensitive buffer.
 */
#ifndef CS_CRYPTO_SECRET_H
#define CS_CRYPTO_SECRET_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/random.h"

#define CS_SECRET_MAX 256

struct cs_secret;

/* len 1..CS_SECRET_MAX. Errors: INVALID. */
cs_err cs_secret_from(cs_span bytes, struct cs_secret **out);
cs_err cs_secret_random(const struct cs_random *rng, size_t len, struct cs_secret **out);
void cs_secret_free(struct cs_secret **s);
/* Borrowed; never store it elsewhere. */
cs_span cs_secret_span(const struct cs_secret *s);
/* Overwrite memory in a way that the compiler keeps. */
void cs_wipe(void *p, size_t len);

#endif
