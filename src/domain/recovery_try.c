#include "domain/audit.h"
#include "domain/member_session.h"
#include "domain/recovery_parts.h"
#include "domain/session.h"
#include "domain/throttle.h"

/*
 * One try at either code: debited from the code's own tries and from the member's day, and committed,
 * then judged, then settled in a second transaction, which finds the code as it was judged or nothing.
 */
struct attempt {
	struct cs_domain *d;
	const struct cs_member_session *who;
	enum cs_recovery_code_kind kind;
	struct cs_recovery_case rc; /* as the try found it */
	int64_t left;
	uint8_t wrong_key[CS_RATE_KEY_LEN];
	uint8_t token_hash[CS_TOKEN_HASH_LEN];
	struct cs_refusal why;
};

static bool
is_refused(const struct attempt *a)
{
	return a->why.kind != CS_REFUSAL_NONE;
}

static bool
is_access(const struct attempt *a)
{
	return a->kind == CS_RECOVERY_CODE_ACCESS;
}

static cs_time
sent_at(const struct attempt *a, const struct cs_recovery_case *c)
{
	return is_access(a) ? c->access_sent : c->code_sent;
}

/* --- the try --- */

static bool
is_open(const struct attempt *a, const struct cs_recovery_case *c, cs_time now)
{
	if (is_access(a))
		return c->state == CS_RECOVERY_READY && c->access_mac.len > 0 &&
		       now.ms < c->access_expires.ms && c->tries < CS_RECOVERY_ACCESS_TRIES;
	return c->state == CS_RECOVERY_EMAIL && c->code_mac.len > 0 &&
	       now.ms < c->code_expires.ms && c->tries < CS_RECOVERY_CODE_TRIES;
}

/*
 * The code that proves the address is good where it was asked for. The access code is good in the
 * browser that the wait rests on, and in those that are known besides: not in a mailbox alone.
 */
static cs_err
check_browser(struct cs_tx *tx, struct attempt *a)
{
	unsigned evidence;

	if (cs_id_equal(a->rc.device, a->who->device))
		return CS_OK;
	if (!is_access(a)) {
		a->why.kind = CS_REFUSAL_ENDED;
		return CS_OK;
	}
	CS_TRY(cs_recovery_evidence_of(tx, &a->rc, a->who->device, &evidence));
	if (evidence == 0)
		a->why.kind = CS_REFUSAL_UNKNOWN_BROWSER;
	return CS_OK;
}

static cs_err
debit_day(struct cs_tx *tx, struct attempt *a)
{
	const cs_span whose = cs_id_span(&a->who->member);

	cs_rate_key(CS_STR("recovery.wrong"), cs_id_zero, &whose, 1, a->wrong_key);
	return cs_rate_take(tx, a->wrong_key, CS_DAY_MS, CS_RECOVERY_WRONG_PER_DAY, &a->why);
}

static cs_err
take_try(struct cs_tx *tx, void *ctx)
{
	struct attempt *a = ctx;

	CS_TRY(cs_recovery_find_for(tx, a->who, &a->rc, &a->why));
	if (!is_refused(a) && !is_open(a, &a->rc, cs_tx_op(tx)->now))
		a->why.kind = CS_REFUSAL_ENDED;
	if (!is_refused(a))
		CS_TRY(check_browser(tx, a));
	if (!is_refused(a))
		CS_TRY(debit_day(tx, a));
	if (is_refused(a))
		return CS_OK;
	a->rc.tries++;
	a->left = (is_access(a) ? CS_RECOVERY_ACCESS_TRIES : CS_RECOVERY_CODE_TRIES) - a->rc.tries;
	return cs_recovery_swap(tx, &a->rc);
}

/* --- wrong --- */

static cs_err
note_wrong(struct cs_tx *tx, void *ctx)
{
	struct attempt *a = ctx;
	const struct cs_op *op = cs_tx_op(tx);

	return cs_audit(tx, a->d, CS_AUDIT_RECOVERY_REFUSED, cs_id_zero, a->who->member,
	    cs_audit_fact(op->arena, "recovery", cs_id_hex_text(op->arena, a->rc.id)));
}

static cs_err
refuse_wrong(struct attempt *a, const struct cs_op *op, struct cs_refusal *why)
{
	*why = (struct cs_refusal){
		.kind = a->left > 0 ? CS_REFUSAL_WRONG_CODE : CS_REFUSAL_ENDED,
		.tries_left = (int)a->left,
	};
	return cs_store_write(a->d->store, op, note_wrong, a);
}

/* --- right --- */

