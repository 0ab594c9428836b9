/*
 * date_token.h - the words and numbers of a date, for date.c.
 */
#ifndef CS_CLI_DATE_TOKEN_H
#define CS_CLI_DATE_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

enum cs_date_kind {
	CS_DATE_END = 0,
	CS_DATE_UNKNOWN, /* nothing that a date may hold */
	CS_DATE_NUMBER, /* 12 */
	CS_DATE_SIGNED, /* +12, -12 */
	CS_DATE_DECIMAL, /* 12.5 */
	CS_DATE_SIGNED_DECIMAL,
	CS_DATE_PUNCTUATION, /* value: one of @ : / , */
	CS_DATE_HALF, /* am, pm; value: hours to add */
	CS_DATE_MONTH, /* value 1..12 */
	CS_DATE_DAY, /* of the week; value 0 (Sunday)..6 */
	CS_DATE_ZONE, /* value: minutes east */
	CS_DATE_SUMMER_ZONE, /* the same, of its winter */
	CS_DATE_LOCAL_ZONE, /* a name of the local zone; value: whether it is that of summer */
	CS_DATE_SUMMER, /* "dst" */
	CS_DATE_T, /* parts date from time, or is a zone */
	CS_DATE_UNIT, /* value: enum cs_date_unit; count: how many of them */
	CS_DATE_ORDINAL, /* value: -1 last, 0 this, 1 next or first, … */
	CS_DATE_SHIFT, /* value: days from today */
	CS_DATE_DIRECTION, /* value: -1 ago, 1 hence */
};

enum cs_date_unit {
	CS_DATE_YEARS = 0,
	CS_DATE_MONTHS,
	CS_DATE_DAYS,
	CS_DATE_HOURS,
	CS_DATE_MINUTES,
	CS_DATE_SECONDS,
	CS_DATE_UNITS
};

struct cs_date_token {
	enum cs_date_kind kind;
	int64_t value; /* a decimal: rounded down */
	int64_t nanos; /* what a decimal is above value */
	int count;
	int digits; /* as written, leading zeros included */
};

/* What the local zone calls its times now and at the other time of the year; NULL for none. */
struct cs_date_local_zone {
	const char *winter;
	const char *summer;
};

/* Take the next token off *text. */
struct cs_date_token cs_date_next(const char **text, const struct cs_date_local_zone *local);

#endif
