/* Signing in at a provider, there and back again. What the provider itself may lie about is
 * tests/unit/idp/oidc_test.c's. */
#include "api/browser.h"

#include "crypto/jws.h"
#include "idp/oidc.h"
#include "store/auth_log_store.h"
#include "store/proof_store.h"
#include "store/session_store.h"

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
	const char *more; /* further claims; NULL: amr "pwd" */
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
	    "\"exp\":%lld,\"iat\":%lld,\"email\":\"%s\",\"email_verified\":%s%s}",
	    (unsigned)p->server.port, p->sub, CS_STR_ARG(p->nonce), now_s + 300, now_s, p->email,
	    p->is_verified ? "true" : "false", p->more != NULL ? p->more : ",\"amr\":[\"pwd\"]");
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
		.allowed = &loopback, .allowed_count = 1, .timeout_ms = 60000, .clock = &p->clock },
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

/* --- the provider's own second factor --- */

#define BERTH "app.example.test"
#define KEYS "keys.test"

static void
allow_amr(struct play *p, int64_t duration_ms)
{
	struct cs_organization *o = &p->h->config.organization;

	o->mfa.methods = CS_MFA_TOTP | CS_MFA_BIOMETRICS | CS_MFA_SECURITY_KEY;
	o->amr = (struct cs_amr_config){ .is_enabled = true, .duration_ms = duration_ms };
	house_publish(p->h);
}

static void
sign_in_with(struct play *p, const char *host, const char *more)
{
	p->more = more;
	p->meta = browser_go(p->b, host, "/");
	CHECK_INT(begin(p, p->b), 200);
	CHECK_INT(come_back(p), 303);
	CHECK_INT(browser_state(p->b, p->meta), 200);
}

TEST(who_proved_a_key_at_the_provider_is_not_asked_again)
{
	static struct play p;

	open_play(&p);
	allow_amr(&p, CS_DAY_MS);
	sign_in_with(&p, KEYS, ",\"amr\":[\"pwd\",\"hwk\"]");
	CHECK_STEP(p.b, "continue");
	browser_enter(p.b, p.meta, KEYS);
	CHECK_INT(browser_decide(p.b, KEYS, "/"), CS_GATE_ALLOW);
	close_play(&p);
}

TEST(a_code_at_the_provider_does_not_open_what_wants_a_key)
{
	static struct play p;

	open_play(&p);
	allow_amr(&p, CS_DAY_MS);
	sign_in_with(&p, KEYS, ",\"amr\":[\"otp\"]");
	CHECK_STEP(p.b, "enrol");
	CHECK_INT(browser_state(p.b, browser_go(p.b, BERTH, "/")), 200);
	CHECK_STEP(p.b, "continue");
	close_play(&p);
}

TEST(what_the_provider_asked_for_counts_as_long_as_the_organisation_says)
{
	static struct play p;

	open_play(&p);
	allow_amr(&p, CS_HOUR_MS);
	sign_in_with(&p, BERTH, ",\"amr\":[\"otp\"]");
	browser_enter(p.b, p.meta, BERTH);
	browser_wait(p.b, CS_HOUR_MS - CS_MINUTE_MS);
	CHECK_INT(browser_decide(p.b, BERTH, "/"), CS_GATE_ALLOW);
	browser_wait(p.b, CS_MINUTE_MS);
	CHECK_INT(browser_decide(p.b, BERTH, "/"), CS_GATE_STEP_UP);
	CHECK_INT(browser_state(p.b, browser_go(p.b, BERTH, "/")), 200);
	CHECK_STEP(p.b, "enrol");
	close_play(&p);
}

TEST(what_the_provider_asked_for_long_before_the_sign_in_is_as_old_as_it_says)
{
	static struct play p;
	char more[128];

	open_play(&p);
	allow_amr(&p, CS_HOUR_MS);
	snprintf(more, sizeof(more), ",\"amr\":[\"otp\"],\"auth_time\":%lld",
	    (long long)(p.h->op.now.ms / CS_SECOND_MS - 3601));
	sign_in_with(&p, BERTH, more);
	CHECK_STEP(p.b, "enrol");
	snprintf(more, sizeof(more), ",\"amr\":[\"otp\"],\"auth_time\":%lld",
	    (long long)(p.h->op.now.ms / CS_SECOND_MS - 3500));
	sign_in_with(&p, BERTH, more);
	CHECK_STEP(p.b, "continue");
	browser_enter(p.b, p.meta, BERTH);
	browser_wait(p.b, 101 * CS_SECOND_MS);
	CHECK_INT(browser_decide(p.b, BERTH, "/"), CS_GATE_STEP_UP);
	close_play(&p);
}

