/*
 * user_tokens.c - /user/tokens: API tokens of the caller's own (specs: Access §15.3).
 *
 * A token of ours is of one account, so its policies come out as one: allow, these permission groups,
 * in that account.
 */
#include "api/cloudflare/people.h"
#include "api/cloudflare/show.h"
#include "domain/config/token_condition.h"

#define ACCOUNT_SCOPE "com.cloudflare.api.account"
#define USER_SCOPE "com.cloudflare.api.user"

static const struct cs_grant *
grant_of(const struct cs_call *c)
{
	return &cs_door_of(c)->grant;
}

/* --- permission groups --- */

static json_t *
show_group(struct cs_arena *a, const struct cs_permission_row *row)
{
	json_t *j = json_object();

	cs_json_put(j, "id", cs_json_of_str(cs_permission_id(a, row)));
	cs_json_put(j, "name", cs_json_of_str(row->text));
	return j;
}

static const char *
scope_of(const struct cs_permission_row *row)
{
	return row->is_of_user ? USER_SCOPE : ACCOUNT_SCOPE;
}

cs_err
cs_cf_permission_groups(struct cs_call *c)
{
	json_t *list;
	cs_str scope;
	cs_str name;
	size_t count;
	const struct cs_permission_row *rows = cs_permissions(&count);

	CS_TRY(cs_cf_query(c, "name", &name));
	CS_TRY(cs_cf_query(c, "scope", &scope));
	list = json_array();
	for (size_t i = 0; i < count; i++) {
		if (!cs_filter_text(name, true, rows[i].text) ||
		    !cs_filter_text(scope, true, cs_str_c(scope_of(&rows[i]))))
			continue;
		json_t *j = show_group(c->op->arena, &rows[i]);
		cs_json_put(j, "scopes", json_pack("[s]", scope_of(&rows[i])));
		cs_json_put(j, "category", json_string(rows[i].is_of_user ? "User" : "Account"));
		cs_json_put(j, "is_selectable", json_true());
		CS_ASSERT(json_array_append_new(list, j) == 0);
	}
	return cs_door_answer(c, 200, list);
}

/* --- showing --- */

static const char *
status_of(const struct cs_api_token *t, cs_time now)
{
	if (t->expires.ms != 0 && t->expires.ms <= now.ms)
		return "expired";
	return t->is_disabled ? "disabled" : "active";
}

/* The token's own id with the last bit turned: as good as a row's. */
static json_t *
policy_id(cs_id token)
{
	token.b[sizeof(token.b) - 1] ^= 1;
	return cs_cf_show_hex_id(token);
}

static json_t *
show_policies(struct cs_arena *a, const struct cs_api_token *t)
{
	json_t *resources = json_object();
	json_t *groups = json_array();
	size_t count;
	const struct cs_permission_row *rows = cs_permissions(&count);

	for (size_t i = 0; i < count; i++)
		if ((t->permissions & rows[i].bit) != 0)
			CS_ASSERT(json_array_append_new(groups, show_group(a, &rows[i])) == 0);
	cs_str key =
	    cs_arena_printf(a, ACCOUNT_SCOPE ".%.*s", CS_STR_ARG(cs_id_hex_text(a, t->account)));
	cs_json_put(resources, cs_arena_c(a, key), json_string("*"));
	return json_pack("[{s:o, s:s, s:o, s:o}]", "id", policy_id(t->id), "effect", "allow",
	    "permission_groups", groups, "resources", resources);
}

static void
put_time(struct cs_arena *a, json_t *j, const char *key, cs_time t)
{
	if (t.ms != 0)
		cs_json_put(j, key, cs_show_time(a, t));
}

static void
put_condition(json_t *j, cs_str stored)
{
	struct cs_fault fault = { 0 };
	json_t *condition = NULL;

	if (stored.len != 0 && !cs_failed(cs_json_decode(cs_str_span(stored), &condition, &fault)))
		cs_json_put(j, "condition", condition);
}

