#include "base/id.h"

#include "test.h"

static const cs_id sample = { { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba,
    0x98, 0x76, 0x54, 0x32, 0x10 } };

TEST(an_id_is_written_both_ways)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1024);

	CHECK_TEXT(cs_id_uuid_text(a, sample), "01234567-89ab-cdef-fedc-ba9876543210");
	CHECK_TEXT(cs_id_hex_text(a, sample), "0123456789abcdeffedcba9876543210");
	CHECK_TEXT(cs_id_uuid_text(a, cs_id_zero), "00000000-0000-0000-0000-000000000000");
}

TEST(both_forms_are_read_in_either_case)
{
	cs_id id;

	CHECK_OK(cs_id_from_uuid(CS_STR("01234567-89AB-cdef-FEDC-ba9876543210"), &id));
	CHECK(cs_id_equal(id, sample));
	CHECK_OK(cs_id_from_hex(CS_STR("0123456789abcdefFEDCBA9876543210"), &id));
	CHECK(cs_id_equal(id, sample));
}

TEST(anything_but_the_canonical_uuid_is_refused)
{
	static const char *const bad[] = { "", "0123456789abcdeffedcba9876543210",
		"01234567-89ab-cdef-fedc-ba987654321", "01234567-89ab-cdef-fedc-ba98765432100",
		"{1234567-89ab-cdef-fedc-ba987654321}", "0123456789-ab-cdef-fedc-ba9876543210",
		"01234567-89ab-cdef-fedc-ba987654321g", "01234567_89ab_cdef_fedc_ba9876543210",
		"-1234567-89ab-cdef-fedc-ba9876543210" };
	cs_id id;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		id = sample;
		CHECK_ERR(cs_id_from_uuid(cs_str_c(bad[i]), &id), INVALID);
		CHECK(cs_id_is_zero(id));
	}
}

TEST(anything_but_32_hex_digits_is_refused)
{
	static const char *const bad[] = { "", "0123456789abcdeffedcba987654321",
		"0123456789abcdeffedcba98765432100", "0123456789abcdeffedcba987654321g",
		"0x23456789abcdeffedcba9876543210", "01234567-89ab-cdef-fedc-ba9876543210" };
	cs_id id;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		id = sample;
		CHECK_ERR(cs_id_from_hex(cs_str_c(bad[i]), &id), INVALID);
		CHECK(cs_id_is_zero(id));
	}
}

TEST(ids_are_ordered_as_their_bytes)
{
	CHECK(cs_id_order(cs_id_zero, sample) < 0);
	CHECK(cs_id_order(sample, cs_id_zero) > 0);
	CHECK_INT(cs_id_order(sample, sample), 0);
	CHECK(cs_id_is_zero(cs_id_zero) && !cs_id_is_zero(sample));
}

TEST_MAIN("base/id")
