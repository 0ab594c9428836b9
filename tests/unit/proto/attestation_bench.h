/*
 * attestation_bench.h - a registration whose statement a test writes by hand: credential, what it
 * signs, CBOR and certificates, each as wrong as is wished.
 */
#ifndef CS_TESTS_ATTESTATION_BENCH_H
#define CS_TESTS_ATTESTATION_BENCH_H

#include "mint.h"
#include "test.h"

#include "base/buf.h"
#include "crypto/mac.h"
#include "proto/attestation.h"
#include "proto/trust.h"

#include <openssl/core_names.h>

struct bench {
	struct cs_arena *arena;
	EVP_PKEY *credential; /* P-256 */
	uint8_t point[65]; /* 04 x y */
	uint8_t aaguid[16];
	struct cs_buf auth_data;
	uint8_t client_hash[32];
	struct minted root;
	struct minted leaf; /* of the statement, once minted */
	struct cs_buf statement;
};

/* --- CBOR --- */

static inline void
put_head(struct cs_buf *b, unsigned major, size_t n)
{
	if (n < 24) {
		cs_buf_add_byte(b, (uint8_t)(major << 5 | n));
	} else if (n < 256) {
		cs_buf_add_byte(b, (uint8_t)(major << 5 | 24));
		cs_buf_add_byte(b, (uint8_t)n);
	} else {
		cs_buf_add_byte(b, (uint8_t)(major << 5 | 25));
		cs_buf_add_be16(b, (uint16_t)n);
	}
}

static inline void
put_text(struct cs_buf *b, const char *text)
{
	put_head(b, 3, strlen(text));
	cs_buf_add_c(b, text);
}

static inline void
put_bytes(struct cs_buf *b, cs_span bytes)
{
	put_head(b, 2, bytes.len);
	cs_buf_add(b, bytes);
}

static inline void
put_int(struct cs_buf *b, int64_t v)
{
	put_head(b, v < 0 ? 1 : 0, (size_t)(v < 0 ? -1 - v : v));
}

static inline void
put_pair(struct cs_buf *b, const char *key, cs_span bytes)
{
	put_text(b, key);
	put_bytes(b, bytes);
}

/* "x5c": the leaf alone */
static inline void
put_x5c(struct cs_buf *b, cs_span der)
{
	put_text(b, "x5c");
	put_head(b, 4, 1);
	put_bytes(b, der);
}

/* --- the registration --- */

static inline void
bench_data(struct bench *t)
{
	uint8_t rp[32];

	cs_buf_reset(&t->auth_data);
	cs_sha256(cs_str_span(CS_STR("rp.test")), rp);
	cs_buf_add(&t->auth_data, CS_SPAN(rp, 32));
	cs_buf_add_byte(&t->auth_data, 0x41);
	cs_buf_add_be32(&t->auth_data, 0);
	cs_buf_add(&t->auth_data, CS_SPAN(t->aaguid, 16));
	cs_buf_add_be16(&t->auth_data, 4);
	cs_buf_add_c(&t->auth_data, "cred");
	put_head(&t->auth_data, 5, 5);
	put_int(&t->auth_data, 1);
	put_int(&t->auth_data, 2);
	put_int(&t->auth_data, 3);
	put_int(&t->auth_data, -7);
	put_int(&t->auth_data, -1);
	put_int(&t->auth_data, 1);
	put_int(&t->auth_data, -2);
	put_bytes(&t->auth_data, CS_SPAN(t->point + 1, 32));
	put_int(&t->auth_data, -3);
	put_bytes(&t->auth_data, CS_SPAN(t->point + 33, 32));
}

static inline struct bench
bench_new(void)
{
	struct bench t = { .arena = cs_arena_new(1 << 20), .credential = mint_key(false) };
	size_t len;

	CS_ASSERT(EVP_PKEY_get_octet_string_param(
		      t.credential, OSSL_PKEY_PARAM_PUB_KEY, t.point, sizeof(t.point), &len) == 1 &&
		  len == sizeof(t.point));
	cs_buf_init(&t.auth_data, 4096);
	cs_buf_init(&t.statement, 16384);
	memset(t.client_hash, 0xc1, sizeof(t.client_hash));
	t.root = mint_root("CN=Root");
	bench_data(&t);
	return t;
}

