/* Who may change their own authenticators: asked as enrol.c and challenge.c ask. */
#include "house.h"

#include "domain/background.h"
#include "domain/manage.h"
#include "domain/removal.h"
#include "model/access.h"
#include "store/authenticator_store.h"
#include "store/manage_store.h"
#include "store/notice_store.h"
#include "store/session_store.h"

static const cs_id ada = { { 'a', 'd', 'a' } };
static const cs_id key = { { 'k', 'e', 'y' } };

struct person {
	struct house *h;
	struct cs_global_session session; /* as a request has it */
	struct cs_signin s;
};

static struct cs_authenticator
the_key(const struct house *h)
{
	return (struct cs_authenticator){
		.account = h->config.account,
		.id = key,
		.subject = ada,
		.factor = CS_STR("webauthn"),
		.method = CS_MFA_SECURITY_KEY,
		.name = CS_STR("Blue key"),
		.sealed = CS_SPAN("sealed", 6),
		.params = CS_STR("{}"),
		.created = h->op.now,
	};
}

static cs_err
add_person(struct cs_tx *tx, void *ctx)
{
	struct person *p = ctx;
	const struct cs_user user = { .account = p->h->config.account,
		.id = ada,
		.email = CS_STR("ada@example.test"),
		.created = p->h->op.now };

	CHECK_OK(cs_user_add(tx, &user, user.email, true));
	return cs_global_session_add(tx, &p->session);
}

static cs_err
add_key(struct cs_tx *tx, void *ctx)
{
	struct person *p = ctx;
	struct cs_authenticator a = the_key(p->h);

	CHECK_OK(cs_authenticator_add(tx, &a, false, p->session.id));
	return cs_authenticator_confirm(tx, &a, a.name, CS_SPAN_NONE, p->h->op.now);
}

static void
write_it(struct person *p, cs_tx_fn *fn, void *ctx)
{
	CHECK_OK(cs_store_write(p->h->d.store, &p->h->op, fn, ctx));
}

/* Ada, who has just signed in and has nothing enrolled. */
static void
settle(struct person *p)
{
	struct house *h = house_open();

	*p = (struct person){ .h = h };
	p->session = (struct cs_global_session){
		.account = h->config.account,
		.id = house_id("session"),
		.token_hash = { 1 },
		.device = house_id("browser"),
		.identity = { .user = ada,
		    .email = CS_STR("ada@example.test"),
		    .provider = house_id("pin"),
		    .signed_in = h->op.now,
		    .fields = CS_STR("{}") },
		.created = h->op.now,
		.expires = cs_time_add(h->op.now, CS_DAY_MS),
	};
	p->s = (struct cs_signin){
		.d = &h->d, .op = &h->op, .config = &h->config, .session = &p->session
	};
	write_it(p, add_person, p);
}

static void
settle_with_key(struct person *p)
{
	settle(p);
	write_it(p, add_key, p);
}

struct asking {
	struct cs_holder holder;
	bool is_to_prove;
	struct cs_refusal why;
};

static cs_err
ask(struct cs_tx *tx, void *ctx)
{
	struct asking *a = ctx;

	return a->is_to_prove ? cs_manage_check_challenge(tx, &a->holder, &a->why)
			      : cs_manage_may(tx, &a->holder, CS_ACT_ADD, &a->why);
}

static enum cs_refusal_kind
may(struct person *p, const struct cs_global_session *session)
{
	/* what was there before does not matter */
	struct asking a = { .why = { .kind = CS_REFUSAL_CSRF } };

	cs_holder_of_user(session, &a.holder);
	CHECK_OK(cs_store_read(p->h->d.store, &p->h->op, ask, &a));
	return a.why.kind;
}

static enum cs_refusal_kind
may_prove(struct person *p)
{
	struct asking a = { .is_to_prove = true, .why = { .kind = CS_REFUSAL_CSRF } };

	cs_holder_of_user(&p->session, &a.holder);
	CHECK_OK(cs_store_read(p->h->d.store, &p->h->op, ask, &a));
	return a.why.kind;
}

struct opening {
	struct person *p;
	struct cs_holder holder;
	struct cs_manage_opening opening;
};

static cs_err
open_in(struct cs_tx *tx, void *ctx)
{
	struct opening *o = ctx;

	return cs_manage_open(tx, &o->p->h->d, &o->holder, &o->opening);
}

