#include "proto/oidc_claims.h"

#include "crypto/jws.h"
#include "crypto/mac.h"
#include "test.h"
#include "vectors.h"

static struct cs_arena *arena;

#define ALGS (CS_ALG_RS256 | CS_ALG_PS256 | CS_ALG_ES256 | CS_ALG_ES384)
#define NOW_S 1790000000

static struct cs_arena *
fresh(void)
{
	if (arena == NULL)
		arena = cs_arena_new(4 << 20);
	cs_arena_reset(arena);
	return arena;
}

static cs_err
decode(const char *json, struct cs_oidc_claims *out)
{
	return cs_oidc_claims_decode(fresh(), CS_SPAN(json, strlen(json)), out);
}

/* Claims that hold, but for what a test changes. */
static struct cs_oidc_claims
good(void)
{
	return (struct cs_oidc_claims){
		.iss = CS_STR("https://idp.example.test"),
		.sub = CS_STR("7"),
		.aud = { CS_STR("us") },
		.aud_count = 1,
		.nonce = CS_STR("n"),
		.exp = cs_seconds(NOW_S + 300),
		.iat = cs_seconds(NOW_S),
	};
}

static struct cs_oidc_expected
expected(void)
{
	return (struct cs_oidc_expected){
		.issuer = CS_STR("https://idp.example.test"),
		.client_id = CS_STR("us"),
		.nonce = CS_STR("n"),
		.now = cs_seconds(NOW_S),
	};
}

/* The claim that does not hold, or "". */
static const char *
fault_of(const struct cs_oidc_expected *e, const struct cs_oidc_claims *c)
{
	const char *why = "unset";
	bool holds = cs_oidc_claims_check(fresh(), e, c, &why);

	CHECK(holds == (why == NULL));
	return why == NULL ? "" : why;
}

#define CHECK_FAULT(C, WANT) \
	do { \
		struct cs_oidc_expected expected_ = expected(); \
		assert_string_equal(fault_of(&expected_, &(C)), WANT); \
	} while (0)

TEST(claims_are_decoded)
{
	struct cs_oidc_claims c;

	CHECK_OK(decode(
	    "{\"iss\":\"https://i.test\",\"sub\":\"24\",\"aud\":[\"a\",\"b\"],\"azp\":\"a\","
	    "\"nonce\":\"n\",\"at_hash\":\"h\",\"exp\":1790000300.75,\"iat\":1790000000,"
	    "\"nbf\":1789999990,\"auth_time\":1789999900,\"amr\":[\"pwd\",\"otp\"],\"x\":{}}",
	    &c));
	CHECK_TEXT(c.iss, "https://i.test");
	CHECK_TEXT(c.sub, "24");
	CHECK_INT(c.aud_count, 2);
	CHECK_TEXT(c.aud[1], "b");
	CHECK_TEXT(c.azp, "a");
	CHECK_TEXT(c.nonce, "n");
	CHECK_TEXT(c.at_hash, "h");
	CHECK_INT(c.exp.ms, 1790000300000);
	CHECK_INT(c.nbf.ms, 1789999990000);
	CHECK_INT(c.auth_time.ms, 1789999900000);
	CHECK_INT(c.amr_count, 2);
	CHECK_TEXT(c.amr[1], "otp");
}

TEST(one_audience_and_one_amr_may_be_plain_strings)
{
	struct cs_oidc_claims c;

	CHECK_OK(decode(
	    "{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"exp\":2,\"iat\":1,\"amr\":\"mfa\"}", &c));
	CHECK_INT(c.aud_count, 1);
	CHECK_TEXT(c.aud[0], "a");
	CHECK_INT(c.amr_count, 1);
	CHECK_TEXT(c.amr[0], "mfa");
	CHECK_INT(c.auth_time.ms, 0);
}

