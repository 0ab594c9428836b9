#include "idp/outage.h"

#include "base/err.h"
#include "crypto/equal.h"
#include "crypto/mac.h"

#include <pthread.h>
#include <stdlib.h>

struct outage {
	uint8_t origin[CS_SHA256_LEN]; /* digest: origins have any length */
	cs_time until;
	bool is_in_use;
};

struct cs_idp_outages {
	pthread_mutex_t lock;
	struct outage down[CS_IDP_OUTAGE_MAX];
};

struct cs_idp_outages *
cs_idp_outages_new(void)
{
	struct cs_idp_outages *o = calloc(1, sizeof(*o));

	CS_ASSERT(o != NULL);
	CS_ASSERT(pthread_mutex_init(&o->lock, NULL) == 0);
	return o;
}

void
cs_idp_outages_free(struct cs_idp_outages **o)
{
	if (*o == NULL)
		return;
	pthread_mutex_destroy(&(*o)->lock);
	free(*o);
	*o = NULL;
}

static struct outage *
find(struct cs_idp_outages *o, const uint8_t origin[static CS_SHA256_LEN])
{
	for (size_t i = 0; i < CS_IDP_OUTAGE_MAX; i++) {
		struct outage *d = &o->down[i];

		if (d->is_in_use && cs_equal(d->origin, origin, CS_SHA256_LEN))
			return d;
	}
	return NULL;
}

static struct outage *
make_room(struct cs_idp_outages *o)
{
	struct outage *first = &o->down[0];

	for (size_t i = 0; i < CS_IDP_OUTAGE_MAX; i++) {
		if (!o->down[i].is_in_use)
			return &o->down[i];
		if (o->down[i].until.ms < first->until.ms)
			first = &o->down[i];
	}
	return first;
}

/* A pause longer than any that is ever set means that the clock was set back. */
static bool
is_over(const struct outage *d, cs_time now, int64_t trial_ms)
{
	return d->until.ms <= now.ms || d->until.ms - now.ms > trial_ms + CS_IDP_OUTAGE_PAUSE_MS;
}

bool
cs_idp_outages_may_try(struct cs_idp_outages *o, cs_str origin, cs_time now, int64_t trial_ms)
{
	uint8_t key[CS_SHA256_LEN];

	cs_sha256(cs_str_span(origin), key);
	pthread_mutex_lock(&o->lock);
	struct outage *d = find(o, key);
	bool may = d == NULL || is_over(d, now, trial_ms);
	if (d != NULL && may)
		d->until = cs_time_add(now, trial_ms);
	pthread_mutex_unlock(&o->lock);
	return may;
}

void
cs_idp_outages_set_down(struct cs_idp_outages *o, cs_str origin, cs_time now)
{
	uint8_t key[CS_SHA256_LEN];

	cs_sha256(cs_str_span(origin), key);
	pthread_mutex_lock(&o->lock);
	struct outage *d = find(o, key);
	if (d == NULL)
		d = make_room(o);
	memcpy(d->origin, key, sizeof(key));
	d->is_in_use = true;
	d->until = cs_time_add(now, CS_IDP_OUTAGE_PAUSE_MS);
	pthread_mutex_unlock(&o->lock);
}

void
cs_idp_outages_set_up(struct cs_idp_outages *o, cs_str origin)
{
	uint8_t key[CS_SHA256_LEN];

	cs_sha256(cs_str_span(origin), key);
	pthread_mutex_lock(&o->lock);
	struct outage *d = find(o, key);
	if (d != NULL)
		d->is_in_use = false;
	pthread_mutex_unlock(&o->lock);
}
