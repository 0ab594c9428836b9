#include "proto/tpm_structures.h"

#include "base/reader.h"
#include "crypto/der.h"

/* Part 2 §6.3 TPM_ALG_ID */
#define ALG_RSA 0x0001
#define ALG_SHA1 0x0004
#define ALG_SHA256 0x000b
#define ALG_SHA384 0x000c
#define ALG_SHA512 0x000d
#define ALG_NULL 0x0010
#define ALG_RSAES 0x0015
#define ALG_ECDAA 0x001a
#define ALG_ECC 0x0023

#define GENERATED_VALUE 0xff544347
#define ST_ATTEST_CERTIFY 0x8017
#define RSA_DEFAULT_EXPONENT 65537
#define FIELD_MAX 66

static cs_err
digest_of(uint16_t alg, enum cs_digest *out)
{
	switch (alg) {
	case ALG_SHA1:
		*out = CS_DIGEST_SHA1;
		return CS_OK;
	case ALG_SHA256:
		*out = CS_DIGEST_SHA256;
		return CS_OK;
	case ALG_SHA384:
		*out = CS_DIGEST_SHA384;
		return CS_OK;
	case ALG_SHA512:
		*out = CS_DIGEST_SHA512;
		return CS_OK;
	default:
		return CS_FAIL(INVALID);
	}
}

/* TPM2B_*: a length and as many bytes. */
static cs_err
read_sized(struct cs_reader *r, cs_span *out)
{
	uint16_t len;

	CS_TRY(cs_read_be16(r, &len));
	return cs_read_span(r, len, out);
}

/* TPMT_SYM_DEF_OBJECT: nothing, or an algorithm with key bits and mode. */
static cs_err
skip_symmetric(struct cs_reader *r)
{
	uint16_t alg;
	cs_span details;

	CS_TRY(cs_read_be16(r, &alg));
	return alg == ALG_NULL ? CS_OK : cs_read_span(r, 4, &details);
}

/* TPMT_RSA_SCHEME, TPMT_ECC_SCHEME, TPMT_KDF_SCHEME: most have a digest behind them. */
static cs_err
skip_scheme(struct cs_reader *r)
{
	uint16_t alg;
	cs_span details;

	CS_TRY(cs_read_be16(r, &alg));
	if (alg == ALG_NULL || alg == ALG_RSAES)
		return CS_OK;
	return cs_read_span(r, alg == ALG_ECDAA ? 4 : 2, &details);
}

static cs_err
read_rsa(struct cs_reader *r, struct cs_tpm_public *out)
{
	uint16_t bits;

	CS_TRY(skip_symmetric(r));
	CS_TRY(skip_scheme(r));
	CS_TRY(cs_read_be16(r, &bits));
	CS_TRY(cs_read_be32(r, &out->e));
	CS_TRY(read_sized(r, &out->n));
	if (out->e == 0)
		out->e = RSA_DEFAULT_EXPONENT;
	out->kind = CS_KEY_RSA;
	return out->n.len * 8 == bits ? CS_OK : CS_FAIL(INVALID);
}

/* Part 2 §6.4 TPM_ECC_CURVE */
static cs_err
curve_of(uint16_t curve, enum cs_key_kind *out)
{
	static const enum cs_key_kind kinds[] = { CS_KEY_P256, CS_KEY_P384, CS_KEY_P521 };

	if (curve < 3 || curve > 5)
		return CS_FAIL(INVALID);
	*out = kinds[curve - 3];
	return CS_OK;
}

static cs_err
read_ecc(struct cs_reader *r, struct cs_tpm_public *out)
{
	uint16_t curve;

	CS_TRY(skip_symmetric(r));
	CS_TRY(skip_scheme(r));
	CS_TRY(cs_read_be16(r, &curve));
	CS_TRY(curve_of(curve, &out->kind));
	CS_TRY(skip_scheme(r)); /* kdf */
	CS_TRY(read_sized(r, &out->x));
	return read_sized(r, &out->y);
}