TEST(claims_without_what_must_be_there_or_of_another_type_are_refused)
{
	static const char *const bad[] = {
		"",
		"{",
		"[]",
		"\"x\"",
		"{}",
		"{\"sub\":\"s\",\"aud\":\"a\",\"exp\":2,\"iat\":1}",
		"{\"iss\":\"i\",\"aud\":\"a\",\"exp\":2,\"iat\":1}",
		"{\"iss\":\"i\",\"sub\":\"s\",\"exp\":2,\"iat\":1}",
		"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"iat\":1}",
		"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"exp\":2}",
		"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":[],\"exp\":2,\"iat\":1}",
		"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":[7],\"exp\":2,\"iat\":1}",
		"{\"iss\":\"i\",\"sub\":7,\"aud\":\"a\",\"exp\":2,\"iat\":1}",
		"{\"iss\":\"i\",\"sub\":\"\",\"aud\":\"a\",\"exp\":2,\"iat\":1}",
		"{\"iss\":\"i\",\"sub\":\"\xc3\xa9\",\"aud\":\"a\",\"exp\":2,\"iat\":1}",
		"{\"iss\":\"i\",\"sub\":\"a\\nb\",\"aud\":\"a\",\"exp\":2,\"iat\":1}",
		"{\"iss\":\"i\",\"sub\":\"a\\u0000b\",\"aud\":\"a\",\"exp\":2,\"iat\":1}",
		"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"exp\":\"2\",\"iat\":1}",
		"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"exp\":-2,\"iat\":1}",
		"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"exp\":1e300,\"iat\":1}",
		"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"exp\":2,\"iat\":1,\"amr\":7}",
		"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"exp\":2,\"iat\":1,\"amr\":[7]}",
		"{\"iss\":\"i\",\"sub\":\"s\",\"aud\":\"a\",\"exp\":2,\"iat\":1,\"nonce\":7}",
		"{\"iss\":\"i\",\"sub\":\"s\",\"sub\":\"t\",\"aud\":\"a\",\"exp\":2,\"iat\":1}",
	};
	struct cs_oidc_claims c;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		if (!cs_is(decode(bad[i], &c), CS_E_INVALID))
			fail_msg("not refused: %s", bad[i]);
		CHECK_INT(c.aud_count, 0);
	}
}

TEST(what_is_too_much_is_refused)
{
	static char big[CS_OIDC_CLAIMS_MAX_BYTES + 2];
	struct cs_oidc_claims c;

	memset(big, ' ', sizeof(big) - 1);
	CHECK_ERR(decode(big, &c), LIMIT);
	CHECK_ERR(
	    decode("{\"iss\":\"i\",\"sub\":\"s\",\"aud\":[\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\","
		   "\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"],\"exp\":2,\"iat\":1}",
		&c),
	    LIMIT);
}

TEST(claims_that_answer_what_was_asked_hold)
{
	struct cs_oidc_claims c = good();

	CHECK_FAULT(c, "");
}

TEST(another_issuer_does_not_hold)
{
	struct cs_oidc_claims c = good();

	c.iss = CS_STR("https://idp.example.test/");
	CHECK_FAULT(c, "iss");
}

TEST(an_audience_that_is_not_us_does_not_hold)
{
	struct cs_oidc_claims c = good();

	c.aud[0] = CS_STR("us2");
	CHECK_FAULT(c, "aud");
	c.azp = CS_STR("us");
	CHECK_FAULT(c, "aud");
}

TEST(several_audiences_need_us_as_authorised_party)
{
	struct cs_oidc_claims c = good();

	c.aud[1] = CS_STR("them");
	c.aud_count = 2;
	CHECK_FAULT(c, "aud");
	c.azp = CS_STR("them");
	CHECK_FAULT(c, "aud");
	c.azp = CS_STR("us");
	CHECK_FAULT(c, "");
}

TEST(an_authorised_party_that_is_not_us_does_not_hold_even_with_one_audience)
{
	struct cs_oidc_claims c = good();

	c.azp = CS_STR("them");
	CHECK_FAULT(c, "aud");
	c.azp = CS_STR("");
	CHECK_FAULT(c, "aud");
}

