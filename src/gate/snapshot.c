/*
 * snapshot.c - compiling an account's configuration, and finding the application of a request.
 */
#include "gate/snapshot_private.h"

#include "base/log.h"
#include "gate/path.h"

#include <stdatomic.h>
#include <stdlib.h>

struct cs_snapshot {
	atomic_size_t references;
	struct cs_arena *arena;
	const struct cs_access_config *config;
	struct cs_host_entry *hosts;
	size_t host_count;
	size_t exact_count;
};

/* One destination on its way into the table. */
struct place {
	cs_str host;
	struct cs_guarded guarded;
	bool is_broken;
	size_t order; /* as configured, so that equal patterns have one winner */
};

static bool
is_wild(cs_str pattern)
{
	return cs_str_find(pattern, '*', 0) < pattern.len;
}

/* Exact before wild; exact by name, wild by how specific; then by path and as configured. */
static int
place_order(const void *left, const void *right)
{
	const struct place *a = left, *b = right;
	bool wild_a = is_wild(a->host), wild_b = is_wild(b->host);
	if (wild_a != wild_b)
		return wild_a ? 1 : -1;
	int order = wild_a ? cs_pattern_order(b->host, a->host) : 0;
	if (order == 0)
		order = cs_str_order(a->host, b->host);
	if (order == 0)
		order = cs_pattern_order(b->guarded.path, a->guarded.path);
	if (order == 0)
		order = (a->order > b->order) - (a->order < b->order);
	return order;
}

static bool
add_place(const struct cs_access_config *config, const struct cs_application *app,
    const struct cs_destination *d, struct place *out)
{
	bool host_is_valid = cs_host_pattern_is_valid(d->host);
	bool path_is_valid = cs_path_pattern_is_valid(d->path);
	if (!host_is_valid || !path_is_valid)
		CS_LOG(NULL, DESTINATION_REFUSED, CS_F_ID("account", config->account),
		    CS_F_ID("application", app->id), CS_F_STR("host", d->host),
		    CS_F_STR("path", d->path));
	*out = (struct place){
		.host = d->host,
		.guarded = { .application = app, .path = path_is_valid ? d->path : CS_STR_NONE },
		.is_broken = !path_is_valid,
	};
	return host_is_valid;
}

static cs_err
list_places(struct cs_arena *a, const struct cs_access_config *config, struct place **out,
    size_t *out_count)
{
	size_t most = 0, count = 0;
	for (size_t i = 0; i < config->application_count; i++)
		most += config->applications[i].destination_count;
	void *memory;
	CS_TRY(cs_arena_try(a, most * sizeof(struct place) + 1, &memory));
	struct place *places = memory;
	for (size_t i = 0; i < config->application_count; i++) {
		const struct cs_application *app = &config->applications[i];
		for (size_t k = 0; k < app->destination_count; k++) {
			struct place *next = &places[count];
			if (!add_place(config, app, &app->destinations[k], next))
				continue;
			next->order = count++;
		}
	}
	qsort(places, count, sizeof(*places), place_order);
	*out = places;
	*out_count = count;
	return CS_OK;
}

static bool
is_whole_host(cs_str path)
{
	return path.len == 0 || cs_str_equal(path, CS_STR("/")) || cs_str_equal(path, CS_STR("/*"));
}

static void
fill_hosts(
    struct cs_snapshot *s, const struct place *places, size_t count, struct cs_guarded *guarded)
{
	struct cs_host_entry *host = NULL;
	for (size_t i = 0; i < count; i++) {
		guarded[i] = places[i].guarded;
		if (host == NULL || !cs_str_equal(host->pattern, places[i].host)) {
			host = &s->hosts[s->host_count++];
			*host = (struct cs_host_entry){
				.pattern = places[i].host,
				.guarded = &guarded[i],
				.is_wild = is_wild(places[i].host),
			};
			s->exact_count += !host->is_wild;
		}
		host->count++;
		host->is_path_scoped |= !is_whole_host(places[i].guarded.path);
		host->is_broken |= places[i].is_broken;
	}
}

static cs_err
compile(struct cs_snapshot *s)
{
	struct place *places;
	size_t count;
	CS_TRY(list_places(s->arena, s->config, &places, &count));
	void *guarded, *hosts;
	CS_TRY(cs_arena_try(s->arena, count * sizeof(struct cs_guarded) + 1, &guarded));
	CS_TRY(cs_arena_try(s->arena, count * sizeof(struct cs_host_entry) + 1, &hosts));
	s->hosts = hosts;
	fill_hosts(s, places, count, guarded);
	return CS_OK;
}

