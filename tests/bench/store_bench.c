/*
 * store_bench.c - what group commit is worth: the write set of a sign-in (PIN, then TOTP: six units of
 * work, see below) by 64 threads at once, over the same by one thread after another. SQLite,
 * synchronous=FULL, in the folder given (".").
 *
 *     store.group_commit 64 threads / serial = R (fsync median N us, …)
 */
#include "store/audit_store.h"
#include "store/authenticator_store.h"
#include "store/challenge_store.h"
#include "store/device_store.h"
#include "store/handover_store.h"
#include "store/outbox_store.h"
#include "store/pin_store.h"
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

#define USERS 1024
#define THREADS 64
#define ROUNDS 5
#define SERIAL_OPS 60
#define PARALLEL_OPS 1200
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
add_user(struct cs_tx *tx, unsigned number)
{
	struct cs_user u = { .account = account, .id = numbered(1, number), .created = { NOW_MS } };
	struct cs_authenticator a = { .account = account,
		.id = numbered(5, number),
		.subject = u.id,
		.factor = CS_STR("totp"),
		.name = CS_STR("Phone"),
		.sealed = CS_SPAN("0123456789012345678901234567890123456789", 40),
		.replay = { 1 },
		.replay_len = 8,
		.created = u.created };

	u.email = cs_arena_printf(cs_tx_op(tx)->arena, "user%u@one.test", number);
	CS_TRY(cs_user_add(tx, &u, u.email, true));
	CS_TRY(cs_authenticator_add(tx, &a, true, numbered(6, number)));
	return cs_authenticator_confirm(tx, &a, a.name, CS_SPAN(a.replay, 8), u.created);
}

static cs_err
add_users(struct cs_tx *tx, void *ctx)
{
	for (unsigned i = 0; i < USERS; i++)
		CS_TRY(add_user(tx, i));
	return CS_OK;
}

/* --- one sign-in of a known user: six units of work, as many commits when nobody shares them --- */

struct sign_in {
	unsigned number;
	cs_id user, device;
	struct cs_identity who;
	struct cs_authenticator authenticator;
	struct cs_pin pin;
	struct cs_global_session session;
	struct cs_challenge challenge;
	struct cs_handover handover;
	uint8_t rate_keys[3][CS_RATE_KEY_LEN];
};

static cs_err
debit(struct cs_tx *tx, const uint8_t *key)
{
	struct cs_rate rate;

	return cs_rate_debit(tx, key, CS_HOUR_MS, CS_RATE_LIMIT_MAX, cs_tx_op(tx)->now, &rate);
}

static cs_err
note(struct cs_tx *tx, const struct sign_in *s, const char *kind)
{
	struct cs_audit_event ev = { .account = account,
		.at = cs_tx_op(tx)->now,
		.kind = cs_str_c(kind),
		.actor = s->user,
		.subject = s->user,
		.address = CS_STR("192.0.2.7"),
		.user_agent = CS_STR("Browser/128.0"),
		.details = CS_STR("{\"application\":\"App\",\"factor\":\"totp\"}") };

	return cs_audit_append(tx, &cs_random_system, &ev);
}

/* A PIN is asked for: counted, made, and its mail put into the outbox. */
static cs_err
ask_pin(struct cs_tx *tx, void *ctx)
{
	struct sign_in *s = ctx;
	static const uint8_t mail[800] = { 1 };
	struct cs_outbox_item item = { .account = account,
		.id = cs_id_new(&cs_random_system),
		.channel = CS_CHANNEL_MAIL,
		.sealed = CS_SPAN(mail, sizeof(mail)),
		.created = cs_tx_op(tx)->now,
		.valid_until = cs_time_add(cs_tx_op(tx)->now, 10 * CS_MINUTE_MS) };

	CS_TRY(debit(tx, s->rate_keys[0]));
	CS_TRY(cs_pin_set(tx, &s->pin));
	CS_TRY(cs_outbox_add(tx, &item));
	return note(tx, s, "pin.sent");
}

/* A try is taken and committed before it is judged. */
static cs_err
try_pin(struct cs_tx *tx, void *ctx)
{
	struct sign_in *s = ctx;
	int64_t tries;

	CS_TRY(debit(tx, s->rate_keys[1]));
	return cs_pin_debit(tx, &s->pin, 5, cs_tx_op(tx)->now, &tries);
}

static cs_err
take_pin(struct cs_tx *tx, void *ctx)
{
	struct sign_in *s = ctx;
	cs_time now = cs_tx_op(tx)->now;

	CS_TRY(cs_pin_close(tx, &s->pin, CS_PIN_USED, now));
	CS_TRY(cs_rate_refund(tx, s->rate_keys[1]));
	CS_TRY(cs_user_set_seen(tx, account, s->user, now, CS_STR("")));
	CS_TRY(cs_global_session_add(tx, &s->session));
	CS_TRY(cs_challenge_add(tx, &s->challenge));
	return note(tx, s, "user.identified");
}

static cs_err
try_code(struct cs_tx *tx, void *ctx)
{
	struct sign_in *s = ctx;
	return debit(tx, s->rate_keys[2]);
}

