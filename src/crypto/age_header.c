/*
 * age_header.c - the lines in front of the payload (C2SP age, "Header"), byte for byte.
 */
#include "crypto/age_parts.h"

#include "base/codec.h"

#include <sodium.h>

#define ORIGIN CS_STR("age-encryption.org/")
#define VERSION CS_STR("age-encryption.org/v1")
#define STANZA CS_STR("-> ")
#define LAST CS_STR("--- ")
#define COLUMNS 64
#define BYTES_A_LINE (COLUMNS / 4 * 3)

/* A line with its LF; LIMIT when it goes on past the longest header. */
static cs_err
take_line(cs_str *rest, cs_str *out)
{
	size_t end = cs_str_find(*rest, '\n', 0);

	*out = CS_STR_NONE;
	if (end == rest->len)
		return rest->len == CS_AGE_HEADER_MAX ? CS_FAIL(LIMIT) : CS_FAIL(INVALID);
	*out = cs_str_slice(*rest, 0, end);
	*rest = cs_str_slice(*rest, end + 1, rest->len);
	return CS_OK;
}

static cs_err
check_version(cs_str line)
{
	if (cs_str_equal(line, VERSION))
		return CS_OK;
	/* A version is told from rubbish by what a version can be. */
	return cs_str_starts(line, ORIGIN) && line.len < 64 ? CS_FAIL(CONFLICT) : CS_FAIL(INVALID);
}

static size_t
count_char(cs_str s, char c)
{
	size_t count = 0;

	for (size_t i = 0; i < s.len; i++)
		count += s.p[i] == c;
	return count;
}

/* Behind the arrow: type and arguments, of printable ASCII, parted by single spaces. */
static cs_err
decode_words(struct cs_arena *a, cs_str line, struct cs_age_stanza *out)
{
	size_t count = count_char(line, ' ') + 1, start = 0;
	void *memory;

	CS_TRY(cs_arena_try(a, count * sizeof(cs_str), &memory));
	cs_str *words = memory;
	for (size_t i = 0; i < line.len; i++)
		if (line.p[i] < 0x20 || line.p[i] > 0x7e)
			return CS_FAIL(INVALID);
	for (size_t i = 0; i < count; i++) {
		size_t end = cs_str_find(line, ' ', start);

		words[i] = cs_str_slice(line, start, end);
		if (words[i].len == 0)
			return CS_FAIL(INVALID);
		start = end + 1;
	}
	out->type = words[0];
	out->args = words + 1;
	out->arg_count = count - 1;
	return CS_OK;
}

/* Lines of 64 characters, then one that is shorter and may be empty. */
static cs_err
decode_body(struct cs_arena *a, cs_str *rest, struct cs_age_stanza *out)
{
	cs_str line, ahead = *rest;
	size_t len = 0, at = 0;
	void *memory;

	do {
		CS_TRY(take_line(&ahead, &line));
		if (line.len > COLUMNS || line.len % 4 == 1)
			return CS_FAIL(INVALID);
		len += line.len * 3 / 4;
	} while (line.len == COLUMNS);
	CS_TRY(cs_arena_try(a, len + 1, &memory));
	do {
		CS_TRY(take_line(rest, &line));
		CS_TRY(cs_base64_raw_exact(line, line.len * 3 / 4, (uint8_t *)memory + at));
		at += line.len * 3 / 4;
	} while (line.len == COLUMNS);
	out->body = CS_SPAN(memory, len);
	return CS_OK;
}

static cs_err
add_stanza(struct cs_arena *a, struct cs_age_header *h, size_t *room, struct cs_age_stanza s)
{
	void *memory;

	if (h->count == CS_AGE_STANZAS_MAX)
		return CS_FAIL(LIMIT);
	if (h->count == *room) {
		*room = *room == 0 ? 16 : *room * 2;
		CS_TRY(cs_arena_try(a, *room * sizeof(s), &memory));
		if (h->count != 0)
			memcpy(memory, h->stanzas, h->count * sizeof(s));
		h->stanzas = memory;
	}
	h->stanzas[h->count++] = s;
	return CS_OK;
}

