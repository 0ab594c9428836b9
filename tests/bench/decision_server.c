/*
 * decision_server.c - http/, gate/ and the decision of api/ as countersignd wires them, with synthetic
 * sessions and without a database: what the fast lane can do.
 *
 *     decision_server PORT UNIX-PATH SESSIONS
 *
 * Prints "ready" when it listens. SIGUSR1 starts or stops a load of password hashes; SIGTERM ends it.
 */
#include "sample.h"

#include "api/access/decision.h"
#include "crypto/pwhash.h"
#include "http/server.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define HASH_THREADS 2

static cs_err
refresh_never(void *ctx, const struct cs_op *op)
{
	return CS_FAIL(UNAVAILABLE);
}

static cs_err
load_never(void *ctx, const struct cs_op *op, const uint8_t token_hash[static CS_TOKEN_HASH_LEN],
    struct cs_app_session *out)
{
	return CS_FAIL(UNAVAILABLE);
}

struct load {
	struct cs_pwhasher *hasher;
	atomic_bool is_on;
	pthread_t threads[2 * HASH_THREADS];
};

static void *
hash_on(void *ctx)
{
	struct load *l = ctx;
	char out[CS_PWHASH_MAX];

	while (atomic_load(&l->is_on)) {
		cs_err e = cs_pwhash_make(l->hasher, cs_str_span(CS_STR("correct horse")), out);
		CS_ASSERT(!cs_failed(e) || cs_is(e, CS_E_LIMIT));
	}
	return NULL;
}

static void
toggle(struct load *l)
{
	bool is_on = !atomic_load(&l->is_on);

	atomic_store(&l->is_on, is_on);
	for (size_t i = 0; i < CS_COUNT(l->threads); i++) {
		if (is_on)
			CS_ASSERT(pthread_create(&l->threads[i], NULL, hash_on, l) == 0);
		else
			pthread_join(l->threads[i], NULL);
	}
}

/* Everybody on this machine is an nginx. */
static void
prepare_decision(struct cs_decision *d, const cs_str *unix_name, size_t sessions)
{
	static struct cs_network loopback;
	static struct cs_proxy proxy;
	cs_err e = cs_network_decode(CS_STR("127.0.0.0/8"), &loopback);

	CS_ASSERT(!cs_failed(e));
	proxy = (struct cs_proxy){
		.dialect = cs_dialect_find(CS_STR("nginx")),
		.networks = &loopback,
		.network_count = 1,
		.listeners = unix_name,
		.listener_count = 1,
	};
	*d = (struct cs_decision){
		.clock = &cs_clock_wall,
		.proxies = { &proxy, 1 },
		.refresh = refresh_never,
		.load = load_never,
	};
	cs_bench_gate(sessions, cs_clock_now(&cs_clock_wall), &d->gate);
}

static bool
start(const char *port, cs_str unix_name, const struct cs_handler *handler, struct cs_server **out)
{
	char tcp[64];
	struct cs_server_config cfg;

	snprintf(tcp, sizeof(tcp), "127.0.0.1:%s", port);
	struct cs_listen listeners[] = {
		{ .address = cs_str_c(tcp) },
		{ .address = unix_name, .mode = 0666 },
	};
	cs_server_config_init(&cfg);
	cfg.listeners = listeners;
	cfg.listener_count = CS_COUNT(listeners);
	return !cs_failed(cs_server_new(&cfg, handler, &cs_clock_wall, &cs_random_system, out)) &&
	       !cs_failed(cs_server_start(*out));
}

int
main(int argc, char **argv)
{
	struct cs_pwhash_cost cost = { .memory_kib = 19456, .passes = 2 };
	struct cs_decision decision;
	struct cs_server *server;
	struct load load = { 0 };
	char text[128];
	sigset_t set;
	int got = 0;

	if (argc != 4)
		return 2;
	snprintf(text, sizeof(text), "unix:%s", argv[2]);
	cs_str unix_name = cs_str_c(text);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	prepare_decision(&decision, &unix_name, strtoul(argv[3], NULL, 10));
	struct cs_handler handler = cs_decision_handler(&decision);
	if (!start(argv[1], unix_name, &handler, &server) ||
	    cs_failed(cs_pwhasher_new(HASH_THREADS, 64, cost, &load.hasher)))
		return 1;
	puts("ready");
	fflush(stdout);
	while (sigwait(&set, &got) == 0 && got == SIGUSR1)
		toggle(&load);
	if (atomic_load(&load.is_on))
		toggle(&load);
	cs_pwhasher_free(&load.hasher);
	cs_server_free(&server);
	cs_gate_free(&decision.gate);
	return 0;
}
