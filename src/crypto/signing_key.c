/*
 * signing_key.c - our own RSA keys: made, kept as PKCS#8, shown as JWK and certificate, used to sign.
 */
#include "crypto/jws.h"
#include "base/codec.h"
#include "crypto/library.h"
#include "crypto/mac.h"
#include "crypto/secret.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#define BITS 2048
#define MODULUS_MAX 512
#define PEM_MAX 16384

struct cs_signing_key {
	EVP_PKEY *pkey;
	char kid[CS_KID_LEN];
	char head[32 + CS_KID_LEN + 16]; /* the JOSE header of every token it signs */
};

/* What every failure of OpenSSL comes to; its own queue is not ours to carry around. */
static cs_err
failed(void)
{
	ERR_clear_error();
	return CS_FAIL(CRYPTO);
}

static void
free_pkey(EVP_PKEY **p)
{
	EVP_PKEY_free(*p);
	*p = NULL;
}

static void
free_bio(BIO **b)
{
	BIO_free(*b); /* wipes what it held */
	*b = NULL;
}

static void
free_bn(BIGNUM **n)
{
	BN_free(*n);
	*n = NULL;
}

static void
free_x509(X509 **x)
{
	X509_free(*x);
	*x = NULL;
}

static void
free_md_ctx(EVP_MD_CTX **c)
{
	EVP_MD_CTX_free(*c);
	*c = NULL;
}

/* A public number as RFC 7518 §6.3.1 writes it: the fewest bytes, base64url. */
static cs_err
add_number(EVP_PKEY *pkey, const char *name, struct cs_buf *out)
{
	CS_AUTO(free_bn) BIGNUM *n = NULL;
	uint8_t bytes[MODULUS_MAX];

	if (EVP_PKEY_get_bn_param(pkey, name, &n) != 1 || BN_num_bytes(n) > MODULUS_MAX)
		return failed();
	int len = BN_bn2bin(n, bytes);
	cs_base64url_encode(CS_SPAN(bytes, (size_t)len), out);
	return CS_OK;
}

/* {"e":…,"kty":"RSA","n":…}: the members and the order of RFC 7638 §3.2. */
static cs_err
thumbprint(EVP_PKEY *pkey, char out[static CS_KID_LEN])
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	uint8_t digest[CS_SHA256_LEN];

	cs_buf_init(&b, 2048);
	cs_buf_add_c(&b, "{\"e\":\"");
	CS_TRY(add_number(pkey, OSSL_PKEY_PARAM_RSA_E, &b));
	cs_buf_add_c(&b, "\",\"kty\":\"RSA\",\"n\":\"");
	CS_TRY(add_number(pkey, OSSL_PKEY_PARAM_RSA_N, &b));
	cs_buf_add_c(&b, "\"}");
	CS_TRY(cs_buf_finish(&b, NULL));
	cs_sha256(cs_buf_span(&b), digest);
	cs_buf_reset(&b);
	cs_hex_encode(CS_SPAN(digest, sizeof(digest)), &b);
	memcpy(out, b.p, CS_KID_LEN);
	return CS_OK;
}

static cs_err
new_from(EVP_PKEY **pkey, struct cs_signing_key **out)
{
	if (EVP_PKEY_get_base_id(*pkey) != EVP_PKEY_RSA || EVP_PKEY_get_bits(*pkey) < BITS)
		return CS_FAIL(INVALID);
	CS_AUTO(cs_signing_key_free) struct cs_signing_key *k = calloc(1, sizeof(*k));
	CS_ASSERT(k != NULL);
	CS_TRY(thumbprint(*pkey, k->kid));
	snprintf(k->head, sizeof(k->head), "{\"alg\":\"RS256\",\"kid\":\"%.*s\",\"typ\":\"JWT\"}",
	    CS_KID_LEN, k->kid);
	k->pkey = CS_TAKE(*pkey);
	*out = CS_TAKE(k);
	return CS_OK;
}

cs_err
cs_signing_key_generate(struct cs_signing_key **out)
{
	*out = NULL;
	CS_AUTO(free_pkey) EVP_PKEY *pkey = EVP_RSA_gen(BITS);
	return pkey == NULL ? failed() : new_from(&pkey, out);
}

cs_err
cs_signing_key_encode(const struct cs_signing_key *k, struct cs_buf *out)
{
	CS_AUTO(free_bio) BIO *bio = BIO_new(BIO_s_mem());
	char *pem;

	if (bio == NULL ||
	    PEM_write_bio_PKCS8PrivateKey(bio, k->pkey, NULL, NULL, 0, NULL, NULL) != 1)
		return failed();
	long len = BIO_get_mem_data(bio, &pem);
	cs_buf_add(out, CS_SPAN(pem, (size_t)len));
	return cs_buf_finish(out, NULL);
}

/* Otherwise OpenSSL would ask at the terminal. */
static int
no_password(char *buf, int size, int is_writing, void *arg)
{
	return -1;
}

cs_err
cs_signing_key_decode(cs_span pem, struct cs_signing_key **out)
{
	*out = NULL;
	if (pem.len == 0 || pem.len > PEM_MAX)
		return CS_FAIL(INVALID);
	CS_AUTO(free_bio) BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.len);
	CS_ASSERT(bio != NULL);
	CS_AUTO(free_pkey) EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, no_password, NULL);
	if (pkey == NULL) {
		ERR_clear_error();
		return CS_FAIL(INVALID);
	}
	return new_from(&pkey, out);
}

