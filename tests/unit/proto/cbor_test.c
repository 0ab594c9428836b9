#include "proto/cbor.h"

#include "test.h"

#define BYTES(TEXT) CS_SPAN((TEXT), sizeof(TEXT) - 1)

static struct cs_arena *
arena(void)
{
	return cs_arena_new(1 << 20);
}

static const struct cs_cbor *
decoded(struct cs_arena *a, cs_span in)
{
	const struct cs_cbor *c;

	CHECK_OK(cs_cbor_decode(a, in, &c));
	return c;
}

TEST(a_map_gives_its_values_by_text_and_by_number)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = arena();
	/* {"a": 1, -1: h'0203', 3: "x", "l": [1, -500], "t": true} */
	cs_span in =
	    BYTES("\xa5\x61\x61\x01\x20\x42\x02\x03\x03\x61x\x61l\x82\x01\x39\x01\xf3\x61t\xf5");
	const struct cs_cbor *c = decoded(a, in);
	int64_t n;
	cs_span bytes;
	cs_str text;

	CHECK(cs_cbor_is_map(c) && c->count == 5 && c->encoded.len == in.len);
	CHECK(cs_cbor_is_int(cs_cbor_get(c, "a"), &n) && n == 1);
	CHECK(cs_cbor_is_bytes(cs_cbor_get_int(c, -1), &bytes) && bytes.len == 2);
	CHECK(bytes.p == in.p + 6);
	CHECK(cs_cbor_is_text(cs_cbor_get_int(c, 3), &text));
	CHECK_TEXT(text, "x");
	const struct cs_cbor *list = cs_cbor_get(c, "l");
	CHECK(cs_cbor_is_array(list) && list->count == 2 && list->encoded.len == 5);
	CHECK(cs_cbor_is_int(&list->items[1], &n) && n == -500);
	CHECK(cs_cbor_get(c, "t")->kind == CS_CBOR_OTHER);
	CHECK(cs_cbor_get(c, "b") == NULL && cs_cbor_get_int(c, 1) == NULL);
	CHECK(cs_cbor_get(list, "a") == NULL && cs_cbor_get(NULL, "a") == NULL);
}

TEST(an_item_of_another_kind_is_not_what_was_asked_for)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = arena();
	const struct cs_cbor *n = decoded(a, BYTES("\x05"));
	const struct cs_cbor *t = decoded(a, BYTES("\x61x"));
	int64_t number;
	cs_span bytes;
	cs_str text;

	CHECK(!cs_cbor_is_bytes(n, &bytes) && !cs_cbor_is_text(n, &text));
	CHECK(!cs_cbor_is_array(n) && !cs_cbor_is_map(n));
	CHECK(!cs_cbor_is_int(t, &number) && !cs_cbor_is_bytes(t, &bytes));
	CHECK(!cs_cbor_is_int(NULL, &number) && !cs_cbor_is_text(NULL, &text));
	CHECK(!cs_cbor_is_array(NULL) && !cs_cbor_is_map(NULL));
}

TEST(numbers_keep_their_value_in_every_width)
{
	const struct {
		cs_span in;
		bool fits;
		int64_t value;
	} rows[] = {
		{ BYTES("\x00"), true, 0 },
		{ BYTES("\x17"), true, 23 },
		{ BYTES("\x18\xff"), true, 255 },
		{ BYTES("\x18\x01"), true, 1 }, /* longer than need be: real devices send it */
		{ BYTES("\x19\x01\x00"), true, 256 },
		{ BYTES("\x1a\x00\x01\x00\x00"), true, 65536 },
		{ BYTES("\x1b\x7f\xff\xff\xff\xff\xff\xff\xff"), true, INT64_MAX },
		{ BYTES("\x1b\x80\x00\x00\x00\x00\x00\x00\x00"), false, 0 },
		{ BYTES("\x20"), true, -1 },
		{ BYTES("\x38\x24"), true, -37 },
		{ BYTES("\x39\x01\x00"), true, -257 },
		{ BYTES("\x3b\x7f\xff\xff\xff\xff\xff\xff\xff"), true, INT64_MIN },
		{ BYTES("\x3b\x80\x00\x00\x00\x00\x00\x00\x00"), false, 0 },
		{ BYTES("\x3b\xff\xff\xff\xff\xff\xff\xff\xff"), false, 0 },
	};

	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		CS_AUTO(cs_arena_free) struct cs_arena *a = arena();
		int64_t n;

		CHECK(cs_cbor_is_int(decoded(a, rows[i].in), &n) == rows[i].fits);
		CHECK(n == rows[i].value);
	}
}

TEST(what_follows_the_first_item_is_left)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = arena();
	const struct cs_cbor *c;
	cs_span rest;

	CHECK_OK(cs_cbor_decode_first(a, BYTES("\x81\x01\xff\xff"), &c, &rest));
	CHECK(c->count == 1 && c->encoded.len == 2 && rest.len == 2);
	CHECK_ERR(cs_cbor_decode(a, BYTES("\x81\x01\xff"), &c), INVALID);
	CHECK(c == NULL);
}

