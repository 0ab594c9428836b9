#include "domain/enforcement.h"

#include "domain/audit.h"
#include "domain/config/permission.h"
#include "domain/mailbox.h"
#include "domain/notice.h"
#include "store/account_store.h"
#include "store/member_store.h"

/* --- what is asked of one member --- */

static void
add(struct cs_enforcement *e, cs_time now, const struct cs_member_demand *d, cs_str *names)
{
	bool is_due = d->demands.after.ms <= now.ms;

	e->refuses_remembered |= d->demands.refuses_remembered;
	if (!d->demands.is_enforced)
		return;
	e->is_owner_of_all = d->role == CS_ROLE_OWNER && (!e->is_enforced || e->is_owner_of_all);
	e->is_enforced = true;
	e->is_due |= is_due;
	if (!is_due && (e->deadline.ms == 0 || d->demands.after.ms < e->deadline.ms))
		e->deadline = d->demands.after;
	names[e->account_count++] = d->name;
}

static void
sum_up(struct cs_tx *tx, const struct cs_member_demand *list, size_t count,
    const struct cs_member_demand *joining, struct cs_enforcement *out)
{
	const struct cs_op *op = cs_tx_op(tx);
	cs_str *names = CS_NEW_ARRAY(op->arena, cs_str, count + 1);

	out->accounts = names;
	for (size_t i = 0; i < count; i++)
		add(out, op->now, &list[i], names);
	if (joining != NULL)
		add(out, op->now, joining, names);
	if (out->is_due)
		out->deadline = (cs_time){ 0 };
}

/* Whoever cannot be judged is asked for everything. */
static const struct cs_enforcement unknown = {
	.is_enforced = true, .is_due = true, .refuses_remembered = true
};

cs_err
cs_enforcement_find(struct cs_tx *tx, cs_id member, struct cs_enforcement *out)
{
	struct cs_member_demand *list;
	size_t count;

	*out = unknown;
	CS_TRY(cs_member_demand_list(tx, member, &list, &count));
	*out = (struct cs_enforcement){ .account_count = 0 };
	sum_up(tx, list, count, NULL, out);
	return CS_OK;
}

