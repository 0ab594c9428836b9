/*
 * cose.h - a credential's public key as the authenticator writes it: COSE_Key (RFC 8152 §7, §13;
 * RFC 8230 §4), restricted as WebAuthn L3 §6.5.1.1 and §5.8.5 say.
 */
#ifndef CS_PROTO_COSE_H
#define CS_PROTO_COSE_H

#include "crypto/public_key.h"
#include "proto/cbor.h"

/* Spans borrow from the decoded bytes. */
struct cs_cose_key {
	int64_t alg; /* one of enum cs_signature_alg, and one that fits the kind */
	enum cs_key_kind kind;
	cs_span x; /* EC and Ed25519 */
	cs_span y; /* EC */
	cs_span n; /* RSA */
	cs_span e;
};

/*
 * Shape alone: widths, curve, algorithm. Whether it is a key (on curve, good modulus) shows in
 * cs_cose_key_import. Errors: INVALID; NOT_FOUND when kty, crv or alg is one that we do not have.
 */
cs_err cs_cose_key_of(const struct cs_cbor *map, struct cs_cose_key *out);
/* The same from stored bytes, whole. Errors: as above, LIMIT. */
cs_err cs_cose_key_decode(struct cs_arena *a, cs_span bytes, struct cs_cose_key *out);
/* Errors: INVALID. */
cs_err cs_cose_key_import(const struct cs_cose_key *k, struct cs_public_key **out);

#endif
