/*
 * mac.c - digests and HMAC on OpenSSL, with everything fetched beforehand.
 */
#include "crypto/mac.h"
#include "crypto/library.h"

#include <stdlib.h>

size_t
cs_hash_len(enum cs_hash h)
{
	switch (h) {
	case CS_SHA1:
		return 20;
	case CS_SHA256:
		return 32;
	case CS_SHA512:
		return 64;
	}
	CS_ASSERT(h <= CS_SHA512);
	return 0;
}

void
cs_sha256(cs_span in, uint8_t out[static CS_SHA256_LEN])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	CS_ASSERT(ctx != NULL && EVP_DigestInit_ex2(ctx, cs_library()->sha256, NULL) == 1 &&
		  EVP_DigestUpdate(ctx, in.p, in.len) == 1 &&
		  EVP_DigestFinal_ex(ctx, out, NULL) == 1);
	EVP_MD_CTX_free(ctx);
}

struct cs_mac {
	EVP_MAC_CTX *ctx;
	size_t len;
	bool is_fresh; /* keyed and without message: init need not be repeated */
};

cs_err
cs_mac_new(enum cs_hash h, cs_span key, struct cs_mac **out)
{
	static const uint8_t nothing[1];

	*out = NULL;
	CS_AUTO(cs_mac_free) struct cs_mac *m = calloc(1, sizeof(*m));
	CS_ASSERT(m != NULL);
	m->len = cs_hash_len(h);
	m->is_fresh = true;
	m->ctx = EVP_MAC_CTX_dup(cs_library()->hmac[h]);
	/* NULL would mean "the key from before". */
	if (m->ctx == NULL ||
	    EVP_MAC_init(m->ctx, key.len == 0 ? nothing : key.p, key.len, NULL) != 1)
		return CS_FAIL(CRYPTO);
	*out = CS_TAKE(m);
	return CS_OK;
}

void
cs_mac_free(struct cs_mac **m)
{
	if (*m == NULL)
		return;
	EVP_MAC_CTX_free((*m)->ctx); /* wipes the key */
	free(*m);
	*m = NULL;
}

cs_err
cs_mac_compute(struct cs_mac *m, cs_span message, uint8_t out[static CS_HASH_MAX])
{
	size_t len;

	memset(out, 0, m->len);
	if (!m->is_fresh && EVP_MAC_init(m->ctx, NULL, 0, NULL) != 1)
		return CS_FAIL(CRYPTO);
	m->is_fresh = false;
	if (EVP_MAC_update(m->ctx, message.p, message.len) != 1 ||
	    EVP_MAC_final(m->ctx, out, &len, m->len) != 1 || len != m->len)
		return CS_FAIL(CRYPTO);
	return CS_OK;
}

cs_err
cs_hmac_sha256(cs_span key, cs_span message, uint8_t out[static CS_SHA256_LEN])
{
	CS_AUTO(cs_mac_free) struct cs_mac *m = NULL;
	uint8_t mac[CS_HASH_MAX];

	memset(out, 0, CS_SHA256_LEN);
	CS_TRY(cs_mac_new(CS_SHA256, key, &m));
	CS_TRY(cs_mac_compute(m, message, mac));
	memcpy(out, mac, CS_SHA256_LEN);
	return CS_OK;
}
