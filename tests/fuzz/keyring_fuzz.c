/*
 * keyring_fuzz.c - the keyring's file: what is accepted has one key in use and is written back alike.
 */
#include "crypto/ring_file.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_ring_free) struct cs_ring *ring = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf text = { .max = 1 << 16, .is_sensitive = true };
	cs_str in = { (const char *)data, size };
	size_t line;

	CS_ASSERT(!cs_failed(cs_ring_new(&ring)));
	if (cs_failed(cs_ring_decode(in, ring, &line)))
		return 0;
	CS_ASSERT(ring->count >= 1 && ring->in_use < ring->count);
	cs_ring_encode(ring, &text);
	/* Ids may be written in capitals. */
	CS_ASSERT(cs_str_equal_nocase(cs_buf_str(&text), in));
	return 0;
}
