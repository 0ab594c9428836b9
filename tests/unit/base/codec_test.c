#include "base/codec.h"

#include "test.h"

struct row {
	const char *plain, *text;
};

/* RFC 4648 §10 */
static const struct row base64_rows[] = { { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" },
	{ "foo", "Zm9v" }, { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" } };
static const struct row base32_rows[] = { { "", "" }, { "f", "MY======" }, { "fo", "MZXQ====" },
	{ "foo", "MZXW6===" }, { "foob", "MZXW6YQ=" }, { "fooba", "MZXW6YTB" },
	{ "foobar", "MZXW6YTBOI======" } };
static const struct row hex_rows[] = { { "", "" }, { "f", "66" }, { "foobar", "666f6f626172" } };

typedef void encode_fn(cs_span in, struct cs_buf *out);
typedef cs_err decode_fn(cs_str in, struct cs_buf *out);

static void
check_both_ways(const struct row *r, size_t count, encode_fn *encode, decode_fn *decode)
{
	for (size_t i = 0; i < count; i++) {
		CS_AUTO(cs_buf_clear) struct cs_buf b;

		cs_buf_init(&b, 100);
		cs_buf_add_c(&b, "x");
		encode(cs_str_span(cs_str_c(r[i].plain)), &b);
		CHECK_TEXT(cs_str_slice(cs_buf_str(&b), 1, 100), r[i].text);
		cs_buf_reset(&b);
		CHECK_OK(decode(cs_str_c(r[i].text), &b));
		CHECK_TEXT(cs_buf_str(&b), r[i].plain);
	}
}

static void
check_refused(const char *const *text, size_t count, decode_fn *decode)
{
	for (size_t i = 0; i < count; i++) {
		CS_AUTO(cs_buf_clear) struct cs_buf b;

		cs_buf_init(&b, 100);
		cs_buf_add_c(&b, "before");
		CHECK_ERR(decode(cs_str_c(text[i]), &b), INVALID);
		CHECK_TEXT(cs_buf_str(&b), "before");
		CHECK_OK(cs_buf_finish(&b, NULL));
	}
}

static void
encode_base32_padded(cs_span in, struct cs_buf *out)
{
	size_t start = out->len;

	cs_base32_encode(in, out);
	while ((out->len - start) % 8 != 0)
		cs_buf_add_byte(out, '=');
}

TEST(the_vectors_of_rfc_4648_hold)
{
	check_both_ways(base64_rows, CS_COUNT(base64_rows), cs_base64_encode, cs_base64_decode);
	check_both_ways(base32_rows, CS_COUNT(base32_rows), encode_base32_padded, cs_base32_decode);
	check_both_ways(hex_rows, CS_COUNT(hex_rows), cs_hex_encode, cs_hex_decode);
}

static void
check_all_bytes(encode_fn *encode, decode_fn *decode)
{
	uint8_t all[256];

	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (uint8_t)(i * 7 + 3);
	for (size_t len = 0; len <= sizeof(all); len++) {
		CS_AUTO(cs_buf_clear) struct cs_buf text;
		CS_AUTO(cs_buf_clear) struct cs_buf back;

		cs_buf_init(&text, 1000);
		cs_buf_init(&back, 1000);
		encode(CS_SPAN(all, len), &text);
		CHECK_OK(decode(cs_buf_str(&text), &back));
		CHECK(back.len == len && (len == 0 || memcmp(back.p, all, len) == 0));
	}
}

TEST(every_length_and_byte_comes_back)
{
	check_all_bytes(cs_hex_encode, cs_hex_decode);
	check_all_bytes(cs_base32_encode, cs_base32_decode);
	check_all_bytes(cs_base64_encode, cs_base64_decode);
	check_all_bytes(cs_base64url_encode, cs_base64url_decode);
}

static void
check_alphabet(const char *alphabet, decode_fn *decode, const char *before, const char *after)
{
	for (int c = 0; c < 256; c++) {
		CS_AUTO(cs_buf_clear) struct cs_buf b;
		char text[16];
		size_t n = 0;

		for (; before[n] != '\0'; n++)
			text[n] = before[n];
		text[n++] = (char)c;
		for (size_t i = 0; after[i] != '\0'; i++)
			text[n++] = after[i];
		cs_buf_init(&b, 100);
		bool is_in = c != 0 && strchr(alphabet, c) != NULL;
		CHECK(cs_failed(decode((cs_str){ text, n }, &b)) == !is_in);
	}
}

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

TEST(each_alphabet_is_exactly_its_own)
{
	check_alphabet("0123456789abcdefABCDEF", cs_hex_decode, "0", "");
	check_alphabet(LETTERS "234567", cs_base32_decode, "", "AAAAAAA");
	check_alphabet(LETTERS "0123456789+/", cs_base64_decode, "AA", "A");
	check_alphabet(LETTERS "0123456789-_", cs_base64url_decode, "A", "AA");
}

TEST(hex_of_odd_length_or_with_separators_is_refused)
{
	static const char *const bad[] = { "0", "abc", "0g", " 00", "00 ", "0x00", "00:00", "--" };

	check_refused(bad, CS_COUNT(bad), cs_hex_decode);
}

TEST(base64_that_is_not_canonical_is_refused)
{
	static const char *const bad[] = { "Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm8",
		"====", "=", "Zm9v=", "Zm9v====", "Zg==Zg==", "Zm 8=", "Zm8=\n", "Zm-_", "Z===" };

	check_refused(bad, CS_COUNT(bad), cs_base64_decode);
}

TEST(base64url_with_padding_stray_bits_or_the_other_alphabet_is_refused)
{
	static const char *const bad[] = { "Z", "Zg==", "Zm8=", "Zh", "Zm9", "Zm9vZ", "Zm+/",
		"Zm 8", "Zm8\n", "." };

	check_refused(bad, CS_COUNT(bad), cs_base64url_decode);
}

TEST(base32_of_impossible_length_or_with_stray_bits_or_separators_is_refused)
{
	static const char *const bad[] = { "M", "MZX", "MZXW6Y", "MZ", "MZXR", "MZXW7", "MZXW6YR",
		"MY=", "MY=====", "MY=======", "MZXW6YTB========", "========", "=", "MZ XQ",
		"MZ-XQ", "M0", "M1", "M8", "MY==MY==" };

	check_refused(bad, CS_COUNT(bad), cs_base32_decode);
}

/* All bits zero: it is the length alone that is wrong. */
TEST(a_character_too_many_is_refused_even_when_it_says_nothing)
{
	static const char *const bad64[] = { "A", "AAAAA", "AAAA=", "A===" };
	static const char *const bad64url[] = { "A", "AAAAA" };
	static const char *const bad32[] = { "A", "AAA", "AAAAAA", "AAAAAAAAA", "AAA=====" };

	check_refused(bad64, CS_COUNT(bad64), cs_base64_decode);
	check_refused(bad64url, CS_COUNT(bad64url), cs_base64url_decode);
	check_refused(bad32, CS_COUNT(bad32), cs_base32_decode);
}

TEST(base32_is_read_in_either_case_with_or_without_padding)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init(&b, 100);
	CHECK_OK(cs_base32_decode(CS_STR("mzxw6ytbOI"), &b));
	CHECK_OK(cs_base32_decode(CS_STR("mzxw6yTBoi======"), &b));
	CHECK_TEXT(cs_buf_str(&b), "foobarfoobar");
}

TEST(what_does_not_fit_says_limit)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init(&b, 2);
	CHECK_ERR(cs_base64_decode(CS_STR("Zm9v"), &b), LIMIT);
}

TEST(tokens_have_exactly_their_length)
{
	uint8_t out[4] = { 9, 9, 9, 9 };

	CHECK_OK(cs_base64url_exact(CS_STR("Zm9vYg"), 4, out));
	CHECK(memcmp(out, "foob", 4) == 0);
	CHECK_ERR(cs_base64url_exact(CS_STR("Zm9v"), 4, out), INVALID);
	CHECK_INT(out[0], 0);
	CHECK_ERR(cs_base64url_exact(CS_STR("Zm9vYmE"), 4, out), INVALID);
	CHECK_ERR(cs_base64url_exact(CS_STR("Zm9vYh"), 4, out), INVALID);
	CHECK_INT(out[0], 0);
	CHECK_ERR(cs_base64url_exact(CS_STR("Zm9v!!"), 4, out), INVALID);
}

TEST(unpadded_base64_has_its_own_two_letters)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b = { .max = 16 };
	uint8_t out[2] = { 9, 9 };

	cs_base64_raw_encode(CS_SPAN("\xfb\xff", 2), &b);
	CHECK_TEXT(cs_buf_str(&b), "+/8");
	CHECK_OK(cs_base64_raw_exact(CS_STR("+/8"), 2, out));
	CHECK(memcmp(out, "\xfb\xff", 2) == 0);
	CHECK_ERR(cs_base64_raw_exact(CS_STR("-_8"), 2, out), INVALID);
	CHECK_INT(out[0], 0);
	CHECK_ERR(cs_base64_raw_exact(CS_STR("+/8="), 2, out), INVALID);
	CHECK_ERR(cs_base64_raw_exact(CS_STR("+/9"), 2, out), INVALID);
	CHECK_ERR(cs_base64_raw_exact(CS_STR("+/8A"), 2, out), INVALID);
}

