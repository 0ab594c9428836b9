#include "proto/pkce.h"

#include "test.h"
#include "vectors.h"

TEST(the_challenge_of_rfc7636_appendix_b)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("oauth_misc.json");
	const json_t *row = json_object_get(all, "pkce_rfc7636");
	char challenge[CS_PKCE_CHALLENGE_LEN];

	cs_pkce_challenge(vector_text(row, "verifier"), challenge);
	CHECK_TEXT(((cs_str){ challenge, sizeof(challenge) }), vector_text(row, "challenge").p);
}

TEST(verifiers_have_43_to_128_unreserved_characters)
{
	char long_one[129];

	memset(long_one, '~', sizeof(long_one));
	CHECK(cs_pkce_verifier_is_valid(CS_STR("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));
	CHECK(cs_pkce_verifier_is_valid((cs_str){ long_one, 128 }));
	CHECK(!cs_pkce_verifier_is_valid((cs_str){ long_one, 129 }));
	CHECK(!cs_pkce_verifier_is_valid((cs_str){ long_one, 42 }));
	CHECK(!cs_pkce_verifier_is_valid(CS_STR_NONE));
	CHECK(!cs_pkce_verifier_is_valid(CS_STR("dBjftJeZ4CVP+mB92K27uhbUJU1p1r/wW1gFWFOEjXk")));
	CHECK(!cs_pkce_verifier_is_valid(CS_STR("dBjftJeZ4CVP mB92K27uhbUJU1p1r_wW1gFWFOEjXk")));
}

TEST_MAIN("proto/pkce")
