/*
 * recovery_yard.h - members of Halden with a second factor, browsers that they used, and their mail.
 */
#ifndef CS_TESTS_RECOVERY_YARD_H
#define CS_TESTS_RECOVERY_YARD_H

#include "yard.h"
#include "yard_mail.h"

#include "domain/member_session.h"
#include "domain/network.h"
#include "domain/recovery.h"
#include "domain/session.h"
#include "domain/two_factor.h"
#include "domain/two_factor_reset.h"
#include "model/access.h"
#include "store/authenticator_store.h"
#include "store/device_store.h"
#include "store/member_link_store.h"
#include "store/membership_store.h"
#include "store/recovery_store.h"

#define SHORT_WAIT (72 * CS_HOUR_MS)
#define LONG_WAIT (120 * CS_HOUR_MS)
#define HOME "192.0.2.7"
#define ABROAD "198.51.100.7"

static inline struct yard *
recovery_yard_open(void)
{
	struct yard *y = yard_open();

	y->d.node = (cs_id){ { 0xd0 } };
	y->d.recovery_wait_ms = SHORT_WAIT;
	y->d.recovery_wait_thin_ms = LONG_WAIT;
	y->op.user_agent = CS_STR("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko Firefox/128.0");
	CHECK_OK(cs_addr_decode(CS_STR(HOME), &y->op.peer));
	return y;
}

#define REFUGE(NAME) CS_AUTO(yard_close) struct yard *NAME = recovery_yard_open()

static inline void
go_to(struct yard *y, const char *address)
{
	CHECK_OK(cs_addr_decode(cs_str_c(address), &y->op.peer));
}

static inline void
pass(struct yard *y, int64_t ms)
{
	y->op.now = cs_time_add(y->op.now, ms);
	y->op.deadline = cs_time_add(y->op.now, CS_DAY_MS);
}

/* --- members --- */

struct newcomer {
	struct yard *y;
	struct cs_member member;
	cs_id account;
	enum cs_role role;
	cs_id authenticator;
};

static inline cs_err
add_authenticator(struct cs_tx *tx, cs_id member, cs_id id, const char *name)
{
	const struct cs_authenticator a = {
		.id = id,
		.subject = member,
		.factor = CS_STR("webauthn"),
		.method = CS_MFA_SECURITY_KEY,
		.name = cs_str_c(name),
		.sealed = CS_SPAN("key", 3),
		.params = CS_STR("{}"),
		.credential_id = cs_id_span(&id),
		.created = cs_tx_op(tx)->now,
	};

	CS_TRY(cs_authenticator_add(tx, &a, false, (cs_id){ { 1 } }));
	return cs_authenticator_confirm(tx, &a, a.name, CS_SPAN("r", 1), cs_tx_op(tx)->now);
}

static inline cs_err
join(struct cs_tx *tx, void *ctx)
{
	struct newcomer *n = ctx;
	cs_time now = cs_tx_op(tx)->now;
	bool is_other;

	CS_TRY(cs_member_add(tx, &n->member));
	CS_TRY(cs_member_activate(tx, n->member.id, CS_STR("hash"), CS_STR("Name"), now));
	CS_TRY(cs_member_set_verified(tx, n->member.id, n->member.email, now));
	CS_TRY(cs_membership_add(tx, n->account, n->member.id, n->role, now));
	if (cs_id_is_zero(n->authenticator))
		return CS_OK;
	CS_TRY(add_authenticator(tx, n->member.id, n->authenticator, "Old key"));
	return cs_two_factor_settle_in(tx, &n->y->d, n->member.id, &is_other);
}

static inline cs_id
add_member(struct yard *y, cs_id account, const char *email, enum cs_role role, bool has_factor)
{
	struct newcomer n = {
		.y = y,
		.member = { .id = cs_id_new(y->d.rng),
		    .email = cs_str_c(email),
		    .created = y->op.now },
		.account = account,
		.role = role,
		.authenticator = has_factor ? cs_id_new(y->d.rng) : cs_id_zero,
	};

	CHECK_OK(cs_store_write(y->d.store, &y->op, join, &n));
	return n.member.id;
}

/* Who needs no second factor to help. */
static inline cs_id
add_staff(struct yard *y, const char *email, enum cs_role role)
{
	return add_member(y, y->halden.account, email, role, false);
}

/* --- browsers --- */

static inline cs_err
add_session(struct cs_tx *tx, void *ctx)
{
	return cs_member_session_add(tx, ctx);
}

/* The password was right in this browser. */
static inline struct cs_member_session
half(struct yard *y, cs_id member, uint8_t browser)
{
	struct cs_member_session s = {
		.id = cs_id_new(y->d.rng),
		.member = member,
		.stage = CS_MEMBER_CHALLENGE,
		.device = { { browser } },
		.user_agent = y->op.user_agent,
		.address = cs_addr_text(y->arena, &y->op.peer),
		.created = y->op.now,
		.last_seen = y->op.now,
		.expires = cs_time_add(y->op.now, CS_MEMBER_HALF_LIFE_MS),
	};

	cs_random_fill(y->d.rng, s.token_hash, sizeof(s.token_hash));
	CHECK_OK(cs_store_write(y->d.store, &y->op, add_session, &s));
	return s;
}

