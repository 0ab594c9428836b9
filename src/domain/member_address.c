#include "domain/member_address.h"

#include "domain/audit.h"
#include "domain/config/bearer.h"
#include "domain/member_link.h"
#include "domain/member_profile.h"
#include "domain/notice.h"
#include "domain/person.h"

/* --- the member's own --- */

struct asking {
	struct cs_domain *d;
	const struct cs_member_seen *who;
	cs_str email; /* lower case */
	struct cs_refusal why;
};

static cs_err
audit_asking(struct cs_tx *tx, const struct asking *a, enum cs_audit_kind kind)
{
	cs_id member = a->who->member.id;

	return cs_audit(
	    tx, a->d, kind, member, member, cs_audit_fact(cs_tx_op(tx)->arena, "email", a->email));
}

static cs_err
ask_verify(struct cs_tx *tx, void *ctx)
{
	struct asking *a = ctx;
	const struct cs_member *member = &a->who->member;

	CS_TRY(cs_member_link_send(tx, a->d, CS_LINK_VERIFY_EMAIL, member->id, member->email));
	return audit_asking(tx, a, CS_AUDIT_MEMBER_EMAIL_ASKED);
}

cs_err
cs_member_ask_verify(struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who,
    struct cs_refusal *why)
{
	struct asking a = { .d = d, .who = who, .email = who->member.email };

	*why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	if (who->member.email_verified.ms != 0) {
		why->kind = CS_REFUSAL_NOT_NEEDED;
		return CS_OK;
	}
	CS_TRY(cs_member_link_debit(d, op, who->member.id, a.email, why));
	return why->kind != CS_REFUSAL_NONE ? CS_OK : cs_store_write(d->store, op, ask_verify, &a);
}

static cs_err
check_email(struct cs_tx *tx, void *ctx)
{
	struct asking *a = ctx;
	struct cs_member now;

	CS_TRY(cs_member_check_proved(tx, a->who, true, &a->why));
	CS_TRY(cs_member_find(tx, a->who->member.id, &now));
	if (!cs_id_is_zero(now.sso_account))
		a->why.kind = CS_REFUSAL_SSO;
	else if (now.frozen.ms != 0)
		a->why.kind = CS_REFUSAL_FROZEN;
	return CS_OK;
}

/* Somebody else's: nothing goes there, and the answer does not say so. */
static cs_err
send_change(struct cs_tx *tx, const struct asking *a)
{
	struct cs_member other;
	cs_err e = cs_member_by_email(tx, a->email, &other);

	if (!cs_is(e, CS_E_NOT_FOUND))
		return e;
	return cs_member_link_send(tx, a->d, CS_LINK_CHANGE_EMAIL, a->who->member.id, a->email);
}

static cs_err
ask_email(struct cs_tx *tx, void *ctx)
{
	struct asking *a = ctx;
	const struct cs_notice_about about = {
		.kind = CS_NOTICE_EMAIL_CHANGED,
		.subject = a->who->member.id,
		.name = a->email,
		.detail = CS_STR("asked for; the new address has to be confirmed first"),
	};

	CS_TRY(check_email(tx, a));
	if (a->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_member_link_void(tx, about.subject, CS_LINK_CHANGE_EMAIL));
	CS_TRY(send_change(tx, a));
	CS_TRY(cs_notice_tell(tx, a->d, &about));
	return audit_asking(tx, a, CS_AUDIT_MEMBER_EMAIL_ASKED);
}

/* Checked before the mail is counted, and again with the change. */
static cs_err
ask(struct asking *a, const struct cs_op *op, cs_tx_fn *check, cs_tx_fn *act)
{
	CS_TRY(cs_store_read(a->d->store, op, check, a));
	if (a->why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_member_link_debit(a->d, op, a->who->member.id, a->email, &a->why));
	return a->why.kind != CS_REFUSAL_NONE ? CS_OK : cs_store_write(a->d->store, op, act, a);
}

static bool
decode_address(const struct cs_op *op, const struct cs_member_seen *who, cs_str typed, cs_str *out)
{
	cs_str decoded;

	*out = CS_STR_NONE;
	if (cs_failed(cs_email_decode(op->arena, typed, &decoded)))
		return false;
	*out = cs_email_key(op->arena, decoded);
	return !cs_str_equal(*out, who->member.email);
}

cs_err
cs_member_ask_email(struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who,
    cs_str email, cs_str *out, struct cs_refusal *why)
{
	struct asking a = { .d = d, .who = who };

	*why = (struct cs_refusal){ .kind = CS_REFUSAL_BODY };
	*out = CS_STR_NONE;
	if (!decode_address(op, who, email, &a.email))
		return CS_OK;
	CS_TRY(ask(&a, op, check_email, ask_email));
	*why = a.why;
	if (why->kind == CS_REFUSAL_NONE)
		*out = a.email;
	return CS_OK;
}

