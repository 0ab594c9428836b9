#include "proto/pskc.h"

#include "base/codec.h"
#include "crypto/random.h"
#include "test.h"
#include "samples.h"

static struct cs_arena *arena;
static struct cs_pskc pskc;

static void
fill_counting(void *ctx, uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)i;
}
static const struct cs_random counting = { fill_counting, NULL };

static cs_err
decode(cs_span text, cs_span key, cs_span password)
{
	struct cs_pskc_opener with = { key, password };

	if (arena == NULL)
		arena = cs_arena_new(64 << 20);
	cs_arena_reset(arena);
	return cs_pskc_decode(arena, text, &with, &pskc);
}

static cs_err
decode_plain(cs_span text)
{
	return decode(text, CS_SPAN_NONE, CS_SPAN_NONE);
}

static const uint8_t figure6_key[] = { 0x12, 0x34, 0x56, 0x78, 0x90, 0x12, 0x34, 0x56, 0x78, 0x90,
	0x12, 0x34, 0x56, 0x78, 0x90, 0x12 };
#define FIGURE6_KEY CS_SPAN(figure6_key, sizeof(figure6_key))

TEST(figure_2_is_a_plain_counter_key)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;

	vector_read("pskc/rfc6030_figure2.xml", &file);
	CHECK(cs_pskc_is_mine(cs_buf_span(&file)));
	CHECK_OK(decode_plain(cs_buf_span(&file)));
	CHECK_INT(pskc.count, 1);
	CHECK(!pskc.is_encrypted && !pskc.is_cut);
	CHECK_INT(pskc.keys[0].kind, CS_PSKC_HOTP);
	CHECK_TEXT(pskc.keys[0].secret, "1234");
	CHECK_TEXT(pskc.keys[0].issuer, "Issuer-A");
	CHECK_TEXT(pskc.keys[0].id, "12345678");
	CHECK_INT(pskc.keys[0].digits, 0);
}

TEST(figure_6_opens_with_the_key_agreed_upon)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;

	vector_read("pskc/rfc6030_figure6.xml", &file);
	CHECK_OK(decode(cs_buf_span(&file), FIGURE6_KEY, CS_SPAN_NONE));
	CHECK(pskc.is_encrypted);
	CHECK_TEXT(pskc.keys[0].secret, "12345678901234567890");
	CHECK_INT(pskc.keys[0].digits, 8);
	CHECK_TEXT(pskc.keys[0].serial, "987654321");
	CHECK_TEXT(pskc.keys[0].manufacturer, "Manufacturer");
}

TEST(figure_7_opens_with_its_password)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;

	vector_read("pskc/rfc6030_figure7.xml", &file);
	CHECK_OK(decode(cs_buf_span(&file), CS_SPAN_NONE, CS_SPAN("qwerty", 6)));
	CHECK_TEXT(pskc.keys[0].secret, "12345678901234567890");
	CHECK_TEXT(pskc.keys[0].issuer, "Example-Issuer");
}

TEST(without_a_key_or_with_a_wrong_one_nothing_is_given)
{
	CS_AUTO(cs_buf_clear) struct cs_buf six;
	CS_AUTO(cs_buf_clear) struct cs_buf seven;
	uint8_t wrong[32] = { 1 };

	vector_read("pskc/rfc6030_figure6.xml", &six);
	vector_read("pskc/rfc6030_figure7.xml", &seven);
	CHECK_ERR(decode_plain(cs_buf_span(&six)), FORBIDDEN);
	CHECK(pskc.count == 0 && pskc.keys == NULL && pskc.problem != NULL);
	CHECK_ERR(decode(cs_buf_span(&six), CS_SPAN_NONE, CS_SPAN("qwerty", 6)), FORBIDDEN);
	for (size_t len = 1; len <= sizeof(wrong); len++)
		CHECK_ERR(decode(cs_buf_span(&six), CS_SPAN(wrong, len), CS_SPAN_NONE), FORBIDDEN);
	CHECK_ERR(decode_plain(cs_buf_span(&seven)), FORBIDDEN);
	CHECK_ERR(decode(cs_buf_span(&seven), CS_SPAN_NONE, CS_SPAN("qwertz", 6)), FORBIDDEN);
	CHECK_ERR(decode(cs_buf_span(&seven), FIGURE6_KEY, CS_SPAN_NONE), FORBIDDEN);
}

