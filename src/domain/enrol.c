#include "domain/enrol.h"

#include "domain/enrol_place.h"
#include "domain/site.h"

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

/* Not asked of the factor: what it excludes is what it judges. */
static void
describe(const struct cs_signin *s, const struct cs_enrol_owned *owned, struct cs_enrolment *e)
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
	struct cs_enrol_owned owned;
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

/* What another session left pending gives way: its secret was never confirmed. */
static cs_err
begin(struct cs_tx *tx, void *ctx)
{
	struct begin_ctx *c = ctx;
	const struct cs_holder *h = c->s->holder;
	cs_err e;

	c->fresh.replaces = c->replaces;
	CS_TRY(cs_enrol_check_person(tx, c->s, c->factor,
	    c->factor->shows_anew ? CS_ACT_ADD : CS_ACT_SEE, &c->owned, &c->fresh.replaces,
	    &c->why));
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
	struct cs_enrol_owned owned;
};

static cs_err
find_by_id(struct cs_tx *tx, void *ctx)
{
	struct find_ctx *c = ctx;
	const struct cs_holder *h = c->s->holder;

	CS_TRY(cs_authenticator_find_pending_id(
	    tx, h->account, c->id, h->session, pending_since(cs_tx_op(tx)), &c->found));
	return cs_enrol_owned_read(tx, c->s, &c->owned);
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
