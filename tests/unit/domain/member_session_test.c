/* How far a member's sign-in comes, and what each step is worth. */
#include "member_yard.h"

#include <pthread.h>
#include <stdatomic.h>

#include "domain/background.h"
#include "domain/manage.h"
#include "domain/throttle.h"
#include "store/audit_store.h"
#include "store/authenticator_store.h"
#include "store/manage_store.h"

#define DAY30 (30 * CS_DAY_MS)

/* --- where the password leads --- */

TEST(without_a_second_factor_the_password_is_the_whole_sign_in)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	const struct cs_member_seen *who = see(&b);

	CHECK_INT(who->session.stage, CS_MEMBER_DONE);
	CHECK_INT(who->account_count, 1);
	CHECK_INT(who->session.expires.ms - y->op.now.ms, CS_MEMBER_SESSION_LIFE_MS);
	CHECK_INT(ann_now(y).last_sign_in.ms, y->op.now.ms);
}

TEST(with_a_second_factor_the_password_opens_the_challenge_and_nothing_else)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct browser other = browser_new(y, 2);
	struct cs_member_browser cookies;
	enum cs_verdict verdict;
	struct cs_grant grant;

	ann_has_two_factor(y, true);
	y->op.now = cs_time_add(y->op.now, 1000);
	CHECK_INT(sign_in(&other, ANN, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(see(&other)->session.stage, CS_MEMBER_CHALLENGE);
	CHECK_INT(see(&other)->account_count, 0);
	cookies = shown(&other);
	CHECK_OK(cs_member_authorize(&y->d, &y->op, &cookies, y->halden.account, &grant, &verdict));
	CHECK_INT(verdict, CS_DENIED);
	CHECK(ann_now(y).last_sign_in.ms < y->op.now.ms);
	(void)b;
}

TEST(half_a_session_lives_fifteen_minutes)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);

	ann_has_two_factor(y, true);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	y->op.now = cs_time_add(y->op.now, CS_MEMBER_HALF_LIFE_MS - 1);
	CHECK(!is_signed_out(&b));
	y->op.now = cs_time_add(y->op.now, 1);
	CHECK(is_signed_out(&b));
}

TEST(half_a_session_that_is_over_is_not_completed)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	const struct cs_member_seen *who;

	ann_has_two_factor(y, true);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	who = see(&b);
	y->op.now = cs_time_add(y->op.now, CS_MEMBER_HALF_LIFE_MS);
	CHECK_ERR(complete_as(&b, who, false), CONFLICT);
}

TEST(an_answered_challenge_completes_the_session_with_another_token)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct browser before;

	ann_has_two_factor(y, true);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	before = b;
	complete(&b, false);
	CHECK(is_signed_out(&before));
	CHECK_INT(see(&b)->session.stage, CS_MEMBER_DONE);
	CHECK_INT(see(&b)->session.method, CS_MFA_TOTP);
	CHECK_INT(see(&b)->account_count, 1);
	CHECK_INT(see(&b)->session.expires.ms - y->op.now.ms, CS_MEMBER_SESSION_LIFE_MS);
}

TEST(a_session_is_completed_once)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct browser second;
	const struct cs_member_seen *who;

	ann_has_two_factor(y, true);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	second = b;
	who = see(&b);
	CHECK_OK(complete_as(&b, who, false));
	CHECK_ERR(complete_as(&second, who, false), CONFLICT);
	CHECK(!is_signed_out(&b));
}

TEST(a_session_that_is_complete_is_not_completed_again)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);

	CHECK_ERR(complete_as(&b, see(&b), false), CONFLICT);
	CHECK(!is_signed_out(&b));
}

TEST(a_session_is_worth_nothing_in_another_browser)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct browser thief = { .y = y, .device = { { 0xb, 2 } }, .token = b.token };

	CHECK(is_signed_out(&thief));
	CHECK(!is_signed_out(&b));
}

