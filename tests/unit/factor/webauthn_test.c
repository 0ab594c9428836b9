/* What is webauthn's own; what holds for every factor is in tests/contract/factor_contract.c. */
#include "factor/factor.h"

#include "factor/rows.h"
#include "model/access.h"
#include "test.h"

#include "bench.h"
#include "soft_key.h"

struct scene {
	struct bench bench;
	struct soft_key key;
	struct cs_authenticator record; /* pending, then enrolled */
	struct cs_factor_result r;
};

static const struct cs_factor_label label = { .issuer = { "Halden Maritime", 15 },
	.account = { "ada@example.test", 16 },
	.person = { "Ada Berg", 8 } };

static void
open_scene(struct scene *s, unsigned method)
{
	bench_open(&s->bench);
	if (method == CS_MFA_BIOMETRICS)
		soft_key_open_built_in(&s->key);
	else
		soft_key_open(&s->key);
	s->record = bench_begin(&s->bench, &cs_factor_webauthn, method);
}

static void
close_scene(struct scene *s)
{
	soft_key_close(&s->key);
	bench_close(&s->bench);
}

static json_t *
parse(cs_str text)
{
	json_t *j = json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES, NULL);

	CHECK(json_is_object(j));
	return j;
}

/* The options of the pending enrolment; json_decref. */
static json_t *
shown(struct scene *s, const struct cs_factor_label *l)
{
	struct cs_factor_shown out;
	json_t *options;

	CHECK_OK(cs_factor_webauthn.enrol_show(&s->bench.env, &s->record, l, &out));
	options = parse(out.options);
	cs_factor_shown_clear(&out);
	return options;
}

static enum cs_reason
enrol(struct scene *s)
{
	json_t *options = shown(s, &label);
	cs_str response = soft_key_register(&s->key, s->bench.env.arena, options);

	json_decref(options);
	CHECK_OK(cs_factor_webauthn.enrol_finish(
	    &s->bench.env, &s->record, cs_str_span(response), &s->r));
	CHECK((s->r.verdict == CS_GRANTED) == (s->r.reason == CS_REASON_NONE));
	if (s->r.verdict == CS_GRANTED)
		bench_keep(&s->record, &s->r);
	return s->r.reason;
}

static json_t *
asked(struct scene *s, const struct cs_authenticator *list, size_t count)
{
	cs_str text;

	CHECK_OK(cs_factor_webauthn.question(&s->bench.env, list, count, &text));
	return parse(text);
}

static enum cs_reason
answer(struct scene *s)
{
	json_t *options = asked(s, &s->record, 1);
	cs_str response = soft_key_assert(&s->key, s->bench.env.arena, options);

	json_decref(options);
	CHECK_OK(
	    cs_factor_webauthn.verify(&s->bench.env, &s->record, cs_str_span(response), &s->r));
	CHECK((s->r.verdict == CS_GRANTED) == (s->r.reason == CS_REASON_NONE));
	CHECK(s->r.verdict == CS_GRANTED || s->r.replay_len == 0);
	return s->r.reason;
}

static const char *
text_at(const json_t *j, const char *outer, const char *name)
{
	const char *text =
	    json_string_value(json_object_get(outer != NULL ? json_object_get(j, outer) : j, name));

	return text != NULL ? text : "";
}

static const char *
first_of(const json_t *j, const char *name)
{
	const char *text = json_string_value(json_array_get(json_object_get(j, name), 0));

	return text != NULL ? text : "";
}

/* --- what browsers are told --- */

