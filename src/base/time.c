/*
 * time.c - the calendar by arithmetic, and Go's durations.
 */
#include "base/time.h"

#include <time.h>

static cs_time
wall_now(void *ctx)
{
	struct timespec ts;

	CS_ASSERT(clock_gettime(CLOCK_REALTIME, &ts) == 0);
	return (cs_time){ (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000 };
}

const struct cs_clock cs_clock_wall = { .now = wall_now };

cs_time
cs_clock_now(const struct cs_clock *c)
{
	return c->now(c->ctx);
}

static void
put_digits(char *out, size_t len, int64_t v)
{
	while (len-- > 0) {
		out[len] = (char)('0' + v % 10);
		v /= 10;
	}
}

/*
 * Day number to year, month, day in the proleptic Gregorian calendar. Years are counted from March,
 * so that the leap day is the last of its year and months follow 153 days to five.
 */
static void
civil_from_days(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
	int64_t z = days + 719468; /* days from 0000-03-01; not negative for years 0..9999 */
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t doe = z - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = doy - (153 * mp + 2) / 5 + 1;
	*month = mp < 10 ? mp + 3 : mp - 9;
	*year = yoe + era * 400 + (*month <= 2);
}

#define YEAR_0_MS INT64_C(-62167219200000)
#define YEAR_9999_MS INT64_C(253402300799999)

void
cs_time_rfc3339(cs_time t, char out[static CS_RFC3339_LEN])
{
	int64_t ms = t.ms < YEAR_0_MS ? YEAR_0_MS : t.ms > YEAR_9999_MS ? YEAR_9999_MS : t.ms;
	int64_t in_day = (ms % CS_DAY_MS + CS_DAY_MS) % CS_DAY_MS;
	int64_t year, month, day;

	civil_from_days((ms - in_day) / CS_DAY_MS, &year, &month, &day);
	memcpy(out, "0000-00-00T00:00:00.000Z", CS_RFC3339_LEN);
	put_digits(out, 4, year);
	put_digits(out + 5, 2, month);
	put_digits(out + 8, 2, day);
	put_digits(out + 11, 2, in_day / CS_HOUR_MS);
	put_digits(out + 14, 2, in_day / CS_MINUTE_MS % 60);
	put_digits(out + 17, 2, in_day / CS_SECOND_MS % 60);
	put_digits(out + 20, 3, in_day % 1000);
}

cs_str
cs_time_text(struct cs_arena *a, cs_time t)
{
	char *p = cs_arena_alloc(a, CS_RFC3339_LEN + 1);

	cs_time_rfc3339(t, p);
	return (cs_str){ p, CS_RFC3339_LEN };
}

/* The reverse of civil_from_days. */
static int64_t
days_from_civil(int64_t year, int64_t month, int64_t day)
{
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

/* Exactly len digits at the beginning, within bounds; and what stands behind them. */
static bool
take_digits(cs_str *rest, size_t len, int64_t most, int64_t *out)
{
	*out = 0;
	if (rest->len < len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (rest->p[i] < '0' || rest->p[i] > '9')
			return false;
		*out = *out * 10 + (rest->p[i] - '0');
	}
	*rest = cs_str_slice(*rest, len, rest->len);
	return *out <= most;
}

static bool
take_char(cs_str *rest, char upper)
{
	if (rest->len == 0 || (rest->p[0] != upper && rest->p[0] != (upper | 0x20)))
		return false;
	*rest = cs_str_slice(*rest, 1, rest->len);
	return true;
}

static bool
take_date(cs_str *rest, int64_t *out_days)
{
	int64_t year, month, day, same_year, same_month, same_day;

	if (!take_digits(rest, 4, 9999, &year) || !take_char(rest, '-') ||
	    !take_digits(rest, 2, 12, &month) || !take_char(rest, '-') ||
	    !take_digits(rest, 2, 31, &day) || month == 0 || day == 0)
		return false;
	*out_days = days_from_civil(year, month, day);
	/* the 31st of April is another day when it is counted back */
	civil_from_days(*out_days, &same_year, &same_month, &same_day);
	return same_month == month && same_day == day;
}

static bool
take_clock(cs_str *rest, int64_t *out_ms)
{
	int64_t hour, minute, second, digit;
	int64_t scale = 100;

	if (!take_digits(rest, 2, 23, &hour) || !take_char(rest, ':') ||
	    !take_digits(rest, 2, 59, &minute) || !take_char(rest, ':') ||
	    !take_digits(rest, 2, 60, &second))
		return false;
	*out_ms = hour * CS_HOUR_MS + minute * CS_MINUTE_MS + second * CS_SECOND_MS;
	if (!take_char(rest, '.'))
		return true;
	if (!take_digits(rest, 1, 9, &digit))
		return false;
	do {
		*out_ms += digit * scale;
		scale /= 10;
	} while (take_digits(rest, 1, 9, &digit));
	return true;
}

static bool
take_offset(cs_str *rest, int64_t *out_ms)
{
	bool is_west = rest->len > 0 && rest->p[0] == '-';
	int64_t hours, minutes;

	*out_ms = 0;
	if (take_char(rest, 'Z'))
		return true;
	if (!is_west && !take_char(rest, '+'))
		return false;
	if (is_west)
		*rest = cs_str_slice(*rest, 1, rest->len);
	if (!take_digits(rest, 2, 23, &hours) || !take_char(rest, ':') ||
	    !take_digits(rest, 2, 59, &minutes))
		return false;
	*out_ms = hours * CS_HOUR_MS + minutes * CS_MINUTE_MS;
	if (is_west)
		*out_ms = -*out_ms;
	return true;
}

cs_err
cs_time_decode(cs_str text, cs_time *out)
{
	int64_t days, clock_ms, offset_ms;

	*out = (cs_time){ 0 };
	if (!take_date(&text, &days) || !take_char(&text, 'T') || !take_clock(&text, &clock_ms) ||
	    !take_offset(&text, &offset_ms) || text.len != 0)
		return CS_FAIL(INVALID);
	out->ms = days * CS_DAY_MS + clock_ms - offset_ms;
	return CS_OK;
}

#define NS_PER_MS INT64_C(1000000)

static const struct unit {
	cs_str name;
	int64_t ns;
	bool is_long; /* minutes and hours */
} units[] = {
	{ CS_STR("ns"), 1, false },
	{ CS_STR("us"), 1000, false },
	{ CS_STR("\u00b5s"), 1000, false }, /* micro sign */
	{ CS_STR("\u03bcs"), 1000, false }, /* Greek mu, which looks the same */
	{ CS_STR("ms"), NS_PER_MS, false },
	{ CS_STR("s"), 1000 * NS_PER_MS, false },
	{ CS_STR("m"), CS_MINUTE_MS *NS_PER_MS, true },
	{ CS_STR("h"), CS_HOUR_MS *NS_PER_MS, true },
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number as value / scale. Digits of the fraction past the 15th change nothing visible. */
struct number {
	int64_t value;
	int64_t fraction;
	int64_t scale;
};

static cs_err
take_number(cs_str *rest, struct number *out)
{
	size_t i = 0, digits = 0;

	*out = (struct number){ .scale = 1 };
	for (; i < rest->len && is_digit(rest->p[i]); i++, digits++)
		if (__builtin_mul_overflow(out->value, 10, &out->value) ||
		    __builtin_add_overflow(out->value, rest->p[i] - '0', &out->value))
			return CS_FAIL(INVALID);
	if (i < rest->len && rest->p[i] == '.')
		for (i++; i < rest->len && is_digit(rest->p[i]); i++, digits++)
			if (out->scale < INT64_C(1000000000000000)) {
				out->fraction = out->fraction * 10 + (rest->p[i] - '0');
				out->scale *= 10;
			}
	*rest = cs_str_slice(*rest, i, rest->len);
	return digits == 0 ? CS_FAIL(INVALID) : CS_OK;
}

static const struct unit *
take_unit(cs_str *rest)
{
	size_t len = 0;

	while (len < rest->len && !is_digit(rest->p[len]) && rest->p[len] != '.')
		len++;
	cs_str name = cs_str_slice(*rest, 0, len);
	*rest = cs_str_slice(*rest, len, rest->len);
	for (size_t i = 0; i < CS_COUNT(units); i++)
		if (cs_str_equal(units[i].name, name))
			return &units[i];
	return NULL;
}

/* The sum stays within int64 nanoseconds (292 years), as in Go. */
static cs_err
sum_units(cs_str text, bool only_long, int64_t *out_ns)
{
	int64_t sum = 0;

	while (text.len != 0) {
		struct number n;
		int64_t part;

		CS_TRY(take_number(&text, &n));
		const struct unit *u = take_unit(&text);
		if (u == NULL || (only_long && !u->is_long))
			return CS_FAIL(INVALID);
		__int128 fraction = (__int128)n.fraction * u->ns / n.scale;
		if (__builtin_mul_overflow(n.value, u->ns, &part) ||
		    __builtin_add_overflow(part, (int64_t)fraction, &part) ||
		    __builtin_add_overflow(sum, part, &sum))
			return CS_FAIL(INVALID);
	}
	*out_ns = sum;
	return CS_OK;
}

cs_err
cs_duration_decode(cs_str text, int64_t *out_ms)
{
	int64_t ns;

	*out_ms = 0;
	if (text.len == 0)
		return CS_FAIL(INVALID);
	if (cs_str_equal(text, CS_STR("0")))
		return CS_OK;
	CS_TRY(sum_units(text, false, &ns));
	*out_ms = ns / NS_PER_MS;
	return CS_OK;
}

cs_err
cs_duration_mh_decode(cs_str text, int64_t *out_ms)
{
	int64_t ns;

	*out_ms = 0;
	if (text.len == 0)
		return CS_FAIL(INVALID);
	CS_TRY(sum_units(text, true, &ns));
	if (ns % (CS_MINUTE_MS * NS_PER_MS) != 0 || ns / NS_PER_MS > 720 * CS_HOUR_MS)
		return CS_FAIL(INVALID);
	*out_ms = ns / NS_PER_MS;
	return CS_OK;
}
