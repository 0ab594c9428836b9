/* Links in members' mail, and what of themselves members change with their password. */
#include "member_yard.h"

#include <stdatomic.h>

#include "domain/holder.h"
#include "domain/manage.h"
#include "domain/member_address.h"
#include "domain/member_forgot.h"
#include "domain/member_link.h"
#include "domain/password.h"
#include "store/api_token_store.h"
#include "store/manage_store.h"
#include "store/member_link_store.h"

#define NEW_PASSWORD "another long password"
#define RESET "Reset your password"
#define CONFIRM "Confirm your address"
#define CONFIRM_NEW "Confirm your new address"
#define CONFIRM_CONTACT "Confirm that you want to be told"

/* --- resetting --- */

static cs_str
forgot(struct yard *y, const char *email)
{
	drop_mail(y);
	CHECK_OK(cs_member_forgot(&y->d, &y->op, cs_str_c(email)));
	return mailed_token(y, RESET, ANN);
}

static enum cs_refusal_kind
reset(struct yard *y, cs_str token, const char *password, struct cs_member_reset *out)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CHECK_OK(cs_member_reset(&y->d, &y->op, token, cs_str_c(password), out, &why));
	return why.kind;
}

TEST(a_forgotten_password_is_reset_by_a_link_once)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_member_reset done;
	cs_str token = forgot(y, " Owner@Halden.TEST ");

	CHECK(cs_str_starts(token, CS_STR("cm_")));
	CHECK_INT(reset(y, token, NEW_PASSWORD, &done), CS_REFUSAL_NONE);
	CHECK_TEXT(done.email, ANN);
	CHECK(!done.has_second_factor);
	CHECK_INT(reset(y, token, NEW_PASSWORD, &done), CS_REFUSAL_ENDED);
	CHECK(is_signed_out(&b));
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_WRONG_PASSWORD);
	CHECK_INT(sign_in(&b, ANN, NEW_PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(ann_now(y).password_reset.ms, y->op.now.ms);
	CHECK_INT(ann_now(y).email_verified.ms, y->op.now.ms);
}

TEST(a_reset_password_asks_for_the_second_factor_as_ever)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_member_reset done;

	atomic_store(&y->d.remember_browser_ms, CS_DAY_MS);
	ann_has_two_factor(y, true);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	complete(&b, true);
	CHECK_INT(reset(y, forgot(y, ANN), NEW_PASSWORD, &done), CS_REFUSAL_NONE);
	CHECK(done.has_second_factor);
	CHECK(ann_now(y).two_factor_since.ms > 0);
	/* also in the browser that was remembered */
	CHECK_INT(sign_in(&b, ANN, NEW_PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(see(&b)->session.stage, CS_MEMBER_CHALLENGE);
}

TEST(a_reset_is_told)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_member_reset done;
	struct cs_message mail;

	CHECK_INT(reset(y, forgot(y, ANN), NEW_PASSWORD, &done), CS_REFUSAL_NONE);
	CHECK(take_mail(y, &mail));
	CHECK_TEXT(mail.subject, "Your password was reset");
	CHECK_TEXT(mail.to, ANN);
	(void)b;
}

static bool
says(struct yard *y, const struct cs_message *mail, const char *words)
{
	return strstr(cs_arena_c(y->arena, mail->text), words) != NULL;
}

static cs_err
remove_tokens(struct cs_tx *tx, void *ctx)
{
	const struct yard *y = ctx;
	struct cs_api_token *list;
	size_t count;

	CS_TRY(cs_api_token_list(tx, y->halden.owner, &list, &count));
	for (size_t i = 0; i < count; i++)
		CS_TRY(cs_api_token_remove(tx, list[i].account, list[i].id));
	return CS_OK;
}

/* They outlive the password: who reset it because of a thief has to know. */
TEST(a_reset_says_how_many_api_tokens_still_work_and_where_they_are)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_member_reset done;
	struct cs_message mail;

	CHECK_INT(reset(y, forgot(y, ANN), NEW_PASSWORD, &done), CS_REFUSAL_NONE);
	CHECK(take_mail(y, &mail));
	CHECK(says(y, &mail, "Tokens:  1 still works: https://"));
	CHECK(says(y, &mail, "/console/profile/tokens\n"));
	CHECK_OK(cs_store_write(y->d.store, &y->op, remove_tokens, y));
	CHECK_INT(reset(y, forgot(y, ANN), PASSWORD, &done), CS_REFUSAL_NONE);
	CHECK(take_mail(y, &mail));
	CHECK(!says(y, &mail, "Tokens:"));
	(void)b;
}

