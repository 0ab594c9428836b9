/*
 * share_check.c - the word at place i (from 0) is the coefficient of x^(31-i).
 */
#include "vault/share_check.h"

#include <string.h>

#define CHECKS (CS_SHARE_SYMBOLS - CS_SHARE_DATA_SYMBOLS)

static uint16_t
multiply(uint16_t a, uint16_t b)
{
	uint32_t product = 0, shifted = a;

	for (unsigned i = 0; i < 10; i++) {
		product ^= shifted & (0 - ((uint32_t)b >> i & 1));
		shifted = shifted << 1 ^ (0x409 & (0 - (shifted >> 9 & 1)));
	}
	return (uint16_t)product;
}

/* The polynomial's value at each root: all zero when the check holds. */
static void
values(const uint16_t symbols[static CS_SHARE_SYMBOLS], uint16_t out[static CHECKS])
{
	static const uint16_t roots[CHECKS] = { 1, 2, 4 };

	for (size_t r = 0; r < CHECKS; r++) {
		out[r] = 0;
		for (size_t i = 0; i < CS_SHARE_SYMBOLS; i++)
			out[r] = multiply(out[r], roots[r]) ^ symbols[i];
	}
}

bool
cs_share_check_holds(const uint16_t symbols[static CS_SHARE_SYMBOLS])
{
	uint16_t v[CHECKS];

	values(symbols, v);
	return (v[0] | v[1] | v[2]) == 0;
}

/* What is left of the data times x^3 after division by (x + 1)(x + a)(x + a^2). */
void
cs_share_check_fill(uint16_t symbols[static CS_SHARE_SYMBOLS])
{
	/* 1 + a + a^2, a + a^2 + a^3, a^3 */
	static const uint16_t generator[CHECKS] = { 0x7, 0xe, 0x8 };
	uint16_t rest[CHECKS] = { 0 };

	for (size_t i = 0; i < CS_SHARE_DATA_SYMBOLS; i++) {
		uint16_t factor = rest[0] ^ symbols[i];

		rest[0] = rest[1] ^ multiply(factor, generator[0]);
		rest[1] = rest[2] ^ multiply(factor, generator[1]);
		rest[2] = multiply(factor, generator[2]);
	}
	memcpy(symbols + CS_SHARE_DATA_SYMBOLS, rest, sizeof(rest));
}

bool
cs_share_check_locate(
    const uint16_t symbols[static CS_SHARE_SYMBOLS], size_t *out_at, uint16_t *out_right)
{
	uint16_t v[CHECKS], power = 1;

	values(symbols, v);
	/* An error e at x^p gives e, e a^p and e a^2p. */
	for (size_t p = 0; v[0] != 0 && p < CS_SHARE_SYMBOLS; p++) {
		if (multiply(v[0], power) == v[1] && multiply(v[1], power) == v[2]) {
			*out_at = CS_SHARE_SYMBOLS - 1 - p;
			*out_right = symbols[*out_at] ^ v[0];
			return true;
		}
		power = multiply(power, 2);
	}
	return false;
}

bool
cs_share_check_swapped(
    const uint16_t symbols[static CS_SHARE_SYMBOLS], size_t *out_first, size_t *out_second)
{
	uint16_t tried[CS_SHARE_SYMBOLS], v[CHECKS];

	values(symbols, v);
	/* Two that changed places have the sum that they had. */
	if (v[0] != 0)
		return false;
	memcpy(tried, symbols, sizeof(tried));
	for (size_t i = 0; i < CS_SHARE_SYMBOLS; i++)
		for (size_t j = i + 1; j < CS_SHARE_SYMBOLS; j++) {
			tried[i] = symbols[j];
			tried[j] = symbols[i];
			bool is_it = symbols[i] != symbols[j] && cs_share_check_holds(tried);
			tried[i] = symbols[i];
			tried[j] = symbols[j];
			if (!is_it)
				continue;
			explicit_bzero(tried, sizeof(tried));
			*out_first = i;
			*out_second = j;
			return true;
		}
	explicit_bzero(tried, sizeof(tried));
	return false;
}
