#include "crypto/secret.h"
#include "domain/mailbox.h"
#include "domain/network.h"
#include "domain/recovery_parts.h"
#include "store/account_store.h"
#include "store/device_store.h"
#include "store/member_store.h"

#include <stdatomic.h>

#define PIECE 20 /* cases in one step */

/* --- what a browser is worth --- */

/*
 * Known before the case began: a browser can become known by a complete sign-in alone, and that ends
 * the case; the comparison holds also where somebody forgot to.
 */
cs_err
cs_recovery_evidence_of(
    struct cs_tx *tx, const struct cs_recovery_case *c, cs_id device, unsigned *out)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_known_device known;
	cs_err e = cs_device_find(tx, cs_id_zero, c->member, device, &known);

	*out = 0;
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	if (known.first_seen.ms >= c->begun.ms)
		return CS_OK;
	*out = CS_EVIDENCE_BROWSER;
	if (cs_network_is_same(known.network, cs_network_of(op->arena, &op->peer)))
		*out |= CS_EVIDENCE_NETWORK;
	return CS_OK;
}

/* --- the wait --- */

static bool
is_fresh(cs_time reset, cs_time now)
{
	return reset.ms > 0 && now.ms - reset.ms < CS_RECOVERY_RESET_MS;
}

static int64_t
wait_of(const struct cs_domain *d, unsigned evidence)
{
	const unsigned thick = CS_EVIDENCE_BROWSER | CS_EVIDENCE_NETWORK;
	bool is_thin = (evidence & thick) != thick || (evidence & CS_EVIDENCE_PASSWORD_RESET) != 0;

	return is_thin ? atomic_load(&d->recovery_wait_thin_ms) : atomic_load(&d->recovery_wait_ms);
}

cs_err
cs_recovery_begin_wait(struct cs_tx *tx, const struct cs_domain *d, struct cs_recovery_case *c)
{
	cs_time now = cs_tx_op(tx)->now;
	struct cs_member member;

	CS_TRY(cs_member_find(tx, c->member, &member));
	if (is_fresh(member.password_reset, now))
		c->evidence |= CS_EVIDENCE_PASSWORD_RESET;
	c->state = CS_RECOVERY_WAITING;
	if (c->device_verified.ms == 0)
		c->device_verified = now;
	c->wait_from = now;
	c->release_at = cs_time_add(now, wait_of(d, c->evidence));
	c->released = c->access_sent = c->access_expires = c->opened = (cs_time){ 0 };
	c->access_mac = CS_SPAN_NONE;
	c->tries = 0;
	return CS_OK;
}

cs_err
cs_recovery_say_waits(struct cs_tx *tx, const struct cs_domain *d, const struct cs_recovery_case *c,
    const struct cs_recovery_doer *who)
{
	CS_TRY(cs_recovery_note(tx, d, c, CS_RECOVERY_DEVICE_VERIFIED, who, CS_STR_NONE));
	return cs_recovery_tell(tx, d, c, CS_NOTICE_RECOVERY_WAITING,
	    cs_notice_when(cs_tx_op(tx)->arena, c->release_at));
}

/* Never to an earlier time than it had, whatever the settings and the clock say now. */
static cs_err
begin_anew(struct cs_tx *tx, const struct cs_domain *d, struct cs_recovery_case *c)
{
	cs_time had = c->release_at;

	c->evidence |= CS_EVIDENCE_PASSWORD_RESET;
	CS_TRY(cs_recovery_begin_wait(tx, d, c));
	if (c->release_at.ms < had.ms)
		c->release_at = had;
	CS_TRY(cs_recovery_swap(tx, c));
	CS_TRY(cs_member_session_end_recovery(tx, c->id, cs_id_zero));
	CS_TRY(cs_recovery_note(tx, d, c, CS_RECOVERY_RESTARTED, &cs_recovery_system, CS_STR_NONE));
	return cs_recovery_tell(tx, d, c, CS_NOTICE_RECOVERY_RESTARTED,
	    cs_notice_when(cs_tx_op(tx)->arena, c->release_at));
}

cs_err
cs_recovery_password_reset_in(struct cs_tx *tx, const struct cs_domain *d, cs_id member)
{
	struct cs_recovery_case c;
	cs_err e = cs_recovery_find_open(tx, member, &c);

	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	/* Before it waits, the wait will see for itself. */
	return c.state < CS_RECOVERY_WAITING ? CS_OK : begin_anew(tx, d, &c);
}

/* --- codes by mail --- */

