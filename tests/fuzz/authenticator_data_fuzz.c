/*
 * authenticator_data_fuzz.c - what an authenticator signs.
 */
#include "proto/authenticator_data.h"

#include "fuzz.h"

static bool
is_within(cs_span part, const uint8_t *data, size_t size)
{
	return part.p >= data && part.len <= size && part.p <= data + (size - part.len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	struct cs_auth_data d;
	struct cs_cose_key key;

	if (cs_failed(cs_auth_data_decode(a, CS_SPAN(data, size), &d))) {
		CS_ASSERT(!d.has_credential && d.credential_id.len == 0 && d.flags == 0);
		return 0;
	}
	CS_ASSERT(size >= 37 && d.rp_id_hash.len == 32);
	CS_ASSERT(d.has_credential == ((d.flags & CS_AUTH_AT) != 0));
	CS_ASSERT((d.extensions != NULL) == ((d.flags & CS_AUTH_ED) != 0));
	if (!d.has_credential) {
		CS_ASSERT(d.extensions != NULL || size == 37);
		return 0;
	}
	CS_ASSERT(d.aaguid.len == 16 && d.credential_id.len != 0);
	CS_ASSERT(is_within(d.credential_id, data, size) && is_within(d.key_bytes, data, size));
	/* What was found in its place is the same when it stands alone. */
	cs_err in_place = cs_cose_key_of(d.key, &key);
	cs_err alone = cs_cose_key_decode(a, d.key_bytes, &key);
	CS_ASSERT(in_place.code == alone.code);
	return 0;
}
