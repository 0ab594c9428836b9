#include "proto/aaguid.h"

#include "test.h"

TEST(the_table_is_in_ascending_order_each_once_and_named_for_a_button)
{
	size_t count;
	const struct cs_known_authenticator *table = cs_aaguid_table(&count);

	CHECK(count > 100);
	for (size_t i = 0; i < count; i++) {
		CHECK(i == 0 || memcmp(table[i - 1].aaguid, table[i].aaguid, 16) < 0);
		CHECK(table[i].kind != CS_AAGUID_UNKNOWN);
		CHECK(table[i].name.len > 0 && table[i].name.len <= 64);
		CHECK(!cs_aaguid_is_zero(table[i].aaguid));
	}
}

TEST(every_row_is_found_and_nothing_beside_it)
{
	size_t count;
	const struct cs_known_authenticator *table = cs_aaguid_table(&count);

	for (size_t i = 0; i < count; i++) {
		uint8_t aaguid[16];
		memcpy(aaguid, table[i].aaguid, 16);
		CHECK(cs_aaguid_find(aaguid) == &table[i]);
		aaguid[15] ^= 0xa5;
		CHECK(cs_aaguid_find(aaguid) != &table[i]);
	}
}

TEST(a_model_has_its_name_and_kind)
{
	static const struct {
		const char *text;
		const char *name;
		enum cs_aaguid_kind kind;
	} rows[] = {
		{ "08987058-cadc-4b81-b6e1-30de50dcbe96", "Windows Hello (TPM)",
		    CS_AAGUID_PLATFORM },
		{ "fa2b99dc9e3942578f924a30d23c4118", "YubiKey 5 NFC", CS_AAGUID_KEY },
		{ "BADA5566-A7AA-401F-BD96-45619A55120D", "1Password", CS_AAGUID_MANAGER },
	};
	uint8_t aaguid[16];

	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		CHECK_OK(cs_aaguid_decode(cs_str_c(rows[i].text), aaguid));
		const struct cs_known_authenticator *known = cs_aaguid_find(aaguid);
		assert_non_null(known);
		CHECK_TEXT(known->name, rows[i].name);
		CHECK_INT(known->kind, rows[i].kind);
	}
}

TEST(the_zero_aaguid_is_nobodys)
{
	static const uint8_t zero[16];

	CHECK(cs_aaguid_is_zero(zero));
	CHECK(cs_aaguid_find(zero) == NULL);
}

TEST(what_is_no_aaguid_is_refused)
{
	static const char *const bad[] = {
		"",
		"0898705",
		"08987058cadc4b81b6e130de50dcbe9",
		"08987058cadc4b81b6e130de50dcbe960",
		"08987058cadc4b81b6e130de50dcbe9g",
		"08987058-cadc-4b81-b6e130de50dcbe96",
		"08987058-cadc-4b81-b6e1-30de50dcbe9",
		"0898705-8cadc-4b81-b6e1-30de50dcbe96",
		"08987058_cadc_4b81_b6e1_30de50dcbe96",
		"{08987058-cadc-4b81-b6e1-30de50dcbe9}",
		" 08987058cadc4b81b6e130de50dcbe96",
	};
	uint8_t aaguid[16];

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		memset(aaguid, 1, sizeof(aaguid));
		CHECK_ERR(cs_aaguid_decode(cs_str_c(bad[i]), aaguid), INVALID);
		CHECK(cs_aaguid_is_zero(aaguid));
	}
}

TEST(hex_is_lower_case_without_dashes)
{
	char hex[CS_AAGUID_HEX_LEN];
	uint8_t aaguid[16];

	CHECK_OK(cs_aaguid_decode(CS_STR("BADA5566-A7AA-401F-BD96-45619A55120D"), aaguid));
	cs_aaguid_hex(aaguid, hex);
	CHECK_TEXT(((cs_str){ hex, sizeof(hex) }), "bada5566a7aa401fbd9645619a55120d");
}

TEST_MAIN("proto/aaguid")
