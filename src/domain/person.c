#include "domain/person.h"

#include "notify/mail.h"
#include "store/identity_store.h"
#include "store/user_store.h"

static cs_str
lower(struct cs_arena *a, cs_str s, size_t from)
{
	char *copy = cs_arena_c(a, s);

	for (size_t i = from; i < s.len; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] - 'A' + 'a');
	return (cs_str){ copy, s.len };
}

static size_t
domain_start(cs_str email)
{
	size_t at = email.len;

	while (at > 0 && email.p[at - 1] != '@')
		at--;
	return at;
}

cs_err
cs_email_decode(struct cs_arena *a, cs_str typed, cs_str *out)
{
	cs_str email = cs_str_trim(typed);

	*out = CS_STR_NONE;
	if (email.len > CS_EMAIL_MAX || !cs_mail_address_is_valid(email))
		return CS_FAIL(INVALID);
	*out = lower(a, email, domain_start(email));
	return CS_OK;
}

cs_str
cs_email_key(struct cs_arena *a, cs_str email)
{
	return lower(a, email, 0);
}

bool
cs_provider_vouches(const struct cs_identity_provider *p, cs_str email)
{
	cs_str domain = cs_str_slice(email, domain_start(email), email.len);

	for (size_t i = 0; i < p->authoritative_domain_count; i++)
		if (cs_str_equal_nocase(p->authoritative_domains[i], domain))
			return true;
	return false;
}

/* True when somebody has proved this address, or nobody has: *owner zero. */
static cs_err
find_owner(struct cs_tx *tx, cs_str key, struct cs_user *owner)
{
	cs_err e = cs_user_find_proved(tx, cs_tx_op(tx)->account, key, owner);

	if (!cs_is(e, CS_E_NOT_FOUND))
		return e;
	*owner = (struct cs_user){ .id = cs_id_zero };
	return CS_OK;
}

/*
 * A known identity whose address is now proved, or has changed to a proved one. An address that
 * another user proved stays with that user.
 */
static cs_err
refresh_email(struct cs_tx *tx, const struct cs_claimed *c, struct cs_user *user)
{
	struct cs_arena *arena = cs_tx_op(tx)->arena;
	cs_str key = cs_email_key(arena, c->email);
	struct cs_user owner;

	if (!c->email_is_proved)
		return CS_OK;
	CS_TRY(find_owner(tx, key, &owner));
	if (!cs_id_is_zero(owner.id))
		return CS_OK;
	CS_TRY(cs_user_set_email(tx, user->account, user->id, c->email, key, true));
	user->email = c->email;
	return CS_OK;
}

static cs_err
add_identity(struct cs_tx *tx, const struct cs_claimed *c, cs_id user)
{
	const struct cs_op *op = cs_tx_op(tx);
	const struct cs_user_identity identity = {
		.account = op->account, .provider = c->provider, .sub = c->sub, .user = user
	};

	return cs_user_identity_add(tx, &identity, op->now);
}

static cs_err
add_user(
    struct cs_tx *tx, const struct cs_domain *d, const struct cs_claimed *c, struct cs_user *out)
{
	const struct cs_op *op = cs_tx_op(tx);

	*out = (struct cs_user){
		.account = op->account,
		.id = cs_id_new(d->rng),
		.email = c->email,
		.name = c->name,
		.status = CS_USER_ACTIVE,
		.created = op->now,
	};
	CS_TRY(cs_user_add(tx, out, cs_email_key(op->arena, c->email), c->email_is_proved));
	return add_identity(tx, c, out->id);
}

cs_err
cs_person_resolve(
    struct cs_tx *tx, const struct cs_domain *d, const struct cs_claimed *c, struct cs_user *out)
{
	const struct cs_op *op = cs_tx_op(tx);
	cs_id known;
	cs_err e = cs_user_identity_find(tx, op->account, c->provider, c->sub, &known);

	*out = (struct cs_user){ .status = CS_USER_DISABLED };
	if (!cs_failed(e)) {
		CS_TRY(cs_user_find(tx, op->account, known, out));
		return refresh_email(tx, c, out);
	}
	if (!cs_is(e, CS_E_NOT_FOUND))
		return e;
	if (c->email_is_proved) {
		CS_TRY(find_owner(tx, cs_email_key(op->arena, c->email), out));
		if (!cs_id_is_zero(out->id))
			return add_identity(tx, c, out->id);
	}
	return add_user(tx, d, c, out);
}
