/*
 * model_rejudge.c - stored attestations judged once more, when roots or metadata have changed.
 */
#include "domain/audit.h"
#include "domain/model_parts.h"
#include "proto/webauthn.h"
#include "store/attestation_root_store.h"
#include "store/authenticator_store.h"
#include "store/change_store.h"

/* A page of authenticators, each with an attestation object of at most 64 KiB. */
#define PAGE_ARENA_BYTES ((size_t)64 << 20)

struct verdict {
	cs_id id;
	cs_id subject;
	enum cs_evidence from;
	enum cs_evidence to;
};

struct page {
	struct cs_domain *d;
	cs_id account;
	cs_id after;
	cs_id last; /* of the page that was read */
	size_t seen;
	struct verdict changes[CS_AUTHENTICATORS_PAGE];
	size_t change_count;
	int64_t changed; /* of one write */
};

/* For the moment of registration: certificates of keys that are in use may well be over. */
cs_err
cs_models_again(struct cs_tx *tx, const struct cs_authenticator *a, struct cs_model *out)
{
	struct cs_attestation attestation;

	if (a->attestation.len == 0 || !a->has_aaguid)
		return cs_models_of(tx, a, out);
	CS_TRY(cs_webauthn_attestation(
	    cs_tx_op(tx)->arena, a->attestation, a->client_hash, &attestation));
	/* a later programme may be stricter about the statement itself */
	if (attestation.verdict != CS_WA_ACCEPTED)
		attestation = (struct cs_attestation){ .format = a->format };
	return cs_models_load(tx, a->account, a->aaguid, &attestation, a->created, out);
}

/* Reports of U2F keys go by the certificate that is in the attestation. */
static bool
may_be_u2f(const struct cs_authenticator *a)
{
	return cs_str_equal(a->format, CS_STR("fido-u2f")) ||
	       cs_str_equal(a->format, CS_STR("compound"));
}

cs_err
cs_models_now(struct cs_tx *tx, const struct cs_authenticator *a, struct cs_model *out)
{
	struct cs_authenticator whole = *a;

	if (!may_be_u2f(a))
		return cs_models_of(tx, a, out);
	if (a->attestation.len == 0)
		CS_TRY(cs_authenticator_find(tx, a->account, a->id, &whole));
	CS_TRY(cs_models_again(tx, &whole, out));
	out->evidence = a->evidence;
	return CS_OK;
}

static cs_err
judge_page(struct cs_tx *tx, void *ctx)
{
	struct page *p = ctx;
	const struct cs_authenticator *list;
	struct cs_model model;

	p->change_count = 0;
	CS_TRY(cs_authenticator_list_factor(
	    tx, p->account, CS_STR("webauthn"), p->after, &list, &p->seen));
	for (size_t i = 0; i < p->seen; i++) {
		if (list[i].evidence < CS_EVIDENCE_UNTRUSTED)
			continue;
		CS_TRY(cs_models_again(tx, &list[i], &model));
		if (model.evidence != list[i].evidence)
			p->changes[p->change_count++] = (struct verdict){
				.id = list[i].id,
				.subject = list[i].subject,
				.from = list[i].evidence,
				.to = model.evidence,
			};
	}
	if (p->seen != 0)
		p->last = list[p->seen - 1].id;
	return CS_OK;
}

static cs_err
set_one(struct cs_tx *tx, struct page *p, const struct verdict *v)
{
	cs_err e = cs_evidence_set(tx, p->account, v->id, v->from, v->to);

	/* taken away, or judged by somebody else, in between */
	if (cs_is(e, CS_E_CONFLICT))
		return CS_OK;
	CS_TRY(e);
	p->changed++;
	/* sessions in memory know the evidence of when they were read */
	CS_TRY(cs_change_add(tx, p->account, CS_CHANGE_AUTHENTICATOR, v->id));
	const struct cs_audit_pair pairs[] = {
		{ "authenticator", cs_id_hex_text(cs_tx_op(tx)->arena, v->id) },
		{ "evidence",
		    v->to == CS_EVIDENCE_VERIFIED ? CS_STR("verified") : CS_STR("untrusted") },
	};
	return cs_audit(tx, p->d, CS_AUDIT_EVIDENCE_CHANGED, cs_id_zero, v->subject,
	    cs_audit_facts(cs_tx_op(tx)->arena, pairs, CS_COUNT(pairs)));
}

static cs_err
store_page(struct cs_tx *tx, void *ctx)
{
	struct page *p = ctx;

	p->changed = 0;
	for (size_t i = 0; i < p->change_count; i++)
		CS_TRY(set_one(tx, p, &p->changes[i]));
	return CS_OK;
}

/* Other nodes read it; a programme without a gate has none. */
static void
drop_changed(const struct page *p)
{
	for (size_t i = 0; p->d->gate != NULL && i < p->change_count; i++)
		cs_gate_drop_authenticator(p->d->gate, p->account, p->changes[i].id);
}

static cs_err
step_page(struct page *p, const struct cs_op *op)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(PAGE_ARENA_BYTES);
	struct cs_op wide = *op;

	wide.arena = arena;
	wide.account = p->account;
	CS_TRY(cs_store_read(p->d->store, &wide, judge_page, p));
	p->after = p->last;
	p->changed = 0;
	if (p->change_count == 0)
		return CS_OK;
	cs_err e = cs_store_write(p->d->store, &wide, store_page, p);
	/* Also when the commit is uncertain: forgetting too much costs one look at the store. */
	drop_changed(p);
	return e;
}

static cs_err
rejudge_account(struct cs_domain *d, const struct cs_op *op, cs_id account, int64_t *changed)
{
	struct page p = { .d = d, .account = account, .seen = 1 };

	while (p.seen != 0) {
		CS_TRY(step_page(&p, op));
		*changed += p.changed;
	}
	return CS_OK;
}

cs_err
cs_models_rejudge(struct cs_domain *d, const struct cs_op *op, cs_id account, int64_t *changed)
{
	*changed = 0;
	if (!cs_id_is_zero(account))
		return rejudge_account(d, op, account, changed);
	cs_id *ids;
	size_t count;
	CS_TRY(cs_models_accounts(d, op, &ids, &count));
	for (size_t i = 0; i < count; i++)
		CS_TRY(rejudge_account(d, op, ids[i], changed));
	return CS_OK;
}
