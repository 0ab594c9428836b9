/*
 * recovery.c - a member's way back without a second factor (docs/protocol/member-api.md, "Recovery"):
 * the member's own steps at /api/v1/member/recovery, and those in charge at
 * /api/v1/accounts/{account}/recovery_cases.
 */
#include "api/console/recovery.h"

#include "api/body.h"
#include "api/cloudflare/door.h"
#include "api/console/console.h"
#include "api/status.h"
#include "domain/browser.h"
#include "domain/config/role.h"
#include "domain/json_text.h"
#include "domain/member_session.h"

#define CODE_MAX 64
#define TOKEN_MAX 128
#define STATE_MAX 16

/* --- a case as JSON --- */

static const char *
state_name(enum cs_recovery_state state)
{
	switch (state) {
	case CS_RECOVERY_EMAIL:
		return "email";
	case CS_RECOVERY_DEVICE:
		return "device";
	case CS_RECOVERY_WAITING:
		return "waiting";
	case CS_RECOVERY_READY:
	case CS_RECOVERY_OPENED:
		return "ready";
	case CS_RECOVERY_ENDED:
		break;
	}
	return "ended";
}

/* That the access code was used is opened_at's to say. */
static const char *
what_name(enum cs_recovery_what what)
{
	switch (what) {
	case CS_RECOVERY_WAS_BEGUN:
		return "begun";
	case CS_RECOVERY_EMAIL_VERIFIED:
		return "email_verified";
	case CS_RECOVERY_DEVICE_VERIFIED:
		return "device_verified";
	case CS_RECOVERY_RESTARTED:
		return "restarted";
	case CS_RECOVERY_APPROVED:
	case CS_RECOVERY_VOUCHED:
		return "approved";
	case CS_RECOVERY_SPED_UP:
		return "sped_up";
	case CS_RECOVERY_RELEASED:
		return "released";
	case CS_RECOVERY_WAS_OPENED:
		return NULL;
	case CS_RECOVERY_WAS_ENDED:
		break;
	}
	return "ended";
}

static const char *
by_name(enum cs_recovery_by by)
{
	switch (by) {
	case CS_RECOVERY_BY_MEMBER:
		return "you";
	case CS_RECOVERY_BY_STAFF:
		return "staff";
	case CS_RECOVERY_BY_SYSTEM:
		break;
	}
	return "system";
}

static json_t *
name_of(const char *name)
{
	return name != NULL ? json_string(name) : json_null();
}

static json_t *
code_of(const struct cs_recovery_shown *s)
{
	json_t *o;

	if (!s->has_code)
		return json_null();
	o = json_object();
	json_object_set_new(o, "expires_at", cs_json_time_of(s->rc.code_expires));
	json_object_set_new(o, "resend_at", cs_json_time_of(s->resend_at));
	json_object_set_new(o, "tries_left", json_integer(s->tries_left));
	return o;
}

static json_t *
device_of(const struct cs_recovery_shown *s)
{
	json_t *missing;

	if (!s->has_device)
		return json_null();
	missing = json_array();
	if (s->lacks_cookie)
		json_array_append_new(missing, json_string("cookie"));
	if (s->lacks_network)
		json_array_append_new(missing, json_string("network"));
	return json_pack("{s:b, s:o}", "is_known", s->is_browser_known, "missing", missing);
}

static json_t *
because_of(const struct cs_recovery_shown *s)
{
	json_t *list = json_array();

	if (s->is_other_network)
		json_array_append_new(list, json_string("another network"));
	if (s->is_staff)
		json_array_append_new(list, json_string("staff"));
	if (s->is_password_reset)
		json_array_append_new(list, json_string("password reset"));
	return list;
}

