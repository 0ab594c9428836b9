#include "base/arena.h"

#include <stdlib.h>

#include "test.h"

static void
close_file(FILE **f)
{
	if (*f != NULL)
		fclose(*f);
}

static bool
is_zero(const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] != 0)
			return false;
	return true;
}

TEST(allocations_are_zeroed_aligned_and_apart)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);
	uint8_t *before = NULL;

	for (size_t len = 0; len < 600; len++) {
		uint8_t *p = cs_arena_alloc(a, len);

		CHECK_INT((uintptr_t)p % 16, 0);
		CHECK(p != before);
		CHECK(is_zero(p, len));
		if (len != 0)
			memset(p, 0xaa, len);
		before = p;
	}
}

TEST(memory_is_zeroed_again_after_a_reset)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1 << 20);

	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 100; i++) {
			uint8_t *p = cs_arena_alloc(a, 1000);

			CHECK(is_zero(p, 1000));
			memset(p, 0xaa, 1000);
		}
		cs_arena_reset(a);
	}
}

TEST(what_input_sized_says_limit_at_the_cap)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1024);
	void *p;

	CHECK_ERR(cs_arena_try(a, 1025, &p), LIMIT);
	CHECK(p == NULL);
	CHECK_ERR(cs_arena_try(a, SIZE_MAX, &p), LIMIT);
	CHECK_OK(cs_arena_try(a, 1000, &p));
	CHECK_ERR(cs_arena_try(a, 17, &p), LIMIT);
	CHECK_OK(cs_arena_try(a, 16, &p));
	CHECK_ERR(cs_arena_try(a, 0, &p), LIMIT);
}

TEST(what_is_read_leaves_a_quarter_to_the_programme)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(4096);
	void *p;

	CHECK_INT(cs_arena_room(a), 3072);
	CHECK_OK(cs_arena_try(a, 3000, &p));
	CHECK(cs_arena_room(a) < 72);
	(void)cs_arena_alloc(a, 1000);
	CHECK_INT(cs_arena_room(a), 0);
}

TEST(a_reset_gives_the_whole_cap_back)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(100000);
	void *p;

	for (int i = 0; i < 10; i++) {
		CHECK_OK(cs_arena_try(a, 100000, &p));
		memset(p, 1, 100000);
		CHECK_ERR(cs_arena_try(a, 1, &p), LIMIT);
		cs_arena_reset(a);
	}
}

TEST(copies_are_terminated_and_independent)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1024);
	char text[] = "abc";
	cs_str s = cs_arena_str(a, cs_str_c(text));
	cs_span bytes = cs_arena_span(a, CS_SPAN("x\0y", 3));

	text[0] = 'z';
	CHECK_TEXT(s, "abc");
	CHECK_INT(s.p[3], 0);
	CHECK(bytes.len == 3 && bytes.p[2] == 'y');
	CHECK_TEXT(cs_arena_printf(a, "%d-%s", 12, "x"), "12-x");
	CHECK_INT(strlen(cs_arena_c(a, CS_STR_NONE)), 0);
	CHECK_TEXT(cs_arena_str(a, CS_STR_NONE), "");
}

TEST(arrays_and_structs_have_their_type)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new(1024);
	cs_str *one = CS_NEW(a, cs_str);
	int64_t *many = CS_NEW_ARRAY(a, int64_t, 10);

	CHECK(one->p == NULL && one->len == 0);
	CHECK_INT(many[9], 0);
}

/* A field of /proc/self/smaps for the mapping that p lies in. */
static bool
smaps_say(const void *p, const char *field, const char *want)
{
	CS_AUTO(close_file) FILE *f = fopen("/proc/self/smaps", "re");
	char line[512];
	bool is_mine = false;

	CHECK(f != NULL);
	while (fgets(line, sizeof(line), f) != NULL) {
		char *end;
		unsigned long from = strtoul(line, &end, 16);

		if (*end == '-')
			is_mine = (uintptr_t)p >= from && (uintptr_t)p < strtoul(end + 1, NULL, 16);
		else if (is_mine && strncmp(line, field, strlen(field)) == 0)
			return strstr(line, want) != NULL;
	}
	return false;
}

TEST(a_locked_arena_stays_out_of_swap_and_core_dumps)
{
	CS_AUTO(cs_arena_free) struct cs_arena *a = cs_arena_new_locked(64 << 20);
	void *first = cs_arena_alloc(a, 100);

	CHECK(smaps_say(first, "VmFlags", " dd"));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && !defined(__clang__)
	/* sanitizers make mlock do nothing */
	CHECK(smaps_say(first, "VmFlags", " lo"));
#endif
	for (size_t i = 0; i < 10000; i++) {
		uint8_t *p = cs_arena_alloc(a, 1000);

		CHECK(is_zero(p, 1000));
		memset(p, 0xaa, 1000);
	}
	CHECK(smaps_say(cs_arena_alloc(a, 16), "VmFlags", " dd"));
	cs_arena_reset(a);
	CHECK(cs_arena_alloc(a, 100) == first);
	CHECK(is_zero(first, 100));
}

TEST_MAIN("base/arena")
