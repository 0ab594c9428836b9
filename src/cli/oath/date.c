/*
 * date.c - the grammar of DIF, item by item. Where a text can be read in two ways the longer item is
 * taken, and never given up: "2 Jan 12:00" is refused, since 12 was the year.
 */
#include "cli/oath/date.h"

#include "cli/oath/date_parts.h"

#include <stdlib.h>
#include <string.h>

#define TZ_MAX 255

struct reader {
	const char *text;
	struct cs_date_local_zone local;
	struct cs_date_token t[2]; /* the next two */
	struct cs_date_parts parts;
};

static void
advance(struct reader *r)
{
	r->t[0] = r->t[1];
	r->t[1] = cs_date_next(&r->text, &r->local);
}

static bool
is_at(const struct reader *r, int which, enum cs_date_kind kind)
{
	return r->t[which].kind == kind;
}

static bool
is_sign(const struct reader *r, char c)
{
	return is_at(r, 0, CS_DATE_PUNCTUATION) && r->t[0].value == c;
}

static struct cs_date_token
take_any(struct reader *r)
{
	struct cs_date_token t = r->t[0];

	advance(r);
	return t;
}

/* Take the next token if it is of that kind. */
static bool
take(struct reader *r, enum cs_date_kind kind, struct cs_date_token *out)
{
	if (!is_at(r, 0, kind))
		return false;
	*out = take_any(r);
	return true;
}

static bool
take_sign(struct reader *r, char c)
{
	if (!is_sign(r, c))
		return false;
	advance(r);
	return true;
}

static void
set_time(struct reader *r, int64_t hour, int64_t minute, const struct cs_date_token *second)
{
	r->parts.hour = hour;
	r->parts.minute = minute;
	r->parts.second = second == NULL ? 0 : second->value;
	r->parts.nanos = second == NULL ? 0 : second->nanos;
	r->parts.half = -1;
}

static bool
set_date(struct reader *r, const struct cs_date_token *year, int64_t month, int64_t day)
{
	r->parts.dates++;
	r->parts.month = month;
	r->parts.day = day;
	if (year != NULL) {
		r->parts.year = year->value;
		r->parts.year_digits = year->digits;
	}
	return true;
}

/* "-17" of "Jan-17" */
static bool
negate(struct cs_date_token *t)
{
	return !__builtin_sub_overflow(0, t->value, &t->value);
}

/* Units, with "ago" or "hence" behind where they may stand. */
static bool
add_units(struct reader *r, struct cs_date_token count, struct cs_date_token unit, bool may_turn)
{
	struct cs_date_token direction = { .value = 1 };
	int64_t by;

	if (may_turn)
		(void)take(r, CS_DATE_DIRECTION, &direction);
	r->parts.is_relative = true;
	return !__builtin_mul_overflow(count.nanos, direction.value, &by) &&
	       !__builtin_add_overflow(r->parts.add_nanos, by, &r->parts.add_nanos) &&
	       !__builtin_mul_overflow(count.value, unit.count, &by) &&
	       !__builtin_mul_overflow(by, direction.value, &by) &&
	       !__builtin_add_overflow(r->parts.add[unit.value], by, &r->parts.add[unit.value]);
}

/* DIF, "Time of day items": hours and minutes in one number, or with a colon; at most a day. */
static bool
take_correction(struct reader *r, struct cs_date_token hours, int64_t *out)
{
	struct cs_date_token minutes;
	bool is_west = hours.value < 0;

	if (hours.value > 10000 || hours.value < -10000)
		return false;
	if (take_sign(r, ':')) {
		if (!take(r, CS_DATE_NUMBER, &minutes) || minutes.value > 10000)
			return false;
		*out = hours.value * 60 + (is_west ? -minutes.value : minutes.value);
	} else if (hours.digits <= 2) {
		*out = hours.value * 60;
	} else {
		*out = hours.value / 100 * 60 + hours.value % 100;
	}
	return *out >= -24 * 60 && *out <= 24 * 60;
}

static bool
take_zone_correction(struct reader *r)
{
	struct cs_date_token hours;

	if (!take(r, CS_DATE_SIGNED, &hours))
		return true;
	r->parts.zones++;
	return take_correction(r, hours, &r->parts.zone_minutes);
}

