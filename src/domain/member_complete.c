#include "domain/audit.h"
#include "domain/enforcement.h"
#include "domain/manage.h"
#include "domain/member_session.h"
#include "domain/member_whole.h"
#include "domain/network.h"
#include "domain/notice.h"
#include "domain/recovery.h"
#include "domain/session.h"
#include "store/device_store.h"
#include "store/manage_store.h"

#include <stdatomic.h>

cs_err
cs_member_demands_in(struct cs_tx *tx, cs_id member, const struct cs_member_session *session,
    struct cs_enforcement *out)
{
	struct cs_invitation invitation;

	if (cs_id_is_zero(session->invitation))
		return cs_enforcement_find(tx, member, out);
	CS_TRY(
	    cs_invitation_by_id(tx, session->invitation_account, session->invitation, &invitation));
	return cs_enforcement_find_joining(tx, member, invitation.account, invitation.role, out);
}

/* --- everything that a complete sign-in means --- */

/* Somebody's very first sign-in is from a new browser, and is no news. */
static cs_err
know_browser(struct cs_tx *tx, const struct cs_domain *d, const struct cs_member *member,
    const struct cs_member_session *session)
{
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_known_device device = {
		.account = cs_id_zero,
		.subject = member->id,
		.device = session->device,
		.first_seen = op->now,
		.last_seen = op->now,
		.network = cs_network_of(op->arena, &op->peer),
		.user_agent = op->user_agent,
	};
	bool is_known;

	CS_TRY(cs_device_is_known(tx, cs_id_zero, member->id, session->device, &is_known));
	CS_TRY(cs_device_note(tx, &device));
	if (is_known || member->last_sign_in.ms == 0)
		return CS_OK;
	return cs_notice_tell(tx, d,
	    &(struct cs_notice_about){ .kind = CS_NOTICE_NEW_BROWSER, .subject = member->id });
}

/*
 * What somebody was invited to, now that they have what the account asks of its members. An invitation
 * that was withdrawn meanwhile lets them in to nothing.
 */
static cs_err
accept_invitation(struct cs_tx *tx, struct cs_domain *d, const struct cs_member *member,
    const struct cs_member_session *session)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_invitation invitation;
	cs_err e;

	if (cs_id_is_zero(session->invitation))
		return CS_OK;
	CS_TRY(
	    cs_invitation_by_id(tx, session->invitation_account, session->invitation, &invitation));
	e = cs_invitation_close(tx, &invitation, op->now);
	if (cs_is(e, CS_E_CONFLICT))
		return CS_OK;
	CS_TRY(e);
	CS_TRY(cs_membership_add(tx, invitation.account, member->id, invitation.role, op->now));
	return cs_audit_of(tx, d, invitation.account, CS_AUDIT_MEMBER_JOINED, member->id,
	    invitation.id, cs_audit_fact(op->arena, "email", invitation.email));
}

cs_err
cs_member_whole_in(struct cs_tx *tx, struct cs_domain *d, const struct cs_member *member,
    const struct cs_member_session *session)
{
	CS_TRY(know_browser(tx, d, member, session));
	CS_TRY(accept_invitation(tx, d, member, session));
	CS_TRY(cs_member_set_last_sign_in(tx, member->id, cs_tx_op(tx)->now));
	CS_TRY(cs_recovery_end_in(tx, d, member->id, CS_RECOVERY_SIGNED_IN));
	return cs_audit(tx, d, CS_AUDIT_MEMBER_SIGNED_IN, member->id, member->id, CS_STR(""));
}

/* --- the first authenticator was confirmed --- */

/* by: the authenticator that opens it; none for the password. */
static cs_err
open_window(struct cs_tx *tx, struct cs_domain *d, const struct cs_member_session *session,
    enum cs_manage_purpose purpose, cs_id by)
{
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_manage_window window = {
		.account = cs_id_zero,
		.id = cs_id_new(d->rng),
		.session = session->id,
		.device = session->device,
		.subject = session->member,
		.authenticator = by,
		.purpose = purpose,
		.opened = op->now,
		.expires = cs_time_add(op->now, CS_MANAGE_LIFE_MS),
	};

	return cs_manage_window_set(tx, &window);
}