TEST(with_0m_a_sign_in_at_the_provider_opens_one_application_once)
{
	static struct play p;

	open_play(&p);
	allow_amr(&p, 0);
	sign_in_with(&p, KEYS, ",\"amr\":[\"hwk\"]");
	CHECK_STEP(p.b, "continue");
	browser_enter(p.b, p.meta, KEYS);
	CHECK_INT(browser_decide(p.b, KEYS, "/"), CS_GATE_ALLOW);
	browser_wait(p.b, 20 * CS_HOUR_MS);
	CHECK_INT(browser_decide(p.b, KEYS, "/"), CS_GATE_ALLOW);
	close_play(&p);
}

TEST(with_0m_neither_an_earlier_sign_in_nor_one_that_was_used_counts)
{
	static struct play p;

	open_play(&p);
	allow_amr(&p, 0);
	sign_in_with(&p, KEYS, ",\"amr\":[\"hwk\"]");
	cs_str first = p.meta;
	browser_enter(p.b, first, KEYS);
	/* the same link again, and a new one in the same browser */
	CHECK_INT(browser_state(p.b, first), 200);
	CHECK_STEP(p.b, "enrol");
	browser_wait(p.b, CS_SECOND_MS);
	CHECK_INT(browser_state(p.b, browser_go(p.b, KEYS, "/")), 200);
	CHECK_STEP(p.b, "enrol");
	/* signed in to the portal alone a moment before */
	sign_in_with(&p, NOTES, ",\"amr\":[\"hwk\"]");
	browser_wait(p.b, CS_SECOND_MS);
	CHECK_INT(browser_state(p.b, browser_go(p.b, KEYS, "/")), 200);
	CHECK_STEP(p.b, "enrol");
	close_play(&p);
}

TEST(with_0m_who_takes_longer_than_own_proofs_live_is_asked)
{
	static struct play p;

	open_play(&p);
	allow_amr(&p, 0);
	sign_in_with(&p, KEYS, ",\"amr\":[\"hwk\"]");
	browser_wait(p.b, 5 * CS_MINUTE_MS);
	CHECK_INT(browser_state(p.b, p.meta), 200);
	CHECK_STEP(p.b, "enrol");
	close_play(&p);
}

TEST(a_hand_over_is_refused_when_the_provider_counts_no_more_as_it_comes_back)
{
	static struct play p;

	open_play(&p);
	allow_amr(&p, CS_DAY_MS);
	sign_in_with(&p, KEYS, ",\"amr\":[\"hwk\"]");
	cs_str path = browser_continue(p.b, p.meta, KEYS);
	p.h->config.organization.amr.is_enabled = false;
	house_publish(p.h);
	CHECK(browser_get(p.b, KEYS, path) != 303 ||
	      browser_cookie(p.b, KEYS, "CF_Authorization") == NULL);
	CHECK(browser_decide(p.b, KEYS, "/") != CS_GATE_ALLOW);
	close_play(&p);
}

/* One change of the settings after somebody came in by what their provider asked for. */
#define TIGHTENED(NAME, ...) \
	TEST(NAME) \
	{ \
		static struct play p; \
		open_play(&p); \
		allow_amr(&p, CS_DAY_MS); \
		sign_in_with(&p, BERTH, ",\"amr\":[\"okta_fp\",\"hwk\"]"); \
		browser_enter(p.b, p.meta, BERTH); \
		CHECK_INT(browser_decide(p.b, BERTH, "/"), CS_GATE_ALLOW); \
		__VA_ARGS__; \
		house_publish(p.h); \
		CHECK_INT(browser_decide(p.b, BERTH, "/"), CS_GATE_STEP_UP); \
		browser_wait(p.b, CS_SECOND_MS); \
		CHECK_INT(browser_state(p.b, browser_go(p.b, BERTH, "/")), 200); \
		CHECK(strcmp(browser_text(p.b, "step"), "continue") != 0); \
		close_play(&p); \
	}

TIGHTENED(
    matching_turned_off_counts_on_the_next_request, p.h->config.organization.amr.is_enabled = false)
TIGHTENED(a_shorter_duration_of_matching_counts_on_the_next_request,
    p.h->config.organization.amr.duration_ms = 0)
TIGHTENED(another_method_that_is_wanted_counts_on_the_next_request,
    p.h->apps[HOUSE_BERTH].mfa.has_methods = true, p.h->apps[HOUSE_BERTH].mfa.methods = CS_MFA_TOTP)
