#include "crypto/jws.h"
#include "crypto/mac.h"

#include <openssl/pem.h>
#include <openssl/x509.h>
#include <pthread.h>

#include "test.h"
#include "vectors.h"

static const char claims_text[] = "{\"iss\":\"https://auth.example\",\"sub\":\"1\"}";
#define CLAIMS CS_SPAN(claims_text, sizeof(claims_text) - 1)

static struct cs_signing_key *
generate(void)
{
	struct cs_signing_key *k = NULL;

	CHECK_OK(cs_signing_key_generate(&k));
	return k;
}

static json_t *
jwk_of(const struct cs_signing_key *k)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b = { .max = 4096 };

	CHECK_OK(cs_signing_key_jwk(k, &b));
	json_t *j = json_loadb((const char *)b.p, b.len, JSON_REJECT_DUPLICATES, NULL);
	CHECK(j != NULL);
	return j;
}

static struct cs_jwks *
jwks_of(const struct cs_signing_key *k)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b = { .max = 4096 };
	struct cs_jwks *keys = NULL;

	cs_buf_add_c(&b, "{\"keys\":[");
	CHECK_OK(cs_signing_key_jwk(k, &b));
	cs_buf_add_c(&b, "]}");
	CHECK_OK(cs_jwks_decode(cs_buf_span(&b), &keys));
	return keys;
}

TEST(what_is_signed_verifies_with_the_published_key)
{
	CS_AUTO(cs_signing_key_free) struct cs_signing_key *k = generate();
	CS_AUTO(cs_jwks_free) struct cs_jwks *keys = jwks_of(k);
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(65536);
	CS_AUTO(cs_buf_clear) struct cs_buf token = { .max = CS_JWS_MAX_BYTES };
	cs_str kid;
	cs_span claims;

	CHECK_OK(cs_jws_sign(k, CLAIMS, &token));
	CHECK_OK(cs_jws_verify(a, keys, CS_ALG_RS256, cs_buf_str(&token), &kid, &claims));
	CHECK_TEXT(claims, claims_text);
	CHECK(cs_str_equal(kid, cs_signing_key_kid(k)));
}

TEST(the_header_names_algorithm_key_and_type)
{
	CS_AUTO(cs_signing_key_free) struct cs_signing_key *k = generate();
	CS_AUTO(cs_buf_clear) struct cs_buf token = { .max = CS_JWS_MAX_BYTES };
	CS_AUTO(cs_buf_clear) struct cs_buf head = { .max = 1000 };
	char want[200];

	CHECK_OK(cs_jws_sign(k, CLAIMS, &token));
	cs_str text = cs_buf_str(&token);
	CHECK_OK(cs_base64url_decode(cs_str_slice(text, 0, cs_str_find(text, '.', 0)), &head));
	snprintf(want, sizeof(want), "{\"alg\":\"RS256\",\"kid\":\"%.*s\",\"typ\":\"JWT\"}",
	    CS_STR_ARG(cs_signing_key_kid(k)));
	CHECK_TEXT(cs_buf_str(&head), want);
}

TEST(another_key_does_not_verify)
{
	CS_AUTO(cs_signing_key_free) struct cs_signing_key *k = generate();
	CS_AUTO(cs_signing_key_free) struct cs_signing_key *other = generate();
	CS_AUTO(cs_jwks_free) struct cs_jwks *keys = jwks_of(other);
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(65536);
	CS_AUTO(cs_buf_clear) struct cs_buf token = { .max = CS_JWS_MAX_BYTES };
	cs_str kid;
	cs_span claims;

	CHECK_OK(cs_jws_sign(k, CLAIMS, &token));
	CHECK_ERR(
	    cs_jws_verify(a, keys, CS_ALG_RS256, cs_buf_str(&token), &kid, &claims), NOT_FOUND);
	CHECK(!cs_str_equal(cs_signing_key_kid(k), cs_signing_key_kid(other)));
}