TEST(signing_in_again_ends_what_was_there_in_this_browser)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct browser other = browser_new(y, 2);
	struct browser before = b;

	CHECK_INT(sign_in(&other, ANN, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	CHECK(is_signed_out(&before));
	CHECK(!is_signed_out(&b));
	CHECK(!is_signed_out(&other));
}

/* --- enforcement --- */

TEST(what_an_account_enforces_is_enrolled_before_anything_else)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);

	halden_demands(y, (struct cs_account_demands){ .is_enforced = true });
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(see(&b)->session.stage, CS_MEMBER_ENROL);
	CHECK_INT(see(&b)->account_count, 0);
}

TEST(until_the_deadline_the_console_opens)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);

	halden_demands(y, (struct cs_account_demands){
			      .is_enforced = true, .after = cs_time_add(y->op.now, CS_DAY_MS) });
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(see(&b)->session.stage, CS_MEMBER_DONE);
	y->op.now = cs_time_add(y->op.now, CS_DAY_MS);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(see(&b)->session.stage, CS_MEMBER_ENROL);
}

TEST(who_was_reset_can_only_enrol)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct ann_change c = { .y = y, .must_enrol = CS_MUST_ENROL_RESET };

	CHECK_OK(cs_store_write(y->d.store, &y->op, set_ann, &c));
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(see(&b)->session.stage, CS_MEMBER_ENROL);
}

struct window_of {
	cs_id session;
	enum cs_manage_purpose purpose;
	bool is_there;
};

static cs_err
find_window(struct cs_tx *tx, void *ctx)
{
	struct window_of *w = ctx;
	struct cs_manage_window window;
	cs_err e = cs_manage_window_find(
	    tx, cs_id_zero, w->session, w->purpose, cs_tx_op(tx)->now, &window);

	w->is_there = !cs_failed(e);
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

static bool
has_window(const struct browser *b, enum cs_manage_purpose purpose)
{
	struct window_of w = { .session = see(b)->session.id, .purpose = purpose };

	CHECK_OK(cs_store_read(b->y->d.store, &b->y->op, find_window, &w));
	return w.is_there;
}

TEST(the_first_enrolment_completes_the_session_and_leads_to_backup_codes)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);

	halden_demands(y, (struct cs_account_demands){ .is_enforced = true });
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	complete(&b, true);
	CHECK_INT(see(&b)->session.stage, CS_MEMBER_DONE);
	CHECK(has_window(&b, CS_MANAGE_PASSWORD));
	CHECK(!has_window(&b, CS_MANAGE_CHANGE));
}

TEST(an_answered_challenge_opens_no_window)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);

	ann_has_two_factor(y, true);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	complete(&b, false);
	CHECK(!has_window(&b, CS_MANAGE_PASSWORD));
	CHECK(!has_window(&b, CS_MANAGE_CHANGE));
}

static cs_err
come_by_code(struct cs_tx *tx, void *ctx)
{
	const struct completing *c = ctx;
	const cs_id codes = { { 0xc, 0xd } };
	const struct cs_authenticator a = {
		.account = cs_id_zero,
		.id = codes,
		.subject = c->c->who->member.id,
		.factor = CS_STR("backup_code"),
		.method = CS_MFA_TOTP,
		.sealed = CS_SPAN("sealed", 6),
		.params = CS_STR("{}"),
		.created = cs_tx_op(tx)->now,
	};

	CS_TRY(cs_authenticator_add(tx, &a, true, c->c->who->session.id));
	CS_TRY(cs_member_complete_in(tx, c->d, c->c, codes, CS_MFA_TOTP));
	return cs_member_new_phone_in(tx, c->d, &c->c->who->session, codes);
}

TEST(a_backup_code_opens_what_a_new_phone_needs_for_ten_minutes)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_member_completion c;
	struct completing completing = { &y->d, &c };
	struct cs_member_step step;

	ann_has_two_factor(y, true);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	cs_member_complete_begin(&y->d, &y->op, see(&b), false, &c);
	CHECK_OK(cs_store_write(y->d.store, &y->op, come_by_code, &completing));
	cs_member_complete_end(&c, &step);
	keep(&b, &step);
	CHECK(has_window(&b, CS_MANAGE_PASSWORD));
	CHECK(has_window(&b, CS_MANAGE_CHANGE));
	y->op.now = cs_time_add(y->op.now, CS_MANAGE_LIFE_MS + 1);
	CHECK(!has_window(&b, CS_MANAGE_PASSWORD));
	CHECK(!has_window(&b, CS_MANAGE_CHANGE));
}

