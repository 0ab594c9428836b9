/*
 * attestation_object_fuzz.c - 32 bytes of client data hash, then an attestation object: every format's
 * statement up to its verdict, certificates included.
 */
#include "proto/webauthn.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(4 << 20);
	struct cs_attestation out;

	if (size < 32)
		return 0;
	CS_ASSERT(!cs_failed(
	    cs_webauthn_attestation(a, CS_SPAN(data + 32, size - 32), CS_SPAN(data, 32), &out)));
	CS_ASSERT(out.verdict > CS_WA_UNJUDGED && out.verdict < CS_WA_COUNT);
	CS_ASSERT(out.x5c_count <= CS_X5C_MAX);
	if (out.verdict != CS_WA_ACCEPTED)
		return 0;
	CS_ASSERT(out.format.len != 0);
	CS_ASSERT(cs_str_equal(out.format, CS_STR("compound")) ||
		  (out.kind == CS_ATTESTATION_CHAIN) == (out.x5c_count != 0));
	for (size_t i = 0; i < out.x5c_count; i++)
		CS_ASSERT(out.x5c[i].len != 0);
	return 0;
}