TEST(a_jwk_has_its_public_members_and_the_thumbprint_as_kid)
{
	CS_AUTO(cs_signing_key_free) struct cs_signing_key *k = generate();
	CS_AUTO(vectors_free) json_t *jwk = jwk_of(k);
	CS_AUTO(cs_buf_clear) struct cs_buf text = { .max = 4096 };
	uint8_t digest[CS_SHA256_LEN];

	CHECK_INT(json_object_size(jwk), 6);
	CHECK_TEXT(vector_text(jwk, "kty"), "RSA");
	CHECK_TEXT(vector_text(jwk, "alg"), "RS256");
	CHECK_TEXT(vector_text(jwk, "use"), "sig");
	CHECK_TEXT(vector_text(jwk, "e"), "AQAB");
	CHECK_INT(vector_text(jwk, "n").len, 342);
	/* RFC 7638 §3.2 */
	cs_buf_printf(&text, "{\"e\":\"AQAB\",\"kty\":\"RSA\",\"n\":\"%.*s\"}",
	    CS_STR_ARG(vector_text(jwk, "n")));
	cs_sha256(cs_buf_span(&text), digest);
	cs_buf_reset(&text);
	cs_hex_encode(CS_SPAN(digest, sizeof(digest)), &text);
	CHECK(cs_str_equal(cs_buf_str(&text), vector_text(jwk, "kid")));
	CHECK(cs_str_equal(cs_signing_key_kid(k), vector_text(jwk, "kid")));
}

TEST(a_key_comes_back_from_its_pem)
{
	CS_AUTO(cs_signing_key_free) struct cs_signing_key *k = generate();
	CS_AUTO(cs_signing_key_free) struct cs_signing_key *again = NULL;
	CS_AUTO(cs_buf_clear) struct cs_buf pem = { .max = 8192, .is_sensitive = true };
	CS_AUTO(cs_buf_clear) struct cs_buf one = { .max = 8192 };
	CS_AUTO(cs_buf_clear) struct cs_buf two = { .max = 8192 };

	CHECK_OK(cs_signing_key_encode(k, &pem));
	CHECK(cs_str_starts(cs_buf_str(&pem), CS_STR("-----BEGIN PRIVATE KEY-----\n")));
	CHECK_OK(cs_signing_key_decode(cs_buf_span(&pem), &again));
	CHECK_OK(cs_jws_sign(k, CLAIMS, &one));
	CHECK_OK(cs_jws_sign(again, CLAIMS, &two));
	CHECK(cs_str_equal(cs_buf_str(&one), cs_buf_str(&two)));
}

static void
check_decode_refused(cs_span pem)
{
	struct cs_signing_key *k = NULL;

	CHECK_ERR(cs_signing_key_decode(pem, &k), INVALID);
	CHECK(k == NULL);
}

static void
check_pem_refused(EVP_PKEY *pkey, const EVP_CIPHER *cipher)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *pem, password[] = "x";

	CHECK_INT(PEM_write_bio_PKCS8PrivateKey(bio, pkey, cipher, cipher == NULL ? NULL : password,
		      cipher == NULL ? 0 : 1, NULL, NULL),
	    1);
	long len = BIO_get_mem_data(bio, &pem);
	check_decode_refused(CS_SPAN(pem, (size_t)len));
	BIO_free(bio);
	EVP_PKEY_free(pkey);
}

TEST(a_pem_that_is_damaged_encrypted_short_or_no_rsa_is_refused)
{
	static char junk[20000] = "-----BEGIN PRIVATE KEY-----\n";

	check_decode_refused(CS_SPAN_NONE);
	check_decode_refused(cs_str_span(CS_STR("x")));
	check_decode_refused(
	    cs_str_span(CS_STR("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")));
	check_decode_refused(CS_SPAN(junk, sizeof(junk)));
	check_pem_refused(EVP_RSA_gen(1024), NULL);
	check_pem_refused(EVP_EC_gen("P-256"), NULL);
	check_pem_refused(EVP_RSA_gen(2048), EVP_aes_128_cbc());
}

static X509 *
cert_of(const struct cs_signing_key *k, struct cs_buf *pem)
{
	CHECK_OK(cs_signing_key_cert(k, CS_STR("auth.example"), cs_seconds(1795340467),
	    cs_seconds(1795340467 + 86400), pem));
	BIO *bio = BIO_new_mem_buf(pem->p, (int)pem->len);
	X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	BIO_free(bio);
	CHECK(x != NULL);
	return x;
}

