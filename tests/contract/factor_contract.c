/*
 * factor_contract.c - what holds for every factor: each test runs on every row of the registry.
 *
 * A new factor adds one function that answers as its owner would, and is tested before it has any
 * test of its own. What is about enrolling runs on those that are enrolled; what we issue has no
 * first answer, and its answers do not grow old.
 */
#include "factor/factor.h"

#include "factor/backup_code.h"
#include "factor/rows.h"
#include "model/access.h"
#include "proto/otpauth.h"
#include "test.h"

#include "bench.h"
#include "soft_key.h"

#define ANSWER_MAX 16384

struct scene;

/* The owner's way to answer: from what the factor shows alone, as an app or a browser would. */
struct owner {
	const char *factor;
	unsigned method; /* one of its kinds */
	/* to the enrolment that is shown, and to whatever is asked now */
	cs_str (*first)(struct scene *s, const struct cs_factor_shown *shown);
	cs_str (*answer)(struct scene *s);
	void (*later)(struct scene *s); /* an answer from before is worthless */
};

struct scene {
	struct bench bench;
	const struct cs_factor *factor;
	const struct owner *owner;
	struct soft_key key;
	struct cs_authenticator pending;
	struct cs_authenticator record; /* the same, confirmed */
	struct cs_factor_shown shown;
	cs_str first; /* what confirmed it */
	struct cs_buf issued; /* what we made: the answers, one a line */
	size_t next; /* of these */
	uint8_t answer[ANSWER_MAX];
	size_t answer_len;
};

/* --- an authenticator app --- */

static cs_str
totp_first(struct scene *s, const struct cs_factor_shown *shown)
{
	struct cs_arena *arena = s->bench.env.arena;
	CS_AUTO(cs_mac_free) struct cs_mac *mac = NULL;
	struct cs_totp t = cs_totp_usual;
	struct cs_otpauth o;
	char code[CS_OTP_DIGITS_MAX];

	CHECK_OK(cs_otpauth_decode(arena, cs_buf_str(&shown->uri), &o));
	t.hotp = o.hotp;
	t.period_s = o.period_s;
	CHECK_OK(cs_mac_new(t.hotp.hash, cs_secret_span(o.secret), &mac));
	CHECK_OK(cs_hotp_code(&t.hotp, mac, (uint64_t)cs_totp_step(&t, s->bench.env.now), code));
	cs_otpauth_clear(&o);
	return cs_arena_str(arena, (cs_str){ code, (size_t)t.hotp.digits });
}

static cs_str
totp_answer(struct scene *s)
{
	return totp_first(s, &s->shown);
}

static void
totp_later(struct scene *s)
{
	s->bench.env.now = cs_time_add(s->bench.env.now, 90 * CS_SECOND_MS);
}

/* --- a security key --- */

static cs_str
key_first(struct scene *s, const struct cs_factor_shown *shown)
{
	json_t *options = json_loadb(shown->options.p, shown->options.len, 0, NULL);
	cs_str response = soft_key_register(&s->key, s->bench.env.arena, options);

	json_decref(options);
	return response;
}

static cs_str
key_answer(struct scene *s)
{
	cs_str text;
	cs_str response;
	json_t *options;

	CHECK_OK(s->factor->question(&s->bench.env, &s->record, 1, &text));
	options = json_loadb(text.p, text.len, 0, NULL);
	response = soft_key_assert(&s->key, s->bench.env.arena, options);
	json_decref(options);
	return response;
}

static void
key_later(struct scene *s)
{
	bench_fill(&s->bench.state, s->bench.nonce, sizeof(s->bench.nonce));
}

/* --- a sheet of backup codes --- */

/* The next line of it, as it is read. */
static cs_str
sheet_answer(struct scene *s)
{
	cs_str sheet = cs_buf_str(&s->issued);

	CHECK_INT(sheet.len, CS_BACKUP_CODES * (CS_BACKUP_CODE_TEXT_LEN + 1));
	CHECK(s->next < CS_BACKUP_CODES);
	return (
	    cs_str){ sheet.p + s->next * (CS_BACKUP_CODE_TEXT_LEN + 1), CS_BACKUP_CODE_TEXT_LEN };
}