/* --- invitations --- */

static enum cs_role
role_in_oslo(struct yard *y, const struct browser *b)
{
	const struct cs_member_seen *who = see(b);

	for (size_t i = 0; i < who->account_count; i++)
		if (cs_id_equal(who->accounts[i].id, y->oslo.account))
			return who->accounts[i].role;
	return CS_ROLE_NONE;
}

struct inviting {
	struct yard *y;
	cs_str email;
	cs_str token;
	cs_id member;
};

static cs_err
invite_to_oslo(struct cs_tx *tx, void *ctx)
{
	struct inviting *i = ctx;

	CS_TRY(cs_member_for(tx, &i->y->d, i->email, &i->member));
	return cs_invitation_create(tx, &i->y->d, i->y->oslo.account, i->email, CS_ROLE_HELP_DESK,
	    i->y->oslo.owner, &i->token);
}

static cs_str
invited(struct yard *y, const char *email)
{
	struct inviting i = { .y = y, .email = cs_str_c(email) };
	struct cs_op op = y->op;

	op.account = y->oslo.account;
	CHECK_OK(cs_store_write(y->d.store, &op, invite_to_oslo, &i));
	return i.token;
}

static cs_err
oslo_enforces(struct cs_tx *tx, void *ctx)
{
	const struct yard *y = ctx;
	const struct cs_account_demands demands = { .is_enforced = true };

	return cs_account_demands_set(tx, y->oslo.account, &demands);
}

TEST(who_is_invited_to_an_account_that_enforces_belongs_to_it_once_enrolled)
{
	YARD(y);
	struct browser b = browser_new(y, 1);
	cs_str token = invited(y, "bob@oslo.test");

	CHECK_OK(cs_store_write(y->d.store, &y->op, oslo_enforces, y));
	/* eight characters do, beside the second factor that there has to be */
	CHECK_INT(redeem(&b, token, "bob goes"), CS_REFUSAL_NONE);
	CHECK_INT(see(&b)->session.stage, CS_MEMBER_ENROL);
	CHECK_INT(see(&b)->account_count, 0);
	complete(&b, false);
	CHECK_INT(role_in_oslo(y, &b), CS_ROLE_HELP_DESK);
	CHECK_INT(redeem(&b, token, "bob goes"), CS_REFUSAL_LINK_ENDED);
}

