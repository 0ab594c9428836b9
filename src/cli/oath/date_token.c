/*
 * date_token.c - see date_token.h.
 *
 * The words are those of DIF: "Calendar date items" to "Relative items in date strings".
 */
#include "cli/oath/date_token.h"

#include "base/span.h"

#include <stddef.h>

/* A longer word is none. */
#define WORD_MAX 19
#define NANOS_PER_S 1000000000

struct word {
	const char *name; /* upper case */
	int value;
};

static const struct word halves[] = { { "AM", 0 }, { "A.M.", 0 }, { "PM", 12 }, { "P.M.", 12 },
	{ NULL, 0 } };

static const struct word months[] = { { "JANUARY", 1 }, { "FEBRUARY", 2 }, { "MARCH", 3 },
	{ "APRIL", 4 }, { "MAY", 5 }, { "JUNE", 6 }, { "JULY", 7 }, { "AUGUST", 8 },
	{ "SEPTEMBER", 9 }, { "SEPT", 9 }, { "OCTOBER", 10 }, { "NOVEMBER", 11 },
	{ "DECEMBER", 12 }, { NULL, 0 } };

static const struct word days[] = { { "SUNDAY", 0 }, { "MONDAY", 1 }, { "TUESDAY", 2 },
	{ "TUES", 2 }, { "WEDNESDAY", 3 }, { "WEDNES", 3 }, { "THURSDAY", 4 }, { "THUR", 4 },
	{ "THURS", 4 }, { "FRIDAY", 5 }, { "SATURDAY", 6 }, { NULL, 0 } };

static const struct word universal[] = { { "GMT", 0 }, { "UT", 0 }, { "UTC", 0 }, { NULL, 0 } };

/* Minutes east. */
static const struct word zones[] = { { "WET", 0 }, { "ART", -180 }, { "BRT", -180 },
	{ "NST", -210 }, { "AST", -240 }, { "CLT", -240 }, { "EST", -300 }, { "CST", -360 },
	{ "MST", -420 }, { "PST", -480 }, { "AKST", -540 }, { "HST", -600 }, { "HAST", -600 },
	{ "SST", -720 }, { "WAT", 60 }, { "CET", 60 }, { "MET", 60 }, { "MEZ", 60 }, { "EET", 120 },
	{ "CAT", 120 }, { "SAST", 120 }, { "EAT", 180 }, { "MSK", 180 }, { "IST", 330 },
	{ "SGT", 480 }, { "KST", 540 }, { "JST", 540 }, { "GST", 600 }, { "NZST", 720 },
	{ NULL, 0 } };

/* Minutes east in winter. */
static const struct word summer_zones[] = { { "WEST", 0 }, { "BST", 0 }, { "BRST", -180 },
	{ "NDT", -210 }, { "ADT", -240 }, { "CLST", -240 }, { "EDT", -300 }, { "CDT", -360 },
	{ "MDT", -420 }, { "PDT", -480 }, { "AKDT", -540 }, { "HADT", -600 }, { "CEST", 60 },
	{ "MEST", 60 }, { "MESZ", 60 }, { "EEST", 120 }, { "MSD", 180 }, { "NZDT", 720 },
	{ NULL, 0 } };

static const struct word units[] = { { "YEAR", CS_DATE_YEARS }, { "MONTH", CS_DATE_MONTHS },
	{ "HOUR", CS_DATE_HOURS }, { "MINUTE", CS_DATE_MINUTES }, { "MIN", CS_DATE_MINUTES },
	{ "SECOND", CS_DATE_SECONDS }, { "SEC", CS_DATE_SECONDS }, { NULL, 0 } };

/* Of so many days. */
static const struct word day_units[] = { { "FORTNIGHT", 14 }, { "WEEK", 7 }, { "DAY", 1 },
	{ NULL, 0 } };

/* "second" is a unit. */
static const struct word ordinals[] = { { "LAST", -1 }, { "THIS", 0 }, { "NEXT", 1 },
	{ "FIRST", 1 }, { "THIRD", 3 }, { "FOURTH", 4 }, { "FIFTH", 5 }, { "SIXTH", 6 },
	{ "SEVENTH", 7 }, { "EIGHTH", 8 }, { "NINTH", 9 }, { "TENTH", 10 }, { "ELEVENTH", 11 },
	{ "TWELFTH", 12 }, { NULL, 0 } };