cs_err
cs_snapshot_new(
    struct cs_arena **arena, const struct cs_access_config *config, struct cs_snapshot **out)
{
	*out = NULL;
	struct cs_snapshot *s = calloc(1, sizeof(*s));
	CS_ASSERT(s != NULL);
	atomic_init(&s->references, 1);
	s->arena = CS_TAKE(*arena);
	s->config = config;
	cs_err err = compile(s);
	if (cs_failed(err)) {
		const struct cs_snapshot *failed = s;
		cs_snapshot_release(&failed);
		return err;
	}
	*out = s;
	return CS_OK;
}

const struct cs_snapshot *
cs_snapshot_hold(const struct cs_snapshot *s)
{
	/* the count is the one thing that changes in a published snapshot */
	atomic_fetch_add_explicit(&((struct cs_snapshot *)s)->references, 1, memory_order_relaxed);
	return s;
}

void
cs_snapshot_release(const struct cs_snapshot **s)
{
	struct cs_snapshot *gone = (struct cs_snapshot *)*s;
	*s = NULL;
	if (gone == NULL)
		return;
	if (atomic_fetch_sub_explicit(&gone->references, 1, memory_order_acq_rel) != 1)
		return;
	cs_arena_free(&gone->arena);
	free(gone);
}

const struct cs_access_config *
cs_snapshot_config(const struct cs_snapshot *s)
{
	return s->config;
}

const struct cs_application *
cs_snapshot_application(const struct cs_snapshot *s, cs_id id)
{
	for (size_t i = 0; i < s->config->application_count; i++)
		if (cs_id_equal(s->config->applications[i].id, id))
			return &s->config->applications[i];
	return NULL;
}

const struct cs_identity_provider *
cs_snapshot_provider(const struct cs_snapshot *s, cs_id id)
{
	for (size_t i = 0; i < s->config->provider_count; i++)
		if (cs_id_equal(s->config->providers[i].id, id))
			return &s->config->providers[i];
	return NULL;
}

const struct cs_host_entry *
cs_snapshot_hosts(const struct cs_snapshot *s, size_t *count)
{
	*count = s->host_count;
	return s->hosts;
}

static const struct cs_host_entry *
find_exact(const struct cs_snapshot *s, cs_str host)
{
	size_t low = 0, high = s->exact_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = cs_str_order(s->hosts[middle].pattern, host);
		if (order == 0)
			return &s->hosts[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* The entries that cover host, one after another: exact first. at begins at 0. */
static const struct cs_host_entry *
next_entry(const struct cs_snapshot *s, cs_str host, size_t *at)
{
	if (*at == 0) {
		*at = s->exact_count + 1;
		const struct cs_host_entry *exact = find_exact(s, host);
		if (exact != NULL)
			return exact;
	}
	while (*at - 1 < s->host_count) {
		const struct cs_host_entry *entry = &s->hosts[(*at)++ - 1];
		if (cs_host_pattern_matches(entry->pattern, host))
			return entry;
	}
	return NULL;
}

static const struct cs_application *
select_application(const struct cs_snapshot *s, cs_str host, cs_str path)
{
	size_t at = 0;
	const struct cs_host_entry *entry;
	while ((entry = next_entry(s, host, &at)) != NULL)
		for (size_t i = 0; i < entry->count; i++)
			if (cs_path_pattern_matches(entry->guarded[i].path, path))
				return entry->guarded[i].application;
	return NULL;
}

static enum cs_route
route_scoped(
    const struct cs_snapshot *s, cs_str host, cs_str raw, const struct cs_application **out)
{
	struct cs_path path;
	if (cs_failed(cs_path_canonical(raw, &path)) || path.is_ambiguous)
		return CS_ROUTE_AMBIGUOUS;
	const struct cs_application *by_raw = select_application(s, host, raw);
	const struct cs_application *by_meaning =
	    select_application(s, host, (cs_str){ path.text, path.len });
	if (by_raw != by_meaning)
		return CS_ROUTE_AMBIGUOUS;
	*out = by_raw;
	return by_raw == NULL ? CS_ROUTE_NONE : CS_ROUTE_APPLICATION;
}

enum cs_route
cs_snapshot_route(
    const struct cs_snapshot *s, cs_str host, cs_str target, const struct cs_application **out)
{
	*out = NULL;
	size_t at = 0;
	const struct cs_host_entry *entry, *first = NULL;
	bool is_path_scoped = false;
	while ((entry = next_entry(s, host, &at)) != NULL) {
		if (entry->is_broken)
			return CS_ROUTE_AMBIGUOUS;
		is_path_scoped |= entry->is_path_scoped;
		first = first == NULL ? entry : first;
	}
	if (first == NULL)
		return CS_ROUTE_NONE;
	if (is_path_scoped)
		return route_scoped(s, host, cs_path_of_target(target), out);
	*out = first->guarded[0].application;
	return CS_ROUTE_APPLICATION;
}
