#include "proto/migration.h"

#include "test.h"
#include "vectors.h"

static struct cs_arena *arena;

static cs_err
decode(cs_str uri, struct cs_migration *out)
{
	if (arena == NULL)
		arena = cs_arena_new(8 << 20);
	cs_arena_reset(arena);
	return cs_migration_decode(arena, uri, out);
}

/* A payload given in hex, as a URI. */
static cs_err
decode_hex(const char *hex, struct cs_migration *out)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;
	CS_AUTO(cs_buf_clear) struct cs_buf base64;
	CS_AUTO(cs_buf_clear) struct cs_buf uri;

	cs_buf_init(&bytes, 4096);
	cs_buf_init(&base64, 8192);
	cs_buf_init(&uri, 8192);
	CHECK_OK(cs_hex_decode(cs_str_c(hex), &bytes));
	cs_base64_encode(cs_buf_span(&bytes), &base64);
	cs_buf_add_c(&uri, "otpauth-migration://offline?data=");
	cs_percent_encode(cs_buf_str(&base64), &uri);
	return decode(cs_buf_str(&uri), out);
}

static void
check_item(const json_t *want, const struct cs_migration_item *got)
{
	CS_AUTO(cs_buf_clear) struct cs_buf secret;
	cs_str name = vector_text(want, "name");
	size_t colon = cs_str_find(name, ':', 0);

	cs_buf_init_sensitive(&secret, 1024);
	cs_base32_encode(got->secret, &secret);
	CHECK_TEXT(cs_buf_str(&secret), vector_text(want, "secretBase32").p);
	CHECK_TEXT(got->issuer, vector_text(want, "issuer").p);
	CHECK_TEXT(got->account, colon == name.len ? name.p : name.p + colon + 1);
	CHECK_TEXT(cs_otp_hash_name(got->hotp.hash), vector_text(want, "algorithm").p);
	CHECK_INT(got->hotp.digits, vector_int(want, "digits"));
	CHECK_TEXT(vector_text(want, "type"), got->type == CS_OTPAUTH_HOTP ? "hotp" : "totp");
	if (got->type == CS_OTPAUTH_HOTP)
		CHECK_INT(got->counter, vector_int(want, "counter"));
	CHECK(got->refused == NULL);
}

static void
check_accepted(const json_t *row)
{
	const json_t *entries = json_object_get(row, "entries"), *entry;
	const json_t *batch = json_object_get(row, "batch");
	struct cs_migration m;
	size_t i;

	CHECK_OK(decode(vector_text(row, "uri"), &m));
	CHECK_INT(m.count, json_array_size(entries));
	json_array_foreach(entries, i, entry)
	{
		check_item(entry, &m.items[i]);
	}
	CHECK_INT(m.batch.size, vector_int(batch, "size"));
	CHECK_INT(m.batch.index, vector_int(batch, "index"));
	CHECK_INT(m.batch.id, vector_int(batch, "id"));
}

TEST(the_vectors_are_accepted_and_refused_as_they_say)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("otpauth.json");
	const json_t *row;
	size_t i, accepted = 0, refused = 0;

	json_array_foreach(json_object_get(all, "migration"), i, row)
	{
		struct cs_migration m;

		if (cs_str_equal(vector_text(row, "expect"), CS_STR("accept"))) {
			check_accepted(row);
			accepted++;
		} else {
			CHECK_ERR(decode(vector_text(row, "uri"), &m), INVALID);
			CHECK_INT(m.count, 0);
			refused++;
		}
	}
	CHECK_INT(accepted, 5);
	CHECK_INT(refused, 3);
}

static const struct cs_migration_item samples[] = {
	{ .secret = { (const uint8_t *)"0123456789abcdefghij", 20 },
	    .issuer = { "Example", 7 },
	    .account = { "alice", 5 },
	    .hotp = { CS_SHA1, 6 } },
	{ .type = CS_OTPAUTH_HOTP,
	    .secret = { (const uint8_t *)"\xfb\xff\xfe\x00", 4 },
	    .account = { "c:d", 3 },
	    .hotp = { CS_SHA512, 8 },
	    .counter = INT64_MAX },
	{ .secret = { (const uint8_t *)"x", 1 },
	    .issuer = { "A", 1 },
	    .account = { "a:b", 3 },
	    .hotp = { CS_SHA256, 6 } },
	{ .secret = { (const uint8_t *)"y", 1 },
	    .issuer = { "A:B", 3 },
	    .account = { "b: c", 4 },
	    .hotp = { CS_SHA1, 8 } },
	{ .secret = { (const uint8_t *)"z", 1 }, .issuer = { "No account", 10 }, .hotp = { 0, 6 } },
};

