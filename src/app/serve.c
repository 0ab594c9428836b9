#include "app/serve.h"

#include "api/router.h"
#include "app/background.h"
#include "app/gateway.h"
#include "app/status_page.h"
#include "base/log.h"
#include "domain/config/publish.h"
#include "domain/recovery.h"
#include "http/server.h"
#include "http/systemd.h"
#include "store/change_store.h"

#include <stdlib.h>

#define LISTENERS_MAX ((size_t)(2 * CS_SETTINGS_LIST_MAX))
#define HANDLER_MS (30 * CS_SECOND_MS)
#define SOCKET_MODE 0660
#define NETWORKS_MAX ((size_t)(CS_SETTINGS_PROXIES_MAX * CS_SETTINGS_LIST_MAX))

struct cs_node;

struct job {
	const char *name;
	cs_err (*step)(struct cs_node *n, const struct cs_op *op, cs_time *next);
	int64_t most_ms; /* never wait longer; 0: the setting change_poll */
	size_t arena_max;
};

struct job_context {
	struct cs_node *node;
	const struct job *job;
};

#define JOBS_MAX 8 /* at least the rows of jobs[] */

struct cs_node {
	struct cs_parts *parts;
	struct cs_api api;
	struct cs_handler front;
	struct cs_status_page status_page;
	struct cs_handler status;
	struct cs_gateway *gateway;
	struct cs_following following;
	int64_t change_poll_ms;
	struct cs_server *server;
	struct cs_background *background;
	struct job_context contexts[JOBS_MAX];
};

/* --- background jobs --- */

/* Waits for the next change here, so that PostgreSQL's notice is heard at once. */
static cs_err
follow(struct cs_node *n, const struct cs_op *op, cs_time *next)
{
	cs_err e = cs_following_step(&n->following, op, next);

	if (!cs_failed(e))
		cs_store_wait_change(n->parts->domain.store, n->change_poll_ms);
	*next = op->now;
	return e;
}

/* A reload waits for a delivery that is under way: it uses what the reload frees. */
static cs_err
deliver(struct cs_node *n, const struct cs_op *op, cs_time *next)
{
	pthread_mutex_lock(&n->parts->notify_lock);
	cs_err e = cs_deliver_step(&n->parts->domain, op, next);
	pthread_mutex_unlock(&n->parts->notify_lock);
	return e;
}

static cs_err
rotate(struct cs_node *n, const struct cs_op *op, cs_time *next)
{
	return cs_rotate_step(&n->parts->domain, op, next);
}

static cs_err
sweep(struct cs_node *n, const struct cs_op *op, cs_time *next)
{
	return cs_sweep_step(&n->parts->domain, op, next);
}

static cs_err
seal(struct cs_node *n, const struct cs_op *op, cs_time *next)
{
	return cs_seal_step(&n->parts->domain, op, next);
}

static cs_err
recover(struct cs_node *n, const struct cs_op *op, cs_time *next)
{
	return cs_recovery_step(&n->parts->domain, op, next);
}

/* clang-format off */
static const struct job jobs[] = {
	{ "follow",  follow,  0,                    64u << 20 },
	{ "deliver", deliver, CS_SECOND_MS / 4,      4u << 20 },
	{ "seal",    seal,    CS_SECOND_MS,         16u << 20 },
	{ "rotate",  rotate,  10 * CS_MINUTE_MS,    16u << 20 },
	{ "sweep",   sweep,   CS_MINUTE_MS,         16u << 20 },
	{ "recover", recover, CS_RECOVERY_STEP_MS,  16u << 20 },
};
/* clang-format on */

/* Errors were logged where they were found; the step comes again after its usual time. */
static int64_t
run_job(void *ctx, const struct cs_op *op)
{
	const struct job_context *c = ctx;
	int64_t most = c->job->most_ms > 0 ? c->job->most_ms : c->node->change_poll_ms;
	cs_time next = cs_time_add(op->now, most);

	if (cs_failed(c->job->step(c->node, op, &next)))
		return most;
	int64_t wait = next.ms - op->now.ms;
	return wait < 0 ? 0 : wait > most ? most : wait;
}

static cs_err
start_jobs(struct cs_node *n)
{
	_Static_assert(CS_COUNT(jobs) <= JOBS_MAX, "contexts[] is too small");
	struct cs_background_job rows[CS_COUNT(jobs)];

	for (size_t i = 0; i < CS_COUNT(jobs); i++) {
		n->contexts[i] = (struct job_context){ n, &jobs[i] };
		rows[i] = (struct cs_background_job){
			.name = jobs[i].name,
			.step = run_job,
			.ctx = &n->contexts[i],
			.arena_max = jobs[i].arena_max,
			.limit_ms = HANDLER_MS,
		};
	}
	return cs_background_start(
	    rows, CS_COUNT(rows), n->parts->clock, &cs_random_system, &n->background);
}

