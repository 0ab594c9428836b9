/*
 * span.c - looking at borrowed text.
 */
#include "base/span.h"

int
cs_str_order(cs_str a, cs_str b)
{
	size_t len = a.len < b.len ? a.len : b.len;
	int order = len == 0 ? 0 : memcmp(a.p, b.p, len);

	return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

bool
cs_str_equal(cs_str a, cs_str b)
{
	return a.len == b.len && cs_str_order(a, b) == 0;
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool
cs_str_equal_nocase(cs_str a, cs_str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

bool
cs_str_starts(cs_str s, cs_str prefix)
{
	return s.len >= prefix.len && cs_str_equal(cs_str_slice(s, 0, prefix.len), prefix);
}

bool
cs_str_ends(cs_str s, cs_str suffix)
{
	return s.len >= suffix.len &&
	       cs_str_equal(cs_str_slice(s, s.len - suffix.len, s.len), suffix);
}

size_t
cs_str_find(cs_str s, char c, size_t from)
{
	if (from >= s.len)
		return s.len;
	const char *hit = memchr(s.p + from, c, s.len - from);
	return hit == NULL ? s.len : (size_t)(hit - s.p);
}

cs_str
cs_str_slice(cs_str s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return s.p == NULL ? CS_STR_NONE : (cs_str){ s.p + from, to - from };
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

cs_str
cs_str_trim(cs_str s)
{
	size_t from = 0, to = s.len;

	while (from < to && is_blank(s.p[from]))
		from++;
	while (to > from && is_blank(s.p[to - 1]))
		to--;
	return cs_str_slice(s, from, to);
}

bool
cs_str_cut(cs_str *rest, char sep, cs_str *part)
{
	*part = CS_STR_NONE;
	if (rest->len == 0)
		return false;
	size_t end = cs_str_find(*rest, sep, 0);
	*part = cs_str_slice(*rest, 0, end);
	*rest = cs_str_slice(*rest, end + 1, rest->len);
	return true;
}

/* Length of the well-formed sequence at the start of p, or 0 (Unicode 15, table 3-7). */
static size_t
utf8_sequence(const uint8_t *p, size_t len)
{
	uint8_t lo = 0x80, hi = 0xbf;
	size_t want;

	if (p[0] < 0x80)
		return p[0] != 0;
	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		want = 2;
	} else if (p[0] >= 0xe0 && p[0] <= 0xef) {
		want = 3;
		lo = p[0] == 0xe0 ? 0xa0 : 0x80;
		hi = p[0] == 0xed ? 0x9f : 0xbf;
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		want = 4;
		lo = p[0] == 0xf0 ? 0x90 : 0x80;
		hi = p[0] == 0xf4 ? 0x8f : 0xbf;
	} else {
		return 0;
	}
	if (len < want || p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < want; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return want;
}

size_t
cs_utf8_prefix(cs_span bytes)
{
	size_t at = 0;

	while (at < bytes.len) {
		/* most text is plain ASCII */
		if (bytes.p[at] != 0 && bytes.p[at] < 0x80) {
			at++;
			continue;
		}
		size_t n = utf8_sequence(bytes.p + at, bytes.len - at);

		if (n == 0)
			break;
		at += n;
	}
	return at;
}

bool
cs_utf8_is_valid(cs_span bytes)
{
	return cs_utf8_prefix(bytes) == bytes.len;
}

bool
cs_str_to_i64(cs_str s, int64_t *out)
{
	int64_t v = 0;

	*out = 0;
	if (s.len == 0 || s.len > 19)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, s.p[i] - '0', &v))
			return false;
	}
	*out = v;
	return true;
}
