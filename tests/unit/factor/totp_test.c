#include "factor/factor.h"

#include "base/codec.h"
#include "factor/rows.h"
#include "proto/otpauth.h"
#include "test.h"

#include "bench.h"

static const struct cs_factor_label label = { .issuer = { "Halden Maritime", 15 },
	.account = { "ada@example.test", 16 } };

/* The code that an app with this record's key shows, steps away from now. */
static void
app_code(struct bench *b, const struct cs_authenticator *a, int64_t steps, char out[static 6])
{
	CS_AUTO(cs_secret_free) struct cs_secret *secret = NULL;
	CS_AUTO(cs_mac_free) struct cs_mac *mac = NULL;
	struct cs_binding binding = cs_factor_binding(a);
	char code[CS_OTP_DIGITS_MAX];

	CHECK_OK(cs_unseal_secret(b->keyring, a->sealed, &binding, &secret));
	CHECK_OK(cs_mac_new(CS_SHA1, cs_secret_span(secret), &mac));
	CHECK_OK(cs_hotp_code(&cs_totp_usual.hotp, mac,
	    (uint64_t)(cs_totp_step(&cs_totp_usual, b->env.now) + steps), code));
	memcpy(out, code, 6);
}

static struct cs_factor_result
answer(struct bench *b, const struct cs_authenticator *a, int64_t steps)
{
	struct cs_factor_result r;
	char code[6];

	app_code(b, a, steps, code);
	CHECK_OK(cs_factor_totp.verify(&b->env, a, CS_SPAN(code, 6), &r));
	return r;
}

static struct cs_factor_result
typed(struct bench *b, const struct cs_authenticator *a, const char *text)
{
	struct cs_factor_result r;

	CHECK_OK(cs_factor_totp.verify(&b->env, a, CS_SPAN(text, strlen(text)), &r));
	return r;
}

TEST(the_present_code_is_granted)
{
	struct bench b;

	bench_open(&b);
	struct cs_authenticator a = bench_enrol(&b, &cs_factor_totp);
	struct cs_factor_result r = answer(&b, &a, 0);
	CHECK_INT(r.verdict, CS_GRANTED);
	CHECK_INT(r.reason, CS_REASON_NONE);
	CHECK_INT(r.retry_after_ms, 0);
	CHECK(r.replay_len > 0);
	bench_close(&b);
}

TEST(the_same_code_is_refused_the_second_time_and_says_when_the_next_one_comes)
{
	struct bench b;

	bench_open(&b);
	struct cs_authenticator a = bench_enrol(&b, &cs_factor_totp);
	struct cs_factor_result first = answer(&b, &a, 0);
	bench_keep(&a, &first);
	struct cs_factor_result second = answer(&b, &a, 0);
	CHECK_INT(second.verdict, CS_DENIED);
	CHECK_INT(second.reason, CS_REASON_REPLAYED);
	/* 1790000011 is 1 s into its step */
	CHECK_INT(second.retry_after_ms, 29000);
	CHECK_INT(second.replay_len, 0);
	bench_close(&b);
}

TEST(an_older_code_is_refused_after_a_newer_one)
{
	struct bench b;

	bench_open(&b);
	struct cs_authenticator a = bench_enrol(&b, &cs_factor_totp);
	struct cs_factor_result r = answer(&b, &a, 1);
	bench_keep(&a, &r);
	CHECK_INT(answer(&b, &a, 0).reason, CS_REASON_REPLAYED);
	CHECK_INT(answer(&b, &a, 1).reason, CS_REASON_REPLAYED);
	CHECK_INT(answer(&b, &a, 2).verdict, CS_GRANTED);
	bench_close(&b);
}

TEST(codes_one_step_away_are_granted_and_two_steps_away_refused)
{
	struct bench b;

	bench_open(&b);
	struct cs_authenticator a = bench_enrol(&b, &cs_factor_totp);
	CHECK_INT(answer(&b, &a, -1).verdict, CS_GRANTED);
	CHECK_INT(answer(&b, &a, 1).verdict, CS_GRANTED);
	CHECK_INT(answer(&b, &a, -2).reason, CS_REASON_MISMATCH);
	CHECK_INT(answer(&b, &a, 2).reason, CS_REASON_MISMATCH);
	bench_close(&b);
}

