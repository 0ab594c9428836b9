/*
 * age_armor.c - an age file as text: strict PEM of 64 columns (C2SP age, "ASCII armor").
 */
#include "crypto/age_parts.h"

#include "base/codec.h"

#define BEGIN CS_STR("-----BEGIN AGE ENCRYPTED FILE-----")
#define END CS_STR("-----END AGE ENCRYPTED FILE-----")
#define COLUMNS 64
#define BYTES_A_LINE (COLUMNS / 4 * 3)
#define SPACE_MAX 1024 /* around it, as age itself takes */

void
cs_age_armor(cs_span file, struct cs_buf *out)
{
	cs_buf_add_str(out, BEGIN);
	cs_buf_add_byte(out, '\n');
	for (size_t at = 0; at < file.len; at += BYTES_A_LINE) {
		size_t len = file.len - at < BYTES_A_LINE ? file.len - at : BYTES_A_LINE;

		cs_base64_encode(CS_SPAN(file.p + at, len), out);
		cs_buf_add_byte(out, '\n');
	}
	cs_buf_add_str(out, END);
	cs_buf_add_byte(out, '\n');
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static cs_str
skip_space(cs_span file)
{
	cs_str text = { (const char *)file.p, file.len };
	size_t at = 0;

	while (at < text.len && at < SPACE_MAX && is_space(text.p[at]))
		at++;
	return cs_str_slice(text, at, text.len);
}

bool
cs_age_is_armored(cs_span file)
{
	return cs_str_starts(skip_space(file), CS_STR("-----BEGIN"));
}

/* Without its LF or CRLF; false when there is none. */
static bool
take_line(cs_str *rest, cs_str *out)
{
	size_t end = cs_str_find(*rest, '\n', 0);
	bool is_whole = end < rest->len;

	*out = cs_str_slice(*rest, 0, end);
	*rest = cs_str_slice(*rest, end + 1, rest->len);
	if (is_whole && out->len != 0 && out->p[out->len - 1] == '\r')
		out->len--;
	return is_whole;
}

static cs_err
check_only_space(cs_str rest)
{
	if (rest.len > SPACE_MAX)
		return CS_FAIL(INVALID);
	for (size_t i = 0; i < rest.len; i++)
		if (!is_space(rest.p[i]))
			return CS_FAIL(INVALID);
	return CS_OK;
}

cs_err
cs_age_armor_decode(cs_span file, struct cs_buf *out)
{
	cs_str rest = skip_space(file), line;
	bool is_last = false;

	if (!take_line(&rest, &line) || !cs_str_equal(line, BEGIN))
		return CS_FAIL(INVALID);
	for (;;) {
		bool is_whole = take_line(&rest, &line);

		if (cs_str_equal(line, END))
			return check_only_space(rest);
		if (!is_whole || is_last || line.len == 0 || line.len > COLUMNS)
			return CS_FAIL(INVALID);
		size_t before = out->len;
		CS_TRY(cs_base64_decode(line, out));
		is_last = out->len - before < BYTES_A_LINE;
	}
}