TEST(who_stops_halfway_can_redeem_the_invitation_again)
{
	YARD(y);
	struct browser b = browser_new(y, 1);
	struct browser other = browser_new(y, 2);
	cs_str token = invited(y, "bob@oslo.test");

	CHECK_OK(cs_store_write(y->d.store, &y->op, oslo_enforces, y));
	CHECK_INT(redeem(&b, token, "bob goes"), CS_REFUSAL_NONE);
	CHECK_INT(redeem(&other, token, "bob went"), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(redeem(&other, token, "bob goes"), CS_REFUSAL_NONE);
	complete(&other, false);
	CHECK_INT(role_in_oslo(y, &other), CS_ROLE_HELP_DESK);
	complete(&b, false);
	CHECK_INT(role_in_oslo(y, &b), CS_ROLE_HELP_DESK);
}

static cs_err
withdraw(struct cs_tx *tx, void *ctx)
{
	struct yard *y = ctx;
	struct cs_invitation i;

	CS_TRY(cs_invitation_open_for(tx, y->oslo.account, CS_STR("bob@oslo.test"), &i));
	return cs_invitation_withdraw(tx, y->oslo.account, i.id);
}

TEST(an_invitation_withdrawn_halfway_lets_nobody_in)
{
	YARD(y);
	struct browser b = browser_new(y, 1);
	cs_str token = invited(y, "bob@oslo.test");

	CHECK_OK(cs_store_write(y->d.store, &y->op, oslo_enforces, y));
	CHECK_INT(redeem(&b, token, "bob goes"), CS_REFUSAL_NONE);
	CHECK_OK(cs_store_write(y->d.store, &y->op, withdraw, y));
	complete(&b, false);
	CHECK_INT(see(&b)->session.stage, CS_MEMBER_DONE);
	CHECK_INT(see(&b)->account_count, 0);
}

TEST(a_password_alone_accepts_no_invitation_for_somebody_with_a_second_factor)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	cs_str token = invited(y, ANN);

	ann_has_two_factor(y, true);
	CHECK_INT(redeem(&b, token, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(see(&b)->session.stage, CS_MEMBER_CHALLENGE);
	complete(&b, false);
	CHECK_INT(role_in_oslo(y, &b), CS_ROLE_HELP_DESK);
}

TEST(a_mailed_invitation_proves_the_address_and_a_printed_one_does_not)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct browser bob = browser_new(y, 2);

	CHECK_INT(ann_now(y).email_verified.ms, 0);
	CHECK_INT(redeem(&bob, invited(y, "bob@oslo.test"), PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(see(&bob)->member.email_verified.ms, y->op.now.ms);
	(void)b;
}

/* --- remembered browsers --- */

static struct browser
ann_is_remembered(struct yard *y)
{
	struct browser b = ann_joins(y, 1);

	atomic_store(&y->d.remember_browser_ms, DAY30);
	ann_has_two_factor(y, true);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	complete(&b, true);
	return b;
}

static enum cs_member_stage
stage_after_password(struct browser *b)
{
	CHECK_INT(sign_in(b, ANN, PASSWORD), CS_REFUSAL_NONE);
	return see(b)->session.stage;
}

TEST(a_remembered_browser_is_not_asked_until_its_time_is_over)
{
	YARD(y);
	struct browser b = ann_is_remembered(y);
	struct browser other = browser_new(y, 2);

	CHECK_INT(stage_after_password(&b), CS_MEMBER_DONE);
	CHECK_INT(stage_after_password(&other), CS_MEMBER_CHALLENGE);
	y->op.now = cs_time_add(y->op.now, DAY30 - 1);
	CHECK_INT(stage_after_password(&b), CS_MEMBER_DONE);
	y->op.now = cs_time_add(y->op.now, 1);
	CHECK_INT(stage_after_password(&b), CS_MEMBER_CHALLENGE);
}

TEST(who_does_not_ask_for_it_is_not_remembered)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);

	atomic_store(&y->d.remember_browser_ms, DAY30);
	ann_has_two_factor(y, true);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	complete(&b, false);
	CHECK_INT(stage_after_password(&b), CS_MEMBER_CHALLENGE);
}

TEST(the_operator_can_forbid_it)
{
	YARD(y);
	struct browser b = ann_is_remembered(y);

	atomic_store(&y->d.remember_browser_ms, 0);
	CHECK_INT(stage_after_password(&b), CS_MEMBER_CHALLENGE);
	complete(&b, true);
	CHECK_INT(stage_after_password(&b), CS_MEMBER_CHALLENGE);
}

TEST(an_account_can_forbid_it)
{
	YARD(y);
	struct browser b = ann_is_remembered(y);

	halden_demands(y, (struct cs_account_demands){ .refuses_remembered = true });
	CHECK_INT(stage_after_password(&b), CS_MEMBER_CHALLENGE);
	complete(&b, true);
	halden_demands(y, (struct cs_account_demands){ .refuses_remembered = false });
	/* the first remembering is still good; the second was not written */
	CHECK_INT(stage_after_password(&b), CS_MEMBER_DONE);
}

TEST(forgetting_a_browser_has_it_asked_again)
{
	YARD(y);
	struct browser b = ann_is_remembered(y);
	struct cs_member_browsers all;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CHECK_OK(cs_member_browsers(&y->d, &y->op, see(&b), &all));
	CHECK_INT(all.remembered_count, 1);
	CHECK_OK(cs_member_forget(&y->d, &y->op, see(&b), cs_id_zero, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_FOUND);
	why.kind = CS_REFUSAL_NONE;
	CHECK_OK(cs_member_forget(&y->d, &y->op, see(&b), all.remembered[0].id, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	CHECK_INT(stage_after_password(&b), CS_MEMBER_CHALLENGE);
}

TEST(signing_out_everywhere_forgets_browsers_and_ends_all_others)
{
	YARD(y);
	struct browser b = ann_is_remembered(y);
	struct browser other = browser_new(y, 2);

	CHECK_INT(sign_in(&other, ANN, PASSWORD), CS_REFUSAL_NONE);
	complete(&other, false);
	CHECK_OK(cs_member_end_others(&y->d, &y->op, see(&other)));
	CHECK(is_signed_out(&b));
	CHECK(!is_signed_out(&other));
	CHECK_INT(stage_after_password(&b), CS_MEMBER_CHALLENGE);
}

TEST(somebody_elses_session_cannot_be_ended)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct browser bob = browser_new(y, 2);
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CHECK_INT(redeem(&bob, invited(y, "bob@oslo.test"), PASSWORD), CS_REFUSAL_NONE);
	CHECK_OK(cs_member_end_session(&y->d, &y->op, see(&bob), see(&b)->session.id, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_FOUND);
	CHECK(!is_signed_out(&b));
}

/* --- known browsers --- */

struct known_of {
	struct yard *y;
	cs_id device;
	struct cs_known_device found;
	bool is_there;
};

static cs_err
find_device(struct cs_tx *tx, void *ctx)
{
	struct known_of *k = ctx;
	cs_err e = cs_device_find(tx, cs_id_zero, k->y->halden.owner, k->device, &k->found);

	k->is_there = !cs_failed(e);
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

static bool
is_known(struct yard *y, uint8_t number, struct cs_known_device *out)
{
	struct known_of k = { .y = y, .device = { { 0xb, number } } };

	CHECK_OK(cs_store_read(y->d.store, &y->op, find_device, &k));
	*out = k.found;
	return k.is_there;
}

TEST(only_a_complete_sign_in_makes_a_browser_known)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct browser other = browser_new(y, 2);
	struct cs_known_device device;

	ann_has_two_factor(y, true);
	y->op.user_agent = CS_STR("Mozilla/5.0 (X11; Linux) Firefox/140.0");
	CHECK_INT(sign_in(&other, ANN, PASSWORD), CS_REFUSAL_NONE);
	CHECK(!is_known(y, 2, &device));
	complete(&other, false);
	CHECK(is_known(y, 2, &device));
	CHECK_TEXT(device.user_agent, "Mozilla/5.0 (X11; Linux) Firefox/140.0");
	CHECK(is_known(y, 1, &device));
	(void)b;
}

TEST(a_sign_in_from_a_new_browser_is_mailed_once)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct browser other = browser_new(y, 2);
	struct cs_message mail;

	/* the very first one is no news */
	CHECK_INT(drop_mail(y), 0);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(drop_mail(y), 0);
	CHECK_INT(sign_in(&other, ANN, PASSWORD), CS_REFUSAL_NONE);
	CHECK(take_mail(y, &mail));
	CHECK_TEXT(mail.to, ANN);
	CHECK_TEXT(mail.subject, "A sign-in from a new browser");
	CHECK_INT(drop_mail(y), 0);
	CHECK_INT(sign_in(&other, ANN, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(drop_mail(y), 0);
}

/* --- who cannot --- */

struct changing {
	cs_id member;
	cs_id account;
};

static cs_err
make_sso(struct cs_tx *tx, void *ctx)
{
	const struct changing *c = ctx;

	return cs_member_set_sso(tx, c->member, c->account, (cs_id){ { 5 } });
}

TEST(no_password_signs_in_who_comes_by_single_sign_on)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct changing c = { y->halden.owner, y->halden.account };

	CHECK_OK(cs_store_write(y->d.store, &y->op, make_sso, &c));
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_WRONG_PASSWORD);
	CHECK_INT(sign_in(&b, ANN, ""), CS_REFUSAL_WRONG_PASSWORD);
}

TEST(nobody_who_is_only_invited_signs_in)
{
	YARD(y);
	struct browser b = browser_new(y, 1);

	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_WRONG_PASSWORD);
	CHECK_INT(sign_in(&b, ANN, ""), CS_REFUSAL_WRONG_PASSWORD);
}

/* --- guesses --- */

TEST(guesses_at_the_password_leave_those_at_the_second_factor)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct browser stranger = browser_new(y, 2);
	struct cs_attempt attempt;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	for (int i = 0; i < CS_GUESSES_PER_HOUR; i++)
		CHECK_INT(sign_in(&stranger, ANN, "a guess"), CS_REFUSAL_WRONG_PASSWORD);
	CHECK_INT(sign_in(&stranger, ANN, PASSWORD), CS_REFUSAL_TOO_MANY);
	for (int i = 0; i < CS_GUESSES_PER_HOUR; i++) {
		CHECK_OK(cs_attempt_debit(
		    &y->d, &y->op, y->halden.owner, stranger.device, &attempt, &why));
		CHECK_INT(why.kind, CS_REFUSAL_NONE);
	}
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
}

TEST(a_right_password_gives_back_no_guess_at_the_second_factor)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_attempt attempt;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	ann_has_two_factor(y, true);
	for (int i = 0; i < CS_GUESSES_PER_HOUR; i++)
		CHECK_OK(
		    cs_attempt_debit(&y->d, &y->op, y->halden.owner, b.device, &attempt, &why));
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	CHECK_OK(cs_attempt_debit(&y->d, &y->op, y->halden.owner, b.device, &attempt, &why));
	CHECK_INT(why.kind, CS_REFUSAL_TOO_MANY);
}

