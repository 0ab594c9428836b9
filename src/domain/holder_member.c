/*
 * holder_member.c - members, who run accounts, as those who hold authenticators.
 */
#include "crypto/equal.h"
#include "domain/enforcement.h"
#include "domain/holder.h"
#include "domain/manage.h"
#include "domain/member_session.h"
#include "domain/signin.h"
#include "domain/two_factor.h"
#include "factor/factor.h"
#include "store/authenticator_store.h"
#include "store/member_link_store.h"
#include "store/member_session_store.h"
#include "store/member_store.h"
#include "store/notice_store.h"

/* --- who they are --- */

static bool
is_among(const cs_str *list, size_t count, cs_str email)
{
	for (size_t i = 0; i < count; i++)
		if (cs_str_equal(list[i], email))
			return true;
	return false;
}

/* Their own, others that they proved, and one that they had until lately. */
static cs_err
find_addresses(struct cs_tx *tx, struct cs_person *out)
{
	const struct cs_member_contact *contacts;
	cs_str *list;
	size_t count;

	CS_TRY(cs_member_contact_list(tx, out->id, cs_tx_op(tx)->now, &contacts, &count));
	list = CS_NEW_ARRAY(cs_tx_op(tx)->arena, cs_str, count + 1);
	list[0] = out->email;
	out->address_count = 1;
	for (size_t i = 0; i < count; i++) {
		const struct cs_member_contact *c = &contacts[i];

		if ((c->verified.ms != 0 || c->until.ms != 0) &&
		    !is_among(list, out->address_count, c->email))
			list[out->address_count++] = c->email;
	}
	out->addresses = list;
	return CS_OK;
}

static cs_err
find(struct cs_tx *tx, cs_id account, cs_id subject, struct cs_person *out)
{
	struct cs_member member;

	CS_ASSERT(cs_id_is_zero(account));
	*out = (struct cs_person){ .address_count = 0 };
	CS_TRY(cs_member_find(tx, subject, &member));
	*out = (struct cs_person){
		.account = account,
		.id = member.id,
		.email = member.email,
		.name = member.name,
		.is_active = member.status == CS_MEMBER_ACTIVE,
		.frozen = member.frozen,
		.email_verified = member.email_verified,
		.is_sso = !cs_id_is_zero(member.sso_account),
		.two_factor = member.two_factor_since,
	};
	return find_addresses(tx, out);
}

/* --- their session --- */

