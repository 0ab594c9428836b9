#include "recovery_yard.h"

#include "domain/backup_codes.h"
#include "domain/manage.h"
#include "domain/recovery_code.h"

#include <pthread.h>

#define KNOWN 1
#define FRESH 2
#define OTHER 3
#define THIEF 9

#define ADA "ada@halden.test"

static struct mailbag bag;

/* --- the steps, each saying how it was refused --- */

static enum cs_refusal_kind
begin(struct yard *y, const struct cs_member_session *s)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CHECK_OK(cs_recovery_begin(&y->d, &y->op, s, &why));
	return why.kind;
}

static enum cs_refusal_kind
verify(struct yard *y, const struct cs_member_session *s, cs_str code)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CHECK_OK(cs_recovery_verify(&y->d, &y->op, s, code, &why));
	return why.kind;
}

static enum cs_refusal_kind
look(struct yard *y, const struct cs_member_session *s)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CHECK_OK(cs_recovery_look(&y->d, &y->op, s, &why));
	return why.kind;
}

/* On success the session is what the cookie would say from then on. */
static enum cs_refusal_kind
open_with(struct yard *y, struct cs_member_session *s, cs_str code)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_str token;

	CHECK_OK(cs_recovery_open(&y->d, &y->op, s, code, &token, &why));
	if (why.kind != CS_REFUSAL_NONE) {
		CHECK_INT(token.len, 0);
		return why.kind;
	}
	CHECK_OK(cs_session_token_hash(token, s->token_hash));
	s->stage = CS_MEMBER_ENROL;
	s->recovery = state_of(y, s->member).rc.id;
	return CS_REFUSAL_NONE;
}

static enum cs_refusal_kind
stop(struct yard *y, const struct cs_member_session *s)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CHECK_OK(cs_recovery_stop(&y->d, &y->op, s, &why));
	return why.kind;
}

static enum cs_refusal_kind
stop_by_mail(struct yard *y, cs_str token)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_recovery_stopped stopped;

	CHECK_OK(cs_recovery_stop_by_token(&y->d, &y->op, token, &stopped, &why));
	if (why.kind == CS_REFUSAL_NONE)
		CHECK_TEXT(stopped.email_hint, "a\u2022\u2022\u2022@halden.test");
	return why.kind;
}

struct showing {
	const struct cs_domain *d;
	const struct cs_member_session *who;
	const struct cs_recovery_shown *shown;
};

static cs_err
show(struct cs_tx *tx, void *ctx)
{
	struct showing *s = ctx;

	return cs_recovery_show_in(tx, s->d, s->who->member, s->who, &s->shown);
}

static const struct cs_recovery_shown *
shown_to(struct yard *y, const struct cs_member_session *s)
{
	struct showing showing = { .d = &y->d, .who = s };

	CHECK_OK(cs_store_read(y->d.store, &y->op, show, &showing));
	return showing.shown;
}

/* --- ways into a state --- */

static cs_id
ada(struct yard *y)
{
	cs_id id = add_member(y, y->halden.account, ADA, CS_ROLE_ADMINISTRATOR, true);

	sign_in(y, id, KNOWN);
	pass(y, CS_DAY_MS);
	collect(y, &bag);
	return id;
}

static cs_str
begun_code(struct yard *y, const struct cs_member_session *s)
{
	CHECK_INT(begin(y, s), CS_REFUSAL_NONE);
	collect(y, &bag);
	return code_in(&bag, CODE_MAIL);
}

static struct cs_member_session
verified(struct yard *y, cs_id member, uint8_t browser)
{
	struct cs_member_session s = half(y, member, browser);

	CHECK_INT(verify(y, &s, begun_code(y, &s)), CS_REFUSAL_NONE);
	return s;
}

/* The access code, after the short wait. */
static cs_str
released_code(struct yard *y, cs_id member)
{
	verified(y, member, KNOWN);
	pass(y, SHORT_WAIT);
	step(y);
	collect(y, &bag);
	CHECK_INT(state_of(y, member).rc.state, CS_RECOVERY_READY);
	return code_in(&bag, ACCESS_MAIL);
}

static struct cs_member_session
opened(struct yard *y, cs_id member)
{
	cs_str code = released_code(y, member);
	struct cs_member_session s = half(y, member, KNOWN);

	CHECK_INT(open_with(y, &s, code), CS_REFUSAL_NONE);
	return s;
}

static enum cs_recovery_state
state(struct yard *y, cs_id member)
{
	struct looking l = state_of(y, member);

	return l.is_open ? l.rc.state : CS_RECOVERY_ENDED;
}

/* --- the whole way --- */

TEST(a_member_with_a_known_browser_comes_back_after_the_short_wait)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = half(y, id, KNOWN);
	cs_id new_one;

	cs_str code = begun_code(y, &s);
	CHECK_INT(count_posts(&bag, CODE_MAIL, ADA), 1);
	CHECK_INT(count_posts(&bag, "Account recovery was begun", ADA), 1);
	CHECK_INT(state(y, id), CS_RECOVERY_EMAIL);
	CHECK_INT(verify(y, &s, code), CS_REFUSAL_NONE);
	collect(y, &bag);
	CHECK_INT(count_posts(&bag, "Account recovery is waiting", ADA), 1);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	pass(y, SHORT_WAIT - 1);
	step(y);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	pass(y, 1);
	step(y);
	collect(y, &bag);
	CHECK_INT(count_posts(&bag, ACCESS_MAIL, NULL), 1);
	CHECK_INT(count_posts(&bag, "Account recovery is ready", ADA), 1);
	cs_str access = code_in(&bag, ACCESS_MAIL);
	struct cs_member_session back = half(y, id, KNOWN);
	CHECK_INT(open_with(y, &back, access), CS_REFUSAL_NONE);
	collect(y, &bag);
	CHECK_INT(count_posts(&bag, "Account recovery was opened", ADA), 1);
	/* what there was goes on working until now */
	CHECK_INT(state_of(y, id).authenticators, 1);
	CHECK_OK(try_complete(y, &back, true, &new_one));
	collect(y, &bag);
	CHECK_INT(count_posts(&bag, "Account recovery is finished", ADA), 1);
	CHECK_INT(state_of(y, id).authenticators, 1);
	CHECK(!state_of(y, id).is_open);
	CHECK(is_there(y, &back));
}

TEST(what_was_enrolled_before_and_every_other_session_go_with_the_new_one)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session elsewhere = half(y, id, OTHER);

	struct cs_member_session s = opened(y, id);
	CHECK(is_there(y, &s));
	struct cs_member_session half_way = half(y, id, OTHER);
	CHECK_OK(try_complete(y, &s, true, NULL));
	CHECK(!is_there(y, &elsewhere));
	CHECK(!is_there(y, &half_way));
	CHECK(is_there(y, &s));
}

/* --- begin --- */

TEST(without_a_second_factor_there_is_nothing_to_recover)
{
	REFUGE(y);
	cs_id id = add_member(y, y->halden.account, ADA, CS_ROLE_READ_ONLY, false);
	struct cs_member_session s = half(y, id, KNOWN);

	CHECK_INT(begin(y, &s), CS_REFUSAL_NOT_NEEDED);
	CHECK_INT(state(y, id), CS_RECOVERY_ENDED);
}