static void
check_same(const struct cs_migration_item *a, const struct cs_migration_item *b)
{
	CHECK(cs_str_equal(a->issuer, b->issuer) && cs_str_equal(a->account, b->account));
	CHECK(a->type == b->type && a->hotp.hash == b->hotp.hash);
	CHECK(a->hotp.digits == b->hotp.digits && a->counter == b->counter);
	CHECK_INT(a->secret.len, b->secret.len);
	assert_memory_equal(a->secret.p, b->secret.p, a->secret.len);
}

TEST(what_is_written_is_read_as_it_was)
{
	CS_AUTO(cs_buf_clear) struct cs_buf uri;
	struct cs_migration_batch batch = { .size = 3, .index = 2, .id = -77 };
	struct cs_migration m;

	cs_buf_init_sensitive(&uri, 8192);
	cs_migration_encode(samples, CS_COUNT(samples), &batch, &uri);
	CHECK_OK(decode(cs_buf_str(&uri), &m));
	CHECK_INT(m.count, CS_COUNT(samples));
	for (size_t i = 0; i < m.count; i++)
		check_same(&m.items[i], &samples[i]);
	CHECK_INT(m.batch.size, 3);
	CHECK_INT(m.batch.index, 2);
	CHECK_INT(m.batch.id, -77);
}

TEST(what_does_not_fit_is_said_and_not_written_by_halves)
{
	CS_AUTO(cs_buf_clear) struct cs_buf uri;
	struct cs_migration_batch batch = { .size = 1 };

	cs_buf_init_sensitive(&uri, 64);
	cs_migration_encode(samples, CS_COUNT(samples), &batch, &uri);
	CHECK_ERR(cs_buf_finish(&uri, NULL), LIMIT);
}

TEST(every_cut_is_refused_or_keeps_all_accounts)
{
	CS_AUTO(cs_buf_clear) struct cs_buf uri;
	struct cs_migration_batch batch = { .size = 1, .index = 0, .id = 7 };
	struct cs_migration m;
	size_t whole = 0;

	cs_buf_init_sensitive(&uri, 8192);
	cs_migration_encode(samples, CS_COUNT(samples), &batch, &uri);
	for (size_t i = 0; i < uri.len; i++) {
		cs_err e = decode(cs_str_slice(cs_buf_str(&uri), 0, i), &m);

		CHECK(cs_is(e, CS_E_NONE) || cs_is(e, CS_E_INVALID));
		if (!cs_failed(e)) {
			CHECK_INT(m.count, CS_COUNT(samples));
			whole++;
		}
	}
	CHECK(whole <= 2);
}

/* The same at every byte of the payload, where base64 does not help: only what follows the accounts
 * may be missing. */
TEST(every_cut_of_the_payload_is_refused_or_keeps_all_accounts)
{
	static const char payload[] = "0a090a027071120161300"
				      "20a090a0272731201623002"
				      "1001"
				      "1802"
				      "2001"
				      "2805";
	char cut[sizeof(payload)];
	struct cs_migration m;

	CHECK_OK(decode_hex(payload, &m));
	CHECK_INT(m.count, 2);
	for (size_t i = 0; i + 2 < sizeof(payload); i += 2) {
		memcpy(cut, payload, i);
		cut[i] = 0;
		if (!cs_failed(decode_hex(cut, &m)))
			CHECK_INT(m.count, 2);
		else
			CHECK_INT(m.count, 0);
	}
}

static void
check_refused(const char *item_hex, const char *why)
{
	char hex[512];
	struct cs_migration m;

	snprintf(hex, sizeof(hex), "0a%02zx%s1001", strlen(item_hex) / 2, item_hex);
	CHECK_OK(decode_hex(hex, &m));
	CHECK_INT(m.count, 1);
	if (why == NULL)
		CHECK(m.items[0].refused == NULL);
	else
		CHECK_TEXT(cs_str_c(m.items[0].refused), why);
}

