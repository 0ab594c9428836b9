#include "domain/audit.h"
#include "domain/recovery_parts.h"
#include "domain/two_factor_reset.h"
#include "store/member_store.h"

/* --- saying so --- */

static enum cs_audit_kind
audit_kind(enum cs_recovery_what what)
{
	switch (what) {
	case CS_RECOVERY_WAS_BEGUN:
		return CS_AUDIT_RECOVERY_BEGUN;
	case CS_RECOVERY_EMAIL_VERIFIED:
		return CS_AUDIT_RECOVERY_EMAIL_VERIFIED;
	case CS_RECOVERY_DEVICE_VERIFIED:
		return CS_AUDIT_RECOVERY_WAITING;
	case CS_RECOVERY_RESTARTED:
		return CS_AUDIT_RECOVERY_RESTARTED;
	case CS_RECOVERY_APPROVED:
		return CS_AUDIT_RECOVERY_APPROVED;
	case CS_RECOVERY_SPED_UP:
		return CS_AUDIT_RECOVERY_SPED_UP;
	case CS_RECOVERY_RELEASED:
		return CS_AUDIT_RECOVERY_RELEASED;
	case CS_RECOVERY_WAS_OPENED:
		return CS_AUDIT_RECOVERY_OPENED;
	case CS_RECOVERY_VOUCHED:
		return CS_AUDIT_RECOVERY_VOUCHED;
	case CS_RECOVERY_WAS_ENDED:
		break;
	}
	return CS_AUDIT_RECOVERY_ENDED;
}

const char *
cs_recovery_end_name(enum cs_recovery_end end)
{
	switch (end) {
	case CS_RECOVERY_GOES_ON:
		break;
	case CS_RECOVERY_STOPPED:
		return "stopped";
	case CS_RECOVERY_SIGNED_IN:
		return "signed_in";
	case CS_RECOVERY_FINISHED:
		return "finished";
	case CS_RECOVERY_EXPIRED:
		return "expired";
	case CS_RECOVERY_GIVEN_UP:
		return "given_up";
	case CS_RECOVERY_STOPPED_BY_STAFF:
		return "by_staff";
	case CS_RECOVERY_FACTORS_RESET:
		return "reset";
	}
	return NULL;
}

static cs_err
audit(struct cs_tx *tx, const struct cs_domain *d, const struct cs_recovery_case *c,
    enum cs_recovery_what what, const struct cs_recovery_doer *who, cs_str reason)
{
	struct cs_arena *arena = cs_tx_op(tx)->arena;
	const char *end = cs_recovery_end_name(c->end);
	const struct cs_audit_pair facts[] = {
		{ "recovery", cs_id_hex_text(arena, c->id) },
		{ "end", end == NULL ? CS_STR_NONE : cs_str_c(end) },
		{ "reason", reason },
	};
	cs_str details = cs_audit_facts(arena, facts, CS_COUNT(facts));
	cs_id actor = who->by == CS_RECOVERY_BY_MEMBER ? c->member : who->actor;

	CS_TRY(cs_audit_of(tx, d, cs_id_zero, audit_kind(what), actor, c->member, details));
	if (who->by != CS_RECOVERY_BY_STAFF)
		return CS_OK;
	return cs_audit_of(tx, d, who->account, audit_kind(what), actor, c->member, details);
}

/* Where those in charge sit is their own affair; a job sits nowhere. */
cs_err
cs_recovery_note(struct cs_tx *tx, const struct cs_domain *d, const struct cs_recovery_case *c,
    enum cs_recovery_what what, const struct cs_recovery_doer *who, cs_str reason)
{
	const struct cs_op *op = cs_tx_op(tx);
	bool is_member = who->by == CS_RECOVERY_BY_MEMBER;
	const struct cs_recovery_event event = {
		.recovery = c->id,
		.what = what,
		.by = who->by,
		.actor = who->actor,
		.at = op->now,
		.user_agent = is_member ? op->user_agent : CS_STR(""),
		.address = is_member ? cs_addr_text(op->arena, &op->peer) : CS_STR(""),
	};

