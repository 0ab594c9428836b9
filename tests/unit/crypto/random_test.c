#include "crypto/random.h"

#include "test.h"

/* Gives the bytes of a list, one after the other, and fails when it is used up. */
struct list {
	const uint8_t *p;
	size_t left;
};

static void
fill_from_list(void *ctx, uint8_t *out, size_t len)
{
	struct list *l = ctx;

	CHECK(len <= l->left);
	memcpy(out, l->p, len);
	l->p += len;
	l->left -= len;
}

TEST(an_id_is_a_version_4_uuid)
{
	static const uint8_t ones[16] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
		255, 255, 255, 255, 255 };
	struct list l = { ones, 16 };
	struct cs_random r = { fill_from_list, &l };
	cs_id id = cs_id_new(&r);
	char text[CS_ID_UUID_LEN];

	cs_id_uuid(id, text);
	CHECK_TEXT(((cs_str){ text, sizeof(text) }), "ffffffff-ffff-4fff-bfff-ffffffffffff");
}

TEST(values_that_would_favour_low_answers_are_skipped)
{
	/* 2^32 mod 10 = 6: the values 0 to 5 are drawn anew. */
	static const uint8_t bytes[] = { 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 6, 255, 255, 255, 255 };
	struct list l = { bytes, sizeof(bytes) };
	struct cs_random r = { fill_from_list, &l };

	CHECK_INT(cs_random_below(&r, 10), 6);
	CHECK_INT(cs_random_below(&r, 10), 5);
	CHECK_INT(l.left, 0);
}

TEST(one_possible_answer_is_zero)
{
	CHECK_INT(cs_random_below(&cs_random_system, 1), 0);
}

TEST(the_systems_answers_stay_below_and_reach_everything)
{
	bool seen[7] = { false };
	size_t count = 0;

	for (int i = 0; i < 2000; i++) {
		uint32_t v = cs_random_below(&cs_random_system, 7);

		CHECK(v < 7);
		count += !seen[v];
		seen[v] = true;
	}
	CHECK_INT(count, 7);
}

TEST(two_ids_of_the_system_differ)
{
	CHECK(!cs_id_equal(cs_id_new(&cs_random_system), cs_id_new(&cs_random_system)));
}

TEST_MAIN("crypto/random")
