/* The ceremony against a provider that can lie in every way. */
#include "idp/oidc.h"

#include "base/codec.h"
#include "crypto/jws.h"
#include "proto/pkce.h"
#include "test.h"

#include <stdlib.h>

#include "server.h"

/* What the provider says; the test spoils one thing at a time. */
struct lies {
	int token_status;
	const char *token_body; /* instead of an ID token */
	const char *iss, *aud, *sub, *nonce; /* "": left out; NULL: the truth */
	const char *more; /* further claims: ",\"email\":…" */
	int64_t exp_s, iat_s; /* relative to now */
	bool is_unsigned; /* alg none */
	bool is_tampered;
	bool is_other_key; /* signed by a key that is not published */
	int userinfo_status;
	const char *userinfo; /* NULL: there is no such endpoint */
	const char *methods; /* token_endpoint_auth_methods_supported */
	bool sends_iss;
};

struct play {
	struct server server;
	struct stage stage;
	struct lies lies;
	struct cs_keyring *keyring;
	struct cs_identity_provider provider;
	struct cs_oidc_pending pending;
	cs_str url;
	struct cs_oidc_callback callback;
	struct cs_oidc_identity identity;
	struct cs_signing_key *published;
	int keyed;
	char token_request[SEEN_MAX];
	char userinfo_request[SEEN_MAX];
};

static struct cs_signing_key *key_one, *key_two;

static void
add_claim(struct cs_buf *b, const char *name, const char *lie, cs_str truth)
{
	if (lie != NULL && lie[0] == '\0')
		return;
	cs_buf_printf(b, "\"%s\":\"%.*s\",", name, CS_STR_ARG(lie != NULL ? cs_str_c(lie) : truth));
}

static void
write_claims(struct play *p, struct cs_buf *b)
{
	const struct lies *l = &p->lies;
	int64_t now_s = p->stage.op.now.ms / CS_SECOND_MS;

	cs_buf_add_c(b, "{");
	add_claim(b, "iss", l->iss, p->provider.issuer);
	add_claim(b, "aud", l->aud, p->provider.client_id);
	add_claim(b, "sub", l->sub, CS_STR("248289761001"));
	add_claim(b, "nonce", l->nonce, p->pending.nonce);
	cs_buf_printf(b, "\"exp\":%lld,\"iat\":%lld%s}", (long long)(now_s + l->exp_s),
	    (long long)(now_s + l->iat_s), l->more);
}

static void
write_token(struct play *p, struct cs_buf *token)
{
	CS_AUTO(cs_buf_clear) struct cs_buf claims;

	cs_buf_init(&claims, 8192);
	write_claims(p, &claims);
	if (p->lies.is_unsigned) {
		cs_base64url_encode(cs_str_span(CS_STR("{\"alg\":\"none\"}")), token);
		cs_buf_add_c(token, ".");
		cs_base64url_encode(cs_buf_span(&claims), token);
		cs_buf_add_c(token, ".");
		return;
	}
	CHECK_OK(
	    cs_jws_sign(p->lies.is_other_key ? key_two : key_one, cs_buf_span(&claims), token));
	if (p->lies.is_tampered)
		token->p[token->len - 20] ^= 1;
}

static void
answer_token(struct play *p, struct cs_buf *response)
{
	CS_AUTO(cs_buf_clear) struct cs_buf token;
	CS_AUTO(cs_buf_clear) struct cs_buf body;

	cs_buf_init(&token, 16384);
	cs_buf_init(&body, 20000);
	if (p->lies.token_body != NULL) {
		respond(response, p->lies.token_status, p->lies.token_body);
		return;
	}
	write_token(p, &token);
	cs_buf_printf(&body,
	    "{\"access_token\":\"at-1\",\"token_type\":\"Bearer\",\"id_token\":\"%.*s\"}",
	    CS_STR_ARG(cs_buf_str(&token)));
	cs_buf_add_byte(&body, '\0');
	respond(response, p->lies.token_status, (const char *)body.p);
}

static void
answer_keys(struct play *p, struct cs_buf *response)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	p->keyed++;
	cs_buf_init(&b, 8192);
	cs_buf_add_c(&b, "{\"keys\":[");
	CHECK_OK(cs_signing_key_jwk(p->published, &b));
	cs_buf_add_c(&b, "]}");
	cs_buf_add_byte(&b, '\0');
	respond(response, 200, (const char *)b.p);
}