/* --- listeners --- */

static size_t
add_listeners(const struct cs_settings_list *from, const struct cs_handler *handler,
    struct cs_listen *out, size_t count)
{
	for (size_t i = 0; i < from->count; i++)
		out[count++] = (struct cs_listen){
			.address = from->items[i],
			.mode = SOCKET_MODE,
			.handler = handler,
		};
	return count;
}

static cs_err
start_server(struct cs_node *n, const struct cs_settings *s, struct cs_buf *problem)
{
	struct cs_listen listeners[LISTENERS_MAX];
	struct cs_network networks[NETWORKS_MAX];
	int inherited[CS_INHERITED_MAX];
	struct cs_server_config cfg;

	cs_server_config_init(&cfg);
	cfg.listeners = listeners;
	cfg.listener_count = add_listeners(&s->listen, &n->front, listeners, 0);
	cfg.listener_count =
	    add_listeners(&s->listen_status, &n->status, listeners, cfg.listener_count);
	cfg.inherited = inherited;
	cfg.inherited_count = cs_systemd_listen_fds(inherited);
	cfg.event_threads = (unsigned)s->event_threads;
	cfg.workers = (unsigned)s->workers;
	cfg.queue_len = (unsigned)s->queue;
	cfg.deadlines.handler_ms = HANDLER_MS;
	cfg.deadlines.stop_ms = s->stop_timeout_ms;
	cfg.trusted = networks;
	cfg.trusted_count = cs_gateway_networks(n->gateway, networks, CS_COUNT(networks));
	cs_err e = cs_server_new(&cfg, &n->front, n->parts->clock, &cs_random_system, &n->server);
	if (cs_failed(e)) {
		cs_buf_printf(problem, "cannot listen (%s); see the log", cs_code_name(e.code));
		return e;
	}
	return cs_server_start(n->server);
}

/* --- the node --- */

/* What was published must be known before the first request is judged. */
static cs_err
publish(struct cs_node *n, struct cs_buf *problem)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(64u << 20);
	struct cs_op op = cs_parts_op(n->parts, arena);
	cs_time next;
	cs_err e = cs_following_step(&n->following, &op, &next);

	if (cs_failed(e))
		cs_buf_printf(problem, "cannot read the configuration from the database: %s",
		    cs_code_name(e.code));
	return e;
}

static cs_err
start(struct cs_node *n, struct cs_buf *problem)
{
	const struct cs_settings *s = cs_parts_settings(n->parts);

	CS_TRY(publish(n, problem));
	cs_api_init(&n->api, &n->parts->domain, n->parts->clock);
	n->api.handler_timeout_ms = HANDLER_MS;
	CS_TRY(cs_gateway_new(s, &n->api, &n->following, &n->gateway, problem));
	n->front = cs_gateway_handler(n->gateway);
	n->status_page = (struct cs_status_page){ n->parts->domain.gate, n->parts->clock };
	n->status = cs_status_page_handler(&n->status_page);
	CS_TRY(start_server(n, s, problem));
	return start_jobs(n);
}

cs_err
cs_node_start(struct cs_parts *parts, struct cs_node **out, struct cs_buf *problem)
{
	CS_AUTO(cs_node_stop) struct cs_node *n = calloc(1, sizeof(*n));

	CS_ASSERT(n != NULL);
	*out = NULL;
	n->parts = parts;
	cs_following_init(&n->following, &parts->domain);
	n->change_poll_ms = cs_parts_settings(parts)->change_poll_ms;
	CS_TRY(start(n, problem));
	*out = CS_TAKE(n);
	return CS_OK;
}

cs_err
cs_node_reload(struct cs_node *n, const struct cs_settings *settings, struct cs_buf *problem)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(64u << 20);
	struct cs_op op = cs_parts_op(n->parts, arena);
	struct cs_network networks[NETWORKS_MAX];

	CS_TRY(cs_gateway_set(n->gateway, settings, problem));
	size_t count = cs_gateway_networks(n->gateway, networks, CS_COUNT(networks));
	cs_server_set_trusted(n->server, networks, count);
	cs_background_wake(n->background); /* what waited may go by the new settings */
	return cs_config_publish_all(&n->parts->domain, &op);
}

void
cs_node_stop(struct cs_node **n)
{
	if (*n == NULL)
		return;
	if ((*n)->server != NULL && cs_failed(cs_server_stop((*n)->server)))
		CS_LOG0(NULL, STOP_CUT_SHORT);
	cs_store_wake_waiting((*n)->parts->domain.store);
	cs_background_stop(&(*n)->background);
	cs_server_free(&(*n)->server);
	cs_gateway_free(&(*n)->gateway);
	cs_following_clear(&(*n)->following);
	free(*n);
	*n = NULL;
}
