/*
 * standing.c - GET /api/v1/member/sign-in: where a member's sign-in stands, as every step answers it.
 */
#include "api/body.h"
#include "api/console/console.h"
#include "api/console/recovery.h"
#include "api/cookies.h"
#include "domain/config/mfa.h"
#include "domain/json_text.h"
#include "domain/member_standing.h"

static const char *
step_name(enum cs_member_stage stage)
{
	switch (stage) {
	case CS_MEMBER_DONE:
		return "done";
	case CS_MEMBER_CHALLENGE:
		return "challenge";
	case CS_MEMBER_ENROL:
		break;
	}
	return "enrol";
}

static json_t *
days_of(int64_t ms)
{
	return ms == 0 ? json_null() : json_pack("{s:I}", "days", (json_int_t)(ms / CS_DAY_MS));
}

static json_t *
names_of(const struct cs_enforcement *demands)
{
	json_t *list = json_array();

	for (size_t i = 0; i < demands->account_count; i++)
		json_array_append_new(list, cs_json_text_of(demands->accounts[i]));
	return list;
}

static json_t *
enrol_of(const struct cs_member_standing *s)
{
	const char *why = "enforced";
	json_t *o;

	if (s->who->session.stage != CS_MEMBER_ENROL)
		return json_null();
	if (!cs_id_is_zero(s->who->session.recovery))
		why = "recovery";
	else if (s->who->member.must_enrol == CS_MUST_ENROL_RESET)
		why = "reset";
	o = json_object();
	json_object_set_new(o, "why", json_string(why));
	json_object_set_new(o, "accounts", names_of(&s->demands));
	json_object_set_new(o, "deadline", cs_json_time_of(s->demands.deadline));
	return o;
}

/* Whom a provider asks cannot enrol here. */
static json_t *
recommend_of(const struct cs_member_standing *s)
{
	const struct cs_member *member = &s->who->member;

	if (s->who->session.stage != CS_MEMBER_DONE || member->two_factor_since.ms > 0 ||
	    !cs_id_is_zero(member->sso_account))
		return json_null();
	return json_pack("{s:o}", "deadline", cs_json_time_of(s->demands.deadline));
}

static json_t *
methods_of(const struct cs_member_standing *s)
{
	json_t *list = cs_mfa_methods_encode(s->methods);

	if (s->has_codes)
		json_array_append_new(list, json_string("backup_code"));
	return list;
}

static void
put_challenge(const struct cs_member_standing *s, json_t *o)
{
	enum cs_member_stage stage = s->who->session.stage;
	bool is_asked = stage == CS_MEMBER_CHALLENGE;

	json_object_set_new(o, "methods", is_asked ? methods_of(s) : json_array());
	json_object_set_new(o, "backup_codes_left",
	    stage != CS_MEMBER_ENROL && s->has_codes ? json_integer(s->codes_left) : json_null());
	json_object_set_new(o, "remember", days_of(s->remember_ms));
}

static json_t *
used_of(const struct cs_member_step *step)
{
	if (step == NULL || !step->has_used_code)
		return json_null();
	return json_pack("{s:I}", "left", (json_int_t)step->codes_left);
}

static json_t *
begun_of(struct cs_call *c, const struct cs_member_standing *s, const struct cs_member_step *step)
{
	const struct cs_member_seen *who = s->who;
	bool is_done = who->session.stage == CS_MEMBER_DONE;
	json_t *o = json_object();

	json_object_set_new(o, "step", json_string(step_name(who->session.stage)));
	json_object_set_new(o, "member",
	    json_pack("{s:o, s:o, s:o}", "id", cs_json_id_of(who->member.id), "email",
		cs_json_text_of(who->member.email), "name", cs_json_text_of(who->member.name)));
	put_challenge(s, o);
	json_object_set_new(o, "enrol", enrol_of(s));
	json_object_set_new(o, "recommend_enrol", recommend_of(s));
	json_object_set_new(o, "recovery", cs_recovery_case_json(c->op->arena, s->recovery));
	json_object_set_new(o, "recovery_wait", cs_recovery_wait_json(c->domain));
	json_object_set_new(o, "support", cs_recovery_support_json(c->domain));
	json_object_set_new(o, "used_backup_code", used_of(step));
	json_object_set_new(o, "new_browser", json_boolean(s->is_new_browser));
	json_object_set_new(o, "redirect", is_done ? json_string("/console/") : json_null());
	return o;
}

/* Nobody yet: the same members, with nothing in them. */
static json_t *
not_begun(struct cs_call *c)
{
	return json_pack("{s:s, s:n, s:[], s:n, s:n, s:n, s:n, s:n, s:o, s:o, s:n, s:b, s:n}",
	    "step", "password", "member", "methods", "backup_codes_left", "remember", "enrol",
	    "recommend_enrol", "recovery", "recovery_wait", cs_recovery_wait_json(c->domain),
	    "support", cs_recovery_support_json(c->domain), "used_backup_code", "new_browser", 0,
	    "redirect");
}

void
cs_member_set_cookies(struct cs_call *c, const struct cs_member_step *step)
{
	if (step->token.len > 0)
		cs_cookie_set(c, CS_COOKIE_SESSION, step->token, step->life_ms);
	if (step->device_token.len > 0)
		cs_cookie_set(c, CS_COOKIE_DEVICE, step->device_token, CS_DEVICE_COOKIE_MS);
}

cs_err
cs_member_standing(struct cs_call *c, const struct cs_member_step *step, json_t **out)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_member_browser browser;
	struct cs_member_standing standing;
	struct cs_member_seen who;

	*out = NULL;
	cs_member_browser_of(c, &browser);
	if (step != NULL) {
		cs_member_set_cookies(c, step);
		CS_TRY(cs_member_browser_after(step, &browser));
	}
	CS_TRY(cs_member_see(c->domain, c->op, &browser, &who, &why));
	if (why.kind != CS_REFUSAL_NONE) {
		*out = not_begun(c);
		return CS_OK;
	}
	CS_TRY(cs_member_stand(c->domain, c->op, &who, &standing));
	*out = begun_of(c, &standing, step);
	return CS_OK;
}

cs_err
cs_member_answer_standing(struct cs_call *c, const struct cs_member_step *step)
{
	json_t *o;

	CS_TRY(cs_member_standing(c, step, &o));
	return cs_body_answer(c, o);
}

cs_err
cs_console_get_standing(struct cs_call *c)
{
	if (!cs_id_is_zero(c->op->account))
		return CS_FAIL(NOT_FOUND);
	return cs_member_answer_standing(c, NULL);
}