static void
answer_description(struct play *p, struct cs_buf *response)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;
	unsigned port = p->server.port;

	cs_buf_init(&b, 4096);
	cs_buf_printf(&b,
	    "{\"issuer\":\"http://127.0.0.1:%u\",\"authorization_endpoint\":"
	    "\"http://127.0.0.1:%u/auth\",\"token_endpoint\":\"http://127.0.0.1:%u/token\","
	    "\"jwks_uri\":\"http://127.0.0.1:%u/jwks\","
	    "\"authorization_response_iss_parameter_supported\":%s",
	    port, port, port, port, p->lies.sends_iss ? "true" : "false");
	if (p->lies.methods != NULL)
		cs_buf_printf(&b, ",\"token_endpoint_auth_methods_supported\":%s", p->lies.methods);
	if (p->lies.userinfo != NULL)
		cs_buf_printf(&b, ",\"userinfo_endpoint\":\"http://127.0.0.1:%u/me\"", port);
	cs_buf_add_c(&b, "}");
	cs_buf_add_byte(&b, '\0');
	respond(response, 200, (const char *)b.p);
}

static void
handle(struct server *s, const char *path, struct cs_buf *response)
{
	struct play *p = s->ctx;

	if (strcmp(path, "/.well-known/openid-configuration") == 0) {
		answer_description(p, response);
	} else if (strcmp(path, "/jwks") == 0) {
		answer_keys(p, response);
	} else if (strcmp(path, "/token") == 0) {
		memcpy(p->token_request, s->seen, SEEN_MAX);
		answer_token(p, response);
	} else if (strcmp(path, "/me") == 0) {
		memcpy(p->userinfo_request, s->seen, SEEN_MAX);
		respond(response, p->lies.userinfo_status, p->lies.userinfo);
	} else {
		respond(response, 404, "{}");
	}
}

static struct cs_keyring *
keyring_new(void)
{
	char folder[] = "/tmp/countersign-oidc-XXXXXX";
	char path[64];
	struct cs_keyring *k;

	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/keyring", folder);
	CHECK_OK(cs_keyring_create(path, &cs_random_system, cs_seconds(1790000000)));
	CHECK_OK(cs_keyring_open(path, &k));
	unlink(path);
	rmdir(folder);
	return k;
}

static void
seal_secret(struct play *p, const char *secret)
{
	CS_AUTO(cs_buf_clear) struct cs_buf sealed;
	const struct cs_binding binding = {
		.purpose = CS_IDP_SECRET_PURPOSE,
		.account = p->stage.op.account,
		.row = p->provider.id,
	};

	cs_buf_init(&sealed, 1024);
	CHECK_OK(cs_seal(
	    p->keyring, &cs_random_system, cs_str_span(cs_str_c(secret)), &binding, &sealed));
	p->provider.sealed_client_secret = cs_arena_span(p->stage.op.arena, cs_buf_span(&sealed));
}

static void
play_open(struct play *p)
{
	if (key_one == NULL) {
		CHECK_OK(cs_signing_key_generate(&key_one));
		CHECK_OK(cs_signing_key_generate(&key_two));
	}
	*p = (struct play){
		.lies = { .token_status = 200, .exp_s = 300, .more = "", .userinfo_status = 200 },
		.published = key_one,
	};
	p->server.handle = handle;
	p->server.ctx = p;
	server_open(&p->server);
	stage_open(&p->stage, 30000);
	p->keyring = keyring_new();
	p->provider = (struct cs_identity_provider){
		.id = { { 7 } },
		.type = CS_IDP_OIDC,
		.issuer = server_url(&p->server, p->stage.op.arena, ""),
		.client_id = CS_STR("countersign-rp"),
	};
	seal_secret(p, "s3cret: with+odd/signs");
}

static void
play_close(struct play *p)
{
	stage_close(&p->stage);
	server_close(&p->server);
	cs_keyring_close(&p->keyring);
}

