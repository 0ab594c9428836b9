/*
 * members_hold.h - a house with a console, and Ana, who runs an account and holds authenticators.
 *
 * Ana is an administrator of Halden and signed in at stage DONE; Olaf owns Halden. Nothing is
 * enforced. h->op is of the server realm.
 */
#ifndef CS_TESTS_MEMBERS_HOLD_H
#define CS_TESTS_MEMBERS_HOLD_H

#include "house.h"

#include "domain/challenge.h"
#include "domain/enrol.h"
#include "domain/manage.h"
#include "domain/member_session.h"
#include "model/access.h"
#include "store/authenticator_store.h"
#include "store/manage_store.h"
#include "store/member_link_store.h"
#include "store/member_store.h"
#include "store/membership_store.h"

static const cs_id ana = { { 'a', 'n', 'a' } };
static const cs_id olaf = { { 'o', 'l', 'a', 'f' } };

struct hold {
	struct house *h;
	struct cs_access_config realm;
	struct cs_member member;
	struct cs_member_session session; /* as the request has it: under its current token */
	struct cs_signin s;
};

static inline void
hold_write(struct hold *p, cs_tx_fn *fn, void *ctx)
{
	CHECK_OK(cs_store_write(p->h->d.store, &p->h->op, fn, ctx));
}

/* What a request of now begins with. */
static inline void
hold_arrive(struct hold *p)
{
	p->s = (struct cs_signin){ .d = &p->h->d, .op = &p->h->op, .config = &p->realm };
	cs_signin_set_member(&p->s, &p->member, &p->session);
}

static inline void
hold_add_member(struct cs_tx *tx, cs_id id, const char *email, enum cs_role role)
{
	const struct cs_member m = { .id = id, .email = cs_str_c(email), .created = { 1 } };

	CHECK_OK(cs_member_add(tx, &m));
	CHECK_OK(
	    cs_member_activate(tx, id, CS_STR("$argon2id$"), CS_STR("Name"), cs_tx_op(tx)->now));
	CHECK_OK(cs_membership_add(tx, house_id("halden"), id, role, (cs_time){ 1 }));
}

static inline cs_err
hold_people(struct cs_tx *tx, void *ctx)
{
	struct hold *p = ctx;

	CHECK_OK(cs_account_set_host(tx, cs_id_zero, p->realm.auth_host, p->realm.auth_origin));
	hold_add_member(tx, olaf, "olaf@halden.test", CS_ROLE_OWNER);
	hold_add_member(tx, ana, "ana@example.test", CS_ROLE_ADMINISTRATOR);
	CHECK_OK(cs_member_set_verified(tx, ana, CS_STR("ana@example.test"), cs_tx_op(tx)->now));
	CHECK_OK(cs_member_find(tx, ana, &p->member));
	return cs_member_session_add(tx, &p->session);
}