TEST(malformed_items_are_refused)
{
	const cs_span rows[] = {
		CS_SPAN_NONE,
		BYTES("\x1c"), /* reserved lengths */
		BYTES("\x3d"),
		BYTES("\xfe"),
		BYTES("\xf8\x10"), /* a simple value in two bytes */
		BYTES("\xff"), /* a stray break */
		BYTES("\x5f\x41\x00\xff"), /* indefinite lengths */
		BYTES("\x7f\x61x\xff"),
		BYTES("\x9f\x01\xff"),
		BYTES("\xbf\x01\x02\xff"),
		BYTES("\xc0\x01"), /* a tag */
		BYTES("\xd8\x18\x41\x00"),
		BYTES("\x61\xff"), /* not UTF-8 */
		BYTES("\x62\xc0\x80"),
		BYTES("\x63\xed\xa0\x80"),
		BYTES("\x42\x00"), /* cut */
		BYTES("\x82\x00"),
		BYTES("\xa1\x00"),
		BYTES("\x9b\xff\xff\xff\xff\xff\xff\xff\xff"), /* claims of what is not there */
		BYTES("\xbb\xff\xff\xff\xff\xff\xff\xff\xff"),
		BYTES("\xbb\x80\x00\x00\x00\x00\x00\x00\x01\x00\x00"),
		BYTES("\x5b\xff\xff\xff\xff\xff\xff\xff\xff"),
		BYTES("\x5b\xff\xff\xff\xff\xff\xff\xff\xf7\x00"),
		BYTES("\xa2\x01\x00\x01\x00"), /* a key twice */
		BYTES("\xa2\x01\x00\x18\x01\x00"), /* in two spellings */
		BYTES("\xa2\x61x\x00\x61x\x00"),
		BYTES("\xa3\x20\x00\x01\x00\x38\x00\x00"),
		BYTES("\xa1\x80\x00"), /* keys of kinds that nothing here has */
		BYTES("\xa1\xa0\x00"),
		BYTES("\xa1\xf4\x00"),
	};

	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		CS_AUTO(cs_arena_free) struct cs_arena *a = arena();
		const struct cs_cbor *c;

		CHECK_ERR(cs_cbor_decode(a, rows[i], &c), INVALID);
		CHECK(c == NULL);
	}
}

TEST(keys_of_different_kinds_are_different)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = arena();

	CHECK(decoded(a, BYTES("\xa4\x01\x00\x20\x00\x61\x01\x00\x41\x01\x00"))->count == 4);
}

/* depth arrays around a zero. */
static cs_err
nested(struct cs_arena *a, size_t depth)
{
	uint8_t in[64];
	const struct cs_cbor *c;

	memset(in, 0x81, depth);
	in[depth] = 0;
	return cs_cbor_decode(a, CS_SPAN(in, depth + 1), &c);
}

TEST(depth_is_bounded)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = arena();

	CHECK_OK(nested(a, CS_CBOR_MAX_DEPTH - 1));
	CHECK_ERR(nested(a, CS_CBOR_MAX_DEPTH), LIMIT);
	CHECK_ERR(nested(a, 60), LIMIT);
}

TEST(the_number_of_items_is_bounded)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = arena();
	static uint8_t in[3 + 1024];
	const struct cs_cbor *c;

	in[0] = 0x99;
	in[1] = (CS_CBOR_MAX_ITEMS - 1) >> 8;
	in[2] = (CS_CBOR_MAX_ITEMS - 1) & 0xff;
	CHECK_OK(cs_cbor_decode(a, CS_SPAN(in, 3 + CS_CBOR_MAX_ITEMS - 1), &c));
	CHECK(c->count == CS_CBOR_MAX_ITEMS - 1);
	in[1] = CS_CBOR_MAX_ITEMS >> 8;
	in[2] = CS_CBOR_MAX_ITEMS & 0xff;
	CHECK_ERR(cs_cbor_decode(a, CS_SPAN(in, 3 + CS_CBOR_MAX_ITEMS), &c), LIMIT);
}

TEST(size_and_memory_are_bounded)
{
	CS_AUTO(cs_arena_free) struct cs_arena *small = cs_arena_new(1024);
	CS_AUTO(cs_arena_free) struct cs_arena *a = arena();
	static uint8_t in[CS_CBOR_MAX_BYTES + 1];
	const struct cs_cbor *c;

	in[0] = 0x59; /* a byte string, which fills the rest */
	in[1] = 0xff;
	in[2] = 0xfd;
	CHECK_OK(cs_cbor_decode(a, CS_SPAN(in, CS_CBOR_MAX_BYTES), &c));
	in[2] = 0xfe;
	CHECK_ERR(cs_cbor_decode(a, CS_SPAN(in, CS_CBOR_MAX_BYTES + 1), &c), LIMIT);
	in[0] = 0x98;
	in[1] = 100;
	memset(in + 2, 0, 100);
	CHECK_ERR(cs_cbor_decode(small, CS_SPAN(in, 102), &c), LIMIT);
}

TEST_MAIN("proto/cbor")
