/*
 * attestation_roots.c - roots of an account's own, that its attestation chains may end in.
 */
#include "domain/audit.h"
#include "domain/models.h"
#include "store/attestation_root_store.h"

#define NAME_MAX_BYTES 200

/* Stored bytes were read once already; what cannot be read now has no words. */
static void
show(struct cs_arena *a, const struct cs_attestation_root *row, struct cs_root *out)
{
	struct cs_certificate c;

	*out = (struct cs_root){ .id = row->id, .name = row->name, .created = row->created };
	memcpy(out->fingerprint, row->fingerprint, sizeof(out->fingerprint));
	if (cs_failed(cs_certificate_decode(row->certificate, &c)))
		return;
	out->subject = cs_certificate_subject_text(a, &c);
	out->not_before = c.not_before;
	out->not_after = c.not_after;
}

struct listing {
	cs_id account;
	struct cs_attestation_root *rows;
	size_t count;
};

static cs_err
list(struct cs_tx *tx, void *ctx)
{
	struct listing *l = ctx;

	return cs_attestation_root_list(tx, l->account, &l->rows, &l->count);
}

cs_err
cs_roots_list(struct cs_domain *d, const struct cs_op *op, cs_id account, struct cs_roots *out)
{
	struct listing l = { .account = account };

	*out = (struct cs_roots){ 0 };
	CS_TRY(cs_store_read(d->store, op, list, &l));
	out->items = CS_NEW_ARRAY(op->arena, struct cs_root, l.count + 1);
	out->count = l.count;
	for (size_t i = 0; i < l.count; i++)
		show(op->arena, &l.rows[i], &out->items[i]);
	return CS_OK;
}

/* --- adding --- */

struct adding {
	struct cs_domain *d;
	cs_id account;
	cs_id actor;
	struct cs_attestation_root *wanted;
	size_t count;
	struct cs_attestation_root *there;
	size_t there_count;
};

static const struct cs_attestation_root *
find_print(const struct adding *a, const uint8_t print[static 32])
{
	for (size_t i = 0; i < a->there_count; i++) {
		if (cs_str_equal((cs_str){ (const char *)a->there[i].fingerprint, 32 },
			(cs_str){ (const char *)print, 32 }))
			return &a->there[i];
	}
	return NULL;
}

static cs_str
record_of(struct cs_arena *arena, const struct cs_attestation_root *root)
{
	const struct cs_audit_pair pairs[] = {
		{ "kind", CS_STR("attestation_root") },
		{ "name", root->name },
	};

	return cs_audit_facts(arena, pairs, CS_COUNT(pairs));
}

static cs_err
add(struct cs_tx *tx, void *ctx)
{
	struct adding *a = ctx;
	size_t before;

	CS_TRY(cs_attestation_root_list(tx, a->account, &a->there, &a->there_count));
	before = a->there_count;
	for (size_t i = 0; i < a->count; i++) {
		if (find_print(a, a->wanted[i].fingerprint) != NULL)
			continue;
		CS_TRY(cs_attestation_root_add(tx, a->account, &a->wanted[i]));
		CS_TRY(cs_audit(tx, a->d, CS_AUDIT_CONFIG_CREATED, a->actor, a->wanted[i].id,
		    record_of(cs_tx_op(tx)->arena, &a->wanted[i])));
	}
	CS_TRY(cs_attestation_root_list(tx, a->account, &a->there, &a->there_count));
	/* what was too many before this limit fell stays */
	return a->there_count > CS_ATTESTATION_ROOTS_MAX && a->there_count > before ? CS_FAIL(LIMIT)
										    : CS_OK;
}

static cs_str
short_name(struct cs_arena *a, cs_str name)
{
	name = cs_str_slice(name, 0, NAME_MAX_BYTES);
	return cs_arena_str(a, cs_str_slice(name, 0, cs_utf8_prefix(cs_str_span(name))));
}

static cs_err
prepare(struct cs_domain *d, const struct cs_op *op, cs_str name, cs_span der,
    struct cs_attestation_root *out)
{
	struct cs_certificate c;

	CS_TRY(cs_certificate_decode(der, &c));
	*out = (struct cs_attestation_root){
		.id = cs_id_new(d->rng),
		.name = short_name(
		    op->arena, name.len != 0 ? name : cs_certificate_subject_text(op->arena, &c)),
		.certificate = der,
		.created = op->now,
	};
	cs_certificate_fingerprint(&c, out->fingerprint);
	return CS_OK;
}

cs_err
cs_roots_add(struct cs_domain *d, const struct cs_op *op, cs_id account, cs_id actor, cs_str name,
    cs_span file, struct cs_roots *out)
{
	struct cs_op within = *op;
	struct adding a = { .d = d, .account = account, .actor = actor };
	cs_span *ders;
	int64_t changed;

	*out = (struct cs_roots){ 0 };
	within.account = account;
	CS_TRY(
	    cs_certificate_decode_file(op->arena, file, CS_ATTESTATION_ROOTS_MAX, &ders, &a.count));
	a.wanted = CS_NEW_ARRAY(op->arena, struct cs_attestation_root, a.count);
	for (size_t i = 0; i < a.count; i++)
		CS_TRY(prepare(d, op, name, ders[i], &a.wanted[i]));
	CS_TRY(cs_store_write(d->store, &within, add, &a));
	out->items = CS_NEW_ARRAY(op->arena, struct cs_root, a.count);
	for (size_t i = 0; i < a.count; i++) {
		const struct cs_attestation_root *row = find_print(&a, a.wanted[i].fingerprint);
		if (row != NULL)
			show(op->arena, row, &out->items[out->count++]);
	}
	return cs_models_rejudge(d, op, account, &changed);
}

/* --- removing --- */

struct removing {
	struct cs_domain *d;
	cs_id account;
	cs_id actor;
	cs_id id;
};

static cs_err
drop(struct cs_tx *tx, void *ctx)
{
	const struct removing *r = ctx;
	struct cs_attestation_root root;

	CS_TRY(cs_attestation_root_find(tx, r->account, r->id, &root));
	CS_TRY(cs_attestation_root_remove(tx, r->account, r->id));
	return cs_audit(tx, r->d, CS_AUDIT_CONFIG_REMOVED, r->actor, r->id,
	    record_of(cs_tx_op(tx)->arena, &root));
}

cs_err
cs_roots_remove(struct cs_domain *d, const struct cs_op *op, cs_id account, cs_id actor, cs_id id)
{
	struct cs_op within = *op;
	struct removing r = { .d = d, .account = account, .actor = actor, .id = id };
	int64_t changed;

	within.account = account;
	CS_TRY(cs_store_write(d->store, &within, drop, &r));
	return cs_models_rejudge(d, op, account, &changed);
}