/* Behind "12:": minutes, and perhaps seconds, am or pm, or a zone. */
static bool
take_minutes(struct reader *r, struct cs_date_token hour, bool may_be_half)
{
	struct cs_date_token minute, second = { .value = 0 }, half;

	if (!take(r, CS_DATE_NUMBER, &minute))
		return false;
	if (take_sign(r, ':') && !take(r, CS_DATE_NUMBER, &second) &&
	    !take(r, CS_DATE_DECIMAL, &second))
		return false;
	r->parts.times++;
	set_time(r, hour.value, minute.value, &second);
	if (may_be_half && take(r, CS_DATE_HALF, &half)) {
		r->parts.half = (int)half.value;
		return true;
	}
	return take_zone_correction(r);
}

/* "1/17", "1/17/2026", "2026/1/17" */
static bool
take_slashes(struct reader *r, struct cs_date_token first)
{
	struct cs_date_token second, third;

	if (!take(r, CS_DATE_NUMBER, &second))
		return false;
	if (!take_sign(r, '/'))
		return set_date(r, NULL, first.value, second.value);
	if (!take(r, CS_DATE_NUMBER, &third))
		return false;
	return first.digits >= 4 ? set_date(r, &first, second.value, third.value)
				 : set_date(r, &third, first.value, second.value);
}

/* "17 Jan", "17 Jan 2026", "17-Jan-2026" */
static bool
take_day_first(struct reader *r, struct cs_date_token day)
{
	struct cs_date_token month, year;

	month = take_any(r);
	if (take(r, CS_DATE_SIGNED, &year))
		return negate(&year) && set_date(r, &year, month.value, day.value);
	bool has_year = take(r, CS_DATE_NUMBER, &year);
	return set_date(r, has_year ? &year : NULL, month.value, day.value);
}

/* "Jan 17", "Jan 17, 2026", "Jan-17-2026" */
static bool
take_month_first(struct reader *r)
{
	struct cs_date_token month, day, year;

	month = take_any(r);
	if (take(r, CS_DATE_SIGNED, &day))
		return take(r, CS_DATE_SIGNED, &year) && negate(&day) && negate(&year) &&
		       set_date(r, &year, month.value, day.value);
	if (!take(r, CS_DATE_NUMBER, &day))
		return false;
	if (!take_sign(r, ','))
		return set_date(r, NULL, month.value, day.value);
	return take(r, CS_DATE_NUMBER, &year) && set_date(r, &year, month.value, day.value);
}

/* "2026-01-17", and behind a T its time */
static bool
take_iso_date(struct reader *r, struct cs_date_token year)
{
	struct cs_date_token month, day, hour, t;

	month = take_any(r);
	day = take_any(r);
	if (!negate(&month) || !negate(&day) || !set_date(r, &year, month.value, day.value))
		return false;
	if (!take(r, CS_DATE_T, &t))
		return true;
	if (!take(r, CS_DATE_NUMBER, &hour))
		return false;
	if (take_sign(r, ':'))
		return take_minutes(r, hour, false);
	r->parts.times++;
	set_time(r, hour.value, 0, NULL);
	return is_at(r, 0, CS_DATE_SIGNED) && take_zone_correction(r);
}

/* DIF, "Pure numbers in date strings". */
static bool
set_by_digits(struct reader *r, struct cs_date_token n)
{
	struct cs_date_parts *p = &r->parts;

	if (p->dates > 0 && p->year_digits == 0 && !p->is_relative &&
	    (p->times > 0 || n.digits > 2)) {
		p->year = n.value;
		p->year_digits = n.digits;
	} else if (n.digits > 4) {
		struct cs_date_token year = { .value = n.value / 10000, .digits = n.digits - 4 };
		return set_date(r, &year, n.value / 100 % 100, n.value % 100);
	} else {
		p->times++;
		set_time(r, n.digits <= 2 ? n.value : n.value / 100,
		    n.digits <= 2 ? 0 : n.value % 100, NULL);
	}
	return true;
}

