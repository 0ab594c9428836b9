/*
 * codec.h - bytes as text: hex, base64, base64url (RFC 4648 §4, §5), base32 (§6), percent-encoding
 * (RFC 3986 §2.1). Decoders are strict: canonical, no white space, no stray bits. The base32 and
 * hex ones take time that depends on length alone, since they carry secrets.
 */
#ifndef CS_BASE_CODEC_H
#define CS_BASE_CODEC_H

#include "base/arena.h"
#include "base/buf.h"

void cs_hex_encode(cs_span in, struct cs_buf *out); /* lower case */
cs_err cs_hex_decode(cs_str in, struct cs_buf *out); /* either case; INVALID */

void cs_base64_encode(cs_span in, struct cs_buf *out); /* padded */
cs_err cs_base64_decode(cs_str in, struct cs_buf *out); /* padded; INVALID */
/* The same letters unpadded, as age has them. Exactly len bytes or INVALID. */
void cs_base64_raw_encode(cs_span in, struct cs_buf *out);
cs_err cs_base64_raw_exact(cs_str in, size_t len, uint8_t *out);
void cs_base64url_encode(cs_span in, struct cs_buf *out); /* unpadded */
cs_err cs_base64url_decode(cs_str in, struct cs_buf *out); /* unpadded; INVALID */
cs_str cs_base64url_text(struct cs_arena *a, cs_span in);
/* Exactly len bytes or INVALID; for tokens of known size. */
cs_err cs_base64url_exact(cs_str in, size_t len, uint8_t *out);

void cs_base32_encode(cs_span in, struct cs_buf *out); /* upper case, unpadded */
/* Either case, padding optional but right when there; spaces and dashes are refused. INVALID. */
cs_err cs_base32_decode(cs_str in, struct cs_buf *out);

/* Encodes everything but the unreserved set of RFC 3986 §2.3. */
void cs_percent_encode(cs_str in, struct cs_buf *out);
/* Decodes %XX; INVALID for a cut or wrong triple, for NUL and for what is not UTF-8 in the end. */
cs_err cs_percent_decode(struct cs_arena *a, cs_str in, cs_str *out);
/*
 * One value of an application/x-www-form-urlencoded text ('+' is a space). NOT_FOUND when absent,
 * INVALID when present twice or badly encoded.
 */
cs_err cs_form_get(struct cs_arena *a, cs_str form, cs_str name, cs_str *out);

#endif
