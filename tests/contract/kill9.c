/*
 * kill9.c - no acknowledged write is missing after kill -9, at whatever moment.
 *
 *     kill9 [ROUNDS]        200 unless given; the database is CS_TEST_DATABASE's
 *
 * A child writes from several threads and reports what was acknowledged through a pipe; the parent
 * kills it at a random moment, opens the database and looks for every report. The children also
 * draw numbers by compare-and-swap: none is ever drawn twice, and none that was acknowledged is
 * given back.
 */
#include "database.h"

#include "base/log.h"
#include "crypto/random.h"
#include "store/setting_store.h"
#include "store/store.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 8
#define DRAWN_MAX 4000000

/* Fits a pipe's atomic write: whole or not at all. */
struct report {
	uint32_t round, thread, number;
	uint32_t drawn;
};

static const cs_id account = { { 0 } };

static void
must(bool ok, const char *what)
{
	if (ok)
		return;
	printf("not ok 1 - %s\n", what);
	exit(0);
}

static struct cs_store *
open_store(const char *url)
{
	struct cs_store_config cfg = { .url = cs_str_c(url), .readers = THREADS };
	struct cs_store *s;

	must(!cs_failed(cs_store_open_migrated(&cfg, &s)), "the database opens");
	return s;
}

static struct cs_op
new_op(struct cs_arena *arena)
{
	return (struct cs_op){ .now = { 1 }, .deadline = { 1 + 60000 }, .arena = arena };
}

/* --- the child --- */

struct writer {
	struct cs_store *store;
	struct report report;
	int pipe;
};

static cs_err
draw(struct cs_tx *tx, uint32_t *out)
{
	cs_str old = CS_STR_NONE;
	int64_t n = 0;

	cs_err e = cs_setting_find(tx, account, CS_STR("drawn"), &old);
	if (!cs_is(e, CS_E_NOT_FOUND))
		CS_TRY(e);
	else
		CS_TRY(cs_setting_add(tx, account, CS_STR("drawn"), CS_STR("0")));
	if (old.len != 0 && !cs_str_to_i64(old, &n))
		return CS_FAIL(STORE);
	*out = (uint32_t)n + 1;
	return cs_setting_swap(tx, account, CS_STR("drawn"), old.len == 0 ? CS_STR("0") : old,
	    cs_arena_printf(cs_tx_op(tx)->arena, "%u", *out));
}

static cs_err
write_one(struct cs_tx *tx, void *ctx)
{
	struct writer *w = ctx;
	const struct report *r = &w->report;
	cs_str name =
	    cs_arena_printf(cs_tx_op(tx)->arena, "%u/%u/%u", r->round, r->thread, r->number);

	CS_TRY(cs_setting_add(tx, account, name, CS_STR("written")));
	return draw(tx, &w->report.drawn);
}

static void *
write_main(void *arg)
{
	struct writer *w = arg;
	struct cs_arena *arena = cs_arena_new(1024 * 1024);
	struct cs_op op = new_op(arena);

	for (;; w->report.number++) {
		cs_arena_reset(arena);
		if (!cs_failed(cs_store_write(w->store, &op, write_one, w)) &&
		    write(w->pipe, &w->report, sizeof(w->report)) != sizeof(w->report))
			return NULL;
	}
}

