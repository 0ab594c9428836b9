/*
 * public_key.c - elliptic curves and RSA through OpenSSL, Ed25519 through libsodium, which
 * verifies in half of OpenSSL 3.0's time and refuses points of small order.
 *
 * Import is a good part of what one verification costs, so keys are made without OpenSSL's decoders
 * (114 µs for a P-256 key, by i2d) and without looking the curve up by name (17 µs): an empty key
 * on the curve is copied and given its point (4 µs).
 */
#include "crypto/public_key.h"
#include "crypto/der.h"
#include "crypto/equal.h"
#include "crypto/library.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <sodium.h>
#include <stdlib.h>

#define RSA_MIN_BITS 2048
#define RSA_MAX_BYTES 1024
#define FIELD_MAX_BYTES 66

struct cs_public_key {
	enum cs_key_kind kind;
	EVP_PKEY *pkey; /* NULL of Ed25519 */
	uint8_t ed25519[crypto_sign_PUBLICKEYBYTES];
};

/* --- algorithms --- */

enum family { FAMILY_EC, FAMILY_ED25519, FAMILY_RSA };
enum digest { SHA1, SHA256, SHA384, SHA512 };

static const struct alg {
	enum cs_signature_alg alg;
	enum family family;
	enum cs_key_kind kind; /* that a credential with this algorithm has; 0: none has */
	enum digest digest;
	int padding;
} algs[] = {
	{ CS_SIG_ES256, FAMILY_EC, CS_KEY_P256, SHA256, 0 },
	{ CS_SIG_EDDSA, FAMILY_ED25519, CS_KEY_ED25519, 0, 0 },
	{ CS_SIG_RS256, FAMILY_RSA, CS_KEY_RSA, SHA256, RSA_PKCS1_PADDING },
	{ CS_SIG_ES384, FAMILY_EC, CS_KEY_P384, SHA384, 0 },
	{ CS_SIG_ES512, FAMILY_EC, CS_KEY_P521, SHA512, 0 },
	{ CS_SIG_PS256, FAMILY_RSA, CS_KEY_RSA, SHA256, RSA_PKCS1_PSS_PADDING },
	{ CS_SIG_PS384, FAMILY_RSA, CS_KEY_RSA, SHA384, RSA_PKCS1_PSS_PADDING },
	{ CS_SIG_PS512, FAMILY_RSA, CS_KEY_RSA, SHA512, RSA_PKCS1_PSS_PADDING },
	{ CS_SIG_RS384, FAMILY_RSA, CS_KEY_RSA, SHA384, RSA_PKCS1_PADDING },
	{ CS_SIG_RS512, FAMILY_RSA, CS_KEY_RSA, SHA512, RSA_PKCS1_PADDING },
	{ CS_SIG_RS1, FAMILY_RSA, CS_KEY_RSA, SHA1, RSA_PKCS1_PADDING },
};

static const struct alg *
find_alg(int64_t alg)
{
	for (size_t i = 0; i < CS_COUNT(algs); i++) {
		if (algs[i].alg == alg)
			return &algs[i];
	}
	return NULL;
}

bool
cs_signature_alg_is_known(int64_t alg)
{
	return find_alg(alg) != NULL;
}

bool
cs_signature_alg_fits(int64_t alg, enum cs_key_kind kind)
{
	const struct alg *a = find_alg(alg);

	return a != NULL && a->kind == kind;
}

static enum family
family_of(enum cs_key_kind kind)
{
	if (kind == CS_KEY_RSA)
		return FAMILY_RSA;
	return kind == CS_KEY_ED25519 ? FAMILY_ED25519 : FAMILY_EC;
}

static const EVP_MD *
digest_of(enum digest d)
{
	const struct cs_library *lib = cs_library();

	switch (d) {
	case SHA1:
		return lib->sha1;
	case SHA256:
		return lib->sha256;
	case SHA384:
		return lib->sha384;
	case SHA512:
		return lib->sha512;
	}
	return NULL;
}

/* --- import --- */

static struct cs_public_key *
key_new(enum cs_key_kind kind)
{
	struct cs_public_key *k = calloc(1, sizeof(*k));

	CS_ASSERT(k != NULL);
	k->kind = kind;
	return k;
}

void
cs_public_key_free(struct cs_public_key **k)
{
	if (*k == NULL)
		return;
	EVP_PKEY_free((*k)->pkey);
	free(*k);
	*k = NULL;
}

static const struct curve {
	enum cs_key_kind kind;
	size_t len;
} curves[] = {
	{ CS_KEY_P256, 32 },
	{ CS_KEY_P384, 48 },
	{ CS_KEY_P521, FIELD_MAX_BYTES },
};

