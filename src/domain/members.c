#include "domain/members.h"

#include "domain/audit.h"
#include "domain/config/member.h"
#include "domain/config/role.h"
#include "domain/enforcement.h"
#include "domain/mailbox.h"
#include "domain/member_session.h"
#include "domain/notice.h"
#include "domain/person.h"
#include "domain/throttle.h"
#include "domain/two_factor_reset.h"
#include "store/account_store.h"
#include "store/member_store.h"

#define INVITATIONS_PER_DAY 500
#define REASON_MAX 500

/* --- reading --- */

struct list_ctx {
	struct cs_account_member **out;
	size_t *out_count;
};

static cs_err
list(struct cs_tx *tx, void *ctx)
{
	const struct list_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);

	return cs_account_member_list(tx, op->account, op->now, c->out, c->out_count);
}

cs_err
cs_members_list(
    struct cs_domain *d, const struct cs_op *op, struct cs_account_member **out, size_t *out_count)
{
	struct list_ctx c = { out, out_count };

	*out = NULL;
	*out_count = 0;
	return cs_store_read(d->store, op, list, &c);
}

/* --- one change --- */

struct change {
	struct cs_domain *d;
	const struct cs_in_charge *who;
	cs_id account;
	cs_id member; /* whom it is about; zero: an address */
	cs_str email; /* an address to be invited, in lower case */
	enum cs_role role;
	cs_str reason;
	uint32_t may; /* of who, as of this transaction */
	bool is_member; /* line is; else an invitation alone */
	struct cs_account_member line; /* before, then after */
	struct cs_refusal why;
};

static cs_err
refuse(struct change *c, enum cs_refusal_kind kind)
{
	c->why.kind = kind;
	return CS_OK;
}