static const struct word shifts[] = { { "TOMORROW", 1 }, { "YESTERDAY", -1 }, { "TODAY", 0 },
	{ "NOW", 0 }, { NULL, 0 } };

static const struct word directions[] = { { "AGO", -1 }, { "HENCE", 1 }, { NULL, 0 } };

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static char
upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - ('a' - 'A')) : c;
}

static bool
is_letter(char c)
{
	return upper(c) >= 'A' && upper(c) <= 'Z';
}

static struct cs_date_token
token(enum cs_date_kind kind, int64_t value)
{
	return (struct cs_date_token){ .kind = kind, .value = value };
}

static bool
find(const struct word *table, cs_str name, enum cs_date_kind kind, struct cs_date_token *out)
{
	for (const struct word *w = table; w->name != NULL; w++) {
		if (!cs_str_equal(name, cs_str_c(w->name)))
			continue;
		*out = token(kind, w->value);
		return true;
	}
	return false;
}

/* Three letters are enough, and may have a full stop. */
static bool
find_short(const struct word *table, cs_str name, enum cs_date_kind kind, struct cs_date_token *out)
{
	bool is_short = name.len == 3 || (name.len == 4 && name.p[3] == '.');

	for (const struct word *w = table; is_short && w->name != NULL; w++) {
		if (!cs_str_equal(cs_str_slice(name, 0, 3), cs_str_slice(cs_str_c(w->name), 0, 3)))
			continue;
		*out = token(kind, w->value);
		return true;
	}
	return !is_short && find(table, name, kind, out);
}

static bool
find_zone(const struct cs_date_local_zone *local, cs_str name, struct cs_date_token *out)
{
	if (find(universal, name, CS_DATE_ZONE, out))
		return true;
	for (int summer = 0; summer <= 1; summer++) {
		const char *own = summer ? local->summer : local->winter;
		if (own != NULL && cs_str_equal(name, cs_str_c(own))) {
			*out = token(CS_DATE_LOCAL_ZONE, summer);
			return true;
		}
	}
	return find(zones, name, CS_DATE_ZONE, out) ||
	       find(summer_zones, name, CS_DATE_SUMMER_ZONE, out);
}

/* The letters of military time: A to M east without J, N to Y west; T alone parts as well. */
static bool
find_letter(cs_str name, struct cs_date_token *out)
{
	static const char east[] = "ABCDEFGHIKLM", west[] = "NOPQRSTUVWXY";

	if (name.len != 1 || name.p[0] == 'J' || !is_letter(name.p[0]))
		return false;
	for (int i = 0; i < 12; i++) {
		if (name.p[0] == east[i])
			*out = token(CS_DATE_ZONE, 60 * (i + 1));
		else if (name.p[0] == west[i])
			*out = token(name.p[0] == 'T' ? CS_DATE_T : CS_DATE_ZONE, -60 * (i + 1));
	}
	if (name.p[0] == 'Z')
		*out = token(CS_DATE_ZONE, 0);
	return true;
}

static bool
find_one_unit(cs_str name, struct cs_date_token *out)
{
	struct cs_date_token some;

	if (find(units, name, CS_DATE_UNIT, out)) {
		out->count = 1;
		return true;
	}
	if (!find(day_units, name, CS_DATE_UNIT, &some))
		return false;
	*out = token(CS_DATE_UNIT, CS_DATE_DAYS);
	out->count = (int)some.value;
	return true;
}

static bool
find_unit(cs_str name, struct cs_date_token *out)
{
	if (find_one_unit(name, out))
		return true;
	return name.len > 0 && name.p[name.len - 1] == 'S' &&
	       find_one_unit(cs_str_slice(name, 0, name.len - 1), out);
}

/* "U.T.C." */
static bool
find_dotted_zone(const struct cs_date_local_zone *local, cs_str name, struct cs_date_token *out)
{
	char plain[WORD_MAX];
	size_t len = 0;

	for (size_t i = 0; i < name.len; i++) {
		if (name.p[i] != '.')
			plain[len++] = name.p[i];
	}
	return len < name.len && find_zone(local, (cs_str){ plain, len }, out);
}

