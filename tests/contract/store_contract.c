/*
 * store_contract.c - what a unit of work may rely on, whichever database it is.
 */
#include "contract.h"

#include "store/setting_store.h"
#include "store/store_parts.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

/* --- small closures --- */

struct note {
	cs_id account;
	const char *name, *content;
	cs_err answer; /* what the closure returns in the end */
	cs_str found;
	cs_err find_result;
	int runs;
};

static cs_err
set_note(struct cs_tx *tx, void *ctx)
{
	struct note *n = ctx;

	n->runs++;
	CS_TRY(cs_setting_set(tx, n->account, cs_str_c(n->name), cs_str_c(n->content)));
	return n->answer;
}

static cs_err
find_note(struct cs_tx *tx, void *ctx)
{
	struct note *n = ctx;

	n->find_result = cs_setting_find(tx, n->account, cs_str_c(n->name), &n->found);
	return CS_OK;
}

static bool
has_note(struct contract *t, const char *name)
{
	struct note n = { .account = t->account, .name = name };

	CHECK_OK(cs_store_read(t->store, &t->op, find_note, &n));
	return !cs_failed(n.find_result);
}

/* --- commit and rollback --- */

CONTRACT(what_is_written_is_read_afterwards)
{
	struct note n = { .account = t->account, .name = "a", .content = "1" };

	CHECK(!has_note(t, "a"));
	CHECK_OK(cs_store_write(t->store, &t->op, set_note, &n));
	CHECK(has_note(t, "a"));
	CHECK_INT(n.runs, 1);
}

CONTRACT(nothing_of_a_closure_that_fails_is_kept)
{
	struct note n = { .account = t->account, .name = "a", .content = "1" };

	n.answer = CS_FAIL(LIMIT);
	CHECK_ERR(cs_store_write(t->store, &t->op, set_note, &n), LIMIT);
	CHECK(!has_note(t, "a"));
	n.answer = CS_FAIL(NOT_FOUND);
	CHECK_ERR(cs_store_write(t->store, &t->op, set_note, &n), NOT_FOUND);
	CHECK(!has_note(t, "a"));
}

CONTRACT(the_store_works_on_after_a_closure_that_failed)
{
	struct note bad = { .account = t->account, .name = "a", .content = "1" };
	struct note good = { .account = t->account, .name = "b", .content = "1" };

	for (int i = 0; i < 20; i++) {
		bad.answer = CS_FAIL(CONFLICT);
		CHECK_ERR(cs_store_write(t->store, &t->op, set_note, &bad), CONFLICT);
	}
	CHECK_OK(cs_store_write(t->store, &t->op, set_note, &good));
	CHECK(has_note(t, "b"));
	CHECK(!has_note(t, "a"));
}

/* --- a transaction that the database has ended --- */

static cs_err
collide_and_go_on(struct cs_tx *tx, void *ctx)
{
	struct note *n = ctx;

	CS_TRY(cs_setting_set(tx, n->account, CS_STR("before"), CS_STR("1")));
	/* a foreign key: no such account */
	n->find_result = cs_setting_set(tx, (cs_id){ { 7, 7 } }, CS_STR("x"), CS_STR("1"));
	/* ignored, as if one could go on */
	(void)cs_failed(cs_setting_set(tx, n->account, CS_STR("after"), CS_STR("1")));
	return CS_OK;
}

CONTRACT(a_violated_constraint_ends_the_transaction_even_if_it_is_ignored)
{
	struct note n = { .account = t->account };

	CHECK_ERR(cs_store_write(t->store, &t->op, collide_and_go_on, &n), CONFLICT);
	CHECK_ERR(n.find_result, CONFLICT);
	CHECK(!has_note(t, "before"));
	CHECK(!has_note(t, "after"));
}

static cs_err
write_in_a_read(struct cs_tx *tx, void *ctx)
{
	struct note *n = ctx;
	return cs_setting_set(tx, n->account, CS_STR("x"), CS_STR("1"));
}

CONTRACT(a_reading_transaction_cannot_write)
{
	struct note n = { .account = t->account };

	CHECK(cs_failed(cs_store_read(t->store, &t->op, write_in_a_read, &n)));
	CHECK(!has_note(t, "x"));
}

/* --- a statement that is left in the middle --- */

static cs_err
leave_open(struct cs_tx *tx, void *ctx)
{
	struct note *n = ctx;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_CHANGE_NEXT);

	CS_TRY(cs_sql_one(q)); /* RETURNING, not ended */
	return cs_setting_set(tx, n->account, CS_STR("x"), CS_STR("1"));
}

