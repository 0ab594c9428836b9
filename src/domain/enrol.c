#include "domain/enrol.h"

#include "domain/audit.h"
#include "domain/authenticator.h"
#include "domain/device_name.h"
#include "domain/manage.h"
#include "domain/models.h"
#include "domain/proof.h"
#include "domain/site.h"
#include "domain/throttle.h"
#include "store/authenticator_store.h"

static cs_time
pending_since(const struct cs_op *op)
{
	return cs_time_add(op->now, -CS_PENDING_LIFE_MS);
}

static bool
is_over(const struct cs_authenticator *a, const struct cs_factor *f, cs_time now)
{
	return cs_time_add(a->created, f->pending_ms).ms <= now.ms;
}

/* Active ones of the holder. */
struct owned {
	const struct cs_authenticator *list;
	size_t count;
};

static cs_err
read_owned(struct cs_tx *tx, const struct cs_signin *s, struct owned *out)
{
	return cs_authenticator_list(
	    tx, s->holder->account, s->holder->subject, &out->list, &out->count);
}

/* The first of a factor; NULL: they have none. */
static const struct cs_authenticator *
one_of(const struct owned *owned, cs_str factor)
{
	for (size_t i = 0; i < owned->count; i++)
		if (cs_str_equal(owned->list[i].factor, factor))
			return &owned->list[i];
	return NULL;
}

/* Not asked of the factor: what it excludes is what it judges. */
static void
describe(const struct cs_signin *s, const struct owned *owned, struct cs_enrolment *e)
{
	cs_str name = s->config->organization.name;
	struct cs_authenticator *known =
	    CS_NEW_ARRAY(s->op->arena, struct cs_authenticator, owned->count + 1);

	e->label = (struct cs_factor_label){
		.issuer = name.len > 0 ? name : s->config->account_name,
		.account = s->holder->email,
		.person = s->holder->name,
		.known = known,
	};
	for (size_t i = 0; i < owned->count; i++)
		if (cs_str_equal(owned->list[i].factor, cs_str_c(e->factor->name)))
			known[e->label.known_count++] = owned->list[i];
}

/* --- what may be enrolled --- */

static unsigned
methods_in(const struct cs_mfa_config *mfa)
{
	return mfa->is_set && !mfa->is_disabled && mfa->has_methods ? mfa->methods : 0;
}

unsigned
cs_enrol_methods(const struct cs_access_config *config)
{
	unsigned methods = methods_in(&config->organization.mfa);

	/* Without a second factor of the organisation nobody is asked for one anywhere. */
	if (methods == 0)
		return 0;
	for (size_t i = 0; i < config->application_count; i++) {
		const struct cs_application *app = &config->applications[i];

		methods |= methods_in(&app->mfa);
		for (size_t j = 0; j < app->policy_count; j++)
			methods |= methods_in(&app->policies[j].mfa);
	}
	return methods;
}

unsigned
cs_enrol_methods_of(const struct cs_signin *s)
{
	return s->session != NULL ? cs_enrol_methods(s->config) : cs_factors_methods();
}

/* --- begin --- */

struct begin_ctx {
	const struct cs_signin *s;
	const struct cs_factor *factor;
	cs_id replaces; /* what is to go; zero: nothing */
	struct cs_authenticator fresh;
	struct cs_authenticator pending;
	struct owned owned;
	struct cs_refusal why;
};

/* Seen by whoever had the session's cookie: nobody has proved anything yet (holder.h). */
static bool
was_seen_before_proof(const struct begin_ctx *c)
{
	const struct cs_holder *h = c->s->holder;

	return h->kind->sees_before_proof && h->stage != CS_MEMBER_ENROL &&
	       cs_id_is_zero(c->fresh.replaces);
}

/* What is shown again is what was asked for: in the same place as before. */
static cs_err
find_pending(struct cs_tx *tx, const struct begin_ctx *c, struct cs_authenticator *out)
{
	const struct cs_holder *h = c->s->holder;

	if (c->factor->shows_anew || was_seen_before_proof(c))
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_authenticator_find_pending(tx, h->account, h->subject, cs_str_c(c->factor->name),
	    h->session, pending_since(cs_tx_op(tx)), out));
	return cs_id_equal(out->replaces, c->fresh.replaces) ? CS_OK : CS_FAIL(NOT_FOUND);
}

/*
 * Whoever comes by a recovery, or after a reset, begins anew: the only one of its factor gives way
 * when the new one is confirmed, without having been asked for.
 */
