#include "contract.h"

#include <pthread.h>

#include "store/member_store.h"
#include "store/recovery_store.h"

static const cs_id ada = { { 0xad } };
static const cs_id bert = { { 0xbe } };

static void
add_member(struct contract *t, cs_id id, const char *email)
{
	const struct cs_member member = {
		.id = id, .email = cs_str_c(email), .created = t->op.now
	};

	CHECK_OK(cs_member_add(t->tx, &member));
}

static struct cs_recovery_case
sample(struct contract *t, uint8_t id, cs_id member)
{
	return (struct cs_recovery_case){
		.id = { { id } },
		.member = member,
		.state = CS_RECOVERY_EMAIL,
		.session = { { 5 } },
		.device = { { 6 } },
		.user_agent = CS_STR("agent"),
		.address = CS_STR("192.0.2.7"),
		.code_mac = CS_SPAN("mac of the code", 15),
		.code_sent = t->op.now,
		.code_expires = cs_time_add(t->op.now, 900000),
		.begun = t->op.now,
	};
}

static struct cs_recovery_case
begin(struct contract *t, uint8_t id, cs_id member)
{
	struct cs_recovery_case c = sample(t, id, member);

	CHECK_OK(cs_recovery_add(t->tx, &c));
	return c;
}

static void
finish(struct contract *t, struct cs_recovery_case *c, enum cs_recovery_end end, cs_time at)
{
	c->state = CS_RECOVERY_ENDED;
	c->end = end;
	c->ended = at;
	CHECK_OK(cs_recovery_swap(t->tx, c));
}

static void
check_same(const struct cs_recovery_case *a, const struct cs_recovery_case *b)
{
	CHECK(cs_id_equal(a->id, b->id) && cs_id_equal(a->member, b->member));
	CHECK(cs_id_equal(a->started_by, b->started_by) && cs_id_equal(a->session, b->session));
	CHECK(cs_id_equal(a->device, b->device) && cs_id_equal(a->ended_by, b->ended_by));
	CHECK(cs_str_equal(a->user_agent, b->user_agent) && cs_str_equal(a->address, b->address));
	CHECK_INT(a->state, b->state);
	CHECK_INT(a->code_mac.len, b->code_mac.len);
	CHECK_INT(a->access_mac.len, b->access_mac.len);
	CHECK_INT(a->code_sent.ms, b->code_sent.ms);
	CHECK_INT(a->code_expires.ms, b->code_expires.ms);
	CHECK_INT(a->tries, b->tries);
	CHECK_INT(a->evidence, b->evidence);
	CHECK_INT(a->begun.ms, b->begun.ms);
	CHECK_INT(a->email_verified.ms, b->email_verified.ms);
	CHECK_INT(a->device_verified.ms, b->device_verified.ms);
	CHECK_INT(a->wait_from.ms, b->wait_from.ms);
	CHECK_INT(a->release_at.ms, b->release_at.ms);
	CHECK_INT(a->released.ms, b->released.ms);
	CHECK_INT(a->access_sent.ms, b->access_sent.ms);
	CHECK_INT(a->access_expires.ms, b->access_expires.ms);
	CHECK_INT(a->opened.ms, b->opened.ms);
	CHECK_INT(a->ended.ms, b->ended.ms);
	CHECK_INT(a->end, b->end);
	CHECK_INT(a->version, b->version);
}

CONTRACT(a_recovery_case_is_found_as_it_was_kept)
{
	struct cs_recovery_case c = sample(t, 1, ada);
	struct cs_recovery_case got;

	contract_begin(t);
	add_member(t, ada, "ada@one.test");
	CHECK_OK(cs_recovery_add(t->tx, &c));
	CHECK_OK(cs_recovery_find(t->tx, c.id, &got));
	check_same(&got, &c);
	CHECK_INT(memcmp(got.code_mac.p, "mac of the code", 15), 0);
	CHECK_ERR(cs_recovery_find(t->tx, (cs_id){ { 2 } }, &got), NOT_FOUND);
	CHECK_ERR(cs_recovery_find_open(t->tx, bert, &got), NOT_FOUND);
	contract_commit(t);
}