static cs_err
finish_enrolment(struct cs_tx *tx, struct cs_domain *d, const struct cs_member_session *session,
    cs_id authenticator)
{
	if (!cs_id_is_zero(session->recovery))
		CS_TRY(cs_recovery_finished_in(tx, d, session, authenticator));
	/* The password was given within fifteen minutes; backup codes come next. */
	return open_window(tx, d, session, CS_MANAGE_PASSWORD, cs_id_zero);
}

cs_err
cs_member_new_phone_in(
    struct cs_tx *tx, struct cs_domain *d, const struct cs_member_session *session, cs_id codes)
{
	CS_TRY(open_window(tx, d, session, CS_MANAGE_PASSWORD, cs_id_zero));
	CS_TRY(open_window(tx, d, session, CS_MANAGE_CHANGE, codes));
	return cs_audit(
	    tx, d, CS_AUDIT_DEVICES_UNLOCKED, session->member, session->member, CS_STR_NONE);
}

/* --- the sequel --- */

static cs_err
remember_browser(struct cs_tx *tx, struct cs_domain *d, const struct cs_member_session *session)
{
	const struct cs_op *op = cs_tx_op(tx);
	int64_t life_ms = atomic_load(&d->remember_browser_ms);
	struct cs_enforcement demands;

	CS_TRY(cs_member_demands_in(tx, session->member, session, &demands));
	if (life_ms == 0 || demands.refuses_remembered)
		return CS_OK;
	const struct cs_remembered row = {
		.id = cs_id_new(d->rng),
		.member = session->member,
		.device = session->device,
		.user_agent = op->user_agent,
		.address = cs_addr_text(op->arena, &op->peer),
		.created = op->now,
		.last_used = op->now,
		.expires = cs_time_add(op->now, life_ms),
	};
	CS_TRY(cs_remembered_set(tx, &row));
	return cs_audit(tx, d, CS_AUDIT_MEMBER_REMEMBERED, row.member, row.member, CS_STR(""));
}

void
cs_member_complete_begin(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, bool wants_remember, struct cs_member_completion *out)
{
	*out = (struct cs_member_completion){ .who = who, .wants_remember = wants_remember };
	cs_session_token_make(d, op, &out->token, out->token_hash);
}

cs_err
cs_member_complete_in(struct cs_tx *tx, struct cs_domain *d, const struct cs_member_completion *c,
    cs_id authenticator, unsigned method)
{
	const struct cs_member_session *from = &c->who->session;
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_member_session to = *from;
	struct cs_member member;

	CS_TRY(cs_member_find(tx, from->member, &member));
	if (member.status != CS_MEMBER_ACTIVE || from->stage == CS_MEMBER_DONE)
		return CS_FAIL(CONFLICT);
	to.stage = CS_MEMBER_DONE;
	to.method = method;
	to.recovery = cs_id_zero;
	to.expires = cs_time_add(op->now, CS_MEMBER_SESSION_LIFE_MS);
	memcpy(to.token_hash, c->token_hash, sizeof(to.token_hash));
	if (from->stage == CS_MEMBER_ENROL)
		CS_TRY(finish_enrolment(tx, d, from, authenticator));
	CS_TRY(cs_member_session_move(tx, from, &to, op->now));
	if (from->stage == CS_MEMBER_CHALLENGE && c->wants_remember)
		CS_TRY(remember_browser(tx, d, &to));
	return cs_member_whole_in(tx, d, &member, &to);
}

void
cs_member_complete_end(const struct cs_member_completion *c, struct cs_member_step *out)
{
	*out = (struct cs_member_step){ .token = c->token, .life_ms = CS_MEMBER_SESSION_LIFE_MS };
}

cs_err
cs_member_move_in(struct cs_tx *tx, const struct cs_member_session *from,
    enum cs_member_stage stage, cs_id recovery, const uint8_t token_hash[static CS_SHA256_LEN])
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_member_session to = *from;

	CS_ASSERT(from->stage != CS_MEMBER_DONE && stage != CS_MEMBER_DONE);
	to.stage = stage;
	to.recovery = recovery;
	to.expires = cs_time_add(op->now, CS_MEMBER_HALF_LIFE_MS);
	memcpy(to.token_hash, token_hash, CS_SHA256_LEN);
	return cs_member_session_move(tx, from, &to, op->now);
}