static cs_str
code_mail(const struct cs_op *op, cs_str code)
{
	return cs_arena_printf(op->arena,
	    "Somebody who knows your password wants to recover your account without its second\n"
	    "factor. To prove that this mail reached you, the page asks for this code:\n"
	    "\n"
	    "    %.*s\n"
	    "\n"
	    "It works for 15 minutes, in the browser that asked for it.\n"
	    "\n"
	    "If this was not you: somebody else knows your password. Another mail has a button "
	    "that\n"
	    "stops them. Do not pass this code on to anybody; we never ask for it by phone or "
	    "mail.\n",
	    CS_STR_ARG(code));
}

static cs_str
access_mail(const struct cs_op *op, const struct cs_recovery_case *c, cs_str origin, cs_str code)
{
	return cs_arena_printf(op->arena,
	    "The waiting time is over. Sign in with your password, in a browser that you have "
	    "used\n"
	    "before, choose to recover your account, and enter this temporary access code:\n"
	    "\n"
	    "    %.*s\n"
	    "\n"
	    "%.*s/console/\n"
	    "\n"
	    "It opens one sign-in, in which you set up a new second factor; nothing else. It "
	    "works\n"
	    "once, until %.*s. Your old second factor goes when the new one\n"
	    "is confirmed.\n"
	    "\n"
	    "If this was not you: another mail has a button that stops it. Do not pass this code "
	    "on\n"
	    "to anybody; we never ask for it by phone or mail.\n",
	    CS_STR_ARG(code), CS_STR_ARG(origin),
	    CS_STR_ARG(cs_notice_when(op->arena, c->access_expires)));
}

static cs_err
post(struct cs_tx *tx, const struct cs_domain *d, cs_id member, struct cs_message *m)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_outbox_item item;
	struct cs_member to;

	CS_TRY(cs_member_find(tx, member, &to));
	m->id = cs_id_new(d->rng);
	m->channel = CS_CHANNEL_MAIL;
	m->to = to.email; /* the primary address, never another */
	m->created = op->now;
	CS_TRY(cs_mailbox_seal(d, op, m, &item));
	return cs_outbox_add(tx, &item);
}

static cs_err
keep_code(struct cs_tx *tx, const struct cs_domain *d, struct cs_recovery_case *c,
    enum cs_recovery_code_kind kind, char text[static CS_RECOVERY_CODE_MAX], size_t *out_len)
{
	const struct cs_op *op = cs_tx_op(tx);
	uint8_t *mac = CS_NEW_ARRAY(op->arena, uint8_t, CS_PEPPERED_LEN);
	bool is_access = kind == CS_RECOVERY_CODE_ACCESS;

	CS_TRY(cs_recovery_code_make(d->keyring, d->rng, kind, c->id, text, out_len, mac));
	c->tries = 0;
	if (is_access) {
		c->access_mac = CS_SPAN(mac, CS_PEPPERED_LEN);
		c->access_sent = op->now;
	} else {
		c->code_mac = CS_SPAN(mac, CS_PEPPERED_LEN);
		c->code_sent = op->now;
		c->code_expires = cs_time_add(op->now, CS_RECOVERY_CODE_LIFE_MS);
	}
	return CS_OK;
}

cs_err
cs_recovery_mail_code(struct cs_tx *tx, const struct cs_domain *d, struct cs_recovery_case *c,
    enum cs_recovery_code_kind kind)
{
	const struct cs_op *op = cs_tx_op(tx);
	bool is_access = kind == CS_RECOVERY_CODE_ACCESS;
	struct cs_account realm;
	char text[CS_RECOVERY_CODE_MAX];
	size_t len;

	CS_TRY(cs_account_find(tx, cs_id_zero, &realm));
	CS_TRY(keep_code(tx, d, c, kind, text, &len));
	cs_str code = { text, len };
	struct cs_message m = {
		.subject = is_access ? CS_STR("Your temporary access code")
				     : CS_STR("Your code to recover your account"),
		.text =
		    is_access ? access_mail(op, c, realm.auth_origin, code) : code_mail(op, code),
		.valid_until = is_access ? c->access_expires : c->code_expires,
	};
	cs_err e = post(tx, d, c->member, &m);
	cs_wipe(text, sizeof(text));
	return e;
}

/* --- release --- */

