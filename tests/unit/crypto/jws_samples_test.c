/*
 * Tokens of C2SP's Wycheproof and of RFC 7515 and 7520: accepted exactly when they are valid and of an
 * algorithm that we know.
 */
#include "crypto/jws.h"

#include "test.h"
#include "third_party.h"
#include "vectors.h"

static const char *const supported[] = { "RS256", "PS256", "ES256", "ES384", "HS256", "HS512" };

#define ALL_ALGS 0x3fu

static struct cs_jwks *
jwks_of_one(const json_t *jwk)
{
	CS_AUTO(vectors_free) json_t *set = json_pack("{s:[O]}", "keys", jwk);
	char *text = json_dumps(set, 0);
	struct cs_jwks *keys = NULL;

	CHECK_OK(cs_jwks_decode(cs_str_span(cs_str_c(text)), &keys));
	free(text);
	return keys;
}

/* Whether any key of the set, or the secret, if that is what it is, accepts. */
static cs_err
verify_with(const json_t *jwk, cs_str token)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	cs_str kid;
	cs_span claims;

	if (cs_str_equal(vector_text(jwk, "kty"), CS_STR("oct"))) {
		CS_AUTO(cs_buf_clear) struct cs_buf secret = { .max = 1000 };

		CHECK_OK(cs_base64url_decode(vector_text(jwk, "k"), &secret));
		return cs_jws_verify_hmac(a, cs_buf_span(&secret), ALL_ALGS, token, &claims);
	}
	CS_AUTO(cs_jwks_free) struct cs_jwks *keys = jwks_of_one(jwk);
	return cs_jws_verify(a, keys, ALL_ALGS, token, &kid, &claims);
}

/* The header's algorithm, as far as we support it. */
static bool
is_supported(cs_str token)
{
	CS_AUTO(cs_buf_clear) struct cs_buf head = { .max = 20000 };

	if (cs_failed(
		cs_base64url_decode(cs_str_slice(token, 0, cs_str_find(token, '.', 0)), &head)))
		return false;
	CS_AUTO(vectors_free) json_t *j = json_loadb((const char *)head.p, head.len, 0, NULL);
	const char *alg = json_string_value(json_object_get(j, "alg"));
	for (size_t i = 0; i < CS_COUNT(supported); i++)
		if (alg != NULL && strcmp(supported[i], alg) == 0)
			return true;
	return false;
}

TEST(the_samples_of_wycheproof_are_judged_as_they_say)
{
	CS_AUTO(vectors_free) json_t *groups = third_party_load("jws_wycheproof.json");
	const json_t *group, *row;
	size_t i, k, accepted = 0, refused = 0;

	json_array_foreach(groups, i, group)
	{
		const json_t *public = json_object_get(group, "public");
		const json_t *jwk =
		    json_is_object(public) ? public : json_object_get(group, "private");
		json_array_foreach(json_object_get(group, "tests"), k, row)
		{
			cs_str token = vector_text(row, "jws");
			bool want = cs_str_equal(vector_text(row, "result"), CS_STR("valid")) &&
				    is_supported(token);
			bool got = !cs_failed(verify_with(jwk, token));

			if (got != want)
				fail_msg("%s %s",
				    json_string_value(json_object_get(group, "comment")),
				    json_string_value(json_object_get(row, "comment")));
			accepted += got;
			refused += !got;
		}
	}
	CHECK(accepted >= 8 && refused >= 20);
}

TEST(the_samples_of_the_standards_are_judged_as_they_say)
{
	CS_AUTO(vectors_free) json_t *all = third_party_load("jose_rfc.json");
	const char *name;
	json_t *row;
	size_t accepted = 0;

	json_object_foreach(all, name, row)
	{
		const json_t *input = json_object_get(row, "input"),
			     *compact = json_object_get(row, "compact");
		const json_t *jwk =
		    input != NULL ? json_object_get(input, "key") : json_object_get(row, "jwk");

		if (input != NULL)
			compact = json_object_get(json_object_get(row, "output"), "compact");
		if (compact == NULL)
			continue; /* a key set */
		cs_str token = { json_string_value(compact), json_string_length(compact) };
		if (jwk == NULL) {
			CHECK(!is_supported(token)); /* alg none */
			continue;
		}
		bool got = !cs_failed(verify_with(jwk, token));
		if (got != is_supported(token))
			fail_msg("%s", name);
		accepted += got;
	}
	CHECK(accepted >= 5);
}

THIRD_PARTY_MAIN("crypto/jws_samples", "jws_wycheproof.json")
