/*
 * random.c - what is drawn from any source of randomness.
 */
#include "crypto/random.h"

void
cs_random_fill(const struct cs_random *r, uint8_t *out, size_t len)
{
	r->fill(r->ctx, out, len);
}

cs_id
cs_id_new(const struct cs_random *r)
{
	cs_id id;

	cs_random_fill(r, id.b, sizeof(id.b));
	id.b[6] = (uint8_t)((id.b[6] & 0x0f) | 0x40);
	id.b[8] = (uint8_t)((id.b[8] & 0x3f) | 0x80);
	return id;
}

uint32_t
cs_random_below(const struct cs_random *r, uint32_t bound)
{
	uint8_t b[4];
	uint32_t v;

	CS_ASSERT(bound >= 1);
	/* The lowest 2^32 mod bound values would make the lowest answers likelier. */
	uint32_t skip = (0 - bound) % bound;
	do {
		cs_random_fill(r, b, sizeof(b));
		v = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
	} while (v < skip);
	return v % bound;
}
