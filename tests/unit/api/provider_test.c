/* Signing in at a provider, there and back again. What the provider itself may lie about is
 * tests/unit/idp/oidc_test.c's. */
#include "api/browser.h"

#include "crypto/jws.h"
#include "idp/oidc.h"

#include "idp/server.h"

#define NOTES "notes.test"

struct play {
	struct server server;
	struct house *h;
	struct browser *b;
	struct cs_clock clock;
	struct cs_signing_key *key;
	/* what the provider says */
	const char *sub;
	const char *email;
	bool is_verified;
	bool is_down;
	cs_str nonce;
	/* where the browser was sent */
	cs_str meta;
	cs_str state;
};

static void
respond_jwks(struct play *p, struct cs_buf *response)
{
	struct cs_buf b;

	cs_buf_init(&b, 8192);
	cs_buf_add_c(&b, "{\"keys\":[");
	CHECK_OK(cs_signing_key_jwk(p->key, &b));
	cs_buf_add_c(&b, "]}");
	cs_buf_add_byte(&b, '\0');
	respond(response, 200, (const char *)b.p);
	cs_buf_clear(&b);
}

static void
respond_description(struct play *p, struct cs_buf *response)
{
	char text[1024];
	unsigned port = p->server.port;

	snprintf(text, sizeof(text),
	    "{\"issuer\":\"http://127.0.0.1:%u\",\"authorization_endpoint\":\"http://127.0.0.1:%u/"
	    "auth\",\"token_endpoint\":\"http://127.0.0.1:%u/token\",\"jwks_uri\":\"http://"
	    "127.0.0.1:"
	    "%u/jwks\"}",
	    port, port, port, port);
	respond(response, 200, text);
}

static void
respond_token(struct play *p, struct cs_buf *response)
{
	long long now_s = p->h->op.now.ms / CS_SECOND_MS;
	struct cs_buf token;
	char claims[1024];
	char text[8192];

	snprintf(claims, sizeof(claims),
	    "{\"iss\":\"http://"
	    "127.0.0.1:%u\",\"aud\":\"countersign\",\"sub\":\"%s\",\"nonce\":\"%.*s\","
	    "\"exp\":%lld,\"iat\":%lld,\"email\":\"%s\",\"email_verified\":%s,\"amr\":[\"pwd\"]}",
	    (unsigned)p->server.port, p->sub, CS_STR_ARG(p->nonce), now_s + 300, now_s, p->email,
	    p->is_verified ? "true" : "false");
	cs_buf_init(&token, 8192);
	CHECK_OK(cs_jws_sign(p->key, CS_SPAN(claims, strlen(claims)), &token));
	snprintf(text, sizeof(text),
	    "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"id_token\":\"%.*s\"}",
	    CS_STR_ARG(cs_buf_str(&token)));
	respond(response, 200, text);
	cs_buf_clear(&token);
}

static void
provide(struct server *s, const char *path, struct cs_buf *response)
{
	struct play *p = s->ctx;

	if (p->is_down)
		respond(response, 503, "{}");
	else if (strcmp(path, "/token") == 0)
		respond_token(p, response);
	else if (strcmp(path, "/jwks") == 0)
		respond_jwks(p, response);
	else
		respond_description(p, response);
}

static void
configure_provider(struct play *p)
{
	struct cs_identity_provider *provider = &p->h->providers[1];
	const struct cs_binding bind = {
		.purpose = CS_IDP_SECRET_PURPOSE, .account = p->h->op.account, .row = provider->id
	};
	struct cs_buf sealed;

	cs_buf_init(&sealed, 1024);
	CHECK_OK(cs_seal(p->h->d.keyring, p->h->d.rng, CS_SPAN("secret", 6), &bind, &sealed));
	provider->issuer = server_url(&p->server, p->h->arena, "");
	provider->client_id = CS_STR("countersign");
	provider->sealed_client_secret = cs_arena_span(p->h->arena, cs_buf_span(&sealed));
	cs_buf_clear(&sealed);
	house_publish(p->h);
}