static cs_id
gives_way(const struct cs_signin *s, const struct cs_factor *factor, const struct owned *owned,
    cs_id replaces)
{
	const struct cs_authenticator *old = one_of(owned, cs_str_c(factor->name));

	if (s->holder->stage != CS_MEMBER_ENROL || !factor->is_single || old == NULL)
		return replaces;
	return old->id;
}

/* Only what there can be one of is replaced: of all else another is added, and one removed. */
static enum cs_refusal_kind
why_not_place(
    const struct cs_factor *factor, const struct owned *owned, cs_id replaces, bool is_anew)
{
	const struct cs_authenticator *old =
	    factor->is_single ? one_of(owned, cs_str_c(factor->name)) : NULL;

	if (!cs_id_is_zero(replaces))
		return old != NULL && cs_id_equal(old->id, replaces) ? CS_REFUSAL_NONE
								     : CS_REFUSAL_NOT_FOUND;
	if (old != NULL)
		return CS_REFUSAL_ENROLLED_ALREADY;
	return owned->count >= CS_AUTHENTICATORS_MAX && !is_anew ? CS_REFUSAL_TOO_MANY_DEVICES
								 : CS_REFUSAL_NONE;
}

/*
 * What does not need the authenticator itself. act: SEE or ADD, where nothing is asked to give way.
 * *replaces: zero, or what it is to take the place of.
 */
static cs_err
check_person(struct cs_tx *tx, const struct cs_signin *s, const struct cs_factor *factor,
    enum cs_act act, struct owned *owned, cs_id *replaces, struct cs_refusal *why)
{
	bool is_asked = !cs_id_is_zero(*replaces);
	bool is_anew = s->holder->stage == CS_MEMBER_ENROL;

	*why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	CS_TRY(read_owned(tx, s, owned));
	*replaces = gives_way(s, factor, owned, *replaces);
	why->kind = why_not_place(factor, owned, *replaces, is_anew);
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	return cs_manage_may(tx, s->holder, is_asked && !is_anew ? CS_ACT_REPLACE : act, why);
}

/* What another session left pending gives way: its secret was never confirmed. */
static cs_err
begin(struct cs_tx *tx, void *ctx)
{
	struct begin_ctx *c = ctx;
	const struct cs_holder *h = c->s->holder;
	cs_err e;

	c->fresh.replaces = c->replaces;
	CS_TRY(check_person(tx, c->s, c->factor, c->factor->shows_anew ? CS_ACT_ADD : CS_ACT_SEE,
	    &c->owned, &c->fresh.replaces, &c->why));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	e = find_pending(tx, c, &c->pending);
	if (!cs_is(e, CS_E_NOT_FOUND))
		return e;
	CS_TRY(cs_authenticator_remove_pending(tx, h->account, h->subject, c->fresh.factor));
	CS_TRY(cs_authenticator_add(tx, &c->fresh, c->factor->is_single, h->session));
	c->pending = c->fresh;
	return CS_OK;
}

static cs_err
make_fresh(struct begin_ctx *c, unsigned method)
{
	const struct cs_factor_env env = cs_site_env(c->s);

	c->fresh = (struct cs_authenticator){
		.account = c->s->holder->account,
		.id = cs_id_new(c->s->d->rng),
		.subject = c->s->holder->subject,
		.factor = cs_str_c(c->factor->name),
		.method = method,
		.state = CS_AUTHENTICATOR_PENDING,
		.created = c->s->op->now,
	};
	return c->factor->enrol_begin(&env, &c->fresh);
}

static bool
is_one(unsigned methods)
{
	return methods != 0 && (methods & (methods - 1)) == 0;
}

/* The kind that is wanted: said, or the only one there is. 0: neither, or nobody enrols it. */
static unsigned
kind_of(const struct cs_factor *f, unsigned method)
{
	if (f->is_issued)
		return 0;
	if (method == 0 && is_one(f->methods))
		return f->methods;
	return is_one(method) ? method & f->methods : 0;
}

static cs_err
check_wanted(const struct cs_signin *s, unsigned method, struct cs_refusal *why)
{
	struct cs_asks asks;

	CS_TRY(s->holder->kind->asks(s, &asks));
	if ((asks.enrol_methods & method) == 0)
		why->kind = CS_REFUSAL_NOT_ALLOWED;
	return CS_OK;
}

cs_err
cs_enrol_begin(const struct cs_signin *s, const struct cs_wanted *wanted, struct cs_enrolment *out,
    struct cs_refusal *why)
{
	struct begin_ctx *c = CS_NEW(s->op->arena, struct begin_ctx);
	unsigned method = 0;

