/*
 * users.c - /api/v1/accounts/{account}/…: what administrators do to one person (users/{id}/…), and
 * how many people have enrolled what (mfa_counts). The Cloudflare-compatible API has no call for it.
 */
#include "api/body.h"
#include "api/cloudflare/door.h"
#include "api/cloudflare/people.h"
#include "api/console/console.h"
#include "api/status.h"
#include "domain/admin.h"
#include "domain/config/mfa.h"
#include "domain/json_text.h"
#include "domain/users.h"

#define STATUS_MAX 16

/* Who does what to whom: in the account of the caller's grant. */
static cs_err
begin(struct cs_call *c, struct cs_op *op, cs_id *actor, cs_id *user)
{
	const struct cs_grant *grant = &cs_door_of(c)->grant;

	*op = *c->op;
	op->account = grant->account;
	*actor = grant->member;
	return cs_call_id(c, "id", user);
}

static cs_err
answer(struct cs_call *c, cs_id user, const char *key, json_t *value, const struct cs_refusal *why)
{
	json_t *o;

	if (why->kind != CS_REFUSAL_NONE) {
		json_decref(value);
		cs_status_refuse(c, why, CS_OK);
		return CS_OK;
	}
	o = json_object();
	json_object_set_new(o, "id", cs_json_id_of(user));
	json_object_set_new(o, key, value);
	return cs_body_answer(c, o);
}

cs_err
cs_console_post_unfreeze(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_op op;
	cs_id actor;
	cs_id user;

	CS_TRY(begin(c, &op, &actor, &user));
	CS_TRY(cs_admin_unfreeze(c->domain, &op, actor, user, &why));
	return answer(c, user, "frozen_at", json_null(), &why);
}

cs_err
cs_console_post_member_unfreeze(struct cs_call *c)
{
	const struct cs_op op = cs_cf_op(c);
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_id member;

	CS_TRY(cs_cf_hex_id(c, "id", &member));
	CS_TRY(cs_admin_unfreeze_member(c->domain, &op, cs_door_of(c)->grant.member, member, &why));
	return answer(c, member, "frozen_at", json_null(), &why);
}

/* Errors: INVALID. */
static cs_err
read_status(struct cs_call *c, const json_t *body, enum cs_user_status *out)
{
	cs_str text;

	*out = CS_USER_DISABLED;
	CS_TRY(cs_body_text(c, body, "status", STATUS_MAX, &text));
	if (cs_str_equal(text, CS_STR("disabled")))
		return CS_OK;
	*out = CS_USER_ACTIVE;
	return cs_str_equal(text, CS_STR("active")) ? CS_OK : CS_FAIL(INVALID);
}

cs_err
cs_console_post_user_status(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	enum cs_user_status status;
	struct cs_op op;
	cs_id actor;
	cs_id user;

	CS_TRY(begin(c, &op, &actor, &user));
	CS_TRY(cs_body_decode(c, &body));
	CS_TRY(read_status(c, body, &status));
	CS_TRY(cs_admin_set_status(c->domain, &op, actor, user, status, &why));
	return answer(c, user, "status",
	    json_string(status == CS_USER_DISABLED ? "disabled" : "active"), &why);
}

/* --- how many have enrolled what --- */

/* Those who have one of these methods at least; 0: everybody. */
static json_t *
people_with(const struct cs_user_counts *counts, unsigned methods)
{
	json_int_t sum = 0;

	for (unsigned set = 0; set < CS_USER_SETS; set++)
		if (methods == 0 || (set & methods) != 0)
			sum += counts->having[set];
	return json_integer(sum);
}

cs_err
cs_console_get_mfa_counts(struct cs_call *c)
{
	struct cs_user_counts counts;
	struct cs_op op = *c->op;

	op.account = cs_door_of(c)->grant.account;
	CS_TRY(cs_users_count(c->domain, &op, &counts));
	json_t *methods = json_object();
	for (size_t i = 0; i < CS_MFA_METHODS; i++)
		json_object_set_new(methods, cs_mfa_methods[i].name,
		    people_with(&counts, cs_mfa_methods[i].method));
	json_object_set_new(methods, "none", json_integer(counts.having[0]));
	json_t *o = json_object();
	json_object_set_new(o, "users", people_with(&counts, 0));
	json_object_set_new(o, "methods", methods);
	return cs_body_answer(c, o);
}
