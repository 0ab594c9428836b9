#include "domain/member_link.h"

#include "domain/config/bearer.h"
#include "domain/mailbox.h"
#include "domain/notice.h"
#include "domain/throttle.h"
#include "store/account_store.h"

struct letter {
	enum cs_member_link_purpose purpose;
	const char *page;
	const char *subject;
	const char *what; /* "Somebody … this page and press its button:" */
	const char *otherwise;
	int64_t life_ms;
};

static const struct letter letters[] = {
	[CS_LINK_VERIFY_EMAIL] = { CS_LINK_VERIFY_EMAIL, "verify-email", "Confirm your address",
	    "To confirm that this is your address for signing in", "", CS_LINK_VERIFY_MS },
	[CS_LINK_CHANGE_EMAIL] = { CS_LINK_CHANGE_EMAIL, "verify-email", "Confirm your new address",
	    "You, or somebody signed in as you, wants to sign in with this address from now on. "
	    "To\n"
	    "confirm it",
	    "", CS_LINK_VERIFY_MS },
	[CS_LINK_RESET_PASSWORD] = { CS_LINK_RESET_PASSWORD, "reset-password",
	    "Reset your password", "Somebody asked for a new password for this address. To set one",
	    "Two-factor authentication stays as it is: the link is no way around it.\n",
	    CS_LINK_RESET_MS },
	[CS_LINK_VERIFY_CONTACT] = { CS_LINK_VERIFY_CONTACT, "verify-email",
	    "Confirm that you want to be told",
	    "Somebody wants this address to be told what happens to their account. To agree", "",
	    CS_LINK_VERIFY_MS },
};

static cs_str
letter_text(const struct cs_op *op, const struct letter *l, cs_str origin, cs_str token)
{
	return cs_arena_printf(op->arena,
	    "%s,\nopen this page and press its button:\n"
	    "\n"
	    "%.*s/console/%s#%.*s\n"
	    "\n"
	    "The link works once, until %.*s.\n"
	    "%s"
	    "\n"
	    "If you did not ask for this, you need not do anything.\n",
	    l->what, CS_STR_ARG(origin), l->page, CS_STR_ARG(token),
	    CS_STR_ARG(cs_notice_when(op->arena, cs_time_add(op->now, l->life_ms))), l->otherwise);
}

cs_err
cs_member_link_send(struct cs_tx *tx, const struct cs_domain *d,
    enum cs_member_link_purpose purpose, cs_id member, cs_str email)
{
	const struct letter *l = &letters[purpose];
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_member_link link = {
		.id = cs_id_new(d->rng),
		.member = member,
		.purpose = purpose,
		.email = email,
		.created = op->now,
		.expires = cs_time_add(op->now, l->life_ms),
	};
	struct cs_account realm;
	cs_str token;

	CS_TRY(cs_account_find(tx, cs_id_zero, &realm));
	cs_bearer_make(d->rng, op->arena, CS_LINK_TOKEN_PREFIX, &token, link.token_hash);
	CS_TRY(cs_member_link_add(tx, &link));
	return cs_mailbox_post(
	    tx, d, email, cs_str_c(l->subject), letter_text(op, l, realm.auth_origin, token));
}

/*
 * What anybody may ask for has a budget of its own: else a stranger who only knows an address could keep
 * its owner from confirming it.
 */
struct quota {
	cs_str what;
	cs_str key; /* cs_email_key's */
	cs_id by; /* the member who asks; zero: a stranger */
	struct cs_refusal why;
};

static cs_err
take(
    struct cs_tx *tx, struct quota *q, cs_str what, cs_span whose, int64_t window_ms, int64_t limit)
{
	uint8_t key[CS_RATE_KEY_LEN];

	if (q->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	cs_rate_key(what, cs_id_zero, &whose, 1, key);
	return cs_rate_take(tx, key, window_ms, limit, &q->why);
}

static cs_err
take_quota(struct cs_tx *tx, void *ctx)
{
	struct quota *q = ctx;

	q->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	CS_TRY(take(tx, q, q->what, cs_str_span(q->key), CS_HOUR_MS, CS_LINK_MAILS_PER_HOUR));
	if (cs_id_is_zero(q->by))
		return CS_OK;
	return take(tx, q, CS_STR("member.mail.by"), cs_id_span(&q->by), CS_DAY_MS,
	    CS_LINK_MAILS_BY_MEMBER);
}

cs_err
cs_member_link_debit(
    struct cs_domain *d, const struct cs_op *op, cs_id by, cs_str key, struct cs_refusal *why)
{
	struct quota q = {
		.what = cs_id_is_zero(by) ? CS_STR("member.mail.forgotten") : CS_STR("member.mail"),
		.key = key,
		.by = by,
	};

	CS_TRY(cs_store_write(d->store, op, take_quota, &q));
	*why = q.why;
	return CS_OK;
}
