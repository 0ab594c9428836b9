#include "crypto/jws.h"

#include <pthread.h>

#include "test.h"
#include "vectors.h"

static const struct {
	const char *name;
	unsigned alg;
} alg_names[] = { { "RS256", CS_ALG_RS256 }, { "PS256", CS_ALG_PS256 }, { "ES256", CS_ALG_ES256 },
	{ "ES384", CS_ALG_ES384 }, { "HS256", CS_ALG_HS256 }, { "HS512", CS_ALG_HS512 } };

#define ALL_ALGS 0x3fu

static unsigned
alg_named(const char *name)
{
	for (size_t i = 0; i < CS_COUNT(alg_names); i++)
		if (name != NULL && strcmp(alg_names[i].name, name) == 0)
			return alg_names[i].alg;
	return 0;
}

static unsigned
allowed(const json_t *row)
{
	const json_t *name;
	unsigned algs = 0;
	size_t i;

	json_array_foreach(json_object_get(row, "allowed"), i, name) algs |=
	    alg_named(json_string_value(name));
	return algs;
}

static struct cs_jwks *
jwks_of(const json_t *set)
{
	char *text = json_dumps(set, 0);
	struct cs_jwks *keys = NULL;

	CHECK_OK(cs_jwks_decode(cs_str_span(cs_str_c(text)), &keys));
	free(text);
	return keys;
}

static enum cs_code
code_named(cs_str name)
{
	if (cs_str_equal(name, CS_STR("ok")))
		return CS_E_NONE;
	CHECK(cs_str_equal(name, CS_STR("INVALID")) || cs_str_equal(name, CS_STR("NOT_FOUND")));
	return cs_str_equal(name, CS_STR("INVALID")) ? CS_E_INVALID : CS_E_NOT_FOUND;
}

static void
check_case(const json_t *row, cs_err err, cs_span claims)
{
	bool is_granted = !cs_failed(err);

	if (!cs_is(err, code_named(vector_text(row, "want"))))
		fail_msg("%s: %s", json_string_value(json_object_get(row, "name")),
		    cs_code_name(err.code));
	if (is_granted)
		CHECK(cs_str_equal(
		    (cs_str){ (const char *)claims.p, claims.len }, vector_text(row, "claims")));
	else
		CHECK(claims.p == NULL && claims.len == 0);
}

TEST(tokens_are_accepted_and_refused_as_the_vectors_say)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("crypto/jws.json");
	CS_AUTO(cs_jwks_free) struct cs_jwks *keys = jwks_of(json_object_get(all, "jwks"));
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	const json_t *row;
	size_t i;

	CHECK(json_array_size(json_object_get(all, "cases")) > 80);
	json_array_foreach(json_object_get(all, "cases"), i, row)
	{
		cs_str kid;
		cs_span claims;
		cs_err err =
		    cs_jws_verify(a, keys, allowed(row), vector_text(row, "token"), &kid, &claims);

		check_case(row, err, claims);
		CHECK(cs_str_equal(kid, cs_failed(err) ? CS_STR("") : vector_text(row, "kid")));
		cs_arena_reset(a);
	}
}

TEST(hmac_tokens_are_accepted_and_refused_as_the_vectors_say)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("crypto/jws.json");
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	const json_t *row;
	size_t i;

	CHECK(json_array_size(json_object_get(all, "hmac")) > 10);
	json_array_foreach(json_object_get(all, "hmac"), i, row)
	{
		CS_AUTO(cs_buf_clear) struct cs_buf secret;
		cs_span claims;

		vector_hex(row, "secret", &secret);
		check_case(row,
		    cs_jws_verify_hmac(
			a, cs_buf_span(&secret), allowed(row), vector_text(row, "token"), &claims),
		    claims);
		cs_arena_reset(a);
	}
}

TEST(usable_keys_are_kept_and_others_passed_over)
{
	static const char *const kept[] = { "r1", "r2", "e1", "e2", "e3", "odd", "zero-n", "twin" };
	static const char *const passed_over[] = { "weak", "enc", "ops", "oct", "e5", "off", "okp",
		"e-is-one", "e-is-one-padded", "no-n", "bad-n", "oaep", "no-kty", "short-x", "R1" };
	CS_AUTO(vectors_free) json_t *all = vectors_load("crypto/jws.json");
	CS_AUTO(cs_jwks_free) struct cs_jwks *keys = jwks_of(json_object_get(all, "jwks"));

	for (size_t i = 0; i < CS_COUNT(kept); i++)
		CHECK(cs_jwks_has_kid(keys, cs_str_c(kept[i])));
	for (size_t i = 0; i < CS_COUNT(passed_over); i++)
		CHECK(!cs_jwks_has_kid(keys, cs_str_c(passed_over[i])));
}

