#include "proto/totp.h"
#include "proto/totp_params.h"

#include "test.h"
#include "vectors.h"

static const cs_span key = { (const uint8_t *)"12345678901234567890", 20 };

/* A moment in the middle of step 1000 of the usual 30 s. */
static const cs_time now = { (1000 * 30 + 11) * CS_SECOND_MS };

static void
code_of(const struct cs_totp *t, cs_span k, int64_t step, char out[CS_OTP_DIGITS_MAX])
{
	CS_AUTO(cs_mac_free) struct cs_mac *mac = NULL;

	CHECK_OK(cs_mac_new(t->hotp.hash, k, &mac));
	CHECK_OK(cs_hotp_code(&t->hotp, mac, (uint64_t)step, out));
}

static struct cs_totp_found
match(int64_t step, int64_t drift, int64_t after)
{
	char code[CS_OTP_DIGITS_MAX];
	struct cs_totp_found found;

	code_of(&cs_totp_usual, key, step, code);
	CHECK_OK(
	    cs_totp_match(&cs_totp_usual, key, now, drift, after, (cs_str){ code, 6 }, &found));
	return found;
}

TEST(the_present_code_matches_and_its_step_comes_back)
{
	struct cs_totp_found f = match(1000, 0, CS_STEP_NONE);

	CHECK_INT(f.step, 1000);
	CHECK_INT(f.drift, 0);
	CHECK(!f.is_used);
}

TEST(a_code_one_step_early_or_late_matches_and_the_drift_is_learned)
{
	CHECK_INT(match(999, 0, CS_STEP_NONE).step, 999);
	CHECK_INT(match(999, 0, CS_STEP_NONE).drift, -1);
	CHECK_INT(match(1001, 0, CS_STEP_NONE).step, 1001);
	CHECK_INT(match(1001, 0, CS_STEP_NONE).drift, 1);
}

TEST(a_code_two_steps_away_does_not_match)
{
	CHECK_INT(match(998, 0, CS_STEP_NONE).step, CS_STEP_NONE);
	CHECK_INT(match(1002, 0, CS_STEP_NONE).step, CS_STEP_NONE);
}

TEST(a_remembered_drift_moves_the_window)
{
	CHECK_INT(match(1002, 1, CS_STEP_NONE).step, 1002);
	CHECK_INT(match(1003, 1, CS_STEP_NONE).step, CS_STEP_NONE);
	CHECK_INT(match(999, 1, CS_STEP_NONE).step, CS_STEP_NONE);
	CHECK_INT(match(996, -4, CS_STEP_NONE).step, 996);
	CHECK_INT(match(995, -4, CS_STEP_NONE).drift, -5);
}

TEST(a_clock_that_was_set_right_is_welcome_whatever_drift_was_remembered)
{
	struct cs_totp_found f = match(1000, -7, 980);

	CHECK_INT(f.step, 1000);
	CHECK_INT(f.drift, 0);
	CHECK_INT(match(999, -7, 980).step, CS_STEP_NONE);
}

TEST(the_drift_has_an_end)
{
	CHECK_INT(
	    match(1000 + CS_TOTP_DRIFT_MAX + 1, CS_TOTP_DRIFT_MAX, 5).drift, CS_TOTP_DRIFT_MAX);
	CHECK_INT(match(1000 + CS_TOTP_DRIFT_MAX + 2, CS_TOTP_DRIFT_MAX + 1, 5).step, CS_STEP_NONE);
	CHECK_INT(match(2000, 1000, 5).step, CS_STEP_NONE);
}

TEST(the_same_step_never_matches_twice)
{
	struct cs_totp_found f = match(1000, 0, 1000);

	CHECK_INT(f.step, CS_STEP_NONE);
	CHECK(f.is_used);
	CHECK_INT(f.drift, 0);
}

TEST(a_step_before_the_last_one_does_not_match_even_inside_the_window)
{
	struct cs_totp_found f = match(999, 0, 1000);

	CHECK_INT(f.step, CS_STEP_NONE);
	CHECK(f.is_used);
}

TEST(a_wrong_code_is_not_called_used)
{
	struct cs_totp_found f;

	CHECK_OK(cs_totp_match(&cs_totp_usual, key, now, 0, 1000, CS_STR("000000"), &f));
	CHECK_INT(f.step, CS_STEP_NONE);
	CHECK(!f.is_used);
}

TEST(what_is_not_six_digits_matches_nothing)
{
	static const char *const bad[] = { "", "1", "12345", "1234567", "12345x", "-12345" };
	struct cs_totp_found f;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		CHECK_OK(
		    cs_totp_match(&cs_totp_usual, key, now, 0, CS_STEP_NONE, cs_str_c(bad[i]), &f));
		CHECK_INT(f.step, CS_STEP_NONE);
		CHECK(!f.is_used);
	}
}

TEST(steps_before_1970_do_not_exist)
{
	const cs_time first = { 0 };
	char code[CS_OTP_DIGITS_MAX];
	struct cs_totp_found f;

	code_of(&cs_totp_usual, key, 0, code);
	CHECK_OK(
	    cs_totp_match(&cs_totp_usual, key, first, 0, CS_STEP_NONE, (cs_str){ code, 6 }, &f));
	CHECK_INT(f.step, 0);
	CHECK_INT(cs_totp_step(&cs_totp_usual, (cs_time){ -1 }), -1);
	CHECK_INT(cs_totp_step(&cs_totp_usual, (cs_time){ -30000 }), -1);
	CHECK_INT(cs_totp_step(&cs_totp_usual, (cs_time){ -30001 }), -2);
}

