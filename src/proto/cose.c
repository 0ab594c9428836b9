#include "proto/cose.h"

/* RFC 8152 §7.1, §13.1, §13.2; RFC 8230 §4: labels and values. */
enum { LABEL_KTY = 1, LABEL_ALG = 3, LABEL_CRV = -1, LABEL_X = -2, LABEL_Y = -3 };
enum { LABEL_N = -1, LABEL_E = -2 };
enum { KTY_OKP = 1, KTY_EC2 = 2, KTY_RSA = 3 };

static const struct curve {
	int64_t kty;
	int64_t crv;
	enum cs_key_kind kind;
	size_t len;
} curves[] = {
	{ KTY_EC2, 1, CS_KEY_P256, 32 },
	{ KTY_EC2, 2, CS_KEY_P384, 48 },
	{ KTY_EC2, 3, CS_KEY_P521, 66 },
	{ KTY_OKP, 6, CS_KEY_ED25519, 32 },
};

static const struct curve *
find_curve(int64_t kty, int64_t crv)
{
	for (size_t i = 0; i < CS_COUNT(curves); i++) {
		if (curves[i].kty == kty && curves[i].crv == crv)
			return &curves[i];
	}
	return NULL;
}

/*
 * EC2 and OKP. Compressed points (y is a boolean) are refused: WebAuthn L3 §6.5.1.1 has "MUST NOT".
 */
static cs_err
point_of(const struct cs_cbor *map, int64_t kty, struct cs_cose_key *k)
{
	int64_t crv;

	if (!cs_cbor_is_int(cs_cbor_get_int(map, LABEL_CRV), &crv))
		return CS_FAIL(INVALID);
	const struct curve *c = find_curve(kty, crv);
	if (c == NULL)
		return CS_FAIL(NOT_FOUND);
	k->kind = c->kind;
	if (!cs_cbor_is_bytes(cs_cbor_get_int(map, LABEL_X), &k->x) || k->x.len != c->len)
		return CS_FAIL(INVALID);
	if (kty == KTY_EC2 &&
	    (!cs_cbor_is_bytes(cs_cbor_get_int(map, LABEL_Y), &k->y) || k->y.len != c->len))
		return CS_FAIL(INVALID);
	return CS_OK;
}

static cs_err
rsa_of(const struct cs_cbor *map, struct cs_cose_key *k)
{
	k->kind = CS_KEY_RSA;
	if (!cs_cbor_is_bytes(cs_cbor_get_int(map, LABEL_N), &k->n) || k->n.len == 0 ||
	    !cs_cbor_is_bytes(cs_cbor_get_int(map, LABEL_E), &k->e) || k->e.len == 0)
		return CS_FAIL(INVALID);
	return CS_OK;
}

static cs_err
key_of(const struct cs_cbor *map, struct cs_cose_key *k)
{
	int64_t kty;

	if (!cs_cbor_is_int(cs_cbor_get_int(map, LABEL_KTY), &kty) ||
	    !cs_cbor_is_int(cs_cbor_get_int(map, LABEL_ALG), &k->alg))
		return CS_FAIL(INVALID);
	if (kty != KTY_EC2 && kty != KTY_OKP && kty != KTY_RSA)
		return CS_FAIL(NOT_FOUND);
	if (!cs_signature_alg_is_known(k->alg))
		return CS_FAIL(NOT_FOUND);
	CS_TRY(kty == KTY_RSA ? rsa_of(map, k) : point_of(map, kty, k));
	return cs_signature_alg_fits(k->alg, k->kind) ? CS_OK : CS_FAIL(INVALID);
}

cs_err
cs_cose_key_of(const struct cs_cbor *map, struct cs_cose_key *out)
{
	struct cs_cose_key k = { 0 };

	*out = k;
	CS_TRY(key_of(map, &k));
	*out = k;
	return CS_OK;
}

cs_err
cs_cose_key_decode(struct cs_arena *a, cs_span bytes, struct cs_cose_key *out)
{
	const struct cs_cbor *map;

	*out = (struct cs_cose_key){ 0 };
	CS_TRY(cs_cbor_decode(a, bytes, &map));
	return cs_cose_key_of(map, out);
}

cs_err
cs_cose_key_import(const struct cs_cose_key *k, struct cs_public_key **out)
{
	switch (k->kind) {
	case CS_KEY_P256:
	case CS_KEY_P384:
	case CS_KEY_P521:
		return cs_public_key_from_ec(k->kind, k->x, k->y, out);
	case CS_KEY_ED25519:
		return cs_public_key_from_ed25519(k->x, out);
	case CS_KEY_RSA:
		return cs_public_key_from_rsa(k->n, k->e, out);
	}
	*out = NULL;
	return CS_FAIL(INVALID);
}