static void
check_set_refused(cs_span json, enum cs_code code)
{
	struct cs_jwks *keys = NULL;

	CHECK(cs_is(cs_jwks_decode(json, &keys), code));
	CHECK(keys == NULL);
}

TEST(what_is_no_key_set_is_refused)
{
	static const char *const bad[] = { "", "{}", "[]", "null", "{\"keys\":{}}",
		"{\"keys\":null}", "{\"keys\":[]", "{\"keys\":[],\"keys\":[]}",
		"{\"keys\":[{\"kid\":\"a\",\"kid\":\"b\"}]}", "{\"keys\":[]}x",
		"{\"keys\":[{\"kid\":\"\\u0000\"}]}", "{\"keys\":[{\"kid\":\"\xff\"}]}" };

	for (size_t i = 0; i < CS_COUNT(bad); i++)
		check_set_refused(cs_str_span(cs_str_c(bad[i])), CS_E_INVALID);
	check_set_refused(CS_SPAN_NONE, CS_E_INVALID);
}

TEST(an_empty_key_set_is_one)
{
	CS_AUTO(cs_jwks_free) struct cs_jwks *keys = NULL;

	CHECK_OK(cs_jwks_decode(cs_str_span(CS_STR("{\"keys\":[]}")), &keys));
	CHECK(!cs_jwks_has_kid(keys, CS_STR("")));
}

TEST(a_key_set_that_is_too_big_is_refused)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b = { .max = 100000 };

	cs_buf_add_c(&b, "{\"keys\":[{}");
	for (int i = 1; i < 65; i++)
		cs_buf_add_c(&b, ",{}");
	cs_buf_add_c(&b, "]}");
	check_set_refused(cs_buf_span(&b), CS_E_LIMIT);
	cs_buf_reset(&b);
	cs_buf_add_c(&b, "{\"keys\":[]");
	while (b.len < 65536)
		cs_buf_add_byte(&b, ' ');
	cs_buf_add_c(&b, "}");
	check_set_refused(cs_buf_span(&b), CS_E_LIMIT);
}

TEST(a_full_arena_says_limit)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("crypto/jws.json");
	CS_AUTO(cs_jwks_free) struct cs_jwks *keys = jwks_of(json_object_get(all, "jwks"));
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(64);
	const json_t *row = json_array_get(json_object_get(all, "cases"), 0);
	cs_str kid;
	cs_span claims;

	CHECK_ERR(
	    cs_jws_verify(a, keys, ALL_ALGS, vector_text(row, "token"), &kid, &claims), LIMIT);
	CHECK(claims.p == NULL);
}

/* --- one key set, several threads --- */

struct shared {
	const struct cs_jwks *keys;
	const json_t *cases;
};

static void *
verify_many(void *arg)
{
	const struct shared *s = arg;
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	uintptr_t failures = 0;

	for (int i = 0; i < 100; i++) {
		const json_t *row = json_array_get(s->cases, (size_t)i % 5);
		cs_str kid, token = vector_text(row, "token");
		cs_span claims;

		failures += cs_failed(cs_jws_verify(a, s->keys, ALL_ALGS, token, &kid, &claims));
		cs_arena_reset(a);
	}
	return (void *)failures;
}

TEST(threads_verify_with_one_key_set)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("crypto/jws.json");
	CS_AUTO(cs_jwks_free) struct cs_jwks *keys = jwks_of(json_object_get(all, "jwks"));
	struct shared s = { keys, json_object_get(all, "cases") };
	pthread_t t[4];
	void *failures;

	for (size_t i = 0; i < CS_COUNT(t); i++)
		CHECK_INT(pthread_create(&t[i], NULL, verify_many, &s), 0);
	for (size_t i = 0; i < CS_COUNT(t); i++) {
		pthread_join(t[i], &failures);
		CHECK(failures == NULL);
	}
}

TEST_MAIN("crypto/jws")
