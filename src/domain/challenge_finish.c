#include "domain/challenge.h"

#include "base/log.h"
#include "domain/audit.h"
#include "domain/auth_log.h"
#include "domain/backup_codes.h"
#include "domain/challenge_list.h"
#include "domain/models.h"
#include "domain/proof.h"
#include "domain/site.h"
#include "domain/throttle.h"
#include "store/authenticator_store.h"
#include "store/challenge_store.h"

struct finish_ctx {
	const struct cs_signin *s;
	cs_id id;
	const struct cs_factor *factor;
	cs_granted_fn *sequel; /* or NULL */
	void *sequel_ctx;
	/* read */
	struct cs_asked asked;
	bool is_there;
	const struct cs_application *app; /* that the challenge was asked for */
	/* judged */
	struct cs_attempt attempt;
	const struct cs_authenticator *authenticator; /* NULL: the answer named none of them */
	struct cs_factor_result result;
	struct cs_manage_opening *opening; /* MANAGE */
	enum cs_refusal_kind lost; /* what it means when the transaction is in conflict */
	struct cs_refusal why;
};

/* Another session's or browser's challenge is as good as none. */
static bool
is_askers(const struct finish_ctx *c)
{
	const struct cs_holder *h = c->s->holder;
	const struct cs_challenge *challenge = &c->asked.challenge;

	return cs_id_equal(challenge->session, h->session) &&
	       cs_id_equal(challenge->device, h->device) &&
	       cs_id_equal(challenge->subject, h->subject);
}

static cs_err
read_challenge(struct cs_tx *tx, void *ctx)
{
	struct finish_ctx *c = ctx;
	const struct cs_holder *h = c->s->holder;
	const struct cs_authenticator *all;
	size_t count;
	cs_err e;

	c->is_there = false;
	c->asked = (struct cs_asked){ .count = 0 };
	e = cs_challenge_find(tx, h->account, c->id, &c->asked.challenge);
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	c->is_there = is_askers(c) && c->asked.challenge.expires.ms > cs_tx_op(tx)->now.ms;
	CS_TRY(cs_authenticator_list(tx, h->account, h->subject, &all, &count));
	return cs_asked_choose(tx, c->s, all, count, &c->asked);
}

static enum cs_refusal_kind
why_not_open(const struct finish_ctx *c)
{
	if (!c->is_there)
		return CS_REFUSAL_ENDED;
	if (c->asked.challenge.answered.ms != 0)
		return CS_REFUSAL_ANSWERED;
	if ((c->factor->methods & c->asked.challenge.methods) == 0)
		return CS_REFUSAL_ENDED;
	return CS_REFUSAL_NONE;
}

/* --- judging --- */

/* The one that the answer names. */
static cs_err
judge_named(struct finish_ctx *c, const struct cs_factor_env *env,
    const struct cs_authenticator *list, size_t count, cs_span answer)
{
	cs_err e = c->factor->choose(env, list, count, answer, &c->authenticator);

	if (cs_is(e, CS_E_INVALID)) {
		c->result.reason = CS_REASON_MALFORMED;
		return CS_OK;
	}
	CS_TRY(e);
	c->result.reason = CS_REASON_MISMATCH;
	return c->authenticator == NULL
		   ? CS_OK
		   : c->factor->verify(env, c->authenticator, answer, &c->result);
}

static cs_err
judge(struct finish_ctx *c, cs_span answer)
{
	const struct cs_factor_env env = cs_asked_env(c->s, &c->asked.challenge);
	size_t count;
	const struct cs_authenticator *list =
	    cs_asked_of(c->s->op->arena, &c->asked, c->factor, &count);

	c->authenticator = NULL;
	c->result = (struct cs_factor_result){ .reason = CS_REASON_MISMATCH };
	if (c->factor->choose != NULL)
		return judge_named(c, &env, list, count, answer);
	for (size_t i = 0; i < count && c->result.verdict != CS_GRANTED; i++) {
		c->authenticator = &list[i];
		CS_TRY(c->factor->verify(&env, &list[i], answer, &c->result));
	}
	return CS_OK;
}

/* --- a right answer --- */

static struct cs_stored_proof
proof_of(const struct finish_ctx *c)
{
	struct cs_stored_proof p = {
		.proof = {
			.account = c->asked.challenge.account,
			.id = cs_id_new(c->s->d->rng),
			.subject = c->asked.challenge.subject,
			.device = c->asked.challenge.device,
			.authenticator = c->authenticator->id,
			.method = c->authenticator->method & c->factor->methods,
			.at = c->s->op->now,
		},
		.is_own = c->asked.challenge.is_own,
	};

	memcpy(p.context, c->asked.challenge.context, sizeof(p.context));
	return p;
}

