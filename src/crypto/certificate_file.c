/*
 * certificate_file.c - certificates as people keep them: PEM (RFC 7468), or one in DER.
 */
#include "base/codec.h"
#include "crypto/certificate.h"

#define BEGIN CS_STR("-----BEGIN ")
#define BEGIN_CERTIFICATE CS_STR("-----BEGIN CERTIFICATE-----")
#define END_CERTIFICATE CS_STR("-----END CERTIFICATE-----")

static cs_err
add_certificate(struct cs_arena *a, cs_span der, size_t max, cs_span *ders, size_t *count)
{
	struct cs_certificate c;

	CS_TRY(cs_certificate_decode(der, &c));
	if (*count == max)
		return CS_FAIL(LIMIT);
	ders[(*count)++] = cs_arena_span(a, der);
	return CS_OK;
}

/* The lines up to the end mark; an unfinished one is nothing. */
static cs_err
read_body(cs_str *rest, struct cs_buf *base64)
{
	cs_str line;

	while (cs_str_cut(rest, '\n', &line)) {
		line = cs_str_trim(line);
		if (cs_str_ends(line, CS_STR("\r")))
			line = cs_str_trim(cs_str_slice(line, 0, line.len - 1));
		if (cs_str_equal(line, END_CERTIFICATE))
			return cs_buf_finish(base64, NULL);
		cs_buf_add_str(base64, line);
	}
	return CS_FAIL(INVALID);
}

static cs_err
read_block(struct cs_arena *a, cs_str *rest, size_t max, cs_span *ders, size_t *count)
{
	CS_AUTO(cs_buf_clear) struct cs_buf base64;
	CS_AUTO(cs_buf_clear) struct cs_buf der;

	cs_buf_init(&base64, CS_CERTIFICATE_MAX * 4 / 3 + 4);
	cs_buf_init(&der, CS_CERTIFICATE_MAX + 3);
	CS_TRY(read_body(rest, &base64));
	CS_TRY(cs_base64_decode(cs_buf_str(&base64), &der));
	return add_certificate(a, cs_buf_span(&der), max, ders, count);
}

static cs_err
read_text(struct cs_arena *a, cs_str text, size_t max, cs_span *ders, size_t *count)
{
	cs_str line;

	while (cs_str_cut(&text, '\n', &line)) {
		line = cs_str_trim(line);
		if (cs_str_ends(line, CS_STR("\r")))
			line = cs_str_slice(line, 0, line.len - 1);
		if (cs_str_equal(line, BEGIN_CERTIFICATE))
			CS_TRY(read_block(a, &text, max, ders, count));
		else if (cs_str_starts(line, BEGIN))
			return CS_FAIL(INVALID); /* a private key must not go further */
	}
	return *count == 0 ? CS_FAIL(INVALID) : CS_OK;
}

cs_err
cs_certificate_decode_file(
    struct cs_arena *a, cs_span file, size_t max, cs_span **ders, size_t *count)
{
	*ders = CS_NEW_ARRAY(a, cs_span, max);
	*count = 0;
	size_t found = 0;
	if (file.len != 0 && file.p[0] == 0x30)
		CS_TRY(add_certificate(a, file, max, *ders, &found));
	else
		CS_TRY(
		    read_text(a, (cs_str){ (const char *)file.p, file.len }, max, *ders, &found));
	*count = found;
	return CS_OK;
}