/* point: 04 || x || y. */
static cs_err
ec_from_point(enum cs_key_kind kind, cs_span point, struct cs_public_key **out)
{
	CS_AUTO(cs_public_key_free) struct cs_public_key *k = NULL;
	size_t c = 0;

	while (c < CS_COUNT(curves) && curves[c].kind != kind)
		c++;
	if (c == CS_COUNT(curves) || point.len != 1 + 2 * curves[c].len || point.p[0] != 4)
		return CS_FAIL(INVALID);
	k = key_new(kind);
	k->pkey = EVP_PKEY_dup(cs_library()->curve[c]);
	if (k->pkey == NULL)
		return CS_FAIL(CRYPTO);
	/* This fails for a point that is not on the curve. */
	if (EVP_PKEY_set1_encoded_public_key(k->pkey, point.p, point.len) != 1) {
		ERR_clear_error();
		return CS_FAIL(INVALID);
	}
	*out = CS_TAKE(k);
	return CS_OK;
}

cs_err
cs_public_key_from_ec(enum cs_key_kind curve, cs_span x, cs_span y, struct cs_public_key **out)
{
	uint8_t point[1 + 2 * FIELD_MAX_BYTES] = { 4 };

	*out = NULL;
	if (x.len == 0 || x.len != y.len || x.len > FIELD_MAX_BYTES)
		return CS_FAIL(INVALID);
	memcpy(point + 1, x.p, x.len);
	memcpy(point + 1 + x.len, y.p, y.len);
	return ec_from_point(curve, CS_SPAN(point, 1 + 2 * x.len), out);
}

cs_err
cs_public_key_from_ed25519(cs_span x, struct cs_public_key **out)
{
	*out = NULL;
	cs_library(); /* libsodium is ready */
	if (x.len != crypto_sign_PUBLICKEYBYTES || crypto_core_ed25519_is_valid_point(x.p) != 1)
		return CS_FAIL(INVALID);
	*out = key_new(CS_KEY_ED25519);
	memcpy((*out)->ed25519, x.p, x.len);
	return CS_OK;
}

static cs_span
without_zeros(cs_span number)
{
	while (number.len != 0 && number.p[0] == 0) {
		number.p++;
		number.len--;
	}
	return number;
}

static bool
is_usable_rsa(cs_span n, cs_span e)
{
	return n.len >= RSA_MIN_BITS / 8 && n.len <= RSA_MAX_BYTES &&
	       (n.len > RSA_MIN_BITS / 8 || (n.p[0] & 0x80) != 0) && (n.p[n.len - 1] & 1) != 0 &&
	       e.len >= 1 && e.len <= 8 && (e.p[e.len - 1] & 1) != 0 && (e.len > 1 || e.p[0] >= 3);
}

/* The number in the byte order of this machine, as OSSL_PARAM has it. */
static bool
to_native(cs_span number, uint8_t *out)
{
	BIGNUM *bn = BN_bin2bn(number.p, (int)number.len, NULL);
	bool is_done = bn != NULL && BN_bn2nativepad(bn, out, (int)number.len) == (int)number.len;

	BN_free(bn);
	return is_done;
}

static EVP_PKEY *
rsa_from(cs_span n, cs_span e)
{
	uint8_t native_n[RSA_MAX_BYTES], native_e[8];
	EVP_PKEY *key = NULL;
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, native_n, n.len),
		OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, native_e, e.len),
		OSSL_PARAM_construct_end(),
	};

	if (!to_native(n, native_n) || !to_native(e, native_e))
		return NULL;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		key = NULL;
	EVP_PKEY_CTX_free(ctx);
	return key;
}

cs_err
cs_public_key_from_rsa(cs_span n, cs_span e, struct cs_public_key **out)
{
	*out = NULL;
	n = without_zeros(n);
	e = without_zeros(e);
	if (!is_usable_rsa(n, e))
		return CS_FAIL(INVALID);
	EVP_PKEY *pkey = rsa_from(n, e);
	if (pkey == NULL) {
		ERR_clear_error();
		return CS_FAIL(CRYPTO);
	}
	*out = key_new(CS_KEY_RSA);
	(*out)->pkey = pkey;
	return CS_OK;
}

/* --- SubjectPublicKeyInfo --- */

/* A number above zero in as few octets as can be (X.690 §8.3.2). */
static cs_err
take_positive(cs_span *rest, cs_span *out)
{
	CS_TRY(cs_der_take(rest, CS_DER_INTEGER, out));
	if (out->len == 0 || (out->p[0] & 0x80) != 0 ||
	    (out->len > 1 && out->p[0] == 0 && (out->p[1] & 0x80) == 0))
		return CS_FAIL(INVALID);
	return CS_OK;
}

/* RFC 8017 A.1.1: RSAPublicKey. */
static cs_err
rsa_from_der(cs_span der, struct cs_public_key **out)
{
	cs_span body, n, e;

	CS_TRY(cs_der_take(&der, CS_DER_SEQUENCE, &body));
	CS_TRY(take_positive(&body, &n));
	CS_TRY(take_positive(&body, &e));
	if (der.len != 0 || body.len != 0)
		return CS_FAIL(INVALID);
	return cs_public_key_from_rsa(n, e, out);
}

