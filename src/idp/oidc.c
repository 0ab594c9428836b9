#include "idp/oidc.h"

#include "base/codec.h"
#include "base/log.h"
#include "crypto/equal.h"
#include "crypto/jws.h"
#include "crypto/secret.h"
#include "idp/discovery.h"
#include "proto/oidc_claims.h"
#include "proto/pkce.h"

#include <inttypes.h>

/* Asymmetric only: a client secret is not what vouches for a person (RFC 8725 §3.1). */
#define ALGORITHMS (CS_ALG_RS256 | CS_ALG_PS256 | CS_ALG_ES256 | CS_ALG_ES384)

#define URL_MAX 4096
#define FORM_MAX 16384
#define CODE_MAX 2048

_Static_assert(CS_AMR_MAX == CS_OIDC_AMR_MAX, "an identity holds every amr that is decoded");

/* --- begin --- */

static cs_str
random_token(const struct cs_op *op, const struct cs_random *rng)
{
	uint8_t bytes[32];

	cs_random_fill(rng, bytes, sizeof(bytes));
	cs_str text = cs_base64url_text(op->arena, CS_SPAN(bytes, sizeof(bytes)));
	cs_wipe(bytes, sizeof(bytes));
	CS_ASSERT(text.len == CS_OIDC_TOKEN_LEN);
	return text;
}

/* "name=value", with '&' before it unless it is the first. */
static void
add_param(struct cs_buf *b, const char *name, cs_str value)
{
	if (b->len != 0 && b->p[b->len - 1] != '?' && b->p[b->len - 1] != '&')
		cs_buf_add_c(b, "&");
	cs_buf_add_c(b, name);
	cs_buf_add_c(b, "=");
	cs_percent_encode(value, b);
}

/* "openid" first (Core §3.1.2.1), then what is configured. */
static void
add_scope(struct cs_buf *b, const struct cs_identity_provider *p)
{
	static const cs_str usual[] = { { "email", 5 }, { "profile", 7 } };
	const cs_str *scopes = p->scope_count != 0 ? p->scopes : usual;
	size_t count = p->scope_count != 0 ? p->scope_count : CS_COUNT(usual);

	cs_buf_add_c(b, "&scope=openid");
	for (size_t i = 0; i < count; i++) {
		if (cs_str_equal(scopes[i], CS_STR("openid")))
			continue;
		cs_buf_add_c(b, "%20");
		cs_percent_encode(scopes[i], b);
	}
}

static cs_err
write_url(const struct cs_identity_provider *p, const struct cs_oidc_metadata *m,
    const struct cs_oidc_pending *pending, struct cs_buf *b)
{
	char challenge[CS_PKCE_CHALLENGE_LEN];
	cs_str endpoint = m->authorization_endpoint;

	cs_pkce_challenge(pending->verifier, challenge);
	cs_buf_add_str(b, endpoint);
	if (cs_str_find(endpoint, '?', 0) == endpoint.len)
		cs_buf_add_c(b, "?");
	add_param(b, "response_type", CS_STR("code"));
	add_param(b, "client_id", p->client_id);
	add_param(b, "redirect_uri", pending->redirect_uri);
	add_scope(b, p);
	add_param(b, "state", pending->state);
	add_param(b, "nonce", pending->nonce);
	add_param(b, "code_challenge", (cs_str){ challenge, sizeof(challenge) });
	add_param(b, "code_challenge_method", CS_STR("S256"));
	if (p->acr_values.len != 0)
		add_param(b, "acr_values", p->acr_values);
	if (p->has_max_age)
		cs_buf_printf(b, "&max_age=%" PRId64, p->max_age_s);
	return cs_buf_finish(b, NULL);
}

cs_err
cs_oidc_begin(struct cs_idp_client *c, const struct cs_op *op, const struct cs_identity_provider *p,
    const struct cs_random *rng, cs_str redirect_uri, struct cs_oidc_pending *out_pending,
    cs_str *out_url)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	struct cs_oidc_metadata m;

	*out_pending = (struct cs_oidc_pending){ 0 };
	*out_url = CS_STR_NONE;
	cs_buf_init(&b, URL_MAX);
	CS_TRY(cs_idp_metadata(c, op, p, &m));
	struct cs_oidc_pending pending = {
		.state = random_token(op, rng),
		.nonce = random_token(op, rng),
		.verifier = random_token(op, rng),
		.redirect_uri = cs_arena_str(op->arena, redirect_uri),
	};
	if (cs_failed(write_url(p, &m, &pending, &b)))
		return CS_FAIL(INVALID);
	*out_url = cs_arena_str(op->arena, cs_buf_str(&b));
	*out_pending = pending;
	return CS_OK;
}

