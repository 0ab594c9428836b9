/*
 * nodes_contract.c - two nodes on one PostgreSQL, and a node that loses its link.
 */
#include "contract.h"

#include "proxy.h"
#include "store/authenticator_store.h"
#include "store/change_store.h"
#include "store/outbox_store.h"
#include "store/rate_store.h"
#include "store/setting_store.h"
#include "store/store_driver.h"

#include <pthread.h>
#include <stdatomic.h>

#define NODES(NAME) CONTRACT_ON(CONTRACT_POSTGRES, NAME)

/* Every thread has an operation of its own. */
struct actor {
	struct contract *t;
	struct cs_store *store;
	struct cs_op op;
	pthread_t thread;
	cs_err result;
	struct cs_rate rate;
	int64_t number;
};

static void
actor_init(struct actor *a, struct contract *t, struct cs_store *store)
{
	*a = (struct actor){ .t = t, .store = store, .op = t->op };
	a->op.arena = cs_arena_new(4 * 1024 * 1024);
	a->op.deadline = cs_time_add(a->op.now, 120000);
}

/* --- 200 at once --- */

#define BUDGET 37
#define ATTEMPTS 200

static const uint8_t the_key[CS_RATE_KEY_LEN] = { 9 };
static const cs_id the_reader = { { 6 } };

static cs_err
debit(struct cs_tx *tx, void *ctx)
{
	struct actor *a = ctx;
	return cs_rate_debit(tx, the_key, CS_HOUR_MS, BUDGET, a->op.now, &a->rate);
}

static void *
debit_main(void *arg)
{
	struct actor *a = arg;

	a->result = cs_store_write(a->store, &a->op, debit, a);
	return NULL;
}

static void
check_debits(struct contract *t, struct cs_store *one, struct cs_store *two)
{
	static struct actor actors[ATTEMPTS];
	int allowed = 0;

	for (int i = 0; i < ATTEMPTS; i++) {
		actor_init(&actors[i], t, i % 2 == 0 ? one : two);
		CHECK_INT(pthread_create(&actors[i].thread, NULL, debit_main, &actors[i]), 0);
	}
	for (int i = 0; i < ATTEMPTS; i++) {
		pthread_join(actors[i].thread, NULL);
		CHECK_OK(actors[i].result);
		allowed += actors[i].rate.is_allowed ? 1 : 0;
		cs_arena_free(&actors[i].op.arena);
	}
	CHECK_INT(allowed, BUDGET);
}

NODES(two_hundred_debits_at_once_on_two_nodes_cost_exactly_the_budget)
{
	CS_AUTO(cs_store_close) struct cs_store *other = contract_open(t, t->url);

	check_debits(t, t->store, other);
}

CONTRACT(two_hundred_debits_at_once_cost_exactly_the_budget)
{
	check_debits(t, t->store, t->store);
}

/* --- one backup code, typed at two nodes at once --- */

#define TYPED 40

static cs_err
use_code(struct cs_tx *tx, void *ctx)
{
	struct actor *a = ctx;
	struct cs_authenticator codes;

	/* judged on what is stored now: whoever comes second sees it used, or conflicts */
	a->rate.is_allowed = false;
	CS_TRY(cs_authenticator_find_issued(
	    tx, a->t->account, the_reader, CS_STR("backup_code"), &codes));
	if (codes.replay_len > 0)
		return CS_OK;
	CS_TRY(cs_authenticator_advance(tx, &codes, CS_SPAN("used", 4), false, a->op.now));
	a->rate.is_allowed = true;
	return CS_OK;
}

static void *
use_main(void *arg)
{
	struct actor *a = arg;

	a->result = cs_store_write(a->store, &a->op, use_code, a);
	return NULL;
}

NODES(a_code_that_is_typed_at_two_nodes_at_once_is_used_up_once)
{
	CS_AUTO(cs_store_close) struct cs_store *other = contract_open(t, t->url);
	static struct actor actors[TYPED];
	const struct cs_authenticator codes = {
		.account = t->account,
		.id = { { 5 } },
		.subject = the_reader,
		.factor = CS_STR("backup_code"),
		.sealed = CS_SPAN("sealed", 6),
		.params = CS_STR("{}"),
		.created = t->op.now,
	};
	int used = 0;

	contract_begin(t);
	CHECK_OK(cs_authenticator_issue(t->tx, &codes));
	contract_commit(t);
	for (int i = 0; i < TYPED; i++) {
		actor_init(&actors[i], t, i % 2 == 0 ? t->store : other);
		CHECK_INT(pthread_create(&actors[i].thread, NULL, use_main, &actors[i]), 0);
	}
	for (int i = 0; i < TYPED; i++) {
		pthread_join(actors[i].thread, NULL);
		CHECK(!cs_failed(actors[i].result) || cs_is(actors[i].result, CS_E_CONFLICT));
		used += !cs_failed(actors[i].result) && actors[i].rate.is_allowed;
		cs_arena_free(&actors[i].op.arena);
	}
	CHECK_INT(used, 1);
}

