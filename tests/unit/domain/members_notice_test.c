/* What members are told, by which address, and what the buttons of those mails do. */
#include "members_hold.h"

#include "domain/admin.h"
#include "domain/freeze.h"
#include "domain/notice.h"
#include "store/member_session_store.h"

static bool
says(const struct cs_message *m, const char *words)
{
	cs_str want = cs_str_c(words);

	for (size_t i = 0; i + want.len <= m->text.len; i++)
		if (memcmp(m->text.p + i, want.p, want.len) == 0)
			return true;
	return false;
}

struct telling {
	struct hold *p;
	struct cs_notice_about about;
};

static cs_err
tell_in(struct cs_tx *tx, void *ctx)
{
	struct telling *t = ctx;

	return cs_notice_tell(tx, &t->p->h->d, &t->about);
}

static void
tell(struct hold *p, enum cs_notice_kind kind, const char *detail)
{
	struct telling t = { p, { .kind = kind,
				    .subject = ana,
				    .detail = cs_str_c(detail),
				    .object = house_id("the case") } };

	hold_write(p, tell_in, &t);
}

/* The link's token; empty: the mail has none of that page. */
static cs_str
token_in(const struct cs_message *m, const char *page)
{
	cs_str rest = m->text;
	cs_str line;

	while (cs_str_cut(&rest, '\n', &line))
		if (cs_str_starts(line, cs_str_c(page)))
			return cs_str_slice(line, strlen(page), line.len);
	return CS_STR("");
}

#define NOT_ME "https://console.example.test/not-me#"
#define STOP "https://console.example.test/console/stop-recovery#"

static cs_str
told(struct hold *p, enum cs_notice_kind kind, const char *page)
{
	struct cs_message m;

	tell(p, kind, "");
	CHECK(house_mail_take(p->h, &m));
	return token_in(&m, page);
}

/* --- where it goes --- */

static void
add_contact(struct cs_tx *tx, const char *id, const char *email, cs_time verified, cs_time until)
{
	const struct cs_member_contact c = { .id = house_id(id),
		.member = ana,
		.email = cs_str_c(email),
		.verified = verified,
		.until = until,
		.created = { 1 } };

	CHECK_OK(cs_member_contact_set(tx, &c));
}

static cs_err
add_contacts(struct cs_tx *tx, void *ctx)
{
	cs_time now = cs_tx_op(tx)->now;

	add_contact(tx, "1", "home@example.test", now, (cs_time){ 0 });
	add_contact(tx, "2", "typo@example.test", (cs_time){ 0 }, (cs_time){ 0 });
	add_contact(tx, "3", "before@example.test", now, cs_time_add(now, CS_MINUTE_MS));
	return CS_OK;
}

TEST(every_address_is_told_that_is_or_lately_was_theirs)
{
	static const char *const expected[] = { "ana@example.test", "home@example.test",
		"before@example.test" };
	struct cs_message m;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	hold_write(&p, add_contacts, NULL);
	tell(&p, CS_NOTICE_PASSWORD_CHANGED, "");
	for (size_t i = 0; i < CS_COUNT(expected); i++) {
		bool is_expected = false;

		CHECK(house_mail_take(p.h, &m));
		for (size_t j = 0; j < CS_COUNT(expected); j++)
			is_expected |= cs_str_equal(m.to, cs_str_c(expected[j]));
		CHECK(is_expected);
	}
	CHECK(!house_mail_take(p.h, &m));
	/* a former address for a while only */
	hold_wait(&p, CS_MINUTE_MS);
	tell(&p, CS_NOTICE_PASSWORD_CHANGED, "");
	CHECK(house_mail_take(p.h, &m) && house_mail_take(p.h, &m));
	CHECK(!house_mail_take(p.h, &m));
	house_close(p.h);
}

TEST(a_mail_says_what_where_from_and_for_whom)
{
	struct cs_message m;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	tell(&p, CS_NOTICE_CODE_USED, "3");
	CHECK(house_mail_take(p.h, &m));
	CHECK_TEXT(m.subject, "A backup code was used");
	CHECK(says(&m, "A backup code was used for ana@example.test at Countersign "
		       "(console.example.test)."));
	CHECK(says(&m, "    Left:    3\n"));
	CHECK(says(&m, "    From:    Firefox on Linux, address 192.0.2.7\n"));
	CHECK(says(&m, "    When:    "));
	CHECK(says(&m, "tells the\nother owners of your accounts."));
	house_close(p.h);
}