static json_t *
show(const struct cs_op *op, const struct cs_api_token *t)
{
	json_t *j = json_object();

	cs_json_put(j, "id", cs_cf_show_hex_id(t->id));
	cs_json_put(j, "name", cs_json_of_str(t->name));
	cs_json_put(j, "status", json_string(status_of(t, op->now)));
	cs_json_put(j, "issued_on", cs_show_time(op->arena, t->issued));
	cs_json_put(j, "modified_on",
	    cs_show_time(op->arena, t->modified.ms != 0 ? t->modified : t->issued));
	put_time(op->arena, j, "last_used_on", t->last_used);
	put_time(op->arena, j, "not_before", t->not_before);
	put_time(op->arena, j, "expires_on", t->expires);
	cs_json_put(j, "policies", show_policies(op->arena, t));
	put_condition(j, t->condition);
	return j;
}

cs_err
cs_cf_user_token_list(struct cs_call *c)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(CS_CONFIG_ARENA_MAX);
	CS_AUTO(cs_page_clear) struct cs_page p = { 0 };
	struct cs_op wide = *c->op;
	struct cs_api_token *list;
	bool is_descending;
	size_t count;

	wide.arena = arena;
	CS_TRY(cs_page_begin(c, &p));
	CS_TRY(cs_cf_is_descending(c, &is_descending));
	CS_TRY(cs_own_token_list(c->domain, &wide, grant_of(c), &list, &count));
	for (size_t i = 0; i < count; i++)
		if (cs_page_takes(&p))
			cs_page_put(&p, show(&wide, &list[is_descending ? count - 1 - i : i]));
	return cs_page_answer(c, &p);
}

cs_err
cs_cf_user_token_get(struct cs_call *c)
{
	struct cs_api_token t;
	cs_id id;

	CS_TRY(cs_cf_hex_id(c, "id", &id));
	CS_TRY(cs_own_token_get(c->domain, c->op, grant_of(c), id, &t));
	return cs_door_answer(c, 200, show(c->op, &t));
}

/* --- what is asked for --- */

static cs_err
read_group(const json_t *group, struct cs_token_wish *wish, struct cs_fault *fault)
{
	const struct cs_permission_row *row = cs_permission_by_id(cs_json_text(group, "id"));

	if (row == NULL)
		return cs_refuse(fault, "token: there is no such permission group: "
					"GET /user/tokens/permission_groups lists them");
	wish->permissions |= row->bit;
	return CS_OK;
}

static cs_err
read_account(cs_str key, struct cs_token_wish *wish, struct cs_fault *fault)
{
	cs_str head = CS_STR(ACCOUNT_SCOPE ".");
	cs_id account;

	if (!cs_str_starts(key, head) ||
	    cs_failed(cs_id_from_hex(cs_str_slice(key, head.len, key.len), &account)))
		return cs_refuse(fault, "token: a resource must be " ACCOUNT_SCOPE
					".ID or " USER_SCOPE ".ID, and its value \"*\"");
	if (!cs_id_is_zero(wish->account) && !cs_id_equal(wish->account, account))
		return cs_refuse(fault, "token: a token is of one account: make one for each");
	wish->account = account;
	return CS_OK;
}

/* What is about the member needs no account: theirs is the only one that can be meant. */
static cs_err
read_resources(const struct cs_call *c, const json_t *resources, struct cs_token_wish *wish,
    struct cs_fault *fault)
{
	cs_str self = cs_arena_printf(c->op->arena, USER_SCOPE ".%.*s",
	    CS_STR_ARG(cs_id_hex_text(c->op->arena, grant_of(c)->member)));
	const char *key;
	json_t *value;

	if (resources != NULL && !json_is_object(resources))
		return cs_refuse(fault, "token: resources must be an object");
	json_object_foreach((json_t *)(uintptr_t)resources, key, value)
	{
		if (!json_is_string(value) || strcmp(json_string_value(value), "*") != 0)
			return cs_refuse(fault, "token: the value of a resource must be \"*\"");
		if (cs_str_equal(cs_str_c(key), self) || strcmp(key, ACCOUNT_SCOPE ".*") == 0)
			continue;
		CS_TRY(read_account(cs_str_c(key), wish, fault));
	}
	return CS_OK;
}