TEST(a_link_to_reset_ends_after_an_hour_and_with_the_next_one)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_member_reset done;
	cs_str first = forgot(y, ANN);
	cs_str second = forgot(y, ANN);

	CHECK_INT(reset(y, first, NEW_PASSWORD, &done), CS_REFUSAL_ENDED);
	y->op.now = cs_time_add(y->op.now, CS_LINK_RESET_MS);
	CHECK_INT(reset(y, second, NEW_PASSWORD, &done), CS_REFUSAL_ENDED);
	CHECK_INT(done.email.len, 0);
	y->op.now = cs_time_add(y->op.now, -1);
	CHECK_INT(reset(y, second, NEW_PASSWORD, &done), CS_REFUSAL_NONE);
	(void)b;
}

TEST(a_weak_password_does_not_use_the_link_up)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_member_reset done;
	cs_str token = forgot(y, ANN);

	CHECK_INT(reset(y, token, "short", &done), CS_REFUSAL_WEAK_PASSWORD);
	CHECK_INT(reset(y, token, "eight 88", &done), CS_REFUSAL_WEAK_PASSWORD);
	CHECK_INT(reset(y, token, ANN, &done), CS_REFUSAL_WEAK_PASSWORD);
	CHECK_INT(reset(y, token, "\xff\xff\xff\xff\xff\xff\xff\xff", &done), CS_REFUSAL_BODY);
	CHECK(!is_signed_out(&b));
	ann_has_two_factor(y, true);
	CHECK_INT(reset(y, token, "password", &done), CS_REFUSAL_WEAK_PASSWORD);
	CHECK_INT(reset(y, token, "eight 88", &done), CS_REFUSAL_NONE);
}

TEST(what_is_no_link_of_ours_resets_nothing)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_member_reset done;
	cs_str good = forgot(y, ANN);
	cs_str verify;
	struct cs_refusal why;

	CHECK_OK(cs_member_ask_verify(&y->d, &y->op, see(&b), &why));
	verify = mailed_token(y, CONFIRM, ANN);
	const cs_str tokens[] = { CS_STR(""), CS_STR("cm_"), verify, y->halden.api_token,
		cs_str_slice(good, 0, good.len - 1), cs_str_slice(good, 3, good.len),
		CS_STR("cm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA") };
	for (size_t i = 0; i < CS_COUNT(tokens); i++)
		CHECK_INT(reset(y, tokens[i], NEW_PASSWORD, &done), CS_REFUSAL_ENDED);
	CHECK_INT(reset(y, good, NEW_PASSWORD, &done), CS_REFUSAL_NONE);
}

TEST(nobody_is_mailed_who_has_no_password_to_reset)
{
	YARD(y);

	/* invited; unknown; not an address */
	CHECK_INT(forgot(y, ANN).len, 0);
	CHECK_INT(forgot(y, "nobody@halden.test").len, 0);
	CHECK_INT(forgot(y, "no address").len, 0);
	CHECK_INT(forgot(y, "").len, 0);
}

