#include "vault/code.h"

#include "test.h"
#include "sample.h"

static void
check_code(
    const struct cs_entry *e, int64_t at_ms, const char *want, int64_t from_s, int64_t until_s)
{
	struct cs_code_shown code;

	CHECK_OK(cs_code_at(e, (cs_time){ at_ms }, &code));
	CHECK_TEXT(((cs_str){ code.text, code.len }), want);
	CHECK_INT(strlen(code.text), code.len);
	CHECK_INT(code.from.ms, from_s * 1000);
	CHECK_INT(code.until.ms, until_s * 1000);
}

/* RFC 6238 appendix B. */
TEST(a_code_of_time_is_the_standards_and_says_how_long_it_counts)
{
	struct cs_entry e = sample_totp("Example", "alice", "12345678901234567890");

	e.hotp.digits = 8;
	check_code(&e, 59000, "94287082", 30, 60);
	check_code(&e, 59999, "94287082", 30, 60);
	check_code(&e, INT64_C(1111111109000), "07081804", 1111111080, 1111111110);
	check_code(&e, INT64_C(20000000000000), "65353130", 19999999980, 20000000010);
	e.secret = CS_SPAN("12345678901234567890123456789012", 32);
	e.hotp.hash = CS_SHA256;
	check_code(&e, 59000, "46119246", 30, 60);
	e.period_s = 60;
	check_code(&e, 59999, "18920136", 0, 60); /* by oathtool */
}

/* RFC 4226 appendix D. */
TEST(a_code_of_a_counter_has_no_time_and_is_not_used_up_by_looking)
{
	struct cs_entry e = sample_hotp("Counter", "12345678901234567890", 9);
	struct cs_code_shown code;

	e.hotp = (struct cs_hotp){ CS_SHA1, 6 };
	check_code(&e, 0, "520489", 0, 0);
	CHECK_OK(cs_code_at(&e, (cs_time){ 0 }, &code));
	CHECK_INT(code.counter, 9);
	CHECK_INT(e.counter, 9);
}

TEST(a_steam_code_is_five_letters)
{
	struct cs_entry e = sample_totp("Steam", "sophia", "superdupersecret");

	e.kind = CS_ENTRY_STEAM;
	e.hotp.digits = 5;
	check_code(&e, 3000030000, "YRGQJ", 3000030, 3000060);
	check_code(&e, 3000029999, "94R9D", 3000000, 3000030);
}

TEST(a_lent_code_is_read_out_of_the_capsule)
{
	struct cs_entry e = sample_capsule();
	struct cs_code_shown code;

	check_code(&e, 1763804460000, "111111", 1763804460, 1763804490);
	check_code(&e, 1763804489999, "111111", 1763804460, 1763804490);
	check_code(&e, 1763804549999, "333333", 1763804520, 1763804550);
	CHECK_OK(cs_code_at(&e, (cs_time){ 1763804500000 }, &code));
	CHECK_INT(code.ends.ms, 1763804550000);
	CHECK_ERR(cs_code_at(&e, (cs_time){ 1763804459999 }, &code), NOT_FOUND);
	CHECK_INT(code.len, 0);
	CHECK_ERR(cs_code_at(&e, (cs_time){ 1763804550000 }, &code), NOT_FOUND);
}

TEST(a_capsule_is_dead_at_its_end_though_a_code_would_go_on)
{
	struct cs_entry e = sample_capsule();
	struct cs_capsule c = *e.capsule;

	c.until.ms -= 20000;
	e.capsule = &c;
	check_code(&e, c.until.ms - 1, "333333", 1763804520, 1763804530);
	CHECK_ERR(cs_code_at(&e, c.until, &(struct cs_code_shown){ 0 }), NOT_FOUND);
}

TEST(a_capsule_from_a_stranger_has_no_code_at_impossible_times)
{
	struct cs_entry e = sample_capsule();
	struct cs_capsule c = *e.capsule;
	struct cs_code_shown code;

	e.capsule = &c;
	c.start_s = INT64_MAX;
	c.until.ms = INT64_MAX;
	CHECK_ERR(cs_code_at(&e, (cs_time){ 1763804460000 }, &code), NOT_FOUND);
	CHECK_ERR(cs_code_at(&e, (cs_time){ INT64_MAX - 1 }, &code), NOT_FOUND);
	c.start_s = 0;
	c.period_s = 3600;
	CHECK_ERR(cs_code_at(&e, (cs_time){ INT64_MIN }, &code), NOT_FOUND);
	CHECK_ERR(cs_code_at(&e, (cs_time){ -1 }, &code), NOT_FOUND);
	CHECK_OK(cs_code_at(&e, (cs_time){ 0 }, &code));
}

TEST(a_yubikey_has_no_code_here_and_no_entry_has_one_before_1970)
{
	struct cs_entry yubikey = sample_yubikey(), e = sample_totp("A", "b", "c");
	struct cs_code_shown code;

	CHECK_ERR(cs_code_at(&yubikey, (cs_time){ 0 }, &code), INVALID);
	CHECK_ERR(cs_code_at(&e, (cs_time){ -1 }, &code), INVALID);
	CHECK_INT(code.len, 0);
}

TEST_MAIN("vault/code")
