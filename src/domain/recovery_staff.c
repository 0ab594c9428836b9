#include "domain/config/permission.h"
#include "domain/recovery_parts.h"
#include "domain/two_factor.h"
#include "store/account_store.h"
#include "store/member_store.h"
#include "store/membership_store.h"

/*
 * Those in charge can put themselves in the place of one thing that is missing: a known browser
 * (start), or the wait (speed up). One login opens all accounts of a member, so each account has to
 * agree by people of its own; one that the member owns by two owners. One person alone never stands
 * for both.
 */
struct act {
	struct cs_domain *d;
	cs_id account;
	cs_id by;
	cs_id member; /* start: given; else the case's */
	cs_id recovery; /* speed up, stop: given */
	cs_str reason;
	struct cs_recovery_doer who;
	struct cs_recovery_case rc;
	struct cs_recovery_row row;
	struct cs_refusal why;
};

static bool
is_refused(const struct act *a)
{
	return a->why.kind != CS_REFUSAL_NONE;
}

static cs_err
refuse(struct act *a, enum cs_refusal_kind kind)
{
	a->why.kind = kind;
	return CS_OK;
}

/* --- who may --- */

static cs_err
role_in(struct cs_tx *tx, cs_id account, cs_id member, enum cs_role *out)
{
	cs_err e = cs_membership_find(tx, account, member, out);

	if (!cs_is(e, CS_E_NOT_FOUND))
		return e;
	*out = CS_ROLE_NONE;
	return CS_OK;
}

/* Somebody of this account, and not themselves. */
static cs_err
check_member(struct cs_tx *tx, struct act *a)
{
	a->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	CS_TRY(role_in(tx, a->account, a->member, &a->row.role));
	CS_TRY(cs_membership_owns_any(tx, a->member, &a->row.wants_two));
	if (a->row.role == CS_ROLE_NONE)
		return refuse(a, CS_REFUSAL_NOT_FOUND);
	if (cs_id_equal(a->by, a->member))
		return refuse(a, CS_REFUSAL_NOT_YOURSELF);
	return CS_OK;
}

/* An owner is helped by owners; others by whoever may help in that account today. */
static cs_err
counts_in(struct cs_tx *tx, const struct act *a, cs_id account, cs_id who, bool *out)
{
	enum cs_role role;

	CS_TRY(role_in(tx, account, who, &role));
	*out = a->row.wants_two ? role == CS_ROLE_OWNER
				: (cs_role_permissions(role) & CS_MAY_SEE_RECOVERY) != 0;
	return CS_OK;
}

static cs_err
check_actor(struct cs_tx *tx, struct act *a)
{
	bool counts;

	CS_TRY(counts_in(tx, a, a->account, a->by, &counts));
	return counts ? CS_OK : refuse(a, CS_REFUSAL_NOT_ALLOWED);
}

/* There is a second factor to recover, and somebody who may sign in. */
static cs_err
check_needed(struct cs_tx *tx, struct act *a)
{
	struct cs_member member;
	bool is_on;

	CS_TRY(cs_member_find(tx, a->member, &member));
	CS_TRY(cs_two_factor_is_on(tx, a->member, &is_on));
	if (!is_on || member.status != CS_MEMBER_ACTIVE)
		return refuse(a, CS_REFUSAL_NOT_NEEDED);
	return CS_OK;
}

/* --- who agreed --- */

/* In one account, by those who count there today: not who left, or may no longer. */
struct agreed {
	size_t starters;
	size_t hasteners;
	bool has_other; /* somebody besides who acts now */
};

static cs_err
count_agreed(struct cs_tx *tx, const struct act *a, cs_id account, struct agreed *out)
{
	const struct cs_recovery_approval *list;
	size_t count;
	bool counts;

	*out = (struct agreed){ 0 };
	CS_TRY(cs_recovery_approval_list(tx, a->rc.id, &list, &count));
	for (size_t i = 0; i < count; i++) {
		CS_TRY(counts_in(tx, a, account, list[i].member, &counts));
		if (!counts)
			continue;
		if (list[i].act == CS_RECOVERY_START)
			out->starters++;
		else
			out->hasteners++;
		out->has_other |= !cs_id_equal(list[i].member, a->by);
	}
	return CS_OK;
}