TEST(five_mails_an_hour_go_to_one_address)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_refusal why;

	for (int i = 0; i < CS_LINK_MAILS_PER_HOUR; i++)
		CHECK(forgot(y, ANN).len > 0);
	CHECK_INT(forgot(y, ANN).len, 0);
	/* strangers keep nobody from what they ask for themselves */
	for (int i = 0; i < CS_LINK_MAILS_PER_HOUR; i++) {
		CHECK_OK(cs_member_ask_verify(&y->d, &y->op, see(&b), &why));
		CHECK_INT(why.kind, CS_REFUSAL_NONE);
	}
	CHECK_OK(cs_member_ask_verify(&y->d, &y->op, see(&b), &why));
	CHECK_INT(why.kind, CS_REFUSAL_TOO_MANY);
	y->op.now = cs_time_add(y->op.now, CS_HOUR_MS);
	CHECK(forgot(y, ANN).len > 0);
	CHECK_OK(cs_member_ask_verify(&y->d, &y->op, see(&b), &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
}

TEST(who_was_locked_out_by_guesses_of_others_is_in_again_by_mail)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct browser fresh = browser_new(y, 9);
	struct cs_member_reset done;

	for (uint8_t i = 0; i < 10; i++) {
		struct browser stranger = browser_new(y, (uint8_t)(20 + i));
		CHECK_INT(sign_in(&stranger, ANN, "a guess"), CS_REFUSAL_WRONG_PASSWORD);
	}
	CHECK_INT(sign_in(&fresh, ANN, PASSWORD), CS_REFUSAL_TOO_MANY);
	CHECK_INT(reset(y, forgot(y, ANN), NEW_PASSWORD, &done), CS_REFUSAL_NONE);
	CHECK_INT(sign_in(&fresh, ANN, NEW_PASSWORD), CS_REFUSAL_NONE);
	(void)b;
}

/* --- proving the password, changing it --- */

static enum cs_refusal_kind
prove(struct browser *b, const char *password)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_member_step step;
	cs_time expires;

	CHECK_OK(cs_member_prove(
	    &b->y->d, &b->y->op, see(b), cs_str_c(password), &step, &expires, &why));
	keep(b, &step);
	if (why.kind == CS_REFUSAL_NONE)
		CHECK_INT(expires.ms - b->y->op.now.ms, CS_MANAGE_LIFE_MS);
	return why.kind;
}

static enum cs_refusal_kind
change(struct browser *b, const char *password)
{
	struct cs_refusal why;

	CHECK_OK(cs_member_change_password(&b->y->d, &b->y->op, see(b), cs_str_c(password), &why));
	return why.kind;
}

TEST(the_password_is_changed_after_it_was_given_again)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct browser other = browser_new(y, 2);
	struct cs_message mail;

	CHECK_INT(sign_in(&other, ANN, PASSWORD), CS_REFUSAL_NONE);
	drop_mail(y);
	CHECK_INT(change(&b, NEW_PASSWORD), CS_REFUSAL_PROVE_FIRST);
	CHECK_INT(prove(&b, "not the password"), CS_REFUSAL_WRONG_PASSWORD);
	CHECK_INT(change(&b, NEW_PASSWORD), CS_REFUSAL_PROVE_FIRST);
	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(change(&other, NEW_PASSWORD), CS_REFUSAL_PROVE_FIRST);
	CHECK_INT(change(&b, NEW_PASSWORD), CS_REFUSAL_NONE);
	CHECK(!is_signed_out(&b));
	CHECK(is_signed_out(&other));
	CHECK(take_mail(y, &mail));
	CHECK_TEXT(mail.subject, "Your password was changed");
	CHECK_INT(sign_in(&other, ANN, PASSWORD), CS_REFUSAL_WRONG_PASSWORD);
	CHECK_INT(sign_in(&other, ANN, NEW_PASSWORD), CS_REFUSAL_NONE);
}

TEST(a_window_lasts_ten_minutes_and_brings_another_token)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct browser before = b;

	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_NONE);
	CHECK(is_signed_out(&before));
	y->op.now = cs_time_add(y->op.now, CS_MANAGE_LIFE_MS);
	CHECK_INT(change(&b, NEW_PASSWORD), CS_REFUSAL_PROVE_FIRST);
}