TIGHTENED(a_list_of_models_that_is_required_counts_on_the_next_request,
    p.h->config.organization.models.has_required = true)

TEST(a_mapping_that_is_taken_away_counts_on_the_next_request)
{
	static struct play p;
	static const struct cs_amr_mapping mapping = { .value = { "okta_fp", 7 },
		.methods = CS_MFA_BIOMETRICS };

	open_play(&p);
	p.h->providers[1].amr_mappings = &mapping;
	p.h->providers[1].amr_mapping_count = 1;
	allow_amr(&p, CS_DAY_MS);
	sign_in_with(&p, BERTH, ",\"amr\":[\"okta_fp\"]");
	CHECK_STEP(p.b, "continue");
	browser_enter(p.b, p.meta, BERTH);
	CHECK_INT(browser_decide(p.b, BERTH, "/"), CS_GATE_ALLOW);
	p.h->providers[1].amr_mapping_count = 0;
	house_publish(p.h);
	CHECK_INT(browser_decide(p.b, BERTH, "/"), CS_GATE_STEP_UP);
	close_play(&p);
}

TEST(plain_mfa_of_the_provider_counts_when_the_organisation_says_so)
{
	static struct play p;

	open_play(&p);
	allow_amr(&p, CS_DAY_MS);
	sign_in_with(&p, KEYS, ",\"amr\":[\"mfa\"]");
	CHECK_STEP(p.b, "enrol");
	p.h->config.organization.amr.counts_mfa = true;
	house_publish(p.h);
	CHECK_INT(browser_state(p.b, p.meta), 200);
	CHECK_STEP(p.b, "continue");
	close_play(&p);
}

TEST(without_a_claim_of_the_provider_a_proof_of_ones_own_counts_and_then_the_prompt)
{
	static struct play p;

	open_play(&p);
	p.h->config.organization.mfa.duration_ms = CS_HOUR_MS;
	allow_amr(&p, CS_HOUR_MS);
	sign_in_with(&p, BERTH, ",\"amr\":[\"pwd\"]");
	CHECK_STEP(p.b, "enrol");
	(void)browser_enrol(p.b, p.meta);
	CHECK_STEP(p.b, "continue");
	browser_enter(p.b, p.meta, BERTH);
	CHECK_INT(browser_decide(p.b, BERTH, "/"), CS_GATE_ALLOW);
	browser_wait(p.b, CS_HOUR_MS);
	CHECK_INT(browser_decide(p.b, BERTH, "/"), CS_GATE_STEP_UP);
	sign_in_with(&p, BERTH, "");
	CHECK_STEP(p.b, "challenge");
	close_play(&p);
}

struct left_behind {
	const struct cs_stored_proof *proofs;
	size_t proof_count;
	const struct cs_auth_entry *entries;
	size_t entry_count;
};

static cs_err
read_left_behind(struct cs_tx *tx, void *ctx)
{
	struct left_behind *l = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_auth_query all = { .until = cs_time_add(op->now, 1), .max = 100 };

	CS_TRY(cs_auth_log_list(tx, op->account, &all, &l->entries, &l->entry_count));
	if (l->entry_count == 0)
		return CS_OK;
	const struct cs_global_session *sessions;
	size_t count;
	CS_TRY(cs_global_session_list(
	    tx, op->account, l->entries[0].user, op->now, &sessions, &count));
	return cs_proof_list(tx, op->account, l->entries[0].user, sessions[0].device,
	    (cs_time){ 0 }, &l->proofs, &l->proof_count);
}

TEST(what_the_provider_asked_for_leaves_no_proof_and_says_so_in_the_log)
{
	static struct play p;
	struct left_behind l = { .proof_count = 99 };

	open_play(&p);
	allow_amr(&p, CS_DAY_MS);
	sign_in_with(&p, KEYS, ",\"amr\":[\"hwk\"]");
	browser_enter(p.b, p.meta, KEYS);
	CHECK_OK(cs_store_read(p.h->d.store, &p.h->op, read_left_behind, &l));
	CHECK_INT(l.proof_count, 0);
	CHECK_INT(l.entry_count, 1);
	CHECK_TEXT(l.entries[0].app_name, "Keys");
	CHECK_TEXT(l.entries[0].connection, "oidc");
	CHECK_INT(l.entries[0].method, CS_MFA_SECURITY_KEY);
	CHECK(l.entries[0].is_allowed && l.entries[0].is_identity);
	close_play(&p);
}

TEST_MAIN("api/provider")
