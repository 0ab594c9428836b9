#include "idp/discovery.h"

#include "test.h"

#include "server.h"

/* A provider with several issuers under one roof, as many real ones are. */
struct roof {
	struct server server;
	struct stage stage;
	const char *issuer_path; /* "/realms/a" or "" */
	const char *issuer_suffix; /* what its text adds: "" or "/" */
	const char *auth_path;
	int status;
	const char *keys;
	int described, keyed;
};

static const char *const no_keys = "{\"keys\":[]}";

static void
describe(struct roof *r, struct cs_buf *response)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	unsigned port = r->server.port;

	r->described++;
	cs_buf_init(&b, 4096);
	cs_buf_printf(&b,
	    "{\"issuer\":\"http://127.0.0.1:%u%s%s\","
	    "\"authorization_endpoint\":\"http://127.0.0.1:%u%s\","
	    "\"token_endpoint\":\"http://127.0.0.1:%u/token\","
	    "\"jwks_uri\":\"http://127.0.0.1:%u/jwks\"}",
	    port, r->issuer_path, r->issuer_suffix, port, r->auth_path, port, port);
	cs_buf_add_byte(&b, '\0');
	respond(response, r->status, (const char *)b.p);
}

static void
handle(struct server *s, const char *path, struct cs_buf *response)
{
	struct roof *r = s->ctx;
	char well_known[256];

	snprintf(
	    well_known, sizeof(well_known), "%s/.well-known/openid-configuration", r->issuer_path);
	if (strcmp(path, well_known) == 0) {
		describe(r, response);
	} else if (strcmp(path, "/jwks") == 0) {
		r->keyed++;
		respond(response, r->status, r->keys);
	} else {
		respond(response, 404, "{}");
	}
}

static void
roof_open(struct roof *r)
{
	*r = (struct roof){
		.issuer_path = "",
		.issuer_suffix = "",
		.auth_path = "/auth",
		.status = 200,
		.keys = no_keys,
	};
	r->server.handle = handle;
	r->server.ctx = r;
	server_open(&r->server);
	stage_open(&r->stage, 30000);
}

static void
roof_close(struct roof *r)
{
	stage_close(&r->stage);
	server_close(&r->server);
}

static cs_str
url(struct roof *r, const char *path)
{
	return server_url(&r->server, r->stage.op.arena, path);
}

static cs_err
ask(struct roof *r, const struct cs_identity_provider *p, struct cs_oidc_metadata *m)
{
	return cs_idp_metadata(r->stage.client, &r->stage.op, p, m);
}

TEST(an_issuer_describes_itself)
{
	static struct roof r;
	struct cs_oidc_metadata m;

	roof_open(&r);
	struct cs_identity_provider p = { .issuer = url(&r, "") };
	CHECK_OK(ask(&r, &p, &m));
	CHECK(cs_str_equal(m.issuer, p.issuer));
	CHECK(cs_str_equal(m.authorization_endpoint, url(&r, "/auth")));
	CHECK(cs_str_equal(m.token_endpoint, url(&r, "/token")));
	CHECK(cs_str_equal(m.jwks_uri, url(&r, "/jwks")));
	roof_close(&r);
}

TEST(a_description_is_asked_for_once_an_hour)
{
	static struct roof r;
	struct cs_oidc_metadata m;

	roof_open(&r);
	struct cs_identity_provider p = { .issuer = url(&r, "") };
	CHECK_OK(ask(&r, &p, &m));
	CHECK_OK(ask(&r, &p, &m));
	r.stage.op.now = cs_time_add(r.stage.op.now, CS_HOUR_MS - 1);
	r.stage.op.deadline = (cs_time){ 0 };
	CHECK_OK(ask(&r, &p, &m));
	CHECK_INT(r.described, 1);
	r.stage.op.now = cs_time_add(r.stage.op.now, 1);
	CHECK_OK(ask(&r, &p, &m));
	CHECK_INT(r.described, 2);
	roof_close(&r);
}

TEST(an_issuer_that_calls_itself_otherwise_is_refused_and_not_remembered)
{
	static struct roof r;
	struct cs_oidc_metadata m;

	roof_open(&r);
	r.issuer_suffix = "/";
	struct cs_identity_provider p = { .issuer = url(&r, "") };
	CHECK_ERR(ask(&r, &p, &m), INVALID);
	CHECK_INT(m.token_endpoint.len, 0);
	r.issuer_suffix = "";
	CHECK_OK(ask(&r, &p, &m));
	roof_close(&r);
}

