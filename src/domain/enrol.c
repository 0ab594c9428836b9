#include "domain/enrol.h"

#include "domain/audit.h"
#include "domain/proof.h"
#include "domain/throttle.h"
#include "store/authenticator_store.h"
#include "store/device_store.h"
#include "store/user_store.h"

static struct cs_factor_env
env_of(const struct cs_signin *s)
{
	return (struct cs_factor_env){
		.now = s->op->now,
		.rng = s->d->rng,
		.keyring = s->d->keyring,
		.arena = s->op->arena,
	};
}

static cs_time
pending_since(const struct cs_op *op)
{
	return cs_time_add(op->now, -CS_PENDING_LIFE_MS);
}

static void
describe(const struct cs_signin *s, struct cs_enrolment *e)
{
	cs_str name = s->config->organization.name;

	e->label = (struct cs_factor_label){
		.issuer = name.len > 0 ? name : s->config->account_name,
		.account = s->session->identity.email,
	};
}

unsigned
cs_enrol_methods(const struct cs_access_config *config)
{
	const struct cs_mfa_config *mfa = &config->organization.mfa;

	return mfa->is_set && !mfa->is_disabled && mfa->has_methods ? mfa->methods : 0;
}

/* --- begin --- */

struct begin_ctx {
	const struct cs_signin *s;
	const struct cs_factor *factor;
	struct cs_authenticator fresh;
	struct cs_authenticator pending;
	bool is_enrolled;
};

static cs_err
find_pending(struct cs_tx *tx, const struct begin_ctx *c, struct cs_authenticator *out)
{
	const struct cs_op *op = cs_tx_op(tx);

	return cs_authenticator_find_pending(tx, op->account, c->s->session->identity.user,
	    cs_str_c(c->factor->name), c->s->session->id, pending_since(op), out);
}

/* What another session left pending gives way: its secret was never confirmed. */
static cs_err
begin(struct cs_tx *tx, void *ctx)
{
	struct begin_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_authenticator *active;
	size_t count;
	cs_err e;

	CS_TRY(
	    cs_authenticator_list(tx, op->account, c->s->session->identity.user, &active, &count));
	c->is_enrolled = count > 0;
	if (c->is_enrolled)
		return CS_OK;
	e = find_pending(tx, c, &c->pending);
	if (!cs_is(e, CS_E_NOT_FOUND))
		return e;
	CS_TRY(cs_authenticator_remove_pending(tx, op->account, c->fresh.subject, c->fresh.factor));
	CS_TRY(cs_authenticator_add(tx, &c->fresh, c->factor->is_single, c->s->session->id));
	c->pending = c->fresh;
	return CS_OK;
}

static cs_err
make_fresh(struct begin_ctx *c)
{
	const struct cs_factor_env env = env_of(c->s);

	c->fresh = (struct cs_authenticator){
		.account = c->s->op->account,
		.id = cs_id_new(c->s->d->rng),
		.subject = c->s->session->identity.user,
		.factor = cs_str_c(c->factor->name),
		.method = c->factor->method,
		.state = CS_AUTHENTICATOR_PENDING,
		.created = c->s->op->now,
	};
	return c->factor->enrol_begin(&env, &c->fresh);
}

/* With an application: what it asks for now. From the portal: what the account allows at all. */
static cs_err
check_wanted(const struct cs_signin *s, const struct cs_factor *factor, struct cs_refusal *why)
{
	struct cs_signin_state state;
	unsigned methods = cs_enrol_methods(s->config);

	CS_TRY(cs_signin_state(s, &state));
	if (state.standing.authenticator_count > 0) {
		why->kind = CS_REFUSAL_ENROLLED_ALREADY;
		return CS_OK;
	}
	if (s->app != NULL)
		methods = state.step == CS_STEP_ENROL ? state.mfa.methods : 0;
	if ((methods & factor->method) == 0)
		why->kind = CS_REFUSAL_NOT_ALLOWED;
	return CS_OK;
}

