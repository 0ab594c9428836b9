/*
 * date_test.c - dates as people write them. What is expected was worked out from the manual's rules
 * ("Date input formats") and is what GNU date answers at the same moment.
 */
#include "cli/oath/date.h"

#include "test.h"

#include <stdlib.h>
#include <string.h>

/* 2026-11-22 09:41:07 UTC, a Sunday; and half a second. */
static const struct timespec now = { 1795340467, 500000000 };
#define MIDNIGHT INT64_C(1795305600)
#define DAY INT64_C(86400)

static void
live_in(const char *zone)
{
	setenv("TZ", zone, 1);
	tzset();
}

struct moment {
	const char *text;
	int64_t s;
};

static void
check_all(const char *zone, size_t count, const struct moment *all)
{
	for (size_t i = 0; i < count; i++) {
		int64_t s = -1;

		live_in(zone);
		cs_err err = cs_date_parse(all[i].text, &now, &s);
		if (cs_failed(err) || s != all[i].s)
			print_error("\"%s\": %lld, not %lld\n", all[i].text, (long long)s,
			    (long long)all[i].s);
		CHECK_OK(err);
		CHECK_INT(s, all[i].s);
	}
}
#define CHECK_MOMENTS(ZONE, ...) \
	do { \
		const struct moment all_[] = { __VA_ARGS__ }; \
		check_all(ZONE, CS_COUNT(all_), all_); \
	} while (0)

static void
check_none(size_t count, const char *const *texts)
{
	for (size_t i = 0; i < count; i++) {
		int64_t s = 0;

		cs_err err = cs_date_parse(texts[i], &now, &s);
		if (!cs_failed(err))
			print_error("\"%s\" was taken for %lld\n", texts[i], (long long)s);
		CHECK_ERR(err, INVALID);
	}
}
#define CHECK_NONE(...) \
	do { \
		const char *const none_[] = { __VA_ARGS__ }; \
		check_none(CS_COUNT(none_), none_); \
	} while (0)

/* DIF "Calendar date items" */
TEST(a_calendar_date_is_its_midnight_however_it_is_written)
{
	CHECK_MOMENTS("UTC", { "2026-11-22", MIDNIGHT }, { "22 Nov 2026", MIDNIGHT },
	    { "22-nov-2026", MIDNIGHT }, { "Nov 22, 2026", MIDNIGHT }, { "November 22", MIDNIGHT },
	    { "11/22/2026", MIDNIGHT }, { "11/22", MIDNIGHT }, { "20261122", MIDNIGHT });
}

TEST(a_year_of_two_digits_is_of_this_or_the_last_century)
{
	CHECK_MOMENTS("UTC", { "69-01-01", -365 * DAY }, { "68-01-01", INT64_C(3092601600) });
}

/* DIF "Time of day items", "Combined date and time of day items" */
TEST(a_time_of_day_has_twelve_or_twentyfour_hours_and_maybe_a_zone)
{
	CHECK_MOMENTS("UTC", { "2026-11-22 09:41 UTC", 1795340460 },
	    { "2026-11-22T09:41:07Z", 1795340467 }, { "2026-11-22T11:41:07+02:00", 1795340467 },
	    { "20261122 0941", 1795340460 }, { "12am", MIDNIGHT }, { "12pm", MIDNIGHT + DAY / 2 },
	    { "12:30 p.m.", 1795350600 }, { "2026-11-22 09:41 +5", 1795322460 },
	    { "2026-11-22 09:41 +0530", 1795320660 }, { "T10", 1795366800 });
}

/* DIF "Time zone items" */
TEST(a_zone_is_named_by_letters_or_by_one_and_may_be_of_summer)
{
	CHECK_MOMENTS("UTC", { "2026-11-22 EST", MIDNIGHT + 5 * 3600 },
	    { "2026-11-22 EDT", MIDNIGHT + 4 * 3600 },
	    { "2026-11-22 EST DST", MIDNIGHT + 4 * 3600 }, { "A", MIDNIGHT - 3600 },
	    { "Z", MIDNIGHT });
}

/* DIF "Seconds since the Epoch" */
TEST(seconds_since_1970_are_rounded_down)
{
	CHECK_MOMENTS("UTC", { "@1700000000", 1700000000 }, { "@1700000000.9", 1700000000 },
	    { "@-1.5", -2 }, { "@0", 0 });
}

/* DIF "Relative items in date strings" */
TEST(what_is_relative_counts_from_now)
{
	CHECK_MOMENTS("UTC", { "now", now.tv_sec }, { "today", now.tv_sec },
	    { "yesterday", now.tv_sec - DAY }, { "tomorrow", now.tv_sec + DAY },
	    { "1 hour", now.tv_sec + 3600 }, { "1 hour ago", now.tv_sec - 3600 },
	    { "-1 hour", now.tv_sec - 3600 },
	    { "2 days ago 3 hours", now.tv_sec - 2 * DAY + 3 * 3600 },
	    { "fortnight ago", now.tv_sec - 14 * DAY }, { "last month", now.tv_sec - 31 * DAY },
	    { "next year", now.tv_sec + 365 * DAY }, { "this week", now.tv_sec },
	    { "third day", now.tv_sec + 3 * DAY });
}

