#include "domain/member_link.h"

#include "crypto/secret.h"
#include "domain/audit.h"
#include "domain/config/bearer.h"
#include "domain/enforcement.h"
#include "domain/mailbox.h"
#include "domain/member_profile.h"
#include "domain/notice.h"
#include "domain/password.h"
#include "domain/person.h"
#include "domain/recovery.h"
#include "domain/throttle.h"
#include "store/account_store.h"
#include "store/member_link_store.h"
#include "store/rate_store.h"

/* --- mails with links --- */

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

/* Two mails with the same subject within a week are told apart by their links alone. */
static cs_err
send_link(struct cs_tx *tx, const struct cs_domain *d, enum cs_member_link_purpose purpose,
    cs_id member, cs_str email)
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

/* --- so many to one address --- */

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
	struct cs_rate rate;

	if (q->why.kind != CS_REFUSAL_NONE)
		return CS_OK;
	cs_rate_key(what, cs_id_zero, &whose, 1, key);
	CS_TRY(cs_rate_debit(tx, key, window_ms, limit, cs_tx_op(tx)->now, &rate));
	if (!rate.is_allowed)
		q->why = (struct cs_refusal){ .kind = CS_REFUSAL_TOO_MANY,
			.retry_after_ms = rate.retry_after_ms };
	return CS_OK;
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

static cs_err
debit_mail(
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

/* --- a forgotten password --- */

struct forgotten {
	struct cs_domain *d;
	cs_str key;
	bool may_mail;
	struct cs_member member;
};

/* Or had one before single sign-on, and can have one again. */
static bool
may_have_password(const struct cs_member *member)
{
	return member->status == CS_MEMBER_ACTIVE && cs_id_is_zero(member->sso_account);
}

/* Nobody's address is written down as asked for, too: one commit, like for everybody's. */
static cs_err
forget_password(struct cs_tx *tx, void *ctx)
{
	struct forgotten *f = ctx;
	cs_err e = cs_member_by_email(tx, f->key, &f->member);

	if (!cs_is(e, CS_E_NOT_FOUND))
		CS_TRY(e);
	CS_TRY(cs_audit(
	    tx, f->d, CS_AUDIT_MEMBER_PASSWORD_FORGOTTEN, cs_id_zero, f->member.id, CS_STR("")));
	if (cs_failed(e) || !may_have_password(&f->member) || !f->may_mail)
		return CS_OK;
	return send_link(tx, f->d, CS_LINK_RESET_PASSWORD, f->member.id, f->member.email);
}

cs_err
cs_member_forgot(struct cs_domain *d, const struct cs_op *op, cs_str email)
{
	struct forgotten f = { .d = d, .key = cs_email_key(op->arena, cs_str_trim(email)) };
	struct cs_refusal why;

	CS_TRY(debit_mail(d, op, cs_id_zero, f.key, &why));
	f.may_mail = why.kind == CS_REFUSAL_NONE;
	return cs_store_write(d->store, op, forget_password, &f);
}

struct reset {
	struct cs_domain *d;
	struct cs_member_link link;
	struct cs_member member;
	struct cs_enforcement demands;
	char hash[CS_PWHASH_MAX];
};

/* Another address since then, or single sign-on: the link is of somebody they no longer are. */
static bool
is_good_for(const struct cs_member_link *link, const struct cs_member *member, cs_time now)
{
	return link->used.ms == 0 && now.ms < link->expires.ms && may_have_password(member) &&
	       cs_str_equal(link->email, member->email);
}

static cs_err
find_reset(struct cs_tx *tx, void *ctx)
{
	struct reset *r = ctx;
	uint8_t hash[CS_SHA256_LEN];

	memcpy(hash, r->link.token_hash, sizeof(hash));
	CS_TRY(cs_member_link_find(tx, hash, &r->link));
	if (r->link.purpose != CS_LINK_RESET_PASSWORD)
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_member_find(tx, r->link.member, &r->member));
	return cs_enforcement_find(tx, r->member.id, &r->demands);
}

static cs_err
reset_password(struct cs_tx *tx, void *ctx)
{
	struct reset *r = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	cs_id member = r->member.id;

	CS_TRY(cs_member_link_use(tx, r->link.id, op->now));
	CS_TRY(cs_member_link_void(tx, member, CS_LINK_RESET_PASSWORD));
	/* Whoever asked for another address knew the old password: perhaps that is why it was reset. */
	CS_TRY(cs_member_link_void(tx, member, CS_LINK_CHANGE_EMAIL));
	CS_TRY(cs_member_set_password(tx, &r->member, cs_str_c(r->hash), true, op->now));
	CS_TRY(cs_member_set_verified(tx, member, r->link.email, op->now));
	CS_TRY(cs_member_end_sessions_in(tx, member, cs_id_zero));
	CS_TRY(cs_attempt_forget_password(tx, member));
	CS_TRY(cs_recovery_password_reset_in(tx, r->d, member));
	CS_TRY(cs_notice_tell(tx, r->d,
	    &(struct cs_notice_about){ .kind = CS_NOTICE_PASSWORD_RESET, .subject = member }));
	return cs_audit(tx, r->d, CS_AUDIT_MEMBER_PASSWORD_RESET, member, member, CS_STR(""));
}

static cs_err
use_reset(struct reset *r, const struct cs_op *op, cs_str password, struct cs_refusal *why)
{
	const struct cs_password_rule rule = {
		.least = cs_member_password_least(&r->member, &r->demands),
		.email = r->member.email,
		.name = r->member.name,
	};
	cs_err e;

	cs_password_judge(password, &rule, why);
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(cs_pwhash_make(r->d->pwhasher, cs_str_span(password), r->hash));
	e = cs_store_write(r->d->store, op, reset_password, r);
	if (!cs_is(e, CS_E_CONFLICT))
		return e;
	why->kind = CS_REFUSAL_ENDED;
	return CS_OK;
}

cs_err
cs_member_reset(struct cs_domain *d, const struct cs_op *op, cs_str token, cs_str password,
    struct cs_member_reset *out, struct cs_refusal *why)
{
	struct reset r = { .d = d };
	cs_err e;

	*out = (struct cs_member_reset){ .has_second_factor = false };
	*why = (struct cs_refusal){ .kind = CS_REFUSAL_ENDED };
	if (cs_failed(cs_bearer_hash(token, CS_LINK_TOKEN_PREFIX, r.link.token_hash)))
		return CS_OK;
	e = cs_store_read(d->store, op, find_reset, &r);
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	if (!is_good_for(&r.link, &r.member, op->now))
		return CS_OK;
	e = use_reset(&r, op, password, why);
	cs_wipe(r.hash, sizeof(r.hash));
	CS_TRY(e);
	if (why->kind == CS_REFUSAL_NONE)
		*out = (struct cs_member_reset){ .email = r.member.email,
			.has_second_factor = r.member.two_factor_since.ms > 0 };
	return CS_OK;
}

/* --- addresses --- */

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

	CS_TRY(send_link(tx, a->d, CS_LINK_VERIFY_EMAIL, member->id, member->email));
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
	CS_TRY(debit_mail(d, op, who->member.id, a.email, why));
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
	return send_link(tx, a->d, CS_LINK_CHANGE_EMAIL, a->who->member.id, a->email);
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
		CS_TRY(debit_mail(a->d, op, a->who->member.id, a->email, &a->why));
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

/* --- other addresses --- */

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
	CS_TRY(send_link(tx, a->d, CS_LINK_VERIFY_CONTACT, contact.member, a->email));
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