/* What who came with, and still may: their role can have changed since the request began. */
static cs_err
begin(struct cs_tx *tx, struct change *c)
{
	enum cs_role role;
	cs_err e = cs_membership_find(tx, c->account, c->who->member, &role);

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	c->may = cs_failed(e) ? 0 : c->who->may & cs_role_permissions(role);
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

static cs_err
find_line(struct cs_tx *tx, struct change *c)
{
	enum cs_role role;
	cs_err e = cs_account_member_find(tx, c->account, c->member, cs_tx_op(tx)->now, &c->line);

	if (cs_is(e, CS_E_NOT_FOUND))
		return refuse(c, CS_REFUSAL_NOT_FOUND);
	CS_TRY(e);
	e = cs_membership_find(tx, c->account, c->member, &role);
	c->is_member = !cs_failed(e);
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

/* Owners are the affair of owners. */
static void
check_may(struct change *c, enum cs_role from, enum cs_role to)
{
	bool is_of_owners = from == CS_ROLE_OWNER || to == CS_ROLE_OWNER;
	uint32_t needed = is_of_owners ? CS_MAY_ACCOUNT_WRITE : CS_MAY_MEMBERS_WRITE;

	if (c->why.kind == CS_REFUSAL_NONE && (c->may & needed) == 0)
		c->why.kind = CS_REFUSAL_NOT_ALLOWED;
}

/* line stops being an owner: somebody else has to be one. */
static cs_err
check_last_owner(struct cs_tx *tx, struct change *c)
{
	int64_t others;

	if (c->why.kind != CS_REFUSAL_NONE || !c->is_member || c->line.role != CS_ROLE_OWNER)
		return CS_OK;
	CS_TRY(cs_membership_count_owners(tx, c->account, c->member, &others));
	return others == 0 ? refuse(c, CS_REFUSAL_LAST_OWNER) : CS_OK;
}

static cs_err
record(struct cs_tx *tx, const struct change *c, enum cs_audit_kind kind, cs_str was, cs_str is)
{
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_audit_pair facts[] = {
		{ "email", c->line.email },
		{ "role_before", was },
		{ "role", is },
		{ "reason", c->reason },
	};

	return cs_audit_of(tx, c->d, c->account, kind, c->who->member, c->line.id,
	    cs_audit_facts(op->arena, facts, CS_COUNT(facts)));
}

struct get_ctx {
	cs_id member;
	struct cs_account_member *out;
};

static cs_err
get(struct cs_tx *tx, void *ctx)
{
	const struct get_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);

	return cs_account_member_find(tx, op->account, c->member, op->now, c->out);
}

cs_err
cs_members_get(struct cs_domain *d, const struct cs_op *op, cs_id member,
    struct cs_account_member *out, struct cs_refusal *why)
{
	struct get_ctx c = { member, out };
	cs_err e = cs_store_read(d->store, op, get, &c);

	*why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	if (!cs_is(e, CS_E_NOT_FOUND))
		return e;
	why->kind = CS_REFUSAL_NOT_FOUND;
	return CS_OK;
}

/* --- inviting --- */

static cs_str
demand_words(struct cs_arena *a, const struct cs_account_demands *demands, cs_time now)
{
	if (!demands->is_enforced)
		return CS_STR("");
	if (demands->after.ms > now.ms)
		return cs_arena_printf(a,
		    "Members of this account have to use two-factor authentication from\n"
		    "%.*s on.\n\n",
		    CS_STR_ARG(cs_notice_when(a, demands->after)));
	return CS_STR("Members of this account have to use two-factor authentication: an\n"
		      "authenticator application or a security key is set up before you join.\n\n");
}

static cs_str
mail_text(struct cs_arena *a, const struct cs_account *account, const struct cs_member *by,
    enum cs_role role, cs_str demands, cs_str link, cs_time expires)
{
	cs_str who = by->name.len == 0 ? by->email
				       : cs_arena_printf(a, "%.*s (%.*s)", CS_STR_ARG(by->name),
					     CS_STR_ARG(by->email));

	return cs_arena_printf(a,
	    "%.*s invites you to %.*s, as %.*s.\n"
	    "\n"
	    "Open this page to accept:\n"
	    "\n"
	    "%.*s\n"
	    "\n"
	    "%.*s"
	    "Opening the page alone does nothing.\n"
	    "The link works once, until %.*s.\n"
	    "\n"
	    "If you do not know what this is about, you need not do anything.\n",
	    CS_STR_ARG(who), CS_STR_ARG(account->name), CS_STR_ARG(cs_role_row(role)->words),
	    CS_STR_ARG(link), CS_STR_ARG(demands), CS_STR_ARG(cs_notice_when(a, expires)));
}

static cs_err
mail(struct cs_tx *tx, const struct change *c, cs_str email, enum cs_role role, cs_str token)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_account_demands demands;
	struct cs_account account;
	struct cs_account realm;
	struct cs_member by;

	CS_TRY(cs_account_find(tx, c->account, &account));
	CS_TRY(cs_account_find(tx, cs_id_zero, &realm));
	CS_TRY(cs_member_find(tx, c->who->member, &by));
	CS_TRY(cs_account_demands_find(tx, c->account, &demands));
	cs_str link = cs_arena_printf(
	    op->arena, "%.*s/invitation#%.*s", CS_STR_ARG(realm.auth_origin), CS_STR_ARG(token));
	cs_str subject =
	    cs_arena_printf(op->arena, "An invitation to %.*s", CS_STR_ARG(account.name));
	cs_str text =
	    mail_text(op->arena, &account, &by, role, demand_words(op->arena, &demands, op->now),
		link, cs_time_add(op->now, CS_INVITATION_LIFE_MS));
	return cs_mailbox_post(tx, c->d, email, subject, text);
}

static cs_err
withdraw_open(struct cs_tx *tx, const struct change *c, cs_str email)
{
	struct cs_invitation open;
	cs_err e = cs_invitation_open_for(tx, c->account, email, &open);

	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	return cs_invitation_withdraw(tx, c->account, open.id);
}