/* "old" by "new", once, in what will be decoded. */
static void
replace(struct cs_buf *file, const char *old, const char *with)
{
	CS_AUTO(cs_buf_clear) struct cs_buf to;
	const char *text, *at;

	cs_buf_init(&to, file->len + strlen(with));
	cs_buf_add_byte(file, 0);
	text = (const char *)file->p;
	at = strstr(text, old);
	CHECK(at != NULL);
	cs_buf_add(&to, CS_SPAN(text, (size_t)(at - text)));
	cs_buf_add_c(&to, with);
	cs_buf_add_c(&to, at + strlen(old));
	cs_buf_reset(file);
	cs_buf_add(file, cs_buf_span(&to));
}

static cs_err
figure6_with(const char *old, const char *with)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;

	vector_read("pskc/rfc6030_figure6.xml", &file);
	replace(&file, old, with);
	return decode(cs_buf_span(&file), FIGURE6_KEY, CS_SPAN_NONE);
}

TEST(a_changed_value_or_mac_is_found_before_anything_is_decrypted)
{
	CHECK_ERR(figure6_with("Su+NvtQf", "Au+NvtQf"), FORBIDDEN);
	CHECK_ERR(figure6_with("AAECAwQF", "AAECAwQE"), FORBIDDEN);
	CHECK_ERR(figure6_with("Su+NvtQfmvfJzF6bmQiJqoLRExc=", "Su8="), FORBIDDEN);
	CHECK_ERR(figure6_with("ESIzRFVm", "ESIzRFVn"), FORBIDDEN);
}

TEST(what_is_encrypted_without_a_mac_is_refused)
{
	CHECK_ERR(figure6_with("Su+NvtQfmvfJzF6bmQiJqoLRExc=", ""), INVALID);
	CHECK_ERR(figure6_with("<MACMethod", "<Other"), INVALID);
}

TEST(other_ciphers_macs_and_ways_to_a_key_are_refused_by_name)
{
	CHECK_ERR(figure6_with("xmldsig#hmac-sha1", "xmldsig#hmac-md5"), INVALID);
	CHECK_ERR(figure6_with("xmlenc#aes128-cbc", "xmlenc#tripledes-cbc"), INVALID);
	CHECK_ERR(
	    figure6_with("<ds:KeyName>Pre-shared-key</ds:KeyName>", "<ds:X509Data/>"), INVALID);
}

static cs_err
figure7_with(const char *old, const char *with)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;

	vector_read("pskc/rfc6030_figure7.xml", &file);
	replace(&file, old, with);
	return decode(cs_buf_span(&file), CS_SPAN_NONE, CS_SPAN("qwerty", 6));
}

TEST(a_derivation_that_would_take_hours_is_refused_at_once)
{
	CHECK_ERR(figure7_with(">1000<", ">10000001<"), LIMIT);
	CHECK_ERR(figure7_with(">1000<", ">99999999999999999999<"), INVALID);
	CHECK_ERR(figure7_with(">1000<", ">-1<"), INVALID);
	CHECK_ERR(figure7_with(">1000<", ">0<"), INVALID);
	CHECK_ERR(figure7_with(">16</KeyLength>", ">17</KeyLength>"), INVALID);
	CHECK_ERR(figure7_with(">16</KeyLength>", ">4000000000</KeyLength>"), INVALID);
	CHECK_ERR(figure7_with("Ej7/PEpyEpw=", "!"), INVALID);
	CHECK_ERR(figure7_with("#pbkdf2\"", "#other\""), INVALID);
	CHECK_ERR(figure7_with("<PRF/>", "<PRF Algorithm='urn:x'/>"), INVALID);
}

static cs_err
one_key(const char *key)
{
	char text[4096];

	snprintf(text, sizeof(text),
	    "<KeyContainer Version='1.0' xmlns='urn:ietf:params:xml:ns:keyprov:pskc' "
	    "xmlns:e='http://www.w3.org/2001/04/xmlenc#'>"
	    "<KeyPackage>%s</KeyPackage></KeyContainer>",
	    key);
	return decode(cs_str_span(cs_str_c(text)),
	    CS_SPAN("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", 16),
	    CS_SPAN_NONE);
}

