#include "domain/challenge.h"

#include "domain/challenge_list.h"
#include "domain/throttle.h"
#include "store/challenge_store.h"

struct begin_ctx {
	const struct cs_signin *s;
	struct cs_asks asks;
	struct cs_asked asked;
	struct cs_refusal why;
};

static cs_err
take_rate(struct cs_tx *tx, struct begin_ctx *c)
{
	const struct cs_op *op = cs_tx_op(tx);
	cs_span session = cs_id_span(&c->asked.challenge.session);
	uint8_t key[CS_RATE_KEY_LEN];

	cs_rate_key(CS_STR("challenge"), op->account, &session, 1, key);
	return cs_rate_take(tx, key, CS_HOUR_MS, CS_CHALLENGES_PER_HOUR, &c->why);
}

static cs_err
begin(struct cs_tx *tx, void *ctx)
{
	struct begin_ctx *c = ctx;

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	if (c->asked.challenge.purpose == CS_CHALLENGE_MANAGE)
		CS_TRY(cs_manage_check_challenge(tx, c->s->holder, &c->why));
	if (c->why.kind == CS_REFUSAL_NONE)
		CS_TRY(take_rate(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_asked_choose(tx, c->s, c->asks.list, c->asks.count, &c->asked));
	return cs_challenge_add(tx, &c->asked.challenge);
}

static void
make_challenge(const struct cs_signin *s, const struct cs_asks *asks, struct cs_challenge *out)
{
	*out = (struct cs_challenge){
		.account = s->holder->account,
		.id = cs_id_new(s->d->rng),
		.subject = s->holder->subject,
		.session = s->holder->session,
		.device = s->holder->device,
		.purpose = CS_CHALLENGE_SIGN_IN,
		.meta = s->meta.text,
		.is_own = asks->is_own,
		.methods = asks->methods,
		.created = s->op->now,
		.expires = cs_time_add(s->op->now, CS_CHALLENGE_LIFE_MS),
	};
	memcpy(out->context, s->meta.context, sizeof(out->context));
	cs_random_fill(s->d->rng, out->nonce, sizeof(out->nonce));
}

/* For nothing but changing devices: of no sign-in, and as good as any of one's own can make it. */
static void
make_manage(struct cs_challenge *out)
{
	out->purpose = CS_CHALLENGE_MANAGE;
	out->meta = CS_STR("");
	out->is_own = false;
	out->methods = cs_factors_methods();
	memset(out->context, 0, sizeof(out->context));
}

cs_err
cs_challenge_begin(const struct cs_signin *s, enum cs_challenge_purpose purpose,
    struct cs_asked *out, struct cs_refusal *why)
{
	struct begin_ctx c = { .s = s };

	*out = (struct cs_asked){ .count = 0 };
	if (s->holder == NULL) {
		why->kind = CS_REFUSAL_SIGNED_OUT;
		return CS_OK;
	}
	CS_TRY(s->holder->kind->asks(s, &c.asks));
	if (purpose == CS_CHALLENGE_SIGN_IN && !c.asks.is_asked) {
		why->kind = CS_REFUSAL_ENDED;
		return CS_OK;
	}
	c.asked.duration_ms = c.asks.duration_ms;
	make_challenge(s, &c.asks, &c.asked.challenge);
	if (purpose == CS_CHALLENGE_MANAGE)
		make_manage(&c.asked.challenge);
	CS_TRY(cs_store_write(s->d->store, s->op, begin, &c));
	*why = c.why;
	if (why->kind == CS_REFUSAL_NONE)
		*out = c.asked;
	return CS_OK;
}

cs_err
cs_challenge_question(
    const struct cs_signin *s, const struct cs_asked *asked, const struct cs_factor *f, cs_str *out)
{
	const struct cs_factor_env env = cs_asked_env(s, &asked->challenge);
	size_t count;
	const struct cs_authenticator *list = cs_asked_of(s->op->arena, asked, f, &count);

	*out = CS_STR_NONE;
	return f->question == NULL || count == 0 ? CS_OK : f->question(&env, list, count, out);
}
