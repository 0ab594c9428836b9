#include "base/reader.h"

#include "test.h"

static const uint8_t bytes[15] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

TEST(reads_are_big_endian_and_follow_each_other)
{
	struct cs_reader r = cs_reader_of(CS_SPAN(bytes, sizeof(bytes)));
	uint8_t a;
	uint16_t b;
	uint32_t c;
	uint64_t d;

	CHECK_OK(cs_read_u8(&r, &a));
	CHECK_OK(cs_read_be16(&r, &b));
	CHECK_OK(cs_read_be32(&r, &c));
	CHECK_ERR(cs_read_end(&r), INVALID);
	CHECK_OK(cs_read_be64(&r, &d));
	CHECK_OK(cs_read_end(&r));
	CHECK_INT(a, 1);
	CHECK_INT(b, 0x0203);
	CHECK_INT(c, 0x04050607);
	CHECK(d == UINT64_C(0x08090a0b0c0d0e0f));
}

TEST(a_read_past_the_end_leaves_the_cursor_and_clears_the_result)
{
	struct cs_reader r = cs_reader_of(CS_SPAN(bytes, 3));
	uint8_t copy[4] = { 9, 9, 9, 9 };
	uint16_t small = 9;
	uint32_t big = 9;
	cs_span span;

	CHECK_ERR(cs_read_be32(&r, &big), INVALID);
	CHECK_INT(big, 0);
	CHECK_ERR(cs_read_bytes(&r, 4, copy), INVALID);
	CHECK_INT(copy[0], 0);
	CHECK_ERR(cs_read_span(&r, SIZE_MAX, &span), INVALID);
	CHECK_INT(r.rest.len, 3);
	CHECK_OK(cs_read_be16(&r, &small));
	CHECK_INT(small, 0x0102);
}

TEST(spans_borrow_and_bytes_copy)
{
	struct cs_reader r = cs_reader_of(CS_SPAN(bytes, 5));
	uint8_t copy[2];
	cs_span span;

	CHECK_OK(cs_read_span(&r, 3, &span));
	CHECK(span.p == bytes && span.len == 3);
	CHECK_OK(cs_read_bytes(&r, 2, copy));
	CHECK(copy[0] == 4 && copy[1] == 5);
}

TEST(nothing_can_be_read_from_nothing)
{
	struct cs_reader r = cs_reader_of(CS_SPAN_NONE);
	uint8_t v;
	cs_span span;

	CHECK_ERR(cs_read_u8(&r, &v), INVALID);
	CHECK_OK(cs_read_span(&r, 0, &span));
	CHECK_OK(cs_read_end(&r));
}

TEST_MAIN("base/reader")
