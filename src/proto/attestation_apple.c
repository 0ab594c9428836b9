/*
 * attestation_apple.c - anonymous attestation of Apple's devices (WebAuthn L3 §8.8).
 *
 * There is no signature in the statement: the leaf is made for this one credential, and names
 * what it was made for in an extension.
 */
#include "proto/attestation.h"

#include "crypto/certificate.h"
#include "crypto/der.h"
#include "crypto/mac.h"

#define OID_NONCE "\x2a\x86\x48\x86\xf7\x63\x64\x08\x02" /* 1.2.840.113635.100.8.2 */

/* SEQUENCE { [1] EXPLICIT OCTET STRING } */
static cs_err
read_nonce(const struct cs_certificate *leaf, cs_span *out)
{
	cs_span value, content, tagged;
	bool is_critical;

	*out = CS_SPAN_NONE;
	CS_TRY(cs_certificate_extension(leaf, CS_OID(OID_NONCE), &value, &is_critical));
	CS_TRY(cs_der_take(&value, CS_DER_SEQUENCE, &content));
	CS_TRY(cs_der_take(&content, CS_DER_CONTEXT(1), &tagged));
	CS_TRY(cs_der_take(&tagged, CS_DER_OCTET_STRING, out));
	return value.len + content.len + tagged.len == 0 ? CS_OK : CS_FAIL(INVALID);
}

static cs_err
verify(struct cs_arena *a, const struct cs_attestation_input *in, struct cs_attestation *out)
{
	CS_AUTO(cs_public_key_free) struct cs_public_key *key = NULL;
	struct cs_certificate leaf;
	uint8_t wanted[CS_SHA256_LEN];
	cs_span message, nonce;

	out->verdict = CS_WA_STATEMENT_MALFORMED;
	if (!cs_attestation_x5c(in->statement, out))
		return CS_OK;
	out->verdict = CS_WA_CERTIFICATE_MALFORMED;
	if (cs_failed(cs_certificate_decode(out->x5c[0], &leaf)) ||
	    cs_failed(cs_certificate_key(&leaf, &key)))
		return CS_OK;
	out->verdict = CS_WA_CERTIFICATE_RULES;
	if (cs_failed(read_nonce(&leaf, &nonce)))
		return CS_OK;
	CS_TRY(cs_attestation_message(a, in, &message));
	cs_sha256(message, wanted);
	out->verdict = CS_WA_ATTESTED_DATA;
	if (!cs_der_equal(nonce, CS_SPAN(wanted, sizeof(wanted))))
		return CS_OK;
	out->verdict = CS_WA_CERTIFICATE_KEY;
	if (!cs_public_key_equal(key, in->key))
		return CS_OK;
	out->kind = CS_ATTESTATION_CHAIN;
	out->verdict = CS_WA_ACCEPTED;
	return CS_OK;
}

const struct cs_attestation_format cs_attestation_apple = {
	.name = "apple",
	.verify = verify,
};
