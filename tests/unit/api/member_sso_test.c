/* Members whom their account's identity provider signs in. What the provider itself may lie about is
 * tests/unit/idp/oidc_test.c's. */
#include "member_browser.h"
#include "domain/yard_mail.h"

#include "base/codec.h"
#include "crypto/jws.h"
#include "domain/member_sso.h"
#include "idp/oidc.h"
#include "store/membership_store.h"

#include "idp/server.h"

#define ANN "owner@halden.test"

struct play {
	struct server server;
	struct yard *y;
	struct cs_clock clock;
	struct cs_signing_key *key;
	cs_id provider;
	/* what the provider says */
	const char *sub;
	const char *email;
	bool is_verified;
	bool is_down;
	cs_str state;
	cs_str nonce;
};

static void
say_keys(struct play *p, struct cs_buf *response)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b = { .max = 8192 };

	cs_buf_add_c(&b, "{\"keys\":[");
	CHECK_OK(cs_signing_key_jwk(p->key, &b));
	cs_buf_add_c(&b, "]}");
	cs_buf_add_byte(&b, '\0');
	respond(response, 200, (const char *)b.p);
}

static void
say_who(struct play *p, struct cs_buf *response)
{
	CS_AUTO(cs_buf_clear) struct cs_buf token = { .max = 8192 };
	long long now_s = p->y->op.now.ms / CS_SECOND_MS;
	char claims[1024];
	char text[8192];

	snprintf(claims, sizeof(claims),
	    "{\"iss\":\"http://127.0.0.1:%u\",\"aud\":\"countersign\",\"sub\":\"%s\","
	    "\"nonce\":\"%.*s\",\"exp\":%lld,\"iat\":%lld,\"email\":\"%s\",\"email_verified\":%s}",
	    (unsigned)p->server.port, p->sub, CS_STR_ARG(p->nonce), now_s + 300, now_s, p->email,
	    p->is_verified ? "true" : "false");
	CHECK_OK(cs_jws_sign(p->key, CS_SPAN(claims, strlen(claims)), &token));
	snprintf(text, sizeof(text),
	    "{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"id_token\":\"%.*s\"}",
	    CS_STR_ARG(cs_buf_str(&token)));
	respond(response, 200, text);
}

static void
say_where(struct play *p, struct cs_buf *response)
{
	unsigned port = p->server.port;
	char text[1024];

	snprintf(text, sizeof(text),
	    "{\"issuer\":\"http://127.0.0.1:%u\","
	    "\"authorization_endpoint\":\"http://127.0.0.1:%u/auth\","
	    "\"token_endpoint\":\"http://127.0.0.1:%u/token\","
	    "\"jwks_uri\":\"http://127.0.0.1:%u/jwks\"}",
	    port, port, port, port);
	respond(response, 200, text);
}

static void
provide(struct server *s, const char *path, struct cs_buf *response)
{
	struct play *p = s->ctx;

	if (p->is_down)
		respond(response, 503, "{}");
	else if (strcmp(path, "/token") == 0)
		say_who(p, response);
	else if (strcmp(path, "/jwks") == 0)
		say_keys(p, response);
	else
		say_where(p, response);
}

static void
add_provider(struct play *p, bool vouches)
{
	struct cs_config_change c = yard_change(p->y);
	cs_str text = cs_arena_printf(p->y->arena,
	    "{'name':'Halden ID','type':'oidc','config':{'issuer_url':'http://127.0.0.1:%u',"
	    "'client_id':'countersign','client_secret':'secret'},'countersign':{'members':%s}}",
	    (unsigned)p->server.port, vouches ? "true" : "false");

	CHECK_OK(cs_config_add_provider(
	    &c, yard_json(p->y, cs_arena_c(p->y->arena, text)), &p->provider));
}

static cs_err
vouch(struct cs_tx *tx, void *ctx)
{
	const struct play *p = ctx;

	return cs_member_set_sso(tx, p->y->halden.owner, p->y->halden.account, p->provider);
}

