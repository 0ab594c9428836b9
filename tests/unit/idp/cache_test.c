#include "idp/cache.h"

#include "test.h"

static struct cs_arena *arena;

static cs_err
find(struct cs_idp_cache *c, const char *key, int64_t now_ms, cs_span *out)
{
	if (arena == NULL)
		arena = cs_arena_new(1 << 20);
	return cs_idp_cache_find(c, arena, cs_str_c(key), (cs_time){ now_ms }, out);
}

static void
set(struct cs_idp_cache *c, const char *key, int64_t now_ms, const char *document)
{
	cs_idp_cache_set(c, cs_str_c(key), (cs_time){ now_ms }, cs_str_span(cs_str_c(document)));
}

TEST(a_document_counts_for_an_hour)
{
	CS_AUTO(cs_idp_cache_free) struct cs_idp_cache *c = cs_idp_cache_new();
	cs_span out;

	set(c, "k", 1000, "text");
	CHECK_OK(find(c, "k", 1000, &out));
	CHECK_TEXT(out, "text");
	CHECK_OK(find(c, "k", 1000 + CS_HOUR_MS - 1, &out));
	CHECK_ERR(find(c, "k", 1000 + CS_HOUR_MS, &out), NOT_FOUND);
	CHECK_INT(out.len, 0);
	CHECK_ERR(find(c, "other", 1000, &out), NOT_FOUND);
}

TEST(a_newer_document_replaces_the_old_one)
{
	CS_AUTO(cs_idp_cache_free) struct cs_idp_cache *c = cs_idp_cache_new();
	cs_span out;

	set(c, "k", 1000, "old");
	set(c, "k", 2000, "new one");
	CHECK_OK(find(c, "k", 2000, &out));
	CHECK_TEXT(out, "new one");
}

TEST(a_document_from_the_future_does_not_count)
{
	CS_AUTO(cs_idp_cache_free) struct cs_idp_cache *c = cs_idp_cache_new();
	cs_span out;

	set(c, "k", 1000000, "text");
	CHECK_ERR(find(c, "k", 999999, &out), NOT_FOUND);
}

TEST(a_refresh_is_allowed_once_a_minute)
{
	CS_AUTO(cs_idp_cache_free) struct cs_idp_cache *c = cs_idp_cache_new();

	CHECK(cs_idp_cache_try_refresh(c, CS_STR("k"), (cs_time){ 0 }));
	set(c, "k", 0, "text");
	CHECK(!cs_idp_cache_try_refresh(c, CS_STR("k"), (cs_time){ 59999 }));
	CHECK(cs_idp_cache_try_refresh(c, CS_STR("k"), (cs_time){ 60000 }));
	CHECK(!cs_idp_cache_try_refresh(c, CS_STR("k"), (cs_time){ 60001 }));
	CHECK(cs_idp_cache_try_refresh(c, CS_STR("k"), (cs_time){ 120000 }));
}

TEST(when_it_is_full_the_document_fetched_longest_ago_makes_room)
{
	CS_AUTO(cs_idp_cache_free) struct cs_idp_cache *c = cs_idp_cache_new();
	char key[32];
	cs_span out;

	for (int i = 0; i < CS_IDP_CACHE_MAX + 10; i++) {
		snprintf(key, sizeof(key), "k%d", i);
		set(c, key, 1000 + i, key);
	}
	CHECK_ERR(find(c, "k9", 2000, &out), NOT_FOUND);
	CHECK_OK(find(c, "k10", 2000, &out));
	CHECK_TEXT(out, "k10");
	CHECK_OK(find(c, key, 2000, &out));
}

TEST(an_arena_without_room_says_so)
{
	CS_AUTO(cs_idp_cache_free) struct cs_idp_cache *c = cs_idp_cache_new();
	CS_AUTO(cs_arena_free) struct cs_arena *small = cs_arena_new(4096);
	static char big[100000];
	cs_span out;

	cs_idp_cache_set(c, CS_STR("k"), (cs_time){ 1 }, CS_SPAN(big, sizeof(big)));
	CHECK_ERR(cs_idp_cache_find(c, small, CS_STR("k"), (cs_time){ 1 }, &out), LIMIT);
}

TEST_MAIN("idp/cache")