static inline void
hold_open(struct hold *p, enum cs_member_stage stage)
{
	struct house *h = house_open();

	*p = (struct hold){ .h = h, .realm = h->config };
	h->op.account = cs_id_zero;
	h->op.user_agent =
	    CS_STR("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
	p->realm.account = cs_id_zero;
	p->realm.account_name = CS_STR("Countersign");
	p->realm.auth_host = CS_STR("console.example.test");
	p->realm.auth_origin = CS_STR("https://console.example.test");
	p->realm.organization = (struct cs_organization){ .exists = false };
	p->realm.application_count = 0;
	p->session = (struct cs_member_session){
		.id = house_id("session"),
		.token_hash = { 1 },
		.member = ana,
		.stage = stage,
		.device = house_id("browser"),
		.user_agent = h->op.user_agent,
		.created = h->op.now,
		.last_seen = h->op.now,
		.expires = cs_time_add(h->op.now, CS_DAY_MS),
	};
	hold_write(p, hold_people, p);
	hold_arrive(p);
}

/* A minute later, or so. */
static inline void
hold_wait(struct hold *p, int64_t ms)
{
	p->h->op.now = cs_time_add(p->h->op.now, ms);
}

/* --- windows --- */

struct hold_opening {
	struct hold *p;
	struct cs_manage_opening opening;
};

static inline cs_err
hold_open_password_in(struct cs_tx *tx, void *ctx)
{
	struct hold_opening *o = ctx;

	return cs_manage_open_password(tx, &o->p->h->d, o->p->s.holder, &o->opening);
}

/* As the call that judges the password does; the session goes on under its new token. */
static inline cs_err
hold_prove(struct hold *p)
{
	struct hold_opening o = { .p = p };
	cs_err e;

	cs_manage_opening_make(&p->h->d, &p->h->op, p->s.holder, CS_MANAGE_PASSWORD, &o.opening);
	e = cs_store_write(p->h->d.store, &p->h->op, hold_open_password_in, &o);
	if (!cs_failed(e))
		memcpy(p->session.token_hash, o.opening.token_hash, CS_TOKEN_HASH_LEN);
	hold_arrive(p);
	return e;
}

struct hold_asking {
	const struct cs_holder *holder;
	enum cs_act act;
	struct cs_refusal why;
};

static inline cs_err
hold_ask(struct cs_tx *tx, void *ctx)
{
	struct hold_asking *a = ctx;

	return cs_manage_may(tx, a->holder, a->act, &a->why);
}

static inline enum cs_refusal_kind
hold_may(struct hold *p, enum cs_act act)
{
	/* what was there before does not matter */
	struct hold_asking a = { p->s.holder, act, { .kind = CS_REFUSAL_CSRF } };

	CHECK_OK(cs_store_read(p->h->d.store, &p->h->op, hold_ask, &a));
	return a.why.kind;
}

/* --- an authenticator application --- */

struct hold_app {
	cs_id id;
	cs_str key; /* as it is shown */
};

/* replaces zero: a first one. */
static inline enum cs_refusal_kind
hold_begin(struct hold *p, cs_id replaces, struct hold_app *out)
{
	const struct cs_wanted wanted = { .factor = CS_STR("totp"), .replaces = replaces };
	struct cs_factor_shown shown = { .digits = 0 };
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_enrolment e;

	*out = (struct hold_app){ .key = CS_STR("") };
	hold_arrive(p);
	CHECK_OK(cs_enrol_begin(&p->s, &wanted, &e, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return why.kind;
	CHECK_OK(cs_enrol_show(&p->s, &e, &shown));
	out->id = e.authenticator.id;
	out->key = cs_arena_str(p->h->arena, cs_buf_str(&shown.key));
	cs_factor_shown_clear(&shown);
	return CS_REFUSAL_NONE;
}

static inline cs_str
hold_code(struct hold *p, const struct hold_app *app)
{
	return house_code(p->h, app->key, p->h->op.now);
}

static inline enum cs_refusal_kind
hold_confirm(struct hold *p, const struct hold_app *app, cs_granted_fn *sequel, void *ctx)
{
	const struct cs_confirmation given = {
		.enrolment = app->id,
		.answer = cs_str_span(hold_code(p, app)),
		.name = CS_STR(""),
	};
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_enrolled enrolled;

	CHECK_OK(cs_enrol_finish(&p->s, &given, sequel, ctx, &enrolled, &why));
	return why.kind;
}

/* Ana has an application; the password window is open, and the codes of before are a minute old. */
static inline void
hold_enrol(struct hold *p, struct hold_app *out)
{
	CHECK_OK(hold_prove(p));
	CHECK_INT(hold_begin(p, cs_id_zero, out), CS_REFUSAL_NONE);
	CHECK_INT(hold_confirm(p, out, NULL, NULL), CS_REFUSAL_NONE);
	hold_wait(p, CS_MINUTE_MS);
}

/* --- challenges --- */

static inline enum cs_refusal_kind
hold_ask_challenge(struct hold *p, enum cs_challenge_purpose purpose, struct cs_asked *out)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CHECK_OK(cs_challenge_begin(&p->s, purpose, out, &why));
	return why.kind;
}

static inline enum cs_refusal_kind
hold_answer(struct hold *p, const struct cs_asked *asked, cs_str code, cs_granted_fn *sequel,
    void *ctx, struct cs_answered *out)
{
	const struct cs_given given = {
		.challenge = asked->challenge.id,
		.factor = CS_STR("totp"),
		.answer = cs_str_span(code),
	};
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CHECK_OK(cs_challenge_finish(&p->s, &given, sequel, ctx, out, &why));
	return why.kind;
}

/* The password, then the application: what it takes to remove or replace one. */
static inline enum cs_refusal_kind
hold_unlock(struct hold *p, const struct hold_app *app)
{
	struct cs_answered answered;
	struct cs_asked asked;
	enum cs_refusal_kind why;

	CHECK_OK(hold_prove(p));
	CHECK_INT(hold_ask_challenge(p, CS_CHALLENGE_MANAGE, &asked), CS_REFUSAL_NONE);
	why = hold_answer(p, &asked, hold_code(p, app), NULL, NULL, &answered);
	if (why == CS_REFUSAL_NONE)
		memcpy(p->session.token_hash, answered.opening.token_hash, CS_TOKEN_HASH_LEN);
	hold_arrive(p);
	hold_wait(p, CS_MINUTE_MS);
	return why;
}

static inline enum cs_refusal_kind
hold_remove(struct hold *p, cs_id id, bool is_confirmed)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_authenticator removed;

	CHECK_OK(cs_manage_remove(&p->s, id, is_confirmed, &removed, &why));
	return why.kind;
}

#endif
