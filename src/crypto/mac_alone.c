/*
 * mac_alone.c - digests and HMAC with libc alone, for programs that start faster than a library is
 * loaded. mac.c has the same on OpenSSL; a program links one of them. See docs/decisions/0901.
 */
#include "crypto/mac.h"
#include "crypto/sha.h"

#include <stdlib.h>

size_t
cs_hash_len(enum cs_hash h)
{
	static const size_t lens[] = { 20, 32, 64 };

	CS_ASSERT(h <= CS_SHA512);
	return lens[h];
}

size_t
cs_sha_block_len(enum cs_hash h)
{
	return h == CS_SHA512 ? 128 : 64;
}

/* FIPS 180-4 §5.3: SHA-256's are the upper halves of SHA-512's. */
void
cs_sha_begin(struct cs_sha *s, enum cs_hash h)
{
	static const uint32_t first1[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
		0xc3d2e1f0 };
	static const uint64_t first2[8] = { 0x6a09e667f3bcc908, 0xbb67ae8584caa73b,
		0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
		0x1f83d9abfb41bd6b, 0x5be0cd19137e2179 };

	*s = (struct cs_sha){ .hash = h };
	for (int i = 0; i < 8; i++) {
		if (h == CS_SHA512)
			s->state.w64[i] = first2[i];
		else if (h == CS_SHA256)
			s->state.w32[i] = (uint32_t)(first2[i] >> 32);
		else if (i < 5)
			s->state.w32[i] = first1[i];
	}
}

static void
take_block(struct cs_sha *s, const uint8_t *block)
{
	if (s->hash == CS_SHA1)
		cs_sha1_block(s->state.w32, block);
	else if (s->hash == CS_SHA256)
		cs_sha256_block(s->state.w32, block);
	else
		cs_sha512_block(s->state.w64, block);
}

void
cs_sha_add(struct cs_sha *s, cs_span in)
{
	size_t len = cs_sha_block_len(s->hash);
	size_t held = (size_t)(s->total % len);

	s->total += in.len;
	while (in.len > 0) {
		size_t n = in.len < len - held ? in.len : len - held;

		memcpy(s->block + held, in.p, n);
		in = CS_SPAN(in.p + n, in.len - n);
		held += n;
		if (held < len)
			return;
		take_block(s, s->block);
		held = 0;
	}
}

/* §5.1: a one bit, zeros, the length in bits at the block's end (of SHA-512's 128, 64 are zero). */
static void
pad(struct cs_sha *s)
{
	size_t len = cs_sha_block_len(s->hash);
	size_t held = (size_t)(s->total % len);
	uint64_t bits = s->total * 8;

	s->block[held++] = 0x80;
	memset(s->block + held, 0, len - held);
	if (held > len - len / 8) {
		take_block(s, s->block);
		memset(s->block, 0, len);
	}
	for (size_t i = 1; i <= 8; i++, bits >>= 8)
		s->block[len - i] = (uint8_t)bits;
	take_block(s, s->block);
}

void
cs_sha_end(struct cs_sha *s, uint8_t *out)
{
	size_t word = s->hash == CS_SHA512 ? 8 : 4;

	pad(s);
	for (size_t i = 0; i < cs_hash_len(s->hash); i++) {
		uint64_t w = word == 8 ? s->state.w64[i / 8] : s->state.w32[i / 4];

		out[i] = (uint8_t)(w >> 8 * (word - 1 - i % word));
	}
	cs_wipe(s, sizeof(*s));
}

void
cs_sha256(cs_span in, uint8_t out[static CS_SHA256_LEN])
{
	struct cs_sha s;

	cs_sha_begin(&s, CS_SHA256);
	cs_sha_add(&s, in);
	cs_sha_end(&s, out);
}

/* RFC 2104 §4: the states after the padded key, so that the key's blocks are hashed once. */
struct cs_mac {
	struct cs_sha inner;
	struct cs_sha outer;
};

/* §2: longer keys are hashed first, shorter ones filled with zeros. */
static void
key_block(enum cs_hash h, cs_span key, uint8_t block[static CS_SHA_BLOCK_MAX])
{
	struct cs_sha s;

	memset(block, 0, CS_SHA_BLOCK_MAX);
	if (key.len <= cs_sha_block_len(h)) {
		if (key.len > 0)
			memcpy(block, key.p, key.len);
		return;
	}
	cs_sha_begin(&s, h);
	cs_sha_add(&s, key);
	cs_sha_end(&s, block);
}

cs_err
cs_mac_new(enum cs_hash h, cs_span key, struct cs_mac **out)
{
	uint8_t block[CS_SHA_BLOCK_MAX];
	size_t len = cs_sha_block_len(h);
	struct cs_mac *m = calloc(1, sizeof(*m));

	CS_ASSERT(m != NULL);
	key_block(h, key, block);
	for (size_t i = 0; i < len; i++)
		block[i] ^= 0x36; /* ipad */
	cs_sha_begin(&m->inner, h);
	cs_sha_add(&m->inner, CS_SPAN(block, len));
	for (size_t i = 0; i < len; i++)
		block[i] ^= 0x36 ^ 0x5c; /* opad */
	cs_sha_begin(&m->outer, h);
	cs_sha_add(&m->outer, CS_SPAN(block, len));
	cs_wipe(block, sizeof(block));
	*out = m;
	return CS_OK;
}

void
cs_mac_free(struct cs_mac **m)
{
	if (*m == NULL)
		return;
	cs_wipe(*m, sizeof(**m));
	free(*m);
	*m = NULL;
}

cs_err
cs_mac_compute(struct cs_mac *m, cs_span message, uint8_t out[static CS_HASH_MAX])
{
	struct cs_sha s = m->inner;

	cs_sha_add(&s, message);
	cs_sha_end(&s, out);
	s = m->outer;
	cs_sha_add(&s, CS_SPAN(out, cs_hash_len(s.hash)));
	cs_sha_end(&s, out);
	return CS_OK;
}

cs_err
cs_hmac_sha256(cs_span key, cs_span message, uint8_t out[static CS_SHA256_LEN])
{
	CS_AUTO(cs_mac_free) struct cs_mac *m = NULL;
	uint8_t mac[CS_HASH_MAX];

	CS_TRY(cs_mac_new(CS_SHA256, key, &m));
	CS_TRY(cs_mac_compute(m, message, mac));
	memcpy(out, mac, CS_SHA256_LEN);
	return CS_OK;
}