TEST(the_certificate_is_signed_by_and_for_the_key)
{
	CS_AUTO(cs_signing_key_free) struct cs_signing_key *k = generate();
	CS_AUTO(cs_buf_clear) struct cs_buf pem = { .max = 8192 };
	CS_AUTO(cs_buf_clear) struct cs_buf again = { .max = 8192 };
	X509 *x = cert_of(k, &pem);
	char name[100];

	CHECK_INT(X509_verify(x, X509_get0_pubkey(x)), 1);
	CHECK_INT(X509_get_version(x), X509_VERSION_3);
	CHECK(ASN1_INTEGER_get(X509_get0_serialNumber(x)) != 0);
	CHECK(X509_NAME_get_text_by_NID(
		  X509_get_subject_name(x), NID_commonName, name, sizeof(name)) == 12);
	CHECK(strcmp(name, "auth.example") == 0);
	CHECK_INT(X509_NAME_cmp(X509_get_subject_name(x), X509_get_issuer_name(x)), 0);
	ASN1_TIME *t = ASN1_TIME_set(NULL, 1795340467);
	CHECK_INT(ASN1_TIME_compare(X509_get0_notBefore(x), t), 0);
	ASN1_TIME_free(t);
	t = ASN1_TIME_set(NULL, 1795340467 + 86400);
	CHECK_INT(ASN1_TIME_compare(X509_get0_notAfter(x), t), 0);
	ASN1_TIME_free(t);
	X509_free(x);
	/* Every node shows the same one. */
	X509_free(cert_of(k, &again));
	CHECK(cs_str_equal(cs_buf_str(&pem), cs_buf_str(&again)));
}

TEST(the_certificate_verifies_our_tokens)
{
	CS_AUTO(cs_signing_key_free) struct cs_signing_key *k = generate();
	CS_AUTO(cs_buf_clear) struct cs_buf pem = { .max = 8192 };
	CS_AUTO(cs_buf_clear) struct cs_buf token = { .max = CS_JWS_MAX_BYTES };
	CS_AUTO(cs_buf_clear) struct cs_buf signature = { .max = 512 };
	X509 *x = cert_of(k, &pem);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	CHECK_OK(cs_jws_sign(k, CLAIMS, &token));
	cs_str text = cs_buf_str(&token);
	size_t dot = cs_str_find(text, '.', cs_str_find(text, '.', 0) + 1);
	CHECK_OK(cs_base64url_decode(cs_str_slice(text, dot + 1, text.len), &signature));
	CHECK_INT(EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, X509_get0_pubkey(x)), 1);
	CHECK_INT(EVP_DigestVerify(ctx, signature.p, signature.len, token.p, dot), 1);
	EVP_MD_CTX_free(ctx);
	X509_free(x);
}

TEST(a_certificate_without_a_fitting_name_or_life_is_refused)
{
	CS_AUTO(cs_signing_key_free) struct cs_signing_key *k = generate();
	CS_AUTO(cs_buf_clear) struct cs_buf pem = { .max = 8192 };
	char name[65];

	memset(name, 'x', sizeof(name));
	CHECK_ERR(cs_signing_key_cert(k, CS_STR(""), cs_seconds(1), cs_seconds(2), &pem), INVALID);
	CHECK_ERR(cs_signing_key_cert(k, (cs_str){ name, 65 }, cs_seconds(1), cs_seconds(2), &pem),
	    INVALID);
	CHECK_ERR(cs_signing_key_cert(k, CS_STR("x"), cs_seconds(2), cs_seconds(1), &pem), INVALID);
	CHECK_OK(cs_signing_key_cert(k, (cs_str){ name, 64 }, cs_seconds(1), cs_seconds(2), &pem));
}

TEST(claims_that_do_not_fit_a_token_are_refused)
{
	static uint8_t big[13000];
	CS_AUTO(cs_signing_key_free) struct cs_signing_key *k = generate();
	CS_AUTO(cs_buf_clear) struct cs_buf token = { .max = 100000 };

	CHECK_ERR(cs_jws_sign(k, CS_SPAN(big, sizeof(big)), &token), LIMIT);
	CHECK_INT(token.len, 0);
}

static void *
sign_many(void *arg)
{
	uintptr_t failures = 0;

	for (int i = 0; i < 20; i++) {
		CS_AUTO(cs_buf_clear) struct cs_buf token = { .max = CS_JWS_MAX_BYTES };

		failures += cs_failed(cs_jws_sign(arg, CLAIMS, &token));
	}
	return (void *)failures;
}

TEST(threads_sign_with_one_key)
{
	CS_AUTO(cs_signing_key_free) struct cs_signing_key *k = generate();
	pthread_t t[4];
	void *failures;

	for (size_t i = 0; i < CS_COUNT(t); i++)
		CHECK_INT(pthread_create(&t[i], NULL, sign_many, k), 0);
	for (size_t i = 0; i < CS_COUNT(t); i++) {
		pthread_join(t[i], &failures);
		CHECK(failures == NULL);
	}
}

TEST_MAIN("crypto/signing_key")
