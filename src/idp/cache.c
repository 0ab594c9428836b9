#include "idp/cache.h"

#include <pthread.h>
#include <stdlib.h>

struct entry {
	char *key;
	size_t key_len;
	uint8_t *document;
	size_t len;
	cs_time fetched;
	cs_time tried;
};

struct cs_idp_cache {
	pthread_mutex_t lock;
	size_t count;
	struct entry entries[CS_IDP_CACHE_MAX];
};

static void *
copy_of(const void *p, size_t len)
{
	void *copy = malloc(len + 1);

	CS_ASSERT(copy != NULL);
	if (len != 0)
		memcpy(copy, p, len);
	return copy;
}

struct cs_idp_cache *
cs_idp_cache_new(void)
{
	struct cs_idp_cache *c = calloc(1, sizeof(*c));

	CS_ASSERT(c != NULL);
	CS_ASSERT(pthread_mutex_init(&c->lock, NULL) == 0);
	return c;
}

void
cs_idp_cache_free(struct cs_idp_cache **c)
{
	if (*c == NULL)
		return;
	for (size_t i = 0; i < (*c)->count; i++) {
		free((*c)->entries[i].key);
		free((*c)->entries[i].document);
	}
	pthread_mutex_destroy(&(*c)->lock);
	free(*c);
	*c = NULL;
}

static struct entry *
find(struct cs_idp_cache *c, cs_str key)
{
	for (size_t i = 0; i < c->count; i++) {
		struct entry *e = &c->entries[i];

		if (cs_str_equal((cs_str){ e->key, e->key_len }, key))
			return e;
	}
	return NULL;
}

/* A moment ahead of now (the clock was set back) is as good as long ago. */
static bool
is_within(cs_time then, cs_time now, int64_t ms)
{
	return then.ms <= now.ms && now.ms - then.ms < ms;
}

cs_err
cs_idp_cache_find(struct cs_idp_cache *c, struct cs_arena *a, cs_str key, cs_time now, cs_span *out)
{
	cs_err e = CS_FAIL(NOT_FOUND);

	*out = CS_SPAN_NONE;
	pthread_mutex_lock(&c->lock);
	const struct entry *found = find(c, key);
	if (found != NULL && is_within(found->fetched, now, CS_IDP_FRESH_MS)) {
		void *copy;

		e = cs_arena_try(a, found->len, &copy);
		if (!cs_failed(e)) {
			memcpy(copy, found->document, found->len);
			*out = CS_SPAN(copy, found->len);
		}
	}
	pthread_mutex_unlock(&c->lock);
	return e;
}

/* The place for a new key: behind the last, or that of the document fetched longest ago. */
static struct entry *
make_room(struct cs_idp_cache *c)
{
	struct entry *oldest = &c->entries[0];

	if (c->count < CS_IDP_CACHE_MAX)
		return &c->entries[c->count++];
	for (size_t i = 1; i < c->count; i++) {
		if (c->entries[i].fetched.ms < oldest->fetched.ms)
			oldest = &c->entries[i];
	}
	free(oldest->key);
	free(oldest->document);
	return oldest;
}

void
cs_idp_cache_set(struct cs_idp_cache *c, cs_str key, cs_time now, cs_span document)
{
	pthread_mutex_lock(&c->lock);
	struct entry *e = find(c, key);
	if (e == NULL) {
		e = make_room(c);
		*e = (struct entry){ .key = copy_of(key.p, key.len), .key_len = key.len };
	}
	free(e->document);
	e->document = copy_of(document.p, document.len);
	e->len = document.len;
	e->fetched = now;
	e->tried = now;
	pthread_mutex_unlock(&c->lock);
}

bool
cs_idp_cache_try_refresh(struct cs_idp_cache *c, cs_str key, cs_time now)
{
	pthread_mutex_lock(&c->lock);
	struct entry *e = find(c, key);
	bool may = e == NULL || !is_within(e->tried, now, CS_IDP_PAUSE_MS);
	if (e != NULL && may)
		e->tried = now;
	pthread_mutex_unlock(&c->lock);
	return may;
}
