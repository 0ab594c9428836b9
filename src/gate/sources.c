/*
 * sources.c - unknown tokens by network and minute.
 */
#include "gate/sources.h"

#include <pthread.h>
#include <stdlib.h>

#define SLOTS 1024

struct source {
	uint8_t ip[16];
	int64_t minute;
	unsigned count;
};

struct cs_sources {
	pthread_mutex_t lock;
	unsigned per_minute;
	struct source slots[SLOTS];
};

void
cs_sources_new(unsigned per_minute, struct cs_sources **out)
{
	struct cs_sources *s = calloc(1, sizeof(*s));
	CS_ASSERT(s != NULL);
	pthread_mutex_init(&s->lock, NULL);
	s->per_minute = per_minute;
	*out = s;
}

void
cs_sources_free(struct cs_sources **s)
{
	struct cs_sources *gone = CS_TAKE(*s);
	if (gone == NULL)
		return;
	pthread_mutex_destroy(&gone->lock);
	free(gone);
}

/* FNV-1a: who picks addresses to collide only loses its own count. */
static struct source *
slot_of(struct cs_sources *s, const struct cs_network *n)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < sizeof(n->ip); i++)
		hash = (hash ^ n->ip[i]) * 16777619u;
	return &s->slots[(hash ^ hash >> 16) % SLOTS];
}

static bool
is_same(const struct source *slot, const struct cs_network *n, cs_time now)
{
	return slot->minute == now.ms / CS_MINUTE_MS &&
	       memcmp(slot->ip, n->ip, sizeof(slot->ip)) == 0;
}

void
cs_sources_count(struct cs_sources *s, cs_time now, const struct cs_addr *ip)
{
	struct cs_network n = cs_addr_source(ip);
	pthread_mutex_lock(&s->lock);
	struct source *slot = slot_of(s, &n);
	if (!is_same(slot, &n, now)) {
		*slot = (struct source){ .minute = now.ms / CS_MINUTE_MS };
		memcpy(slot->ip, n.ip, sizeof(slot->ip));
	}
	slot->count++;
	pthread_mutex_unlock(&s->lock);
}

bool
cs_sources_is_over(struct cs_sources *s, cs_time now, const struct cs_addr *ip)
{
	struct cs_network n = cs_addr_source(ip);
	pthread_mutex_lock(&s->lock);
	const struct source *slot = slot_of(s, &n);
	bool is_over = is_same(slot, &n, now) && slot->count >= s->per_minute;
	pthread_mutex_unlock(&s->lock);
	return is_over;
}
