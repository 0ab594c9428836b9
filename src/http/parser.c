/*
 * parser.c - one pass over the bytes, line by line; nothing is guessed.
 */
#include "http/parser.h"

#define LENGTH_DIGITS_MAX 15
#define CHUNK_DIGITS_MAX 8
#define EXTRAS_MAX 4096

/* tchar of RFC 9110 §5.6.2 as its lower case; 0 for everything else. */
/* clang-format off */
#define SAME(C) [C] = (C)
#define BOTH(L) [(L) - 0x20] = (L), [L] = (L)
static const uint8_t token_lower[256] = {
	SAME('!'), SAME('#'), SAME('$'), SAME('%'), SAME('&'), SAME('\''), SAME('*'), SAME('+'),
	SAME('-'), SAME('.'), SAME('^'), SAME('_'), SAME('`'), SAME('|'), SAME('~'),
	SAME('0'), SAME('1'), SAME('2'), SAME('3'), SAME('4'), SAME('5'), SAME('6'), SAME('7'),
	SAME('8'), SAME('9'), BOTH('a'), BOTH('b'), BOTH('c'), BOTH('d'), BOTH('e'), BOTH('f'),
	BOTH('g'), BOTH('h'), BOTH('i'), BOTH('j'), BOTH('k'), BOTH('l'), BOTH('m'), BOTH('n'),
	BOTH('o'), BOTH('p'), BOTH('q'), BOTH('r'), BOTH('s'), BOTH('t'), BOTH('u'), BOTH('v'),
	BOTH('w'), BOTH('x'), BOTH('y'), BOTH('z'),
};
/* clang-format on */

struct cursor {
	uint8_t *p;
	uint8_t *end;
};

/* What note_field learnt beside the head itself. */
struct notes {
	cs_str host;
	bool has_host;
	bool has_coding;
	bool has_expect;
};

static cs_str
text(const uint8_t *from, const uint8_t *to)
{
	return (cs_str){ (const char *)from, (size_t)(to - from) };
}

static cs_str
trim(const uint8_t *from, const uint8_t *to)
{
	while (from < to && (*from == ' ' || *from == '\t'))
		from++;
	while (from < to && (to[-1] == ' ' || to[-1] == '\t'))
		to--;
	return text(from, to);
}

static enum cs_http_step
refuse(struct cs_http_head *h, int status)
{
	h->status = status;
	return CS_HTTP_REFUSED;
}

/* RFC 9112 §2.2: a bare CR or a bare LF is no line end. */
static enum cs_http_step
take_crlf(struct cursor *c)
{
	if (c->p == c->end)
		return CS_HTTP_MORE;
	if (c->p[0] != '\r')
		return CS_HTTP_REFUSED;
	if (c->p + 1 == c->end)
		return CS_HTTP_MORE;
	if (c->p[1] != '\n')
		return CS_HTTP_REFUSED;
	c->p += 2;
	return CS_HTTP_DONE;
}

#define STRIDE 32

/* Written so that compilers make vector instructions of it: most of a head is values. */
static void
note_stray(const uint8_t *p, uint8_t stray[static STRIDE])
{
	for (size_t i = 0; i < STRIDE; i++)
		stray[i] |= (uint8_t)((p[i] < 0x20) | (p[i] == 0x7f));
}

/* Visible ASCII, obs-text, space and tab (RFC 9110 §5.5). */
static bool
is_value(const uint8_t *p, size_t len)
{
	uint8_t stray[STRIDE] = { 0 };
	size_t i = 0;

	if (len >= STRIDE) {
		for (; i + STRIDE <= len; i += STRIDE)
			note_stray(p + i, stray);
		note_stray(p + len - STRIDE, stray);
		uint64_t w[STRIDE / 8];
		memcpy(w, stray, sizeof(w));
		if ((w[0] | w[1] | w[2] | w[3]) == 0)
			return true;
		i = 0; /* perhaps only a tab */
	}
	while (i < len && ((p[i] >= 0x20 && p[i] != 0x7f) || p[i] == '\t'))
		i++;
	return i == len;
}

/* The end of the value at p: its CR, or end; NULL when something stands before that may not. */
static uint8_t *
value_end(uint8_t *p, uint8_t *end)
{
	uint8_t *cr = memchr(p, '\r', (size_t)(end - p));
	uint8_t *stop = cr != NULL ? cr : end;

	return is_value(p, (size_t)(stop - p)) ? stop : NULL;
}

/* The first byte from p on that is no tchar; all before are set to lower case when is_name. */
static uint8_t *
token_end(uint8_t *p, const uint8_t *end, bool is_name)
{
	for (uint8_t lower; p < end && (lower = token_lower[*p]) != 0; p++) {
		if (is_name && lower != *p)
			*p = lower;
	}
	return p;
}