static json_t *
wait_of(const struct cs_recovery_shown *s)
{
	json_int_t days = (json_int_t)((s->wait_ms + CS_DAY_MS - 1) / CS_DAY_MS);

	if (!s->has_wait)
		return json_null();
	return json_pack("{s:I, s:I, s:b, s:o, s:o}", "days", days, "seconds",
	    (json_int_t)(s->wait_ms / 1000), "thin", s->is_thin, "because", because_of(s),
	    "release_at", cs_json_time_of(s->rc.release_at));
}

/* Where those in charge, or a job, did it is not told: no text. */
static json_t *
text_or_null(cs_str text)
{
	return text.len > 0 ? cs_json_text_of(text) : json_null();
}

static json_t *
timeline_of(struct cs_arena *a, const struct cs_recovery_shown *s)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s->event_count; i++) {
		const struct cs_recovery_event *e = &s->events[i];
		bool is_member = e->by == CS_RECOVERY_BY_MEMBER;
		json_t *o;

		if (what_name(e->what) == NULL)
			continue;
		o = json_object();
		json_object_set_new(o, "what", json_string(what_name(e->what)));
		json_object_set_new(o, "at", cs_json_time_of(e->at));
		json_object_set_new(o, "browser",
		    is_member ? cs_json_text_of(cs_browser_words(a, e->user_agent)) : json_null());
		json_object_set_new(o, "address", text_or_null(e->address));
		json_object_set_new(o, "by", json_string(by_name(e->by)));
		json_array_append_new(list, o);
	}
	return list;
}

json_t *
cs_recovery_case_json(struct cs_arena *a, const struct cs_recovery_shown *shown)
{
	const struct cs_recovery_case *c;
	json_t *o;

	if (shown == NULL)
		return json_null();
	c = &shown->rc;
	o = json_object();
	json_object_set_new(o, "id", cs_json_id_of(c->id));
	json_object_set_new(o, "state", json_string(state_name(c->state)));
	json_object_set_new(o, "begun_at", cs_json_time_of(c->begun));
	json_object_set_new(
	    o, "begun_by", json_string(cs_id_is_zero(c->started_by) ? "you" : "staff"));
	json_object_set_new(o, "email_hint", cs_json_text_of(shown->email_hint));
	json_object_set_new(o, "code", code_of(shown));
	json_object_set_new(o, "device", device_of(shown));
	json_object_set_new(o, "wait", wait_of(shown));
	json_object_set_new(o, "access_code_sent_at", cs_json_time_of(c->access_sent));
	json_object_set_new(o, "access_expires_at", cs_json_time_of(c->access_expires));
	json_object_set_new(o, "opened_at", cs_json_time_of(c->opened));
	json_object_set_new(o, "end", name_of(cs_recovery_end_name(c->end)));
	json_object_set_new(o, "can_stop", json_boolean(shown->can_stop));
	json_object_set_new(o, "timeline", timeline_of(a, shown));
	return o;
}

json_t *
cs_recovery_support_json(const struct cs_domain *d)
{
	if (d->support_address[0] == '\0')
		return json_null();
	return json_pack("{s:s}", "email", d->support_address);
}

json_t *
cs_recovery_wait_json(const struct cs_domain *d)
{
	return json_pack("{s:I, s:I}", "seconds", (json_int_t)(d->recovery_wait_ms / 1000),
	    "thin_seconds", (json_int_t)(d->recovery_wait_thin_ms / 1000));
}

/* --- the member's own steps --- */

typedef cs_err step_fn(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_session *who, struct cs_refusal *why);

static cs_err
say(struct cs_call *c, const struct cs_refusal *why, const struct cs_member_step *step)
{
	if (why->kind == CS_REFUSAL_NONE)
		return cs_member_answer_standing(c, step);
	cs_status_refuse(c, why, CS_OK);
	return CS_OK;
}

static cs_err
run(struct cs_call *c, step_fn *step)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CS_TRY(step(c->domain, c->op, &c->principal.member->session, &why));
	return say(c, &why, NULL);
}

cs_err
cs_console_post_recovery(struct cs_call *c)
{
	return run(c, cs_recovery_begin);
}

