#include "crypto/public_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <pthread.h>

#include "test.h"

/* --- another implementation's keys and signatures --- */

static const uint8_t text[] = "what was signed";
#define MESSAGE CS_SPAN(text, sizeof(text) - 1)

struct pair {
	EVP_PKEY *own; /* with its private half */
	struct cs_public_key *key;
	uint8_t spki[2048];
	size_t spki_len;
};

static struct pair
pair_of(EVP_PKEY *own)
{
	struct pair p = { .own = own };
	uint8_t *at = p.spki;

	CHECK(own != NULL && i2d_PUBKEY(own, NULL) <= (int)sizeof(p.spki));
	p.spki_len = (size_t)i2d_PUBKEY(own, &at);
	CHECK_OK(cs_public_key_from_spki(CS_SPAN(p.spki, p.spki_len), &p.key));
	return p;
}

static void
pair_clear(struct pair *p)
{
	cs_public_key_free(&p->key);
	EVP_PKEY_free(p->own);
}

static EVP_PKEY *
rsa_new(unsigned bits)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);
}

static EVP_PKEY *
ec_new(const char *curve)
{
	return EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
}

struct signature {
	uint8_t bytes[1024];
	size_t len;
};

static cs_span
span_of(const struct signature *s)
{
	return CS_SPAN(s->bytes, s->len);
}

static struct signature
sign(EVP_PKEY *key, const char *digest, bool is_pss)
{
	struct signature s = { .len = sizeof(s.bytes) };
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx;

	CHECK(EVP_DigestSignInit_ex(ctx, &pctx, digest, NULL, NULL, key, NULL) == 1);
	if (is_pss)
		CHECK(EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		      EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, RSA_PSS_SALTLEN_DIGEST) == 1);
	CHECK(EVP_DigestSign(ctx, s.bytes, &s.len, text, sizeof(text) - 1) == 1);
	EVP_MD_CTX_free(ctx);
	return s;
}

static const struct {
	int64_t alg;
	const char *key;
	const char *digest;
	bool is_pss;
} all[] = {
	{ CS_SIG_ES256, "P-256", "SHA256", false },
	{ CS_SIG_ES384, "P-384", "SHA384", false },
	{ CS_SIG_ES512, "P-521", "SHA512", false },
	{ CS_SIG_EDDSA, "ED25519", NULL, false },
	{ CS_SIG_RS256, "RSA", "SHA256", false },
	{ CS_SIG_RS384, "RSA", "SHA384", false },
	{ CS_SIG_RS512, "RSA", "SHA512", false },
	{ CS_SIG_RS1, "RSA", "SHA1", false },
	{ CS_SIG_PS256, "RSA", "SHA256", true },
	{ CS_SIG_PS384, "RSA", "SHA384", true },
	{ CS_SIG_PS512, "RSA", "SHA512", true },
};

static EVP_PKEY *
key_new(const char *name)
{
	if (strcmp(name, "RSA") == 0)
		return rsa_new(2048);
	if (strcmp(name, "ED25519") == 0)
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	return ec_new(name);
}

/* One of two keys of each kind: RSA keys take long to make. */
static EVP_PKEY *
key_named(const char *name, size_t which)
{
	static const char *const names[] = { "RSA", "ED25519", "P-256", "P-384", "P-521" };
	static EVP_PKEY *kept[CS_COUNT(names)][2];
	size_t i = 0;

	while (strcmp(names[i], name) != 0)
		i++;
	if (kept[i][which] == NULL)
		kept[i][which] = key_new(name);
	CHECK(EVP_PKEY_up_ref(kept[i][which]) == 1);
	return kept[i][which];
}

TEST(every_algorithm_verifies_what_openssl_has_signed)
{
	for (size_t i = 0; i < CS_COUNT(all); i++) {
		struct pair p = pair_of(key_named(all[i].key, 0));
		struct signature s = sign(p.own, all[i].digest, all[i].is_pss);

		CHECK(cs_public_key_verify(p.key, all[i].alg, MESSAGE, span_of(&s)));
		pair_clear(&p);
	}
}

