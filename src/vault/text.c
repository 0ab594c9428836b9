/*
 * text.c - the whole text is looked at once for what no line may hold; from then on only line feeds,
 * spaces and escapes have a meaning.
 */
#include "vault/text.h"

#define HIGHS UINT64_C(0x8080808080808080)
#define EACH(BYTE) (UINT64_C(0x0101010101010101) * (BYTE))

/* In each byte's highest bit: whether it is that one. All bytes are ASCII. */
static uint64_t
is_byte(uint64_t eight, uint8_t byte)
{
	return ~(((eight ^ EACH(byte)) | HIGHS) - EACH(1));
}

/* Eight bytes of which none is a control character but a line feed, and all are ASCII. */
static bool
is_plain(uint64_t eight)
{
	uint64_t below_space = ~((eight | HIGHS) - EACH(0x20));

	return ((eight | (below_space & ~is_byte(eight, '\n')) | is_byte(eight, 0x7f)) & HIGHS) ==
	       0;
}

static bool
is_control(uint8_t c)
{
	return (c < 0x20 && c != '\n') || c == 0x7f;
}

static bool
is_text(cs_span text)
{
	bool is_ascii = true;
	size_t at = 0;

	while (at < text.len) {
		uint64_t eight;

		if (text.len - at >= sizeof(eight)) {
			memcpy(&eight, text.p + at, sizeof(eight));
			if (is_plain(eight)) {
				at += sizeof(eight);
				continue;
			}
		}
		for (size_t stop = at + sizeof(eight); at < text.len && at < stop; at++) {
			if (is_control(text.p[at]))
				return false;
			is_ascii = is_ascii && text.p[at] < 0x80;
		}
	}
	return is_ascii || cs_utf8_is_valid(text);
}

cs_err
cs_text_begin_in_place(struct cs_arena *a, cs_span text, struct cs_text *out)
{
	*out = (struct cs_text){ .arena = a };
	if (text.len == 0 || text.p[text.len - 1] != '\n' || !is_text(text))
		return CS_FAIL(INVALID);
	out->rest = (char *)(uintptr_t)text.p;
	out->end = out->rest + text.len;
	cs_text_next(out);
	return CS_OK;
}

cs_err
cs_text_begin(struct cs_arena *a, cs_span text, struct cs_text *out)
{
	void *copy;

	*out = (struct cs_text){ .arena = a };
	CS_TRY(cs_arena_try(a, text.len, &copy));
	if (text.len != 0)
		memcpy(copy, text.p, text.len);
	return cs_text_begin_in_place(a, CS_SPAN(copy, text.len), out);
}

