/*
 * json.h - JSON objects as they come from outside and lie in the store (RFC 8259), on jansson.
 *
 * Decoding is strict: UTF-8, one object, no duplicate keys, no NUL, bounded in bytes and depth.
 */
#ifndef CS_DOMAIN_CONFIG_JSON_H
#define CS_DOMAIN_CONFIG_JSON_H

#include <jansson.h>

#include "base/arena.h"
#include "domain/config/fault.h"

#define CS_JSON_MAX_BYTES 262144
#define CS_JSON_MAX_DEPTH 16

/* For CS_AUTO. */
static inline void
cs_json_free(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

/* An object; *out is the caller's. Errors: INVALID, with the reason. */
cs_err cs_json_decode(cs_span text, json_t **out, struct cs_fault *fault);
/* The same with a bound of its own in bytes: for lists, whose bodies are long. */
cs_err cs_json_decode_wide(cs_span text, size_t max, json_t **out, struct cs_fault *fault);
/*
 * Compact, keys in the order written. Errors: LIMIT (longer than what would be decoded again:
 * numbers may be written longer than they were read).
 */
cs_err cs_json_encode(struct cs_arena *a, const json_t *j, cs_str *out);

/* A member that is absent or null reads as NULL. */
json_t *cs_json_get(const json_t *object, const char *key);
/* Text of a member, borrowed from the JSON; empty when it is absent or no text. */
cs_str cs_json_text(const json_t *object, const char *key);
bool cs_json_is_true(const json_t *object, const char *key);
json_t *cs_json_of_str(cs_str s);
/* Sets a member; aborts on exhaustion. Takes value. */
void cs_json_put(json_t *object, const char *key, json_t *value);

#endif
