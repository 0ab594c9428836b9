#include "domain/config/publish.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/log.h"

struct cs_publisher {
	pthread_mutex_t lock;
};

void
cs_publisher_new(struct cs_publisher **out)
{
	*out = calloc(1, sizeof(**out));
	CS_ASSERT(*out != NULL);
	CS_ASSERT(pthread_mutex_init(&(*out)->lock, NULL) == 0);
}

void
cs_publisher_free(struct cs_publisher **p)
{
	if (*p == NULL)
		return;
	pthread_mutex_destroy(&(*p)->lock);
	free(*p);
	*p = NULL;
}

struct reading {
	cs_id account;
	struct cs_arena *arena; /* the snapshot's to be */
	struct cs_image image;
};

static cs_err
read_image(struct cs_tx *tx, void *ctx)
{
	struct reading *r = ctx;
	CS_TRY(cs_image_load(tx, r->account, r->arena, &r->image));
	return cs_image_load_items(tx, r->arena, &r->image);
}

static cs_err
publish_locked(struct cs_domain *d, const struct cs_op *op, cs_id account)
{
	CS_AUTO(cs_arena_free) struct cs_arena *rows = cs_arena_new(CS_CONFIG_ARENA_MAX);
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(CS_CONFIG_ARENA_MAX);
	struct cs_op wide = *op;
	wide.arena = rows;
	struct reading r = { .account = account, .arena = arena };
	cs_err e = cs_store_read(d->store, &wide, read_image, &r);
	if (cs_is(e, CS_E_NOT_FOUND)) {
		cs_gate_account_forget(d->gate, account);
		return CS_OK;
	}
	CS_TRY(e);
	struct cs_access_config *config = CS_NEW(arena, struct cs_access_config);
	cs_config_build(arena, &r.image, config);
	config->mfa_age_is_login_only = d->mfa_age_is_login_only;
	struct cs_snapshot *snapshot = NULL;
	CS_TRY(cs_snapshot_new(&arena, config, &snapshot));
	cs_gate_publish(d->gate, &snapshot);
	return CS_OK;
}

cs_err
cs_config_publish(struct cs_domain *d, const struct cs_op *op, cs_id account)
{
	pthread_mutex_lock(&d->publisher->lock);
	cs_err e = publish_locked(d, op, account);
	pthread_mutex_unlock(&d->publisher->lock);
	if (cs_failed(e))
		CS_LOG(op, CONFIG_NOT_PUBLISHED, CS_F_ID("of", account), CS_F_ERR(e));
	return e;
}

/* --- all accounts --- */

#define ACCOUNTS_AT_ONCE 100

struct listing {
	cs_id from;
	struct cs_account *list;
	size_t count;
};

static cs_err
list_accounts(struct cs_tx *tx, void *ctx)
{
	struct listing *l = ctx;
	return cs_account_list(tx, l->from, ACCOUNTS_AT_ONCE, &l->list, &l->count);
}

/* The id that comes next in order; zero after the last. */
static cs_id
id_after(cs_id id)
{
	for (size_t i = sizeof(id.b); i-- > 0;) {
		if (++id.b[i] != 0)
			break;
	}
	return id;
}

cs_err
cs_config_publish_all(struct cs_domain *d, const struct cs_op *op)
{
	struct listing l = { .count = ACCOUNTS_AT_ONCE };
	while (l.count == ACCOUNTS_AT_ONCE) {
		CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(CS_CONFIG_ARENA_MAX);
		struct cs_op wide = *op;
		wide.arena = arena;
		CS_TRY(cs_store_read(d->store, &wide, list_accounts, &l));
		for (size_t i = 0; i < l.count; i++)
			CS_TRY(cs_config_publish(d, op, l.list[i].id));
		if (l.count > 0)
			l.from = id_after(l.list[l.count - 1].id);
	}
	return CS_OK;
}

cs_err
cs_config_republish(struct cs_domain *d, const struct cs_op *op, cs_id account)
{
	return cs_id_is_zero(account) ? cs_config_publish_all(d, op)
				      : cs_config_publish(d, op, account);
}
