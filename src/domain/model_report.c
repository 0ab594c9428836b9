/*
 * model_report.c - which enrolled authenticators a list or a report would hit.
 */
#include "domain/config/image.h"
#include "domain/model_parts.h"
#include "store/account_store.h"
#include "store/authenticator_store.h"
#include "store/list_store.h"
#include "store/user_store.h"

#include <stdlib.h>

#define PAGE_ARENA_BYTES ((size_t)64 << 20)
#define ACCOUNTS_AT_ONCE 256
#define ACCOUNTS_MAX 100000

/* --- all accounts --- */

struct naming {
	cs_id from;
	struct cs_account *accounts;
	size_t count;
};

static cs_err
name_accounts(struct cs_tx *tx, void *ctx)
{
	struct naming *n = ctx;

	return cs_account_list(tx, n->from, ACCOUNTS_AT_ONCE, &n->accounts, &n->count);
}

static void
step(cs_id *id)
{
	for (size_t i = sizeof(id->b); i-- > 0;) {
		if (++id->b[i] != 0)
			return;
	}
}

cs_err
cs_models_accounts(struct cs_domain *d, const struct cs_op *op, cs_id **ids, size_t *count)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(PAGE_ARENA_BYTES);
	struct cs_op wide = *op;
	struct naming n = { .count = ACCOUNTS_AT_ONCE };
	void *room;

	wide.arena = arena;
	*count = 0;
	CS_TRY(cs_arena_try(op->arena, ACCOUNTS_MAX * sizeof(cs_id), &room));
	*ids = room;
	while (n.count == ACCOUNTS_AT_ONCE) {
		CS_TRY(cs_store_read(d->store, &wide, name_accounts, &n));
		if (*count + n.count > ACCOUNTS_MAX)
			return CS_FAIL(LIMIT);
		for (size_t i = 0; i < n.count; i++)
			(*ids)[(*count)++] = n.accounts[i].id;
		if (n.count != 0) {
			n.from = n.accounts[n.count - 1].id;
			step(&n.from);
		}
	}
	return CS_OK;
}

/* --- one account's authenticators, page by page --- */

struct walk {
	cs_id account;
	cs_id after;
	cs_id last;
	size_t seen;
	/* Sets reason when the authenticator is one to be told of. */
	cs_err (*judge)(struct cs_tx *tx, const struct walk *w, const struct cs_authenticator *a,
	    struct cs_model_stray *out);
	const struct cs_list *list; /* of outside */
	unsigned refused; /* of hit */
	struct cs_model_stray found[CS_AUTHENTICATORS_PAGE];
	size_t found_count;
};

static cs_err
describe(struct cs_tx *tx, const struct cs_authenticator *a, struct cs_model_stray *out)
{
	struct cs_user user = { 0 };
	cs_err e = cs_user_find(tx, a->account, a->subject, &user);

	if (cs_failed(e) && !cs_is(e, CS_E_NOT_FOUND))
		return e;
	out->account = a->account;
	out->authenticator = a->id;
	out->user = a->subject;
	out->email = user.email;
	out->name = a->name;
	memcpy(out->aaguid, a->aaguid, CS_AAGUID_LEN);
	out->evidence = a->evidence;
	return cs_models_name(tx, a->aaguid, &out->model);
}

static cs_err
read_page(struct cs_tx *tx, void *ctx)
{
	struct walk *w = ctx;
	const struct cs_authenticator *list;

	w->found_count = 0;
	CS_TRY(cs_authenticator_list_factor(
	    tx, w->account, CS_STR("webauthn"), w->after, &list, &w->seen));
	for (size_t i = 0; i < w->seen; i++) {
		struct cs_model_stray stray = { .reason = CS_MODEL_FITS };
		CS_TRY(w->judge(tx, w, &list[i], &stray));
		if (stray.reason == CS_MODEL_FITS)
			continue;
		CS_TRY(describe(tx, &list[i], &stray));
		w->found[w->found_count++] = stray;
	}
	if (w->seen != 0)
		w->last = list[w->seen - 1].id;
	return CS_OK;
}

static void
keep(struct cs_arena *a, const struct cs_model_stray *stray, struct cs_model_strays *out)
{
	out->total++;
	if (out->count == CS_MODEL_STRAYS_MAX)
		return;
	struct cs_model_stray *kept = &out->items[out->count++];
	*kept = *stray;
	kept->email = cs_arena_str(a, stray->email);
	kept->name = cs_arena_str(a, stray->name);
	kept->model = cs_arena_str(a, stray->model);
}

static cs_err
walk_account(
    struct cs_domain *d, const struct cs_op *op, struct walk *w, struct cs_model_strays *out)
{
	w->after = cs_id_zero;
	w->seen = 1;
	while (w->seen != 0) {
		CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(PAGE_ARENA_BYTES);
		struct cs_op wide = *op;
		wide.arena = arena;
		CS_TRY(cs_store_read(d->store, &wide, read_page, w));
		w->after = w->last;
		for (size_t i = 0; i < w->found_count; i++)
			keep(op->arena, &w->found[i], out);
	}
	return CS_OK;
}