TEST(a_security_key_is_asked_for_as_one)
{
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	json_t *o = shown(&s, &label);
	assert_string_equal(text_at(o, "rp", "id"), "auth.example.test");
	assert_string_equal(text_at(o, "rp", "name"), "Halden Maritime");
	assert_string_equal(text_at(o, "user", "name"), "ada@example.test");
	assert_string_equal(text_at(o, "user", "displayName"), "Ada Berg");
	CHECK_INT(strlen(text_at(o, NULL, "challenge")), 43);
	const char *attachment = text_at(o, "authenticatorSelection", "authenticatorAttachment");
	assert_string_equal(attachment, "cross-platform");
	assert_string_equal(text_at(o, "authenticatorSelection", "userVerification"), "preferred");
	assert_string_equal(text_at(o, "authenticatorSelection", "residentKey"), "discouraged");
	assert_string_equal(first_of(o, "hints"), "security-key");
	assert_string_equal(text_at(o, NULL, "attestation"), "direct");
	CHECK_INT(json_integer_value(json_object_get(o, "timeout")), 300000);
	json_decref(o);
	close_scene(&s);
}

TEST(what_is_built_in_is_asked_for_with_verification)
{
	struct scene s;

	open_scene(&s, CS_MFA_BIOMETRICS);
	json_t *o = shown(&s, &label);
	const char *attachment = text_at(o, "authenticatorSelection", "authenticatorAttachment");
	assert_string_equal(attachment, "platform");
	assert_string_equal(text_at(o, "authenticatorSelection", "userVerification"), "required");
	assert_string_equal(first_of(o, "hints"), "client-device");
	json_decref(o);
	close_scene(&s);
}

TEST(a_persons_id_is_random_and_no_name)
{
	struct scene s;
	uint8_t id[16];

	open_scene(&s, CS_MFA_SECURITY_KEY);
	json_t *o = shown(&s, &label);
	CHECK_OK(cs_base64url_exact(cs_str_c(text_at(o, "user", "id")), sizeof(id), id));
	CHECK(memcmp(id, s.record.subject.b, sizeof(id)) == 0);
	json_decref(o);
	close_scene(&s);
}

TEST(the_algorithms_that_every_platform_needs_are_offered)
{
	static const int64_t needed[] = { -7, -8, -257, -35, -36 };
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	json_t *o = shown(&s, &label);
	const json_t *list = json_object_get(o, "pubKeyCredParams");
	for (size_t i = 0; i < CS_COUNT(needed); i++) {
		bool is_there = false;

		for (size_t j = 0; j < json_array_size(list); j++)
			is_there |= json_integer_value(json_object_get(
					json_array_get(list, j), "alg")) == needed[i];
		CHECK(is_there);
	}
	json_decref(o);
	close_scene(&s);
}

TEST(what_the_person_has_is_excluded)
{
	struct cs_factor_label with = label;
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	with.known = &s.record;
	with.known_count = 1;
	struct cs_authenticator first = s.record;
	s.record = bench_begin(&s.bench, &cs_factor_webauthn, CS_MFA_SECURITY_KEY);
	with.known = &first;
	json_t *o = shown(&s, &with);
	const json_t *list = json_object_get(o, "excludeCredentials");
	CHECK_INT(json_array_size(list), 1);
	const json_t *one = json_array_get(list, 0);
	cs_str id = cs_base64url_text(s.bench.env.arena, CS_SPAN(s.key.id, sizeof(s.key.id)));
	CHECK_TEXT(id, text_at(one, NULL, "id"));
	assert_string_equal(first_of(one, "transports"), "usb");
	json_decref(o);
	close_scene(&s);
}

TEST(two_enrolments_have_two_challenges)
{
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	json_t *one = shown(&s, &label);
	s.record = bench_begin(&s.bench, &cs_factor_webauthn, CS_MFA_SECURITY_KEY);
	json_t *two = shown(&s, &label);
	assert_string_not_equal(text_at(one, NULL, "challenge"), text_at(two, NULL, "challenge"));
	json_decref(one);
	json_decref(two);
	close_scene(&s);
}