TEST(only_half_a_session_begins_and_only_while_it_lasts)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session done = sign_in(y, id, KNOWN);
	struct cs_member_session s = half(y, id, KNOWN);

	CHECK_INT(begin(y, &done), CS_REFUSAL_ENDED);
	pass(y, CS_MEMBER_HALF_LIFE_MS);
	CHECK_INT(begin(y, &s), CS_REFUSAL_ENDED);
	struct cs_member_session unknown = half(y, id, KNOWN);
	cs_random_fill(y->d.rng, unknown.token_hash, sizeof(unknown.token_hash));
	CHECK_INT(begin(y, &unknown), CS_REFUSAL_ENDED);
}

TEST(another_code_is_mailed_after_a_minute_and_voids_the_first)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = half(y, id, KNOWN);
	cs_str first = begun_code(y, &s);

	CHECK_INT(begin(y, &s), CS_REFUSAL_NONE);
	collect(y, &bag);
	CHECK_INT(bag.count, 0);
	pass(y, CS_RECOVERY_RESEND_MS);
	cs_str second = begun_code(y, &s);
	CHECK_INT(count_posts(&bag, CODE_MAIL, NULL), 1);
	CHECK_INT(count_posts(&bag, "Account recovery was begun", NULL), 0);
	if (!cs_str_equal(first, second))
		CHECK_INT(verify(y, &s, first), CS_REFUSAL_WRONG_CODE);
	CHECK_INT(verify(y, &s, second), CS_REFUSAL_NONE);
}

TEST(mails_with_codes_are_limited_for_a_day)
{
	REFUGE(y);
	cs_id id = ada(y);

	for (int i = 0; i < CS_RECOVERY_CODES_PER_DAY; i++) {
		struct cs_member_session s = half(y, id, KNOWN);
		CHECK_INT(begin(y, &s), CS_REFUSAL_NONE);
		pass(y, CS_RECOVERY_RESEND_MS);
	}
	struct cs_member_session s = half(y, id, KNOWN);
	CHECK_INT(begin(y, &s), CS_REFUSAL_TOO_MANY);
	pass(y, CS_DAY_MS);
	s = half(y, id, KNOWN);
	CHECK_INT(begin(y, &s), CS_REFUSAL_NONE);
}

/* --- the code --- */

TEST(a_code_is_eight_digits_however_they_are_spaced)
{
	CHECK(cs_recovery_code_is_well_formed(CS_RECOVERY_CODE_EMAIL, CS_STR("1234 5678")));
	CHECK(cs_recovery_code_is_well_formed(CS_RECOVERY_CODE_EMAIL, CS_STR("1234-5678")));
	CHECK(!cs_recovery_code_is_well_formed(CS_RECOVERY_CODE_EMAIL, CS_STR("1234567")));
	CHECK(!cs_recovery_code_is_well_formed(CS_RECOVERY_CODE_EMAIL, CS_STR("123456789")));
	CHECK(!cs_recovery_code_is_well_formed(CS_RECOVERY_CODE_EMAIL, CS_STR("1234567a")));
	CHECK(!cs_recovery_code_is_well_formed(CS_RECOVERY_CODE_EMAIL, CS_STR("")));
	CHECK(cs_recovery_code_is_well_formed(CS_RECOVERY_CODE_ACCESS, CS_STR("7K3M 9QXV 2T")));
	CHECK(cs_recovery_code_is_well_formed(CS_RECOVERY_CODE_ACCESS, CS_STR("oil0-9qxv-2t")));
	CHECK(!cs_recovery_code_is_well_formed(CS_RECOVERY_CODE_ACCESS, CS_STR("7k3m-9qxv-2u")));
	CHECK(!cs_recovery_code_is_well_formed(CS_RECOVERY_CODE_ACCESS, CS_STR("7k3m-9qxv-2")));
}

TEST(a_code_is_of_its_case_and_of_its_kind_alone)
{
	REFUGE(y);
	uint8_t mac[CS_PEPPERED_LEN];
	char text[CS_RECOVERY_CODE_MAX];
	enum cs_verdict verdict;
	size_t len;

	CHECK_OK(cs_recovery_code_make(
	    y->d.keyring, y->d.rng, CS_RECOVERY_CODE_ACCESS, (cs_id){ { 1 } }, text, &len, mac));
	cs_str code = { text, len };
	CHECK_INT(len, 12);
	CHECK_OK(cs_recovery_code_judge(y->d.keyring, CS_RECOVERY_CODE_ACCESS, (cs_id){ { 1 } },
	    CS_SPAN(mac, sizeof(mac)), code, &verdict));
	CHECK_INT(verdict, CS_GRANTED);
	CHECK_OK(cs_recovery_code_judge(y->d.keyring, CS_RECOVERY_CODE_ACCESS, (cs_id){ { 2 } },
	    CS_SPAN(mac, sizeof(mac)), code, &verdict));
	CHECK_INT(verdict, CS_DENIED);
	CHECK_OK(cs_recovery_code_judge(
	    y->d.keyring, CS_RECOVERY_CODE_ACCESS, (cs_id){ { 1 } }, CS_SPAN_NONE, code, &verdict));
	CHECK_INT(verdict, CS_DENIED);
	CHECK_OK(cs_recovery_code_judge(y->d.keyring, CS_RECOVERY_CODE_EMAIL, (cs_id){ { 1 } },
	    CS_SPAN(mac, sizeof(mac)), CS_STR("12345678"), &verdict));
	CHECK_INT(verdict, CS_DENIED);
}

/* One that is not the right one. */
static cs_str
wrong_of(struct yard *y, cs_str code)
{
	char *copy = cs_arena_c(y->arena, code);

	copy[0] = copy[0] == '0' ? '1' : '0';
	return cs_str_c(copy);
}

TEST(a_code_has_five_tries)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = half(y, id, KNOWN);
	cs_str code = begun_code(y, &s);

	for (int left = 4; left > 0; left--) {
		struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
		CHECK_OK(cs_recovery_verify(&y->d, &y->op, &s, wrong_of(y, code), &why));
		CHECK_INT(why.kind, CS_REFUSAL_WRONG_CODE);
		CHECK_INT(why.tries_left, left);
		CHECK_INT(shown_to(y, &s)->tries_left, left);
	}
	CHECK_INT(verify(y, &s, wrong_of(y, code)), CS_REFUSAL_ENDED);
	CHECK_INT(verify(y, &s, code), CS_REFUSAL_ENDED);
	CHECK(!shown_to(y, &s)->has_code);
}

TEST(what_is_no_code_costs_no_try)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = half(y, id, KNOWN);
	cs_str code = begun_code(y, &s);

	for (int i = 0; i < 10; i++)
		CHECK_INT(verify(y, &s, CS_STR("1234567")), CS_REFUSAL_MALFORMED_CODE);
	CHECK_INT(verify(y, &s, code), CS_REFUSAL_NONE);
}

