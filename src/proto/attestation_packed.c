/*
 * attestation_packed.c - the format made for WebAuthn (L3 §8.2): signed by an attestation key with
 * its certificates, or by the credential's own key.
 */
#include "crypto/certificate.h"
#include "crypto/equal.h"
#include "proto/attestation.h"
#include "proto/trust.h"

struct statement {
	int64_t alg;
	cs_span sig;
	bool has_x5c;
};

static bool
statement_of(const struct cs_cbor *map, struct statement *s)
{
	s->has_x5c = cs_cbor_get(map, "x5c") != NULL;
	return cs_cbor_is_int(cs_cbor_get(map, "alg"), &s->alg) &&
	       cs_cbor_is_bytes(cs_cbor_get(map, "sig"), &s->sig);
}

/* ISO 3166: two capital letters. */
static bool
has_country(const struct cs_certificate *leaf)
{
	cs_str c;

	return !cs_failed(cs_certificate_subject(leaf, CS_OID(CS_OID_COUNTRY), &c)) && c.len == 2 &&
	       c.p[0] >= 'A' && c.p[0] <= 'Z' && c.p[1] >= 'A' && c.p[1] <= 'Z';
}

static bool
has_text(const struct cs_certificate *leaf, cs_span oid)
{
	cs_str text;

	return !cs_failed(cs_certificate_subject(leaf, oid, &text)) && text.len != 0;
}

static bool
is_attestation_unit(const struct cs_certificate *leaf)
{
	cs_str unit;

	return !cs_failed(
		   cs_certificate_subject(leaf, CS_OID(CS_OID_ORGANIZATIONAL_UNIT), &unit)) &&
	       cs_str_equal(unit, CS_STR("Authenticator Attestation"));
}

/* §8.2.1, but for the AAGUID. */
static bool
keeps_rules(const struct cs_certificate *leaf)
{
	return leaf->version == 3 && has_country(leaf) &&
	       has_text(leaf, CS_OID(CS_OID_ORGANIZATION)) && is_attestation_unit(leaf) &&
	       has_text(leaf, CS_OID(CS_OID_COMMON_NAME)) && leaf->has_basic_constraints &&
	       !leaf->is_ca;
}

/* §8.2.1: the extension is needed of those alone whose root vouches for several models. */
static bool
aaguid_holds(const struct cs_certificate *leaf, cs_span aaguid)
{
	uint8_t named[CS_TRUST_AAGUID_LEN];
	cs_err e = cs_trust_leaf_aaguid(leaf, named);

	return cs_is(e, CS_E_NOT_FOUND) ||
	       (!cs_failed(e) && cs_equal(named, aaguid.p, sizeof(named)));
}

static enum cs_webauthn_verdict
judge_leaf(const struct cs_attestation_input *in, const struct statement *s, cs_span message,
    const struct cs_attestation *out)
{
	CS_AUTO(cs_public_key_free) struct cs_public_key *key = NULL;
	struct cs_certificate leaf;

	if (cs_failed(cs_certificate_decode(out->x5c[0], &leaf)) ||
	    cs_failed(cs_certificate_key(&leaf, &key)))
		return CS_WA_CERTIFICATE_MALFORMED;
	if (!cs_signature_alg_is_known(s->alg))
		return CS_WA_STATEMENT_ALGORITHM;
	if (!cs_public_key_verify(key, s->alg, message, s->sig))
		return CS_WA_STATEMENT_SIGNATURE;
	if (!keeps_rules(&leaf))
		return CS_WA_CERTIFICATE_RULES;
	return aaguid_holds(&leaf, in->data->aaguid) ? CS_WA_ACCEPTED : CS_WA_CERTIFICATE_AAGUID;
}

static enum cs_webauthn_verdict
judge_self(const struct cs_attestation_input *in, const struct statement *s, cs_span message)
{
	if (s->alg != in->cose->alg)
		return CS_WA_STATEMENT_ALGORITHM;
	return cs_public_key_verify(in->key, s->alg, message, s->sig) ? CS_WA_ACCEPTED
								      : CS_WA_STATEMENT_SIGNATURE;
}

static cs_err
packed_verify(struct cs_arena *a, const struct cs_attestation_input *in, struct cs_attestation *out)
{
	struct statement s;
	cs_span message;

	out->verdict = CS_WA_STATEMENT_MALFORMED;
	if (!statement_of(in->statement, &s))
		return CS_OK;
	CS_TRY(cs_attestation_message(a, in, &message));
	if (!s.has_x5c) {
		out->kind = CS_ATTESTATION_SELF;
		out->verdict = judge_self(in, &s, message);
	} else if (cs_attestation_x5c(in->statement, out)) {
		out->kind = CS_ATTESTATION_CHAIN;
		out->verdict = judge_leaf(in, &s, message, out);
	}
	return CS_OK;
}

const struct cs_attestation_format cs_attestation_packed = {
	.name = "packed",
	.verify = packed_verify,
};