/* A new invitation in place of any that is open, and its mail. */
static cs_err
send(struct cs_tx *tx, struct change *c, cs_str email, enum cs_role role)
{
	cs_str token;

	CS_TRY(withdraw_open(tx, c, email));
	CS_TRY(cs_invitation_create(tx, c->d, c->account, email, role, c->who->member, &token));
	return mail(tx, c, email, role, token);
}

/* So that nobody's mail server learns to distrust ours. */
static cs_err
debit(struct cs_tx *tx, struct change *c)
{
	uint8_t key[CS_RATE_KEY_LEN];

	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	cs_rate_key(CS_STR("invitations"), c->account, NULL, 0, key);
	return cs_rate_take(tx, key, CS_DAY_MS, INVITATIONS_PER_DAY, &c->why);
}

static cs_err
check_room(struct cs_tx *tx, struct change *c)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_account_member *all;
	size_t count;

	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_account_member_list(tx, c->account, op->now, &all, &count));
	for (size_t i = 0; i < count; i++)
		if (cs_id_is_zero(all[i].invitation) && cs_str_equal(all[i].email, c->email))
			return refuse(c, CS_REFUSAL_ALREADY_MEMBER);
	return count >= CS_ACCOUNT_MEMBERS_MAX ? refuse(c, CS_REFUSAL_TOO_MANY) : CS_OK;
}

/* An invitation that is open gives way to the new one: whose affair it was it still is. */
static cs_err
check_open(struct cs_tx *tx, struct change *c)
{
	struct cs_invitation open;
	cs_err e = cs_invitation_open_for(tx, c->account, c->email, &open);

	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	check_may(c, open.role, c->role);
	return CS_OK;
}

/* The mail's link needs an address to lead to. */
static cs_err
check_console(struct cs_tx *tx, struct change *c)
{
	struct cs_account realm;

	CS_TRY(cs_account_find(tx, cs_id_zero, &realm));
	return realm.auth_origin.len == 0 ? refuse(c, CS_REFUSAL_NO_APPLICATION) : CS_OK;
}