TEST(wrong_codes_are_limited_for_a_day_over_all_codes)
{
	REFUGE(y);
	cs_id id = ada(y);
	int wrong = 0;

	for (;;) {
		struct cs_member_session s = half(y, id, KNOWN);
		cs_str code = begun_code(y, &s);
		if (verify(y, &s, wrong_of(y, code)) == CS_REFUSAL_TOO_MANY)
			break;
		for (int i = 0; i < 4; i++)
			verify(y, &s, wrong_of(y, code));
		wrong += 5;
		CHECK(wrong <= CS_RECOVERY_WRONG_PER_DAY);
		pass(y, CS_RECOVERY_RESEND_MS);
	}
	CHECK_INT(wrong, CS_RECOVERY_WRONG_PER_DAY);
}

TEST(a_code_is_good_for_fifteen_minutes)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = half(y, id, KNOWN);
	cs_str code = begun_code(y, &s);

	pass(y, CS_RECOVERY_CODE_LIFE_MS - 1);
	struct cs_member_session again = half(y, id, KNOWN);
	CHECK(shown_to(y, &again)->has_code);
	pass(y, 1);
	again = half(y, id, KNOWN);
	CHECK_INT(verify(y, &again, code), CS_REFUSAL_ENDED);
}

TEST(a_code_is_good_once)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = half(y, id, FRESH);
	cs_str code = begun_code(y, &s);

	CHECK_INT(verify(y, &s, code), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_DEVICE);
	CHECK_INT(verify(y, &s, code), CS_REFUSAL_ENDED);
}

TEST(a_code_is_good_in_the_browser_that_asked_for_it_alone)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = half(y, id, KNOWN);
	cs_str code = begun_code(y, &s);
	struct cs_member_session other = half(y, id, OTHER);

	CHECK_INT(verify(y, &other, code), CS_REFUSAL_ENDED);
	/* and another browser gets one of its own only after a minute */
	CHECK_INT(begin(y, &other), CS_REFUSAL_TOO_MANY);
	struct cs_member_session later = half(y, id, KNOWN);
	CHECK_INT(verify(y, &later, code), CS_REFUSAL_NONE);
}

/* --- the browser and the wait --- */

TEST(the_network_that_is_another_one_makes_the_wait_longer)
{
	REFUGE(y);
	cs_id id = ada(y);

	go_to(y, ABROAD);
	struct cs_member_session s = verified(y, id, KNOWN);
	const struct cs_recovery_shown *shown = shown_to(y, &s);
	CHECK_INT(shown->wait_ms, LONG_WAIT);
	CHECK(shown->is_thin && shown->is_other_network);
	CHECK(!shown->is_staff && !shown->is_password_reset);
	CHECK(shown->is_browser_known && shown->lacks_network && !shown->lacks_cookie);
}

TEST(the_same_network_makes_the_wait_short)
{
	REFUGE(y);
	cs_id id = ada(y);

	go_to(y, "192.0.2.250");
	struct cs_member_session s = verified(y, id, KNOWN);
	const struct cs_recovery_shown *shown = shown_to(y, &s);
	CHECK_INT(shown->wait_ms, SHORT_WAIT);
	CHECK(!shown->is_thin && shown->is_browser_known && !shown->lacks_network);
	CHECK_INT(shown->rc.release_at.ms, y->op.now.ms + SHORT_WAIT);
}

TEST(a_browser_that_is_not_known_stops_the_member_and_another_goes_on)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = verified(y, id, FRESH);
	const struct cs_recovery_shown *shown = shown_to(y, &s);

	CHECK_INT(shown->rc.state, CS_RECOVERY_DEVICE);
	CHECK(!shown->is_browser_known && shown->lacks_cookie && shown->lacks_network);
	CHECK(!shown->has_wait);
	CHECK_INT(look(y, &s), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_DEVICE);
	pass(y, 30 * CS_DAY_MS / 10);
	step(y);
	CHECK_INT(state(y, id), CS_RECOVERY_DEVICE);
	struct cs_member_session better = half(y, id, KNOWN);
	CHECK_INT(look(y, &better), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	CHECK_INT(look(y, &better), CS_REFUSAL_ENDED);
}

struct noting {
	cs_id member;
	uint8_t browser;
	cs_time first_seen;
};

static cs_err
note_device(struct cs_tx *tx, void *ctx)
{
	const struct noting *n = ctx;
	const struct cs_known_device device = {
		.subject = n->member,
		.device = { { n->browser } },
		.first_seen = n->first_seen,
		.last_seen = n->first_seen,
		.network = CS_STR("192.0.2.0/24"),
	};

	return cs_device_note(tx, &device);
}

TEST(a_browser_that_became_known_since_the_case_began_is_not_known)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = verified(y, id, FRESH);
	struct noting n = { id, FRESH, state_of(y, id).rc.begun };

	CHECK_OK(cs_store_write(y->d.store, &y->op, note_device, &n));
	CHECK_INT(look(y, &s), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_DEVICE);
}

TEST(a_browser_that_another_member_used_is_not_known)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id bert = add_member(y, y->halden.account, "bert@halden.test", CS_ROLE_READ_ONLY, true);

	sign_in(y, bert, OTHER);
	pass(y, CS_HOUR_MS);
	verified(y, id, OTHER);
	CHECK_INT(state(y, id), CS_RECOVERY_DEVICE);
}

TEST(a_password_that_was_reset_lately_makes_the_wait_longer)
{
	REFUGE(y);
	cs_id id = ada(y);

	reset_password(y, id);
	pass(y, CS_RECOVERY_RESET_MS - 1);
	struct cs_member_session s = verified(y, id, KNOWN);
	CHECK_INT(shown_to(y, &s)->wait_ms, LONG_WAIT);
	CHECK(shown_to(y, &s)->is_password_reset);
}

TEST(a_password_that_was_reset_a_week_ago_does_not)
{
	REFUGE(y);
	cs_id id = ada(y);

	reset_password(y, id);
	pass(y, CS_RECOVERY_RESET_MS);
	struct cs_member_session s = verified(y, id, KNOWN);
	CHECK_INT(shown_to(y, &s)->wait_ms, SHORT_WAIT);
}

TEST(a_password_that_is_reset_while_it_waits_makes_it_wait_anew)
{
	REFUGE(y);
	cs_id id = ada(y);

	verified(y, id, KNOWN);
	pass(y, SHORT_WAIT - CS_HOUR_MS);
	reset_password(y, id);
	collect(y, &bag);
	CHECK_INT(count_posts(&bag, "Account recovery waits anew", ADA), 1);
	pass(y, LONG_WAIT - 1);
	step(y);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	pass(y, 1);
	step(y);
	CHECK_INT(state(y, id), CS_RECOVERY_READY);
}

TEST(a_password_that_is_reset_when_it_is_ready_voids_the_access_code)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_str code = released_code(y, id);

	reset_password(y, id);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	struct cs_member_session s = half(y, id, KNOWN);
	CHECK_INT(open_with(y, &s, code), CS_REFUSAL_ENDED);
	pass(y, LONG_WAIT - 1);
	step(y);
	s = half(y, id, KNOWN);
	CHECK_INT(open_with(y, &s, code), CS_REFUSAL_ENDED);
}

