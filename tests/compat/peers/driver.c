/*
 * driver.c - the parts that speak to other people's servers, driven by a test over lines of JSON:
 * one request in, one answer out, until the end of input.
 *
 *     {"do":"provider","issuer":…,"client_id":…,"client_secret":…,"auth_url"?,"token_url"?,
 *      "certs_url"?,"email_claim"?,"scopes"?:[…],"claims"?:[…]}
 *     {"do":"begin","redirect_uri":…}     → {"error":"none","url":…,"state":…,"nonce":…,"verifier":…}
 *     {"do":"finish","query":…,"state":…,"nonce":…,"verifier":…,"redirect_uri":…}
 *                                         → {"error":"none","sub":…,"email":…,…}
 *     {"do":"advance","ms":…}             the clock, which otherwise goes as the wall clock does
 *     {"do":"mail","host":…,"port":…,"tls":…,"to":…,"subject":…,"text":…,…}
 *                                         → {"outcome":…,"code":…}
 */
#include "base/arena.h"
#include "idp/oidc.h"
#include "notify/notify.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LIST_MAX 16

struct driver {
	struct cs_idp_client *client;
	struct cs_keyring *keyring;
	struct cs_arena *lasting; /* the provider */
	struct cs_identity_provider provider;
	struct cs_clock clock;
	int64_t ahead_ms;
	struct cs_op op;
};

static cs_time
driver_now(void *ctx)
{
	const struct driver *d = ctx;

	return cs_time_add(cs_clock_now(&cs_clock_wall), d->ahead_ms);
}

static cs_str
text_of(const json_t *rq, const char *name)
{
	const json_t *j = json_object_get(rq, name);

	return (cs_str){ json_string_value(j), json_string_length(j) };
}

static cs_str
lasting_text(struct driver *d, const json_t *rq, const char *name)
{
	return cs_arena_str(d->lasting, text_of(rq, name));
}

static const cs_str *
lasting_list(struct driver *d, const json_t *rq, const char *name, size_t *count)
{
	const json_t *array = json_object_get(rq, name);
	cs_str *list = CS_NEW_ARRAY(d->lasting, cs_str, LIST_MAX);

	*count = 0;
	for (size_t i = 0; i < json_array_size(array) && i < LIST_MAX; i++)
		list[(*count)++] =
		    cs_arena_str(d->lasting, cs_str_c(json_string_value(json_array_get(array, i))));
	return list;
}

static void
seal_secret(struct driver *d, cs_str secret)
{
	CS_AUTO(cs_buf_clear) struct cs_buf sealed;
	const struct cs_binding binding = {
		.purpose = CS_IDP_SECRET_PURPOSE,
		.account = d->op.account,
		.row = d->provider.id,
	};

	cs_buf_init(&sealed, 1024);
	CS_ASSERT(!cs_failed(
	    cs_seal(d->keyring, &cs_random_system, cs_str_span(secret), &binding, &sealed)));
	d->provider.sealed_client_secret = cs_arena_span(d->lasting, cs_buf_span(&sealed));
}

static json_t *
say_error(cs_err e)
{
	return json_pack("{s:s}", "error", cs_code_name(e.code));
}

static json_t *
do_provider(struct driver *d, const json_t *rq)
{
	cs_arena_reset(d->lasting);
	d->provider = (struct cs_identity_provider){
		.id = { { 7 } },
		.type = CS_IDP_OIDC,
		.issuer = lasting_text(d, rq, "issuer"),
		.client_id = lasting_text(d, rq, "client_id"),
		.auth_url = lasting_text(d, rq, "auth_url"),
		.token_url = lasting_text(d, rq, "token_url"),
		.certs_url = lasting_text(d, rq, "certs_url"),
		.email_claim = lasting_text(d, rq, "email_claim"),
	};
	d->provider.scopes = lasting_list(d, rq, "scopes", &d->provider.scope_count);
	d->provider.claims = lasting_list(d, rq, "claims", &d->provider.claim_count);
	seal_secret(d, text_of(rq, "client_secret"));
	return say_error(CS_OK);
}

static json_t *
pack_text(cs_str s)
{
	return json_stringn(s.p != NULL ? s.p : "", s.len);
}

static json_t *
do_begin(struct driver *d, const json_t *rq)
{
	struct cs_oidc_pending pending;
	cs_str url;
	cs_err e = cs_oidc_begin(d->client, &d->op, &d->provider, &cs_random_system,
	    text_of(rq, "redirect_uri"), &pending, &url);

	if (cs_failed(e))
		return say_error(e);
	return json_pack("{s:s, s:o, s:o, s:o, s:o}", "error", "none", "url", pack_text(url),
	    "state", pack_text(pending.state), "nonce", pack_text(pending.nonce), "verifier",
	    pack_text(pending.verifier));
}

static json_t *
say_identity(const struct cs_oidc_identity *who)
{
	json_t *amr = json_array();

	for (size_t i = 0; i < who->amr_count; i++)
		json_array_append_new(amr, pack_text(who->amr[i]));
	return json_pack("{s:s, s:o, s:o, s:b, s:o, s:o, s:I, s:o}", "error", "none", "sub",
	    pack_text(who->sub), "email", pack_text(who->email), "email_verified",
	    who->email_is_verified, "name", pack_text(who->name), "amr", amr, "auth_time",
	    (json_int_t)who->auth_time.ms, "fields",
	    json_loadb(who->fields.p, who->fields.len, 0, NULL));
}