#define BYTES(...) \
	{ \
		(const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }) \
	}

/* AlgorithmIdentifier's contents, whole: RFC 3279 §2.3.1, RFC 5480 §2.1, RFC 8410 §3. */
static const struct spki {
	enum cs_key_kind kind;
	cs_span algorithm;
} spkis[] = {
	{ CS_KEY_P256, BYTES(6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 6, 8, 0x2a, 0x86, 0x48,
			   0xce, 0x3d, 0x03, 0x01, 0x07) },
	{ CS_KEY_P384, BYTES(6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 6, 5, 0x2b, 0x81, 0x04,
			   0x00, 0x22) },
	{ CS_KEY_P521, BYTES(6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 6, 5, 0x2b, 0x81, 0x04,
			   0x00, 0x23) },
	{ CS_KEY_ED25519, BYTES(6, 3, 0x2b, 0x65, 0x70) },
	{ CS_KEY_RSA,
	    BYTES(6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00) },
};

static cs_err
key_from_bits(enum cs_key_kind kind, cs_span bits, struct cs_public_key **out)
{
	switch (family_of(kind)) {
	case FAMILY_EC:
		return ec_from_point(kind, bits, out);
	case FAMILY_ED25519:
		return cs_public_key_from_ed25519(bits, out);
	case FAMILY_RSA:
		return rsa_from_der(bits, out);
	}
	return CS_FAIL(INVALID);
}

cs_err
cs_public_key_from_spki(cs_span der, struct cs_public_key **out)
{
	cs_span body, algorithm, bits;

	*out = NULL;
	CS_TRY(cs_der_take(&der, CS_DER_SEQUENCE, &body));
	CS_TRY(cs_der_take(&body, CS_DER_SEQUENCE, &algorithm));
	CS_TRY(cs_der_take(&body, CS_DER_BIT_STRING, &bits));
	/* No unused bits in the last octet. */
	if (der.len != 0 || body.len != 0 || bits.len < 2 || bits.p[0] != 0)
		return CS_FAIL(INVALID);
	bits = CS_SPAN(bits.p + 1, bits.len - 1);
	for (size_t i = 0; i < CS_COUNT(spkis); i++) {
		if (cs_der_equal(spkis[i].algorithm, algorithm))
			return key_from_bits(spkis[i].kind, bits, out);
	}
	return CS_FAIL(INVALID);
}

/* --- use --- */

enum cs_key_kind
cs_public_key_kind(const struct cs_public_key *k)
{
	return k->kind;
}

bool
cs_public_key_equal(const struct cs_public_key *a, const struct cs_public_key *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == CS_KEY_ED25519)
		return cs_equal(a->ed25519, b->ed25519, sizeof(a->ed25519));
	bool is_equal = EVP_PKEY_eq(a->pkey, b->pkey) == 1;
	ERR_clear_error();
	return is_equal;
}

static bool
set_padding(EVP_PKEY_CTX *ctx, const struct alg *a, const EVP_MD *md)
{
	if (a->family != FAMILY_RSA)
		return true;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, a->padding) > 0 &&
	       (a->padding != RSA_PKCS1_PSS_PADDING ||
		   (EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md) > 0 &&
		       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) > 0));
}

static bool
verify_digest(
    const struct cs_public_key *k, const struct alg *a, cs_span message, cs_span signature)
{
	const EVP_MD *md = digest_of(a->digest);
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (EVP_Digest(message.p, message.len, digest, &len, md, NULL) != 1)
		return false;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, k->pkey, NULL);
	/* The digest is named to RSA, which writes its name into the padding; ECDSA has no need. */
	bool holds = ctx != NULL && EVP_PKEY_verify_init(ctx) == 1 && set_padding(ctx, a, md) &&
		     (a->family != FAMILY_RSA || EVP_PKEY_CTX_set_signature_md(ctx, md) > 0) &&
		     EVP_PKEY_verify(ctx, signature.p, signature.len, digest, len) == 1;
	EVP_PKEY_CTX_free(ctx);
	if (!holds)
		ERR_clear_error();
	return holds;
}

bool
cs_public_key_verify(const struct cs_public_key *k, int64_t alg, cs_span message, cs_span signature)
{
	const struct alg *a = find_alg(alg);

	if (a == NULL || a->family != family_of(k->kind) || signature.len == 0)
		return false;
	if (a->family == FAMILY_ED25519)
		return signature.len == crypto_sign_BYTES &&
		       crypto_sign_verify_detached(
			   signature.p, message.p, message.len, k->ed25519) == 0;
	return verify_digest(k, a, message, signature);
}