static cs_err
take_code(struct cs_tx *tx, void *ctx)
{
	struct sign_in *s = ctx;
	cs_time now = cs_tx_op(tx)->now;
	struct cs_authenticator a;
	struct cs_stored_proof proof = { .proof = { .account = account,
					     .id = s->handover.proof,
					     .subject = s->user,
					     .device = s->device,
					     .authenticator = numbered(5, s->number),
					     .method = 1,
					     .at = now } };

	CS_TRY(cs_authenticator_find(tx, account, proof.proof.authenticator, &a));
	CS_TRY(cs_authenticator_advance(tx, &a, CS_SPAN("87654321", 8), false, now));
	CS_TRY(cs_challenge_set_answered(tx, account, s->challenge.id, now));
	CS_TRY(cs_proof_add(tx, &proof));
	CS_TRY(cs_rate_clear(tx, s->rate_keys[2]));
	CS_TRY(cs_device_remember(tx, account, s->user, s->device, now));
	CS_TRY(cs_handover_add(tx, &s->handover));
	return note(tx, s, "mfa.verified");
}

static cs_err
arrive(struct cs_tx *tx, void *ctx)
{
	struct sign_in *s = ctx;
	cs_time now = cs_tx_op(tx)->now;
	struct cs_app_session a = { .account = account,
		.id = cs_id_new(&cs_random_system),
		.application = numbered(3, 1),
		.host = CS_STR("app.one.test"),
		.global_session = s->session.id,
		.identity = s->who,
		.nonce = CS_STR("0123456789abcdef"),
		.created = now,
		.expires = cs_time_add(now, CS_DAY_MS),
		.proof_method = 1,
		.proof_at = now };

	cs_random_fill(&cs_random_system, a.token_hash, sizeof(a.token_hash));
	CS_TRY(cs_handover_use(tx, account, s->handover.id, now));
	CS_TRY(cs_app_session_add(tx, &a));
	return note(tx, s, "session.opened");
}

static void
sign_in_init(struct sign_in *s, unsigned number)
{
	const struct cs_random *rng = &cs_random_system;
	cs_time now = { NOW_MS }, soon = { NOW_MS + 60000 };
	static const uint8_t mac[40] = { 1 };

	*s = (struct sign_in){
		.number = number, .user = numbered(1, number), .device = numbered(2, number)
	};
	s->who = (struct cs_identity){ .user = s->user,
		.email = CS_STR("user@one.test"),
		.provider = numbered(4, 1),
		.signed_in = now,
		.fields = CS_STR("{}") };
	s->pin = (struct cs_pin){ .account = account,
		.id = cs_id_new(rng),
		.provider = numbered(4, 1),
		.email = s->who.email,
		.mac = CS_SPAN(mac, 40),
		.created = now,
		.expires = soon };
	s->session = (struct cs_global_session){ .account = account,
		.id = cs_id_new(rng),
		.device = s->device,
		.identity = s->who,
		.created = now,
		.expires = cs_time_add(now, CS_DAY_MS),
		.user_agent = CS_STR("Mozilla/5.0 (X11; Linux x86_64) Browser/128.0"),
		.address = CS_STR("192.0.2.7") };
	s->challenge = (struct cs_challenge){ .account = account,
		.id = cs_id_new(rng),
		.subject = s->user,
		.session = s->session.id,
		.device = s->device,
		.purpose = CS_CHALLENGE_SIGN_IN,
		.methods = 1,
		.created = now,
		.expires = soon };
	s->handover = (struct cs_handover){ .account = account,
		.id = cs_id_new(rng),
		.application = numbered(3, 1),
		.host = CS_STR("app.one.test"),
		.session = s->session.id,
		.return_path = CS_STR("/"),
		.proof = cs_id_new(rng),
		.created = now,
		.expires = soon };
	cs_random_fill(rng, s->pin.flow_hash, sizeof(s->pin.flow_hash));
	cs_random_fill(rng, s->session.token_hash, sizeof(s->session.token_hash));
	cs_random_fill(rng, s->handover.code_hash, sizeof(s->handover.code_hash));
	for (size_t i = 0; i < CS_COUNT(s->rate_keys); i++)
		cs_sha256(CS_SPAN(&(unsigned[]){ number * 3 + (unsigned)i }, sizeof(unsigned)),
		    s->rate_keys[i]);
}

/* The user's number is the thread's own for this while: nobody competes for an authenticator. */
static void
sign_in(const struct cs_op *op, unsigned number)
{
	static cs_tx_fn *const units[] = { ask_pin, try_pin, take_pin, try_code, take_code,
		arrive };
	struct sign_in s;

	sign_in_init(&s, number);
	for (size_t i = 0; i < CS_COUNT(units); i++)
		must(cs_store_write(store, op, units[i], &s), "sign-in");
}

static void *
work(void *arg)
{
	struct cs_arena *arena = cs_arena_new(1024 * 1024);
	struct cs_op op = { .now = { NOW_MS }, .deadline = { NOW_MS + 60000 }, .arena = arena };
	unsigned thread = *(unsigned *)arg;

	for (unsigned i = 0; atomic_fetch_sub(&ops_left, 1) > 0; i++) {
		sign_in(&op, thread + THREADS * (i % (USERS / THREADS)));
		cs_arena_reset(arena);
	}
	cs_arena_free(&arena);
	return NULL;
}

static double
ops_per_second(unsigned threads, int ops)
{
	pthread_t list[THREADS];
	unsigned numbers[THREADS];
	int64_t began = now_us();

	ops_left = ops;
	for (unsigned i = 0; i < threads; i++) {
		numbers[i] = i;
		pthread_create(&list[i], NULL, work, &numbers[i]);
	}
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
	cs_store_close(&store);
	remove_database(path);
	printf("store.group_commit %d threads / serial = %.2f (fsync median %.0f us, serial %.0f/s,"
	       " together %.0f/s)\n",
	    THREADS, median(ratios, ROUNDS), fsync_median_us(folder), median(serial, ROUNDS),
	    median(parallel, ROUNDS));
	return 0;
}
