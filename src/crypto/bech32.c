/*
 * bech32.c - groups of five bits, and a BCH code over them.
 */
#include "crypto/bech32.h"

#define CHECK_LEN 6

static const char letters[32] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/* BIP 173: the checksum so far, with one more group. */
static uint32_t
polymod(uint32_t check, uint32_t value)
{
	static const uint32_t generator[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
		0x2a1462b3 };
	uint32_t top = check >> 25;

	check = (check & 0x1ffffff) << 5 ^ value;
	for (unsigned i = 0; i < 5; i++)
		check ^= generator[i] & (0 - (top >> i & 1));
	return check;
}

static uint32_t
polymod_name(cs_str name)
{
	uint32_t check = 1;

	for (size_t i = 0; i < name.len; i++)
		check = polymod(check, (uint32_t)(uint8_t)name.p[i] >> 5);
	check = polymod(check, 0);
	for (size_t i = 0; i < name.len; i++)
		check = polymod(check, (uint8_t)name.p[i] & 31);
	return check;
}

/* All ones when a == b; both below 2^31. */
static uint32_t
same(uint32_t a, uint32_t b)
{
	return 0 - (((a ^ b) - 1) >> 31);
}

/* Every letter is looked at, whichever it is: no index into a table tells about a secret. */
static char
letter_of(uint32_t value)
{
	uint32_t letter = 0;

	for (uint32_t i = 0; i < sizeof(letters); i++)
		letter |= same(i, value) & (uint8_t)letters[i];
	return (char)letter;
}

/* 0..31, or 32 when it is none of the letters. */
static uint32_t
value_of(uint32_t letter)
{
	uint32_t value = 0, is_known = 0;

	for (uint32_t i = 0; i < sizeof(letters); i++) {
		uint32_t is_it = same((uint8_t)letters[i], letter);

		value |= is_it & i;
		is_known |= is_it;
	}
	return value | (~is_known & 32);
}

static void
add_group(struct cs_buf *out, uint32_t *check, uint32_t value)
{
	*check = polymod(*check, value);
	cs_buf_add_byte(out, (uint8_t)letter_of(value));
}

void
cs_bech32_encode(cs_str name, cs_span bytes, struct cs_buf *out)
{
	uint32_t check = polymod_name(name), acc = 0;
	unsigned have = 0;

	cs_buf_add_str(out, name);
	cs_buf_add_byte(out, '1');
	for (size_t i = 0; i < bytes.len; i++) {
		acc = (acc << 8 | bytes.p[i]) & 0xfff;
		for (have += 8; have >= 5; add_group(out, &check, acc >> have & 31))
			have -= 5;
	}
	if (have != 0)
		add_group(out, &check, acc << (5 - have) & 31);
	uint32_t sum = check;
	for (unsigned i = 0; i < CHECK_LEN; i++)
		sum = polymod(sum, 0);
	sum ^= 1;
	for (unsigned i = 0; i < CHECK_LEN; i++)
		cs_buf_add_byte(out, (uint8_t)letter_of(sum >> 5 * (CHECK_LEN - 1 - i) & 31));
}

/* All ones when lo <= c <= hi. */
static uint32_t
within(uint32_t c, uint32_t lo, uint32_t hi)
{
	return 0 - (((lo - 1 - c) & (c - hi - 1)) >> 31);
}

/* In lower case; what cases were seen is gathered. */
static uint32_t
lower(uint8_t c, uint32_t *has_upper, uint32_t *has_lower)
{
	uint32_t is_upper = within(c, 'A', 'Z');

	*has_upper |= is_upper;
	*has_lower |= within(c, 'a', 'z');
	return c + (is_upper & ('a' - 'A'));
}

cs_err
cs_bech32_decode(cs_str text, cs_str name, size_t len, uint8_t *out)
{
	size_t groups = (len * 8 + 4) / 5, at = 0;
	uint32_t check = polymod_name(name), acc = 0, bad = 0, upper_seen = 0, lower_seen = 0;
	unsigned have = 0;

	explicit_bzero(out, len);
	if (text.len != name.len + 1 + groups + CHECK_LEN)
		return CS_FAIL(INVALID);
	for (size_t i = 0; i < name.len; i++)
		bad |= lower((uint8_t)text.p[i], &upper_seen, &lower_seen) ^ (uint8_t)name.p[i];
	bad |= (uint8_t)text.p[name.len] ^ (uint32_t)'1';
	for (size_t i = 0; i < groups + CHECK_LEN; i++) {
		uint8_t c = (uint8_t)text.p[name.len + 1 + i];
		uint32_t value = value_of(lower(c, &upper_seen, &lower_seen));

		bad |= value & 32;
		check = polymod(check, value & 31);
		if (i >= groups)
			continue;
		acc = (acc << 5 | (value & 31)) & 0xfff;
		have += 5;
		if (have >= 8) {
			have -= 8;
			out[at++] = (uint8_t)(acc >> have);
		}
	}
	/* What fills the last group is zero, or one value could be written in several ways. */
	bad |= (acc & ((1u << have) - 1)) | (check ^ 1) | (upper_seen & lower_seen);
	if (bad == 0)
		return CS_OK;
	explicit_bzero(out, len);
	return CS_FAIL(INVALID);
}