/* --- others --- */

static size_t
count_own(const struct cs_member_contact *list, size_t count)
{
	size_t own = 0;

	for (size_t i = 0; i < count; i++)
		own += list[i].until.ms == 0;
	return own;
}

static cs_err
check_contact(struct cs_tx *tx, void *ctx)
{
	struct asking *a = ctx;
	const struct cs_member_contact *list;
	size_t count;

	CS_TRY(cs_member_check_proved(tx, a->who, false, &a->why));
	CS_TRY(cs_member_contact_list(tx, a->who->member.id, cs_tx_op(tx)->now, &list, &count));
	if (a->why.kind == CS_REFUSAL_NONE && count_own(list, count) >= CS_CONTACTS_MAX)
		a->why.kind = CS_REFUSAL_TOO_MANY_DEVICES;
	/* One that is told already stays as it is: asking again must not stop it. */
	for (size_t i = 0; i < count; i++)
		if (a->why.kind == CS_REFUSAL_NONE && cs_str_equal(list[i].email, a->email) &&
		    (list[i].verified.ms != 0 || list[i].until.ms != 0))
			a->why.kind = CS_REFUSAL_EMAIL_TAKEN;
	return CS_OK;
}

static cs_err
add_contact(struct cs_tx *tx, void *ctx)
{
	struct asking *a = ctx;
	const struct cs_member_contact contact = {
		.id = cs_id_new(a->d->rng),
		.member = a->who->member.id,
		.email = a->email,
		.created = cs_tx_op(tx)->now,
	};

	CS_TRY(check_contact(tx, a));
	if (a->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_member_contact_set(tx, &contact));
	CS_TRY(cs_member_link_send(tx, a->d, CS_LINK_VERIFY_CONTACT, contact.member, a->email));
	return audit_asking(tx, a, CS_AUDIT_MEMBER_CONTACT_ADDED);
}

cs_err
cs_member_add_contact(struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who,
    cs_str email, struct cs_refusal *why)
{
	struct asking a = { .d = d, .who = who };

	*why = (struct cs_refusal){ .kind = CS_REFUSAL_BODY };
	if (!decode_address(op, who, email, &a.email))
		return CS_OK;
	CS_TRY(ask(&a, op, check_contact, add_contact));
	*why = a.why;
	return CS_OK;
}

struct removing {
	struct cs_domain *d;
	const struct cs_member_seen *who;
	cs_id contact;
	struct cs_refusal why;
};