	*out = (struct cs_enrolment){ .factor = NULL };
	c->s = s;
	c->replaces = wanted->replaces;
	if (!cs_failed(cs_factor_find(wanted->factor, &c->factor)))
		method = kind_of(c->factor, wanted->method);
	if (s->holder == NULL)
		why->kind = CS_REFUSAL_SIGNED_OUT;
	else if (method == 0)
		why->kind = CS_REFUSAL_BODY;
	else
		CS_TRY(check_wanted(s, method, why));
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(make_fresh(c, method));
	CS_TRY(cs_store_write(s->d->store, s->op, begin, c));
	*why = c->why;
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	*out = (struct cs_enrolment){ .authenticator = c->pending, .factor = c->factor };
	describe(s, &c->owned, out);
	return CS_OK;
}

/* --- show --- */

struct find_ctx {
	const struct cs_signin *s;
	cs_id id;
	struct cs_authenticator found;
	struct owned owned;
};

static cs_err
find_by_id(struct cs_tx *tx, void *ctx)
{
	struct find_ctx *c = ctx;
	const struct cs_holder *h = c->s->holder;

	CS_TRY(cs_authenticator_find_pending_id(
	    tx, h->account, c->id, h->session, pending_since(cs_tx_op(tx)), &c->found));
	return read_owned(tx, c->s, &c->owned);
}

cs_err
cs_enrol_find(const struct cs_signin *s, cs_id id, struct cs_enrolment *out, struct cs_refusal *why)
{
	struct find_ctx c = { .s = s, .id = id };
	cs_err e;

	*out = (struct cs_enrolment){ .factor = NULL };
	if (s->holder == NULL) {
		why->kind = CS_REFUSAL_SIGNED_OUT;
		return CS_OK;
	}
	e = cs_store_read(s->d->store, s->op, find_by_id, &c);
	if (!cs_failed(e))
		e = cs_factor_find(c.found.factor, &out->factor);
	if (cs_is(e, CS_E_NOT_FOUND) ||
	    (!cs_failed(e) && is_over(&c.found, out->factor, s->op->now))) {
		why->kind = CS_REFUSAL_ENDED;
		return CS_OK;
	}
	CS_TRY(e);
	out->authenticator = c.found;
	describe(s, &c.owned, out);
	return CS_OK;
}

cs_err
cs_enrol_show(const struct cs_signin *s, const struct cs_enrolment *e, struct cs_factor_shown *out)
{
	const struct cs_factor_env env = cs_site_env(s);

	return e->factor->enrol_show(&env, &e->authenticator, &e->label, out);
}

/* --- finish --- */

struct finish_ctx {
	const struct cs_signin *s;
	cs_granted_fn *sequel; /* or NULL */
	void *sequel_ctx;
	struct cs_enrolment enrolment;
	cs_str typed;
	struct cs_asks asks;
	cs_id replaced; /* that goes with the confirmation; zero: none */
	struct cs_factor_result result;
	struct owned owned;
	struct cs_model model;
	struct cs_enrolled out;
	struct cs_refusal why;
};

static cs_err
take_rate(struct cs_tx *tx, void *ctx)
{
	struct finish_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	cs_span session = cs_id_span(&c->s->holder->session);
	uint8_t key[CS_RATE_KEY_LEN];
	struct cs_rate rate;

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	cs_rate_key(CS_STR("enrol.confirm"), op->account, &session, 1, key);
	CS_TRY(cs_rate_debit(tx, key, CS_HOUR_MS, CS_CONFIRMS_PER_HOUR, op->now, &rate));
	if (!rate.is_allowed)
		c->why = (struct cs_refusal){ .kind = CS_REFUSAL_TOO_MANY,
			.retry_after_ms = rate.retry_after_ms };
	return CS_OK;
}

/*
 * What vouches for the model, and with it the last word on the kind: a browser's word on what is
 * built in is as good as the person who holds it.
 */
static cs_err
load_model(struct cs_tx *tx, struct finish_ctx *c)
{
	struct cs_authenticator *a = &c->out.authenticator;

	c->model = (struct cs_model){ .name = CS_STR_NONE };
	if (c->result.attestation == NULL)
		return CS_OK;
	CS_TRY(cs_models_load(
	    tx, a->account, a->aaguid, c->result.attestation, c->s->op->now, &c->model));
	a->evidence = c->model.evidence;
	c->out.model = c->model.name;
	if (a->evidence != CS_EVIDENCE_VERIFIED)
		return CS_OK;
	if (c->model.kind == CS_AAGUID_KEY)
		a->method = CS_MFA_SECURITY_KEY;
	if (c->model.kind == CS_AAGUID_PLATFORM)
		a->method = CS_MFA_BIOMETRICS;
	return CS_OK;
}

