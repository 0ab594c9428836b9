#include "crypto/shamir.h"

#include "test.h"

#define LEN 32

/* Randomness that a test has chosen, byte for byte. */
struct chosen {
	const uint8_t *bytes;
	size_t at;
};

static void
chosen_fill(void *ctx, uint8_t *out, size_t len)
{
	struct chosen *c = ctx;

	memcpy(out, c->bytes + c->at, len);
	c->at += len;
}

static void
check_subset(const uint8_t *secret, const uint8_t *parts, unsigned subset, size_t need)
{
	uint8_t xs[16], chosen[16 * LEN], got[LEN];
	size_t count = 0;

	for (uint8_t i = 0; i < 16; i++)
		if (subset >> i & 1) {
			xs[count] = (uint8_t)(i + 1);
			memcpy(chosen + count++ * LEN, parts + i * LEN, LEN);
		}
	CHECK_OK(cs_shamir_value(xs, chosen, count, LEN, 0, got));
	CHECK((memcmp(got, secret, LEN) == 0) == (count >= need));
}

TEST(every_subset_that_is_large_enough_gives_the_secret_and_no_smaller_one)
{
	static const size_t cases[][2] = { { 2, 2 }, { 2, 3 }, { 3, 5 }, { 5, 5 }, { 4, 8 },
		{ 7, 10 } };
	uint8_t secret[LEN], parts[16 * LEN];

	cs_random_fill(&cs_random_system, secret, sizeof(secret));
	for (size_t c = 0; c < CS_COUNT(cases); c++) {
		CHECK_OK(cs_shamir_split(
		    &cs_random_system, CS_SPAN(secret, LEN), cases[c][0], cases[c][1], parts));
		for (unsigned subset = 1; subset < 1u << cases[c][1]; subset++)
			check_subset(secret, parts, subset, cases[c][0]);
	}
}

TEST(sixteen_of_sixteen_give_it)
{
	uint8_t secret[LEN], parts[16 * LEN];

	cs_random_fill(&cs_random_system, secret, sizeof(secret));
	CHECK_OK(cs_shamir_split(&cs_random_system, CS_SPAN(secret, LEN), 16, 16, parts));
	check_subset(secret, parts, 0xffff, 16);
	check_subset(secret, parts, 0x7fff, 16);
}

/* FIPS 197 §4.2.1: {57} x {02} = {ae}, x {04} = {47}, x {08} = {8e}, x {10} = {07}. */
TEST(the_field_is_that_of_aes)
{
	struct chosen c = { (const uint8_t[]){ 0x57 }, 0 };
	struct cs_random rng = { chosen_fill, &c };
	uint8_t parts[16];

	CHECK_OK(cs_shamir_split(&rng, CS_SPAN("\0", 1), 2, 16, parts));
	CHECK_INT(parts[0], 0x57);
	CHECK_INT(parts[1], 0xae);
	CHECK_INT(parts[3], 0x47);
	CHECK_INT(parts[7], 0x8e);
	CHECK_INT(parts[15], 0x07);
}

/* Over all randomness, a part of any secret takes every value exactly as often: it says nothing. */
TEST(one_part_of_two_is_as_likely_for_every_secret)
{
	for (unsigned secret = 0; secret < 256; secret++) {
		unsigned seen[3][256] = { { 0 } };
		uint8_t s = (uint8_t)secret;

		for (unsigned random = 0; random < 256; random++) {
			struct chosen c = { (const uint8_t[]){ (uint8_t)random }, 0 };
			struct cs_random rng = { chosen_fill, &c };
			uint8_t parts[3];

			CHECK_OK(cs_shamir_split(&rng, CS_SPAN(&s, 1), 2, 3, parts));
			for (size_t i = 0; i < 3; i++)
				seen[i][parts[i]]++;
		}
		for (size_t i = 0; i < 3; i++)
			for (size_t y = 0; y < 256; y++)
				CHECK_INT(seen[i][y], 1);
	}
}

TEST(two_parts_of_three_are_as_likely_for_every_secret)
{
	static const uint8_t secrets[] = { 0, 1, 0x80, 0xff };
	static uint8_t seen[256][256];

	for (size_t s = 0; s < CS_COUNT(secrets); s++) {
		memset(seen, 0, sizeof(seen));
		for (unsigned random = 0; random < 65536; random++) {
			struct chosen c = {
				(const uint8_t[]){ (uint8_t)(random >> 8), (uint8_t)random }, 0
			};
			struct cs_random rng = { chosen_fill, &c };
			uint8_t parts[3];

			CHECK_OK(cs_shamir_split(&rng, CS_SPAN(&secrets[s], 1), 3, 3, parts));
			seen[parts[0]][parts[2]]++;
		}
		for (size_t i = 0; i < 256; i++)
			for (size_t j = 0; j < 256; j++)
				CHECK_INT(seen[i][j], 1);
	}
}

/* The last part that is missing can be such that any secret comes of it. */
TEST(for_what_is_missing_every_secret_is_possible)
{
	const uint8_t xs[] = { 1, 5, 9 };
	bool is_possible[256] = { false };

	for (unsigned last = 0; last < 256; last++) {
		const uint8_t parts[] = { 0x12, 0xf0, (uint8_t)last };
		uint8_t secret;

		CHECK_OK(cs_shamir_value(xs, parts, 3, 1, 0, &secret));
		CHECK(!is_possible[secret]);
		is_possible[secret] = true;
	}
}

TEST(the_curve_goes_through_the_other_parts)
{
	uint8_t secret[LEN], parts[5 * LEN], got[LEN];
	const uint8_t xs[] = { 1, 2, 3 };

	cs_random_fill(&cs_random_system, secret, sizeof(secret));
	CHECK_OK(cs_shamir_split(&cs_random_system, CS_SPAN(secret, LEN), 3, 5, parts));
	CHECK_OK(cs_shamir_value(xs, parts, 3, LEN, 5, got));
	CHECK(memcmp(got, parts + 4 * LEN, LEN) == 0);
	CHECK_OK(cs_shamir_value(xs, parts, 3, LEN, 2, got));
	CHECK(memcmp(got, parts + LEN, LEN) == 0);
}

TEST(what_cannot_be_split_or_joined_is_refused)
{
	uint8_t secret[LEN] = { 0 }, parts[17 * LEN] = { 0 }, got[LEN];
	const struct cs_random *rng = &cs_random_system;

	CHECK_ERR(cs_shamir_split(rng, CS_SPAN(secret, LEN), 1, 3, parts), LIMIT);
	CHECK_ERR(cs_shamir_split(rng, CS_SPAN(secret, LEN), 4, 3, parts), LIMIT);
	CHECK_ERR(cs_shamir_split(rng, CS_SPAN(secret, LEN), 2, 17, parts), LIMIT);
	CHECK_ERR(cs_shamir_split(rng, CS_SPAN_NONE, 2, 3, parts), LIMIT);
	CHECK_ERR(cs_shamir_split(rng, CS_SPAN(parts, 65), 2, 3, parts), LIMIT);
	CHECK_ERR(cs_shamir_value((uint8_t[]){ 1, 1 }, parts, 2, LEN, 0, got), INVALID);
	CHECK_ERR(cs_shamir_value((uint8_t[]){ 1, 0 }, parts, 2, LEN, 0, got), INVALID);
	CHECK_ERR(cs_shamir_value((uint8_t[]){ 1 }, parts, 0, LEN, 0, got), LIMIT);
}

TEST_MAIN("crypto/shamir")
