#include "proto/authenticator_data.h"
#include "base/reader.h"

#define RP_ID_HASH_LEN 32

/* One CBOR item off the reader. */
static cs_err
read_item(struct cs_arena *a, struct cs_reader *r, const struct cs_cbor **out)
{
	return cs_cbor_decode_first(a, r->rest, out, &r->rest);
}

/* §6.5.1. The COSE_Key has no length in front: it must be decoded to find its end. */
static cs_err
read_credential(struct cs_arena *a, struct cs_reader *r, struct cs_auth_data *d)
{
	uint16_t len;

	CS_TRY(cs_read_span(r, CS_AUTH_DATA_AAGUID_LEN, &d->aaguid));
	CS_TRY(cs_read_be16(r, &len));
	if (len == 0)
		return CS_FAIL(INVALID);
	CS_TRY(cs_read_span(r, len, &d->credential_id));
	CS_TRY(read_item(a, r, &d->key));
	if (!cs_cbor_is_map(d->key))
		return CS_FAIL(INVALID);
	d->key_bytes = d->key->encoded;
	d->has_credential = true;
	return CS_OK;
}

static cs_err
read_all(struct cs_arena *a, struct cs_reader *r, struct cs_auth_data *d)
{
	CS_TRY(cs_read_span(r, RP_ID_HASH_LEN, &d->rp_id_hash));
	CS_TRY(cs_read_u8(r, &d->flags));
	CS_TRY(cs_read_be32(r, &d->sign_count));
	if ((d->flags & CS_AUTH_AT) != 0)
		CS_TRY(read_credential(a, r, d));
	if ((d->flags & CS_AUTH_ED) != 0) {
		CS_TRY(read_item(a, r, &d->extensions));
		if (!cs_cbor_is_map(d->extensions))
			return CS_FAIL(INVALID);
	}
	return cs_read_end(r);
}

cs_err
cs_auth_data_decode(struct cs_arena *a, cs_span bytes, struct cs_auth_data *out)
{
	struct cs_reader r = cs_reader_of(bytes);
	struct cs_auth_data d = { 0 };

	*out = d;
	if (bytes.len > CS_CBOR_MAX_BYTES)
		return CS_FAIL(LIMIT);
	CS_TRY(read_all(a, &r, &d));
	*out = d;
	return CS_OK;
}
