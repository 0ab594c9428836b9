#include "proto/steam.h"

#include "test.h"

static void
check_code(cs_span key, int64_t at_s, const char *want)
{
	CS_AUTO(cs_mac_free) struct cs_mac *mac = NULL;
	char code[CS_STEAM_LETTERS];

	CHECK_OK(cs_mac_new(CS_SHA1, key, &mac));
	CHECK_OK(cs_steam_code(mac, (uint64_t)(at_s / 30), code));
	CHECK_TEXT(((cs_str){ code, sizeof(code) }), want);
}

/* Values that ValvePython's steam package holds itself to. */
TEST(codes_are_those_that_others_compute)
{
	cs_span key = CS_SPAN("superdupersecret", 16);

	check_code(key, 3000029, "94R9D");
	check_code(key, 3000030, "YRGQJ");
}

/* The key and the moments of RFC 6238 appendix B; the letters from a few lines of Python. */
TEST(codes_beyond_2038_are_right)
{
	cs_span key = CS_SPAN("12345678901234567890", 20);

	check_code(key, 59, "PV9M4");
	check_code(key, 1111111109, "PY4YB");
	check_code(key, INT64_C(20000000000), "R5DMB");
}

/* RFC 4226 appendix D, table 2: "Truncated", decimal. */
TEST(the_number_beneath_is_that_of_rfc_4226)
{
	static const uint32_t numbers[] = { 1284755224, 1094287082, 137359152, 1726969429,
		1640338314, 868254676, 1918287922, 82162583, 673399871, 645520489 };
	CS_AUTO(cs_mac_free) struct cs_mac *mac = NULL;

	CHECK_OK(cs_mac_new(CS_SHA1, CS_SPAN("12345678901234567890", 20), &mac));
	for (size_t i = 0; i < CS_COUNT(numbers); i++) {
		uint32_t number;

		CHECK_OK(cs_hotp_number(CS_SHA1, mac, i, &number));
		CHECK_INT(number, numbers[i]);
	}
}

TEST_MAIN("proto/steam")