TEST(a_password_that_is_reset_after_the_opening_ends_it)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = opened(y, id);

	reset_password(y, id);
	CHECK(!is_there(y, &s));
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	CHECK_ERR(try_complete(y, &s, true, NULL), CONFLICT);
}

static cs_err
reset_without_saying_so(struct cs_tx *tx, void *ctx)
{
	const struct resetting *r = ctx;
	struct cs_member member;

	CS_TRY(cs_member_find(tx, r->member, &member));
	return cs_member_set_password(tx, &member, CS_STR("another"), true, cs_tx_op(tx)->now);
}

TEST(a_reset_that_nobody_told_of_is_found_at_the_release)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct resetting r = { y, id };

	verified(y, id, KNOWN);
	pass(y, CS_HOUR_MS);
	CHECK_OK(cs_store_write(y->d.store, &y->op, reset_without_saying_so, &r));
	pass(y, SHORT_WAIT);
	step(y);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	pass(y, LONG_WAIT);
	step(y);
	CHECK_INT(state(y, id), CS_RECOVERY_READY);
}

/* --- release --- */

TEST(a_clock_that_is_set_back_releases_nothing_early)
{
	REFUGE(y);
	cs_id id = ada(y);

	verified(y, id, KNOWN);
	pass(y, -30 * CS_DAY_MS);
	step(y);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	pass(y, 30 * CS_DAY_MS + SHORT_WAIT - 1);
	step(y);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	pass(y, 1);
	step(y);
	CHECK_INT(state(y, id), CS_RECOVERY_READY);
}

TEST(the_job_releases_once_however_often_it_comes)
{
	REFUGE(y);
	cs_id id = ada(y);

	released_code(y, id);
	for (int i = 0; i < 3; i++)
		step(y);
	collect(y, &bag);
	CHECK_INT(bag.count, 0);
}

static cs_err
add_contact(struct cs_tx *tx, void *ctx)
{
	const struct cs_member_contact contact = {
		.id = { { 7 } },
		.member = *(const cs_id *)ctx,
		.email = CS_STR("ada@home.test"),
		.verified = cs_tx_op(tx)->now,
		.created = cs_tx_op(tx)->now,
	};

	return cs_member_contact_set(tx, &contact);
}

TEST(every_address_is_told_and_codes_go_to_the_primary_one_alone)
{
	REFUGE(y);
	cs_id id = ada(y);

	CHECK_OK(cs_store_write(y->d.store, &y->op, add_contact, &id));
	struct cs_member_session s = half(y, id, KNOWN);
	CHECK_INT(verify(y, &s, begun_code(y, &s)), CS_REFUSAL_NONE);
	CHECK_INT(count_posts(&bag, "Account recovery was begun", "ada@home.test"), 1);
	CHECK_INT(count_posts(&bag, CODE_MAIL, "ada@home.test"), 0);
	pass(y, SHORT_WAIT);
	step(y);
	collect(y, &bag);
	CHECK_INT(count_posts(&bag, "Account recovery is waiting", "ada@home.test"), 1);
	CHECK_INT(count_posts(&bag, "Account recovery is ready", "ada@home.test"), 1);
	CHECK_INT(count_posts(&bag, ACCESS_MAIL, "ada@home.test"), 0);
	CHECK_INT(count_posts(&bag, ACCESS_MAIL, ADA), 1);
}

TEST(a_case_that_nobody_goes_on_with_ends)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = half(y, id, FRESH);

	begun_code(y, &s);
	pass(y, CS_RECOVERY_IDLE_MS);
	step(y);
	CHECK_INT(state(y, id), CS_RECOVERY_EMAIL);
	pass(y, 1);
	step(y);
	CHECK_INT(state(y, id), CS_RECOVERY_ENDED);
}

/* --- the access code --- */

TEST(an_access_code_is_good_once)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_str code = released_code(y, id);
	struct cs_member_session one = half(y, id, KNOWN);
	struct cs_member_session two = half(y, id, KNOWN);

	CHECK_INT(open_with(y, &one, code), CS_REFUSAL_NONE);
	CHECK_INT(open_with(y, &two, code), CS_REFUSAL_ENDED);
	CHECK(is_there(y, &one));
}

TEST(an_access_code_has_ten_tries)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_str code = released_code(y, id);
	struct cs_member_session s = half(y, id, KNOWN);

	for (int i = 0; i < 9; i++)
		CHECK_INT(open_with(y, &s, wrong_of(y, code)), CS_REFUSAL_WRONG_CODE);
	CHECK_INT(open_with(y, &s, wrong_of(y, code)), CS_REFUSAL_ENDED);
	CHECK_INT(open_with(y, &s, code), CS_REFUSAL_ENDED);
}

TEST(an_access_code_is_good_for_a_week_and_the_case_ends_with_it)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_str code = released_code(y, id);

	pass(y, CS_RECOVERY_ACCESS_LIFE_MS);
	struct cs_member_session s = half(y, id, KNOWN);
	CHECK_INT(open_with(y, &s, code), CS_REFUSAL_ENDED);
	step(y);
	CHECK_INT(state(y, id), CS_RECOVERY_ENDED);
}

TEST(a_thief_with_the_password_and_the_mailbox_does_not_get_in_by_the_owners_case)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_str code = released_code(y, id);
	struct cs_member_session thief = half(y, id, THIEF);

	CHECK_INT(open_with(y, &thief, code), CS_REFUSAL_UNKNOWN_BROWSER);
	CHECK_INT(begin(y, &thief), CS_REFUSAL_UNKNOWN_BROWSER);
	struct cs_member_session s = half(y, id, KNOWN);
	CHECK_INT(open_with(y, &s, code), CS_REFUSAL_NONE);
}

TEST(who_did_not_come_to_the_end_is_mailed_another_access_code)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = opened(y, id);

	pass(y, CS_MEMBER_HALF_LIFE_MS);
	struct cs_member_session again = half(y, id, KNOWN);
	CHECK_INT(begin(y, &again), CS_REFUSAL_NONE);
	collect(y, &bag);
	CHECK_INT(count_posts(&bag, ACCESS_MAIL, ADA), 1);
	CHECK(!is_there(y, &s));
	CHECK_INT(open_with(y, &again, code_in(&bag, ACCESS_MAIL)), CS_REFUSAL_NONE);
	CHECK_OK(try_complete(y, &again, true, NULL));
}

/* --- at once --- */

#define RACERS 8

struct racer {
	struct yard *y;
	struct cs_op op;
	struct cs_member_session s;
	cs_str code;
	pthread_t thread;
	enum cs_refusal_kind refused;
	cs_err e;
};

static void *
open_at_once(void *ctx)
{
	struct racer *r = ctx;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_str token;

	r->e = cs_recovery_open(&r->y->d, &r->op, &r->s, r->code, &token, &why);
	r->refused = why.kind;
	return NULL;
}

static void *
verify_at_once(void *ctx)
{
	struct racer *r = ctx;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	r->e = cs_recovery_verify(&r->y->d, &r->op, &r->s, r->code, &why);
	r->refused = why.kind;
	return NULL;
}

