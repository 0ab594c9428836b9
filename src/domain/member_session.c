#include "domain/member_session.h"

#include "domain/audit.h"
#include "domain/config/member.h"
#include "domain/person.h"
#include "domain/session.h"
#include "domain/throttle.h"
#include "store/device_store.h"

/* --- in --- */

struct sign_in {
	struct cs_domain *d;
	const struct cs_member_credentials *who;
	struct cs_member member;
	cs_id subject; /* the member's, or what stands for an address that nobody has */
	cs_id device;
	struct cs_attempt attempt;
	struct cs_member_session session;
};

static cs_err
find(struct cs_tx *tx, void *ctx)
{
	struct sign_in *s = ctx;
	cs_str key = cs_email_key(cs_tx_op(tx)->arena, cs_str_trim(s->who->email));
	uint8_t digest[CS_SHA256_LEN];
	cs_err e = cs_member_by_email(tx, key, &s->member);

	cs_sha256(cs_str_span(key), digest);
	memcpy(s->subject.b, digest, sizeof(s->subject.b));
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	s->subject = s->member.id;
	return CS_OK;
}

static cs_err
judge(struct sign_in *s, const struct cs_op *op, enum cs_verdict *out)
{
	bool may = s->member.status == CS_MEMBER_ACTIVE && s->member.password_hash.len > 0;
	const char *stored = may ? cs_arena_c(op->arena, s->member.password_hash) : NULL;

	return cs_pwhash_verify(s->d->pwhasher, cs_str_span(s->who->password), stored, out);
}

static cs_err
note_refused(struct cs_tx *tx, void *ctx)
{
	const struct sign_in *s = ctx;

	return cs_audit(tx, s->d, CS_AUDIT_MEMBER_REFUSED, cs_id_zero, s->member.id, CS_STR(""));
}

static cs_err
open_session(struct cs_tx *tx, void *ctx)
{
	const struct sign_in *s = ctx;
	const struct cs_op *op = cs_tx_op(tx);

	CS_TRY(cs_member_session_add(tx, &s->session));
	CS_TRY(cs_device_remember(tx, op->account, s->member.id, s->device, op->now));
	CS_TRY(cs_attempt_succeed(tx, &s->attempt));
	return cs_audit(
	    tx, s->d, CS_AUDIT_MEMBER_SIGNED_IN, s->member.id, s->member.id, CS_STR(""));
}

static void
make_session(struct sign_in *s, const struct cs_op *op, struct cs_member_signed_in *out)
{
	s->session = (struct cs_member_session){
		.id = cs_id_new(s->d->rng),
		.member = s->member.id,
		.created = op->now,
		.expires = cs_time_add(op->now, CS_MEMBER_SESSION_LIFE_MS),
	};
	cs_session_token_make(s->d, op, &out->token, s->session.token_hash);
}

static void
settle_device(struct sign_in *s, const struct cs_op *op, struct cs_member_signed_in *out)
{
	uint8_t hash[CS_TOKEN_HASH_LEN];

	s->device = s->who->device;
	if (s->who->has_device)
		return;
	cs_session_token_make(s->d, op, &out->device_token, hash);
	s->device = cs_device_id(hash);
}

cs_err
cs_member_sign_in(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_credentials *who, struct cs_member_signed_in *out,
    struct cs_refusal *why)
{
	struct sign_in *s = CS_NEW(op->arena, struct sign_in);
	enum cs_verdict verdict;

	*out = (struct cs_member_signed_in){ .token = CS_STR_NONE };
	*s = (struct sign_in){ .d = d, .who = who };
	CS_TRY(cs_store_read(d->store, op, find, s));
	settle_device(s, op, out);
	CS_TRY(cs_attempt_debit(d, op, s->subject, s->device, &s->attempt, why));
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	CS_TRY(judge(s, op, &verdict));
	if (verdict != CS_GRANTED) {
		why->kind = CS_REFUSAL_WRONG_PASSWORD;
		return cs_store_write(d->store, op, note_refused, s);
	}
	make_session(s, op, out);
	return cs_store_write(d->store, op, open_session, s);
}

/* --- there --- */

struct see {
	uint8_t hash[CS_SHA256_LEN];
	enum cs_member_status status;
	struct cs_member_seen *out;
};

static cs_err
read_seen(struct cs_tx *tx, void *ctx)
{
	struct see *s = ctx;
	struct cs_member_seen *out = s->out;

	CS_TRY(cs_member_session_find(tx, s->hash, &out->session, &s->status));
	CS_TRY(cs_member_find(tx, out->session.member, &out->member));
	out->member.password_hash = CS_STR_NONE;
	return cs_membership_list(tx, out->member.id, &out->accounts, &out->account_count);
}

cs_err
cs_member_see(struct cs_domain *d, const struct cs_op *op, cs_str cookie,
    struct cs_member_seen *out, struct cs_refusal *why)
{
	struct see s = { .out = out };
	cs_err e;

	*out = (struct cs_member_seen){ .account_count = 0 };
	why->kind = CS_REFUSAL_SIGNED_OUT;
	if (cs_failed(cs_session_token_hash(cookie, s.hash)))
		return CS_OK;
	e = cs_store_read(d->store, op, read_seen, &s);
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	if (s.status == CS_MEMBER_ACTIVE && out->session.expires.ms > op->now.ms)
		why->kind = CS_REFUSAL_NONE;
	return CS_OK;
}

/* --- out --- */

struct sign_out {
	struct cs_domain *d;
	const struct cs_member_seen *who;
};

static cs_err
end_session(struct cs_tx *tx, void *ctx)
{
	const struct sign_out *s = ctx;
	cs_id member = s->who->member.id;

	CS_TRY(cs_member_session_remove(tx, s->who->session.id));
	return cs_audit(tx, s->d, CS_AUDIT_MEMBER_SIGNED_OUT, member, member, CS_STR(""));
}

cs_err
cs_member_sign_out(struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who)
{
	struct sign_out s = { .d = d, .who = who };

	return cs_store_write(d->store, op, end_session, &s);
}
