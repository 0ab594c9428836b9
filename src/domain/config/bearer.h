/*
 * bearer.h - random tokens that are shown once and kept as SHA-256.
 */
#ifndef CS_DOMAIN_CONFIG_BEARER_H
#define CS_DOMAIN_CONFIG_BEARER_H

#include "base/arena.h"
#include "crypto/mac.h"
#include "crypto/random.h"

/* prefix says what it is to people and to scanners ("cst_"); 32 random bytes follow. */
void cs_bearer_make(const struct cs_random *rng, struct cs_arena *a, const char *prefix,
    cs_str *text, uint8_t hash[static CS_SHA256_LEN]);
/* Errors: INVALID (not of the form of one with this prefix). */
cs_err cs_bearer_hash(cs_str text, const char *prefix, uint8_t hash[static CS_SHA256_LEN]);

#endif
