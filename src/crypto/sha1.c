/*
 * sha1.c - the compression function of SHA-1.
 */
#include "crypto/secret.h"
#include "crypto/sha.h"

static uint32_t
rotate_left(uint32_t x, int by)
{
	return x << by | x >> (32 - by);
}

/* FIPS 180-4 §4.1.1 and §4.2.1: f and K of step t. */
static uint32_t
mix(int t, uint32_t b, uint32_t c, uint32_t d)
{
	if (t < 20)
		return ((b & c) ^ (~b & d)) + 0x5a827999;
	if (t < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (t < 60)
		return ((b & c) ^ (b & d) ^ (c & d)) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

void
cs_sha1_block(uint32_t state[static 5], const uint8_t block[static 64])
{
	uint32_t w[80];

	for (int t = 0; t < 16; t++)
		w[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 |
		       (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
	for (int t = 16; t < 80; t++)
		w[t] = rotate_left(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
	for (int t = 0; t < 80; t++) {
		uint32_t next = rotate_left(a, 5) + mix(t, b, c, d) + e + w[t];

		e = d;
		d = c;
		c = rotate_left(b, 30);
		b = a;
		a = next;
	}
	state[0] += a;
	state[1] += b;
	state[2] += c;
	state[3] += d;
	state[4] += e;
	cs_wipe(w, sizeof(w));
}