TEST(times_hold_within_sixty_seconds_of_skew_and_no_more)
{
	struct cs_oidc_claims c = good();

	c.exp = cs_seconds(NOW_S - 59);
	CHECK_FAULT(c, "");
	c.exp = cs_seconds(NOW_S - 60);
	CHECK_FAULT(c, "exp");
	c = good();
	c.iat = cs_seconds(NOW_S + 60);
	CHECK_FAULT(c, "");
	c.iat = cs_seconds(NOW_S + 61);
	CHECK_FAULT(c, "iat");
	c = good();
	c.nbf = cs_seconds(NOW_S + 60);
	CHECK_FAULT(c, "");
	c.nbf = cs_seconds(NOW_S + 61);
	CHECK_FAULT(c, "nbf");
	c = good();
	c.auth_time = cs_seconds(NOW_S + 61);
	CHECK_FAULT(c, "auth_time");
}

TEST(a_nonce_that_is_missing_or_other_does_not_hold)
{
	struct cs_oidc_claims c = good();
	struct cs_oidc_expected none = expected();

	c.nonce = CS_STR("N");
	CHECK_FAULT(c, "nonce");
	c.nonce = CS_STR_NONE;
	CHECK_FAULT(c, "nonce");
	/* nor does nothing equal nothing */
	none.nonce = CS_STR_NONE;
	assert_string_equal(fault_of(&none, &c), "nonce");
}

TEST(a_maximum_age_needs_a_recent_auth_time)
{
	struct cs_oidc_claims c = good();
	struct cs_oidc_expected e = expected();

	e.has_max_age = true;
	e.max_age_s = 3600;
	assert_string_equal(fault_of(&e, &c), "auth_time");
	c.auth_time = cs_seconds(NOW_S - 3660);
	assert_string_equal(fault_of(&e, &c), "");
	c.auth_time = cs_seconds(NOW_S - 3661);
	assert_string_equal(fault_of(&e, &c), "auth_time");
}

TEST(an_access_token_that_the_id_token_does_not_vouch_for_does_not_hold)
{
	struct cs_oidc_claims c = good();
	struct cs_oidc_expected e = expected();

	/* OpenID Connect Core appendix A.3: this token has this at_hash with RS256 */
	e.access_token = CS_STR("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y");
	e.token = CS_STR("eyJhbGciOiJSUzI1NiJ9.e30.c2ln");
	c.at_hash = CS_STR("77QmUPtjPfzWtF2AnpK9RQ");
	assert_string_equal(fault_of(&e, &c), "");
	c.at_hash = CS_STR("77QmUPtjPfzWtF2AnpK9RR");
	assert_string_equal(fault_of(&e, &c), "at_hash");
	c.at_hash = CS_STR_NONE;
	assert_string_equal(fault_of(&e, &c), "");
}

static cs_err
person(const char *json, const char *email_claim, struct cs_oidc_person *out)
{
	return cs_oidc_person_decode(
	    fresh(), CS_SPAN(json, strlen(json)), cs_str_c(email_claim), out);
}

TEST(a_person_has_an_address_that_is_verified_only_by_a_plain_true)
{
	struct cs_oidc_person p;

	CHECK_OK(
	    person("{\"sub\":\"s\",\"email\":\"a@x.test\",\"email_verified\":true,\"name\":\"A\"}",
		"email", &p));
	CHECK_TEXT(p.email, "a@x.test");
	CHECK_TEXT(p.name, "A");
	CHECK(p.email_is_verified);
	CHECK_OK(person(
	    "{\"sub\":\"s\",\"email\":\"a@x.test\",\"email_verified\":\"true\"}", "email", &p));
	CHECK(!p.email_is_verified);
	CHECK_OK(
	    person("{\"sub\":\"s\",\"email\":\"a@x.test\",\"email_verified\":1}", "email", &p));
	CHECK(!p.email_is_verified);
	CHECK_OK(person("{\"sub\":\"s\",\"email\":\"a@x.test\"}", "email", &p));
	CHECK(!p.email_is_verified);
	CHECK_OK(person("{\"sub\":\"s\",\"email_verified\":true}", "email", &p));
	CHECK(!p.email_is_verified);
}