static void
check_model(struct finish_ctx *c)
{
	const struct cs_authenticator *a = &c->out.authenticator;
	struct cs_model_judgement judgement = { .verdict = CS_GRANTED };

	if (c->result.attestation != NULL)
		cs_models_judge(c->s->config, c->s->app, &c->model, &judgement);
	if ((a->method & c->asks.enrol_methods) == 0)
		c->why.kind = CS_REFUSAL_KIND_REFUSED;
	else if (a->method == CS_MFA_BIOMETRICS && !c->result.is_user_verified)
		c->why.kind = CS_REFUSAL_NOT_VERIFIED;
	else
		c->why.kind = cs_site_model_refusal(&judgement);
}

/* Those that are still there afterwards: what is replaced leaves its name to the new one. */
static struct owned
staying(const struct finish_ctx *c)
{
	struct cs_authenticator *list =
	    CS_NEW_ARRAY(c->s->op->arena, struct cs_authenticator, c->owned.count + 1);
	size_t count = 0;

	for (size_t i = 0; i < c->owned.count; i++)
		if (!cs_id_equal(c->owned.list[i].id, c->replaced))
			list[count++] = c->owned.list[i];
	return (struct owned){ .list = list, .count = count };
}

static cs_err
check_new(struct cs_tx *tx, struct finish_ctx *c)
{
	const struct owned others = staying(c);
	struct cs_authenticator *a = &c->out.authenticator;
	bool is_known = false;

	if (a->credential_id.len > 0)
		CS_TRY(
		    cs_authenticator_has_credential(tx, a->account, a->credential_id, &is_known));
	if (is_known)
		c->why.kind = CS_REFUSAL_ENROLLED_ALREADY;
	else if (c->typed.len > 0 && cs_device_name_is_taken(others.list, others.count, c->typed))
		c->why.kind = CS_REFUSAL_NAME_TAKEN;
	a->name = c->typed;
	c->out.is_named_by_us = c->typed.len == 0;
	if (c->out.is_named_by_us)
		a->name = cs_device_name_for(
		    c->s->op->arena, others.list, others.count, c->out.model, a->method);
	return CS_OK;
}

static cs_err
check(struct cs_tx *tx, struct finish_ctx *c)
{
	c->replaced = c->enrolment.authenticator.replaces;
	CS_TRY(check_person(
	    tx, c->s, c->enrolment.factor, CS_ACT_ADD, &c->owned, &c->replaced, &c->why));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(load_model(tx, c));
	check_model(c);
	return c->why.kind != CS_REFUSAL_NONE ? CS_OK : check_new(tx, c);
}

static struct cs_stored_proof
proof_of(const struct finish_ctx *c)
{
	const struct cs_authenticator *a = &c->out.authenticator;
	struct cs_stored_proof p = {
		.proof = {
			.account = a->account,
			.id = cs_id_new(c->s->d->rng),
			.subject = a->subject,
			.device = c->s->holder->device,
			.authenticator = a->id,
			.method = a->method,
			.at = c->s->op->now,
		},
		.is_own = c->asks.is_own,
	};

	memcpy(p.context, c->s->meta.context, sizeof(p.context));
	return p;
}

static cs_err
note(struct cs_tx *tx, const struct finish_ctx *c, enum cs_audit_kind kind, const char *reason)
{
	const struct cs_authenticator *a = &c->enrolment.authenticator;
	const struct cs_audit_pair facts[] = {
		{ "factor", a->factor },
		{ "name", c->out.authenticator.name },
		{ "model", c->out.model },
		{ "reason", cs_str_c(reason) },
	};

	return cs_audit(tx, c->s->d, kind, a->subject, a->subject,
	    cs_audit_facts(c->s->op->arena, facts, CS_COUNT(facts)));
}

static cs_err
keep_proof(struct cs_tx *tx, struct finish_ctx *c)
{
	const struct cs_stored_proof proof = proof_of(c);

	return cs_proof_keep(tx, c->s->holder, &proof);
}

/* The old one and the new one change places: at no moment there is neither, nor are there both. */
static cs_err
make_active(struct cs_tx *tx, struct finish_ctx *c)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_authenticator *a = &c->out.authenticator;

	if (!cs_id_is_zero(c->replaced))
		CS_TRY(cs_authenticator_revoke_in(tx, c->replaced));
	CS_TRY(cs_authenticator_confirm(
	    tx, a, a->name, CS_SPAN(c->result.replay, c->result.replay_len), op->now));
	a->state = CS_AUTHENTICATOR_ACTIVE;
	a->replaces = cs_id_zero;
	a->created = a->last_used = op->now;
	return CS_OK;
}

