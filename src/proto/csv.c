#include "proto/csv.h"

#include <string.h>

#define MARK CS_STR("\xef\xbb\xbf")

/* What stands most often in the first line, outside of quotation marks. */
static char
separator_of(cs_str text)
{
	static const char candidates[] = { ',', ';', '\t' };
	size_t seen[CS_COUNT(candidates)] = { 0 };
	bool is_quoted = false;
	size_t best = 0;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (c == '"')
			is_quoted = !is_quoted;
		if (!is_quoted && (c == '\n' || c == '\r'))
			break;
		for (size_t k = 0; !is_quoted && k < CS_COUNT(candidates); k++)
			seen[k] += c == candidates[k];
	}
	for (size_t k = 1; k < CS_COUNT(candidates); k++)
		if (seen[k] > seen[best])
			best = k;
	return candidates[best];
}

cs_err
cs_csv_begin(cs_span text, struct cs_csv *out)
{
	cs_str rest = { (const char *)text.p, text.len };

	*out = (struct cs_csv){ .line = 1, .separator = ',' };
	if (!cs_utf8_is_valid(text))
		return CS_FAIL(INVALID);
	if (cs_str_starts(rest, MARK))
		rest = cs_str_slice(rest, MARK.len, rest.len);
	out->rest = rest;
	out->separator = separator_of(rest);
	return CS_OK;
}

/* CR LF is one line end. */
static size_t
line_end_len(cs_str s)
{
	if (s.len != 0 && s.p[0] == '\n')
		return 1;
	if (s.len != 0 && s.p[0] == '\r')
		return s.len > 1 && s.p[1] == '\n' ? 2 : 1;
	return 0;
}

static void
skip(struct cs_csv *c, size_t len)
{
	c->rest = cs_str_slice(c->rest, len, c->rest.len);
}

/* The length up to the closing quotation mark, doubled ones counted as two. */
static cs_err
measure_quoted(const struct cs_csv *c, size_t *out_len, size_t *out_doubled, size_t *out_lines)
{
	cs_str s = c->rest;
	size_t i = 0;

	*out_doubled = 0;
	*out_lines = 0;
	while (i < s.len && (s.p[i] != '"' || (i + 1 < s.len && s.p[i + 1] == '"'))) {
		if (s.p[i] == '"')
			(*out_doubled)++;
		*out_lines += s.p[i] == '\n';
		i += s.p[i] == '"' ? 2 : 1;
		if (i > CS_CSV_FIELD_MAX)
			return CS_FAIL(LIMIT);
	}
	*out_len = i;
	return i < s.len ? CS_OK : CS_FAIL(INVALID);
}

static cs_err
undouble(struct cs_arena *a, cs_str raw, size_t doubled, cs_str *out)
{
	void *p = NULL;
	size_t n = 0;

	CS_TRY(cs_arena_try(a, raw.len - doubled + 1, &p));
	char *to = p;
	for (size_t i = 0; i < raw.len; i++) {
		to[n++] = raw.p[i];
		if (raw.p[i] == '"')
			i++;
	}
	*out = (cs_str){ to, n };
	return CS_OK;
}

/* Behind the opening quotation mark. */
static cs_err
quoted_field(struct cs_csv *c, struct cs_arena *a, cs_str *out)
{
	size_t len, doubled, lines;

	CS_TRY(measure_quoted(c, &len, &doubled, &lines));
	*out = cs_str_slice(c->rest, 0, len);
	if (doubled != 0)
		CS_TRY(undouble(a, *out, doubled, out));
	skip(c, len + 1);
	c->line += lines;
	if (c->rest.len != 0 && c->rest.p[0] != c->separator && line_end_len(c->rest) == 0)
		return CS_FAIL(INVALID);
	return CS_OK;
}

static cs_err
plain_field(struct cs_csv *c, cs_str *out)
{
	size_t len = 0;

	while (len < c->rest.len && c->rest.p[len] != c->separator && c->rest.p[len] != '\n' &&
	       c->rest.p[len] != '\r')
		len++;
	if (len > CS_CSV_FIELD_MAX)
		return CS_FAIL(LIMIT);
	*out = cs_str_slice(c->rest, 0, len);
	skip(c, len);
	return CS_OK;
}

static cs_err
field(struct cs_csv *c, struct cs_arena *a, cs_str *out)
{
	if (c->rest.len == 0 || c->rest.p[0] != '"')
		return plain_field(c, out);
	skip(c, 1);
	return quoted_field(c, a, out);
}

static void
skip_empty_lines(struct cs_csv *c)
{
	size_t len;

	while ((len = line_end_len(c->rest)) != 0) {
		skip(c, len);
		c->line++;
	}
}

cs_err
cs_csv_next(struct cs_csv *c, struct cs_arena *a, struct cs_csv_row *row)
{
	row->count = 0;
	skip_empty_lines(c);
	row->line = c->line;
	if (c->rest.len == 0)
		return CS_FAIL(NOT_FOUND);
	for (;;) {
		if (row->count == CS_CSV_FIELDS_MAX)
			return CS_FAIL(LIMIT);
		CS_TRY(field(c, a, &row->fields[row->count]));
		row->count++;
		if (c->rest.len == 0 || c->rest.p[0] != c->separator)
			break;
		skip(c, 1);
	}
	size_t end = line_end_len(c->rest);
	skip(c, end);
	c->line += end != 0;
	return CS_OK;
}

int
cs_csv_column(const struct cs_csv_row *header, const char *name)
{
	for (size_t i = 0; i < header->count; i++)
		if (cs_str_equal_nocase(cs_str_trim(header->fields[i]), cs_str_c(name)))
			return (int)i;
	return -1;
}

void
cs_csv_add(struct cs_buf *out, cs_str field_text, bool is_first)
{
	bool is_quoted = false;

	for (size_t i = 0; i < field_text.len; i++)
		is_quoted |= strchr(",;\t\"\r\n", field_text.p[i]) != NULL;
	/* A space at either end would be lost to readers that trim. */
	is_quoted |= cs_str_trim(field_text).len != field_text.len;
	if (!is_first)
		cs_buf_add_byte(out, ',');
	if (is_quoted)
		cs_buf_add_byte(out, '"');
	for (size_t i = 0; i < field_text.len; i++) {
		if (field_text.p[i] == '"')
			cs_buf_add_byte(out, '"');
		cs_buf_add_byte(out, (uint8_t)field_text.p[i]);
	}
	if (is_quoted)
		cs_buf_add_byte(out, '"');
}
