/*
 * password_bench.c - what a password sign-in costs beside its hash: sign-ins of members a second
 * over bare Argon2id (libsodium) with the same parameters, by as many threads that are as nice; what
 * processor time is theirs beside the hash; and what memory 200 of them at once take. SQLite in the
 * folder given (".").
 *
 *     password.sign_ins / bare = R (sign-ins N/s, bare M/s, …)
 *     password.beside the hash = S (of the processor time of a hash: A of B us)
 *     password.memory 200 at once = B MiB (… judged, … refused as busy)
 */
#include "domain/config/account.h"
#include "domain/config/member.h"
#include "domain/config/publish.h"
#include "domain/keys.h"
#include "domain/member_session.h"

#include <sodium.h>

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define PASSWORD "correct horse battery"
#define EMAIL "owner@bench.test"
#define HASH_THREADS 2 /* as many as this machine has cores: both sides */
#define HASH_NICE 15 /* as crypto/pwhash.c: what else runs here takes from both sides alike */
#define QUEUE 32
#define MEMORY_KIB 19456 /* the settings' defaults */
#define PASSES 2
#define CLIENTS 8
#define ROUNDS 5
#define ROUND_US 3000000
#define CROWD 200

static const struct cs_pwhash_cost cost = { .memory_kib = MEMORY_KIB, .passes = PASSES };
static struct cs_domain domain;
static cs_time now;
static atomic_bool is_over;
static atomic_int done;
static atomic_long worked_us; /* processor time of the threads that count what is done */
static atomic_int busy;
static char bare_hash[crypto_pwhash_STRBYTES];

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

static struct cs_op
op_new(void)
{
	return (struct cs_op){
		.id = { { 1 } },
		.now = now,
		.deadline = cs_time_add(now, CS_DAY_MS),
		.arena = cs_arena_new(16 << 20),
	};
}

/* --- what runs --- */

static void
open_domain(const char *dir)
{
	char path[512];
	char url[520];

	snprintf(path, sizeof(path), "%s/password_bench.keyring", dir);
	snprintf(url, sizeof(url), "sqlite:%s/password_bench.db", dir);
	domain.rng = &cs_random_system;
	must(cs_keyring_create(path, domain.rng, now), "keyring");
	must(cs_keyring_open(path, &domain.keyring), "keyring");
	must(cs_store_open_migrated(
		 &(struct cs_store_config){ .url = cs_str_c(url), .readers = CLIENTS },
		 &domain.store),
	    "store");
	must(cs_pwhasher_new(HASH_THREADS, QUEUE, cost, &domain.pwhasher), "hasher");
	cs_gate_new(&(struct cs_gate_config){ 0 }, &domain.gate);
	cs_publisher_new(&domain.publisher);
	domain.keys = cs_keys_new();
	domain.republish = cs_config_republish;
}

static void
make_member(void)
{
	const struct cs_new_account wanted = {
		.name = CS_STR("Bench"),
		.auth_origin = CS_STR("https://auth.bench.test"),
		.console_origin = CS_STR("https://console.bench.test"),
		.owner_email = CS_STR(EMAIL),
	};
	struct cs_created_account account;
	struct cs_member_step step;
	struct cs_fault fault = { 0 };
	struct cs_refusal why;
	struct cs_op op = op_new();

	must(cs_account_create(&domain, &op, &wanted, &account, &fault), "account");
	const struct cs_redemption r = { .token = account.invitation_token,
		.password = CS_STR(PASSWORD),
		.name = CS_STR("Ann"),
		.has_device = true,
		.device = { { 0xb } } };
	must(cs_invitation_redeem(&domain, &op, &r, &step, &why), "invitation");
	cs_arena_free(&op.arena);
}

/* By the browser that is known: its guesses come back with each right password. */
static cs_err
sign_in_once(cs_id device)
{
	const struct cs_member_credentials who = { .email = CS_STR(EMAIL),
		.password = CS_STR(PASSWORD),
		.has_device = true,
		.device = device };
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_member_step step;
	struct cs_op op = op_new();
	cs_err e = cs_member_sign_in(&domain, &op, &who, &step, &why);

	if (!cs_failed(e) && why.kind != CS_REFUSAL_NONE) {
		fprintf(stderr, "a right password was refused: %s\n", cs_refusal_code(why.kind));
		exit(1);
	}
	cs_arena_free(&op.arena);
	return e;
}

/* --- how fast --- */

static long
us_of(struct timeval t)
{
	return t.tv_sec * 1000000 + t.tv_usec;
}

static void
note_work(void)
{
	struct rusage r;

	if (getrusage(RUSAGE_THREAD, &r) != 0)
		exit(1);
	atomic_fetch_add(&worked_us, us_of(r.ru_utime) + us_of(r.ru_stime));
}

/* The hash is another thread's, so that its time is none of this one's. */
static void *
sign_in_on(void *ctx)
{
	while (!atomic_load(&is_over)) {
		must(sign_in_once((cs_id){ { 0xb } }), "sign-in");
		atomic_fetch_add(&done, 1);
	}
	note_work();
	return NULL;
}

