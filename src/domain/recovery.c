#include "domain/recovery.h"

#include "domain/recovery_parts.h"
#include "domain/throttle.h"
#include "domain/two_factor.h"
#include "store/member_store.h"

struct step {
	struct cs_domain *d;
	const struct cs_member_session *who;
	struct cs_recovery_case rc;
	struct cs_refusal why;
};

static bool
is_refused(const struct step *s)
{
	return s->why.kind != CS_REFUSAL_NONE;
}

/* --- who asks --- */

cs_err
cs_recovery_is_current(struct cs_tx *tx, const struct cs_member_session *who, bool *out)
{
	struct cs_member_session now;
	enum cs_member_status status;
	cs_err e = cs_member_session_find(tx, who->token_hash, &now, &status);

	*out = false;
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	*out = cs_id_equal(now.id, who->id) && cs_id_equal(now.member, who->member) &&
	       now.stage == who->stage && status == CS_MEMBER_ACTIVE &&
	       now.expires.ms > cs_tx_op(tx)->now.ms;
	return CS_OK;
}

/* A veto ends every half session: what it was typing comes too late. */
static cs_err
check_half(struct cs_tx *tx, const struct cs_member_session *who, struct cs_refusal *why)
{
	bool is_current = false;

	*why = (struct cs_refusal){ .kind = CS_REFUSAL_NONE };
	if (who->stage == CS_MEMBER_CHALLENGE)
		CS_TRY(cs_recovery_is_current(tx, who, &is_current));
	if (!is_current)
		why->kind = CS_REFUSAL_ENDED;
	return CS_OK;
}

cs_err
cs_recovery_find_for(struct cs_tx *tx, const struct cs_member_session *who,
    struct cs_recovery_case *out, struct cs_refusal *why)
{
	cs_err e;

	CS_TRY(check_half(tx, who, why));
	if (why->kind != CS_REFUSAL_NONE)
		return CS_OK;
	e = cs_recovery_find_open(tx, who->member, out);
	if (!cs_is(e, CS_E_NOT_FOUND))
		return e;
	why->kind = CS_REFUSAL_ENDED;
	return CS_OK;
}

void
cs_recovery_take_over(
    struct cs_recovery_case *c, const struct cs_op *op, const struct cs_member_session *who)
{
	c->session = who->id;
	c->device = who->device;
	c->user_agent = op->user_agent;
	c->address = cs_addr_text(op->arena, &op->peer);
}

/* --- begin --- */

/* Mails are limited for the member, whoever has the password and asks. */
static cs_err
mail_code(struct cs_tx *tx, struct step *s, enum cs_recovery_code_kind kind)
{
	const cs_span whose = cs_id_span(&s->rc.member);
	uint8_t key[CS_RATE_KEY_LEN];

	cs_rate_key(CS_STR("recovery.mail"), cs_id_zero, &whose, 1, key);
	CS_TRY(cs_rate_take(tx, key, CS_DAY_MS, CS_RECOVERY_CODES_PER_DAY, &s->why));
	return s->why.kind != CS_REFUSAL_NONE ? CS_OK
					      : cs_recovery_mail_code(tx, s->d, &s->rc, kind);
}

/* Who vetoed is not to be asked again and again: a day's peace. */
static cs_err
check_pause(struct cs_tx *tx, struct step *s)
{
	cs_time stopped;

	CS_TRY(cs_recovery_last_stop(tx, s->who->member, &stopped));
	cs_time until = cs_time_add(stopped, CS_RECOVERY_PAUSE_MS);
	cs_time now = cs_tx_op(tx)->now;
	if (stopped.ms > 0 && now.ms < until.ms)
		s->why = (struct cs_refusal){ .kind = CS_REFUSAL_STOPPED_LATELY,
			.retry_after_ms = until.ms - now.ms };
	return CS_OK;
}

