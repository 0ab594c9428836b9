/*
 * date_parts.h - what a text says of a date, and the moment that this makes; for date.c.
 */
#ifndef CS_CLI_DATE_PARTS_H
#define CS_CLI_DATE_PARTS_H

#include "base/err.h"
#include "cli/oath/date_token.h"

#include <time.h>

struct cs_date_parts {
	int dates, times, days, zones, local_zones, summers; /* how often each was said */
	bool is_relative;
	int64_t year;
	int year_digits; /* 0: not said */
	int64_t month; /* 1..12 */
	int64_t day; /* 1..31 */
	int64_t hour, minute, second, nanos;
	int half; /* hours to add after am or pm; -1: of 24 hours */
	int64_t weekday; /* 0 Sunday..6 */
	int64_t weekday_ordinal;
	int64_t zone_minutes; /* east */
	int summer; /* as tm_isdst */
	int64_t add[CS_DATE_UNITS];
	int64_t add_nanos;
};

/* The parts of a moment in the zone TZ. Errors: INVALID. */
cs_err cs_date_parts_of(const struct timespec *now, struct cs_date_parts *out);
/* Rounded down. Errors: INVALID for what is no moment, or none that 64 bits can say. */
cs_err cs_date_moment(const struct cs_date_parts *parts, int64_t *out_s);

#endif