/* A number, and "+1 day", "-01-17" or "+0100" behind it. */
static bool
take_signed_behind(struct reader *r, struct cs_date_token n)
{
	struct cs_date_token count, unit;

	if (is_at(r, 1, CS_DATE_SIGNED))
		return take_iso_date(r, n);
	if (!is_at(r, 1, CS_DATE_UNIT)) {
		r->parts.times++;
		set_time(r, n.value, 0, NULL);
		return take_zone_correction(r);
	}
	count = take_any(r);
	unit = take_any(r);
	return set_by_digits(r, n) && add_units(r, count, unit, false);
}

static bool
set_weekday(struct reader *r, int64_t ordinal, struct cs_date_token day)
{
	r->parts.days++;
	r->parts.weekday = day.value;
	r->parts.weekday_ordinal = ordinal;
	return true;
}

static bool
take_number_item(struct reader *r)
{
	struct cs_date_token n, t;

	n = take_any(r);
	if (take(r, CS_DATE_HALF, &t)) {
		r->parts.times++;
		set_time(r, n.value, 0, NULL);
		r->parts.half = (int)t.value;
		return true;
	}
	if (take_sign(r, ':'))
		return take_minutes(r, n, true);
	if (take_sign(r, '/'))
		return take_slashes(r, n);
	if (is_at(r, 0, CS_DATE_MONTH))
		return take_day_first(r, n);
	if (take(r, CS_DATE_DAY, &t))
		return set_weekday(r, n.value, t);
	if (take(r, CS_DATE_UNIT, &t))
		return add_units(r, n, t, true);
	if (is_at(r, 0, CS_DATE_SIGNED))
		return take_signed_behind(r, n);
	return set_by_digits(r, n);
}

/* "UTC", "UTC+5", "UTC +1 day", "EST DST" */
static bool
take_zone(struct reader *r, bool is_t)
{
	struct cs_date_token zone = r->t[0], count, unit;
	int64_t by = 0;

	advance(r);
	r->parts.zones++;
	if (is_at(r, 0, CS_DATE_SIGNED) && is_at(r, 1, CS_DATE_UNIT)) {
		r->parts.zone_minutes = zone.value;
		count = take_any(r);
		unit = take_any(r);
		return add_units(r, count, unit, false);
	}
	if (!is_t && take(r, CS_DATE_SIGNED, &count)) {
		if (!take_correction(r, count, &by))
			return false;
	} else if (!is_t && take(r, CS_DATE_SUMMER, &count)) {
		by = 60;
	}
	r->parts.zone_minutes = zone.value + by;
	return true;
}

static bool
take_summer_zone(struct reader *r)
{
	struct cs_date_token zone;

	zone = take_any(r);
	r->parts.zones++;
	r->parts.zone_minutes = zone.value + 60;
	return true;
}

static bool
take_local_zone(struct reader *r)
{
	struct cs_date_token zone, summer;

	zone = take_any(r);
	r->parts.local_zones++;
	r->parts.summer = (int)zone.value;
	if (take(r, CS_DATE_SUMMER, &summer)) {
		r->parts.summer = 1;
		r->parts.summers++;
	}
	return true;
}

static bool
take_weekday(struct reader *r)
{
	struct cs_date_token day;

	day = take_any(r);
	(void)take_sign(r, ',');
	return set_weekday(r, 0, day);
}

static bool
take_ordinal(struct reader *r)
{
	struct cs_date_token n, t;

	n = take_any(r);
	if (take(r, CS_DATE_DAY, &t))
		return set_weekday(r, n.value, t);
	return take(r, CS_DATE_UNIT, &t) && add_units(r, n, t, true);
}

static bool
take_count(struct reader *r)
{
	struct cs_date_token n = r->t[0], unit;

	advance(r);
	return take(r, CS_DATE_UNIT, &unit) &&
	       (n.kind == CS_DATE_SIGNED || unit.value == CS_DATE_SECONDS) &&
	       add_units(r, n, unit, true);
}

static bool
take_unit(struct reader *r)
{
	struct cs_date_token one = { .value = 1 };

	return add_units(r, one, take_any(r), true);
}

static bool
take_shift(struct reader *r)
{
	struct cs_date_token shift;
	struct cs_date_token day = { .value = CS_DATE_DAYS, .count = 1 };

	shift = take_any(r);
	return add_units(r, shift, day, false);
}

