#include "store/membership_store.h"

#include "store/sql.h"

#include <stdlib.h>

#define DEMANDS_MAX 1000
#define INVITATIONS_MAX 1000

/* --- who belongs to an account --- */

static enum cs_account_member_status
status_of(const struct cs_account_member *m, cs_time now)
{
	if (cs_id_is_zero(m->invitation) || m->expires.ms <= now.ms)
		return CS_ACCOUNT_MEMBER_EXPIRED;
	return CS_ACCOUNT_MEMBER_PENDING;
}

static void
read_member(struct cs_stmt *q, cs_time now, struct cs_account_member *out)
{
	enum cs_member_status status = (enum cs_member_status)cs_col_i64(q, 4);

	*out = (struct cs_account_member){
		.id = cs_col_id(q, 0),
		.email = cs_col_str(q, 1),
		.name = cs_col_str(q, 2),
		.role = (enum cs_role)cs_col_i64(q, 3),
		.is_sso = cs_col_bool(q, 5),
		.two_factor_since = cs_col_time(q, 6),
		.last_sign_in = cs_col_time(q, 7),
		.joined = cs_col_time(q, 8),
		.api_tokens = cs_col_i64(q, 13),
		.recovery = cs_col_id(q, 14),
		.frozen = cs_col_time(q, 15),
	};
	if (status != CS_MEMBER_INVITED)
		return;
	out->invitation = cs_col_id(q, 9);
	out->invited_by = cs_col_id(q, 10);
	out->invited = cs_col_time(q, 11);
	out->expires = cs_col_time(q, 12);
	out->status = status_of(out, now);
	out->joined = (cs_time){ 0 };
}

static void
read_invited(struct cs_stmt *q, cs_time now, struct cs_account_member *out)
{
	*out = (struct cs_account_member){
		.id = cs_col_id(q, 0),
		.email = cs_col_str(q, 1),
		.role = (enum cs_role)cs_col_i64(q, 2),
		.invitation = cs_col_id(q, 3),
		.invited_by = cs_col_id(q, 4),
		.invited = cs_col_time(q, 5),
		.expires = cs_col_time(q, 6),
	};
	out->status = status_of(out, now);
}

struct roll {
	struct cs_account_member *list;
	size_t count;
};

typedef void read_fn(struct cs_stmt *q, cs_time now, struct cs_account_member *out);

static cs_err
add_all(struct cs_tx *tx, enum cs_query query, read_fn *read, cs_id account, cs_time now,
    struct roll *roll)
{
	struct cs_stmt *q = cs_sql_begin(tx, query);
	void *list = roll->list;

	cs_bind_id(q, account);
	cs_bind_i64(q, CS_ACCOUNT_MEMBERS_MAX + 1);
	while (cs_sql_next(q)) {
		CS_TRY(cs_sql_grow(tx, &list, sizeof(struct cs_account_member), roll->count,
		    CS_ACCOUNT_MEMBERS_MAX));
		roll->list = list;
		read(q, now, &roll->list[roll->count++]);
	}
	return cs_sql_end(q);
}

/* Two lists, each in order of addresses as the database compares them, so not merged but sorted. */
static int
by_email(const void *a, const void *b)
{
	const struct cs_account_member *x = a;
	const struct cs_account_member *y = b;
	int order = cs_str_order(x->email, y->email);

	return order != 0 ? order : cs_id_order(x->id, y->id);
}

cs_err
cs_account_member_list(
    struct cs_tx *tx, cs_id account, cs_time now, struct cs_account_member **out, size_t *out_count)
{
	struct roll roll = { .count = 0 };

	*out = NULL;
	*out_count = 0;
	CS_TRY(add_all(tx, CS_Q_ACCOUNT_MEMBER_LIST, read_member, account, now, &roll));
	CS_TRY(add_all(tx, CS_Q_ACCOUNT_INVITED_LIST, read_invited, account, now, &roll));
	if (roll.count > 1)
		qsort(roll.list, roll.count, sizeof(*roll.list), by_email);
	*out = roll.list;
	*out_count = roll.count;
	return CS_OK;
}

static cs_err
find_by(struct cs_tx *tx, enum cs_query query, read_fn *read, cs_id account, cs_id member,
    cs_time now, struct cs_account_member *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, query);

	cs_bind_id(q, account);
	cs_bind_id(q, member);
	CS_TRY(cs_sql_one(q));
	read(q, now, out);
	return cs_sql_end(q);
}

cs_err
cs_account_member_find(
    struct cs_tx *tx, cs_id account, cs_id member, cs_time now, struct cs_account_member *out)
{
	*out = (struct cs_account_member){ .status = CS_ACCOUNT_MEMBER_EXPIRED };
	cs_err e = find_by(tx, CS_Q_ACCOUNT_MEMBER_FIND, read_member, account, member, now, out);
	if (!cs_is(e, CS_E_NOT_FOUND))
		return e;
	return find_by(tx, CS_Q_ACCOUNT_INVITED_FIND, read_invited, account, member, now, out);
}

/* --- roles --- */

cs_err
cs_membership_set_role(
    struct cs_tx *tx, cs_id account, cs_id member, enum cs_role from, enum cs_role to)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBERSHIP_SET_ROLE);

	cs_bind_i64(q, to);
	cs_bind_id(q, account);
	cs_bind_id(q, member);
	cs_bind_i64(q, from);
	return cs_sql_swap(q);
}

