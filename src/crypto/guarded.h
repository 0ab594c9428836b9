/*
 * guarded.h - one secret that is kept for hours: between pages that nobody may touch, locked, left
 * out of core dumps, unreadable but for the moments when it is used. (secret.h is for the many that
 * live a moment.)
 */
#ifndef CS_CRYPTO_GUARDED_H
#define CS_CRYPTO_GUARDED_H

#include "base/err.h"

#include <stdint.h>

struct cs_guarded;

/* Zeroed and open. Errors: UNAVAILABLE: there is no memory that stays out of swap. */
cs_err cs_guarded_new(size_t len, struct cs_guarded **out);
/* Readable and writable until it is shut. */
uint8_t *cs_guarded_open(struct cs_guarded *g);
void cs_guarded_shut(struct cs_guarded *g);
/* Wipes. */
void cs_guarded_free(struct cs_guarded **g);

#endif