static enum cs_method
method_of(cs_str s)
{
	static const struct {
		cs_str name;
		enum cs_method method;
	} known[] = {
		{ CS_STR("GET"), CS_GET },
		{ CS_STR("HEAD"), CS_HEAD },
		{ CS_STR("POST"), CS_POST },
		{ CS_STR("PUT"), CS_PUT },
		{ CS_STR("PATCH"), CS_PATCH },
		{ CS_STR("DELETE"), CS_DELETE },
		{ CS_STR("OPTIONS"), CS_OPTIONS },
	};

	for (size_t i = 0; i < CS_COUNT(known); i++) {
		if (cs_str_equal(s, known[i].name))
			return known[i].method;
	}
	return CS_METHOD_OTHER;
}

/* "HTTP/1.1" CRLF; what can no longer become a version is refused without waiting for more. */
static enum cs_http_step
take_version(struct cursor *c, struct cs_http_head *h)
{
	static const char form[] = "HTTP/d.d";
	size_t have = (size_t)(c->end - c->p);

	for (size_t i = 0; i < 8 && i < have; i++) {
		bool fits = form[i] == 'd' ? c->p[i] >= '0' && c->p[i] <= '9' : c->p[i] == form[i];
		if (!fits)
			return refuse(h, 400);
	}
	if (have < 8)
		return CS_HTTP_MORE;
	if (c->p[5] != '1' || c->p[7] > '1')
		return refuse(h, 505);
	h->is_http10 = h->wants_close = c->p[7] == '0';
	c->p += 8;
	return take_crlf(c);
}

/* RFC 9112 §3: method SP request-target SP HTTP-version CRLF, single spaces. */
static enum cs_http_step
take_request_line(struct cursor *c, struct cs_http_head *h)
{
	uint8_t *from = c->p;

	c->p = token_end(from, c->end, false);
	if (c->p == c->end)
		return CS_HTTP_MORE;
	if (c->p == from || *c->p != ' ')
		return refuse(h, 400);
	h->rq.method_text = text(from, c->p);
	h->rq.method = method_of(h->rq.method_text);
	from = ++c->p;
	/* RFC 3986: visible ASCII; a fragment is never sent (RFC 9110 §7.1) */
	while (c->p<c->end && * c->p> ' ' && *c->p < 0x7f && *c->p != '#')
		c->p++;
	if (c->p == c->end)
		return CS_HTTP_MORE;
	if (c->p == from || *c->p != ' ')
		return refuse(h, 400);
	h->rq.target = text(from, c->p);
	c->p++;
	return take_version(c, h);
}

/* RFC 9112 §6.3: digits alone; no sign, no list. */
static int
note_length(struct cs_http_head *h, cs_str value)
{
	if (h->has_length || value.len > LENGTH_DIGITS_MAX ||
	    !cs_str_to_i64(value, &h->content_length))
		return 400;
	h->has_length = true;
	return 0;
}

static void
note_connection(struct cs_http_head *h, cs_str value)
{
	cs_str option;

	while (cs_str_cut(&value, ',', &option)) {
		if (cs_str_equal_nocase(cs_str_trim(option), CS_STR("close")))
			h->wants_close = true;
	}
}

/* Fields that decide how the message is read. A status to refuse with, or 0. */
static int
note_field(struct cs_http_head *h, struct notes *n, const struct cs_header *f)
{
	switch (f->name.len) {
	case 4:
		if (!cs_str_equal(f->name, CS_STR("host")))
			return 0;
		if (n->has_host)
			return 400; /* RFC 9112 §3.2: more than one Host */
		n->has_host = true;
		n->host = f->value;
		return 0;
	case 6:
		if (!cs_str_equal(f->name, CS_STR("expect")))
			return 0;
		/* RFC 9110 §10.1.1: any other expectation: 417 */
		h->wants_continue = cs_str_equal_nocase(f->value, CS_STR("100-continue"));
		if (n->has_expect || !h->wants_continue)
			return 417;
		n->has_expect = true;
		return 0;
	case 10:
		if (cs_str_equal(f->name, CS_STR("connection")))
			note_connection(h, f->value);
		return 0;
	case 14:
		return cs_str_equal(f->name, CS_STR("content-length")) ? note_length(h, f->value)
								       : 0;
	case 17:
		if (!cs_str_equal(f->name, CS_STR("transfer-encoding")))
			return 0;
		if (n->has_coding)
			return 400;
		n->has_coding = true;
		h->is_chunked = cs_str_equal_nocase(f->value, CS_STR("chunked"));
		return h->is_chunked ? 0 : 501; /* RFC 9112 §6.1 */
	default:
		return 0;
	}
}

