/*
 * der.h - a cursor over DER (X.690), for certificates and what attestation puts into them.
 *
 * Definite, shortest lengths only. Each read succeeds whole or leaves the cursor where it was and says
 * INVALID; contents borrow. Nothing recurses: whoever expects something inside reads inside.
 */
#ifndef CS_CRYPTO_DER_H
#define CS_CRYPTO_DER_H

#include "base/err.h"
#include "base/span.h"

/* Class and constructed bit as they stand in the first octet, and the tag's number. */
#define CS_DER_TAG(FORM, NUMBER) (((uint32_t)(FORM) << 24) | (uint32_t)(NUMBER))

enum cs_der_tag {
	CS_DER_BOOLEAN = CS_DER_TAG(0x00, 1),
	CS_DER_INTEGER = CS_DER_TAG(0x00, 2),
	CS_DER_BIT_STRING = CS_DER_TAG(0x00, 3),
	CS_DER_OCTET_STRING = CS_DER_TAG(0x00, 4),
	CS_DER_OID = CS_DER_TAG(0x00, 6),
	CS_DER_ENUMERATED = CS_DER_TAG(0x00, 10),
	CS_DER_UTF8_STRING = CS_DER_TAG(0x00, 12),
	CS_DER_PRINTABLE_STRING = CS_DER_TAG(0x00, 19),
	CS_DER_T61_STRING = CS_DER_TAG(0x00, 20),
	CS_DER_IA5_STRING = CS_DER_TAG(0x00, 22),
	CS_DER_UTC_TIME = CS_DER_TAG(0x00, 23),
	CS_DER_GENERALIZED_TIME = CS_DER_TAG(0x00, 24),
	CS_DER_SEQUENCE = CS_DER_TAG(0x20, 16),
	CS_DER_SET = CS_DER_TAG(0x20, 17),
};
/* [n], constructed (EXPLICIT, or IMPLICIT of a sequence), and [n] of something primitive. */
#define CS_DER_CONTEXT(N) CS_DER_TAG(0xa0, (N))
#define CS_DER_CONTEXT_PRIMITIVE(N) CS_DER_TAG(0x80, (N))

struct cs_der {
	uint32_t tag;
	cs_span content;
	cs_span whole; /* with tag and length */
};

/* Whatever comes next. Errors: INVALID (also at the end). */
cs_err cs_der_read(cs_span *rest, struct cs_der *out);
/* The same, of this tag alone. content may be NULL. */
cs_err cs_der_take(cs_span *rest, uint32_t tag, cs_span *content);
/* If the next one has this tag. *found says so; what is malformed is INVALID. */
cs_err cs_der_take_optional(cs_span *rest, uint32_t tag, cs_span *content, bool *found);
/* An INTEGER or ENUMERATED of at most 8 octets, read as content. */
cs_err cs_der_number(cs_span content, int64_t *out);
/* One byte, 0x00 or 0xff. */
cs_err cs_der_truth(cs_span content, bool *out);
/* Not for secrets. */
bool cs_der_equal(cs_span a, cs_span b);

#endif
