#include "domain/network.h"
#include "domain/recovery_parts.h"
#include "store/device_store.h"
#include "store/member_store.h"

/* --- an address, as far as it is shown to who has the password alone --- */

/* Length of the UTF-8 character that a text begins with. */
static size_t
first_character(cs_str s)
{
	size_t n = 1;

	while (n < s.len && ((uint8_t)s.p[n] & 0xc0) == 0x80)
		n++;
	return n < s.len ? n : s.len;
}

cs_str
cs_recovery_email_hint(struct cs_arena *a, cs_str email)
{
	size_t at = cs_str_find(email, '@', 0);
	cs_str local = cs_str_slice(email, 0, at);
	cs_str head = cs_str_slice(local, 0, first_character(local));
	cs_str domain = cs_str_slice(email, at, email.len);

	return cs_arena_printf(
	    a, "%.*s\u2022\u2022\u2022%.*s", CS_STR_ARG(head), CS_STR_ARG(domain));
}

/* --- parts of what is shown --- */

static bool
has_open_code(const struct cs_recovery_case *c, cs_time now)
{
	return c->state == CS_RECOVERY_EMAIL && c->code_mac.len > 0 &&
	       now.ms < c->code_expires.ms && c->tries < CS_RECOVERY_CODE_TRIES;
}

static void
show_code(struct cs_recovery_shown *s, cs_time now)
{
	const struct cs_recovery_case *c = &s->rc;
	bool is_email = c->state == CS_RECOVERY_EMAIL;
	int64_t most = is_email ? CS_RECOVERY_CODE_TRIES : CS_RECOVERY_ACCESS_TRIES;
	cs_time sent = is_email ? c->code_sent : c->access_sent;

	s->has_code = has_open_code(c, now);
	s->tries_left = c->tries < most ? most - c->tries : 0;
	if (sent.ms > 0)
		s->resend_at = cs_time_add(sent, CS_RECOVERY_RESEND_MS);
}

static void
show_wait(struct cs_recovery_shown *s)
{
	const struct cs_recovery_case *c = &s->rc;
	bool is_known = (c->evidence & CS_EVIDENCE_BROWSER) != 0;

	s->has_wait = c->release_at.ms > 0;
	if (!s->has_wait)
		return;
	s->wait_ms = c->release_at.ms - c->wait_from.ms;
	s->is_other_network = is_known && (c->evidence & CS_EVIDENCE_NETWORK) == 0;
	s->is_staff = !is_known;
	s->is_password_reset = (c->evidence & CS_EVIDENCE_PASSWORD_RESET) != 0;
	s->is_thin = s->is_other_network || s->is_staff || s->is_password_reset;
}

/*
 * While a browser is wanted: what the one that asks lacks. A browser without our cookie cannot be
 * told from any other, so its network says nothing either.
 */
static cs_err
show_device(struct cs_tx *tx, struct cs_recovery_shown *s, const struct cs_member_session *who)
{
	const struct cs_recovery_case *c = &s->rc;
	cs_id device = who != NULL && c->state == CS_RECOVERY_DEVICE ? who->device : c->device;
	unsigned evidence = c->evidence;

	s->has_device = c->email_verified.ms > 0;
	if (!s->has_device)
		return CS_OK;
	if (c->state == CS_RECOVERY_DEVICE)
		CS_TRY(cs_recovery_evidence_of(tx, c, device, &evidence));
	s->is_browser_known = (evidence & CS_EVIDENCE_BROWSER) != 0;
	s->lacks_cookie = !s->is_browser_known;
	s->lacks_network = (evidence & CS_EVIDENCE_NETWORK) == 0;
	return CS_OK;
}

/* --- whole --- */

static void
forget_macs(struct cs_recovery_case *c)
{
	c->code_mac = c->access_mac = CS_SPAN_NONE;
}

cs_err
cs_recovery_show_case_in(struct cs_tx *tx, const struct cs_recovery_case *c,
    const struct cs_member_session *who, struct cs_recovery_shown *out)
{
	const struct cs_op *op = cs_tx_op(tx);
	struct cs_member member;

	*out = (struct cs_recovery_shown){ .rc = *c };
	CS_TRY(cs_member_find(tx, c->member, &member));
	out->email_hint = cs_recovery_email_hint(op->arena, member.email);
	show_code(out, op->now);
	show_wait(out);
	CS_TRY(show_device(tx, out, who));
	out->can_stop = who != NULL && who->stage == CS_MEMBER_DONE &&
			!cs_id_equal(who->id, c->session) && c->state != CS_RECOVERY_ENDED;
	forget_macs(&out->rc);
	return cs_recovery_event_list(tx, c->id, &out->events, &out->event_count);
}

cs_err
cs_recovery_show_in(struct cs_tx *tx, const struct cs_domain *d, cs_id member,
    const struct cs_member_session *who, const struct cs_recovery_shown **out)
{
	struct cs_recovery_shown *s;
	struct cs_recovery_case c;
	cs_err e = cs_recovery_find_open(tx, member, &c);

	*out = NULL;
	if (cs_is(e, CS_E_NOT_FOUND))
		return CS_OK;
	CS_TRY(e);
	s = CS_NEW(cs_tx_op(tx)->arena, struct cs_recovery_shown);
	CS_TRY(cs_recovery_show_case_in(tx, &c, who, s));
	*out = s;
	return CS_OK;
}
