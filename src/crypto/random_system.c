/*
 * random_system.c - the operating system's randomness.
 */
#include "crypto/random.h"

#include <sodium.h>

static void
system_fill(void *ctx, uint8_t *out, size_t len)
{
	/* Any thread, any number of times; without it a fork would repeat its parent's bytes. */
	CS_ASSERT(sodium_init() >= 0);
	randombytes_buf(out, len);
}

const struct cs_random cs_random_system = { .fill = system_fill };
