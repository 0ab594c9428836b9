/*
 * date_parts.c - see date_parts.h. DIF, "Relative items in date strings", says what moves what.
 */
#include "cli/oath/date_parts.h"

#include <string.h>

#define NANOS_PER_S 1000000000

cs_err
cs_date_parts_of(const struct timespec *now, struct cs_date_parts *out)
{
	struct tm tm;

	if (localtime_r(&now->tv_sec, &tm) == NULL)
		return CS_FAIL(INVALID);
	*out = (struct cs_date_parts){
		.year = (int64_t)tm.tm_year + 1900,
		.month = tm.tm_mon + 1,
		.day = tm.tm_mday,
		.hour = tm.tm_hour,
		.minute = tm.tm_min,
		.second = tm.tm_sec,
		.nanos = now->tv_nsec,
		.half = -1,
		.summer = tm.tm_isdst,
	};
	return CS_OK;
}

static bool
to_int(int64_t value, int *out)
{
	return !__builtin_add_overflow(value, 0, out);
}

/* DIF, "Calendar date items": two digits are of 1969 to 2068. */
static bool
set_year(const struct cs_date_parts *p, int *out)
{
	int64_t year = p->year;

	if (year >= 0 && p->year_digits == 2)
		year += year < 69 ? 2000 : 1900;
	/* A hyphen before the year was read as a minus sign. */
	return year < 0 ? !__builtin_sub_overflow(-1900, year, out)
			: !__builtin_sub_overflow(year, 1900, out);
}

static bool
set_hour(const struct cs_date_parts *p, int *out)
{
	if (p->half < 0) {
		*out = (int)p->hour;
		return p->hour >= 0 && p->hour < 24;
	}
	*out = (int)(p->hour % 12) + p->half;
	return p->hour >= 1 && p->hour <= 12;
}

/* Otherwise it is midnight. */
static bool
has_clock(const struct cs_date_parts *p)
{
	return p->times > 0 || (p->is_relative && p->dates == 0 && p->days == 0);
}

static bool
set_fields(const struct cs_date_parts *p, struct tm *tm)
{
	*tm = (struct tm){ .tm_isdst = p->summer };
	if (!set_year(p, &tm->tm_year) || !to_int(p->month - 1, &tm->tm_mon) ||
	    !to_int(p->day, &tm->tm_mday))
		return false;
	if (has_clock(p) && (!set_hour(p, &tm->tm_hour) || !to_int(p->minute, &tm->tm_min) ||
				!to_int(p->second, &tm->tm_sec)))
		return false;
	if (p->local_zones == 0 && (p->dates > 0 || p->days > 0 || p->times > 0))
		tm->tm_isdst = -1;
	return true;
}

/* mktime moves what does not exist to where it would be; -1 is a moment, too. */
static bool
make(struct tm *tm, time_t *out)
{
	tm->tm_yday = -1;
	*out = mktime(tm);
	return tm->tm_yday >= 0;
}

/* False for 30 February, 25 o'clock and what a change to summer time skips. */
static bool
make_exactly(struct tm *tm, time_t *out)
{
	struct tm asked = *tm;

	return make(tm, out) && tm->tm_year == asked.tm_year && tm->tm_mon == asked.tm_mon &&
	       tm->tm_mday == asked.tm_mday && tm->tm_hour == asked.tm_hour &&
	       tm->tm_min == asked.tm_min && tm->tm_sec == asked.tm_sec;
}

/* With a zone of its own a text may name a time that the local zone skips. */
static bool
make_universal(struct tm *tm, time_t *out)
{
	struct tm asked = *tm;

	tm->tm_yday = -1;
	*out = timegm(tm);
	tm->tm_gmtoff = 0;
	return tm->tm_yday >= 0 && tm->tm_year == asked.tm_year && tm->tm_mon == asked.tm_mon &&
	       tm->tm_mday == asked.tm_mday && tm->tm_hour == asked.tm_hour &&
	       tm->tm_min == asked.tm_min && tm->tm_sec == asked.tm_sec;
}

/* DIF, "Day of week items": forward to the day unless it is that day, then on by whole weeks. */
static bool
move_to_weekday(const struct cs_date_parts *p, struct tm *tm, time_t *at)
{
	bool is_elsewhere = tm->tm_wday != p->weekday;
	int64_t ordinal = p->weekday_ordinal - (p->weekday_ordinal > 0 && is_elsewhere);
	int64_t by;

	if (__builtin_mul_overflow(ordinal, 7, &by) ||
	    __builtin_add_overflow(by, (p->weekday - tm->tm_wday + 7) % 7, &by) ||
	    __builtin_add_overflow(tm->tm_mday, by, &tm->tm_mday))
		return false;
	tm->tm_isdst = -1;
	return make(tm, at);
}

static bool
move_by_calendar(const struct cs_date_parts *p, int summer, struct tm *tm, time_t *at)
{
	if (p->add[CS_DATE_YEARS] == 0 && p->add[CS_DATE_MONTHS] == 0 && p->add[CS_DATE_DAYS] == 0)
		return true;
	if (__builtin_add_overflow(tm->tm_year, p->add[CS_DATE_YEARS], &tm->tm_year) ||
	    __builtin_add_overflow(tm->tm_mon, p->add[CS_DATE_MONTHS], &tm->tm_mon) ||
	    __builtin_add_overflow(tm->tm_mday, p->add[CS_DATE_DAYS], &tm->tm_mday))
		return false;
	tm->tm_isdst = summer;
	return make(tm, at);
}

static bool
move_by_clock(const struct cs_date_parts *p, int64_t *at)
{
	static const struct {
		enum cs_date_unit unit;
		int64_t seconds;
	} units[] = { { CS_DATE_HOURS, 3600 }, { CS_DATE_MINUTES, 60 }, { CS_DATE_SECONDS, 1 } };

	for (size_t i = 0; i < CS_COUNT(units); i++) {
		int64_t by;
		if (__builtin_mul_overflow(p->add[units[i].unit], units[i].seconds, &by) ||
		    __builtin_add_overflow(*at, by, at))
			return false;
	}
	int64_t nanos = (has_clock(p) ? p->nanos : 0) + p->add_nanos;
	int64_t over = nanos / NANOS_PER_S - (nanos % NANOS_PER_S < 0 ? 1 : 0);
	return !__builtin_add_overflow(*at, over, at);
}

cs_err
cs_date_moment(const struct cs_date_parts *p, int64_t *out_s)
{
	struct tm tm;
	time_t at;

	*out_s = 0;
	if (p->dates > 1 || p->times > 1 || p->days > 1 || p->summers > 1 ||
	    p->zones + p->local_zones > 1 || !set_fields(p, &tm))
		return CS_FAIL(INVALID);
	int summer = tm.tm_isdst;
	struct tm asked = tm;
	if (!make_exactly(&tm, &at)) {
		tm = asked;
		if (p->zones == 0 || !make_universal(&tm, &at))
			return CS_FAIL(INVALID);
	}
	if (p->days > 0 && p->dates == 0 && !move_to_weekday(p, &tm, &at))
		return CS_FAIL(INVALID);
	if (!move_by_calendar(p, summer, &tm, &at))
		return CS_FAIL(INVALID);
	int64_t s = at;
	if (p->zones > 0 && __builtin_add_overflow(s, tm.tm_gmtoff - 60 * p->zone_minutes, &s))
		return CS_FAIL(INVALID);
	if (!move_by_clock(p, &s))
		return CS_FAIL(INVALID);
	*out_s = s;
	return CS_OK;
}