cs_err
cs_enrol_begin(
    const struct cs_signin *s, cs_str factor, struct cs_enrolment *out, struct cs_refusal *why)
{
	struct begin_ctx *c = CS_NEW(s->op->arena, struct begin_ctx);

	*out = (struct cs_enrolment){ .factor = NULL };
	c->s = s;
	if (s->session == NULL)
		why->kind = CS_REFUSAL_SIGNED_OUT;
	else if (cs_failed(cs_factor_find(factor, &c->factor)))
		why->kind = CS_REFUSAL_BODY;
	else
		CS_TRY(check_wanted(s, c->factor, why));
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(make_fresh(c));
	CS_TRY(cs_store_write(s->d->store, s->op, begin, c));
	if (c->is_enrolled) {
		why->kind = CS_REFUSAL_ENROLLED_ALREADY;
		return CS_OK;
	}
	*out = (struct cs_enrolment){ .authenticator = c->pending, .factor = c->factor };
	describe(s, out);
	return CS_OK;
}

/* --- show --- */

struct find_ctx {
	const struct cs_signin *s;
	cs_id id;
	struct cs_authenticator found;
};

static cs_err
find_by_id(struct cs_tx *tx, void *ctx)
{
	struct find_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);

	return cs_authenticator_find_pending_id(
	    tx, op->account, c->id, c->s->session->id, pending_since(op), &c->found);
}

cs_err
cs_enrol_find(const struct cs_signin *s, cs_id id, struct cs_enrolment *out, struct cs_refusal *why)
{
	struct find_ctx c = { .s = s, .id = id };
	cs_err e;

	*out = (struct cs_enrolment){ .factor = NULL };
	if (s->session == NULL) {
		why->kind = CS_REFUSAL_SIGNED_OUT;
		return CS_OK;
	}
	e = cs_store_read(s->d->store, s->op, find_by_id, &c);
	if (cs_is(e, CS_E_NOT_FOUND)) {
		why->kind = CS_REFUSAL_ENDED;
		return CS_OK;
	}
	CS_TRY(e);
	CS_TRY(cs_factor_find(c.found.factor, &out->factor));
	out->authenticator = c.found;
	describe(s, out);
	return CS_OK;
}

cs_err
cs_enrol_show(const struct cs_signin *s, const struct cs_enrolment *e, struct cs_factor_shown *out)
{
	const struct cs_factor_env env = env_of(s);

	return e->factor->enrol_show(&env, &e->authenticator, &e->label, out);
}

/* --- finish --- */

struct finish_ctx {
	const struct cs_signin *s;
	struct cs_enrolment enrolment;
	cs_str name;
	struct cs_factor_result result;
	bool is_own;
	struct cs_refusal why;
};

