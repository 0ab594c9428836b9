/*
 * store_bench.c - what group commit is worth: the write set of a sign-in by 64 threads at once, over
 * the same by one thread after another. SQLite, synchronous=FULL, in the folder given (".").
 *
 *     store.group_commit 64 threads / serial = R (fsync median N us, …)
 */
#include "base/metric.h"
#include "store/audit_store.h"
#include "store/device_store.h"
#include "store/proof_store.h"
#include "store/rate_store.h"
#include "store/session_store.h"
#include "store/store_parts.h"
#include "store/user_store.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define USERS 256
#define THREADS 64
#define ROUNDS 5
#define SERIAL_OPS 400
#define PARALLEL_OPS 6400
#define NOW_MS INT64_C(1795305600000)

static struct cs_store *store;
static atomic_int ops_left;

static cs_id
numbered(uint8_t kind, unsigned number)
{
	return (cs_id){ { kind, (uint8_t)(number >> 8), (uint8_t)number } };
}

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
must(cs_err e, const char *what)
{
	if (!cs_failed(e))
		return;
	fprintf(stderr, "%s: %s\n", what, cs_code_name(e.code));
	exit(1);
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

static double
median(double *list, size_t count)
{
	qsort(list, count, sizeof(*list), by_size);
	return list[count / 2];
}

/* --- what there is before --- */

static const cs_id account = { { 0 } };

static cs_err
add_users(struct cs_tx *tx, void *ctx)
{
	for (unsigned i = 0; i < USERS; i++) {
		struct cs_user u = {
			.account = account, .id = numbered(1, i), .created = { NOW_MS }
		};
		u.email = cs_arena_printf(cs_tx_op(tx)->arena, "user%u@one.test", i);
		CS_TRY(cs_user_add(tx, &u, u.email, true));
	}
	return CS_OK;
}

/* --- one sign-in --- */

struct signed_in {
	unsigned user;
	struct cs_op *op;
};

static cs_err
add_sessions(struct cs_tx *tx, const struct cs_identity *who, cs_id device)
{
	const struct cs_random *rng = &cs_random_system;
	cs_time now = cs_tx_op(tx)->now;
	struct cs_global_session g = { .account = account,
		.id = cs_id_new(rng),
		.device = device,
		.identity = *who,
		.created = now,
		.expires = cs_time_add(now, CS_DAY_MS),
		.user_agent = CS_STR("Mozilla/5.0 (X11; Linux x86_64) Browser/128.0"),
		.address = CS_STR("192.0.2.7") };
	struct cs_app_session s = { .account = account,
		.id = cs_id_new(rng),
		.application = numbered(3, 1),
		.host = CS_STR("app.one.test"),
		.global_session = g.id,
		.identity = *who,
		.nonce = CS_STR("0123456789abcdef"),
		.created = now,
		.expires = cs_time_add(now, CS_DAY_MS),
		.proof_method = 1,
		.proof_at = now };

	cs_random_fill(rng, g.token_hash, sizeof(g.token_hash));
	cs_random_fill(rng, s.token_hash, sizeof(s.token_hash));
	CS_TRY(cs_global_session_add(tx, &g));
	return cs_app_session_add(tx, &s);
}

static cs_err
add_events(struct cs_tx *tx, cs_id user)
{
	static const char *const kinds[] = { "mfa.verified", "session.opened" };

	for (size_t i = 0; i < CS_COUNT(kinds); i++) {
		struct cs_audit_event ev = { .account = account,
			.at = cs_tx_op(tx)->now,
			.kind = cs_str_c(kinds[i]),
			.actor = user,
			.subject = user,
			.address = CS_STR("192.0.2.7"),
			.user_agent = CS_STR("Browser/128.0"),
			.details = CS_STR("{\"application\":\"App\",\"factor\":\"totp\"}") };
		CS_TRY(cs_audit_append(tx, &cs_random_system, &ev));
	}
	return CS_OK;
}

static cs_err
sign_in(struct cs_tx *tx, void *ctx)
{
	struct signed_in *s = ctx;
	cs_time now = cs_tx_op(tx)->now;
	cs_id user = numbered(1, s->user), device = numbered(2, s->user);
	uint8_t key[CS_RATE_KEY_LEN] = { (uint8_t)(s->user >> 8), (uint8_t)s->user };
	struct cs_identity who = { .user = user,
		.email = CS_STR("user@one.test"),
		.provider = numbered(4, 1),
		.signed_in = now,
		.fields = CS_STR("{}") };
	struct cs_rate rate;

	CS_TRY(cs_rate_debit(tx, key, CS_HOUR_MS, 10, now, &rate));
	CS_TRY(cs_rate_refund(tx, key));
	CS_TRY(cs_user_set_seen(tx, account, user, now, CS_STR("")));
	CS_TRY(cs_device_remember(tx, account, user, device, now));
	CS_TRY(add_sessions(tx, &who, device));
	return add_events(tx, user);
}

static void *
work(void *arg)
{
	struct cs_arena *arena = cs_arena_new(1024 * 1024);
	struct cs_op op = { .now = { NOW_MS }, .deadline = { NOW_MS + 60000 }, .arena = arena };
	int number;

	while ((number = atomic_fetch_sub(&ops_left, 1)) > 0) {
		struct signed_in s = { .user = (unsigned)number % USERS, .op = &op };
		must(cs_store_write(store, &op, sign_in, &s), "sign-in");
		cs_arena_reset(arena);
	}
	cs_arena_free(&arena);
	return NULL;
}

static double
ops_per_second(unsigned threads, int ops)
{
	pthread_t list[THREADS];
	int64_t began = now_us();

	ops_left = ops;
	for (unsigned i = 0; i < threads; i++)
		pthread_create(&list[i], NULL, work, NULL);
	for (unsigned i = 0; i < threads; i++)
		pthread_join(list[i], NULL);
	return ops * 1e6 / (double)(now_us() - began);
}

/* --- the disk beneath --- */

static double
fsync_median_us(const char *folder)
{
	static const char block[4096];
	double times[200];
	char path[512];

	snprintf(path, sizeof(path), "%s/fsync.%d", folder, (int)getpid());
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		must(CS_FAIL(UNAVAILABLE), path);
	for (size_t i = 0; i < CS_COUNT(times); i++) {
		int64_t began = now_us();
		if (write(fd, block, sizeof(block)) != sizeof(block) || fsync(fd) != 0)
			must(CS_FAIL(UNAVAILABLE), "fsync");
		times[i] = (double)(now_us() - began);
	}
	close(fd);
	unlink(path);
	return median(times, CS_COUNT(times));
}

static void
remove_database(const char *path)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	char name[600];

	for (size_t i = 0; i < CS_COUNT(suffixes); i++) {
		snprintf(name, sizeof(name), "%s%s", path, suffixes[i]);
		unlink(name);
	}
}

