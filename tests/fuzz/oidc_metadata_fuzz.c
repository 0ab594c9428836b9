/*
 * oidc_metadata_fuzz.c - the issuer asked for in the first line, its description in the rest.
 */
#include "proto/oidc_metadata.h"

#include "fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	cs_str rest = { (const char *)data, size }, issuer;
	struct cs_oidc_metadata m;

	cs_str_cut(&rest, '\n', &issuer);
	if (cs_failed(cs_oidc_metadata_decode(a, cs_str_span(rest), issuer, &m))) {
		CS_ASSERT(m.issuer.len == 0 && m.token_endpoint.len == 0);
		return 0;
	}
	CS_ASSERT(cs_str_equal(m.issuer, issuer) && cs_oidc_url_is_valid(m.issuer));
	CS_ASSERT(cs_oidc_url_is_valid(m.authorization_endpoint));
	CS_ASSERT(cs_oidc_url_is_valid(m.token_endpoint));
	CS_ASSERT(cs_oidc_url_is_valid(m.jwks_uri));
	CS_ASSERT(m.userinfo_endpoint.len == 0 || cs_oidc_url_is_valid(m.userinfo_endpoint));
	return 0;
}