static void
open_play_with(struct play *p, bool vouches)
{
	struct cs_network loopback;

	*p = (struct play){ .sub = "42", .email = ANN, .is_verified = true };
	p->y = yard_open();
	p->server.handle = provide;
	p->server.ctx = p;
	CHECK_OK(cs_signing_key_generate(&p->key));
	server_open(&p->server);
	CHECK_OK(cs_network_decode(CS_STR("127.0.0.0/8"), &loopback));
	p->clock = (struct cs_clock){ yard_now, p->y };
	CHECK_OK(cs_idp_client_new(
	    &(struct cs_idp_client_config){
		.allowed = &loopback, .allowed_count = 1, .timeout_ms = 60000, .clock = &p->clock },
	    &p->y->d.idp));
	yard_add_organization(p->y);
	add_provider(p, vouches);
	CHECK_OK(cs_config_publish_all(&p->y->d, &p->y->op));
	owner_joins(p->y);
	CHECK_OK(cs_store_write(p->y->d.store, &p->y->op, vouch, p));
}

static void
open_play(struct play *p)
{
	open_play_with(p, true);
}

static void
close_play(struct play *p)
{
	cs_idp_client_free(&p->y->d.idp);
	server_close(&p->server);
	cs_signing_key_free(&p->key);
	yard_close(&p->y);
}

static cs_str
parameter(struct play *p, cs_str url, const char *name)
{
	cs_str query = cs_str_slice(url, cs_str_find(url, '?', 0) + 1, url.len);
	cs_str value;

	CHECK_OK(cs_form_get(p->y->arena, query, cs_str_c(name), &value));
	return cs_arena_str(p->y->arena, value);
}

static int
begin(struct play *p, struct console *c, const char *email)
{
	char body[256];

	snprintf(body, sizeof(body), "{\"email\":\"%s\"}", email);
	if (ask(c, CS_POST, "/api/v1/member/sign-in/sso", body) == 200) {
		p->state = parameter(p, said(c, "redirect"), "state");
		p->nonce = parameter(p, said(c, "redirect"), "nonce");
	}
	return c->status;
}

static void
check_back(struct play *p, struct console *c, const char *where)
{
	cs_str path =
	    cs_arena_printf(p->y->arena, "/cdn-cgi/access/callback/%.*s?state=%.*s&code=c",
		CS_STR_ARG(cs_id_uuid_text(p->y->arena, p->provider)), CS_STR_ARG(p->state));

	CHECK_INT(ask(c, CS_GET, cs_arena_c(p->y->arena, path), ""), 303);
	CHECK_TEXT(cs_str_c(c->location), where);
}

static bool
is_in(struct console *c)
{
	return ask(c, CS_GET, "/api/v1/member", "") == 200;
}

TEST(a_member_comes_by_their_accounts_provider)
{
	static struct play p;
	open_play(&p);
	BROWSER(c, p.y);

	CHECK_INT(begin(&p, &c, " Owner@HALDEN.test "), 200);
	CHECK(cs_str_starts(parameter(&p, said(&c, "redirect"), "redirect_uri"),
	    CS_STR(ORIGIN "/cdn-cgi/access/callback/")));
	check_back(&p, &c, "/console/");
	CHECK(is_in(&c));
	CHECK(json_is_true(json_object_get(json_object_get(c.body, "member"), "is_sso")));
	CHECK(json_is_false(json_object_get(json_object_get(c.body, "member"), "has_password")));
	CHECK_INT(ask(&c, CS_GET, "/api/v1/member/sign-in", ""), 200);
	CHECK_TEXT(said(&c, "step"), "done");
	CHECK(json_is_null(json_object_get(c.body, "recommend_enrol")));
	close_play(&p);
}

TEST(nobody_else_is_sent_to_a_provider_and_all_hear_the_same)
{
	static struct play p;
	open_play(&p);
	BROWSER(c, p.y);
	static const char *const others[] = { "owner@oslo.test", "nobody@halden.test", "", "@" };

	for (size_t i = 0; i < CS_COUNT(others); i++) {
		CHECK_INT(begin(&p, &c, others[i]), 400);
		CHECK_TEXT(cs_str_c(code(&c)), "not_sso");
	}
	close_play(&p);
}

