/*
 * client_data.h - what the browser says it did (WebAuthn L3 §5.8.1): clientDataJSON.
 */
#ifndef CS_PROTO_CLIENT_DATA_H
#define CS_PROTO_CLIENT_DATA_H

#include "base/arena.h"

#define CS_CLIENT_DATA_MAX_BYTES 16384

/* Text lives in the arena. */
struct cs_client_data {
	cs_str type; /* "webauthn.create" */
	cs_str challenge; /* base64url text as sent */
	cs_str origin;
	bool is_cross_origin; /* absent is false */
	bool has_top_origin;
	cs_str top_origin;
};

/*
 * UTF-8, a byte order mark is passed over, one JSON object without duplicate members. Other
 * members, tokenBinding among them, are ignored. Errors: INVALID, LIMIT.
 */
cs_err cs_client_data_decode(struct cs_arena *a, cs_span json, struct cs_client_data *out);

#endif