/* --- the callback --- */

/* A parameter that may be missing, of at most max bytes. */
static cs_err
find_param(struct cs_arena *a, cs_str query, const char *name, size_t max, cs_str *out)
{
	cs_err e = cs_form_get(a, query, cs_str_c(name), out);

	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	return out->len <= max ? CS_OK : CS_FAIL(INVALID);
}

cs_err
cs_oidc_callback_decode(struct cs_arena *a, cs_str query, struct cs_oidc_callback *out)
{
	struct cs_oidc_callback c;

	*out = (struct cs_oidc_callback){ 0 };
	CS_TRY(find_param(a, query, "state", 256, &c.state));
	CS_TRY(find_param(a, query, "code", CODE_MAX, &c.code));
	CS_TRY(find_param(a, query, "iss", 2048, &c.iss));
	CS_TRY(find_param(a, query, "error", 256, &c.error));
	if (c.state.len == 0 || (c.code.len == 0) == (c.error.len == 0))
		return CS_FAIL(INVALID);
	*out = c;
	return CS_OK;
}

/* --- finish --- */

/* One ceremony's end, so that its steps share what they know. */
struct ceremony {
	struct cs_idp_client *client;
	const struct cs_op *op;
	const struct cs_keyring *keyring;
	const struct cs_identity_provider *provider;
	const struct cs_oidc_pending *pending;
	const struct cs_oidc_callback *callback;
	struct cs_oidc_metadata metadata;
	struct cs_oidc_tokens tokens;
	struct cs_oidc_claims claims;
	cs_span claims_json;
	cs_span userinfo_json;
	struct cs_oidc_person person;
};

static cs_err
refuse(const struct ceremony *x, const char *reason)
{
	CS_LOG(x->op, IDP_ANSWER_REFUSED, CS_F_ID("provider", x->provider->id),
	    CS_F_C("reason", reason));
	return CS_FAIL(INVALID);
}

static bool
is_same_secret(cs_str a, cs_str b)
{
	return a.len == b.len && a.len != 0 && cs_equal(a.p, b.p, a.len);
}

static cs_err
check_callback(struct ceremony *x)
{
	const struct cs_oidc_callback *cb = x->callback;

	if (!is_same_secret(cb->state, x->pending->state))
		return refuse(x, "state");
	CS_TRY(cs_idp_metadata(x->client, x->op, x->provider, &x->metadata));
	/* RFC 9207 §2.4: compare when it is there; its absence is an error when it was announced */
	if (cb->iss.p != NULL ? !cs_str_equal(cb->iss, x->metadata.issuer) : x->metadata.sends_iss)
		return refuse(x, "iss of the callback");
	if (cb->error.len == 0)
		return CS_OK;
	CS_LOG(x->op, IDP_DECLINED, CS_F_ID("provider", x->provider->id),
	    CS_F_STR("error", cb->error));
	bool is_theirs = cs_str_equal(cb->error, CS_STR("server_error")) ||
			 cs_str_equal(cb->error, CS_STR("temporarily_unavailable"));
	return is_theirs ? CS_FAIL(UNAVAILABLE) : CS_FAIL(FORBIDDEN);
}

static void
add_credentials(const struct ceremony *x, cs_str secret, struct cs_buf *basic, struct cs_buf *form)
{
	/* RFC 6749 §3.2.1: a public client says who it is; PKCE proves that it began this */
	if (secret.len == 0) {
		add_param(form, "client_id", x->provider->client_id);
		return;
	}
	if (x->metadata.client_auth == CS_OIDC_CLIENT_SECRET_POST) {
		add_param(form, "client_id", x->provider->client_id);
		add_param(form, "client_secret", secret);
		return;
	}
	/* RFC 6749 §2.3.1: both parts are form-encoded first */
	cs_percent_encode(x->provider->client_id, basic);
	cs_buf_add_c(basic, ":");
	cs_percent_encode(secret, basic);
}

static cs_err
unseal_client_secret(const struct ceremony *x, struct cs_buf *out)
{
	const struct cs_binding binding = {
		.purpose = CS_IDP_SECRET_PURPOSE,
		.account = x->op->account,
		.row = x->provider->id,
	};

	if (x->provider->sealed_client_secret.len == 0)
		return CS_OK; /* a public client */
	return cs_unseal(x->keyring, x->provider->sealed_client_secret, &binding, out);
}