cs_err
cs_recovery_release_in(struct cs_tx *tx, const struct cs_domain *d, struct cs_recovery_case *c,
    const struct cs_recovery_doer *who, cs_str detail)
{
	const struct cs_op *op = cs_tx_op(tx);

	c->state = CS_RECOVERY_READY;
	c->released = op->now;
	c->access_expires = cs_time_add(op->now, CS_RECOVERY_ACCESS_LIFE_MS);
	CS_TRY(cs_recovery_mail_code(tx, d, c, CS_RECOVERY_CODE_ACCESS));
	CS_TRY(cs_recovery_swap(tx, c));
	CS_TRY(cs_recovery_note(tx, d, c, CS_RECOVERY_RELEASED, who, CS_STR_NONE));
	return cs_recovery_tell(tx, d, c, CS_NOTICE_RECOVERY_READY, detail);
}

bool
cs_recovery_is_idle(const struct cs_recovery_case *c, cs_time now)
{
	switch (c->state) {
	case CS_RECOVERY_EMAIL:
	case CS_RECOVERY_DEVICE:
		return c->begun.ms < now.ms - CS_RECOVERY_IDLE_MS;
	case CS_RECOVERY_READY:
	case CS_RECOVERY_OPENED:
		return c->access_expires.ms <= now.ms;
	case CS_RECOVERY_WAITING:
	case CS_RECOVERY_ENDED:
		break;
	}
	return false;
}

/* --- the background's step --- */

struct step {
	struct cs_domain *d;
	cs_id id; /* of the case that is looked at */
	const struct cs_recovery_case *due;
	size_t due_count;
	const struct cs_recovery_case *idle;
	size_t idle_count;
};

static cs_err
read_due(struct cs_tx *tx, void *ctx)
{
	struct step *s = ctx;
	cs_time now = cs_tx_op(tx)->now;

	CS_TRY(cs_recovery_list_due(tx, now, PIECE, &s->due, &s->due_count));
	return cs_recovery_list_idle(
	    tx, cs_time_add(now, -CS_RECOVERY_IDLE_MS), now, PIECE, &s->idle, &s->idle_count);
}

static cs_err
release(struct cs_tx *tx, struct step *s, struct cs_recovery_case *c)
{
	struct cs_member member;

	CS_TRY(cs_member_find(tx, c->member, &member));
	if (member.status != CS_MEMBER_ACTIVE || member.two_factor_since.ms == 0)
		return cs_recovery_close_in(
		    tx, s->d, c, CS_RECOVERY_EXPIRED, &cs_recovery_system, CS_STR_NONE);
	/* Reset meanwhile, by whoever did not say so. */
	if (member.password_reset.ms > c->wait_from.ms)
		return begin_anew(tx, s->d, c);
	return cs_recovery_release_in(tx, s->d, c, &cs_recovery_system, CS_STR_NONE);
}

/* Read again: another node, or a veto, may have been first. */
static cs_err
look_again(struct cs_tx *tx, void *ctx)
{
	struct step *s = ctx;
	cs_time now = cs_tx_op(tx)->now;
	struct cs_recovery_case c;

	CS_TRY(cs_recovery_find(tx, s->id, &c));
	if (c.state == CS_RECOVERY_WAITING && c.release_at.ms <= now.ms)
		return release(tx, s, &c);
	if (!cs_recovery_is_idle(&c, now))
		return CS_OK;
	return cs_recovery_close_in(
	    tx, s->d, &c, CS_RECOVERY_EXPIRED, &cs_recovery_system, CS_STR_NONE);
}

/* One that fails must not keep the others waiting; the first error is the step's. */
static cs_err
look_at_all(
    struct step *s, const struct cs_op *op, const struct cs_recovery_case *list, size_t count)
{
	cs_err first = CS_OK;

	for (size_t i = 0; i < count; i++) {
		s->id = list[i].id;
		cs_err e = cs_store_write(s->d->store, op, look_again, s);
		bool was_first = cs_is(e, CS_E_CONFLICT) || cs_is(e, CS_E_NOT_FOUND);
		if (cs_failed(e) && !was_first && !cs_failed(first))
			first = e;
	}
	return first;
}

cs_err
cs_recovery_step(struct cs_domain *d, const struct cs_op *op, cs_time *out_next)
{
	struct step s = { .d = d };

	*out_next = cs_time_add(op->now, CS_RECOVERY_STEP_MS);
	CS_TRY(cs_store_read(d->store, op, read_due, &s));
	cs_err due = look_at_all(&s, op, s.due, s.due_count);
	cs_err idle = look_at_all(&s, op, s.idle, s.idle_count);
	return cs_failed(due) ? due : idle;
}
