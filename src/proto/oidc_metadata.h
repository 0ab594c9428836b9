/*
 * oidc_metadata.h - a provider's discovery document, decoded. Pure.
 *
 * Source: OpenID Connect Discovery 1.0 §3, RFC 8414 §2, RFC 9207 §3.
 */
#ifndef CS_PROTO_OIDC_METADATA_H
#define CS_PROTO_OIDC_METADATA_H

#include "base/arena.h"
#include "base/err.h"

#define CS_OIDC_METADATA_MAX_BYTES 65536

enum cs_oidc_client_auth {
	CS_OIDC_CLIENT_SECRET_BASIC = 0, /* also the default of the standard */
	CS_OIDC_CLIENT_SECRET_POST,
};

struct cs_oidc_metadata {
	cs_str issuer;
	cs_str authorization_endpoint;
	cs_str token_endpoint;
	cs_str jwks_uri;
	cs_str userinfo_endpoint; /* may be empty */
	enum cs_oidc_client_auth client_auth;
	bool sends_iss; /* authorization_response_iss_parameter_supported */
};

/*
 * json is at most CS_OIDC_METADATA_MAX_BYTES; text goes to the arena. Endpoints are absolute http
 * or https URLs without fragment.
 * Errors: INVALID (not such a document, or issuer differs from the one asked for), LIMIT.
 */
cs_err cs_oidc_metadata_decode(
    struct cs_arena *a, cs_span json, cs_str issuer, struct cs_oidc_metadata *out);

/* Whether text is an absolute http(s) URL as it may be configured or published. */
bool cs_oidc_url_is_valid(cs_str url);

#endif
