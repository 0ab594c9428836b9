#include "domain/auth_log.h"

#include "crypto/mac.h"
#include "domain/config/decode.h"
#include "domain/person.h"
#include "store/service_token_store.h"

#define RAY_LEN 16

static const char *const codes[CS_AUTH_REASON_COUNT] = {
	[CS_AUTH_ALLOWED] = "",
#define R(NAME, CODE) [CS_AUTH_##NAME] = CODE,
#include "domain/auth_reasons.def"
#undef R
};

/* The provider's type, as the API calls it. */
static cs_str
connection_of(const struct cs_access_config *config, cs_id provider)
{
	for (size_t i = 0; i < config->provider_count; i++)
		if (cs_id_equal(config->providers[i].id, provider))
			return cs_str_c(cs_idp_type_name(config->providers[i].type));
	return CS_STR("");
}

static cs_str
country_of(const struct cs_domain *d, const struct cs_access_config *config, const struct cs_op *op)
{
	const struct cs_asker asker = cs_gate_asker(d->gate, config, NULL, &op->peer);

	if (asker.country[0] == '\0')
		return CS_STR("");
	return cs_arena_str(op->arena, (cs_str){ asker.country, sizeof(asker.country) });
}

/* What every entry says, whoever came. */
static struct cs_auth_entry
entry_for(const struct cs_domain *d, const struct cs_op *op, const struct cs_access_config *config,
    const struct cs_application *app)
{
	return (struct cs_auth_entry){
		.account = op->account,
		.id = cs_id_new(d->rng),
		.at = op->now,
		.address = cs_addr_text(op->arena, &op->peer),
		.country = country_of(d, config, op),
		.application = app != NULL ? app->id : cs_id_zero,
		.app_name = app != NULL ? app->name : CS_STR("App Launcher"),
		.app_domain = app != NULL ? app->domain : config->auth_host,
		.action = CS_STR("login"),
		.ray = cs_str_slice(cs_id_hex_text(op->arena, op->id), 0, RAY_LEN),
	};
}

cs_err
cs_auth_log(struct cs_tx *tx, const struct cs_domain *d, const struct cs_access_config *config,
    const struct cs_auth_event *event)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_auth_entry e = entry_for(d, op, config, event->app);

	if (!cs_id_is_zero(event->once))
		e.id = event->once;
	e.user = event->user;
	e.email = event->email;
	e.connection = connection_of(config, event->provider);
	e.provider = event->provider;
	e.is_identity = true;
	e.is_allowed = event->reason == CS_AUTH_ALLOWED;
	e.reason = cs_str_c(codes[event->reason]);
	e.method = event->method;
	if (event->is_logout)
		e.action = CS_STR("logout");
	return cs_auth_log_add(tx, &e, cs_email_key(op->arena, event->email));
}

struct write_ctx {
	const struct cs_domain *d;
	const struct cs_access_config *config;
	const struct cs_auth_event *event;
};

static cs_err
write_event(struct cs_tx *tx, void *ctx)
{
	const struct write_ctx *c = ctx;

	return cs_auth_log(tx, c->d, c->config, c->event);
}

cs_err
cs_auth_log_write(struct cs_domain *d, const struct cs_op *op,
    const struct cs_access_config *config, const struct cs_auth_event *event)
{
	struct write_ctx c = { d, config, event };

	return cs_store_write(d->store, op, write_event, &c);
}

/* --- programmes --- */

struct visit_ctx {
	const struct cs_auth_entry *entry;
	cs_id token;
};

/* That it was used does not wait for the next sweep: a node may end before. */
static cs_err
write_visit(struct cs_tx *tx, void *ctx)
{
	const struct visit_ctx *c = ctx;

	if (c->entry->is_allowed)
		CS_TRY(cs_service_token_set_seen(tx, c->entry->account, c->token, c->entry->at));
	return cs_auth_log_add(tx, c->entry, CS_STR(""));
}

/* The same id for the same token, application, address and outcome within one hour. */
static cs_id
id_of_hour(const struct cs_op *op, const struct cs_application *app,
    const struct cs_service_token *token, bool is_allowed)
{
	uint8_t digest[CS_SHA256_LEN];
	struct cs_buf b;
	cs_id id;

	cs_buf_init(&b, 256);
	cs_buf_add(&b, cs_id_span(&token->id));
	cs_buf_add(&b, cs_id_span(&app->id));
	cs_buf_add(&b, CS_SPAN(op->peer.ip, sizeof(op->peer.ip)));
	cs_buf_add_byte(&b, is_allowed);
	cs_buf_add_be64(&b, (uint64_t)(op->now.ms / CS_HOUR_MS));
	cs_sha256(cs_buf_span(&b), digest);
	cs_buf_clear(&b);
	memcpy(id.b, digest, sizeof(id.b));
	return id;
}

cs_err
cs_auth_log_service(struct cs_domain *d, const struct cs_op *op,
    const struct cs_access_config *config, const struct cs_application *app,
    const struct cs_service_token *token, bool is_allowed)
{
	enum cs_auth_reason reason = is_allowed ? CS_AUTH_ALLOWED : CS_AUTH_SERVICE_TOKEN;
	struct cs_auth_entry e = entry_for(d, op, config, app);

	e.id = id_of_hour(op, app, token, is_allowed);
	/* nobody's address: the name of the token, which says as much */
	e.email = token->name;
	e.connection = CS_STR("service-token");
	e.is_allowed = is_allowed;
	e.reason = cs_str_c(codes[reason]);
	struct visit_ctx c = { &e, token->id };
	return cs_store_write(d->store, op, write_visit, &c);
}

/* --- reading --- */

struct read_ctx {
	const struct cs_auth_query *query;
	const struct cs_auth_entry **out;
	size_t *out_count;
};

static cs_err
read_log(struct cs_tx *tx, void *ctx)
{
	struct read_ctx *c = ctx;

	return cs_auth_log_list(tx, cs_tx_op(tx)->account, c->query, c->out, c->out_count);
}

cs_err
cs_auth_log_read(struct cs_domain *d, const struct cs_op *op, const struct cs_auth_query *query,
    const struct cs_auth_entry **out, size_t *out_count)
{
	struct read_ctx c = { query, out, out_count };

	*out = NULL;
	*out_count = 0;
	return cs_store_read(d->store, op, read_log, &c);
}