TEST(a_provider_that_is_down_is_unavailable_and_one_without_description_is_misconfigured)
{
	static struct roof r;
	struct cs_oidc_metadata m;

	roof_open(&r);
	struct cs_identity_provider p = { .issuer = url(&r, "") };
	r.status = 503;
	CHECK_ERR(ask(&r, &p, &m), UNAVAILABLE);
	r.status = 302;
	CHECK_ERR(ask(&r, &p, &m), UNAVAILABLE);
	r.status = 404;
	CHECK_ERR(ask(&r, &p, &m), INVALID);
	r.status = 200;
	CHECK_OK(ask(&r, &p, &m));
	roof_close(&r);
}

TEST(urls_that_are_configured_win_over_the_described_ones)
{
	static struct roof r;
	struct cs_oidc_metadata m;

	roof_open(&r);
	struct cs_identity_provider p = { .issuer = url(&r, ""), .token_url = url(&r, "/t2") };
	CHECK_OK(ask(&r, &p, &m));
	CHECK(cs_str_equal(m.token_endpoint, p.token_url));
	CHECK(cs_str_equal(m.jwks_uri, url(&r, "/jwks")));
	roof_close(&r);
}

TEST(a_provider_that_is_configured_whole_is_not_asked)
{
	static struct roof r;
	struct cs_oidc_metadata m;

	roof_open(&r);
	struct cs_identity_provider p = {
		.issuer = url(&r, ""),
		.auth_url = url(&r, "/a"),
		.token_url = url(&r, "/t"),
		.certs_url = url(&r, "/c"),
	};
	CHECK_OK(ask(&r, &p, &m));
	CHECK(cs_str_equal(m.issuer, p.issuer));
	CHECK(cs_str_equal(m.authorization_endpoint, p.auth_url));
	CHECK(cs_str_equal(m.token_endpoint, p.token_url));
	CHECK(cs_str_equal(m.jwks_uri, p.certs_url));
	CHECK_INT(server_requests(&r.server), 0);
	roof_close(&r);
}

static void
check_found_by_auth_url(const char *issuer, const char *suffix, const char *auth)
{
	static struct roof r;
	struct cs_oidc_metadata m;

	roof_open(&r);
	r.issuer_path = issuer;
	r.issuer_suffix = suffix;
	r.auth_path = auth;
	struct cs_identity_provider p = {
		.auth_url = url(&r, auth),
		.token_url = url(&r, "/token"),
		.certs_url = url(&r, "/jwks"),
	};
	CHECK_OK(ask(&r, &p, &m));
	char text[256];
	snprintf(
	    text, sizeof(text), "http://127.0.0.1:%u%s%s", (unsigned)r.server.port, issuer, suffix);
	CHECK_TEXT(m.issuer, text);
	int before = server_requests(&r.server);
	CHECK_OK(ask(&r, &p, &m));
	CHECK_INT(server_requests(&r.server), before);
	roof_close(&r);
}

TEST(an_issuer_is_found_above_the_authorisation_address_when_none_is_configured)
{
	check_found_by_auth_url("", "", "/auth");
	check_found_by_auth_url("", "", "/o/oauth2/v2/auth");
	check_found_by_auth_url("/realms/a", "", "/realms/a/protocol/openid-connect/auth");
	check_found_by_auth_url("", "/", "/authorize?tenant=7");
	check_found_by_auth_url("", "", "/");
}

TEST(an_issuer_that_sends_people_elsewhere_is_not_taken_for_it)
{
	static struct roof r;
	struct cs_oidc_metadata m;

	roof_open(&r);
	r.issuer_path = "/realms/b";
	r.auth_path = "/realms/b/auth";
	struct cs_identity_provider p = {
		.auth_url = url(&r, "/realms/a/auth"),
		.token_url = url(&r, "/token"),
		.certs_url = url(&r, "/jwks"),
	};
	CHECK_ERR(ask(&r, &p, &m), INVALID);
	r.issuer_path = "";
	CHECK_ERR(ask(&r, &p, &m), INVALID);
	CHECK_INT(m.issuer.len, 0);
	roof_close(&r);
}

TEST(a_provider_with_neither_issuer_nor_address_or_with_a_bad_one_is_misconfigured)
{
	static struct roof r;
	struct cs_oidc_metadata m;

	roof_open(&r);
	struct cs_identity_provider p = { .token_url = url(&r, "/token") };
	CHECK_ERR(ask(&r, &p, &m), INVALID);
	p = (struct cs_identity_provider){ .issuer = CS_STR("idp.example.test") };
	CHECK_ERR(ask(&r, &p, &m), INVALID);
	p = (struct cs_identity_provider){ .issuer = url(&r, ""),
		.certs_url = CS_STR("file:///x") };
	CHECK_ERR(ask(&r, &p, &m), INVALID);
	/* it may not be reached at all: the operator's affair, not a passing one */
	p = (struct cs_identity_provider){ .issuer = CS_STR("https://10.0.0.1") };
	CHECK_ERR(ask(&r, &p, &m), INVALID);
	CHECK_INT(server_requests(&r.server), 0);
	roof_close(&r);
}

