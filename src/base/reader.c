/*
 * reader.c - every read goes through cs_read_span, so the bound is checked in one place.
 */
#include "base/reader.h"

cs_err
cs_read_span(struct cs_reader *r, size_t len, cs_span *out)
{
	*out = CS_SPAN_NONE;
	if (len > r->rest.len)
		return CS_FAIL(INVALID);
	if (len == 0)
		return CS_OK;
	*out = (cs_span){ r->rest.p, len };
	r->rest = (cs_span){ r->rest.p + len, r->rest.len - len };
	return CS_OK;
}

static cs_err
read_be(struct cs_reader *r, size_t len, uint64_t *out)
{
	cs_span bytes;

	*out = 0;
	CS_TRY(cs_read_span(r, len, &bytes));
	for (size_t i = 0; i < len; i++)
		*out = *out << 8 | bytes.p[i];
	return CS_OK;
}

cs_err
cs_read_u8(struct cs_reader *r, uint8_t *out)
{
	uint64_t v;
	cs_err err = read_be(r, sizeof(*out), &v);

	*out = (uint8_t)v;
	return err;
}

cs_err
cs_read_be16(struct cs_reader *r, uint16_t *out)
{
	uint64_t v;
	cs_err err = read_be(r, sizeof(*out), &v);

	*out = (uint16_t)v;
	return err;
}

cs_err
cs_read_be32(struct cs_reader *r, uint32_t *out)
{
	uint64_t v;
	cs_err err = read_be(r, sizeof(*out), &v);

	*out = (uint32_t)v;
	return err;
}

cs_err
cs_read_be64(struct cs_reader *r, uint64_t *out)
{
	return read_be(r, sizeof(*out), out);
}

cs_err
cs_read_bytes(struct cs_reader *r, size_t len, uint8_t *out)
{
	cs_span bytes;

	if (len != 0)
		memset(out, 0, len);
	CS_TRY(cs_read_span(r, len, &bytes));
	if (len != 0)
		memcpy(out, bytes.p, len);
	return CS_OK;
}

cs_err
cs_read_end(const struct cs_reader *r)
{
	return r->rest.len == 0 ? CS_OK : CS_FAIL(INVALID);
}