TEST(a_signature_holds_for_its_own_algorithm_alone)
{
	for (size_t i = 0; i < CS_COUNT(all); i++) {
		struct pair p = pair_of(key_named(all[i].key, 0));
		struct signature s = sign(p.own, all[i].digest, all[i].is_pss);

		for (size_t other = 0; other < CS_COUNT(all); other++)
			CHECK(other == i ||
			      !cs_public_key_verify(p.key, all[other].alg, MESSAGE, span_of(&s)));
		CHECK(!cs_public_key_verify(p.key, 0, MESSAGE, span_of(&s)));
		CHECK(!cs_public_key_verify(p.key, -48, MESSAGE, span_of(&s)));
		pair_clear(&p);
	}
}

TEST(a_signature_with_any_bit_flipped_or_any_byte_missing_is_refused)
{
	for (size_t i = 0; i < CS_COUNT(all); i++) {
		struct pair p = pair_of(key_named(all[i].key, 0));
		struct signature s = sign(p.own, all[i].digest, all[i].is_pss);

		for (size_t bit = 0; bit < s.len * 8; bit += 7) {
			struct signature bad = s;

			bad.bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			CHECK(!cs_public_key_verify(p.key, all[i].alg, MESSAGE, span_of(&bad)));
		}
		for (size_t len = 0; len < s.len; len++)
			CHECK(!cs_public_key_verify(
			    p.key, all[i].alg, MESSAGE, CS_SPAN(s.bytes, len)));
		s.bytes[s.len++] = 0;
		CHECK(!cs_public_key_verify(p.key, all[i].alg, MESSAGE, span_of(&s)));
		pair_clear(&p);
	}
}

TEST(a_signature_over_another_message_or_by_another_key_is_refused)
{
	for (size_t i = 0; i < CS_COUNT(all); i++) {
		struct pair p = pair_of(key_named(all[i].key, 0));
		struct pair other = pair_of(key_named(all[i].key, 1));
		struct signature s = sign(p.own, all[i].digest, all[i].is_pss);

		CHECK(!cs_public_key_verify(
		    p.key, all[i].alg, CS_SPAN(text, sizeof(text) - 2), span_of(&s)));
		CHECK(!cs_public_key_verify(other.key, all[i].alg, MESSAGE, span_of(&s)));
		pair_clear(&p);
		pair_clear(&other);
	}
}

TEST(a_pss_signature_with_another_salt_length_is_refused)
{
	struct pair p = pair_of(rsa_new(2048));
	struct signature s = { .len = sizeof(s.bytes) };
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *pctx;

	CHECK(EVP_DigestSignInit_ex(ctx, &pctx, "SHA256", NULL, NULL, p.own, NULL) == 1 &&
	      EVP_PKEY_CTX_set_rsa_padding(pctx, RSA_PKCS1_PSS_PADDING) == 1 &&
	      EVP_PKEY_CTX_set_rsa_pss_saltlen(pctx, 20) == 1 &&
	      EVP_DigestSign(ctx, s.bytes, &s.len, text, sizeof(text) - 1) == 1);
	CHECK(!cs_public_key_verify(p.key, CS_SIG_PS256, MESSAGE, span_of(&s)));
	EVP_MD_CTX_free(ctx);
	pair_clear(&p);
}

TEST(algorithms_fit_the_one_kind_of_key_that_webauthn_gives_them)
{
	CHECK(cs_signature_alg_fits(CS_SIG_ES256, CS_KEY_P256));
	CHECK(cs_signature_alg_fits(CS_SIG_ES384, CS_KEY_P384));
	CHECK(cs_signature_alg_fits(CS_SIG_ES512, CS_KEY_P521));
	CHECK(cs_signature_alg_fits(CS_SIG_EDDSA, CS_KEY_ED25519));
	CHECK(cs_signature_alg_fits(CS_SIG_PS256, CS_KEY_RSA));
	CHECK(!cs_signature_alg_fits(CS_SIG_ES256, CS_KEY_P384));
	CHECK(!cs_signature_alg_fits(CS_SIG_ES256, CS_KEY_RSA));
	CHECK(!cs_signature_alg_fits(CS_SIG_RS256, CS_KEY_P256));
	CHECK(!cs_signature_alg_fits(0, CS_KEY_P256));
	CHECK(!cs_signature_alg_is_known(-53) && !cs_signature_alg_is_known(7));
}

