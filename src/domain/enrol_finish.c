#include "domain/enrol.h"

#include "domain/audit.h"
#include "domain/authenticator.h"
#include "domain/device_name.h"
#include "domain/enrol_place.h"
#include "domain/models.h"
#include "domain/proof.h"
#include "domain/site.h"
#include "domain/throttle.h"

struct finish_ctx {
	const struct cs_signin *s;
	cs_granted_fn *sequel; /* or NULL */
	void *sequel_ctx;
	struct cs_enrolment enrolment;
	cs_str typed;
	struct cs_asks asks;
	cs_id replaced; /* that goes with the confirmation; zero: none */
	struct cs_factor_result result;
	struct cs_enrol_owned owned;
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

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	cs_rate_key(CS_STR("enrol.confirm"), op->account, &session, 1, key);
	return cs_rate_take(tx, key, CS_HOUR_MS, CS_CONFIRMS_PER_HOUR, &c->why);
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
static struct cs_enrol_owned
staying(const struct finish_ctx *c)
{
	struct cs_authenticator *list =
	    CS_NEW_ARRAY(c->s->op->arena, struct cs_authenticator, c->owned.count + 1);
	size_t count = 0;

	for (size_t i = 0; i < c->owned.count; i++)
		if (!cs_id_equal(c->owned.list[i].id, c->replaced))
			list[count++] = c->owned.list[i];
	return (struct cs_enrol_owned){ .list = list, .count = count };
}

static cs_err
check_new(struct cs_tx *tx, struct finish_ctx *c)
{
	const struct cs_enrol_owned others = staying(c);
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
	CS_TRY(cs_enrol_check_person(
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
