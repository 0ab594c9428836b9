/*
 * duration.c - spans of time: ISO 8601 §4.4.3.2 with designators, §4.4.3.3 in the shape of a date,
 * and what people type. See date.h.
 */
#include "cli/oath/date.h"

#include "base/span.h"

#define DAY_S 86400

struct unit {
	char letter;
	int64_t seconds;
};

/* Largest first, as they have to be written. */
static const struct unit date_units[] = { { 'Y', 365 * DAY_S }, { 'M', 30 * DAY_S },
	{ 'W', 7 * DAY_S }, { 'D', DAY_S }, { '\0', 0 } };
static const struct unit time_units[] = { { 'H', 3600 }, { 'M', 60 }, { 'S', 1 }, { '\0', 0 } };
static const struct unit plain_units[] = { { 'y', 365 * DAY_S }, { 'Y', 365 * DAY_S },
	{ 'M', 30 * DAY_S }, { 'W', 7 * DAY_S }, { 'd', DAY_S }, { 'D', DAY_S }, { 'h', 3600 },
	{ 'm', 60 }, { 's', 1 }, { '\0', 0 } };

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void
skip_spaces(cs_str *text)
{
	while (text->len > 0 && is_space(text->p[0]))
		*text = cs_str_slice(*text, 1, text->len);
}

static bool
is_digit(cs_str text)
{
	return text.len > 0 && text.p[0] >= '0' && text.p[0] <= '9';
}

/* Digits, at most max of them. */
static bool
take_digits(cs_str *text, size_t max, int64_t *out)
{
	size_t len = 0;

	while (len < max && is_digit(cs_str_slice(*text, len, text->len)))
		len++;
	cs_str digits = cs_str_slice(*text, 0, len);
	*text = cs_str_slice(*text, len, text->len);
	while (digits.len > 1 && digits.p[0] == '0')
		digits = cs_str_slice(digits, 1, digits.len);
	return cs_str_to_i64(digits, out);
}

/* The same with spaces and a sign before it; no number is 0, and below it is none. */
static bool
take_number(cs_str *text, int64_t *out)
{
	cs_str rest = *text;
	bool is_negative;

	*out = 0;
	skip_spaces(&rest);
	is_negative = rest.len > 0 && rest.p[0] == '-';
	if (is_negative || (rest.len > 0 && rest.p[0] == '+'))
		rest = cs_str_slice(rest, 1, rest.len);
	if (!is_digit(rest))
		return true;
	*text = rest;
	return take_digits(text, text->len, out) && (!is_negative || *out == 0);
}

static bool
add(int64_t count, int64_t seconds, int64_t *sum)
{
	return !__builtin_mul_overflow(count, seconds, &count) &&
	       !__builtin_add_overflow(*sum, count, sum);
}

/* "1Y2M3D": each unit once, the larger first. */
static bool
take_units(cs_str text, const struct unit *units, int64_t *sum)
{
	int64_t count;

	for (skip_spaces(&text); text.len > 0; skip_spaces(&text)) {
		if (!take_number(&text, &count))
			return false;
		skip_spaces(&text);
		while (units->letter != '\0' && (text.len == 0 || units->letter != text.p[0]))
			units++;
		if (units->letter == '\0' || !add(count, units->seconds, sum))
			return false;
		text = cs_str_slice(text, 1, text.len);
		units++;
	}
	return true;
}

/* "1-2-3", "1:2:3": both signs have to be there. */
static bool
take_three(cs_str text, char sep, const int64_t seconds[static 3], int64_t *sum)
{
	int64_t count;

	for (int i = 0; i < 3; i++) {
		if (!take_number(&text, &count) || !add(count, seconds[i], sum))
			return false;
		skip_spaces(&text);
		if (i < 2 && (text.len == 0 || text.p[0] != sep))
			return false;
		text = cs_str_slice(text, i < 2, text.len);
	}
	return text.len == 0;
}