/* Begin, and an honest browser that comes back with a code. */
static void
begin(struct play *p)
{
	CHECK_OK(cs_oidc_begin(p->stage.client, &p->stage.op, &p->provider, &cs_random_system,
	    CS_STR("https://auth.example.test/cdn-cgi/access/callback/7"), &p->pending, &p->url));
	p->callback = (struct cs_oidc_callback){
		.state = p->pending.state,
		.code = CS_STR("c0de/+"),
		.iss = p->lies.sends_iss ? p->provider.issuer : CS_STR_NONE,
	};
}

static cs_err
finish(struct play *p)
{
	memset(&p->identity, 0xff, sizeof(p->identity));
	cs_err e = cs_oidc_finish(p->stage.client, &p->stage.op, p->keyring, &p->provider,
	    &p->pending, &p->callback, &p->identity);
	if (cs_failed(e))
		CHECK(p->identity.sub.len == 0 && p->identity.email.len == 0);
	return e;
}

/* The whole ceremony with one lie: what finish says. */
static cs_err
with(struct play *p, struct lies lies)
{
	lies.token_status = lies.token_status == 0 ? 200 : lies.token_status;
	lies.userinfo_status = lies.userinfo_status == 0 ? 200 : lies.userinfo_status;
	lies.exp_s = lies.exp_s == 0 ? 300 : lies.exp_s;
	lies.more = lies.more == NULL ? "" : lies.more;
	p->lies = lies;
	begin(p);
	return finish(p);
}

#define LIES(...) ((struct lies){ __VA_ARGS__ })

TEST(the_browser_is_sent_with_everything_that_binds_the_answer)
{
	static struct play p;
	char challenge[CS_PKCE_CHALLENGE_LEN];

	play_open(&p);
	begin(&p);
	cs_pkce_challenge(p.pending.verifier, challenge);
	cs_str want = cs_arena_printf(p.stage.op.arena,
	    "http://127.0.0.1:%u/auth?response_type=code&client_id=countersign-rp"
	    "&redirect_uri=https%%3A%%2F%%2Fauth.example.test%%2Fcdn-cgi%%2Faccess%%2Fcallback%%2F7"
	    "&scope=openid%%20email%%20profile&state=%.*s&nonce=%.*s&code_challenge=%.43s"
	    "&code_challenge_method=S256",
	    (unsigned)p.server.port, CS_STR_ARG(p.pending.state), CS_STR_ARG(p.pending.nonce),
	    challenge);
	CHECK(cs_str_equal(p.url, want));
	CHECK(cs_pkce_verifier_is_valid(p.pending.verifier));
	CHECK(!cs_str_equal(p.pending.state, p.pending.nonce));
	CHECK(!cs_str_equal(p.pending.verifier, p.pending.nonce));
	play_close(&p);
}

TEST(configured_scopes_and_an_address_with_a_query_are_kept)
{
	static struct play p;
	static const cs_str scopes[] = { { "openid", 6 }, { "groups", 6 } };

	play_open(&p);
	p.provider.scopes = scopes;
	p.provider.scope_count = 2;
	p.provider.auth_url = server_url(&p.server, p.stage.op.arena, "/auth?tenant=7");
	begin(&p);
	const char *url = cs_arena_c(p.stage.op.arena, p.url);
	CHECK(strstr(url, "/auth?tenant=7&response_type=code&") != NULL);
	CHECK(strstr(url, "&scope=openid%20groups&") != NULL);
	play_close(&p);
}

TEST(how_and_how_recently_the_person_is_to_be_asked_is_sent_when_configured)
{
	static struct play p;

	play_open(&p);
	begin(&p);
	CHECK(strstr(cs_arena_c(p.stage.op.arena, p.url), "acr_values") == NULL);
	CHECK(strstr(cs_arena_c(p.stage.op.arena, p.url), "max_age") == NULL);
	p.provider.acr_values = CS_STR("phr phrh");
	p.provider.has_max_age = true;
	begin(&p);
	const char *url = cs_arena_c(p.stage.op.arena, p.url);
	CHECK(strstr(url, "&acr_values=phr%20phrh&max_age=0") != NULL);
	p.provider.max_age_s = 3600;
	begin(&p);
	CHECK(strstr(cs_arena_c(p.stage.op.arena, p.url), "&max_age=3600") != NULL);
	play_close(&p);
}

