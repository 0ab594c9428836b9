/* When members' two-factor authentication is on, what goes when it is off, and who makes backup codes. */
#include "member_yard.h"

#include "domain/backup_codes.h"
#include "domain/holder.h"
#include "domain/manage.h"
#include "domain/two_factor.h"
#include "store/authenticator_store.h"

struct scene {
	struct yard *y;
	struct browser ann;
	cs_id member;
	/* what a step does, and says */
	uint8_t number;
	bool changed;
	bool is_there;
	enum cs_must_enrol must_enrol;
};

static void
scene_open(struct scene *s)
{
	*s = (struct scene){ .y = yard_open() };
	s->ann = ann_joins(s->y, 1);
	s->member = s->y->halden.owner;
	(void)drop_mail(s->y);
}

static void
scene_close(struct scene *s)
{
	yard_close(&s->y);
}

static void
write_as(struct scene *s, cs_tx_fn *fn)
{
	CHECK_OK(cs_store_write(s->y->d.store, &s->y->op, fn, s));
}

static struct cs_authenticator
numbered(const struct scene *s)
{
	return (struct cs_authenticator){
		.account = cs_id_zero,
		.id = { { 0xa, s->number } },
		.subject = s->member,
		.factor = CS_STR("webauthn"),
		.method = CS_MFA_SECURITY_KEY,
		.sealed = CS_SPAN("sealed", 6),
		.params = CS_STR("{}"),
		.credential_id = CS_SPAN(&s->number, 1),
		.created = s->y->op.now,
	};
}

static cs_err
add(struct cs_tx *tx, void *ctx)
{
	struct scene *s = ctx;
	const struct cs_authenticator a = numbered(s);

	CS_TRY(cs_authenticator_add(tx, &a, false, (cs_id){ { 7 } }));
	CS_TRY(cs_authenticator_confirm(
	    tx, &a, CS_STR("Blue key"), CS_SPAN("r", 1), cs_tx_op(tx)->now));
	return cs_two_factor_changed_in(tx, &s->y->d, s->member);
}

static cs_err
take(struct cs_tx *tx, void *ctx)
{
	struct scene *s = ctx;

	CS_TRY(cs_authenticator_remove(tx, cs_id_zero, numbered(s).id));
	return cs_two_factor_changed_in(tx, &s->y->d, s->member);
}

static void
add_key(struct scene *s, uint8_t number)
{
	s->number = number;
	write_as(s, add);
}

static void
take_key(struct scene *s, uint8_t number)
{
	s->number = number;
	write_as(s, take);
}

/* How many mails have this subject; all are taken. */
static int
mails(struct scene *s, const char *subject)
{
	struct cs_message m;
	int count = 0;

	while (take_mail(s->y, &m))
		count += cs_str_equal(m.subject, cs_str_c(subject));
	return count;
}

/* --- on and off --- */

#define ON "Two-factor authentication is on"
#define OFF "Two-factor authentication is off"

TEST(the_first_authenticator_switches_it_on_and_a_second_says_nothing_new)
{
	struct scene s;
	cs_time since;

	scene_open(&s);
	CHECK_INT(ann_now(s.y).two_factor_since.ms, 0);
	add_key(&s, 1);
	since = ann_now(s.y).two_factor_since;
	CHECK_INT(since.ms, s.y->op.now.ms);
	CHECK_INT(mails(&s, ON), 1);
	s.y->op.now = cs_time_add(s.y->op.now, CS_DAY_MS);
	add_key(&s, 2);
	CHECK_INT(ann_now(s.y).two_factor_since.ms, since.ms);
	CHECK_INT(mails(&s, ON), 0);
	scene_close(&s);
}

TEST(it_is_off_when_the_last_one_goes_and_not_before)
{
	struct scene s;

	scene_open(&s);
	add_key(&s, 1);
	add_key(&s, 2);
	(void)drop_mail(s.y);
	take_key(&s, 1);
	CHECK(ann_now(s.y).two_factor_since.ms != 0);
	CHECK_INT(mails(&s, OFF), 0);
	take_key(&s, 2);
	CHECK_INT(ann_now(s.y).two_factor_since.ms, 0);
	CHECK_INT(mails(&s, OFF), 1);
	scene_close(&s);
}

static cs_err
set_must_enrol(struct cs_tx *tx, void *ctx)
{
	const struct scene *s = ctx;

	return cs_member_set_must_enrol(tx, s->member, CS_MUST_ENROL_RESET);
}

TEST(whoever_had_to_enrol_has_done_so)
{
	struct scene s;

	scene_open(&s);
	write_as(&s, set_must_enrol);
	add_key(&s, 1);
	CHECK_INT(ann_now(s.y).must_enrol, CS_MUST_ENROL_NOT);
	scene_close(&s);
}

