/*
 * java_map.h - a java.util.HashMap of texts as Java writes one (Java Object Serialization
 * Specification, version 5, §6). Nothing is made of what it names: any other class is refused.
 */
#ifndef CS_VAULT_IMPORT_JAVA_MAP_H
#define CS_VAULT_IMPORT_JAVA_MAP_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

#define CS_JAVA_MAP_MAX 200002

struct cs_java_pair {
	cs_str key;
	cs_str value; /* empty for null */
};

bool cs_java_map_is(cs_span file);
/*
 * Texts are borrowed from file, or in the arena; pairs are in the order of their keys.
 * Errors: INVALID (also text that is not UTF-8), LIMIT.
 */
cs_err cs_java_map_decode(
    struct cs_arena *a, cs_span file, struct cs_java_pair **out, size_t *out_count);
/* The value under key; NULL when there is none.. */
const struct cs_java_pair *cs_java_map_get(
    const struct cs_java_pair *pairs, size_t count, cs_str key);

#endif