/* RFC 9112 §5: name ":" OWS value OWS CRLF; §5.1 no space before the colon; §5.2 no folded lines. */
static enum cs_http_step
take_field(struct cursor *c, struct cs_http_head *h, struct cs_header *f)
{
	uint8_t *from = c->p;

	c->p = token_end(from, c->end, true);
	if (c->p == c->end)
		return CS_HTTP_MORE;
	if (c->p == from || *c->p != ':')
		return refuse(h, 400);
	f->name = text(from, c->p);
	from = ++c->p;
	c->p = value_end(from, c->end);
	if (c->p == NULL)
		return refuse(h, 400);
	f->value = trim(from, c->p);
	return take_crlf(c);
}

/* A registered name or an IPv4 address: labels parted by single dots (RFC 1123 §2.1, and "_"). */
static size_t
name_len(const uint8_t *p, size_t len)
{
	size_t i = 0;

	for (; i < len && p[i] != ':'; i++) {
		uint8_t b = p[i];
		bool is_dot = b == '.' && i > 0 && p[i - 1] != '.';
		if (!is_dot && !(b >= 'a' && b <= 'z') && !(b >= '0' && b <= '9') && b != '-' &&
		    b != '_')
			return 0;
	}
	return i;
}

static size_t
literal_len(const uint8_t *p, size_t len)
{
	size_t i = 1;

	while (i < len &&
	       ((p[i] >= '0' && p[i] <= ':') || (p[i] >= 'a' && p[i] <= 'f') || p[i] == '.'))
		i++;
	return i > 2 && i < len && p[i] == ']' ? i + 1 : 0;
}

/* RFC 9112 §3.2: uri-host [ ":" port ]; anything else is 400. */
static bool
take_host(struct cs_http_head *h, cs_str value)
{
	uint8_t *p = (uint8_t *)(uintptr_t)value.p; /* ours: it lies in the head */
	int64_t port = 0;
	size_t n;

	for (size_t i = 0; i < value.len; i++)
		p[i] = token_lower[p[i]] != 0 ? token_lower[p[i]] : p[i];
	if (value.len == 0 || value.len > 255)
		return false;
	n = p[0] == '[' ? literal_len(p, value.len) : name_len(p, value.len);
	if (n == 0)
		return false;
	if (n < value.len &&
	    (value.p[n] != ':' || value.len - n > 6 ||
		!cs_str_to_i64(cs_str_slice(value, n + 1, value.len), &port) || port > 65535))
		return false;
	h->rq.host = cs_str_slice(value, 0, n);
	h->rq.authority = value;
	return true;
}

/*
 * RFC 9112 §3.2.2: absolute-form is taken, and its authority must be the one that Host names: with
 * two different names no reader knows which one was meant.
 */
static bool
take_absolute(struct cs_http_head *h)
{
	cs_str rest = h->rq.target;
	size_t scheme = cs_str_find(rest, ':', 0);
	cs_str name = cs_str_slice(rest, 0, scheme);

	if (!cs_str_equal_nocase(name, CS_STR("http")) &&
	    !cs_str_equal_nocase(name, CS_STR("https")))
		return false;
	rest = cs_str_slice(rest, scheme, rest.len);
	if (!cs_str_starts(rest, CS_STR("://")))
		return false;
	rest = cs_str_slice(rest, 3, rest.len);
	size_t slash = cs_str_find(rest, '/', 0);
	if (!cs_str_equal_nocase(cs_str_slice(rest, 0, slash), h->rq.authority))
		return false;
	h->rq.target = slash == rest.len ? CS_STR("/") : cs_str_slice(rest, slash, rest.len);
	return true;
}

/* What can be judged only when all fields are there. */
static enum cs_http_step
finish_head(struct cs_http_head *h, const struct notes *n)
{
	size_t query;

	/* RFC 9112 §6.1: both at once "ought to be handled as an error"; HTTP/1.0 has no codings */
	if (h->is_chunked && (h->has_length || h->is_http10))
		return refuse(h, 400);
	if (!n->has_host || !take_host(h, n->host))
		return refuse(h, 400);
	if (h->rq.target.p[0] != '/' && !take_absolute(h))
		return refuse(h, 400);
	if (h->is_http10)
		h->wants_continue = false; /* RFC 9110 §10.1.1 */
	query = cs_str_find(h->rq.target, '?', 0);
	h->rq.path = cs_str_slice(h->rq.target, 0, query);
	h->rq.query = cs_str_slice(h->rq.target, query + 1, h->rq.target.len);
	return CS_HTTP_DONE;
}

