#include "idp/discovery.h"

#include "base/log.h"
#include "crypto/jws.h"
#include "idp/client_internal.h"

#define WELL_KNOWN ".well-known/openid-configuration"

/* How many folders of auth_url are tried for a description. */
#define PREFIX_MAX 8

static cs_err
misconfigured(const struct cs_op *op, const struct cs_identity_provider *p, const char *reason)
{
	CS_LOG(op, IDP_MISCONFIGURED, CS_F_ID("provider", p->id), CS_F_C("reason", reason));
	return CS_FAIL(INVALID);
}

/* GET; anything but 200 is one of three errors. */
static cs_err
fetch(struct cs_idp_client *c, const struct cs_op *op, cs_str url, cs_span *out)
{
	struct cs_idp_answer answer;

	*out = CS_SPAN_NONE;
	CS_TRY(cs_idp_exchange(c, op, &(struct cs_idp_call){ .url = url }, &answer));
	if (answer.status == 200) {
		*out = answer.body;
		return CS_OK;
	}
	if (answer.status >= 400 && answer.status < 500 && answer.status != 429)
		return CS_FAIL(NOT_FOUND);
	CS_LOG(op, IDP_FAILED, CS_F_STR("url", url), CS_F_INT("status", answer.status));
	return CS_FAIL(UNAVAILABLE);
}

/* The description of issuer, from the cache or from the provider. Errors also: NOT_FOUND. */
static cs_err
describe(
    struct cs_idp_client *c, const struct cs_op *op, cs_str issuer, struct cs_oidc_metadata *out)
{
	bool has_slash = cs_str_ends(issuer, CS_STR("/"));
	/* Discovery §4: "any terminating / MUST be removed" before the path is appended */
	cs_str url = cs_arena_printf(
	    op->arena, "%.*s%s" WELL_KNOWN, CS_STR_ARG(issuer), has_slash ? "" : "/");
	cs_span json;

	*out = (struct cs_oidc_metadata){ 0 };
	cs_err e = cs_idp_cache_find(cs_idp_client_cache(c), op->arena, url, op->now, &json);
	if (!cs_failed(e))
		return cs_oidc_metadata_decode(op->arena, json, issuer, out);
	CS_TRY(fetch(c, op, url, &json));
	CS_TRY(cs_oidc_metadata_decode(op->arena, json, issuer, out));
	cs_idp_cache_set(cs_idp_client_cache(c), url, op->now, json);
	return CS_OK;
}

/* Whether issuer describes itself and sends people to exactly auth_url. */
static cs_err
try_issuer(struct cs_idp_client *c, const struct cs_op *op, cs_str issuer, cs_str auth_url,
    struct cs_oidc_metadata *out)
{
	CS_TRY(describe(c, op, issuer, out));
	return cs_str_equal(out->authorization_endpoint, auth_url) ? CS_OK : CS_FAIL(INVALID);
}

/* Some issuers end in a slash, and it counts. */
static cs_err
try_prefix(struct cs_idp_client *c, const struct cs_op *op, cs_str prefix, cs_str auth_url,
    struct cs_oidc_metadata *out)
{
	cs_err e = try_issuer(c, op, prefix, auth_url, out);

	if (!cs_is(e, CS_E_INVALID))
		return e;
	return try_issuer(
	    c, op, cs_arena_printf(op->arena, "%.*s/", CS_STR_ARG(prefix)), auth_url, out);
}

static cs_str
parent_of(cs_str url, size_t origin_len)
{
	size_t end = url.len;

	while (end > origin_len && url.p[end - 1] != '/')
		end--;
	return cs_str_slice(url, 0, end > origin_len ? end - 1 : origin_len);
}

static size_t
origin_len(cs_str url)
{
	size_t host = cs_str_find(url, '/', 0) + 2;
	size_t slash = cs_str_find(url, '/', host);
	size_t query = cs_str_find(url, '?', host);

	return slash < query ? slash : query;
}

/*
 * A provider configured without issuer: one of the folders above its auth_url describes it and
 * names that same auth_url. The answer is remembered as the issuer's text.
 */