CONTRACT(a_statement_that_is_not_ended_does_not_hold_up_the_commit)
{
	struct note n = { .account = t->account };

	CHECK_OK(cs_store_write(t->store, &t->op, leave_open, &n));
	CHECK_OK(cs_store_write(t->store, &t->op, leave_open, &n));
	CHECK(has_note(t, "x"));
	CHECK_INT(contract_count(t, "SELECT seq FROM change_counter"), 2);
}

static cs_err
read_wrong_type(struct cs_tx *tx, void *ctx)
{
	struct note *n = ctx;
	struct cs_stmt *q = cs_sql_begin(tx, CS_Q_SETTING_FIND);

	cs_bind_id(q, n->account);
	cs_bind_str(q, CS_STR("a"));
	CS_TRY(cs_sql_one(q));
	CHECK_INT(cs_col_i64(q, 0), 0);
	return CS_OK; /* without cs_sql_end */
}

CONTRACT(an_error_of_a_column_is_not_lost_though_nobody_asks)
{
	struct note n = { .account = t->account, .name = "a", .content = "text" };

	CHECK_OK(cs_store_write(t->store, &t->op, set_note, &n));
	CHECK_ERR(cs_store_read(t->store, &t->op, read_wrong_type, &n), STORE);
	CHECK(has_note(t, "a"));
}

CONTRACT(text_larger_than_the_arena_is_a_limit)
{
	struct cs_arena *small = cs_arena_new(4096);
	struct cs_op op = t->op;
	struct note n = { .account = t->account, .name = "a" };
	char *big = calloc(1, 100001);

	memset(big, 'x', 100000);
	n.content = big;
	CHECK_OK(cs_store_write(t->store, &t->op, set_note, &n));
	op.arena = small;
	CHECK_OK(cs_store_read(t->store, &op, find_note, &n));
	CHECK_ERR(n.find_result, LIMIT);
	free(big);
	cs_arena_free(&small);
}

/* --- time --- */

CONTRACT(an_operation_that_is_out_of_time_is_not_begun)
{
	struct note n = { .account = t->account, .name = "a", .content = "1" };
	struct cs_op late = t->op;

	late.deadline = cs_time_add(late.now, -1);
	CHECK_ERR(cs_store_write(t->store, &late, set_note, &n), UNAVAILABLE);
	CHECK_ERR(cs_store_read(t->store, &late, find_note, &n), UNAVAILABLE);
	CHECK_INT(n.runs, 0);
	CHECK(!has_note(t, "a"));
}

struct gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	int entered;
	bool is_open;
};

static cs_err
hold(struct cs_tx *tx, void *ctx)
{
	struct gate *g = ctx;

	pthread_mutex_lock(&g->lock);
	g->entered++;
	pthread_cond_broadcast(&g->changed);
	while (!g->is_open)
		pthread_cond_wait(&g->changed, &g->lock);
	pthread_mutex_unlock(&g->lock);
	return CS_OK;
}

struct holder {
	struct contract *t;
	struct gate *gate;
	bool reads;
	cs_err result;
	pthread_t thread;
};

static void *
hold_main(void *arg)
{
	struct holder *h = arg;

	h->result = h->reads ? cs_store_read(h->t->store, &h->t->op, hold, h->gate)
			     : cs_store_write(h->t->store, &h->t->op, hold, h->gate);
	return NULL;
}

static void
gate_open(struct gate *g)
{
	pthread_mutex_lock(&g->lock);
	g->is_open = true;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

static void
gate_wait_entered(struct gate *g, int count)
{
	pthread_mutex_lock(&g->lock);
	while (g->entered < count)
		pthread_cond_wait(&g->changed, &g->lock);
	pthread_mutex_unlock(&g->lock);
}

CONTRACT_ON(CONTRACT_SQLITE, a_writer_that_is_kept_waiting_gives_up_at_its_deadline)
{
	struct gate g = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, false };
	struct holder h = { .t = t, .gate = &g };
	struct note n = { .account = t->account, .name = "a", .content = "1" };
	struct cs_op brief = t->op;

	brief.deadline = cs_time_add(brief.now, 30);
	pthread_create(&h.thread, NULL, hold_main, &h);
	gate_wait_entered(&g, 1);
	CHECK_ERR(cs_store_write(t->store, &brief, set_note, &n), UNAVAILABLE);
	gate_open(&g);
	pthread_join(h.thread, NULL);
	CHECK_OK(h.result);
	CHECK_INT(n.runs, 0);
	CHECK(!has_note(t, "a"));
}

