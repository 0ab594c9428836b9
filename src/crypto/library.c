/*
 * library.c - fetched by the first caller, kept until the process ends.
 */
#include "crypto/library.h"

#include <openssl/core_names.h>
#include <openssl/params.h>
#include <pthread.h>
#include <sodium.h>

static struct cs_library library;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static EVP_MAC_CTX *
hmac_with(EVP_MAC *hmac, const char *digest)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(
		    OSSL_MAC_PARAM_DIGEST, (char *)(uintptr_t)digest, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC_CTX *ctx = EVP_MAC_CTX_new(hmac);

	CS_ASSERT(ctx != NULL && EVP_MAC_CTX_set_params(ctx, params) == 1);
	return ctx;
}

static EVP_PKEY *
key_on(const char *curve)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(
		    OSSL_PKEY_PARAM_GROUP_NAME, (char *)(uintptr_t)curve, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	EVP_PKEY *key = NULL;

	CS_ASSERT(ctx != NULL && EVP_PKEY_fromdata_init(ctx) == 1 &&
		  EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEY_PARAMETERS, params) == 1);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static void
fetch(void)
{
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);

	CS_ASSERT(sodium_init() >= 0 && hmac != NULL);
	library.sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
	library.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	library.sha384 = EVP_MD_fetch(NULL, "SHA384", NULL);
	library.sha512 = EVP_MD_fetch(NULL, "SHA512", NULL);
	library.hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	CS_ASSERT(library.sha1 != NULL && library.sha256 != NULL && library.sha384 != NULL &&
		  library.sha512 != NULL && library.hkdf != NULL);
	library.hmac[CS_SHA1] = hmac_with(hmac, "SHA1");
	library.hmac[CS_SHA256] = hmac_with(hmac, "SHA256");
	library.hmac[CS_SHA512] = hmac_with(hmac, "SHA512");
	EVP_MAC_free(hmac);
	library.curve[0] = key_on("P-256");
	library.curve[1] = key_on("P-384");
	library.curve[2] = key_on("P-521");
}

const struct cs_library *
cs_library(void)
{
	CS_ASSERT(pthread_once(&once, fetch) == 0);
	return &library;
}
