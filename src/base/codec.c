/*
 * codec.c - bytes as text without tables: a table read at a secret index leaves the secret in the
 * cache. A character is compared with all ranges of its alphabet, whatever it is, and what is wrong
 * is gathered and judged once at the end.
 */
#include "base/codec.h"

/* All ones when lo <= c <= hi, else 0; all below 2^31. */
static uint32_t
within(uint32_t c, uint32_t lo, uint32_t hi)
{
	return 0 - (((lo - 1 - c) & (c - hi - 1)) >> 31);
}

/* Of a letter; nothing else becomes one by it. */
static uint32_t
small(uint32_t c)
{
	return c | 0x20;
}

/* Value of the character in its alphabet, or anything with bit 31 set. */
typedef uint32_t value_fn(uint32_t c);
typedef uint32_t symbol_fn(uint32_t v);

#define BAD (UINT32_C(1) << 31)

static uint32_t
hex_value(uint32_t c)
{
	uint32_t digit = within(c, '0', '9'), letter = within(small(c), 'a', 'f');

	return (digit & (c - '0')) | (letter & (small(c) - 'a' + 10)) | (~(digit | letter) & BAD);
}

static uint32_t
hex_symbol(uint32_t v)
{
	return v + '0' + (within(v, 10, 15) & ('a' - '0' - 10));
}

static uint32_t
base32_value(uint32_t c)
{
	uint32_t digit = within(c, '2', '7'), letter = within(small(c), 'a', 'z');

	return (digit & (c - '2' + 26)) | (letter & (small(c) - 'a')) | (~(digit | letter) & BAD);
}

static uint32_t
base32_symbol(uint32_t v)
{
	return v + 'A' - (within(v, 26, 31) & ('A' - '2' + 26));
}

static uint32_t
base64_common(uint32_t c, uint32_t c62, uint32_t c63)
{
	uint32_t up = within(c, 'A', 'Z'), low = within(c, 'a', 'z'), digit = within(c, '0', '9');
	uint32_t is62 = within(c, c62, c62), is63 = within(c, c63, c63);

	return (up & (c - 'A')) | (low & (c - 'a' + 26)) | (digit & (c - '0' + 52)) | (is62 & 62) |
	       (is63 & 63) | (~(up | low | digit | is62 | is63) & BAD);
}

static uint32_t
base64_value(uint32_t c)
{
	return base64_common(c, '+', '/');
}

static uint32_t
base64url_value(uint32_t c)
{
	return base64_common(c, '-', '_');
}

static uint32_t
base64_common_symbol(uint32_t v, uint32_t c62, uint32_t c63)
{
	return (within(v, 0, 25) & (v + 'A')) | (within(v, 26, 51) & (v - 26 + 'a')) |
	       (within(v, 52, 61) & (v - 52 + '0')) | (within(v, 62, 62) & c62) |
	       (within(v, 63, 63) & c63);
}

static uint32_t
base64_symbol(uint32_t v)
{
	return base64_common_symbol(v, '+', '/');
}

static uint32_t
base64url_symbol(uint32_t v)
{
	return base64_common_symbol(v, '-', '_');
}

/* Groups of `bits` bits, most significant first; the last one is filled with zero bits. */
static void
encode(cs_span in, unsigned bits, symbol_fn *symbol, struct cs_buf *out)
{
	uint8_t *at = cs_buf_reserve(out, (in.len * 8 + bits - 1) / bits);
	uint32_t acc = 0;
	unsigned have = 0;

	for (size_t i = 0; at != NULL && i < in.len; i++) {
		acc = acc << 8 | in.p[i];
		for (have += 8; have >= bits;
		     *at++ = (uint8_t)symbol(acc >> have & ((1u << bits) - 1)))
			have -= bits;
		acc &= (1u << have) - 1;
	}
	if (at != NULL && have != 0)
		*at = (uint8_t)symbol(acc << (bits - have));
}

/*
 * The reverse, for text without padding. Canonical: no whole character too many, and the bits that
 * fill the last one are zero (RFC 4648 §3.5).
 */
static cs_err
decode(cs_str in, unsigned bits, value_fn *value, uint8_t *out)
{
	uint32_t acc = 0, bad = 0;
	unsigned have = 0;

	for (size_t i = 0; i < in.len; i++) {
		uint32_t v = value((uint8_t)in.p[i]);

		bad |= v & BAD;
		acc = acc << bits | (v & ((1u << bits) - 1));
		have += bits;
		if (have >= 8) {
			have -= 8;
			*out++ = (uint8_t)(acc >> have);
			acc &= (1u << have) - 1;
		}
	}
	return (bad | acc) != 0 || have >= bits ? CS_FAIL(INVALID) : CS_OK;
}

static cs_err
decode_to_buf(cs_str in, unsigned bits, value_fn *value, struct cs_buf *out)
{
	size_t start = out->len;

	if (in.len > SIZE_MAX / 8)
		return CS_FAIL(LIMIT);
	uint8_t *at = cs_buf_reserve(out, in.len * bits / 8);
	if (at == NULL)
		return CS_FAIL(LIMIT);
	cs_err err = decode(in, bits, value, at);
	if (cs_failed(err)) {
		explicit_bzero(at, out->len - start);
		out->len = start;
	}
	return err;
}

static void
pad(struct cs_buf *out, size_t start, size_t group)
{
	while (!out->has_failed && (out->len - start) % group != 0)
		cs_buf_add_byte(out, '=');
}

