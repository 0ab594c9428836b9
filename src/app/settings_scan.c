#include "app/settings.h"

/*
 * A lexer for libconfuse's syntax, as far as needed to see each key with its line and each string's
 * text. Anything it does not understand it leaves to libconfuse, which refuses it properly.
 */

#define DEPTH_MAX 4
#define KEYS_MAX 64

struct scope {
	cs_str keys[KEYS_MAX];
	size_t count;
};

struct scan {
	cs_str name;
	cs_str rest;
	int line;
	struct scope scopes[DEPTH_MAX];
	size_t depth;
	cs_str word; /* the last bare word: a key when '=', "+=" or '{' follows */
	cs_str title; /* a word or string after the word: a section's title */
	struct cs_buf *problem;
};

static cs_err
refuse(struct scan *s, const char *why, cs_str what)
{
	cs_buf_printf(s->problem, "%.*s:%d: %s", CS_STR_ARG(s->name), s->line, why);
	if (what.len > 0)
		cs_buf_printf(s->problem, " '%.*s'", (int)(what.len > 64 ? 64 : what.len), what.p);
	return CS_FAIL(INVALID);
}

static void
advance(struct scan *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		s->line += s->rest.p[i] == '\n';
	s->rest = cs_str_slice(s->rest, n, s->rest.len);
}

/* The index of needle in the rest, or its end. */
static size_t
until(const struct scan *s, const char *needle, size_t from)
{
	size_t n = strlen(needle);

	for (size_t i = from; i + n <= s->rest.len; i++) {
		if (strncmp(s->rest.p + i, needle, n) == 0)
			return i;
	}
	return s->rest.len;
}

static bool
skip_comment(struct scan *s)
{
	if (s->rest.p[0] == '#' || cs_str_starts(s->rest, CS_STR("//"))) {
		advance(s, until(s, "\n", 0));
		return true;
	}
	if (cs_str_starts(s->rest, CS_STR("/*"))) {
		size_t end = until(s, "*/", 2);
		advance(s, end + (end < s->rest.len ? 2 : 0));
		return true;
	}
	return false;
}

/* "\x00", "\0", "\00", "\000": a value that C would cut short. */
static bool
is_nul_escape(cs_str s)
{
	size_t at = 2;

	if (s.len < 2 || s.p[0] != '\\' || (s.p[1] != 'x' && s.p[1] != '0'))
		return false;
	while (at < s.len && at < 4 && s.p[at] == '0')
		at++;
	return at >= s.len || !strchr("123456789abcdefABCDEF", s.p[at]) || at == 4;
}

static cs_err
scan_string(struct scan *s, cs_str *out)
{
	char quote = s->rest.p[0];
	size_t i = 1;

	for (; i < s->rest.len && s->rest.p[i] != quote; i++) {
		cs_str here = cs_str_slice(s->rest, i, s->rest.len);
		if (quote == '"' && cs_str_starts(here, CS_STR("${")))
			return refuse(s, "variables are not expanded here: write the value itself",
			    CS_STR_NONE);
		if (quote == '"' && is_nul_escape(here))
			return refuse(s, "a value cannot hold a NUL", CS_STR_NONE);
		if (here.p[0] == '\\' && i + 1 < s->rest.len)
			i++;
	}
	if (i >= s->rest.len)
		return refuse(s, "a quotation mark is not closed", CS_STR_NONE);
	*out = cs_str_slice(s->rest, 1, i);
	advance(s, i + 1);
	return CS_OK;
}

static bool
is_word_char(char c)
{
	return c > ' ' && c != 0x7f && !strchr("={}()\"'#,+;", c);
}

static cs_err
scan_word(struct scan *s, cs_str *out)
{
	size_t i = 0;

	while (i < s->rest.len && is_word_char(s->rest.p[i]))
		i++;
	*out = cs_str_slice(s->rest, 0, i);
	if (cs_str_starts(*out, CS_STR("${")) || cs_str_find(*out, '$', 0) < out->len)
		return refuse(
		    s, "variables are not expanded here: write the value itself", CS_STR_NONE);
	advance(s, i);
	return CS_OK;
}

/* A key may stand once in its section; a section with titles once for each title. */
static cs_err
note_key(struct scan *s, bool is_section)
{
	struct scope *scope = &s->scopes[s->depth];
	cs_str key = is_section && s->title.len > 0 ? s->title : s->word;

	if (key.len == 0)
		return CS_OK;
	for (size_t i = 0; i < scope->count; i++) {
		if (cs_str_equal(scope->keys[i], key))
			return refuse(s, "this is set twice:", key);
	}
	if (scope->count == KEYS_MAX)
		return refuse(s, "too many keys", CS_STR_NONE);
	scope->keys[scope->count++] = key;
	return CS_OK;
}

static cs_err
enter(struct scan *s)
{
	CS_TRY(note_key(s, true));
	if (s->depth + 1 == DEPTH_MAX)
		return refuse(s, "sections are nested too deep", CS_STR_NONE);
	s->scopes[++s->depth].count = 0;
	return CS_OK;
}

/* The value after '=': up to the end of a list, or one word or string. */
static cs_err
skip_value(struct scan *s)
{
	bool in_list = false;
	cs_str ignored;

	while (s->rest.len > 0) {
		char c = s->rest.p[0];
		if (c == '"' || c == '\'')
			CS_TRY(scan_string(s, &ignored));
		else if (skip_comment(s))
			continue;
		else if (is_word_char(c))
			CS_TRY(scan_word(s, &ignored));
		else {
			in_list = c == '{' || (in_list && c != '}');
			advance(s, 1);
			if (c != '}')
				continue;
		}
		if (!in_list)
			return CS_OK;
	}
	return CS_OK;
}

static cs_err
scan_sign(struct scan *s)
{
	char c = s->rest.p[0];

	advance(s, 1);
	if (c == '=') {
		CS_TRY(note_key(s, false));
		CS_TRY(skip_value(s));
	} else if (c == '{') {
		CS_TRY(enter(s));
	} else if (c == '}' && s->depth > 0) {
		s->depth--;
	} else if (c == '+') {
		return refuse(s, "write the whole list in one place", s->word);
	} else {
		return CS_OK; /* white space keeps word and title */
	}
	s->word = s->title = CS_STR_NONE;
	return CS_OK;
}

static cs_err
scan_one(struct scan *s)
{
	char c = s->rest.p[0];
	cs_str text = CS_STR_NONE;

	if (c == '\0')
		return refuse(s, "the file holds a NUL byte", CS_STR_NONE);
	if (skip_comment(s))
		return CS_OK;
	if (c != '"' && c != '\'' && !is_word_char(c))
		return scan_sign(s);
	CS_TRY(c == '"' || c == '\'' ? scan_string(s, &text) : scan_word(s, &text));
	if (s->word.len == 0)
		s->word = text;
	else
		s->title = text;
	return CS_OK;
}

cs_err
cs_settings_scan(cs_str name, cs_str text, struct cs_buf *problem)
{
	struct scan s = { .name = name, .rest = text, .line = 1, .problem = problem };

	while (s.rest.len > 0)
		CS_TRY(scan_one(&s));
	/* libconfuse takes the end of the file for the end of every section */
	return s.depth == 0 ? CS_OK : refuse(&s, "a section is not closed", CS_STR_NONE);
}