static cs_err
count_of(struct cs_stmt *q, int64_t *out)
{
	*out = 0;
	CS_TRY(cs_sql_one(q));
	*out = cs_col_i64(q, 0);
	return cs_sql_end(q);
}

cs_err
cs_membership_count_owners(struct cs_tx *tx, cs_id account, cs_id except, int64_t *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBERSHIP_COUNT_OWNERS);

	cs_bind_id(q, account);
	cs_bind_id(q, except);
	return count_of(q, out);
}

cs_err
cs_membership_owns_any(struct cs_tx *tx, cs_id member, bool *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBERSHIP_OWNS_ANY);
	int64_t count;

	/* whoever cannot be looked up counts as one: more is asked then, not less */
	*out = true;
	cs_bind_id(q, member);
	CS_TRY(count_of(q, &count));
	*out = count > 0;
	return CS_OK;
}

/* --- invitations --- */

static void
read_invitation(struct cs_stmt *q, struct cs_invitation *out)
{
	*out = (struct cs_invitation){
		.account = cs_col_id(q, 0),
		.id = cs_col_id(q, 1),
		.email = cs_col_str(q, 2),
		.role = (enum cs_role)cs_col_i64(q, 3),
		.state = (enum cs_invitation_state)cs_col_i64(q, 4),
		.tries = cs_col_i64(q, 5),
		.created = cs_col_time(q, 6),
		.expires = cs_col_time(q, 7),
		.invited_by = cs_col_id(q, 8),
	};
}

cs_err
cs_invitation_open_for(struct cs_tx *tx, cs_id account, cs_str email, struct cs_invitation *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_INVITATION_OPEN_FOR);

	*out = (struct cs_invitation){ .state = CS_INVITATION_WITHDRAWN };
	cs_bind_id(q, account);
	cs_bind_str(q, email);
	CS_TRY(cs_sql_one(q));
	read_invitation(q, out);
	return cs_sql_end(q);
}

cs_err
cs_invitation_list_for(
    struct cs_tx *tx, cs_str email, struct cs_invitation **out, size_t *out_count)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_INVITATION_LIST_FOR);
	void *list = NULL;
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	cs_bind_str(q, email);
	cs_bind_i64(q, INVITATIONS_MAX);
	while (cs_sql_next(q)) {
		CS_TRY(
		    cs_sql_grow(tx, &list, sizeof(struct cs_invitation), count, INVITATIONS_MAX));
		*out = list;
		read_invitation(q, &(*out)[count++]);
	}
	*out_count = count;
	return cs_sql_end(q);
}

cs_err
cs_invitation_withdraw(struct cs_tx *tx, cs_id account, cs_id id)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_INVITATION_WITHDRAW);

	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

cs_err
cs_invitation_set_role(struct cs_tx *tx, cs_id account, cs_id id, enum cs_role role)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_INVITATION_SET_ROLE);

	cs_bind_i64(q, role);
	cs_bind_id(q, account);
	cs_bind_id(q, id);
	return cs_sql_swap(q);
}

/* --- what an account asks of its members --- */

static struct cs_account_demands
read_demands(struct cs_stmt *q, int column)
{
	return (struct cs_account_demands){
		.is_enforced = cs_col_bool(q, column),
		.after = cs_col_time(q, column + 1),
		.refuses_remembered = cs_col_bool(q, column + 2),
	};
}

cs_err
cs_account_demands_find(struct cs_tx *tx, cs_id account, struct cs_account_demands *out)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_ACCOUNT_DEMANDS_FIND);

	/* an account that cannot be looked up asks for everything */
	*out = (struct cs_account_demands){ .is_enforced = true, .refuses_remembered = true };
	cs_bind_id(q, account);
	CS_TRY(cs_sql_one(q));
	*out = read_demands(q, 0);
	return cs_sql_end(q);
}

cs_err
cs_account_demands_set(struct cs_tx *tx, cs_id account, const struct cs_account_demands *demands)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_ACCOUNT_DEMANDS_SET);

	cs_bind_bool(q, demands->is_enforced);
	cs_bind_time(q, demands->after);
	cs_bind_bool(q, demands->refuses_remembered);
	cs_bind_id(q, account);
	return cs_sql_exec_one(q);
}

cs_err
cs_member_demand_list(
    struct cs_tx *tx, cs_id member, struct cs_member_demand **out, size_t *out_count)
{
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_MEMBER_DEMAND_LIST);
	void *list = NULL;
	size_t count = 0;

	*out = NULL;
	*out_count = 0;
	cs_bind_id(q, member);
	cs_bind_i64(q, DEMANDS_MAX);
	while (cs_sql_next(q)) {
		CS_TRY(cs_sql_grow(tx, &list, sizeof(struct cs_member_demand), count, DEMANDS_MAX));
		*out = list;
		(*out)[count++] = (struct cs_member_demand){
			.account = cs_col_id(q, 0),
			.name = cs_col_str(q, 1),
			.role = (enum cs_role)cs_col_i64(q, 2),
			.demands = read_demands(q, 3),
		};
	}
	*out_count = count;
	return cs_sql_end(q);
}
