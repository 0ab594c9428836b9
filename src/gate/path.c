/*
 * path.c - canonical paths and patterns.
 */
#include "gate/path.h"

cs_str
cs_path_of_target(cs_str target)
{
	return cs_str_slice(target, 0, cs_str_find(target, '?', 0));
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool
is_control(uint8_t c)
{
	return c < 0x20 || c == 0x7f;
}

/* What was seen on the way through a path. */
struct walk {
	struct cs_path *path;
	cs_str raw;
	size_t at;
	size_t segment; /* where the segment being read begins in path->text */
	bool has_encoded_dot; /* in this segment */
	bool has_encoded_dots; /* a dot segment was written with %2e */
	bool has_empty; /* two slashes in a row */
	bool has_parent; /* ".." */
};

static char
decode_triple(struct walk *w)
{
	int high = w->at < w->raw.len ? hex_digit(w->raw.p[w->at]) : -1;
	int low = w->at + 1 < w->raw.len ? hex_digit(w->raw.p[w->at + 1]) : -1;
	if (high < 0 || low < 0) {
		w->path->is_ambiguous = true;
		return '%';
	}
	w->at += 2;
	uint8_t decoded = (uint8_t)(high * 16 + low);
	if (decoded == '/' || decoded == '\\' || is_control(decoded))
		w->path->is_ambiguous = true;
	if (decoded == '.')
		w->has_encoded_dot = true;
	return (char)decoded;
}

static char
next_byte(struct walk *w)
{
	char c = w->raw.p[w->at++];
	if (c == '\\' || c == '#' || is_control((uint8_t)c))
		w->path->is_ambiguous = true;
	return c == '%' ? decode_triple(w) : c;
}

/* The segment read so far is whole: take a dot segment away with what it removes. */
static void
end_segment(struct walk *w)
{
	struct cs_path *p = w->path;
	cs_str segment = { p->text + w->segment, p->len - w->segment };
	bool is_parent = cs_str_equal(segment, CS_STR(".."));
	if (is_parent || cs_str_equal(segment, CS_STR("."))) {
		p->len = w->segment;
		w->has_encoded_dots |= w->has_encoded_dot;
		w->has_parent |= is_parent;
	}
	w->has_encoded_dot = false;
	if (!is_parent || p->len <= 1)
		return;
	p->len--;
	while (p->text[p->len - 1] != '/')
		p->len--;
	w->segment = p->len;
}

static void
walk_path(struct walk *w)
{
	struct cs_path *p = w->path;
	p->text[p->len++] = '/';
	w->at = w->segment = 1;
	while (w->at < w->raw.len) {
		bool is_separator = w->raw.p[w->at] == '/';
		char c = next_byte(w);
		if (!is_separator) {
			p->text[p->len++] = c;
			continue;
		}
		w->has_empty |= w->raw.p[w->at - 2] == '/';
		end_segment(w);
		if (p->text[p->len - 1] != '/')
			p->text[p->len++] = '/';
		w->segment = p->len;
	}
	end_segment(w);
}

cs_err
cs_path_canonical(cs_str raw, struct cs_path *out)
{
	out->len = 0;
	out->is_ambiguous = raw.len == 0 || raw.p[0] != '/';
	if (raw.len > CS_PATH_MAX)
		return CS_FAIL(LIMIT);
	if (out->is_ambiguous)
		return CS_OK;
	struct walk w = { .path = out, .raw = raw };
	walk_path(&w);
	/*
	 * What ".." removes depends on whether empty segments count and whether %2e is decoded before:
	 * "/a/../b//../a/x" is beneath /a for one server and beneath /b for another.
	 */
	if (w.has_parent && (w.has_empty || w.has_encoded_dots))
		out->is_ambiguous = true;
	return CS_OK;
}

/* Whether one '*' in pattern (at most one: validated) lets it stand for text. */
static bool
label_matches(cs_str pattern, cs_str text)
{
	size_t star = cs_str_find(pattern, '*', 0);
	if (star == pattern.len)
		return cs_str_equal(pattern, text);
	if (pattern.len == 1)
		return text.len > 0;
	return text.len >= pattern.len - 1 && cs_str_starts(text, cs_str_slice(pattern, 0, star)) &&
	       cs_str_ends(text, cs_str_slice(pattern, star + 1, pattern.len));
}

/* Both have a '*': something matches both when their fixed ends do not contradict each other. */
static bool
labels_overlap(cs_str a, cs_str b)
{
	size_t star_a = cs_str_find(a, '*', 0), star_b = cs_str_find(b, '*', 0);
	if (star_a == a.len)
		return label_matches(b, a);
	if (star_b == b.len)
		return label_matches(a, b);
	size_t head = star_a < star_b ? star_a : star_b;
	size_t tail_a = a.len - star_a - 1, tail_b = b.len - star_b - 1;
	size_t tail = tail_a < tail_b ? tail_a : tail_b;
	return cs_str_equal(cs_str_slice(a, 0, head), cs_str_slice(b, 0, head)) &&
	       cs_str_equal(
		   cs_str_slice(a, a.len - tail, a.len), cs_str_slice(b, b.len - tail, b.len));
}

static bool
each_label(cs_str a, cs_str b, bool (*agree)(cs_str, cs_str))
{
	cs_str label_a, label_b;
	for (;;) {
		bool more_a = cs_str_cut(&a, '.', &label_a);
		bool more_b = cs_str_cut(&b, '.', &label_b);
		if (more_a != more_b)
			return false;
		if (!more_a)
			return true;
		if (!agree(label_a, label_b))
			return false;
	}
}

bool
cs_host_pattern_matches(cs_str pattern, cs_str host)
{
	/* "example.test." names the same host, but no certificate, cookie or configuration does */
	return host.len > 0 && host.p[host.len - 1] != '.' &&
	       each_label(pattern, host, label_matches);
}

bool
cs_host_patterns_overlap(cs_str a, cs_str b)
{
	return each_label(a, b, labels_overlap);
}

/* The pattern is used up at path.p[at]: does it cover what follows? */
static bool
covers_rest(cs_str pattern, cs_str path, size_t at)
{
	return at == path.len || path.p[at] == '/' || pattern.p[pattern.len - 1] == '/';
}

bool
cs_path_pattern_matches(cs_str pattern, cs_str path)
{
	if (pattern.len == 0)
		return true;
	size_t p = 0, at = 0, star = pattern.len, star_at = 0;
	for (;;) {
		if (p < pattern.len && pattern.p[p] == '*') {
			star = p++;
			star_at = at;
		} else if (p < pattern.len ? at < path.len && pattern.p[p] == path.p[at]
					   : covers_rest(pattern, path, at)) {
			if (p == pattern.len)
				return true;
			p++;
			at++;
		} else if (star < pattern.len && star_at < path.len) {
			p = star + 1;
			at = ++star_at;
		} else {
			return false;
		}
	}
}

static int
count_stars(cs_str s)
{
	int n = 0;
	for (size_t i = 0; i < s.len; i++)
		n += s.p[i] == '*';
	return n;
}

int
cs_pattern_order(cs_str a, cs_str b)
{
	int stars_a = count_stars(a), stars_b = count_stars(b);
	int fixed_a = (int)a.len - stars_a, fixed_b = (int)b.len - stars_b;
	if (fixed_a != fixed_b)
		return fixed_a - fixed_b;
	return stars_b - stars_a;
}

static bool
is_host_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '*';
}

bool
cs_host_pattern_is_valid(cs_str pattern)
{
	if (pattern.len == 0 || pattern.len > 253 || pattern.p[pattern.len - 1] == '.')
		return false;
	cs_str rest = pattern, label;
	while (cs_str_cut(&rest, '.', &label)) {
		if (label.len == 0 || label.len > 63 || count_stars(label) > 1)
			return false;
		for (size_t i = 0; i < label.len; i++)
			if (!is_host_byte(label.p[i]))
				return false;
	}
	return true;
}

bool
cs_path_pattern_is_valid(cs_str pattern)
{
	if (pattern.len == 0)
		return true;
	if (pattern.p[0] != '/' || pattern.len > 2048)
		return false;
	for (size_t i = 0; i < pattern.len; i++) {
		uint8_t c = (uint8_t)pattern.p[i];
		if (is_control(c) || c == '\\' || c == '?' || c == '#')
			return false;
	}
	cs_str rest = pattern, segment;
	while (cs_str_cut(&rest, '/', &segment))
		if (count_stars(segment) > 1)
			return false;
	return true;
}
