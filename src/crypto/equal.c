/*
 * equal.c - see equal.h.
 */
#include "crypto/equal.h"

#include <stdint.h>

bool
cs_equal(const void *a, const void *b, size_t len)
{
	const volatile uint8_t *x = a;
	const volatile uint8_t *y = b;
	uint8_t difference = 0;

	/* volatile: every byte is read, and nobody may stop at the first that differs. */
	for (size_t i = 0; i < len; i++)
		difference |= (uint8_t)(x[i] ^ y[i]);
	return difference == 0;
}