static cs_err
describe_by_auth_url(struct cs_idp_client *c, const struct cs_op *op,
    const struct cs_identity_provider *p, struct cs_oidc_metadata *out)
{
	cs_str key = cs_arena_printf(op->arena, "issuer of %.*s", CS_STR_ARG(p->auth_url));
	size_t origin = origin_len(p->auth_url);
	cs_str prefix = cs_str_slice(p->auth_url, 0, cs_str_find(p->auth_url, '?', 0));
	cs_span known;

	if (!cs_failed(cs_idp_cache_find(cs_idp_client_cache(c), op->arena, key, op->now, &known)))
		return describe(c, op, (cs_str){ (const char *)known.p, known.len }, out);
	for (int i = 0; i < PREFIX_MAX && prefix.len > origin; i++) {
		prefix = parent_of(prefix, origin);
		cs_err e = try_prefix(c, op, prefix, p->auth_url, out);
		if (!cs_failed(e)) {
			cs_idp_cache_set(
			    cs_idp_client_cache(c), key, op->now, cs_str_span(out->issuer));
			return CS_OK;
		}
		if (!cs_is(e, CS_E_INVALID) && !cs_is(e, CS_E_NOT_FOUND))
			return e;
	}
	*out = (struct cs_oidc_metadata){ 0 };
	return CS_FAIL(NOT_FOUND);
}

static bool
urls_are_valid(const struct cs_identity_provider *p)
{
	const cs_str urls[] = { p->issuer, p->auth_url, p->token_url, p->certs_url };

	for (size_t i = 0; i < CS_COUNT(urls); i++) {
		if (urls[i].len != 0 && !cs_oidc_url_is_valid(urls[i]))
			return false;
	}
	return true;
}

cs_err
cs_idp_metadata(struct cs_idp_client *c, const struct cs_op *op,
    const struct cs_identity_provider *p, struct cs_oidc_metadata *out)
{
	bool has_all = p->auth_url.len != 0 && p->token_url.len != 0 && p->certs_url.len != 0;
	struct cs_oidc_metadata m = { .issuer = p->issuer };
	cs_err e = CS_OK;

	*out = (struct cs_oidc_metadata){ 0 };
	if (!urls_are_valid(p) || (p->issuer.len == 0 && p->auth_url.len == 0))
		return misconfigured(op, p, "no issuer, or a URL that is none");
	if (p->issuer.len == 0)
		e = describe_by_auth_url(c, op, p, &m);
	else if (!has_all)
		e = describe(c, op, p->issuer, &m);
	if (cs_is(e, CS_E_NOT_FOUND) || cs_is(e, CS_E_INVALID) || cs_is(e, CS_E_LIMIT))
		return misconfigured(op, p, "no description of that issuer");
	if (cs_is(e, CS_E_FORBIDDEN)) /* logged already */
		return CS_FAIL(INVALID);
	CS_TRY(e);
	if (p->auth_url.len != 0)
		m.authorization_endpoint = p->auth_url;
	if (p->token_url.len != 0)
		m.token_endpoint = p->token_url;
	if (p->certs_url.len != 0)
		m.jwks_uri = p->certs_url;
	*out = m;
	return CS_OK;
}

static cs_err
fetch_keys(struct cs_idp_client *c, const struct cs_op *op, cs_str jwks_uri, cs_span *out)
{
	CS_AUTO(cs_jwks_free) struct cs_jwks *keys = NULL;
	cs_err e = fetch(c, op, jwks_uri, out);

	if (!cs_failed(e))
		e = cs_jwks_decode(*out, &keys);
	if (cs_is(e, CS_E_UNAVAILABLE))
		return e;
	if (cs_failed(e)) {
		CS_LOG(op, IDP_MISCONFIGURED, CS_F_STR("url", jwks_uri),
		    CS_F_C("reason", "no key set there"));
		return CS_FAIL(INVALID);
	}
	cs_idp_cache_set(cs_idp_client_cache(c), jwks_uri, op->now, *out);
	return CS_OK;
}

cs_err
cs_idp_keys(struct cs_idp_client *c, const struct cs_op *op, cs_str jwks_uri,
    enum cs_idp_keys_use use, cs_span *out_json, bool *out_is_new)
{
	struct cs_idp_cache *cache = cs_idp_client_cache(c);

	*out_json = CS_SPAN_NONE;
	*out_is_new = false;
	if (use == CS_IDP_KEYS_CACHED || !cs_idp_cache_try_refresh(cache, jwks_uri, op->now)) {
		if (!cs_failed(cs_idp_cache_find(cache, op->arena, jwks_uri, op->now, out_json)))
			return CS_OK;
	}
	CS_TRY(fetch_keys(c, op, jwks_uri, out_json));
	*out_is_new = true;
	return CS_OK;
}