/* As challenge.c does when an answer is right. The session goes on under its new token. */
static cs_err
try_open(struct person *p)
{
	struct opening o = { .p = p };
	cs_err e;

	cs_holder_of_user(&p->session, &o.holder);
	cs_manage_opening_make(&p->h->d, &p->h->op, &o.holder, CS_MANAGE_CHANGE, &o.opening);
	o.opening.window.authenticator = key;
	e = cs_store_write(p->h->d.store, &p->h->op, open_in, &o);
	if (!cs_failed(e))
		memcpy(p->session.token_hash, o.opening.token_hash, CS_TOKEN_HASH_LEN);
	return e;
}

static cs_err
freeze(struct cs_tx *tx, void *ctx)
{
	return cs_user_freeze(tx, cs_tx_op(tx)->account, ada, cs_tx_op(tx)->now);
}

static cs_err
disable(struct cs_tx *tx, void *ctx)
{
	return cs_user_set_status(tx, cs_tx_op(tx)->account, ada, CS_USER_ACTIVE, CS_USER_DISABLED);
}

TEST(whoever_has_none_may_for_five_minutes_after_signing_in)
{
	struct person p;

	settle(&p);
	CHECK_INT(may(&p, &p.session), CS_REFUSAL_NONE);
	p.h->op.now = cs_time_add(p.h->op.now, 5 * CS_MINUTE_MS);
	CHECK_INT(may(&p, &p.session), CS_REFUSAL_NONE);
	p.h->op.now = cs_time_add(p.h->op.now, 1);
	CHECK_INT(may(&p, &p.session), CS_REFUSAL_SIGN_IN_AGAIN);
	/* and has nothing to prove with */
	CHECK_INT(may_prove(&p), CS_REFUSAL_ENDED);
	house_close(p.h);
}

TEST(whoever_has_one_may_in_the_window_alone)
{
	struct person p;

	settle_with_key(&p);
	CHECK_INT(may(&p, &p.session), CS_REFUSAL_PROVE_FIRST);
	CHECK_INT(may_prove(&p), CS_REFUSAL_NONE);
	CHECK_OK(try_open(&p));
	CHECK_INT(may(&p, &p.session), CS_REFUSAL_NONE);
	p.h->op.now = cs_time_add(p.h->op.now, 10 * CS_MINUTE_MS);
	CHECK_INT(may(&p, &p.session), CS_REFUSAL_PROVE_FIRST);
	house_close(p.h);
}

TEST(a_request_that_came_with_the_old_token_may_nothing_any_more)
{
	struct cs_global_session old;
	struct person p;

	settle_with_key(&p);
	old = p.session;
	CHECK_OK(try_open(&p));
	/* it had passed the guard a moment before */
	CHECK_INT(may(&p, &old), CS_REFUSAL_SIGNED_OUT);
	CHECK_INT(may(&p, &p.session), CS_REFUSAL_NONE);
	/* nor does it open another one */
	memcpy(p.session.token_hash, old.token_hash, sizeof(old.token_hash));
	CHECK_ERR(try_open(&p), CONFLICT);
	house_close(p.h);
}

TEST(a_window_is_for_its_browser_and_its_person)
{
	struct cs_global_session other;
	struct person p;

	settle_with_key(&p);
	CHECK_OK(try_open(&p));
	other = p.session;
	other.device = house_id("elsewhere");
	CHECK_INT(may(&p, &other), CS_REFUSAL_PROVE_FIRST);
	other = p.session;
	other.id = house_id("unknown session");
	CHECK_INT(may(&p, &other), CS_REFUSAL_SIGNED_OUT);
	house_close(p.h);
}

TEST(whoever_is_frozen_or_disabled_may_nothing_and_opens_nothing)
{
	struct person p;

	settle_with_key(&p);
	CHECK_OK(try_open(&p));
	write_it(&p, freeze, NULL);
	CHECK_INT(may(&p, &p.session), CS_REFUSAL_FROZEN);
	CHECK_INT(may_prove(&p), CS_REFUSAL_FROZEN);
	CHECK_ERR(try_open(&p), CONFLICT);
	write_it(&p, disable, NULL);
	CHECK_INT(may(&p, &p.session), CS_REFUSAL_NOT_ALLOWED);
	CHECK_INT(may_prove(&p), CS_REFUSAL_NOT_ALLOWED);
	CHECK_ERR(try_open(&p), CONFLICT);
	house_close(p.h);
}