/* Without the padding; INVALID when it does not fill the last group exactly. */
static cs_err
unpad(cs_str in, size_t group, cs_str *out)
{
	size_t len = in.len;

	while (len > 0 && in.p[len - 1] == '=')
		len--;
	*out = cs_str_slice(in, 0, len);
	return in.len % group != 0 || in.len - len >= group ? CS_FAIL(INVALID) : CS_OK;
}

void
cs_hex_encode(cs_span in, struct cs_buf *out)
{
	encode(in, 4, hex_symbol, out);
}

cs_err
cs_hex_decode(cs_str in, struct cs_buf *out)
{
	/* A lone digit leaves four bits, which decode() takes for filling when they are zero. */
	if (in.len % 2 != 0)
		return CS_FAIL(INVALID);
	return decode_to_buf(in, 4, hex_value, out);
}

void
cs_base64_encode(cs_span in, struct cs_buf *out)
{
	size_t start = out->len;

	encode(in, 6, base64_symbol, out);
	pad(out, start, 4);
}

cs_err
cs_base64_decode(cs_str in, struct cs_buf *out)
{
	CS_TRY(unpad(in, 4, &in));
	return decode_to_buf(in, 6, base64_value, out);
}

void
cs_base64_raw_encode(cs_span in, struct cs_buf *out)
{
	encode(in, 6, base64_symbol, out);
}

/* Exactly len bytes; zeroed when they are not. */
static cs_err
decode_exact(cs_str in, value_fn *value, size_t len, uint8_t *out)
{
	if (len != 0)
		memset(out, 0, len);
	if (len > SIZE_MAX / 8 || in.len != (len * 8 + 5) / 6)
		return CS_FAIL(INVALID);
	cs_err err = decode(in, 6, value, out);
	if (cs_failed(err) && len != 0)
		explicit_bzero(out, len);
	return err;
}

cs_err
cs_base64_raw_exact(cs_str in, size_t len, uint8_t *out)
{
	return decode_exact(in, base64_value, len, out);
}

void
cs_base64url_encode(cs_span in, struct cs_buf *out)
{
	encode(in, 6, base64url_symbol, out);
}

cs_err
cs_base64url_decode(cs_str in, struct cs_buf *out)
{
	return decode_to_buf(in, 6, base64url_value, out);
}

cs_str
cs_base64url_text(struct cs_arena *a, cs_span in)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init_sensitive(&b, in.len * 2 + 4);
	cs_base64url_encode(in, &b);
	return cs_arena_str(a, cs_buf_str(&b));
}

cs_err
cs_base64url_exact(cs_str in, size_t len, uint8_t *out)
{
	return decode_exact(in, base64url_value, len, out);
}

void
cs_base32_encode(cs_span in, struct cs_buf *out)
{
	encode(in, 5, base32_symbol, out);
}

cs_err
cs_base32_decode(cs_str in, struct cs_buf *out)
{
	if (in.len != 0 && in.p[in.len - 1] == '=')
		CS_TRY(unpad(in, 8, &in));
	return decode_to_buf(in, 5, base32_value, out);
}

/* RFC 3986 §2.3 */
static bool
is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

void
cs_percent_encode(cs_str in, struct cs_buf *out)
{
	for (size_t i = 0; i < in.len; i++)
		if (is_unreserved(in.p[i]))
			cs_buf_add_byte(out, (uint8_t)in.p[i]);
		else
			cs_buf_printf(out, "%%%02X", (uint8_t)in.p[i]);
}

static cs_err
percent_decode(struct cs_arena *a, cs_str in, bool plus_is_space, cs_str *out)
{
	size_t len = 0;
	void *memory;

	*out = CS_STR_NONE;
	CS_TRY(cs_arena_try(a, in.len + 1, &memory));
	char *to = memory;
	for (size_t i = 0; i < in.len; i++) {
		char c = in.p[i];

		if (c == '%') {
			if (in.len - i < 3 || cs_failed(decode(cs_str_slice(in, i + 1, i + 3), 4,
						  hex_value, (uint8_t *)&c)))
				return CS_FAIL(INVALID);
			i += 2;
		} else if (c == '+' && plus_is_space) {
			c = ' ';
		}
		to[len++] = c;
	}
	if (!cs_utf8_is_valid(CS_SPAN(to, len)))
		return CS_FAIL(INVALID);
	*out = (cs_str){ to, len };
	return CS_OK;
}

cs_err
cs_percent_decode(struct cs_arena *a, cs_str in, cs_str *out)
{
	return percent_decode(a, in, false, out);
}

cs_err
cs_form_get(struct cs_arena *a, cs_str form, cs_str name, cs_str *out)
{
	cs_str pair, raw = CS_STR_NONE;
	bool is_there = false;

	*out = CS_STR_NONE;
	while (cs_str_cut(&form, '&', &pair)) {
		size_t equals = cs_str_find(pair, '=', 0);
		cs_str key;

		CS_TRY(percent_decode(a, cs_str_slice(pair, 0, equals), true, &key));
		if (!cs_str_equal(key, name))
			continue;
		if (is_there)
			return CS_FAIL(INVALID);
		is_there = true;
		raw = cs_str_slice(pair, equals + 1, pair.len);
	}
	return is_there ? percent_decode(a, raw, true, out) : CS_FAIL(NOT_FOUND);
}