TEST(who_must_have_been_asked_recently_needs_a_provider_that_says_when)
{
	static struct play p;

	play_open(&p);
	p.provider.has_max_age = true;
	p.provider.max_age_s = 600;
	CHECK_ERR(with(&p, LIES(.more = ",\"amr\":[\"hwk\"]")), INVALID);
	CHECK_ERR(with(&p, LIES(.more = ",\"auth_time\":1789999339")), INVALID);
	CHECK_OK(with(&p, LIES(.more = ",\"auth_time\":1789999341,\"acr\":\"phr\"")));
	CHECK_TEXT(p.identity.acr, "phr");
	/* voluntary, and so never a reason to refuse */
	CHECK_OK(with(&p, LIES(.more = ",\"auth_time\":1789999341,\"acr\":0")));
	CHECK_TEXT(p.identity.acr, "");
	play_close(&p);
}

TEST(no_two_beginnings_share_a_value)
{
	static struct play p;

	play_open(&p);
	begin(&p);
	struct cs_oidc_pending first = p.pending;
	begin(&p);
	CHECK(!cs_str_equal(first.state, p.pending.state));
	CHECK(!cs_str_equal(first.nonce, p.pending.nonce));
	CHECK(!cs_str_equal(first.verifier, p.pending.verifier));
	play_close(&p);
}

TEST(a_true_answer_says_who_the_person_is)
{
	static struct play p;

	play_open(&p);
	CHECK_OK(with(&p, LIES(.more = ",\"email\":\"Ada@example.test\",\"email_verified\":true,"
				       "\"name\":\"Ada\",\"amr\":[\"pwd\",\"otp\"],"
				       "\"auth_time\":1789999990")));
	CHECK_TEXT(p.identity.sub, "248289761001");
	CHECK_TEXT(p.identity.email, "Ada@example.test");
	CHECK(p.identity.email_is_verified);
	CHECK_TEXT(p.identity.name, "Ada");
	CHECK_INT(p.identity.amr_count, 2);
	CHECK_TEXT(p.identity.amr[0], "pwd");
	CHECK_TEXT(p.identity.amr[1], "otp");
	CHECK_INT(p.identity.auth_time.ms, 1789999990000);
	CHECK_TEXT(p.identity.fields, "{}");
	play_close(&p);
}

TEST(the_code_is_exchanged_with_verifier_address_and_credentials)
{
	static struct play p;

	play_open(&p);
	CHECK_OK(with(&p, LIES(.exp_s = 300)));
	cs_str form = cs_arena_printf(p.stage.op.arena,
	    "\r\n\r\ngrant_type=authorization_code&code=c0de%%2F%%2B&redirect_uri="
	    "https%%3A%%2F%%2Fauth.example.test%%2Fcdn-cgi%%2Faccess%%2Fcallback%%2F7"
	    "&code_verifier=%.*s",
	    CS_STR_ARG(p.pending.verifier));
	const char *at = strstr(p.token_request, form.p);
	CHECK(at != NULL && strlen(at) == form.len);
	/* base64 of countersign-rp:s3cret%3A%20with%2Bodd%2Fsigns */
	CHECK(strstr(p.token_request,
		  "\r\nAuthorization: Basic "
		  "Y291bnRlcnNpZ24tcnA6czNjcmV0JTNBJTIwd2l0aCUyQm9kZCUyRnNpZ25z\r\n") != NULL);
	play_close(&p);
}

TEST(credentials_go_into_the_form_where_the_provider_wants_them)
{
	static struct play p;

	play_open(&p);
	CHECK_OK(with(&p, LIES(.methods = "[\"client_secret_post\",\"private_key_jwt\"]")));
	CHECK(strstr(p.token_request, "Authorization") == NULL);
	CHECK(
	    strstr(p.token_request,
		"&client_id=countersign-rp&client_secret=s3cret%3A%20with%2Bodd%2Fsigns") != NULL);
	play_close(&p);
}

TEST(another_state_is_refused_before_anything_is_asked)
{
	static struct play p;

	play_open(&p);
	begin(&p);
	p.callback.state = p.pending.nonce;
	CHECK_ERR(finish(&p), INVALID);
	p.callback.state = CS_STR_NONE;
	CHECK_ERR(finish(&p), INVALID);
	p.pending.state = CS_STR_NONE;
	CHECK_ERR(finish(&p), INVALID);
	CHECK_INT(p.token_request[0], 0);
	play_close(&p);
}