#define GUESSERS 8
#define GUESSES_EACH 25

struct guesser {
	struct yard *y;
	uint8_t number;
	_Atomic int *judged;
	_Atomic int *refused;
	_Atomic int *busy;
};

/* Its own arena and its own browser each time: strangers. */
static void *
guess(void *ctx)
{
	struct guesser *g = ctx;

	for (int i = 0; i < GUESSES_EACH; i++) {
		struct cs_op op = g->y->op;
		struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
		struct cs_member_step step;
		const struct cs_member_credentials who = { .email = CS_STR(ANN),
			.password = CS_STR("a wrong password"),
			.has_device = true,
			.device = { { 0xc, g->number, (uint8_t)i } } };

		op.arena = cs_arena_new(1 << 20);
		cs_err e = cs_member_sign_in(&g->y->d, &op, &who, &step, &why);
		if (cs_is(e, CS_E_LIMIT))
			atomic_fetch_add(g->busy, 1);
		else if (!cs_failed(e) && why.kind == CS_REFUSAL_WRONG_PASSWORD)
			atomic_fetch_add(g->judged, 1);
		else if (!cs_failed(e) && why.kind == CS_REFUSAL_TOO_MANY)
			atomic_fetch_add(g->refused, 1);
		cs_arena_free(&op.arena);
	}
	return NULL;
}