/* --- the change sequence --- */

#define WRITERS 6
#define CHANGES 40

static cs_err
add_change(struct cs_tx *tx, void *ctx)
{
	struct actor *a = ctx;
	return cs_change_add(tx, a->t->account, CS_CHANGE_USER, (cs_id){ { (uint8_t)a->number } });
}

static void *
change_main(void *arg)
{
	struct actor *a = arg;

	a->result = CS_OK;
	for (int i = 0; i < CHANGES && !cs_failed(a->result); i++)
		a->result = cs_store_write(a->store, &a->op, add_change, a);
	return NULL;
}

struct follower {
	struct actor actor;
	int64_t seen;
	bool has_skipped;
};

static cs_err
follow(struct cs_tx *tx, void *ctx)
{
	struct follower *f = ctx;
	const struct cs_change *list;
	size_t count;
	int64_t after = f->seen;

	f->has_skipped = false;
	CS_TRY(cs_change_list(tx, after, 100, &list, &count));
	for (size_t i = 0; i < count; i++)
		if (list[i].seq != after + 1 + (int64_t)i)
			f->has_skipped = true;
	f->actor.number = (int64_t)count;
	return CS_OK;
}

static void *
follow_main(void *arg)
{
	struct follower *f = arg;
	struct actor *a = &f->actor;

	a->result = CS_OK;
	while (!cs_failed(a->result) && !f->has_skipped && f->seen < WRITERS * CHANGES) {
		cs_arena_reset(a->op.arena);
		a->result = cs_store_read(a->store, &a->op, follow, f);
		f->seen += a->number;
	}
	return NULL;
}

/* A number that was committed late would be passed over by a reader that had seen a higher one. */
NODES(a_follower_never_sees_a_gap_while_two_nodes_write)
{
	CS_AUTO(cs_store_close) struct cs_store *other = contract_open(t, t->url);
	struct actor writers[WRITERS];
	struct follower f = { .seen = 0 };

	actor_init(&f.actor, t, other);
	pthread_create(&f.actor.thread, NULL, follow_main, &f);
	for (int i = 0; i < WRITERS; i++) {
		actor_init(&writers[i], t, i % 2 == 0 ? t->store : other);
		writers[i].number = i;
		pthread_create(&writers[i].thread, NULL, change_main, &writers[i]);
	}
	for (int i = 0; i < WRITERS; i++) {
		pthread_join(writers[i].thread, NULL);
		CHECK_OK(writers[i].result);
		cs_arena_free(&writers[i].op.arena);
	}
	pthread_join(f.actor.thread, NULL);
	CHECK_OK(f.actor.result);
	CHECK(!f.has_skipped);
	CHECK_INT(f.seen, WRITERS * CHANGES);
	cs_arena_free(&f.actor.op.arena);
}

static void *
wait_main(void *arg)
{
	cs_store_wait_change(arg, 20000);
	return NULL;
}

NODES(a_change_on_one_node_wakes_the_other)
{
	CS_AUTO(cs_store_close) struct cs_store *other = contract_open(t, t->url);
	struct actor a;
	pthread_t waiter;

	actor_init(&a, t, t->store);
	cs_store_wait_change(other, 10000); /* begins to listen */
	int64_t began = cs_store_monotonic_ms();
	pthread_create(&waiter, NULL, wait_main, other);
	/* heard although it may come before the wait begins: the connection keeps it */
	CHECK_OK(cs_store_write(t->store, &a.op, add_change, &a));
	pthread_join(waiter, NULL);
	CHECK(cs_store_monotonic_ms() - began < 15000);
	cs_arena_free(&a.op.arena);
}

/* --- the outbox --- */

static cs_err
lease_one(struct cs_tx *tx, void *ctx)
{
	struct actor *a = ctx;
	struct cs_outbox_item item;

	CS_TRY(cs_outbox_lease(tx, a->op.id, a->op.now, cs_time_add(a->op.now, 5000), &item));
	a->number = item.id.b[0];
	return CS_OK;
}

static void *
lease_main(void *arg)
{
	struct actor *a = arg;

	a->result = cs_store_write(a->store, &a->op, lease_one, a);
	return NULL;
}