struct completing {
	struct yard *y;
	struct cs_member_seen seen;
	struct cs_member_completion completion;
	cs_id authenticator;
	bool enrols; /* a new one is confirmed in the same transaction */
};

static inline cs_err
complete_in(struct cs_tx *tx, void *ctx)
{
	struct completing *c = ctx;

	if (c->enrols) {
		CS_TRY(add_authenticator(tx, c->seen.session.member, c->authenticator, "New key"));
	}
	return cs_member_complete_in(
	    tx, &c->y->d, &c->completion, c->authenticator, CS_MFA_SECURITY_KEY);
}

/* What a right answer, or at stage ENROL a confirmed authenticator, brings. */
static inline cs_err
try_complete(struct yard *y, struct cs_member_session *s, bool enrols, cs_id *out_authenticator)
{
	struct completing c = {
		.y = y, .seen.session = *s, .authenticator = cs_id_new(y->d.rng), .enrols = enrols
	};

	cs_member_complete_begin(&y->d, &y->op, &c.seen, false, &c.completion);
	CS_TRY(cs_store_write(y->d.store, &y->op, complete_in, &c));
	s->stage = CS_MEMBER_DONE;
	memcpy(s->token_hash, c.completion.token_hash, sizeof(s->token_hash));
	if (out_authenticator != NULL)
		*out_authenticator = c.authenticator;
	return CS_OK;
}

static inline struct cs_member_session
sign_in(struct yard *y, cs_id member, uint8_t browser)
{
	struct cs_member_session s = half(y, member, browser);

	CHECK_OK(try_complete(y, &s, false, NULL));
	return s;
}

static inline cs_err
find_session(struct cs_tx *tx, void *ctx)
{
	struct cs_member_session *s = ctx;
	struct cs_member_session now;
	enum cs_member_status status;

	return cs_member_session_find(tx, s->token_hash, &now, &status);
}

static inline bool
is_there(struct yard *y, const struct cs_member_session *s)
{
	CS_AUTO(cs_arena_free) struct cs_arena *scratch = cs_arena_new(1 << 20);
	struct cs_member_session copy = *s;
	struct cs_op op = y->op;

	op.arena = scratch;
	cs_err e = cs_store_read(y->d.store, &op, find_session, &copy);

	CHECK(!cs_failed(e) || cs_is(e, CS_E_NOT_FOUND));
	return !cs_failed(e);
}

/* --- what there is --- */

struct looking {
	cs_id member;
	struct cs_recovery_case rc;
	bool is_open;
	size_t authenticators;
	struct cs_member row;
};

static inline cs_err
look_at(struct cs_tx *tx, void *ctx)
{
	struct looking *l = ctx;
	const struct cs_authenticator *list;
	cs_err e = cs_recovery_find_open(tx, l->member, &l->rc);

	l->is_open = !cs_failed(e);
	if (cs_failed(e) && !cs_is(e, CS_E_NOT_FOUND))
		return e;
	CS_TRY(cs_member_find(tx, l->member, &l->row));
	return cs_authenticator_list(tx, cs_id_zero, l->member, &list, &l->authenticators);
}

/* Texts of it are gone on return. */
static inline struct looking
state_of(struct yard *y, cs_id member)
{
	CS_AUTO(cs_arena_free) struct cs_arena *scratch = cs_arena_new(1 << 20);
	struct looking l = { .member = member };
	struct cs_op op = y->op;

	op.arena = scratch;
	CHECK_OK(cs_store_read(y->d.store, &op, look_at, &l));
	return l;
}

static inline void
step(struct yard *y)
{
	CS_AUTO(cs_arena_free) struct cs_arena *scratch = cs_arena_new(4 << 20);
	struct cs_op op = y->op;
	cs_time next;

	op.arena = scratch;
	CHECK_OK(cs_recovery_step(&y->d, &op, &next));
}

struct resetting {
	struct yard *y;
	cs_id member;
};

/* As a link that was mailed does it. */
static inline cs_err
reset_password_in(struct cs_tx *tx, void *ctx)
{
	struct resetting *r = ctx;
	struct cs_member member;

	CS_TRY(cs_member_find(tx, r->member, &member));
	CS_TRY(cs_member_set_password(tx, &member, CS_STR("another"), true, cs_tx_op(tx)->now));
	CS_TRY(cs_member_end_sessions_in(tx, r->member, cs_id_zero));
	return cs_recovery_password_reset_in(tx, &r->y->d, r->member);
}

static inline void
reset_password(struct yard *y, cs_id member)
{
	struct resetting r = { y, member };

	CHECK_OK(cs_store_write(y->d.store, &y->op, reset_password_in, &r));
}

#endif