TEST(of_two_hundred_guesses_at_once_no_more_than_the_budget_are_judged)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	_Atomic int judged = 0;
	_Atomic int refused = 0;
	_Atomic int busy = 0;
	struct guesser guessers[GUESSERS];
	pthread_t threads[GUESSERS];

	for (uint8_t i = 0; i < GUESSERS; i++) {
		guessers[i] = (struct guesser){ y, i, &judged, &refused, &busy };
		CHECK_INT(pthread_create(&threads[i], NULL, guess, &guessers[i]), 0);
	}
	for (size_t i = 0; i < GUESSERS; i++)
		pthread_join(threads[i], NULL);
	/* who was sent away since too much was being hashed made no guess, and spent none */
	CHECK(judged <= CS_GUESSES_PER_HOUR);
	CHECK_INT(judged + busy + refused, GUESSERS * GUESSES_EACH);
	/* and the owner's own browser is not in their way */
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
}

struct hurrier {
	struct yard *y;
	cs_id device;
	_Atomic int *busy;
	_Atomic int *refused;
};

/* As costly as those of a server. */
static cs_err
dear_password(struct cs_tx *tx, void *ctx)
{
	struct yard *y = ctx;
	char hash[CS_PWHASH_MAX];
	struct cs_member ann;

	CS_TRY(cs_pwhash_make(y->d.pwhasher, CS_SPAN(PASSWORD, sizeof(PASSWORD) - 1), hash));
	CS_TRY(cs_member_find(tx, y->halden.owner, &ann));
	return cs_member_set_password(tx, &ann, cs_str_c(hash), false, cs_tx_op(tx)->now);
}

