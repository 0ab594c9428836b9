/*
 * factor_contract.c - what holds for every factor: each test runs on every row of the registry.
 *
 * A new factor adds one function that answers as its owner would, and is tested before it has any
 * test of its own.
 */
#include "factor/factor.h"

#include "factor/rows.h"
#include "proto/otpauth.h"
#include "test.h"

#include "bench.h"

#define ANSWER_MAX 4096

/* The owner's way to answer: from what enrolment showed alone, as an app would. */
struct owner {
	const char *factor;
	size_t (*answer)(const struct cs_factor_shown *shown, cs_time now, uint8_t out[ANSWER_MAX]);
	int64_t life_ms; /* an answer is worthless after this */
};

static size_t
totp_answer(const struct cs_factor_shown *shown, cs_time now, uint8_t out[ANSWER_MAX])
{
	struct cs_arena *arena = cs_arena_new(65536);
	CS_AUTO(cs_mac_free) struct cs_mac *mac = NULL;
	struct cs_otpauth o;
	char code[CS_OTP_DIGITS_MAX];

	CHECK_OK(cs_otpauth_decode(arena, cs_buf_str(&shown->uri), &o));
	struct cs_totp t = cs_totp_usual;
	t.hotp = o.hotp;
	t.period_s = o.period_s;
	CHECK_OK(cs_mac_new(t.hotp.hash, cs_secret_span(o.secret), &mac));
	CHECK_OK(cs_hotp_code(&t.hotp, mac, (uint64_t)cs_totp_step(&t, now), code));
	memcpy(out, code, (size_t)t.hotp.digits);
	cs_otpauth_clear(&o);
	cs_arena_free(&arena);
	return (size_t)t.hotp.digits;
}

static const struct owner owners[] = {
	{ .factor = "totp", .answer = totp_answer, .life_ms = 90 * CS_SECOND_MS },
};

static const struct owner *
owner_of(const struct cs_factor *f)
{
	for (size_t i = 0; i < CS_COUNT(owners); i++) {
		if (strcmp(owners[i].factor, f->name) == 0)
			return &owners[i];
	}
	fail_msg("%s: nobody here can answer for it", f->name);
	return NULL;
}

struct scene {
	struct bench bench;
	const struct cs_factor *factor;
	const struct owner *owner;
	struct cs_authenticator record;
	struct cs_factor_shown shown;
	uint8_t answer[ANSWER_MAX];
	size_t answer_len;
};

static void
scene_answer(struct scene *s)
{
	s->answer_len = s->owner->answer(&s->shown, s->bench.env.now, s->answer);
}

static struct cs_factor_result
scene_verify(struct scene *s)
{
	struct cs_factor_result r;

	memset(&r, 0xff, sizeof(r));
	CHECK_OK(
	    s->factor->verify(&s->bench.env, &s->record, CS_SPAN(s->answer, s->answer_len), &r));
	return r;
}

static void
for_each_factor(void (*act)(struct scene *s))
{
	static const struct cs_factor_label label = { .issuer = { "Halden", 6 },
		.account = { "ada@example.test", 16 } };

	for (size_t i = 0; cs_factors()[i] != NULL; i++) {
		static struct scene s;

		s = (struct scene){ .factor = cs_factors()[i] };
		s.owner = owner_of(s.factor);
		bench_open(&s.bench);
		s.record = bench_enrol(&s.bench, s.factor);
		CHECK_OK(s.factor->enrol_show(&s.bench.env, &s.record, &label, &s.shown));
		scene_answer(&s);
		act(&s);
		cs_factor_shown_clear(&s.shown);
		bench_close(&s.bench);
	}
}

static void
right_answer(struct scene *s)
{
	struct cs_factor_result r = scene_verify(s);

	CHECK_INT(r.verdict, CS_GRANTED);
	CHECK_INT(r.reason, CS_REASON_NONE);
	CHECK_INT(r.retry_after_ms, 0);
	CHECK(r.replay_len > 0 && r.replay_len <= CS_REPLAY_MAX);
}