/* --- elliptic curves --- */

static void
coordinates(EVP_PKEY *key, uint8_t *x, uint8_t *y, size_t len)
{
	const char *names[] = { OSSL_PKEY_PARAM_EC_PUB_X, OSSL_PKEY_PARAM_EC_PUB_Y };
	uint8_t *out[] = { x, y };

	for (size_t i = 0; i < 2; i++) {
		BIGNUM *bn = NULL;

		CHECK(EVP_PKEY_get_bn_param(key, names[i], &bn) == 1 &&
		      BN_bn2binpad(bn, out[i], (int)len) == (int)len);
		BN_free(bn);
	}
}

TEST(a_point_by_its_coordinates_is_the_key_of_its_certificate_form)
{
	const struct {
		const char *name;
		enum cs_key_kind kind;
		size_t len;
	} curves[] = { { "P-256", CS_KEY_P256, 32 }, { "P-384", CS_KEY_P384, 48 },
		{ "P-521", CS_KEY_P521, 66 } };

	for (size_t i = 0; i < CS_COUNT(curves); i++) {
		struct pair p = pair_of(ec_new(curves[i].name));
		struct cs_public_key *k;
		uint8_t x[66], y[66];
		size_t len = curves[i].len;

		coordinates(p.own, x, y, len);
		CHECK_OK(
		    cs_public_key_from_ec(curves[i].kind, CS_SPAN(x, len), CS_SPAN(y, len), &k));
		CHECK(cs_public_key_kind(k) == curves[i].kind && cs_public_key_equal(k, p.key));
		cs_public_key_free(&k);
		pair_clear(&p);
	}
}