static void
sheet_later(struct scene *s)
{
	s->next++;
}

static const struct owner owners[] = {
	{ CS_FACTOR_BACKUP_CODE, CS_MFA_TOTP, NULL, sheet_answer, sheet_later },
	{ "totp", CS_MFA_TOTP, totp_first, totp_answer, totp_later },
	{ "webauthn", CS_MFA_SECURITY_KEY, key_first, key_answer, key_later },
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

static void
scene_answer(struct scene *s)
{
	cs_str answer = s->owner->answer(s);

	CHECK(answer.len <= ANSWER_MAX);
	memcpy(s->answer, answer.p, answer.len);
	s->answer_len = answer.len;
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

static const struct cs_factor_label label = { .issuer = { "Halden", 6 },
	.account = { "ada@example.test", 16 } };

static void
scene_issue(struct scene *s)
{
	s->record = bench_issue(&s->bench, s->factor, &s->issued);
}

static void
scene_enrol(struct scene *s, const struct cs_factor *f)
{
	struct cs_factor_result r;

	s->pending = bench_begin(&s->bench, f, s->owner->method);
	CHECK_OK(f->enrol_show(&s->bench.env, &s->pending, &label, &s->shown));
	s->first = s->owner->first(s, &s->shown);
	s->record = s->pending;
	CHECK_OK(f->enrol_finish(&s->bench.env, &s->record, cs_str_span(s->first), &r));
	bench_keep(&s->record, &r);
	s->record.state = CS_AUTHENTICATOR_ACTIVE;
	s->owner->later(s);
}

/* Enrolled and confirmed, or issued, and asked: the right answer is in s->answer. */
static void
scene_open(struct scene *s, const struct cs_factor *f)
{
	*s = (struct scene){ .factor = f, .owner = owner_of(f) };
	bench_open(&s->bench);
	soft_key_open(&s->key);
	if (f->is_issued)
		scene_issue(s);
	else
		scene_enrol(s, f);
	scene_answer(s);
}

static void
run(const struct cs_factor *f, void (*act)(struct scene *s))
{
	static struct scene s;

	scene_open(&s, f);
	act(&s);
	cs_factor_shown_clear(&s.shown);
	cs_buf_clear(&s.issued);
	soft_key_close(&s.key);
	bench_close(&s.bench);
}

static void
for_each_factor(void (*act)(struct scene *s))
{
	for (size_t i = 0; cs_factors()[i] != NULL; i++)
		run(cs_factors()[i], act);
}

static void
for_each_enrolled(void (*act)(struct scene *s))
{
	for (size_t i = 0; cs_factors()[i] != NULL; i++)
		if (!cs_factors()[i]->is_issued)
			run(cs_factors()[i], act);
}

static void
for_each_issued(void (*act)(struct scene *s))
{
	for (size_t i = 0; cs_factors()[i] != NULL; i++)
		if (cs_factors()[i]->is_issued)
			run(cs_factors()[i], act);
}

static void
right_answer(struct scene *s)
{
	struct cs_factor_result r = scene_verify(s);

	CHECK_INT(r.verdict, CS_GRANTED);
	CHECK_INT(r.reason, CS_REASON_NONE);
	CHECK_INT(r.retry_after_ms, 0);
	CHECK(r.words == NULL);
	CHECK(r.replay_len > 0 && r.replay_len <= CS_REPLAY_MAX);
}

TEST(the_right_answer_is_granted)
{
	for_each_factor(right_answer);
}

static void
confirm(struct scene *s)
{
	CHECK(s->first.len <= ANSWER_MAX);
	memcpy(s->answer, s->first.p, s->first.len);
	s->answer_len = s->first.len;
	CHECK_INT(scene_verify(s).verdict, CS_DENIED);
}

TEST(the_answer_that_confirms_enrolment_is_used_up)
{
	for_each_enrolled(confirm);
}

static void
replay(struct scene *s)
{
	struct cs_factor_result first = scene_verify(s);

	bench_keep(&s->record, &first);
	struct cs_factor_result again = scene_verify(s);
	CHECK_INT(again.verdict, CS_DENIED);
	CHECK(again.reason == CS_REASON_REPLAYED || again.reason == CS_REASON_CLONED);
	CHECK((again.retry_after_ms > 0) ==
	      (again.reason == CS_REASON_REPLAYED && !s->factor->is_issued));
	CHECK((again.used_at.ms > 0) == s->factor->is_issued);
	CHECK_INT(again.replay_len, 0);
	s->bench.env.now = cs_time_add(s->bench.env.now, again.retry_after_ms);
	CHECK_INT(scene_verify(s).verdict, CS_DENIED);
	if (s->factor->is_issued)
		s->owner->later(s);
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
	struct cs_authenticator before = s->record;
	struct cs_factor_result a = scene_verify(s);
	struct cs_factor_result b = scene_verify(s);

	CHECK_INT(a.replay_len, b.replay_len);
	CHECK(memcmp(a.replay, b.replay, a.replay_len) == 0);
	CHECK(memcmp(&before, &s->record, sizeof(before)) == 0);
}

TEST(judging_changes_nothing_in_the_record)
{
	for_each_factor(deterministic);
}

static void
expiry(struct scene *s)
{
	s->owner->later(s);
	CHECK_INT(scene_verify(s).verdict, CS_DENIED);
	scene_answer(s);
	CHECK_INT(scene_verify(s).verdict, CS_GRANTED);
}

TEST(an_answer_to_what_was_asked_before_is_denied)
{
	for_each_enrolled(expiry);
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
check_does_not_open(
    struct scene *s, const struct cs_authenticator *pending, const struct cs_authenticator *record)
{
	struct cs_authenticator copy = *pending;
	struct cs_factor_result r;
	struct cs_factor_shown shown;

	memset(&r, 0xff, sizeof(r));
	CHECK_ERR(s->factor->verify(&s->bench.env, record, CS_SPAN(s->answer, s->answer_len), &r),
	    CRYPTO);
	CHECK_INT(r.verdict, CS_DENIED);
	if (s->factor->is_issued)
		return;
	memset(&r, 0xff, sizeof(r));
	CHECK_ERR(s->factor->enrol_finish(&s->bench.env, &copy, cs_str_span(s->first), &r), CRYPTO);
	CHECK_INT(r.verdict, CS_DENIED);
	CHECK_ERR(s->factor->enrol_show(&s->bench.env, pending, &label, &shown), CRYPTO);
	CHECK_INT(shown.key.len, 0);
	CHECK_INT(shown.uri.len, 0);
	CHECK_INT(shown.options.len, 0);
	cs_factor_shown_clear(&shown);
}

static void
check_moved(struct scene *s, size_t offset, cs_id id)
{
	struct cs_authenticator pending = s->pending;
	struct cs_authenticator record = s->record;

	memcpy((char *)&pending + offset, &id, sizeof(id));
	memcpy((char *)&record + offset, &id, sizeof(id));
	check_does_not_open(s, &pending, &record);
}

static void
wrong_owner(struct scene *s)
{
	check_moved(s, offsetof(struct cs_authenticator, subject), cs_id_new(&s->bench.rng));
	check_moved(s, offsetof(struct cs_authenticator, account), cs_id_new(&s->bench.rng));
	check_moved(s, offsetof(struct cs_authenticator, id), cs_id_new(&s->bench.rng));
	/* as a decoy has it */
	check_moved(s, offsetof(struct cs_authenticator, subject), cs_id_zero);
}

TEST(a_sealed_value_moved_to_another_owner_account_or_row_does_not_open)
{
	for_each_factor(wrong_owner);
}

static void
check_sealed_as(struct scene *s, cs_span pending_bytes, cs_span record_bytes)
{
	struct cs_authenticator pending = s->pending;
	struct cs_authenticator record = s->record;

	pending.sealed = pending_bytes;
	record.sealed = record_bytes;
	check_does_not_open(s, &pending, &record);
}

static void
flip(cs_span whole, size_t i, uint8_t copy[static 512])
{
	CHECK(whole.len <= 512);
	memcpy(copy, whole.p, whole.len);
	copy[i % whole.len] ^= 0x40;
}

static void
damaged(struct scene *s)
{
	cs_span r = s->record.sealed;
	cs_span p = s->factor->is_issued ? r : s->pending.sealed;
	uint8_t p_copy[512];
	uint8_t r_copy[512];

	for (size_t i = 0; i < r.len; i += 7) {
		flip(p, i, p_copy);
		flip(r, i, r_copy);
		check_sealed_as(s, CS_SPAN(p_copy, p.len), CS_SPAN(r_copy, r.len));
	}
	check_sealed_as(s, CS_SPAN(p.p, p.len - 1), CS_SPAN(r.p, r.len - 1));
	check_sealed_as(s, CS_SPAN_NONE, CS_SPAN_NONE);
}

TEST(a_sealed_value_that_was_altered_cut_or_removed_does_not_open)
{
	for_each_factor(damaged);
}

static void
decoy(struct scene *s)
{
	struct cs_factor_shown shown;
	struct cs_factor_result r;

	CHECK_OK(cs_factor_decoy(s->factor, &s->bench.env, &s->record));
	CHECK_TEXT(s->record.factor, s->factor->name);
	CHECK_INT(scene_verify(s).verdict, CS_DENIED);
	CHECK_INT(scene_verify(s).reason, CS_REASON_MISMATCH);
	CHECK(scene_verify(s).words == NULL);
	CHECK(s->record.is_issued == s->factor->is_issued);
	if (s->factor->is_issued) /* there is nothing that would show an answer */
		return;
	/* not even the answer that its own secret gives */
	CHECK_OK(s->factor->enrol_show(&s->bench.env, &s->record, &label, &shown));
	s->first = s->owner->first(s, &shown);
	cs_factor_shown_clear(&shown);
	CHECK_OK(s->factor->enrol_finish(&s->bench.env, &s->record, cs_str_span(s->first), &r));
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

	CHECK_OK(s->factor->enrol_show(&s->bench.env, &s->pending, &label, &again));
	CHECK(cs_str_equal(cs_buf_str(&again.key), cs_buf_str(&s->shown.key)));
	CHECK(cs_str_equal(cs_buf_str(&again.uri), cs_buf_str(&s->shown.uri)));
	CHECK(cs_str_equal(again.options, s->shown.options));
	cs_factor_shown_clear(&again);
}

TEST(a_pending_enrolment_shows_the_same_secret_again)
{
	for_each_enrolled(shown_again);
}

/* --- what we issue --- */

static void
each_once(struct scene *s)
{
	struct cs_factor_result r;

	for (s->next = 0; s->next < CS_BACKUP_CODES; s->next++) {
		scene_answer(s);
		r = scene_verify(s);
		CHECK_INT(r.verdict, CS_GRANTED);
		CHECK_INT(r.left, CS_BACKUP_CODES - 1 - (int)s->next);
		bench_keep(&s->record, &r);
	}
	for (s->next = 0; s->next < CS_BACKUP_CODES; s->next++) {
		scene_answer(s);
		r = scene_verify(s);
		CHECK_INT(r.reason, CS_REASON_REPLAYED);
		CHECK_INT(r.used_at.ms, s->bench.env.now.ms);
		CHECK_INT(r.left, 0);
	}
}

TEST(each_issued_answer_is_good_once_and_they_are_counted_down)
{
	for_each_issued(each_once);
}

static void
for_ever(struct scene *s)
{
	s->bench.env.now = cs_time_add(s->bench.env.now, 3650 * CS_DAY_MS);
	CHECK_INT(scene_verify(s).verdict, CS_GRANTED);
}

TEST(an_issued_answer_does_not_grow_old)
{
	for_each_issued(for_ever);
}

static void
new_set(struct scene *s)
{
	struct cs_buf fresh;

	cs_buf_init_sensitive(&fresh, CS_ISSUED_MAX);
	CHECK_OK(s->factor->issue(&s->bench.env, &s->record, &fresh));
	CHECK_INT(s->record.replay_len, 0);
	CHECK_INT(scene_verify(s).reason, CS_REASON_MISMATCH);
	CHECK(fresh.len == s->issued.len && memcmp(fresh.p, s->issued.p, fresh.len) != 0);
	cs_buf_clear(&fresh);
}

TEST(answers_of_the_set_before_are_wrong_ones)
{
	for_each_issued(new_set);
}

TEST_MAIN("factor contract")
