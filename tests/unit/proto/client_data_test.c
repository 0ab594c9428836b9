#include "proto/client_data.h"

#include "test.h"

static cs_err
decode(struct cs_arena *a, const char *json, struct cs_client_data *c)
{
	return cs_client_data_decode(a, cs_str_span(cs_str_c(json)), c);
}

#define GOOD "\"type\":\"webauthn.get\",\"challenge\":\"AAAA\",\"origin\":\"https://a.test\""

TEST(the_members_that_count_are_read)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 16);
	struct cs_client_data c;

	CHECK_OK(decode(a, "{" GOOD "}", &c));
	CHECK_TEXT(c.type, "webauthn.get");
	CHECK_TEXT(c.challenge, "AAAA");
	CHECK_TEXT(c.origin, "https://a.test");
	CHECK(!c.is_cross_origin && !c.has_top_origin);
	CHECK_OK(decode(a, "{" GOOD ",\"crossOrigin\":true,\"topOrigin\":\"https://b.test\"}", &c));
	CHECK(c.is_cross_origin && c.has_top_origin);
	CHECK_TEXT(c.top_origin, "https://b.test");
}

TEST(what_is_not_such_an_object_is_refused)
{
	const char *rows[] = {
		"",
		" ",
		"null",
		"[" GOOD "]",
		"{" GOOD,
		"{" GOOD "}}",
		"{" GOOD ",}",
		"{" GOOD ",\"type\":\"webauthn.get\"}",
		"{" GOOD ",\"x\":{\"a\":1,\"a\":2}}",
		"{" GOOD ",\"x\":\"\\u0000\"}",
		"{" GOOD ",\"x\":NaN}",
		"{\"challenge\":\"AAAA\",\"origin\":\"https://a.test\"}",
		"{\"type\":null,\"challenge\":\"AAAA\",\"origin\":\"https://a.test\"}",
		"{\"type\":\"webauthn.get\",\"challenge\":[],\"origin\":\"https://a.test\"}",
		"{" GOOD ",\"crossOrigin\":1}",
		"{" GOOD ",\"topOrigin\":null}",
		"// a comment\n{" GOOD "}",
		"{" GOOD ",\"x\":\"\xc3\"}",
	};

	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 16);
		struct cs_client_data c;

		CHECK_ERR(decode(a, rows[i], &c), INVALID);
		CHECK(c.type.len == 0 && c.origin.len == 0);
	}
}

TEST(every_cut_is_refused)
{
	const char whole[] = "{" GOOD ",\"crossOrigin\":false}";

	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 16);
		struct cs_client_data c;

		CHECK_ERR(cs_client_data_decode(a, CS_SPAN(whole, len), &c), INVALID);
	}
}

TEST(nesting_without_end_is_refused)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 16);
	static char deep[CS_CLIENT_DATA_MAX_BYTES];
	struct cs_client_data c;

	memset(deep, '[', sizeof(deep));
	CHECK_ERR(cs_client_data_decode(a, CS_SPAN(deep, sizeof(deep)), &c), INVALID);
}

TEST(size_and_memory_are_bounded)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(64);
	static char big[CS_CLIENT_DATA_MAX_BYTES + 1];
	struct cs_client_data c;

	CHECK_ERR(cs_client_data_decode(a, CS_SPAN(big, sizeof(big)), &c), LIMIT);
	CHECK_ERR(decode(a, "{" GOOD ",\"topOrigin\":\"https://a-name-of-some-length.test\"}", &c),
	    LIMIT);
}

TEST_MAIN("proto/client_data")
