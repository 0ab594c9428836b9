#include "domain/provider.h"

#include "crypto/mac.h"
#include "domain/provider_trip.h"
#include "domain/throttle.h"

#define VERIFIER_MAX 256

static const char purpose[] = "oidc_flow.verifier";

/* "https://auth.example.test/cdn-cgi/access/callback/UUID": what is registered at the provider. */
static cs_str
redirect_uri(struct cs_arena *a, const struct cs_access_config *config, cs_id provider)
{
	char id[CS_ID_UUID_LEN];

	cs_id_uuid(provider, id);
	return cs_arena_printf(a, "%.*s/cdn-cgi/access/callback/%.*s",
	    CS_STR_ARG(config->auth_origin), (int)sizeof(id), id);
}

cs_err
cs_provider_refuse(cs_err e, struct cs_refusal *why)
{
	switch (e.code) {
	case CS_E_FORBIDDEN:
	case CS_E_INVALID:
		why->kind = CS_REFUSAL_PROVIDER_REFUSED;
		return CS_OK;
	case CS_E_UNAVAILABLE:
	case CS_E_LIMIT:
		why->kind = CS_REFUSAL_PROVIDER_DOWN;
		return CS_OK;
	case CS_E_NONE:
	case CS_E_NOT_FOUND:
	case CS_E_CONFLICT:
	case CS_E_UNCERTAIN:
	case CS_E_CRYPTO:
	case CS_E_STORE:
	case CS_E_INTERNAL:
		break;
	}
	return e;
}

static const struct cs_identity_provider *
find_oidc(const struct cs_signin *s, cs_id id)
{
	const struct cs_identity_provider *p = cs_signin_provider(s, id);

	return p != NULL && p->type == CS_IDP_OIDC ? p : NULL;
}

/* --- there --- */

struct begin_ctx {
	struct cs_oidc_flow flow;
	struct cs_refusal why;
};

static cs_err
begin(struct cs_tx *tx, void *ctx)
{
	struct begin_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_network source = cs_addr_source(&op->peer);
	cs_span whose = CS_SPAN(source.ip, sizeof(source.ip));
	uint8_t key[CS_RATE_KEY_LEN];

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	cs_rate_key(CS_STR("oidc.begin"), op->account, &whose, 1, key);
	CS_TRY(cs_rate_take(tx, key, CS_HOUR_MS, CS_OIDC_FLOWS_PER_SOURCE, &c->why));
	return c->why.kind != CS_REFUSAL_NONE ? CS_OK : cs_oidc_flow_add(tx, &c->flow);
}

static struct cs_binding
binding_of(cs_id account, cs_id row)
{
	return (struct cs_binding){ .purpose = purpose, .account = account, .row = row };
}

static cs_err
fill_flow(const struct cs_signin *s, cs_id provider, const struct cs_oidc_pending *pending,
    struct cs_oidc_flow *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf sealed = { 0 };
	struct cs_binding bind;

	*out = (struct cs_oidc_flow){
		.account = s->op->account,
		.id = cs_id_new(s->d->rng),
		.provider = provider,
		.nonce = pending->nonce,
		.redirect_uri = pending->redirect_uri,
		.meta = s->meta.text,
		.created = s->op->now,
		.expires = cs_time_add(s->op->now, CS_OIDC_FLOW_LIFE_MS),
	};
	memcpy(out->flow_hash, s->flow_hash, sizeof(out->flow_hash));
	cs_sha256(cs_str_span(pending->state), out->state_hash);
	bind = binding_of(out->account, out->id);
	cs_buf_init(&sealed, VERIFIER_MAX + CS_SEAL_OVERHEAD);
	CS_TRY(cs_seal(s->d->keyring, s->d->rng, cs_str_span(pending->verifier), &bind, &sealed));
	out->sealed = cs_arena_span(s->op->arena, cs_buf_span(&sealed));
	return CS_OK;
}

cs_err
cs_provider_leave(const struct cs_signin *s, const struct cs_op *at,
    const struct cs_identity_provider *p, cs_str *out_url, struct cs_refusal *why)
{
	struct begin_ctx c = { .why = { .kind = CS_REFUSAL_NONE } };
	struct cs_oidc_pending pending;
	cs_str url;
	cs_err e = cs_oidc_begin(s->d->idp, at, p, s->d->rng,
	    redirect_uri(s->op->arena, s->config, p->id), &pending, &url);

	*out_url = CS_STR_NONE;
	if (cs_failed(e)) {
		why->kind = CS_REFUSAL_PROVIDER_DOWN;
		return cs_is(e, CS_E_INVALID) ? CS_OK : cs_provider_refuse(e, why);
	}
	CS_TRY(fill_flow(s, p->id, &pending, &c.flow));
	CS_TRY(cs_store_write(s->d->store, s->op, begin, &c));
	*why = c.why;
	if (why->kind == CS_REFUSAL_NONE)
		*out_url = url;
	return CS_OK;
}

cs_err
cs_provider_begin(
    const struct cs_signin *s, cs_id provider, cs_str *out_url, struct cs_refusal *why)
{
	const struct cs_identity_provider *p = find_oidc(s, provider);

	*out_url = CS_STR_NONE;
	if (p != NULL)
		return cs_provider_leave(s, s->op, p, out_url, why);
	why->kind = CS_REFUSAL_NOT_FOUND;
	return CS_OK;
}

/* --- back --- */

