/*
 * policy_checks.c - GET /access/apps/{app}/user_policy_checks: what an application would say to
 * somebody (specs: Access §5.1).
 *
 * Beyond the original: user_id or email in the query says who (else it is the caller), ip from
 * where; "status" says what would happen, "matched" which policy decides, "mfa" what it asks for.
 */
#include "api/cloudflare/routes.h"
#include "api/cloudflare/show.h"
#include "domain/access_check.h"
#include "domain/config/mfa.h"

static cs_err
read_question(struct cs_call *c, struct cs_access_question *out)
{
	cs_str user;
	cs_str ip;

	*out = (struct cs_access_question){ .member = cs_door_of(c)->grant.member };
	CS_TRY(cs_call_query(c, "user_id", &user));
	CS_TRY(cs_call_query(c, "email", &out->email));
	CS_TRY(cs_call_query(c, "ip", &ip));
	/* who looks after applications alone does not see people, and the answer shows one */
	if ((user.len > 0 || out->email.len > 0) &&
	    (cs_door_of(c)->grant.permissions & CS_MAY_SEE_ORGS) == 0)
		return CS_FAIL(FORBIDDEN);
	if (user.len > 0 && cs_failed(cs_id_from_uuid(user, &out->user)))
		return cs_refuse(&cs_door_of(c)->fault, "user_id is not a UUID");
	if (ip.len > 0 && cs_failed(cs_addr_decode(ip, &out->ip)))
		return cs_refuse(&cs_door_of(c)->fault, "ip is not an address");
	return CS_OK;
}

static const char *
status_of(const struct cs_checked_access *a)
{
	if (a->who.user.status != CS_USER_ACTIVE)
		return "disabled";
	switch (a->answer.verdict) {
	case CS_ACCESS_ALLOW:
		return a->answer.mfa.is_required ? "second_factor" : "allowed";
	case CS_ACCESS_BYPASS:
	case CS_ACCESS_SERVICE:
		return "allowed";
	case CS_ACCESS_SIGN_IN:
		return "sign_in";
	case CS_ACCESS_DENY:
		break;
	}
	return "denied";
}

static json_t *
mfa_of(const struct cs_mfa_requirement *need)
{
	json_t *o = json_object();

	cs_json_put(o, "required", json_boolean(need->is_required));
	cs_json_put(o, "allowed_authenticators", cs_mfa_methods_encode(need->methods));
	cs_json_put(o, "duration_s", json_integer(need->duration_ms / CS_SECOND_MS));
	return o;
}

/* The application's policies, and which of them decided. */
static json_t *
policies_of(json_t *app, struct cs_arena *a, const struct cs_policy *matched)
{
	json_t *list = json_incref(json_object_get(app, "policies"));
	cs_str id = matched != NULL ? cs_id_uuid_text(a, matched->id) : CS_STR_NONE;
	json_t *policy;
	size_t i;

	json_array_foreach(list, i, policy) cs_json_put(policy, "matched",
	    json_boolean(matched != NULL && cs_str_equal(cs_json_text(policy, "id"), id)));
	return list;
}

static json_t *
app_state(struct cs_arena *a, json_t *app, const struct cs_checked_access *access)
{
	json_t *o = json_object();

	cs_json_put(o, "app_uid", json_incref(json_object_get(app, "id")));
	cs_json_put(o, "aud", json_incref(json_object_get(app, "aud")));
	cs_json_put(o, "hostname", cs_json_of_str(cs_json_text(app, "domain")));
	cs_json_put(o, "name", cs_json_of_str(cs_json_text(app, "name")));
	cs_json_put(o, "policies", policies_of(app, a, access->answer.policy));
	cs_json_put(o, "status", json_string(status_of(access)));
	cs_json_put(o, "mfa", mfa_of(&access->answer.mfa));
	return o;
}

/* What was kept of the last sign-in, as it is. */
static json_t *
identity_of(const struct cs_checked_access *access)
{
	cs_str text = access->who.last_identity;

	return json_loadb(text.p, text.len, 0, NULL);
}

static cs_err
answer(struct cs_call *c, cs_id app, const struct cs_checked_access *access)
{
	CS_AUTO(cs_view_clear) struct cs_view v = { 0 };
	CS_TRY(cs_view_begin(c, &v));
	const struct cs_image_application *row = cs_image_application(&v.image, app);
	if (row == NULL)
		return CS_FAIL(NOT_FOUND);
	CS_AUTO(cs_json_free)
	json_t *shown = cs_show_application(v.arena, &v.image, &row->row);
	json_t *result = json_object();
	cs_json_put(result, "app_state", app_state(v.arena, shown, access));
	cs_json_put(result, "user_identity", identity_of(access));
	return cs_door_answer(c, 200, result);
}

cs_err
cs_cf_policy_checks(struct cs_call *c)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	struct cs_access_question question;
	struct cs_checked_access access;
	struct cs_op op = *c->op;
	cs_id id;

	CS_TRY(cs_call_id(c, "app", &id));
	CS_TRY(read_question(c, &question));
	op.account = cs_door_of(c)->grant.account;
	CS_TRY(cs_gate_acquire(c->domain->gate, op.account, &held));
	const struct cs_application *app = cs_snapshot_application(held, id);
	if (app == NULL)
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_access_check(c->domain, &op, cs_snapshot_config(held), app, &question, &access));
	return answer(c, id, &access);
}