CONTRACT(every_column_of_a_recovery_case_that_may_change_does)
{
	struct cs_recovery_case got;

	contract_begin(t);
	add_member(t, ada, "ada@one.test");
	struct cs_recovery_case c = begin(t, 1, ada);
	c = (struct cs_recovery_case){
		.id = c.id,
		.member = c.member,
		.begun = c.begun,
		.state = CS_RECOVERY_OPENED,
		.started_by = bert,
		.session = { { 15 } },
		.device = { { 16 } },
		.user_agent = CS_STR("another"),
		.address = CS_STR("192.0.2.8"),
		.code_sent = { 21 },
		.code_expires = { 22 },
		.tries = 3,
		.evidence = CS_EVIDENCE_BROWSER | CS_EVIDENCE_PASSWORD_RESET,
		.email_verified = { 23 },
		.device_verified = { 24 },
		.wait_from = { 25 },
		.release_at = { 26 },
		.released = { 27 },
		.access_mac = CS_SPAN("mac", 3),
		.access_sent = { 28 },
		.access_expires = { 29 },
		.opened = { 30 },
		.ended_by = bert,
		.end = CS_RECOVERY_STOPPED_BY_STAFF,
	};
	CHECK_OK(cs_recovery_swap(t->tx, &c));
	CHECK_INT(c.version, 1);
	CHECK_OK(cs_recovery_find_open(t->tx, ada, &got));
	check_same(&got, &c);
	contract_commit(t);
}

CONTRACT(one_recovery_case_at_most_is_open_for_a_member)
{
	struct cs_recovery_case second = sample(t, 2, ada);

	contract_begin(t);
	add_member(t, ada, "ada@one.test");
	add_member(t, bert, "bert@one.test");
	struct cs_recovery_case first = begin(t, 1, ada);
	CHECK_ERR(cs_recovery_add(t->tx, &second), CONFLICT);
	begin(t, 3, bert);
	finish(t, &first, CS_RECOVERY_STOPPED, t->op.now);
	CHECK_OK(cs_recovery_add(t->tx, &second));
	contract_commit(t);
}

CONTRACT(a_swap_of_an_old_version_or_of_an_ended_case_changes_nothing)
{
	struct cs_recovery_case got;

	contract_begin(t);
	add_member(t, ada, "ada@one.test");
	struct cs_recovery_case one = begin(t, 1, ada);
	struct cs_recovery_case other = one;
	one.tries = 1;
	CHECK_OK(cs_recovery_swap(t->tx, &one));
	other.tries = 9;
	CHECK_ERR(cs_recovery_swap(t->tx, &other), CONFLICT);
	finish(t, &one, CS_RECOVERY_STOPPED, t->op.now);
	one.state = CS_RECOVERY_OPENED;
	one.ended = (cs_time){ 0 };
	CHECK_ERR(cs_recovery_swap(t->tx, &one), CONFLICT);
	CHECK_OK(cs_recovery_find(t->tx, one.id, &got));
	CHECK_INT(got.tries, 1);
	CHECK_INT(got.state, CS_RECOVERY_ENDED);
	contract_commit(t);
}

CONTRACT(only_vetoes_of_the_member_count_as_the_last_stop)
{
	cs_time at;

	contract_begin(t);
	add_member(t, ada, "ada@one.test");
	CHECK_OK(cs_recovery_last_stop(t->tx, ada, &at));
	CHECK_INT(at.ms, 0);
	struct cs_recovery_case one = begin(t, 1, ada);
	finish(t, &one, CS_RECOVERY_STOPPED, (cs_time){ 100 });
	struct cs_recovery_case two = begin(t, 2, ada);
	finish(t, &two, CS_RECOVERY_STOPPED_BY_STAFF, (cs_time){ 200 });
	struct cs_recovery_case three = begin(t, 3, ada);
	finish(t, &three, CS_RECOVERY_SIGNED_IN, (cs_time){ 300 });
	CHECK_OK(cs_recovery_last_stop(t->tx, ada, &at));
	CHECK_INT(at.ms, 100);
	contract_commit(t);
}

