#include "crypto/der.h"

#include "base/reader.h"

#define TAG_NUMBER_MAX ((UINT32_C(1) << 24) - 1)

/* X.690 §8.1.2.4: numbers from 31 on follow, seven bits an octet. */
static cs_err
read_long_number(struct cs_reader *r, uint32_t *out)
{
	uint32_t number = 0;
	uint8_t octet;

	do {
		CS_TRY(cs_read_u8(r, &octet));
		if (number == 0 && octet == 0x80)
			return CS_FAIL(INVALID);
		if (number > TAG_NUMBER_MAX >> 7)
			return CS_FAIL(INVALID);
		number = number << 7 | (octet & 0x7f);
	} while ((octet & 0x80) != 0);
	if (number < 31)
		return CS_FAIL(INVALID);
	*out = number;
	return CS_OK;
}

static cs_err
read_tag(struct cs_reader *r, uint32_t *out)
{
	uint8_t first;

	CS_TRY(cs_read_u8(r, &first));
	uint32_t number = first & 0x1f;
	if (number == 0x1f)
		CS_TRY(read_long_number(r, &number));
	*out = CS_DER_TAG(first & 0xe0, number);
	return CS_OK;
}

static cs_err
read_length(struct cs_reader *r, size_t *out)
{
	uint8_t first;

	CS_TRY(cs_read_u8(r, &first));
	*out = first;
	if (first < 0x80)
		return CS_OK;
	size_t octets = first & 0x7f;
	if (octets == 0 || octets > 4)
		return CS_FAIL(INVALID);
	size_t length = 0;
	for (size_t i = 0; i < octets; i++) {
		uint8_t octet;
		CS_TRY(cs_read_u8(r, &octet));
		if (i == 0 && octet == 0)
			return CS_FAIL(INVALID);
		length = length << 8 | octet;
	}
	if (length < 0x80)
		return CS_FAIL(INVALID);
	*out = length;
	return CS_OK;
}

cs_err
cs_der_read(cs_span *rest, struct cs_der *out)
{
	struct cs_reader r = cs_reader_of(*rest);
	size_t length;

	*out = (struct cs_der){ 0 };
	struct cs_der item = { 0 };
	CS_TRY(read_tag(&r, &item.tag));
	CS_TRY(read_length(&r, &length));
	CS_TRY(cs_read_span(&r, length, &item.content));
	item.whole = CS_SPAN(rest->p, rest->len - r.rest.len);
	*rest = r.rest;
	*out = item;
	return CS_OK;
}

cs_err
cs_der_take(cs_span *rest, uint32_t tag, cs_span *content)
{
	bool found;

	CS_TRY(cs_der_take_optional(rest, tag, content, &found));
	return found ? CS_OK : CS_FAIL(INVALID);
}

cs_err
cs_der_take_optional(cs_span *rest, uint32_t tag, cs_span *content, bool *found)
{
	cs_span after = *rest;
	struct cs_der item;

	*found = false;
	if (content != NULL)
		*content = CS_SPAN_NONE;
	if (rest->len == 0)
		return CS_OK;
	CS_TRY(cs_der_read(&after, &item));
	if (item.tag != tag)
		return CS_OK;
	if (content != NULL)
		*content = item.content;
	*rest = after;
	*found = true;
	return CS_OK;
}

cs_err
cs_der_number(cs_span content, int64_t *out)
{
	*out = 0;
	if (content.len == 0 || content.len > 8)
		return CS_FAIL(INVALID);
	uint64_t bits = (content.p[0] & 0x80) != 0 ? UINT64_MAX : 0;
	for (size_t i = 0; i < content.len; i++)
		bits = bits << 8 | content.p[i];
	memcpy(out, &bits, sizeof(*out));
	return CS_OK;
}

cs_err
cs_der_truth(cs_span content, bool *out)
{
	*out = false;
	if (content.len != 1 || (content.p[0] != 0 && content.p[0] != 0xff))
		return CS_FAIL(INVALID);
	*out = content.p[0] != 0;
	return CS_OK;
}

bool
cs_der_equal(cs_span a, cs_span b)
{
	return cs_str_equal(
	    (cs_str){ (const char *)a.p, a.len }, (cs_str){ (const char *)b.p, b.len });
}