TEST(the_right_answer_is_granted)
{
	for_each_factor(right_answer);
}

static void
confirm(struct scene *s)
{
	struct cs_factor_result r = { 0 };

	CHECK_OK(s->factor->enrol_finish(
	    &s->bench.env, &s->record, CS_SPAN(s->answer, s->answer_len), &r));
	bench_keep(&s->record, &r);
	CHECK_INT(scene_verify(s).verdict, CS_DENIED);
}

TEST(the_answer_that_confirms_enrolment_is_used_up)
{
	for_each_factor(confirm);
}

static void
replay(struct scene *s)
{
	struct cs_factor_result first = scene_verify(s);

	bench_keep(&s->record, &first);
	struct cs_factor_result again = scene_verify(s);
	CHECK_INT(again.verdict, CS_DENIED);
	CHECK_INT(again.reason, CS_REASON_REPLAYED);
	CHECK(again.retry_after_ms > 0);
	s->bench.env.now = cs_time_add(s->bench.env.now, again.retry_after_ms);
	CHECK_INT(scene_verify(s).verdict, CS_DENIED);
	scene_answer(s);
	CHECK_INT(scene_verify(s).verdict, CS_GRANTED);
}

TEST(no_answer_is_granted_twice_and_the_next_one_comes_when_it_was_said)
{
	for_each_factor(replay);
}

static void
deterministic(struct scene *s)
{
	struct cs_factor_result a = scene_verify(s);
	struct cs_factor_result b = scene_verify(s);

	CHECK_INT(a.replay_len, b.replay_len);
	CHECK(memcmp(a.replay, b.replay, a.replay_len) == 0);
	CHECK_INT(s->record.replay_len, 0);
}

TEST(judging_changes_nothing_in_the_record)
{
	for_each_factor(deterministic);
}

static void
expiry(struct scene *s)
{
	s->bench.env.now = cs_time_add(s->bench.env.now, s->owner->life_ms);
	CHECK_INT(scene_verify(s).verdict, CS_DENIED);
	s->bench.env.now = cs_time_add(s->bench.env.now, -2 * s->owner->life_ms);
	CHECK_INT(scene_verify(s).verdict, CS_DENIED);
}

TEST(an_answer_of_another_time_is_denied)
{
	for_each_factor(expiry);
}

static void
truncated(struct scene *s)
{
	size_t whole = s->answer_len;

	for (s->answer_len = 0; s->answer_len < whole; s->answer_len++) {
		struct cs_factor_result r = scene_verify(s);

		CHECK_INT(r.verdict, CS_DENIED);
		CHECK_INT(r.reason, CS_REASON_MALFORMED);
	}
}

TEST(every_cut_of_the_right_answer_is_malformed)
{
	for_each_factor(truncated);
}

static void
oversized(struct scene *s)
{
	size_t whole = s->answer_len;

	memset(s->answer + whole, s->answer[0], ANSWER_MAX - whole);
	for (s->answer_len = whole + 1; s->answer_len <= ANSWER_MAX; s->answer_len *= 2)
		CHECK_INT(scene_verify(s).verdict, CS_DENIED);
	s->answer_len = ANSWER_MAX;
	CHECK_INT(scene_verify(s).verdict, CS_DENIED);
	s->answer[whole] = '\0';
	s->answer_len = whole + 1;
	CHECK_INT(scene_verify(s).verdict, CS_DENIED);
}

TEST(the_right_answer_with_more_behind_it_is_denied)
{
	for_each_factor(oversized);
}

static void
altered(struct scene *s)
{
	for (size_t i = 0; i < s->answer_len; i++) {
		s->answer[i] ^= 1;
		CHECK_INT(scene_verify(s).verdict, CS_DENIED);
		s->answer[i] ^= 1;
	}
}

TEST(the_right_answer_with_one_bit_changed_is_denied)
{
	for_each_factor(altered);
}