static void *
hash_on(void *ctx)
{
	if (setpriority(PRIO_PROCESS, (id_t)gettid(), HASH_NICE) != 0)
		exit(1);
	while (!atomic_load(&is_over)) {
		if (crypto_pwhash_str_verify(bare_hash, PASSWORD, strlen(PASSWORD)) != 0)
			exit(1);
		atomic_fetch_add(&done, 1);
	}
	note_work();
	return NULL;
}

/* *out_us: processor time of these threads for each that was done. */
static double
per_second(void *(*work)(void *), int threads, double *out_us)
{
	pthread_t list[CLIENTS];
	int64_t began = now_us();
	int64_t took;

	atomic_store(&is_over, false);
	atomic_store(&done, 0);
	atomic_store(&worked_us, 0);
	for (int i = 0; i < threads; i++)
		if (pthread_create(&list[i], NULL, work, NULL) != 0)
			exit(1);
	while (now_us() - began < ROUND_US)
		nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
	atomic_store(&is_over, true);
	took = now_us() - began;
	/* What is still being hashed was begun in time, on both sides. */
	double rate = atomic_load(&done) * 1e6 / (double)took;
	for (int i = 0; i < threads; i++)
		pthread_join(list[i], NULL);
	*out_us = (double)atomic_load(&worked_us) / atomic_load(&done);
	return rate;
}

static int
by_size(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *list)
{
	qsort(list, ROUNDS, sizeof(*list), by_size);
	return list[ROUNDS / 2];
}

static void
print_speed(void)
{
	double ours[ROUNDS];
	double bare[ROUNDS];
	double beside_us[ROUNDS];
	double hash_us[ROUNDS];

	/* Four clients wait for each hashing thread, as browsers do. */
	for (int i = 0; i < ROUNDS; i++) {
		ours[i] = per_second(sign_in_on, CLIENTS, &beside_us[i]);
		bare[i] = per_second(hash_on, HASH_THREADS, &hash_us[i]);
	}
	double n = median(ours);
	double m = median(bare);
	printf(
	    "password.sign_ins / bare = %.2f (sign-ins %.1f/s, bare %.1f/s, %d KiB, %d passes, %d "
	    "threads)\n",
	    n / m, n, m, MEMORY_KIB, PASSES, HASH_THREADS);
	double beside = median(beside_us);
	double hash = median(hash_us);
	printf(
	    "password.beside the hash = %.3f (of the processor time of a hash: %.0f of %.0f us)\n",
	    beside / hash, beside, hash);
}

/* --- how much memory --- */

static long
peak_kib(void)
{
	FILE *f = fopen("/proc/self/status", "re");
	char line[256];
	long kib = -1;

	if (f == NULL)
		exit(1);
	while (fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "VmHWM: %ld", &kib) == 1)
			break;
	fclose(f);
	return kib;
}

static void
reset_peak(void)
{
	FILE *f = fopen("/proc/self/clear_refs", "we");

	if (f == NULL || fputs("5", f) < 0 || fclose(f) != 0)
		exit(1);
}

/* Addresses that nobody has: each has guesses of its own, and the work is the same. */
static void *
sign_in_at_once(void *ctx)
{
	struct cs_op op = op_new();
	const struct cs_member_credentials who = {
		.email = cs_arena_printf(op.arena, "nobody%d@bench.test", *(const int *)ctx),
		.password = CS_STR(PASSWORD),
		.has_device = true,
	};
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_member_step step;
	cs_err e = cs_member_sign_in(&domain, &op, &who, &step, &why);

	cs_arena_free(&op.arena);
	if (cs_is(e, CS_E_LIMIT)) {
		atomic_fetch_add(&busy, 1);
		return NULL;
	}
	must(e, "sign-in");
	if (why.kind != CS_REFUSAL_WRONG_PASSWORD)
		exit(1);
	atomic_fetch_add(&done, 1);
	return NULL;
}

static void
print_memory(void)
{
	pthread_t list[CROWD];
	int numbers[CROWD];
	long before;

	atomic_store(&done, 0);
	reset_peak();
	before = peak_kib();
	for (int i = 0; i < CROWD; i++) {
		numbers[i] = i;
		if (pthread_create(&list[i], NULL, sign_in_at_once, &numbers[i]) != 0)
			exit(1);
	}
	for (int i = 0; i < CROWD; i++)
		pthread_join(list[i], NULL);
	printf(
	    "password.memory 200 at once = %.0f MiB (%d judged, %d refused as busy, one hash takes "
	    "%d MiB)\n",
	    (double)(peak_kib() - before) / 1024, atomic_load(&done), atomic_load(&busy),
	    MEMORY_KIB / 1024);
}

int
main(int argc, char **argv)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	now = cs_seconds(t.tv_sec);
	open_domain(argc > 1 ? argv[1] : ".");
	make_member();
	if (crypto_pwhash_str_alg(bare_hash, PASSWORD, strlen(PASSWORD), PASSES,
		(size_t)MEMORY_KIB * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
		return 1;
	print_speed();
	print_memory();
	return 0;
}