cs_err
cs_tpm_public_decode(cs_span bytes, struct cs_tpm_public *out)
{
	struct cs_reader r = cs_reader_of(bytes);
	uint16_t type, name_alg;
	uint32_t attributes;
	cs_span policy;

	*out = (struct cs_tpm_public){ 0 };
	CS_TRY(cs_read_be16(&r, &type));
	CS_TRY(cs_read_be16(&r, &name_alg));
	CS_TRY(digest_of(name_alg, &out->name_alg));
	CS_TRY(cs_read_be32(&r, &attributes));
	CS_TRY(read_sized(&r, &policy));
	if (type == ALG_RSA)
		CS_TRY(read_rsa(&r, out));
	else if (type == ALG_ECC)
		CS_TRY(read_ecc(&r, out));
	else
		return CS_FAIL(INVALID);
	return cs_read_end(&r);
}

static size_t
field_len(enum cs_key_kind kind)
{
	if (kind == CS_KEY_P256)
		return 32;
	return kind == CS_KEY_P384 ? 48 : FIELD_MAX;
}

/* To the width of the field: TPMs may leave leading zeros out. */
static cs_err
widen(cs_span in, size_t len, uint8_t out[static FIELD_MAX])
{
	if (in.len > len)
		return CS_FAIL(INVALID);
	memset(out, 0, len);
	if (in.len != 0)
		memcpy(out + len - in.len, in.p, in.len);
	return CS_OK;
}

cs_err
cs_tpm_public_import(const struct cs_tpm_public *p, struct cs_public_key **out)
{
	uint8_t x[FIELD_MAX], y[FIELD_MAX];

	*out = NULL;
	if (p->kind == CS_KEY_RSA) {
		const uint8_t e[] = { (uint8_t)(p->e >> 24), (uint8_t)(p->e >> 16),
			(uint8_t)(p->e >> 8), (uint8_t)p->e };
		return cs_public_key_from_rsa(p->n, CS_SPAN(e, sizeof(e)), out);
	}
	size_t len = field_len(p->kind);
	CS_TRY(widen(p->x, len, x));
	CS_TRY(widen(p->y, len, y));
	return cs_public_key_from_ec(p->kind, CS_SPAN(x, len), CS_SPAN(y, len), out);
}

cs_err
cs_tpm_certified_decode(cs_span bytes, struct cs_tpm_certified *out)
{
	struct cs_reader r = cs_reader_of(bytes);
	uint32_t magic;
	uint16_t type;
	cs_span skipped;

	*out = (struct cs_tpm_certified){ 0 };
	CS_TRY(cs_read_be32(&r, &magic));
	CS_TRY(cs_read_be16(&r, &type));
	if (magic != GENERATED_VALUE || type != ST_ATTEST_CERTIFY)
		return CS_FAIL(INVALID);
	CS_TRY(read_sized(&r, &skipped)); /* qualifiedSigner */
	CS_TRY(read_sized(&r, &out->extra_data));
	CS_TRY(cs_read_span(&r, 17, &skipped)); /* clockInfo */
	CS_TRY(cs_read_span(&r, 8, &skipped)); /* firmwareVersion */
	CS_TRY(read_sized(&r, &out->name));
	CS_TRY(read_sized(&r, &skipped)); /* qualifiedName */
	return cs_read_end(&r);
}

bool
cs_tpm_name_is(cs_span name, const struct cs_tpm_public *p, cs_span area)
{
	struct cs_reader r = cs_reader_of(name);
	uint8_t wanted[CS_DIGEST_MAX];
	enum cs_digest alg;
	uint16_t number;

	if (cs_failed(cs_read_be16(&r, &number)) || cs_failed(digest_of(number, &alg)) ||
	    alg != p->name_alg)
		return false;
	cs_digest_compute(alg, area, wanted);
	return cs_der_equal(r.rest, CS_SPAN(wanted, cs_digest_len(alg)));
}