/* Each kind is complete: a subject, a sentence, and the button that fits. */
TEST(every_kind_has_the_button_that_fits)
{
	struct cs_message m;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	for (int kind = 0; kind < CS_NOTICE_FROZEN; kind++) {
		bool is_stopped =
		    kind >= CS_NOTICE_RECOVERY_BEGUN && kind <= CS_NOTICE_RECOVERY_OPENED;
		bool is_over = kind == CS_NOTICE_RECOVERY_STOPPED;

		tell(&p, (enum cs_notice_kind)kind, "x");
		CHECK(house_mail_take(p.h, &m));
		CHECK(m.subject.len > 0 && m.text.p[0] >= 'A' && m.text.p[0] <= 'Z');
		CHECK((token_in(&m, STOP).len > 0) == is_stopped);
		CHECK((token_in(&m, NOT_ME).len > 0) == (!is_stopped && !is_over));
	}
	house_close(p.h);
}

/* --- buttons --- */

struct taking {
	cs_str token;
	enum cs_notice_link link;
	struct cs_notice notice;
	cs_err result;
};

static cs_err
take_in(struct cs_tx *tx, void *ctx)
{
	struct taking *t = ctx;

	t->result = cs_notice_take(tx, t->token, t->link, &t->notice);
	return cs_is(t->result, CS_E_NOT_FOUND) ? CS_OK : t->result;
}

static cs_err
take(struct hold *p, cs_str token, enum cs_notice_link link, struct cs_notice *out)
{
	struct taking t = { .token = token, .link = link };

	hold_write(p, take_in, &t);
	*out = t.notice;
	return t.result;
}

TEST(a_stop_link_names_its_case_and_is_good_once_for_a_week)
{
	struct cs_notice notice;
	struct hold p;
	cs_str token;
	cs_str late;

	hold_open(&p, CS_MEMBER_DONE);
	token = told(&p, CS_NOTICE_RECOVERY_WAITING, STOP);
	late = told(&p, CS_NOTICE_RECOVERY_READY, STOP);
	CHECK_ERR(take(&p, token, CS_NOTICE_NOT_ME, &notice), NOT_FOUND);
	CHECK_OK(take(&p, token, CS_NOTICE_STOP_RECOVERY, &notice));
	CHECK(cs_id_equal(notice.object, house_id("the case")));
	CHECK(cs_id_equal(notice.subject, ana));
	CHECK_ERR(take(&p, token, CS_NOTICE_STOP_RECOVERY, &notice), NOT_FOUND);
	hold_wait(&p, 7 * CS_DAY_MS);
	CHECK_ERR(take(&p, late, CS_NOTICE_STOP_RECOVERY, &notice), NOT_FOUND);
	CHECK_ERR(take(&p, CS_STR("cn_nonsense"), CS_NOTICE_STOP_RECOVERY, &notice), NOT_FOUND);
	house_close(p.h);
}

static cs_err
remember(struct cs_tx *tx, void *ctx)
{
	const struct cs_remembered r = { .id = house_id("remembered"),
		.member = ana,
		.device = house_id("browser"),
		.created = cs_tx_op(tx)->now,
		.expires = cs_time_add(cs_tx_op(tx)->now, CS_DAY_MS) };

	return cs_remembered_set(tx, &r);
}

struct looking {
	struct cs_member member;
	bool has_session;
	bool is_remembered;
	const struct hold *p;
};

static cs_err
look_in(struct cs_tx *tx, void *ctx)
{
	struct looking *l = ctx;
	struct cs_member_session session;
	struct cs_remembered remembered;
	enum cs_member_status status;

	CHECK_OK(cs_member_find(tx, ana, &l->member));
	l->has_session =
	    !cs_failed(cs_member_session_find(tx, l->p->session.token_hash, &session, &status));
	l->is_remembered = !cs_failed(
	    cs_remembered_find(tx, ana, house_id("browser"), cs_tx_op(tx)->now, &remembered));
	return CS_OK;
}

static struct looking
look(struct hold *p)
{
	struct looking l = { .p = p };

	hold_write(p, look_in, &l);
	return l;
}