TEST(base64url_text_lives_in_the_arena)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1024);

	CHECK_TEXT(cs_base64url_text(a, CS_SPAN("\xfb\xff", 2)), "-_8");
	CHECK_TEXT(cs_base64url_text(a, CS_SPAN_NONE), "");
}

TEST(everything_but_unreserved_characters_is_percent_encoded)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init(&b, 100);
	cs_percent_encode(CS_STR("aZ09-._~ /?&+\xc3\xa9%"), &b);
	CHECK_TEXT(cs_buf_str(&b), "aZ09-._~%20%2F%3F%26%2B%C3%A9%25");
}

TEST(percent_encoding_is_decoded_once)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(4096);
	cs_str s;

	CHECK_OK(cs_percent_decode(a, CS_STR("a%20b+%c3%A9%2541"), &s));
	CHECK_TEXT(s, "a b+\xc3\xa9%41");
	CHECK_OK(cs_percent_decode(a, CS_STR(""), &s));
	CHECK_TEXT(s, "");
}

TEST(cut_triples_nul_and_bad_utf8_are_refused)
{
	static const char *const bad[] = { "%", "%2", "a%", "a%4", "%g0", "%0g", "%00", "%ff",
		"%c3", "%c3a", "\xff", "%%41", "% 41", "%+1" };
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(4096);
	cs_str s;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		CHECK_ERR(cs_percent_decode(a, cs_str_c(bad[i]), &s), INVALID);
		CHECK(s.p == NULL && s.len == 0);
	}
}