/* RFC 3394 §4.1. */
TEST(a_wrapped_key_needs_no_mac)
{
	CHECK_OK(one_key("<Key><Data><Secret><EncryptedValue><e:EncryptionMethod "
			 "Algorithm='http://www.w3.org/2001/04/xmlenc#kw-aes128'/><e:CipherData>"
			 "<e:CipherValue>H6aLCoEStEeu80vY+1p7gp0+hiNx0s/l</e:CipherValue>"
			 "</e:CipherData></EncryptedValue></Secret></Data></Key>"));
	CHECK_INT(pskc.keys[0].kind, CS_PSKC_UNSAID);
	CHECK_INT(pskc.keys[0].secret.len, 16);
	CHECK(pskc.keys[0].secret.p[1] == 0x11 && pskc.keys[0].secret.p[15] == 0xff);
	CHECK_ERR(one_key("<Key><Data><Secret><EncryptedValue><e:EncryptionMethod "
			  "Algorithm='http://www.w3.org/2001/04/xmlenc#kw-aes128'/><e:CipherData>"
			  "<e:CipherValue>H6aLCoEStEeu80vY+1p7gp0+hiNx0s/m</e:CipherValue>"
			  "</e:CipherData></EncryptedValue></Secret></Data></Key>"),
	    FORBIDDEN);
}

TEST(kinds_of_keys_are_told_apart)
{
	static const struct {
		const char *uri;
		enum cs_pskc_kind kind;
	} cases[] = {
		{ "urn:ietf:params:xml:ns:keyprov:pskc:hotp", CS_PSKC_HOTP },
		{ "urn:ietf:params:xml:ns:keyprov:pskc:totp", CS_PSKC_TOTP },
		{ "urn:ietf:params:xml:ns:keyprov:pskc#totp", CS_PSKC_TOTP },
		{ "http://www.ietf.org/keyprov/pskc#hotp", CS_PSKC_HOTP },
		{ "urn:ietf:params:xml:ns:keyprov:pskc:pin", CS_PSKC_OTHER },
		{ "urn:ietf:params:xml:ns:keyprov:pskc:OCRA-1", CS_PSKC_OTHER },
		{ "urn:example:hotp", CS_PSKC_OTHER },
		{ "", CS_PSKC_UNSAID },
	};
	char key[256];

	for (size_t i = 0; i < CS_COUNT(cases); i++) {
		snprintf(key, sizeof(key), "<Key Algorithm='%s'/>", cases[i].uri);
		CHECK_OK(one_key(key));
		CHECK_INT(pskc.keys[0].kind, cases[i].kind);
		CHECK(pskc.keys[0].secret.len == 0);
	}
}

#define DATA(WHAT) "<Key><Data>" WHAT "</Data></Key>"
#define PLAIN(NAME, VALUE) "<" NAME "><PlainValue>" VALUE "</PlainValue></" NAME ">"

TEST(numbers_that_are_none_are_a_problem_of_their_key_alone)
{
	CHECK_OK(
	    one_key(DATA(PLAIN("Counter", "9223372036854775807") PLAIN("TimeInterval", " 60 "))));
	CHECK(pskc.keys[0].problem == NULL);
	CHECK(pskc.keys[0].counter == INT64_MAX);
	CHECK_INT(pskc.keys[0].interval_s, 60);
	CHECK_OK(one_key(DATA(PLAIN("Counter", "9223372036854775808"))));
	CHECK(pskc.keys[0].problem != NULL);
	CHECK_OK(one_key(DATA(PLAIN("TimeInterval", "-1"))));
	CHECK(pskc.keys[0].problem != NULL);
	CHECK_OK(one_key(DATA(PLAIN("Time", "x"))));
	CHECK(pskc.keys[0].problem != NULL);
	CHECK_OK(one_key(DATA(PLAIN("Secret", "not base64!"))));
	CHECK(pskc.keys[0].problem != NULL && pskc.keys[0].secret.len == 0);
	CHECK_OK(one_key("<Key><AlgorithmParameters><ResponseFormat Length='1e9'/>"
			 "</AlgorithmParameters></Key>"));
	CHECK(pskc.keys[0].problem != NULL);
	CHECK_OK(one_key("<DeviceInfo/>"));
	CHECK(pskc.keys[0].problem != NULL);
}

TEST(what_is_no_container_is_refused)
{
	CHECK_ERR(decode_plain(CS_SPAN("<a/>", 4)), INVALID);
	CHECK_ERR(decode_plain(CS_SPAN("<KeyContainer/>", 15)), INVALID);
	CHECK_ERR(decode_plain(CS_SPAN("", 0)), INVALID);
	CHECK_ERR(
	    decode_plain(cs_str_span(CS_STR(
		"<KeyContainer xmlns='urn:ietf:params:xml:ns:keyprov:pskc'></KeyContainer>"))),
	    INVALID);
	CHECK_ERR(decode_plain(cs_str_span(
		      CS_STR("<!DOCTYPE k [<!ENTITY s 'MTIzNA=='>]>"
			     "<KeyContainer xmlns='urn:ietf:params:xml:ns:keyprov:pskc'>"
			     "<KeyPackage><Key/></KeyPackage></KeyContainer>"))),
	    INVALID);
}