static cs_err
keys(struct roof *r, enum cs_idp_keys_use use, bool *is_new)
{
	cs_span json;

	return cs_idp_keys(r->stage.client, &r->stage.op, url(r, "/jwks"), use, &json, is_new);
}

TEST(keys_are_kept_for_an_hour)
{
	static struct roof r;
	bool is_new;

	roof_open(&r);
	CHECK_OK(keys(&r, CS_IDP_KEYS_CACHED, &is_new));
	CHECK(is_new);
	CHECK_OK(keys(&r, CS_IDP_KEYS_CACHED, &is_new));
	CHECK(!is_new);
	r.stage.op.now = cs_time_add(r.stage.op.now, CS_HOUR_MS);
	r.stage.op.deadline = (cs_time){ 0 };
	CHECK_OK(keys(&r, CS_IDP_KEYS_CACHED, &is_new));
	CHECK(is_new);
	CHECK_INT(r.keyed, 2);
	roof_close(&r);
}

TEST(keys_are_not_refreshed_more_than_once_a_minute)
{
	static struct roof r;
	bool is_new;

	roof_open(&r);
	CHECK_OK(keys(&r, CS_IDP_KEYS_CACHED, &is_new));
	for (int i = 0; i < 5; i++) {
		CHECK_OK(keys(&r, CS_IDP_KEYS_REFRESHED, &is_new));
		CHECK(!is_new);
	}
	r.stage.op.deadline = (cs_time){ 0 };
	r.stage.op.now = cs_time_add(r.stage.op.now, CS_MINUTE_MS);
	CHECK_OK(keys(&r, CS_IDP_KEYS_REFRESHED, &is_new));
	CHECK(is_new);
	CHECK_OK(keys(&r, CS_IDP_KEYS_REFRESHED, &is_new));
	CHECK(!is_new);
	CHECK_INT(r.keyed, 2);
	roof_close(&r);
}

TEST(what_is_no_key_set_is_refused_and_not_kept)
{
	static struct roof r;
	bool is_new;

	roof_open(&r);
	r.keys = "<html>";
	CHECK_ERR(keys(&r, CS_IDP_KEYS_CACHED, &is_new), INVALID);
	r.status = 500;
	CHECK_ERR(keys(&r, CS_IDP_KEYS_CACHED, &is_new), UNAVAILABLE);
	r.status = 200;
	r.keys = no_keys;
	CHECK_OK(keys(&r, CS_IDP_KEYS_CACHED, &is_new));
	CHECK_INT(r.keyed, 3);
	roof_close(&r);
}

/* --- from several threads at once --- */

struct racer {
	struct roof *roof;
	struct cs_op op;
	cs_err last;
};

static void *
race(void *ctx)
{
	struct racer *x = ctx;
	struct cs_identity_provider p = { .issuer = server_url(&x->roof->server, x->op.arena, "") };
	struct cs_oidc_metadata m;
	cs_span json;
	bool is_new;

	for (int i = 0; i < 50; i++) {
		x->last = cs_idp_metadata(x->roof->stage.client, &x->op, &p, &m);
		if (cs_failed(x->last))
			return NULL;
		x->last = cs_idp_keys(x->roof->stage.client, &x->op, m.jwks_uri,
		    i % 2 ? CS_IDP_KEYS_REFRESHED : CS_IDP_KEYS_CACHED, &json, &is_new);
		if (cs_failed(x->last))
			return NULL;
	}
	return NULL;
}

TEST(many_threads_share_what_was_fetched)
{
	static struct roof r;
	struct racer racers[4];
	pthread_t threads[4];

	roof_open(&r);
	for (size_t i = 0; i < 4; i++) {
		racers[i] = (struct racer){ .roof = &r, .op = r.stage.op };
		racers[i].op.arena = cs_arena_new(8 << 20);
		CHECK(pthread_create(&threads[i], NULL, race, &racers[i]) == 0);
	}
	for (size_t i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		CHECK_OK(racers[i].last);
		cs_arena_free(&racers[i].op.arena);
	}
	CHECK(r.described <= 4 && r.keyed <= 4);
	roof_close(&r);
}

TEST_MAIN("idp/discovery")