static cs_err
run_sequel(struct cs_tx *tx, struct finish_ctx *c)
{
	const struct cs_granted granted = {
		.holder = c->s->holder,
		.purpose = CS_CHALLENGE_SIGN_IN,
		.is_enrolment = true,
		.factor = c->enrolment.factor,
		.authenticator = &c->out.authenticator,
		.method = c->out.authenticator.method,
		.replay = CS_SPAN(c->result.replay, c->result.replay_len),
	};

	return c->sequel != NULL ? c->sequel(tx, c->sequel_ctx, &granted) : CS_OK;
}

static cs_err
confirm(struct cs_tx *tx, void *ctx)
{
	struct finish_ctx *c = ctx;
	bool replaces;

	c->out = (struct cs_enrolled){ .authenticator = c->enrolment.authenticator };
	CS_TRY(check(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return note(tx, c, CS_AUDIT_ENROL_REFUSED, cs_refusal_code(c->why.kind));
	replaces = !cs_id_is_zero(c->replaced);
	CS_TRY(make_active(tx, c));
	CS_TRY(keep_proof(tx, c));
	CS_TRY(note(tx, c, replaces ? CS_AUDIT_AUTHENTICATOR_REPLACED : CS_AUDIT_ENROLLED, ""));
	CS_TRY(cs_manage_enrolled(tx, c->s->d, c->s->holder, &c->out.authenticator, replaces));
	return run_sequel(tx, c);
}

static cs_err
note_wrong(struct cs_tx *tx, void *ctx)
{
	const struct finish_ctx *c = ctx;

	return note(tx, c, CS_AUDIT_ENROL_REFUSED, c->result.words);
}

/* A code typed wrong is a slip; a signed answer that does not hold is worth a line. */
static cs_err
refuse(struct finish_ctx *c, struct cs_refusal *why)
{
	*why = (struct cs_refusal){ .kind = cs_site_factor_refusal(
					c->enrolment.factor, c->result.reason),
		.retry_after_ms = c->result.retry_after_ms };
	return c->result.words == NULL ? CS_OK
				       : cs_store_write(c->s->d->store, c->s->op, note_wrong, c);
}

static cs_err
judge(struct finish_ctx *c, cs_span answer, struct cs_refusal *why)
{
	const struct cs_factor_env env = cs_site_env(c->s);
	cs_err e;

	CS_TRY(c->enrolment.factor->enrol_finish(
	    &env, &c->enrolment.authenticator, answer, &c->result));
	if (c->result.verdict != CS_GRANTED)
		return refuse(c, why);
	CS_TRY(c->s->holder->kind->asks(c->s, &c->asks));
	e = cs_store_write(c->s->d->store, c->s->op, confirm, c);
	/* Also when the commit is uncertain: forgetting too much costs one look at the store. */
	if (!cs_id_is_zero(c->replaced))
		cs_gate_drop_authenticator(c->s->d->gate, c->s->op->account, c->replaced);
	if (cs_is(e, CS_E_CONFLICT)) {
		why->kind = CS_REFUSAL_ENDED;
		return CS_OK;
	}
	*why = c->why;
	return e;
}

cs_err
cs_enrol_finish(const struct cs_signin *s, const struct cs_confirmation *given,
    cs_granted_fn *sequel, void *sequel_ctx, struct cs_enrolled *out, struct cs_refusal *why)
{
	struct finish_ctx *c = CS_NEW(s->op->arena, struct finish_ctx);

	*out = (struct cs_enrolled){ .is_named_by_us = false };
	c->s = s;
	c->sequel = sequel;
	c->sequel_ctx = sequel_ctx;
	c->typed = cs_str_trim(given->name);
	CS_TRY(cs_enrol_find(s, given->enrolment, &c->enrolment, why));
	if (why->kind == CS_REFUSAL_NONE && !cs_device_name_is_good(c->typed))
		why->kind = CS_REFUSAL_BODY;
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_store_write(s->d->store, s->op, take_rate, c));
	*why = c->why;
	if (why->kind == CS_REFUSAL_NONE)
		CS_TRY(judge(c, given->answer, why));
	if (why->kind == CS_REFUSAL_NONE)
		*out = c->out;
	return CS_OK;
}
