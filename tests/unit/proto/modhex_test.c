#include "proto/modhex.h"

#include "test.h"
#include "vectors.h"

static void
check_both_ways(cs_str hex, cs_str modhex)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;
	CS_AUTO(cs_buf_clear) struct cs_buf text;
	CS_AUTO(cs_buf_clear) struct cs_buf back;

	cs_buf_init(&bytes, 256);
	cs_buf_init(&text, 256);
	cs_buf_init(&back, 256);
	CHECK_OK(cs_hex_decode(hex, &bytes));
	cs_modhex_encode(cs_buf_span(&bytes), &text);
	CHECK_TEXT(cs_buf_str(&text), modhex.p);
	CHECK_OK(cs_modhex_decode(modhex, &back));
	CHECK(cs_str_equal(cs_buf_str(&back), cs_buf_str(&bytes)));
}

TEST(the_vectors_are_read_and_written)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("yubikey_otp.json");
	const json_t *row;
	size_t i;

	json_array_foreach(json_object_get(all, "modhex"), i, row)
	{
		const json_t *hex = json_array_get(row, 0), *modhex = json_array_get(row, 1);

		check_both_ways(
		    cs_str_c(json_string_value(hex)), cs_str_c(json_string_value(modhex)));
	}
	CHECK_INT(i, 3);
}

TEST(every_byte_comes_back_and_capitals_are_the_same)
{
	for (int i = 0; i < 256; i++) {
		uint8_t byte = (uint8_t)i;
		char text[2];
		CS_AUTO(cs_buf_clear) struct cs_buf b;

		cs_buf_init(&b, 8);
		cs_modhex_encode(CS_SPAN(&byte, 1), &b);
		CHECK_INT(b.len, 2);
		text[0] = (char)b.p[0];
		text[1] = (char)(b.p[1] - ('a' - 'A'));
		cs_buf_reset(&b);
		CHECK_OK(cs_modhex_decode((cs_str){ text, 2 }, &b));
		CHECK_INT(b.len, 1);
		CHECK_INT(b.p[0], byte);
	}
}

TEST(other_letters_and_half_bytes_are_refused)
{
	static const char *const bad[] = { "c", "ccc", "ca", "0c", "c ", " c", "cx", "c\xc3", "c@",
		"[c", "`b", "cC=" };

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		CS_AUTO(cs_buf_clear) struct cs_buf b;

		cs_buf_init(&b, 64);
		CHECK_ERR(cs_modhex_decode(cs_str_c(bad[i]), &b), INVALID);
		CHECK_INT(b.len, 0);
	}
}

TEST_MAIN("proto/modhex")
