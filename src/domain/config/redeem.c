#include "crypto/pwhash.h"
#include "crypto/secret.h"
#include "domain/audit.h"
#include "domain/config/bearer.h"
#include "domain/config/member.h"
#include "domain/session.h"
#include "store/member_store.h"

#define NAME_MAX_BYTES 128
#define WRONG_PASSWORDS_MAX 10

struct redemption {
	const struct cs_domain *domain;
	const struct cs_redemption *asked;
	struct cs_invitation invitation;
	struct cs_member member;
	char password_hash[CS_PWHASH_MAX]; /* of a new member; else empty */
	struct cs_member_session session;
};

/* Characters, not bytes: people count what they type. */
static size_t
count_characters(cs_str s)
{
	size_t n = 0;
	for (size_t i = 0; i < s.len; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static bool
is_wellformed(const struct cs_redemption *r)
{
	return cs_utf8_is_valid(cs_str_span(r->password)) && r->password.len <= CS_PASSWORD_MAX &&
	       count_characters(r->password) >= CS_PASSWORD_MIN &&
	       cs_utf8_is_valid(cs_str_span(r->name)) && r->name.len >= 1 &&
	       r->name.len <= NAME_MAX_BYTES;
}

static cs_err
find(struct cs_tx *tx, void *ctx)
{
	struct redemption *r = ctx;
	uint8_t hash[CS_SHA256_LEN];
	memcpy(hash, r->invitation.token_hash, sizeof(hash));
	CS_TRY(cs_invitation_find(tx, hash, &r->invitation));
	return cs_member_by_email(tx, r->invitation.email, &r->member);
}

static bool
is_open(const struct redemption *r, cs_time now)
{
	return r->invitation.state == CS_INVITATION_OPEN && now.ms < r->invitation.expires.ms &&
	       r->invitation.tries < WRONG_PASSWORDS_MAX && r->member.status != CS_MEMBER_DISABLED;
}

/* The try is counted and committed before the password is judged. */
static cs_err
count_try(struct cs_tx *tx, void *ctx)
{
	const struct redemption *r = ctx;
	return cs_invitation_try(tx, &r->invitation);
}

static cs_err
record_refusal(struct cs_tx *tx, void *ctx)
{
	const struct redemption *r = ctx;
	return cs_audit(
	    tx, r->domain, CS_AUDIT_INVITATION_REFUSED, cs_id_zero, r->invitation.id, CS_STR(""));
}

static cs_err
prove_password(
    struct cs_domain *d, const struct cs_op *op, struct redemption *r, enum cs_verdict *out)
{
	*out = CS_DENIED;
	CS_TRY(cs_store_write(d->store, op, count_try, r));
	const char *stored = cs_arena_c(op->arena, r->member.password_hash);
	CS_TRY(cs_pwhash_verify(d->pwhasher, cs_str_span(r->asked->password), stored, out));
	return *out == CS_GRANTED ? CS_OK : cs_store_write(d->store, op, record_refusal, r);
}

static cs_err
join(struct cs_tx *tx, void *ctx)
{
	const struct redemption *r = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	CS_TRY(cs_invitation_close(tx, &r->invitation, op->now));
	if (r->member.password_hash.len == 0)
		CS_TRY(cs_member_activate(
		    tx, r->member.id, cs_str_c(r->password_hash), r->asked->name));
	CS_TRY(cs_membership_add(
	    tx, r->invitation.account, r->member.id, r->invitation.role, op->now));
	CS_TRY(cs_member_session_add(tx, &r->session));
	return cs_audit(tx, r->domain, CS_AUDIT_MEMBER_JOINED, r->member.id, r->invitation.id,
	    cs_audit_fact(op->arena, "email", r->invitation.email));
}

static cs_err
settle_password(
    struct cs_domain *d, const struct cs_op *op, struct redemption *r, struct cs_refusal *why)
{
	if (r->member.password_hash.len == 0)
		return cs_pwhash_make(
		    d->pwhasher, cs_str_span(r->asked->password), r->password_hash);
	enum cs_verdict verdict;
	CS_TRY(prove_password(d, op, r, &verdict));
	if (verdict != CS_GRANTED)
		why->kind = CS_REFUSAL_NOT_ALLOWED;
	return CS_OK;
}

static cs_err
redeem(struct cs_domain *d, const struct cs_op *op, struct redemption *r, cs_str *cookie,
    struct cs_refusal *why)
{
	cs_err e = cs_store_read(d->store, op, find, r);
	if (!cs_is(e, CS_E_NOT_FOUND))
		CS_TRY(e);
	if (cs_failed(e) || !is_open(r, op->now)) {
		why->kind = CS_REFUSAL_LINK_ENDED;
		return CS_OK;
	}
	CS_TRY(settle_password(d, op, r, why));
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	cs_str text;
	cs_session_token_make(d, op, &text, r->session.token_hash);
	r->session.id = cs_id_new(d->rng);
	r->session.member = r->member.id;
	r->session.created = op->now;
	r->session.expires = cs_time_add(op->now, CS_MEMBER_SESSION_LIFE_MS);
	struct cs_op own = *op;
	own.account = r->invitation.account;
	e = cs_store_write(d->store, &own, join, r);
	if (cs_is(e, CS_E_CONFLICT)) {
		why->kind = CS_REFUSAL_LINK_ENDED;
		return CS_OK;
	}
	CS_TRY(e);
	*cookie = text;
	return CS_OK;
}

cs_err
cs_invitation_redeem(struct cs_domain *d, const struct cs_op *op, const struct cs_redemption *asked,
    cs_str *cookie, struct cs_refusal *why)
{
	*cookie = CS_STR_NONE;
	*why = (struct cs_refusal){ 0 };
	struct redemption r = { .domain = d, .asked = asked };
	if (cs_failed(
		cs_bearer_hash(asked->token, CS_INVITATION_PREFIX, r.invitation.token_hash))) {
		why->kind = CS_REFUSAL_LINK_ENDED;
		return CS_OK;
	}
	if (!is_wellformed(asked)) {
		why->kind = CS_REFUSAL_BODY;
		return CS_OK;
	}
	cs_err e = redeem(d, op, &r, cookie, why);
	cs_wipe(r.password_hash, sizeof(r.password_hash));
	return e;
}