TEST(a_clock_that_drifts_slowly_is_followed)
{
	struct bench b;

	bench_open(&b);
	struct cs_authenticator a = bench_enrol(&b, &cs_factor_totp);
	for (int64_t drift = 1; drift <= 5; drift++) {
		struct cs_factor_result r = answer(&b, &a, drift);

		CHECK_INT(r.verdict, CS_GRANTED);
		bench_keep(&a, &r);
		b.env.now = cs_time_add(b.env.now, CS_DAY_MS);
	}
	CHECK_INT(answer(&b, &a, 7).verdict, CS_DENIED);
	/* the phone's clock was set right meanwhile */
	CHECK_INT(answer(&b, &a, 0).verdict, CS_GRANTED);
	bench_close(&b);
}

TEST(a_negative_drift_survives_being_stored)
{
	struct bench b;

	bench_open(&b);
	struct cs_authenticator a = bench_enrol(&b, &cs_factor_totp);
	struct cs_factor_result r = answer(&b, &a, -1);
	bench_keep(&a, &r);
	b.env.now = cs_time_add(b.env.now, CS_DAY_MS);
	CHECK_INT(answer(&b, &a, -2).verdict, CS_GRANTED);
	CHECK_INT(answer(&b, &a, -3).verdict, CS_DENIED);
	bench_close(&b);
}

TEST(what_is_not_six_digits_is_malformed)
{
	static const char *const bad[] = { "", "12345", "1234567", "12345a", "12 345", "١٢٣",
		"000000000000000000000000000000000000000000000000000000000000" };
	struct bench b;

	bench_open(&b);
	struct cs_authenticator a = bench_enrol(&b, &cs_factor_totp);
	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		CHECK_INT(typed(&b, &a, bad[i]).verdict, CS_DENIED);
		CHECK_INT(typed(&b, &a, bad[i]).reason, CS_REASON_MALFORMED);
	}
	bench_close(&b);
}

TEST(a_code_of_another_record_is_refused)
{
	struct bench b;
	char code[6];
	struct cs_factor_result r;

	bench_open(&b);
	struct cs_authenticator a = bench_enrol(&b, &cs_factor_totp);
	struct cs_authenticator other = bench_enrol(&b, &cs_factor_totp);
	app_code(&b, &other, 0, code);
	CHECK_OK(cs_factor_totp.verify(&b.env, &a, CS_SPAN(code, 6), &r));
	CHECK_INT(r.reason, CS_REASON_MISMATCH);
	bench_close(&b);
}

TEST(other_parameters_in_the_record_are_honoured)
{
	struct bench b;
	struct cs_factor_result r;

	bench_open(&b);
	struct cs_authenticator a = bench_enrol(&b, &cs_factor_totp);
	a.params = CS_STR("{\"algorithm\":\"SHA256\",\"digits\":8,\"period_s\":60}");
	CHECK_INT(typed(&b, &a, "123456").reason, CS_REASON_MALFORMED);
	CHECK_INT(typed(&b, &a, "12345678").reason, CS_REASON_MISMATCH);
	a.params = CS_STR("{\"algorithm\":\"SHA256\"}");
	CHECK_ERR(cs_factor_totp.verify(&b.env, &a, CS_SPAN("123456", 6), &r), INVALID);
	CHECK_INT(r.verdict, CS_DENIED);
	bench_close(&b);
}

TEST(a_replay_state_that_is_not_ours_fails_closed)
{
	struct bench b;
	struct cs_factor_result r;
	char code[6];

	bench_open(&b);
	struct cs_authenticator a = bench_enrol(&b, &cs_factor_totp);
	app_code(&b, &a, 0, code);
	for (size_t len = 1; len <= CS_REPLAY_MAX; len++) {
		memset(a.replay, 2, sizeof(a.replay));
		a.replay_len = len;
		CHECK_ERR(cs_factor_totp.verify(&b.env, &a, CS_SPAN(code, 6), &r), INVALID);
		CHECK_INT(r.verdict, CS_DENIED);
	}
	bench_close(&b);
}

