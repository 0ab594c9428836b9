#include "gate/visits.h"

#include "base/err.h"
#include "crypto/equal.h"
#include "crypto/mac.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 16384 /* a power of two; some 400 KiB */
#define PROBES 8

struct slot {
	uint8_t mark[16]; /* of the visit */
	int64_t until; /* 0: empty */
};

struct cs_visits {
	pthread_mutex_t lock;
	struct slot slots[SLOTS];
};

void
cs_visits_new(struct cs_visits **out)
{
	struct cs_visits *v = calloc(1, sizeof(*v));
	CS_ASSERT(v != NULL);
	pthread_mutex_init(&v->lock, NULL);
	*out = v;
}

void
cs_visits_free(struct cs_visits **v)
{
	struct cs_visits *gone = CS_TAKE(*v);
	if (gone == NULL)
		return;
	pthread_mutex_destroy(&gone->lock);
	free(gone);
}

static void
mark_of(const struct cs_visit *visit, uint8_t digest[static CS_SHA256_LEN])
{
	cs_sha256(CS_SPAN(visit, sizeof(*visit)), digest);
}

static bool
has_mark(const struct slot *s, const uint8_t digest[static CS_SHA256_LEN])
{
	return cs_equal(s->mark, digest, sizeof(s->mark));
}

/* Its place; or else that of the one near by that is over first. */
static struct slot *
find(struct cs_visits *v, const uint8_t digest[static CS_SHA256_LEN])
{
	struct slot *oldest = NULL;
	uint32_t at;
	memcpy(&at, digest + 16, sizeof(at));
	for (size_t i = 0; i < PROBES; i++) {
		struct slot *s = &v->slots[(at + i) % SLOTS];
		if (has_mark(s, digest))
			return s;
		if (oldest == NULL || s->until < oldest->until)
			oldest = s;
	}
	return oldest;
}

bool
cs_visits_has(struct cs_visits *v, const struct cs_visit *visit, cs_time now)
{
	uint8_t digest[CS_SHA256_LEN];
	mark_of(visit, digest);
	pthread_mutex_lock(&v->lock);
	const struct slot *s = find(v, digest);
	bool has = now.ms < s->until && has_mark(s, digest);
	pthread_mutex_unlock(&v->lock);
	return has;
}

void
cs_visits_add(struct cs_visits *v, const struct cs_visit *visit, cs_time until)
{
	uint8_t digest[CS_SHA256_LEN];
	mark_of(visit, digest);
	pthread_mutex_lock(&v->lock);
	struct slot *s = find(v, digest);
	memcpy(s->mark, digest, sizeof(s->mark));
	s->until = until.ms;
	pthread_mutex_unlock(&v->lock);
}