static cs_err
invite(struct cs_tx *tx, void *ctx)
{
	struct change *c = ctx;

	CS_TRY(begin(tx, c));
	check_may(c, c->role, c->role);
	CS_TRY(check_open(tx, c));
	CS_TRY(check_room(tx, c));
	CS_TRY(check_console(tx, c));
	CS_TRY(debit(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_member_for(tx, c->d, c->email, &c->member));
	CS_TRY(send(tx, c, c->email, c->role));
	return find_line(tx, c);
}

static cs_err
write_it(struct change *c, const struct cs_op *op, cs_tx_fn *step, struct cs_account_member *out,
    struct cs_refusal *why)
{
	cs_err e = cs_store_write(c->d->store, op, step, c);

	*why = c->why;
	if (out != NULL && !cs_failed(e) && why->kind == CS_REFUSAL_NONE)
		*out = c->line;
	return e;
}

cs_err
cs_members_invite(struct cs_domain *d, const struct cs_op *op, const struct cs_in_charge *who,
    cs_str email, enum cs_role role, struct cs_account_member *out, struct cs_refusal *why)
{
	struct change c = { .d = d, .who = who, .account = op->account, .role = role };
	cs_str address;

	*out = (struct cs_account_member){ .status = CS_ACCOUNT_MEMBER_EXPIRED };
	*why = (struct cs_refusal){ .kind = CS_REFUSAL_BODY };
	if (role == CS_ROLE_NONE || cs_failed(cs_email_decode(op->arena, email, &address)))
		return CS_OK;
	c.email = cs_email_key(op->arena, address);
	return write_it(&c, op, invite, out, why);
}

static cs_err
resend(struct cs_tx *tx, void *ctx)
{
	struct change *c = ctx;

	CS_TRY(begin(tx, c));
	CS_TRY(find_line(tx, c));
	if (c->why.kind == CS_REFUSAL_NONE && c->line.status == CS_ACCOUNT_MEMBER_ACCEPTED)
		c->why.kind = CS_REFUSAL_NOT_FOUND;
	check_may(c, c->line.role, c->line.role);
	CS_TRY(check_console(tx, c));
	CS_TRY(debit(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(send(tx, c, c->line.email, c->line.role));
	CS_TRY(record(
	    tx, c, CS_AUDIT_INVITATION_RESENT, CS_STR_NONE, cs_role_row(c->line.role)->name));
	/* the address may be one that its member has left: then the invitation has an id of its own */
	if (cs_id_equal(c->member, c->line.invitation))
		CS_TRY(cs_member_for(tx, c->d, c->line.email, &c->member));
	return find_line(tx, c);
}

cs_err
cs_members_resend(struct cs_domain *d, const struct cs_op *op, const struct cs_in_charge *who,
    cs_id member, struct cs_account_member *out, struct cs_refusal *why)
{
	struct change c = { .d = d, .who = who, .account = op->account, .member = member };

	*out = (struct cs_account_member){ .status = CS_ACCOUNT_MEMBER_EXPIRED };
	return write_it(&c, op, resend, out, why);
}

/* --- roles --- */

static cs_err
swap_role(struct cs_tx *tx, const struct change *c)
{
	if (c->is_member)
		CS_TRY(cs_membership_set_role(tx, c->account, c->member, c->line.role, c->role));
	if (cs_id_is_zero(c->line.invitation))
		return CS_OK;
	return cs_invitation_set_role(tx, c->account, c->line.invitation, c->role);
}

static cs_err
set_role(struct cs_tx *tx, void *ctx)
{
	struct change *c = ctx;

	CS_TRY(begin(tx, c));
	CS_TRY(find_line(tx, c));
	check_may(c, c->line.role, c->role);
	if (c->why.kind != CS_REFUSAL_NONE || c->line.role == c->role)
		return CS_OK;
	CS_TRY(check_last_owner(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(swap_role(tx, c));
	CS_TRY(record(tx, c, CS_AUDIT_MEMBER_ROLE_CHANGED, cs_role_row(c->line.role)->name,
	    cs_role_row(c->role)->name));
	return find_line(tx, c);
}

cs_err
cs_members_set_role(struct cs_domain *d, const struct cs_op *op, const struct cs_in_charge *who,
    cs_id member, enum cs_role role, struct cs_account_member *out, struct cs_refusal *why)
{
	struct change c = {
		.d = d, .who = who, .account = op->account, .member = member, .role = role
	};

	*out = (struct cs_account_member){ .status = CS_ACCOUNT_MEMBER_EXPIRED };
	*why = (struct cs_refusal){ .kind = CS_REFUSAL_BODY };
	if (role == CS_ROLE_NONE)
		return CS_OK;
	return write_it(&c, op, set_role, out, why);
}

/* --- removing --- */

static enum cs_audit_kind
kind_of_removal(const struct change *c)
{
	if (!c->is_member)
		return CS_AUDIT_INVITATION_WITHDRAWN;
	return cs_id_equal(c->who->member, c->member) ? CS_AUDIT_MEMBER_LEFT
						      : CS_AUDIT_MEMBER_REMOVED;
}

/*
 * This account's provider says no longer who they are; they can set a password by mail. What they came
 * in by goes as well.
 */
static cs_err
end_sso(struct cs_tx *tx, const struct change *c)
{
	struct cs_member member;
	cs_err e = cs_member_find(tx, c->member, &member);

	if (cs_is(e, CS_E_NOT_FOUND)) /* an invitation to an address that its member has left */
		return CS_OK;
	CS_TRY(e);
	if (cs_id_is_zero(member.sso_account) || !cs_id_equal(member.sso_account, c->account))
		return CS_OK;
	CS_TRY(cs_member_set_sso(tx, member.id, cs_id_zero, cs_id_zero));
	CS_TRY(cs_audit_of(
	    tx, c->d, cs_id_zero, CS_AUDIT_MEMBER_SSO_OFF, c->who->member, member.id, CS_STR("")));
	return cs_member_end_sessions_in(tx, member.id, cs_id_zero);
}

static cs_err
remove_one(struct cs_tx *tx, void *ctx)
{
	struct change *c = ctx;

	CS_TRY(begin(tx, c));
	CS_TRY(find_line(tx, c));
	if (!cs_id_equal(c->who->member, c->member))
		check_may(c, c->line.role, c->line.role);
	CS_TRY(check_last_owner(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	if (c->is_member)
		CS_TRY(cs_membership_remove(tx, c->account, c->member));
	CS_TRY(end_sso(tx, c));
	CS_TRY(withdraw_open(tx, c, c->line.email));
	return record(tx, c, kind_of_removal(c), CS_STR_NONE, cs_role_row(c->line.role)->name);
}

cs_err
cs_members_remove(struct cs_domain *d, const struct cs_op *op, const struct cs_in_charge *who,
    cs_id member, struct cs_refusal *why)
{
	struct change c = { .d = d, .who = who, .account = op->account, .member = member };

	return write_it(&c, op, remove_one, NULL, why);
}

/* --- somebody's second factor --- */

/*
 * One login opens all of somebody's accounts: who owns one of them must not weaken the door of the
 * others (docs/decisions/0841).
 */
static cs_err
check_elsewhere(struct cs_tx *tx, struct change *c)
{
	const struct cs_member_account *accounts;
	enum cs_role role;
	size_t count;

	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_membership_list(tx, c->member, &accounts, &count));
	for (size_t i = 0; i < count; i++) {
		cs_err e = cs_membership_find(tx, accounts[i].id, c->who->member, &role);
		if (!cs_is(e, CS_E_NOT_FOUND))
			CS_TRY(e);
		if (role != CS_ROLE_OWNER)
			return refuse(c, CS_REFUSAL_ELSEWHERE);
	}
	return CS_OK;
}

static void
check_disable(struct change *c)
{
	bool has_own = c->line.status == CS_ACCOUNT_MEMBER_ACCEPTED && !c->line.is_sso;

	if (c->why.kind == CS_REFUSAL_NONE && (c->may & CS_MAY_ACCOUNT_WRITE) == 0)
		c->why.kind = CS_REFUSAL_NOT_ALLOWED;
	if (c->why.kind == CS_REFUSAL_NONE && cs_id_equal(c->who->member, c->member))
		c->why.kind = CS_REFUSAL_NOT_YOURSELF;
	if (c->why.kind == CS_REFUSAL_NONE && !has_own)
		c->why.kind = CS_REFUSAL_NOT_FOUND;
}

static cs_err
disable(struct cs_tx *tx, void *ctx)
{
	struct change *c = ctx;
	struct cs_two_factor_reset reset = {
		.member = c->member, .actor = c->who->member, .reason = c->reason
	};
	struct cs_account account;

	CS_TRY(begin(tx, c));
	CS_TRY(find_line(tx, c));
	check_disable(c);
	CS_TRY(check_elsewhere(tx, c));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_account_find(tx, c->account, &account));
	reset.by =
	    cs_arena_printf(cs_tx_op(tx)->arena, "an owner of %.*s", CS_STR_ARG(account.name));
	CS_TRY(cs_two_factor_reset_in(tx, c->d, &reset));
	return record(tx, c, CS_AUDIT_MEMBER_TWO_FACTOR_DISABLED, CS_STR_NONE, CS_STR_NONE);
}

cs_err
cs_members_disable_two_factor(struct cs_domain *d, const struct cs_op *op,
    const struct cs_in_charge *who, cs_id member, cs_str reason, struct cs_refusal *why)
{
	struct change c = {
		.d = d, .who = who, .account = op->account, .member = member, .reason = reason
	};
	struct cs_op realm = *op;

	*why = (struct cs_refusal){ .kind = CS_REFUSAL_BODY };
	if (reason.len == 0 || reason.len > REASON_MAX || !cs_utf8_is_valid(cs_str_span(reason)))
		return CS_OK;
	realm.account = cs_id_zero;
	return write_it(&c, &realm, disable, NULL, why);
}
