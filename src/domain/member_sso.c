#include "domain/member_sso.h"

#include "domain/audit.h"
#include "domain/notice.h"
#include "domain/person.h"
#include "domain/provider_trip.h"
#include "domain/session.h"
#include "store/membership_store.h"

/* Of the account's configuration, while held is. NULL: none that vouches. */
static const struct cs_identity_provider *
find_provider(const struct cs_snapshot *held, cs_id id)
{
	const struct cs_access_config *config = cs_snapshot_config(held);

	for (size_t i = 0; i < config->provider_count; i++) {
		const struct cs_identity_provider *p = &config->providers[i];

		if (cs_id_equal(p->id, id))
			return p->type == CS_IDP_OIDC && p->vouches_for_members ? p : NULL;
	}
	return NULL;
}

/* --- there --- */

struct lookup {
	cs_str key;
	struct cs_member member;
};

static cs_err
find(struct cs_tx *tx, void *ctx)
{
	struct lookup *l = ctx;
	cs_err e = cs_member_by_email(tx, l->key, &l->member);

	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

static bool
comes_by_provider(const struct cs_member *member)
{
	return member->status == CS_MEMBER_ACTIVE && !cs_id_is_zero(member->sso_account);
}

cs_err
cs_member_sso_begin(struct cs_signin *s, cs_str email, cs_str *out_url, struct cs_refusal *why)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	struct lookup l = { .key = cs_email_key(s->op->arena, cs_str_trim(email)) };
	const struct cs_identity_provider *p;
	struct cs_op at = *s->op;

	*out_url = CS_STR_NONE;
	*why = (struct cs_refusal){ .kind = CS_REFUSAL_NOT_SSO };
	CS_TRY(cs_store_read(s->d->store, s->op, find, &l));
	if (!comes_by_provider(&l.member) ||
	    cs_failed(cs_gate_acquire(s->d->gate, l.member.sso_account, &held)))
		return CS_OK;
	p = find_provider(held, l.member.sso_provider);
	if (p == NULL)
		return CS_OK;
	why->kind = CS_REFUSAL_NONE;
	at.account = l.member.sso_account;
	/* Whose provider it is, for the way back. */
	s->meta.text = cs_id_hex_text(s->op->arena, l.member.sso_account);
	return cs_provider_leave(s, &at, p, out_url, why);
}

/* --- back --- */

struct arrival {
	const struct cs_signin *s;
	cs_id account; /* whose provider it is */
	const struct cs_identity_provider *provider;
	struct cs_oidc_identity identity;
	struct cs_member member;
	struct cs_member_session session;
	bool is_known;
};

/* The first time: the address that they were invited by, if the provider has it proved. */
static cs_err
find_by_address(struct cs_tx *tx, struct arrival *a)
{
	struct cs_arena *arena = cs_tx_op(tx)->arena;
	cs_str email;
	cs_err e;

	a->is_known = false;
	if (cs_failed(cs_email_decode(arena, a->identity.email, &email)) ||
	    !(a->identity.email_is_verified || cs_provider_vouches(a->provider, email)))
		return CS_OK;
	e = cs_member_by_email(tx, cs_email_key(arena, email), &a->member);
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	if (!cs_id_equal(a->member.sso_account, a->account) ||
	    !cs_id_equal(a->member.sso_provider, a->provider->id) || a->member.sso_sub.len > 0)
		return CS_OK;
	a->is_known = true;
	CS_TRY(cs_member_set_sso_sub(tx, a->member.id, a->identity.sub));
	return cs_member_set_verified(tx, a->member.id, a->member.email, cs_tx_op(tx)->now);
}

static cs_err
find_member(struct cs_tx *tx, struct arrival *a)
{
	cs_err e = cs_member_by_sso(tx, a->account, a->provider->id, a->identity.sub, &a->member);

	a->is_known = !cs_failed(e);
	return cs_is(e, CS_E_NOT_FOUND) ? find_by_address(tx, a) : e;
}

