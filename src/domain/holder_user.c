/*
 * holder_user.c - users of an account's applications, as those who hold authenticators.
 */
#include "crypto/equal.h"
#include "domain/backup_codes.h"
#include "domain/enrol.h"
#include "domain/holder.h"
#include "domain/manage.h"
#include "domain/session.h"
#include "domain/signin.h"
#include "store/manage_store.h"
#include "store/notice_store.h"
#include "store/session_store.h"
#include "store/user_store.h"

static cs_err
find(struct cs_tx *tx, cs_id account, cs_id subject, struct cs_person *out)
{
	cs_str *addresses = CS_NEW_ARRAY(cs_tx_op(tx)->arena, cs_str, 1);
	struct cs_user user;

	*out = (struct cs_person){ .address_count = 0 };
	CS_TRY(cs_user_find(tx, account, subject, &user));
	addresses[0] = user.email;
	*out = (struct cs_person){
		.account = account,
		.id = user.id,
		.email = user.email,
		.name = user.name,
		.is_active = user.status == CS_USER_ACTIVE,
		.frozen = user.frozen,
		.addresses = addresses,
		.address_count = user.email.len > 0 ? 1 : 0,
	};
	return CS_OK;
}

static cs_err
is_current(struct cs_tx *tx, const struct cs_holder *h, bool *out)
{
	struct cs_global_session now;
	cs_err e = cs_global_session_find(tx, h->account, h->session, cs_tx_op(tx)->now, &now);

	*out = !cs_failed(e) && cs_equal(now.token_hash, h->token_hash, CS_TOKEN_HASH_LEN);
	return cs_is(e, CS_E_NOT_FOUND) ? CS_OK : e;
}

static cs_err
set_token(struct cs_tx *tx, const struct cs_holder *h, const uint8_t to[static CS_TOKEN_HASH_LEN])
{
	return cs_global_session_set_token(tx, h->account, h->session, h->token_hash, to);
}

/* The window counts for those alone who have something to prove with. */
static cs_err
check_window(struct cs_tx *tx, const struct cs_holder *h, enum cs_act act, struct cs_refusal *why)
{
	struct cs_manage_window window;
	bool is_open;

	CS_TRY(cs_manage_find_window(tx, h, CS_MANAGE_CHANGE, &window, &is_open));
	/* Who has just enrolled one makes the codes that go with it. */
	if (!is_open && act == CS_ACT_CODES)
		CS_TRY(cs_manage_find_window(tx, h, CS_MANAGE_NAME, &window, &is_open));
	why->kind = is_open ? CS_REFUSAL_NONE : CS_REFUSAL_PROVE_FIRST;
	return CS_OK;
}

static cs_err
check(struct cs_tx *tx, const struct cs_holder *h, const struct cs_person *person, size_t count,
    enum cs_act act, struct cs_refusal *why)
{
	(void)person;
	if (count > 0)
		return check_window(tx, h, act, why);
	why->kind = cs_tx_op(tx)->now.ms - h->signed_in.ms > CS_FIRST_ENROL_MS
			? CS_REFUSAL_SIGN_IN_AGAIN
			: CS_REFUSAL_NONE;
	return CS_OK;
}

static cs_err
check_challenge(struct cs_tx *tx, const struct cs_holder *h, const struct cs_person *person,
    struct cs_refusal *why)
{
	(void)tx;
	(void)h;
	(void)person;
	why->kind = CS_REFUSAL_NONE;
	return CS_OK;
}

/* What it closes is foreseen (removal.h), and is their own to close. */
static cs_err
check_last(struct cs_tx *tx, const struct cs_holder *h, bool is_confirmed, struct cs_refusal *why)
{
	(void)tx;
	(void)h;
	(void)is_confirmed;
	why->kind = CS_REFUSAL_NONE;
	return CS_OK;
}

static cs_err
end_sessions(struct cs_tx *tx, cs_id account, cs_id subject)
{
	CS_ASSERT(cs_id_equal(account, cs_tx_op(tx)->account));
	return cs_session_end_user_in(tx, subject);
}

static cs_err
freeze(struct cs_tx *tx, const struct cs_person *person)
{
	return cs_user_freeze(tx, person->account, person->id, cs_tx_op(tx)->now);
}

static cs_err
unfreeze(struct cs_tx *tx, const struct cs_person *person)
{
	return cs_user_unfreeze(tx, person->account, person->id);
}

/* The account's owners and administrators. */
static cs_err
overseers(struct cs_tx *tx, cs_id account, cs_id subject, const cs_str **out, size_t *out_count)
{
	const struct cs_member *members;
	cs_str *list;

	(void)subject;
	CS_TRY(cs_notice_administrators(tx, account, &members, out_count));
	list = CS_NEW_ARRAY(cs_tx_op(tx)->arena, cs_str, *out_count + 1);
	for (size_t i = 0; i < *out_count; i++)
		list[i] = members[i].email;
	*out = list;
	return CS_OK;
}

static cs_err
changed(struct cs_tx *tx, const struct cs_domain *d, cs_id account, cs_id subject)
{
	(void)d;
	return cs_backup_codes_settle_in(tx, account, subject);
}

static void
drop(struct cs_domain *d, cs_id account, cs_id subject)
{
	cs_gate_drop_user(d->gate, account, subject);
}

static cs_err
asks(const struct cs_signin *s, struct cs_asks *out)
{
	struct cs_signin_state state;
	bool is_for_application;

	CS_TRY(cs_signin_state(s, &state));
	is_for_application = s->app != NULL && state.mfa.is_required;
	*out = (struct cs_asks){
		.is_asked = state.step == CS_STEP_CHALLENGE,
		.methods = state.mfa.methods,
		.duration_ms = state.mfa.duration_ms,
		.is_own = is_for_application && state.mfa.duration_ms == 0,
		.enrol_methods =
		    is_for_application ? state.mfa.methods : cs_enrol_methods(s->config),
		.list = state.standing.authenticators,
		.count = state.standing.authenticator_count,
	};
	return CS_OK;
}

const struct cs_holder_kind cs_holder_user = {
	.name = "user",
	.keeps_proofs = true,
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
