#include "domain/member_profile.h"

#include "crypto/secret.h"
#include "domain/audit.h"
#include "domain/holder.h"
#include "domain/manage.h"
#include "domain/notice.h"
#include "domain/password.h"
#include "domain/throttle.h"
#include "store/manage_store.h"
#include "store/member_link_store.h"

#define NAME_MAX_BYTES 128

/* --- what is asked of them --- */

struct self_ctx {
	cs_id member;
	struct cs_member_self *out;
};

static cs_err
read_self(struct cs_tx *tx, void *ctx)
{
	const struct self_ctx *c = ctx;
	struct cs_member_demand *list;

	CS_TRY(cs_enforcement_find(tx, c->member, &c->out->demands));
	CS_TRY(cs_member_demand_list(tx, c->member, &list, &c->out->count));
	c->out->list = list;
	return CS_OK;
}

cs_err
cs_member_self(struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who,
    struct cs_member_self *out)
{
	struct self_ctx c = { who->member.id, out };

	*out = (struct cs_member_self){ .count = 0 };
	return cs_store_read(d->store, op, read_self, &c);
}

bool
cs_member_self_is_enforced_by(const struct cs_member_self *self, cs_id account)
{
	for (size_t i = 0; i < self->count; i++)
		if (cs_id_equal(self->list[i].account, account))
			return self->list[i].demands.is_enforced;
	return false;
}

unsigned
cs_member_password_least(const struct cs_member *member, const struct cs_enforcement *demands)
{
	return member->two_factor_since.ms > 0 || demands->is_enforced ? CS_PASSWORD_LEAST_BESIDE
								       : CS_PASSWORD_LEAST_ALONE;
}

/* --- proving the password again --- */

static bool
is_fresh_sso(const struct cs_member *member, const struct cs_member_session *session, cs_time now)
{
	return !cs_id_is_zero(member->sso_account) &&
	       now.ms - session->created.ms <= CS_SSO_FRESH_MS;
}

cs_err
cs_member_check_proved(
    struct cs_tx *tx, const struct cs_member_seen *who, bool with_factor, struct cs_refusal *why)
{
	struct cs_holder h;
	struct cs_member now;
	bool is_current;

	*why = (struct cs_refusal){ .kind = CS_REFUSAL_SIGNED_OUT };
	cs_holder_of_member(&who->member, &who->session, &h);
	CS_TRY(h.kind->is_current(tx, &h, &is_current));
	CS_TRY(cs_member_find(tx, who->member.id, &now));
	if (!is_current || now.status != CS_MEMBER_ACTIVE)
		return CS_OK;
	why->kind = CS_REFUSAL_NONE;
	if (is_fresh_sso(&now, &who->session, cs_tx_op(tx)->now))
		return CS_OK;
	CS_TRY(cs_manage_check_window(tx, &h, CS_MANAGE_PASSWORD, why));
	if (why->kind != CS_REFUSAL_NONE || !with_factor || now.two_factor_since.ms == 0)
		return CS_OK;
	return cs_manage_check_window(tx, &h, CS_MANAGE_CHANGE, why);
}

struct prove {
	struct cs_domain *d;
	const struct cs_member_seen *who;
	struct cs_member member; /* with the hash */
	struct cs_holder holder;
	struct cs_attempt attempt;
	struct cs_manage_opening opening;
	bool is_stale; /* the password was changed while it was hashed */
};

static cs_err
find_hash(struct cs_tx *tx, void *ctx)
{
	struct prove *p = ctx;

	return cs_member_find(tx, p->who->member.id, &p->member);
}

static cs_err
note_refused(struct cs_tx *tx, void *ctx)
{
	const struct prove *p = ctx;
	cs_id member = p->member.id;

	return cs_audit(tx, p->d, CS_AUDIT_MEMBER_REFUSED, member, member, CS_STR(""));
}

static cs_err
open_window(struct cs_tx *tx, void *ctx)
{
	struct prove *p = ctx;
	struct cs_member now;

	CS_TRY(cs_member_find(tx, p->member.id, &now));
	p->is_stale = !cs_str_equal(now.password_hash, p->member.password_hash);
	if (p->is_stale)
		return CS_OK;
	CS_TRY(cs_attempt_succeed(tx, &p->attempt));
	CS_TRY(cs_manage_open_password(tx, p->d, &p->holder, &p->opening));
	return cs_audit(tx, p->d, CS_AUDIT_MEMBER_PROVED, p->member.id, p->member.id, CS_STR(""));
}

static cs_err
judge(const struct prove *p, const struct cs_op *op, cs_str password, enum cs_verdict *out)
{
	const char *stored =
	    p->member.password_hash.len > 0 ? cs_arena_c(op->arena, p->member.password_hash) : NULL;

	return cs_pwhash_verify(p->d->pwhasher, cs_str_span(password), stored, out);
}

