#include "gate/seen.h"

#include "base/err.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 8192 /* a power of two */
#define PROBES 32

struct cs_seen {
	pthread_mutex_t lock;
	size_t count;
	struct cs_gate_seen slots[SLOTS]; /* at 0: empty */
};

void
cs_seen_new(struct cs_seen **out)
{
	struct cs_seen *s = calloc(1, sizeof(*s));
	CS_ASSERT(s != NULL);
	pthread_mutex_init(&s->lock, NULL);
	*out = s;
}

void
cs_seen_free(struct cs_seen **s)
{
	struct cs_seen *gone = CS_TAKE(*s);
	if (gone == NULL)
		return;
	pthread_mutex_destroy(&gone->lock);
	free(gone);
}

/* Its place, or the first empty one near by; NULL when there is none. */
static struct cs_gate_seen *
find(struct cs_seen *s, cs_id account, cs_id token)
{
	uint32_t at;
	memcpy(&at, token.b, sizeof(at));
	for (size_t i = 0; i < PROBES; i++) {
		struct cs_gate_seen *slot = &s->slots[(at + i) % SLOTS];
		if (slot->at.ms == 0 ||
		    (cs_id_equal(slot->token, token) && cs_id_equal(slot->account, account)))
			return slot;
	}
	return NULL;
}

void
cs_seen_note(struct cs_seen *s, cs_id account, cs_id token, cs_time now)
{
	cs_time minute = { now.ms - now.ms % CS_MINUTE_MS };
	pthread_mutex_lock(&s->lock);
	struct cs_gate_seen *slot = find(s, account, token);
	if (slot != NULL) {
		s->count += slot->at.ms == 0;
		*slot = (struct cs_gate_seen){ account, token, minute };
	}
	pthread_mutex_unlock(&s->lock);
}

size_t
cs_seen_take(struct cs_seen *s, struct cs_gate_seen *out, size_t max)
{
	size_t taken = 0;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < SLOTS && s->count > 0 && taken < max; i++) {
		if (s->slots[i].at.ms == 0)
			continue;
		out[taken++] = s->slots[i];
		s->slots[i] = (struct cs_gate_seen){ .at = { 0 } };
		s->count--;
	}
	pthread_mutex_unlock(&s->lock);
	return taken;
}