static cs_err
remember(struct cs_tx *tx, void *ctx)
{
	const struct scene *s = ctx;
	const struct cs_remembered r = {
		.id = { { 3 } },
		.member = s->member,
		.device = s->ann.device,
		.created = s->y->op.now,
		.last_used = s->y->op.now,
		.expires = cs_time_add(s->y->op.now, 30 * CS_DAY_MS),
	};

	return cs_remembered_set(tx, &r);
}

static cs_err
is_remembered(struct cs_tx *tx, void *ctx)
{
	struct scene *s = ctx;
	struct cs_remembered r;
	cs_err e = cs_remembered_find(tx, s->member, s->ann.device, cs_tx_op(tx)->now, &r);

	s->is_there = !cs_failed(e);
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

TEST(remembered_browsers_go_when_it_is_off)
{
	struct scene s;

	scene_open(&s);
	add_key(&s, 1);
	add_key(&s, 2);
	write_as(&s, remember);
	take_key(&s, 1);
	write_as(&s, is_remembered);
	CHECK(s.is_there);
	take_key(&s, 2);
	write_as(&s, is_remembered);
	CHECK(!s.is_there);
	scene_close(&s);
}

static cs_err
settle(struct cs_tx *tx, void *ctx)
{
	struct scene *s = ctx;

	CS_TRY(cs_authenticator_remove(tx, cs_id_zero, numbered(s).id));
	return cs_two_factor_settle_in(tx, &s->y->d, s->member, &s->changed);
}

TEST(whoever_tells_in_words_of_their_own_sends_the_only_mail)
{
	struct scene s;

	scene_open(&s);
	add_key(&s, 1);
	(void)drop_mail(s.y);
	write_as(&s, settle);
	CHECK(s.changed);
	CHECK_INT(ann_now(s.y).two_factor_since.ms, 0);
	CHECK_INT(drop_mail(s.y), 0);
	scene_close(&s);
}

/* --- backup codes --- */

struct maker {
	struct scene *s;
	struct cs_holder holder;
	struct cs_manage_opening opening;
	struct cs_backup_sheet sheet;
};

static void
maker_open(struct maker *m, struct scene *s)
{
	const struct cs_member_seen *who = see(&s->ann);

	*m = (struct maker){ .s = s };
	cs_holder_of_member(&who->member, &who->session, &m->holder);
}

static enum cs_refusal_kind
make(struct maker *m)
{
	static const struct cs_access_config realm;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	cs_backup_sheet_clear(&m->sheet);
	CHECK_OK(
	    cs_backup_codes_make(&m->s->y->d, &m->s->y->op, &realm, &m->holder, &m->sheet, &why));
	CHECK((why.kind == CS_REFUSAL_NONE) == (m->sheet.codes.len > 0));
	return why.kind;
}

static cs_err
open_window(struct cs_tx *tx, void *ctx)
{
	struct maker *m = ctx;

	return cs_manage_open_password(tx, &m->s->y->d, &m->holder, &m->opening);
}

/* The password was given again. */
static void
unlock(struct maker *m)
{
	struct yard *y = m->s->y;

	cs_manage_opening_make(&y->d, &y->op, &m->holder, CS_MANAGE_PASSWORD, &m->opening);
	CHECK_OK(cs_store_write(y->d.store, &y->op, open_window, m));
	memcpy(m->holder.token_hash, m->opening.token_hash, sizeof(m->holder.token_hash));
}

static struct cs_backup_codes_state
state_of(struct scene *s)
{
	struct cs_backup_codes_state state;

	CHECK_OK(cs_backup_codes_read(&s->y->d, &s->y->op, s->member, &state));
	return state;
}

TEST(a_member_makes_codes_with_the_password_and_not_without)
{
	struct scene s;
	struct maker m;

	scene_open(&s);
	maker_open(&m, &s);
	CHECK_INT(make(&m), CS_REFUSAL_NO_DEVICE);
	add_key(&s, 1);
	(void)drop_mail(s.y);
	CHECK_INT(make(&m), CS_REFUSAL_PROVE_FIRST);
	unlock(&m);
	CHECK_INT(make(&m), CS_REFUSAL_NONE);
	CHECK_TEXT(m.sheet.account, ANN);
	CHECK_TEXT(m.sheet.issuer, "Countersign");
	CHECK_INT(state_of(&s).left, CS_BACKUP_CODES);
	CHECK_INT(mails(&s, "New backup codes were made"), 1);
	/* the window is over ten minutes later */
	s.y->op.now = cs_time_add(s.y->op.now, CS_MANAGE_LIFE_MS);
	CHECK_INT(make(&m), CS_REFUSAL_PROVE_FIRST);
	cs_backup_sheet_clear(&m.sheet);
	scene_close(&s);
}

TEST(half_a_sign_in_makes_no_codes)
{
	struct scene s;
	struct maker m;

	scene_open(&s);
	add_key(&s, 1);
	s.ann = browser_new(s.y, 2);
	CHECK_INT(sign_in(&s.ann, ANN, PASSWORD), CS_REFUSAL_NONE);
	maker_open(&m, &s);
	CHECK_INT(m.holder.stage, CS_MEMBER_CHALLENGE);
	CHECK(make(&m) != CS_REFUSAL_NONE);
	CHECK(!state_of(&s).is_there);
	take_key(&s, 1);
	write_as(&s, set_must_enrol);
	CHECK_INT(sign_in(&s.ann, ANN, PASSWORD), CS_REFUSAL_NONE);
	maker_open(&m, &s);
	CHECK_INT(m.holder.stage, CS_MEMBER_ENROL);
	CHECK_INT(make(&m), CS_REFUSAL_NO_DEVICE);
	/* as in a sign-in that a recovery opened: the old ones are still there */
	add_key(&s, 2);
	CHECK_INT(make(&m), CS_REFUSAL_NOT_ALLOWED);
	CHECK(!state_of(&s).is_there);
	cs_backup_sheet_clear(&m.sheet);
	scene_close(&s);
}

TEST(a_token_that_was_replaced_makes_none)
{
	struct scene s;
	struct maker m;
	struct maker thief;

	scene_open(&s);
	add_key(&s, 1);
	maker_open(&thief, &s);
	maker_open(&m, &s);
	unlock(&m);
	CHECK_INT(make(&thief), CS_REFUSAL_SIGNED_OUT);
	CHECK(!state_of(&s).is_there);
	scene_close(&s);
}

TEST(backup_codes_do_not_keep_it_on_and_go_with_it)
{
	struct scene s;
	struct maker m;

	scene_open(&s);
	add_key(&s, 1);
	maker_open(&m, &s);
	unlock(&m);
	CHECK_INT(make(&m), CS_REFUSAL_NONE);
	CHECK(state_of(&s).is_there);
	take_key(&s, 1);
	CHECK_INT(ann_now(s.y).two_factor_since.ms, 0);
	CHECK(!state_of(&s).is_there);
	CHECK_INT(state_of(&s).left, 0);
	cs_backup_sheet_clear(&m.sheet);
	scene_close(&s);
}

TEST(a_new_set_takes_the_place_of_the_old_one_and_is_told)
{
	struct scene s;
	struct maker m;
	struct cs_backup_codes_state before;

	scene_open(&s);
	add_key(&s, 1);
	maker_open(&m, &s);
	unlock(&m);
	CHECK_INT(make(&m), CS_REFUSAL_NONE);
	before = state_of(&s);
	s.y->op.now = cs_time_add(s.y->op.now, CS_SECOND_MS);
	(void)drop_mail(s.y);
	CHECK_INT(make(&m), CS_REFUSAL_NONE);
	CHECK_INT(state_of(&s).made.ms, before.made.ms + CS_SECOND_MS);
	CHECK_INT(mails(&s, "New backup codes were made"), 1);
	cs_backup_sheet_clear(&m.sheet);
	scene_close(&s);
}

/* Somebody who had one of the old codes changes nothing by it any more (docs/decisions/0851). */
static cs_err
open_by_code(struct cs_tx *tx, void *ctx)
{
	struct maker *m = ctx;
	struct cs_authenticator codes;
	bool is_there;

	CS_TRY(cs_backup_codes_find(tx, cs_id_zero, m->holder.subject, &codes, &is_there));
	CHECK(is_there);
	m->opening.window.authenticator = codes.id;
	return cs_manage_open(tx, &m->s->y->d, &m->holder, &m->opening);
}

static cs_err
may_remove(struct cs_tx *tx, void *ctx)
{
	const struct maker *m = ctx;
	struct cs_refusal why;

	CS_TRY(cs_manage_may(tx, &m->holder, CS_ACT_REMOVE, &why));
	return why.kind == CS_REFUSAL_NONE ? CS_OK : CS_FAIL(FORBIDDEN);
}

TEST(a_new_set_closes_what_a_code_of_the_old_one_had_opened)
{
	struct scene s;
	struct maker m;

	scene_open(&s);
	add_key(&s, 1);
	maker_open(&m, &s);
	unlock(&m);
	CHECK_INT(make(&m), CS_REFUSAL_NONE);
	cs_manage_opening_make(&s.y->d, &s.y->op, &m.holder, CS_MANAGE_CHANGE, &m.opening);
	CHECK_OK(cs_store_write(s.y->d.store, &s.y->op, open_by_code, &m));
	memcpy(m.holder.token_hash, m.opening.token_hash, sizeof(m.holder.token_hash));
	CHECK_OK(cs_store_read(s.y->d.store, &s.y->op, may_remove, &m));
	CHECK_INT(make(&m), CS_REFUSAL_NONE);
	CHECK_ERR(cs_store_read(s.y->d.store, &s.y->op, may_remove, &m), FORBIDDEN);
	cs_backup_sheet_clear(&m.sheet);
	scene_close(&s);
}

TEST_MAIN("domain/two_factor")
