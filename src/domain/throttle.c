#include "domain/throttle.h"

#include "base/buf.h"
#include "crypto/mac.h"
#include "store/device_store.h"

/* "Since the last success" has no window; a hundred years will do. */
#define ENDLESS_MS (INT64_C(36500) * CS_DAY_MS)
#define KEY_TEXT_MAX 2048

void
cs_rate_key(cs_str what, cs_id account, const cs_span *parts, size_t count,
    uint8_t out[static CS_RATE_KEY_LEN])
{
	struct cs_buf text;

	cs_buf_init(&text, KEY_TEXT_MAX);
	cs_buf_add_be16(&text, (uint16_t)what.len);
	cs_buf_add_str(&text, what);
	cs_buf_add(&text, cs_id_span(&account));
	for (size_t i = 0; i < count; i++) {
		cs_buf_add_be16(&text, (uint16_t)parts[i].len);
		cs_buf_add(&text, parts[i]);
	}
	/* Parts are bounded where they are decoded, far below this. */
	CS_ASSERT(!text.has_failed);
	cs_sha256(cs_buf_span(&text), out);
	cs_buf_clear(&text);
}

/* What a budget's keys are called. */
struct budget {
	cs_str known;
	cs_str strangers;
	cs_str in_a_row;
};

#define TEXT(t) \
	{ \
		(t), sizeof(t) - 1 \
	}
static const struct budget second_factor = { TEXT("guess.known"), TEXT("guess.strangers"),
	TEXT("guess.in_a_row") };
static const struct budget password = { TEXT("password.known"), TEXT("password.strangers"),
	TEXT("password.in_a_row") };
#undef TEXT

struct debit_ctx {
	const struct budget *budget;
	cs_id subject;
	cs_id device;
	struct cs_attempt attempt;
	struct cs_refusal why;
};

static void
set_keys(struct cs_attempt *a, const struct budget *b, cs_id account, cs_id subject, cs_id device)
{
	const cs_span known[] = { cs_id_span(&subject), cs_id_span(&device) };

	if (a->is_known)
		cs_rate_key(b->known, account, known, 2, a->hourly);
	else
		cs_rate_key(b->strangers, account, known, 1, a->hourly);
	cs_rate_key(b->in_a_row, account, known, 1, a->in_a_row);
}

cs_err
cs_rate_take(struct cs_tx *tx, const uint8_t key[static CS_RATE_KEY_LEN], int64_t window_ms,
    int64_t limit, struct cs_refusal *why)
{
	struct cs_rate rate;

	CS_TRY(cs_rate_debit(tx, key, window_ms, limit, cs_tx_op(tx)->now, &rate));
	if (!rate.is_allowed)
		*why = (struct cs_refusal){ .kind = CS_REFUSAL_TOO_MANY,
			.retry_after_ms = window_ms == ENDLESS_MS ? 0 : rate.retry_after_ms };
	return CS_OK;
}

static cs_err
debit(struct cs_tx *tx, void *ctx)
{
	struct debit_ctx *c = ctx;
	cs_id account = cs_tx_op(tx)->account;

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	CS_TRY(cs_device_is_known(tx, account, c->subject, c->device, &c->attempt.is_known));
	set_keys(&c->attempt, c->budget, account, c->subject, c->device);
	CS_TRY(cs_rate_take(tx, c->attempt.hourly, CS_HOUR_MS, CS_GUESSES_PER_HOUR, &c->why));
	if (c->why.kind != CS_REFUSAL_NONE || c->attempt.is_known)
		return CS_OK;
	CS_TRY(cs_rate_take(tx, c->attempt.in_a_row, ENDLESS_MS, CS_STRANGERS_IN_A_ROW, &c->why));
	/* Refused as a whole: the hour's guess was not made. */
	return c->why.kind != CS_REFUSAL_NONE ? cs_rate_refund(tx, c->attempt.hourly) : CS_OK;
}

static cs_err
debit_from(struct cs_domain *d, const struct cs_op *op, struct debit_ctx *c, struct cs_attempt *out,
    struct cs_refusal *why)
{
	*out = (struct cs_attempt){ .is_known = false };
	CS_TRY(cs_store_write(d->store, op, debit, c));
	*out = c->attempt;
	*why = c->why;
	return CS_OK;
}

cs_err
cs_attempt_debit(struct cs_domain *d, const struct cs_op *op, cs_id subject, cs_id device,
    struct cs_attempt *out, struct cs_refusal *why)
{
	struct debit_ctx c = { .budget = &second_factor, .subject = subject, .device = device };

	return debit_from(d, op, &c, out, why);
}

cs_err
cs_attempt_debit_password(struct cs_domain *d, const struct cs_op *op, cs_id subject, cs_id device,
    struct cs_attempt *out, struct cs_refusal *why)
{
	struct debit_ctx c = { .budget = &password, .subject = subject, .device = device };

	return debit_from(d, op, &c, out, why);
}

cs_err
cs_attempt_forget_password(struct cs_tx *tx, cs_id subject)
{
	struct cs_attempt strangers = { .is_known = false };

	set_keys(&strangers, &password, cs_tx_op(tx)->account, subject, cs_id_zero);
	CS_TRY(cs_rate_clear(tx, strangers.hourly));
	return cs_rate_clear(tx, strangers.in_a_row);
}

static cs_err
debit_signed(struct cs_tx *tx, void *ctx)
{
	struct debit_ctx *c = ctx;

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	return cs_rate_take(tx, c->attempt.hourly, CS_HOUR_MS, CS_SIGNED_PER_HOUR, &c->why);
}

cs_err
cs_attempt_debit_signed(struct cs_domain *d, const struct cs_op *op, cs_id subject, cs_id session,
    struct cs_attempt *out, struct cs_refusal *why)
{
	struct debit_ctx c = { .budget = &second_factor, .attempt = { .is_known = true } };
	const cs_span part = cs_id_span(&session);

	*out = (struct cs_attempt){ .is_known = false };
	set_keys(&c.attempt, c.budget, op->account, subject, session);
	cs_rate_key(CS_STR("answer.signed"), op->account, &part, 1, c.attempt.hourly);
	CS_TRY(cs_store_write(d->store, op, debit_signed, &c));
	*out = c.attempt;
	*why = c.why;
	return CS_OK;
}

cs_err
cs_attempt_succeed(struct cs_tx *tx, const struct cs_attempt *a)
{
	CS_TRY(cs_rate_refund(tx, a->hourly));
	return cs_rate_clear(tx, a->in_a_row);
}

static cs_err
refund(struct cs_tx *tx, void *ctx)
{
	const struct cs_attempt *a = ctx;

	CS_TRY(cs_rate_refund(tx, a->hourly));
	return a->is_known ? CS_OK : cs_rate_refund(tx, a->in_a_row);
}

cs_err
cs_attempt_refund(struct cs_domain *d, const struct cs_op *op, const struct cs_attempt *a)
{
	struct cs_attempt copy = *a;

	return cs_store_write(d->store, op, refund, &copy);
}