TEST(an_answer_of_another_issuer_is_refused_before_the_code_is_sent_anywhere)
{
	static struct play p;

	play_open(&p);
	begin(&p);
	p.callback.iss = CS_STR("https://evil.test");
	CHECK_ERR(finish(&p), INVALID);
	CHECK_INT(p.token_request[0], 0);
	play_close(&p);
}

TEST(an_announced_issuer_that_is_missing_is_refused)
{
	static struct play p;

	play_open(&p);
	p.lies.sends_iss = true;
	begin(&p);
	p.callback.iss = CS_STR_NONE;
	CHECK_ERR(finish(&p), INVALID);
	p.callback.iss = p.provider.issuer;
	CHECK_OK(finish(&p));
	play_close(&p);
}

TEST(a_person_who_says_no_is_forbidden_and_a_provider_in_trouble_is_unavailable)
{
	static struct play p;

	play_open(&p);
	begin(&p);
	p.callback.code = CS_STR_NONE;
	p.callback.error = CS_STR("access_denied");
	CHECK_ERR(finish(&p), FORBIDDEN);
	p.callback.error = CS_STR("login_required");
	CHECK_ERR(finish(&p), FORBIDDEN);
	p.callback.error = CS_STR("server_error");
	CHECK_ERR(finish(&p), UNAVAILABLE);
	p.callback.error = CS_STR("temporarily_unavailable");
	CHECK_ERR(finish(&p), UNAVAILABLE);
	p.callback.state = p.pending.nonce;
	CHECK_ERR(finish(&p), INVALID);
	play_close(&p);
}

TEST(forged_tokens_are_refused)
{
	static struct play p;

	play_open(&p);
	CHECK_ERR(with(&p, LIES(.iss = "https://evil.test")), INVALID);
	CHECK_ERR(with(&p, LIES(.aud = "another-rp")), INVALID);
	CHECK_ERR(with(&p, LIES(.aud = "")), INVALID);
	CHECK_ERR(with(&p, LIES(.sub = "")), INVALID);
	CHECK_ERR(with(&p, LIES(.nonce = "another")), INVALID);
	CHECK_ERR(with(&p, LIES(.nonce = "")), INVALID);
	CHECK_ERR(with(&p, LIES(.exp_s = -61)), INVALID);
	CHECK_ERR(with(&p, LIES(.iat_s = 61)), INVALID);
	CHECK_ERR(with(&p, LIES(.more = ",\"nbf\":1790000061")), INVALID);
	CHECK_ERR(with(&p, LIES(.more = ",\"azp\":\"another-rp\"")), INVALID);
	CHECK_ERR(with(&p, LIES(.more = ",\"sub\":\"twice\"")), INVALID);
	CHECK_ERR(with(&p, LIES(.more = ",\"at_hash\":\"77QmUPtjPfzWtF2AnpK9RQ\"")), INVALID);
	CHECK_ERR(with(&p, LIES(.is_unsigned = true)), INVALID);
	CHECK_ERR(with(&p, LIES(.is_tampered = true)), INVALID);
	CHECK_ERR(with(&p, LIES(.is_other_key = true)), INVALID);
	CHECK_OK(with(&p, LIES(.exp_s = -59)));
	CHECK_OK(with(&p, LIES(.iat_s = 59)));
	play_close(&p);
}

TEST(a_key_that_was_rotated_is_found_and_unknown_keys_do_not_hammer_the_provider)
{
	static struct play p;

	play_open(&p);
	p.stage.op.deadline = (cs_time){ 0 };
	CHECK_OK(with(&p, LIES(.exp_s = 300)));
	CHECK_INT(p.keyed, 1);
	/* the provider signs with a new key: within the pause it is not asked again */
	p.published = key_two;
	for (int i = 0; i < 3; i++)
		CHECK_ERR(with(&p, LIES(.is_other_key = true)), INVALID);
	CHECK_INT(p.keyed, 1);
	p.stage.op.now = cs_time_add(p.stage.op.now, CS_MINUTE_MS);
	CHECK_OK(with(&p, LIES(.is_other_key = true)));
	CHECK_INT(p.keyed, 2);
	/* and the old key is not trusted any more */
	CHECK_ERR(with(&p, LIES(.exp_s = 300)), INVALID);
	CHECK_INT(p.keyed, 2);
	play_close(&p);
}

