/*
 * shamir.c - a curve for each byte, and the values on it.
 */
#include "crypto/shamir.h"

#include "crypto/secret.h"

/* GF(2^8) modulo x^8 + x^4 + x^3 + x + 1: no table, no branch on what is multiplied. */
static uint8_t
multiply(uint8_t a, uint8_t b)
{
	uint32_t product = 0, shifted = a;

	for (unsigned i = 0; i < 8; i++) {
		product ^= shifted & (0 - ((uint32_t)b >> i & 1));
		shifted = shifted << 1 ^ (0x11b & (0 - (shifted >> 7 & 1)));
	}
	return (uint8_t)product;
}

/* a^254: 0 stays 0. */
static uint8_t
inverse(uint8_t a)
{
	uint8_t power = a, result = 1;

	for (unsigned i = 1; i < 8; i++) {
		power = multiply(power, power);
		result = multiply(result, power);
	}
	return result;
}

/* Horner, from the highest coefficient down to the secret. */
static uint8_t
curve_at(uint8_t secret, const uint8_t *coefficients, size_t count, uint8_t x)
{
	uint8_t y = 0;

	for (size_t i = count; i > 0; i--)
		y = multiply(y, x) ^ coefficients[i - 1];
	return multiply(y, x) ^ secret;
}

cs_err
cs_shamir_split(const struct cs_random *rng, cs_span secret, size_t need, size_t of, uint8_t *out)
{
	uint8_t coefficients[CS_SHAMIR_PARTS_MAX];

	if (need < 2 || need > of || of > CS_SHAMIR_PARTS_MAX || secret.len == 0 ||
	    secret.len > CS_SHAMIR_SECRET_MAX)
		return CS_FAIL(LIMIT);
	for (size_t i = 0; i < secret.len; i++) {
		/* All of them uniform, the highest too: were it never zero, parts would say something. */
		cs_random_fill(rng, coefficients, need - 1);
		for (size_t part = 0; part < of; part++)
			out[part * secret.len + i] =
			    curve_at(secret.p[i], coefficients, need - 1, (uint8_t)(part + 1));
	}
	cs_wipe(coefficients, sizeof(coefficients));
	return CS_OK;
}

static cs_err
check_xs(const uint8_t *xs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (xs[i] == 0)
			return CS_FAIL(INVALID);
		for (size_t j = 0; j < i; j++)
			if (xs[i] == xs[j])
				return CS_FAIL(INVALID);
	}
	return CS_OK;
}

/* What part i counts for at x: Lagrange's basis. Minus is plus here. */
static uint8_t
weight(const uint8_t *xs, size_t count, size_t i, uint8_t x)
{
	uint8_t above = 1, below = 1;

	for (size_t j = 0; j < count; j++)
		if (j != i) {
			above = multiply(above, x ^ xs[j]);
			below = multiply(below, xs[i] ^ xs[j]);
		}
	return multiply(above, inverse(below));
}

cs_err
cs_shamir_value(
    const uint8_t *xs, const uint8_t *parts, size_t count, size_t len, uint8_t x, uint8_t *out)
{
	if (count == 0 || count > CS_SHAMIR_PARTS_MAX || len == 0 || len > CS_SHAMIR_SECRET_MAX)
		return CS_FAIL(LIMIT);
	CS_TRY(check_xs(xs, count));
	memset(out, 0, len);
	for (size_t i = 0; i < count; i++) {
		uint8_t w = weight(xs, count, i, x);

		for (size_t at = 0; at < len; at++)
			out[at] ^= multiply(w, parts[i * len + at]);
	}
	return CS_OK;
}