TEST(no_password_is_taken_and_none_is_proved_or_reset)
{
	static struct play p;
	open_play(&p);
	BROWSER(c, p.y);

	CHECK_INT(sign_in(&c, ANN, PASSWORD), 400);
	CHECK_TEXT(cs_str_c(code(&c)), "wrong_password");
	CHECK_INT(begin(&p, &c, ANN), 200);
	check_back(&p, &c, "/console/");
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/prove", "{\"password\":\"" PASSWORD "\"}"), 403);
	CHECK_TEXT(cs_str_c(code(&c)), "sso");
	CHECK_INT(
	    ask(&c, CS_POST, "/api/v1/member/password", "{\"password\":\"another long password\"}"),
	    403);
	CHECK_INT(ask(&c, CS_POST, "/api/v1/member/email", "{\"email\":\"ann@new.test\"}"), 403);
	close_play(&p);
}

TEST(a_provider_that_does_not_vouch_for_members_signs_none_in)
{
	static struct play p;
	open_play_with(&p, false);
	BROWSER(c, p.y);

	CHECK_INT(begin(&p, &c, ANN), 400);
	CHECK_TEXT(cs_str_c(code(&c)), "not_sso");
	close_play(&p);
}

TEST(the_first_time_the_address_has_to_be_proved_and_theirs)
{
	static struct play p;
	open_play(&p);
	BROWSER(c, p.y);

	p.is_verified = false;
	CHECK_INT(begin(&p, &c, ANN), 200);
	check_back(&p, &c, "/console/?code=not_allowed");
	CHECK(!is_in(&c));
	p.is_verified = true;
	p.email = "somebody@halden.test";
	CHECK_INT(begin(&p, &c, ANN), 200);
	check_back(&p, &c, "/console/?code=not_allowed");
	p.email = "owner@oslo.test";
	CHECK_INT(begin(&p, &c, ANN), 200);
	check_back(&p, &c, "/console/?code=not_allowed");
	CHECK(!is_in(&c));
	close_play(&p);
}

TEST(later_on_the_sub_says_who_it_is_and_the_address_does_not)
{
	static struct play p;
	open_play(&p);
	BROWSER(c, p.y);
	BROWSER(thief, p.y);

	CHECK_INT(begin(&p, &c, ANN), 200);
	check_back(&p, &c, "/console/");
	p.sub = "43";
	CHECK_INT(begin(&p, &thief, ANN), 200);
	check_back(&p, &thief, "/console/?code=not_allowed");
	CHECK(!is_in(&thief));
	p.sub = "42";
	p.email = "renamed@halden.test";
	p.is_verified = false;
	CHECK_INT(begin(&p, &c, ANN), 200);
	check_back(&p, &c, "/console/");
	CHECK(is_in(&c));
	close_play(&p);
}

TEST(a_callback_counts_once_in_the_browser_that_began_and_for_ten_minutes)
{
	static struct play p;
	open_play(&p);
	BROWSER(c, p.y);
	BROWSER(victim, p.y);
	char flow[64];

	CHECK_INT(begin(&p, &c, ANN), 200);
	check_back(&p, &victim, "/console/?code=link_ended");
	CHECK(!is_in(&victim));
	memcpy(flow, c.flow, sizeof(flow));
	check_back(&p, &c, "/console/");
	memcpy(c.flow, flow, sizeof(flow));
	c.session[0] = '\0';
	check_back(&p, &c, "/console/?code=link_ended");
	CHECK(!is_in(&c));
	CHECK_INT(begin(&p, &c, ANN), 200);
	p.y->op.now = cs_time_add(p.y->op.now, 10 * CS_MINUTE_MS);
	check_back(&p, &c, "/console/?code=link_ended");
	close_play(&p);
}

TEST(a_provider_that_is_down_is_said_to_be)
{
	static struct play p;
	open_play(&p);
	BROWSER(c, p.y);

	p.is_down = true;
	CHECK_INT(begin(&p, &c, ANN), 503);
	CHECK_TEXT(cs_str_c(code(&c)), "provider_down");
	p.is_down = false;
	p.y->op.now = cs_time_add(p.y->op.now, CS_HOUR_MS);
	CHECK_INT(begin(&p, &c, ANN), 200);
	p.is_down = true;
	check_back(&p, &c, "/console/?code=provider_down");
	CHECK(!is_in(&c));
	close_play(&p);
}

