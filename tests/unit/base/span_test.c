#include "base/span.h"

#include "test.h"

TEST(texts_are_equal_byte_by_byte)
{
	CHECK(cs_str_equal(CS_STR("abc"), CS_STR("abc")));
	CHECK(cs_str_equal(CS_STR_NONE, CS_STR("")));
	CHECK(!cs_str_equal(CS_STR("abc"), CS_STR("ab")));
	CHECK(!cs_str_equal(CS_STR("abc"), CS_STR("abC")));
}

TEST(case_is_ignored_for_ascii_letters_only)
{
	CHECK(cs_str_equal_nocase(CS_STR("App.Example"), CS_STR("aPP.eXAMPLE")));
	CHECK(!cs_str_equal_nocase(CS_STR("\xc3\x84"), CS_STR("\xc3\xa4")));
	CHECK(!cs_str_equal_nocase(CS_STR("@"), CS_STR("`")));
	CHECK(!cs_str_equal_nocase(CS_STR("["), CS_STR("{")));
	CHECK(!cs_str_equal_nocase(CS_STR("a"), CS_STR("ab")));
}

TEST(starts_and_ends_are_found)
{
	CHECK(cs_str_starts(CS_STR("/cdn-cgi/access"), CS_STR("/cdn-cgi/")));
	CHECK(!cs_str_starts(CS_STR("/cdn"), CS_STR("/cdn-cgi/")));
	CHECK(cs_str_ends(CS_STR("app.example"), CS_STR(".example")));
	CHECK(!cs_str_ends(CS_STR("example"), CS_STR(".example")));
	CHECK(cs_str_starts(CS_STR_NONE, CS_STR("")));
	CHECK(cs_str_ends(CS_STR("a"), CS_STR("")));
}

TEST(find_gives_the_length_when_there_is_none)
{
	CHECK_INT(cs_str_find(CS_STR("a=b=c"), '=', 0), 1);
	CHECK_INT(cs_str_find(CS_STR("a=b=c"), '=', 2), 3);
	CHECK_INT(cs_str_find(CS_STR("a=b=c"), '=', 4), 5);
	CHECK_INT(cs_str_find(CS_STR("abc"), 'c', 99), 3);
	CHECK_INT(cs_str_find(CS_STR_NONE, 'c', 0), 0);
}

TEST(slices_are_clamped)
{
	CHECK_TEXT(cs_str_slice(CS_STR("abcdef"), 1, 3), "bc");
	CHECK_TEXT(cs_str_slice(CS_STR("abcdef"), 4, 99), "ef");
	CHECK_TEXT(cs_str_slice(CS_STR("abcdef"), 5, 2), "");
	CHECK_TEXT(cs_str_slice(CS_STR("abcdef"), SIZE_MAX, SIZE_MAX), "");
	CHECK_TEXT(cs_str_slice(CS_STR_NONE, 1, 3), "");
}

TEST(trim_takes_spaces_and_tabs_only)
{
	CHECK_TEXT(cs_str_trim(CS_STR(" \t a b\t ")), "a b");
	CHECK_TEXT(cs_str_trim(CS_STR(" \t ")), "");
	CHECK_TEXT(cs_str_trim(CS_STR("\na\r")), "\na\r");
}

TEST(cut_gives_every_part_in_turn)
{
	cs_str rest = CS_STR("a,,bc"), part;

	CHECK(cs_str_cut(&rest, ',', &part));
	CHECK_TEXT(part, "a");
	CHECK(cs_str_cut(&rest, ',', &part));
	CHECK_TEXT(part, "");
	CHECK(cs_str_cut(&rest, ',', &part));
	CHECK_TEXT(part, "bc");
	CHECK(!cs_str_cut(&rest, ',', &part));
	CHECK_TEXT(part, "");
}

static bool
utf8(const char *c)
{
	return cs_utf8_is_valid(cs_str_span(cs_str_c(c)));
}

TEST(well_formed_utf8_is_valid_up_to_its_limits)
{
	CHECK(utf8(""));
	CHECK(utf8("plain"));
	CHECK(utf8("\xc2\x80\xdf\xbf"));
	CHECK(utf8("\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"));
	CHECK(utf8("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf"));
}

TEST(utf8_with_overlong_surrogate_or_cut_sequences_is_invalid)
{
	static const char *const bad[] = { "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2",
		"\xc2\x41", "\xe0\x9f\xbf", "\xe0\xa0", "\xed\xa0\x80", "\xed\xbf\xbf",
		"\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xf0\x90\x80",
		"\xf0\x90\x80\xc0", "\xfe", "\xff", "\xe2\x82\x41" };

	for (size_t i = 0; i < CS_COUNT(bad); i++)
		CHECK(!utf8(bad[i]));
	CHECK(!cs_utf8_is_valid(CS_SPAN("a\0b", 3)));
}

TEST(the_valid_start_of_utf8_is_measured)
{
	CHECK_INT(cs_utf8_prefix(CS_SPAN("ab\xc3\xa9\xc3", 5)), 4);
	CHECK_INT(cs_utf8_prefix(CS_SPAN("\xff", 1)), 0);
	CHECK_INT(cs_utf8_prefix(CS_SPAN_NONE), 0);
}

TEST(decimals_are_read_up_to_the_limit_of_the_type)
{
	int64_t v;

	CHECK(cs_str_to_i64(CS_STR("0"), &v) && v == 0);
	CHECK(cs_str_to_i64(CS_STR("007"), &v) && v == 7);
	CHECK(cs_str_to_i64(CS_STR("9223372036854775807"), &v) && v == INT64_MAX);
}

TEST(what_is_not_a_plain_decimal_is_refused)
{
	static const char *const bad[] = { "", "-1", "+1", " 1", "1 ", "1a", "0x1", "1.0",
		"9223372036854775808", "9999999999999999999", "00000000000000000000" };
	int64_t v;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		v = 5;
		CHECK(!cs_str_to_i64(cs_str_c(bad[i]), &v));
		CHECK_INT(v, 0);
	}
}

TEST_MAIN("base/span")
