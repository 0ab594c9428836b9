#include "crypto/mac.h"
#include "crypto/equal.h"

#include "test.h"
#include "vectors.h"

static enum cs_hash
hash_named(cs_str name)
{
	if (cs_str_equal(name, CS_STR("sha1")))
		return CS_SHA1;
	return cs_str_equal(name, CS_STR("sha256")) ? CS_SHA256 : CS_SHA512;
}

TEST(the_published_values_of_hmac_hold)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("crypto/hmac.json");
	const json_t *row;
	size_t i;

	CHECK(json_array_size(json_object_get(all, "hmac")) >= 15);
	json_array_foreach(json_object_get(all, "hmac"), i, row)
	{
		CS_AUTO(cs_mac_free) struct cs_mac *m = NULL;
		CS_AUTO(cs_buf_clear) struct cs_buf key;
		CS_AUTO(cs_buf_clear) struct cs_buf message;
		CS_AUTO(cs_buf_clear) struct cs_buf want;
		enum cs_hash h = hash_named(vector_text(row, "hash"));
		uint8_t got[CS_HASH_MAX];

		vector_hex(row, "key", &key);
		vector_hex(row, "message", &message);
		vector_hex(row, "mac", &want);
		CHECK_INT(want.len, cs_hash_len(h));
		CHECK_OK(cs_mac_new(h, cs_buf_span(&key), &m));
		for (int again = 0; again < 3; again++) {
			CHECK_OK(cs_mac_compute(m, cs_buf_span(&message), got));
			CHECK(cs_equal(got, want.p, want.len));
		}
		if (h == CS_SHA256) {
			CHECK_OK(cs_hmac_sha256(cs_buf_span(&key), cs_buf_span(&message), got));
			CHECK(cs_equal(got, want.p, want.len));
		}
	}
}

TEST(the_published_values_of_sha256_hold)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("crypto/hmac.json");
	const json_t *row;
	uint8_t got[CS_SHA256_LEN];
	size_t i;

	CHECK(json_array_size(json_object_get(all, "sha256")) == 4);
	json_array_foreach(json_object_get(all, "sha256"), i, row)
	{
		CS_AUTO(cs_buf_clear) struct cs_buf message;
		CS_AUTO(cs_buf_clear) struct cs_buf want;

		vector_hex(row, "message", &message);
		vector_hex(row, "digest", &want);
		cs_sha256(cs_buf_span(&message), got);
		CHECK(cs_equal(got, want.p, sizeof(got)));
	}
}

TEST(messages_of_one_key_do_not_touch_each_other)
{
	CS_AUTO(cs_mac_free) struct cs_mac *m = NULL;
	uint8_t a[CS_HASH_MAX], b[CS_HASH_MAX], again[CS_HASH_MAX];

	CHECK_OK(cs_mac_new(CS_SHA1, CS_SPAN("key", 3), &m));
	CHECK_OK(cs_mac_compute(m, CS_SPAN("a", 1), a));
	CHECK_OK(cs_mac_compute(m, CS_SPAN("b", 1), b));
	CHECK_OK(cs_mac_compute(m, CS_SPAN("a", 1), again));
	CHECK(!cs_equal(a, b, 20));
	CHECK(cs_equal(a, again, 20));
}

TEST(a_mac_writes_no_more_than_its_length)
{
	CS_AUTO(cs_mac_free) struct cs_mac *m = NULL;
	uint8_t out[CS_HASH_MAX];

	memset(out, 0xee, sizeof(out));
	CHECK_OK(cs_mac_new(CS_SHA1, CS_SPAN("key", 3), &m));
	CHECK_OK(cs_mac_compute(m, CS_SPAN_NONE, out));
	for (size_t i = 20; i < sizeof(out); i++)
		CHECK_INT(out[i], 0xee);
}

TEST(equal_looks_at_every_byte)
{
	uint8_t a[33] = { 0 }, b[33] = { 0 };

	CHECK(cs_equal(a, b, 33));
	for (size_t i = 0; i < 33; i++) {
		b[i] = 0x80;
		CHECK(!cs_equal(a, b, 33));
		CHECK(cs_equal(a, b, i));
		b[i] = 0;
	}
	CHECK(cs_equal(NULL, NULL, 0));
}

TEST_MAIN("crypto/mac")
