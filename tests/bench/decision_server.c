/*
 * decision_server.c - http/ and gate/ as countersignd wires them, with synthetic sessions and without
 * a database: what the fast lane can do.
 *
 *     decision_server PORT UNIX-PATH SESSIONS
 *
 * Prints "ready" when it listens. SIGUSR1 starts or stops a load of password hashes; SIGTERM ends it.
 */
#include "sample.h"

#include "crypto/pwhash.h"
#include "http/server.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#define HASH_THREADS 2

static struct cs_gate *gate;

static size_t
take_no_body(void *ctx, const struct cs_request *rq)
{
	return 0;
}

/* The nginx dialect: X-Original-Host, X-Original-URI, X-Real-IP and the browser's cookies. */
static cs_err
read_request(const struct cs_request *rq, struct cs_gate_request *out)
{
	cs_str ip;

	CS_TRY(cs_request_header(rq, CS_STR("x-original-host"), &out->host));
	CS_TRY(cs_request_header(rq, CS_STR("x-original-uri"), &out->target));
	CS_TRY(cs_request_header(rq, CS_STR("x-real-ip"), &ip));
	CS_TRY(cs_addr_decode(ip, &out->ip));
	return cs_request_cookie(rq, CS_STR("CF_Authorization"), &out->token);
}

static void
let_in(const struct cs_gate_decision *d, cs_str token, struct cs_response *rs)
{
	char user[CS_ID_UUID_LEN];

	cs_id_uuid(d->user, user);
	rs->status = 200;
	cs_response_header(
	    rs, CS_STR("Cf-Access-Authenticated-User-Email"), cs_gate_decision_email(d));
	cs_response_header(rs, CS_STR("Cf-Access-User-Id"), (cs_str){ user, sizeof(user) });
	cs_response_header(rs, CS_STR("Cf-Access-Jwt-Assertion"), token);
}

static bool
decide(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	struct cs_gate_request request = { 0 };
	struct cs_gate_decision d;

	rs->status = 400;
	if (cs_failed(read_request(rq, &request)))
		return true;
	cs_gate_decide(gate, cs_clock_now(&cs_clock_wall), &request, &d);
	rs->status = d.verdict == CS_GATE_UNAUTHENTICATED ? 401 : 403;
	if (d.verdict == CS_GATE_ALLOW)
		let_in(&d, request.token, rs);
	cs_gate_decision_clear(&d);
	return true;
}

static void
never(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	rs->status = 500;
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

int
main(int argc, char **argv)
{
	const struct cs_handler handler = {
		.body_limit = take_no_body, .fast = decide, .slow = never
	};
	struct cs_server_config cfg;
	struct cs_server *server;
	struct load load = { 0 };
	char tcp[64], local[128];
	sigset_t set;
	int got = 0;

	if (argc != 4)
		return 2;
	snprintf(tcp, sizeof(tcp), "127.0.0.1:%s", argv[1]);
	snprintf(local, sizeof(local), "unix:%s", argv[2]);
	struct cs_listen listeners[] = {
		{ .address = cs_str_c(tcp) },
		{ .address = cs_str_c(local), .mode = 0666 },
	};
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	cs_bench_gate(strtoul(argv[3], NULL, 10), cs_clock_now(&cs_clock_wall), &gate);
	cs_server_config_init(&cfg);
	cfg.listeners = listeners;
	cfg.listener_count = CS_COUNT(listeners);
	if (cs_failed(cs_server_new(&cfg, &handler, &cs_clock_wall, &cs_random_system, &server)) ||
	    cs_failed(cs_server_start(server)) ||
	    cs_failed(cs_pwhasher_new(HASH_THREADS, 64,
		(struct cs_pwhash_cost){ .memory_kib = 19456, .passes = 2 }, &load.hasher)))
		return 1;
	puts("ready");
	fflush(stdout);
	while (sigwait(&set, &got) == 0 && got == SIGUSR1)
		toggle(&load);
	if (atomic_load(&load.is_on))
		toggle(&load);
	cs_pwhasher_free(&load.hasher);
	cs_server_free(&server);
	cs_gate_free(&gate);
	return 0;
}