static cs_err
post_code(const struct ceremony *x, struct cs_idp_answer *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf secret;
	CS_AUTO(cs_buf_clear) struct cs_buf basic;
	CS_AUTO(cs_buf_clear) struct cs_buf form;

	cs_buf_init_sensitive(&secret, 1024);
	cs_buf_init_sensitive(&basic, 6 * 1024);
	cs_buf_init_sensitive(&form, FORM_MAX);
	CS_TRY(unseal_client_secret(x, &secret));
	add_param(&form, "grant_type", CS_STR("authorization_code"));
	add_param(&form, "code", x->callback->code);
	add_param(&form, "redirect_uri", x->pending->redirect_uri);
	add_param(&form, "code_verifier", x->pending->verifier);
	add_credentials(x, cs_buf_str(&secret), &basic, &form);
	if (cs_failed(cs_buf_finish(&form, NULL)) || cs_failed(cs_buf_finish(&basic, NULL)))
		return CS_FAIL(INVALID);
	return cs_idp_exchange(x->client, x->op,
	    &(struct cs_idp_call){
		.url = x->metadata.token_endpoint,
		.form = cs_buf_str(&form),
		.basic = cs_buf_str(&basic),
	    },
	    out);
}

/* RFC 6749 §5.2: whose fault an error of the token endpoint is. */
static cs_err
token_error(const struct ceremony *x, int status, cs_str error)
{
	if (status >= 500 || status == 429 || (status < 400 && error.len == 0)) {
		CS_LOG(x->op, IDP_FAILED, CS_F_ID("provider", x->provider->id),
		    CS_F_INT("status", status));
		return CS_FAIL(UNAVAILABLE);
	}
	if (cs_str_equal(error, CS_STR("invalid_grant")))
		return refuse(x, "the code is not valid, or was used");
	CS_LOG(x->op, IDP_REFUSED_CLIENT, CS_F_ID("provider", x->provider->id),
	    CS_F_INT("status", status), CS_F_STR("error", error));
	return CS_FAIL(FORBIDDEN);
}

/*
 * An exchange that failed for a reason of configuration (an address that may not be reached, an
 * answer beyond all bounds) is the provider not being there, for the person who waits.
 */
static cs_err
as_unavailable(cs_err e)
{
	return cs_is(e, CS_E_FORBIDDEN) || cs_is(e, CS_E_LIMIT) ? CS_FAIL(UNAVAILABLE) : e;
}

static cs_err
exchange_code(struct ceremony *x)
{
	struct cs_idp_answer answer;

	CS_TRY(as_unavailable(post_code(x, &answer)));
	cs_err e = cs_oidc_tokens_decode(x->op->arena, answer.body, &x->tokens);
	if (answer.status != 200)
		return token_error(x, answer.status, cs_failed(e) ? CS_STR_NONE : x->tokens.error);
	if (cs_failed(e) || x->tokens.id_token.len == 0)
		return refuse(x, "no ID token");
	return CS_OK;
}

static cs_err
verify_with(struct ceremony *x, cs_span jwks)
{
	CS_AUTO(cs_jwks_free) struct cs_jwks *keys = NULL;
	cs_str kid;

	CS_TRY(cs_jwks_decode(jwks, &keys));
	return cs_jws_verify(
	    x->op->arena, keys, ALGORITHMS, x->tokens.id_token, &kid, &x->claims_json);
}

/*
 * The signature. A key that is not known yet may be a rotated one: the set is fetched again, once,
 * and not more often than discovery.h says.
 */
static cs_err
verify_signature(struct ceremony *x)
{
	cs_str uri = x->metadata.jwks_uri;
	cs_span jwks;
	bool is_new;

	CS_TRY(
	    as_unavailable(cs_idp_keys(x->client, x->op, uri, CS_IDP_KEYS_CACHED, &jwks, &is_new)));
	cs_err e = verify_with(x, jwks);
	if (cs_is(e, CS_E_NOT_FOUND) && !is_new) {
		CS_TRY(as_unavailable(
		    cs_idp_keys(x->client, x->op, uri, CS_IDP_KEYS_REFRESHED, &jwks, &is_new)));
		e = is_new ? verify_with(x, jwks) : e;
	}
	if (cs_is(e, CS_E_NOT_FOUND))
		return refuse(x, "no such key");
	return cs_failed(e) ? refuse(x, "signature") : CS_OK;
}

