/*
 * json_text.h - our texts into JSON and JSON into an operation's arena (RFC 8259, on jansson).
 */
#ifndef CS_DOMAIN_JSON_TEXT_H
#define CS_DOMAIN_JSON_TEXT_H

#include <jansson.h>

#include "base/arena.h"
#include "base/id.h"
#include "base/time.h"

/* A JSON string; bytes that are not UTF-8 make it null. Aborts on exhaustion. */
json_t *cs_json_text_of(cs_str s);
json_t *cs_json_id_of(cs_id id);
/* RFC 3339, or null for 0. */
json_t *cs_json_time_of(cs_time t);
/* Compact, keys in the order written. */
cs_str cs_json_dump(struct cs_arena *a, const json_t *j);

#endif
