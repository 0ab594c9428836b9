/*
 * sha2.c - the compression functions of SHA-256 and SHA-512.
 */
#include "crypto/secret.h"
#include "crypto/sha.h"

/*
 * FIPS 180-4 §4.2.3: the first 64 bits of the fractional parts of the cube roots of the first
 * eighty primes. Those of SHA-256 (§4.2.2) are the upper halves of the first sixty-four.
 */
static const uint64_t k[80] = {
	/* clang-format off */
	0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
	0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
	0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
	0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
	0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
	0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
	0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
	0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
	0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
	0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
	0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
	0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
	0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
	0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
	0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
	0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
	0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
	0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
	0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
	0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
	/* clang-format on */
};

static uint32_t
rotate32(uint32_t x, int by)
{
	return x >> by | x << (32 - by);
}

static uint64_t
rotate64(uint64_t x, int by)
{
	return x >> by | x << (64 - by);
}

static void
expand256(const uint8_t block[static 64], uint32_t w[static 64])
{
	for (int t = 0; t < 16; t++)
		w[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 |
		       (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
	for (int t = 16; t < 64; t++) {
		uint32_t x = w[t - 15], y = w[t - 2];
		uint32_t s0 = rotate32(x, 7) ^ rotate32(x, 18) ^ x >> 3;
		uint32_t s1 = rotate32(y, 17) ^ rotate32(y, 19) ^ y >> 10;

		w[t] = s1 + w[t - 7] + s0 + w[t - 16];
	}
}

void
cs_sha256_block(uint32_t state[static 8], const uint8_t block[static 64])
{
	uint32_t w[64];
	uint32_t v[8]; /* a to h */

	expand256(block, w);
	memcpy(v, state, sizeof(v));
	for (int t = 0; t < 64; t++) {
		uint32_t s1 = rotate32(v[4], 6) ^ rotate32(v[4], 11) ^ rotate32(v[4], 25);
		uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
		uint32_t t1 = v[7] + s1 + choice + (uint32_t)(k[t] >> 32) + w[t];
		uint32_t s0 = rotate32(v[0], 2) ^ rotate32(v[0], 13) ^ rotate32(v[0], 22);
		uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);

		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += t1;
		v[0] = t1 + s0 + majority;
	}
	for (int i = 0; i < 8; i++)
		state[i] += v[i];
	cs_wipe(w, sizeof(w));
	cs_wipe(v, sizeof(v));
}

static void
expand512(const uint8_t block[static 128], uint64_t w[static 80])
{
	for (int t = 0; t < 16; t++) {
		w[t] = 0;
		for (int i = 0; i < 8; i++)
			w[t] = w[t] << 8 | block[8 * t + i];
	}
	for (int t = 16; t < 80; t++) {
		uint64_t x = w[t - 15], y = w[t - 2];
		uint64_t s0 = rotate64(x, 1) ^ rotate64(x, 8) ^ x >> 7;
		uint64_t s1 = rotate64(y, 19) ^ rotate64(y, 61) ^ y >> 6;

		w[t] = s1 + w[t - 7] + s0 + w[t - 16];
	}
}

void
cs_sha512_block(uint64_t state[static 8], const uint8_t block[static 128])
{
	uint64_t w[80];
	uint64_t v[8]; /* a to h */

	expand512(block, w);
	memcpy(v, state, sizeof(v));
	for (int t = 0; t < 80; t++) {
		uint64_t s1 = rotate64(v[4], 14) ^ rotate64(v[4], 18) ^ rotate64(v[4], 41);
		uint64_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
		uint64_t t1 = v[7] + s1 + choice + k[t] + w[t];
		uint64_t s0 = rotate64(v[0], 28) ^ rotate64(v[0], 34) ^ rotate64(v[0], 39);
		uint64_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);

		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += t1;
		v[0] = t1 + s0 + majority;
	}
	for (int i = 0; i < 8; i++)
		state[i] += v[i];
	cs_wipe(w, sizeof(w));
	cs_wipe(v, sizeof(v));
}