TEST(every_cut_is_refused_or_said)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;

	vector_read("pskc/rfc6030_figure6.xml", &file);
	for (size_t i = 0; i + 1 < file.len; i++) {
		cs_err e = decode(CS_SPAN(file.p, i), FIGURE6_KEY, CS_SPAN_NONE);

		if (cs_failed(e))
			CHECK(pskc.problem != NULL && pskc.count == 0);
		else
			CHECK(pskc.is_cut && pskc.count == 1);
	}
}

TEST(every_flipped_byte_is_refused_or_changes_only_words)
{
	CS_AUTO(cs_buf_clear) struct cs_buf file;

	vector_read("pskc/rfc6030_figure6.xml", &file);
	for (size_t i = 0; i < file.len; i++) {
		file.p[i] ^= 1;
		cs_err e = decode(cs_buf_span(&file), FIGURE6_KEY, CS_SPAN_NONE);

		if (!cs_failed(e) && pskc.keys[0].secret.len != 0)
			CHECK_TEXT(pskc.keys[0].secret, "12345678901234567890");
		file.p[i] ^= 1;
	}
}

static void
check_written(const struct cs_pskc_opener *with, const struct cs_pskc_opener *opener)
{
	const struct cs_pskc_key keys[] = {
		{ .kind = CS_PSKC_TOTP,
		    .id = CS_STR("<1>"),
		    .issuer = CS_STR("A & B \"C\""),
		    .friendly_name = CS_STR("\xc3\xa5se"),
		    .suite = CS_STR("HMAC-SHA256"),
		    .digits = 8,
		    .secret = CS_SPAN("12345678901234567890123456789012", 32),
		    .interval_s = 60 },
		{ .kind = CS_PSKC_HOTP,
		    .id = CS_STR("2"),
		    .user_id = CS_STR("ben"),
		    .digits = 6,
		    .serial = CS_STR("77"),
		    .secret = CS_SPAN("\0", 1),
		    .counter = INT64_MAX },
	};
	CS_AUTO(cs_buf_clear) struct cs_buf out;

	cs_buf_init_sensitive(&out, 1 << 20);
	CHECK_OK(cs_pskc_encode(keys, 2, with, &counting, &out));
	CHECK_OK(decode(cs_buf_span(&out), opener->key, opener->password));
	CHECK_INT(pskc.count, 2);
	CHECK_INT(pskc.is_encrypted, with != NULL);
	CHECK_INT(pskc.keys[0].kind, CS_PSKC_TOTP);
	CHECK_TEXT(pskc.keys[0].id, "<1>");
	CHECK_TEXT(pskc.keys[0].issuer, "A & B \"C\"");
	CHECK_TEXT(pskc.keys[0].friendly_name, "\xc3\xa5se");
	CHECK_TEXT(pskc.keys[0].suite, "HMAC-SHA256");
	CHECK_TEXT(pskc.keys[0].encoding, "DECIMAL");
	CHECK_TEXT(pskc.keys[0].secret, "12345678901234567890123456789012");
	CHECK_INT(pskc.keys[0].digits, 8);
	CHECK_INT(pskc.keys[0].interval_s, 60);
	CHECK_INT(pskc.keys[1].kind, CS_PSKC_HOTP);
	CHECK_TEXT(pskc.keys[1].user_id, "ben");
	CHECK_TEXT(pskc.keys[1].serial, "77");
	CHECK_INT(pskc.keys[1].secret.len, 1);
	CHECK(pskc.keys[1].counter == INT64_MAX);
}

TEST(what_is_written_reads_the_same_plain_and_encrypted)
{
	static const uint8_t key[32] = { 9 };
	const struct cs_pskc_opener none = { 0 };
	struct cs_pskc_opener with = { .password = CS_SPAN("correct horse", 13) };

	check_written(NULL, &none);
	check_written(&with, &with);
	for (size_t len = 16; len <= 32; len += 8) {
		with = (struct cs_pskc_opener){ .key = CS_SPAN(key, len) };
		check_written(&with, &with);
	}
}

