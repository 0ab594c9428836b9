/*
 * guarded.c - on libsodium's guarded heap.
 */
#include "crypto/guarded.h"

#include <sodium.h>
#include <stdlib.h>

struct cs_guarded {
	uint8_t *bytes;
};

cs_err
cs_guarded_new(size_t len, struct cs_guarded **out)
{
	*out = NULL;
	CS_ASSERT(sodium_init() >= 0);
	uint8_t *bytes = sodium_malloc(len);
	/* sodium_malloc has tried to lock it, and would not say that it could not. */
	if (bytes == NULL || sodium_mlock(bytes, len) != 0) {
		sodium_free(bytes);
		return CS_FAIL(UNAVAILABLE);
	}
	sodium_memzero(bytes, len);
	*out = malloc(sizeof(**out));
	CS_ASSERT(*out != NULL);
	(*out)->bytes = bytes;
	return CS_OK;
}

uint8_t *
cs_guarded_open(struct cs_guarded *g)
{
	CS_ASSERT(sodium_mprotect_readwrite(g->bytes) == 0);
	return g->bytes;
}

void
cs_guarded_shut(struct cs_guarded *g)
{
	CS_ASSERT(sodium_mprotect_noaccess(g->bytes) == 0);
}

void
cs_guarded_free(struct cs_guarded **g)
{
	if (*g == NULL)
		return;
	sodium_free((*g)->bytes);
	free(*g);
	*g = NULL;
}