static cs_err
open_change_window(struct cs_tx *tx, void *ctx)
{
	const struct cs_member_seen *who = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_manage_window w = {
		.id = { { 7 } },
		.session = who->session.id,
		.device = who->session.device,
		.subject = who->member.id,
		.purpose = CS_MANAGE_CHANGE,
		.opened = op->now,
		.expires = cs_time_add(op->now, CS_MANAGE_LIFE_MS),
	};

	return cs_manage_window_set(tx, &w);
}

TEST(with_a_second_factor_the_password_alone_changes_neither_password_nor_address)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_refusal why;
	cs_str sent_to;

	ann_has_two_factor(y, true);
	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(change(&b, NEW_PASSWORD), CS_REFUSAL_PROVE_FIRST);
	CHECK_OK(
	    cs_member_ask_email(&y->d, &y->op, see(&b), CS_STR("ann@new.test"), &sent_to, &why));
	CHECK_INT(why.kind, CS_REFUSAL_PROVE_FIRST);
	CHECK_OK(
	    cs_store_write(y->d.store, &y->op, open_change_window, (void *)(uintptr_t)see(&b)));
	CHECK_INT(change(&b, "eight 88"), CS_REFUSAL_NONE);
}

TEST(a_new_password_is_no_weak_one_and_not_the_old_one)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);

	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(change(&b, "eight 88"), CS_REFUSAL_WEAK_PASSWORD);
	CHECK_INT(change(&b, PASSWORD), CS_REFUSAL_WEAK_PASSWORD);
	CHECK_INT(change(&b, ANN), CS_REFUSAL_WEAK_PASSWORD);
	CHECK_INT(change(&b, NEW_PASSWORD), CS_REFUSAL_NONE);
}

TEST(a_changed_password_voids_links_to_reset_it_and_forgets_browsers)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_member_reset done;
	cs_str token;

	atomic_store(&y->d.remember_browser_ms, CS_DAY_MS);
	ann_has_two_factor(y, true);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	complete(&b, true);
	token = forgot(y, ANN);
	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_NONE);
	CHECK_OK(
	    cs_store_write(y->d.store, &y->op, open_change_window, (void *)(uintptr_t)see(&b)));
	CHECK_INT(change(&b, NEW_PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(reset(y, token, PASSWORD, &done), CS_REFUSAL_ENDED);
	CHECK_INT(sign_in(&b, ANN, NEW_PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(see(&b)->session.stage, CS_MEMBER_CHALLENGE);
}

TEST(wrong_passwords_run_out_when_proving_too)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);

	for (int i = 0; i < 10; i++)
		CHECK_INT(prove(&b, "a guess"), CS_REFUSAL_WRONG_PASSWORD);
	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_TOO_MANY);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_TOO_MANY);
}

/* --- the address --- */

static enum cs_refusal_kind
confirm(struct yard *y, cs_str token, cs_str *out)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CHECK_OK(cs_member_confirm(&y->d, &y->op, token, out, &why));
	return why.kind;
}