TEST(verification_and_hints_follow_from_who_may_answer)
{
	static const struct {
		unsigned methods[2];
		size_t count;
		const char *verification;
		const char *hint;
		size_t hints;
	} rows[] = {
		{ { CS_MFA_SECURITY_KEY }, 1, "discouraged", "security-key", 1 },
		{ { CS_MFA_BIOMETRICS }, 1, "required", "client-device", 1 },
		{ { CS_MFA_SECURITY_KEY, CS_MFA_BIOMETRICS }, 2, "preferred", "security-key", 2 },
		{ { CS_MFA_BIOMETRICS, CS_MFA_SECURITY_KEY }, 2, "preferred", "client-device", 2 },
	};
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	for (size_t i = 0; i < CS_COUNT(rows); i++) {
		struct cs_authenticator list[2] = { s.record, s.record };

		list[0].method = rows[i].methods[0];
		list[1].method = rows[i].methods[1];
		json_t *o = asked(&s, list, rows[i].count);
		assert_string_equal(text_at(o, NULL, "userVerification"), rows[i].verification);
		assert_string_equal(first_of(o, "hints"), rows[i].hint);
		CHECK_INT(json_array_size(json_object_get(o, "hints")), rows[i].hints);
		assert_string_equal(text_at(o, NULL, "rpId"), "auth.example.test");
		CHECK_INT(json_array_size(json_object_get(o, "allowCredentials")), rows[i].count);
		json_decref(o);
	}
	close_scene(&s);
}

TEST(params_that_cannot_be_read_name_no_transports)
{
	static const char *const broken[] = { "", "{", "[]", "{\"transports\":5}", "{}" };
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	for (size_t i = 0; i < CS_COUNT(broken); i++) {
		s.record.params = cs_str_c(broken[i]);
		json_t *o = asked(&s, &s.record, 1);
		const json_t *one = json_array_get(json_object_get(o, "allowCredentials"), 0);
		CHECK_INT(json_array_size(json_object_get(one, "transports")), 0);
		CHECK(json_is_array(json_object_get(one, "transports")));
		json_decref(o);
	}
	close_scene(&s);
}

/* --- enrolling --- */

TEST(a_registration_says_what_is_to_be_kept)
{
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	memset(s.key.aaguid, 0xcd, sizeof(s.key.aaguid));
	s.key.flags = SOFT_UP | SOFT_UV | SOFT_BE | SOFT_BS;
	s.key.count = 7;
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	CHECK_INT(s.record.method, CS_MFA_SECURITY_KEY);
	CHECK_INT(s.record.credential_id.len, sizeof(s.key.id));
	CHECK(s.record.has_aaguid && s.record.aaguid[3] == 0xcd);
	CHECK(s.record.is_backup_eligible && s.record.is_backed_up);
	CHECK(s.r.is_user_verified);
	CHECK_TEXT(s.record.format, "none");
	CHECK_INT(s.record.evidence, CS_EVIDENCE_NONE);
	CHECK_INT(s.record.client_hash.len, 32);
	CHECK(s.record.attestation.len > 100);
	CHECK_TEXT(s.record.params, "{\"transports\":[\"usb\"],\"attachment\":\"cross-platform\"}");
	CHECK(s.r.attestation != NULL);
	/* counter 7 was used */
	s.key.count = 6;
	CHECK_INT(answer(&s), CS_REASON_CLONED);
	close_scene(&s);
}

TEST(what_attests_itself_is_no_more_than_a_claim)
{
	struct soft_maker maker;
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	memset(s.key.aaguid, 0xcd, sizeof(s.key.aaguid));
	soft_maker_open(&maker, s.key.aaguid);
	s.key.maker = &maker;
	s.key.format = SOFT_SELF;
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	CHECK_TEXT(s.record.format, "packed");
	CHECK_INT(s.record.evidence, CS_EVIDENCE_SELF);
	/* and a chain is one to nobody until somebody has looked for its root */
	s.record = bench_begin(&s.bench, &cs_factor_webauthn, CS_MFA_SECURITY_KEY);
	s.key.format = SOFT_CHAIN;
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	CHECK_INT(s.record.evidence, CS_EVIDENCE_UNTRUSTED);
	soft_maker_close(&maker);
	close_scene(&s);
}