static cs_err
verify_claims(struct ceremony *x)
{
	const struct cs_oidc_expected expected = {
		.issuer = x->metadata.issuer,
		.client_id = x->provider->client_id,
		.nonce = x->pending->nonce,
		.now = x->op->now,
		.has_max_age = x->provider->has_max_age,
		.max_age_s = x->provider->max_age_s,
		.access_token = x->tokens.access_token,
		.token = x->tokens.id_token,
	};
	const char *why;

	if (cs_failed(cs_oidc_claims_decode(x->op->arena, x->claims_json, &x->claims)))
		return refuse(x, "claims");
	if (!cs_oidc_claims_check(x->op->arena, &expected, &x->claims, &why))
		return refuse(x, why);
	return CS_OK;
}

static cs_str
email_claim(const struct cs_identity_provider *p)
{
	return p->email_claim.len != 0 ? p->email_claim : CS_STR("email");
}

/* Core §5.3.2: "The sub Claim in the UserInfo Response MUST be verified to exactly match". */
static cs_err
take_userinfo(struct ceremony *x, cs_span json)
{
	struct cs_oidc_person p;

	if (cs_failed(cs_oidc_person_decode(x->op->arena, json, email_claim(x->provider), &p)))
		return refuse(x, "userinfo");
	if (!cs_str_equal(p.sub, x->claims.sub))
		return refuse(x, "sub of userinfo");
	x->userinfo_json = json;
	if (x->person.email.len == 0) {
		x->person.email = p.email;
		x->person.email_is_verified = p.email_is_verified;
	}
	if (x->person.name.len == 0)
		x->person.name = p.name;
	return CS_OK;
}

static cs_err
ask_userinfo(struct ceremony *x)
{
	const struct cs_idp_call call = {
		.url = x->metadata.userinfo_endpoint,
		.bearer = x->tokens.access_token,
	};
	struct cs_idp_answer answer;

	CS_TRY(as_unavailable(cs_idp_exchange(x->client, x->op, &call, &answer)));
	if (answer.status == 200)
		return take_userinfo(x, answer.body);
	CS_LOG(x->op, IDP_FAILED, CS_F_ID("provider", x->provider->id),
	    CS_F_INT("status", answer.status));
	return CS_FAIL(UNAVAILABLE);
}

/* Address, name and configured claims: of the ID token first, of userinfo where that lacks any. */
static cs_err
learn_person(struct ceremony *x, cs_str *out_fields)
{
	const struct cs_identity_provider *p = x->provider;
	struct cs_arena *a = x->op->arena;
	bool is_complete;

	if (cs_failed(cs_oidc_person_decode(a, x->claims_json, email_claim(p), &x->person)) ||
	    cs_failed(cs_oidc_claims_pick(a, x->claims_json, CS_SPAN_NONE, p->claims,
		p->claim_count, out_fields, &is_complete)))
		return refuse(x, "claims");
	if (is_complete && x->person.email.len != 0)
		return CS_OK;
	if (x->metadata.userinfo_endpoint.len == 0 || x->tokens.access_token.len == 0)
		return CS_OK;
	CS_TRY(ask_userinfo(x));
	if (cs_failed(cs_oidc_claims_pick(a, x->claims_json, x->userinfo_json, p->claims,
		p->claim_count, out_fields, &is_complete)))
		return refuse(x, "userinfo");
	return CS_OK;
}

static void
identity_of(const struct ceremony *x, cs_str fields, struct cs_oidc_identity *out)
{
	*out = (struct cs_oidc_identity){
		.sub = x->claims.sub,
		.email = x->person.email,
		.email_is_verified = x->person.email_is_verified,
		.name = x->person.name,
		.amr_count = x->claims.amr_count,
		.acr = x->claims.acr,
		.auth_time = x->claims.auth_time,
		.fields = fields,
	};
	for (size_t i = 0; i < x->claims.amr_count; i++)
		out->amr[i] = x->claims.amr[i];
}

cs_err
cs_oidc_finish(struct cs_idp_client *c, const struct cs_op *op, const struct cs_keyring *keyring,
    const struct cs_identity_provider *p, const struct cs_oidc_pending *pending,
    const struct cs_oidc_callback *callback, struct cs_oidc_identity *out)
{
	struct ceremony x = {
		.client = c,
		.op = op,
		.keyring = keyring,
		.provider = p,
		.pending = pending,
		.callback = callback,
	};
	cs_str fields;

	*out = (struct cs_oidc_identity){ 0 };
	CS_TRY(check_callback(&x));
	CS_TRY(exchange_code(&x));
	CS_TRY(verify_signature(&x));
	CS_TRY(verify_claims(&x));
	CS_TRY(learn_person(&x, &fields));
	identity_of(&x, fields, out);
	return CS_OK;
}