TEST(not_me_freezes_ends_every_session_forgets_browsers_and_tells_other_owners)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_frozen frozen;
	struct cs_message m;
	struct hold_app app;
	struct looking l;
	struct hold p;
	cs_str token;

	hold_open(&p, CS_MEMBER_DONE);
	hold_write(&p, remember, NULL);
	CHECK_OK(hold_prove(&p));
	l = look(&p);
	CHECK(l.has_session && l.is_remembered);
	token = told(&p, CS_NOTICE_NEW_BROWSER, NOT_ME);
	CHECK_OK(cs_freeze_by_notice(&p.h->d, &p.h->op, token, &frozen, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	CHECK_INT(frozen.told, 1);
	l = look(&p);
	CHECK(!l.has_session && !l.is_remembered);
	CHECK_INT(l.member.frozen.ms, p.h->op.now.ms);
	/* in any order */
	for (int i = 0; i < 2; i++) {
		CHECK(house_mail_take(p.h, &m));
		if (cs_str_equal(m.to, CS_STR("ana@example.test")))
			CHECK(says(&m, "The other owners of your"));
		else
			CHECK(cs_str_equal(m.to, CS_STR("olaf@halden.test")) &&
			      says(&m, "ana@example.test said \"this was not me\""));
	}
	CHECK(!house_mail_take(p.h, &m));
	CHECK_INT(hold_begin(&p, cs_id_zero, &app), CS_REFUSAL_SIGNED_OUT);
	/* the button works once */
	CHECK_OK(cs_freeze_by_notice(&p.h->d, &p.h->op, token, &frozen, &why));
	CHECK_INT(why.kind, CS_REFUSAL_ENDED);
	house_close(p.h);
}

TEST(a_link_that_stops_a_recovery_freezes_nobody)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_frozen frozen;
	struct hold p;
	cs_str token;

	hold_open(&p, CS_MEMBER_DONE);
	token = told(&p, CS_NOTICE_RECOVERY_BEGUN, STOP);
	CHECK_OK(cs_freeze_by_notice(&p.h->d, &p.h->op, token, &frozen, &why));
	CHECK_INT(why.kind, CS_REFUSAL_ENDED);
	CHECK_INT(look(&p).member.frozen.ms, 0);
	house_close(p.h);
}

static cs_err
lift(struct cs_tx *tx, void *ctx)
{
	const struct hold *p = ctx;

	return cs_freeze_lift_in(tx, &p->h->d, olaf, cs_id_zero, ana);
}

TEST(whoever_is_let_again_may_again)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_frozen frozen;
	struct hold p;
	cs_str token;

	hold_open(&p, CS_MEMBER_DONE);
	token = told(&p, CS_NOTICE_PASSWORD_RESET, NOT_ME);
	CHECK_OK(cs_freeze_by_notice(&p.h->d, &p.h->op, token, &frozen, &why));
	hold_write(&p, lift, &p);
	CHECK_INT(look(&p).member.frozen.ms, 0);
	hold_write(&p, lift, &p);
	house_close(p.h);
}

static cs_err
freeze_in(struct cs_tx *tx, void *ctx)
{
	return cs_member_set_frozen(tx, ana, cs_tx_op(tx)->now);
}

static enum cs_refusal_kind
unfreeze(struct hold *p, cs_id actor, cs_id member)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CHECK_OK(cs_admin_unfreeze_member(&p->h->d, &p->h->op, actor, member, &why));
	return why.kind;
}

static cs_err
promote(struct cs_tx *tx, void *ctx)
{
	return cs_membership_set_role(
	    tx, house_id("halden"), ana, CS_ROLE_ADMINISTRATOR, CS_ROLE_OWNER);
}

TEST(another_owner_lifts_a_freeze_and_nobody_else)
{
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	hold_write(&p, freeze_in, NULL);
	/* nobody belongs to the realm itself */
	CHECK_INT(unfreeze(&p, olaf, ana), CS_REFUSAL_NOT_ALLOWED);
	p.h->op.account = house_id("halden");
	CHECK_INT(unfreeze(&p, ana, ana), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(unfreeze(&p, ana, olaf), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(unfreeze(&p, house_id("stranger"), ana), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(unfreeze(&p, olaf, house_id("stranger")), CS_REFUSAL_NOT_FOUND);
	hold_write(&p, promote, NULL);
	CHECK_INT(unfreeze(&p, ana, ana), CS_REFUSAL_NOT_YOURSELF);
	CHECK(look(&p).member.frozen.ms != 0);
	CHECK_INT(unfreeze(&p, olaf, ana), CS_REFUSAL_NONE);
	CHECK_INT(look(&p).member.frozen.ms, 0);
	house_close(p.h);
}

/* In another account's transaction, as when its owner resets somebody: still the member's own. */
TEST(a_member_is_told_whosever_transaction_it_is)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_frozen frozen;
	struct cs_message m;
	struct hold p;

	hold_open(&p, CS_MEMBER_DONE);
	p.h->op.account = house_id("halden");
	tell(&p, CS_NOTICE_TWO_FACTOR_RESET, "an owner of Halden");
	p.h->op.account = cs_id_zero;
	CHECK(house_mail_take(p.h, &m));
	CHECK(says(&m, "    By:      an owner of Halden\n"));
	CHECK_OK(cs_freeze_by_notice(&p.h->d, &p.h->op, token_in(&m, NOT_ME), &frozen, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	house_close(p.h);
}

TEST_MAIN("domain/members_notice")
