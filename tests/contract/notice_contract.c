#include "contract.h"

#include <pthread.h>

#include "store/member_store.h"
#include "store/notice_store.h"
#include "store/user_store.h"

static const cs_id ada = { { 1 } };

static struct cs_notice
notice(struct contract *t, uint8_t id)
{
	return (struct cs_notice){
		.account = t->account,
		.id = { { id } },
		.token_hash = { id },
		.subject = ada,
		.kind = CS_STR("added"),
		.name = CS_STR("Blue key"),
		.created = t->op.now,
		.expires = cs_time_add(t->op.now, 1000),
	};
}

static struct cs_notice
begin(struct contract *t)
{
	struct cs_user user = { .account = t->account,
		.id = ada,
		.email = CS_STR("a@one.test"),
		.created = t->op.now };
	struct cs_notice n = notice(t, 7);

	contract_begin(t);
	CHECK_OK(cs_user_add(t->tx, &user, CS_STR("a@one.test"), true));
	CHECK_OK(cs_notice_add(t->tx, &n));
	return n;
}

CONTRACT(a_notice_is_found_by_its_token_in_its_account)
{
	struct cs_notice n = begin(t);
	const uint8_t unknown[CS_TOKEN_HASH_LEN] = { 99 };
	struct cs_notice got;

	CHECK_OK(cs_notice_find(t->tx, t->account, n.token_hash, &got));
	CHECK(cs_id_equal(got.id, n.id) && cs_id_equal(got.subject, ada));
	CHECK_TEXT(got.kind, "added");
	CHECK_TEXT(got.name, "Blue key");
	CHECK_INT(got.created.ms, n.created.ms);
	CHECK_INT(got.expires.ms, n.expires.ms);
	CHECK_INT(got.used.ms, 0);
	CHECK_ERR(cs_notice_find(t->tx, t->other, n.token_hash, &got), NOT_FOUND);
	CHECK_ERR(cs_notice_find(t->tx, t->account, unknown, &got), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(a_notice_is_used_once_and_in_time)
{
	struct cs_notice n = begin(t);
	struct cs_notice late = notice(t, 8);
	struct cs_notice got;

	CHECK_OK(cs_notice_add(t->tx, &late));
	CHECK_ERR(cs_notice_set_used(t->tx, t->other, n.id, t->op.now), CONFLICT);
	CHECK_OK(cs_notice_set_used(t->tx, t->account, n.id, t->op.now));
	CHECK_ERR(cs_notice_set_used(t->tx, t->account, n.id, t->op.now), CONFLICT);
	CHECK_OK(cs_notice_find(t->tx, t->account, n.token_hash, &got));
	CHECK_INT(got.used.ms, t->op.now.ms);
	CHECK_ERR(cs_notice_set_used(t->tx, t->account, late.id, late.expires), CONFLICT);
	contract_commit(t);
}

struct user_of_it {
	struct contract *t;
	struct cs_arena *arena;
	cs_err result;
};

static cs_err
use(struct cs_tx *tx, void *ctx)
{
	struct user_of_it *u = ctx;

	return cs_notice_set_used(tx, u->t->account, (cs_id){ { 7 } }, cs_tx_op(tx)->now);
}

static void *
race(void *arg)
{
	struct user_of_it *u = arg;
	struct cs_op op = u->t->op;

	op.arena = u->arena;
	u->result = cs_store_write(u->t->store, &op, use, u);
	return NULL;
}

CONTRACT(of_many_who_use_one_notice_at_once_one_does)
{
	struct user_of_it users[4] = { 0 };
	pthread_t threads[4];
	int did = 0;

	begin(t);
	contract_commit(t);
	for (size_t i = 0; i < CS_COUNT(users); i++) {
		users[i] = (struct user_of_it){ .t = t, .arena = cs_arena_new(1 << 20) };
		CHECK_INT(pthread_create(&threads[i], NULL, race, &users[i]), 0);
	}
	for (size_t i = 0; i < CS_COUNT(users); i++) {
		pthread_join(threads[i], NULL);
		if (!cs_failed(users[i].result))
			did++;
		else
			CHECK_ERR(users[i].result, CONFLICT);
		cs_arena_free(&users[i].arena);
	}
	CHECK_INT(did, 1);
}

CONTRACT(notices_that_are_over_are_swept)
{
	struct cs_notice later = notice(t, 8);

	begin(t);
	later.expires = cs_time_add(t->op.now, 2000);
	CHECK_OK(cs_notice_add(t->tx, &later));
	CHECK_OK(cs_notice_sweep(t->tx, cs_time_add(t->op.now, 1500)));
	CHECK_INT(contract_count(t, "SELECT count(*) FROM notice"), 1);
	contract_commit(t);
}

CONTRACT(notices_go_with_the_user_they_are_about_and_no_others)
{
	struct cs_notice of_bob = notice(t, 8);
	struct cs_notice elsewhere = notice(t, 9);

	begin(t);
	of_bob.subject = (cs_id){ { 78 } };
	elsewhere.account = t->other;
	CHECK_OK(cs_notice_add(t->tx, &of_bob));
	CHECK_OK(cs_notice_add(t->tx, &elsewhere));
	CHECK_OK(cs_user_remove(t->tx, t->account, ada));
	CHECK_INT(contract_count(t, "SELECT count(*) FROM notice"), 2);
	contract_commit(t);
}

CONTRACT(a_notice_keeps_what_it_is_about_beside_its_subject)
{
	struct cs_notice of_case = notice(t, 8);
	struct cs_notice n = begin(t);
	struct cs_notice got;

	of_case.object = (cs_id){ { 44 } };
	CHECK_OK(cs_notice_add(t->tx, &of_case));
	CHECK_OK(cs_notice_find(t->tx, t->account, of_case.token_hash, &got));
	CHECK(cs_id_equal(got.object, of_case.object));
	CHECK_OK(cs_notice_find(t->tx, t->account, n.token_hash, &got));
	CHECK(cs_id_is_zero(got.object));
	contract_commit(t);
}

static void
join(struct contract *t, uint8_t id, const char *email, enum cs_role role, int64_t at)
{
	const struct cs_member m = {
		.id = { { 0xe, id } }, .email = cs_str_c(email), .created = { 1 }
	};

	CHECK_OK(cs_member_add(t->tx, &m));
	CHECK_OK(cs_membership_add(t->tx, t->account, m.id, role, (cs_time){ at }));
}

static void
activate(struct contract *t, uint8_t id)
{
	CHECK_OK(cs_member_activate(
	    t->tx, (cs_id){ { 0xe, id } }, CS_STR("$argon2id$"), CS_STR("Name"), t->op.now));
}

CONTRACT(active_owners_and_administrators_are_written_to_and_nobody_else)
{
	const struct cs_member *list;
	size_t count;

	contract_begin(t);
	join(t, 1, "boss@one.test", CS_ROLE_OWNER, 2);
	join(t, 2, "admin@one.test", CS_ROLE_ADMINISTRATOR, 1);
	join(t, 3, "help@one.test", CS_ROLE_HELP_DESK, 1);
	join(t, 4, "users@one.test", CS_ROLE_USER_MANAGER, 1);
	join(t, 5, "reader@one.test", CS_ROLE_READ_ONLY, 1);
	join(t, 6, "invited@one.test", CS_ROLE_OWNER, 1);
	for (uint8_t id = 1; id <= 5; id++)
		activate(t, id);
	CHECK_OK(cs_notice_administrators(t->tx, t->account, &list, &count));
	CHECK_INT(count, 2);
	CHECK_TEXT(list[0].email, "admin@one.test");
	CHECK_TEXT(list[1].email, "boss@one.test");
	CHECK_OK(cs_notice_administrators(t->tx, t->other, &list, &count));
	CHECK_INT(count, 0);
	contract_commit(t);
}

CONTRACT(other_owners_of_whatever_a_member_belongs_to_are_each_found_once)
{
	const cs_id ana = { { 0xe, 1 } };
	const cs_id both = { { 0xe, 2 } };
	const cs_str *list;
	size_t count;

	contract_begin(t);
	join(t, 1, "ana@one.test", CS_ROLE_OWNER, 1);
	join(t, 2, "both@one.test", CS_ROLE_OWNER, 1);
	join(t, 3, "admin@one.test", CS_ROLE_ADMINISTRATOR, 1);
	join(t, 4, "invited@one.test", CS_ROLE_OWNER, 1);
	for (uint8_t id = 1; id <= 3; id++)
		activate(t, id);
	CHECK_OK(cs_notice_fellow_owners(t->tx, ana, &list, &count));
	CHECK_INT(count, 1);
	CHECK_OK(cs_membership_add(t->tx, t->other, ana, CS_ROLE_READ_ONLY, (cs_time){ 1 }));
	CHECK_OK(cs_membership_add(t->tx, t->other, both, CS_ROLE_OWNER, (cs_time){ 1 }));
	CHECK_OK(cs_notice_fellow_owners(t->tx, ana, &list, &count));
	CHECK_INT(count, 1);
	CHECK_TEXT(list[0], "both@one.test");
	/* an owner of accounts that Ana is not in is no fellow */
	CHECK_OK(cs_notice_fellow_owners(t->tx, (cs_id){ { 0xe, 99 } }, &list, &count));
	CHECK_INT(count, 0);
	contract_commit(t);
}
