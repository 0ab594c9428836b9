#include "yard.h"

#include "domain/account_settings.h"
#include "domain/enforcement.h"
#include "domain/mailbox.h"
#include "domain/members.h"
#include "domain/own_memberships.h"
#include "store/audit_store.h"
#include "store/member_store.h"
#include "store/outbox_store.h"

/* --- people --- */

struct making {
	struct yard *y;
	cs_id account;
	cs_str email;
	enum cs_role role;
	cs_id id;
};

static cs_err
make_in(struct cs_tx *tx, void *ctx)
{
	struct making *m = ctx;
	cs_time now = cs_tx_op(tx)->now;
	struct cs_member found;

	CS_TRY(cs_member_for(tx, &m->y->d, m->email, &m->id));
	CS_TRY(cs_member_find(tx, m->id, &found));
	if (found.password_hash.len == 0)
		CS_TRY(
		    cs_member_activate(tx, m->id, CS_STR("$argon2id$1"), CS_STR("Ann Lee"), now));
	CS_TRY(cs_member_set_verified(tx, m->id, m->email, now));
	return m->role == CS_ROLE_NONE ? CS_OK
				       : cs_membership_add(tx, m->account, m->id, m->role, now);
}

static cs_id
person_in(struct yard *y, cs_id account, const char *email, enum cs_role role)
{
	struct making m = { .y = y, .account = account, .email = cs_str_c(email), .role = role };

	CHECK_OK(cs_store_write(y->d.store, &y->op, make_in, &m));
	return m.id;
}

/* Of Halden, with a password. */
static cs_id
person(struct yard *y, const char *email, enum cs_role role)
{
	return person_in(y, y->halden.account, email, role);
}

/* Halden's owner of the beginning has no password yet: this one has. */
static struct cs_in_charge
owner(struct yard *y)
{
	return (struct cs_in_charge){ person(y, "owner@halden.test", CS_ROLE_OWNER),
		CS_MAY_EVERYTHING };
}

static struct cs_in_charge
in_charge(struct yard *y, const char *email, enum cs_role role)
{
	return (struct cs_in_charge){ person(y, email, role), cs_role_permissions(role) };
}

static struct cs_op
halden(const struct yard *y)
{
	struct cs_op op = y->op;

	op.account = y->halden.account;
	return op;
}

static enum cs_refusal_kind
invite(struct yard *y, struct cs_in_charge who, const char *email, enum cs_role role,
    struct cs_account_member *out)
{
	struct cs_op op = halden(y);
	struct cs_account_member m;
	struct cs_refusal why;

	CHECK_OK(cs_members_invite(&y->d, &op, &who, cs_str_c(email), role, &m, &why));
	if (out != NULL)
		*out = m;
	return why.kind;
}

static enum cs_refusal_kind
set_role(struct yard *y, struct cs_in_charge who, cs_id member, enum cs_role role)
{
	struct cs_op op = halden(y);
	struct cs_account_member m;
	struct cs_refusal why;

	CHECK_OK(cs_members_set_role(&y->d, &op, &who, member, role, &m, &why));
	CHECK(why.kind != CS_REFUSAL_NONE || m.role == role);
	return why.kind;
}

static enum cs_refusal_kind
remove_member(struct yard *y, struct cs_in_charge who, cs_id member)
{
	struct cs_op op = halden(y);
	struct cs_refusal why;

	CHECK_OK(cs_members_remove(&y->d, &op, &who, member, &why));
	return why.kind;
}

static enum cs_refusal_kind
find(struct yard *y, cs_id member, struct cs_account_member *out)
{
	struct cs_op op = halden(y);
	struct cs_refusal why;

	CHECK_OK(cs_members_get(&y->d, &op, member, out, &why));
	return why.kind;
}

/* --- mail --- */

struct posting {
	struct yard *y;
	struct cs_message *out;
	bool is_there;
};

static cs_err
take_one(struct cs_tx *tx, void *ctx)
{
	struct posting *p = ctx;
	cs_time now = cs_tx_op(tx)->now;
	struct cs_outbox_item item;
	cs_err e = cs_outbox_lease(tx, p->y->op.id, now, cs_time_add(now, 1000), &item);

	p->is_there = false;
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	CS_TRY(cs_mailbox_unseal(&p->y->d, cs_tx_op(tx), &item, p->out));
	p->is_there = true;
	return cs_outbox_done(tx, item.account, item.id, p->y->op.id, now);
}

static bool
mail(struct yard *y, struct cs_message *out)
{
	struct posting p = { y, out, false };

	CHECK_OK(cs_store_write(y->d.store, &y->op, take_one, &p));
	return p.is_there;
}

static bool
says(struct yard *y, const struct cs_message *m, const char *words)
{
	return strstr(cs_arena_c(y->arena, m->text), words) != NULL;
}

static void
check_says(struct yard *y, const struct cs_message *m, const char *words)
{
	if (!says(y, m, words))
		fail_msg("not in the mail: %s\n%.*s", words, CS_STR_ARG(m->text));
}

/* The text of the invitation in a mail. */
static cs_str
token_in(struct yard *y, const struct cs_message *m)
{
	const char *text = cs_arena_c(y->arena, m->text);
	const char *at = strstr(text, "#csi_");

	CHECK(at != NULL);
	return (cs_str){ at + 1, strcspn(at + 1, "\n") };
}

/* Whether the link of a mail still opens. */
struct opening {
	uint8_t hash[CS_SHA256_LEN];
	struct cs_invitation found;
};

static cs_err
open_in(struct cs_tx *tx, void *ctx)
{
	struct opening *o = ctx;

	return cs_invitation_find(tx, o->hash, &o->found);
}

static bool
opens(struct yard *y, cs_str token)
{
	struct opening o;

	cs_sha256(cs_str_span(token), o.hash);
	CHECK_OK(cs_store_read(y->d.store, &y->op, open_in, &o));
	return o.found.state == CS_INVITATION_OPEN;
}

