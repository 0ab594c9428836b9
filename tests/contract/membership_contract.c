/*
 * membership_contract.c - who belongs to an account or is invited to it, what it asks of them, and
 * that it keeps an owner whatever happens at the same time.
 */
#include "contract.h"

#include <pthread.h>

#include "store/member_store.h"
#include "store/membership_store.h"

static const cs_id ann = { { 0xe, 1 } };
static const cs_id bea = { { 0xe, 2 } };
static const cs_id cyd = { { 0xe, 3 } };
static const cs_time now = { 1000 };

static void
add(struct cs_tx *tx, cs_id id, const char *email, bool is_active)
{
	struct cs_member member = { .id = id, .email = cs_str_c(email), .created = { 1 } };

	CHECK_OK(cs_member_add(tx, &member));
	if (is_active)
		CHECK_OK(cs_member_activate(
		    tx, id, CS_STR("$argon2id$1"), CS_STR("Name"), (cs_time){ 2 }));
}

static void
join(struct cs_tx *tx, cs_id account, cs_id id, const char *email, enum cs_role role)
{
	add(tx, id, email, true);
	CHECK_OK(cs_membership_add(tx, account, id, role, (cs_time){ 3 }));
}

static struct cs_invitation
invite(struct cs_tx *tx, cs_id account, uint8_t n, const char *email, enum cs_role role)
{
	struct cs_invitation i = { .account = account,
		.id = { { 0x1, n } },
		.email = cs_str_c(email),
		.role = role,
		.token_hash = { n },
		.invited_by = ann,
		.created = { 500 },
		.expires = { 2000 } };

	CHECK_OK(cs_invitation_add(tx, &i));
	return i;
}

CONTRACT(an_account_lists_its_members_and_its_invited_by_address)
{
	struct cs_account_member *list;
	size_t count;
	struct cs_tx *tx = contract_begin(t);

	join(tx, t->account, bea, "bea@one.test", CS_ROLE_OWNER);
	add(tx, ann, "ann@one.test", true);
	invite(tx, t->account, 1, "ann@one.test", CS_ROLE_HELP_DESK);
	invite(tx, t->account, 2, "new@one.test", CS_ROLE_READ_ONLY);
	invite(tx, t->other, 3, "else@one.test", CS_ROLE_READ_ONLY);
	CHECK_OK(cs_account_member_list(tx, t->account, now, &list, &count));
	CHECK_INT(count, 3);
	CHECK_TEXT(list[0].email, "ann@one.test");
	CHECK(cs_id_equal(list[0].id, ann));
	CHECK_INT(list[0].status, CS_ACCOUNT_MEMBER_PENDING);
	CHECK_INT(list[0].role, CS_ROLE_HELP_DESK);
	CHECK(cs_id_equal(list[0].invited_by, ann));
	CHECK_TEXT(list[1].email, "bea@one.test");
	CHECK_INT(list[1].status, CS_ACCOUNT_MEMBER_ACCEPTED);
	CHECK_INT(list[1].joined.ms, 3);
	CHECK_TEXT(list[2].email, "new@one.test");
	CHECK(cs_id_equal(list[2].id, list[2].invitation));
	contract_commit(t);
}

CONTRACT(of_the_invited_nothing_is_told_but_the_invitation)
{
	struct cs_account_member m;
	struct cs_tx *tx = contract_begin(t);

	add(tx, ann, "ann@one.test", true);
	CHECK_OK(cs_member_set_two_factor(tx, ann, (cs_time){ 4 }));
	invite(tx, t->account, 1, "ann@one.test", CS_ROLE_HELP_DESK);
	CHECK_OK(cs_account_member_find(tx, t->account, ann, now, &m));
	CHECK_INT(m.two_factor_since.ms, 0);
	CHECK_INT(m.name.len, 0);
	CHECK_INT(m.expires.ms, 2000);
	CHECK_OK(cs_membership_add(tx, t->account, ann, CS_ROLE_HELP_DESK, (cs_time){ 5 }));
	CHECK_OK(cs_account_member_find(tx, t->account, ann, now, &m));
	CHECK_INT(m.two_factor_since.ms, 4);
	CHECK_INT(m.frozen.ms, 0);
	CHECK_OK(cs_member_set_frozen(tx, ann, (cs_time){ 6 }));
	CHECK_OK(cs_account_member_find(tx, t->account, ann, now, &m));
	CHECK_INT(m.frozen.ms, 6);
	CHECK_TEXT(m.name, "Name");
	CHECK(cs_id_is_zero(m.invitation));
	contract_commit(t);
}