CONTRACT(a_reader_that_finds_no_connection_gives_up_at_its_deadline)
{
	struct gate g = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, false };
	struct holder h[8];
	struct note n = { .account = t->account, .name = "a" };
	struct cs_op brief = t->op;

	brief.deadline = cs_time_add(brief.now, 30);
	for (size_t i = 0; i < CS_COUNT(h); i++) {
		h[i] = (struct holder){ .t = t, .gate = &g, .reads = true };
		pthread_create(&h[i].thread, NULL, hold_main, &h[i]);
	}
	gate_wait_entered(&g, 8);
	CHECK_ERR(cs_store_read(t->store, &brief, find_note, &n), UNAVAILABLE);
	gate_open(&g);
	for (size_t i = 0; i < CS_COUNT(h); i++) {
		pthread_join(h[i].thread, NULL);
		CHECK_OK(h[i].result);
	}
	CHECK_OK(cs_store_read(t->store, &t->op, find_note, &n));
}

/* --- many at once --- */

#define THREADS 16
#define ROUNDS 25

struct worker {
	struct contract *t;
	int number;
	int failures;
	pthread_t thread;
};

static cs_err
count_up(struct cs_tx *tx, void *ctx)
{
	cs_str text;
	int64_t n = 0;
	char next[24];

	struct contract *t = ctx;
	cs_err e = cs_setting_find(tx, t->account, CS_STR("sum"), &text);
	if (!cs_failed(e))
		CS_ASSERT(cs_str_to_i64(text, &n));
	snprintf(next, sizeof(next), "%lld", (long long)n + 1);
	return cs_setting_set(tx, t->account, CS_STR("sum"), cs_str_c(next));
}

/* Half of the closures fail on purpose, amid the others' batches. */
static void *
work(void *arg)
{
	struct worker *w = arg;
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(1024 * 1024);
	struct cs_op op = w->t->op;

	op.arena = arena;
	op.deadline = cs_time_add(op.now, 60000);
	for (int i = 0; i < ROUNDS; i++) {
		char name[32];
		snprintf(
		    name, sizeof(name), "%s-%d-%d", i % 2 == 0 ? "kept" : "failed", w->number, i);
		struct note n = { .account = w->t->account, .name = name, .content = "1" };
		n.answer = i % 2 == 0 ? CS_OK : CS_FAIL(FORBIDDEN);
		cs_err e = cs_store_write(w->t->store, &op, set_note, &n);
		w->failures += e.code == n.answer.code ? 0 : 1;
		struct contract mine = *w->t;
		w->failures += cs_failed(cs_store_write(w->t->store, &op, count_up, &mine)) ? 1 : 0;
		cs_arena_reset(arena);
	}
	return NULL;
}

CONTRACT(many_threads_lose_nothing_and_keep_nothing_that_failed)
{
	struct worker w[THREADS];
	struct note sum = { .account = t->account, .name = "sum" };

	for (int i = 0; i < THREADS; i++) {
		w[i] = (struct worker){ .t = t, .number = i };
		pthread_create(&w[i].thread, NULL, work, &w[i]);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(w[i].thread, NULL);
		CHECK_INT(w[i].failures, 0);
	}
	CHECK_INT(contract_count(t, "SELECT count(*) FROM setting WHERE name LIKE 'kept-%'"),
	    THREADS * ((ROUNDS + 1) / 2));
	CHECK_INT(contract_count(t, "SELECT count(*) FROM setting WHERE name LIKE 'failed-%'"), 0);
	/* read, then write: no increment is lost */
	CHECK_OK(cs_store_read(t->store, &t->op, find_note, &sum));
	CHECK_TEXT(sum.found, "400");
}

static cs_err
read_twice(struct cs_tx *tx, void *ctx)
{
	struct contract *t = ctx;
	struct note before = { .account = t->account, .name = "a" }, after = before;
	struct note change = { .account = t->account, .name = "a", .content = "2" };

	CS_TRY(find_note(tx, &before));
	CS_TRY(cs_store_write(t->store, &t->op, set_note, &change));
	CS_TRY(find_note(tx, &after));
	CHECK_TEXT(before.found, "1");
	CHECK_TEXT(after.found, "1");
	return CS_OK;
}

CONTRACT(a_reading_transaction_sees_one_moment)
{
	struct note n = { .account = t->account, .name = "a", .content = "1" };

	CHECK_OK(cs_store_write(t->store, &t->op, set_note, &n));
	CHECK_OK(cs_store_read(t->store, &t->op, read_twice, t));
	CHECK_OK(cs_store_read(t->store, &t->op, find_note, &n));
	CHECK_TEXT(n.found, "2");
}

/* --- a disk that is full --- */

static void
limit_files(rlim_t bytes)
{
	struct rlimit l;

	CHECK_INT(getrlimit(RLIMIT_FSIZE, &l), 0);
	l.rlim_cur = bytes;
	CHECK_INT(setrlimit(RLIMIT_FSIZE, &l), 0);
}