/* --- the trail --- */

struct counting {
	cs_id account;
	cs_str kind;
	size_t count;
	struct cs_audit_event last;
};

static cs_err
count_in(struct cs_tx *tx, void *ctx)
{
	struct counting *c = ctx;
	const struct cs_audit_event *list;
	size_t count;

	c->count = 0;
	CS_TRY(
	    cs_audit_list(tx, c->account, (cs_time){ INT64_MAX }, cs_id_zero, 1000, &list, &count));
	for (size_t i = count; i-- > 0;) {
		if (!cs_str_equal(list[i].kind, c->kind))
			continue;
		c->count++;
		c->last = list[i];
	}
	return CS_OK;
}

static size_t
audited(struct yard *y, const char *kind, struct cs_audit_event *last)
{
	struct counting c = { .account = y->halden.account, .kind = cs_str_c(kind) };

	CHECK_OK(cs_store_read(y->d.store, &y->op, count_in, &c));
	if (last != NULL)
		*last = c.last;
	return c.count;
}

/* --- inviting --- */

TEST(an_invitation_is_mailed_with_who_where_as_what_and_until_when)
{
	YARD(y);
	struct cs_account_member m;
	struct cs_message mailed;
	struct cs_audit_event event;

	y->op.now = cs_time_add(y->op.now, 1);
	CHECK_INT(invite(y, owner(y), "New@Else.test", CS_ROLE_HELP_DESK, &m), CS_REFUSAL_NONE);
	CHECK_INT(m.status, CS_ACCOUNT_MEMBER_PENDING);
	CHECK_TEXT(m.email, "new@else.test");
	CHECK_INT(m.role, CS_ROLE_HELP_DESK);
	CHECK_INT(m.expires.ms, cs_time_add(y->op.now, 7 * CS_DAY_MS).ms);
	CHECK(mail(y, &mailed));
	CHECK_TEXT(mailed.to, "new@else.test");
	CHECK_TEXT(mailed.subject, "An invitation to Halden");
	check_says(y, &mailed, "Ann Lee (owner@halden.test) invites you to Halden, as help desk.");
	check_says(y, &mailed, "https://console.example.test/invitation#csi_");
	CHECK(!says(y, &mailed, "two-factor"));
	CHECK(!mail(y, &mailed));
	CHECK_INT(audited(y, "member.invited", &event), 2);
	CHECK(cs_id_equal(event.actor, owner(y).member));
}

TEST(an_invitation_says_that_a_second_factor_will_be_asked_for)
{
	YARD(y);
	const struct cs_account_wish wish = { .has_enforced = true, .is_enforced = true };
	struct cs_op op = halden(y);
	struct cs_account_shown shown;
	struct cs_message mailed;
	struct cs_refusal why;

	CHECK_OK(cs_account_settings_change(&y->d, &op, owner(y).member, &wish, &shown, &why));
	while (mail(y, &mailed))
		;
	CHECK_INT(invite(y, owner(y), "new@else.test", CS_ROLE_HELP_DESK, NULL), CS_REFUSAL_NONE);
	CHECK(mail(y, &mailed));
	check_says(y, &mailed, "two-factor authentication: an\n");
}

TEST(inviting_again_replaces_the_link)
{
	YARD(y);
	struct cs_message first;
	struct cs_message second;
	struct cs_account_member m;
	struct cs_op op = halden(y);
	struct cs_account_member *list;
	size_t count;

	CHECK_INT(invite(y, owner(y), "new@else.test", CS_ROLE_HELP_DESK, NULL), CS_REFUSAL_NONE);
	CHECK(mail(y, &first));
	CHECK_INT(invite(y, owner(y), "new@else.test", CS_ROLE_READ_ONLY, &m), CS_REFUSAL_NONE);
	CHECK(mail(y, &second));
	CHECK_INT(m.role, CS_ROLE_READ_ONLY);
	CHECK(!cs_str_equal(token_in(y, &first), token_in(y, &second)));
	CHECK_OK(cs_members_list(&y->d, &op, &list, &count));
	CHECK_INT(count, 2);
	CHECK(!opens(y, token_in(y, &first)));
	CHECK(opens(y, token_in(y, &second)));
}