TEST(the_own_address_is_proved_by_a_link_once)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_refusal why;
	cs_str email;
	cs_str token;

	CHECK_OK(cs_member_ask_verify(&y->d, &y->op, see(&b), &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	token = mailed_token(y, CONFIRM, ANN);
	CHECK_INT(ann_now(y).email_verified.ms, 0);
	CHECK_INT(confirm(y, token, &email), CS_REFUSAL_NONE);
	CHECK_TEXT(email, ANN);
	CHECK_INT(ann_now(y).email_verified.ms, y->op.now.ms);
	CHECK_INT(confirm(y, token, &email), CS_REFUSAL_ENDED);
	CHECK_INT(email.len, 0);
	CHECK_OK(cs_member_ask_verify(&y->d, &y->op, see(&b), &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_NEEDED);
}

TEST(a_link_to_confirm_ends_after_a_day)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_refusal why;
	cs_str email;
	cs_str token;

	CHECK_OK(cs_member_ask_verify(&y->d, &y->op, see(&b), &why));
	token = mailed_token(y, CONFIRM, ANN);
	y->op.now = cs_time_add(y->op.now, CS_LINK_VERIFY_MS);
	CHECK_INT(confirm(y, token, &email), CS_REFUSAL_ENDED);
	CHECK_INT(ann_now(y).email_verified.ms, 0);
}

TEST(a_link_to_reset_confirms_nothing)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_member_reset done;
	cs_str token = forgot(y, ANN);
	cs_str email;

	CHECK_INT(confirm(y, token, &email), CS_REFUSAL_ENDED);
	CHECK_INT(reset(y, token, NEW_PASSWORD, &done), CS_REFUSAL_NONE);
	(void)b;
}

static enum cs_refusal_kind
ask_email(struct browser *b, const char *email)
{
	struct cs_refusal why;
	cs_str sent_to;

	CHECK_OK(cs_member_ask_email(&b->y->d, &b->y->op, see(b), cs_str_c(email), &sent_to, &why));
	CHECK((why.kind == CS_REFUSAL_NONE) == (sent_to.len > 0));
	return why.kind;
}

TEST(a_new_address_counts_once_confirmed_and_the_old_one_hears_of_it)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	const struct cs_member_contact *contacts;
	struct cs_message mail;
	size_t count;
	cs_str email;
	cs_str token = CS_STR("");

	CHECK_INT(ask_email(&b, "Ann@New.test"), CS_REFUSAL_PROVE_FIRST);
	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(ask_email(&b, "Ann@New.test"), CS_REFUSAL_NONE);
	for (int i = 0; i < 2; i++) {
		CHECK(take_mail(y, &mail));
		bool is_link = cs_str_equal(mail.subject, CS_STR(CONFIRM_NEW));
		CHECK_TEXT(mail.to, is_link ? "ann@new.test" : ANN);
		if (!is_link)
			continue;
		size_t at = cs_str_find(mail.text, '#', 0) + 1;
		token = cs_str_slice(mail.text, at, cs_str_find(mail.text, '\n', at));
	}
	CHECK(!take_mail(y, &mail));
	CHECK_TEXT(ann_now(y).email, ANN);
	CHECK_INT(confirm(y, token, &email), CS_REFUSAL_NONE);
	CHECK_TEXT(email, "ann@new.test");
	CHECK_TEXT(ann_now(y).email, "ann@new.test");
	CHECK_INT(drop_mail(y), 2);
	CHECK_OK(cs_member_contacts(&y->d, &y->op, see(&b), &contacts, &count));
	CHECK_INT(count, 1);
	CHECK_TEXT(contacts[0].email, ANN);
	CHECK_INT(contacts[0].until.ms - y->op.now.ms, CS_FORMER_ADDRESS_MS);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_WRONG_PASSWORD);
	CHECK_INT(sign_in(&b, "ann@new.test", PASSWORD), CS_REFUSAL_NONE);
	y->op.now = cs_time_add(y->op.now, CS_FORMER_ADDRESS_MS);
	CHECK_INT(sign_in(&b, "ann@new.test", PASSWORD), CS_REFUSAL_NONE);
	CHECK_OK(cs_member_contacts(&y->d, &y->op, see(&b), &contacts, &count));
	CHECK_INT(count, 0);
}