TEST(another_claim_than_email_is_not_vouched_for_by_email_verified)
{
	struct cs_oidc_person p;

	CHECK_OK(person("{\"sub\":\"s\",\"email\":\"a@x.test\",\"upn\":\"root@x.test\","
			"\"email_verified\":true}",
	    "upn", &p));
	CHECK_TEXT(p.email, "root@x.test");
	CHECK(!p.email_is_verified);
	CHECK_OK(person("{\"sub\":\"s\",\"email\":\"a@x.test\",\"upn\":\"a@x.test\","
			"\"email_verified\":true}",
	    "upn", &p));
	CHECK(p.email_is_verified);
}

TEST(what_is_no_address_is_not_taken_for_one)
{
	static const char *const bad[] = { "", "a", "@x.test", "a@", "a@b@c", "a b@x.test",
		"a@x.test\\r\\nCc: b@x.test", "a@x\\u007f.test" };
	struct cs_oidc_person p;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		char json[256];

		snprintf(json, sizeof(json),
		    "{\"sub\":\"s\",\"email\":\"%s\",\"email_verified\":true}", bad[i]);
		CHECK_OK(person(json, "email", &p));
		CHECK_INT(p.email.len, 0);
		CHECK(!p.email_is_verified);
	}
}

TEST(a_name_is_cut_between_characters_and_keeps_no_control_character)
{
	static char json[2048];
	struct cs_oidc_person p;

	CHECK_OK(person("{\"sub\":\"s\",\"name\":\"a\\r\\nb\"}", "email", &p));
	CHECK_TEXT(p.name, "a  b");
	strcpy(json, "{\"sub\":\"s\",\"name\":\"x");
	for (int i = 0; i < 200; i++)
		strcat(json, "\xc3\xa9");
	strcat(json, "\"}");
	CHECK_OK(person(json, "email", &p));
	CHECK_INT(p.name.len, 255);
}

static cs_err
pick(const char *token, const char *userinfo, const cs_str *names, size_t n, cs_str *out, bool *all)
{
	return cs_oidc_claims_pick(fresh(), CS_SPAN(token, strlen(token)),
	    CS_SPAN(userinfo, strlen(userinfo)), names, n, out, all);
}

TEST(named_claims_are_picked_and_the_id_token_wins)
{
	const cs_str names[] = { CS_STR("groups"), CS_STR("team") };
	cs_str out;
	bool all;

	CHECK_OK(pick("{\"groups\":[\"a\",{\"b\":1}],\"x\":1}", "{\"groups\":[],\"team\":\"t\"}",
	    names, 2, &out, &all));
	CHECK_TEXT(out, "{\"groups\":[\"a\",{\"b\":1}],\"team\":\"t\"}");
	CHECK(all);
	CHECK_OK(pick("{\"x\":1}", "", names, 2, &out, &all));
	CHECK_TEXT(out, "{}");
	CHECK(!all);
	CHECK_OK(pick("{\"x\":1}", "", NULL, 0, &out, &all));
	CHECK_TEXT(out, "{}");
	CHECK(all);
	CHECK_ERR(pick("{}", "[]", names, 2, &out, &all), INVALID);
}

static cs_err
tokens(const char *json, struct cs_oidc_tokens *out)
{
	return cs_oidc_tokens_decode(fresh(), CS_SPAN(json, strlen(json)), out);
}