/* "00010203", "010203" */
static bool
take_columns(
    cs_str text, const size_t lens[static 3], const int64_t seconds[static 3], int64_t *sum)
{
	int64_t count;

	if (text.len != lens[0] + lens[1] + lens[2])
		return false;
	for (int i = 0; i < 3; i++) {
		if (!take_digits(&text, lens[i], &count) || !add(count, seconds[i], sum))
			return false;
	}
	return text.len == 0;
}

static bool
has(cs_str text, const char *letters)
{
	for (; *letters != '\0'; letters++) {
		if (cs_str_find(text, *letters, 0) < text.len)
			return true;
	}
	return false;
}

static bool
take_time(cs_str text, int64_t *sum)
{
	static const int64_t seconds[] = { 3600, 60, 1 };
	static const size_t lens[] = { 2, 2, 2 };

	if (has(text, ":"))
		return take_three(text, ':', seconds, sum);
	return has(text, "HMS") ? take_units(text, time_units, sum)
				: take_columns(text, lens, seconds, sum);
}

static bool
take_period(cs_str text, int64_t *sum)
{
	static const int64_t seconds[] = { 365 * DAY_S, 30 * DAY_S, DAY_S };
	static const size_t lens[] = { 4, 2, 2 };
	size_t t = cs_str_find(text, 'T', 0);
	cs_str date = cs_str_slice(text, 0, t);
	bool is_date;

	if (has(date, "-"))
		is_date = take_three(date, '-', seconds, sum);
	else
		is_date = has(date, "YMWD") ? take_units(date, date_units, sum)
					    : take_columns(date, lens, seconds, sum);
	return is_date && (t == text.len || take_time(cs_str_slice(text, t + 1, text.len), sum));
}

/* Behind the first colon of "1:2" or "1:2:3", the end of a span. */
static bool
take_clock(cs_str text, int64_t first, bool has_hours, int64_t *sum)
{
	int64_t second, third = 0, clock = 0;

	if (!take_number(&text, &second))
		return false;
	bool is_long = text.len > 0 && text.p[0] == ':';
	if (is_long) {
		text = cs_str_slice(text, 1, text.len);
		if (has_hours || !take_number(&text, &third))
			return false;
	}
	skip_spaces(&text);
	if (text.len > 0 || !add(first, is_long ? 3600 : 60, &clock) ||
	    !add(second, is_long ? 60 : 1, &clock) || !add(third, 1, &clock))
		return false;
	return (!has_hours || clock <= 3600) && add(clock, 1, sum);
}

/* "1d 2h", "1h30", "90": a number at the end is of seconds. */
static bool
take_plain(cs_str text, int64_t *sum)
{
	const struct unit *unit = plain_units;
	bool has_hours = false;
	int64_t count;

	do {
		if (!is_digit(text) || !take_digits(&text, text.len, &count) ||
		    unit->letter == '\0')
			return false;
		if (text.len > 0 && text.p[0] == ':')
			return unit->letter != 's' &&
			       take_clock(cs_str_slice(text, 1, text.len), count, has_hours, sum);
		skip_spaces(&text);
		if (text.len == 0)
			return add(count, 1, sum);
		while (unit->letter != '\0' && unit->letter != text.p[0])
			unit++;
		if (unit->letter == '\0' || !add(count, unit->seconds, sum))
			return false;
		has_hours = unit->letter == 'h';
		unit++;
		text = cs_str_slice(text, 1, text.len);
		skip_spaces(&text);
	} while (text.len > 0);
	return true;
}

cs_err
cs_duration_parse(const char *text, int64_t *out_s)
{
	cs_str rest = cs_str_c(text);
	int64_t sum = 0;
	bool is_good;

	*out_s = 0;
	skip_spaces(&rest);
	if (rest.len == 0)
		return CS_FAIL(INVALID);
	if (rest.p[0] == 'P')
		is_good = take_period(cs_str_slice(rest, 1, rest.len), &sum);
	else if (rest.p[0] == 'T')
		is_good = take_time(cs_str_slice(rest, 1, rest.len), &sum);
	else
		is_good = take_plain(rest, &sum);
	if (!is_good)
		return CS_FAIL(INVALID);
	*out_s = sum;
	return CS_OK;
}
