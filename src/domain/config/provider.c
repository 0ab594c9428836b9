#include "domain/config/provider.h"

#include "domain/config/check.h"
#include "domain/config/countersign.h"
#include "domain/config/decode.h"
#include "store/identity_store.h"

struct step {
	const struct cs_config_change *change;
	struct cs_identity_provider provider;
	struct cs_access_row row;
	cs_str secret; /* as sent, borrowed from the body; empty: none was sent */
};

/* Beside config's own members: what is shown in it, and what is kept sealed. */
static const char *const not_stored[] = { "client_secret", "redirect_url" };

static cs_err
prepare(const struct cs_config_change *c, const json_t *body, cs_id id, struct step *out)
{
	struct cs_arena *a = c->op->arena;
	*out = (struct step){
		.change = c,
		.row = { .id = id, .created = c->op->now, .updated = c->op->now },
		.secret = cs_json_text(cs_json_get(body, "config"), "client_secret"),
	};
	CS_TRY(cs_provider_decode(a, body, &out->provider, c->fault));
	CS_AUTO(cs_json_free) json_t *stored = NULL;
	cs_config_body(body, &stored);
	for (size_t i = 0; i < CS_COUNT(not_stored); i++)
		(void)json_object_del(cs_json_get(stored, "config"), not_stored[i]);
	out->row.name = out->provider.name;
	out->row.type = cs_arena_str(a, cs_json_text(stored, "type"));
	return cs_json_encode(a, stored, &out->row.body);
}

static cs_err
seal_secret(struct cs_tx *tx, struct step *s)
{
	const struct cs_config_change *c = s->change;
	const struct cs_binding bind = {
		.purpose = "idp.client_secret",
		.account = c->account,
		.row = s->row.id,
	};
	struct cs_buf sealed;
	cs_buf_init(&sealed, s->secret.len + CS_SEAL_OVERHEAD);
	cs_err e =
	    cs_seal(c->domain->keyring, c->domain->rng, cs_str_span(s->secret), &bind, &sealed);
	if (!cs_failed(e))
		s->row.sealed = cs_arena_span(cs_tx_op(tx)->arena, cs_buf_span(&sealed));
	cs_buf_clear(&sealed);
	return e;
}

static cs_err
load(struct cs_tx *tx, const struct step *s, struct cs_image *image)
{
	return cs_image_load(tx, s->change->account, cs_tx_op(tx)->arena, image);
}

static cs_err
add(struct cs_tx *tx, void *ctx)
{
	struct step *s = ctx;
	const struct cs_config_change *c = s->change;
	struct cs_image image;
	CS_TRY(load(tx, s, &image));
	for (size_t i = 0; i < image.provider_count; i++) {
		bool is_pin = !image.providers[i].is_broken &&
			      image.providers[i].provider.type == CS_IDP_ONETIMEPIN;
		if (is_pin && s->provider.type == CS_IDP_ONETIMEPIN)
			return cs_refuse(c->fault,
			    "this account has an identity provider of type onetimepin already");
	}
	if (s->secret.len != 0)
		CS_TRY(seal_secret(tx, s));
	CS_TRY(cs_provider_add(tx, c->account, &s->row));
	return cs_config_record(
	    tx, c, CS_AUDIT_CONFIG_CREATED, "identity provider", s->row.id, s->row.name);
}

cs_err
cs_config_add_provider(const struct cs_config_change *c, const json_t *body, cs_id *id)
{
	struct step s;
	*id = cs_id_new(c->domain->rng);
	CS_TRY(prepare(c, body, *id, &s));
	return cs_config_apply(c, add, &s);
}

static bool
has_same_addresses(const struct cs_identity_provider *a, const struct cs_identity_provider *b)
{
	return cs_str_equal(a->issuer, b->issuer) && cs_str_equal(a->auth_url, b->auth_url) &&
	       cs_str_equal(a->token_url, b->token_url) && cs_str_equal(a->certs_url, b->certs_url);
}

/* Whose subject identifiers these are: another issuer's "42" is another person. */
static bool
has_same_issuer(const struct cs_identity_provider *a, const struct cs_identity_provider *b)
{
	return cs_str_equal(a->issuer, b->issuer) && cs_str_equal(a->auth_url, b->auth_url);
}

static cs_err
check_issuer(struct cs_tx *tx, const struct step *s, const struct cs_image_provider *old)
{
	bool is_used;

	if (!old->is_broken && has_same_issuer(&old->provider, &s->provider))
		return CS_OK;
	CS_TRY(cs_user_identity_exists(tx, s->change->account, s->row.id, &is_used));
	if (!is_used)
		return CS_OK;
	return cs_refuse(s->change->fault,
	    "identity provider: people have signed in by it, so its issuer cannot be changed; "
	    "make another identity provider");
}

static cs_err
settle_secret(struct cs_tx *tx, struct step *s, const struct cs_image_provider *old)
{
	if (s->secret.len != 0)
		return seal_secret(tx, s);
	/* else whoever may write could have the old secret sent to an address of their own */
	if (old->row.sealed.len != 0 &&
	    (old->is_broken || !has_same_addresses(&old->provider, &s->provider)))
		return cs_refuse(s->change->fault,
		    "identity provider: client_secret must be sent again when an address changes");
	s->row.sealed = old->row.sealed;
	return CS_OK;
}

static cs_err
set(struct cs_tx *tx, void *ctx)
{
	struct step *s = ctx;
	const struct cs_config_change *c = s->change;
	struct cs_image image;
	CS_TRY(load(tx, s, &image));
	const struct cs_image_provider *old = cs_image_provider(&image, s->row.id);
	if (old == NULL)
		return CS_FAIL(NOT_FOUND);
	/* a PIN's user is found by address, an OIDC user by sub: one must not become the other */
	if (!old->is_broken && old->provider.type != s->provider.type)
		return cs_refuse(c->fault, "identity provider: type cannot be changed");
	CS_TRY(check_issuer(tx, s, old));
	CS_TRY(settle_secret(tx, s, old));
	CS_TRY(
	    cs_countersign_keep_text(cs_tx_op(tx)->arena, old->row.body, &s->row.body, c->fault));
	CS_TRY(cs_provider_set(tx, c->account, &s->row));
	return cs_config_record(
	    tx, c, CS_AUDIT_CONFIG_UPDATED, "identity provider", s->row.id, s->row.name);
}

cs_err
cs_config_set_provider(const struct cs_config_change *c, cs_id id, const json_t *body)
{
	struct step s;
	CS_TRY(prepare(c, body, id, &s));
	return cs_config_apply(c, set, &s);
}

static cs_err
remove_provider(struct cs_tx *tx, void *ctx)
{
	struct step *s = ctx;
	const struct cs_config_change *c = s->change;
	struct cs_image image;
	CS_TRY(load(tx, s, &image));
	const struct cs_image_provider *old = cs_image_provider(&image, s->row.id);
	if (old == NULL)
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_config_check_unused_provider(&image, s->row.id, c->fault));
	CS_TRY(cs_provider_remove(tx, c->account, s->row.id));
	return cs_config_record(
	    tx, c, CS_AUDIT_CONFIG_REMOVED, "identity provider", s->row.id, old->provider.name);
}

cs_err
cs_config_remove_provider(const struct cs_config_change *c, cs_id id)
{
	struct step s = { .change = c, .row = { .id = id } };
	return cs_config_apply(c, remove_provider, &s);
}
