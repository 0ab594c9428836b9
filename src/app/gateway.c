#include "app/gateway.h"

#include "api/access/decision.h"
#include "base/log.h"
#include "domain/auth_log.h"
#include "domain/session.h"
#include "domain/token.h"

#include <pthread.h>
#include <stdlib.h>

#define DECISION_MS (5 * CS_SECOND_MS)

/* One reading of the proxy sections, alive while somebody judges by it. */
struct generation {
	struct cs_arena *arena;
	unsigned holders; /* under the gateway's lock; the gateway itself is one */
	struct cs_decision decision;
};

struct cs_gateway {
	struct cs_api *api;
	struct cs_following *following;
	struct cs_handler doors;
	pthread_mutex_t lock;
	struct generation *current;
};

/* --- settings to proxies --- */

static cs_err
add_peer(cs_str text, struct cs_network *networks, cs_str *listeners, struct cs_proxy *proxy,
    struct cs_buf *problem)
{
	if (cs_str_starts(text, CS_STR("unix:"))) {
		listeners[proxy->listener_count++] = text;
		return CS_OK;
	}
	if (!cs_failed(cs_network_decode(text, &networks[proxy->network_count]))) {
		proxy->network_count++;
		return CS_OK;
	}
	cs_buf_printf(problem,
	    "proxy '%.*s': peer '%.*s' is no network such as 10.0.0.0/8, and no unix:PATH",
	    CS_STR_ARG(proxy->name), CS_STR_ARG(text));
	return CS_FAIL(INVALID);
}

static cs_err
make_proxy(struct cs_arena *a, const struct cs_settings_proxy *from, struct cs_proxy *out,
    struct cs_buf *problem)
{
	struct cs_network *networks = CS_NEW_ARRAY(a, struct cs_network, from->peers.count);
	cs_str *listeners = CS_NEW_ARRAY(a, cs_str, from->peers.count);

	*out = (struct cs_proxy){
		.name = cs_arena_str(a, from->name),
		.dialect = cs_dialect_find(from->dialect),
		.networks = networks,
		.listeners = listeners,
	};
	CS_ASSERT(out->dialect != NULL); /* the settings' own table of words says so */
	for (size_t i = 0; i < from->peers.count; i++)
		CS_TRY(add_peer(
		    cs_arena_str(a, from->peers.items[i]), networks, listeners, out, problem));
	return CS_OK;
}

static void
generation_free(struct generation **g)
{
	if (*g == NULL)
		return;
	cs_arena_free(&(*g)->arena);
	free(*g);
	*g = NULL;
}

/* --- what a decision asks of the domain --- */

static cs_err
refresh(void *ctx, const struct cs_op *op)
{
	cs_time next;

	return cs_following_step(ctx, op, &next);
}

static cs_err
load(void *ctx, const struct cs_op *op, const uint8_t token_hash[static CS_TOKEN_HASH_LEN],
    struct cs_app_session *out)
{
	const struct cs_following *following = ctx;

	return cs_session_load_app(following->domain, op, token_hash, out);
}

static cs_err
sign(void *ctx, const struct cs_op *op, const struct cs_access_config *config,
    const struct cs_application *app, cs_id token, cs_str *out, cs_time *until)
{
	const struct cs_following *following = ctx;
	struct cs_op own = *op;

	own.account = config->account;
	return cs_token_make_service(following->domain, &own, config, app, token, out, until);
}

static cs_err
log_service(void *ctx, const struct cs_op *op, const struct cs_access_config *config,
    const struct cs_application *app, const struct cs_service_token *token, bool is_allowed)
{
	const struct cs_following *following = ctx;
	struct cs_op own = *op;

	own.account = config->account;
	cs_err err = cs_auth_log_service(following->domain, &own, config, app, token, is_allowed);
	if (cs_failed(err))
		CS_LOG(&own, SIGN_IN_NOT_LOGGED, CS_F_ID("service_token", token->id));
	return err;
}

static cs_err
generation_new(const struct cs_settings *settings, const struct cs_api *api,
    struct cs_following *following, struct cs_handler doors, struct generation **out,
    struct cs_buf *problem)
{
	CS_AUTO(generation_free) struct generation *g = calloc(1, sizeof(*g));

