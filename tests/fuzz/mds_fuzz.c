/*
 * mds_fuzz.c - the FIDO metadata: a whole BLOB, which no input can sign, and its payload as if it were
 * signed.
 */
#include "proto/aaguid.h"
#include "proto/mds_jws.h"

#include "fuzz.h"

static void
check_entry(const struct cs_mds_entry *e)
{
	CS_ASSERT(e->has_aaguid || e->key_id_count != 0);
	CS_ASSERT(e->root_count <= CS_MDS_ROOTS_MAX && e->description.len <= 200);
	CS_ASSERT(cs_utf8_is_valid(cs_str_span(e->description)));
	CS_ASSERT((e->latest & ~e->statuses) == 0 && (e->latest & (e->latest - 1)) == 0);
	for (size_t i = 0; i < e->key_id_count; i++)
		CS_ASSERT(e->key_ids[i].len == (size_t)2 * CS_CERTIFICATE_KEY_ID_LEN);
	for (size_t i = 0; i < e->root_count; i++)
		CS_ASSERT(e->roots[i].len != 0 && e->roots[i].len <= CS_CERTIFICATE_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(16 << 20);
	CS_AUTO(cs_anchors_free) struct cs_anchors *roots = NULL;
	struct cs_mds_blob blob;
	enum cs_mds_refusal why;

	CS_ASSERT(!cs_failed(cs_anchors_new(&cs_mds_public_root, 1, &roots)));
	const struct cs_mds_expected expected = { .roots = roots, .signer = CS_MDS_PUBLIC_SIGNER };
	if (!cs_failed(cs_mds_decode(a, &expected, CS_SPAN(data, size), &blob, &why)))
		CS_ASSERT(why != CS_MDS_REFUSAL_NONE && blob.count == 0);
	if (cs_failed(cs_mds_payload_decode(a, CS_SPAN(data, size), &blob, &why)) ||
	    why != CS_MDS_REFUSAL_NONE)
		return 0;
	CS_ASSERT(blob.no >= 0 && blob.next_update[4] == '-');
	for (size_t i = 0; i < blob.count; i++)
		check_entry(&blob.entries[i]);
	return 0;
}
