/*
 * id.c - identifiers as text and back.
 */
#include "base/id.h"

#define BAD 0x100u

bool
cs_id_equal(cs_id a, cs_id b)
{
	return memcmp(a.b, b.b, sizeof(a.b)) == 0;
}

bool
cs_id_is_zero(cs_id a)
{
	return cs_id_equal(a, cs_id_zero);
}

int
cs_id_order(cs_id a, cs_id b)
{
	return memcmp(a.b, b.b, sizeof(a.b));
}

void
cs_id_hex(cs_id id, char out[static CS_ID_HEX_LEN])
{
	static const char digits[16] = "0123456789abcdef";

	for (size_t i = 0; i < sizeof(id.b); i++) {
		out[2 * i] = digits[id.b[i] >> 4];
		out[2 * i + 1] = digits[id.b[i] & 15];
	}
}

/* Digits before each of the four hyphens, and after the last one: RFC 9562 §4. */
static const struct part {
	uint8_t hex, uuid, len;
} parts[] = { { 0, 0, 8 }, { 8, 9, 4 }, { 12, 14, 4 }, { 16, 19, 4 }, { 20, 24, 12 } };

void
cs_id_uuid(cs_id id, char out[static CS_ID_UUID_LEN])
{
	char hex[CS_ID_HEX_LEN];

	cs_id_hex(id, hex);
	memset(out, '-', CS_ID_UUID_LEN);
	for (size_t i = 0; i < CS_COUNT(parts); i++)
		memcpy(out + parts[i].uuid, hex + parts[i].hex, parts[i].len);
}

cs_str
cs_id_uuid_text(struct cs_arena *a, cs_id id)
{
	char *p = cs_arena_alloc(a, CS_ID_UUID_LEN + 1);

	cs_id_uuid(id, p);
	return (cs_str){ p, CS_ID_UUID_LEN };
}

cs_str
cs_id_hex_text(struct cs_arena *a, cs_id id)
{
	char *p = cs_arena_alloc(a, CS_ID_HEX_LEN + 1);

	cs_id_hex(id, p);
	return (cs_str){ p, CS_ID_HEX_LEN };
}

/* Its lowest four bits are the value; BAD when it is no digit. No branch: what comes is at random. */
static unsigned
digit(uint8_t c)
{
	unsigned is_number = (unsigned)c - '0' <= 9, is_letter = (c | 32u) - 'a' <= 5;

	return (((c & 15u) + 9u * (c >> 6)) & 15u) | BAD * (1u - (is_number | is_letter));
}

cs_err
cs_id_from_hex(cs_str s, cs_id *out)
{
	unsigned bad = 0;
	cs_id id;

	*out = cs_id_zero;
	if (s.len != CS_ID_HEX_LEN)
		return CS_FAIL(INVALID);
	for (size_t i = 0; i < sizeof(id.b); i++) {
		unsigned hi = digit((uint8_t)s.p[2 * i]), lo = digit((uint8_t)s.p[2 * i + 1]);

		bad |= hi | lo;
		id.b[i] = (uint8_t)(hi << 4 | (lo & 15u));
	}
	if ((bad & BAD) != 0)
		return CS_FAIL(INVALID);
	*out = id;
	return CS_OK;
}

cs_err
cs_id_from_uuid(cs_str s, cs_id *out)
{
	char hex[CS_ID_HEX_LEN];

	*out = cs_id_zero;
	if (s.len != CS_ID_UUID_LEN || s.p[8] != '-' || s.p[13] != '-' || s.p[18] != '-' ||
	    s.p[23] != '-')
		return CS_FAIL(INVALID);
	for (size_t i = 0; i < CS_COUNT(parts); i++)
		memcpy(hex + parts[i].hex, s.p + parts[i].uuid, parts[i].len);
	return cs_id_from_hex((cs_str){ hex, sizeof(hex) }, out);
}