static bool
take_item(struct reader *r)
{
	switch (r->t[0].kind) {
	case CS_DATE_NUMBER:
		return take_number_item(r);
	case CS_DATE_SIGNED:
	case CS_DATE_DECIMAL:
	case CS_DATE_SIGNED_DECIMAL:
		return take_count(r);
	case CS_DATE_MONTH:
		return take_month_first(r);
	case CS_DATE_DAY:
		return take_weekday(r);
	case CS_DATE_ZONE:
		return take_zone(r, false);
	case CS_DATE_T:
		return take_zone(r, true);
	case CS_DATE_SUMMER_ZONE:
		return take_summer_zone(r);
	case CS_DATE_LOCAL_ZONE:
		return take_local_zone(r);
	case CS_DATE_UNIT:
		return take_unit(r);
	case CS_DATE_ORDINAL:
		return take_ordinal(r);
	case CS_DATE_SHIFT:
		return take_shift(r);
	default:
		return false;
	}
}

/* DIF, "Seconds since the Epoch": the number stands alone. */
static bool
take_seconds(struct reader *r, int64_t *out_s)
{
	struct cs_date_token n = r->t[0];

	if (n.kind < CS_DATE_NUMBER || n.kind > CS_DATE_SIGNED_DECIMAL)
		return false;
	*out_s = n.value;
	advance(r);
	return is_at(r, 0, CS_DATE_END);
}

/* DIF, "Specifying time zone rules": TZ="…" first, with \" and \\ in it. */
static bool
take_rule(const char **text, char rule[static TZ_MAX + 1], bool *out_has_rule)
{
	size_t len = 0;
	const char *p = *text + strspn(*text, " \t\n\v\f\r");

	*out_has_rule = strncmp(p, "TZ=\"", 4) == 0;
	if (!*out_has_rule)
		return true;
	for (p += 4; *p != '"'; p++) {
		if (*p == '\\' && *++p != '\\' && *p != '"')
			return false;
		if (*p == '\0' || len == TZ_MAX)
			return false;
		rule[len++] = *p;
	}
	rule[len] = '\0';
	*text = p + 1;
	return true;
}

/* rule: NULL for the machine's own. */
static bool
live_in(const char *rule)
{
	int failed = rule != NULL ? setenv("TZ", rule, 1) : unsetenv("TZ");

	tzset();
	return failed == 0;
}

/* Both names of the local zone, from now and from the seasons around. */
static void
name_local_zone(const struct timespec *now, struct cs_date_local_zone *out)
{
	*out = (struct cs_date_local_zone){ NULL, NULL };
	for (int season = 0; season < 4; season++) {
		time_t at = now->tv_sec + season * 90 * 86400;
		struct tm tm;

		if (localtime_r(&at, &tm) == NULL || tm.tm_zone == NULL)
			continue;
		const char **name = tm.tm_isdst > 0 ? &out->summer : &out->winter;
		if (*name == NULL)
			*name = tm.tm_zone;
	}
}

static cs_err
parse(const char *text, const struct timespec *now, int64_t *out_s)
{
	struct reader r = { .text = text };

	CS_TRY(cs_date_parts_of(now, &r.parts));
	name_local_zone(now, &r.local);
	advance(&r);
	advance(&r);
	if (take_sign(&r, '@'))
		return take_seconds(&r, out_s) ? CS_OK : CS_FAIL(INVALID);
	while (!is_at(&r, 0, CS_DATE_END)) {
		if (!take_item(&r))
			return CS_FAIL(INVALID);
	}
	return cs_date_moment(&r.parts, out_s);
}

cs_err
cs_date_parse(const char *text, const struct timespec *now, int64_t *out_s)
{
	char rule[TZ_MAX + 1];
	bool has_rule;

	*out_s = 0;
	if (!take_rule(&text, rule, &has_rule))
		return CS_FAIL(INVALID);
	if (!has_rule)
		return parse(text, now, out_s);
	/* of this text alone: the next is read where the program is */
	const char *home = getenv("TZ");
	char *copy = home != NULL ? strdup(home) : NULL;
	cs_err e = CS_FAIL(LIMIT);
	if ((copy != NULL) == (home != NULL) && live_in(rule))
		e = parse(text, now, out_s);
	if (copy != NULL || home == NULL)
		(void)live_in(copy);
	free(copy);
	return e;
}
