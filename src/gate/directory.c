/*
 * directory.c - the accounts' snapshots by account and by host.
 */
#include "gate/directory.h"

#include "base/log.h"
#include "gate/path.h"
#include "gate/snapshot_private.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* A host pattern and its owner; the text lives in the owner's snapshot. */
struct claim {
	cs_str pattern;
	const struct cs_snapshot *owner;
	bool is_wild;
	bool is_dropped;
	size_t rank; /* who stood in the old view, then in the order of the accounts */
};

struct claims {
	struct claim *list; /* exact ones by name, then the wild, the most specific first */
	size_t count;
	size_t exact_count;
};

struct view {
	atomic_size_t references;
	const struct cs_snapshot **snapshots; /* held; in the order of first publication */
	size_t count;
	struct claims apps;
	struct claims auths;
};

struct cs_directory {
	pthread_mutex_t writer; /* one publication after another */
	pthread_mutex_t swap; /* guards the pointer alone */
	struct view *view;
};

static void *
zeroed(size_t count, size_t size)
{
	void *p = calloc(count > 0 ? count : 1, size);
	CS_ASSERT(p != NULL);
	return p;
}

static void
view_release(struct view **v)
{
	struct view *gone = CS_TAKE(*v);
	if (gone == NULL)
		return;
	if (atomic_fetch_sub_explicit(&gone->references, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < gone->count; i++)
		cs_snapshot_release(&gone->snapshots[i]);
	free(gone->snapshots);
	free(gone->apps.list);
	free(gone->auths.list);
	free(gone);
}

static struct view *
view_hold(struct cs_directory *d)
{
	pthread_mutex_lock(&d->swap);
	struct view *v = d->view;
	atomic_fetch_add_explicit(&v->references, 1, memory_order_relaxed);
	pthread_mutex_unlock(&d->swap);
	return v;
}

static cs_id
account_of(const struct cs_snapshot *s)
{
	return cs_snapshot_config(s)->account;
}

/* --- finding --- */

static int
claim_order(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	if (a->is_wild != b->is_wild)
		return a->is_wild ? 1 : -1;
	int order = a->is_wild ? cs_pattern_order(b->pattern, a->pattern) : 0;
	return order != 0 ? order : cs_str_order(a->pattern, b->pattern);
}

static const struct claim *
find_exact(const struct claims *claims, cs_str host)
{
	const struct claim key = { .pattern = host };
	return bsearch(&key, claims->list, claims->exact_count, sizeof(key), claim_order);
}

static const struct claim *
find_claim(const struct claims *claims, cs_str host)
{
	const struct claim *exact = find_exact(claims, host);
	if (exact != NULL)
		return exact;
	for (size_t i = claims->exact_count; i < claims->count; i++)
		if (cs_host_pattern_matches(claims->list[i].pattern, host))
			return &claims->list[i];
	return NULL;
}

static const struct cs_snapshot *
find_account(const struct view *v, cs_id account)
{
	for (size_t i = 0; i < v->count; i++)
		if (cs_id_equal(account_of(v->snapshots[i]), account))
			return v->snapshots[i];
	return NULL;
}

const struct cs_snapshot *
cs_directory_by_account(struct cs_directory *d, cs_id account)
{
	CS_AUTO(view_release) struct view *v = view_hold(d);
	const struct cs_snapshot *found = find_account(v, account);
	return found == NULL ? NULL : cs_snapshot_hold(found);
}

const struct cs_snapshot *
cs_directory_by_auth_host(struct cs_directory *d, cs_str host)
{
	CS_AUTO(view_release) struct view *v = view_hold(d);
	const struct claim *claim = find_exact(&v->auths, host);
	return claim == NULL ? NULL : cs_snapshot_hold(claim->owner);
}

const struct cs_snapshot *
cs_directory_by_app_host(struct cs_directory *d, cs_str host)
{
	CS_AUTO(view_release) struct view *v = view_hold(d);
	const struct claim *claim = find_claim(&v->apps, host);
	return claim == NULL ? NULL : cs_snapshot_hold(claim->owner);
}

/* --- building --- */

static void
drop_contested(struct claim *claim)
{
	CS_LOG(NULL, HOST_CONTESTED, CS_F_ID("account", account_of(claim->owner)),
	    CS_F_STR("host", claim->pattern));
	claim->is_dropped = true;
}

static bool
is_same_claim(const struct claim *a, const struct claim *b)
{
	return cs_str_equal(a->pattern, b->pattern) &&
	       cs_id_equal(account_of(a->owner), account_of(b->owner));
}

static bool
was_there(const struct claims *old, const struct claim *claim)
{
	if (!claim->is_wild) {
		const struct claim *exact = find_exact(old, claim->pattern);
		return exact != NULL && is_same_claim(exact, claim);
	}
	for (size_t i = old->exact_count; i < old->count; i++)
		if (is_same_claim(&old->list[i], claim))
			return true;
	return false;
}

static int
claim_order_then_rank(const void *left, const void *right)
{
	const struct claim *a = left, *b = right;
	int order = claim_order(a, b);
	return order != 0 ? order : (a->rank > b->rank) - (a->rank < b->rank);
}

static void
contest(struct claim *a, struct claim *b)
{
	if (a->is_dropped || b->is_dropped ||
	    cs_id_equal(account_of(a->owner), account_of(b->owner)) ||
	    !cs_host_patterns_overlap(a->pattern, b->pattern))
		return;
	drop_contested(a->rank < b->rank ? b : a);
}

/* Takes wanted. Sorted, exact rivals are neighbours; only wild claims must look at all others. */
static void
settle(struct claims *claims, const struct claims *old, struct claim *wanted, size_t count)
{
	size_t wild = count;
	for (size_t i = 0; i < count; i++) {
		wanted[i].rank = was_there(old, &wanted[i]) ? i : count + i;
		wild -= wanted[i].is_wild;
	}
	qsort(wanted, count, sizeof(*wanted), claim_order_then_rank);
	for (size_t i = 1; i < wild; i++)
		if (cs_str_equal(wanted[i].pattern, wanted[i - 1].pattern))
			drop_contested(&wanted[i]);
	for (size_t i = wild; i < count; i++)
		for (size_t k = 0; k < i; k++)
			contest(&wanted[i], &wanted[k]);
	for (size_t i = 0; i < count; i++) {
		if (wanted[i].is_dropped)
			continue;
		claims->exact_count += !wanted[i].is_wild;
		wanted[claims->count++] = wanted[i];
	}
	claims->list = wanted;
}

static void
settle_apps(struct view *v, const struct view *old)
{
	size_t count = 0, at = 0, host_count;
	for (size_t i = 0; i < v->count; i++) {
		cs_snapshot_hosts(v->snapshots[i], &host_count);
		count += host_count;
	}
	struct claim *wanted = zeroed(count, sizeof(*wanted));
	for (size_t i = 0; i < v->count; i++) {
		const struct cs_host_entry *hosts = cs_snapshot_hosts(v->snapshots[i], &host_count);
		for (size_t k = 0; k < host_count; k++)
			wanted[at++] = (struct claim){
				.pattern = hosts[k].pattern,
				.owner = v->snapshots[i],
				.is_wild = hosts[k].is_wild,
			};
	}
	settle(&v->apps, &old->apps, wanted, count);
}

static void
settle_auths(struct view *v, const struct view *old)
{
	size_t count = 0;
	struct claim *wanted = zeroed(v->count, sizeof(*wanted));
	for (size_t i = 0; i < v->count; i++) {
		cs_str host = cs_snapshot_config(v->snapshots[i])->auth_host;
		if (host.len > 0)
			wanted[count++] =
			    (struct claim){ .pattern = host, .owner = v->snapshots[i] };
	}
	settle(&v->auths, &old->auths, wanted, count);
}

/* next (may be NULL) takes the place of account's snapshot. Takes the reference. */
static struct view *
view_with(const struct view *old, cs_id account, const struct cs_snapshot *next)
{
	struct view *v = zeroed(1, sizeof(*v));
	atomic_init(&v->references, 1);
	v->snapshots = zeroed(old->count + 1, sizeof(*v->snapshots));
	for (size_t i = 0; i < old->count; i++) {
		if (!cs_id_equal(account_of(old->snapshots[i]), account)) {
			v->snapshots[v->count++] = cs_snapshot_hold(old->snapshots[i]);
		} else if (next != NULL) {
			v->snapshots[v->count++] = CS_TAKE(next);
		}
	}
	if (next != NULL)
		v->snapshots[v->count++] = next;
	settle_apps(v, old);
	settle_auths(v, old);
	return v;
}

static void
swap_view(struct cs_directory *d, cs_id account, const struct cs_snapshot *next)
{
	pthread_mutex_lock(&d->writer);
	struct view *v = view_with(d->view, account, next);
	pthread_mutex_lock(&d->swap);
	struct view *old = d->view;
	d->view = v;
	pthread_mutex_unlock(&d->swap);
	pthread_mutex_unlock(&d->writer);
	view_release(&old);
}

void
cs_directory_publish(struct cs_directory *d, struct cs_snapshot **snapshot)
{
	const struct cs_snapshot *next = CS_TAKE(*snapshot);
	swap_view(d, account_of(next), next);
}

void
cs_directory_forget(struct cs_directory *d, cs_id account)
{
	swap_view(d, account, NULL);
}

void
cs_directory_new(struct cs_directory **out)
{
	struct cs_directory *d = zeroed(1, sizeof(*d));
	pthread_mutex_init(&d->writer, NULL);
	pthread_mutex_init(&d->swap, NULL);
	d->view = zeroed(1, sizeof(*d->view));
	atomic_init(&d->view->references, 1);
	d->view->snapshots = zeroed(1, sizeof(*d->view->snapshots));
	d->view->apps.list = zeroed(1, sizeof(struct claim));
	d->view->auths.list = zeroed(1, sizeof(struct claim));
	*out = d;
}

void
cs_directory_free(struct cs_directory **d)
{
	struct cs_directory *gone = CS_TAKE(*d);
	if (gone == NULL)
		return;
	view_release(&gone->view);
	pthread_mutex_destroy(&gone->writer);
	pthread_mutex_destroy(&gone->swap);
	free(gone);
}
