/*
 * tpm_structures.h - the two structures of a TPM that its attestation is made of
 * (TPM 2.0 Library, Part 2: Structures; §12.2.4 TPMT_PUBLIC, §10.12.12 TPMS_ATTEST).
 *
 * Big-endian; exactly the structure, nothing behind it. Everything borrows.
 */
#ifndef CS_PROTO_TPM_STRUCTURES_H
#define CS_PROTO_TPM_STRUCTURES_H

#include "crypto/digest.h"
#include "crypto/public_key.h"

/* A public area: RSA, or a point on a NIST curve. */
struct cs_tpm_public {
	enum cs_digest name_alg;
	enum cs_key_kind kind; /* RSA, P256, P384, P521 */
	cs_span n; /* RSA */
	uint32_t e;
	cs_span x; /* without leading zeros, maybe */
	cs_span y;
};

/* Errors: INVALID (malformed, another kind of key, another digest). */
cs_err cs_tpm_public_decode(cs_span bytes, struct cs_tpm_public *out);
/* Errors: INVALID (not a key). */
cs_err cs_tpm_public_import(const struct cs_tpm_public *p, struct cs_public_key **out);

/* What a TPM certified: magic TPM_GENERATED_VALUE and type TPM_ST_ATTEST_CERTIFY were seen. */
struct cs_tpm_certified {
	cs_span extra_data;
	cs_span name; /* of the object: algorithm (2 bytes), digest of its public area */
};

/* Errors: INVALID (malformed, other magic or type). */
cs_err cs_tpm_certified_decode(cs_span bytes, struct cs_tpm_certified *out);

/* Whether name is that of this public area (Part 1 §16: nameAlg || H(area)). */
bool cs_tpm_name_is(cs_span name, const struct cs_tpm_public *p, cs_span area);

#endif