void
cs_text_next(struct cs_text *t)
{
	t->name = t->value = CS_STR_NONE;
	t->has_line = t->rest < t->end;
	if (!t->has_line)
		return;
	/* begin saw to it that there is one */
	char *feed = memchr(t->rest, '\n', (size_t)(t->end - t->rest));
	cs_str line = { t->rest, (size_t)(feed - t->rest) };
	size_t space = cs_str_find(line, ' ', 0);

	t->rest = feed + 1;
	t->name = cs_str_slice(line, 0, space);
	t->value = cs_str_slice(line, space + 1, line.len);
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* %XX, and only of what has to be written so: a text has one way to be written. */
static bool
unescape(const char *triple, size_t len, bool is_part, char *out)
{
	if (len < 3)
		return false;
	int high = hex_digit(triple[1]);
	int low = hex_digit(triple[2]);
	int c = high * 16 + low;

	*out = (char)c;
	return high >= 0 && low >= 0 && c != 0 &&
	       (c < 0x20 || c == 0x7f || c == '%' || (is_part && (c == ' ' || c == '-')));
}

/* It gets shorter where it lies: the text is nobody else's. */
static cs_err
decode(cs_str raw, bool is_part, cs_str *out)
{
	char *to = (char *)(uintptr_t)raw.p;
	size_t at = cs_str_find(raw, '%', 0);
	size_t len = at;

	while (at < raw.len) {
		if (raw.p[at] != '%') {
			to[len++] = raw.p[at++];
			continue;
		}
		if (!unescape(raw.p + at, raw.len - at, is_part, &to[len]))
			return CS_FAIL(INVALID);
		len++;
		at += 3;
	}
	*out = (cs_str){ raw.p, len };
	return CS_OK;
}

cs_err
cs_text_value(struct cs_text *t, cs_str *out)
{
	cs_str raw = t->value;

	*out = CS_STR_NONE;
	t->value = CS_STR_NONE;
	return decode(raw, false, out);
}

bool
cs_text_has_part(const struct cs_text *t)
{
	return t->value.len != 0;
}

cs_err
cs_text_part(struct cs_text *t, cs_str *out)
{
	cs_str raw;

	*out = CS_STR_NONE;
	if (t->value.len == 0)
		return CS_FAIL(NOT_FOUND);
	size_t space = cs_str_find(t->value, ' ', 0);
	raw = cs_str_slice(t->value, 0, space);
	/* a space with nothing before or behind it */
	if (raw.len == 0 || space + 1 == t->value.len)
		return CS_FAIL(INVALID);
	t->value = cs_str_slice(t->value, space + 1, t->value.len);
	if (cs_str_equal(raw, CS_STR("-")))
		return CS_OK;
	return decode(raw, true, out);
}

cs_err
cs_text_number(struct cs_text *t, int64_t *out)
{
	cs_str part;

	*out = 0;
	CS_TRY(cs_text_part(t, &part));
	if (!cs_str_to_i64(part, out) || (part.len > 1 && part.p[0] == '0'))
		return CS_FAIL(INVALID);
	return CS_OK;
}

cs_err
cs_text_time(struct cs_text *t, cs_time *out)
{
	cs_str part;

	*out = (cs_time){ 0 };
	CS_TRY(cs_text_part(t, &part));
	return cs_time_decode(part, out);
}

static bool
is_escaped(uint8_t c, bool is_part)
{
	return is_control(c) || c == '\n' || c == '%' || (is_part && c == ' ');
}

static void
add_escaped(struct cs_buf *out, cs_str text, bool is_part)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t from = 0;

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = (uint8_t)text.p[i];

		if (!is_escaped(c, is_part))
			continue;
		cs_buf_add_str(out, cs_str_slice(text, from, i));
		cs_buf_add_byte(out, '%');
		cs_buf_add_byte(out, (uint8_t)digits[c >> 4]);
		cs_buf_add_byte(out, (uint8_t)digits[c & 15]);
		from = i + 1;
	}
	cs_buf_add_str(out, cs_str_slice(text, from, text.len));
}

void
cs_text_add(struct cs_buf *out, const char *name, cs_str value)
{
	if (value.len == 0)
		return;
	cs_buf_add_c(out, name);
	cs_buf_add_byte(out, ' ');
	add_escaped(out, value, false);
	cs_buf_add_byte(out, '\n');
}

void
cs_text_add_number(struct cs_buf *out, const char *name, int64_t n)
{
	cs_buf_add_c(out, name);
	cs_buf_add_byte(out, ' ');
	cs_buf_add_i64(out, n);
	cs_buf_add_byte(out, '\n');
}

void
cs_text_add_time(struct cs_buf *out, const char *name, cs_time t)
{
	char text[CS_RFC3339_LEN];

	if (t.ms == 0)
		return;
	cs_time_rfc3339(t, text);
	cs_text_add(out, name, (cs_str){ text, sizeof(text) });
}

void
cs_text_add_part(struct cs_buf *out, cs_str part)
{
	cs_buf_add_byte(out, ' ');
	if (part.len == 0)
		cs_buf_add_byte(out, '-');
	else if (cs_str_equal(part, CS_STR("-")))
		cs_buf_add_c(out, "%2D");
	else
		add_escaped(out, part, true);
}
