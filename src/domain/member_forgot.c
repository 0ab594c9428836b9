#include "domain/member_forgot.h"

#include "crypto/secret.h"
#include "domain/audit.h"
#include "domain/config/bearer.h"
#include "domain/enforcement.h"
#include "domain/member_link.h"
#include "domain/member_profile.h"
#include "domain/notice.h"
#include "domain/password.h"
#include "domain/person.h"
#include "domain/recovery.h"
#include "domain/throttle.h"
#include "store/account_store.h"
#include "store/api_token_store.h"

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
	return cs_member_link_send(tx, f->d, CS_LINK_RESET_PASSWORD, f->member.id, f->member.email);
}

cs_err
cs_member_forgot(struct cs_domain *d, const struct cs_op *op, cs_str email)
{
	struct forgotten f = { .d = d, .key = cs_email_key(op->arena, cs_str_trim(email)) };
	struct cs_refusal why;

	CS_TRY(cs_member_link_debit(d, op, cs_id_zero, f.key, &why));
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

static bool
still_works(const struct cs_api_token *t, cs_time now)
{
	return !t->is_disabled && (t->expires.ms == 0 || now.ms < t->expires.ms);
}

/*
 * API tokens outlive the password (docs/decisions/0861): who reset it because of a thief has to know.
 * *out: empty when there is none.
 */
static cs_err
token_words(struct cs_tx *tx, cs_id member, cs_str *out)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_api_token *list;
	struct cs_account realm;
	size_t working = 0;
	size_t count;

	*out = CS_STR_NONE;
	CS_TRY(cs_api_token_list(tx, member, &list, &count));
	for (size_t i = 0; i < count; i++)
		working += still_works(&list[i], op->now);
	if (working == 0)
		return CS_OK;
	CS_TRY(cs_account_find(tx, cs_id_zero, &realm));
	*out = cs_arena_printf(op->arena, "%zu still %s: %.*s/console/profile/tokens", working,
	    working == 1 ? "works" : "work", CS_STR_ARG(realm.auth_origin));
	return CS_OK;
}

static cs_err
tell_reset(struct cs_tx *tx, const struct cs_domain *d, cs_id member)
{
	struct cs_notice_about about = { .kind = CS_NOTICE_PASSWORD_RESET, .subject = member };

	CS_TRY(token_words(tx, member, &about.detail));
	return cs_notice_tell(tx, d, &about);
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
	CS_TRY(tell_reset(tx, r->d, member));
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
