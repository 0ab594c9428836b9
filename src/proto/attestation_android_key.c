/*
 * attestation_android_key.c - keys of Android's key store (WebAuthn L3 §8.4), and the description that
 * it puts into their certificate (Android key attestation, KeyDescription).
 *
 * Facts count from whichever part of the system enforces them: who trusts hardware alone says so with
 * the roots, since keys that only software guards chain to another one.
 */
#include "proto/attestation.h"

#include "crypto/certificate.h"
#include "crypto/der.h"

#define OID_KEY_DESCRIPTION \
	"\x2b\x06\x01\x04\x01\xd6\x79\x02\x01\x11" /* 1.3.6.1.4.1.11129.2.1.17 */

#define PURPOSE_SIGN 2
#define ORIGIN_GENERATED 0
#define TAG_PURPOSE 1
#define TAG_ALL_APPLICATIONS 600
#define TAG_ORIGIN 702
#define AUTHORIZATIONS_MAX 128

struct authorizations {
	bool is_for_all; /* allApplications: the key is not bound to the relying party */
	bool has_purpose;
	bool may_sign;
	bool has_origin;
	int64_t origin;
};

struct key_description {
	cs_span challenge;
	struct authorizations software;
	struct authorizations hardware;
};

/* SET OF INTEGER */
static cs_err
read_purposes(cs_span tagged, struct authorizations *out)
{
	cs_span set, number;
	int64_t purpose;

	CS_TRY(cs_der_take(&tagged, CS_DER_SET, &set));
	out->has_purpose = true;
	while (set.len != 0) {
		CS_TRY(cs_der_take(&set, CS_DER_INTEGER, &number));
		CS_TRY(cs_der_number(number, &purpose));
		if (purpose == PURPOSE_SIGN)
			out->may_sign = true;
	}
	return tagged.len == 0 ? CS_OK : CS_FAIL(INVALID);
}

static cs_err
read_origin(cs_span tagged, struct authorizations *out)
{
	cs_span number;

	CS_TRY(cs_der_take(&tagged, CS_DER_INTEGER, &number));
	out->has_origin = true;
	CS_TRY(cs_der_number(number, &out->origin));
	return tagged.len == 0 ? CS_OK : CS_FAIL(INVALID);
}

/* AuthorizationList: every field is [n] EXPLICIT; those we do not ask about are passed over. */
static cs_err
read_authorizations(cs_span *rest, struct authorizations *out)
{
	cs_span list;
	struct cs_der field;

	CS_TRY(cs_der_take(rest, CS_DER_SEQUENCE, &list));
	for (size_t i = 0; list.len != 0; i++) {
		if (i == AUTHORIZATIONS_MAX)
			return CS_FAIL(LIMIT);
		CS_TRY(cs_der_read(&list, &field));
		if (field.tag == CS_DER_CONTEXT(TAG_PURPOSE))
			CS_TRY(read_purposes(field.content, out));
		else if (field.tag == CS_DER_CONTEXT(TAG_ORIGIN))
			CS_TRY(read_origin(field.content, out));
		else if (field.tag == CS_DER_CONTEXT(TAG_ALL_APPLICATIONS))
			out->is_for_all = true;
	}
	return CS_OK;
}

static cs_err
read_description(const struct cs_certificate *leaf, struct key_description *out)
{
	cs_span value, content;
	bool is_critical;

	*out = (struct key_description){ 0 };
	CS_TRY(cs_certificate_extension(leaf, CS_OID(OID_KEY_DESCRIPTION), &value, &is_critical));
	CS_TRY(cs_der_take(&value, CS_DER_SEQUENCE, &content));
	CS_TRY(cs_der_take(&content, CS_DER_INTEGER, NULL)); /* attestationVersion */
	CS_TRY(cs_der_take(&content, CS_DER_ENUMERATED, NULL)); /* attestationSecurityLevel */
	CS_TRY(cs_der_take(&content, CS_DER_INTEGER, NULL)); /* keymasterVersion */
	CS_TRY(cs_der_take(&content, CS_DER_ENUMERATED, NULL)); /* keymasterSecurityLevel */
	CS_TRY(cs_der_take(&content, CS_DER_OCTET_STRING, &out->challenge));
	CS_TRY(cs_der_take(&content, CS_DER_OCTET_STRING, NULL)); /* uniqueId */
	CS_TRY(read_authorizations(&content, &out->software));
	CS_TRY(read_authorizations(&content, &out->hardware));
	return value.len + content.len == 0 ? CS_OK : CS_FAIL(INVALID);
}

/* A list that speaks of the matter must say the right thing, and one of them must speak. */
static bool
is_made_for_signing(const struct key_description *d)
{
	const struct authorizations *lists[] = { &d->software, &d->hardware };
	bool has_purpose = false, has_origin = false;

	for (size_t i = 0; i < CS_COUNT(lists); i++) {
		if (lists[i]->is_for_all || (lists[i]->has_purpose && !lists[i]->may_sign) ||
		    (lists[i]->has_origin && lists[i]->origin != ORIGIN_GENERATED))
			return false;
		has_purpose = has_purpose || lists[i]->has_purpose;
		has_origin = has_origin || lists[i]->has_origin;
	}
	return has_purpose && has_origin;
}

static enum cs_webauthn_verdict
judge_leaf(const struct cs_certificate *leaf, const struct cs_attestation_input *in)
{
	struct key_description description;

	if (cs_failed(read_description(leaf, &description)))
		return CS_WA_CERTIFICATE_MALFORMED;
	if (!cs_der_equal(description.challenge, in->client_hash))
		return CS_WA_ATTESTED_DATA;
	return is_made_for_signing(&description) ? CS_WA_ACCEPTED : CS_WA_CERTIFICATE_RULES;
}

static cs_err
verify(struct cs_arena *a, const struct cs_attestation_input *in, struct cs_attestation *out)
{
	CS_AUTO(cs_public_key_free) struct cs_public_key *key = NULL;
	struct cs_certificate leaf;
	cs_span signature, message;
	int64_t alg;

	out->verdict = CS_WA_STATEMENT_MALFORMED;
	if (!cs_cbor_is_int(cs_cbor_get(in->statement, "alg"), &alg) ||
	    !cs_cbor_is_bytes(cs_cbor_get(in->statement, "sig"), &signature) ||
	    !cs_attestation_x5c(in->statement, out))
		return CS_OK;
	out->verdict = CS_WA_CERTIFICATE_MALFORMED;
	if (cs_failed(cs_certificate_decode(out->x5c[0], &leaf)) ||
	    cs_failed(cs_certificate_key(&leaf, &key)))
		return CS_OK;
	out->verdict = CS_WA_STATEMENT_ALGORITHM;
	if (!cs_signature_alg_fits(alg, cs_public_key_kind(key)))
		return CS_OK;
	CS_TRY(cs_attestation_message(a, in, &message));
	out->verdict = CS_WA_STATEMENT_SIGNATURE;
	if (!cs_public_key_verify(key, alg, message, signature))
		return CS_OK;
	out->verdict = CS_WA_CERTIFICATE_KEY;
	if (!cs_public_key_equal(key, in->key))
		return CS_OK;
	out->verdict = judge_leaf(&leaf, in);
	if (out->verdict == CS_WA_ACCEPTED)
		out->kind = CS_ATTESTATION_CHAIN;
	return CS_OK;
}

const struct cs_attestation_format cs_attestation_android_key = {
	.name = "android-key",
	.verify = verify,
};