static cs_err
set_up_enforcement(struct cs_tx *tx, void *ctx)
{
	const struct play *p = ctx;
	const struct cs_account_demands demands = { .is_enforced = true };

	return cs_account_demands_set(tx, p->y->halden.account, &demands);
}

TEST(what_an_account_enforces_is_their_providers_to_ask)
{
	static struct play p;
	open_play(&p);
	BROWSER(c, p.y);

	CHECK_OK(cs_store_write(p.y->d.store, &p.y->op, set_up_enforcement, &p));
	CHECK_INT(begin(&p, &c, ANN), 200);
	check_back(&p, &c, "/console/");
	CHECK(is_in(&c));
	close_play(&p);
}

TEST(members_are_sent_from_the_consoles_host_alone)
{
	static struct play p;
	open_play(&p);
	BROWSER(c, p.y);

	c.host = "auth.halden.test";
	c.origin = "https://auth.halden.test";
	CHECK_INT(begin(&p, &c, ANN), 404);
	close_play(&p);
}

/* --- who is vouched for --- */

struct joining {
	struct yard *y;
	cs_id account;
	cs_str email;
	enum cs_role role;
	cs_id member;
};

static cs_err
join(struct cs_tx *tx, void *ctx)
{
	struct joining *j = ctx;

	CS_TRY(cs_member_for(tx, &j->y->d, j->email, &j->member));
	return cs_membership_add(tx, j->account, j->member, j->role, cs_tx_op(tx)->now);
}

static cs_id
belongs(struct yard *y, const char *email, cs_id account, enum cs_role role)
{
	struct joining j = { .y = y, .account = account, .email = cs_str_c(email), .role = role };

	CHECK_OK(cs_store_write(y->d.store, &y->op, join, &j));
	return j.member;
}

static enum cs_refusal_kind
assign(struct play *p, cs_id actor, cs_id member, cs_id provider)
{
	struct cs_op op = p->y->op;
	struct cs_refusal why;

	op.account = p->y->halden.account;
	CHECK_OK(cs_member_sso_assign(&p->y->d, &op, actor, member, provider, &why));
	return why.kind;
}

