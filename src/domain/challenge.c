#include "domain/challenge.h"

#include "crypto/mac.h"
#include "domain/audit.h"
#include "domain/proof.h"
#include "domain/throttle.h"
#include "factor/factor.h"
#include "store/authenticator_store.h"
#include "store/challenge_store.h"
#include "store/device_store.h"
#include "store/user_store.h"

/* --- begin --- */

struct begin_ctx {
	struct cs_challenge challenge;
	struct cs_refusal why;
};

static cs_err
begin(struct cs_tx *tx, void *ctx)
{
	struct begin_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	cs_span session = cs_id_span(&c->challenge.session);
	uint8_t key[CS_RATE_KEY_LEN];
	struct cs_rate rate;

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	cs_rate_key(CS_STR("challenge"), op->account, &session, 1, key);
	CS_TRY(cs_rate_debit(tx, key, CS_HOUR_MS, CS_CHALLENGES_PER_HOUR, op->now, &rate));
	if (!rate.is_allowed) {
		c->why = (struct cs_refusal){ .kind = CS_REFUSAL_TOO_MANY,
			.retry_after_ms = rate.retry_after_ms };
		return CS_OK;
	}
	return cs_challenge_add(tx, &c->challenge);
}

cs_err
cs_challenge_begin(const struct cs_signin *s, struct cs_challenge *out,
    struct cs_standing *out_standing, struct cs_refusal *why)
{
	struct begin_ctx c = { .why = { .kind = CS_REFUSAL_NONE } };
	struct cs_signin_state state;

	*out = (struct cs_challenge){ .answered = { 0 } };
	*out_standing = (struct cs_standing){ .proof_count = 0 };
	if (s->session == NULL) {
		why->kind = CS_REFUSAL_SIGNED_OUT;
		return CS_OK;
	}
	CS_TRY(cs_signin_state(s, &state));
	if (state.step != CS_STEP_CHALLENGE) {
		why->kind = CS_REFUSAL_ENDED;
		return CS_OK;
	}
	c.challenge = (struct cs_challenge){
		.account = s->op->account,
		.id = cs_id_new(s->d->rng),
		.subject = s->session->identity.user,
		.session = s->session->id,
		.device = s->session->device,
		.purpose = CS_CHALLENGE_SIGN_IN,
		.meta = s->meta.text,
		.is_own = state.mfa.duration_ms == 0,
		.methods = state.mfa.methods,
		.created = s->op->now,
		.expires = cs_time_add(s->op->now, CS_CHALLENGE_LIFE_MS),
	};
	memcpy(c.challenge.context, s->meta.context, sizeof(c.challenge.context));
	CS_TRY(cs_store_write(s->d->store, s->op, begin, &c));
	*why = c.why;
	*out = c.challenge;
	*out_standing = state.standing;
	return CS_OK;
}

/* --- finish --- */

struct finish_ctx {
	const struct cs_signin *s;
	cs_id id;
	const struct cs_factor *factor;
	/* read */
	struct cs_challenge challenge;
	struct cs_standing standing;
	bool is_there;
	/* judged */
	struct cs_attempt attempt;
	const struct cs_authenticator *authenticator;
	struct cs_factor_result result;
	bool challenge_is_lost;
};

/* Another session's or browser's challenge is as good as none. */
static bool
is_askers(const struct finish_ctx *c)
{
	const struct cs_global_session *session = c->s->session;

	return cs_id_equal(c->challenge.session, session->id) &&
	       cs_id_equal(c->challenge.device, session->device) &&
	       cs_id_equal(c->challenge.subject, session->identity.user);
}

static cs_err
read_challenge(struct cs_tx *tx, void *ctx)
{
	struct finish_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	cs_err e = cs_challenge_find(tx, op->account, c->id, &c->challenge);

	c->is_there = false;
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	c->is_there = is_askers(c) && c->challenge.expires.ms > op->now.ms;
	return cs_standing_read(tx, c->challenge.subject, c->challenge.device, &c->standing);
}

static enum cs_refusal_kind
why_not_open(const struct finish_ctx *c)
{
	if (!c->is_there)
		return CS_REFUSAL_ENDED;
	if (c->challenge.answered.ms != 0)
		return CS_REFUSAL_ANSWERED;
	if ((c->factor->method & c->challenge.methods) == 0)
		return CS_REFUSAL_ENDED;
	return CS_REFUSAL_NONE;
}

static cs_err
judge_one(struct finish_ctx *c, const struct cs_authenticator *a, cs_str code)
{
	const struct cs_factor_env env = {
		.now = c->s->op->now,
		.rng = c->s->d->rng,
		.keyring = c->s->d->keyring,
		.arena = c->s->op->arena,
	};

	c->authenticator = a;
	return c->factor->verify(&env, a, cs_str_span(code), &c->result);
}