TEST(a_password_that_is_reset_or_changed_voids_a_new_address_that_was_asked_for)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_member_reset done;
	cs_str email;
	cs_str token;

	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(ask_email(&b, "thief@new.test"), CS_REFUSAL_NONE);
	token = mailed_token(y, CONFIRM_NEW, "thief@new.test");
	CHECK_INT(reset(y, forgot(y, ANN), NEW_PASSWORD, &done), CS_REFUSAL_NONE);
	CHECK_INT(confirm(y, token, &email), CS_REFUSAL_ENDED);
	CHECK_TEXT(ann_now(y).email, ANN);
	(void)drop_mail(y);
	CHECK_INT(sign_in(&b, ANN, NEW_PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(prove(&b, NEW_PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(ask_email(&b, "thief@new.test"), CS_REFUSAL_NONE);
	token = mailed_token(y, CONFIRM_NEW, "thief@new.test");
	CHECK_INT(change(&b, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(confirm(y, token, &email), CS_REFUSAL_ENDED);
	CHECK_TEXT(ann_now(y).email, ANN);
}

TEST(what_was_mailed_to_the_old_address_is_void_with_the_new_one)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	struct cs_member_reset done;
	cs_str reset_token = forgot(y, ANN);
	cs_str email;

	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(ask_email(&b, "ann@new.test"), CS_REFUSAL_NONE);
	CHECK_INT(
	    confirm(y, mailed_token(y, CONFIRM_NEW, "ann@new.test"), &email), CS_REFUSAL_NONE);
	CHECK_INT(reset(y, reset_token, NEW_PASSWORD, &done), CS_REFUSAL_ENDED);
}

TEST(somebody_elses_address_is_said_the_same_of_and_gets_no_link)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);

	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(ask_email(&b, "owner@oslo.test"), CS_REFUSAL_NONE);
	CHECK_INT(mailed_token(y, CONFIRM_NEW, "owner@oslo.test").len, 0);
	CHECK_INT(ask_email(&b, "not an address"), CS_REFUSAL_BODY);
	CHECK_INT(ask_email(&b, ANN), CS_REFUSAL_BODY);
}

static cs_err
take_address(struct cs_tx *tx, void *ctx)
{
	struct yard *y = ctx;
	cs_id id;

	return cs_member_for(tx, &y->d, CS_STR("ann@new.test"), &id);
}

TEST(an_address_that_was_taken_meanwhile_is_refused)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	cs_str email;

	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(ask_email(&b, "ann@new.test"), CS_REFUSAL_NONE);
	CHECK_OK(cs_store_write(y->d.store, &y->op, take_address, y));
	CHECK_INT(confirm(y, mailed_token(y, CONFIRM_NEW, "ann@new.test"), &email),
	    CS_REFUSAL_EMAIL_TAKEN);
	CHECK_TEXT(ann_now(y).email, ANN);
}

static cs_err
freeze(struct cs_tx *tx, void *ctx)
{
	const struct yard *y = ctx;

	return cs_member_set_frozen(tx, y->halden.owner, cs_tx_op(tx)->now);
}

TEST(who_is_frozen_changes_no_address)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	cs_str email;
	cs_str token;

	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(ask_email(&b, "ann@new.test"), CS_REFUSAL_NONE);
	token = mailed_token(y, CONFIRM_NEW, "ann@new.test");
	CHECK_OK(cs_store_write(y->d.store, &y->op, freeze, y));
	CHECK_INT(ask_email(&b, "ann@newer.test"), CS_REFUSAL_FROZEN);
	CHECK_INT(confirm(y, token, &email), CS_REFUSAL_ENDED);
	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_FROZEN);
	CHECK_TEXT(ann_now(y).email, ANN);
}

/* --- other addresses --- */

static enum cs_refusal_kind
add_contact(struct browser *b, const char *email)
{
	struct cs_refusal why;

	CHECK_OK(cs_member_add_contact(&b->y->d, &b->y->op, see(b), cs_str_c(email), &why));
	return why.kind;
}

