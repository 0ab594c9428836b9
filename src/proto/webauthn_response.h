/*
 * webauthn_response.h - the browser's JSON of a credential (WebAuthn L3 §5.1, toJSON()), taken
 * apart. For webauthn.c alone.
 */
#ifndef CS_PROTO_WEBAUTHN_RESPONSE_H
#define CS_PROTO_WEBAUTHN_RESPONSE_H

#include "proto/webauthn.h"

enum cs_webauthn_ceremony { CS_CEREMONY_CREATE, CS_CEREMONY_GET };

/* Everything lives in the arena. */
struct cs_webauthn_response {
	cs_span id; /* rawId; as id says too */
	cs_span client_data;
	cs_span attestation_object; /* CREATE */
	cs_span auth_data; /* GET */
	cs_span signature; /* GET */
	cs_span user_handle; /* GET; empty: none */
	unsigned transports; /* CREATE; OR of enum cs_transport */
	enum cs_attachment attachment;
	bool used_app_id; /* GET: the output of the appid extension */
};

/*
 * Members that are needed must be there and strict base64url (unpadded, canonical); the convenience
 * members (publicKey, …) are not looked at. Returns CS_WA_ACCEPTED or why not.
 */
enum cs_webauthn_verdict cs_webauthn_response_decode(struct cs_arena *a,
    enum cs_webauthn_ceremony ceremony, cs_span json, struct cs_webauthn_response *out);

#endif
