/* What members may do with their own authenticators, and what it takes. */
#include "members_hold.h"

#include <pthread.h>

#include "store/proof_store.h"

static cs_err
freeze(struct cs_tx *tx, void *ctx)
{
	return cs_member_set_frozen(tx, ana, cs_tx_op(tx)->now);
}

static cs_err
enforce(struct cs_tx *tx, void *ctx)
{
	const struct cs_account_demands demands = { .is_enforced = true };

	return cs_account_demands_set(tx, house_id("halden"), &demands);
}

static cs_err
make_owner(struct cs_tx *tx, void *ctx)
{
	return cs_membership_set_role(
	    tx, house_id("halden"), ana, CS_ROLE_ADMINISTRATOR, CS_ROLE_OWNER);
}

/* --- windows --- */

TEST(the_password_opens_adding_and_naming_and_codes_for_ten_minutes)
{
	static const enum cs_act acts[] = { CS_ACT_ADD, CS_ACT_RENAME, CS_ACT_CODES };
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	for (size_t i = 0; i < CS_COUNT(acts); i++)
		CHECK_INT(hold_may(&p, acts[i]), CS_REFUSAL_PROVE_FIRST);
	CHECK_OK(hold_prove(&p));
	for (size_t i = 0; i < CS_COUNT(acts); i++)
		CHECK_INT(hold_may(&p, acts[i]), CS_REFUSAL_NONE);
	hold_wait(&p, 10 * CS_MINUTE_MS);
	for (size_t i = 0; i < CS_COUNT(acts); i++)
		CHECK_INT(hold_may(&p, acts[i]), CS_REFUSAL_PROVE_FIRST);
	house_close(p.h);
}

TEST(a_password_window_is_no_change_window)
{
	struct hold_app app;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	hold_enrol(&p, &app);
	CHECK_OK(hold_prove(&p));
	CHECK_INT(hold_may(&p, CS_ACT_REMOVE), CS_REFUSAL_PROVE_FIRST);
	CHECK_INT(hold_may(&p, CS_ACT_REPLACE), CS_REFUSAL_PROVE_FIRST);
	CHECK_INT(hold_remove(&p, app.id, false), CS_REFUSAL_PROVE_FIRST);
	CHECK_INT(hold_begin(&p, app.id, &app), CS_REFUSAL_PROVE_FIRST);
	house_close(p.h);
}

TEST(a_challenge_to_change_something_is_put_while_the_password_window_is_open)
{
	struct cs_asked asked;
	struct hold_app app;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	CHECK_INT(hold_ask_challenge(&p, CS_CHALLENGE_MANAGE, &asked), CS_REFUSAL_ENDED);
	hold_enrol(&p, &app);
	hold_wait(&p, 10 * CS_MINUTE_MS);
	CHECK_INT(hold_ask_challenge(&p, CS_CHALLENGE_MANAGE, &asked), CS_REFUSAL_PROVE_FIRST);
	CHECK_INT(hold_unlock(&p, &app), CS_REFUSAL_NONE);
	CHECK_INT(hold_may(&p, CS_ACT_REMOVE), CS_REFUSAL_NONE);
	/* who is signed in is asked for nothing at the door */
	CHECK_INT(hold_ask_challenge(&p, CS_CHALLENGE_SIGN_IN, &asked), CS_REFUSAL_ENDED);
	house_close(p.h);
}

TEST(another_browsers_window_is_worth_nothing)
{
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	CHECK_OK(hold_prove(&p));
	p.session.device = house_id("elsewhere");
	hold_arrive(&p);
	CHECK_INT(hold_may(&p, CS_ACT_ADD), CS_REFUSAL_PROVE_FIRST);
	house_close(p.h);
}

