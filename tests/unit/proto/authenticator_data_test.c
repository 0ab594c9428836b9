#include "proto/authenticator_data.h"

#include "test.h"

#define KEY "\xa1\x01\x02" /* any map does */

struct built {
	uint8_t bytes[4096];
	size_t len;
};

static void
put(struct built *b, const void *p, size_t len)
{
	memcpy(b->bytes + b->len, p, len);
	b->len += len;
}

/* rpIdHash, flags and count; then whatever the test puts behind it. */
static struct built
begun(uint8_t flags)
{
	struct built b = { 0 };

	memset(b.bytes, 0x11, 32);
	b.bytes[32] = flags;
	memcpy(b.bytes + 33, "\x01\x02\x03\x04", 4);
	b.len = 37;
	return b;
}

static void
put_credential(struct built *b, uint16_t id_len)
{
	const uint8_t len[] = { (uint8_t)(id_len >> 8), (uint8_t)id_len };

	put(b, "aaguidaaguidaagu", 16);
	put(b, len, 2);
	memset(b->bytes + b->len, 'i', id_len);
	b->len += id_len;
	put(b, KEY, 3);
}

static cs_err
decode(const struct built *b, struct cs_auth_data *d)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);

	return cs_auth_data_decode(a, CS_SPAN(b->bytes, b->len), d);
}

TEST(the_short_form_has_hash_flags_and_count)
{
	struct built b = begun(CS_AUTH_UP | CS_AUTH_UV);
	struct cs_auth_data d;

	CHECK_OK(decode(&b, &d));
	CHECK(d.rp_id_hash.p == b.bytes && d.rp_id_hash.len == 32);
	CHECK(d.flags == 5 && d.sign_count == 0x01020304);
	CHECK(!d.has_credential && d.credential_id.len == 0 && d.extensions == NULL);
}

TEST(a_credential_and_extensions_are_found_by_their_flags)
{
	struct built b = begun(CS_AUTH_UP | CS_AUTH_AT | CS_AUTH_ED);
	struct cs_auth_data d;

	put_credential(&b, 20);
	put(&b, "\xa1\x61x\xf5", 4);
	CHECK_OK(decode(&b, &d));
	CHECK(d.has_credential && d.aaguid.len == 16 && d.credential_id.len == 20);
	CHECK(d.key_bytes.len == 3 && memcmp(d.key_bytes.p, KEY, 3) == 0);
	CHECK(d.extensions != NULL);
}

TEST(a_long_credential_id_is_left_to_the_verifier)
{
	struct built b = begun(CS_AUTH_AT);
	struct cs_auth_data d;

	put_credential(&b, 1500);
	CHECK_OK(decode(&b, &d));
	CHECK_INT(d.credential_id.len, 1500);
}

TEST(flags_must_be_true_about_what_follows)
{
	struct cs_auth_data d;
	struct built b = begun(0);

	put_credential(&b, 20); /* unannounced */
	CHECK_ERR(decode(&b, &d), INVALID);
	b = begun(CS_AUTH_AT); /* announced, but not there */
	CHECK_ERR(decode(&b, &d), INVALID);
	b = begun(CS_AUTH_ED);
	CHECK_ERR(decode(&b, &d), INVALID);
	b = begun(0);
	put(&b, "\xa0", 1);
	CHECK_ERR(decode(&b, &d), INVALID);
	CHECK(!d.has_credential && d.rp_id_hash.len == 0);
}

TEST(a_key_or_extensions_that_are_no_map_are_refused)
{
	struct built b = begun(CS_AUTH_AT);
	struct cs_auth_data d;

	put_credential(&b, 4);
	b.bytes[b.len - 3] = 0x82; /* [1, 2] */
	CHECK_ERR(decode(&b, &d), INVALID);
	b = begun(CS_AUTH_ED);
	put(&b, "\x80", 1);
	CHECK_ERR(decode(&b, &d), INVALID);
	b = begun(CS_AUTH_ED);
	put(&b, "\xf6", 1);
	CHECK_ERR(decode(&b, &d), INVALID);
}

TEST(an_empty_credential_id_is_refused)
{
	struct built b = begun(CS_AUTH_AT);
	struct cs_auth_data d;

	put_credential(&b, 0);
	CHECK_ERR(decode(&b, &d), INVALID);
}

TEST(every_cut_and_every_byte_too_many_is_refused)
{
	struct built whole = begun(CS_AUTH_AT | CS_AUTH_ED);
	struct cs_auth_data d;

	put_credential(&whole, 16);
	put(&whole, "\xa1\x61x\xf5", 4);
	CHECK_OK(decode(&whole, &d));
	size_t len = whole.len;
	for (whole.len = 0; whole.len < len; whole.len++)
		CHECK_ERR(decode(&whole, &d), INVALID);
	whole.len = len + 1;
	CHECK_ERR(decode(&whole, &d), INVALID);
}

TEST(more_than_any_real_one_is_refused)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	static uint8_t big[CS_CBOR_MAX_BYTES + 1];
	struct cs_auth_data d;

	CHECK_ERR(cs_auth_data_decode(a, CS_SPAN(big, sizeof(big)), &d), LIMIT);
}

TEST_MAIN("proto/authenticator_data")
