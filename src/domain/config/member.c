#include "domain/config/member.h"

#include "domain/audit.h"
#include "domain/config/bearer.h"
#include "domain/member_profile.h"
#include "domain/session.h"
#include "store/member_store.h"

/* --- who a cookie is --- */

struct lookup {
	uint8_t hash[CS_SHA256_LEN];
	cs_id account;
	struct cs_member_session session;
	enum cs_member_status status;
	enum cs_role role;
	struct cs_refusal unproved;
};

static cs_err
find_session(struct cs_tx *tx, void *ctx)
{
	struct lookup *l = ctx;
	return cs_member_session_find(tx, l->hash, &l->session, &l->status);
}

static cs_err
find_self(struct cs_tx *tx, void *ctx)
{
	struct lookup *l = ctx;
	CS_TRY(find_session(tx, l));
	const struct cs_member_seen who = { .member = { .id = l->session.member },
		.session = l->session };
	return cs_member_check_proved(tx, &who, false, &l->unproved);
}

static cs_err
find(struct cs_tx *tx, void *ctx)
{
	struct lookup *l = ctx;
	CS_TRY(find_self(tx, l));
	return cs_membership_find(tx, l->account, l->session.member, &l->role);
}

static cs_err
look_up(struct cs_domain *d, const struct cs_op *op, const struct cs_member_browser *browser,
    cs_tx_fn *step, struct lookup *l, enum cs_verdict *out)
{
	*out = CS_DENIED;
	if (cs_failed(cs_session_token_hash(browser->session, l->hash)))
		return CS_OK;
	cs_err e = cs_store_read(d->store, op, step, l);
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	if (l->status == CS_MEMBER_ACTIVE && l->session.stage == CS_MEMBER_DONE &&
	    cs_member_session_is_of(&l->session, browser, op->now))
		*out = CS_GRANTED;
	return CS_OK;
}

cs_err
cs_member_authorize(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_browser *browser, cs_id account, struct cs_grant *grant,
    enum cs_verdict *out)
{
	*grant = (struct cs_grant){ 0 };
	struct lookup l = { .account = account };
	CS_TRY(look_up(d, op, browser, find, &l, out));
	if (*out == CS_GRANTED)
		*grant = (struct cs_grant){
			.account = account,
			.member = l.session.member,
			.permissions = cs_role_permissions(l.role),
			.is_proved = l.unproved.kind == CS_REFUSAL_NONE,
		};
	return CS_OK;
}

cs_err
cs_member_authorize_self(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_browser *browser, struct cs_grant *grant, enum cs_verdict *out)
{
	*grant = (struct cs_grant){ 0 };
	struct lookup l = { .account = cs_id_zero };
	CS_TRY(look_up(d, op, browser, find_self, &l, out));
	if (*out == CS_GRANTED)
		*grant = (struct cs_grant){
			.member = l.session.member,
			.permissions = CS_MAY_OWN,
			.is_proved = l.unproved.kind == CS_REFUSAL_NONE,
		};
	return CS_OK;
}

/* --- inviting --- */

cs_err
cs_member_for(struct cs_tx *tx, const struct cs_domain *d, cs_str email, cs_id *out)
{
	struct cs_member member;
	cs_err e = cs_member_by_email(tx, email, &member);
	*out = member.id;
	if (!cs_is(e, CS_E_NOT_FOUND))
		return e;
	member = (struct cs_member){
		.id = cs_id_new(d->rng),
		.email = email,
		.created = cs_tx_op(tx)->now,
	};
	*out = member.id;
	return cs_member_add(tx, &member);
}

cs_err
cs_invitation_create(struct cs_tx *tx, const struct cs_domain *d, cs_id account, cs_str email,
    enum cs_role role, cs_id invited_by, cs_str *text)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_invitation invitation = {
		.account = account,
		.id = cs_id_new(d->rng),
		.email = email,
		.role = role,
		.invited_by = invited_by,
		.created = op->now,
		.expires = cs_time_add(op->now, CS_INVITATION_LIFE_MS),
	};
	cs_bearer_make(d->rng, op->arena, CS_INVITATION_PREFIX, text, invitation.token_hash);
	CS_TRY(cs_invitation_add(tx, &invitation));
	return cs_audit(tx, d, CS_AUDIT_MEMBER_INVITED, invited_by, invitation.id,
	    cs_audit_fact(op->arena, "email", email));
}
