/*
 * member_yard.h - the yard with a member of Halden who signs in: Ann, its owner.
 */
#ifndef CS_TESTS_MEMBER_YARD_H
#define CS_TESTS_MEMBER_YARD_H

#include "yard.h"

#include "domain/mailbox.h"
#include "domain/member_profile.h"
#include "domain/member_session.h"
#include "store/account_store.h"
#include "store/device_store.h"
#include "store/member_session_store.h"
#include "store/membership_store.h"

#define ANN "owner@halden.test"
#define PASSWORD "correct horse battery"

/* A browser: the two cookies. */
struct browser {
	struct yard *y;
	cs_id device;
	cs_str token;
};

static inline struct browser
browser_new(struct yard *y, uint8_t number)
{
	return (struct browser){ .y = y, .device = { { 0xb, number } } };
}

static inline struct cs_member_browser
shown(const struct browser *b)
{
	return (struct cs_member_browser){
		.session = b->token, .has_device = true, .device = b->device
	};
}

/* What a step gave it. */
static inline void
keep(struct browser *b, const struct cs_member_step *step)
{
	if (step->token.len > 0)
		b->token = step->token;
}

static inline enum cs_refusal_kind
redeem(struct browser *b, cs_str token, const char *password)
{
	const struct cs_redemption r = { .token = token,
		.password = cs_str_c(password),
		.name = CS_STR("Ann Lee"),
		.has_device = true,
		.device = b->device };
	struct cs_member_step step;
	struct cs_refusal why;

	CHECK_OK(cs_invitation_redeem(&b->y->d, &b->y->op, &r, &step, &why));
	keep(b, &step);
	return why.kind;
}

static inline enum cs_refusal_kind
sign_in(struct browser *b, const char *email, const char *password)
{
	const struct cs_member_credentials who = { .email = cs_str_c(email),
		.password = cs_str_c(password),
		.has_device = true,
		.device = b->device };
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_member_step step;

	CHECK_OK(cs_member_sign_in(&b->y->d, &b->y->op, &who, &step, &why));
	if (why.kind == CS_REFUSAL_NONE)
		keep(b, &step);
	return why.kind;
}

/* Who is there; fails the case when nobody is. Lives in the arena. */
static inline const struct cs_member_seen *
see(const struct browser *b)
{
	struct cs_member_seen *who = CS_NEW(b->y->arena, struct cs_member_seen);
	const struct cs_member_browser cookies = shown(b);
	struct cs_refusal why;

	CHECK_OK(cs_member_see(&b->y->d, &b->y->op, &cookies, who, &why));
	CHECK_INT(why.kind, CS_REFUSAL_NONE);
	return who;
}

static inline bool
is_signed_out(const struct browser *b)
{
	const struct cs_member_browser cookies = shown(b);
	struct cs_member_seen who;
	struct cs_refusal why;

	CHECK_OK(cs_member_see(&b->y->d, &b->y->op, &cookies, &who, &why));
	return why.kind == CS_REFUSAL_SIGNED_OUT;
}

/* Ann has redeemed her invitation, in a browser of that number. */
static inline struct browser
ann_joins(struct yard *y, uint8_t number)
{
	struct browser b = browser_new(y, number);

	CHECK_INT(redeem(&b, y->halden.invitation_token, PASSWORD), CS_REFUSAL_NONE);
	return b;
}

/* --- one write, as another part of the house would do it --- */

struct ann_change {
	struct yard *y;
	cs_time two_factor;
	const struct cs_account_demands *demands;
	enum cs_must_enrol must_enrol;
	struct cs_member found;
};

static inline cs_err
set_ann(struct cs_tx *tx, void *ctx)
{
	const struct ann_change *c = ctx;
	cs_id ann = c->y->halden.owner;

	CS_TRY(cs_member_set_two_factor(tx, ann, c->two_factor));
	return cs_member_set_must_enrol(tx, ann, c->must_enrol);
}