static cs_err
remove_contact(struct cs_tx *tx, void *ctx)
{
	struct removing *r = ctx;
	cs_id member = r->who->member.id;
	cs_err e;

	CS_TRY(cs_member_check_proved(tx, r->who, false, &r->why));
	if (r->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	e = cs_member_contact_remove(tx, member, r->contact);
	if (cs_is(e, CS_E_NOT_FOUND)) {
		r->why.kind = CS_REFUSAL_NOT_FOUND;
		return CS_OK;
	}
	CS_TRY(e);
	return cs_audit(tx, r->d, CS_AUDIT_MEMBER_CONTACT_REMOVED, member, member, CS_STR(""));
}

cs_err
cs_member_remove_contact(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, cs_id contact, struct cs_refusal *why)
{
	struct removing r = { .d = d, .who = who, .contact = contact };

	CS_TRY(cs_store_write(d->store, op, remove_contact, &r));
	*why = r.why;
	return CS_OK;
}

struct contacts {
	cs_id member;
	const struct cs_member_contact *list;
	size_t count;
};

static cs_err
list_contacts(struct cs_tx *tx, void *ctx)
{
	struct contacts *c = ctx;

	return cs_member_contact_list(tx, c->member, cs_tx_op(tx)->now, &c->list, &c->count);
}

cs_err
cs_member_contacts(struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who,
    const struct cs_member_contact **out, size_t *out_count)
{
	struct contacts c = { .member = who->member.id };
	cs_err e = cs_store_read(d->store, op, list_contacts, &c);

	*out = c.list;
	*out_count = c.count;
	return e;
}

/* --- a link is followed --- */

struct confirming {
	struct cs_domain *d;
	uint8_t hash[CS_SHA256_LEN];
	struct cs_member_link link;
	struct cs_member member;
	struct cs_refusal why;
};

static cs_err
confirm_own(struct cs_tx *tx, struct confirming *c)
{
	/* It was changed since. */
	if (!cs_str_equal(c->link.email, c->member.email))
		return CS_FAIL(CONFLICT);
	CS_TRY(cs_member_set_verified(tx, c->member.id, c->link.email, cs_tx_op(tx)->now));
	return cs_audit(
	    tx, c->d, CS_AUDIT_MEMBER_EMAIL_VERIFIED, c->member.id, c->member.id, CS_STR(""));
}

/* The old one is told for a while yet, also that it is no longer theirs. */
static cs_err
keep_former(struct cs_tx *tx, struct confirming *c)
{
	cs_time now = cs_tx_op(tx)->now;
	const struct cs_member_contact former = {
		.id = cs_id_new(c->d->rng),
		.member = c->member.id,
		.email = c->member.email,
		.verified = c->member.email_verified,
		.until = cs_time_add(now, CS_FORMER_ADDRESS_MS),
		.created = now,
	};

	return cs_member_contact_set(tx, &former);
}

static cs_err
confirm_change(struct cs_tx *tx, struct confirming *c)
{
	const struct cs_notice_about about = {
		.kind = CS_NOTICE_EMAIL_CHANGED,
		.subject = c->member.id,
		.name = c->link.email,
		.detail = CS_STR("done; the old address is told what happens for seven days"),
	};
	const struct cs_audit_pair facts[] = { { "from", c->member.email },
		{ "to", c->link.email } };
	bool is_taken;

	if (!cs_id_is_zero(c->member.sso_account) || c->member.frozen.ms != 0)
		return CS_FAIL(CONFLICT);
	CS_TRY(cs_member_set_email(
	    tx, c->member.id, c->member.email, c->link.email, cs_tx_op(tx)->now, &is_taken));
	if (is_taken) {
		c->why.kind = CS_REFUSAL_EMAIL_TAKEN;
		return CS_OK;
	}
	CS_TRY(keep_former(tx, c));
	/* What was mailed to the old one is worth nothing any more. */
	CS_TRY(cs_member_link_void(tx, c->member.id, CS_LINK_RESET_PASSWORD));
	CS_TRY(cs_member_link_void(tx, c->member.id, CS_LINK_VERIFY_EMAIL));
	CS_TRY(cs_notice_tell(tx, c->d, &about));
	return cs_audit(tx, c->d, CS_AUDIT_MEMBER_EMAIL_CHANGED, c->member.id, c->member.id,
	    cs_audit_facts(cs_tx_op(tx)->arena, facts, CS_COUNT(facts)));
}

static cs_err
confirm_contact(struct cs_tx *tx, struct confirming *c)
{
	cs_err e = cs_member_contact_verify(tx, c->member.id, c->link.email, cs_tx_op(tx)->now);

	/* It was removed since. */
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_FAIL(CONFLICT);
	CS_TRY(e);
	return cs_audit(
	    tx, c->d, CS_AUDIT_MEMBER_EMAIL_VERIFIED, c->member.id, c->member.id, CS_STR(""));
}

static cs_err
confirm(struct cs_tx *tx, void *ctx)
{
	struct confirming *c = ctx;

	c->why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	CS_TRY(cs_member_link_find(tx, c->hash, &c->link));
	CS_TRY(cs_member_find(tx, c->link.member, &c->member));
	if (c->member.status == CS_MEMBER_DISABLED)
		return CS_FAIL(CONFLICT);
	CS_TRY(cs_member_link_use(tx, c->link.id, cs_tx_op(tx)->now));
	switch (c->link.purpose) {
	case CS_LINK_VERIFY_EMAIL:
		return confirm_own(tx, c);
	case CS_LINK_CHANGE_EMAIL:
		return confirm_change(tx, c);
	case CS_LINK_VERIFY_CONTACT:
		return confirm_contact(tx, c);
	case CS_LINK_RESET_PASSWORD:
		break;
	}
	/* Good for another page. */
	return CS_FAIL(CONFLICT);
}

cs_err
cs_member_confirm(
    struct cs_domain *d, const struct cs_op *op, cs_str token, cs_str *out, struct cs_refusal *why)
{
	struct confirming c = { .d = d };
	cs_err e;

	*out = CS_STR_NONE;
	*why = (struct cs_refusal){ .kind = CS_REFUSAL_ENDED };
	if (cs_failed(cs_bearer_hash(token, CS_LINK_TOKEN_PREFIX, c.hash)))
		return CS_OK;
	e = cs_store_write(d->store, op, confirm, &c);
	if (cs_is(e, CS_E_NOT_FOUND) || cs_is(e, CS_E_CONFLICT))
		return CS_OK;
	CS_TRY(e);
	*why = c.why;
	*out = c.link.email;
	return CS_OK;
}
