#include "proto/attestation.h"

static const struct cs_attestation_format *const formats[] = {
#define F(IDENT) &cs_attestation_##IDENT,
#include "proto/attestation_formats.def"
#undef F
};

cs_err
cs_attestation_verify(
    struct cs_arena *a, const struct cs_attestation_input *in, struct cs_attestation *out)
{
	*out = (struct cs_attestation){ .verdict = CS_WA_FORMAT_UNKNOWN };
	for (size_t i = 0; i < CS_COUNT(formats); i++) {
		if (!cs_str_equal(cs_str_c(formats[i]->name), in->format))
			continue;
		struct cs_attestation judged = { 0 };
		CS_TRY(formats[i]->verify(a, in, &judged));
		judged.format = in->format;
		*out = judged;
		break;
	}
	return CS_OK;
}

cs_err
cs_attestation_message(struct cs_arena *a, const struct cs_attestation_input *in, cs_span *out)
{
	size_t len = in->auth_data.len + in->client_hash.len;
	void *room;

	*out = CS_SPAN_NONE;
	CS_TRY(cs_arena_try(a, len, &room));
	uint8_t *message = room;
	memcpy(message, in->auth_data.p, in->auth_data.len);
	memcpy(message + in->auth_data.len, in->client_hash.p, in->client_hash.len);
	*out = CS_SPAN(message, len);
	return CS_OK;
}

bool
cs_attestation_x5c(const struct cs_cbor *statement, struct cs_attestation *out)
{
	const struct cs_cbor *x5c = cs_cbor_get(statement, "x5c");

	out->x5c_count = 0;
	if (!cs_cbor_is_array(x5c) || x5c->count == 0 || x5c->count > CS_X5C_MAX)
		return false;
	for (size_t i = 0; i < x5c->count; i++) {
		if (!cs_cbor_is_bytes(&x5c->items[i], &out->x5c[i]) || out->x5c[i].len == 0)
			return false;
	}
	out->x5c_count = x5c->count;
	return true;
}