TEST(key_and_uri_show_the_same_secret_each_time)
{
	struct bench b;
	struct cs_factor_shown one, two;
	struct cs_otpauth o;
	CS_AUTO(cs_buf_clear) struct cs_buf bytes;

	bench_open(&b);
	struct cs_authenticator a = bench_enrol(&b, &cs_factor_totp);
	CHECK_OK(cs_factor_totp.enrol_show(&b.env, &a, &label, &one));
	CHECK_OK(cs_factor_totp.enrol_show(&b.env, &a, &label, &two));
	CHECK_INT(one.key.len, 32); /* 20 bytes */
	CHECK(cs_str_equal(cs_buf_str(&one.key), cs_buf_str(&two.key)));
	CHECK(cs_str_equal(cs_buf_str(&one.uri), cs_buf_str(&two.uri)));
	CHECK(one.key.is_sensitive && one.uri.is_sensitive);
	CHECK_TEXT(one.algorithm, "SHA1");
	CHECK_INT(one.digits, 6);
	CHECK_INT(one.period_s, 30);

	CHECK_OK(cs_otpauth_decode(b.env.arena, cs_buf_str(&one.uri), &o));
	cs_buf_init_sensitive(&bytes, 64);
	CHECK_OK(cs_base32_decode(cs_buf_str(&one.key), &bytes));
	CHECK_INT(cs_secret_span(o.secret).len, 20);
	CHECK(cs_str_equal(
	    (cs_str){ (const char *)cs_secret_span(o.secret).p, 20 }, cs_buf_str(&bytes)));
	CHECK_TEXT(o.issuer, "Halden Maritime");
	CHECK_TEXT(o.account, "ada@example.test");
	CHECK_INT(o.hotp.digits, 6);
	CHECK_INT(o.period_s, 30);
	cs_otpauth_clear(&o);
	cs_factor_shown_clear(&one);
	cs_factor_shown_clear(&two);
	CHECK(one.key.p == NULL && one.uri.p == NULL);
	bench_close(&b);
}

TEST(two_enrolments_have_two_secrets)
{
	struct bench b;
	struct cs_factor_shown one, two;

	bench_open(&b);
	struct cs_authenticator a = bench_enrol(&b, &cs_factor_totp);
	struct cs_authenticator c = bench_enrol(&b, &cs_factor_totp);
	CHECK_OK(cs_factor_totp.enrol_show(&b.env, &a, &label, &one));
	CHECK_OK(cs_factor_totp.enrol_show(&b.env, &c, &label, &two));
	CHECK(!cs_str_equal(cs_buf_str(&one.key), cs_buf_str(&two.key)));
	cs_factor_shown_clear(&one);
	cs_factor_shown_clear(&two);
	bench_close(&b);
}

TEST(a_long_issuer_is_cut_between_two_characters_so_that_the_longest_address_still_fits)
{
	static char issuer[600] = "x", account[254];
	const struct cs_factor_label long_label = { .issuer = { issuer, sizeof(issuer) - 1 },
		.account = { account, sizeof(account) } };
	struct bench b;
	struct cs_factor_shown shown;
	struct cs_otpauth o;

	/* "x", then letters of two bytes: the 120th byte is half of one */
	for (size_t i = 1; i + 1 < sizeof(issuer); i += 2)
		memcpy(issuer + i, "\u00f8", 2);
	memset(account, '+', sizeof(account)); /* percent-encoded, like all of the issuer */
	bench_open(&b);
	struct cs_authenticator a = bench_enrol(&b, &cs_factor_totp);
	CHECK_OK(cs_factor_totp.enrol_show(&b.env, &a, &long_label, &shown));
	CHECK_OK(cs_otpauth_decode(b.env.arena, cs_buf_str(&shown.uri), &o));
	CHECK(cs_str_equal(o.issuer, (cs_str){ issuer, 119 }));
	CHECK(cs_str_equal(o.account, long_label.account));
	cs_otpauth_clear(&o);
	cs_factor_shown_clear(&shown);
	bench_close(&b);
}

TEST(an_account_name_too_long_for_a_uri_is_refused_and_leaves_nothing_behind)
{
	static char huge[2000];
	const struct cs_factor_label long_label = { .issuer = { "Halden", 6 },
		.account = { huge, sizeof(huge) } };
	struct bench b;
	struct cs_factor_shown shown;

	memset(huge, 'x', sizeof(huge));
	bench_open(&b);
	struct cs_authenticator a = bench_enrol(&b, &cs_factor_totp);
	CHECK_ERR(cs_factor_totp.enrol_show(&b.env, &a, &long_label, &shown), LIMIT);
	cs_factor_shown_clear(&shown);
	bench_close(&b);
}

TEST(the_code_that_confirms_an_enrolment_cannot_be_used_to_sign_in)
{
	struct bench b;
	struct cs_factor_result r;
	char code[6];

	bench_open(&b);
	struct cs_authenticator a = bench_enrol(&b, &cs_factor_totp);
	app_code(&b, &a, 0, code);
	CHECK_OK(cs_factor_totp.enrol_finish(&b.env, &a, CS_SPAN(code, 6), &r));
	bench_keep(&a, &r);
	CHECK_OK(cs_factor_totp.verify(&b.env, &a, CS_SPAN(code, 6), &r));
	CHECK_INT(r.verdict, CS_DENIED);
	CHECK_INT(r.reason, CS_REASON_REPLAYED);
	bench_close(&b);
}

TEST_MAIN("factor/totp")