NODES(two_nodes_never_lease_the_same_message)
{
	CS_AUTO(cs_store_close) struct cs_store *other = contract_open(t, t->url);
	struct actor actors[20];
	int taken[21] = { 0 }, missed = 0;

	contract_begin(t);
	for (uint8_t i = 1; i <= 12; i++) {
		struct cs_outbox_item m = { t->account, { { i } }, CS_CHANNEL_MAIL, CS_SPAN("x", 1),
			t->op.now, cs_time_add(t->op.now, 60000), 0 };
		CHECK_OK(cs_outbox_add(t->tx, &m));
	}
	contract_commit(t);
	for (int i = 0; i < 20; i++) {
		actor_init(&actors[i], t, i % 2 == 0 ? t->store : other);
		actors[i].op.id = cs_id_new(t->rng);
		pthread_create(&actors[i].thread, NULL, lease_main, &actors[i]);
	}
	for (int i = 0; i < 20; i++) {
		pthread_join(actors[i].thread, NULL);
		if (cs_is(actors[i].result, CS_E_NOT_FOUND))
			missed++;
		else
			CHECK_INT(++taken[actors[i].number], 1);
		cs_arena_free(&actors[i].op.arena);
	}
	CHECK_INT(missed, 8);
}

/* --- a link that breaks --- */

struct broken {
	struct proxy *proxy;
	char url[CONTRACT_URL_MAX];
	struct cs_store *store;
	struct cs_op op;
};

static void
broken_open(struct contract *t, struct broken *b, int64_t budget_ms)
{
	b->proxy = proxy_start(t->url, b->url, sizeof(b->url));
	b->store = contract_open(t, b->url);
	b->op = t->op;
	b->op.deadline = cs_time_add(b->op.now, budget_ms);
}

static void
broken_close(struct broken *b)
{
	proxy_set(b->proxy, PROXY_REFUSE);
	cs_store_close(&b->store);
	proxy_stop(&b->proxy);
}

static cs_err
set_one(struct cs_tx *tx, void *ctx)
{
	return cs_setting_set(tx, (cs_id){ { 1 } }, CS_STR("name"), *(cs_str *)ctx);
}

static cs_err
find_one(struct cs_tx *tx, void *ctx)
{
	return cs_setting_find(tx, (cs_id){ { 1 } }, CS_STR("name"), ctx);
}

static void
check_content(struct contract *t, const char *want)
{
	cs_str got;

	CHECK_OK(cs_store_read(t->store, &t->op, find_one, &got));
	CHECK_TEXT(got, want);
}

NODES(a_node_without_its_link_says_unavailable_and_recovers)
{
	struct broken b;
	cs_str one = CS_STR("1"), two = CS_STR("2"), got;

	broken_open(t, &b, 60000);
	CHECK_OK(cs_store_write(b.store, &b.op, set_one, &one));
	proxy_set(b.proxy, PROXY_REFUSE);
	CHECK_ERR(cs_store_write(b.store, &b.op, set_one, &two), UNAVAILABLE);
	CHECK_ERR(cs_store_read(b.store, &b.op, find_one, &got), UNAVAILABLE);
	/* the other node goes on */
	check_content(t, "1");
	proxy_set(b.proxy, PROXY_PASS);
	CHECK_OK(cs_store_write(b.store, &b.op, set_one, &two));
	CHECK_OK(cs_store_read(b.store, &b.op, find_one, &got));
	CHECK_TEXT(got, "2");
	broken_close(&b);
}

NODES(a_server_that_answers_nothing_costs_an_operation_its_own_time_only)
{
	struct broken b;
	cs_str one = CS_STR("1"), two = CS_STR("2"), got;

	broken_open(t, &b, 60000);
	CHECK_OK(cs_store_write(b.store, &b.op, set_one, &one));
	proxy_set(b.proxy, PROXY_SILENT);
	b.op.deadline = cs_time_add(b.op.now, 200);
	int64_t began = cs_store_monotonic_ms();
	CHECK_ERR(cs_store_read(b.store, &b.op, find_one, &got), UNAVAILABLE);
	CHECK_ERR(cs_store_write(b.store, &b.op, set_one, &two), UNAVAILABLE);
	CHECK(cs_store_monotonic_ms() - began < 20000);
	proxy_set(b.proxy, PROXY_REFUSE);
	proxy_set(b.proxy, PROXY_PASS);
	b.op.deadline = cs_time_add(b.op.now, 60000);
	CHECK_OK(cs_store_write(b.store, &b.op, set_one, &two));
	check_content(t, "2");
	broken_close(&b);
}