static void *
step_at_once(void *ctx)
{
	struct racer *r = ctx;
	cs_time next;

	r->e = cs_recovery_step(&r->y->d, &r->op, &next);
	return NULL;
}

/* How many were not refused. */
static int
race(struct yard *y, cs_id member, cs_str code, void *(*main)(void *))
{
	static struct racer racers[RACERS];
	int through = 0;

	for (int i = 0; i < RACERS; i++) {
		racers[i] = (struct racer){
			.y = y, .op = y->op, .s = half(y, member, KNOWN), .code = code
		};
		racers[i].op.arena = cs_arena_new(4 << 20);
	}
	for (int i = 0; i < RACERS; i++)
		CHECK_INT(pthread_create(&racers[i].thread, NULL, main, &racers[i]), 0);
	for (int i = 0; i < RACERS; i++) {
		CHECK_INT(pthread_join(racers[i].thread, NULL), 0);
		CHECK_OK(racers[i].e);
		through += racers[i].refused == CS_REFUSAL_NONE;
		cs_arena_free(&racers[i].op.arena);
	}
	return through;
}

TEST(of_browsers_that_give_the_access_code_at_once_one_is_let_in)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_str code = released_code(y, id);

	CHECK_INT(race(y, id, code, open_at_once), 1);
	CHECK_INT(state(y, id), CS_RECOVERY_OPENED);
}

TEST(of_windows_that_give_the_mailed_code_at_once_one_goes_on)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = half(y, id, KNOWN);
	cs_str code = begun_code(y, &s);

	CHECK_INT(race(y, id, code, verify_at_once), 1);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	collect(y, &bag);
	CHECK_INT(count_posts(&bag, "Account recovery is waiting", ADA), 1);
}

TEST(of_jobs_that_come_at_once_one_releases)
{
	REFUGE(y);
	cs_id id = ada(y);

	verified(y, id, KNOWN);
	pass(y, SHORT_WAIT);
	collect(y, &bag);
	race(y, id, CS_STR_NONE, step_at_once);
	collect(y, &bag);
	CHECK_INT(count_posts(&bag, ACCESS_MAIL, NULL), 1);
}

/* --- the veto --- */

TEST(a_mails_button_stops_it_in_every_state)
{
	for (int states = 1; states <= 4; states++) {
		REFUGE(y);
		cs_id id = ada(y);
		struct cs_member_session s = half(y, id, states == 2 ? FRESH : KNOWN);
		cs_str code = begun_code(y, &s);
		cs_str token = token_in(&bag);
		CHECK(token.len > 0);
		if (states > 1)
			CHECK_INT(verify(y, &s, code), CS_REFUSAL_NONE);
		if (states == 4) {
			pass(y, SHORT_WAIT);
			step(y);
		}
		CHECK_INT(state(y, id), (enum cs_recovery_state)states);
		CHECK_INT(stop_by_mail(y, token), CS_REFUSAL_NONE);
		CHECK_INT(state(y, id), CS_RECOVERY_ENDED);
		CHECK(!is_there(y, &s));
		collect(y, &bag);
		CHECK_INT(count_posts(&bag, "Account recovery was stopped", ADA), 1);
		CHECK_INT(stop_by_mail(y, token), CS_REFUSAL_ENDED);
	}
}

static cs_err
may_make_codes(struct cs_tx *tx, void *ctx)
{
	struct cs_refusal why;

	CS_TRY(cs_manage_may(tx, ctx, CS_ACT_CODES, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	return CS_OK;
}

TEST(a_veto_after_the_opening_ends_that_session_too)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = opened(y, id);

	collect(y, &bag);
	CHECK_INT(stop_by_mail(y, token_in(&bag)), CS_REFUSAL_NONE);
	CHECK(!is_there(y, &s));
	CHECK_ERR(try_complete(y, &s, true, NULL), CONFLICT);
	CHECK_INT(state_of(y, id).authenticators, 1);
}

/* They would outlive the veto, and be as good as the second factor that is to be taken away. */
TEST(a_sign_in_that_a_recovery_opened_makes_no_backup_codes)
{
	static const struct cs_access_config realm;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_backup_codes_state left;
	struct cs_backup_sheet sheet;
	struct cs_holder thief;

	REFUGE(y);
	cs_id id = ada(y);
	const struct cs_member row = { .id = id, .email = CS_STR(ADA) };
	struct cs_member_session s = opened(y, id);

	cs_holder_of_member(&row, &s, &thief);
	CHECK_OK(cs_backup_codes_make(&y->d, &y->op, &realm, &thief, &sheet, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(sheet.codes.len, 0);
	cs_backup_sheet_clear(&sheet);
	CHECK_OK(cs_backup_codes_read(&y->d, &y->op, id, &left));
	CHECK(!left.is_there);
	/* the new one is the proof: then they are made, in the password window that comes with it */
	CHECK_OK(try_complete(y, &s, true, NULL));
	cs_holder_of_member(&row, &s, &thief);
	CHECK_OK(cs_store_read(y->d.store, &y->op, may_make_codes, &thief));
}

TEST(a_token_of_another_kind_or_of_nobody_stops_nothing)
{
	REFUGE(y);
	cs_id id = ada(y);

	verified(y, id, KNOWN);
	CHECK_INT(stop_by_mail(y, CS_STR("")), CS_REFUSAL_ENDED);
	CHECK_INT(stop_by_mail(y, CS_STR("cn_notatoken")), CS_REFUSAL_ENDED);
	CHECK_INT(stop_by_mail(y, CS_STR("cn_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
	    CS_REFUSAL_ENDED);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
}

TEST(a_browser_that_is_signed_in_stops_it)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session done = sign_in(y, id, OTHER);
	struct cs_member_session s = verified(y, id, KNOWN);

	CHECK(shown_to(y, &done)->can_stop);
	CHECK(!shown_to(y, &s)->can_stop);
	CHECK_INT(stop(y, &s), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(stop(y, &done), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_ENDED);
	CHECK(is_there(y, &done));
	CHECK_INT(stop(y, &done), CS_REFUSAL_ENDED);
}

TEST(a_session_of_another_member_stops_nothing)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id bert = add_member(y, y->halden.account, "bert@halden.test", CS_ROLE_READ_ONLY, true);
	struct cs_member_session other = sign_in(y, bert, OTHER);

	verified(y, id, KNOWN);
	CHECK_INT(stop(y, &other), CS_REFUSAL_ENDED);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
}

TEST(after_a_veto_there_is_a_days_peace)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = half(y, id, KNOWN);

	begun_code(y, &s);
	CHECK_INT(stop_by_mail(y, token_in(&bag)), CS_REFUSAL_NONE);
	pass(y, CS_RECOVERY_PAUSE_MS - 1);
	s = half(y, id, KNOWN);
	CHECK_INT(begin(y, &s), CS_REFUSAL_STOPPED_LATELY);
	pass(y, 1);
	CHECK_INT(begin(y, &s), CS_REFUSAL_NONE);
}

TEST(a_sign_in_as_ever_ends_it_and_what_it_opened)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = opened(y, id);

	struct cs_member_session done = sign_in(y, id, OTHER);
	CHECK_INT(state(y, id), CS_RECOVERY_ENDED);
	CHECK(is_there(y, &done));
	CHECK(!is_there(y, &s));
	CHECK_ERR(try_complete(y, &s, true, NULL), CONFLICT);
}

TEST(who_finds_the_phone_again_in_the_browser_that_began_it_is_signed_in)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session s = half(y, id, KNOWN);

	begun_code(y, &s);
	CHECK_OK(try_complete(y, &s, false, NULL));
	CHECK(is_there(y, &s));
	CHECK_INT(state(y, id), CS_RECOVERY_ENDED);
}

TEST(who_began_it_can_give_it_up_until_it_waits)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_member_session s = half(y, id, KNOWN);
	struct cs_member_session other = half(y, id, OTHER);

	begun_code(y, &s);
	CHECK_OK(cs_recovery_give_up(&y->d, &y->op, &other, &why));
	CHECK_INT(why.kind, CS_REFUSAL_ENDED);
	CHECK_OK(cs_recovery_give_up(&y->d, &y->op, &s, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_ENDED);
	/* no pause: it was no veto */
	pass(y, CS_RECOVERY_RESEND_MS);
	s = verified(y, id, KNOWN);
	CHECK_OK(cs_recovery_give_up(&y->d, &y->op, &s, &why));
	CHECK_INT(why.kind, CS_REFUSAL_ENDED);
}

/* --- those in charge --- */

#define REASON CS_STR("called, and showed a passport")

static enum cs_refusal_kind
start_in(struct yard *y, cs_id account, cs_id by, cs_id member, cs_str reason)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_recovery_row row;
	struct cs_op op = y->op;

	op.account = account;
	CHECK_OK(cs_recovery_staff_start(&y->d, &op, by, member, reason, &row, &why));
	return why.kind;
}