TEST(a_token_endpoint_that_refuses_says_whose_fault_it_is)
{
	static struct play p;

	play_open(&p);
	CHECK_ERR(
	    with(&p, LIES(.token_status = 400, .token_body = "{\"error\":\"invalid_grant\"}")),
	    INVALID);
	CHECK_ERR(
	    with(&p, LIES(.token_status = 401, .token_body = "{\"error\":\"invalid_client\"}")),
	    FORBIDDEN);
	CHECK_ERR(with(&p, LIES(.token_status = 403, .token_body = "no")), FORBIDDEN);
	CHECK_ERR(with(&p, LIES(.token_status = 500, .token_body = "{}")), UNAVAILABLE);
	CHECK_ERR(with(&p, LIES(.token_status = 429, .token_body = "{}")), UNAVAILABLE);
	CHECK_ERR(with(&p, LIES(.token_status = 302, .token_body = "")), UNAVAILABLE);
	play_close(&p);
}

TEST(an_answer_without_a_token_is_refused)
{
	static struct play p;

	play_open(&p);
	CHECK_ERR(with(&p, LIES(.token_body = "<html>")), INVALID);
	CHECK_ERR(with(&p, LIES(.token_body = "{}")), INVALID);
	CHECK_ERR(with(&p, LIES(.token_body = "{\"id_token\":\"\"}")), INVALID);
	CHECK_ERR(with(&p, LIES(.token_body = "{\"id_token\":\"a.b\"}")), INVALID);
	CHECK_ERR(with(&p, LIES(.token_body = "{\"id_token\":\"..\"}")), INVALID);
	CHECK_ERR(with(&p, LIES(.token_body = "{\"id_token\":[]}")), INVALID);
	CHECK_ERR(with(&p, LIES(.token_body = "{\"error\":\"invalid_grant\"}")), INVALID);
	play_close(&p);
}

TEST(an_endless_answer_is_the_provider_being_broken)
{
	static struct play p;
	static char huge[CS_IDP_ANSWER_MAX_BYTES + 2];

	play_open(&p);
	memset(huge, ' ', sizeof(huge) - 1);
	CHECK_ERR(with(&p, LIES(.token_body = huge)), UNAVAILABLE);
	play_close(&p);
}

TEST(userinfo_gives_what_the_token_lacks)
{
	static struct play p;
	static const cs_str claims[] = { { "groups", 6 }, { "team", 4 } };

	play_open(&p);
	p.provider.claims = claims;
	p.provider.claim_count = 2;
	CHECK_OK(with(&p,
	    LIES(.more = ",\"groups\":[\"a\"]",
		.userinfo = "{\"sub\":\"248289761001\",\"email\":\"ada@example.test\","
			    "\"email_verified\":true,\"name\":\"Ada\",\"groups\":[],\"team\":7}")));
	CHECK_TEXT(p.identity.email, "ada@example.test");
	CHECK(p.identity.email_is_verified);
	CHECK_TEXT(p.identity.name, "Ada");
	CHECK_TEXT(p.identity.fields, "{\"groups\":[\"a\"],\"team\":7}");
	CHECK(strstr(p.userinfo_request, "\r\nAuthorization: Bearer at-1\r\n") != NULL);
	play_close(&p);
}

TEST(userinfo_is_not_asked_when_the_token_says_it_all)
{
	static struct play p;

	play_open(&p);
	CHECK_OK(with(&p, LIES(.more = ",\"email\":\"ada@example.test\"", .userinfo = "{}")));
	CHECK_INT(p.userinfo_request[0], 0);
	CHECK(!p.identity.email_is_verified);
	play_close(&p);
}

TEST(userinfo_about_somebody_else_is_refused)
{
	static struct play p;

	play_open(&p);
	CHECK_ERR(with(&p, LIES(.userinfo = "{\"sub\":\"24828976100\",\"email\":\"eve@x.test\"}")),
	    INVALID);
	CHECK_ERR(with(&p, LIES(.userinfo = "{\"email\":\"eve@x.test\"}")), INVALID);
	CHECK_ERR(with(&p, LIES(.userinfo = "ey.x.y")), INVALID);
	CHECK_ERR(with(&p, LIES(.userinfo_status = 500, .userinfo = "{}")), UNAVAILABLE);
	play_close(&p);
}