cs_err
cs_console_post_recovery_device(struct cs_call *c)
{
	return run(c, cs_recovery_look);
}

cs_err
cs_console_post_recovery_give_up(struct cs_call *c)
{
	return run(c, cs_recovery_give_up);
}

cs_err
cs_console_post_recovery_veto(struct cs_call *c)
{
	return run(c, cs_recovery_stop);
}

cs_err
cs_console_post_recovery_verify(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_str code;

	CS_TRY(cs_body_decode(c, &body));
	CS_TRY(cs_body_text(c, body, "code", CODE_MAX, &code));
	CS_TRY(cs_recovery_verify(c->domain, c->op, &c->principal.member->session, code, &why));
	return say(c, &why, NULL);
}

cs_err
cs_console_post_recovery_open(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_member_step step = { .life_ms = CS_MEMBER_HALF_LIFE_MS };
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_str code;

	CS_TRY(cs_body_decode(c, &body));
	CS_TRY(cs_body_text(c, body, "code", CODE_MAX, &code));
	CS_TRY(cs_recovery_open(
	    c->domain, c->op, &c->principal.member->session, code, &step.token, &why));
	return say(c, &why, &step);
}

/* Without a session: whoever reads one of the member's mailboxes. */
cs_err
cs_console_post_recovery_stop(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_recovery_stopped stopped;
	cs_str token;

	if (!cs_id_is_zero(c->op->account))
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_body_decode(c, &body));
	CS_TRY(cs_body_text(c, body, "token", TOKEN_MAX, &token));
	CS_TRY(cs_recovery_stop_by_token(c->domain, c->op, token, &stopped, &why));
	if (why.kind != CS_REFUSAL_NONE) {
		cs_status_refuse(c, &why, CS_OK);
		return CS_OK;
	}
	return cs_body_answer(
	    c, json_pack("{s:o, s:o, s:o}", "member_email_hint",
		   cs_json_text_of(stopped.email_hint), "begun_at", cs_json_time_of(stopped.begun),
		   "stopped_at", cs_json_time_of(stopped.at)));
}

/* --- those in charge --- */

static const char *
act_name(enum cs_recovery_act act)
{
	return act == CS_RECOVERY_START ? "start" : "speed_up";
}

static json_t *
approvals_of(const struct cs_recovery_row *row)
{
	json_t *list = json_array();

	for (size_t i = 0; i < row->approval_count; i++) {
		const struct cs_recovery_approval *p = &row->approvals[i];
		json_t *by = json_pack("{s:o, s:o}", "id", cs_json_id_of(p->member), "email",
		    cs_json_text_of(p->email));

		json_array_append_new(
		    list, json_pack("{s:s, s:o, s:o, s:o}", "what", act_name(p->act), "by", by,
			      "reason", cs_json_text_of(p->reason), "at", cs_json_time_of(p->at)));
	}
	return list;
}

static json_t *
evidence_of(const struct cs_recovery_row *row)
{
	unsigned evidence = row->shown.rc.evidence;
	json_t *o = json_object();

	json_object_set_new(
	    o, "known_browser", json_boolean((evidence & CS_EVIDENCE_BROWSER) != 0));
	json_object_set_new(o, "same_network", json_boolean((evidence & CS_EVIDENCE_NETWORK) != 0));
	json_object_set_new(o, "vouched_for", json_boolean((evidence & CS_EVIDENCE_STAFF) != 0));
	json_object_set_new(
	    o, "password_reset_lately", json_boolean((evidence & CS_EVIDENCE_PASSWORD_RESET) != 0));
	json_object_set_new(o, "address", text_or_null(row->shown.rc.address));
	return o;
}

