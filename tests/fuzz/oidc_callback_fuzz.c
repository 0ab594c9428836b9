/*
 * oidc_callback_fuzz.c - the query with which a provider sends a browser back.
 */
#include "idp/oidc.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 22);
	struct cs_oidc_callback c;

	if (size > 16384)
		return 0; /* the HTTP core's limit of a request line is lower */
	if (cs_failed(cs_oidc_callback_decode(a, (cs_str){ (const char *)data, size }, &c))) {
		CS_ASSERT(c.state.len == 0 && c.code.len == 0 && c.error.len == 0);
		return 0;
	}
	CS_ASSERT(c.state.len != 0 && (c.code.len != 0) != (c.error.len != 0));
	return 0;
}