CONTRACT(cases_are_due_that_wait_and_have_waited_long_enough)
{
	const struct cs_recovery_case *list;
	size_t count;

	contract_begin(t);
	add_member(t, ada, "ada@one.test");
	add_member(t, bert, "bert@one.test");
	struct cs_recovery_case one = begin(t, 1, ada);
	struct cs_recovery_case two = begin(t, 2, bert);
	CHECK_OK(cs_recovery_list_due(t->tx, t->op.now, 10, &list, &count));
	CHECK_INT(count, 0);
	one.state = two.state = CS_RECOVERY_WAITING;
	one.release_at = (cs_time){ 1000 };
	two.release_at = (cs_time){ 900 };
	CHECK_OK(cs_recovery_swap(t->tx, &one));
	CHECK_OK(cs_recovery_swap(t->tx, &two));
	CHECK_OK(cs_recovery_list_due(t->tx, (cs_time){ 899 }, 10, &list, &count));
	CHECK_INT(count, 0);
	CHECK_OK(cs_recovery_list_due(t->tx, (cs_time){ 1000 }, 10, &list, &count));
	CHECK_INT(count, 2);
	CHECK(cs_id_equal(list[0].id, two.id));
	CHECK_OK(cs_recovery_list_due(t->tx, (cs_time){ 1000 }, 1, &list, &count));
	CHECK_INT(count, 1);
	finish(t, &two, CS_RECOVERY_STOPPED, t->op.now);
	CHECK_OK(cs_recovery_list_due(t->tx, (cs_time){ 1000 }, 10, &list, &count));
	CHECK_INT(count, 1);
	contract_commit(t);
}

CONTRACT(cases_are_idle_that_nobody_goes_on_with_but_never_while_they_wait)
{
	const cs_time later = cs_time_add(t->op.now, 5000);
	const struct cs_recovery_case *list;
	size_t count;

	contract_begin(t);
	add_member(t, ada, "ada@one.test");
	struct cs_recovery_case c = begin(t, 1, ada);
	CHECK_OK(cs_recovery_list_idle(t->tx, t->op.now, later, 10, &list, &count));
	CHECK_INT(count, 0);
	CHECK_OK(cs_recovery_list_idle(t->tx, later, later, 10, &list, &count));
	CHECK_INT(count, 1);
	c.state = CS_RECOVERY_WAITING;
	CHECK_OK(cs_recovery_swap(t->tx, &c));
	CHECK_OK(cs_recovery_list_idle(t->tx, later, later, 10, &list, &count));
	CHECK_INT(count, 0);
	c.state = CS_RECOVERY_OPENED;
	c.access_expires = later;
	CHECK_OK(cs_recovery_swap(t->tx, &c));
	CHECK_OK(cs_recovery_list_idle(t->tx, later, cs_time_add(later, -1), 10, &list, &count));
	CHECK_INT(count, 0);
	CHECK_OK(cs_recovery_list_idle(t->tx, later, later, 10, &list, &count));
	CHECK_INT(count, 1);
	contract_commit(t);
}

