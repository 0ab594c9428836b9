/*
 * attestation_compound.c - several statements about one credential (WebAuthn L3 §8.9).
 *
 * All of them must hold: one that does not is a sign of something wrong, not of less.
 */
#include "proto/attestation.h"

#define PARTS_MIN 2
#define PARTS_MAX 8

/* { "fmt": text, "attStmt": … } */
static bool
read_part(const struct cs_cbor *item, cs_str *format, const struct cs_cbor **statement)
{
	*statement = cs_cbor_get(item, "attStmt");
	return cs_cbor_is_map(item) && *statement != NULL &&
	       cs_cbor_is_text(cs_cbor_get(item, "fmt"), format) &&
	       !cs_str_equal(*format, CS_STR("compound"));
}

static void
take_better(struct cs_attestation *out, const struct cs_attestation *part)
{
	if (part->kind <= out->kind)
		return;
	out->kind = part->kind;
	out->x5c_count = part->x5c_count;
	memcpy(out->x5c, part->x5c, sizeof(out->x5c));
}

static cs_err
verify(struct cs_arena *a, const struct cs_attestation_input *in, struct cs_attestation *out)
{
	out->verdict = CS_WA_STATEMENT_MALFORMED;
	if (!cs_cbor_is_array(in->statement) || in->statement->count < PARTS_MIN ||
	    in->statement->count > PARTS_MAX)
		return CS_OK;
	size_t count = in->statement->count;
	struct cs_attestation *parts = CS_NEW_ARRAY(a, struct cs_attestation, count);
	for (size_t i = 0; i < count; i++) {
		struct cs_attestation_input part = *in;
		if (!read_part(&in->statement->items[i], &part.format, &part.statement))
			return CS_OK;
		CS_TRY(cs_attestation_verify(a, &part, &parts[i]));
		if (parts[i].verdict != CS_WA_ACCEPTED) {
			out->verdict = parts[i].verdict;
			return CS_OK;
		}
		take_better(out, &parts[i]);
	}
	out->parts = parts;
	out->part_count = count;
	out->verdict = CS_WA_ACCEPTED;
	return CS_OK;
}

const struct cs_attestation_format cs_attestation_compound = {
	.name = "compound",
	.verify = verify,
};