static json_t *
row_of(struct cs_arena *a, const struct cs_recovery_row *row)
{
	json_t *o = cs_recovery_case_json(a, &row->shown);
	json_t *member = json_object();

	json_object_set_new(member, "id", cs_json_id_of(row->member));
	json_object_set_new(member, "email", cs_json_text_of(row->email));
	json_object_set_new(member, "name", cs_json_text_of(row->name));
	json_object_set_new(member, "role", cs_json_text_of(cs_role_row(row->role)->name));
	json_object_set_new(o, "member", member);
	json_object_set_new(o, "wants_two", json_boolean(row->wants_two));
	json_object_set_new(o, "evidence", evidence_of(row));
	json_object_set_new(o, "approvals", approvals_of(row));
	return o;
}

static struct cs_op
op_of(const struct cs_call *c)
{
	struct cs_op op = *c->op;

	op.account = cs_door_of(c)->grant.account;
	return op;
}

cs_err
cs_console_get_recovery_cases(struct cs_call *c)
{
	struct cs_op op = op_of(c);
	const struct cs_recovery_row *rows;
	size_t count;
	cs_str state;
	json_t *list;

	CS_TRY(cs_call_query(c, "state", &state));
	bool is_ended = cs_str_equal(state, CS_STR("ended"));
	if (!is_ended && state.len > 0 && !cs_str_equal(state, CS_STR("open")))
		return CS_FAIL(INVALID);
	CS_TRY(cs_recovery_list(c->domain, &op, !is_ended, &rows, &count));
	list = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, row_of(op.arena, &rows[i]));
	return cs_body_answer(c, json_pack("{s:o}", "recovery_cases", list));
}

static cs_err
say_row(struct cs_call *c, const struct cs_recovery_row *row, const struct cs_refusal *why)
{
	if (why->kind == CS_REFUSAL_NONE)
		return cs_body_answer(c, row_of(c->op->arena, row));
	cs_status_refuse(c, why, CS_OK);
	return CS_OK;
}

/* A UUID as we write it, or 32 hex as the members of /client/v4 have it. */
static cs_err
read_member(const struct cs_call *c, const json_t *body, cs_id *out)
{
	cs_str text;

	*out = cs_id_zero;
	CS_TRY(cs_body_text(c, body, "member", CS_ID_UUID_LEN, &text));
	if (text.len == CS_ID_HEX_LEN)
		return cs_id_from_hex(text, out);
	return cs_id_from_uuid(text, out);
}

cs_err
cs_console_post_recovery_case(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_op op = op_of(c);
	struct cs_recovery_row row;
	cs_str reason;
	cs_id member;

	CS_TRY(cs_body_decode(c, &body));
	CS_TRY(cs_body_text(c, body, "reason", CS_RECOVERY_REASON_MAX, &reason));
	CS_TRY(read_member(c, body, &member));
	CS_TRY(cs_recovery_staff_start(
	    c->domain, &op, cs_door_of(c)->grant.member, member, reason, &row, &why));
	return say_row(c, &row, &why);
}

typedef cs_err act_fn(struct cs_domain *d, const struct cs_op *op, cs_id by, cs_id recovery,
    cs_str reason, struct cs_recovery_row *out, struct cs_refusal *why);

static cs_err
act(struct cs_call *c, act_fn *fn)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_op op = op_of(c);
	struct cs_recovery_row row;
	cs_id recovery;
	cs_str reason;

	CS_TRY(cs_call_id(c, "id", &recovery));
	CS_TRY(cs_body_decode(c, &body));
	CS_TRY(cs_body_text(c, body, "reason", CS_RECOVERY_REASON_MAX, &reason));
	CS_TRY(fn(c->domain, &op, cs_door_of(c)->grant.member, recovery, reason, &row, &why));
	return say_row(c, &row, &why);
}

cs_err
cs_console_post_recovery_speed_up(struct cs_call *c)
{
	return act(c, cs_recovery_staff_speed_up);
}

cs_err
cs_console_post_recovery_case_stop(struct cs_call *c)
{
	return act(c, cs_recovery_staff_stop);
}
