#include "proto/hotp.h"

#include "test.h"
#include "vectors.h"

static const struct cs_hotp six = { .hash = CS_SHA1, .digits = 6 };
/* The secret of RFC 4226 appendix D. */
static const cs_span rfc_key = { (const uint8_t *)"12345678901234567890", 20 };

static void
code_at(const struct cs_hotp *h, cs_span key, uint64_t counter, char out[CS_OTP_DIGITS_MAX])
{
	CS_AUTO(cs_mac_free) struct cs_mac *mac = NULL;

	CHECK_OK(cs_mac_new(h->hash, key, &mac));
	CHECK_OK(cs_hotp_code(h, mac, counter, out));
}

static void
check_match(uint64_t next, unsigned look_ahead, const char *code, bool found, uint64_t then)
{
	bool is_found = !found;
	uint64_t to = 0;

	CHECK_OK(cs_hotp_match(&six, rfc_key, next, look_ahead, cs_str_c(code), &is_found, &to));
	CHECK_INT(is_found, found);
	CHECK_INT(to, then);
}

TEST(a_code_at_the_expected_counter_is_found_and_the_counter_moves_on)
{
	check_match(0, 1, "755224", true, 1);
}

TEST(a_code_ahead_is_found_within_the_window_only)
{
	check_match(0, 10, "520489", true, 10);
	check_match(0, 9, "520489", false, 0);
}

TEST(a_code_behind_the_counter_is_never_found)
{
	check_match(1, 100, "755224", false, 1);
}

TEST(what_is_not_all_digits_of_the_right_number_matches_nothing)
{
	static const char *const bad[] = { "", "75522", "7552240", "75522a", "75522 ", " 755224",
		"+55224", "７55224", "755224\n" };

	for (size_t i = 0; i < CS_COUNT(bad); i++)
		check_match(0, 10, bad[i], false, 0);
}

TEST(a_code_with_a_zero_byte_matches_nothing)
{
	bool found;
	uint64_t to;

	CHECK_OK(cs_hotp_match(&six, rfc_key, 0, 10, (cs_str){ "75522\0", 6 }, &found, &to));
	CHECK(!found);
}

TEST(the_counter_does_not_wrap_at_its_end)
{
	char code[CS_OTP_DIGITS_MAX];
	bool found;
	uint64_t to;

	code_at(&six, rfc_key, 0, code);
	CHECK_OK(
	    cs_hotp_match(&six, rfc_key, UINT64_MAX - 3, 20, (cs_str){ code, 6 }, &found, &to));
	CHECK(!found);
	CHECK(to == UINT64_MAX - 3);
}

TEST(two_codes_in_a_row_bring_a_runaway_token_back)
{
	const cs_str codes[] = { CS_STR("399871"), CS_STR("520489") };
	bool found;
	uint64_t to;

	CHECK_OK(cs_hotp_resync(&six, rfc_key, 0, 100, codes, 2, &found, &to));
	CHECK(found);
	CHECK_INT(to, 10);
}

TEST(two_codes_in_the_wrong_order_do_not_resync)
{
	const cs_str codes[] = { CS_STR("520489"), CS_STR("399871") };
	bool found;
	uint64_t to;

	CHECK_OK(cs_hotp_resync(&six, rfc_key, 0, 100, codes, 2, &found, &to));
	CHECK(!found);
	CHECK_INT(to, 0);
}

TEST(one_malformed_code_of_a_row_finds_nothing)
{
	const cs_str codes[] = { CS_STR("399871"), CS_STR("") };
	bool found;
	uint64_t to;

	CHECK_OK(cs_hotp_resync(&six, rfc_key, 0, 100, codes, 2, &found, &to));
	CHECK(!found);
}

TEST(ten_digits_show_the_whole_truncated_value)
{
	/* RFC 4226 appendix D, count 0: truncated 1284755224 */
	const struct cs_hotp ten = { .hash = CS_SHA1, .digits = 10 };
	char code[CS_OTP_DIGITS_MAX];

	code_at(&ten, rfc_key, 0, code);
	CHECK_TEXT(((cs_str){ code, 10 }), "1284755224");
}

TEST(rfc4226_appendix_d)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("otp.json");
	const json_t *d = json_object_get(all, "rfc4226_appendixD");
	const json_t *values = json_object_get(d, "values");
	CS_AUTO(cs_buf_clear) struct cs_buf key;

	vector_hex(d, "secretHex", &key);
	CHECK_INT(json_array_size(values), 10);
	for (size_t i = 0; i < json_array_size(values); i++) {
		char code[CS_OTP_DIGITS_MAX];

		code_at(&six, cs_buf_span(&key), i, code);
		CHECK_TEXT(((cs_str){ code, 6 }), json_string_value(json_array_get(values, i)));
	}
}

TEST(codes_of_random_keys_and_counters_agree)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("otp.json");
	const json_t *row;
	size_t i;

	CHECK(json_array_size(json_object_get(all, "random_hotp")) >= 60);
	json_array_foreach(json_object_get(all, "random_hotp"), i, row)
	{
		CS_AUTO(cs_buf_clear) struct cs_buf key;
		struct cs_hotp h = { .hash = CS_SHA1, .digits = (int)vector_int(row, "digits") };
		char code[CS_OTP_DIGITS_MAX];

		vector_hex(row, "secretHex", &key);
		code_at(&h, cs_buf_span(&key), (uint64_t)vector_int(row, "counter"), code);
		CHECK_TEXT(((cs_str){ code, (size_t)h.digits }), vector_text(row, "code").p);
	}
}

static void
judge(const json_t *row, const char *window, const cs_str *codes, size_t count)
{
	CS_AUTO(cs_buf_clear) struct cs_buf key;
	bool found;
	uint64_t next;

	vector_hex(row, "secretHex", &key);
	CHECK_OK(cs_hotp_resync(&six, cs_buf_span(&key), (uint64_t)vector_int(row, "nextCounter"),
	    (unsigned)vector_int(row, window), codes, count, &found, &next));
	CHECK_TEXT(vector_text(row, "expect"), found ? "accept" : "reject");
	CHECK_INT(next, vector_int(row, "newNextCounter"));
}

TEST(look_ahead_windows_of_the_vectors)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("otp.json");
	const json_t *row;
	size_t i, seen = 0;

	json_array_foreach(json_object_get(all, "windows"), i, row)
	{
		if (!cs_str_equal(vector_text(row, "kind"), CS_STR("hotp")))
			continue;
		cs_str code = vector_text(row, "code");
		judge(row, "lookAhead", &code, 1);
		seen++;
	}
	CHECK(seen >= 24);
}

TEST(resynchronisation_of_the_vectors)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("otp.json");
	const json_t *row;
	size_t i, seen = 0;

	json_array_foreach(json_object_get(all, "windows"), i, row)
	{
		if (!cs_str_equal(vector_text(row, "kind"), CS_STR("hotp-resync-2")))
			continue;
		const json_t *two = json_object_get(row, "codes");
		cs_str codes[] = {
			cs_str_c(json_string_value(json_array_get(two, 0))),
			cs_str_c(json_string_value(json_array_get(two, 1))),
		};
		judge(row, "resyncWindow", codes, 2);
		seen++;
	}
	CHECK(seen >= 8);
}

TEST_MAIN("proto/hotp")
