/*
 * id.h - identifiers: 16 bytes, shown as UUID or as 32 hex digits as the wire format wants.
 * Making one needs randomness: crypto/random.h.
 */
#ifndef CS_BASE_ID_H
#define CS_BASE_ID_H

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"

typedef struct cs_id {
	uint8_t b[16];
} cs_id;

#define CS_ID_UUID_LEN 36
#define CS_ID_HEX_LEN 32

/* The reserved server realm's account id, and "none". */
static const cs_id cs_id_zero = { { 0 } };

bool cs_id_equal(cs_id a, cs_id b);
bool cs_id_is_zero(cs_id a);
int cs_id_order(cs_id a, cs_id b);
/* Lower case; no terminator. */
void cs_id_uuid(cs_id id, char out[static CS_ID_UUID_LEN]);
void cs_id_hex(cs_id id, char out[static CS_ID_HEX_LEN]);
cs_str cs_id_uuid_text(struct cs_arena *a, cs_id id);
cs_str cs_id_hex_text(struct cs_arena *a, cs_id id);
/* Exactly the canonical form; upper-case hex is taken. Errors: INVALID. */
cs_err cs_id_from_uuid(cs_str s, cs_id *out);
cs_err cs_id_from_hex(cs_str s, cs_id *out);

static inline cs_span
cs_id_span(const cs_id *id)
{
	return (cs_span){ id->b, sizeof(id->b) };
}

#endif