static inline void
bench_clear(struct bench *t)
{
	minted_clear(&t->leaf);
	minted_clear(&t->root);
	EVP_PKEY_free(t->credential);
	cs_buf_clear(&t->auth_data);
	cs_buf_clear(&t->statement);
	cs_arena_free(&t->arena);
}

static inline void
bench_leaf(struct bench *t, const struct mint_wish *wish)
{
	minted_clear(&t->leaf);
	t->leaf = mint(wish, &t->root);
}

/* ECDSA with SHA-256 over the parts, in the arena. */
static inline cs_span
bench_sign(struct bench *t, EVP_PKEY *key, cs_span message)
{
	uint8_t signature[512];
	size_t len = sizeof(signature);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	CS_ASSERT(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
		  EVP_DigestSign(ctx, signature, &len, message.p, message.len) == 1);
	EVP_MD_CTX_free(ctx);
	return cs_arena_span(t->arena, CS_SPAN(signature, len));
}

/* authData || clientDataHash, in the arena */
static inline cs_span
bench_message(struct bench *t)
{
	size_t len = t->auth_data.len;
	uint8_t *p = cs_arena_alloc(t->arena, len + 32);

	memcpy(p, t->auth_data.p, len);
	memcpy(p + len, t->client_hash, 32);
	return CS_SPAN(p, len + 32);
}

static inline struct cs_attestation
bench_verify_bytes(struct bench *t, const char *format, cs_span statement)
{
	CS_AUTO(cs_public_key_free) struct cs_public_key *key = NULL;
	struct cs_attestation out = { .verdict = CS_WA_STATEMENT_MALFORMED };
	struct cs_auth_data data;
	struct cs_cose_key cose;
	const struct cs_cbor *tree;

	CHECK_OK(cs_auth_data_decode(t->arena, cs_buf_span(&t->auth_data), &data));
	CHECK_OK(cs_cose_key_of(data.key, &cose));
	CHECK_OK(cs_cose_key_import(&cose, &key));
	if (cs_failed(cs_cbor_decode(t->arena, statement, &tree)))
		return out;
	const struct cs_attestation_input in = {
		.format = cs_str_c(format),
		.statement = tree,
		.auth_data = cs_buf_span(&t->auth_data),
		.client_hash = CS_SPAN(t->client_hash, 32),
		.data = &data,
		.cose = &cose,
		.key = key,
	};
	CHECK_OK(cs_attestation_verify(t->arena, &in, &out));
	return out;
}

static inline enum cs_webauthn_verdict
bench_verify(struct bench *t, const char *format)
{
	return bench_verify_bytes(t, format, cs_buf_span(&t->statement)).verdict;
}

static inline uint32_t
bench_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

/*
 * Bit by bit, at random: what is still accepted must have lost its path to the root, since a format
 * does not look at its certificate's signature. x5c[0] as it was is all that may lead there.
 */
static inline void
bench_flip(struct bench *t, const char *format)
{
	CS_AUTO(cs_anchors_free) struct cs_anchors *roots = NULL;
	uint32_t seed = 0x5eed1122;
	cs_time at = MINT_NOW;

	CHECK_OK(cs_anchors_new(&t->root.der, 1, &roots));
	for (size_t round = 0; round < 3000; round++) {
		uint8_t copy[16384];
		enum cs_trust trust;
		size_t len = t->statement.len;
		memcpy(copy, t->statement.p, len);
		uint32_t bit = bench_random(&seed) % (uint32_t)(len * 8);
		copy[bit / 8] ^= (uint8_t)(1u << (bit % 8));
		cs_arena_reset(t->arena);
		struct cs_attestation out = bench_verify_bytes(t, format, CS_SPAN(copy, len));
		if (out.verdict != CS_WA_ACCEPTED)
			continue;
		CHECK_OK(cs_trust_judge(roots, out.x5c, out.x5c_count, &at, &trust));
		CHECK(trust != CS_TRUST_ANCHORED);
	}
}

/* Cut at any byte: never accepted. */
static inline void
bench_cut(struct bench *t, const char *format)
{
	for (size_t len = 0; len < t->statement.len; len++) {
		uint8_t *cut = malloc(len + 1);
		memcpy(cut, t->statement.p, len);
		cs_arena_reset(t->arena);
		CHECK(bench_verify_bytes(t, format, CS_SPAN(cut, len)).verdict != CS_WA_ACCEPTED);
		free(cut);
	}
}

#endif
