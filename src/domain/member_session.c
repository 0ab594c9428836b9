#include "domain/member_session.h"

#include "domain/audit.h"
#include "domain/enforcement.h"
#include "domain/member_whole.h"
#include "domain/person.h"
#include "domain/session.h"
#include "domain/throttle.h"
#include "store/device_store.h"

#include <stdatomic.h>

#define TOUCH_MS CS_MINUTE_MS

/* --- a session begins --- */

/* Remembered here, and nobody minds. */
static cs_err
is_remembered(struct cs_tx *tx, struct cs_domain *d, const struct cs_member *member, cs_id device,
    const struct cs_enforcement *demands, bool *out)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_remembered row;
	cs_err e;

	*out = false;
	if (demands->refuses_remembered || atomic_load(&d->remember_browser_ms) == 0)
		return CS_OK;
	e = cs_remembered_find(tx, member->id, device, op->now, &row);
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	*out = true;
	return cs_remembered_touch(tx, row.id, cs_addr_text(op->arena, &op->peer), op->now);
}

static cs_err
first_stage(struct cs_tx *tx, struct cs_domain *d, const struct cs_member *member,
    const struct cs_member_session *session, enum cs_member_stage *out)
{
	struct cs_enforcement demands;
	bool is_remembered_here;

	*out = CS_MEMBER_DONE;
	/* Their provider asks. */
	if (!cs_id_is_zero(member->sso_account))
		return CS_OK;
	CS_TRY(cs_member_demands_in(tx, member->id, session, &demands));
	if (member->two_factor_since.ms > 0) {
		CS_TRY(
		    is_remembered(tx, d, member, session->device, &demands, &is_remembered_here));
		if (!is_remembered_here)
			*out = CS_MEMBER_CHALLENGE;
		return CS_OK;
	}
	if (member->must_enrol != CS_MUST_ENROL_NOT || demands.is_due)
		*out = CS_MEMBER_ENROL;
	return CS_OK;
}

int64_t
cs_member_session_life(const struct cs_member_session *session)
{
	return session->stage == CS_MEMBER_DONE ? CS_MEMBER_SESSION_LIFE_MS
						: CS_MEMBER_HALF_LIFE_MS;
}

cs_err
cs_member_open_in(struct cs_tx *tx, struct cs_domain *d, const struct cs_member *member,
    struct cs_member_session *session)
{
	const struct cs_op *op = cs_tx_op(tx);

	session->member = member->id;
	session->user_agent = op->user_agent;
	session->address = cs_addr_text(op->arena, &op->peer);
	session->created = op->now;
	session->last_seen = op->now;
	CS_TRY(first_stage(tx, d, member, session, &session->stage));
	session->expires = cs_time_add(op->now, cs_member_session_life(session));
	CS_TRY(cs_member_session_end_device(tx, member->id, session->device));
	CS_TRY(cs_member_session_add(tx, session));
	if (session->stage == CS_MEMBER_DONE)
		return cs_member_whole_in(tx, d, member, session);
	return cs_audit(tx, d, CS_AUDIT_MEMBER_PASSWORD_GIVEN, member->id, member->id, CS_STR(""));
}

/* --- the password --- */

struct sign_in {
	struct cs_domain *d;
	const struct cs_member_credentials *who;
	struct cs_member member;
	cs_id subject; /* the member's, or what stands for an address that nobody has */
	struct cs_attempt attempt;
	struct cs_member_session session;
	bool is_opened;
};

static cs_err
find(struct cs_tx *tx, void *ctx)
{
	struct sign_in *s = ctx;
	cs_str key = cs_email_key(cs_tx_op(tx)->arena, cs_str_trim(s->who->email));
	uint8_t digest[CS_SHA256_LEN];
	cs_err e = cs_member_by_email(tx, key, &s->member);

	cs_sha256(cs_str_span(key), digest);
	memcpy(s->subject.b, digest, sizeof(s->subject.b));
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	s->subject = s->member.id;
	return CS_OK;
}

static cs_err
judge(struct sign_in *s, const struct cs_op *op, enum cs_verdict *out)
{
	bool may = s->member.status == CS_MEMBER_ACTIVE && s->member.password_hash.len > 0;
	const char *stored = may ? cs_arena_c(op->arena, s->member.password_hash) : NULL;

	return cs_pwhash_verify(s->d->pwhasher, cs_str_span(s->who->password), stored, out);
}

/* What could not be judged, since too much is being hashed at this moment, was no guess. */
static cs_err
judge_or_refund(struct sign_in *s, const struct cs_op *op, enum cs_verdict *out)
{
	cs_err e = judge(s, op, out);

	if (cs_is(e, CS_E_LIMIT))
		CS_TRY(cs_attempt_refund(s->d, op, &s->attempt));
	return e;
}

static cs_err
note_refused(struct cs_tx *tx, void *ctx)
{
	const struct sign_in *s = ctx;

	return cs_audit(tx, s->d, CS_AUDIT_MEMBER_REFUSED, cs_id_zero, s->member.id, CS_STR(""));
}

/* The password may have been changed, or the member disabled, while it was hashed. */
static cs_err
open_session(struct cs_tx *tx, void *ctx)
{
	struct sign_in *s = ctx;
	struct cs_member now;

	s->is_opened = false;
	CS_TRY(cs_member_find(tx, s->member.id, &now));
	if (now.status != CS_MEMBER_ACTIVE ||
	    !cs_str_equal(now.password_hash, s->member.password_hash))
		return CS_OK;
	CS_TRY(cs_attempt_succeed(tx, &s->attempt));
	s->is_opened = true;
	return cs_member_open_in(tx, s->d, &now, &s->session);
}