/* The case, where the code that was judged is still the one that is open. */
static cs_err
find_judged(struct cs_tx *tx, struct attempt *a, struct cs_recovery_case *out)
{
	enum cs_recovery_state state = is_access(a) ? CS_RECOVERY_READY : CS_RECOVERY_EMAIL;

	CS_TRY(cs_recovery_find_for(tx, a->who, out, &a->why));
	if (!is_refused(a) && (!cs_id_equal(out->id, a->rc.id) || out->state != state ||
				  sent_at(a, out).ms != sent_at(a, &a->rc).ms))
		a->why.kind = CS_REFUSAL_ENDED;
	return CS_OK;
}

static cs_err
settle_verified(struct cs_tx *tx, void *ctx)
{
	struct attempt *a = ctx;
	struct cs_recovery_case c;
	bool waits;

	CS_TRY(find_judged(tx, a, &c));
	if (is_refused(a))
		return CS_OK;
	c.state = CS_RECOVERY_DEVICE;
	c.email_verified = cs_tx_op(tx)->now;
	c.code_mac = CS_SPAN_NONE;
	c.tries = 0;
	CS_TRY(cs_recovery_look_in(tx, a->d, &c, a->who, &waits));
	CS_TRY(cs_recovery_swap(tx, &c));
	CS_TRY(cs_rate_refund(tx, a->wrong_key));
	CS_TRY(cs_recovery_note(
	    tx, a->d, &c, CS_RECOVERY_EMAIL_VERIFIED, &cs_recovery_member, CS_STR_NONE));
	return waits ? cs_recovery_say_waits(tx, a->d, &c, &cs_recovery_member) : CS_OK;
}

static cs_err
settle_opened(struct cs_tx *tx, void *ctx)
{
	struct attempt *a = ctx;
	struct cs_recovery_case c;

	CS_TRY(find_judged(tx, a, &c));
	if (is_refused(a))
		return CS_OK;
	c.state = CS_RECOVERY_OPENED;
	c.opened = cs_tx_op(tx)->now;
	c.access_mac = CS_SPAN_NONE;
	cs_recovery_take_over(&c, cs_tx_op(tx), a->who);
	CS_TRY(cs_recovery_swap(tx, &c));
	CS_TRY(cs_member_move_in(tx, a->who, CS_MEMBER_ENROL, c.id, a->token_hash));
	CS_TRY(cs_rate_refund(tx, a->wrong_key));
	CS_TRY(cs_recovery_note(
	    tx, a->d, &c, CS_RECOVERY_WAS_OPENED, &cs_recovery_member, CS_STR_NONE));
	return cs_recovery_tell(tx, a->d, &c, CS_NOTICE_RECOVERY_OPENED, CS_STR_NONE);
}

/* Somebody was first: with the same code, or with a veto. */
static cs_err
settle(struct attempt *a, const struct cs_op *op, struct cs_refusal *why)
{
	cs_err e =
	    cs_store_write(a->d->store, op, is_access(a) ? settle_opened : settle_verified, a);

	*why = a->why;
	if (!cs_is(e, CS_E_CONFLICT))
		return e;
	why->kind = CS_REFUSAL_ENDED;
	return CS_OK;
}

static cs_err
judge(struct attempt *a, const struct cs_op *op, cs_str typed, struct cs_refusal *why)
{
	enum cs_verdict verdict;

	if (!cs_recovery_code_is_well_formed(a->kind, typed)) {
		why->kind = CS_REFUSAL_MALFORMED_CODE;
		return CS_OK;
	}
	CS_TRY(cs_store_write(a->d->store, op, take_try, a));
	*why = a->why;
	if (is_refused(a))
		return CS_OK;
	CS_TRY(cs_recovery_code_judge(a->d->keyring, a->kind, a->rc.id,
	    is_access(a) ? a->rc.access_mac : a->rc.code_mac, typed, &verdict));
	return verdict == CS_GRANTED ? settle(a, op, why) : refuse_wrong(a, op, why);
}

static struct attempt *
attempt_new(struct cs_domain *d, const struct cs_op *op, const struct cs_member_session *who,
    enum cs_recovery_code_kind kind)
{
	struct attempt *a = CS_NEW(op->arena, struct attempt);

	*a = (struct attempt){ .d = d, .who = who, .kind = kind };
	return a;
}

cs_err
cs_recovery_verify(struct cs_domain *d, const struct cs_op *op, const struct cs_member_session *who,
    cs_str typed, struct cs_refusal *why)
{
	return judge(attempt_new(d, op, who, CS_RECOVERY_CODE_EMAIL), op, typed, why);
}

cs_err
cs_recovery_open(struct cs_domain *d, const struct cs_op *op, const struct cs_member_session *who,
    cs_str typed, cs_str *out_token, struct cs_refusal *why)
{
	struct attempt *a = attempt_new(d, op, who, CS_RECOVERY_CODE_ACCESS);
	cs_str token;

	*out_token = CS_STR_NONE;
	cs_session_token_make(d, op, &token, a->token_hash);
	CS_TRY(judge(a, op, typed, why));
	if (why->kind == CS_REFUSAL_NONE)
		*out_token = token;
	return CS_OK;
}