static cs_err
is_of_single_sign_on(struct cs_tx *tx, cs_id member, bool *out)
{
	struct cs_member m;
	cs_err e = cs_member_find(tx, member, &m);

	*out = !cs_failed(e) && !cs_id_is_zero(m.sso_account);
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

cs_err
cs_enforcement_find_joining(
    struct cs_tx *tx, cs_id member, cs_id account, enum cs_role role, struct cs_enforcement *out)
{
	struct cs_member_demand joining = { .account = account, .role = role };
	struct cs_member_demand *list;
	struct cs_account row;
	size_t count;
	bool is_sso;

	*out = unknown;
	CS_TRY(cs_member_demand_list(tx, member, &list, &count));
	CS_TRY(is_of_single_sign_on(tx, member, &is_sso));
	CS_TRY(cs_account_find(tx, account, &row));
	CS_TRY(cs_account_demands_find(tx, account, &joining.demands));
	joining.name = row.name;
	for (size_t i = 0; i < count; i++)
		if (cs_id_equal(list[i].account, account))
			is_sso = true; /* they belong to it already: it is in the list */
	*out = (struct cs_enforcement){ .account_count = 0 };
	sum_up(tx, list, count, is_sso ? NULL : &joining, out);
	return CS_OK;
}

/* --- what an account asks --- */

enum cs_preview_state
cs_enforcement_preview(const struct cs_account_member *member)
{
	if (member->is_sso)
		return CS_PREVIEW_SSO;
	return member->two_factor_since.ms != 0 ? CS_PREVIEW_ON : CS_PREVIEW_OFF;
}

struct set_ctx {
	const struct cs_domain *d;
	cs_id actor;
	const struct cs_account_demands *wanted;
	struct cs_refusal why;
};

static cs_str
fact_of(bool is_set)
{
	return is_set ? CS_STR("on") : CS_STR("off");
}

static cs_err
record(struct cs_tx *tx, const struct set_ctx *c)
{
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_account_demands *w = c->wanted;
	const struct cs_audit_pair facts[] = {
		{ "enforcement", fact_of(w->is_enforced) },
		{ "after", w->after.ms != 0 ? cs_time_text(op->arena, w->after) : CS_STR_NONE },
		{ "remembered_browsers", w->refuses_remembered ? CS_STR("refused") : CS_STR_NONE },
	};

	return cs_audit(tx, c->d, CS_AUDIT_ENFORCEMENT_CHANGED, c->actor, op->account,
	    cs_audit_facts(op->arena, facts, CS_COUNT(facts)));
}

static cs_err
tell_one(struct cs_tx *tx, const struct set_ctx *c, const struct cs_account *account,
    const struct cs_account *realm, cs_str to)
{
	const struct cs_op *op = cs_tx_op(tx);
	bool is_due = c->wanted->after.ms <= op->now.ms;
	cs_str from = is_due ? CS_STR("from your next sign-in on")
			     : cs_arena_printf(op->arena, "from %.*s on",
				   CS_STR_ARG(cs_notice_when(op->arena, c->wanted->after)));
	cs_str text = cs_arena_printf(op->arena,
	    "%.*s requires two-factor authentication of its members, %.*s.\n"
	    "\n"
	    "Yours is off. Turn it on under My Profile, Authentication:\n"
	    "\n"
	    "%.*s/console/profile/authentication\n"
	    "\n"
	    "Whoever has none by then is led to enrol an authenticator at the next sign-in, "
	    "before\n"
	    "anything else. An authenticator application or a security key will do.\n",
	    CS_STR_ARG(account->name), CS_STR_ARG(from), CS_STR_ARG(realm->auth_origin));

	return cs_mailbox_post(
	    tx, c->d, to, CS_STR("Two-factor authentication will be required"), text);
}

/* Those who have to do something: not the invited, whose own mail says it. */
static cs_err
tell_affected(struct cs_tx *tx, const struct set_ctx *c)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_account_member *list;
	struct cs_account account;
	struct cs_account realm;
	size_t count;

	CS_TRY(cs_account_find(tx, op->account, &account));
	CS_TRY(cs_account_find(tx, cs_id_zero, &realm));
	CS_TRY(cs_account_member_list(tx, op->account, op->now, &list, &count));
	for (size_t i = 0; i < count; i++)
		if (list[i].status == CS_ACCOUNT_MEMBER_ACCEPTED &&
		    cs_enforcement_preview(&list[i]) == CS_PREVIEW_OFF)
			CS_TRY(tell_one(tx, c, &account, &realm, list[i].email));
	return CS_OK;
}

static bool
is_same(const struct cs_account_demands *a, const struct cs_account_demands *b)
{
	return a->is_enforced == b->is_enforced && a->after.ms == b->after.ms &&
	       a->refuses_remembered == b->refuses_remembered;
}

static cs_err
set(struct cs_tx *tx, void *ctx)
{
	struct set_ctx *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_account_demands *w = c->wanted;
	struct cs_account_demands before;
	enum cs_role role;
	cs_err e = cs_membership_find(tx, op->account, c->actor, &role);

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	if (!cs_is(e, CS_E_NOT_FOUND))
		CS_TRY(e);
	if (role != CS_ROLE_OWNER) {
		c->why.kind = CS_REFUSAL_NOT_ALLOWED;
		return CS_OK;
	}
	CS_TRY(cs_account_demands_find(tx, op->account, &before));
	if (is_same(&before, w))
		return CS_OK;
	CS_TRY(cs_account_demands_set(tx, op->account, w));
	if (w->is_enforced && (!before.is_enforced || before.after.ms != w->after.ms))
		CS_TRY(tell_affected(tx, c));
	return record(tx, c);
}

cs_err
cs_enforcement_set_in(struct cs_tx *tx, const struct cs_domain *d, cs_id actor,
    const struct cs_account_demands *wanted, struct cs_refusal *why)
{
	struct set_ctx c = { .d = d, .actor = actor, .wanted = wanted };
	cs_err e = set(tx, &c);

	*why = c.why;
	return e;
}
