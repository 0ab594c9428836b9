/*
 * modhex.c - by way of hex, whose codec takes the same time whatever the text says; only the
 * exchange of letters is done here, and in the same manner.
 */
#include "proto/modhex.h"

#include "base/codec.h"

#define LETTERS "cbdefghijklnrtuv"
#define HEX "0123456789abcdef"

/* The letter of `to` where `from` has c; 0 when it has none. Looks at all of them. */
static char
exchange(const char *from, const char *to, char c)
{
	unsigned found = 0;

	for (size_t i = 0; i < 16; i++)
		found |= (unsigned)(uint8_t)to[i] & (0 - (unsigned)(from[i] == c));
	return (char)found;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

void
cs_modhex_encode(cs_span in, struct cs_buf *out)
{
	size_t start = out->len;

	cs_hex_encode(in, out);
	for (size_t i = start; i < out->len; i++)
		out->p[i] = (uint8_t)exchange(HEX, LETTERS, (char)out->p[i]);
}

cs_err
cs_modhex_decode(cs_str in, struct cs_buf *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf hex;
	cs_span text;

	cs_buf_init_sensitive(&hex, in.len);
	for (size_t i = 0; i < in.len; i++)
		cs_buf_add_byte(&hex, (uint8_t)exchange(LETTERS, HEX, lower(in.p[i])));
	CS_TRY(cs_buf_finish(&hex, &text));
	return cs_hex_decode((cs_str){ (const char *)text.p, text.len }, out);
}