/* By each of the member's accounts: whoever is in charge of one must not open the others. */
static cs_err
is_agreed(struct cs_tx *tx, const struct act *a, enum cs_recovery_act what, bool *out)
{
	const struct cs_member_account *accounts;
	struct agreed agreed;
	size_t count;

	CS_TRY(cs_membership_list(tx, a->member, &accounts, &count));
	*out = count > 0;
	for (size_t i = 0; i < count; i++) {
		size_t wanted = accounts[i].role == CS_ROLE_OWNER ? 2 : 1;

		CS_TRY(count_agreed(tx, a, accounts[i].id, &agreed));
		*out &= (what == CS_RECOVERY_START ? agreed.starters : agreed.hasteners) >= wanted;
	}
	return CS_OK;
}

/* *out: it is enough now. */
static cs_err
agree(struct cs_tx *tx, struct act *a, enum cs_recovery_act what, bool *out)
{
	const struct cs_recovery_approval approval = {
		.recovery = a->rc.id,
		.act = what,
		.account = a->account,
		.member = a->by,
		.reason = a->reason,
		.at = cs_tx_op(tx)->now,
	};
	cs_err e = cs_recovery_approval_add(tx, &approval);

	*out = false;
	if (cs_is(e, CS_E_CONFLICT))
		return refuse(a, CS_REFUSAL_APPROVED_ALREADY);
	CS_TRY(e);
	return is_agreed(tx, a, what, out);
}

/* --- what is said and shown --- */

/* "ada@halden.test, in charge of Halden Maritime" */
static cs_err
name_actor(struct cs_tx *tx, const struct act *a, cs_str *out)
{
	struct cs_account account;
	struct cs_member by;

	CS_TRY(cs_account_find(tx, a->account, &account));
	CS_TRY(cs_member_find(tx, a->by, &by));
	*out = cs_arena_printf(cs_tx_op(tx)->arena, "%.*s, in charge of %.*s", CS_STR_ARG(by.email),
	    CS_STR_ARG(account.name));
	return CS_OK;
}

static cs_err
tell_help(struct cs_tx *tx, struct act *a, const char *did)
{
	cs_str actor;

	CS_TRY(name_actor(tx, a, &actor));
	return cs_recovery_tell(tx, a->d, &a->rc, CS_NOTICE_RECOVERY_HELPED,
	    cs_arena_printf(cs_tx_op(tx)->arena, "%.*s, %s", CS_STR_ARG(actor), did));
}

/* Approved, and not yet enough. */
static cs_err
tell_half(struct cs_tx *tx, struct act *a, const char *would)
{
	const char *who =
	    a->row.wants_two ? "another owner" : "somebody in charge of their other accounts";

	CS_TRY(cs_recovery_note(tx, a->d, &a->rc, CS_RECOVERY_APPROVED, &a->who, a->reason));
	return tell_help(tx, a,
	    cs_arena_c(cs_tx_op(tx)->arena,
		cs_arena_printf(cs_tx_op(tx)->arena, "%s; %s has to agree", would, who)));
}

static cs_err
fill_row(struct cs_tx *tx, const struct cs_recovery_case *c, struct cs_recovery_row *row)
{
	struct cs_member member;

	CS_TRY(cs_member_find(tx, c->member, &member));
	row->member = member.id;
	row->email = member.email;
	row->name = member.name;
	CS_TRY(cs_recovery_show_case_in(tx, c, NULL, &row->shown));
	return cs_recovery_approval_list(tx, c->id, &row->approvals, &row->approval_count);
}

static cs_err
note(struct cs_tx *tx, struct act *a, enum cs_recovery_what what)
{
	return cs_recovery_note(tx, a->d, &a->rc, what, &a->who, a->reason);
}

/* --- start --- */

static cs_err
begin_case(struct cs_tx *tx, struct act *a)
{
	cs_str actor;

	a->rc = (struct cs_recovery_case){
		.id = cs_id_new(a->d->rng),
		.member = a->member,
		.state = CS_RECOVERY_EMAIL,
		.started_by = a->by,
		.begun = cs_tx_op(tx)->now,
	};
	CS_TRY(cs_recovery_add(tx, &a->rc));
	CS_TRY(note(tx, a, CS_RECOVERY_WAS_BEGUN));
	CS_TRY(name_actor(tx, a, &actor));
	return cs_recovery_tell(tx, a->d, &a->rc, CS_NOTICE_RECOVERY_BEGUN, actor);
}

/* The open case, or a new one. */
static cs_err
find_or_begin(struct cs_tx *tx, struct act *a)
{
	cs_err e = cs_recovery_find_open(tx, a->member, &a->rc);

	if (cs_is(e, CS_E_NOT_FOUND))
		return begin_case(tx, a);
	CS_TRY(e);
	if (cs_recovery_is_idle(&a->rc, cs_tx_op(tx)->now)) {
		CS_TRY(cs_recovery_close_in(
		    tx, a->d, &a->rc, CS_RECOVERY_EXPIRED, &cs_recovery_system, CS_STR_NONE));
		return begin_case(tx, a);
	}
	/* A browser is known, or was vouched for: nothing is missing. */
	return a->rc.state > CS_RECOVERY_DEVICE ? refuse(a, CS_REFUSAL_NOT_NEEDED) : CS_OK;
}