TEST(the_address_may_come_from_a_claim_of_another_name)
{
	static struct play p;

	play_open(&p);
	p.provider.email_claim = CS_STR("upn");
	CHECK_OK(with(&p, LIES(.more = ",\"email\":\"a@x.test\",\"upn\":\"root@x.test\","
				       "\"email_verified\":true")));
	CHECK_TEXT(p.identity.email, "root@x.test");
	CHECK(!p.identity.email_is_verified);
	play_close(&p);
}

TEST(a_secret_sealed_for_another_account_is_not_sent)
{
	static struct play p;

	play_open(&p);
	begin(&p);
	p.stage.op.account = (cs_id){ { 3 } };
	CHECK_ERR(finish(&p), CRYPTO);
	CHECK_INT(p.token_request[0], 0);
	play_close(&p);
}

TEST(a_client_without_a_secret_names_itself_and_sends_none)
{
	static struct play p;

	play_open(&p);
	p.provider.sealed_client_secret = CS_SPAN_NONE;
	begin(&p);
	CHECK_OK(finish(&p));
	CHECK(strstr(p.token_request, "client_id=countersign-rp") != NULL);
	CHECK(strstr(p.token_request, "client_secret") == NULL);
	CHECK(strcasestr(p.token_request, "authorization: basic") == NULL);
	play_close(&p);
}

TEST(a_provider_that_is_gone_is_unavailable)
{
	static struct play p;

	play_open(&p);
	begin(&p);
	server_close(&p.server);
	CHECK_ERR(finish(&p), UNAVAILABLE);
	stage_close(&p.stage);
	cs_keyring_close(&p.keyring);
}

static cs_err
callback(const char *query, struct cs_oidc_callback *out)
{
	static struct cs_arena *a;

	if (a == NULL)
		a = cs_arena_new(1 << 20);
	cs_arena_reset(a);
	return cs_oidc_callback_decode(a, cs_str_c(query), out);
}

TEST(a_callback_is_read)
{
	struct cs_oidc_callback c;

	CHECK_OK(callback("code=a%2Fb&state=s&iss=https%3A%2F%2Fi.test&session_state=x", &c));
	CHECK_TEXT(c.code, "a/b");
	CHECK_TEXT(c.state, "s");
	CHECK_TEXT(c.iss, "https://i.test");
	CHECK_INT(c.error.len, 0);
	CHECK_OK(callback("error=access_denied&error_description=no&state=s", &c));
	CHECK_TEXT(c.error, "access_denied");
	CHECK_INT(c.code.len, 0);
}

TEST(a_callback_that_is_none_is_refused)
{
	static const char *const bad[] = { "", "state=s", "code=c",
		"code=c&state=", "code=&state=s", "code=c&error=e&state=s",
		"code=c&state=s&state=t", "code=c&code=d&state=s", "code=c&state=s&iss=a&iss=b",
		"code=%zz&state=s", "code=c%00d&state=s", "code=%ff&state=s" };
	struct cs_oidc_callback c;

	for (size_t i = 0; i < CS_COUNT(bad); i++) {
		if (!cs_is(callback(bad[i], &c), CS_E_INVALID))
			fail_msg("not refused: %s", bad[i]);
		CHECK_INT(c.state.len, 0);
	}
}

TEST(a_callback_with_a_parameter_beyond_its_limit_is_refused)
{
	static char query[4096];
	struct cs_oidc_callback c;

	memset(query, 'x', sizeof(query) - 1);
	memcpy(query, "state=s&code=", 13);
	CHECK_ERR(callback(query, &c), INVALID);
	query[13 + 2048] = '\0';
	CHECK_OK(callback(query, &c));
}

static int
free_keys(void **state)
{
	cs_signing_key_free(&key_one);
	cs_signing_key_free(&key_two);
	return 0;
}

int
main(void)
{
	return _cmocka_run_group_tests("idp/oidc", test_list, test_count, NULL, free_keys);
}