static json_t *
do_finish(struct driver *d, const json_t *rq)
{
	const struct cs_oidc_pending pending = {
		.state = text_of(rq, "state"),
		.nonce = text_of(rq, "nonce"),
		.verifier = text_of(rq, "verifier"),
		.redirect_uri = text_of(rq, "redirect_uri"),
	};
	struct cs_oidc_callback callback;
	struct cs_oidc_identity who;
	cs_err e = cs_oidc_callback_decode(d->op.arena, text_of(rq, "query"), &callback);

	if (!cs_failed(e))
		e = cs_oidc_finish(
		    d->client, &d->op, d->keyring, &d->provider, &pending, &callback, &who);
	return cs_failed(e) ? say_error(e) : say_identity(&who);
}

static json_t *
do_advance(struct driver *d, const json_t *rq)
{
	d->ahead_ms += json_integer_value(json_object_get(rq, "ms"));
	return say_error(CS_OK);
}

static json_t *
do_mail(struct driver *d, const json_t *rq)
{
	static const char *const outcomes[] = { "retry", "delivered", "refused", "expired" };
	CS_AUTO(cs_secret_free) struct cs_secret *password = NULL;
	cs_str typed = text_of(rq, "password");
	struct cs_delivery delivery;

	if (typed.len != 0)
		CS_ASSERT(!cs_failed(cs_secret_from(cs_str_span(typed), &password)));
	const struct cs_notify notify = {
		.mail = {
			.host = text_of(rq, "host"),
			.port = (uint16_t)json_integer_value(json_object_get(rq, "port")),
			.tls = (enum cs_mail_tls)json_integer_value(json_object_get(rq, "tls")),
			.ca_file = text_of(rq, "ca_file"),
			.user = text_of(rq, "user"),
			.password = password,
			.from_address = text_of(rq, "from"),
			.from_name = text_of(rq, "from_name"),
			.helo = CS_STR("auth.example.test"),
			.timeout_ms = json_integer_value(json_object_get(rq, "timeout_ms")),
		},
	};
	const struct cs_message message = {
		.id = { { 0xab } },
		.channel = CS_CHANNEL_MAIL,
		.to = text_of(rq, "to"),
		.subject = text_of(rq, "subject"),
		.text = text_of(rq, "text"),
		.created = d->op.now,
		.valid_until = cs_time_add(d->op.now, 10 * CS_MINUTE_MS),
	};
	cs_notify_deliver(&notify, &d->op, &message, &delivery);
	return json_pack(
	    "{s:s, s:i}", "outcome", outcomes[delivery.outcome], "code", delivery.code);
}

static json_t *
answer(struct driver *d, const json_t *rq)
{
	static const struct {
		const char *name;
		json_t *(*act)(struct driver *d, const json_t *rq);
	} verbs[] = {
		{ "provider", do_provider },
		{ "begin", do_begin },
		{ "finish", do_finish },
		{ "advance", do_advance },
		{ "mail", do_mail },
	};

	cs_arena_reset(d->op.arena);
	d->op.now = cs_clock_now(&d->clock);
	d->op.deadline = cs_time_add(d->op.now, 10 * CS_SECOND_MS);
	for (size_t i = 0; i < CS_COUNT(verbs); i++) {
		if (cs_str_equal(text_of(rq, "do"), cs_str_c(verbs[i].name)))
			return verbs[i].act(d, rq);
	}
	return json_pack("{s:s}", "error", "no such verb");
}

static void
driver_open(struct driver *d)
{
	char folder[] = "/tmp/countersign-driver-XXXXXX";
	char path[64];
	struct cs_network loopback;

	CS_ASSERT(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/keyring", folder);
	CS_ASSERT(
	    !cs_failed(cs_keyring_create(path, &cs_random_system, cs_clock_now(&cs_clock_wall))));
	CS_ASSERT(!cs_failed(cs_keyring_open(path, &d->keyring)));
	unlink(path);
	rmdir(folder);
	d->clock = (struct cs_clock){ .now = driver_now, .ctx = d };
	d->op = (struct cs_op){ .account = { { 2 } }, .arena = cs_arena_new(8 << 20) };
	d->lasting = cs_arena_new(1 << 20);
	CS_ASSERT(!cs_failed(cs_network_decode(CS_STR("127.0.0.0/8"), &loopback)));
	CS_ASSERT(!cs_failed(cs_idp_client_new(
	    &(struct cs_idp_client_config){
		.allowed = &loopback,
		.allowed_count = 1,
		.timeout_ms = 5000,
		.clock = &d->clock,
	    },
	    &d->client)));
}

static void
driver_close(struct driver *d)
{
	cs_idp_client_free(&d->client);
	cs_keyring_close(&d->keyring);
	cs_arena_free(&d->op.arena);
	cs_arena_free(&d->lasting);
}

int
main(void)
{
	static char line[65536];
	struct driver d = { 0 };

	driver_open(&d);
	while (fgets(line, sizeof(line), stdin) != NULL) {
		json_t *rq = json_loads(line, 0, NULL);
		json_t *rs = answer(&d, rq);
		char *text = json_dumps(rs, JSON_COMPACT);

		puts(text);
		fflush(stdout);
		free(text);
		json_decref(rs);
		json_decref(rq);
	}
	driver_close(&d);
	return 0;
}
