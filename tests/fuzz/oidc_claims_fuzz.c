/*
 * oidc_claims_fuzz.c - the claims of an ID token in the first line, userinfo in the rest; each also
 * as a person, and the first as a token endpoint's answer.
 */
#include "proto/oidc_claims.h"

#include "fuzz.h"

static void
check_claims(struct cs_arena *a, cs_span json)
{
	static const struct cs_oidc_expected expected = {
		.issuer = { "https://idp.example.test", 24 },
		.client_id = { "us", 2 },
		.nonce = { "n", 1 },
		.now = { INT64_C(1790000000000) },
		.max_age_s = 3600,
		.access_token = { "at", 2 },
		.token = { "eyJhbGciOiJSUzI1NiJ9.e30.c2ln", 29 },
	};
	struct cs_oidc_claims c;
	const char *why;

	if (cs_failed(cs_oidc_claims_decode(a, json, &c))) {
		CS_ASSERT(c.sub.len == 0 && c.aud_count == 0 && c.amr_count == 0);
		return;
	}
	CS_ASSERT(c.sub.len >= 1 && c.sub.len <= 255 && c.iss.len != 0);
	CS_ASSERT(c.aud_count >= 1 && c.aud_count <= CS_OIDC_AUD_MAX);
	CS_ASSERT(c.amr_count <= CS_OIDC_AMR_MAX && c.exp.ms > 0 && c.iat.ms > 0);
	if (cs_oidc_claims_check(a, &expected, &c, &why)) {
		CS_ASSERT(why == NULL && cs_str_equal(c.iss, expected.issuer));
		CS_ASSERT(cs_str_equal(c.nonce, expected.nonce));
	} else {
		CS_ASSERT(why != NULL);
	}
}

static void
check_person(struct cs_arena *a, cs_span json, cs_str claim)
{
	struct cs_oidc_person p;

	if (cs_failed(cs_oidc_person_decode(a, json, claim, &p))) {
		CS_ASSERT(p.sub.len == 0 && p.email.len == 0 && !p.email_is_verified);
		return;
	}
	CS_ASSERT(p.email.len <= 254 && p.name.len <= 256);
	CS_ASSERT(!p.email_is_verified || p.email.len >= 3);
	CS_ASSERT(cs_utf8_is_valid(cs_str_span(p.name)));
	for (size_t i = 0; i < p.email.len; i++)
		CS_ASSERT((unsigned char)p.email.p[i] > ' ' && p.email.p[i] != 0x7f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const cs_str names[] = { { "groups", 6 }, { "sub", 3 }, { "", 0 } };
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	cs_str rest = { (const char *)data, size }, first, picked;
	struct cs_oidc_tokens t;
	bool is_complete;

	cs_str_cut(&rest, '\n', &first);
	check_claims(a, cs_str_span(first));
	check_person(a, cs_str_span(first), CS_STR("email"));
	check_person(a, cs_str_span(rest), CS_STR("upn"));
	if (!cs_failed(cs_oidc_claims_pick(
		a, cs_str_span(first), cs_str_span(rest), names, 3, &picked, &is_complete)))
		CS_ASSERT(picked.len >= 2 && picked.p[0] == '{');
	if (cs_failed(cs_oidc_tokens_decode(a, cs_str_span(first), &t)))
		CS_ASSERT(t.id_token.len == 0 && t.access_token.len == 0);
	return 0;
}
