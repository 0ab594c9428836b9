/*
 * equal.c - see equal.h.
 */
#include "crypto/equal.h"

#include <sodium.h>

bool
cs_equal(const void *a, const void *b, size_t len)
{
	return sodium_memcmp(a, b, len) == 0;
}