static enum cs_refusal_kind
start(struct yard *y, cs_id by, cs_id member)
{
	return start_in(y, y->halden.account, by, member, REASON);
}

static enum cs_refusal_kind
speed_up_in(struct yard *y, cs_id account, cs_id by, cs_id member)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_recovery_row row;
	struct cs_op op = y->op;

	op.account = account;
	CHECK_OK(cs_recovery_staff_speed_up(
	    &y->d, &op, by, state_of(y, member).rc.id, REASON, &row, &why));
	return why.kind;
}

static enum cs_refusal_kind
speed_up(struct yard *y, cs_id by, cs_id member)
{
	return speed_up_in(y, y->halden.account, by, member);
}

static enum cs_refusal_kind
stop_case(struct yard *y, cs_id by, cs_id recovery)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_recovery_row row;
	struct cs_op op = y->op;

	op.account = y->halden.account;
	CHECK_OK(cs_recovery_staff_stop(&y->d, &op, by, recovery, REASON, &row, &why));
	return why.kind;
}

TEST(those_in_charge_vouch_in_place_of_a_browser_and_the_wait_is_the_long_one)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id desk = add_staff(y, "desk@halden.test", CS_ROLE_HELP_DESK);
	struct cs_member_session s = verified(y, id, FRESH);

	collect(y, &bag);
	CHECK_INT(start(y, desk, id), CS_REFUSAL_NONE);
	collect(y, &bag);
	CHECK_INT(count_posts(&bag, "Somebody in charge helps with account recovery", ADA), 1);
	CHECK_INT(count_posts(&bag, "Account recovery is waiting", ADA), 1);
	CHECK(shown_to(y, &s)->is_staff && shown_to(y, &s)->is_thin);
	CHECK_INT(shown_to(y, &s)->wait_ms, LONG_WAIT);
	pass(y, LONG_WAIT);
	step(y);
	collect(y, &bag);
	/* in the browser that was vouched for, or a known one */
	struct cs_member_session thief = half(y, id, THIEF);
	cs_str code = code_in(&bag, ACCESS_MAIL);
	CHECK_INT(open_with(y, &thief, code), CS_REFUSAL_UNKNOWN_BROWSER);
	struct cs_member_session back = half(y, id, FRESH);
	CHECK_INT(open_with(y, &back, code), CS_REFUSAL_NONE);
}

TEST(a_case_that_was_started_for_a_member_waits_for_the_members_own_steps)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id desk = add_staff(y, "desk@halden.test", CS_ROLE_HELP_DESK);

	CHECK_INT(start(y, desk, id), CS_REFUSAL_NONE);
	collect(y, &bag);
	CHECK_INT(count_posts(&bag, "Account recovery was begun", ADA), 1);
	CHECK_INT(count_posts(&bag, CODE_MAIL, NULL), 0);
	pass(y, LONG_WAIT);
	step(y);
	CHECK_INT(state(y, id), CS_RECOVERY_EMAIL);
	verified(y, id, FRESH);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
}

TEST(somebody_who_looks_meanwhile_does_not_become_who_was_vouched_for)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id desk = add_staff(y, "desk@halden.test", CS_ROLE_HELP_DESK);

	verified(y, id, FRESH);
	struct cs_member_session thief = half(y, id, THIEF);
	CHECK_INT(look(y, &thief), CS_REFUSAL_NONE);
	CHECK_INT(start(y, desk, id), CS_REFUSAL_NONE);
	CHECK_INT(state_of(y, id).rc.device.b[0], FRESH);
}

TEST(who_vouched_for_the_browser_does_not_take_the_wait_away_as_well)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id desk = add_staff(y, "desk@halden.test", CS_ROLE_HELP_DESK);
	cs_id admin = add_staff(y, "admin@halden.test", CS_ROLE_ADMINISTRATOR);

	CHECK_INT(start(y, desk, id), CS_REFUSAL_NONE);
	CHECK_INT(speed_up(y, desk, id), CS_REFUSAL_NOT_WAITING);
	verified(y, id, FRESH);
	CHECK_INT(speed_up(y, desk, id), CS_REFUSAL_SOMEBODY_ELSE);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	CHECK_INT(speed_up(y, admin, id), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_READY);
}

TEST(with_a_known_browser_one_in_charge_ends_the_wait)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id desk = add_staff(y, "desk@halden.test", CS_ROLE_HELP_DESK);

	verified(y, id, KNOWN);
	collect(y, &bag);
	CHECK_INT(speed_up(y, desk, id), CS_REFUSAL_NONE);
	collect(y, &bag);
	CHECK_INT(count_posts(&bag, "Account recovery is ready", ADA), 1);
	struct cs_member_session s = half(y, id, KNOWN);
	CHECK_INT(open_with(y, &s, code_in(&bag, ACCESS_MAIL)), CS_REFUSAL_NONE);
}