static cs_err
note_refused(struct cs_tx *tx, const struct finish_ctx *c, enum cs_audit_kind kind, cs_str reason)
{
	cs_id subject = c->asked.challenge.subject;
	const struct cs_audit_pair facts[] = {
		{ "factor", cs_str_c(c->factor->name) },
		{ "authenticator", c->authenticator != NULL ? c->authenticator->name : CS_STR("") },
		{ "reason", reason },
	};

	return cs_audit(tx, c->s->d, kind, subject, subject,
	    cs_audit_facts(c->s->op->arena, facts, CS_COUNT(facts)));
}

/* Lists and reports may say otherwise than when it was enrolled. */
static cs_err
check_model(struct cs_tx *tx, struct finish_ctx *c)
{
	struct cs_model_judgement judgement;
	struct cs_model model;

	if (c->authenticator->credential_id.len == 0)
		return CS_OK;
	CS_TRY(cs_models_now(tx, c->authenticator, &model));
	cs_models_judge_use(c->s->config, c->app, &model, &judgement);
	c->why.kind = cs_site_model_refusal(&judgement);
	if (c->why.kind == CS_REFUSAL_NONE)
		return CS_OK;
	return note_refused(tx, c, CS_AUDIT_PROOF_REFUSED, cs_str_c(cs_refusal_code(c->why.kind)));
}

static cs_err
open_window(struct cs_tx *tx, struct finish_ctx *c)
{
	if (c->asked.challenge.purpose != CS_CHALLENGE_MANAGE)
		return CS_OK;
	c->opening->window.authenticator = c->authenticator->id;
	c->lost = CS_REFUSAL_ENDED;
	return cs_manage_open(tx, c->s->d, c->s->holder, c->opening);
}

static cs_err
keep_proof(struct cs_tx *tx, struct finish_ctx *c)
{
	const struct cs_stored_proof proof = proof_of(c);

	return cs_proof_keep(tx, c->s->holder, &proof);
}

static cs_err
run_sequel(struct cs_tx *tx, struct finish_ctx *c)
{
	const struct cs_granted granted = {
		.holder = c->s->holder,
		.purpose = c->asked.challenge.purpose,
		.factor = c->factor,
		.authenticator = c->authenticator,
		.method = c->authenticator->method & c->factor->methods,
		.replay = CS_SPAN(c->result.replay, c->result.replay_len),
	};

	c->lost = CS_REFUSAL_ENDED;
	return c->sequel != NULL ? c->sequel(tx, c->sequel_ctx, &granted) : CS_OK;
}

/* Everything that a right answer becomes; lost says what was lost when one of it is in conflict. */
static cs_err
keep(struct cs_tx *tx, struct finish_ctx *c)
{
	const struct cs_op *op = cs_tx_op(tx);
	cs_id subject = c->asked.challenge.subject;

	c->lost = CS_REFUSAL_ANSWERED;
	CS_TRY(cs_challenge_set_answered(tx, op->account, c->asked.challenge.id, op->now));
	c->lost = CS_REFUSAL_CODE_USED;
	CS_TRY(cs_authenticator_advance(tx, c->authenticator,
	    CS_SPAN(c->result.replay, c->result.replay_len), c->result.is_backed_up, op->now));
	CS_TRY(keep_proof(tx, c));
	CS_TRY(cs_attempt_succeed(tx, &c->attempt));
	CS_TRY(cs_audit(tx, c->s->d, CS_AUDIT_PROVED, subject, subject,
	    cs_audit_fact(op->arena, "factor", cs_str_c(c->factor->name))));
	if (c->factor->is_issued)
		CS_TRY(cs_backup_codes_used_in(tx, c->s->d, c->authenticator, &c->result));
	CS_TRY(open_window(tx, c));
	return run_sequel(tx, c);
}

static cs_err
grant(struct cs_tx *tx, void *ctx)
{
	struct finish_ctx *c = ctx;
	const struct cs_holder *h = c->s->holder;
	struct cs_person person;

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	c->lost = CS_REFUSAL_CODE_USED;
	CS_TRY(h->kind->find(tx, h->account, h->subject, &person));
	if (!person.is_active)
		return CS_FAIL(CONFLICT);
	CS_TRY(check_model(tx, c));
	return c->why.kind != CS_REFUSAL_NONE ? CS_OK : keep(tx, c);
}

/* --- a wrong one --- */

static cs_err
note(struct cs_tx *tx, void *ctx)
{
	const struct finish_ctx *c = ctx;
	const char *words = c->result.words;

	return note_refused(tx, c,
	    c->result.reason == CS_REASON_CLONED ? CS_AUDIT_AUTHENTICATOR_CLONED
						 : CS_AUDIT_PROOF_REFUSED,
	    cs_str_c(words != NULL
			 ? words
			 : cs_refusal_code(cs_site_factor_refusal(c->factor, c->result.reason))));
}