TEST(decoding_more_than_the_arena_holds_says_limit)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(16);
	cs_str s;

	CHECK_ERR(cs_percent_decode(a, CS_STR("0123456789abcdef0"), &s), LIMIT);
}

TEST(a_form_gives_one_value)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(4096);
	cs_str form = CS_STR("code=12+34%2B&e%6Dail=a%40example.test&empty=&bare&=x&&z=a=b"), s;

	CHECK_OK(cs_form_get(a, form, CS_STR("code"), &s));
	CHECK_TEXT(s, "12 34+");
	CHECK_OK(cs_form_get(a, form, CS_STR("email"), &s));
	CHECK_TEXT(s, "a@example.test");
	CHECK_OK(cs_form_get(a, form, CS_STR("empty"), &s));
	CHECK_TEXT(s, "");
	CHECK_OK(cs_form_get(a, form, CS_STR("bare"), &s));
	CHECK_TEXT(s, "");
	CHECK_OK(cs_form_get(a, form, CS_STR("z"), &s));
	CHECK_TEXT(s, "a=b");
	CHECK_ERR(cs_form_get(a, form, CS_STR("cod"), &s), NOT_FOUND);
	CHECK_ERR(cs_form_get(a, CS_STR(""), CS_STR("code"), &s), NOT_FOUND);
}

TEST(a_form_value_that_is_doubled_or_badly_encoded_is_refused)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(4096);
	cs_str s;

	CHECK_ERR(cs_form_get(a, CS_STR("a=1&a=1"), CS_STR("a"), &s), INVALID);
	CHECK_ERR(cs_form_get(a, CS_STR("a=1&%61=2"), CS_STR("a"), &s), INVALID);
	CHECK_ERR(cs_form_get(a, CS_STR("a=%zz"), CS_STR("a"), &s), INVALID);
	CHECK_ERR(cs_form_get(a, CS_STR("a=1&%zz=2"), CS_STR("a"), &s), INVALID);
	CHECK(s.p == NULL);
}

TEST_MAIN("base/codec")
