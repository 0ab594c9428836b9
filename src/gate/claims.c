#include "gate/claims.h"

#define DEPTH_MAX 16

struct reader {
	const char *p;
	const char *end;
	bool is_broken;
};

static void
skip_space(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\t' || *r->p == '\n' || *r->p == '\r'))
		r->p++;
}

/* The next byte that is no space; 0 at the end. */
static char
peek(struct reader *r)
{
	skip_space(r);
	return r->p < r->end && !r->is_broken ? *r->p : 0;
}

static bool
take(struct reader *r, char c)
{
	if (peek(r) != c)
		return false;
	r->p++;
	return true;
}

static void
expect(struct reader *r, char c)
{
	if (!take(r, c))
		r->is_broken = true;
}

static unsigned
take_hex4(struct reader *r)
{
	unsigned v = 0;
	for (size_t i = 0; i < 4; i++) {
		char c = r->p < r->end ? *r->p++ : 0;
		if (c >= '0' && c <= '9')
			v = 16 * v + (unsigned)(c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			v = 16 * v + (unsigned)((c | 0x20) - 'a' + 10);
		else
			r->is_broken = true;
	}
	return v;
}

/* One code point as UTF-8; returns its length. */
static size_t
encode(unsigned c, char out[static 4])
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	static const unsigned char first[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	for (size_t i = len; i-- > 1; c >>= 6)
		out[i] = (char)(0x80 | (c & 0x3f));
	out[0] = (char)(first[len] | c);
	return len;
}

static unsigned
take_unicode(struct reader *r)
{
	unsigned high = take_hex4(r);
	if (high < 0xd800 || high > 0xdbff)
		return high;
	if (r->end - r->p < 6 || r->p[0] != '\\' || r->p[1] != 'u') {
		r->is_broken = true;
		return 0;
	}
	r->p += 2;
	unsigned low = take_hex4(r);
	r->is_broken |= low < 0xdc00 || low > 0xdfff;
	return 0x10000 + ((high - 0xd800) << 10) + ((low - 0xdc00) & 0x3ff);
}

static size_t
take_escape(struct reader *r, char out[static 4])
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	char c = r->p < r->end ? *r->p++ : 0;
	if (c == 'u')
		return encode(take_unicode(r), out);
	const char *at = c == 0 ? NULL : strchr(from, c);
	r->is_broken |= at == NULL;
	out[0] = at == NULL ? 0 : to[at - from];
	return 1;
}

/* A string, from its quote on; whether it is wanted, compared piece by piece. */
static bool
take_string(struct reader *r, cs_str wanted)
{
	bool is_equal = true;
	size_t at = 0;
	expect(r, '"');
	while (!r->is_broken && r->p < r->end && *r->p != '"') {
		char piece[4];
		size_t len = 1;
		piece[0] = *r->p++;
		if (piece[0] == '\\')
			len = take_escape(r, piece);
		is_equal = is_equal && wanted.len - at >= len &&
			   cs_str_equal(cs_str_slice(wanted, at, at + len), (cs_str){ piece, len });
		at += is_equal ? len : 0;
	}
	expect(r, '"');
	return is_equal && at == wanted.len && !r->is_broken;
}

/* A number, true, false or null. */
static cs_str
take_word(struct reader *r)
{
	const char *from = r->p;
	while (r->p < r->end && *r->p != ',' && *r->p != ']' && *r->p != '}' && *r->p != ' ' &&
	       *r->p != '\t' && *r->p != '\n' && *r->p != '\r')
		r->p++;
	r->is_broken |= r->p == from;
	return (cs_str){ from, (size_t)(r->p - from) };
}

/* Arrays and objects, with all that is in them. */
static void
skip_nested(struct reader *r)
{
	size_t depth = 0;
	do {
		char c = peek(r);
		if (c == '"') {
			(void)take_string(r, CS_STR_NONE);
			continue;
		}
		depth += c == '[' || c == '{';
		depth -= c == ']' || c == '}';
		r->is_broken |= c == 0 || depth > DEPTH_MAX;
		r->p += !r->is_broken;
	} while (depth > 0 && !r->is_broken);
}

static enum cs_claim
take_scalar(struct reader *r, cs_str wanted)
{
	char c = peek(r);
	if (c == '"')
		return take_string(r, wanted) ? CS_CLAIM_HOLDS : CS_CLAIM_DIFFERS;
	if (c == '{' || c == '[') {
		skip_nested(r);
		return CS_CLAIM_DIFFERS;
	}
	cs_str word = take_word(r);
	if (cs_str_equal(word, CS_STR("null")))
		return CS_CLAIM_ABSENT;
	return cs_str_equal(word, wanted) ? CS_CLAIM_HOLDS : CS_CLAIM_DIFFERS;
}

/* An empty array says that there is no such value: that is an answer. */
static enum cs_claim
take_value(struct reader *r, cs_str wanted)
{
	if (!take(r, '['))
		return take_scalar(r, wanted);
	enum cs_claim found = CS_CLAIM_DIFFERS;
	if (take(r, ']'))
		return found;
	do {
		if (take_scalar(r, wanted) == CS_CLAIM_HOLDS)
			found = CS_CLAIM_HOLDS;
	} while (take(r, ','));
	expect(r, ']');
	return found;
}

enum cs_claim
cs_claim_find(cs_str fields, cs_str name, cs_str wanted)
{
	struct reader r = { fields.p, fields.p + fields.len, fields.len == 0 };
	expect(&r, '{');
	do {
		bool is_it = take_string(&r, name);
		expect(&r, ':');
		enum cs_claim found = take_value(&r, is_it ? wanted : CS_STR_NONE);
		if (is_it)
			return r.is_broken ? CS_CLAIM_ABSENT : found;
	} while (take(&r, ','));
	return CS_CLAIM_ABSENT;
}
