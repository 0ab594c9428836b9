/* What text from outside looks like on a terminal, and how wide it is there. */
#include "cli/program/terminal.h"

#include "cli/program/program.h"
#include "crypto/secret.h"

#include <errno.h>
#include <stdarg.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#define SAY_MAX 8192

/* The next character of valid UTF-8, and how many bytes it takes; a stray byte is U+FFFD. */
static uint32_t
next_character(cs_str s, size_t at, size_t *out_len)
{
	static const uint8_t lead_mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint8_t lead = (uint8_t)s.p[at];
	size_t len = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
	uint32_t c = lead & lead_mask[len];

	*out_len = 1;
	if (at + len > s.len || !cs_utf8_is_valid(CS_SPAN(s.p + at, len)))
		return lead == 0 ? 0 : 0xfffd;
	for (size_t i = 1; i < len; i++)
		c = c << 6 | ((uint8_t)s.p[at + i] & 0x3f);
	*out_len = len;
	return c;
}

/* Those that turn the direction of what follows, or that cannot be seen at all. */
static bool
steers(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || c == 0x00ad || c == 0x200b ||
	       c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	       (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) ||
	       (c >= 0xe0000 && c <= 0xe007f);
}

void
cs_terminal_visible(cs_str s, struct cs_buf *out)
{
	for (size_t at = 0, len; at < s.len; at += len) {
		uint32_t c = next_character(s, at, &len);
		if (c == 0xfffd && len == 1)
			cs_buf_add_c(out, "\xef\xbf\xbd");
		else if (steers(c) && c < 0x100)
			cs_buf_printf(out, "\\x%02x", (unsigned)c);
		else if (steers(c))
			cs_buf_printf(out, "\\u%04x", (unsigned)c);
		else
			cs_buf_add(out, CS_SPAN(s.p + at, len));
	}
}

static bool
is_plain(cs_str s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] < 0x20 || s.p[i] >= 0x7f)
			return false;
	}
	return true;
}

cs_str
cs_terminal_text(struct cs_arena *a, cs_str s)
{
	CS_AUTO(cs_buf_clear) struct cs_buf shown = { 0 };

	if (is_plain(s))
		return cs_arena_str(a, s);
	cs_buf_init_sensitive(&shown, s.len * 7 + 1);
	cs_terminal_visible(s, &shown);
	return cs_arena_str(a, cs_buf_str(&shown));
}

cs_str
cs_terminal_time(struct cs_arena *a, cs_time t)
{
	time_t seconds = (time_t)(t.ms / CS_SECOND_MS);
	struct tm parts;
	char text[64];

	if (localtime_r(&seconds, &parts) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &parts) == 0)
		return cs_time_text(a, t);
	return cs_arena_str(a, cs_str_c(text));
}

static size_t
width_of(uint32_t c)
{
	int width = c < 0x7f ? 1 : wcwidth((wchar_t)c);

	return width < 0 ? 1 : (size_t)width;
}

size_t
cs_terminal_width(cs_str s)
{
	size_t width = 0;

	if (is_plain(s))
		return s.len;
	for (size_t at = 0, len; at < s.len; at += len)
		width += width_of(next_character(s, at, &len));
	return width;
}

cs_str
cs_terminal_fit(cs_str s, size_t width)
{
	size_t at = 0;

	for (size_t len, used = 0; at < s.len; at += len) {
		used += width_of(next_character(s, at, &len));
		if (used > width)
			break;
	}
	return cs_str_slice(s, 0, at);
}

static size_t
leading_spaces(cs_str s)
{
	size_t n = 0;

	while (n < s.len && s.p[n] == ' ')
		n++;
	return n;
}

void
cs_terminal_wrap(cs_str s, size_t indent, size_t columns, struct cs_buf *out)
{
	size_t used = 0;

	while (s.len > 0) {
		size_t spaces = leading_spaces(s);
		size_t end = cs_str_find(s, ' ', spaces);
		size_t width = cs_terminal_width(cs_str_slice(s, spaces, end));
		bool is_broken =
		    columns != 0 && used > indent && width > 0 && used + spaces + width > columns;
		if (is_broken) {
			cs_buf_printf(out, "\n%*s", (int)indent, "");
			used = indent;
			s = cs_str_slice(s, spaces, s.len);
			end -= spaces;
			spaces = 0;
		}
		cs_buf_add_str(out, cs_str_slice(s, 0, end));
		used += spaces + width;
		s = cs_str_slice(s, end, s.len);
	}
}

const char *
cs_style(FILE *to, enum cs_style style)
{
	static const char *const sequences[] = { "\x1b[0m", "\x1b[1m", "\x1b[2m", "\x1b[31m",
		"\x1b[32m" };
	const char *term = cs_program_env("TERM");

	/* no-color.org; a terminal that says it is dumb is believed. */
	if (cs_program_env("NO_COLOR") != NULL || term == NULL || strcmp(term, "dumb") == 0 ||
	    isatty(fileno(to)) != 1)
		return "";
	return sequences[style];
}

__attribute__((format(printf, 3, 0))) static void
say(FILE *to, const char *before, const char *fmt, va_list ap)
{
	CS_AUTO(cs_buf_clear) struct cs_buf shown;
	CS_AUTO(cs_buf_clear) struct cs_buf lines;
	char text[SAY_MAX];

	cs_buf_init_sensitive(&shown, 8 * SAY_MAX);
	cs_buf_init_sensitive(&lines, 16 * SAY_MAX);
	vsnprintf(text, sizeof(text), fmt, ap);
	cs_buf_add_c(&shown, before);
	cs_terminal_visible(cs_str_c(text), &shown);
	cs_terminal_wrap(cs_buf_str(&shown), leading_spaces(cs_buf_str(&shown)),
	    cs_terminal_columns_of(fileno(to)), &lines);
	cs_buf_add_byte(&lines, '\n');
	fwrite(lines.p, 1, lines.len, to);
	cs_wipe(text, sizeof(text));
}

void
cs_say(FILE *to, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(to, "", fmt, ap);
	va_end(ap);
}

void
cs_complain(const char *fmt, ...)
{
	va_list ap;

	/* What was said before stands before it. */
	fflush(stdout);
	va_start(ap, fmt);
	say(stderr, "countersign: ", fmt, ap);
	va_end(ap);
}

int
cs_output_end(void)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return CS_CLI_OK;
	cs_complain("standard output: %s", strerror(errno));
	return CS_CLI_DISK;
}