TEST(an_empty_text_is_todays_midnight)
{
	CHECK_MOMENTS("UTC", { "", MIDNIGHT }, { " ", MIDNIGHT }, { "(a comment)", MIDNIGHT },
	    { "2026-11-22 (unfinished", MIDNIGHT });
}

/* The 31st of February is the 3rd of March. */
TEST(a_month_later_may_lie_one_month_further)
{
	CHECK_MOMENTS("UTC", { "2026-01-31 1 month", INT64_C(1772496000) },
	    { "2026-01-31 next month", INT64_C(1772496000) });
}

/* DIF "Day of week items" */
TEST(a_day_of_the_week_is_the_first_one_from_today_on)
{
	CHECK_MOMENTS("UTC", { "sunday", MIDNIGHT }, { "monday", MIDNIGHT + DAY },
	    { "last monday", MIDNIGHT - 6 * DAY }, { "next friday 12am", MIDNIGHT + 5 * DAY });
}

TEST(there_are_29_days_in_february_in_leap_years_alone)
{
	CHECK_MOMENTS("UTC", { "2024-02-29", INT64_C(1709164800) });
	CHECK_NONE("2026-02-29", "2026-02-30", "31 feb", "1900-02-29");
}

TEST(what_no_calendar_and_no_clock_shows_is_refused)
{
	live_in("UTC");
	CHECK_NONE("2026-13-01", "2026-00-10", "2026-11-22 25:00", "2026-11-22 09:60", "24:00",
	    "23:59:60", "13pm", "2026-11-22 09:41 -24:01", "2026-11-22 09:41 +25:00");
}

TEST(what_is_said_twice_is_refused)
{
	live_in("UTC");
	CHECK_NONE(
	    "2026-11-22 2026-11-23", "09:41 10:41", "monday tuesday", "@1 @2", "@1 2026-11-22");
}

TEST(words_and_numbers_that_mean_nothing_are_refused)
{
	live_in("UTC");
	CHECK_NONE("gibberish", "noon", "J", "2026-11-22T", "99999999999999999999",
	    "@9223372036854775808", "9999999999999 years", "\xff", "TZ=\"Europe/Paris 2026-07-04");
}

/* DIF "Specifying time zone rules" */
TEST(a_text_may_bring_its_own_zone)
{
	CHECK_MOMENTS("UTC", { "TZ=\"America/New_York\" 2026-07-04 12:00", INT64_C(1783180800) },
	    { "TZ=\"Europe/Paris\" 2026-07-04 12:00", INT64_C(1783159200) });
}

static void
check_next_is_in(const char *zone, int64_t midnight)
{
	int64_t s = -1;

	if (zone != NULL)
		live_in(zone);
	else
		unsetenv("TZ");
	CHECK_OK(cs_date_parse("TZ=\"Asia/Tokyo\" 2026-07-04", &now, &s));
	CHECK_INT(s, INT64_C(1783090800));
	CHECK_ERR(cs_date_parse("TZ=\"Asia/Tokyo\" gibberish", &now, &s), INVALID);
	assert_true(zone != NULL ? getenv("TZ") != NULL && strcmp(getenv("TZ"), zone) == 0
				 : getenv("TZ") == NULL);
	CHECK_OK(cs_date_parse("2026-07-04", &now, &s));
	if (zone != NULL)
		CHECK_INT(s, midnight);
}

TEST(the_zone_of_one_text_is_not_that_of_the_next)
{
	check_next_is_in("America/New_York", INT64_C(1783137600));
	check_next_is_in("", INT64_C(1783123200));
	check_next_is_in(NULL, 0);
}

TEST(local_times_follow_the_zone_into_summer_and_back)
{
	CHECK_MOMENTS("America/New_York", { "2026-03-08 01:59", INT64_C(1772953140) },
	    { "2026-03-08 03:00", INT64_C(1772953200) },
	    { "2026-07-04 12:00", INT64_C(1783180800) },
	    { "2026-11-01 01:30 EDT", INT64_C(1793511000) },
	    { "2026-11-01 01:30 EST", INT64_C(1793514600) },
	    { "2026-10-31 1 day", INT64_C(1793505600) });
}

TEST(an_hour_that_the_zone_leaves_out_is_refused)
{
	live_in("America/New_York");
	CHECK_NONE("2026-03-08 02:30", "2026-07-04 12:00 EST");
}

TEST_MAIN("cli/date")
