#include "crypto/digest.h"
#include "crypto/library.h"

static const EVP_MD *
md_of(enum cs_digest d)
{
	const struct cs_library *library = cs_library();

	switch (d) {
	case CS_DIGEST_SHA1:
		return library->sha1;
	case CS_DIGEST_SHA256:
		return library->sha256;
	case CS_DIGEST_SHA384:
		return library->sha384;
	case CS_DIGEST_SHA512:
		return library->sha512;
	}
	CS_ASSERT(d <= CS_DIGEST_SHA512);
	return NULL;
}

size_t
cs_digest_len(enum cs_digest d)
{
	return (size_t)EVP_MD_get_size(md_of(d));
}

void
cs_digest_compute(enum cs_digest d, cs_span in, uint8_t out[static CS_DIGEST_MAX])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	CS_ASSERT(ctx != NULL && EVP_DigestInit_ex2(ctx, md_of(d), NULL) == 1 &&
		  EVP_DigestUpdate(ctx, in.p, in.len) == 1 &&
		  EVP_DigestFinal_ex(ctx, out, NULL) == 1);
	EVP_MD_CTX_free(ctx);
}
