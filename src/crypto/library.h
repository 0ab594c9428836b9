/*
 * library.h - what OpenSSL and libsodium prepare once. For crypto/ alone.
 *
 * OpenSSL 3 looks an algorithm up by name at every use unless it was fetched before; that costs more
 * than a SHA-256 of a token.
 */
#ifndef CS_CRYPTO_LIBRARY_H
#define CS_CRYPTO_LIBRARY_H

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include "crypto/mac.h"

struct cs_library {
	EVP_MD *sha1;
	EVP_MD *sha256;
	EVP_MD *sha384;
	EVP_MD *sha512;
	EVP_KDF *hkdf;
	/* HMAC contexts that know their digest but no key: to be copied, never used. */
	EVP_MAC_CTX *hmac[CS_SHA512 + 1];
	/* Keys that have a curve but no point: to be copied, never used. P-256, P-384, P-521. */
	EVP_PKEY *curve[3];
};

/* Never NULL and constant from the first call on, which any thread may make; aborts on failure. */
const struct cs_library *cs_library(void);

#endif