TEST(a_request_that_came_with_the_old_token_may_nothing_any_more)
{
	struct hold p;
	uint8_t old[CS_TOKEN_HASH_LEN];

	hold_open(&p, CS_MEMBER_DONE);
	memcpy(old, p.session.token_hash, sizeof(old));
	CHECK_OK(hold_prove(&p));
	memcpy(p.session.token_hash, old, sizeof(old));
	hold_arrive(&p);
	CHECK_INT(hold_may(&p, CS_ACT_ADD), CS_REFUSAL_SIGNED_OUT);
	CHECK_ERR(hold_prove(&p), CONFLICT);
	house_close(p.h);
}

/* --- who may not --- */

static cs_err
unverify(struct cs_tx *tx, void *ctx)
{
	bool is_taken;

	/* as for somebody who was let in before addresses were proved: another member's state */
	return cs_member_set_email(tx, ana, CS_STR("ana@example.test"), CS_STR("new@example.test"),
	    (cs_time){ 0 }, &is_taken);
}

TEST(without_a_proved_address_nothing_is_added)
{
	struct hold_app app;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	hold_write(&p, unverify, NULL);
	CHECK_OK(hold_prove(&p));
	CHECK_INT(hold_may(&p, CS_ACT_ADD), CS_REFUSAL_VERIFY_EMAIL_FIRST);
	CHECK_INT(hold_begin(&p, cs_id_zero, &app), CS_REFUSAL_VERIFY_EMAIL_FIRST);
	house_close(p.h);
}

static cs_err
go_sso(struct cs_tx *tx, void *ctx)
{
	return cs_member_set_sso(tx, ana, house_id("halden"), house_id("oidc"));
}

TEST(whoever_comes_by_single_sign_on_has_no_second_factor_here)
{
	struct cs_asked asked;
	struct hold_app app;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	hold_enrol(&p, &app);
	hold_write(&p, go_sso, NULL);
	CHECK_INT(hold_may(&p, CS_ACT_ADD), CS_REFUSAL_SSO);
	CHECK_INT(hold_may(&p, CS_ACT_REMOVE), CS_REFUSAL_SSO);
	CHECK_INT(hold_may(&p, CS_ACT_CODES), CS_REFUSAL_SSO);
	CHECK_INT(hold_ask_challenge(&p, CS_CHALLENGE_MANAGE, &asked), CS_REFUSAL_SSO);
	house_close(p.h);
}

TEST(a_frozen_member_changes_nothing_and_opens_nothing)
{
	struct cs_asked asked;
	struct hold_app app;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	hold_enrol(&p, &app);
	CHECK_INT(hold_unlock(&p, &app), CS_REFUSAL_NONE);
	hold_write(&p, freeze, NULL);
	CHECK_INT(hold_may(&p, CS_ACT_ADD), CS_REFUSAL_FROZEN);
	CHECK_INT(hold_remove(&p, app.id, true), CS_REFUSAL_FROZEN);
	CHECK_INT(hold_ask_challenge(&p, CS_CHALLENGE_MANAGE, &asked), CS_REFUSAL_FROZEN);
	CHECK_ERR(hold_prove(&p), CONFLICT);
	/* and is not signed out by asking */
	CHECK_INT(hold_may(&p, CS_ACT_ADD), CS_REFUSAL_FROZEN);
	house_close(p.h);
}

/* --- half a sign-in --- */

