/*
 * err.c - names of the codes, and the end of a programme that found itself wrong.
 */
#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>

const char *
cs_code_name(enum cs_code code)
{
	switch (code) {
	case CS_E_NONE:
		return "none";
	case CS_E_INVALID:
		return "invalid";
	case CS_E_NOT_FOUND:
		return "not_found";
	case CS_E_CONFLICT:
		return "conflict";
	case CS_E_LIMIT:
		return "limit";
	case CS_E_FORBIDDEN:
		return "forbidden";
	case CS_E_UNAVAILABLE:
		return "unavailable";
	case CS_E_UNCERTAIN:
		return "uncertain";
	case CS_E_CRYPTO:
		return "crypto";
	case CS_E_STORE:
		return "store";
	case CS_E_INTERNAL:
		return "internal";
	}
	return "unknown";
}

void
cs_assert_failed(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: this must be true: %s\n", file, line, what);
	abort();
}