static cs_err
find_invitation(struct cs_tx *tx, struct arrival *a)
{
	struct cs_invitation invitation;
	cs_err e = cs_invitation_open_for(tx, a->account, a->member.email, &invitation);

	a->session.invitation = cs_id_zero;
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	a->session.invitation_account = invitation.account;
	a->session.invitation = invitation.id;
	return CS_OK;
}

static cs_err
arrive(struct cs_tx *tx, void *ctx)
{
	struct arrival *a = ctx;

	CS_TRY(find_member(tx, a));
	a->is_known = a->is_known && a->member.status == CS_MEMBER_ACTIVE;
	if (!a->is_known)
		return cs_audit(
		    tx, a->s->d, CS_AUDIT_MEMBER_REFUSED, cs_id_zero, a->member.id, CS_STR(""));
	CS_TRY(find_invitation(tx, a));
	return cs_member_open_in(tx, a->s->d, &a->member, &a->session);
}

static cs_err
admit(struct arrival *a, struct cs_member_step *out, struct cs_refusal *why)
{
	const struct cs_op *op = a->s->op;
	struct cs_member_step step = { .life_ms = 0 };
	uint8_t hash[CS_TOKEN_HASH_LEN];
	cs_err e;

	a->session.id = cs_id_new(a->s->d->rng);
	a->session.device = a->s->device;
	cs_session_token_make(a->s->d, op, &step.token, a->session.token_hash);
	if (!a->s->has_device) {
		cs_session_token_make(a->s->d, op, &step.device_token, hash);
		a->session.device = cs_device_id(hash);
	}
	e = cs_store_write(a->s->d->store, op, arrive, a);
	if (cs_is(e, CS_E_CONFLICT) || (!cs_failed(e) && !a->is_known)) {
		why->kind = CS_REFUSAL_NOT_ALLOWED;
		return CS_OK;
	}
	CS_TRY(e);
	step.life_ms = cs_member_session_life(&a->session);
	*out = step;
	return CS_OK;
}

cs_err
cs_member_sso_finish(const struct cs_signin *s, cs_id provider, cs_str query,
    struct cs_member_step *out, struct cs_refusal *why)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	struct arrival *a = CS_NEW(s->op->arena, struct arrival);
	struct cs_provider_back back;
	struct cs_op at = *s->op;
	cs_err e;

	*out = (struct cs_member_step){ .life_ms = 0 };
	CS_TRY(cs_provider_return(s, provider, query, &back, why));
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	*a = (struct arrival){ .s = s };
	if (!cs_failed(cs_id_from_hex(back.flow->meta, &a->account)) &&
	    !cs_failed(cs_gate_acquire(s->d->gate, a->account, &held)))
		a->provider = find_provider(held, provider);
	if (a->provider == NULL) {
		why->kind = CS_REFUSAL_LINK_ENDED;
		return CS_OK;
	}
	at.account = a->account;
	e = cs_provider_ask(s, &at, a->provider, &back, &a->identity);
	return cs_failed(e) ? cs_provider_refuse(e, why) : admit(a, out, why);
}

/* --- who is vouched for --- */

struct assigning {
	struct cs_domain *d;
	cs_id account;
	cs_id actor;
	cs_id member;
	cs_id provider;
	enum cs_account_member_status status;
	struct cs_refusal why;
};

/* An account that invites somebody has no say about a login that there is, or that others invited. */
static cs_err
check_only_invited(struct cs_tx *tx, struct assigning *a)
{
	struct cs_invitation *open;
	struct cs_member member;
	size_t count;

	CS_TRY(cs_member_find(tx, a->member, &member));
	CS_TRY(cs_invitation_list_for(
	    tx, cs_email_key(cs_tx_op(tx)->arena, member.email), &open, &count));
	if (member.status != CS_MEMBER_INVITED && !cs_id_equal(member.sso_account, a->account))
		a->why.kind = CS_REFUSAL_ELSEWHERE;
	for (size_t i = 0; i < count; i++)
		if (!cs_id_equal(open[i].account, a->account))
			a->why.kind = CS_REFUSAL_ELSEWHERE;
	return CS_OK;
}

