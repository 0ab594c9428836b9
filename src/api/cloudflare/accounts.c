/*
 * accounts.c - /accounts, /accounts/{account} and its roles (specs: Access §15.1, §15.2).
 */
#include "api/cloudflare/people.h"
#include "domain/config/role.h"
#include "domain/own_memberships.h"

/* --- accounts --- */

/* In the order of the list that the store gives: by name. */
static cs_err
add_account(struct cs_call *c, struct cs_page *p, cs_id account)
{
	struct cs_op op = *c->op;
	struct cs_account_shown shown;

	op.account = account;
	CS_TRY(cs_account_settings_read(c->domain, &op, &shown));
	cs_page_put(p, cs_cf_show_account(op.arena, &shown));
	return CS_OK;
}

cs_err
cs_cf_account_list(struct cs_call *c)
{
	CS_AUTO(cs_page_clear) struct cs_page p = { 0 };
	const struct cs_member_account *all;
	bool is_descending;
	size_t count;
	cs_str name;

	CS_TRY(cs_page_begin(c, &p));
	CS_TRY(cs_cf_is_descending(c, &is_descending));
	CS_TRY(cs_cf_query(c, "name", &name));
	CS_TRY(cs_own_accounts(c->domain, c->op, &cs_door_of(c)->grant, &all, &count));
	for (size_t i = 0; i < count; i++) {
		const struct cs_member_account *a = &all[is_descending ? count - 1 - i : i];
		if (cs_filter_text(name, false, a->name) && cs_page_takes(&p))
			CS_TRY(add_account(c, &p, a->id));
	}
	return cs_page_answer(c, &p);
}

cs_err
cs_cf_account_get(struct cs_call *c)
{
	struct cs_op op = cs_cf_op(c);
	struct cs_account_shown shown;

	CS_TRY(cs_account_settings_read(c->domain, &op, &shown));
	return cs_door_answer(c, 200, cs_cf_show_account(op.arena, &shown));
}

static cs_err
read_name(const json_t *body, struct cs_account_wish *wish, struct cs_fault *fault)
{
	const json_t *type = cs_json_get(body, "type");
	const json_t *name = cs_json_get(body, "name");

	if (type != NULL && !cs_str_equal(cs_json_text(body, "type"), CS_STR("standard")))
		return cs_refuse(fault, "account: type must be standard");
	wish->has_name = name != NULL;
	wish->name = cs_json_text(body, "name");
	if (name != NULL && wish->name.len == 0)
		return cs_refuse(
		    fault, "account: name must be a string of 1 to %d bytes", CS_ACCOUNT_NAME_MAX);
	return CS_OK;
}

static cs_err
read_flag(const json_t *object, const char *key, bool *has, bool *out, struct cs_fault *fault)
{
	const json_t *v = cs_json_get(object, key);

	*has = v != NULL;
	*out = json_is_true(v);
	if (v != NULL && !json_is_boolean(v))
		return cs_refuse(fault, "account: %s must be true or false", key);
	return CS_OK;
}

/* null takes the date away; absent leaves it. */
static cs_err
read_after(const json_t *house, struct cs_account_wish *wish, struct cs_fault *fault)
{
	const json_t *v = json_object_get(house, "enforce_after");

	wish->has_after = v != NULL;
	if (v == NULL || json_is_null(v))
		return CS_OK;
	if (!json_is_string(v) ||
	    cs_failed(cs_time_decode(cs_json_text(house, "enforce_after"), &wish->after)))
		return cs_refuse(fault,
		    "account: countersign.enforce_after must be null or a time such as "
		    "2026-12-01T00:00:00Z");
	return CS_OK;
}

static cs_err
read_wish(const json_t *body, struct cs_account_wish *wish, struct cs_fault *fault)
{
	const json_t *settings = cs_json_get(body, "settings");
	const json_t *house = cs_json_get(body, "countersign");

	if ((settings != NULL && !json_is_object(settings)) ||
	    (house != NULL && !json_is_object(house)))
		return cs_refuse(fault, "account: settings and countersign must be objects");
	CS_TRY(read_name(body, wish, fault));
	CS_TRY(read_flag(
	    settings, "enforce_twofactor", &wish->has_enforced, &wish->is_enforced, fault));
	CS_TRY(read_flag(
	    house, "refuse_remembered", &wish->has_remembered, &wish->refuses_remembered, fault));
	return read_after(house, wish, fault);
}

cs_err
cs_cf_account_update(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	struct cs_account_wish wish = { .is_proved = cs_door_is_proved(c) };
	struct cs_account_shown shown;
	struct cs_refusal why;

	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(read_wish(e.body, &wish, e.change.fault));
	CS_TRY(cs_account_settings_change(c->domain, &e.op, e.change.actor, &wish, &shown, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_cf_refused(c, &why);
	return cs_door_answer(c, 200, cs_cf_show_account(e.arena, &shown));
}

/* --- roles --- */

cs_err
cs_cf_role_list(struct cs_call *c)
{
	CS_AUTO(cs_page_clear) struct cs_page p = { 0 };

	CS_TRY(cs_page_begin(c, &p));
	for (size_t i = 0; i < CS_ROLES; i++)
		if (cs_page_takes(&p))
			cs_page_put(&p, cs_cf_show_role(cs_roles[i].role));
	return cs_page_answer(c, &p);
}

cs_err
cs_cf_role_get(struct cs_call *c)
{
	const struct cs_role_row *row = cs_role_by_cloudflare_id(cs_call_param(c, "id"));

	if (row == NULL)
		return CS_FAIL(NOT_FOUND);
	return cs_door_answer(c, 200, cs_cf_show_role(row->role));
}