TEST(an_account_that_cannot_be_taken_is_counted_and_says_why)
{
	check_refused("0a0170", NULL); /* one byte of secret, the rest as it is when absent */
	check_refused("1201610a0170", NULL); /* another order */
	check_refused("0a01704a0161", NULL); /* field 9, which is not ours */
	check_refused("0a01704d00000000510000000000000000", NULL); /* fixed ones, unknown */
	check_refused("120161", "it has no secret");
	check_refused("0a00120161", "it has no secret");
	check_refused("0a01702004", "its algorithm is MD5");
	check_refused("0a01702005", "its algorithm is not known");
	check_refused("0a01702803", "its number of digits is not known");
	check_refused("0a01703003", "its type is not known");
	check_refused("0a017030013880808080808080808001", "its counter is negative");
	check_refused("0a01701201ff", "its name is not UTF-8");
	check_refused("0a017012026100", "its name is not UTF-8");
	check_refused("0a01701a02c328", "its name is not UTF-8");
}

TEST(a_payload_that_is_not_one_is_refused)
{
	static const char *const bad[] = {
		"", /* nothing at all */
		"0a030a0170", /* no version behind it: cut */
		"00", /* field 0 */
		"0801", /* an account that is a number */
		"120101", /* a version that is text */
		"0a031201", /* cut within */
		"0a020a051001", /* cut within an account */
		"0a0330ff1001", /* a varint without an end */
		"10ffffffffffffffffff7f", /* more than 64 bits */
		"10ffffffffffffffffff01ff", /* and then a cut tag */
		"0b0c", /* a group */
		"0affffffffffffffffff01", /* a length beyond everything */
		"0a0208011001", /* a secret that is a number */
		"0a0320001001", /* an account whose length takes the version in */
	};
	struct cs_migration m;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		if (!cs_is(decode_hex(bad[i], &m), CS_E_INVALID))
			fail_msg("not refused: %s", bad[i]);
		CHECK(m.count == 0 && m.items == NULL);
	}
}

TEST(a_uri_that_is_not_one_is_refused)
{
	static const char *const bad[] = {
		"",
		"otpauth-migration:",
		"otpauth://totp/a?secret=MZXW6YTB",
		"otpauth-migration://offline?data=",
		"otpauth-migration://offline?data=EAE",
		"otpauth-migration://offline?data=EAE%3D&data=EAE%3D",
		"otpauth-migration://offline?data=EAE%3D%zz",
		"otpauth-migration://offline?date=EAE%3D",
	};
	struct cs_migration m;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		if (!cs_is(decode(cs_str_c(bad[i]), &m), CS_E_INVALID))
			fail_msg("not refused: %s", bad[i]);
	}
	CHECK_OK(decode(CS_STR("otpauth-migration://offline?data=EAE%3D"), &m));
	CHECK_INT(m.count, 0);
	CHECK_OK(decode(CS_STR("OTPAUTH-Migration://offline?data=EAE="), &m));
}

TEST(a_plus_that_was_not_escaped_is_read)
{
	static const char *const same[] = {
		"otpauth-migration://offline?data=CgkKBwAA++++++8QAQ==",
		"otpauth-migration://offline?data=CgkKBwAA%2B%2B%2B%2B%2B%2B8QAQ%3D%3D",
	};
	struct cs_migration m;

	for (size_t i = 0; i < CS_COUNT(same); i++) {
		CHECK_OK(decode(cs_str_c(same[i]), &m));
		CHECK_INT(m.count, 1);
		CHECK_INT(m.items[0].secret.len, 7);
		assert_memory_equal(m.items[0].secret.p, "\0\0\xfb\xef\xbe\xfb\xef", 7);
	}
}

TEST(what_google_has_no_room_for_is_named)
{
	struct cs_migration_item item = samples[0];
	const char *why;

	CHECK(cs_migration_can_carry(&item, 30, &why) && why == NULL);
	CHECK(!cs_migration_can_carry(&item, 60, &why) && why != NULL);
	item.hotp.digits = 7;
	CHECK(!cs_migration_can_carry(&item, 30, &why) && why != NULL);
	item = samples[1];
	CHECK(cs_migration_can_carry(&item, 0, &why));
	item.type = CS_OTPAUTH_STEAM;
	CHECK(!cs_migration_can_carry(&item, 30, &why) && why != NULL);
}

TEST_MAIN("proto/migration")