TEST(who_asked_for_a_key_and_let_the_device_answer_has_biometrics)
{
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	s.key.attachment = "platform";
	s.key.transports = "[\"internal\"]";
	s.key.flags = SOFT_UP | SOFT_UV;
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	CHECK_INT(s.record.method, CS_MFA_BIOMETRICS);
	close_scene(&s);
}

TEST(what_is_built_in_and_verified_nobody_is_refused)
{
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	s.key.attachment = "platform";
	s.key.transports = "[\"internal\"]";
	CHECK_INT(enrol(&s), CS_REASON_UNVERIFIED);
	CHECK_INT(s.record.credential_id.len, 0);
	close_scene(&s);
	open_scene(&s, CS_MFA_BIOMETRICS);
	s.key.flags = SOFT_UP;
	CHECK_INT(enrol(&s), CS_REASON_UNVERIFIED);
	close_scene(&s);
}

/* How a ceremony goes wrong, and what is said of it. */
struct wrong {
	const char *origin;
	const char *rp_id;
	const char *challenge;
	const char *type;
	uint8_t flags;
	enum cs_reason reason;
	const char *words;
};

static const struct wrong wrongs[] = {
	{ .origin = "https://auth.example.test.evil.test", .words = "ORIGIN" },
	{ .origin = "http://auth.example.test", .words = "ORIGIN" },
	{ .origin = "https://auth.example.test:8443", .words = "ORIGIN" },
	{ .origin = "https://app.example.test", .words = "ORIGIN" },
	{ .rp_id = "example.test", .words = "RP_ID" },
	{ .rp_id = "auth.example.test:443", .words = "RP_ID" },
	{ .challenge = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", .words = "CHALLENGE" },
	{ .challenge = "", .words = "CHALLENGE" },
	{ .type = "payment.get", .words = "TYPE" },
	{ .flags = SOFT_UV, .words = "USER_PRESENCE" },
	{ .flags = SOFT_UP | SOFT_BS, .words = "BACKUP_FLAGS" },
};

static void
play(struct soft_key *k, const struct wrong *w)
{
	k->origin = w->origin != NULL ? w->origin : "https://auth.example.test";
	k->rp_id = w->rp_id;
	k->challenge = w->challenge;
	k->type = w->type;
	k->flags = w->flags != 0 ? w->flags : SOFT_UP;
}

TEST(a_registration_for_anything_else_is_refused_and_nothing_kept)
{
	for (size_t i = 0; i < CS_COUNT(wrongs); i++) {
		struct scene s;

		open_scene(&s, CS_MFA_SECURITY_KEY);
		play(&s.key, &wrongs[i]);
		CHECK_INT(enrol(&s), CS_REASON_MISMATCH);
		assert_string_equal(s.r.words, wrongs[i].words);
		CHECK_INT(s.r.replay_len, 0);
		CHECK(s.r.attestation == NULL);
		CHECK_INT(s.record.credential_id.len, 0);
		/* the right one still confirms */
		play(&s.key, &(struct wrong){ .origin = NULL });
		CHECK_INT(enrol(&s), CS_REASON_NONE);
		close_scene(&s);
	}
}

TEST(an_answer_for_anything_else_is_refused)
{
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	for (size_t i = 0; i < CS_COUNT(wrongs); i++) {
		play(&s.key, &wrongs[i]);
		CHECK_INT(answer(&s), CS_REASON_MISMATCH);
		assert_string_equal(s.r.words, wrongs[i].words);
	}
	play(&s.key, &(struct wrong){ .origin = NULL });
	s.key.breaks_signature = true;
	CHECK(answer(&s) != CS_REASON_NONE);
	s.key.breaks_signature = false;
	CHECK_INT(answer(&s), CS_REASON_NONE);
	close_scene(&s);
}

TEST(an_enrolled_key_is_not_enrolled_again_by_its_own_record)
{
	struct cs_factor_shown out;
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	json_t *options = shown(&s, &label);
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	cs_str response = soft_key_register(&s.key, s.bench.env.arena, options);
	CHECK_ERR(
	    cs_factor_webauthn.enrol_finish(&s.bench.env, &s.record, cs_str_span(response), &s.r),
	    INVALID);
	CHECK_INT(s.r.verdict, CS_DENIED);
	CHECK_ERR(cs_factor_webauthn.enrol_show(&s.bench.env, &s.record, &label, &out), INVALID);
	json_decref(options);
	close_scene(&s);
}

TEST(a_pending_one_answers_nothing)
{
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	json_t *options = asked(&s, &s.record, 1);
	cs_str response = soft_key_assert(&s.key, s.bench.env.arena, options);
	CHECK_ERR(cs_factor_webauthn.verify(&s.bench.env, &s.record, cs_str_span(response), &s.r),
	    INVALID);
	CHECK_INT(s.r.verdict, CS_DENIED);
	json_decref(options);
	close_scene(&s);
}

/* --- answering --- */

TEST(biometrics_count_only_with_the_person_verified)
{
	struct scene s;

	open_scene(&s, CS_MFA_BIOMETRICS);
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	CHECK_INT(answer(&s), CS_REASON_NONE);
	CHECK(s.r.is_user_verified);
	s.key.flags = SOFT_UP;
	CHECK_INT(answer(&s), CS_REASON_UNVERIFIED);
	close_scene(&s);
}

TEST(a_touch_is_enough_of_a_security_key)
{
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	CHECK_INT(answer(&s), CS_REASON_NONE);
	CHECK(!s.r.is_user_verified);
	close_scene(&s);
}

TEST(a_counter_that_goes_back_is_a_copy_and_lowers_nothing)
{
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	s.key.count = 40;
	CHECK_INT(answer(&s), CS_REASON_NONE);
	bench_keep(&s.record, &s.r);
	s.key.count = 12;
	CHECK_INT(answer(&s), CS_REASON_CLONED);
	assert_string_equal(s.r.words, "COUNTER");
	s.key.count = 41; /* 42 in the answer: the lower one is not what was kept */
	CHECK_INT(answer(&s), CS_REASON_NONE);
	close_scene(&s);
}

TEST(what_has_no_counter_is_kept_from_counting_twice_by_the_challenge_alone)
{
	struct scene s;

	open_scene(&s, CS_MFA_BIOMETRICS);
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	CHECK_INT(answer(&s), CS_REASON_NONE);
	bench_keep(&s.record, &s.r);
	CHECK_INT(answer(&s), CS_REASON_NONE);
	/* but a counter that was there does not vanish */
	s.key.step = 1;
	CHECK_INT(answer(&s), CS_REASON_NONE);
	bench_keep(&s.record, &s.r);
	s.key.step = 0;
	s.key.count = 0;
	CHECK_INT(answer(&s), CS_REASON_CLONED);
	close_scene(&s);
}

TEST(whether_it_is_backed_up_may_change_and_whether_it_can_be_may_not)
{
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	s.key.flags = SOFT_UP | SOFT_BE;
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	CHECK(!s.record.is_backed_up);
	s.key.flags = SOFT_UP | SOFT_BE | SOFT_BS;
	CHECK_INT(answer(&s), CS_REASON_NONE);
	CHECK(s.r.is_backed_up);
	s.key.flags = SOFT_UP;
	CHECK_INT(answer(&s), CS_REASON_MISMATCH);
	assert_string_equal(s.r.words, "BACKUP_ELIGIBILITY_CHANGED");
	/* the column says otherwise: what is sealed counts */
	s.record.is_backup_eligible = false;
	CHECK_INT(answer(&s), CS_REASON_MISMATCH);
	close_scene(&s);
}

TEST(another_key_under_this_keys_id_is_refused)
{
	struct soft_key other;
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	soft_key_open(&other);
	memcpy(other.id, s.key.id, sizeof(other.id));
	struct soft_key mine = s.key;
	s.key = other;
	CHECK_INT(answer(&s), CS_REASON_MISMATCH);
	assert_string_equal(s.r.words, "SIGNATURE");
	s.key = mine;
	soft_key_close(&other);
	close_scene(&s);
}

TEST(a_credential_id_that_was_changed_beside_the_seal_is_refused)
{
	struct scene s;
	uint8_t id[32];

	open_scene(&s, CS_MFA_SECURITY_KEY);
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	memcpy(id, s.key.id, sizeof(id));
	id[0] ^= 1;
	s.key.id[0] ^= 1; /* and the key says the same, so that only the seal knows better */
	s.record.credential_id = CS_SPAN(id, sizeof(id));
	CHECK_INT(answer(&s), CS_REASON_MISMATCH);
	assert_string_equal(s.r.words, "SEALED");
	close_scene(&s);
}

TEST(keys_of_another_host_are_of_no_use_here)
{
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	s.bench.env.host = CS_STR("sign-in.example.test");
	s.bench.env.origin = CS_STR("https://sign-in.example.test");
	s.key.origin = "https://sign-in.example.test";
	CHECK_INT(answer(&s), CS_REASON_MISMATCH);
	assert_string_equal(s.r.words, "SEALED");
	close_scene(&s);
}

TEST(an_answer_names_its_key_among_many)
{
	const struct cs_authenticator *chosen;
	struct cs_authenticator list[3];
	struct scene s;
	cs_span ids[] = { CS_SPAN("other", 5), CS_SPAN_NONE, CS_SPAN_NONE };

	open_scene(&s, CS_MFA_SECURITY_KEY);
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	for (size_t i = 0; i < CS_COUNT(list); i++) {
		list[i] = s.record;
		list[i].credential_id = ids[i];
	}
	list[2] = s.record;
	json_t *options = asked(&s, &s.record, 1);
	cs_str response = soft_key_assert(&s.key, s.bench.env.arena, options);
	json_decref(options);
	CHECK_OK(cs_factor_webauthn.choose(&s.bench.env, list, 3, cs_str_span(response), &chosen));
	CHECK(chosen == &list[2]);
	CHECK_OK(cs_factor_webauthn.choose(&s.bench.env, list, 2, cs_str_span(response), &chosen));
	CHECK(chosen == NULL);
	CHECK_ERR(cs_factor_webauthn.choose(
		      &s.bench.env, list, 3, cs_str_span(CS_STR("{\"id\":4}")), &chosen),
	    INVALID);
	CHECK(chosen == NULL);
	close_scene(&s);
}

TEST(a_replay_state_of_another_form_is_refused)
{
	struct scene s;

	open_scene(&s, CS_MFA_SECURITY_KEY);
	CHECK_INT(enrol(&s), CS_REASON_NONE);
	json_t *options = asked(&s, &s.record, 1);
	cs_str response = soft_key_assert(&s.key, s.bench.env.arena, options);
	json_decref(options);
	for (size_t len = 0; len < 5; len++) {
		s.record.replay_len = len;
		CHECK_ERR(
		    cs_factor_webauthn.verify(&s.bench.env, &s.record, cs_str_span(response), &s.r),
		    INVALID);
	}
	s.record.replay_len = 5;
	s.record.replay[0] = 2;
	CHECK_ERR(cs_factor_webauthn.verify(&s.bench.env, &s.record, cs_str_span(response), &s.r),
	    INVALID);
	CHECK_INT(s.r.verdict, CS_DENIED);
	close_scene(&s);
}

TEST_MAIN("factor/webauthn")