static void
open_play(struct play *p)
{
	struct cs_network loopback;

	*p = (struct play){ .sub = "42", .email = "ada@example.test", .is_verified = true };
	p->h = house_open();
	p->b = browser_open(p->h);
	p->server.handle = provide;
	p->server.ctx = p;
	CHECK_OK(cs_signing_key_generate(&p->key));
	server_open(&p->server);
	CHECK_OK(cs_network_decode(CS_STR("127.0.0.0/8"), &loopback));
	p->clock = (struct cs_clock){ house_now, p->h };
	CHECK_OK(cs_idp_client_new(
	    &(struct cs_idp_client_config){
		.allowed = &loopback, .allowed_count = 1, .timeout_ms = 5000, .clock = &p->clock },
	    &p->h->d.idp));
	configure_provider(p);
	p->meta = browser_go(p->b, NOTES, "/");
}

static void
close_play(struct play *p)
{
	cs_idp_client_free(&p->h->d.idp);
	server_close(&p->server);
	cs_signing_key_free(&p->key);
	browser_close(p->b);
	house_close(p->h);
}

static cs_str
parameter(struct play *p, cs_str url, const char *name)
{
	cs_str query = cs_str_slice(url, cs_str_find(url, '?', 0) + 1, url.len);
	cs_str value;

	CHECK_OK(cs_form_get(p->h->arena, query, cs_str_c(name), &value));
	return value;
}

static int
begin(struct play *p, struct browser *b)
{
	int status =
	    browser_post(b, "/api/v1/sign-in/oidc", "{\"meta\":\"%.*s\",\"provider\":\"%.*s\"}",
		CS_STR_ARG(p->meta), CS_STR_ARG(browser_provider(b, "oidc")));

	if (status == 200) {
		cs_str url = browser_copy(b, "redirect");

		p->state = parameter(p, url, "state");
		p->nonce = parameter(p, url, "nonce");
	}
	return status;
}

static int
come_back_as(struct play *p, struct browser *b, const char *provider, const char *query)
{
	return browser_get(b, AUTH,
	    cs_arena_printf(p->h->arena, "/cdn-cgi/access/callback/%.*s?state=%.*s&%s",
		CS_STR_ARG(browser_provider(b, provider)), CS_STR_ARG(p->state), query));
}

static int
come_back(struct play *p)
{
	return come_back_as(p, p->b, "oidc", "code=c");
}

static bool
is_signed_in(struct browser *b)
{
	return browser_get(b, AUTH, CS_STR("/api/v1/me")) == 200;
}

/* The sign-in page with a code in its address, and nobody signed in. */
static void
check_back_with(struct play *p, const char *code)
{
	cs_str want = cs_arena_printf(p->h->arena,
	    "/cdn-cgi/access/login/" NOTES "?meta=%.*s&code=%s&id=", CS_STR_ARG(p->meta), code);

	CHECK(cs_str_starts(browser_header(p->b, "Location"), want));
	CHECK(!is_signed_in(p->b));
}

TEST(a_person_signs_in_at_the_provider_and_comes_back_to_the_page)
{
	static struct play p;

	open_play(&p);
	CHECK_INT(begin(&p, p.b), 200);
	CHECK_INT(come_back(&p), 303);
	CHECK(cs_str_equal(browser_header(p.b, "Location"),
	    cs_arena_printf(
		p.h->arena, "/cdn-cgi/access/login/" NOTES "?meta=%.*s", CS_STR_ARG(p.meta))));
	CHECK_INT(browser_state(p.b, p.meta), 200);
	CHECK_STEP(p.b, "continue");
	browser_enter(p.b, p.meta, NOTES);
	CHECK_INT(browser_get(p.b, NOTES, CS_STR("/cdn-cgi/access/get-identity")), 200);
	CHECK_TEXT(cs_str_c(browser_text(p.b, "idp.type")), "oidc");
	close_play(&p);
}

