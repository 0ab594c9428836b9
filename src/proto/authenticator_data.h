/*
 * authenticator_data.h - what an authenticator signs (WebAuthn L3 §6.1):
 *
 *     rpIdHash 32 | flags 1 | signCount 4 | [AT: aaguid 16, length 2, credential id, COSE_Key]
 *     | [ED: CBOR map]
 *
 * Exactly that: nothing may be missing and nothing follow.
 */
#ifndef CS_PROTO_AUTHENTICATOR_DATA_H
#define CS_PROTO_AUTHENTICATOR_DATA_H

#include "proto/cose.h"

#define CS_AUTH_DATA_AAGUID_LEN 16
#define CS_AUTH_DATA_CREDENTIAL_ID_MAX 1023

enum cs_auth_flag {
	CS_AUTH_UP = 0x01, /* a person was there */
	CS_AUTH_UV = 0x04, /* and was verified: PIN, finger, face */
	CS_AUTH_BE = 0x08, /* the credential may be backed up */
	CS_AUTH_BS = 0x10, /* and is */
	CS_AUTH_AT = 0x40,
	CS_AUTH_ED = 0x80,
};

/* Spans borrow from the decoded bytes. */
struct cs_auth_data {
	cs_span rp_id_hash; /* 32 bytes */
	uint8_t flags;
	uint32_t sign_count;
	bool has_credential; /* AT: the four below */
	cs_span aaguid; /* 16 bytes */
	cs_span credential_id; /* 1.. bytes; the maximum is the verifier's to judge (step R22) */
	cs_span key_bytes; /* the COSE_Key as it came */
	const struct cs_cbor *key; /* a map */
	const struct cs_cbor *extensions; /* ED: a map; NULL when there are none */
};

/* Errors: INVALID, LIMIT. */
cs_err cs_auth_data_decode(struct cs_arena *a, cs_span bytes, struct cs_auth_data *out);

#endif