static struct cs_date_token
meaning(const struct cs_date_local_zone *local, cs_str name)
{
	struct cs_date_token t = token(CS_DATE_UNKNOWN, 0);

	if (find(halves, name, CS_DATE_HALF, &t) || find_short(months, name, CS_DATE_MONTH, &t) ||
	    find_short(days, name, CS_DATE_DAY, &t) || find_zone(local, name, &t))
		return t;
	if (cs_str_equal(name, CS_STR("DST")))
		return token(CS_DATE_SUMMER, 0);
	if (find_unit(name, &t) || find(shifts, name, CS_DATE_SHIFT, &t) ||
	    find(ordinals, name, CS_DATE_ORDINAL, &t) ||
	    find(directions, name, CS_DATE_DIRECTION, &t) || find_letter(name, &t) ||
	    find_dotted_zone(local, name, &t))
		return t;
	return t;
}

static struct cs_date_token
take_word(const char **text, const struct cs_date_local_zone *local)
{
	char name[WORD_MAX];
	size_t len = 0;
	const char *p = *text;

	for (; is_letter(*p) || *p == '.'; p++) {
		if (len < sizeof(name))
			name[len] = upper(*p);
		len++;
	}
	*text = p;
	return len <= sizeof(name) ? meaning(local, (cs_str){ name, len })
				   : token(CS_DATE_UNKNOWN, 0);
}

static bool
add_digit(int64_t *value, char digit, int sign)
{
	return !__builtin_mul_overflow(*value, 10, value) &&
	       !__builtin_add_overflow(*value, sign * (digit - '0'), value);
}

/* Behind the full stop; rounded down, for a negative number away from 0. */
static bool
take_fraction(const char **text, int sign, struct cs_date_token *t)
{
	int64_t unit = NANOS_PER_S / 10, nanos = 0;
	bool has_rest = false;

	for (; is_digit(**text); ++*text, unit /= 10) {
		nanos += unit * (**text - '0');
		has_rest |= unit == 0 && **text != '0';
	}
	t->kind = sign == 0 ? CS_DATE_DECIMAL : CS_DATE_SIGNED_DECIMAL;
	t->nanos = nanos;
	if (sign < 0)
		nanos += has_rest;
	if (sign >= 0 || nanos == 0)
		return true;
	t->nanos = NANOS_PER_S - nanos;
	return !__builtin_sub_overflow(t->value, 1, &t->value);
}

/* sign 0: none was written */
static struct cs_date_token
take_number(const char **text, int sign)
{
	struct cs_date_token t = token(sign == 0 ? CS_DATE_NUMBER : CS_DATE_SIGNED, 0);

	for (; is_digit(**text); ++*text, t.digits++) {
		if (!add_digit(&t.value, **text, sign < 0 ? -1 : 1))
			return token(CS_DATE_UNKNOWN, 0);
	}
	if ((**text != '.' && **text != ',') || !is_digit((*text)[1]))
		return t;
	++*text;
	return take_fraction(text, sign, &t) ? t : token(CS_DATE_UNKNOWN, 0);
}

/* DIF, "General date syntax": comments stand in parentheses, which nest. */
static void
skip_comment(const char **text)
{
	int depth = 0;

	do {
		if (**text == '(')
			depth++;
		else if (**text == ')')
			depth--;
		else if (**text == '\0')
			return;
		++*text;
	} while (depth > 0);
}

/* "Hyphens not followed by a digit are currently ignored", and so are plus signs. */
static int
skip_to_token(const char **text)
{
	for (;;) {
		while (is_space(**text))
			++*text;
		if (**text == '(') {
			skip_comment(text);
			continue;
		}
		if (**text != '-' && **text != '+')
			return 0;
		int sign = **text == '-' ? -1 : 1;
		do
			++*text;
		while (is_space(**text));
		if (is_digit(**text))
			return sign;
	}
}

struct cs_date_token
cs_date_next(const char **text, const struct cs_date_local_zone *local)
{
	int sign = skip_to_token(text);

	if (is_digit(**text))
		return take_number(text, sign);
	if (is_letter(**text))
		return take_word(text, local);
	if (**text == '\0')
		return token(CS_DATE_END, 0);
	char c = *(*text)++;
	bool is_known = c == '@' || c == ':' || c == '/' || c == ',';
	return token(is_known ? CS_DATE_PUNCTUATION : CS_DATE_UNKNOWN, c);
}
