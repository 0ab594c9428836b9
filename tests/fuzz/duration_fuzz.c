/*
 * duration_fuzz.c - durations are bounded, and the narrow form is part of the wide one.
 */
#include "base/time.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cs_str in = { (const char *)data, size };
	int64_t wide, narrow;
	bool is_wide = !cs_failed(cs_duration_decode(in, &wide));
	bool is_narrow = !cs_failed(cs_duration_mh_decode(in, &narrow));

	CS_ASSERT(wide >= 0 && wide <= INT64_MAX / 1000000);
	CS_ASSERT(is_wide || wide == 0);
	CS_ASSERT(!is_narrow || (is_wide && wide == narrow));
	CS_ASSERT(narrow >= 0 && narrow <= 720 * CS_HOUR_MS && narrow % CS_MINUTE_MS == 0);
	return 0;
}