TEST(a_callback_counts_once)
{
	static struct play p;

	open_play(&p);
	CHECK_INT(begin(&p, p.b), 200);
	struct cookie flow = *browser_cookie(p.b, AUTH, "__Host-cs_flow");
	CHECK_INT(come_back(&p), 303);
	*browser_cookie(p.b, AUTH, "__Host-cs_flow") = flow;
	browser_cookie(p.b, AUTH, "__Host-cs_session")->value[0] = '\0';
	CHECK(come_back(&p) != 303);
	CHECK_CODE(p.b, "link_ended");
	CHECK(!is_signed_in(p.b));
	close_play(&p);
}

TEST(a_callback_is_refused_after_ten_minutes)
{
	static struct play p;

	open_play(&p);
	CHECK_INT(begin(&p, p.b), 200);
	browser_wait(p.b, 10 * CS_MINUTE_MS);
	CHECK(come_back(&p) != 303);
	CHECK_CODE(p.b, "link_ended");
	close_play(&p);
}

TEST(a_callback_is_refused_in_a_browser_that_did_not_begin)
{
	static struct play p;

	open_play(&p);
	struct browser *victim = browser_open(p.h);
	CHECK_INT(begin(&p, p.b), 200);
	CHECK(come_back_as(&p, victim, "oidc", "code=c") != 303);
	CHECK_CODE(victim, "link_ended");
	/* also when it has begun something of its own */
	cs_str state = p.state;
	CHECK_INT(begin(&p, victim), 200);
	p.state = state;
	CHECK(come_back_as(&p, victim, "oidc", "code=c") != 303);
	CHECK(!is_signed_in(victim));
	browser_close(victim);
	close_play(&p);
}

TEST(a_callback_of_another_provider_is_refused)
{
	static struct play p;

	open_play(&p);
	CHECK_INT(begin(&p, p.b), 200);
	CHECK(come_back_as(&p, p.b, "pin", "code=c") != 303);
	CHECK(come_back_as(&p, p.b, "none", "code=c") != 303);
	CHECK(!is_signed_in(p.b));
	CHECK_INT(come_back(&p), 303);
	close_play(&p);
}

TEST(an_altered_state_is_refused)
{
	static struct play p;

	open_play(&p);
	CHECK_INT(begin(&p, p.b), 200);
	char *state = cs_arena_c(p.h->arena, p.state);
	state[3] = state[3] == 'A' ? 'B' : 'A';
	p.state = (cs_str){ state, p.state.len };
	CHECK(come_back(&p) != 303);
	CHECK_CODE(p.b, "link_ended");
	close_play(&p);
}

TEST(a_person_who_says_no_at_the_provider_may_choose_again)
{
	static struct play p;

	open_play(&p);
	CHECK_INT(begin(&p, p.b), 200);
	CHECK_INT(come_back_as(&p, p.b, "oidc", "error=access_denied"), 303);
	check_back_with(&p, "provider_refused");
	close_play(&p);
}

TEST(a_token_for_another_beginning_is_refused)
{
	static struct play p;

	open_play(&p);
	CHECK_INT(begin(&p, p.b), 200);
	p.nonce = CS_STR("of-another-sign-in");
	CHECK_INT(come_back(&p), 303);
	check_back_with(&p, "provider_refused");
	close_play(&p);
}

TEST(a_provider_that_is_down_is_said_to_be_down)
{
	static struct play p;

	open_play(&p);
	p.is_down = true;
	CHECK_INT(begin(&p, p.b), 503);
	CHECK_CODE(p.b, "provider_down");
	CHECK(!is_signed_in(p.b));
	close_play(&p);
}

TEST(a_provider_that_goes_down_meanwhile_signs_nobody_in)
{
	static struct play p;

	open_play(&p);
	CHECK_INT(begin(&p, p.b), 200);
	p.is_down = true;
	CHECK_INT(come_back(&p), 303);
	check_back_with(&p, "provider_down");
	close_play(&p);
}

