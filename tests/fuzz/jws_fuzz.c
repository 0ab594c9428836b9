/*
 * jws_fuzz.c - a key set in the first line, a token in the rest; also as an HMAC token with the
 * first line for a secret.
 */
#include "crypto/jws.h"

#include "fuzz.h"

#define ALL_ALGS 0x3fu

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	CS_AUTO(cs_jwks_free) struct cs_jwks *keys = NULL;
	cs_str token = { (const char *)data, size }, first, kid;
	cs_span claims;

	if (!cs_str_cut(&token, '\n', &first))
		return 0;
	if (cs_failed(cs_jwks_decode(cs_str_span(first), &keys)))
		CS_ASSERT(keys == NULL);
	else if (cs_failed(cs_jws_verify(a, keys, ALL_ALGS, token, &kid, &claims)))
		CS_ASSERT(kid.len == 0 && claims.p == NULL && claims.len == 0);
	else
		CS_ASSERT(kid.len == 0 || cs_jwks_has_kid(keys, kid));
	if (cs_failed(cs_jws_verify_hmac(a, cs_str_span(first), ALL_ALGS, token, &claims)))
		CS_ASSERT(claims.p == NULL && claims.len == 0);
	return 0;
}
