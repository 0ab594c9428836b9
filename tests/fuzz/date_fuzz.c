/*
 * date_fuzz.c - moments and spans as oathtool's -N, -S and -s take them: the same text is the same
 * moment, spaces around it say nothing, and the moment's own number is the moment.
 */
#include "base/arena.h"
#include "cli/oath/date.h"

#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#define TEXT_MAX \
	512 /* what an argument has room for, and more than any rule of the grammar needs */

/* A text may bring a zone, which stays: each begins in the same one. */
static bool
moment_of(const char *text, int64_t *out_s)
{
	static const struct timespec now = { 1795340467, 500000000 };

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	return !cs_failed(cs_date_parse(text, &now, out_s));
}

static void
check_moment(const char *text)
{
	char other[TEXT_MAX + 3];
	int64_t s = 0, again = 0;
	bool is_moment = moment_of(text, &s);

	CS_ASSERT(moment_of(text, &again) == is_moment && (!is_moment || again == s));
	snprintf(other, sizeof(other), " %s ", text);
	CS_ASSERT(moment_of(other, &again) == is_moment && (!is_moment || again == s));
	if (!is_moment)
		return;
	snprintf(other, sizeof(other), "@%lld", (long long)s);
	CS_ASSERT(moment_of(other, &again) && again == s);
}

static void
check_span(const char *text)
{
	int64_t s, again;
	char plain[32];

	if (cs_failed(cs_duration_parse(text, &s))) {
		CS_ASSERT(s == 0);
		return;
	}
	CS_ASSERT(s >= 0);
	snprintf(plain, sizeof(plain), "%llds", (long long)s);
	CS_ASSERT(!cs_failed(cs_duration_parse(plain, &again)) && again == s);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[TEXT_MAX + 1];

	if (size > TEXT_MAX)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	check_moment(text);
	check_span(text);
	return 0;
}
