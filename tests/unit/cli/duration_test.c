/*
 * duration_test.c - spans of time as people write them: ISO 8601 §4.4.3 and what they type.
 */
#include "cli/oath/date.h"

#include "test.h"

static void
check_span(const char *text, int64_t want)
{
	int64_t s = -1;

	CHECK_OK(cs_duration_parse(text, &s));
	CHECK_INT(s, want);
}

static void
check_none(const char *text)
{
	int64_t s = -1;

	CHECK_ERR(cs_duration_parse(text, &s), INVALID);
	CHECK_INT(s, 0);
}

TEST(a_number_alone_is_seconds)
{
	check_span("30", 30);
	check_span(" 30 ", 30);
	check_span("0", 0);
	check_span("9223372036854775807", INT64_MAX);
}

TEST(units_stand_behind_their_numbers_the_larger_first)
{
	check_span("90s", 90);
	check_span("90 s", 90);
	check_span("1h 30m", 5400);
	check_span("1d 2h 3m 4s", 93784);
	check_span("1y", 365 * 86400);
	check_span("1M", 30 * 86400);
	check_span("1W", 7 * 86400);
	check_none("1m 1h");
	check_none("1h 1h");
	check_none("1x");
	check_none("30s 1");
}

TEST(a_number_at_the_end_is_seconds_too)
{
	check_span("1h30", 3630);
}

TEST(a_clock_ends_with_seconds)
{
	check_span("1:30", 90);
	check_span("1:02:03", 3723);
	check_span("1:60", 120);
	check_none("1:2:3:4");
	check_span("1:", 60);
	check_none(":1");
}

/* ISO 8601 §4.4.3.2 */
TEST(a_period_of_the_standard_names_its_units)
{
	check_span("P1DT12H", 129600);
	check_span("P1Y2M3W4D", 38880000);
	check_span("T1H2M3S", 3723);
	check_none("P");
	check_none("P1");
	check_none("P1D2Y");
	check_none("PT30S");
}

/* ISO 8601 §4.4.3.3 */
TEST(a_period_may_have_the_shape_of_a_date)
{
	check_span("P0000-00-01T00:00:30", 86430);
	check_span("P00000001", 86400);
	check_span("T010203", 3723);
	check_span("T01:02:03", 3723);
	check_none("P0000-00");
	check_none("T0102");
}

TEST(a_span_is_never_negative_and_has_no_fractions)
{
	check_none("-1");
	check_none("+1");
	check_none("1.5");
	check_none("");
	check_none(" ");
}

TEST(a_span_that_64_bits_cannot_say_is_refused)
{
	check_none("9223372036854775808");
	check_none("9223372036854775807y");
	check_none("9223372036854775807m 59s");
	check_none("P9223372036854775807D");
}

TEST_MAIN("cli/duration")