/* Each authenticator of the factor, until one grants. */
static cs_err
judge(struct finish_ctx *c, cs_str code)
{
	for (size_t i = 0; i < c->standing.authenticator_count; i++) {
		const struct cs_authenticator *a = &c->standing.authenticators[i];

		if (!cs_str_equal(a->factor, cs_str_c(c->factor->name)))
			continue;
		CS_TRY(judge_one(c, a, code));
		if (c->result.verdict == CS_GRANTED)
			return CS_OK;
	}
	return CS_OK;
}

static struct cs_stored_proof
proof_of(const struct finish_ctx *c)
{
	struct cs_stored_proof p = {
		.proof = {
			.account = c->challenge.account,
			.id = cs_id_new(c->s->d->rng),
			.subject = c->challenge.subject,
			.device = c->challenge.device,
			.authenticator = c->authenticator->id,
			.method = c->factor->method,
			.at = c->s->op->now,
		},
		.is_own = c->challenge.is_own,
	};

	memcpy(p.context, c->challenge.context, sizeof(p.context));
	return p;
}

static cs_err
grant(struct cs_tx *tx, void *ctx)
{
	struct finish_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_stored_proof proof = proof_of(c);
	cs_id subject = c->challenge.subject;
	struct cs_user user;
	cs_err e;

	e = cs_challenge_set_answered(tx, op->account, c->challenge.id, op->now);
	c->challenge_is_lost = cs_is(e, CS_E_CONFLICT);
	CS_TRY(e);
	CS_TRY(cs_user_find(tx, op->account, subject, &user));
	if (user.status != CS_USER_ACTIVE)
		return CS_FAIL(CONFLICT);
	CS_TRY(cs_authenticator_advance(
	    tx, c->authenticator, CS_SPAN(c->result.replay, c->result.replay_len), false, op->now));
	CS_TRY(cs_proof_add(tx, &proof));
	CS_TRY(cs_device_remember(tx, op->account, subject, c->challenge.device, op->now));
	CS_TRY(cs_attempt_succeed(tx, &c->attempt));
	return cs_audit(tx, c->s->d, CS_AUDIT_PROVED, subject, subject,
	    cs_audit_fact(op->arena, "factor", cs_str_c(c->factor->name)));
}

static cs_err
note_refused(struct cs_tx *tx, void *ctx)
{
	struct finish_ctx *c = ctx;
	cs_id subject = c->challenge.subject;

	return cs_audit(tx, c->s->d, CS_AUDIT_PROOF_REFUSED, subject, subject,
	    cs_audit_fact(c->s->op->arena, "factor", cs_str_c(c->factor->name)));
}

static cs_err
refuse(struct finish_ctx *c, struct cs_refusal *why)
{
	switch (c->result.reason) {
	case CS_REASON_MALFORMED:
		why->kind = CS_REFUSAL_MALFORMED_CODE;
		return cs_attempt_refund(c->s->d, c->s->op, &c->attempt);
	case CS_REASON_REPLAYED:
		*why = (struct cs_refusal){ .kind = CS_REFUSAL_CODE_USED,
			.retry_after_ms = c->result.retry_after_ms };
		break;
	case CS_REASON_NONE:
	case CS_REASON_MISMATCH:
		why->kind = CS_REFUSAL_WRONG_CODE;
		break;
	}
	return cs_store_write(c->s->d->store, c->s->op, note_refused, c);
}

static cs_err
finish(struct finish_ctx *c, cs_str code, struct cs_refusal *why)
{
	const struct cs_signin *s = c->s;
	cs_err e;

	CS_TRY(cs_attempt_debit(
	    s->d, s->op, c->challenge.subject, c->challenge.device, &c->attempt, why));
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(judge(c, code));
	if (c->result.verdict != CS_GRANTED)
		return refuse(c, why);
	e = cs_store_write(s->d->store, s->op, grant, c);
	if (!cs_is(e, CS_E_CONFLICT))
		return e;
	/* The same code, or the same challenge, was accepted a moment ago elsewhere. */
	why->kind = c->challenge_is_lost ? CS_REFUSAL_ANSWERED : CS_REFUSAL_CODE_USED;
	return CS_OK;
}

cs_err
cs_challenge_finish(const struct cs_signin *s, cs_id challenge, cs_str factor, cs_str code,
    cs_str *out_meta, struct cs_refusal *why)
{
	struct finish_ctx *c = CS_NEW(s->op->arena, struct finish_ctx);

	*c = (struct finish_ctx){ .s = s, .id = challenge };
	*out_meta = CS_STR_NONE;
	if (s->session == NULL) {
		why->kind = CS_REFUSAL_SIGNED_OUT;
		return CS_OK;
	}
	if (cs_failed(cs_factor_find(factor, &c->factor))) {
		why->kind = CS_REFUSAL_BODY;
		return CS_OK;
	}
	CS_TRY(cs_store_read(s->d->store, s->op, read_challenge, c));
	why->kind = why_not_open(c);
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	*out_meta = c->challenge.meta;
	return finish(c, code, why);
}
