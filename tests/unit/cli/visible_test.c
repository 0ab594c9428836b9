/*
 * visible_test.c - what text from outside looks like on a terminal: nothing in it steers, hides or
 * spills over (UTF-8 by RFC 3629; directions by Unicode UAX #9).
 */
#include "cli/program/terminal.h"

#include "test.h"

#include <locale.h>

static struct cs_arena *arena;

static void
check_shown(cs_str s, const char *want)
{
	CS_AUTO(cs_buf_clear) struct cs_buf out = { 0 };

	cs_buf_init(&out, 1024);
	cs_terminal_visible(s, &out);
	CHECK_TEXT(cs_buf_str(&out), want);
	CHECK_TEXT(cs_terminal_text(arena, s), want);
}

TEST(words_of_any_script_are_shown_as_they_are)
{
	check_shown(CS_STR("Example (alice)"), "Example (alice)");
	check_shown(CS_STR("Bücher für Zoë"), "Bücher für Zoë");
	check_shown(CS_STR("例え 😀"), "例え 😀");
	check_shown(CS_STR(""), "");
}

TEST(control_characters_are_shown_by_their_numbers)
{
	check_shown(CS_STR("a\x1b[31mb"), "a\\x1b[31mb");
	check_shown(CS_STR("\x1b]52;c;QQ==\x07"), "\\x1b]52;c;QQ==\\x07");
	check_shown(CS_STR("a\r\nb\tc\x7f"), "a\\x0d\\x0ab\\x09c\\x7f");
	check_shown(CS_STR("a\0b"), "a\\x00b");
}

/* CSI as one character, U+009B, which some terminals obey. */
TEST(the_control_characters_of_latin_are_shown_by_their_numbers_too)
{
	check_shown(CS_STR("\xc2\x9b"
			   "31m"),
	    "\\x9b31m");
	check_shown(CS_STR("soft\xc2\xadhyphen"), "soft\\xadhyphen");
}

TEST(what_turns_the_direction_or_cannot_be_seen_is_shown_by_its_number)
{
	check_shown(CS_STR("abc\u202egnp.exe"), "abc\\u202egnp.exe");
	check_shown(CS_STR("\u200b\u2066x\u2069\ufeff"), "\\u200b\\u2066x\\u2069\\ufeff");
	check_shown(CS_STR("\u061c\u2028\u2029"), "\\u061c\\u2028\\u2029");
	check_shown(CS_STR("\U000e0041"), "\\ue0041");
}

/* RFC 3629 §3: longer than needed, a surrogate, above U+10FFFF, cut short. */
TEST(bytes_that_are_no_text_are_shown_as_such_one_by_one)
{
	check_shown(CS_STR("a\xff"
			   "b"),
	    "a\ufffdb");
	check_shown(CS_STR("\xc0\x9b"), "\ufffd\ufffd");
	check_shown(CS_STR("\xed\xa0\x80"), "\ufffd\ufffd\ufffd");
	check_shown(CS_STR("\xf4\x90\x80\x80"), "\ufffd\ufffd\ufffd\ufffd");
	check_shown(CS_STR("\xe2\x82"), "\ufffd\ufffd");
}

TEST(a_width_is_in_columns_and_not_in_bytes)
{
	CHECK_INT(cs_terminal_width(CS_STR("abc")), 3);
	CHECK_INT(cs_terminal_width(CS_STR("für")), 3);
	CHECK_INT(cs_terminal_width(CS_STR("例え")), 4);
	CHECK_INT(cs_terminal_width(CS_STR("e\u0301")), 1);
	CHECK_INT(cs_terminal_width(CS_STR("")), 0);
}

TEST(what_fits_ends_before_a_character_that_would_not)
{
	CHECK_TEXT(cs_terminal_fit(CS_STR("abcdef"), 3), "abc");
	CHECK_TEXT(cs_terminal_fit(CS_STR("例え"), 3), "例");
	CHECK_TEXT(cs_terminal_fit(CS_STR("e\u0301x"), 1), "e\u0301");
	CHECK_TEXT(cs_terminal_fit(CS_STR("abc"), 9), "abc");
	CHECK_TEXT(cs_terminal_fit(CS_STR("abc"), 0), "");
}

static void
check_wrapped(const char *s, size_t indent, size_t columns, const char *want)
{
	CS_AUTO(cs_buf_clear) struct cs_buf out = { 0 };

	cs_buf_init(&out, 1024);
	cs_terminal_wrap(cs_str_c(s), indent, columns, &out);
	CHECK_TEXT(cs_buf_str(&out), want);
}

TEST(lines_are_broken_at_spaces_and_go_on_indented)
{
	check_wrapped("one two three", 0, 7, "one two\nthree");
	check_wrapped("one two three", 2, 7, "one two\n  three");
	check_wrapped("one two three", 0, 0, "one two three");
	check_wrapped("", 0, 7, "");
}

TEST(a_word_longer_than_a_line_stays_whole)
{
	check_wrapped("a incomprehensible b", 0, 7, "a\nincomprehensible\nb");
}

int
main(void)
{
	setlocale(LC_CTYPE, "C.UTF-8");
	arena = cs_arena_new(1 << 20);
	int status = _cmocka_run_group_tests("cli/visible", test_list, test_count, NULL, NULL);
	cs_arena_free(&arena);
	return status;
}