CONTRACT(an_invitation_over_time_shows_as_expired)
{
	struct cs_account_member m;
	struct cs_tx *tx = contract_begin(t);

	add(tx, ann, "ann@one.test", false);
	invite(tx, t->account, 1, "ann@one.test", CS_ROLE_HELP_DESK);
	CHECK_OK(cs_account_member_find(tx, t->account, ann, (cs_time){ 1999 }, &m));
	CHECK_INT(m.status, CS_ACCOUNT_MEMBER_PENDING);
	CHECK_OK(cs_account_member_find(tx, t->account, ann, (cs_time){ 2000 }, &m));
	CHECK_INT(m.status, CS_ACCOUNT_MEMBER_EXPIRED);
	contract_commit(t);
}

CONTRACT(the_first_owner_is_pending_until_there_is_a_password)
{
	struct cs_account_member m;
	struct cs_tx *tx = contract_begin(t);

	add(tx, ann, "ann@one.test", false);
	CHECK_OK(cs_membership_add(tx, t->account, ann, CS_ROLE_OWNER, (cs_time){ 3 }));
	CHECK_OK(cs_account_member_find(tx, t->account, ann, now, &m));
	CHECK_INT(m.status, CS_ACCOUNT_MEMBER_EXPIRED);
	invite(tx, t->account, 1, "ann@one.test", CS_ROLE_OWNER);
	CHECK_OK(cs_account_member_find(tx, t->account, ann, now, &m));
	CHECK_INT(m.status, CS_ACCOUNT_MEMBER_PENDING);
	CHECK(!cs_id_is_zero(m.invitation));
	contract_commit(t);
}

