/* The published values of what other authenticators use, and the bounds of what they may cost. */
#include "test.h"

#include "base/codec.h"
#include "crypto/foreign.h"

static void
check_hex(const uint8_t *got, size_t len, const char *want)
{
	CS_AUTO(cs_buf_clear) struct cs_buf text;

	cs_buf_init(&text, 512);
	cs_hex_encode(CS_SPAN(got, len), &text);
	CHECK_TEXT(cs_buf_str(&text), want);
}

static cs_span
text(const char *s)
{
	return cs_str_span(cs_str_c(s));
}

TEST(pbkdf2_gives_the_published_keys)
{
	uint8_t key[CS_FOREIGN_KEY_MAX];

	/* RFC 6070, RFC 7914 §11 */
	CHECK_OK(cs_foreign_pbkdf2(CS_SHA1, text("password"), text("salt"), 4096, 20, key));
	check_hex(key, 20, "4b007901b765489abead49d926f721d065a429c1");
	CHECK_OK(cs_foreign_pbkdf2(CS_SHA256, text("passwd"), text("salt"), 1, 64, key));
	check_hex(key, 64,
	    "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
	    "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
	CHECK_OK(cs_foreign_pbkdf2(CS_SHA512, text("password"), text("salt"), 4096, 64, key));
	check_hex(key, 64,
	    "d197b1b33db0143e018b12f3d1d1479e6cdebdcc97c5c0f87f6902e072f457b5"
	    "143f30602641b3d55cd335988cb36b84376060ecd532e039b742a239434af2d5");
}

TEST(scrypt_gives_the_published_key)
{
	uint8_t key[CS_FOREIGN_KEY_MAX];

	/* RFC 7914 §12 */
	CHECK_OK(cs_foreign_scrypt(text("password"), text("NaCl"), 1024, 8, 16, 64, key));
	check_hex(key, 64,
	    "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
	    "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
}

TEST(argon2id_gives_the_reference_keys_with_one_lane_and_with_two)
{
	uint8_t key[CS_FOREIGN_KEY_MAX];

	/* the reference implementation's own, version 1.3 */
	CHECK_OK(cs_foreign_argon2id(text("password"), text("somesalt"), 2, 256, 1, 32, key));
	check_hex(key, 32, "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe");
	CHECK_OK(cs_foreign_argon2id(text("password"), text("somesalt"), 2, 256, 2, 32, key));
	check_hex(key, 32, "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037");
}

TEST(hkdf_expand_gives_the_published_bytes)
{
	CS_AUTO(cs_buf_clear) struct cs_buf prk;
	uint8_t out[CS_FOREIGN_KEY_MAX];

	/* RFC 5869 appendix A.1 */
	cs_buf_init(&prk, 64);
	CHECK_OK(cs_hex_decode(
	    CS_STR("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"), &prk));
	CHECK_OK(cs_foreign_hkdf_expand(
	    cs_buf_span(&prk), CS_STR("\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9"), 42, out));
	check_hex(out, 42,
	    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
	    "34007208d5b887185865");
}

static const uint8_t zero[64];

TEST(gcm_seals_and_opens_the_published_block)
{
	CS_AUTO(cs_buf_clear) struct cs_buf sealed;
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	uint8_t tag[16];

	/* McGrew and Viega, test case 14 */
	cs_buf_init(&sealed, 64);
	cs_buf_init_sensitive(&plain, 64);
	CHECK_OK(cs_foreign_gcm_seal(
	    CS_SPAN(zero, 32), CS_SPAN(zero, 12), CS_SPAN(zero, 16), &sealed, tag));
	check_hex(sealed.p, sealed.len, "cea7403d4d606b6e074ec5d3baf39d18");
	check_hex(tag, 16, "d0d1c8a799996bf0265b98b5d48ab919");
	CHECK_OK(cs_foreign_gcm_open(CS_SPAN(zero, 32), CS_SPAN(zero, 12), CS_SPAN_NONE,
	    cs_buf_span(&sealed), CS_SPAN(tag, 16), &plain));
	CHECK(plain.len == 16 && memcmp(plain.p, zero, 16) == 0);
}

TEST(what_was_not_sealed_with_this_key_gives_nothing_away)
{
	CS_AUTO(cs_buf_clear) struct cs_buf sealed;
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	uint8_t tag[16];
	uint8_t other[32] = { 1 };

	cs_buf_init(&sealed, 64);
	cs_buf_init_sensitive(&plain, 64);
	CHECK_OK(cs_foreign_gcm_seal(
	    CS_SPAN(zero, 32), CS_SPAN(zero, 12), CS_SPAN(zero, 33), &sealed, tag));
	cs_span t = CS_SPAN(tag, 16);
	cs_span s = cs_buf_span(&sealed);
	cs_span nonce = CS_SPAN(zero, 12);
	cs_span key = CS_SPAN(zero, 32);

	CHECK_ERR(
	    cs_foreign_gcm_open(CS_SPAN(other, 32), nonce, CS_SPAN_NONE, s, t, &plain), FORBIDDEN);
	CHECK_ERR(
	    cs_foreign_gcm_open(key, CS_SPAN(other, 12), CS_SPAN_NONE, s, t, &plain), FORBIDDEN);
	CHECK_ERR(cs_foreign_gcm_open(key, nonce, text("x"), s, t, &plain), FORBIDDEN);
	CHECK_ERR(cs_foreign_gcm_open(key, nonce, CS_SPAN_NONE, CS_SPAN(s.p, s.len - 1), t, &plain),
	    FORBIDDEN);
	CHECK_ERR(cs_foreign_gcm_open(key, nonce, CS_SPAN_NONE, s, CS_SPAN(other, 16), &plain),
	    FORBIDDEN);
	CHECK_ERR(
	    cs_foreign_gcm_open(key, nonce, CS_SPAN_NONE, s, CS_SPAN(tag, 15), &plain), INVALID);
	CHECK_ERR(
	    cs_foreign_gcm_open(CS_SPAN(zero, 31), nonce, CS_SPAN_NONE, s, t, &plain), INVALID);
	CHECK_ERR(cs_foreign_gcm_open(key, CS_SPAN_NONE, CS_SPAN_NONE, s, t, &plain), INVALID);
	CHECK_ERR(cs_foreign_gcm_open_joined(key, nonce, CS_SPAN_NONE, CS_SPAN(tag, 15), &plain),
	    INVALID);
	CHECK_INT(plain.len, 0);
}

TEST(cbc_is_refused_by_its_lengths_and_its_padding)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	cs_span key = CS_SPAN(zero, 32);
	cs_span iv = CS_SPAN(zero, 16);

	cs_buf_init_sensitive(&plain, 64);
	CHECK_ERR(cs_foreign_cbc_open(key, iv, CS_SPAN(zero, 15), &plain), INVALID);
	CHECK_ERR(cs_foreign_cbc_open(key, iv, CS_SPAN_NONE, &plain), INVALID);
	CHECK_ERR(cs_foreign_cbc_open(key, CS_SPAN(zero, 12), CS_SPAN(zero, 16), &plain), INVALID);
	CHECK_ERR(cs_foreign_cbc_open(CS_SPAN(zero, 20), iv, CS_SPAN(zero, 16), &plain), INVALID);
	CHECK_ERR(cs_foreign_cbc_open(key, iv, CS_SPAN(zero, 32), &plain), FORBIDDEN);
	CHECK_INT(plain.len, 0);
}

TEST(secretstream_is_refused_by_its_lengths_and_its_tag)
{
	CS_AUTO(cs_buf_clear) struct cs_buf plain;
	cs_span key = CS_SPAN(zero, 32);
	cs_span header = CS_SPAN(zero, 24);

	cs_buf_init_sensitive(&plain, 64);
	CHECK_ERR(cs_foreign_secretstream_open(key, header, CS_SPAN(zero, 16), &plain), INVALID);
	CHECK_ERR(cs_foreign_secretstream_open(key, CS_SPAN(zero, 23), CS_SPAN(zero, 40), &plain),
	    INVALID);
	CHECK_ERR(
	    cs_foreign_secretstream_open(CS_SPAN(zero, 31), header, CS_SPAN(zero, 40), &plain),
	    INVALID);
	CHECK_ERR(cs_foreign_secretstream_open(key, header, CS_SPAN(zero, 40), &plain), FORBIDDEN);
	CHECK_INT(plain.len, 0);
}

TEST(work_above_its_bound_is_not_begun)
{
	uint8_t key[CS_FOREIGN_KEY_MAX];
	cs_span p = text("password");
	cs_span s = text("some salt");

	CHECK_ERR(cs_foreign_pbkdf2(CS_SHA1, p, s, CS_FOREIGN_PBKDF2_MAX + 1, 32, key), LIMIT);
	CHECK_ERR(cs_foreign_pbkdf2(CS_SHA1, p, s, INT64_MAX, 32, key), LIMIT);
	CHECK_ERR(cs_foreign_scrypt(p, s, 1 << 21, 8, 1, 32, key), LIMIT);
	CHECK_ERR(cs_foreign_scrypt(p, s, INT64_C(1) << 62, 8, 1, 32, key), LIMIT);
	CHECK_ERR(cs_foreign_scrypt(p, s, 2, INT64_MAX, 1, 32, key), LIMIT);
	CHECK_ERR(cs_foreign_scrypt(p, s, 2, 8, INT64_MAX, 32, key), LIMIT);
	CHECK_ERR(cs_foreign_scrypt(p, s, 1 << 16, 8, 512, 32, key), LIMIT);
	CHECK_ERR(cs_foreign_argon2id(p, s, 1, (1 << 20) + 1, 1, 32, key), LIMIT);
	CHECK_ERR(cs_foreign_argon2id(p, s, 9, 1 << 20, 1, 32, key), LIMIT);
	CHECK_ERR(cs_foreign_argon2id(p, s, INT64_MAX, 64, 1, 32, key), LIMIT);
	CHECK_ERR(cs_foreign_argon2id(p, s, 1, 1024, 17, 32, key), LIMIT);
	CHECK_ERR(cs_foreign_argon2id(p, s, 1, 1024, INT64_MAX, 32, key), LIMIT);
	check_hex(key, 4, "00000000");
}

TEST(factors_that_cannot_be_are_refused)
{
	uint8_t key[CS_FOREIGN_KEY_MAX];
	cs_span p = text("password");
	cs_span s = text("some salt");

	CHECK_ERR(cs_foreign_pbkdf2(CS_SHA1, p, s, 0, 32, key), INVALID);
	CHECK_ERR(cs_foreign_pbkdf2(CS_SHA1, p, s, -1, 32, key), INVALID);
	CHECK_ERR(cs_foreign_scrypt(p, s, 1000, 8, 1, 32, key), INVALID);
	CHECK_ERR(cs_foreign_scrypt(p, s, 1, 8, 1, 32, key), INVALID);
	CHECK_ERR(cs_foreign_scrypt(p, s, 0, 8, 1, 32, key), INVALID);
	CHECK_ERR(cs_foreign_scrypt(p, s, INT64_MIN, 8, 1, 32, key), INVALID);
	CHECK_ERR(cs_foreign_scrypt(p, s, 1024, 0, 1, 32, key), INVALID);
	CHECK_ERR(cs_foreign_argon2id(p, s, 0, 64, 1, 32, key), INVALID);
	CHECK_ERR(cs_foreign_argon2id(p, s, 1, 7, 1, 32, key), INVALID);
	CHECK_ERR(cs_foreign_argon2id(p, s, 1, 64, 0, 32, key), INVALID);
	CHECK_ERR(cs_foreign_argon2id(p, s, 1, 31, 4, 32, key), INVALID);
	CHECK_ERR(cs_foreign_argon2id(p, text("short"), 1, 64, 1, 32, key), INVALID);
}

TEST_MAIN("crypto/foreign")