static cs_err
is_current(struct cs_tx *tx, const struct cs_holder *h, bool *out)
{
	struct cs_member_session now;
	enum cs_member_status status;
	cs_err e = cs_member_session_find(tx, h->token_hash, &now, &status);

	*out = !cs_failed(e) && cs_id_equal(now.id, h->session) && now.stage == h->stage &&
	       now.expires.ms > cs_tx_op(tx)->now.ms;
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

static cs_err
set_token(struct cs_tx *tx, const struct cs_holder *h, const uint8_t to[static CS_TOKEN_HASH_LEN])
{
	return cs_member_session_set_token(tx, h->session, h->token_hash, to);
}

/* --- what a change needs --- */

/* At stage ENROL the password was just given: it is what the session began with. */
static cs_err
check_password(struct cs_tx *tx, const struct cs_holder *h, struct cs_refusal *why)
{
	if (h->stage != CS_MEMBER_ENROL)
		return cs_manage_check_window(tx, h, CS_MANAGE_PASSWORD, why);
	why->kind = cs_tx_op(tx)->now.ms - h->signed_in.ms > CS_MEMBER_HALF_LIFE_MS
			? CS_REFUSAL_SIGN_IN_AGAIN
			: CS_REFUSAL_NONE;
	return CS_OK;
}

/*
 * Half a sign-in opens its own step and nothing else. No backup codes: what is there before the first
 * one is confirmed is what a recovery is about to take away, and codes would outlive its veto.
 */
static bool
is_too_early(const struct cs_holder *h, enum cs_act act)
{
	if (h->stage == CS_MEMBER_ENROL)
		return act != CS_ACT_ADD && act != CS_ACT_SEE;
	return h->stage != CS_MEMBER_DONE;
}

static cs_err
check(struct cs_tx *tx, const struct cs_holder *h, const struct cs_person *person, size_t count,
    enum cs_act act, struct cs_refusal *why)
{
	(void)count;
	why->kind = CS_REFUSAL_NONE;
	if (is_too_early(h, act))
		why->kind = CS_REFUSAL_NOT_ALLOWED;
	else if (person->is_sso)
		why->kind = CS_REFUSAL_SSO;
	else if ((act == CS_ACT_ADD || act == CS_ACT_SEE) && person->email_verified.ms == 0)
		why->kind = CS_REFUSAL_VERIFY_EMAIL_FIRST;
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	switch (act) {
	case CS_ACT_SEE:
		return h->stage == CS_MEMBER_ENROL ? check_password(tx, h, why) : CS_OK;
	case CS_ACT_ADD:
	case CS_ACT_CODES:
	case CS_ACT_RENAME:
		return check_password(tx, h, why);
	case CS_ACT_REMOVE:
	case CS_ACT_REPLACE:
		break;
	}
	return cs_manage_check_window(tx, h, CS_MANAGE_CHANGE, why);
}

/* The password comes first: the change window is proof of both. */
static cs_err
check_challenge(struct cs_tx *tx, const struct cs_holder *h, const struct cs_person *person,
    struct cs_refusal *why)
{
	why->kind = CS_REFUSAL_NOT_ALLOWED;
	if (h->stage != CS_MEMBER_DONE)
		return CS_OK;
	why->kind = CS_REFUSAL_SSO;
	return person->is_sso ? CS_OK : cs_manage_check_window(tx, h, CS_MANAGE_PASSWORD, why);
}

static cs_err
check_last(struct cs_tx *tx, const struct cs_holder *h, bool is_confirmed, struct cs_refusal *why)
{
	struct cs_enforcement enforcement;

	CS_TRY(cs_enforcement_find(tx, h->subject, &enforcement));
	why->kind = CS_REFUSAL_NONE;
	if (enforcement.is_enforced && !(is_confirmed && enforcement.is_owner_of_all))
		why->kind = CS_REFUSAL_ENFORCED;
	return CS_OK;
}

/* --- what becomes of them --- */

static cs_err
end_sessions(struct cs_tx *tx, cs_id account, cs_id subject)
{
	(void)account;
	return cs_member_end_sessions_in(tx, subject, cs_id_zero);
}

static cs_err
freeze(struct cs_tx *tx, const struct cs_person *person)
{
	/* Not only while it lasts: a link that was mailed before must not work when it is lifted. */
	CS_TRY(cs_member_link_void(tx, person->id, CS_LINK_CHANGE_EMAIL));
	return person->frozen.ms != 0 ? CS_OK
				      : cs_member_set_frozen(tx, person->id, cs_tx_op(tx)->now);
}

static cs_err
unfreeze(struct cs_tx *tx, const struct cs_person *person)
{
	return cs_member_set_frozen(tx, person->id, (cs_time){ 0 });
}

/* Other owners of the accounts that they belong to. */
static cs_err
overseers(struct cs_tx *tx, cs_id account, cs_id subject, const cs_str **out, size_t *out_count)
{
	(void)account;
	return cs_notice_fellow_owners(tx, subject, out, out_count);
}

static cs_err
changed(struct cs_tx *tx, const struct cs_domain *d, cs_id account, cs_id subject)
{
	(void)account;
	return cs_two_factor_changed_in(tx, d, subject);
}

/* Members pass no gate. */
static void
drop(struct cs_domain *d, cs_id account, cs_id subject)
{
	(void)d;
	(void)account;
	(void)subject;
}

struct list_ctx {
	cs_id member;
	struct cs_asks *out;
};

static cs_err
list(struct cs_tx *tx, void *ctx)
{
	struct list_ctx *c = ctx;

	return cs_authenticator_list(tx, cs_id_zero, c->member, &c->out->list, &c->out->count);
}

/* Everything that they have answers, and anything can be enrolled: no organisation of users is asked. */
static cs_err
asks(const struct cs_signin *s, struct cs_asks *out)
{
	struct list_ctx c = { s->holder->subject, out };

	*out = (struct cs_asks){
		.is_asked = s->holder->stage == CS_MEMBER_CHALLENGE,
		.methods = cs_factors_methods(),
		.enrol_methods = cs_factors_methods(),
	};
	return cs_store_read(s->d->store, s->op, list, &c);
}

const struct cs_holder_kind cs_holder_member = {
	.name = "member",
	.sees_before_proof = true,
	.find = find,
	.is_current = is_current,
	.set_token = set_token,
	.check = check,
	.check_challenge = check_challenge,
	.check_last = check_last,
	.end_sessions = end_sessions,
	.freeze = freeze,
	.unfreeze = unfreeze,
	.overseers = overseers,
	.changed = changed,
	.drop = drop,
	.asks = asks,
};