void
cs_signing_key_free(struct cs_signing_key **k)
{
	if (*k == NULL)
		return;
	EVP_PKEY_free((*k)->pkey);
	free(*k);
	*k = NULL;
}

cs_str
cs_signing_key_kid(const struct cs_signing_key *k)
{
	return (cs_str){ k->kid, CS_KID_LEN };
}

cs_err
cs_signing_key_jwk(const struct cs_signing_key *k, struct cs_buf *out)
{
	cs_buf_printf(out,
	    "{\"kid\":\"%.*s\",\"kty\":\"RSA\",\"alg\":\"RS256\",\"use\":\"sig\",\"e\":\"",
	    CS_KID_LEN, k->kid);
	CS_TRY(add_number(k->pkey, OSSL_PKEY_PARAM_RSA_E, out));
	cs_buf_add_c(out, "\",\"n\":\"");
	CS_TRY(add_number(k->pkey, OSSL_PKEY_PARAM_RSA_N, out));
	cs_buf_add_c(out, "\"}");
	return cs_buf_finish(out, NULL);
}

/* --- certificate --- */

/*
 * The same certificate for the same key and time, so that every node shows the same one: the serial
 * number is a digest (RFC 5280 §4.1.2.2: positive, at most 20 bytes) and PKCS #1 signatures have no
 * randomness.
 */
static bool
set_serial(X509 *x, const struct cs_signing_key *k, cs_time from)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	CS_AUTO(free_bn) BIGNUM *n = NULL;
	uint8_t digest[CS_SHA256_LEN];

	cs_buf_init(&b, CS_KID_LEN + 8);
	cs_buf_add_str(&b, cs_signing_key_kid(k));
	cs_buf_add_be64(&b, (uint64_t)from.ms);
	cs_sha256(cs_buf_span(&b), digest);
	digest[0] = (uint8_t)((digest[0] & 0x7f) | 0x40);
	n = BN_bin2bn(digest, 16, NULL);
	return n != NULL && BN_to_ASN1_INTEGER(n, X509_get_serialNumber(x)) != NULL;
}

static bool
set_names(X509 *x, cs_str common_name)
{
	X509_NAME *name = X509_get_subject_name(x);

	return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
		   (const uint8_t *)common_name.p, (int)common_name.len, -1, 0) == 1 &&
	       X509_set_issuer_name(x, name) == 1;
}

static bool
set_times(X509 *x, cs_time from, cs_time until)
{
	return ASN1_TIME_set(X509_getm_notBefore(x), (time_t)(from.ms / CS_SECOND_MS)) != NULL &&
	       ASN1_TIME_set(X509_getm_notAfter(x), (time_t)(until.ms / CS_SECOND_MS)) != NULL;
}

static bool
add_usage(X509 *x)
{
	X509_EXTENSION *e =
	    X509V3_EXT_conf_nid(NULL, NULL, NID_key_usage, "critical,digitalSignature");
	bool is_added = e != NULL && X509_add_ext(x, e, -1) == 1;

	X509_EXTENSION_free(e);
	return is_added;
}

cs_err
cs_signing_key_cert(const struct cs_signing_key *k, cs_str common_name, cs_time from, cs_time until,
    struct cs_buf *out)
{
	CS_AUTO(free_x509) X509 *x = X509_new();
	CS_AUTO(free_bio) BIO *bio = BIO_new(BIO_s_mem());
	char *pem;

	/* ub-common-name of RFC 5280 appendix A is 64. */
	if (common_name.len < 1 || common_name.len > 64 || until.ms < from.ms)
		return CS_FAIL(INVALID);
	if (x == NULL || bio == NULL || X509_set_version(x, X509_VERSION_3) != 1 ||
	    !set_serial(x, k, from) || !set_names(x, common_name) || !set_times(x, from, until) ||
	    X509_set_pubkey(x, k->pkey) != 1 || !add_usage(x) ||
	    X509_sign(x, k->pkey, cs_library()->sha256) == 0 || PEM_write_bio_X509(bio, x) != 1)
		return failed();
	long len = BIO_get_mem_data(bio, &pem);
	cs_buf_add(out, CS_SPAN(pem, (size_t)len));
	return cs_buf_finish(out, NULL);
}

/* --- signing --- */

cs_err
cs_jws_sign(const struct cs_signing_key *k, cs_span claims_json, struct cs_buf *out)
{
	CS_AUTO(free_md_ctx) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	CS_AUTO(cs_buf_clear) struct cs_buf token;
	uint8_t signature[MODULUS_MAX];
	size_t len = sizeof(signature);

	cs_buf_init_sensitive(&token, CS_JWS_MAX_BYTES);
	cs_base64url_encode(cs_str_span(cs_str_c(k->head)), &token);
	cs_buf_add_byte(&token, '.');
	cs_base64url_encode(claims_json, &token);
	CS_TRY(cs_buf_finish(&token, NULL));
	if (ctx == NULL ||
	    EVP_DigestSignInit_ex(ctx, NULL, "SHA256", NULL, NULL, k->pkey, NULL) != 1 ||
	    EVP_DigestSign(ctx, signature, &len, token.p, token.len) != 1)
		return failed();
	cs_buf_add_byte(&token, '.');
	cs_base64url_encode(CS_SPAN(signature, len), &token);
	CS_TRY(cs_buf_finish(&token, NULL));
	cs_buf_add(out, cs_buf_span(&token));
	return cs_buf_finish(out, NULL);
}
