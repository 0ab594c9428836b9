/*
 * attestation_none.c - nobody vouches (WebAuthn L3 §8.7).
 */
#include "proto/attestation.h"

/* "attStmt is an empty map": anything else in it was lost, or never meant to be this format. */
static cs_err
none_verify(struct cs_arena *a, const struct cs_attestation_input *in, struct cs_attestation *out)
{
	bool is_empty = cs_cbor_is_map(in->statement) && in->statement->count == 0;

	out->kind = CS_ATTESTATION_NONE;
	out->verdict = is_empty ? CS_WA_ACCEPTED : CS_WA_STATEMENT_MALFORMED;
	return CS_OK;
}

const struct cs_attestation_format cs_attestation_none = {
	.name = "none",
	.verify = none_verify,
};