TEST(a_session_that_waits_for_the_second_factor_enrols_nothing)
{
	struct hold_app app;
	struct hold p;

	hold_open(&p, CS_MEMBER_CHALLENGE);
	CHECK_OK(hold_prove(&p));
	for (int act = CS_ACT_ADD; act <= CS_ACT_CODES; act++)
		CHECK_INT(hold_may(&p, (enum cs_act)act), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(hold_begin(&p, cs_id_zero, &app), CS_REFUSAL_NOT_ALLOWED);
	house_close(p.h);
}

TEST(a_session_that_can_only_enrol_does_so_for_fifteen_minutes_and_nothing_else)
{
	struct cs_asked asked;
	struct hold p;

	hold_open(&p, CS_MEMBER_ENROL);
	CHECK_INT(hold_may(&p, CS_ACT_ADD), CS_REFUSAL_NONE);
	CHECK_INT(hold_may(&p, CS_ACT_CODES), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(hold_may(&p, CS_ACT_RENAME), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(hold_may(&p, CS_ACT_REMOVE), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(hold_may(&p, CS_ACT_REPLACE), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(hold_ask_challenge(&p, CS_CHALLENGE_SIGN_IN, &asked), CS_REFUSAL_ENDED);
	hold_wait(&p, 15 * CS_MINUTE_MS);
	CHECK_INT(hold_may(&p, CS_ACT_ADD), CS_REFUSAL_NONE);
	hold_wait(&p, 1);
	CHECK_INT(hold_may(&p, CS_ACT_ADD), CS_REFUSAL_SIGN_IN_AGAIN);
	house_close(p.h);
}

/* --- the last one --- */

TEST(the_last_one_may_go_where_nobody_wants_a_second_factor)
{
	struct hold_app app;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	hold_enrol(&p, &app);
	CHECK_INT(hold_unlock(&p, &app), CS_REFUSAL_NONE);
	CHECK_INT(hold_remove(&p, app.id, false), CS_REFUSAL_NONE);
	/* with it went the window that it had opened */
	CHECK_INT(hold_may(&p, CS_ACT_REMOVE), CS_REFUSAL_PROVE_FIRST);
	house_close(p.h);
}

TEST(the_last_one_stays_while_an_account_enforces)
{
	struct hold_app app;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	hold_enrol(&p, &app);
	hold_write(&p, enforce, NULL);
	CHECK_INT(hold_unlock(&p, &app), CS_REFUSAL_NONE);
	CHECK_INT(hold_remove(&p, app.id, false), CS_REFUSAL_ENFORCED);
	/* nor may an administrator confirm it: only who could switch enforcement off */
	CHECK_INT(hold_remove(&p, app.id, true), CS_REFUSAL_ENFORCED);
	hold_write(&p, make_owner, NULL);
	CHECK_INT(hold_remove(&p, app.id, false), CS_REFUSAL_ENFORCED);
	CHECK_INT(hold_remove(&p, app.id, true), CS_REFUSAL_NONE);
	house_close(p.h);
}

/* --- another application in its place --- */

static enum cs_refusal_kind
sign_in_with(struct hold *p, const struct hold_app *app)
{
	struct cs_answered answered;
	struct cs_asked asked;

	p->session.stage = CS_MEMBER_CHALLENGE;
	hold_arrive(p);
	if (hold_ask_challenge(p, CS_CHALLENGE_SIGN_IN, &asked) != CS_REFUSAL_NONE)
		return CS_REFUSAL_ENDED;
	enum cs_refusal_kind why = hold_answer(p, &asked, hold_code(p, app), NULL, NULL, &answered);
	p->session.stage = CS_MEMBER_DONE;
	hold_arrive(p);
	hold_wait(p, CS_MINUTE_MS);
	return why;
}

TEST(the_old_application_counts_until_the_new_one_is_confirmed_and_not_a_moment_longer)
{
	struct hold_app old;
	struct hold_app new;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	hold_enrol(&p, &old);
	CHECK_INT(hold_begin(&p, cs_id_zero, &new), CS_REFUSAL_ENROLLED_ALREADY);
	CHECK_INT(hold_unlock(&p, &old), CS_REFUSAL_NONE);
	CHECK_INT(hold_begin(&p, old.id, &new), CS_REFUSAL_NONE);
	CHECK_INT(sign_in_with(&p, &new), CS_REFUSAL_WRONG_CODE);
	CHECK_INT(sign_in_with(&p, &old), CS_REFUSAL_NONE);
	CHECK_INT(hold_confirm(&p, &new, NULL, NULL), CS_REFUSAL_NONE);
	hold_wait(&p, CS_MINUTE_MS);
	CHECK_INT(sign_in_with(&p, &old), CS_REFUSAL_WRONG_CODE);
	CHECK_INT(sign_in_with(&p, &new), CS_REFUSAL_NONE);
	house_close(p.h);
}

TEST(nothing_but_ones_own_only_one_is_replaced)
{
	struct hold_app old;
	struct hold_app new;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	CHECK_OK(hold_prove(&p));
	CHECK_INT(hold_begin(&p, house_id("nobody's"), &new), CS_REFUSAL_NOT_FOUND);
	hold_enrol(&p, &old);
	CHECK_INT(hold_unlock(&p, &old), CS_REFUSAL_NONE);
	CHECK_INT(hold_begin(&p, house_id("nobody's"), &new), CS_REFUSAL_NOT_FOUND);
	house_close(p.h);
}

TEST(a_replacement_is_confirmed_in_the_change_window_alone)
{
	struct hold_app old;
	struct hold_app new;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	hold_enrol(&p, &old);
	CHECK_INT(hold_unlock(&p, &old), CS_REFUSAL_NONE);
	CHECK_INT(hold_begin(&p, old.id, &new), CS_REFUSAL_NONE);
	hold_wait(&p, 10 * CS_MINUTE_MS);
	CHECK_OK(hold_prove(&p));
	CHECK_INT(hold_confirm(&p, &new, NULL, NULL), CS_REFUSAL_PROVE_FIRST);
	/* the same secret goes on, once it is allowed again */
	CHECK_INT(hold_unlock(&p, &old), CS_REFUSAL_NONE);
	CHECK_INT(hold_confirm(&p, &new, NULL, NULL), CS_REFUSAL_NONE);
	house_close(p.h);
}

static cs_err
add_session(struct cs_tx *tx, void *ctx)
{
	return cs_member_session_add(tx, ctx);
}

/* Another browser of Ana's, half signed in. */
static void
come_from(struct hold *p, const char *browser, enum cs_member_stage stage)
{
	p->session = (struct cs_member_session){
		.id = house_id(browser),
		.token_hash = { (uint8_t)browser[0], 1 },
		.member = ana,
		.stage = stage,
		.device = house_id(browser),
		.created = p->h->op.now,
		.expires = cs_time_add(p->h->op.now, 15 * CS_MINUTE_MS),
	};
	hold_write(p, add_session, &p->session);
	hold_arrive(p);
}

TEST(whoever_begins_anew_replaces_what_there_was_without_naming_it)
{
	struct hold_app old;
	struct hold_app new;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	hold_enrol(&p, &old);
	come_from(&p, "recovered", CS_MEMBER_ENROL);
	CHECK_INT(hold_begin(&p, cs_id_zero, &new), CS_REFUSAL_NONE);
	CHECK_INT(sign_in_with(&p, &old), CS_REFUSAL_NONE);
	p.session.stage = CS_MEMBER_ENROL;
	hold_arrive(&p);
	CHECK_INT(hold_confirm(&p, &new, NULL, NULL), CS_REFUSAL_NONE);
	hold_wait(&p, CS_MINUTE_MS);
	CHECK_INT(sign_in_with(&p, &old), CS_REFUSAL_WRONG_CODE);
	CHECK_INT(sign_in_with(&p, &new), CS_REFUSAL_NONE);
	house_close(p.h);
}

/* --- in the same transaction --- */

struct sequel {
	cs_err result;
	int runs;
	bool is_enrolment;
	enum cs_challenge_purpose purpose;
	unsigned method;
};

static cs_err
follow(struct cs_tx *tx, void *ctx, const struct cs_granted *g)
{
	struct sequel *s = ctx;

	s->runs++;
	s->is_enrolment = g->is_enrolment;
	s->purpose = g->purpose;
	s->method = g->method;
	CHECK(cs_id_equal(g->holder->subject, ana) && g->replay.len > 0);
	return s->result;
}

TEST(an_answer_is_granted_with_its_sequel_or_not_at_all)
{
	struct sequel lost = { .result = CS_FAIL(CONFLICT) };
	struct sequel won = { .result = CS_OK };
	struct cs_answered answered;
	struct cs_asked asked;
	struct hold_app app;
	struct hold p;
	cs_str code;

	hold_open(&p, CS_MEMBER_DONE);
	hold_enrol(&p, &app);
	come_from(&p, "laptop", CS_MEMBER_CHALLENGE);
	CHECK_INT(hold_ask_challenge(&p, CS_CHALLENGE_SIGN_IN, &asked), CS_REFUSAL_NONE);
	code = hold_code(&p, &app);
	CHECK_INT(hold_answer(&p, &asked, code, follow, &lost, &answered), CS_REFUSAL_ENDED);
	/* the code was not used up, nor the challenge */
	CHECK_INT(hold_answer(&p, &asked, code, follow, &won, &answered), CS_REFUSAL_NONE);
	CHECK(won.runs == 1 && !won.is_enrolment && won.purpose == CS_CHALLENGE_SIGN_IN);
	CHECK_INT(won.method, CS_MFA_TOTP);
	CHECK_INT(hold_answer(&p, &asked, code, follow, &won, &answered), CS_REFUSAL_ANSWERED);
	CHECK_INT(won.runs, 1);
	house_close(p.h);
}

TEST(an_enrolment_is_confirmed_with_its_sequel_or_not_at_all)
{
	struct sequel lost = { .result = CS_FAIL(CONFLICT) };
	struct sequel won = { .result = CS_OK };
	struct hold_app app;
	struct hold p;

	hold_open(&p, CS_MEMBER_ENROL);
	CHECK_INT(hold_begin(&p, cs_id_zero, &app), CS_REFUSAL_NONE);
	CHECK_INT(hold_confirm(&p, &app, follow, &lost), CS_REFUSAL_ENDED);
	CHECK_INT(hold_confirm(&p, &app, follow, &won), CS_REFUSAL_NONE);
	CHECK(won.runs == 1 && won.is_enrolment);
	CHECK_INT(hold_confirm(&p, &app, follow, &won), CS_REFUSAL_ENDED);
	CHECK_INT(won.runs, 1);
	house_close(p.h);
}

struct racer {
	struct hold *p;
	const struct cs_confirmation *given;
	struct cs_arena *arena;
	struct cs_op op;
	enum cs_refusal_kind why;
};

static void *
race(void *arg)
{
	struct racer *r = arg;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signin s = r->p->s;
	struct cs_enrolled enrolled;

	s.op = &r->op;
	CHECK_OK(cs_enrol_finish(&s, r->given, NULL, NULL, &enrolled, &why));
	r->why = why.kind;
	return NULL;
}

TEST(of_two_tabs_that_confirm_one_enrolment_at_once_one_does)
{
	struct racer racers[4] = { 0 };
	pthread_t threads[4];
	struct hold_app app;
	struct hold p;
	int won = 0;

	hold_open(&p, CS_MEMBER_ENROL);
	CHECK_INT(hold_begin(&p, cs_id_zero, &app), CS_REFUSAL_NONE);
	const struct cs_confirmation given = {
		.enrolment = app.id,
		.answer = cs_str_span(hold_code(&p, &app)),
		.name = CS_STR(""),
	};
	for (size_t i = 0; i < CS_COUNT(racers); i++) {
		racers[i] = (struct racer){
			.p = &p, .given = &given, .arena = cs_arena_new(1 << 22), .op = p.h->op
		};
		racers[i].op.arena = racers[i].arena;
		CHECK_INT(pthread_create(&threads[i], NULL, race, &racers[i]), 0);
	}
	for (size_t i = 0; i < CS_COUNT(racers); i++) {
		pthread_join(threads[i], NULL);
		won += racers[i].why == CS_REFUSAL_NONE;
		CHECK(racers[i].why == CS_REFUSAL_NONE || racers[i].why == CS_REFUSAL_ENDED ||
		      racers[i].why == CS_REFUSAL_ENROLLED_ALREADY);
		cs_arena_free(&racers[i].arena);
	}
	CHECK_INT(won, 1);
	house_close(p.h);
}

TEST(another_session_neither_sees_nor_confirms_what_is_pending)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_enrolment e;
	struct hold_app app;
	struct hold p;

	hold_open(&p, CS_MEMBER_ENROL);
	CHECK_INT(hold_begin(&p, cs_id_zero, &app), CS_REFUSAL_NONE);
	come_from(&p, "laptop", CS_MEMBER_ENROL);
	CHECK_OK(cs_enrol_find(&p.s, app.id, &e, &why));
	CHECK_INT(why.kind, CS_REFUSAL_ENDED);
	CHECK_INT(hold_confirm(&p, &app, NULL, NULL), CS_REFUSAL_ENDED);
	house_close(p.h);
}

TEST(another_browsers_challenge_is_as_good_as_none)
{
	struct cs_answered answered;
	struct cs_asked asked;
	struct hold_app app;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	hold_enrol(&p, &app);
	come_from(&p, "laptop", CS_MEMBER_CHALLENGE);
	CHECK_INT(hold_ask_challenge(&p, CS_CHALLENGE_SIGN_IN, &asked), CS_REFUSAL_NONE);
	come_from(&p, "phone", CS_MEMBER_CHALLENGE);
	CHECK_INT(
	    hold_answer(&p, &asked, hold_code(&p, &app), NULL, NULL, &answered), CS_REFUSAL_ENDED);
	house_close(p.h);
}

/* What members prove counts for no application: there is nothing to count. */
static cs_err
count_proofs(struct cs_tx *tx, void *ctx)
{
	const struct cs_stored_proof *list;
	size_t *count = ctx;

	return cs_proof_list(tx, cs_id_zero, ana, house_id("laptop"), (cs_time){ 0 }, &list, count);
}

TEST(what_members_answer_leaves_no_proof)
{
	struct cs_answered answered;
	struct cs_asked asked;
	struct hold_app app;
	struct hold p;
	size_t count = 1;

	hold_open(&p, CS_MEMBER_DONE);
	hold_enrol(&p, &app);
	come_from(&p, "laptop", CS_MEMBER_CHALLENGE);
	CHECK_INT(hold_ask_challenge(&p, CS_CHALLENGE_SIGN_IN, &asked), CS_REFUSAL_NONE);
	CHECK_INT(
	    hold_answer(&p, &asked, hold_code(&p, &app), NULL, NULL, &answered), CS_REFUSAL_NONE);
	hold_write(&p, count_proofs, &count);
	CHECK_INT(count, 0);
	house_close(p.h);
}

TEST(guesses_of_members_are_counted)
{
	struct cs_answered answered;
	struct cs_asked asked;
	struct hold_app app;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	hold_enrol(&p, &app);
	come_from(&p, "laptop", CS_MEMBER_CHALLENGE);
	CHECK_INT(hold_ask_challenge(&p, CS_CHALLENGE_SIGN_IN, &asked), CS_REFUSAL_NONE);
	for (int i = 0; i < 10; i++)
		CHECK_INT(hold_answer(&p, &asked, CS_STR("000000"), NULL, NULL, &answered),
		    CS_REFUSAL_WRONG_CODE);
	CHECK_INT(hold_answer(&p, &asked, hold_code(&p, &app), NULL, NULL, &answered),
	    CS_REFUSAL_TOO_MANY);
	house_close(p.h);
}

TEST_MAIN("domain/members_hold")