TEST(a_key_of_another_length_is_refused_when_writing)
{
	static const uint8_t key[33] = { 9 };
	struct cs_pskc_opener with = { .key = CS_SPAN(key, 33) };
	CS_AUTO(cs_buf_clear) struct cs_buf out;

	cs_buf_init_sensitive(&out, 4096);
	CHECK_ERR(cs_pskc_encode(NULL, 0, &with, &counting, &out), INVALID);
	with.key.len = 15;
	CHECK_ERR(cs_pskc_encode(NULL, 0, &with, &counting, &out), INVALID);
}

/* --- samples of others --- */

static void
check_sample(const char *name, const char *hex_key, cs_str secret)
{
	char path[256];
	CS_AUTO(cs_buf_clear) struct cs_buf file;
	CS_AUTO(cs_buf_clear) struct cs_buf key;

	snprintf(path, sizeof(path), "third-party/pskc/%s", name);
	sample_read(path, &file);
	cs_buf_init(&key, 64);
	CHECK_OK(cs_hex_decode(cs_str_c(hex_key), &key));
	CHECK_OK(decode(cs_buf_span(&file), cs_buf_span(&key), CS_SPAN_NONE));
	CHECK(pskc.keys[0].problem == NULL);
	CHECK_INT(pskc.keys[0].secret.len, secret.len);
	CHECK(cs_str_equal((cs_str){ (const char *)pskc.keys[0].secret.p, secret.len }, secret));
}

TEST(samples_of_others_give_the_secrets_that_are_known)
{
	const cs_str digits = CS_STR("12345678901234567890");

	NEED_SAMPLES();
	/* The manifest says twenty digits of figure 2; the file, as the standard, holds four. */
	check_sample("malept_pskc-figure2.xml", "", CS_STR("1234"));
	check_sample("malept_pskc-figure3.xml", "", digits);
	check_sample("malept_pskc-figure4.xml", "", CS_STR(""));
	check_sample("malept_pskc-figure5.xml", "", digits);
	CHECK_INT(pskc.count, 2);
	CHECK_INT(pskc.keys[1].kind, CS_PSKC_OTHER);
	check_sample("malept_pskc-figure6.xml", "12345678901234567890123456789012", digits);
	check_sample("malept_pskc-ns.xml", "", CS_STR("1234"));
	check_sample("malept_pskc-all.xml", "", digits);
	CHECK(pskc.keys[0].has_check_digit);
	check_sample("arthurdejong_aes256-cbc.pskcxml",
	    "1234567890123456789012345678901234567890123456789012345678901234", digits);
	check_sample("arthurdejong_kw-aes128.pskcxml", "000102030405060708090a0b0c0d0e0f",
	    CS_STR("\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff"));
	check_sample("arthurdejong_20120919-test001-4282.xml", "",
	    CS_STR("\xcd\x22\xb7\x80\xff\xfd\x2d\x53\x69\x68\x07\xec\xd3\x7f\x40\x4d\xae\x39\x32"
		   "\x70"));
	CHECK_INT(pskc.count, 2);
	CHECK_INT(pskc.keys[0].kind, CS_PSKC_TOTP);
	CHECK_INT(pskc.keys[0].interval_s, 60);
	CHECK_INT(pskc.keys[1].kind, CS_PSKC_HOTP);
	check_sample("LinOTP_pskc_tokens.xml", "",
	    CS_STR("\x3e\xe3\x27\x0a\x2b\xe5\x9f\xfd\x78\x22\x2d\xc3\x36\x14\x78\xff\x5c\xc6\x37"
		   "\x90"));
	CHECK_INT(pskc.count, 6);
	/* Its last line is missing. */
	check_sample("privacyidea_pskc-aes.xml", "12345678901234567890123456789012", digits);
	CHECK(pskc.is_cut);
}

TEST(samples_that_are_to_be_refused_are)
{
	static const char *const names[] = { "malept_pskc-invalid.xml",
		"arthurdejong_notxml.pskcxml", "arthurdejong_mac-value.pskcxml" };
	char path[256];

	NEED_SAMPLES();
	for (size_t i = 0; i < CS_COUNT(names); i++) {
		CS_AUTO(cs_buf_clear) struct cs_buf file;

		snprintf(path, sizeof(path), "third-party/pskc/%s", names[i]);
		sample_read(path, &file);
		CHECK(cs_failed(decode(cs_buf_span(&file), FIGURE6_KEY, CS_SPAN_NONE)));
		CHECK(pskc.count == 0 && pskc.problem != NULL);
	}
}

TEST_MAIN("proto/pskc")