	CS_ASSERT(g != NULL);
	g->arena = cs_arena_new(1 << 20);
	g->holders = 1;
	struct cs_proxy *list = CS_NEW_ARRAY(g->arena, struct cs_proxy, settings->proxy_count);
	for (size_t i = 0; i < settings->proxy_count; i++)
		CS_TRY(make_proxy(g->arena, &settings->proxies[i], &list[i], problem));
	g->decision = (struct cs_decision){
		.gate = api != NULL ? api->domain->gate : NULL,
		.clock = api != NULL ? api->clock : NULL,
		.proxies = { list, settings->proxy_count },
		.refresh = refresh,
		.load = load,
		.sign = sign,
		.log = log_service,
		.ctx = following,
		.timeout_ms = DECISION_MS,
		.rest = doors,
	};
	*out = CS_TAKE(g);
	return CS_OK;
}

cs_err
cs_gateway_check(const struct cs_settings *settings, struct cs_buf *problem)
{
	CS_AUTO(generation_free) struct generation *g = NULL;

	return generation_new(settings, NULL, NULL, (struct cs_handler){ 0 }, &g, problem);
}

/* --- holding and replacing --- */

static struct generation *
hold(struct cs_gateway *g)
{
	pthread_mutex_lock(&g->lock);
	struct generation *current = g->current;
	current->holders++;
	pthread_mutex_unlock(&g->lock);
	return current;
}

static void
give_back(struct cs_gateway *g, struct generation *held)
{
	pthread_mutex_lock(&g->lock);
	bool is_last = --held->holders == 0;
	pthread_mutex_unlock(&g->lock);
	if (is_last)
		generation_free(&held);
}

static struct cs_addr
client(void *ctx, const struct cs_request *rq)
{
	struct generation *held = hold(ctx);
	struct cs_addr address = cs_proxies_client(&held->decision.proxies, rq);

	give_back(ctx, held);
	return address;
}

cs_err
cs_gateway_new(const struct cs_settings *settings, struct cs_api *api,
    struct cs_following *following, struct cs_gateway **out, struct cs_buf *problem)
{
	CS_AUTO(cs_gateway_free) struct cs_gateway *g = calloc(1, sizeof(*g));

	CS_ASSERT(g != NULL);
	*out = NULL;
	g->api = api;
	g->following = following;
	g->doors = cs_api_handler(api);
	pthread_mutex_init(&g->lock, NULL);
	CS_TRY(generation_new(settings, api, following, g->doors, &g->current, problem));
	api->client = client;
	api->client_ctx = g;
	*out = CS_TAKE(g);
	return CS_OK;
}

void
cs_gateway_free(struct cs_gateway **g)
{
	if (*g == NULL)
		return;
	generation_free(&(*g)->current);
	pthread_mutex_destroy(&(*g)->lock);
	free(*g);
	*g = NULL;
}

cs_err
cs_gateway_set(struct cs_gateway *g, const struct cs_settings *settings, struct cs_buf *problem)
{
	struct generation *next = NULL;

	CS_TRY(generation_new(settings, g->api, g->following, g->doors, &next, problem));
	pthread_mutex_lock(&g->lock);
	struct generation *was = g->current;
	g->current = next;
	pthread_mutex_unlock(&g->lock);
	give_back(g, was);
	return CS_OK;
}

size_t
cs_gateway_networks(struct cs_gateway *g, struct cs_network *out, size_t max)
{
	struct generation *held = hold(g);
	const struct cs_proxies *p = &held->decision.proxies;
	size_t n = 0;

	for (size_t i = 0; i < p->count; i++) {
		for (size_t j = 0; j < p->list[i].network_count && n < max; j++)
			out[n++] = p->list[i].networks[j];
	}
	give_back(g, held);
	return n;
}

/* --- the handler --- */

static size_t
body_limit(void *ctx, const struct cs_request *rq)
{
	struct cs_gateway *g = ctx;

	return cs_is_decision(rq) ? 0 : g->doors.body_limit(g->doors.ctx, rq);
}

static bool
fast(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	struct cs_gateway *g = ctx;

	if (!cs_is_decision(rq))
		return g->doors.fast(g->doors.ctx, rq, rs);
	struct generation *held = hold(g);
	bool is_answered = cs_decision_fast(&held->decision, rq, rs);
	give_back(g, held);
	return is_answered;
}

static void
slow(void *ctx, const struct cs_request *rq, struct cs_response *rs)
{
	struct cs_gateway *g = ctx;

	if (!cs_is_decision(rq)) {
		g->doors.slow(g->doors.ctx, rq, rs);
		return;
	}
	struct generation *held = hold(g);
	cs_decision_slow(&held->decision, rq, rs);
	give_back(g, held);
}

struct cs_handler
cs_gateway_handler(struct cs_gateway *g)
{
	return (struct cs_handler){
		.ctx = g,
		.body_limit = body_limit,
		.fast = fast,
		.slow = slow,
	};
}
