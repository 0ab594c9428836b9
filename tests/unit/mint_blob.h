/*
 * mint_blob.h - FIDO metadata for tests: a payload, signed by somebody minted.
 */
#ifndef CS_TESTS_MINT_BLOB_H
#define CS_TESTS_MINT_BLOB_H

#include "mint.h"

#include "base/codec.h"

#include <openssl/ecdsa.h>

#define BLOB_HOST "mds.fidoalliance.org"
#define BLOB_SAN "\x30\x16\x82\x14" BLOB_HOST

/* A web server's certificate, as the FIDO Alliance's is. */
static inline struct minted
blob_signer(const struct minted *root, bool is_rsa)
{
	const struct mint_wish wish = { .subject = "CN=Signer",
		.basic = "CA:FALSE",
		.is_rsa = is_rsa,
		.extensions = { { "2.5.29.17", BLOB_SAN, sizeof(BLOB_SAN) - 1, false } } };

	return mint(&wish, root);
}

/* "x5c":["…"] of one certificate or, others being given, more */
static inline cs_str
blob_header(struct cs_arena *a, const char *alg, const cs_span *ders, size_t count)
{
	struct cs_buf b;

	cs_buf_init(&b, 65536);
	cs_buf_printf(&b, "{\"alg\":\"%s\",\"typ\":\"JWT\",\"x5c\":[", alg);
	for (size_t i = 0; i < count; i++) {
		cs_buf_add_c(&b, i == 0 ? "\"" : ",\"");
		cs_base64_encode(ders[i], &b);
		cs_buf_add_c(&b, "\"");
	}
	cs_buf_add_c(&b, "]}");
	cs_str out = cs_arena_str(a, cs_buf_str(&b));
	cs_buf_clear(&b);
	return out;
}

/* r and s side by side, as JWS has them; RSA as it comes */
static inline void
blob_sign(EVP_PKEY *key, cs_span message, struct cs_buf *out)
{
	uint8_t signature[512], raw[64];
	size_t len = sizeof(signature);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	const unsigned char *p = signature;

	CS_ASSERT(EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
		  EVP_DigestSign(ctx, signature, &len, message.p, message.len) == 1);
	EVP_MD_CTX_free(ctx);
	if (EVP_PKEY_is_a(key, "RSA")) {
		cs_base64url_encode(CS_SPAN(signature, len), out);
		return;
	}
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &p, (long)len);
	CS_ASSERT(BN_bn2binpad(ECDSA_SIG_get0_r(pair), raw, 32) == 32 &&
		  BN_bn2binpad(ECDSA_SIG_get0_s(pair), raw + 32, 32) == 32);
	ECDSA_SIG_free(pair);
	cs_base64url_encode(CS_SPAN(raw, 64), out);
}

static inline cs_span
blob_of(struct cs_arena *a, cs_str header, cs_str payload, EVP_PKEY *key)
{
	struct cs_buf b;

	cs_buf_init(&b, 1 << 20);
	cs_base64url_encode(cs_str_span(header), &b);
	cs_buf_add_c(&b, ".");
	cs_base64url_encode(cs_str_span(payload), &b);
	cs_span message = cs_arena_span(a, cs_buf_span(&b));
	cs_buf_add_c(&b, ".");
	blob_sign(key, message, &b);
	cs_span out = cs_arena_span(a, cs_buf_span(&b));
	cs_buf_clear(&b);
	return out;
}

#endif
