#include "base/time.h"

#include "test.h"

TEST(moments_are_written_as_rfc3339_with_milliseconds)
{
	static const struct {
		int64_t ms;
		const char *text;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00.000Z" },
		{ 1795340467123, "2026-11-22T09:41:07.123Z" },
		{ -1, "1969-12-31T23:59:59.999Z" },
		{ 951782400000, "2000-02-29T00:00:00.000Z" },
		{ 951868800000, "2000-03-01T00:00:00.000Z" },
		{ 4107542399999, "2100-02-28T23:59:59.999Z" },
		{ 4107542400000, "2100-03-01T00:00:00.000Z" },
		{ -62167219200000, "0000-01-01T00:00:00.000Z" },
		{ 253402300799999, "9999-12-31T23:59:59.999Z" },
	};
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(4096);

	for (size_t i = 0; i < CS_COUNT(rows); i++)
		CHECK_TEXT(cs_time_text(a, (cs_time){ rows[i].ms }), rows[i].text);
}

TEST(moments_outside_four_digit_years_are_clamped)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(4096);

	CHECK_TEXT(cs_time_text(a, (cs_time){ INT64_MAX }), "9999-12-31T23:59:59.999Z");
	CHECK_TEXT(cs_time_text(a, (cs_time){ INT64_MIN }), "0000-01-01T00:00:00.000Z");
}

static cs_time
fixed_now(void *ctx)
{
	return *(cs_time *)ctx;
}

TEST(a_clock_is_whatever_it_is_given)
{
	cs_time t = cs_seconds(5);
	struct cs_clock c = { fixed_now, &t };

	CHECK_INT(cs_clock_now(&c).ms, 5000);
	CHECK_INT(cs_time_add(t, -CS_DAY_MS).ms, 5000 - 86400000);
}

TEST(durations_are_read_as_go_reads_them)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {
		{ "0", 0 },
		{ "0s", 0 },
		{ "24h", 86400000 },
		{ "2h45m", 9900000 },
		{ "300ms", 300 },
		{ "1.5h", 5400000 },
		{ ".5s", 500 },
		{ "1.s", 1000 },
		{ "1s1s", 2000 },
		{ "999us", 0 },
		{ "1999us", 1 },
		{ "1000\xc2\xb5s", 1 },
		{ "1000\xce\xbcs", 1 },
		{ "999999ns1ns", 1 },
		{ "720h", 2592000000 },
		{ "43200m", 2592000000 },
		{ "0.1000000000000000000000000000001s", 100 },
		{ "2562047h47m16.854775807s", 9223372036854 },
	};
	int64_t ms;

	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		CHECK_OK(cs_duration_decode(cs_str_c(rows[i].text), &ms));
		CHECK_INT(ms, rows[i].ms);
	}
}

TEST(other_durations_are_refused)
{
	static const char *const bad[] = { "", "1", "00", "h", ".", ".s", "1.5", "-1h", "+1h",
		"1 h", " 1h", "1h ", "1d", "1H", "1h30", "1..5h", "1hm", "1e3s",
		"2562047h47m16.854775808s", "9223372036854775808ns", "99999999999999999999999h",
		"1\xc2s", "1\xb5s" };
	int64_t ms;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		ms = 5;
		CHECK_ERR(cs_duration_decode(cs_str_c(bad[i]), &ms), INVALID);
		CHECK_INT(ms, 0);
	}
	CHECK_ERR(cs_duration_decode((cs_str){ "1h\0", 3 }, &ms), INVALID);
}

TEST(mfa_durations_have_minutes_and_hours)
{
	int64_t ms;

	CHECK_OK(cs_duration_mh_decode(CS_STR("0m"), &ms));
	CHECK_INT(ms, 0);
	CHECK_OK(cs_duration_mh_decode(CS_STR("720h"), &ms));
	CHECK_INT(ms, 720 * CS_HOUR_MS);
	CHECK_OK(cs_duration_mh_decode(CS_STR("1h30m"), &ms));
	CHECK_INT(ms, 90 * CS_MINUTE_MS);
}

TEST(mfa_durations_in_other_units_or_too_long_are_refused)
{
	static const char *const bad[] = { "", "0", "0s", "60s", "1h30s", "721h", "720h1m",
		"43201m", "0.5m", "100ms", "-1m" };
	int64_t ms;

	for (size_t i = 0; i < CS_COUNT(bad); i++)
		CHECK_ERR(cs_duration_mh_decode(cs_str_c(bad[i]), &ms), INVALID);
}

TEST(a_written_time_is_read_back)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01T00:00:00.001Z", 1 },
		{ "1970-01-01T01:00:00+01:00", 0 },
		{ "1969-12-31T23:30:00-00:30", 0 },
		{ "1969-12-31T23:59:59.999Z", -1 },
		{ "2026-11-22T09:41:07.123456789Z", 1795340467123 },
		{ "2026-11-22t09:41:07z", 1795340467000 },
		{ "2024-02-29T00:00:00Z", 1709164800000 },
		{ "2000-02-29T23:59:60Z", 951868800000 },
		{ "0000-01-01T00:00:00Z", -62167219200000 },
		{ "9999-12-31T23:59:59.999Z", 253402300799999 },
	};
	char text[CS_RFC3339_LEN];
	cs_time t;

	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		CHECK_OK(cs_time_decode(cs_str_c(rows[i].text), &t));
		CHECK_INT(t.ms, rows[i].ms);
	}
	for (int64_t ms = -62167219200000; ms < 253402300799999; ms += INT64_C(86399999) * 997) {
		cs_time_rfc3339((cs_time){ ms }, text);
		CHECK_OK(cs_time_decode((cs_str){ text, sizeof(text) }, &t));
		CHECK_INT(t.ms, ms);
	}
}

TEST(what_is_no_time_is_refused)
{
	static const char *const bad[] = { "", "2026-11-22", "2026-11-22T09:41:07",
		"2026-11-22 09:41:07Z", "2026-02-29T00:00:00Z", "2026-04-31T00:00:00Z",
		"2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
		"2026-01-32T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
		"2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00+0100",
		"2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00ZZ", "26-01-01T00:00:00Z",
		"2026-1-1T00:00:00Z", "now", "1795340467", "-001-01-01T00:00:00Z",
		"2100-02-29T00:00:00Z" };
	cs_time t;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		t.ms = 5;
		CHECK_ERR(cs_time_decode(cs_str_c(bad[i]), &t), INVALID);
		CHECK_INT(t.ms, 0);
	}
}

TEST_MAIN("base/time")