/* A passphrase beside other recipients would say more than was meant: who has it, wrote the file. */
static cs_err
check_scrypt_alone(const struct cs_age_header *h)
{
	for (size_t i = 0; i < h->count; i++)
		if (cs_str_equal(h->stanzas[i].type, CS_STR("scrypt")) && h->count != 1)
			return CS_FAIL(INVALID);
	return CS_OK;
}

static cs_err
decode_lines(struct cs_arena *a, cs_str *rest, const char *start, struct cs_age_header *out)
{
	size_t room = 0;
	cs_str line;

	CS_TRY(take_line(rest, &line));
	CS_TRY(check_version(line));
	for (;;) {
		struct cs_age_stanza s = { .body = CS_SPAN_NONE };

		CS_TRY(take_line(rest, &line));
		if (cs_str_starts(line, LAST))
			break;
		if (!cs_str_starts(line, STANZA))
			return CS_FAIL(INVALID);
		CS_TRY(decode_words(a, cs_str_slice(line, STANZA.len, line.len), &s));
		CS_TRY(decode_body(a, rest, &s));
		CS_TRY(add_stanza(a, out, &room, s));
	}
	out->signed_part = CS_SPAN(start, (size_t)(line.p - start) + 3);
	CS_TRY(cs_base64_raw_exact(
	    cs_str_slice(line, LAST.len, line.len), sizeof(out->mac), out->mac));
	return out->count == 0 ? CS_FAIL(INVALID) : CS_OK;
}

cs_err
cs_age_header_decode(struct cs_arena *a, cs_span file, struct cs_age_header *out)
{
	cs_str all = { (const char *)file.p, file.len };
	cs_str rest = cs_str_slice(all, 0, CS_AGE_HEADER_MAX);

	*out = (struct cs_age_header){ .stanzas = NULL };
	CS_TRY(decode_lines(a, &rest, all.p, out));
	CS_TRY(check_scrypt_alone(out));
	size_t len = (size_t)(rest.p - all.p);
	out->payload = CS_SPAN(file.p + len, file.len - len);
	return CS_OK;
}

void
cs_age_header_mac(const uint8_t file_key[static CS_AGE_FILE_KEY_LEN], cs_span signed_part,
    uint8_t out[static CS_AGE_MAC_LEN])
{
	uint8_t key[32];

	cs_age_hkdf(CS_SPAN(file_key, CS_AGE_FILE_KEY_LEN), CS_SPAN_NONE, CS_STR("header"), key);
	crypto_auth_hmacsha256(out, signed_part.p, signed_part.len, key);
	cs_wipe(key, sizeof(key));
}

void
cs_age_header_begin(struct cs_buf *out)
{
	cs_buf_add_str(out, VERSION);
	cs_buf_add_byte(out, '\n');
}

void
cs_age_stanza_encode(const cs_str *args, size_t arg_count, cs_span body, struct cs_buf *out)
{
	size_t at = 0, len;

	cs_buf_add_c(out, "->");
	for (size_t i = 0; i < arg_count; i++) {
		cs_buf_add_byte(out, ' ');
		cs_buf_add_str(out, args[i]);
	}
	cs_buf_add_byte(out, '\n');
	/* The last line is short, if need be empty: so a reader sees where the body ends. */
	do {
		len = body.len - at < BYTES_A_LINE ? body.len - at : BYTES_A_LINE;
		cs_base64_raw_encode(CS_SPAN(body.p + at, len), out);
		cs_buf_add_byte(out, '\n');
		at += len;
	} while (len == BYTES_A_LINE);
}

void
cs_age_header_end(const uint8_t file_key[static CS_AGE_FILE_KEY_LEN], struct cs_buf *out)
{
	uint8_t mac[CS_AGE_MAC_LEN];

	cs_buf_add_c(out, "---");
	if (out->has_failed)
		return;
	cs_age_header_mac(file_key, cs_buf_span(out), mac);
	cs_buf_add_byte(out, ' ');
	cs_base64_raw_encode(CS_SPAN(mac, sizeof(mac)), out);
	cs_buf_add_byte(out, '\n');
}
