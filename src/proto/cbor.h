/*
 * cbor.h - CBOR as WebAuthn has it, decoded into a tree that borrows from its bytes.
 *
 * libcbor's streaming decoder reads the heads; the tree is ours, in the arena, so that size, depth
 * and number of items are bounded before anything is allocated. Definite lengths only; tags,
 * duplicate map keys and keys that are neither integers nor strings are refused. Canonical order
 * and shortest lengths are not demanded: real authenticators have sent both.
 *
 * Source: RFC 8949; CTAP 2.1 §8 (message encoding).
 */
#ifndef CS_PROTO_CBOR_H
#define CS_PROTO_CBOR_H

#include "base/arena.h"

#define CS_CBOR_MAX_BYTES 65536
#define CS_CBOR_MAX_DEPTH 8
#define CS_CBOR_MAX_ITEMS 512

enum cs_cbor_kind {
	CS_CBOR_UINT,
	CS_CBOR_NINT, /* the value is -1 - number */
	CS_CBOR_BYTES,
	CS_CBOR_TEXT, /* UTF-8 without NUL */
	CS_CBOR_ARRAY,
	CS_CBOR_MAP,
	CS_CBOR_OTHER, /* booleans, null, floats: nothing of WebAuthn's that we read */
};

struct cs_cbor {
	enum cs_cbor_kind kind;
	uint64_t number; /* UINT, NINT */
	cs_span bytes; /* BYTES, TEXT: the contents, borrowed */
	cs_span encoded; /* the whole item as it came, borrowed */
	const struct cs_cbor *items; /* ARRAY: count items. MAP: count pairs, key, value, key, … */
	size_t count;
};

/* One item and nothing behind it. Errors: INVALID, LIMIT (one of the maxima, or the arena). */
cs_err cs_cbor_decode(struct cs_arena *a, cs_span in, const struct cs_cbor **out);
/* One item; what follows is left in *rest (which may be &in's own). */
cs_err cs_cbor_decode_first(
    struct cs_arena *a, cs_span in, const struct cs_cbor **out, cs_span *rest);

/* The value under a key, or NULL: no such key, or no map (NULL included). */
const struct cs_cbor *cs_cbor_get(const struct cs_cbor *map, const char *text_key);
const struct cs_cbor *cs_cbor_get_int(const struct cs_cbor *map, int64_t key);
/* True, and *out, when the item (NULL included) is of that kind and fits. */
bool cs_cbor_is_int(const struct cs_cbor *item, int64_t *out);
bool cs_cbor_is_bytes(const struct cs_cbor *item, cs_span *out);
bool cs_cbor_is_text(const struct cs_cbor *item, cs_str *out);
bool cs_cbor_is_array(const struct cs_cbor *item);
bool cs_cbor_is_map(const struct cs_cbor *item);

#endif
