/*
 * cache.h - documents fetched from providers, by address. Safe from several threads.
 */
#ifndef CS_IDP_CACHE_H
#define CS_IDP_CACHE_H

#include "base/arena.h"
#include "base/time.h"

/* How long a document counts, and how soon after one attempt the next may follow. */
#define CS_IDP_FRESH_MS CS_HOUR_MS
#define CS_IDP_PAUSE_MS CS_MINUTE_MS

/* The most documents kept; the one fetched longest ago makes room. */
#define CS_IDP_CACHE_MAX 256

struct cs_idp_cache;

struct cs_idp_cache *cs_idp_cache_new(void);
void cs_idp_cache_free(struct cs_idp_cache **c);

/*
 * A copy of the document under key that still counts at now. Errors: NOT_FOUND, LIMIT (arena).
 */
cs_err cs_idp_cache_find(
    struct cs_idp_cache *c, struct cs_arena *a, cs_str key, cs_time now, cs_span *out);
void cs_idp_cache_set(struct cs_idp_cache *c, cs_str key, cs_time now, cs_span document);
/*
 * Whether the document under key may be fetched again though it still counts; if so, the attempt
 * is counted as made, so that of several threads one is told so.
 */
bool cs_idp_cache_try_refresh(struct cs_idp_cache *c, cs_str key, cs_time now);

#endif