/* Ann, in the browser that she always uses, with the right password. */
static void *
hurry(void *ctx)
{
	struct hurrier *h = ctx;

	for (int i = 0; i < GUESSES_EACH; i++) {
		struct cs_op op = h->y->op;
		struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
		struct cs_member_step step;
		const struct cs_member_credentials who = { .email = CS_STR(ANN),
			.password = CS_STR(PASSWORD),
			.has_device = true,
			.device = h->device };

		op.arena = cs_arena_new(1 << 20);
		if (cs_is(cs_member_sign_in(&h->y->d, &op, &who, &step, &why), CS_E_LIMIT))
			atomic_fetch_add(h->busy, 1);
		if (why.kind != CS_REFUSAL_NONE)
			atomic_fetch_add(h->refused, 1);
		cs_arena_free(&op.arena);
	}
	return NULL;
}

TEST(what_could_not_be_judged_spends_no_guess)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_pwhasher *usual = y->d.pwhasher;
	_Atomic int busy = 0;
	_Atomic int refused = 0;
	struct hurrier h = { y, b.device, &busy, &refused };
	pthread_t threads[GUESSERS];

	/* one may wait, and each takes a while */
	CHECK_OK(cs_pwhasher_new(
	    1, 1, (struct cs_pwhash_cost){ .memory_kib = 8192, .passes = 3 }, &y->d.pwhasher));
	CHECK_OK(cs_store_write(y->d.store, &y->op, dear_password, y));
	while (busy <= CS_GUESSES_PER_HOUR) {
		for (size_t i = 0; i < GUESSERS; i++)
			CHECK_INT(pthread_create(&threads[i], NULL, hurry, &h), 0);
		for (size_t i = 0; i < GUESSERS; i++)
			pthread_join(threads[i], NULL);
	}
	CHECK_INT(refused, 0);
	cs_pwhasher_free(&y->d.pwhasher);
	y->d.pwhasher = usual;
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
}

/* --- seen --- */

TEST(when_a_session_was_seen_is_noted_a_minute_coarse)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	cs_time first = y->op.now;

	y->op.now = cs_time_add(first, CS_MINUTE_MS - 1);
	CHECK_INT(see(&b)->session.last_seen.ms, first.ms);
	CHECK_INT(see(&b)->session.last_seen.ms, first.ms);
	y->op.now = cs_time_add(first, CS_MINUTE_MS);
	see(&b);
	CHECK_INT(see(&b)->session.last_seen.ms, y->op.now.ms);
}

TEST(what_is_over_is_swept)
{
	YARD(y);
	struct browser b = ann_is_remembered(y);
	struct cs_member_browsers all;
	cs_time next;

	y->op.now = cs_time_add(y->op.now, DAY30);
	CHECK_OK(cs_sweep_step(&y->d, &y->op, &next));
	y->op.now = cs_time_add(y->op.now, -DAY30);
	CHECK(is_signed_out(&b));
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(see(&b)->session.stage, CS_MEMBER_CHALLENGE);
	CHECK_OK(cs_member_browsers(&y->d, &y->op, see(&b), &all));
	CHECK_INT(all.remembered_count, 0);
}

TEST_MAIN("domain/member_session")