CONTRACT(an_account_sees_cases_of_its_own_members_alone)
{
	const struct cs_recovery_case_of *list;
	size_t count;

	contract_begin(t);
	add_member(t, ada, "ada@one.test");
	add_member(t, bert, "bert@one.test");
	CHECK_OK(cs_membership_add(t->tx, t->account, ada, CS_ROLE_HELP_DESK, t->op.now));
	CHECK_OK(cs_membership_add(t->tx, t->other, bert, CS_ROLE_OWNER, t->op.now));
	struct cs_recovery_case one = begin(t, 1, ada);
	finish(t, &one, CS_RECOVERY_EXPIRED, t->op.now);
	begin(t, 2, ada);
	begin(t, 3, bert);
	CHECK_OK(cs_recovery_list_of(t->tx, t->account, true, 10, &list, &count));
	CHECK_INT(count, 1);
	CHECK_INT(list[0].rc.id.b[0], 2);
	CHECK_TEXT(list[0].email, "ada@one.test");
	CHECK_INT(list[0].role, CS_ROLE_HELP_DESK);
	CHECK_OK(cs_recovery_list_of(t->tx, t->account, false, 10, &list, &count));
	CHECK_INT(count, 1);
	CHECK_INT(list[0].rc.id.b[0], 1);
	contract_commit(t);
}

CONTRACT(what_happened_to_a_case_is_told_in_order)
{
	const struct cs_recovery_event *list;
	size_t count;

	contract_begin(t);
	add_member(t, ada, "ada@one.test");
	struct cs_recovery_case c = begin(t, 1, ada);
	/* the same moment, and one before it: the order is that of the writing */
	for (int i = 1; i <= 3; i++) {
		const struct cs_recovery_event event = {
			.recovery = c.id,
			.what = (enum cs_recovery_what)i,
			.by = CS_RECOVERY_BY_STAFF,
			.actor = i == 2 ? bert : cs_id_zero,
			.at = { 100 - i },
			.user_agent = CS_STR("agent"),
			.address = CS_STR("192.0.2.7"),
		};
		CHECK_OK(cs_recovery_event_add(t->tx, &event));
	}
	CHECK_OK(cs_recovery_event_list(t->tx, c.id, &list, &count));
	CHECK_INT(count, 3);
	for (int i = 1; i <= 3; i++) {
		CHECK_INT(list[i - 1].what, i);
		CHECK_INT(list[i - 1].at.ms, 100 - i);
	}
	CHECK(cs_id_equal(list[1].actor, bert));
	CHECK_INT(list[0].by, CS_RECOVERY_BY_STAFF);
	CHECK_TEXT(list[0].user_agent, "agent");
	CHECK_TEXT(list[0].address, "192.0.2.7");
	contract_commit(t);
}

CONTRACT(a_person_approves_an_act_once)
{
	const struct cs_recovery_approval *list;
	struct cs_recovery_approval a;
	size_t count;

	contract_begin(t);
	add_member(t, ada, "ada@one.test");
	add_member(t, bert, "bert@one.test");
	struct cs_recovery_case c = begin(t, 1, ada);
	a = (struct cs_recovery_approval){
		.recovery = c.id,
		.act = CS_RECOVERY_START,
		.account = t->account,
		.member = bert,
		.reason = CS_STR("they called"),
		.at = { 7 },
	};
	CHECK_OK(cs_recovery_approval_add(t->tx, &a));
	a.account = t->other;
	CHECK_ERR(cs_recovery_approval_add(t->tx, &a), CONFLICT);
	a.act = CS_RECOVERY_SPEED_UP;
	a.at = (cs_time){ 8 };
	CHECK_OK(cs_recovery_approval_add(t->tx, &a));
	CHECK_OK(cs_recovery_approval_list(t->tx, c.id, &list, &count));
	CHECK_INT(count, 2);
	CHECK_INT(list[0].act, CS_RECOVERY_START);
	CHECK(cs_id_equal(list[0].account, t->account));
	CHECK(cs_id_equal(list[0].member, bert));
	CHECK_TEXT(list[0].email, "bert@one.test");
	CHECK_TEXT(list[0].reason, "they called");
	CHECK_INT(list[1].act, CS_RECOVERY_SPEED_UP);
	contract_commit(t);
}

/* --- at once --- */

#define PARALLEL 24

struct racer {
	struct contract *t;
	struct cs_store *store;
	struct cs_op op;
	pthread_t thread;
	cs_id id;
	bool was_first;
};