static cs_err
vouch(struct cs_tx *tx, struct act *a)
{
	bool waits = a->rc.state == CS_RECOVERY_DEVICE;

	a->rc.evidence |= CS_EVIDENCE_STAFF;
	if (waits)
		CS_TRY(cs_recovery_begin_wait(tx, a->d, &a->rc));
	CS_TRY(cs_recovery_swap(tx, &a->rc));
	CS_TRY(note(tx, a, CS_RECOVERY_VOUCHED));
	CS_TRY(tell_help(tx, a, "vouched in place of a browser that is known"));
	return waits ? cs_recovery_say_waits(tx, a->d, &a->rc, &a->who) : CS_OK;
}

static cs_err
start(struct cs_tx *tx, void *ctx)
{
	struct act *a = ctx;
	bool is_enough = false;

	CS_TRY(check_member(tx, a));
	if (!is_refused(a))
		CS_TRY(check_actor(tx, a));
	if (!is_refused(a))
		CS_TRY(check_needed(tx, a));
	if (!is_refused(a))
		CS_TRY(find_or_begin(tx, a));
	if (!is_refused(a))
		CS_TRY(agree(tx, a, CS_RECOVERY_START, &is_enough));
	if (is_refused(a))
		return CS_OK;
	if (is_enough)
		CS_TRY(vouch(tx, a));
	else
		CS_TRY(tell_half(tx, a, "would vouch in place of a known browser"));
	return fill_row(tx, &a->rc, &a->row);
}

/* --- of a case --- */

/* Of a member of this account; an ended one too. */
static cs_err
find_case(struct cs_tx *tx, struct act *a)
{
	cs_err e = cs_recovery_find(tx, a->recovery, &a->rc);

	a->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	if (cs_is(e, CS_E_NOT_FOUND))
		return refuse(a, CS_REFUSAL_NOT_FOUND);
	CS_TRY(e);
	a->member = a->rc.member;
	CS_TRY(check_member(tx, a));
	if (!is_refused(a) && a->rc.state == CS_RECOVERY_ENDED)
		return refuse(a, CS_REFUSAL_ENDED);
	return CS_OK;
}

/*
 * Who alone vouched in place of the browser does not take the wait away as well: in each account that
 * they speak for, somebody else has spoken too.
 */
static cs_err
check_not_alone(struct cs_tx *tx, struct act *a)
{
	const struct cs_member_account *accounts;
	struct agreed agreed;
	size_t count;
	bool counts;

	if ((a->rc.evidence & CS_EVIDENCE_BROWSER) != 0 || a->row.wants_two)
		return CS_OK;
	CS_TRY(cs_membership_list(tx, a->member, &accounts, &count));
	for (size_t i = 0; i < count; i++) {
		CS_TRY(counts_in(tx, a, accounts[i].id, a->by, &counts));
		CS_TRY(count_agreed(tx, a, accounts[i].id, &agreed));
		if (counts && !agreed.has_other)
			return refuse(a, CS_REFUSAL_SOMEBODY_ELSE);
	}
	return CS_OK;
}

static cs_err
release(struct cs_tx *tx, struct act *a)
{
	cs_str actor;

	CS_TRY(name_actor(tx, a, &actor));
	a->rc.release_at = cs_tx_op(tx)->now;
	CS_TRY(note(tx, a, CS_RECOVERY_SPED_UP));
	return cs_recovery_release_in(tx, a->d, &a->rc, &a->who, actor);
}

static cs_err
settle_speed_up(struct cs_tx *tx, struct act *a)
{
	bool is_enough = false;

	CS_TRY(check_not_alone(tx, a));
	if (!is_refused(a))
		CS_TRY(agree(tx, a, CS_RECOVERY_SPEED_UP, &is_enough));
	if (is_refused(a))
		return CS_OK;
	if (is_enough)
		return release(tx, a);
	CS_TRY(cs_recovery_swap(tx, &a->rc));
	return tell_half(tx, a, "would end the waiting time");
}