static void
settle_browser(struct sign_in *s, const struct cs_op *op, struct cs_member_step *out)
{
	uint8_t hash[CS_TOKEN_HASH_LEN];

	s->session.id = cs_id_new(s->d->rng);
	s->session.device = s->who->device;
	if (s->who->has_device)
		return;
	cs_session_token_make(s->d, op, &out->device_token, hash);
	s->session.device = cs_device_id(hash);
}

static cs_err
admit(struct sign_in *s, const struct cs_op *op, struct cs_member_step *out, struct cs_refusal *why)
{
	cs_session_token_make(s->d, op, &out->token, s->session.token_hash);
	CS_TRY(cs_store_write(s->d->store, op, open_session, s));
	if (!s->is_opened)
		why->kind = CS_REFUSAL_WRONG_PASSWORD;
	out->life_ms = cs_member_session_life(&s->session);
	return CS_OK;
}

cs_err
cs_member_sign_in(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_credentials *who, struct cs_member_step *out, struct cs_refusal *why)
{
	struct sign_in *s = CS_NEW(op->arena, struct sign_in);
	enum cs_verdict verdict;

	*out = (struct cs_member_step){ .life_ms = 0 };
	*s = (struct sign_in){ .d = d, .who = who };
	CS_TRY(cs_store_read(d->store, op, find, s));
	settle_browser(s, op, out);
	CS_TRY(cs_attempt_debit_password(d, op, s->subject, s->session.device, &s->attempt, why));
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(judge_or_refund(s, op, &verdict));
	if (verdict == CS_GRANTED)
		return admit(s, op, out, why);
	why->kind = CS_REFUSAL_WRONG_PASSWORD;
	return cs_store_write(d->store, op, note_refused, s);
}

/* --- there --- */

cs_err
cs_member_browser_after(const struct cs_member_step *step, struct cs_member_browser *browser)
{
	uint8_t hash[CS_TOKEN_HASH_LEN];

	if (step->token.len > 0)
		browser->session = step->token;
	if (step->device_token.len == 0)
		return CS_OK;
	CS_TRY(cs_session_token_hash(step->device_token, hash));
	browser->has_device = true;
	browser->device = cs_device_id(hash);
	return CS_OK;
}

bool
cs_member_session_is_of(
    const struct cs_member_session *session, const struct cs_member_browser *browser, cs_time now)
{
	/* Sessions from before browsers were noted have twelve hours left at most. */
	bool is_here = cs_id_is_zero(session->device) ||
		       (browser->has_device && cs_id_equal(session->device, browser->device));

	return is_here && now.ms < session->expires.ms;
}

struct see {
	uint8_t hash[CS_SHA256_LEN];
	enum cs_member_status status;
	struct cs_member_seen *out;
};

static cs_err
read_seen(struct cs_tx *tx, void *ctx)
{
	struct see *s = ctx;
	struct cs_member_seen *out = s->out;

	CS_TRY(cs_member_session_find(tx, s->hash, &out->session, &s->status));
	CS_TRY(cs_member_find(tx, out->session.member, &out->member));
	out->member.password_hash = CS_STR_NONE;
	if (out->session.stage != CS_MEMBER_DONE)
		return CS_OK;
	return cs_membership_list(tx, out->member.id, &out->accounts, &out->account_count);
}

static cs_err
touch(struct cs_tx *tx, void *ctx)
{
	const struct cs_member_seen *who = ctx;
	const struct cs_op *op = cs_tx_op(tx);

	return cs_member_session_touch(
	    tx, who->session.id, cs_addr_text(op->arena, &op->peer), op->now);
}

cs_err
cs_member_see(struct cs_domain *d, const struct cs_op *op, const struct cs_member_browser *browser,
    struct cs_member_seen *out, struct cs_refusal *why)
{
	struct see s = { .out = out };
	cs_err e;

	*out = (struct cs_member_seen){ .account_count = 0 };
	why->kind = CS_REFUSAL_SIGNED_OUT;
	if (cs_failed(cs_session_token_hash(browser->session, s.hash)))
		return CS_OK;
	e = cs_store_read(d->store, op, read_seen, &s);
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	if (s.status != CS_MEMBER_ACTIVE ||
	    !cs_member_session_is_of(&out->session, browser, op->now))
		return CS_OK;
	why->kind = CS_REFUSAL_NONE;
	if (op->now.ms < out->session.last_seen.ms + TOUCH_MS)
		return CS_OK;
	return cs_store_write(d->store, op, touch, out);
}

/* --- out --- */

struct sign_out {
	struct cs_domain *d;
	const struct cs_member_seen *who;
};

static cs_err
end_session(struct cs_tx *tx, void *ctx)
{
	const struct sign_out *s = ctx;
	cs_id member = s->who->member.id;
	cs_err e = cs_member_session_end(tx, member, s->who->session.id);

	/* Another tab was first. */
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	return cs_audit(tx, s->d, CS_AUDIT_MEMBER_SIGNED_OUT, member, member, CS_STR(""));
}

cs_err
cs_member_sign_out(struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who)
{
	struct sign_out s = { .d = d, .who = who };

	return cs_store_write(d->store, op, end_session, &s);
}

cs_err
cs_member_end_sessions_in(struct cs_tx *tx, cs_id member, cs_id except)
{
	CS_TRY(cs_member_session_end_all(tx, member, except));
	return cs_remembered_forget_all(tx, member);
}
