/*
 * share_text.c - a share as 32 symbols of ten bits: version 4, set 16, need-1 4, of-1 4, number-1 4,
 * part 256, two zero bits, three check symbols. A symbol is a word; or all of them are 40 bytes, in
 * base32.
 */
#include "vault/shares.h"

#include "base/codec.h"
#include "vault/share_check.h"
#include "vault/share_trouble.h"
#include "vault/share_words.h"

#define VERSION 1
#define HEAD_LEN 4
#define DATA_LEN 37 /* 29 symbols are 290 bits */
#define ALL_LEN 40
#define TEXT_MAX 4096
#define ANY_VERSION CS_STR("COUNTERSIGN-SHARE-")

/* --- a share and its symbols --- */

static void
unpack(const uint8_t *bytes, size_t count, uint16_t *out)
{
	for (size_t i = 0; i < count; i++) {
		size_t bit = i * 10;
		uint32_t pair = (uint32_t)bytes[bit / 8] << 8 | bytes[bit / 8 + 1];

		out[i] = (uint16_t)(pair >> (6 - bit % 8) & 0x3ff);
	}
}

static void
pack(const uint16_t *symbols, size_t count, uint8_t *out, size_t len)
{
	memset(out, 0, len);
	for (size_t i = 0; i < count; i++) {
		size_t bit = i * 10;
		uint32_t pair = (uint32_t)symbols[i] << (6 - bit % 8);

		out[bit / 8] |= (uint8_t)(pair >> 8);
		out[bit / 8 + 1] |= (uint8_t)pair;
	}
}

static void
symbols_of(const struct cs_share *s, uint16_t out[static CS_SHARE_SYMBOLS])
{
	uint8_t bytes[DATA_LEN + 1] = {
		(uint8_t)(VERSION << 4 | s->set >> 12),
		(uint8_t)(s->set >> 4),
		(uint8_t)(s->set << 4 | (s->need - 1)),
		(uint8_t)((s->of - 1) << 4 | (s->number - 1)),
	};

	memcpy(bytes + HEAD_LEN, s->part, sizeof(s->part));
	unpack(bytes, CS_SHARE_DATA_SYMBOLS, out);
	cs_share_check_fill(out);
	cs_wipe(bytes, sizeof(bytes));
}

/* Of symbols whose check holds. */
static cs_err
share_of(const uint16_t symbols[static CS_SHARE_SYMBOLS], struct cs_share *out,
    struct cs_share_trouble *trouble)
{
	uint8_t b[DATA_LEN + 1];

	pack(symbols, CS_SHARE_DATA_SYMBOLS, b, sizeof(b));
	*out = (struct cs_share){
		.set = (uint16_t)((b[0] & 15) << 12 | b[1] << 4 | b[2] >> 4),
		.need = (b[2] & 15) + 1,
		.of = (b[3] >> 4) + 1,
		.number = (b[3] & 15) + 1,
	};
	memcpy(out->part, b + HEAD_LEN, sizeof(out->part));
	int version = b[0] >> 4;
	bool is_share = out->need >= 2 && out->need <= out->of && out->number <= out->of &&
			(b[HEAD_LEN + CS_SHARE_KEY_LEN] | b[DATA_LEN]) == 0;
	cs_wipe(b, sizeof(b));
	if (version == VERSION && is_share)
		return CS_OK;
	cs_wipe(out, sizeof(*out));
	cs_share_say(trouble,
	    version == VERSION ? "this is not a share" : "this share was made by a newer version");
	return version == VERSION ? CS_FAIL(INVALID) : CS_FAIL(CONFLICT);
}

/* --- written --- */

void
cs_share_words(const struct cs_share *s, struct cs_buf *out)
{
	uint16_t symbols[CS_SHARE_SYMBOLS];

	symbols_of(s, symbols);
	for (size_t i = 0; i < CS_SHARE_SYMBOLS; i++) {
		if (i != 0)
			cs_buf_add_byte(out, ' ');
		cs_buf_add_c(out, cs_share_word(symbols[i]));
	}
	cs_wipe(symbols, sizeof(symbols));
}

void
cs_share_qr(const struct cs_share *s, struct cs_buf *out)
{
	uint16_t symbols[CS_SHARE_SYMBOLS];
	uint8_t bytes[ALL_LEN + 1];

	symbols_of(s, symbols);
	pack(symbols, CS_SHARE_SYMBOLS, bytes, sizeof(bytes));
	cs_buf_add_c(out, CS_SHARE_QR_PREFIX);
	cs_base32_encode(CS_SPAN(bytes, ALL_LEN), out);
	cs_wipe(symbols, sizeof(symbols));
	cs_wipe(bytes, sizeof(bytes));
}