TEST(steps_are_right_beyond_2038_and_2106)
{
	CHECK_INT(cs_totp_step(&cs_totp_usual, cs_seconds(20000000000)), 666666666);
	CHECK_INT(cs_totp_step(&cs_totp_usual, cs_seconds(200000000000)), 6666666666);
}

TEST(after_a_code_was_used_the_next_one_is_awaited_to_the_end_of_the_step)
{
	/* 11 s into the step: 19 s are left */
	CHECK_INT(cs_totp_wait_ms(&cs_totp_usual, now, 0, 1000), 19000);
	/* a clock one step ahead showed 1001 already: its next one comes with the next step too */
	CHECK_INT(cs_totp_wait_ms(&cs_totp_usual, now, 1, 1001), 19000);
	/* never more than a period, never nothing */
	CHECK_INT(cs_totp_wait_ms(&cs_totp_usual, now, 0, 1009), 30000);
	CHECK_INT(cs_totp_wait_ms(&cs_totp_usual, now, 0, 900), 1);
}

TEST(params_are_written_and_read_back)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	struct cs_totp t = cs_totp_usual;

	cs_buf_init(&b, 256);
	cs_totp_params_encode(&cs_totp_usual, &b);
	CHECK_TEXT(cs_buf_str(&b), "{\"algorithm\":\"SHA1\",\"digits\":6,\"period_s\":30}");
	t.hotp = (struct cs_hotp){ .hash = CS_SHA512, .digits = 8 };
	t.period_s = 60;
	cs_buf_reset(&b);
	cs_totp_params_encode(&t, &b);
	CHECK_OK(cs_totp_params_decode(cs_buf_str(&b), &t));
	CHECK_INT(t.hotp.hash, CS_SHA512);
	CHECK_INT(t.hotp.digits, 8);
	CHECK_INT(t.period_s, 60);
	CHECK_INT(t.window, 1);
}

TEST(params_that_are_wrong_are_refused)
{
	static const char *const bad[] = { "", "null", "[]", "{}",
		"{\"algorithm\":\"SHA1\",\"digits\":6}",
		"{\"algorithm\":\"MD5\",\"digits\":6,\"period_s\":30}",
		"{\"algorithm\":\"SHA1\",\"digits\":5,\"period_s\":30}",
		"{\"algorithm\":\"SHA1\",\"digits\":11,\"period_s\":30}",
		"{\"algorithm\":\"SHA1\",\"digits\":6,\"period_s\":0}",
		"{\"algorithm\":\"SHA1\",\"digits\":6,\"period_s\":-30}",
		"{\"algorithm\":\"SHA1\",\"digits\":6,\"period_s\":3601}",
		"{\"algorithm\":\"SHA1\",\"digits\":\"6\",\"period_s\":30}",
		"{\"algorithm\":\"SHA1\",\"digits\":6,\"digits\":8,\"period_s\":30}" };
	struct cs_totp t;

	for (size_t i = 0; i < CS_COUNT(bad); i++)
		CHECK_ERR(cs_totp_params_decode(cs_str_c(bad[i]), &t), INVALID);
}

static struct cs_totp
totp_of(const json_t *row)
{
	struct cs_totp t = cs_totp_usual;

	t.hotp.digits = (int)vector_int(row, "digits");
	t.period_s = vector_int(row, "step");
	if (json_object_get(row, "alg") != NULL)
		CHECK_OK(cs_otp_hash_decode(vector_text(row, "alg"), &t.hotp.hash));
	if (json_object_get(row, "t0") != NULL)
		t.start_s = vector_int(row, "t0");
	return t;
}

static void
check_codes(const char *name, size_t least)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("otp.json");
	const json_t *rows = json_object_get(all, name);
	const json_t *row;
	size_t i;

	CHECK(json_array_size(rows) >= least);
	json_array_foreach(rows, i, row)
	{
		CS_AUTO(cs_buf_clear) struct cs_buf k;
		struct cs_totp t = totp_of(row);
		cs_time at = cs_seconds(vector_int(row, "time"));
		struct cs_totp_found f;

		t.window = 0;
		vector_hex(row, "secretHex", &k);
		CHECK_OK(cs_totp_match(
		    &t, cs_buf_span(&k), at, 0, CS_STEP_NONE, vector_text(row, "code"), &f));
		CHECK_INT(f.step, cs_totp_step(&t, at));
	}
}

TEST(rfc6238_appendix_b)
{
	check_codes("rfc6238_appendixB", 18);
}

TEST(codes_of_random_keys_and_times_agree)
{
	check_codes("random_totp", 120);
}

TEST(verification_windows_of_the_vectors)
{
	CS_AUTO(vectors_free) json_t *all = vectors_load("otp.json");
	const json_t *row;
	size_t i, seen = 0;

	json_array_foreach(json_object_get(all, "windows"), i, row)
	{
		CS_AUTO(cs_buf_clear) struct cs_buf k;
		const json_t *last = json_object_get(row, "lastAcceptedStep");
		int64_t after = json_is_null(last) ? CS_STEP_NONE : json_integer_value(last);
		struct cs_totp_found f;

		if (!cs_str_equal(vector_text(row, "kind"), CS_STR("totp")))
			continue;
		struct cs_totp t = totp_of(row);
		t.window = (int)vector_int(row, "windowSteps");
		vector_hex(row, "secretHex", &k);
		CHECK_OK(cs_totp_match(&t, cs_buf_span(&k), cs_seconds(vector_int(row, "now")), 0,
		    after, vector_text(row, "code"), &f));
		CHECK_TEXT(
		    vector_text(row, "expect"), f.step == CS_STEP_NONE ? "reject" : "accept");
		if (f.step != CS_STEP_NONE)
			CHECK_INT(f.step, vector_int(row, "codeStep"));
		seen++;
	}
	CHECK(seen >= 24);
}

TEST_MAIN("proto/totp")
