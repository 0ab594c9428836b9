#include "crypto/pwhash.h"
#include "crypto/secret.h"
#include "domain/audit.h"
#include "domain/config/bearer.h"
#include "domain/config/member.h"
#include "domain/enforcement.h"
#include "domain/member_session.h"
#include "domain/password.h"
#include "domain/session.h"
#include "store/member_store.h"

#define NAME_MAX_BYTES 128
#define WRONG_PASSWORDS_MAX 10

struct redemption {
	struct cs_domain *domain;
	const struct cs_redemption *asked;
	struct cs_invitation invitation;
	struct cs_member member;
	char password_hash[CS_PWHASH_MAX]; /* of a new member; else empty */
	struct cs_enforcement demands; /* of the account, and of all others of theirs */
	struct cs_member_session session;
};

static bool
is_wellformed(const struct cs_redemption *r)
{
	return cs_utf8_is_valid(cs_str_span(r->name)) && r->name.len >= 1 &&
	       r->name.len <= NAME_MAX_BYTES;
}

static cs_err
find(struct cs_tx *tx, void *ctx)
{
	struct redemption *r = ctx;
	uint8_t hash[CS_SHA256_LEN];
	memcpy(hash, r->invitation.token_hash, sizeof(hash));
	CS_TRY(cs_invitation_find(tx, hash, &r->invitation));
	CS_TRY(cs_member_by_email(tx, r->invitation.email, &r->member));
	return cs_enforcement_find_joining(
	    tx, r->member.id, r->invitation.account, r->invitation.role, &r->demands);
}

static bool
is_open(const struct redemption *r, cs_time now)
{
	return r->invitation.state == CS_INVITATION_OPEN && now.ms < r->invitation.expires.ms &&
	       r->invitation.tries < WRONG_PASSWORDS_MAX &&
	       r->member.status != CS_MEMBER_DISABLED && cs_id_is_zero(r->member.sso_account);
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

/* The password may have been changed, or the member disabled, while it was hashed. */
static cs_err
check_unchanged(struct cs_tx *tx, const struct redemption *r)
{
	struct cs_member now;
	CS_TRY(cs_member_find(tx, r->member.id, &now));
	bool is_same = now.status == r->member.status &&
		       cs_str_equal(now.password_hash, r->member.password_hash) &&
		       cs_id_is_zero(now.sso_account);
	return is_same ? CS_OK : CS_FAIL(CONFLICT);
}

/*
 * The invitation goes with the session, and is accepted when the sign-in is complete: at once, or when
 * the second factor that is there, or is asked for, has been shown (member_complete.c).
 */
static cs_err
join(struct cs_tx *tx, void *ctx)
{
	struct redemption *r = ctx;
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_invitation now;
	CS_TRY(cs_invitation_by_id(tx, r->invitation.account, r->invitation.id, &now));
	if (now.state != CS_INVITATION_OPEN)
		return CS_FAIL(CONFLICT);
	CS_TRY(check_unchanged(tx, r));
	if (r->member.password_hash.len == 0)
		CS_TRY(cs_member_activate(
		    tx, r->member.id, cs_str_c(r->password_hash), r->asked->name, op->now));
	/* The first owner's link was printed on the server: it proves no address. */
	if (!cs_id_is_zero(r->invitation.invited_by))
		CS_TRY(cs_member_set_verified(tx, r->member.id, r->invitation.email, op->now));
	CS_TRY(cs_member_find(tx, r->member.id, &r->member));
	r->session.invitation_account = r->invitation.account;
	r->session.invitation = r->invitation.id;
	return cs_member_open_in(tx, r->domain, &r->member, &r->session);
}

static void
judge_password(const struct redemption *r, struct cs_refusal *why)
{
	const struct cs_password_rule rule = {
		.least =
		    r->demands.is_enforced ? CS_PASSWORD_LEAST_BESIDE : CS_PASSWORD_LEAST_ALONE,
		.email = r->member.email,
		.name = r->asked->name,
	};
	cs_password_judge(r->asked->password, &rule, why);
}

static cs_err
settle_password(
    struct cs_domain *d, const struct cs_op *op, struct redemption *r, struct cs_refusal *why)
{
	if (r->member.password_hash.len == 0) {
		judge_password(r, why);
		return why->kind != CS_REFUSAL_NONE
			   ? CS_OK
			   : cs_pwhash_make(
				 d->pwhasher, cs_str_span(r->asked->password), r->password_hash);
	}
	enum cs_verdict verdict;
	CS_TRY(prove_password(d, op, r, &verdict));
	if (verdict != CS_GRANTED)
		why->kind = CS_REFUSAL_NOT_ALLOWED;
	return CS_OK;
}

static void
settle_browser(struct redemption *r, const struct cs_op *op, struct cs_member_step *out)
{
	uint8_t hash[CS_TOKEN_HASH_LEN];
	r->session.id = cs_id_new(r->domain->rng);
	r->session.device = r->asked->device;
	cs_session_token_make(r->domain, op, &out->token, r->session.token_hash);
	if (r->asked->has_device)
		return;
	cs_session_token_make(r->domain, op, &out->device_token, hash);
	r->session.device = cs_device_id(hash);
}

static cs_err
redeem(struct cs_domain *d, const struct cs_op *op, struct redemption *r,
    struct cs_member_step *out, struct cs_refusal *why)
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
	struct cs_member_step step = { .life_ms = 0 };
	settle_browser(r, op, &step);
	e = cs_store_write(d->store, op, join, r);
	if (cs_is(e, CS_E_CONFLICT)) {
		why->kind = CS_REFUSAL_LINK_ENDED;
		return CS_OK;
	}
	CS_TRY(e);
	step.life_ms = cs_member_session_life(&r->session);
	*out = step;
	return CS_OK;
}

cs_err
cs_invitation_redeem(struct cs_domain *d, const struct cs_op *op, const struct cs_redemption *asked,
    struct cs_member_step *out, struct cs_refusal *why)
{
	*out = (struct cs_member_step){ .life_ms = 0 };
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
	cs_err e = redeem(d, op, &r, out, why);
	cs_wipe(r.password_hash, sizeof(r.password_hash));
	return e;
}