static cs_err
take_rate(struct cs_tx *tx, void *ctx)
{
	struct finish_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	cs_span session = cs_id_span(&c->s->session->id);
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

static bool
name_is_taken(const struct cs_authenticator *list, size_t count, cs_str name)
{
	for (size_t i = 0; i < count; i++)
		if (cs_str_equal(list[i].name, name))
			return true;
	return false;
}

static struct cs_stored_proof
proof_of(const struct finish_ctx *c)
{
	struct cs_stored_proof p = {
		.proof = {
			.account = c->s->op->account,
			.id = cs_id_new(c->s->d->rng),
			.subject = c->enrolment.authenticator.subject,
			.device = c->s->session->device,
			.authenticator = c->enrolment.authenticator.id,
			.method = c->enrolment.factor->method,
			.at = c->s->op->now,
		},
		.is_own = c->is_own,
	};

	memcpy(p.context, c->s->meta.context, sizeof(p.context));
	return p;
}

static cs_err
check_still_first(struct cs_tx *tx, struct finish_ctx *c)
{
	const struct cs_op *op = cs_tx_op(tx);
	cs_id subject = c->enrolment.authenticator.subject;
	const struct cs_authenticator *active;
	struct cs_user user;
	size_t count;

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	CS_TRY(cs_user_find(tx, op->account, subject, &user));
	CS_TRY(cs_authenticator_list(tx, op->account, subject, &active, &count));
	if (user.status != CS_USER_ACTIVE)
		c->why.kind = CS_REFUSAL_NOT_ALLOWED;
	else if (name_is_taken(active, count, c->name))
		c->why.kind = CS_REFUSAL_NAME_TAKEN;
	else if (count > 0)
		c->why.kind = CS_REFUSAL_ENROLLED_ALREADY;
	return CS_OK;
}

static cs_err
confirm(struct cs_tx *tx, void *ctx)
{
	struct finish_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_authenticator *a = &c->enrolment.authenticator;
	const struct cs_stored_proof proof = proof_of(c);

	CS_TRY(check_still_first(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_authenticator_confirm(
	    tx, a, c->name, CS_SPAN(c->result.replay, c->result.replay_len), op->now));
	CS_TRY(cs_proof_add(tx, &proof));
	CS_TRY(cs_device_remember(tx, op->account, a->subject, proof.proof.device, op->now));
	return cs_audit(tx, c->s->d, CS_AUDIT_ENROLLED, a->subject, a->subject,
	    cs_audit_fact(op->arena, "factor", a->factor));
}

static void
refuse(const struct cs_factor_result *result, struct cs_refusal *why)
{
	switch (result->reason) {
	case CS_REASON_MALFORMED:
		why->kind = CS_REFUSAL_MALFORMED_CODE;
		break;
	case CS_REASON_REPLAYED:
		*why = (struct cs_refusal){ .kind = CS_REFUSAL_CODE_USED,
			.retry_after_ms = result->retry_after_ms };
		break;
	case CS_REASON_NONE:
	case CS_REASON_MISMATCH:
		why->kind = CS_REFUSAL_WRONG_CODE;
		break;
	}
}

/* What the person calls it: one line of at most 64 characters. */
static bool
name_decode(cs_str typed, cs_str *out)
{
	size_t characters = 0;

	*out = cs_str_trim(typed);
	if (out->len == 0)
		*out = CS_STR("Authenticator app");
	for (size_t i = 0; i < out->len; i++) {
		unsigned char b = (unsigned char)out->p[i];

		if (b < 0x20 || b == 0x7f)
			return false;
		characters += (b & 0xc0) != 0x80;
	}
	return characters <= CS_AUTHENTICATOR_NAME_MAX;
}

/* Whether the proof that comes of it belongs to the one session that s asks for. */
static cs_err
find_out_own(struct finish_ctx *c)
{
	struct cs_signin_state state;

	if (c->s->app == NULL)
		return CS_OK;
	CS_TRY(cs_signin_state(c->s, &state));
	c->is_own = state.mfa.is_required && state.mfa.duration_ms == 0;
	return CS_OK;
}

static cs_err
judge(struct finish_ctx *c, cs_str code, struct cs_refusal *why)
{
	const struct cs_factor_env env = env_of(c->s);
	cs_err e;

	CS_TRY(c->enrolment.factor->enrol_finish(
	    &env, &c->enrolment.authenticator, cs_str_span(code), &c->result));
	if (c->result.verdict != CS_GRANTED) {
		refuse(&c->result, why);
		return CS_OK;
	}
	CS_TRY(find_out_own(c));
	e = cs_store_write(c->s->d->store, c->s->op, confirm, c);
	if (cs_is(e, CS_E_CONFLICT)) {
		why->kind = CS_REFUSAL_ENDED;
		return CS_OK;
	}
	*why = c->why;
	return e;
}

cs_err
cs_enrol_finish(
    const struct cs_signin *s, cs_id id, cs_str code, cs_str name, struct cs_refusal *why)
{
	struct finish_ctx *c = CS_NEW(s->op->arena, struct finish_ctx);

	c->s = s;
	CS_TRY(cs_enrol_find(s, id, &c->enrolment, why));
	if (why->kind == CS_REFUSAL_NONE && !name_decode(name, &c->name))
		why->kind = CS_REFUSAL_BODY;
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_store_write(s->d->store, s->op, take_rate, c));
	*why = c->why;
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	return judge(c, code, why);
}