TEST(inviting_again_withdraws_no_owners_invitation_but_by_an_owner)
{
	YARD(y);
	struct cs_in_charge admin = in_charge(y, "admin@halden.test", CS_ROLE_ADMINISTRATOR);
	struct cs_message first;
	struct cs_account_member m;

	CHECK_INT(invite(y, owner(y), "new@else.test", CS_ROLE_OWNER, &m), CS_REFUSAL_NONE);
	CHECK(mail(y, &first));
	CHECK_INT(
	    invite(y, admin, "new@else.test", CS_ROLE_READ_ONLY, NULL), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(find(y, m.id, &m), CS_REFUSAL_NONE);
	CHECK_INT(m.role, CS_ROLE_OWNER);
	CHECK(opens(y, token_in(y, &first)));
	CHECK_INT(invite(y, owner(y), "new@else.test", CS_ROLE_READ_ONLY, NULL), CS_REFUSAL_NONE);
	CHECK_INT(invite(y, admin, "new@else.test", CS_ROLE_HELP_DESK, NULL), CS_REFUSAL_NONE);
}

TEST(who_belongs_already_is_not_invited)
{
	YARD(y);
	struct cs_in_charge who = owner(y);

	person(y, "bob@halden.test", CS_ROLE_READ_ONLY);
	CHECK_INT(
	    invite(y, who, "Bob@Halden.test", CS_ROLE_OWNER, NULL), CS_REFUSAL_ALREADY_MEMBER);
	CHECK_INT(invite(y, who, "nobody", CS_ROLE_OWNER, NULL), CS_REFUSAL_BODY);
	CHECK_INT(
	    invite(y, who, "a@b.test\r\nBcc: c@d.test", CS_ROLE_OWNER, NULL), CS_REFUSAL_BODY);
	CHECK_INT(invite(y, who, "a@b.test", CS_ROLE_NONE, NULL), CS_REFUSAL_BODY);
}

TEST(members_are_invited_by_those_who_may_alone)
{
	static const enum cs_role others[] = { CS_ROLE_USER_MANAGER, CS_ROLE_HELP_DESK,
		CS_ROLE_READ_ONLY };
	YARD(y);
	struct cs_in_charge admin = in_charge(y, "admin@halden.test", CS_ROLE_ADMINISTRATOR);
	struct cs_in_charge stranger = {
		person_in(y, y->oslo.account, "o@oslo.test", CS_ROLE_OWNER), CS_MAY_EVERYTHING
	};

	for (size_t i = 0; i < CS_COUNT(others); i++) {
		cs_str email = cs_arena_printf(y->arena, "m%zu@halden.test", i);
		struct cs_in_charge who = in_charge(y, cs_arena_c(y->arena, email), others[i]);
		CHECK_INT(
		    invite(y, who, "a@b.test", CS_ROLE_READ_ONLY, NULL), CS_REFUSAL_NOT_ALLOWED);
		/* also with more than the role has: what came with the request is not all */
		who.may = CS_MAY_EVERYTHING;
		CHECK_INT(
		    invite(y, who, "a@b.test", CS_ROLE_READ_ONLY, NULL), CS_REFUSAL_NOT_ALLOWED);
	}
	CHECK_INT(invite(y, stranger, "a@b.test", CS_ROLE_READ_ONLY, NULL), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(invite(y, admin, "a@b.test", CS_ROLE_OWNER, NULL), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(invite(y, admin, "a@b.test", CS_ROLE_ADMINISTRATOR, NULL), CS_REFUSAL_NONE);
	struct cs_in_charge weak = owner(y);
	weak.may = CS_MAY_MEMBERS_WRITE;
	CHECK_INT(invite(y, weak, "c@b.test", CS_ROLE_OWNER, NULL), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(invite(y, owner(y), "c@b.test", CS_ROLE_OWNER, NULL), CS_REFUSAL_NONE);
}

TEST(an_account_invites_no_more_than_five_hundred_a_day)
{
	YARD(y);
	struct cs_in_charge who = owner(y);
	struct cs_message mailed;

	for (int i = 0; i < 500; i++)
		CHECK_INT(
		    invite(y, who, "new@else.test", CS_ROLE_HELP_DESK, NULL), CS_REFUSAL_NONE);
	CHECK_INT(invite(y, who, "new@else.test", CS_ROLE_HELP_DESK, NULL), CS_REFUSAL_TOO_MANY);
	y->op.now = cs_time_add(y->op.now, CS_DAY_MS);
	CHECK_INT(invite(y, who, "new@else.test", CS_ROLE_HELP_DESK, NULL), CS_REFUSAL_NONE);
	CHECK(mail(y, &mailed));
}

TEST(an_invitation_is_sent_again_with_another_link_and_another_week)
{
	YARD(y);
	struct cs_in_charge who = owner(y);
	struct cs_account_member m;
	struct cs_account_member again;
	struct cs_message first;
	struct cs_message second;
	struct cs_refusal why;

	CHECK_INT(invite(y, who, "new@else.test", CS_ROLE_HELP_DESK, &m), CS_REFUSAL_NONE);
	CHECK(mail(y, &first));
	y->op.now = cs_time_add(y->op.now, 8 * CS_DAY_MS);
	CHECK_INT(find(y, m.id, &again), CS_REFUSAL_NONE);
	CHECK_INT(again.status, CS_ACCOUNT_MEMBER_EXPIRED);
	struct cs_op op = halden(y);
	CHECK_OK(cs_members_resend(&y->d, &op, &who, m.id, &again, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	CHECK(cs_id_equal(again.id, m.id));
	CHECK(!cs_id_equal(again.invitation, m.invitation));
	CHECK_INT(again.status, CS_ACCOUNT_MEMBER_PENDING);
	CHECK_INT(again.expires.ms, cs_time_add(y->op.now, 7 * CS_DAY_MS).ms);
	CHECK(mail(y, &second));
	CHECK(!cs_str_equal(token_in(y, &first), token_in(y, &second)));
	CHECK_INT(audited(y, "invitation.resent", NULL), 1);
	CHECK_OK(cs_members_resend(&y->d, &op, &who, who.member, &again, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_FOUND);
}

TEST(a_withdrawn_invitation_is_gone)
{
	YARD(y);
	struct cs_account_member m;

	CHECK_INT(invite(y, owner(y), "new@else.test", CS_ROLE_HELP_DESK, &m), CS_REFUSAL_NONE);
	CHECK_INT(remove_member(y, owner(y), m.id), CS_REFUSAL_NONE);
	CHECK_INT(find(y, m.id, &m), CS_REFUSAL_NOT_FOUND);
	CHECK_INT(remove_member(y, owner(y), m.id), CS_REFUSAL_NOT_FOUND);
	CHECK_INT(audited(y, "invitation.withdrawn", NULL), 1);
}

/* --- roles --- */

TEST(an_owner_gives_any_role_and_an_administrator_all_but_owner)
{
	YARD(y);
	struct cs_in_charge boss = owner(y);
	struct cs_in_charge admin = in_charge(y, "admin@halden.test", CS_ROLE_ADMINISTRATOR);
	cs_id bob = person(y, "bob@halden.test", CS_ROLE_READ_ONLY);
	struct cs_audit_event event;

	CHECK_INT(set_role(y, admin, bob, CS_ROLE_USER_MANAGER), CS_REFUSAL_NONE);
	CHECK_INT(set_role(y, admin, bob, CS_ROLE_OWNER), CS_REFUSAL_NOT_ALLOWED);
	y->op.now = cs_time_add(y->op.now, 1);
	CHECK_INT(set_role(y, boss, bob, CS_ROLE_OWNER), CS_REFUSAL_NONE);
	CHECK_INT(set_role(y, admin, bob, CS_ROLE_READ_ONLY), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(set_role(y, admin, admin.member, CS_ROLE_OWNER), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(audited(y, "member.role.changed", &event), 2);
	CHECK(strstr(cs_arena_c(y->arena, event.details), "\"role_before\":\"user_manager\"") !=
	      NULL);
	CHECK(strstr(cs_arena_c(y->arena, event.details), "\"role\":\"owner\"") != NULL);
}

TEST(the_last_owner_stays)
{
	YARD(y);
	struct cs_in_charge boss = owner(y);

	CHECK_INT(set_role(y, boss, boss.member, CS_ROLE_ADMINISTRATOR), CS_REFUSAL_LAST_OWNER);
	CHECK_INT(remove_member(y, boss, boss.member), CS_REFUSAL_LAST_OWNER);
	cs_id bob = person(y, "bob@halden.test", CS_ROLE_OWNER);
	CHECK_INT(set_role(y, boss, boss.member, CS_ROLE_ADMINISTRATOR), CS_REFUSAL_NONE);
	boss.member = bob;
	CHECK_INT(remove_member(y, boss, bob), CS_REFUSAL_LAST_OWNER);
}

TEST(an_owner_who_cannot_sign_in_yet_is_no_other_owner)
{
	YARD(y);
	struct cs_in_charge boss = { person(y, "bob@halden.test", CS_ROLE_OWNER),
		CS_MAY_EVERYTHING };

	/* init's owner has no password yet */
	CHECK_INT(set_role(y, boss, boss.member, CS_ROLE_READ_ONLY), CS_REFUSAL_LAST_OWNER);
	CHECK_INT(remove_member(y, boss, boss.member), CS_REFUSAL_LAST_OWNER);
	CHECK_INT(remove_member(y, boss, y->halden.owner), CS_REFUSAL_NONE);
}

TEST(the_role_of_somebody_invited_changes_before_they_come)
{
	YARD(y);
	struct cs_account_member m;
	struct cs_in_charge admin = in_charge(y, "admin@halden.test", CS_ROLE_ADMINISTRATOR);

	CHECK_INT(invite(y, owner(y), "new@else.test", CS_ROLE_HELP_DESK, &m), CS_REFUSAL_NONE);
	CHECK_INT(set_role(y, admin, m.id, CS_ROLE_OWNER), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(set_role(y, owner(y), m.id, CS_ROLE_OWNER), CS_REFUSAL_NONE);
	CHECK_INT(set_role(y, admin, m.id, CS_ROLE_READ_ONLY), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(remove_member(y, admin, m.id), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(find(y, m.id, &m), CS_REFUSAL_NONE);
	CHECK_INT(m.role, CS_ROLE_OWNER);
}

TEST(a_role_that_is_so_already_changes_nothing)
{
	YARD(y);
	struct cs_in_charge boss = owner(y);

	CHECK_INT(set_role(y, boss, boss.member, CS_ROLE_OWNER), CS_REFUSAL_NONE);
	CHECK_INT(audited(y, "member.role.changed", NULL), 0);
}

/* --- removing and leaving --- */

TEST(a_removed_members_tokens_end_and_they_are_found_no_more)
{
	YARD(y);
	struct cs_in_charge boss = owner(y);
	cs_id bob = person(y, "bob@halden.test", CS_ROLE_OWNER);
	enum cs_token_state state;
	struct cs_grant grant;
	struct cs_account_member m;

	CHECK_INT(remove_member(y, (struct cs_in_charge){ bob, CS_MAY_EVERYTHING }, boss.member),
	    CS_REFUSAL_NONE);
	CHECK_INT(find(y, boss.member, &m), CS_REFUSAL_NOT_FOUND);
	CHECK_OK(cs_api_token_verify(&y->d, &y->op, y->halden.api_token, &grant, &state));
	CHECK_INT(state, CS_TOKEN_UNKNOWN);
	CHECK_INT(audited(y, "member.removed", NULL), 1);
	/* and what they still hold opens nothing here */
	CHECK_INT(remove_member(y, boss, bob), CS_REFUSAL_NOT_ALLOWED);
}

TEST(anybody_leaves_and_nobody_removes_others_who_may_not)
{
	YARD(y);
	struct cs_in_charge desk = in_charge(y, "bob@halden.test", CS_ROLE_HELP_DESK);
	struct cs_in_charge admin = in_charge(y, "admin@halden.test", CS_ROLE_ADMINISTRATOR);

	CHECK_INT(remove_member(y, desk, admin.member), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(remove_member(y, admin, owner(y).member), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(remove_member(y, desk, desk.member), CS_REFUSAL_NONE);
	CHECK_INT(audited(y, "member.left", NULL), 1);
}

TEST(another_accounts_members_are_not_touched)
{
	YARD(y);
	struct cs_account_member m;
	cs_id other = person_in(y, y->oslo.account, "o@oslo.test", CS_ROLE_READ_ONLY);

	CHECK_INT(find(y, other, &m), CS_REFUSAL_NOT_FOUND);
	CHECK_INT(set_role(y, owner(y), other, CS_ROLE_OWNER), CS_REFUSAL_NOT_FOUND);
	CHECK_INT(remove_member(y, owner(y), other), CS_REFUSAL_NOT_FOUND);
}

/* --- enforcement --- */

struct asking {
	cs_id member;
	cs_id joining; /* an account; zero: none */
	enum cs_role role;
	struct cs_enforcement out;
};

static cs_err
ask(struct cs_tx *tx, void *ctx)
{
	struct asking *a = ctx;

	return cs_id_is_zero(a->joining)
		   ? cs_enforcement_find(tx, a->member, &a->out)
		   : cs_enforcement_find_joining(tx, a->member, a->joining, a->role, &a->out);
}

static struct cs_enforcement
asked_of(struct yard *y, cs_id member)
{
	struct asking a = { .member = member };

	CHECK_OK(cs_store_read(y->d.store, &y->op, ask, &a));
	return a.out;
}

static enum cs_refusal_kind
enforce(struct yard *y, cs_id account, cs_id actor, cs_time after)
{
	const struct cs_account_wish wish = {
		.has_enforced = true, .is_enforced = true, .has_after = true, .after = after
	};
	struct cs_op op = y->op;
	struct cs_account_shown shown;
	struct cs_refusal why;

	op.account = account;
	CHECK_OK(cs_account_settings_change(&y->d, &op, actor, &wish, &shown, &why));
	CHECK(why.kind != CS_REFUSAL_NONE || shown.demands.is_enforced);
	return why.kind;
}

TEST(an_owner_alone_enforces)
{
	YARD(y);
	struct cs_in_charge admin = in_charge(y, "admin@halden.test", CS_ROLE_ADMINISTRATOR);

	CHECK_INT(
	    enforce(y, y->halden.account, admin.member, (cs_time){ 0 }), CS_REFUSAL_NOT_ALLOWED);
	CHECK(!asked_of(y, admin.member).is_enforced);
	CHECK_INT(
	    enforce(y, y->halden.account, y->oslo.owner, (cs_time){ 0 }), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(enforce(y, y->halden.account, owner(y).member, (cs_time){ 0 }), CS_REFUSAL_NONE);
	CHECK(asked_of(y, admin.member).is_due);
	CHECK_INT(audited(y, "account.enforcement", NULL), 1);
	/* the same again is nothing */
	CHECK_INT(enforce(y, y->halden.account, owner(y).member, (cs_time){ 0 }), CS_REFUSAL_NONE);
	CHECK_INT(audited(y, "account.enforcement", NULL), 1);
}

TEST(what_any_account_asks_for_holds)
{
	YARD(y);
	cs_id bob = person(y, "bob@else.test", CS_ROLE_READ_ONLY);
	struct cs_enforcement e;

	CHECK(!asked_of(y, bob).is_enforced);
	CHECK_INT(
	    enforce(y, y->oslo.account,
		person_in(y, y->oslo.account, "owner@oslo.test", CS_ROLE_OWNER), (cs_time){ 0 }),
	    CS_REFUSAL_NONE);
	CHECK(!asked_of(y, bob).is_enforced);
	person_in(y, y->oslo.account, "bob@else.test", CS_ROLE_OWNER);
	e = asked_of(y, bob);
	CHECK(e.is_enforced && e.is_due && e.is_owner_of_all);
	CHECK_INT(e.account_count, 1);
	CHECK_TEXT(e.accounts[0], "Oslo");
	CHECK_INT(enforce(y, y->halden.account, owner(y).member, (cs_time){ 0 }), CS_REFUSAL_NONE);
	e = asked_of(y, bob);
	CHECK_INT(e.account_count, 2);
	CHECK(!e.is_owner_of_all);
}

TEST(a_deadline_lets_people_enrol_until_then)
{
	YARD(y);
	cs_id bob = person(y, "bob@else.test", CS_ROLE_READ_ONLY);
	cs_time until = cs_time_add(y->op.now, 3 * CS_DAY_MS);
	struct cs_enforcement e;

	CHECK_INT(enforce(y, y->halden.account, owner(y).member, until), CS_REFUSAL_NONE);
	e = asked_of(y, bob);
	CHECK(e.is_enforced && !e.is_due);
	CHECK_INT(e.deadline.ms, until.ms);
	y->op.now = until;
	e = asked_of(y, bob);
	CHECK(e.is_due);
	CHECK_INT(e.deadline.ms, 0);
}

TEST(of_two_deadlines_the_earlier_holds_and_one_that_is_over_ends_both)
{
	YARD(y);
	cs_id bob = person(y, "bob@else.test", CS_ROLE_READ_ONLY);
	cs_id oslo = person_in(y, y->oslo.account, "owner@oslo.test", CS_ROLE_OWNER);
	cs_time soon = cs_time_add(y->op.now, CS_DAY_MS);
	cs_time late = cs_time_add(y->op.now, 9 * CS_DAY_MS);

	person_in(y, y->oslo.account, "bob@else.test", CS_ROLE_READ_ONLY);
	CHECK_INT(enforce(y, y->halden.account, owner(y).member, late), CS_REFUSAL_NONE);
	CHECK_INT(enforce(y, y->oslo.account, oslo, soon), CS_REFUSAL_NONE);
	CHECK_INT(asked_of(y, bob).deadline.ms, soon.ms);
	y->op.now = soon;
	CHECK(asked_of(y, bob).is_due);
	CHECK_INT(asked_of(y, bob).deadline.ms, 0);
}

TEST(who_joins_is_asked_for_what_the_account_asks)
{
	YARD(y);
	struct asking a = { .joining = y->halden.account, .role = CS_ROLE_READ_ONLY };

	CHECK_OK(cs_store_read(y->d.store, &y->op, ask, &a));
	CHECK(!a.out.is_enforced);
	CHECK_INT(enforce(y, y->halden.account, owner(y).member, (cs_time){ 0 }), CS_REFUSAL_NONE);
	CHECK_OK(cs_store_read(y->d.store, &y->op, ask, &a));
	CHECK(a.out.is_due && !a.out.is_owner_of_all);
	CHECK_TEXT(a.out.accounts[0], "Halden");
	/* somebody who belongs to it already is not counted twice */
	a.member = owner(y).member;
	CHECK_OK(cs_store_read(y->d.store, &y->op, ask, &a));
	CHECK_INT(a.out.account_count, 1);
	CHECK(a.out.is_owner_of_all);
}

struct sso {
	cs_id member;
	cs_id account;
};

static cs_err
make_sso(struct cs_tx *tx, void *ctx)
{
	const struct sso *s = ctx;

	return cs_member_set_sso(tx, s->member, s->account, (cs_id){ { 7 } });
}

TEST(single_sign_on_counts_as_satisfied)
{
	YARD(y);
	struct sso s = { person(y, "bob@else.test", CS_ROLE_READ_ONLY), y->halden.account };
	struct asking a = { .member = s.member, .joining = y->oslo.account };
	struct cs_account_member m;

	CHECK_OK(cs_store_write(y->d.store, &y->op, make_sso, &s));
	CHECK_INT(enforce(y, y->halden.account, owner(y).member, (cs_time){ 0 }), CS_REFUSAL_NONE);
	CHECK_INT(
	    enforce(y, y->oslo.account,
		person_in(y, y->oslo.account, "owner@oslo.test", CS_ROLE_OWNER), (cs_time){ 0 }),
	    CS_REFUSAL_NONE);
	CHECK(!asked_of(y, s.member).is_enforced);
	CHECK_OK(cs_store_read(y->d.store, &y->op, ask, &a));
	CHECK(!a.out.is_enforced);
	CHECK_INT(find(y, s.member, &m), CS_REFUSAL_NONE);
	CHECK_INT(cs_enforcement_preview(&m), CS_PREVIEW_SSO);
}

TEST(those_who_have_to_do_something_are_told_by_mail_and_nobody_else)
{
	YARD(y);
	struct cs_message mailed;
	struct cs_in_charge boss = owner(y);
	struct sso s = { person(y, "sso@else.test", CS_ROLE_READ_ONLY), y->halden.account };

	person(y, "bob@else.test", CS_ROLE_READ_ONLY);
	CHECK_OK(cs_store_write(y->d.store, &y->op, make_sso, &s));
	CHECK_INT(invite(y, boss, "new@else.test", CS_ROLE_READ_ONLY, NULL), CS_REFUSAL_NONE);
	CHECK(mail(y, &mailed));
	CHECK_INT(enforce(y, y->halden.account, boss.member, cs_time_add(y->op.now, CS_DAY_MS)),
	    CS_REFUSAL_NONE);
	size_t count = 0;
	while (mail(y, &mailed)) {
		CHECK_TEXT(mailed.subject, "Two-factor authentication will be required");
		check_says(
		    y, &mailed, "https://console.example.test/console/profile/authentication");
		CHECK(!cs_str_equal(mailed.to, CS_STR("sso@else.test")));
		CHECK(!cs_str_equal(mailed.to, CS_STR("new@else.test")));
		count++;
	}
	CHECK_INT(count, 2);
}

TEST(switching_it_off_forgets_the_date)
{
	YARD(y);
	struct cs_account_wish wish = { .has_enforced = true, .is_proved = true };
	struct cs_op op = halden(y);
	struct cs_account_shown shown;
	struct cs_refusal why;

	CHECK_INT(enforce(y, y->halden.account, owner(y).member, cs_time_add(y->op.now, CS_DAY_MS)),
	    CS_REFUSAL_NONE);
	CHECK_OK(cs_account_settings_change(&y->d, &op, owner(y).member, &wish, &shown, &why));
	CHECK(!shown.demands.is_enforced);
	CHECK_INT(shown.demands.after.ms, 0);
	CHECK_INT(audited(y, "account.enforcement", NULL), 2);
}

static enum cs_refusal_kind
wish_for(struct yard *y, struct cs_account_wish wish)
{
	struct cs_op op = halden(y);
	struct cs_account_shown shown;
	struct cs_refusal why;

	CHECK_OK(cs_account_settings_change(&y->d, &op, owner(y).member, &wish, &shown, &why));
	return why.kind;
}

/* A session that was stolen may ask more of the members, and never less. */
TEST(asking_less_of_the_members_wants_to_be_proved)
{
	YARD(y);
	const cs_time later = cs_time_add(y->op.now, CS_DAY_MS);
	const struct cs_account_wish less[] = {
		{ .has_enforced = true },
		{ .has_after = true, .after = cs_time_add(later, CS_DAY_MS) },
		{ .has_remembered = true },
		{ .has_name = true, .name = CS_STR("Eve's"), .has_enforced = true },
	};
	const struct cs_account_wish strict = { .has_enforced = true,
		.is_enforced = true,
		.has_after = true,
		.after = later,
		.has_remembered = true,
		.refuses_remembered = true };

	CHECK_INT(wish_for(y, strict), CS_REFUSAL_NONE);
	for (size_t i = 0; i < CS_COUNT(less); i++)
		CHECK_INT(wish_for(y, less[i]), CS_REFUSAL_PROVE_FIRST);
	CHECK_INT(audited(y, "account.enforcement", NULL), 1);
	CHECK_INT(audited(y, "account.renamed", NULL), 0);
	/* sooner, and what is so already */
	CHECK_INT(wish_for(y, strict), CS_REFUSAL_NONE);
	CHECK_INT(wish_for(y, (struct cs_account_wish){ .has_after = true }), CS_REFUSAL_NONE);
	CHECK_INT(wish_for(y, (struct cs_account_wish){ .has_enforced = true, .is_proved = true }),
	    CS_REFUSAL_NONE);
}

TEST(remembered_browsers_are_refused_without_enforcement_too)
{
	YARD(y);
	struct cs_account_wish wish = { .has_remembered = true, .refuses_remembered = true };
	struct cs_op op = halden(y);
	struct cs_account_shown shown;
	struct cs_refusal why;
	cs_id bob = person(y, "bob@else.test", CS_ROLE_READ_ONLY);

	CHECK(!asked_of(y, bob).refuses_remembered);
	CHECK_OK(cs_account_settings_change(&y->d, &op, owner(y).member, &wish, &shown, &why));
	CHECK(asked_of(y, bob).refuses_remembered);
	CHECK(!asked_of(y, bob).is_enforced);
}

TEST(an_account_is_renamed_by_an_owner_to_a_name_of_one_line)
{
	YARD(y);
	struct cs_account_wish wish = { .has_name = true, .name = CS_STR("Halden Maritime") };
	struct cs_op op = halden(y);
	struct cs_account_shown shown;
	struct cs_refusal why;
	cs_id boss = owner(y).member;

	CHECK_OK(cs_account_settings_change(&y->d, &op, boss, &wish, &shown, &why));
	CHECK_TEXT(shown.account.name, "Halden Maritime");
	CHECK_INT(audited(y, "account.renamed", NULL), 1);
	wish.name = CS_STR("Halden\r\nBcc: x@y.test");
	CHECK_OK(cs_account_settings_change(&y->d, &op, boss, &wish, &shown, &why));
	CHECK_INT(why.kind, CS_REFUSAL_BODY);
	wish.name = CS_STR("");
	CHECK_OK(cs_account_settings_change(&y->d, &op, boss, &wish, &shown, &why));
	CHECK_INT(why.kind, CS_REFUSAL_BODY);
	CHECK_OK(cs_account_settings_read(&y->d, &op, &shown));
	CHECK_TEXT(shown.account.name, "Halden Maritime");
}

/* --- somebody's second factor --- */

static enum cs_refusal_kind
disable(struct yard *y, struct cs_in_charge who, cs_id member, const char *reason)
{
	struct cs_op op = halden(y);
	struct cs_refusal why;

	CHECK_OK(cs_members_disable_two_factor(&y->d, &op, &who, member, cs_str_c(reason), &why));
	return why.kind;
}

TEST(another_owner_disables_a_second_factor_and_says_why)
{
	YARD(y);
	cs_id bob = person(y, "bob@else.test", CS_ROLE_OWNER);
	struct cs_audit_event event;

	CHECK_INT(disable(y, owner(y), bob, "phone lost, spoke to Bob"), CS_REFUSAL_NONE);
	CHECK_INT(audited(y, "member.two_factor.disabled", &event), 1);
	CHECK(cs_id_equal(event.actor, owner(y).member));
	CHECK(cs_id_equal(event.subject, bob));
	CHECK(strstr(cs_arena_c(y->arena, event.details), "phone lost, spoke to Bob") != NULL);
}

struct must {
	cs_id member;
	struct cs_member out;
};

static cs_err
read_member(struct cs_tx *tx, void *ctx)
{
	struct must *m = ctx;

	return cs_member_find(tx, m->member, &m->out);
}

TEST(the_next_sign_in_of_whom_it_was_disabled_for_can_only_enrol)
{
	YARD(y);
	struct must m = { .member = person(y, "bob@else.test", CS_ROLE_READ_ONLY) };

	CHECK_INT(disable(y, owner(y), m.member, "lost"), CS_REFUSAL_NONE);
	CHECK_OK(cs_store_read(y->d.store, &y->op, read_member, &m));
	CHECK_INT(m.out.must_enrol, CS_MUST_ENROL_RESET);
}

TEST(disabling_needs_a_reason_an_owner_and_somebody_else)
{
	YARD(y);
	struct cs_in_charge boss = owner(y);
	struct cs_in_charge admin = in_charge(y, "admin@halden.test", CS_ROLE_ADMINISTRATOR);
	cs_id bob = person(y, "bob@else.test", CS_ROLE_READ_ONLY);
	struct sso s = { person(y, "sso@else.test", CS_ROLE_READ_ONLY), y->halden.account };
	struct cs_account_member m;
	char endless[502] = { 0 };

	memset(endless, 'a', 501);
	CHECK_OK(cs_store_write(y->d.store, &y->op, make_sso, &s));
	CHECK_INT(invite(y, boss, "new@else.test", CS_ROLE_READ_ONLY, &m), CS_REFUSAL_NONE);
	CHECK_INT(disable(y, boss, bob, ""), CS_REFUSAL_BODY);
	CHECK_INT(disable(y, boss, bob, endless), CS_REFUSAL_BODY);
	CHECK_INT(disable(y, boss, bob, "\xff"), CS_REFUSAL_BODY);
	CHECK_INT(disable(y, admin, bob, "lost"), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(disable(y, boss, boss.member, "lost"), CS_REFUSAL_NOT_YOURSELF);
	CHECK_INT(disable(y, boss, m.id, "lost"), CS_REFUSAL_NOT_FOUND);
	CHECK_INT(disable(y, boss, s.member, "lost"), CS_REFUSAL_NOT_FOUND);
	CHECK_INT(disable(y, boss, y->oslo.owner, "lost"), CS_REFUSAL_NOT_FOUND);
	CHECK_INT(audited(y, "member.two_factor.disabled", NULL), 0);
}

TEST(one_accounts_owner_does_not_weaken_the_door_of_another)
{
	YARD(y);
	struct cs_in_charge boss = owner(y);
	cs_id bob = person(y, "bob@else.test", CS_ROLE_READ_ONLY);

	person_in(y, y->oslo.account, "bob@else.test", CS_ROLE_OWNER);
	CHECK_INT(disable(y, boss, bob, "lost"), CS_REFUSAL_ELSEWHERE);
	person_in(y, y->oslo.account, "owner@halden.test", CS_ROLE_READ_ONLY);
	CHECK_INT(disable(y, boss, bob, "lost"), CS_REFUSAL_ELSEWHERE);
}

/* --- one's own --- */

static struct cs_grant
in_person(cs_id member)
{
	return (struct cs_grant){ .member = member, .permissions = CS_MAY_OWN };
}

TEST(an_invitation_is_accepted_in_person_by_whom_it_is_for)
{
	YARD(y);
	cs_id bob = person_in(y, y->oslo.account, "bob@else.test", CS_ROLE_READ_ONLY);
	cs_id eve = person_in(y, y->oslo.account, "eve@else.test", CS_ROLE_READ_ONLY);
	struct cs_grant who = in_person(bob);
	struct cs_grant other = in_person(eve);
	struct cs_own_invitation *list;
	struct cs_account_member m;
	struct cs_refusal why;
	size_t count;

	CHECK_INT(invite(y, owner(y), "bob@else.test", CS_ROLE_HELP_DESK, &m), CS_REFUSAL_NONE);
	CHECK_OK(cs_own_invitations(&y->d, &y->op, &other, &list, &count));
	CHECK_INT(count, 0);
	CHECK_OK(cs_own_invitation_accept(&y->d, &y->op, &other, m.invitation, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_FOUND);
	CHECK_OK(cs_own_invitations(&y->d, &y->op, &who, &list, &count));
	CHECK_INT(count, 1);
	CHECK_TEXT(list[0].account_name, "Halden");
	CHECK_TEXT(list[0].invited_by, "owner@halden.test");
	struct cs_grant by_token = who;
	by_token.token = (cs_id){ { 1 } };
	CHECK_OK(cs_own_invitation_accept(&y->d, &y->op, &by_token, m.invitation, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_ALLOWED);
	CHECK_OK(cs_own_invitation_accept(&y->d, &y->op, &who, m.invitation, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	CHECK_INT(find(y, bob, &m), CS_REFUSAL_NONE);
	CHECK_INT(m.status, CS_ACCOUNT_MEMBER_ACCEPTED);
	CHECK_INT(m.role, CS_ROLE_HELP_DESK);
	CHECK_OK(cs_own_invitation_accept(&y->d, &y->op, &who, list[0].invitation.id, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_FOUND);
}

TEST(nobody_joins_past_enforcement_and_a_no_ends_the_invitation)
{
	YARD(y);
	cs_id bob = person_in(y, y->oslo.account, "bob@else.test", CS_ROLE_READ_ONLY);
	struct cs_grant who = in_person(bob);
	struct cs_account_member m;
	struct cs_refusal why;

	CHECK_INT(enforce(y, y->halden.account, owner(y).member, (cs_time){ 0 }), CS_REFUSAL_NONE);
	CHECK_INT(invite(y, owner(y), "bob@else.test", CS_ROLE_HELP_DESK, &m), CS_REFUSAL_NONE);
	CHECK_OK(cs_own_invitation_accept(&y->d, &y->op, &who, m.invitation, &why));
	CHECK_INT(why.kind, CS_REFUSAL_ENFORCED);
	CHECK_OK(cs_own_invitation_reject(&y->d, &y->op, &who, m.invitation, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	CHECK_INT(find(y, bob, &m), CS_REFUSAL_NOT_FOUND);
	CHECK_INT(audited(y, "invitation.rejected", NULL), 1);
}

TEST(one_accounts_provider_lets_nobody_in_to_another_account)
{
	YARD(y);
	cs_id bob = person_in(y, y->oslo.account, "bob@else.test", CS_ROLE_READ_ONLY);
	struct sso s = { bob, y->oslo.account };
	struct cs_grant who = in_person(bob);
	struct cs_account_member m;
	struct cs_refusal why;

	CHECK_OK(cs_store_write(y->d.store, &y->op, make_sso, &s));
	CHECK_INT(invite(y, owner(y), "bob@else.test", CS_ROLE_HELP_DESK, &m), CS_REFUSAL_NONE);
	CHECK_OK(cs_own_invitation_accept(&y->d, &y->op, &who, m.invitation, &why));
	CHECK_INT(why.kind, CS_REFUSAL_SSO);
	CHECK_INT(find(y, bob, &m), CS_REFUSAL_NONE);
	CHECK_INT(m.status, CS_ACCOUNT_MEMBER_PENDING);
	/* the one whose provider it is may invite them */
	s.account = y->halden.account;
	CHECK_OK(cs_store_write(y->d.store, &y->op, make_sso, &s));
	CHECK_OK(cs_own_invitation_accept(&y->d, &y->op, &who, m.invitation, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
}

TEST(who_is_removed_comes_no_more_by_the_accounts_provider)
{
	YARD(y);
	cs_id bob = person(y, "bob@else.test", CS_ROLE_READ_ONLY);
	cs_id eve = person(y, "eve@else.test", CS_ROLE_READ_ONLY);
	struct sso of_halden = { bob, y->halden.account };
	struct sso of_oslo = { eve, y->oslo.account };
	struct must left = { .member = bob };

	CHECK_OK(cs_store_write(y->d.store, &y->op, make_sso, &of_halden));
	CHECK_OK(cs_store_write(y->d.store, &y->op, make_sso, &of_oslo));
	CHECK_INT(remove_member(y, owner(y), bob), CS_REFUSAL_NONE);
	CHECK_INT(remove_member(y, owner(y), eve), CS_REFUSAL_NONE);
	CHECK_OK(cs_store_read(y->d.store, &y->op, read_member, &left));
	CHECK(cs_id_is_zero(left.out.sso_account));
	left.member = eve;
	CHECK_OK(cs_store_read(y->d.store, &y->op, read_member, &left));
	CHECK(cs_id_equal(left.out.sso_account, y->oslo.account));
}

TEST(an_invitation_that_is_over_is_not_accepted)
{
	YARD(y);
	cs_id bob = person_in(y, y->oslo.account, "bob@else.test", CS_ROLE_READ_ONLY);
	struct cs_grant who = in_person(bob);
	struct cs_account_member m;
	struct cs_refusal why;

	CHECK_INT(invite(y, owner(y), "bob@else.test", CS_ROLE_HELP_DESK, &m), CS_REFUSAL_NONE);
	y->op.now = cs_time_add(y->op.now, 7 * CS_DAY_MS);
	CHECK_OK(cs_own_invitation_accept(&y->d, &y->op, &who, m.invitation, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NOT_FOUND);
}

TEST_MAIN("members")
