/*
 * attestation_fido_u2f.c - keys that speak U2F (WebAuthn L3 §8.6; FIDO U2F Raw Message Formats §4.3).
 *
 * What is signed does not hold the AAGUID. Real U2F keys have zero there, yet the standard does not
 * demand it (its own test vector has another), so nothing may rest on it: domain/models.h knows.
 */
#include "proto/attestation.h"
#include "crypto/der.h"
#include "proto/trust.h"

#include "base/buf.h"

#define FIELD_LEN 32
#define HASH_LEN 32

/* 0x00 || rpIdHash || clientDataHash || credentialId || 0x04 || x || y */
static cs_err
signed_message(struct cs_arena *a, const struct cs_attestation_input *in, cs_span *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	*out = CS_SPAN_NONE;
	cs_buf_init(&b, 2 * HASH_LEN + in->data->credential_id.len + 2 * FIELD_LEN + 2);
	cs_buf_add_byte(&b, 0x00);
	cs_buf_add(&b, in->data->rp_id_hash);
	cs_buf_add(&b, in->client_hash);
	cs_buf_add(&b, in->data->credential_id);
	cs_buf_add_byte(&b, 0x04);
	cs_buf_add(&b, in->cose->x);
	cs_buf_add(&b, in->cose->y);
	CS_TRY(cs_buf_finish(&b, NULL));
	*out = cs_arena_span(a, cs_buf_span(&b));
	return CS_OK;
}

/* A model that the certificate names, and another in the data: one of them lies. */
static bool
contradicts(const struct cs_certificate *leaf, cs_span aaguid)
{
	uint8_t named[CS_TRUST_AAGUID_LEN];
	static const uint8_t zero[CS_TRUST_AAGUID_LEN];
	cs_err e = cs_trust_leaf_aaguid(leaf, named);

	if (cs_der_equal(aaguid, CS_SPAN(zero, sizeof(zero))) || cs_is(e, CS_E_NOT_FOUND))
		return false;
	return cs_failed(e) || !cs_der_equal(CS_SPAN(named, sizeof(named)), aaguid);
}

static cs_err
verify(struct cs_arena *a, const struct cs_attestation_input *in, struct cs_attestation *out)
{
	CS_AUTO(cs_public_key_free) struct cs_public_key *key = NULL;
	struct cs_certificate leaf;
	cs_span signature, message;

	out->verdict = CS_WA_STATEMENT_MALFORMED;
	if (!cs_cbor_is_bytes(cs_cbor_get(in->statement, "sig"), &signature) ||
	    !cs_attestation_x5c(in->statement, out) || out->x5c_count != 1)
		return CS_OK;
	out->verdict = CS_WA_CERTIFICATE_MALFORMED;
	if (cs_failed(cs_certificate_decode(out->x5c[0], &leaf)) ||
	    cs_failed(cs_certificate_key(&leaf, &key)))
		return CS_OK;
	out->verdict = CS_WA_CERTIFICATE_KEY;
	if (cs_public_key_kind(key) != CS_KEY_P256)
		return CS_OK;
	out->verdict = CS_WA_PUBLIC_KEY;
	if (in->cose->kind != CS_KEY_P256)
		return CS_OK;
	CS_TRY(signed_message(a, in, &message));
	out->verdict = CS_WA_STATEMENT_SIGNATURE;
	if (!cs_public_key_verify(key, CS_SIG_ES256, message, signature))
		return CS_OK;
	out->verdict = CS_WA_CERTIFICATE_AAGUID;
	if (contradicts(&leaf, in->data->aaguid))
		return CS_OK;
	out->kind = CS_ATTESTATION_CHAIN;
	out->verdict = CS_WA_ACCEPTED;
	return CS_OK;
}

const struct cs_attestation_format cs_attestation_fido_u2f = {
	.name = "fido-u2f",
	.verify = verify,
};
