#include "domain/house.h"

#include <jansson.h>

#include "crypto/jws.h"
#include "domain/token.h"

static json_t *
published(struct house *h)
{
	struct cs_buf text;
	json_t *j;

	cs_buf_init(&text, 1 << 20);
	CHECK_OK(cs_keys_publish(&h->d, &h->op, &text));
	j = json_loadb((const char *)text.p, text.len, 0, NULL);
	cs_buf_clear(&text);
	CHECK(j != NULL);
	return j;
}

static size_t
published_count(struct house *h)
{
	json_t *j = published(h);
	size_t count = json_array_size(json_object_get(j, "keys"));

	CHECK_INT(json_array_size(json_object_get(j, "public_certs")), count);
	json_decref(j);
	return count;
}

/* The kid that signs now. */
static cs_str
signing_kid(struct house *h)
{
	struct cs_buf token;
	struct cs_buf jwks;
	struct cs_jwks *keys = NULL;
	cs_str kid;
	cs_span claims;

	cs_buf_init(&token, 4096);
	cs_buf_init(&jwks, 1 << 20);
	CHECK_OK(cs_keys_sign(&h->d, &h->op, CS_SPAN("{\"a\":1}", 7), &token));
	CHECK_OK(cs_keys_publish(&h->d, &h->op, &jwks));
	CHECK_OK(cs_jwks_decode(cs_buf_span(&jwks), &keys));
	CHECK_OK(cs_jws_verify(h->arena, keys, CS_ALG_RS256, cs_buf_str(&token), &kid, &claims));
	CHECK_TEXT(claims, "{\"a\":1}");
	kid = cs_arena_str(h->arena, kid);
	cs_jwks_free(&keys);
	cs_buf_clear(&token);
	cs_buf_clear(&jwks);
	return kid;
}

static void
wait(struct house *h, int64_t ms)
{
	h->op.now = cs_time_add(h->op.now, ms);
}

TEST(the_first_key_is_made_when_it_is_needed_and_kept)
{
	struct house *h = house_open();
	cs_str kid = signing_kid(h);

	CHECK_INT(published_count(h), 1);
	/* as after a restart */
	cs_keys_forget(h->d.keys, cs_id_zero);
	CHECK(cs_str_equal(signing_kid(h), kid));
	CHECK_INT(published_count(h), 1);
	house_close(h);
}

TEST(a_key_is_followed_after_six_weeks_and_both_are_published_before_and_after)
{
	struct house *h = house_open();
	cs_str old = signing_kid(h);
	cs_time next;

	wait(h, CS_KEY_LIFE_MS - CS_KEY_AHEAD_MS - 1);
	CHECK_OK(cs_keys_rotate(&h->d, &h->op, &next));
	CHECK(next.ms == h->op.now.ms + 1);
	CHECK_INT(published_count(h), 1);
	wait(h, 1);
	CHECK_OK(cs_keys_rotate(&h->d, &h->op, &next));
	/* published an hour before it signs */
	CHECK_INT(published_count(h), 2);
	CHECK(cs_str_equal(signing_kid(h), old));
	wait(h, CS_KEY_AHEAD_MS);
	cs_str new = signing_kid(h);
	CHECK(!cs_str_equal(new, old));
	/* the old one stays for seven days */
	wait(h, CS_KEY_OVERLAP_MS - 1);
	CHECK_INT(published_count(h), 2);
	wait(h, 1);
	CHECK_INT(published_count(h), 1);
	CHECK(cs_str_equal(signing_kid(h), new));
	house_close(h);
}

TEST(rotating_twice_makes_one_key)
{
	struct house *h = house_open();
	cs_time next;

	signing_kid(h);
	wait(h, CS_KEY_LIFE_MS);
	CHECK_OK(cs_keys_rotate(&h->d, &h->op, &next));
	CHECK_OK(cs_keys_rotate(&h->d, &h->op, &next));
	CHECK_INT(published_count(h), 2);
	house_close(h);
}

TEST(an_application_token_says_who_for_whom_and_until_when)
{
	struct house *h = house_open();
	struct cs_app_session s = {
		.identity = { .user = house_id("ada"),
		    .email = CS_STR("ada@example.test"),
		    .fields = CS_STR("{\"department\":\"quay\"}") },
		.nonce = CS_STR("X1aXj1lFVcqqyoXF"),
		.created = h->op.now,
		.expires = cs_time_add(h->op.now, CS_HOUR_MS),
	};
	struct cs_buf jwks;
	struct cs_jwks *keys = NULL;
	cs_str token;
	cs_str kid;
	cs_span text;

	CHECK_OK(cs_token_make(&h->d, &h->op, &h->config, &h->apps[HOUSE_BERTH], &s, &token));
	cs_buf_init(&jwks, 1 << 20);
	CHECK_OK(cs_keys_publish(&h->d, &h->op, &jwks));
	CHECK_OK(cs_jwks_decode(cs_buf_span(&jwks), &keys));
	CHECK_OK(cs_jws_verify(h->arena, keys, CS_ALG_RS256, token, &kid, &text));
	json_t *claims = json_loadb((const char *)text.p, text.len, 0, NULL);
	json_t *aud = json_object_get(claims, "aud");
	CHECK_INT(json_array_size(aud), 1);
	CHECK(strlen(json_string_value(json_array_get(aud, 0))) == 64);
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(claims, "iss"))),
	    "https://auth.example.test");
	CHECK_TEXT(cs_str_c(json_string_value(json_object_get(claims, "type"))), "app");
	CHECK_TEXT(
	    cs_str_c(json_string_value(json_object_get(claims, "email"))), "ada@example.test");
	CHECK(strlen(json_string_value(json_object_get(claims, "sub"))) == 36);
	CHECK_INT(json_integer_value(json_object_get(claims, "exp")) -
		      json_integer_value(json_object_get(claims, "iat")),
	    3600);
	CHECK_TEXT(cs_str_c(json_string_value(
		       json_object_get(json_object_get(claims, "custom"), "department"))),
	    "quay");
	json_decref(claims);
	cs_jwks_free(&keys);
	cs_buf_clear(&jwks);
	house_close(h);
}

TEST(an_identity_too_big_for_a_cookie_is_refused)
{
	struct house *h = house_open();
	struct cs_app_session s = { .created = h->op.now, .expires = h->op.now };
	char *fields = cs_arena_alloc(h->arena, 8192);
	cs_str token;

	memset(fields, 'x', 8191);
	memcpy(fields, "{\"a\":\"", 6);
	memcpy(fields + 8189, "\"}", 2);
	s.identity.fields = (cs_str){ fields, 8191 };
	CHECK_ERR(
	    cs_token_make(&h->d, &h->op, &h->config, &h->apps[HOUSE_BERTH], &s, &token), LIMIT);
	CHECK(token.len == 0);
	house_close(h);
}

TEST_MAIN("domain/keys")