struct take_ctx {
	const struct cs_signin *s;
	cs_id provider;
	uint8_t state_hash[CS_STATE_HASH_LEN];
	struct cs_oidc_flow flow;
	bool is_taken;
};

/* Used up before the provider is asked: whatever comes of it, this state is spent. */
static cs_err
take_flow(struct cs_tx *tx, void *ctx)
{
	struct take_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	cs_err e =
	    cs_oidc_flow_find(tx, op->account, c->state_hash, c->s->flow_hash, op->now, &c->flow);

	c->is_taken = false;
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	if (!cs_id_equal(c->flow.provider, c->provider))
		return CS_OK;
	CS_TRY(cs_oidc_flow_use(tx, op->account, c->flow.id, op->now));
	c->is_taken = true;
	return CS_OK;
}

static cs_err
take(struct take_ctx *c, struct cs_refusal *why)
{
	cs_err e = cs_store_write(c->s->d->store, c->s->op, take_flow, c);

	if (cs_is(e, CS_E_CONFLICT)) {
		c->is_taken = false;
		e = CS_OK;
	}
	if (!cs_failed(e) && !c->is_taken)
		why->kind = CS_REFUSAL_LINK_ENDED;
	return e;
}

static cs_err
unseal_verifier(const struct cs_signin *s, const struct cs_oidc_flow *flow, cs_str *out)
{
	const struct cs_binding bind = binding_of(flow->account, flow->id);
	CS_AUTO(cs_buf_clear) struct cs_buf plain = { 0 };

	cs_buf_init_sensitive(&plain, VERIFIER_MAX);
	CS_TRY(cs_unseal(s->d->keyring, flow->sealed, &bind, &plain));
	*out = cs_arena_str(s->op->arena, cs_buf_str(&plain));
	return CS_OK;
}

cs_err
cs_provider_return(const struct cs_signin *s, cs_id provider, cs_str query,
    struct cs_provider_back *out, struct cs_refusal *why)
{
	struct take_ctx *c = CS_NEW(s->op->arena, struct take_ctx);

	*out = (struct cs_provider_back){ .flow = NULL };
	if (!s->has_flow ||
	    cs_failed(cs_oidc_callback_decode(s->op->arena, query, &out->callback))) {
		why->kind = CS_REFUSAL_LINK_ENDED;
		return CS_OK;
	}
	c->s = s;
	c->provider = provider;
	cs_sha256(cs_str_span(out->callback.state), c->state_hash);
	CS_TRY(take(c, why));
	out->flow = &c->flow;
	return CS_OK;
}

cs_err
cs_provider_ask(const struct cs_signin *s, const struct cs_op *at,
    const struct cs_identity_provider *p, const struct cs_provider_back *back,
    struct cs_oidc_identity *out)
{
	struct cs_oidc_pending pending = {
		.state = back->callback.state,
		.nonce = back->flow->nonce,
		.redirect_uri = back->flow->redirect_uri,
	};

	CS_TRY(unseal_verifier(s, back->flow, &pending.verifier));
	return cs_oidc_finish(s->d->idp, at, s->d->keyring, p, &pending, &back->callback, out);
}

static cs_err
claim(const struct cs_signin *s, const struct cs_identity_provider *p,
    const struct cs_oidc_identity *identity, struct cs_claims *out)
{
	cs_str *amr = CS_NEW_ARRAY(s->op->arena, cs_str, CS_AMR_MAX);
	cs_str email;

	CS_TRY(cs_email_decode(s->op->arena, identity->email, &email));
	for (size_t i = 0; i < identity->amr_count; i++)
		amr[i] = identity->amr[i];
	*out = (struct cs_claims){
		.who = {
			.provider = p->id,
			.sub = identity->sub,
			.email = email,
			.email_is_proved =
			    identity->email_is_verified || cs_provider_vouches(p, email),
			.name = identity->name,
		},
		.amr = amr,
		.amr_count = identity->amr_count,
		.acr = identity->acr,
		.auth_time = identity->auth_time,
		.fields = identity->fields,
	};
	return CS_OK;
}

/* The flow was used up when it was taken. */
static cs_err
spend_nothing(struct cs_tx *tx, void *ctx)
{
	return CS_OK;
}

cs_err
cs_provider_finish(const struct cs_signin *s, cs_id provider, cs_str query, cs_str *out_meta,
    struct cs_signed_in *out, struct cs_claims *out_claims, struct cs_refusal *why)
{
	const struct cs_identity_provider *p = find_oidc(s, provider);
	struct cs_provider_back back;
	struct cs_oidc_identity identity;
	cs_err e;

	*out_meta = CS_STR_NONE;
	*out = (struct cs_signed_in){ .is_disabled = true };
	*out_claims = (struct cs_claims){ .amr_count = 0 };
	if (p == NULL) {
		why->kind = CS_REFUSAL_LINK_ENDED;
		return CS_OK;
	}
	CS_TRY(cs_provider_return(s, provider, query, &back, why));
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	*out_meta = back.flow->meta;
	e = cs_provider_ask(s, s->op, p, &back, &identity);
	if (!cs_failed(e))
		e = claim(s, p, &identity, out_claims);
	if (cs_failed(e))
		return cs_provider_refuse(e, why);
	out_claims->is_for_application =
	    back.flow->meta.len > 0 && !cs_meta_is_page(back.flow->meta);
	return cs_signin_open(s, out_claims, spend_nothing, NULL, out);
}
