/*
 * attestation_tpm.c - keys that a TPM made and certified (WebAuthn L3 §8.3).
 *
 * The TPM signs, with its attestation identity key, that an object of this name is loaded; the name
 * is the digest of the object's public area, and that holds the credential's key. Vendors are not
 * compared with the TCG's registry: a list that ages would refuse honest machines, and a root that
 * is trusted has looked already (the standard's own vector has the vendor id:00000000).
 */
#include "proto/attestation.h"
#include "proto/tpm_structures.h"
#include "proto/trust.h"

#include "crypto/der.h"

#define OID_AIK_CERTIFICATE "\x67\x81\x05\x08\x03" /* 2.23.133.8.3 tcg-kp-AIKCertificate */
#define OID_TPM_MANUFACTURER "\x67\x81\x05\x02\x01" /* 2.23.133.2.1 */
#define OID_TPM_MODEL "\x67\x81\x05\x02\x02"
#define OID_TPM_VERSION "\x67\x81\x05\x02\x03"

struct statement {
	int64_t alg;
	cs_span signature;
	cs_span cert_info;
	cs_span pub_area;
};

static bool
read_statement(const struct cs_cbor *map, struct statement *out)
{
	cs_str version;

	return cs_cbor_is_text(cs_cbor_get(map, "ver"), &version) &&
	       cs_str_equal(version, CS_STR("2.0")) &&
	       cs_cbor_is_int(cs_cbor_get(map, "alg"), &out->alg) &&
	       cs_cbor_is_bytes(cs_cbor_get(map, "sig"), &out->signature) &&
	       cs_cbor_is_bytes(cs_cbor_get(map, "certInfo"), &out->cert_info) &&
	       cs_cbor_is_bytes(cs_cbor_get(map, "pubArea"), &out->pub_area);
}

/* The digest that alg signs with, and that extraData is made with. */
static bool
digest_of(int64_t alg, enum cs_digest *out)
{
	switch (alg) {
	case CS_SIG_RS1:
		*out = CS_DIGEST_SHA1;
		return true;
	case CS_SIG_RS256:
	case CS_SIG_PS256:
	case CS_SIG_ES256:
		*out = CS_DIGEST_SHA256;
		return true;
	case CS_SIG_RS384:
	case CS_SIG_PS384:
	case CS_SIG_ES384:
		*out = CS_DIGEST_SHA384;
		return true;
	case CS_SIG_RS512:
	case CS_SIG_PS512:
	case CS_SIG_ES512:
		*out = CS_DIGEST_SHA512;
		return true;
	default:
		return false;
	}
}

static bool
has_credential_key(const struct cs_tpm_public *area, const struct cs_attestation_input *in)
{
	CS_AUTO(cs_public_key_free) struct cs_public_key *key = NULL;

	return !cs_failed(cs_tpm_public_import(area, &key)) && cs_public_key_equal(key, in->key);
}

/* What was certified is the credential's key, for this registration. */
static cs_err
judge_structures(struct cs_arena *a, const struct cs_attestation_input *in,
    const struct statement *s, enum cs_webauthn_verdict *out)
{
	struct cs_tpm_public area;
	struct cs_tpm_certified certified;
	uint8_t wanted[CS_DIGEST_MAX];
	enum cs_digest digest;
	cs_span message;

	*out = CS_WA_STATEMENT_MALFORMED;
	if (cs_failed(cs_tpm_public_decode(s->pub_area, &area)) ||
	    cs_failed(cs_tpm_certified_decode(s->cert_info, &certified)))
		return CS_OK;
	*out = CS_WA_STATEMENT_ALGORITHM;
	if (!digest_of(s->alg, &digest))
		return CS_OK;
	CS_TRY(cs_attestation_message(a, in, &message));
	cs_digest_compute(digest, message, wanted);
	*out = CS_WA_ATTESTED_DATA;
	if (has_credential_key(&area, in) &&
	    cs_der_equal(certified.extra_data, CS_SPAN(wanted, cs_digest_len(digest))) &&
	    cs_tpm_name_is(certified.name, &area, s->pub_area))
		*out = CS_WA_ACCEPTED;
	return CS_OK;
}

static bool
names_its_tpm(const struct cs_certificate *aik)
{
	cs_str manufacturer, model, version;

	return !cs_failed(
		   cs_certificate_alt_name(aik, CS_OID(OID_TPM_MANUFACTURER), &manufacturer)) &&
	       !cs_failed(cs_certificate_alt_name(aik, CS_OID(OID_TPM_MODEL), &model)) &&
	       !cs_failed(cs_certificate_alt_name(aik, CS_OID(OID_TPM_VERSION), &version)) &&
	       manufacturer.len != 0 && model.len != 0 && version.len != 0;
}

/* §8.3.1 */
static enum cs_webauthn_verdict
judge_certificate(const struct cs_certificate *aik, const struct cs_attestation_input *in)
{
	uint8_t aaguid[CS_TRUST_AAGUID_LEN];

	if (aik->version != 3 || !aik->has_empty_subject || !names_its_tpm(aik) ||
	    !cs_certificate_has_purpose(aik, CS_OID(OID_AIK_CERTIFICATE)) ||
	    !aik->has_basic_constraints || aik->is_ca)
		return CS_WA_CERTIFICATE_RULES;
	cs_err e = cs_trust_leaf_aaguid(aik, aaguid);
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_WA_ACCEPTED;
	if (cs_failed(e))
		return CS_WA_CERTIFICATE_RULES;
	return cs_der_equal(CS_SPAN(aaguid, sizeof(aaguid)), in->data->aaguid)
		   ? CS_WA_ACCEPTED
		   : CS_WA_CERTIFICATE_AAGUID;
}

static cs_err
verify(struct cs_arena *a, const struct cs_attestation_input *in, struct cs_attestation *out)
{
	CS_AUTO(cs_public_key_free) struct cs_public_key *key = NULL;
	struct cs_certificate aik;
	struct statement s = { 0 };

	out->verdict = CS_WA_STATEMENT_MALFORMED;
	if (!read_statement(in->statement, &s) || !cs_attestation_x5c(in->statement, out))
		return CS_OK;
	CS_TRY(judge_structures(a, in, &s, &out->verdict));
	if (out->verdict != CS_WA_ACCEPTED)
		return CS_OK;
	out->verdict = CS_WA_CERTIFICATE_MALFORMED;
	if (cs_failed(cs_certificate_decode(out->x5c[0], &aik)) ||
	    cs_failed(cs_certificate_key(&aik, &key)))
		return CS_OK;
	out->verdict = CS_WA_STATEMENT_SIGNATURE;
	if (!cs_public_key_verify(key, s.alg, s.cert_info, s.signature))
		return CS_OK;
	out->verdict = judge_certificate(&aik, in);
	if (out->verdict == CS_WA_ACCEPTED)
		out->kind = CS_ATTESTATION_CHAIN;
	return CS_OK;
}

const struct cs_attestation_format cs_attestation_tpm = {
	.name = "tpm",
	.verify = verify,
};