static inline void
ann_has_two_factor(struct yard *y, bool has)
{
	struct ann_change c = { .y = y, .two_factor = has ? y->op.now : (cs_time){ 0 } };

	CHECK_OK(cs_store_write(y->d.store, &y->op, set_ann, &c));
}

static inline cs_err
set_demands(struct cs_tx *tx, void *ctx)
{
	const struct ann_change *c = ctx;

	return cs_account_demands_set(tx, c->y->halden.account, c->demands);
}

static inline void
halden_demands(struct yard *y, struct cs_account_demands demands)
{
	struct ann_change c = { .y = y, .demands = &demands };

	CHECK_OK(cs_store_write(y->d.store, &y->op, set_demands, &c));
}

static inline cs_err
read_ann(struct cs_tx *tx, void *ctx)
{
	struct ann_change *c = ctx;

	return cs_member_find(tx, c->y->halden.owner, &c->found);
}

static inline struct cs_member
ann_now(struct yard *y)
{
	struct ann_change c = { .y = y };

	CHECK_OK(cs_store_read(y->d.store, &y->op, read_ann, &c));
	return c.found;
}

/* --- the second factor, answered rightly --- */

struct completing {
	struct cs_domain *d;
	const struct cs_member_completion *c;
};

static inline cs_err
complete_in(struct cs_tx *tx, void *ctx)
{
	const struct completing *c = ctx;

	return cs_member_complete_in(tx, c->d, c->c, (cs_id){ { 0xa, 0xf } }, CS_MFA_TOTP);
}

static inline cs_err
complete_as(struct browser *b, const struct cs_member_seen *who, bool wants_remember)
{
	struct cs_member_completion c;
	struct completing completing = { &b->y->d, &c };
	struct cs_member_step step;
	cs_err e;

	cs_member_complete_begin(&b->y->d, &b->y->op, who, wants_remember, &c);
	e = cs_store_write(b->y->d.store, &b->y->op, complete_in, &completing);
	if (cs_failed(e))
		return e;
	cs_member_complete_end(&c, &step);
	keep(b, &step);
	return CS_OK;
}

static inline void
complete(struct browser *b, bool wants_remember)
{
	CHECK_OK(complete_as(b, see(b), wants_remember));
}

/* --- mail --- */

struct yard_mail {
	cs_id node;
	struct cs_outbox_item item;
};

static inline cs_err
lease_mail(struct cs_tx *tx, void *ctx)
{
	struct yard_mail *m = ctx;
	cs_time now = cs_tx_op(tx)->now;
	cs_err e = cs_outbox_lease(tx, m->node, now, cs_time_add(now, 1000), &m->item);

	if (cs_failed(e))
		return e;
	return cs_outbox_done(tx, m->item.account, m->item.id, m->node, now);
}

/* The next one; false: there is none. */
static inline bool
take_mail(struct yard *y, struct cs_message *out)
{
	struct yard_mail m = { .node = { { 9 } } };
	struct cs_op op = y->op;
	cs_err e = cs_store_write(y->d.store, &op, lease_mail, &m);

	if (cs_is(e, CS_E_NOT_FOUND))
		return false;
	CHECK_OK(e);
	CHECK_OK(cs_mailbox_unseal(&y->d, &op, &m.item, out));
	return true;
}

static inline size_t
drop_mail(struct yard *y)
{
	struct cs_message m;
	size_t count = 0;

	while (take_mail(y, &m))
		count++;
	return count;
}

/* The token in the link of the only waiting mail with this in its subject; empty: no such mail. */
static inline cs_str
mailed_token(struct yard *y, const char *subject, const char *to)
{
	struct cs_message m;
	cs_str token = CS_STR("");

	while (take_mail(y, &m)) {
		size_t at = cs_str_find(m.text, '#', 0) + 1;

		if (!cs_str_equal(m.subject, cs_str_c(subject)))
			continue;
		CHECK_TEXT(m.to, to);
		token = cs_str_slice(m.text, at, cs_str_find(m.text, '\n', at));
	}
	return token;
}

#endif