static cs_err
speed_up(struct cs_tx *tx, void *ctx)
{
	struct act *a = ctx;

	CS_TRY(find_case(tx, a));
	if (!is_refused(a))
		CS_TRY(check_actor(tx, a));
	if (!is_refused(a))
		CS_TRY(check_needed(tx, a));
	if (!is_refused(a) && a->rc.state != CS_RECOVERY_WAITING)
		a->why.kind = CS_REFUSAL_NOT_WAITING;
	if (!is_refused(a))
		CS_TRY(settle_speed_up(tx, a));
	return is_refused(a) ? CS_OK : fill_row(tx, &a->rc, &a->row);
}

/* Stopping takes nothing from anybody: one is enough, whoever the member is. */
static cs_err
stop(struct cs_tx *tx, void *ctx)
{
	struct act *a = ctx;

	CS_TRY(find_case(tx, a));
	if (is_refused(a))
		return CS_OK;
	CS_TRY(cs_recovery_close_in(
	    tx, a->d, &a->rc, CS_RECOVERY_STOPPED_BY_STAFF, &a->who, a->reason));
	return fill_row(tx, &a->rc, &a->row);
}

/* --- the calls --- */

static cs_err
run(struct cs_domain *d, const struct cs_op *op, struct act *a, cs_tx_fn *fn,
    struct cs_recovery_row *out, struct cs_refusal *why)
{
	struct cs_op realm = *op;

	*out = (struct cs_recovery_row){ .role = CS_ROLE_NONE };
	a->d = d;
	a->account = op->account;
	a->reason = cs_str_trim(a->reason);
	a->who = (struct cs_recovery_doer){
		.by = CS_RECOVERY_BY_STAFF, .actor = a->by, .account = op->account
	};
	realm.account = cs_id_zero;
	if (a->reason.len == 0 || a->reason.len > CS_RECOVERY_REASON_MAX) {
		why->kind = CS_REFUSAL_BODY;
		return CS_OK;
	}
	CS_TRY(cs_store_write(d->store, &realm, fn, a));
	*why = a->why;
	if (!is_refused(a))
		*out = a->row;
	return CS_OK;
}

cs_err
cs_recovery_staff_start(struct cs_domain *d, const struct cs_op *op, cs_id by, cs_id member,
    cs_str reason, struct cs_recovery_row *out, struct cs_refusal *why)
{
	struct act *a = CS_NEW(op->arena, struct act);

	*a = (struct act){ .by = by, .member = member, .reason = reason };
	return run(d, op, a, start, out, why);
}

cs_err
cs_recovery_staff_speed_up(struct cs_domain *d, const struct cs_op *op, cs_id by, cs_id recovery,
    cs_str reason, struct cs_recovery_row *out, struct cs_refusal *why)
{
	struct act *a = CS_NEW(op->arena, struct act);

	*a = (struct act){ .by = by, .recovery = recovery, .reason = reason };
	return run(d, op, a, speed_up, out, why);
}

cs_err
cs_recovery_staff_stop(struct cs_domain *d, const struct cs_op *op, cs_id by, cs_id recovery,
    cs_str reason, struct cs_recovery_row *out, struct cs_refusal *why)
{
	struct act *a = CS_NEW(op->arena, struct act);

	*a = (struct act){ .by = by, .recovery = recovery, .reason = reason };
	return run(d, op, a, stop, out, why);
}

/* --- the list --- */

struct list {
	cs_id account;
	bool is_open;
	struct cs_recovery_row *rows;
	size_t count;
};

static cs_err
list(struct cs_tx *tx, void *ctx)
{
	struct list *l = ctx;
	const struct cs_recovery_case_of *cases;

	CS_TRY(cs_recovery_list_of(
	    tx, l->account, l->is_open, CS_RECOVERY_ROWS_MAX, &cases, &l->count));
	l->rows = CS_NEW_ARRAY(cs_tx_op(tx)->arena, struct cs_recovery_row, l->count);
	for (size_t i = 0; i < l->count; i++) {
		l->rows[i] = (struct cs_recovery_row){ .role = cases[i].role };
		CS_TRY(cs_membership_owns_any(tx, cases[i].rc.member, &l->rows[i].wants_two));
		CS_TRY(fill_row(tx, &cases[i].rc, &l->rows[i]));
	}
	return CS_OK;
}

cs_err
cs_recovery_list(struct cs_domain *d, const struct cs_op *op, bool is_open,
    const struct cs_recovery_row **out, size_t *out_count)
{
	struct list l = { .account = op->account, .is_open = is_open };

	*out = NULL;
	*out_count = 0;
	CS_TRY(cs_store_read(d->store, op, list, &l));
	*out = l.rows;
	*out_count = l.count;
	return CS_OK;
}