static void
check_does_not_open(struct scene *s)
{
	struct cs_factor_result r;
	struct cs_factor_shown shown;

	memset(&r, 0xff, sizeof(r));
	CHECK_ERR(
	    s->factor->verify(&s->bench.env, &s->record, CS_SPAN(s->answer, s->answer_len), &r),
	    CRYPTO);
	CHECK_INT(r.verdict, CS_DENIED);
	memset(&r, 0xff, sizeof(r));
	CHECK_ERR(s->factor->enrol_finish(
		      &s->bench.env, &s->record, CS_SPAN(s->answer, s->answer_len), &r),
	    CRYPTO);
	CHECK_INT(r.verdict, CS_DENIED);
	CHECK_ERR(s->factor->enrol_show(
		      &s->bench.env, &s->record, &(struct cs_factor_label){ 0 }, &shown),
	    CRYPTO);
	CHECK_INT(shown.key.len, 0);
	CHECK_INT(shown.uri.len, 0);
	cs_factor_shown_clear(&shown);
}

static void
wrong_owner(struct scene *s)
{
	struct cs_authenticator mine = s->record;

	s->record.subject = cs_id_new(&s->bench.rng);
	check_does_not_open(s);
	s->record = mine;
	s->record.account = cs_id_new(&s->bench.rng);
	check_does_not_open(s);
	s->record = mine;
	s->record.id = cs_id_new(&s->bench.rng);
	check_does_not_open(s);
	s->record = mine;
	s->record.subject = cs_id_zero; /* as a decoy has it */
	check_does_not_open(s);
}

TEST(a_sealed_value_moved_to_another_owner_account_or_row_does_not_open)
{
	for_each_factor(wrong_owner);
}

static void
damaged(struct scene *s)
{
	uint8_t copy[512];
	cs_span whole = s->record.sealed;

	CHECK(whole.len <= sizeof(copy));
	for (size_t i = 0; i < whole.len; i += 7) {
		memcpy(copy, whole.p, whole.len);
		copy[i] ^= 0x40;
		s->record.sealed = CS_SPAN(copy, whole.len);
		check_does_not_open(s);
	}
	s->record.sealed = (cs_span){ whole.p, whole.len - 1 };
	check_does_not_open(s);
	s->record.sealed = CS_SPAN_NONE;
	check_does_not_open(s);
}

TEST(a_sealed_value_that_was_altered_cut_or_removed_does_not_open)
{
	for_each_factor(damaged);
}

static void
decoy(struct scene *s)
{
	struct cs_factor_shown shown;
	const struct cs_factor_label nobody = { 0 };

	CHECK_OK(cs_factor_decoy(s->factor, &s->bench.env, &s->record));
	CHECK_TEXT(s->record.factor, s->factor->name);
	CHECK_INT(scene_verify(s).verdict, CS_DENIED);
	CHECK_INT(scene_verify(s).reason, CS_REASON_MISMATCH);
	/* not even the answer that its own secret gives */
	CHECK_OK(s->factor->enrol_show(&s->bench.env, &s->record, &nobody, &shown));
	s->answer_len = s->owner->answer(&shown, s->bench.env.now, s->answer);
	cs_factor_shown_clear(&shown);
	struct cs_factor_result r = scene_verify(s);
	CHECK_INT(r.verdict, CS_DENIED);
	CHECK_INT(r.reason, CS_REASON_MISMATCH);
	CHECK_INT(r.replay_len, 0);
}

TEST(a_decoy_denies_every_answer_as_a_wrong_one)
{
	for_each_factor(decoy);
}

static void
shown_again(struct scene *s)
{
	struct cs_factor_shown again;
	const struct cs_factor_label label = { .issuer = CS_STR("Halden"),
		.account = CS_STR("ada@example.test") };

	CHECK_OK(s->factor->enrol_show(&s->bench.env, &s->record, &label, &again));
	CHECK(cs_str_equal(cs_buf_str(&again.key), cs_buf_str(&s->shown.key)));
	CHECK(cs_str_equal(cs_buf_str(&again.uri), cs_buf_str(&s->shown.uri)));
	cs_factor_shown_clear(&again);
}

TEST(a_pending_enrolment_shows_the_same_secret_again)
{
	for_each_factor(shown_again);
}

TEST_MAIN("factor contract")