/* As at the door: what could not be judged was no guess. */
static cs_err
judge_or_refund(
    const struct prove *p, const struct cs_op *op, cs_str password, enum cs_verdict *out)
{
	cs_err e = judge(p, op, password, out);

	if (cs_is(e, CS_E_LIMIT))
		CS_TRY(cs_attempt_refund(p->d, op, &p->attempt));
	return e;
}

static cs_err
grant(struct prove *p, const struct cs_op *op, struct cs_member_step *out, cs_time *out_expires,
    struct cs_refusal *why)
{
	cs_err e;

	cs_holder_of_member(&p->who->member, &p->who->session, &p->holder);
	cs_manage_opening_make(p->d, op, &p->holder, CS_MANAGE_PASSWORD, &p->opening);
	e = cs_store_write(p->d->store, op, open_window, p);
	if (cs_is(e, CS_E_CONFLICT)) {
		why->kind = CS_REFUSAL_SIGNED_OUT;
		return CS_OK;
	}
	CS_TRY(e);
	if (p->is_stale) {
		why->kind = CS_REFUSAL_WRONG_PASSWORD;
		return CS_OK;
	}
	*out = (struct cs_member_step){ .token = p->opening.token,
		.life_ms = p->who->session.expires.ms - op->now.ms };
	*out_expires = p->opening.window.expires;
	return CS_OK;
}

cs_err
cs_member_prove(struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who,
    cs_str password, struct cs_member_step *out, cs_time *out_expires, struct cs_refusal *why)
{
	struct prove *p = CS_NEW(op->arena, struct prove);
	enum cs_verdict verdict;

	*out = (struct cs_member_step){ .life_ms = 0 };
	*out_expires = (cs_time){ 0 };
	*p = (struct prove){ .d = d, .who = who };
	CS_TRY(cs_store_read(d->store, op, find_hash, p));
	if (!cs_id_is_zero(p->member.sso_account))
		why->kind = CS_REFUSAL_SSO;
	else if (p->member.frozen.ms != 0)
		why->kind = CS_REFUSAL_FROZEN;
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(
	    cs_attempt_debit_password(d, op, p->member.id, who->session.device, &p->attempt, why));
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(judge_or_refund(p, op, password, &verdict));
	if (verdict == CS_GRANTED)
		return grant(p, op, out, out_expires, why);
	why->kind = CS_REFUSAL_WRONG_PASSWORD;
	return cs_store_write(d->store, op, note_refused, p);
}

/* --- another password --- */

struct change {
	struct cs_domain *d;
	const struct cs_member_seen *who;
	struct cs_member member; /* with the hash */
	struct cs_enforcement demands;
	char hash[CS_PWHASH_MAX];
	struct cs_refusal why;
};

static cs_err
find_change(struct cs_tx *tx, void *ctx)
{
	struct change *c = ctx;

	CS_TRY(cs_member_find(tx, c->who->member.id, &c->member));
	CS_TRY(cs_enforcement_find(tx, c->member.id, &c->demands));
	return cs_member_check_proved(tx, c->who, true, &c->why);
}

static cs_err
set_password(struct cs_tx *tx, void *ctx)
{
	struct change *c = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	cs_id member = c->member.id;

	CS_TRY(cs_member_check_proved(tx, c->who, true, &c->why));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_member_set_password(tx, &c->member, cs_str_c(c->hash), false, op->now));
	CS_TRY(cs_member_end_sessions_in(tx, member, c->who->session.id));
	CS_TRY(cs_member_link_void(tx, member, CS_LINK_RESET_PASSWORD));
	CS_TRY(cs_member_link_void(tx, member, CS_LINK_CHANGE_EMAIL));
	CS_TRY(cs_notice_tell(tx, c->d,
	    &(struct cs_notice_about){ .kind = CS_NOTICE_PASSWORD_CHANGED, .subject = member }));
	return cs_audit(tx, c->d, CS_AUDIT_MEMBER_PASSWORD_CHANGED, member, member, CS_STR(""));
}

/* Whether it is the old one again costs a hash as well: asked last. */
static cs_err
judge_new(struct change *c, const struct cs_op *op, cs_str password)
{
	const struct cs_password_rule rule = {
		.least = cs_member_password_least(&c->member, &c->demands),
		.email = c->member.email,
		.name = c->member.name,
	};
	enum cs_verdict is_same;

	cs_password_judge(password, &rule, &c->why);
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_pwhash_verify(c->d->pwhasher, cs_str_span(password),
	    cs_arena_c(op->arena, c->member.password_hash), &is_same));
	if (is_same == CS_GRANTED)
		c->why = (struct cs_refusal){
			.kind = CS_REFUSAL_WEAK_PASSWORD, .reason = "same", .least = rule.least
		};
	return CS_OK;
}