/* Nothing of another account's hangs on the login. */
static cs_err
check_elsewhere(struct cs_tx *tx, struct assigning *a)
{
	const struct cs_member_account *accounts;
	size_t count;

	CS_TRY(cs_membership_list(tx, a->member, &accounts, &count));
	for (size_t i = 0; i < count; i++)
		if (!cs_id_equal(accounts[i].id, a->account))
			a->why.kind = CS_REFUSAL_ELSEWHERE;
	return a->status == CS_ACCOUNT_MEMBER_ACCEPTED ? CS_OK : check_only_invited(tx, a);
}

static cs_err
check_assign(struct cs_tx *tx, struct assigning *a)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_account_member line;
	enum cs_role role;
	cs_err e;

	e = cs_membership_find(tx, a->account, a->actor, &role);
	if (!cs_is(e, CS_E_NOT_FOUND))
		CS_TRY(e);
	a->why = (struct cs_refusal){ .kind = CS_REFUSAL_NOT_ALLOWED };
	if (role != CS_ROLE_OWNER)
		return CS_OK;
	e = cs_account_member_find(tx, a->account, a->member, op->now, &line);
	a->why.kind = CS_REFUSAL_NOT_FOUND;
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	a->status = line.status;
	a->why.kind = CS_REFUSAL_NONE;
	return check_elsewhere(tx, a);
}

/* To a member; of somebody who is only invited nothing has changed yet. */
static cs_err
tell(struct cs_tx *tx, const struct assigning *a)
{
	bool is_off = cs_id_is_zero(a->provider);
	struct cs_notice_about about = {
		.kind = is_off ? CS_NOTICE_SSO_OFF : CS_NOTICE_SSO_ON,
		.subject = a->member,
	};
	struct cs_member actor;

	if (a->status != CS_ACCOUNT_MEMBER_ACCEPTED)
		return CS_OK;
	CS_TRY(cs_member_find(tx, a->actor, &actor));
	about.detail = actor.email;
	return cs_notice_tell(tx, a->d, &about);
}

static cs_err
assign(struct cs_tx *tx, void *ctx)
{
	struct assigning *a = ctx;
	bool is_off = cs_id_is_zero(a->provider);

	CS_TRY(check_assign(tx, a));
	if (a->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_member_set_sso(tx, a->member, is_off ? cs_id_zero : a->account, a->provider));
	CS_TRY(cs_member_end_sessions_in(tx, a->member, cs_id_zero));
	CS_TRY(tell(tx, a));
	return cs_audit(tx, a->d, is_off ? CS_AUDIT_MEMBER_SSO_OFF : CS_AUDIT_MEMBER_SSO_ON,
	    a->actor, a->member, CS_STR(""));
}

static bool
can_vouch(struct cs_domain *d, cs_id account, cs_id provider)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;

	return !cs_failed(cs_gate_acquire(d->gate, account, &held)) &&
	       find_provider(held, provider) != NULL;
}

cs_err
cs_member_sso_assign(struct cs_domain *d, const struct cs_op *op, cs_id actor, cs_id member,
    cs_id provider, struct cs_refusal *why)
{
	struct assigning a = { .d = d,
		.account = op->account,
		.actor = actor,
		.member = member,
		.provider = provider };

	*why = (struct cs_refusal){ .kind = CS_REFUSAL_NOT_YOURSELF };
	if (cs_id_equal(actor, member))
		return CS_OK;
	why->kind = CS_REFUSAL_NOT_SSO;
	if (!cs_id_is_zero(provider) && !can_vouch(d, op->account, provider))
		return CS_OK;
	CS_TRY(cs_store_write(d->store, op, assign, &a));
	*why = a.why;
	return CS_OK;
}