NODES(a_session_that_the_server_ends_is_replaced_unnoticed)
{
	struct broken b;
	cs_str one = CS_STR("1"), two = CS_STR("2"), got;

	broken_open(t, &b, 60000);
	CHECK_OK(cs_store_write(b.store, &b.op, set_one, &one));
	CHECK(contract_count(t,
		  "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
		  " WHERE datname = current_database() AND pid <> pg_backend_pid()") > 0);
	CHECK_OK(cs_store_write(b.store, &b.op, set_one, &two));
	CHECK_OK(cs_store_read(b.store, &b.op, find_one, &got));
	CHECK_TEXT(got, "2");
	broken_close(&b);
}

NODES(a_commit_that_never_arrived_is_uncertain)
{
	struct broken b;
	cs_str one = CS_STR("1"), two = CS_STR("2");

	broken_open(t, &b, 60000);
	CHECK_OK(cs_store_write(b.store, &b.op, set_one, &one));
	proxy_set(b.proxy, PROXY_CUT_AT_COMMIT);
	CHECK_ERR(cs_store_write(b.store, &b.op, set_one, &two), UNCERTAIN);
	CHECK_INT(proxy_struck(b.proxy), 1);
	check_content(t, "1");
	CHECK_OK(cs_store_write(b.store, &b.op, set_one, &two));
	check_content(t, "2");
	broken_close(&b);
}

static bool
holds_two(struct contract *t)
{
	cs_str got;

	CHECK_OK(cs_store_read(t->store, &t->op, find_one, &got));
	return cs_str_equal(got, CS_STR("2"));
}

NODES(a_commit_whose_answer_was_lost_is_uncertain_too)
{
	struct broken b;
	cs_str one = CS_STR("1"), two = CS_STR("2");

	broken_open(t, &b, 60000);
	CHECK_OK(cs_store_write(b.store, &b.op, set_one, &one));
	proxy_set(b.proxy, PROXY_CUT_AFTER_COMMIT);
	CHECK_ERR(cs_store_write(b.store, &b.op, set_one, &two), UNCERTAIN);
	CHECK_INT(proxy_struck(b.proxy), 1);
	/* this one happened: the answer was cut off behind it */
	CHECK(holds_two(t));
	broken_close(&b);
}

/* The answer to a reading transaction is never in doubt. */
NODES(reading_is_never_uncertain)
{
	struct broken b;
	cs_str one = CS_STR("1"), got;

	broken_open(t, &b, 60000);
	CHECK_OK(cs_store_write(b.store, &b.op, set_one, &one));
	proxy_set(b.proxy, PROXY_CUT_AT_COMMIT);
	CHECK_OK(cs_store_read(b.store, &b.op, find_one, &got));
	CHECK_TEXT(got, "1");
	proxy_set(b.proxy, PROXY_REFUSE);
	CHECK_ERR(cs_store_read(b.store, &b.op, find_one, &got), UNAVAILABLE);
	broken_close(&b);
}

struct cut_inside {
	struct broken *b;
	int runs;
};

static cs_err
cut_in_the_middle(struct cs_tx *tx, void *ctx)
{
	struct cut_inside *c = ctx;
	cs_str content = CS_STR("2");

	CS_TRY(set_one(tx, &content));
	if (c->runs++ == 0) {
		proxy_set(c->b->proxy, PROXY_REFUSE);
		(void)cs_failed(cs_setting_remove(tx, (cs_id){ { 1 } }, CS_STR("other")));
		proxy_set(c->b->proxy, PROXY_PASS);
	}
	return CS_OK;
}

NODES(a_link_that_breaks_before_the_commit_makes_the_unit_run_again)
{
	struct broken b;
	cs_str one = CS_STR("1");
	struct cut_inside c = { .b = &b };

	broken_open(t, &b, 60000);
	CHECK_OK(cs_store_write(b.store, &b.op, set_one, &one));
	CHECK_OK(cs_store_write(b.store, &b.op, cut_in_the_middle, &c));
	CHECK_INT(c.runs, 2);
	check_content(t, "2");
	broken_close(&b);
}

NODES(a_database_with_another_encoding_is_refused)
{
	struct cs_store_config cfg = { .readers = 1 };
	char url[CONTRACT_URL_MAX];
	struct cs_store *s;

	contract_script(t, "DROP DATABASE IF EXISTS cs_wrong_encoding");
	contract_script(t,
	    "CREATE DATABASE cs_wrong_encoding TEMPLATE template0 ENCODING 'SQL_ASCII'"
	    " LOCALE 'C'");
	const char *host = strstr(t->url, "?host=");
	const char *name = host;
	while (name[-1] != '/')
		name--;
	snprintf(url, sizeof(url), "%.*scs_wrong_encoding%s", (int)(name - t->url), t->url, host);
	cfg.url = cs_str_c(url);
	CHECK_ERR(cs_store_open_migrated(&cfg, &s), INVALID);
	contract_script(t, "DROP DATABASE cs_wrong_encoding");
}