CONTRACT(another_accounts_members_are_not_found)
{
	struct cs_account_member m;
	struct cs_tx *tx = contract_begin(t);

	join(tx, t->other, ann, "ann@one.test", CS_ROLE_OWNER);
	CHECK_ERR(cs_account_member_find(tx, t->account, ann, now, &m), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_role_is_swapped_from_what_it_was)
{
	enum cs_role role;
	struct cs_tx *tx = contract_begin(t);

	join(tx, t->account, ann, "ann@one.test", CS_ROLE_HELP_DESK);
	CHECK_OK(cs_membership_set_role(tx, t->account, ann, CS_ROLE_HELP_DESK, CS_ROLE_READ_ONLY));
	CHECK_ERR(cs_membership_set_role(tx, t->account, ann, CS_ROLE_HELP_DESK, CS_ROLE_OWNER),
	    CONFLICT);
	CHECK_ERR(
	    cs_membership_set_role(tx, t->other, ann, CS_ROLE_READ_ONLY, CS_ROLE_OWNER), CONFLICT);
	CHECK_OK(cs_membership_find(tx, t->account, ann, &role));
	CHECK_INT(role, CS_ROLE_READ_ONLY);
	contract_commit(t);
}

CONTRACT(only_owners_who_can_sign_in_are_counted)
{
	int64_t count;
	bool owns;
	struct cs_tx *tx = contract_begin(t);

	join(tx, t->account, ann, "ann@one.test", CS_ROLE_OWNER);
	join(tx, t->other, bea, "bea@one.test", CS_ROLE_OWNER);
	add(tx, cyd, "cyd@one.test", false);
	CHECK_OK(cs_membership_add(tx, t->account, cyd, CS_ROLE_OWNER, (cs_time){ 3 }));
	CHECK_OK(cs_membership_add(tx, t->account, bea, CS_ROLE_HELP_DESK, (cs_time){ 3 }));
	CHECK_OK(cs_membership_count_owners(tx, t->account, cs_id_zero, &count));
	CHECK_INT(count, 1);
	CHECK_OK(cs_membership_count_owners(tx, t->account, ann, &count));
	CHECK_INT(count, 0);
	CHECK_OK(cs_membership_owns_any(tx, bea, &owns));
	CHECK(owns);
	CHECK_OK(cs_membership_owns_any(tx, (cs_id){ { 9 } }, &owns));
	CHECK(!owns);
	contract_commit(t);
}

/* --- two owners demote each other at once, on two nodes --- */

struct demotion {
	struct cs_store *store;
	struct cs_op op;
	cs_id account, whom;
	bool is_refused;
	cs_err result;
};

static cs_err
demote(struct cs_tx *tx, void *ctx)
{
	struct demotion *d = ctx;
	int64_t others;

	d->is_refused = false;
	CS_TRY(cs_membership_count_owners(tx, d->account, d->whom, &others));
	if (others == 0) {
		d->is_refused = true;
		return CS_OK;
	}
	return cs_membership_set_role(tx, d->account, d->whom, CS_ROLE_OWNER, CS_ROLE_READ_ONLY);
}

static void *
run_demotion(void *arg)
{
	struct demotion *d = arg;
	struct cs_arena *arena = cs_arena_new(1 << 20);

	d->op.arena = arena;
	d->result = cs_store_write(d->store, &d->op, demote, d);
	cs_arena_free(&arena);
	return NULL;
}

CONTRACT(an_account_keeps_an_owner_when_two_demote_each_other_at_once)
{
	struct cs_store *second = contract_open(t, t->url);
	struct cs_tx *tx = contract_begin(t);

	join(tx, t->account, ann, "ann@one.test", CS_ROLE_OWNER);
	join(tx, t->account, bea, "bea@one.test", CS_ROLE_OWNER);
	contract_commit(t);
	for (int round = 0; round < 20; round++) {
		struct demotion a = { t->store, t->op, t->account, bea, false, CS_OK };
		struct demotion b = { second, t->op, t->account, ann, false, CS_OK };
		pthread_t thread;
		int64_t owners;

		CHECK(pthread_create(&thread, NULL, run_demotion, &a) == 0);
		run_demotion(&b);
		CHECK(pthread_join(thread, NULL) == 0);
		CHECK(a.is_refused + b.is_refused + cs_failed(a.result) + cs_failed(b.result) >= 1);
		tx = contract_begin(t);
		CHECK_OK(cs_membership_count_owners(tx, t->account, cs_id_zero, &owners));
		CHECK(owners >= 1);
		contract_commit(t);
		contract_script(t, "UPDATE membership SET role = 1");
	}
	cs_store_close(&second);
}

/* --- invitations --- */

CONTRACT(an_account_has_one_open_invitation_for_an_address)
{
	struct cs_invitation found;
	struct cs_tx *tx = contract_begin(t);
	struct cs_invitation first = invite(tx, t->account, 1, "ann@one.test", CS_ROLE_HELP_DESK);
	struct cs_invitation twin = first;

	CHECK_OK(cs_invitation_open_for(tx, t->account, CS_STR("ann@one.test"), &found));
	CHECK(cs_id_equal(found.id, first.id));
	CHECK_INT(found.created.ms, 500);
	CHECK_OK(cs_invitation_withdraw(tx, t->account, first.id));
	CHECK_ERR(cs_invitation_withdraw(tx, t->account, first.id), CONFLICT);
	CHECK_ERR(
	    cs_invitation_open_for(tx, t->account, CS_STR("ann@one.test"), &found), NOT_FOUND);
	invite(tx, t->account, 2, "ann@one.test", CS_ROLE_HELP_DESK);
	twin.id.b[1] = twin.token_hash[0] = 9;
	CHECK_ERR(cs_invitation_add(tx, &twin), CONFLICT);
	contract_rollback(t);
}

CONTRACT(somebody_finds_what_they_are_invited_to)
{
	struct cs_invitation *list;
	size_t count;
	struct cs_tx *tx = contract_begin(t);

	invite(tx, t->account, 1, "ann@one.test", CS_ROLE_HELP_DESK);
	invite(tx, t->other, 2, "ann@one.test", CS_ROLE_READ_ONLY);
	invite(tx, t->other, 3, "bea@one.test", CS_ROLE_READ_ONLY);
	CHECK_OK(cs_invitation_withdraw(tx, t->other, (cs_id){ { 0x1, 2 } }));
	CHECK_OK(cs_invitation_list_for(tx, CS_STR("ann@one.test"), &list, &count));
	CHECK_INT(count, 1);
	CHECK(cs_id_equal(list[0].account, t->account));
	contract_commit(t);
}

CONTRACT(the_role_of_an_invitation_changes_while_it_is_open)
{
	struct cs_invitation found;
	struct cs_tx *tx = contract_begin(t);
	struct cs_invitation i = invite(tx, t->account, 1, "ann@one.test", CS_ROLE_HELP_DESK);

	CHECK_OK(cs_invitation_set_role(tx, t->account, i.id, CS_ROLE_OWNER));
	CHECK_OK(cs_invitation_find(tx, i.token_hash, &found));
	CHECK_INT(found.role, CS_ROLE_OWNER);
	CHECK(cs_id_equal(found.invited_by, ann));
	CHECK_ERR(cs_invitation_set_role(tx, t->other, i.id, CS_ROLE_OWNER), CONFLICT);
	contract_commit(t);
}

/* --- what an account asks --- */

CONTRACT(an_account_asks_for_nothing_at_first_and_keeps_what_it_asks)
{
	struct cs_account_demands demands;
	struct cs_tx *tx = contract_begin(t);

	CHECK_OK(cs_account_demands_find(tx, t->account, &demands));
	CHECK(!demands.is_enforced && !demands.refuses_remembered && demands.after.ms == 0);
	demands = (struct cs_account_demands){ true, { 7 }, true };
	CHECK_OK(cs_account_demands_set(tx, t->account, &demands));
	demands = (struct cs_account_demands){ 0 };
	CHECK_OK(cs_account_demands_find(tx, t->account, &demands));
	CHECK(demands.is_enforced && demands.refuses_remembered && demands.after.ms == 7);
	CHECK_OK(cs_account_demands_find(tx, t->other, &demands));
	CHECK(!demands.is_enforced);
	CHECK_ERR(cs_account_demands_set(tx, (cs_id){ { 9 } }, &demands), NOT_FOUND);
	CHECK_ERR(cs_account_demands_find(tx, (cs_id){ { 9 } }, &demands), NOT_FOUND);
	CHECK(demands.is_enforced);
	contract_commit(t);
}

CONTRACT(what_is_asked_of_a_member_is_what_their_accounts_ask)
{
	const struct cs_account_demands wanted = { true, { 7 }, false };
	struct cs_member_demand *list;
	size_t count;
	struct cs_tx *tx = contract_begin(t);

	join(tx, t->account, ann, "ann@one.test", CS_ROLE_OWNER);
	CHECK_OK(cs_account_demands_set(tx, t->other, &wanted));
	CHECK_OK(cs_member_demand_list(tx, ann, &list, &count));
	CHECK_INT(count, 0);
	CHECK_OK(cs_membership_add(tx, t->other, ann, CS_ROLE_READ_ONLY, now));
	CHECK_OK(cs_member_demand_list(tx, ann, &list, &count));
	CHECK_INT(count, 1);
	CHECK(cs_id_equal(list[0].account, t->other));
	CHECK_INT(list[0].role, CS_ROLE_READ_ONLY);
	CHECK_INT(list[0].demands.after.ms, 7);
	CHECK_OK(cs_member_set_sso(tx, ann, t->account, (cs_id){ { 3 } }));
	CHECK_OK(cs_member_demand_list(tx, ann, &list, &count));
	CHECK_INT(count, 0);
	contract_commit(t);
}