TEST(another_address_is_told_once_it_agreed_and_until_it_is_removed)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	const struct cs_member_contact *contacts;
	struct cs_refusal why;
	size_t count;
	cs_str email;

	CHECK_INT(add_contact(&b, "home@ann.test"), CS_REFUSAL_PROVE_FIRST);
	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(add_contact(&b, "home@ann.test"), CS_REFUSAL_NONE);
	CHECK_INT(
	    confirm(y, mailed_token(y, CONFIRM_CONTACT, "home@ann.test"), &email), CS_REFUSAL_NONE);
	CHECK_INT(add_contact(&b, "HOME@ann.test"), CS_REFUSAL_EMAIL_TAKEN);
	CHECK_INT(change(&b, NEW_PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(drop_mail(y), 2);
	CHECK_OK(cs_member_contacts(&y->d, &y->op, see(&b), &contacts, &count));
	CHECK_INT(count, 1);
	CHECK(contacts[0].verified.ms > 0);
	CHECK_OK(cs_member_remove_contact(&y->d, &y->op, see(&b), contacts[0].id, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	CHECK_OK(cs_member_remove_contact(&y->d, &y->op, see(&b), contacts[0].id, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_FOUND);
}

TEST(there_are_ten_contacts_at_most_and_no_address_is_ones_own)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	char email[64];

	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_NONE);
	for (int i = 0; i < CS_CONTACTS_MAX; i++) {
		snprintf(email, sizeof(email), "home%d@ann.test", i);
		CHECK_INT(add_contact(&b, email), CS_REFUSAL_NONE);
	}
	CHECK_INT(add_contact(&b, "one.more@ann.test"), CS_REFUSAL_TOO_MANY_DEVICES);
	CHECK_INT(add_contact(&b, ANN), CS_REFUSAL_BODY);
	CHECK_INT(add_contact(&b, "no address"), CS_REFUSAL_BODY);
}

TEST(a_member_mails_no_more_than_fifty_addresses_a_day)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	const struct cs_member_contact *contacts;
	struct cs_refusal why;
	char email[64];
	size_t count;

	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_NONE);
	for (int i = 0; i < CS_LINK_MAILS_BY_MEMBER; i++) {
		snprintf(email, sizeof(email), "stranger%d@else.test", i);
		CHECK_INT(add_contact(&b, email), CS_REFUSAL_NONE);
		CHECK_OK(cs_member_contacts(&y->d, &y->op, see(&b), &contacts, &count));
		CHECK_OK(cs_member_remove_contact(&y->d, &y->op, see(&b), contacts[0].id, &why));
	}
	drop_mail(y);
	CHECK_INT(add_contact(&b, "one.more@else.test"), CS_REFUSAL_TOO_MANY);
	CHECK_INT(ask_email(&b, "ann@new.test"), CS_REFUSAL_TOO_MANY);
	CHECK_INT(drop_mail(y), 0);
	y->op.now = cs_time_add(y->op.now, CS_DAY_MS);
	CHECK_INT(sign_in(&b, ANN, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(prove(&b, PASSWORD), CS_REFUSAL_NONE);
	CHECK_INT(add_contact(&b, "one.more@else.test"), CS_REFUSAL_NONE);
}

/* --- the name --- */

TEST(a_name_is_text_of_128_bytes_at_most)
{
	YARD(y);
	struct browser b = ann_joins(y, 1);
	char text[130];
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	memset(text, 'a', sizeof(text));
	const cs_str bad[] = { CS_STR(""), CS_STR("  "), CS_STR("a\nb"), CS_STR("\x7f"),
		CS_STR("\xff"), { text, 129 } };
	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		why.kind = CS_REFUSAL_NONE;
		CHECK_OK(cs_member_rename(&y->d, &y->op, see(&b), bad[i], &why));
		CHECK_INT(why.kind, CS_REFUSAL_BODY);
	}
	why.kind = CS_REFUSAL_NONE;
	CHECK_OK(cs_member_rename(&y->d, &y->op, see(&b), CS_STR(" Ann Berg "), &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	CHECK_TEXT(ann_now(y).name, "Ann Berg");
}

TEST_MAIN("domain/member_link")