/* A refused opening leaves the token as it was: the person is not signed out by it. */
TEST(what_is_not_opened_replaces_no_token)
{
	struct person p;

	settle_with_key(&p);
	write_it(&p, freeze, NULL);
	CHECK_ERR(try_open(&p), CONFLICT);
	CHECK_INT(may(&p, &p.session), CS_REFUSAL_FROZEN);
	house_close(p.h);
}

struct counting {
	size_t windows;
	size_t notices;
	uint8_t token_hash[CS_TOKEN_HASH_LEN];
};

static cs_err
add_notice(struct cs_tx *tx, void *ctx)
{
	struct counting *c = ctx;
	struct cs_notice n = {
		.account = cs_tx_op(tx)->account,
		.id = house_id("notice"),
		.subject = ada,
		.kind = CS_STR("added"),
		.name = CS_STR("Blue key"),
		.created = cs_tx_op(tx)->now,
		.expires = cs_time_add(cs_tx_op(tx)->now, CS_MINUTE_MS),
	};

	memcpy(n.token_hash, c->token_hash, sizeof(n.token_hash));
	return cs_notice_add(tx, &n);
}

static cs_err
count(struct cs_tx *tx, void *ctx)
{
	struct counting *c = ctx;
	cs_id account = house_id("halden");
	struct cs_manage_window w;
	struct cs_notice n;

	/* as of long ago, when the window was open */
	c->windows = !cs_failed(cs_manage_window_find(
	    tx, account, house_id("session"), CS_MANAGE_CHANGE, cs_seconds(1795340000), &w));
	c->notices = !cs_failed(cs_notice_find(tx, account, c->token_hash, &n));
	return CS_OK;
}

TEST(what_is_over_is_swept_an_hour_later)
{
	struct counting c = { .token_hash = { 7 } };
	struct person p;
	cs_time next;

	settle_with_key(&p);
	CHECK_OK(try_open(&p));
	write_it(&p, add_notice, &c);
	p.h->op.now = cs_time_add(p.h->op.now, CS_HOUR_MS);
	CHECK_OK(cs_sweep_step(&p.h->d, &p.h->op, &next));
	CHECK_OK(cs_store_read(p.h->d.store, &p.h->op, count, &c));
	CHECK(c.windows == 1 && c.notices == 1);
	p.h->op.now = cs_time_add(p.h->op.now, 10 * CS_MINUTE_MS + 1);
	CHECK_OK(cs_sweep_step(&p.h->d, &p.h->op, &next));
	CHECK_OK(cs_store_read(p.h->d.store, &p.h->op, count, &c));
	CHECK(c.windows == 0 && c.notices == 0);
	house_close(p.h);
}

/* --- what removing would close --- */

TEST(what_a_provider_has_already_asked_for_is_not_closed)
{
	struct cs_authenticator list[1];
	struct cs_removal r;
	struct person p;

	settle(&p);
	list[0] = the_key(p.h);
	list[0].method = CS_MFA_TOTP;
	p.h->config.applications = p.h->apps;
	for (size_t i = 0; i < HOUSE_APPS; i++)
		p.h->apps[i].policies = &p.h->policies[i];
	cs_removal_foresee(&p.s, list, 1, list[0].id, &r);
	CHECK_INT(r.remain, 0);
	CHECK_INT(r.close_count, 2); /* Berth planner and Shop */
	CHECK_TEXT(r.closes[0]->name, "Berth planner");
	/* signed in with a one-time password at the provider: that opens both */
	p.session.identity.amr[0] = CS_STR("otp");
	p.session.identity.amr_count = 1;
	p.h->config.organization.amr =
	    (struct cs_amr_config){ .is_enabled = true, .duration_ms = CS_DAY_MS };
	cs_removal_foresee(&p.s, list, 1, list[0].id, &r);
	CHECK_INT(r.close_count, 0);
	/* who is nobody's staff loses nothing */
	p.session.identity.amr_count = 0;
	p.session.identity.email = CS_STR("eve@evil.test");
	cs_removal_foresee(&p.s, list, 1, list[0].id, &r);
	CHECK_INT(r.close_count, 0);
	p.h->config.applications = NULL;
	house_close(p.h);
}

TEST_MAIN("domain/manage")
