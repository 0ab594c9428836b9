#include "proto/oidc_metadata.h"

#include <jansson.h>

#define URL_MAX 2048

static void
json_free(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

bool
cs_oidc_url_is_valid(cs_str url)
{
	size_t scheme = cs_str_starts(url, CS_STR("https://"))  ? 8
			: cs_str_starts(url, CS_STR("http://")) ? 7
								: 0;

	if (scheme == 0 || url.len > URL_MAX)
		return false;
	for (size_t i = 0; i < url.len; i++) {
		if (url.p[i] <= ' ' || url.p[i] > '~' || strchr("\"#<>\\^`{|}", url.p[i]) != NULL)
			return false;
	}
	cs_str rest = cs_str_slice(url, scheme, url.len);
	size_t end = cs_str_find(rest, '/', 0);
	size_t query = cs_str_find(rest, '?', 0);
	cs_str authority = cs_str_slice(rest, 0, end < query ? end : query);
	/* user info in a URL is how one host is made to look like another */
	return authority.len != 0 && authority.p[0] != ':' &&
	       cs_str_find(authority, '@', 0) == authority.len;
}

/* A member that must be (or, when it may be missing, is empty or) an absolute URL. */
static cs_err
url_decode(struct cs_arena *a, const json_t *doc, const char *name, bool is_needed, cs_str *out)
{
	const json_t *j = json_object_get(doc, name);

	*out = CS_STR_NONE;
	if (j == NULL)
		return is_needed ? CS_FAIL(INVALID) : CS_OK;
	cs_str text = { json_string_value(j), json_string_length(j) };
	if (!json_is_string(j) || !cs_oidc_url_is_valid(text))
		return CS_FAIL(INVALID);
	void *copy;
	CS_TRY(cs_arena_try(a, text.len, &copy));
	memcpy(copy, text.p, text.len);
	*out = (cs_str){ copy, text.len };
	return CS_OK;
}

static bool
array_has(const json_t *array, const char *want)
{
	size_t i;
	const json_t *item;

	json_array_foreach((json_t *)array, i, item)
	{
		if (json_is_string(item) && strcmp(json_string_value(item), want) == 0)
			return true;
	}
	return false;
}

/* Discovery §3: "If omitted, the default is client_secret_basic". */
static enum cs_oidc_client_auth
client_auth_decode(const json_t *doc)
{
	const json_t *methods = json_object_get(doc, "token_endpoint_auth_methods_supported");

	if (!array_has(methods, "client_secret_basic") && array_has(methods, "client_secret_post"))
		return CS_OIDC_CLIENT_SECRET_POST;
	return CS_OIDC_CLIENT_SECRET_BASIC;
}

cs_err
cs_oidc_metadata_decode(
    struct cs_arena *a, cs_span json, cs_str issuer, struct cs_oidc_metadata *out)
{
	CS_AUTO(json_free) json_t *doc = NULL;
	struct cs_oidc_metadata m = { 0 };

	*out = m;
	if (json.len > CS_OIDC_METADATA_MAX_BYTES)
		return CS_FAIL(LIMIT);
	doc = json_loadb(
	    json.len != 0 ? (const char *)json.p : "", json.len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(doc))
		return CS_FAIL(INVALID);
	CS_TRY(url_decode(a, doc, "issuer", true, &m.issuer));
	/* Discovery §4.3: "MUST be identical to the Issuer URL" that was asked. */
	if (!cs_str_equal(m.issuer, issuer))
		return CS_FAIL(INVALID);
	CS_TRY(url_decode(a, doc, "authorization_endpoint", true, &m.authorization_endpoint));
	CS_TRY(url_decode(a, doc, "token_endpoint", true, &m.token_endpoint));
	CS_TRY(url_decode(a, doc, "jwks_uri", true, &m.jwks_uri));
	CS_TRY(url_decode(a, doc, "userinfo_endpoint", false, &m.userinfo_endpoint));
	m.client_auth = client_auth_decode(doc);
	m.sends_iss =
	    json_is_true(json_object_get(doc, "authorization_response_iss_parameter_supported"));
	*out = m;
	return CS_OK;
}