	CS_TRY(cs_recovery_event_add(tx, &event));
	return audit(tx, d, c, what, who, reason);
}

cs_err
cs_recovery_tell(struct cs_tx *tx, const struct cs_domain *d, const struct cs_recovery_case *c,
    enum cs_notice_kind kind, cs_str detail)
{
	const struct cs_notice_about about = {
		.kind = kind,
		.subject = c->member,
		.detail = detail,
		.object = c->id,
	};

	return cs_notice_tell(tx, d, &about);
}

/* --- every end --- */

static cs_err
end_sessions(struct cs_tx *tx, const struct cs_recovery_case *c)
{
	bool is_veto = c->end == CS_RECOVERY_STOPPED || c->end == CS_RECOVERY_STOPPED_BY_STAFF;

	if (is_veto)
		CS_TRY(cs_member_session_end_half(tx, c->member));
	/* The one that finishes goes on; the one that signed in may be the one that began it. */
	if (c->end == CS_RECOVERY_FINISHED)
		return CS_OK;
	return cs_member_session_end_recovery(tx, c->id, is_veto ? c->session : cs_id_zero);
}

/* By whom, as the mail says it. */
static cs_str
end_words(enum cs_recovery_end end)
{
	switch (end) {
	case CS_RECOVERY_STOPPED:
		return CS_STR("the button of a mail, or a browser that is signed in");
	case CS_RECOVERY_SIGNED_IN:
		return CS_STR("a sign-in with the second factor that there is");
	case CS_RECOVERY_EXPIRED:
		return CS_STR("nobody: it was not gone on with in time");
	case CS_RECOVERY_GIVEN_UP:
		return CS_STR("whoever began it");
	case CS_RECOVERY_STOPPED_BY_STAFF:
		return CS_STR("those in charge of an account of yours");
	case CS_RECOVERY_GOES_ON:
	case CS_RECOVERY_FINISHED:
	case CS_RECOVERY_FACTORS_RESET:
		break;
	}
	return CS_STR_NONE;
}

cs_err
cs_recovery_close_in(struct cs_tx *tx, const struct cs_domain *d, struct cs_recovery_case *c,
    enum cs_recovery_end end, const struct cs_recovery_doer *who, cs_str reason)
{
	c->state = CS_RECOVERY_ENDED;
	c->end = end;
	c->ended = cs_tx_op(tx)->now;
	c->ended_by = who->actor;
	c->code_mac = c->access_mac = CS_SPAN_NONE;
	CS_TRY(cs_recovery_swap(tx, c));
	CS_TRY(end_sessions(tx, c));
	CS_TRY(cs_recovery_note(tx, d, c, CS_RECOVERY_WAS_ENDED, who, reason));
	if (end == CS_RECOVERY_FACTORS_RESET) /* that mail says it all */
		return CS_OK;
	return cs_recovery_tell(tx, d, c,
	    end == CS_RECOVERY_FINISHED ? CS_NOTICE_RECOVERY_FINISHED : CS_NOTICE_RECOVERY_STOPPED,
	    end_words(end));
}

cs_err
cs_recovery_end_in(
    struct cs_tx *tx, const struct cs_domain *d, cs_id member, enum cs_recovery_end reason)
{
	struct cs_recovery_case c;
	cs_err e = cs_recovery_find_open(tx, member, &c);

	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	return cs_recovery_close_in(tx, d, &c, reason, &cs_recovery_member, CS_STR_NONE);
}

/* --- the veto --- */

struct stop {
	struct cs_domain *d;
	const struct cs_member_session *who;
	cs_str token;
	struct cs_recovery_stopped done;
	struct cs_refusal why;
};

static cs_err
refuse(struct stop *s, enum cs_refusal_kind kind)
{
	s->why.kind = kind;
	return CS_OK;
}

