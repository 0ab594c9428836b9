/*
 * json_out.h - what --json prints: one JSON value and a line feed, ASCII alone (what is beyond is
 * \u-escaped, so that no terminal is steered by it). Memory that held it is wiped.
 */
#ifndef CS_CLI_JSON_OUT_H
#define CS_CLI_JSON_OUT_H

#include <jansson.h>

#include "base/id.h"
#include "base/time.h"
#include "proto/totp.h"
#include "vault/entry.h"

json_t *cs_json_str(cs_str s);
/* RFC 3339; null for zero. */
json_t *cs_json_time(cs_time t);
json_t *cs_json_id(cs_id id);
/* All of an entry but its secret, its codes and its spare codes' texts. */
json_t *cs_json_entry(const struct cs_entry *e);
/* Frees value. Returns the exit status: FAILED when standard output cannot be written. */
int cs_json_show(json_t *value);

#endif