static cs_err
read_policies(const struct cs_call *c, const json_t *policies, struct cs_token_wish *wish,
    struct cs_fault *fault)
{
	if (!json_is_array(policies) || json_array_size(policies) == 0)
		return cs_refuse(fault, "token: policies must hold at least one policy");
	for (size_t i = 0; i < json_array_size(policies); i++) {
		const json_t *policy = json_array_get(policies, i);
		const json_t *groups = cs_json_get(policy, "permission_groups");
		if (!cs_str_equal(cs_json_text(policy, "effect"), CS_STR("allow")))
			return cs_refuse(fault, "token: the effect of a policy must be allow");
		for (size_t k = 0; k < json_array_size(groups); k++)
			CS_TRY(read_group(json_array_get(groups, k), wish, fault));
		CS_TRY(read_resources(c, cs_json_get(policy, "resources"), wish, fault));
	}
	return CS_OK;
}

static cs_err
read_time(const json_t *body, const char *key, cs_time *out, struct cs_fault *fault)
{
	const json_t *v = cs_json_get(body, key);

	*out = (cs_time){ 0 };
	if (v == NULL)
		return CS_OK;
	if (!json_is_string(v) || cs_failed(cs_time_decode(cs_json_text(body, key), out)) ||
	    out->ms <= 0)
		return cs_refuse(
		    fault, "token: %s must be a time such as 2026-12-01T00:00:00Z", key);
	return CS_OK;
}

static cs_err
read_status(const json_t *body, struct cs_token_wish *wish, struct cs_fault *fault)
{
	cs_str status = cs_json_text(body, "status");

	wish->is_disabled = cs_str_equal(status, CS_STR("disabled"));
	if (status.len != 0 && !wish->is_disabled && !cs_str_equal(status, CS_STR("active")) &&
	    !cs_str_equal(status, CS_STR("expired")))
		return cs_refuse(fault, "token: status must be active or disabled");
	return CS_OK;
}

static cs_err
read_wish(
    const struct cs_call *c, const json_t *body, struct cs_token_wish *wish, struct cs_fault *fault)
{
	*wish = (struct cs_token_wish){ .name = cs_json_text(body, "name") };
	CS_TRY(read_policies(c, cs_json_get(body, "policies"), wish, fault));
	CS_TRY(read_time(body, "not_before", &wish->not_before, fault));
	CS_TRY(read_time(body, "expires_on", &wish->expires, fault));
	CS_TRY(read_status(body, wish, fault));
	return cs_token_condition_decode(
	    c->op->arena, cs_json_get(body, "condition"), &wish->condition, fault);
}

/* --- changing --- */

cs_err
cs_cf_user_token_create(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	struct cs_token_wish wish;
	struct cs_api_token t;
	cs_str text;

	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(read_wish(c, e.body, &wish, e.change.fault));
	CS_TRY(cs_own_token_make(c->domain, c->op, grant_of(c), &wish, &t, &text, e.change.fault));
	json_t *j = show(c->op, &t);
	cs_json_put(j, "value", cs_json_of_str(text));
	return cs_door_answer(c, 200, j);
}

cs_err
cs_cf_user_token_update(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	struct cs_token_wish wish;
	struct cs_api_token t;
	cs_id id;

	CS_TRY(cs_cf_hex_id(c, "id", &id));
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(read_wish(c, e.body, &wish, e.change.fault));
	CS_TRY(cs_own_token_change(c->domain, c->op, grant_of(c), id, &wish, &t, e.change.fault));
	return cs_door_answer(c, 200, show(c->op, &t));
}

cs_err
cs_cf_user_token_roll(struct cs_call *c)
{
	cs_str text;
	cs_id id;

	CS_TRY(cs_cf_hex_id(c, "id", &id));
	CS_TRY(cs_own_token_roll(c->domain, c->op, grant_of(c), id, &text, &cs_door_of(c)->fault));
	return cs_door_answer(c, 200, cs_json_of_str(text));
}

cs_err
cs_cf_user_token_remove(struct cs_call *c)
{
	cs_id id;

	CS_TRY(cs_cf_hex_id(c, "id", &id));
	CS_TRY(cs_own_token_remove(c->domain, c->op, grant_of(c), id, &cs_door_of(c)->fault));
	return cs_door_answer(c, 200, json_pack("{s:o}", "id", cs_cf_show_hex_id(id)));
}