TEST(an_owner_is_helped_by_two_owners)
{
	REFUGE(y);
	cs_id id = add_member(y, y->halden.account, ADA, CS_ROLE_OWNER, true);
	cs_id desk = add_staff(y, "desk@halden.test", CS_ROLE_HELP_DESK);
	cs_id one = add_staff(y, "one@halden.test", CS_ROLE_OWNER);
	cs_id two = add_staff(y, "two@halden.test", CS_ROLE_OWNER);

	sign_in(y, id, KNOWN);
	pass(y, CS_DAY_MS);
	verified(y, id, FRESH);
	CHECK_INT(start(y, desk, id), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(start(y, one, id), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_DEVICE);
	CHECK_INT(start(y, one, id), CS_REFUSAL_APPROVED_ALREADY);
	CHECK_INT(state(y, id), CS_RECOVERY_DEVICE);
	CHECK_INT(start(y, two, id), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	CHECK_INT(speed_up(y, desk, id), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(speed_up(y, two, id), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	CHECK_INT(speed_up(y, two, id), CS_REFUSAL_APPROVED_ALREADY);
	CHECK_INT(speed_up(y, one, id), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_READY);
}

static cs_err
demote(struct cs_tx *tx, void *ctx)
{
	const struct newcomer *n = ctx;

	return cs_membership_set_role(
	    tx, n->account, n->member.id, CS_ROLE_OWNER, CS_ROLE_READ_ONLY);
}

TEST(an_owner_who_is_none_any_more_does_not_count)
{
	REFUGE(y);
	cs_id id = add_member(y, y->halden.account, ADA, CS_ROLE_OWNER, true);
	cs_id one = add_staff(y, "one@halden.test", CS_ROLE_OWNER);
	cs_id two = add_staff(y, "two@halden.test", CS_ROLE_OWNER);
	cs_id three = add_staff(y, "three@halden.test", CS_ROLE_OWNER);
	struct newcomer left = { .member.id = one, .account = y->halden.account };

	sign_in(y, id, KNOWN);
	pass(y, CS_DAY_MS);
	verified(y, id, FRESH);
	CHECK_INT(start(y, one, id), CS_REFUSAL_NONE);
	CHECK_OK(cs_store_write(y->d.store, &y->op, demote, &left));
	CHECK_INT(start(y, two, id), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_DEVICE);
	CHECK_INT(start(y, three, id), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
}

static cs_err
join_oslo(struct cs_tx *tx, void *ctx)
{
	const struct newcomer *n = ctx;

	return cs_membership_add(tx, n->account, n->member.id, n->role, cs_tx_op(tx)->now);
}

static void
add_to_oslo(struct yard *y, cs_id member, enum cs_role role)
{
	struct newcomer also = { .member.id = member, .account = y->oslo.account, .role = role };

	CHECK_OK(cs_store_write(y->d.store, &y->op, join_oslo, &also));
}

TEST(an_owner_elsewhere_is_an_owner)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id admin = add_staff(y, "admin@halden.test", CS_ROLE_ADMINISTRATOR);

	add_to_oslo(y, id, CS_ROLE_OWNER);
	CHECK_INT(start(y, admin, id), CS_REFUSAL_NOT_ALLOWED);
}

/* One login opens both accounts: the owners of one are not enough for what opens the other. */
TEST(owners_of_one_account_do_not_open_what_the_member_owns_elsewhere)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id one = add_staff(y, "one@halden.test", CS_ROLE_OWNER);
	cs_id two = add_staff(y, "two@halden.test", CS_ROLE_OWNER);
	cs_id three = add_member(y, y->oslo.account, "three@oslo.test", CS_ROLE_OWNER, false);
	cs_id four = add_member(y, y->oslo.account, "four@oslo.test", CS_ROLE_OWNER, false);

	add_to_oslo(y, id, CS_ROLE_OWNER);
	verified(y, id, FRESH);
	CHECK_INT(start(y, one, id), CS_REFUSAL_NONE);
	CHECK_INT(start(y, two, id), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_DEVICE);
	CHECK_INT(start_in(y, y->oslo.account, three, id, REASON), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_DEVICE);
	CHECK_INT(start_in(y, y->oslo.account, four, id, REASON), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
}

TEST(a_help_desk_does_not_vouch_for_another_account)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id desk = add_staff(y, "desk@halden.test", CS_ROLE_HELP_DESK);
	cs_id other = add_staff(y, "other@halden.test", CS_ROLE_ADMINISTRATOR);
	cs_id reader = add_member(y, y->oslo.account, "r@oslo.test", CS_ROLE_READ_ONLY, false);
	cs_id oslo = add_member(y, y->oslo.account, "desk@oslo.test", CS_ROLE_HELP_DESK, false);

	add_to_oslo(y, id, CS_ROLE_READ_ONLY);
	verified(y, id, FRESH);
	collect(y, &bag);
	CHECK_INT(start(y, desk, id), CS_REFUSAL_NONE);
	CHECK_INT(start(y, other, id), CS_REFUSAL_NONE);
	CHECK_INT(start_in(y, y->oslo.account, reader, id, REASON), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(state(y, id), CS_RECOVERY_DEVICE);
	collect(y, &bag);
	CHECK_INT(count_posts(&bag, "Somebody in charge helps with account recovery", ADA), 2);
	CHECK_INT(count_posts(&bag, "Account recovery is waiting", ADA), 0);
	CHECK_INT(start_in(y, y->oslo.account, oslo, id, REASON), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
}

TEST(a_help_desk_does_not_take_the_wait_of_another_account_away)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id desk = add_staff(y, "desk@halden.test", CS_ROLE_HELP_DESK);
	cs_id oslo = add_member(y, y->oslo.account, "desk@oslo.test", CS_ROLE_HELP_DESK, false);

	add_to_oslo(y, id, CS_ROLE_READ_ONLY);
	verified(y, id, KNOWN);
	CHECK_INT(speed_up(y, desk, id), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	CHECK_INT(speed_up(y, desk, id), CS_REFUSAL_APPROVED_ALREADY);
	CHECK_INT(speed_up_in(y, y->oslo.account, oslo, id), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_READY);
}

/* Who is in charge of both speaks for both; alone for both things they do in neither. */
TEST(who_vouched_in_two_accounts_takes_the_wait_away_in_neither)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id both = add_staff(y, "both@halden.test", CS_ROLE_HELP_DESK);
	cs_id desk = add_staff(y, "desk@halden.test", CS_ROLE_HELP_DESK);
	cs_id oslo = add_member(y, y->oslo.account, "desk@oslo.test", CS_ROLE_HELP_DESK, false);

	add_to_oslo(y, id, CS_ROLE_READ_ONLY);
	add_to_oslo(y, both, CS_ROLE_HELP_DESK);
	verified(y, id, FRESH);
	CHECK_INT(start(y, both, id), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	CHECK_INT(speed_up(y, desk, id), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	CHECK_INT(speed_up(y, both, id), CS_REFUSAL_SOMEBODY_ELSE);
	CHECK_INT(state(y, id), CS_RECOVERY_WAITING);
	CHECK_INT(speed_up_in(y, y->oslo.account, oslo, id), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_READY);
}

static cs_err
stop_helping(struct cs_tx *tx, void *ctx)
{
	const struct newcomer *n = ctx;

	return cs_membership_set_role(
	    tx, n->account, n->member.id, CS_ROLE_HELP_DESK, CS_ROLE_READ_ONLY);
}

TEST(who_may_help_no_longer_does_not_count)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id desk = add_staff(y, "desk@halden.test", CS_ROLE_HELP_DESK);
	cs_id oslo = add_member(y, y->oslo.account, "desk@oslo.test", CS_ROLE_HELP_DESK, false);
	struct newcomer left = { .member.id = desk, .account = y->halden.account };

	add_to_oslo(y, id, CS_ROLE_READ_ONLY);
	verified(y, id, FRESH);
	CHECK_INT(start(y, desk, id), CS_REFUSAL_NONE);
	CHECK_OK(cs_store_write(y->d.store, &y->op, stop_helping, &left));
	CHECK_INT(start_in(y, y->oslo.account, oslo, id, REASON), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_DEVICE);
}

TEST(nobody_helps_themselves_and_nobody_helps_strangers)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id desk = add_staff(y, "desk@halden.test", CS_ROLE_HELP_DESK);
	cs_id stranger = add_member(y, y->oslo.account, "o@oslo.test", CS_ROLE_OWNER, true);

	CHECK_INT(start(y, id, id), CS_REFUSAL_NOT_YOURSELF);
	CHECK_INT(start(y, desk, stranger), CS_REFUSAL_NOT_FOUND);
	CHECK_INT(start_in(y, y->oslo.account, stranger, id, REASON), CS_REFUSAL_NOT_FOUND);
	verified(y, id, KNOWN);
	CHECK_INT(speed_up(y, id, id), CS_REFUSAL_NOT_YOURSELF);
	CHECK_INT(speed_up(y, stranger, id), CS_REFUSAL_NOT_ALLOWED);
}

TEST(every_act_has_a_reason)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id desk = add_staff(y, "desk@halden.test", CS_ROLE_HELP_DESK);

	CHECK_INT(start_in(y, y->halden.account, desk, id, CS_STR("")), CS_REFUSAL_BODY);
	CHECK_INT(start_in(y, y->halden.account, desk, id, CS_STR("  ")), CS_REFUSAL_BODY);
	CHECK_INT(state(y, id), CS_RECOVERY_ENDED);
}

TEST(those_in_charge_stop_a_case_alone_also_an_owners)
{
	REFUGE(y);
	cs_id id = add_member(y, y->halden.account, ADA, CS_ROLE_OWNER, true);
	cs_id desk = add_staff(y, "desk@halden.test", CS_ROLE_HELP_DESK);

	sign_in(y, id, KNOWN);
	pass(y, CS_DAY_MS);
	struct cs_member_session s = verified(y, id, KNOWN);
	cs_id recovery = state_of(y, id).rc.id;
	CHECK_INT(stop_case(y, id, recovery), CS_REFUSAL_NOT_YOURSELF);
	CHECK_INT(stop_case(y, desk, (cs_id){ { 1 } }), CS_REFUSAL_NOT_FOUND);
	CHECK_INT(stop_case(y, desk, recovery), CS_REFUSAL_NONE);
	CHECK_INT(state(y, id), CS_RECOVERY_ENDED);
	CHECK(!is_there(y, &s));
	CHECK_INT(stop_case(y, desk, recovery), CS_REFUSAL_ENDED);
	/* no veto of the member's: no pause */
	s = half(y, id, KNOWN);
	CHECK_INT(begin(y, &s), CS_REFUSAL_NONE);
}

TEST(a_case_is_listed_in_the_accounts_of_its_member_alone)
{
	REFUGE(y);
	cs_id id = ada(y);
	cs_id desk = add_staff(y, "desk@halden.test", CS_ROLE_HELP_DESK);
	const struct cs_recovery_row *rows;
	struct cs_op op = y->op;
	size_t count;

	CHECK_INT(start(y, desk, id), CS_REFUSAL_NONE);
	op.account = y->halden.account;
	CHECK_OK(cs_recovery_list(&y->d, &op, true, &rows, &count));
	CHECK_INT(count, 1);
	CHECK_TEXT(rows[0].email, ADA);
	CHECK_INT(rows[0].approval_count, 1);
	CHECK_TEXT(rows[0].approvals[0].email, "desk@halden.test");
	CHECK_TEXT(rows[0].approvals[0].reason, "called, and showed a passport");
	CHECK_INT(rows[0].shown.event_count, 2);
	op.account = y->oslo.account;
	CHECK_OK(cs_recovery_list(&y->d, &op, true, &rows, &count));
	CHECK_INT(count, 0);
}

/* --- the operator --- */

TEST(the_operator_takes_a_second_factor_away_and_the_next_sign_in_can_only_enrol)
{
	REFUGE(y);
	cs_id id = ada(y);
	struct cs_member_session done = sign_in(y, id, OTHER);
	bool had;

	verified(y, id, KNOWN);
	collect(y, &bag);
	CHECK_OK(cs_two_factor_reset_by_operator(&y->d, &y->op, CS_STR(" Ada@Halden.test "), &had));
	CHECK(had);
	struct looking l = state_of(y, id);
	CHECK_INT(l.authenticators, 0);
	CHECK_INT(l.row.must_enrol, CS_MUST_ENROL_RESET);
	CHECK_INT(l.row.two_factor_since.ms, 0);
	CHECK(!l.is_open);
	CHECK(!is_there(y, &done));
	collect(y, &bag);
	CHECK_INT(bag.count, 1);
	CHECK_TEXT(bag.items[0].to, ADA);
	CHECK_OK(cs_two_factor_reset_by_operator(&y->d, &y->op, CS_STR(ADA), &had));
	CHECK(!had);
	CHECK_ERR(
	    cs_two_factor_reset_by_operator(&y->d, &y->op, CS_STR("nobody@halden.test"), &had),
	    NOT_FOUND);
}

/* --- networks --- */

static const char *
network_of(struct yard *y, const char *address)
{
	struct cs_addr addr;

	CHECK_OK(cs_addr_decode(cs_str_c(address), &addr));
	return cs_arena_c(y->arena, cs_network_of(y->arena, &addr));
}

TEST(a_network_is_a_24_or_a_48)
{
	REFUGE(y);

	assert_string_equal(network_of(y, "192.0.2.7"), "192.0.2.0/24");
	assert_string_equal(network_of(y, "192.0.2.255"), "192.0.2.0/24");
	assert_string_equal(network_of(y, "192.0.3.7"), "192.0.3.0/24");
	assert_string_equal(network_of(y, "::ffff:192.0.2.7"), "192.0.2.0/24");
	assert_string_equal(network_of(y, "2001:db8:1:2::7"), "2001:db8:1::/48");
	assert_string_equal(network_of(y, "2001:db8:1:ffff::"), "2001:db8:1::/48");
	assert_string_equal(network_of(y, "2001:db8:2::7"), "2001:db8:2::/48");
}

TEST(nowhere_is_not_the_same_as_nowhere)
{
	REFUGE(y);
	const struct cs_addr nowhere = { .family = 0 };

	CHECK_INT(cs_network_of(y->arena, &nowhere).len, 0);
	CHECK(!cs_network_is_same(CS_STR(""), CS_STR("")));
	CHECK(cs_network_is_same(CS_STR("192.0.2.0/24"), CS_STR("192.0.2.0/24")));
	CHECK(!cs_network_is_same(CS_STR("192.0.2.0/24"), CS_STR("192.0.3.0/24")));
}

TEST_MAIN("domain/recovery")