/* What release, the access code and a veto do: only from the state that was read. */
static cs_err
move_on(struct cs_tx *tx, void *ctx)
{
	struct racer *r = ctx;
	struct cs_recovery_case c;

	r->was_first = false;
	CS_TRY(cs_recovery_find(tx, r->id, &c));
	if (c.state != CS_RECOVERY_WAITING)
		return CS_OK;
	c.state = CS_RECOVERY_READY;
	CS_TRY(cs_recovery_swap(tx, &c));
	r->was_first = true;
	return CS_OK;
}

static void *
race(void *ctx)
{
	struct racer *r = ctx;

	CHECK_OK(cs_store_write(r->store, &r->op, move_on, r));
	return NULL;
}

CONTRACT(of_two_nodes_at_once_one_moves_a_recovery_case_on)
{
	CS_AUTO(cs_store_close) struct cs_store *other = contract_open(t, t->url);
	struct racer racers[PARALLEL];
	int first = 0;

	contract_begin(t);
	add_member(t, ada, "ada@one.test");
	struct cs_recovery_case c = begin(t, 1, ada);
	c.state = CS_RECOVERY_WAITING;
	CHECK_OK(cs_recovery_swap(t->tx, &c));
	contract_commit(t);
	for (int i = 0; i < PARALLEL; i++) {
		racers[i] = (struct racer){
			.t = t, .store = i % 2 == 0 ? t->store : other, .op = t->op, .id = c.id
		};
		racers[i].op.arena = cs_arena_new(4 << 20);
		racers[i].op.deadline = cs_time_add(t->op.now, 120000);
		CHECK_INT(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
	}
	for (int i = 0; i < PARALLEL; i++) {
		CHECK_INT(pthread_join(racers[i].thread, NULL), 0);
		first += racers[i].was_first ? 1 : 0;
		cs_arena_free(&racers[i].op.arena);
	}
	CHECK_INT(first, 1);
	contract_begin(t);
	CHECK_OK(cs_recovery_find(t->tx, c.id, &c));
	CHECK_INT(c.version, 2);
	contract_commit(t);
}

static cs_err
begin_at_once(struct cs_tx *tx, void *ctx)
{
	struct racer *r = ctx;
	struct cs_recovery_case c = sample(r->t, 0, ada);
	cs_err e;

	r->was_first = false;
	c.id = r->id;
	e = cs_recovery_add(tx, &c);
	r->was_first = !cs_failed(e);
	return cs_is(e, CS_E_CONFLICT) ? CS_OK : e;
}

static void *
race_to_begin(void *ctx)
{
	struct racer *r = ctx;

	CHECK_OK(cs_store_write(r->store, &r->op, begin_at_once, r));
	return NULL;
}

CONTRACT(of_two_nodes_at_once_one_begins_a_recovery_case)
{
	CS_AUTO(cs_store_close) struct cs_store *other = contract_open(t, t->url);
	struct racer racers[PARALLEL];
	int first = 0;

	contract_begin(t);
	add_member(t, ada, "ada@one.test");
	contract_commit(t);
	for (int i = 0; i < PARALLEL; i++) {
		racers[i] = (struct racer){ .t = t,
			.store = i % 2 == 0 ? t->store : other,
			.op = t->op,
			.id = { { 1, (uint8_t)i } } };
		racers[i].op.arena = cs_arena_new(4 << 20);
		racers[i].op.deadline = cs_time_add(t->op.now, 120000);
		CHECK_INT(pthread_create(&racers[i].thread, NULL, race_to_begin, &racers[i]), 0);
	}
	for (int i = 0; i < PARALLEL; i++) {
		CHECK_INT(pthread_join(racers[i].thread, NULL), 0);
		first += racers[i].was_first ? 1 : 0;
		cs_arena_free(&racers[i].op.arena);
	}
	CHECK_INT(first, 1);
	CHECK_INT(contract_count(t, "SELECT count(*) FROM recovery_case"), 1);
}