static void
be_child(const char *url, uint32_t round, int pipe)
{
	static struct writer writers[THREADS];
	pthread_t threads[THREADS];
	struct cs_store *store = open_store(url);

	for (uint32_t i = 0; i < THREADS; i++) {
		writers[i] =
		    (struct writer){ .store = store, .report = { round, i, 0, 0 }, .pipe = pipe };
		pthread_create(&threads[i], NULL, write_main, &writers[i]);
	}
	for (uint32_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

/* --- the parent --- */

static uint8_t *drawn_before; /* by number */
static uint32_t highest;

struct check {
	const struct report *list;
	size_t count;
	size_t missing;
	int64_t drawn;
};

static cs_err
look_for(struct cs_tx *tx, void *ctx)
{
	struct check *c = ctx;
	struct cs_arena *arena = cs_tx_op(tx)->arena;
	cs_str got;

	c->missing = 0;
	for (size_t i = 0; i < c->count; i++) {
		const struct report *r = &c->list[i];
		cs_str name = cs_arena_printf(arena, "%u/%u/%u", r->round, r->thread, r->number);
		if (cs_failed(cs_setting_find(tx, account, name, &got)))
			c->missing++;
	}
	CS_TRY(cs_setting_find(tx, account, CS_STR("drawn"), &got));
	return cs_str_to_i64(got, &c->drawn) ? CS_OK : CS_FAIL(STORE);
}

static void
check_round(const char *url, const struct report *list, size_t count)
{
	struct cs_store *store = open_store(url);
	struct cs_arena *arena = cs_arena_new(256 * 1024 * 1024);
	struct cs_op op = new_op(arena);
	struct check c = { .list = list, .count = count };

	must(!cs_failed(cs_store_read(store, &op, look_for, &c)), "the database is read");
	must(c.missing == 0, "every acknowledged write is there");
	for (size_t i = 0; i < count; i++) {
		must(list[i].drawn < DRAWN_MAX && !drawn_before[list[i].drawn],
		    "no number is drawn twice");
		drawn_before[list[i].drawn] = 1;
		if (list[i].drawn > highest)
			highest = list[i].drawn;
	}
	must(c.drawn >= highest, "no number that was acknowledged is given back");
	cs_arena_free(&arena);
	cs_store_close(&store);
}

/* Reads reports until the child is dead and the pipe empty; kills at a random moment. */
static size_t
run_round(int pipe, pid_t child, struct report *list, size_t max)
{
	uint32_t left_us = cs_random_below(&cs_random_system, 40000);
	bool is_killed = false;
	size_t count = 0;

	for (;;) {
		/* only from the first acknowledgement on: before it there is nothing to lose */
		struct pollfd p = { .fd = pipe, .events = POLLIN };
		struct timespec t = { .tv_nsec = (long)left_us * 1000 };
		bool any = is_killed || count == 0 || ppoll(&p, 1, &t, NULL) > 0;
		left_us = left_us > 200 ? left_us - 200 : 0;
		if (!is_killed && count > 0 && (!any || left_us == 0)) {
			kill(child, SIGKILL);
			is_killed = true;
		}
		if (!any)
			continue;
		ssize_t n = read(pipe, &list[count], sizeof(*list));
		if (n <= 0)
			return count;
		must(n == sizeof(*list) && count + 1 < max, "reports are whole");
		count++;
	}
}

static size_t
kill_once(const char *url, uint32_t round, struct report *list, size_t max)
{
	int ends[2], status;

	must(pipe(ends) == 0, "a pipe opens");
	pid_t child = fork();
	must(child >= 0, "a child starts");
	if (child == 0) {
		close(ends[0]);
		be_child(url, round, ends[1]);
		_exit(1);
	}
	close(ends[1]);
	size_t count = run_round(ends[0], child, list, max);
	close(ends[0]);
	kill(child, SIGKILL);
	must(waitpid(child, &status, 0) == child && WIFSIGNALED(status), "the child was killed");
	return count;
}

int
main(int argc, char **argv)
{
	static struct report list[200000];
	uint32_t rounds = argc > 1 ? (uint32_t)atoi(argv[1]) : 200;
	size_t total = 0;
	char url[512];

	cs_log_init(2, CS_LEVEL_ERROR);
	printf("1..1\n");
	drawn_before = calloc(1, DRAWN_MAX);
	must(drawn_before != NULL, "memory");
	test_database_new(url, sizeof(url), true);
	for (uint32_t round = 0; round < rounds; round++) {
		size_t count = kill_once(url, round, list, CS_COUNT(list));
		check_round(url, list, count);
		total += count;
	}
	test_database_drop(url);
	test_database_clean();
	free(drawn_before);
	printf("# %u kills, %zu acknowledged writes\n", rounds, total);
	printf("ok 1 - no acknowledged write is missing after kill -9\n");
	return 0;
}
