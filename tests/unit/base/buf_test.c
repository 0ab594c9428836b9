#include "base/buf.h"

#include "test.h"

TEST(a_sequence_of_writes_is_checked_once)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	cs_span all;

	cs_buf_init(&b, 100);
	cs_buf_add_c(&b, "n=");
	cs_buf_add_i64(&b, INT64_MIN);
	cs_buf_add_byte(&b, ' ');
	cs_buf_printf(&b, "%s-%d", "x", 7);
	cs_buf_add_str(&b, CS_STR("!"));
	CHECK_OK(cs_buf_finish(&b, &all));
	CHECK_TEXT(all, "n=-9223372036854775808 x-7!");
}

TEST(numbers_are_written_big_endian)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init(&b, 14);
	cs_buf_add_be16(&b, 0x0102);
	cs_buf_add_be32(&b, 0x03040506);
	cs_buf_add_be64(&b, 0x0708090a0b0c0d0e);
	CHECK_OK(cs_buf_finish(&b, NULL));
	for (uint8_t i = 0; i < 14; i++)
		CHECK_INT(b.p[i], i + 1);
}

TEST(exactly_the_maximum_fits)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init(&b, 5);
	cs_buf_printf(&b, "%s", "12345");
	CHECK_OK(cs_buf_finish(&b, NULL));
	CHECK_TEXT(cs_buf_str(&b), "12345");
	cs_buf_add(&b, CS_SPAN_NONE);
	CHECK_OK(cs_buf_finish(&b, NULL));
}

TEST(a_byte_too_many_fails_and_stays_failed)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	cs_span all;

	cs_buf_init(&b, 5);
	cs_buf_add_c(&b, "1234");
	cs_buf_add_c(&b, "56");
	cs_buf_add_c(&b, "5");
	CHECK_ERR(cs_buf_finish(&b, &all), LIMIT);
	CHECK_INT(all.len, 0);
	CHECK_TEXT(cs_buf_str(&b), "1234");
	CHECK(cs_buf_reserve(&b, 0) == NULL);
}

TEST(a_length_that_would_wrap_around_fails)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init(&b, 100);
	cs_buf_add_c(&b, "x");
	CHECK(cs_buf_reserve(&b, SIZE_MAX) == NULL);
	CHECK_ERR(cs_buf_finish(&b, NULL), LIMIT);
}

TEST(a_maximum_of_nothing_takes_nothing)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init(&b, 0);
	cs_buf_add_c(&b, "");
	CHECK_OK(cs_buf_finish(&b, NULL));
	cs_buf_add_byte(&b, 0);
	CHECK_ERR(cs_buf_finish(&b, NULL), LIMIT);
}

TEST(a_cleared_buffer_works_again_with_the_same_maximum)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init(&b, 3);
	cs_buf_add_c(&b, "1234");
	CHECK_ERR(cs_buf_finish(&b, NULL), LIMIT);
	cs_buf_clear(&b);
	cs_buf_add_c(&b, "123");
	CHECK_OK(cs_buf_finish(&b, NULL));
	cs_buf_reset(&b);
	cs_buf_add_c(&b, "45");
	CHECK_TEXT(cs_buf_str(&b), "45");
}

TEST(growing_keeps_the_content)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init_sensitive(&b, 100000);
	for (int i = 0; i < 100000; i++)
		cs_buf_add_byte(&b, (uint8_t)(i % 251));
	CHECK_OK(cs_buf_finish(&b, NULL));
	for (int i = 0; i < 100000; i++)
		if (b.p[i] != i % 251)
			CHECK_INT(b.p[i], i % 251);
}

TEST(a_reset_sensitive_buffer_holds_nothing)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init_sensitive(&b, 16);
	cs_buf_add_c(&b, "secret");
	cs_buf_reset(&b);
	for (size_t i = 0; i < 6; i++)
		CHECK_INT(b.p[i], 0);
}

TEST(a_sensitive_buffer_of_many_pages_starts_again_empty)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init_sensitive(&b, 1 << 20);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < 4096 + (size_t)round; i++)
			cs_buf_add_byte(&b, 'x');
		CHECK_INT(b.len, 4096 + round);
		CHECK(b.p[0] == 'x' && b.p[b.len - 1] == 'x');
		cs_buf_clear(&b);
		CHECK(b.p == NULL && b.cap == 0);
	}
}

TEST_MAIN("base/buf")
