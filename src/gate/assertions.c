#include "gate/assertions.h"

#include "base/err.h"
#include "crypto/mac.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define SHARDS 16
#define SLOTS 128 /* in each shard: 2,048 in all, some 3 MiB once all are used */

struct slot {
	struct cs_assertion_key key;
	int64_t until;
	size_t len;
	char *text;
};

struct shard {
	pthread_mutex_t lock;
	struct slot slots[SLOTS];
};

struct cs_assertions {
	_Atomic uint64_t epoch;
	struct shard shards[SHARDS];
};

void
cs_assertions_new(struct cs_assertions **out)
{
	struct cs_assertions *a = calloc(1, sizeof(*a));
	CS_ASSERT(a != NULL);
	for (size_t i = 0; i < SHARDS; i++)
		pthread_mutex_init(&a->shards[i].lock, NULL);
	*out = a;
}

static void
empty(struct slot *s)
{
	free(s->text);
	*s = (struct slot){ .text = NULL };
}

void
cs_assertions_free(struct cs_assertions **a)
{
	struct cs_assertions *gone = CS_TAKE(*a);
	if (gone == NULL)
		return;
	cs_assertions_clear(gone);
	for (size_t i = 0; i < SHARDS; i++)
		pthread_mutex_destroy(&gone->shards[i].lock);
	free(gone);
}

/* Ids are random, but not everybody's: a tenant chooses none of another's places by design. */
static struct slot *
slot_of(struct cs_assertions *a, const struct cs_assertion_key *key, struct shard **shard)
{
	uint8_t digest[CS_SHA256_LEN];
	cs_sha256(CS_SPAN(key, sizeof(*key)), digest);
	*shard = &a->shards[digest[0] % SHARDS];
	return &(*shard)->slots[digest[1] % SLOTS];
}

static bool
is_same(const struct cs_assertion_key *a, const struct cs_assertion_key *b)
{
	return cs_id_equal(a->account, b->account) && cs_id_equal(a->token, b->token) &&
	       cs_id_equal(a->application, b->application);
}

uint64_t
cs_assertions_epoch(const struct cs_assertions *a)
{
	return atomic_load(&a->epoch);
}

void
cs_assertions_put(struct cs_assertions *a, const struct cs_assertion_key *key, cs_str text,
    cs_time until, uint64_t epoch)
{
	if (text.len == 0 || text.len > CS_ASSERTION_MAX)
		return;
	char *copy = malloc(text.len);
	CS_ASSERT(copy != NULL);
	memcpy(copy, text.p, text.len);
	struct shard *shard;
	struct slot *s = slot_of(a, key, &shard);
	pthread_mutex_lock(&shard->lock);
	/* clearing raises the epoch first: either it walks by after us, or we see it here */
	if (atomic_load(&a->epoch) == epoch) {
		empty(s);
		*s = (struct slot){ *key, until.ms, text.len, CS_TAKE(copy) };
	}
	pthread_mutex_unlock(&shard->lock);
	free(copy);
}

size_t
cs_assertions_find(struct cs_assertions *a, const struct cs_assertion_key *key, cs_time now,
    char out[static CS_ASSERTION_MAX])
{
	struct shard *shard;
	const struct slot *s = slot_of(a, key, &shard);
	size_t len = 0;
	pthread_mutex_lock(&shard->lock);
	if (s->text != NULL && now.ms < s->until && is_same(&s->key, key)) {
		len = s->len;
		memcpy(out, s->text, len);
	}
	pthread_mutex_unlock(&shard->lock);
	return len;
}

void
cs_assertions_clear(struct cs_assertions *a)
{
	atomic_fetch_add(&a->epoch, 1);
	for (size_t i = 0; i < SHARDS; i++) {
		struct shard *shard = &a->shards[i];
		pthread_mutex_lock(&shard->lock);
		for (size_t k = 0; k < SLOTS; k++)
			empty(&shard->slots[k]);
		pthread_mutex_unlock(&shard->lock);
	}
}