static void
begin(const struct cs_op *op, struct cs_model_strays *out)
{
	*out = (struct cs_model_strays){ 0 };
	out->items = CS_NEW_ARRAY(op->arena, struct cs_model_stray, CS_MODEL_STRAYS_MAX);
}

/* --- outside of a list --- */

static cs_err
judge_listed([[maybe_unused]] struct cs_tx *tx, const struct walk *w,
    const struct cs_authenticator *a, struct cs_model_stray *out)
{
	if (!a->has_aaguid || !cs_models_list_has(w->list, a->aaguid))
		out->reason = CS_MODEL_UNLISTED;
	else if (w->list->wants_verified && a->evidence != CS_EVIDENCE_VERIFIED)
		out->reason = CS_MODEL_UNPROVEN;
	return CS_OK;
}

struct list_reading {
	cs_id account;
	cs_id id;
	struct cs_list_item *items;
	size_t count;
};

static cs_err
read_list(struct cs_tx *tx, void *ctx)
{
	struct list_reading *r = ctx;
	struct cs_list_row *rows;
	size_t count;

	CS_TRY(cs_list_list(tx, r->account, &rows, &count));
	for (size_t i = 0; i < count; i++) {
		if (cs_id_equal(rows[i].id, r->id) && cs_str_equal(rows[i].type, CS_STR("AAGUID")))
			return cs_list_item_list(tx, r->account, r->id, &r->items, &r->count);
	}
	return CS_FAIL(NOT_FOUND);
}

static int
by_bytes(const void *a, const void *b)
{
	const cs_str *x = a, *y = b;

	for (size_t i = 0; i < x->len && i < y->len; i++) {
		if (x->p[i] != y->p[i])
			return (uint8_t)x->p[i] < (uint8_t)y->p[i] ? -1 : 1;
	}
	return (x->len > y->len) - (x->len < y->len);
}

cs_err
cs_models_outside(struct cs_domain *d, const struct cs_op *op, cs_id account, cs_id list,
    bool wants_verified, struct cs_model_strays *out)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(CS_CONFIG_ARENA_MAX);
	struct cs_op wide = *op;
	struct list_reading r = { .account = account, .id = list };

	begin(op, out);
	wide.arena = arena;
	CS_TRY(cs_store_read(d->store, &wide, read_list, &r));
	cs_str *texts = CS_NEW_ARRAY(arena, cs_str, r.count + 1);
	for (size_t i = 0; i < r.count; i++)
		texts[i] = r.items[i].content;
	qsort(texts, r.count, sizeof(*texts), by_bytes);
	const struct cs_list wanted = { .id = list,
		.type = CS_LIST_AAGUID,
		.texts = texts,
		.count = r.count,
		.wants_verified = wants_verified };
	struct walk w = { .account = account, .judge = judge_listed, .list = &wanted };
	return walk_account(d, op, &w, out);
}

/* --- hit by a report --- */

static cs_err
judge_reported(struct cs_tx *tx, const struct walk *w, const struct cs_authenticator *a,
    struct cs_model_stray *out)
{
	struct cs_model model;

	CS_TRY(cs_models_now(tx, a, &model));
	out->statuses = model.statuses & w->refused;
	if (out->statuses != 0)
		out->reason = CS_MODEL_REPORTED;
	return CS_OK;
}

struct image_reading {
	cs_id account;
	struct cs_arena *decoded;
	struct cs_image image;
};

static cs_err
read_image(struct cs_tx *tx, void *ctx)
{
	struct image_reading *r = ctx;

	return cs_image_load(tx, r->account, r->decoded, &r->image);
}

/* A configuration that cannot be read refuses what is refused unless set otherwise. */
static cs_err
find_refused(struct cs_domain *d, const struct cs_op *op, cs_id account, unsigned *out)
{
	CS_AUTO(cs_arena_free) struct cs_arena *rows = cs_arena_new(CS_CONFIG_ARENA_MAX);
	CS_AUTO(cs_arena_free) struct cs_arena *decoded = cs_arena_new(CS_CONFIG_ARENA_MAX);
	struct cs_op wide = *op;
	struct image_reading r = { .account = account, .decoded = decoded };

	*out = CS_MDS_REFUSED;
	wide.arena = rows;
	CS_TRY(cs_store_read(d->store, &wide, read_image, &r));
	if (!r.image.organization_is_broken)
		*out = cs_models_refused_statuses(&r.image.organization);
	return CS_OK;
}

cs_err
cs_models_hit(struct cs_domain *d, const struct cs_op *op, struct cs_model_strays *out)
{
	cs_id *ids;
	size_t count;

	begin(op, out);
	CS_TRY(cs_models_accounts(d, op, &ids, &count));
	for (size_t i = 0; i < count; i++) {
		struct walk w = { .account = ids[i], .judge = judge_reported };
		CS_TRY(find_refused(d, op, ids[i], &w.refused));
		if (w.refused != 0)
			CS_TRY(walk_account(d, op, &w, out));
	}
	return CS_OK;
}