static cs_err
stop_by_session(struct cs_tx *tx, void *ctx)
{
	struct stop *s = ctx;
	struct cs_recovery_case c;
	bool is_current;
	cs_err e;

	s->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	CS_TRY(cs_recovery_is_current(tx, s->who, &is_current));
	if (!is_current)
		return refuse(s, CS_REFUSAL_SIGNED_OUT);
	if (s->who->stage != CS_MEMBER_DONE)
		return refuse(s, CS_REFUSAL_NOT_ALLOWED);
	e = cs_recovery_find_open(tx, s->who->member, &c);
	if (cs_is(e, CS_E_NOT_FOUND))
		return refuse(s, CS_REFUSAL_ENDED);
	CS_TRY(e);
	if (cs_id_equal(c.session, s->who->id))
		return refuse(s, CS_REFUSAL_NOT_ALLOWED);
	return cs_recovery_close_in(
	    tx, s->d, &c, CS_RECOVERY_STOPPED, &cs_recovery_member, CS_STR_NONE);
}

cs_err
cs_recovery_stop(struct cs_domain *d, const struct cs_op *op, const struct cs_member_session *who,
    struct cs_refusal *why)
{
	struct stop s = { .d = d, .who = who };

	CS_TRY(cs_store_write(d->store, op, stop_by_session, &s));
	*why = s.why;
	return CS_OK;
}

static cs_err
stop_by_token(struct cs_tx *tx, void *ctx)
{
	struct stop *s = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_recovery_case c;
	struct cs_notice notice;
	struct cs_member member;
	cs_err e;

	s->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	e = cs_notice_take(tx, s->token, CS_NOTICE_STOP_RECOVERY, &notice);
	if (!cs_failed(e))
		e = cs_recovery_find(tx, notice.object, &c);
	if (cs_is(e, CS_E_NOT_FOUND) || (!cs_failed(e) && c.state == CS_RECOVERY_ENDED))
		return refuse(s, CS_REFUSAL_ENDED);
	CS_TRY(e);
	CS_TRY(cs_member_find(tx, c.member, &member));
	s->done = (struct cs_recovery_stopped){
		.email_hint = cs_recovery_email_hint(op->arena, member.email),
		.begun = c.begun,
		.at = op->now,
	};
	return cs_recovery_close_in(
	    tx, s->d, &c, CS_RECOVERY_STOPPED, &cs_recovery_member, CS_STR_NONE);
}

cs_err
cs_recovery_stop_by_token(struct cs_domain *d, const struct cs_op *op, cs_str token,
    struct cs_recovery_stopped *out, struct cs_refusal *why)
{
	struct stop *s = CS_NEW(op->arena, struct stop);

	*out = (struct cs_recovery_stopped){ .begun = { 0 } };
	*s = (struct stop){ .d = d, .token = token };
	CS_TRY(cs_store_write(d->store, op, stop_by_token, s));
	*why = s->why;
	if (why->kind == CS_REFUSAL_NONE)
		*out = s->done;
	return CS_OK;
}

/* --- the good end --- */

cs_err
cs_recovery_finished_in(struct cs_tx *tx, struct cs_domain *d,
    const struct cs_member_session *session, cs_id authenticator)
{
	struct cs_recovery_case c;
	cs_err e = cs_recovery_find(tx, session->recovery, &c);

	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_FAIL(CONFLICT);
	CS_TRY(e);
	/* Stopped meanwhile, begun anew, or opened again by another session. */
	if (c.state != CS_RECOVERY_OPENED || !cs_id_equal(c.member, session->member) ||
	    !cs_id_equal(c.session, session->id) || cs_id_is_zero(authenticator))
		return CS_FAIL(CONFLICT);
	CS_TRY(cs_recovery_close_in(
	    tx, d, &c, CS_RECOVERY_FINISHED, &cs_recovery_member, CS_STR_NONE));
	CS_TRY(cs_two_factor_remove_in(tx, d, c.member, authenticator));
	return cs_member_session_end_all(tx, c.member, session->id);
}