TEST(an_owner_assigns_members_of_this_account_alone_and_never_themselves)
{
	static struct play p;
	open_play(&p);
	struct yard *y = p.y;
	cs_id ann = y->halden.owner;
	cs_id bob = belongs(y, "bob@halden.test", y->halden.account, CS_ROLE_READ_ONLY);
	cs_id eve = belongs(y, "eve@halden.test", y->halden.account, CS_ROLE_ADMINISTRATOR);

	CHECK_INT(assign(&p, ann, ann, p.provider), CS_REFUSAL_NOT_YOURSELF);
	CHECK_INT(assign(&p, eve, bob, p.provider), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(assign(&p, y->oslo.owner, bob, p.provider), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(assign(&p, ann, y->oslo.owner, p.provider), CS_REFUSAL_NOT_FOUND);
	CHECK_INT(assign(&p, ann, bob, y->pin), CS_REFUSAL_NOT_SSO);
	CHECK_INT(assign(&p, ann, bob, y->oslo.account), CS_REFUSAL_NOT_SSO);
	CHECK_INT(assign(&p, ann, bob, p.provider), CS_REFUSAL_NONE);
	(void)belongs(y, "eve@halden.test", y->oslo.account, CS_ROLE_READ_ONLY);
	CHECK_INT(assign(&p, ann, eve, p.provider), CS_REFUSAL_ELSEWHERE);
	BROWSER(c, y);
	p.email = "bob@halden.test";
	CHECK_INT(begin(&p, &c, "bob@halden.test"), 200);
	check_back(&p, &c, "/console/");
	CHECK(is_in(&c));
	CHECK_INT(assign(&p, ann, bob, cs_id_zero), CS_REFUSAL_NONE);
	CHECK(!is_in(&c));
	CHECK_INT(begin(&p, &c, "bob@halden.test"), 400);
	close_play(&p);
}

static cs_err
invite(struct cs_tx *tx, void *ctx)
{
	struct joining *j = ctx;
	cs_str token;

	CS_TRY(cs_member_for(tx, &j->y->d, j->email, &j->member));
	return cs_invitation_create(
	    tx, &j->y->d, j->account, j->email, CS_ROLE_READ_ONLY, j->y->halden.owner, &token);
}

static cs_id
invited(struct yard *y, const char *email, cs_id account)
{
	struct joining j = { .y = y, .account = account, .email = cs_str_c(email) };
	struct cs_op op = y->op;

	op.account = account;
	CHECK_OK(cs_store_write(y->d.store, &op, invite, &j));
	return j.member;
}

static cs_err
activate(struct cs_tx *tx, void *ctx)
{
	struct joining *j = ctx;

	CS_TRY(cs_membership_remove(tx, j->account, j->member));
	return cs_member_activate(
	    tx, j->member, CS_STR("$argon2id$"), CS_STR("Eve"), cs_tx_op(tx)->now);
}

/* An account that only invites would take the login over: by its provider, whoever it says they are. */
TEST(a_login_that_there_is_or_that_others_invited_is_not_taken_over_by_inviting_it)
{
	static struct play p;
	open_play(&p);
	struct yard *y = p.y;
	cs_id ann = y->halden.owner;
	cs_id bob = invited(y, "bob@new.test", y->halden.account);
	cs_id eve = belongs(y, "eve@old.test", y->oslo.account, CS_ROLE_READ_ONLY);
	struct joining left = { .y = y, .account = y->oslo.account, .member = eve };

	CHECK_OK(cs_store_write(y->d.store, &y->op, activate, &left));
	CHECK(cs_id_equal(invited(y, "eve@old.test", y->halden.account), eve));
	CHECK_INT(assign(&p, ann, eve, p.provider), CS_REFUSAL_ELSEWHERE);
	(void)invited(y, "bob@new.test", y->oslo.account);
	CHECK_INT(assign(&p, ann, bob, p.provider), CS_REFUSAL_ELSEWHERE);
	cs_id dan = invited(y, "dan@new.test", y->halden.account);
	CHECK_INT(assign(&p, ann, dan, p.provider), CS_REFUSAL_NONE);
	CHECK_INT(assign(&p, ann, dan, cs_id_zero), CS_REFUSAL_NONE);
	close_play(&p);
}

static bool
says(const struct post *mail, const char *words)
{
	return memmem(mail->text.p, mail->text.len, words, strlen(words)) != NULL;
}

TEST(who_is_assigned_to_a_provider_or_back_is_told_by_whom)
{
	static struct play p;
	static struct mailbag bag;
	open_play(&p);
	struct yard *y = p.y;
	cs_id ann = y->halden.owner;
	cs_id bob = belongs(y, "bob@halden.test", y->halden.account, CS_ROLE_READ_ONLY);
	cs_id eve = belongs(y, "eve@halden.test", y->halden.account, CS_ROLE_ADMINISTRATOR);

	collect(y, &bag);
	CHECK_INT(assign(&p, eve, bob, p.provider), CS_REFUSAL_NOT_ALLOWED);
	collect(y, &bag);
	CHECK_INT(bag.count, 0);
	/* who has no way in yet has nothing to be told of */
	CHECK_INT(assign(&p, ann, bob, p.provider), CS_REFUSAL_NONE);
	collect(y, &bag);
	CHECK_INT(bag.count, 0);
	CHECK_INT(assign(&p, ann, bob, cs_id_zero), CS_REFUSAL_NONE);
	collect(y, &bag);
	CHECK_INT(bag.count, 1);
	CHECK_TEXT(bag.items[0].subject, "You sign in with a password from now on");
	CHECK_INT(assign(&p, ann, bob, p.provider), CS_REFUSAL_NONE);
	collect(y, &bag);
	CHECK_INT(bag.count, 1);
	CHECK_TEXT(bag.items[0].to, "bob@halden.test");
	CHECK(says(&bag.items[0], "Single sign-on was switched on"));
	CHECK(says(&bag.items[0], "By:      " ANN));
	CHECK(says(&bag.items[0], "/not-me#cn_"));
	close_play(&p);
}

TEST_MAIN("api/console/member_sso")