static cs_err
begin_new(struct cs_tx *tx, struct step *s)
{
	const struct cs_op *op = cs_tx_op(tx);
	bool is_on;

	CS_TRY(cs_two_factor_is_on(tx, s->who->member, &is_on));
	if (!is_on)
		s->why.kind = CS_REFUSAL_NOT_NEEDED;
	else
		CS_TRY(check_pause(tx, s));
	if (is_refused(s))
		return CS_OK;
	s->rc = (struct cs_recovery_case){
		.id = cs_id_new(s->d->rng),
		.member = s->who->member,
		.state = CS_RECOVERY_EMAIL,
		.begun = op->now,
	};
	cs_recovery_take_over(&s->rc, op, s->who);
	CS_TRY(mail_code(tx, s, CS_RECOVERY_CODE_EMAIL));
	if (is_refused(s))
		return CS_OK;
	CS_TRY(cs_recovery_add(tx, &s->rc));
	CS_TRY(cs_recovery_note(
	    tx, s->d, &s->rc, CS_RECOVERY_WAS_BEGUN, &cs_recovery_member, CS_STR_NONE));
	return cs_recovery_tell(tx, s->d, &s->rc, CS_NOTICE_RECOVERY_BEGUN, CS_STR_NONE);
}

/* A clock that was set back makes nobody wait longer; the day's limit holds all the same. */
static bool
is_too_soon(cs_time sent, cs_time now)
{
	return sent.ms > 0 && now.ms >= sent.ms && now.ms - sent.ms < CS_RECOVERY_RESEND_MS;
}

/* Another code; a code is good in the browser that asked for it alone. */
static cs_err
mail_again(struct cs_tx *tx, struct step *s)
{
	const struct cs_op *op = cs_tx_op(tx);
	bool is_here = cs_id_equal(s->rc.device, s->who->device);

	if (is_too_soon(s->rc.code_sent, op->now)) {
		if (!is_here)
			s->why = (struct cs_refusal){ .kind = CS_REFUSAL_TOO_MANY,
				.retry_after_ms =
				    s->rc.code_sent.ms + CS_RECOVERY_RESEND_MS - op->now.ms };
		return CS_OK;
	}
	cs_recovery_take_over(&s->rc, op, s->who);
	CS_TRY(mail_code(tx, s, CS_RECOVERY_CODE_EMAIL));
	return is_refused(s) ? CS_OK : cs_recovery_swap(tx, &s->rc);
}

/* Another access code within the time of the first; what the last one opened is closed. */
static cs_err
mail_access_again(struct cs_tx *tx, struct step *s)
{
	unsigned evidence;

	CS_TRY(cs_recovery_evidence_of(tx, &s->rc, s->who->device, &evidence));
	if (evidence == 0 && !cs_id_equal(s->rc.device, s->who->device)) {
		s->why.kind = CS_REFUSAL_UNKNOWN_BROWSER;
		return CS_OK;
	}
	if (is_too_soon(s->rc.access_sent, cs_tx_op(tx)->now))
		return CS_OK;
	s->rc.state = CS_RECOVERY_READY;
	CS_TRY(mail_code(tx, s, CS_RECOVERY_CODE_ACCESS));
	if (is_refused(s))
		return CS_OK;
	CS_TRY(cs_recovery_swap(tx, &s->rc));
	return cs_member_session_end_recovery(tx, s->rc.id, cs_id_zero);
}

static cs_err
go_on(struct cs_tx *tx, struct step *s)
{
	switch (s->rc.state) {
	case CS_RECOVERY_EMAIL:
		return mail_again(tx, s);
	case CS_RECOVERY_READY:
	case CS_RECOVERY_OPENED:
		return mail_access_again(tx, s);
	case CS_RECOVERY_DEVICE:
	case CS_RECOVERY_WAITING:
	case CS_RECOVERY_ENDED:
		break;
	}
	return CS_OK;
}