TEST(a_token_answer_is_read_and_only_bearer_tokens_are_used)
{
	struct cs_oidc_tokens t;

	CHECK_OK(
	    tokens("{\"id_token\":\"i\",\"access_token\":\"a\",\"token_type\":\"bearer\"}", &t));
	CHECK_TEXT(t.id_token, "i");
	CHECK_TEXT(t.access_token, "a");
	CHECK_OK(tokens("{\"id_token\":\"i\",\"access_token\":\"a\",\"token_type\":\"DPoP\"}", &t));
	CHECK_INT(t.access_token.len, 0);
	CHECK_OK(tokens("{\"error\":\"invalid_grant\"}", &t));
	CHECK_TEXT(t.error, "invalid_grant");
	CHECK_ERR(tokens("error=invalid_grant", &t), INVALID);
	CHECK_ERR(tokens("{\"id_token\":7}", &t), INVALID);
}

/* Signature, then claims, as idp/oidc.c does: the claim at fault, or "" when the token is good. */
static const char *
judge(const json_t *config, const struct cs_jwks *keys, cs_str token)
{
	struct cs_oidc_claims c;
	cs_str kid;
	cs_span json;

	if (cs_failed(cs_jws_verify(fresh(), keys, ALGS, token, &kid, &json)))
		return "signature";
	if (cs_failed(cs_oidc_claims_decode(arena, json, &c)))
		return "claims";
	struct cs_oidc_expected e = {
		.issuer = vector_text(config, "issuer"),
		.client_id = vector_text(config, "client_id"),
		.nonce = vector_text(config, "nonce"),
		.now = cs_seconds(vector_int(config, "now")),
		.has_max_age = true,
		.max_age_s = vector_int(config, "max_age"),
		.access_token = vector_text(config, "at_hash_access_token"),
		.token = token,
	};
	const char *why;
	return cs_oidc_claims_check(arena, &e, &c, &why) ? "" : why;
}

TEST(the_id_token_vectors_are_judged_as_they_say)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("oidc_id_tokens.json");
	CS_AUTO(cs_jwks_free) struct cs_jwks *keys = NULL;
	const json_t *config = json_object_get(all, "config");
	char *jwks = json_dumps(json_object_get(all, "jwks"), 0);
	const json_t *row;
	size_t i, accepted = 0, refused = 0;

	CHECK_OK(cs_jwks_decode(CS_SPAN(jwks, strlen(jwks)), &keys));
	free(jwks);
	json_array_foreach(json_object_get(all, "cases"), i, row)
	{
		const char *why = judge(config, keys, vector_text(row, "token"));
		bool is_good = why[0] == '\0';

		if (is_good != cs_str_equal(vector_text(row, "expect"), CS_STR("accept")))
			fail_msg("%s: %s", vector_text(row, "name").p, why);
		accepted += is_good;
		refused += !is_good;
	}
	CHECK(accepted >= 4 && refused >= 10);
}

TEST(the_vectors_are_refused_for_the_reason_they_name)
{
	static const struct {
		const char *name, *why;
	} rows[] = {
		{ "wrong iss", "iss" },
		{ "wrong aud", "aud" },
		{ "expired", "exp" },
		{ "nonce mismatch", "nonce" },
		{ "missing nonce", "nonce" },
		{ "alg none", "signature" },
		{ "bad signature", "signature" },
	};
	CS_AUTO(vectors_free) json_t *all = vectors_load("oidc_id_tokens.json");
	CS_AUTO(cs_jwks_free) struct cs_jwks *keys = NULL;
	char *jwks = json_dumps(json_object_get(all, "jwks"), 0);
	const json_t *row;
	size_t i, seen = 0;

	CHECK_OK(cs_jwks_decode(CS_SPAN(jwks, strlen(jwks)), &keys));
	free(jwks);
	json_array_foreach(json_object_get(all, "cases"), i, row)
	{
		for (size_t k = 0; k < CS_COUNT(rows); k++) {
			if (!cs_str_equal(vector_text(row, "name"), cs_str_c(rows[k].name)))
				continue;
			assert_string_equal(
			    judge(json_object_get(all, "config"), keys, vector_text(row, "token")),
			    rows[k].why);
			seen++;
		}
	}
	CHECK_INT(seen, CS_COUNT(rows));
}

TEST_MAIN("proto/oidc_claims")
