/*
 * client_data_fuzz.c - clientDataJSON.
 */
#include "proto/client_data.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	struct cs_client_data c;

	if (cs_failed(cs_client_data_decode(a, CS_SPAN(data, size), &c))) {
		CS_ASSERT(c.type.len == 0 && c.challenge.len == 0 && c.origin.len == 0);
		CS_ASSERT(!c.is_cross_origin && !c.has_top_origin && c.top_origin.len == 0);
		return 0;
	}
	CS_ASSERT(size <= CS_CLIENT_DATA_MAX_BYTES && c.type.p != NULL && c.origin.p != NULL);
	CS_ASSERT(cs_utf8_is_valid(cs_str_span(c.type)) && cs_utf8_is_valid(cs_str_span(c.origin)));
	CS_ASSERT(c.has_top_origin || c.top_origin.len == 0);
	return 0;
}
