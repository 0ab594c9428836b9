/*
 * span.h - borrowed bytes (cs_span) and borrowed text (cs_str).
 *
 * Neither owns, neither is terminated. A cs_str is UTF-8 without NUL, of a length that some decoder
 * has bounded; code that takes one need not check again.
 */
#ifndef CS_BASE_SPAN_H
#define CS_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct cs_span {
	const uint8_t *p;
	size_t len;
} cs_span;

typedef struct cs_str {
	const char *p;
	size_t len;
} cs_str;

#define CS_SPAN(PTR, LEN) ((cs_span){ (const uint8_t *)(PTR), (LEN) })
#define CS_SPAN_NONE ((cs_span){ NULL, 0 })
/* From a string literal. */
#define CS_STR(LIT) ((cs_str){ "" LIT, sizeof(LIT) - 1 })
#define CS_STR_NONE ((cs_str){ NULL, 0 })
/* For printf: ("%.*s", CS_STR_ARG(s)) */
#define CS_STR_ARG(s) (int)(s).len, ((s).p != NULL ? (s).p : "")

static inline cs_str
cs_str_c(const char *terminated)
{
	return (cs_str){ terminated, terminated == NULL ? 0 : strlen(terminated) };
}

static inline cs_span
cs_str_span(cs_str s)
{
	return (cs_span){ (const uint8_t *)s.p, s.len };
}

/* Not for secrets: see crypto/equal.h. */
bool cs_str_equal(cs_str a, cs_str b);
/* By bytes, a prefix before what it begins: below, equal to or above 0. Not for secrets. */
int cs_str_order(cs_str a, cs_str b);
/* ASCII letters only, as host names, header names and e-mail domains are compared. */
bool cs_str_equal_nocase(cs_str a, cs_str b);
bool cs_str_starts(cs_str s, cs_str prefix);
bool cs_str_ends(cs_str s, cs_str suffix);
/* Index of the first c at or after from; s.len when there is none. */
size_t cs_str_find(cs_str s, char c, size_t from);
/* from and to are clamped to the text. */
cs_str cs_str_slice(cs_str s, size_t from, size_t to);
/* Without leading and trailing spaces and tabs. */
cs_str cs_str_trim(cs_str s);
/*
 * Cut the text before the first sep off *rest into *part (without sep); false when *rest was
 * empty. The last part has no sep behind it; an empty part behind a final sep is not seen.
 */
bool cs_str_cut(cs_str *rest, char sep, cs_str *part);
/* Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms) and free of NUL. */
bool cs_utf8_is_valid(cs_span bytes);
/* How many bytes from the start are valid in that sense. */
size_t cs_utf8_prefix(cs_span bytes);
/* Unsigned decimal, no sign, no leading space; 1..19 digits within INT64_MAX. */
bool cs_str_to_i64(cs_str s, int64_t *out);

#endif
