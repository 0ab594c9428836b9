/*
 * aaguid.h - authenticators that people have, by name: the project's own table.
 *
 * An AAGUID is what an authenticator says of its model; whether to believe it is another matter
 * (trust.h). Facts are the makers' own publications. Imported metadata has a word first
 * (domain/models.h); this is for an installation without, and for password managers, which are in
 * no metadata.
 */
#ifndef CS_PROTO_AAGUID_H
#define CS_PROTO_AAGUID_H

#include "base/err.h"
#include "base/span.h"

#define CS_AAGUID_BYTES 16

/* What kind of thing it is. Zeroed memory says nothing. */
enum cs_aaguid_kind {
	CS_AAGUID_UNKNOWN = 0,
	CS_AAGUID_KEY, /* a thing of its own: USB, NFC, Bluetooth, a card */
	CS_AAGUID_PLATFORM, /* built into the device, and stays there */
	CS_AAGUID_MANAGER, /* a password manager: lives on several devices */
};

struct cs_known_authenticator {
	uint8_t aaguid[CS_AAGUID_BYTES];
	enum cs_aaguid_kind kind;
	cs_str name; /* static storage */
};

/* NULL: not in the table. Never for the zero AAGUID, which is nobody's. */
const struct cs_known_authenticator *cs_aaguid_find(const uint8_t aaguid[static CS_AAGUID_BYTES]);
/* All of them, in ascending order of the AAGUID. */
const struct cs_known_authenticator *cs_aaguid_table(size_t *count);

/* Sixteen zero bytes: a U2F key, or a browser that withholds it. */
bool cs_aaguid_is_zero(const uint8_t aaguid[static CS_AAGUID_BYTES]);
/*
 * 32 hex digits, or the same with the four dashes of a UUID; either case. Errors: INVALID.
 */
cs_err cs_aaguid_decode(cs_str text, uint8_t out[static CS_AAGUID_BYTES]);
#define CS_AAGUID_HEX_LEN 32
/* Lower case, no dashes, no terminator. */
void cs_aaguid_hex(
    const uint8_t aaguid[static CS_AAGUID_BYTES], char out[static CS_AAGUID_HEX_LEN]);

#endif
