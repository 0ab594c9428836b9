#include "domain/provider_value.h"

#include "base/log.h"

struct note_ctx {
	const struct cs_claims *claims;
	bool is_news;
};

/* --- is there anything to write? --- */

static cs_err
look_at(struct cs_tx *tx, struct note_ctx *c, const char *claim, cs_str value)
{
	const struct cs_op *op = cs_tx_op(tx);
	bool is_news;

	CS_TRY(cs_provider_value_is_news(
	    tx, op->account, c->claims->who.provider, cs_str_c(claim), value, op->now, &is_news));
	c->is_news = c->is_news || is_news;
	return CS_OK;
}

static cs_err
look(struct cs_tx *tx, void *ctx)
{
	struct note_ctx *c = ctx;

	c->is_news = false;
	for (size_t i = 0; i < c->claims->amr_count; i++)
		CS_TRY(look_at(tx, c, "amr", c->claims->amr[i]));
	return look_at(tx, c, "acr", c->claims->acr);
}

/* --- writing --- */

static cs_err
keep_one(struct cs_tx *tx, const struct cs_claims *claims, const char *claim, cs_str value)
{
	const struct cs_op *op = cs_tx_op(tx);

	return cs_provider_value_see(
	    tx, op->account, claims->who.provider, cs_str_c(claim), value, op->now);
}

static cs_err
keep(struct cs_tx *tx, void *ctx)
{
	const struct note_ctx *c = ctx;

	for (size_t i = 0; i < c->claims->amr_count; i++)
		CS_TRY(keep_one(tx, c->claims, "amr", c->claims->amr[i]));
	return keep_one(tx, c->claims, "acr", c->claims->acr);
}

void
cs_provider_values_note(const struct cs_signin *s, const struct cs_claims *claims)
{
	struct note_ctx c = { .claims = claims };
	cs_err e;

	if (claims->amr_count == 0 && claims->acr.len == 0)
		return;
	e = cs_store_read(s->d->store, s->op, look, &c);
	if (!cs_failed(e) && c.is_news)
		e = cs_store_write(s->d->store, s->op, keep, &c);
	if (cs_failed(e))
		CS_LOG(s->op, SIGN_IN_NOT_LOGGED, CS_F_ID("provider", claims->who.provider));
}

/* --- reading --- */

struct read_ctx {
	cs_id provider;
	const struct cs_provider_value **out;
	size_t *out_count;
};

static cs_err
read_values(struct cs_tx *tx, void *ctx)
{
	struct read_ctx *c = ctx;

	return cs_provider_value_list(tx, cs_tx_op(tx)->account, c->provider, c->out, c->out_count);
}

cs_err
cs_provider_values_read(struct cs_domain *d, const struct cs_op *op, cs_id provider,
    const struct cs_provider_value **out, size_t *out_count)
{
	struct read_ctx c = { provider, out, out_count };

	*out = NULL;
	*out_count = 0;
	return cs_store_read(d->store, op, read_values, &c);
}
