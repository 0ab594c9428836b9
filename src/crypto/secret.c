/*
 * secret.c - secrets in slots of locked slabs.
 *
 * libsodium's guarded allocation costs four pages and three system calls an object, and a lock is
 * a page's, not an object's: unlocking one secret would unlock its neighbours. So slabs are locked
 * once and kept; slots come and go. The handle is ordinary memory, so that a leak is seen as one.
 */
#include "crypto/secret.h"

#include "base/pages.h"

#include <pthread.h>
#include <stdlib.h>

#define SLAB_BYTES 16384

union slot {
	union slot *next;
	uint8_t bytes[CS_SECRET_MAX];
};

struct cs_secret {
	union slot *slot;
	size_t len;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static union slot *free_slots;

static void
add_slab(void)
{
	union slot *slab = cs_pages_new(SLAB_BYTES);

	CS_ASSERT(slab != NULL);
	for (size_t i = 0; i < SLAB_BYTES / sizeof(*slab); i++) {
		slab[i].next = free_slots;
		free_slots = &slab[i];
	}
}

static union slot *
take_slot(void)
{
	pthread_mutex_lock(&lock);
	if (free_slots == NULL)
		add_slab();
	union slot *s = free_slots;
	free_slots = s->next;
	pthread_mutex_unlock(&lock);
	return s;
}

static void
give_slot(union slot *s)
{
	cs_wipe(s, sizeof(*s));
	pthread_mutex_lock(&lock);
	s->next = free_slots;
	free_slots = s;
	pthread_mutex_unlock(&lock);
}

static struct cs_secret *
new_secret(size_t len)
{
	struct cs_secret *s = malloc(sizeof(*s));

	CS_ASSERT(s != NULL);
	*s = (struct cs_secret){ .slot = take_slot(), .len = len };
	return s;
}

cs_err
cs_secret_from(cs_span bytes, struct cs_secret **out)
{
	*out = NULL;
	if (bytes.len == 0 || bytes.len > CS_SECRET_MAX)
		return CS_FAIL(INVALID);
	*out = new_secret(bytes.len);
	memcpy((*out)->slot->bytes, bytes.p, bytes.len);
	return CS_OK;
}

cs_err
cs_secret_random(const struct cs_random *rng, size_t len, struct cs_secret **out)
{
	*out = NULL;
	if (len == 0 || len > CS_SECRET_MAX)
		return CS_FAIL(INVALID);
	*out = new_secret(len);
	cs_random_fill(rng, (*out)->slot->bytes, len);
	return CS_OK;
}

void
cs_secret_free(struct cs_secret **s)
{
	if (*s == NULL)
		return;
	give_slot((*s)->slot);
	free(*s);
	*s = NULL;
}

cs_span
cs_secret_span(const struct cs_secret *s)
{
	return (cs_span){ s->slot->bytes, s->len };
}

void
cs_wipe(void *p, size_t len)
{
	if (len != 0)
		explicit_bzero(p, len);
}