TEST(points_that_are_no_key_are_refused)
{
	struct pair p = pair_of(ec_new("P-256"));
	struct cs_public_key *k;
	uint8_t x[32], y[32], zero[32] = { 0 }, ones[32];

	memset(ones, 0xff, sizeof(ones));
	coordinates(p.own, x, y, 32);
	cs_span good_x = CS_SPAN(x, 32), good_y = CS_SPAN(y, 32);
	CHECK_ERR(cs_public_key_from_ec(CS_KEY_P256, good_y, good_x, &k), INVALID);
	CHECK(k == NULL);
	CHECK_ERR(
	    cs_public_key_from_ec(CS_KEY_P256, CS_SPAN(zero, 32), CS_SPAN(zero, 32), &k), INVALID);
	CHECK_ERR(
	    cs_public_key_from_ec(CS_KEY_P256, CS_SPAN(ones, 32), CS_SPAN(ones, 32), &k), INVALID);
	CHECK_ERR(cs_public_key_from_ec(CS_KEY_P256, CS_SPAN(x, 31), CS_SPAN(y, 31), &k), INVALID);
	CHECK_ERR(cs_public_key_from_ec(CS_KEY_P256, good_x, CS_SPAN_NONE, &k), INVALID);
	CHECK_ERR(cs_public_key_from_ec(CS_KEY_P256, CS_SPAN_NONE, CS_SPAN_NONE, &k), INVALID);
	CHECK_ERR(cs_public_key_from_ec(CS_KEY_P384, good_x, good_y, &k), INVALID);
	CHECK_ERR(cs_public_key_from_ec(CS_KEY_RSA, good_x, good_y, &k), INVALID);
	CHECK_ERR(cs_public_key_from_ec(CS_KEY_ED25519, good_x, good_y, &k), INVALID);
	for (size_t bit = 0; bit < 256; bit++) {
		y[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK_ERR(cs_public_key_from_ec(CS_KEY_P256, good_x, good_y, &k), INVALID);
		y[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	pair_clear(&p);
}

TEST(keys_are_equal_only_to_themselves)
{
	struct pair a = pair_of(ec_new("P-256")), b = pair_of(ec_new("P-256"));
	struct pair e = pair_of(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"));
	struct pair f = pair_of(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"));
	struct pair r = pair_of(rsa_new(2048));
	const struct cs_public_key *keys[] = { a.key, b.key, e.key, f.key, r.key };

	for (size_t i = 0; i < CS_COUNT(keys); i++) {
		for (size_t j = 0; j < CS_COUNT(keys); j++)
			CHECK(cs_public_key_equal(keys[i], keys[j]) == (i == j));
	}
	pair_clear(&a);
	pair_clear(&b);
	pair_clear(&e);
	pair_clear(&f);
	pair_clear(&r);
}

/* --- Ed25519 --- */

TEST(ed25519_points_of_small_order_and_off_the_curve_are_refused)
{
	const uint8_t bad[][32] = {
		{ 0 }, /* y = 0: order 4 */
		{ 1 }, /* the neutral element */
		{ 2 }, /* no x belongs to it */
		{ 0xec, [1 ... 30] = 0xff, 0x7f }, /* y = -1: order 2 */
		{ 0xed, [1 ... 30] = 0xff, 0x7f }, /* the field's prime: not reduced */
		{ [0 ... 31] = 0xff },
	};
	struct cs_public_key *k;

	for (size_t i = 0; i < CS_COUNT(bad); i++)
		CHECK_ERR(cs_public_key_from_ed25519(CS_SPAN(bad[i], 32), &k), INVALID);
	CHECK_ERR(cs_public_key_from_ed25519(CS_SPAN_NONE, &k), INVALID);
	CHECK_ERR(cs_public_key_from_ed25519(CS_SPAN(text, 15), &k), INVALID);
}

/* --- RSA --- */

static uint8_t *
modulus(size_t len)
{
	static uint8_t n[1100];

	memset(n, 0xc5, sizeof(n));
	n[len - 1] = 0xc5;
	return n;
}

TEST(rsa_keys_have_a_modulus_of_2048_to_8192_bits_and_an_odd_exponent)
{
	const uint8_t e[] = { 1, 0, 1 }, padded[] = { 0, 0, 3 }, even[] = { 1, 0, 0 };
	const uint8_t one[] = { 1 }, zero[] = { 0 }, long_e[] = { 1, 0, 0, 0, 0, 0, 0, 0, 1 };
	struct cs_public_key *k;
	uint8_t *n = modulus(256);

	CHECK_OK(cs_public_key_from_rsa(CS_SPAN(n, 256), CS_SPAN(e, 3), &k));
	CHECK(cs_public_key_kind(k) == CS_KEY_RSA);
	cs_public_key_free(&k);
	CHECK_OK(cs_public_key_from_rsa(CS_SPAN(n, 1024), CS_SPAN(padded, 3), &k));
	cs_public_key_free(&k);
	CHECK_ERR(cs_public_key_from_rsa(CS_SPAN(n, 1025), CS_SPAN(e, 3), &k), INVALID);
	CHECK_ERR(cs_public_key_from_rsa(CS_SPAN(n, 255), CS_SPAN(e, 3), &k), INVALID);
	CHECK_ERR(cs_public_key_from_rsa(CS_SPAN_NONE, CS_SPAN(e, 3), &k), INVALID);
	CHECK_ERR(cs_public_key_from_rsa(CS_SPAN(n, 256), CS_SPAN(even, 3), &k), INVALID);
	CHECK_ERR(cs_public_key_from_rsa(CS_SPAN(n, 256), CS_SPAN(one, 1), &k), INVALID);
	CHECK_ERR(cs_public_key_from_rsa(CS_SPAN(n, 256), CS_SPAN(zero, 1), &k), INVALID);
	CHECK_ERR(cs_public_key_from_rsa(CS_SPAN(n, 256), CS_SPAN_NONE, &k), INVALID);
	CHECK_ERR(cs_public_key_from_rsa(CS_SPAN(n, 256), CS_SPAN(long_e, 9), &k), INVALID);
	n[0] = 0x45; /* 2047 bits */
	CHECK_ERR(cs_public_key_from_rsa(CS_SPAN(n, 256), CS_SPAN(e, 3), &k), INVALID);
	n[0] = 0; /* leading zeros do not make it longer */
	CHECK_ERR(cs_public_key_from_rsa(CS_SPAN(n, 256), CS_SPAN(e, 3), &k), INVALID);
	CHECK_OK(cs_public_key_from_rsa(CS_SPAN(n, 257), CS_SPAN(e, 3), &k));
	cs_public_key_free(&k);
	n = modulus(256);
	n[255] = 0xc4;
	CHECK_ERR(cs_public_key_from_rsa(CS_SPAN(n, 256), CS_SPAN(e, 3), &k), INVALID);
}

/* --- SubjectPublicKeyInfo --- */

TEST(a_certificate_key_cut_short_or_followed_by_anything_is_refused)
{
	const char *names[] = { "P-256", "P-384", "P-521", "ED25519", "RSA" };

	for (size_t i = 0; i < CS_COUNT(names); i++) {
		struct pair p = pair_of(key_named(names[i], 0));
		struct cs_public_key *k;

		for (size_t len = 0; len < p.spki_len; len++)
			CHECK_ERR(cs_public_key_from_spki(CS_SPAN(p.spki, len), &k), INVALID);
		p.spki[p.spki_len] = 0;
		CHECK_ERR(cs_public_key_from_spki(CS_SPAN(p.spki, p.spki_len + 1), &k), INVALID);
		pair_clear(&p);
	}
}

TEST(a_certificate_key_of_another_kind_or_another_curve_is_refused)
{
	const char *curves[] = { "secp256k1", "P-224", "brainpoolP256r1" };
	EVP_PKEY *others[] = {
		ec_new(curves[0]),
		ec_new(curves[1]),
		ec_new(curves[2]),
		EVP_PKEY_Q_keygen(NULL, NULL, "ED448"),
		EVP_PKEY_Q_keygen(NULL, NULL, "X25519"),
		rsa_new(1024),
	};

	for (size_t i = 0; i < CS_COUNT(others); i++) {
		uint8_t *der = NULL;
		int len = i2d_PUBKEY(others[i], &der);
		struct cs_public_key *k;

		CHECK(len > 0);
		CHECK_ERR(cs_public_key_from_spki(CS_SPAN(der, (size_t)len), &k), INVALID);
		OPENSSL_free(der);
		EVP_PKEY_free(others[i]);
	}
}

TEST(a_compressed_point_is_refused)
{
	EVP_PKEY *key = ec_new("P-256");
	uint8_t *der = NULL;
	struct cs_public_key *k;

	CHECK(EVP_PKEY_set_utf8_string_param(
		  key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "compressed") == 1);
	int len = i2d_PUBKEY(key, &der);
	CHECK(len == 59);
	CHECK_ERR(cs_public_key_from_spki(CS_SPAN(der, (size_t)len), &k), INVALID);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
}

struct work {
	const struct pair *pair;
	cs_span signature;
	bool is_good;
};

static void *
import_and_verify(void *arg)
{
	struct work *w = arg;

	w->is_good = true;
	for (size_t i = 0; i < 200; i++) {
		struct cs_public_key *own;

		w->is_good &=
		    !cs_failed(
			cs_public_key_from_spki(CS_SPAN(w->pair->spki, w->pair->spki_len), &own)) &&
		    cs_public_key_verify(own, CS_SIG_ES256, MESSAGE, w->signature) &&
		    cs_public_key_verify(w->pair->key, CS_SIG_ES256, MESSAGE, w->signature);
		cs_public_key_free(&own);
	}
	return NULL;
}

TEST(threads_share_keys_and_import_their_own)
{
	struct pair p = pair_of(ec_new("P-256"));
	struct signature s = sign(p.own, "SHA256", false);
	struct work work[4];
	pthread_t threads[4];

	for (size_t i = 0; i < 4; i++) {
		work[i] = (struct work){ .pair = &p, .signature = span_of(&s) };
		CHECK(pthread_create(&threads[i], NULL, import_and_verify, &work[i]) == 0);
	}
	for (size_t i = 0; i < 4; i++) {
		CHECK(pthread_join(threads[i], NULL) == 0);
		CHECK(work[i].is_good);
	}
	pair_clear(&p);
}

TEST(a_key_that_is_gone_stays_gone)
{
	struct cs_public_key *k = NULL;

	cs_public_key_free(&k);
	CHECK(k == NULL);
}

TEST_MAIN("crypto/public_key")