static cs_err
begin(struct cs_tx *tx, void *ctx)
{
	struct step *s = ctx;
	cs_err e;

	CS_TRY(check_half(tx, s->who, &s->why));
	if (is_refused(s))
		return CS_OK;
	e = cs_recovery_find_open(tx, s->who->member, &s->rc);
	if (cs_is(e, CS_E_NOT_FOUND))
		return begin_new(tx, s);
	CS_TRY(e);
	if (!cs_recovery_is_idle(&s->rc, cs_tx_op(tx)->now))
		return go_on(tx, s);
	CS_TRY(cs_recovery_close_in(
	    tx, s->d, &s->rc, CS_RECOVERY_EXPIRED, &cs_recovery_system, CS_STR_NONE));
	return begin_new(tx, s);
}

static cs_err
run(struct cs_domain *d, const struct cs_op *op, const struct cs_member_session *who, cs_tx_fn *fn,
    struct cs_refusal *why)
{
	struct step *s = CS_NEW(op->arena, struct step);

	*s = (struct step){ .d = d, .who = who };
	CS_TRY(cs_store_write(d->store, op, fn, s));
	*why = s->why;
	return CS_OK;
}

cs_err
cs_recovery_begin(struct cs_domain *d, const struct cs_op *op, const struct cs_member_session *who,
    struct cs_refusal *why)
{
	return run(d, op, who, begin, why);
}

/* --- the browser --- */

/* In place of what the last browser was worth. */
static void
set_evidence(struct cs_recovery_case *c, unsigned evidence)
{
	const unsigned of_browser = CS_EVIDENCE_BROWSER | CS_EVIDENCE_NETWORK;

	c->evidence = (c->evidence & ~of_browser) | evidence;
}

cs_err
cs_recovery_look_in(struct cs_tx *tx, const struct cs_domain *d, struct cs_recovery_case *c,
    const struct cs_member_session *who, bool *out_waits)
{
	unsigned evidence;

	CS_TRY(cs_recovery_evidence_of(tx, c, who->device, &evidence));
	*out_waits = evidence != 0 || (c->evidence & CS_EVIDENCE_STAFF) != 0;
	if (!*out_waits)
		return CS_OK;
	set_evidence(c, evidence);
	cs_recovery_take_over(c, cs_tx_op(tx), who);
	return cs_recovery_begin_wait(tx, d, c);
}

static cs_err
look(struct cs_tx *tx, void *ctx)
{
	struct step *s = ctx;
	bool waits;

	CS_TRY(cs_recovery_find_for(tx, s->who, &s->rc, &s->why));
	if (!is_refused(s) && s->rc.state != CS_RECOVERY_DEVICE)
		s->why.kind = CS_REFUSAL_ENDED;
	if (is_refused(s))
		return CS_OK;
	/* One that is not known takes nothing over: the case stays with who proved the address. */
	CS_TRY(cs_recovery_look_in(tx, s->d, &s->rc, s->who, &waits));
	if (!waits)
		return CS_OK;
	CS_TRY(cs_recovery_swap(tx, &s->rc));
	return cs_recovery_say_waits(tx, s->d, &s->rc, &cs_recovery_member);
}

cs_err
cs_recovery_look(struct cs_domain *d, const struct cs_op *op, const struct cs_member_session *who,
    struct cs_refusal *why)
{
	return run(d, op, who, look, why);
}

/* --- giving up --- */

static cs_err
give_up(struct cs_tx *tx, void *ctx)
{
	struct step *s = ctx;

	CS_TRY(cs_recovery_find_for(tx, s->who, &s->rc, &s->why));
	if (!is_refused(s) &&
	    (s->rc.state >= CS_RECOVERY_WAITING || !cs_id_equal(s->rc.device, s->who->device)))
		s->why.kind = CS_REFUSAL_ENDED;
	if (is_refused(s))
		return CS_OK;
	return cs_recovery_close_in(
	    tx, s->d, &s->rc, CS_RECOVERY_GIVEN_UP, &cs_recovery_member, CS_STR_NONE);
}

cs_err
cs_recovery_give_up(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_session *who, struct cs_refusal *why)
{
	return run(d, op, who, give_up, why);
}