int
main(int argc, char **argv)
{
	const char *folder = argc > 1 ? argv[1] : ".";
	char url[512], *path = url + strlen("sqlite:");
	double ratios[ROUNDS], serial[ROUNDS], parallel[ROUNDS];

	snprintf(url, sizeof(url), "sqlite:%s/store_bench.%d.db", folder, (int)getpid());
	cs_log_init(2, CS_LEVEL_ERROR);
	must(cs_store_open_migrated(
		 &(struct cs_store_config){ .url = cs_str_c(url), .readers = 1 }, &store),
	    url);
	struct cs_arena *arena = cs_arena_new(1024 * 1024);
	struct cs_op op = { .now = { NOW_MS }, .arena = arena };
	must(cs_store_write(store, &op, add_users, NULL), "users");
	cs_arena_free(&arena);
	for (int i = 0; i < ROUNDS; i++) {
		serial[i] = ops_per_second(1, SERIAL_OPS);
		parallel[i] = ops_per_second(THREADS, PARALLEL_OPS);
		ratios[i] = parallel[i] / serial[i];
	}
	fprintf(stderr, "writes %ld commits %ld\n", cs_metric_get(CS_M_STORE_WRITES),
	    cs_metric_get(CS_M_STORE_COMMITS));
	cs_store_close(&store);
	remove_database(path);
	printf("store.group_commit %d threads / serial = %.2f (fsync median %.0f us, serial %.0f/s,"
	       " together %.0f/s)\n",
	    THREADS, median(ratios, ROUNDS), fsync_median_us(folder), median(serial, ROUNDS),
	    median(parallel, ROUNDS));
	return 0;
}