TEST(a_pin_provider_is_no_oidc_provider)
{
	static struct play p;

	open_play(&p);
	CHECK_INT(
	    browser_post(p.b, "/api/v1/sign-in/oidc", "{\"meta\":\"%.*s\",\"provider\":\"%.*s\"}",
		CS_STR_ARG(p.meta), CS_STR_ARG(browser_provider(p.b, "pin"))),
	    404);
	close_play(&p);
}

TEST(an_application_that_does_not_allow_a_provider_does_not_begin_there)
{
	static struct play p;

	open_play(&p);
	p.h->apps[HOUSE_NOTES].allowed_idps = &p.h->providers[0].id;
	p.h->apps[HOUSE_NOTES].allowed_idp_count = 1;
	house_publish(p.h);
	CHECK_INT(begin(&p, p.b), 404);
	CHECK_INT(browser_state(p.b, p.meta), 200);
	CHECK_INT(json_array_size(json_object_get(p.b->body, "providers")), 1);
	close_play(&p);
}

TEST(a_session_of_a_provider_that_is_not_allowed_asks_for_another)
{
	static struct play p;

	open_play(&p);
	CHECK_INT(begin(&p, p.b), 200);
	CHECK_INT(come_back(&p), 303);
	p.h->apps[HOUSE_NOTES].allowed_idps = &p.h->providers[0].id;
	p.h->apps[HOUSE_NOTES].allowed_idp_count = 1;
	house_publish(p.h);
	CHECK_INT(browser_state(p.b, p.meta), 200);
	CHECK_STEP(p.b, "provider");
	close_play(&p);
}

static cs_str
user_id(struct browser *b)
{
	CHECK_INT(browser_get(b, AUTH, CS_STR("/api/v1/me")), 200);
	return browser_copy(b, "user.id");
}

TEST(an_unverified_address_does_not_become_the_user_who_proved_it)
{
	static struct play p;

	open_play(&p);
	struct browser *ada = browser_open(p.h);
	browser_sign_in(ada, browser_go(ada, NOTES, "/"), "ada@example.test");
	cs_str id = user_id(ada);
	p.is_verified = false;
	CHECK_INT(begin(&p, p.b), 200);
	CHECK_INT(come_back(&p), 303);
	CHECK(!cs_str_equal(user_id(p.b), id));
	browser_close(ada);
	close_play(&p);
}

TEST(a_verified_address_becomes_the_user_who_proved_it)
{
	static struct play p;

	open_play(&p);
	struct browser *ada = browser_open(p.h);
	browser_sign_in(ada, browser_go(ada, NOTES, "/"), "ada@example.test");
	cs_str id = user_id(ada);
	CHECK_INT(begin(&p, p.b), 200);
	CHECK_INT(come_back(&p), 303);
	CHECK(cs_str_equal(user_id(p.b), id));
	browser_close(ada);
	close_play(&p);
}

TEST(whoever_carries_a_revoked_address_is_revoked_also_when_the_user_began_with_another)
{
	static struct play p;
	size_t count;

	open_play(&p);
	p.is_verified = false;
	CHECK_INT(begin(&p, p.b), 200);
	CHECK_INT(come_back(&p), 303);
	cs_str id = user_id(p.b);
	/* the provider knows the same person by another address now: applications see that one */
	p.email = "Grace@example.test";
	CHECK_INT(begin(&p, p.b), 200);
	CHECK_INT(come_back(&p), 303);
	CHECK(cs_str_equal(user_id(p.b), id));
	CHECK_TEXT(cs_str_c(browser_text(p.b, "user.email")), "Grace@example.test");
	browser_enter(p.b, p.meta, NOTES);
	CHECK_INT(browser_decide(p.b, NOTES, "/"), CS_GATE_ALLOW);
	CHECK_OK(cs_session_revoke_email(&p.h->d, &p.h->op, CS_STR("grace@example.test"), &count));
	CHECK_INT(count, 1);
	CHECK(!is_signed_in(p.b));
	CHECK(browser_decide(p.b, NOTES, "/") != CS_GATE_ALLOW);
	close_play(&p);
}

TEST_MAIN("api/provider")
