#include "http/loop.h"

#include "base/log.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

void
cs_server_config_init(struct cs_server_config *cfg)
{
	*cfg = (struct cs_server_config){
		.event_threads = 1,
		.workers = 4,
		.queue_len = 256,
		.head_max = 16 * 1024,
		.connections_max = 16384,
		.per_address_max = 256,
		.per_trusted_max = 4096,
		.deadlines = {
			.head_ms = 10 * CS_SECOND_MS,
			.body_ms = 30 * CS_SECOND_MS,
			.handler_ms = 30 * CS_SECOND_MS,
			.write_ms = CS_MINUTE_MS,
			.idle_ms = 75 * CS_SECOND_MS,	/* nginx closes its own at 60 s */
			.stop_ms = 10 * CS_SECOND_MS,
		},
	};
}

/* A connection is a descriptor; most shells allow 1,024 of them unless asked. */
static void
raise_descriptors(unsigned wanted)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur >= wanted + 256)
		return;
	r.rlim_cur = r.rlim_max < wanted + 256 ? r.rlim_max : wanted + 256;
	if (setrlimit(RLIMIT_NOFILE, &r) != 0)
		CS_LOG(NULL, HTTP_ACCEPT_FAILED, CS_F_C("cause", "RLIMIT_NOFILE"));
}

/* A socket that systemd opened and nobody answers at would hang its clients. */
static cs_err
check_inherited(const struct cs_server *s, const struct cs_server_config *cfg)
{
	for (size_t i = 0; i < cfg->inherited_count; i++) {
		bool is_used = false;

		for (size_t k = 0; k < s->listener_count; k++)
			is_used = is_used || s->listeners[k].fd == cfg->inherited[i];
		if (!is_used) {
			CS_LOG(NULL, SOCKET_UNUSED, CS_F_INT("descriptor", cfg->inherited[i]));
			return CS_FAIL(INVALID);
		}
	}
	return CS_OK;
}

static cs_err
open_all(struct cs_server *s, const struct cs_server_config *cfg, const struct cs_handler *handler)
{
	for (; s->listener_count < cfg->listener_count; s->listener_count++) {
		CS_TRY(cs_listener_open(&cfg->listeners[s->listener_count], cfg->inherited,
		    cfg->inherited_count, handler, &s->listeners[s->listener_count]));
	}
	CS_TRY(check_inherited(s, cfg));
	for (unsigned i = 0; i < cfg->event_threads; i++)
		CS_TRY(cs_loop_init(&s->loops[i], s));
	return CS_OK;
}

cs_err
cs_server_new(const struct cs_server_config *cfg, const struct cs_handler *handler,
    const struct cs_clock *clock, const struct cs_random *random, struct cs_server **out)
{
	CS_AUTO(cs_server_free) struct cs_server *s = calloc(1, sizeof(*s));

	*out = NULL;
	CS_ASSERT(s != NULL && cfg->event_threads > 0 && cfg->head_max <= CS_LOOP_IN_MAX);
	s->cfg = *cfg;
	s->clock = clock;
	s->random = random;
	s->peers = cs_peers_new(cfg);
	s->listeners = calloc(cfg->listener_count + 1, sizeof(*s->listeners));
	s->loops = calloc(cfg->event_threads, sizeof(*s->loops));
	CS_ASSERT(s->listeners != NULL && s->loops != NULL);
	raise_descriptors(cfg->connections_max);
	CS_TRY(open_all(s, cfg, handler));
	*out = CS_TAKE(s);
	return CS_OK;
}

uint16_t
cs_server_port(const struct cs_server *s, size_t listener)
{
	CS_ASSERT(listener < s->listener_count);
	return s->listeners[listener].port;
}

void
cs_server_set_trusted(struct cs_server *s, const struct cs_network *trusted, size_t count)
{
	cs_peers_set_trusted(s->peers, trusted, count);
}

static cs_err
start_threads(struct cs_server *s)
{
	CS_TRY(cs_workers_new(s->cfg.workers, s->cfg.queue_len, &s->workers));
	for (unsigned i = 0; i < s->cfg.event_threads; i++) {
		struct cs_loop *l = &s->loops[i];
		if (pthread_create(&l->thread, NULL, cs_loop_run, l) != 0)
			return CS_FAIL(UNAVAILABLE);
		l->is_running = true;
	}
	return CS_OK;
}

cs_err
cs_server_start(struct cs_server *s)
{
	sigset_t all, before;
	cs_err e;

	/* threads inherit the mask: signals are for the thread that app/ waits in */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	e = start_threads(s);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return e;
}

cs_err
cs_server_stop(struct cs_server *s)
{
	int64_t until = cs_monotonic_ms() + s->cfg.deadlines.stop_ms;

	atomic_store(&s->stop_at, until);
	atomic_store(&s->is_stopping, true);
	for (unsigned i = 0; i < s->cfg.event_threads; i++) {
		if (s->loops[i].is_running)
			cs_loop_wake(&s->loops[i]);
	}
	for (unsigned i = 0; i < s->cfg.event_threads; i++) {
		if (s->loops[i].is_running)
			pthread_join(s->loops[i].thread, NULL);
		s->loops[i].is_running = false;
	}
	if (cs_failed(cs_workers_stop(&s->workers, until + CS_SECOND_MS)))
		s->is_unfreeable = true;
	for (size_t i = 0; i < s->listener_count; i++)
		cs_listener_close(&s->listeners[i]);
	return atomic_load(&s->is_cut) || s->is_unfreeable ? CS_FAIL(UNAVAILABLE) : CS_OK;
}

void
cs_server_free(struct cs_server **server)
{
	struct cs_server *s = *server;

	*server = NULL;
	if (s == NULL)
		return;
	if (s->loops != NULL && s->loops[0].is_running && cs_failed(cs_server_stop(s)))
		s->is_cut = true;
	if (s->is_unfreeable)
		return; /* a worker still uses it */
	for (unsigned i = 0; s->loops != NULL && i < s->cfg.event_threads; i++)
		cs_loop_clear(&s->loops[i]);
	for (size_t i = 0; i < s->listener_count; i++)
		cs_listener_clear(&s->listeners[i]);
	cs_peers_free(&s->peers);
	free(s->listeners);
	free(s->loops);
	free(s);
}