/* --- read --- */

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The next run without white space, without the number in front of it; false at the end. */
static bool
next_token(cs_str *rest, cs_str *out)
{
	for (;;) {
		size_t from = 0;

		while (from < rest->len && is_space(rest->p[from]))
			from++;
		size_t to = from;
		while (to < rest->len && !is_space(rest->p[to]))
			to++;
		*out = cs_str_slice(*rest, from, to);
		*rest = cs_str_slice(*rest, to, rest->len);
		if (out->len == 0)
			return false;
		size_t digits = 0;
		while (digits < out->len && out->p[digits] >= '0' && out->p[digits] <= '9')
			digits++;
		if (digits != 0 && digits < out->len && strchr(".):", out->p[digits]) != NULL)
			digits++;
		*out = cs_str_slice(*out, digits, out->len);
		if (out->len != 0)
			return true;
	}
}

static cs_err
read_words(cs_str text, uint16_t out[static CS_SHARE_SYMBOLS], struct cs_share_trouble *trouble)
{
	size_t count = 0;
	cs_str token;

	while (next_token(&text, &token)) {
		uint16_t word;

		CS_TRY(cs_share_word_find(token, count + 1, &word, trouble));
		if (count < CS_SHARE_SYMBOLS)
			out[count] = word;
		count++;
	}
	if (count == CS_SHARE_SYMBOLS)
		return CS_OK;
	cs_share_say(trouble, "a share has %d words, these are %zu", CS_SHARE_SYMBOLS, count);
	return CS_FAIL(INVALID);
}

static cs_err
read_qr(cs_str text, uint16_t out[static CS_SHARE_SYMBOLS], struct cs_share_trouble *trouble)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;
	cs_str prefix = CS_STR(CS_SHARE_QR_PREFIX);

	cs_buf_init_sensitive(&bytes, ALL_LEN + 1);
	if (!cs_str_equal_nocase(cs_str_slice(text, 0, prefix.len), prefix)) {
		cs_share_say(trouble, "this share was made by a newer version");
		return CS_FAIL(CONFLICT);
	}
	cs_err err = cs_base32_decode(cs_str_slice(text, prefix.len, text.len), &bytes);
	if (cs_failed(err) || bytes.len != ALL_LEN) {
		cs_share_say(trouble, "this share is not whole");
		return CS_FAIL(INVALID);
	}
	cs_buf_add_byte(&bytes, 0);
	unpack(bytes.p, CS_SHARE_SYMBOLS, out);
	return CS_OK;
}

/* Of symbols whose check does not hold: which one is wrong, as well as it can be known. */
static cs_err
wrong_words(const uint16_t symbols[static CS_SHARE_SYMBOLS], struct cs_share_trouble *trouble)
{
	size_t first, second;
	uint16_t right;

	if (cs_share_check_locate(symbols, &first, &right))
		cs_share_say(trouble, "word %zu, \"%s\", is wrong: should it be \"%s\"?", first + 1,
		    cs_share_word(symbols[first]), cs_share_word(right));
	else if (cs_share_check_swapped(symbols, &first, &second))
		cs_share_say(trouble, "words %zu and %zu, \"%s\" and \"%s\", have to change places",
		    first + 1, second + 1, cs_share_word(symbols[first]),
		    cs_share_word(symbols[second]));
	else
		cs_share_say(
		    trouble, "two or more of the words are wrong: compare them all with the paper");
	return CS_FAIL(INVALID);
}

static cs_str
trim(cs_str s)
{
	size_t from = 0, to = s.len;

	while (from < to && is_space(s.p[from]))
		from++;
	while (to > from && is_space(s.p[to - 1]))
		to--;
	return cs_str_slice(s, from, to);
}

cs_err
cs_share_decode(cs_str text, struct cs_share *out, struct cs_share_trouble *trouble)
{
	uint16_t symbols[CS_SHARE_SYMBOLS] = { 0 };

	*out = (struct cs_share){ .set = 0 };
	*trouble = (struct cs_share_trouble){ "" };
	text = trim(text);
	if (text.len > TEXT_MAX) {
		cs_share_say(trouble, "this is too long for a share");
		return CS_FAIL(INVALID);
	}
	bool is_qr = cs_str_equal_nocase(cs_str_slice(text, 0, ANY_VERSION.len), ANY_VERSION);
	cs_err err = is_qr ? read_qr(text, symbols, trouble) : read_words(text, symbols, trouble);
	if (!cs_failed(err))
		err = cs_share_check_holds(symbols) ? share_of(symbols, out, trouble)
						    : wrong_words(symbols, trouble);
	cs_wipe(symbols, sizeof(symbols));
	return err;
}