CONTRACT_ON(CONTRACT_SQLITE, a_full_disk_loses_nothing_and_ends_with_the_disk)
{
	struct note before = { .account = t->account, .name = "before", .content = "1" };
	struct note after = { .account = t->account, .name = "after", .content = "1" };
	struct note big = { .account = t->account, .name = "big" };
	char *content = calloc(1, 4000001);

	memset(content, 'x', 4000000);
	big.content = content;
	signal(SIGXFSZ, SIG_IGN);
	CHECK_OK(cs_store_write(t->store, &t->op, set_note, &before));
	limit_files(2000000);
	CHECK(cs_failed(cs_store_write(t->store, &t->op, set_note, &big)));
	limit_files(RLIM_INFINITY);
	CHECK(has_note(t, "before"));
	CHECK(!has_note(t, "big"));
	CHECK_OK(cs_store_write(t->store, &t->op, set_note, &after));
	CHECK(has_note(t, "after"));
	CHECK_OK(cs_store_write(t->store, &t->op, set_note, &big));
	CHECK(has_note(t, "big"));
	free(content);
}

/* --- opening --- */

CONTRACT_ON(CONTRACT_SQLITE, a_writing_connection_is_durable_and_keeps_its_keys)
{
	CHECK_INT(contract_count(t, "PRAGMA synchronous"), 2); /* FULL */
	CHECK_INT(contract_count(t, "PRAGMA foreign_keys"), 1);
	CHECK_INT(contract_count(t, "PRAGMA secure_delete"), 1);
	CHECK_INT(contract_count(t, "SELECT count(*) FROM pragma_journal_mode"
				    " WHERE journal_mode = 'wal'"),
	    1);
}

CONTRACT_ON(CONTRACT_SQLITE, the_file_is_readable_to_its_owner_alone)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	char path[CONTRACT_URL_MAX + 8];
	struct stat st;

	for (size_t i = 0; i < CS_COUNT(suffixes); i++) {
		snprintf(path, sizeof(path), "%s%s", t->url + strlen("sqlite:"), suffixes[i]);
		CHECK_INT(stat(path, &st), 0);
		CHECK_INT(st.st_mode & 0777, 0600);
	}
}

/* A typing error in double quotes would otherwise be a text. */
CONTRACT_ON(CONTRACT_SQLITE, double_quotes_are_names_only)
{
	contract_begin(t);
	CHECK(cs_failed(t->conn->driver->script(t->conn, "SELECT \"no_such_column\"")));
	contract_rollback(t);
}

static void
check_refused(const char *url, unsigned readers, enum cs_code code)
{
	struct cs_store_config cfg = { .url = cs_str_c(url), .readers = readers };
	struct cs_store *s = NULL;

	CHECK(cs_is(cs_store_open(&cfg, &s), code));
	CHECK(s == NULL);
	CHECK(cs_is(cs_store_open_migrated(&cfg, &s), code));
	CHECK(s == NULL);
}

CONTRACT(an_address_that_names_no_database_is_invalid)
{
	check_refused("", 1, CS_E_INVALID);
	check_refused("sqlite:", 1, CS_E_INVALID);
	check_refused("mysql://localhost/x", 1, CS_E_INVALID);
	check_refused("postgresql://host/x?no_such_option=1", 1, CS_E_INVALID);
	check_refused(t->url, 0, CS_E_INVALID);
	check_refused(t->url, 65, CS_E_INVALID);
}

CONTRACT(a_database_that_cannot_be_reached_is_unavailable)
{
	check_refused("sqlite:/nonexistent/folder/x.db", 1, CS_E_UNAVAILABLE);
	check_refused("postgresql:///x?host=/nonexistent", 1, CS_E_UNAVAILABLE);
}

CONTRACT(a_store_is_found_as_it_was_left)
{
	struct note n = { .account = t->account, .name = "a", .content = "1" };

	CHECK_OK(cs_store_write(t->store, &t->op, set_note, &n));
	cs_store_close(&t->store);
	struct cs_store_config cfg = { .url = cs_str_c(t->url), .readers = 2 };
	CHECK_OK(cs_store_open(&cfg, &t->store));
	CHECK(has_note(t, "a"));
}

CONTRACT(every_statement_is_prepared)
{
	CHECK(CS_Q_COUNT > 40);
	contract_begin(t);
	CHECK_OK(cs_conn_prepare_all(t->conn));
	for (int i = 0; i < CS_Q_COUNT; i++)
		CHECK(t->conn->stmts[i] != NULL && t->conn->stmts[i]->handle != NULL);
	contract_rollback(t);
}