static enum cs_http_step
take_fields(struct cursor *c, struct cs_header *fields, struct cs_http_head *h, struct notes *n)
{
	for (size_t count = 0;; count++) {
		enum cs_http_step step;
		int status;

		if (c->p < c->end && *c->p == '\r') {
			h->rq.headers = fields;
			h->rq.header_count = count;
			return take_crlf(c);
		}
		if (count == CS_HTTP_FIELDS_MAX && c->p < c->end)
			return refuse(h, 431);
		if (count == CS_HTTP_FIELDS_MAX)
			return CS_HTTP_MORE;
		step = take_field(c, h, &fields[count]);
		if (step != CS_HTTP_DONE)
			return step;
		status = note_field(h, n, &fields[count]);
		if (status != 0)
			return refuse(h, status);
	}
}

enum cs_http_step
cs_http_head_decode(
    uint8_t *p, size_t len, size_t max, struct cs_header *fields, struct cs_http_head *out)
{
	struct cursor c = { p, p + (len < max ? len : max) };
	struct notes notes = { 0 };
	enum cs_http_step step = CS_HTTP_DONE;
	bool has_line = false;

	*out = (struct cs_http_head){ .status = 400 };
	if (c.p < c.end && *c.p == '\r')
		step = take_crlf(&c);
	if (step == CS_HTTP_DONE)
		step = take_request_line(&c, out);
	if (step == CS_HTTP_DONE) {
		has_line = true;
		step = take_fields(&c, fields, out, &notes);
	}
	if (step == CS_HTTP_DONE)
		step = finish_head(out, &notes);
	if (step == CS_HTTP_MORE && len >= max)
		return refuse(out, has_line ? 431 : 414);
	out->len = (size_t)(c.p - p);
	return step;
}

enum chunk_state {
	SIZE,
	EXTENSION,
	SIZE_LF,
	DATA,
	DATA_CR,
	DATA_LF,
	TRAILER,
	NAME,
	VALUE,
	VALUE_LF,
	END_LF,
};

static int
hex_digit(uint8_t b)
{
	if (b >= '0' && b <= '9')
		return b - '0';
	b |= 0x20;
	return b >= 'a' && b <= 'f' ? b - 'a' + 10 : -1;
}

static int
after_size(struct cs_http_chunks *c, uint8_t b)
{
	int digit = hex_digit(b);

	if (digit >= 0) {
		c->left = c->left << 4 | (unsigned)digit;
		return ++c->digits <= CHUNK_DIGITS_MAX ? SIZE : -1;
	}
	if (c->digits == 0)
		return -1;
	return b == ';' ? EXTENSION : b == '\r' ? SIZE_LF : -1;
}

/* Extensions and trailer fields: bounded, checked for form, dropped. */
static int
after_extra(struct cs_http_chunks *c, uint8_t b)
{
	bool is_text = (b >= 0x20 && b != 0x7f) || b == '\t';

	if (++c->extras > EXTRAS_MAX)
		return -1;
	if (c->state == TRAILER)
		return b == '\r' ? END_LF : token_lower[b] != 0 ? NAME : -1;
	if (c->state == NAME)
		return b == ':' ? VALUE : token_lower[b] != 0 ? NAME : -1;
	if (b == '\r')
		return c->state == EXTENSION ? SIZE_LF : VALUE_LF;
	return is_text ? c->state : -1;
}

/* The state behind a byte of framing; -1 when it may not stand there. */
static int
after(struct cs_http_chunks *c, uint8_t b)
{
	switch ((enum chunk_state)c->state) {
	case SIZE:
		return after_size(c, b);
	case SIZE_LF:
		return b != '\n' ? -1 : c->left == 0 ? TRAILER : DATA;
	case DATA_CR:
		return b == '\r' ? DATA_LF : -1;
	case DATA_LF:
		c->digits = 0;
		return b == '\n' ? SIZE : -1;
	case VALUE_LF:
		return b == '\n' ? TRAILER : -1;
	case EXTENSION:
	case TRAILER:
	case NAME:
	case VALUE:
		return after_extra(c, b);
	case DATA:
	case END_LF:
		break;
	}
	return -1;
}

enum cs_http_step
cs_http_chunks_decode(struct cs_http_chunks *c, cs_span in, size_t *used, cs_span *data)
{
	*data = CS_SPAN_NONE;
	for (*used = 0; *used < in.len;) {
		if (c->state == DATA) {
			size_t have = in.len - *used;
			size_t take = have < c->left ? have : (size_t)c->left;

			*data = CS_SPAN(in.p + *used, take);
			*used += take;
			c->left -= take;
			c->state = c->left == 0 ? DATA_CR : DATA;
			return CS_HTTP_MORE;
		}
		uint8_t b = in.p[(*used)++];
		if (c->state == END_LF)
			return b == '\n' ? CS_HTTP_DONE : CS_HTTP_REFUSED;
		c->state = after(c, b);
		if (c->state < 0)
			return CS_HTTP_REFUSED;
	}
	return CS_HTTP_MORE;
}
