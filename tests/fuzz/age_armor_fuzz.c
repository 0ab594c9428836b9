/*
 * age_armor_fuzz.c - armour that is accepted holds what armour of the same bytes holds.
 */
#include "crypto/age_parts.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes = { .max = 1 << 20 }, text = { .max = 1 << 21 };
	CS_AUTO(cs_buf_clear) struct cs_buf again = { .max = 1 << 20 };

	if (cs_failed(cs_age_armor_decode(CS_SPAN(data, size), &bytes)))
		return 0;
	CS_ASSERT(cs_age_is_armored(CS_SPAN(data, size)));
	cs_age_armor(cs_buf_span(&bytes), &text);
	CS_ASSERT(!cs_failed(cs_age_armor_decode(cs_buf_span(&text), &again)));
	CS_ASSERT(cs_str_equal(cs_buf_str(&bytes), cs_buf_str(&again)));
	return 0;
}