static cs_err
change_password(struct change *c, const struct cs_op *op, cs_str password)
{
	cs_err e;

	CS_TRY(cs_store_read(c->d->store, op, find_change, c));
	if (!cs_id_is_zero(c->member.sso_account))
		c->why.kind = CS_REFUSAL_SSO;
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(judge_new(c, op, password));
	if (c->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_pwhash_make(c->d->pwhasher, cs_str_span(password), c->hash));
	e = cs_store_write(c->d->store, op, set_password, c);
	if (!cs_is(e, CS_E_CONFLICT))
		return e;
	/* Another browser changed it a moment ago, and ended this session with that. */
	c->why.kind = CS_REFUSAL_SIGNED_OUT;
	return CS_OK;
}

cs_err
cs_member_change_password(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, cs_str password, struct cs_refusal *why)
{
	struct change c = { .d = d, .who = who };
	cs_err e = change_password(&c, op, password);

	cs_wipe(c.hash, sizeof(c.hash));
	*why = c.why;
	return e;
}

/* --- the name --- */

static bool
is_name(cs_str name)
{
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f)
			return false;
	return name.len > 0 && name.len <= NAME_MAX_BYTES && cs_utf8_is_valid(cs_str_span(name));
}

struct naming {
	struct cs_domain *d;
	cs_id member;
	cs_str name;
};

static cs_err
set_name(struct cs_tx *tx, void *ctx)
{
	const struct naming *n = ctx;

	CS_TRY(cs_member_set_name(tx, n->member, n->name));
	return cs_audit(tx, n->d, CS_AUDIT_MEMBER_RENAMED, n->member, n->member,
	    cs_audit_fact(cs_tx_op(tx)->arena, "name", n->name));
}

cs_err
cs_member_rename(struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who,
    cs_str name, struct cs_refusal *why)
{
	struct naming n = { .d = d, .member = who->member.id, .name = cs_str_trim(name) };

	if (is_name(n.name))
		return cs_store_write(d->store, op, set_name, &n);
	why->kind = CS_REFUSAL_BODY;
	return CS_OK;
}

/* --- browsers --- */

struct browsers_ctx {
	cs_id member;
	struct cs_member_browsers *out;
};

static cs_err
read_browsers(struct cs_tx *tx, void *ctx)
{
	const struct browsers_ctx *c = ctx;
	cs_time now = cs_tx_op(tx)->now;

	CS_TRY(
	    cs_member_session_list(tx, c->member, now, &c->out->sessions, &c->out->session_count));
	return cs_remembered_list(
	    tx, c->member, now, &c->out->remembered, &c->out->remembered_count);
}

cs_err
cs_member_browsers(struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who,
    struct cs_member_browsers *out)
{
	struct browsers_ctx c = { who->member.id, out };

	*out = (struct cs_member_browsers){ .session_count = 0 };
	return cs_store_read(d->store, op, read_browsers, &c);
}

struct ending {
	struct cs_domain *d;
	const struct cs_member_seen *who;
	cs_id object;
	struct cs_refusal why;
};

static cs_err
audit_ending(struct cs_tx *tx, struct ending *e, cs_err removed, enum cs_audit_kind kind)
{
	cs_id member = e->who->member.id;

	e->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	if (cs_is(removed, CS_E_NOT_FOUND)) {
		e->why.kind = CS_REFUSAL_NOT_FOUND;
		return CS_OK;
	}
	CS_TRY(removed);
	return cs_audit(tx, e->d, kind, member, member, CS_STR(""));
}

static cs_err
end_one(struct cs_tx *tx, void *ctx)
{
	struct ending *e = ctx;
	cs_err removed = cs_member_session_end(tx, e->who->member.id, e->object);

	return audit_ending(tx, e, removed, CS_AUDIT_MEMBER_SESSION_ENDED);
}

cs_err
cs_member_end_session(struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who,
    cs_id session, struct cs_refusal *why)
{
	struct ending e = { .d = d, .who = who, .object = session };

	CS_TRY(cs_store_write(d->store, op, end_one, &e));
	*why = e.why;
	return CS_OK;
}

static cs_err
end_others(struct cs_tx *tx, void *ctx)
{
	struct ending *e = ctx;
	cs_err ended = cs_member_end_sessions_in(tx, e->who->member.id, e->who->session.id);

	return audit_ending(tx, e, ended, CS_AUDIT_MEMBER_SESSIONS_ENDED);
}

cs_err
cs_member_end_others(struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who)
{
	struct ending e = { .d = d, .who = who };

	return cs_store_write(d->store, op, end_others, &e);
}

static cs_err
forget(struct cs_tx *tx, void *ctx)
{
	struct ending *e = ctx;
	cs_err removed = cs_remembered_forget(tx, e->who->member.id, e->object);

	return audit_ending(tx, e, removed, CS_AUDIT_MEMBER_FORGOTTEN);
}

cs_err
cs_member_forget(struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who,
    cs_id remembered, struct cs_refusal *why)
{
	struct ending e = { .d = d, .who = who, .object = remembered };

	CS_TRY(cs_store_write(d->store, op, forget, &e));
	*why = e.why;
	return CS_OK;
}