static cs_err
refuse(struct finish_ctx *c, struct cs_refusal *why)
{
	*why = (struct cs_refusal){ .kind = cs_site_factor_refusal(c->factor, c->result.reason),
		.retry_after_ms = c->result.retry_after_ms,
		.used_at = c->result.used_at };
	/* A slip of the hand is no guess. What signs makes none: what it sends is counted. */
	if (c->result.reason == CS_REASON_MALFORMED && c->factor->is_guessable)
		return cs_attempt_refund(c->s->d, c->s->op, &c->attempt);
	return cs_store_write(c->s->d->store, c->s->op, note, c);
}

/* --- both --- */

static cs_err
debit(struct finish_ctx *c, struct cs_refusal *why)
{
	const struct cs_challenge *challenge = &c->asked.challenge;

	if (c->factor->is_guessable)
		return cs_attempt_debit(
		    c->s->d, c->s->op, challenge->subject, challenge->device, &c->attempt, why);
	return cs_attempt_debit_signed(
	    c->s->d, c->s->op, challenge->subject, challenge->session, &c->attempt, why);
}

/* No more answers are taken: that ends a sign-in to an application, once for each challenge. */
static void
record_limit(const struct finish_ctx *c)
{
	const struct cs_signin *s = c->s;

	if (c->app == NULL)
		return;
	const struct cs_identity *identity = &s->session->identity;
	const struct cs_auth_event event = {
		.reason = CS_AUTH_SECOND_FACTOR,
		.user = identity->user,
		.email = identity->email,
		.provider = identity->provider,
		.app = c->app,
		.once = c->asked.challenge.id,
	};

	if (cs_failed(cs_auth_log_write(s->d, s->op, s->config, &event)))
		CS_LOG(s->op, SIGN_IN_NOT_LOGGED, CS_F_ID("user", identity->user));
}

/* What could not be judged, since too much is being hashed at this moment, was no guess. */
static cs_err
judge_or_refund(struct finish_ctx *c, cs_span answer)
{
	cs_err e = judge(c, answer);

	if (cs_is(e, CS_E_LIMIT) && c->factor->is_guessable)
		CS_TRY(cs_attempt_refund(c->s->d, c->s->op, &c->attempt));
	return e;
}

static cs_err
finish(struct finish_ctx *c, cs_span answer, struct cs_refusal *why)
{
	const struct cs_signin *s = c->s;
	cs_err e;

	CS_TRY(debit(c, why));
	if (why->kind == CS_REFUSAL_TOO_MANY)
		record_limit(c);
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(judge_or_refund(c, answer));
	if (c->result.verdict != CS_GRANTED)
		return refuse(c, why);
	e = cs_store_write(s->d->store, s->op, grant, c);
	*why = c->why;
	if (!cs_is(e, CS_E_CONFLICT))
		return e;
	/* The same answer, or the same challenge, was accepted a moment ago elsewhere. */
	why->kind = c->lost;
	return CS_OK;
}

/* What the challenge was asked for: the application's own lists are looked at again. */
static cs_err
find_application(struct finish_ctx *c, struct cs_refusal *why)
{
	struct cs_signin asked = *c->s;

	CS_TRY(cs_signin_init(&asked, c->asked.challenge.meta, why));
	c->app = asked.app;
	return CS_OK;
}

cs_err
cs_challenge_finish(const struct cs_signin *s, const struct cs_given *given, cs_granted_fn *sequel,
    void *sequel_ctx, struct cs_answered *out, struct cs_refusal *why)
{
	struct finish_ctx *c = CS_NEW(s->op->arena, struct finish_ctx);

	*c = (struct finish_ctx){
		.s = s,
		.id = given->challenge,
		.sequel = sequel,
		.sequel_ctx = sequel_ctx,
		.opening = &out->opening,
	};
	*out = (struct cs_answered){ .purpose = CS_CHALLENGE_SIGN_IN };
	if (s->holder == NULL)
		why->kind = CS_REFUSAL_SIGNED_OUT;
	else if (cs_failed(cs_factor_find(given->factor, &c->factor)))
		why->kind = CS_REFUSAL_BODY;
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_store_read(s->d->store, s->op, read_challenge, c));
	why->kind = why_not_open(c);
	if (why->kind == CS_REFUSAL_NONE)
		CS_TRY(find_application(c, why));
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	out->purpose = c->asked.challenge.purpose;
	out->meta = c->asked.challenge.meta;
	if (out->purpose == CS_CHALLENGE_MANAGE)
		cs_manage_opening_make(s->d, s->op, s->holder, CS_MANAGE_CHANGE, &out->opening);
	CS_TRY(finish(c, given->answer, why));
	out->is_issued = why->kind == CS_REFUSAL_NONE && c->factor->is_issued;
	out->left = c->result.left;
	return CS_OK;
}
