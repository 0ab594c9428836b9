/*
 * members.c - /api/v1/accounts/{account}/members… and enforcement/preview: what the
 * Cloudflare-compatible API has no word for.
 */
#include "api/body.h"
#include "api/cloudflare/people.h"
#include "api/console/console.h"
#include "api/status.h"
#include "domain/config/role.h"
#include "domain/enforcement.h"
#include "domain/json_text.h"

#define REASON_MAX 500

static cs_err
say_no(struct cs_call *c, const struct cs_refusal *why)
{
	cs_status_refuse(c, why, CS_OK);
	return CS_OK;
}

/* --- the list --- */

static const char *
status_of(const struct cs_account_member *m)
{
	switch (m->status) {
	case CS_ACCOUNT_MEMBER_ACCEPTED:
		return "accepted";
	case CS_ACCOUNT_MEMBER_PENDING:
		return "pending";
	case CS_ACCOUNT_MEMBER_EXPIRED:
		break;
	}
	return "expired";
}

static json_t *
id_or_null(cs_id id)
{
	return cs_id_is_zero(id) ? json_null() : cs_json_id_of(id);
}

static json_t *
begin_line(const struct cs_account_member *m)
{
	json_t *j = json_object();

	json_object_set_new(j, "id", cs_json_id_of(m->id));
	json_object_set_new(j, "email", cs_json_text_of(m->email));
	json_object_set_new(j, "name", cs_json_text_of(m->name));
	json_object_set_new(j, "role", cs_json_text_of(cs_role_row(m->role)->name));
	json_object_set_new(j, "status", json_string(status_of(m)));
	return j;
}

static json_t *
show(const struct cs_account_member *m)
{
	json_t *j = begin_line(m);

	json_object_set_new(j, "is_sso", json_boolean(m->is_sso));
	json_object_set_new(j, "two_factor",
	    json_pack("{s:b, s:o}", "is_enabled", m->two_factor_since.ms != 0, "since",
		cs_json_time_of(m->two_factor_since)));
	json_object_set_new(j, "last_sign_in_at", cs_json_time_of(m->last_sign_in));
	json_object_set_new(j, "invited_at", cs_json_time_of(m->invited));
	json_object_set_new(j, "expires_at", cs_json_time_of(m->expires));
	json_object_set_new(j, "api_tokens", json_integer(m->api_tokens));
	json_object_set_new(j, "open_recovery", id_or_null(m->recovery));
	json_object_set_new(j, "frozen_at", cs_json_time_of(m->frozen));
	return j;
}

cs_err
cs_console_get_members(struct cs_call *c)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(CS_CONFIG_ARENA_MAX);
	struct cs_op wide = cs_cf_op(c);
	struct cs_account_member *list;
	json_t *members;
	size_t count;

	wide.arena = arena;
	CS_TRY(cs_members_list(c->domain, &wide, &list, &count));
	members = json_array();
	for (size_t i = 0; i < count; i++)
		json_array_append_new(members, show(&list[i]));
	return cs_body_answer(c, json_pack("{s:o}", "members", members));
}

/* --- what enforcement would mean --- */

static const char *const preview_words[] = {
	[CS_PREVIEW_OFF] = "off",
	[CS_PREVIEW_ON] = "on",
	[CS_PREVIEW_SSO] = "sso",
};

cs_err
cs_console_get_enforcement_preview(struct cs_call *c)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(CS_CONFIG_ARENA_MAX);
	json_int_t counts[CS_COUNT(preview_words)] = { 0 };
	struct cs_op wide = cs_cf_op(c);
	struct cs_account_member *list;
	json_t *members;
	size_t count;

	wide.arena = arena;
	CS_TRY(cs_members_list(c->domain, &wide, &list, &count));
	members = json_array();
	for (size_t i = 0; i < count; i++) {
		enum cs_preview_state state = cs_enforcement_preview(&list[i]);
		if (list[i].status == CS_ACCOUNT_MEMBER_EXPIRED)
			continue;
		json_t *j = begin_line(&list[i]);
		json_object_set_new(j, "two_factor", json_string(preview_words[state]));
		json_array_append_new(members, j);
		counts[state]++;
	}
	return cs_body_answer(c, json_pack("{s:o, s:I, s:I, s:I}", "members", members, "affected",
				     counts[CS_PREVIEW_OFF], "on", counts[CS_PREVIEW_ON], "sso",
				     counts[CS_PREVIEW_SSO]));
}

/* --- doing something to one --- */

cs_err
cs_console_post_member_resend(struct cs_call *c)
{
	const struct cs_in_charge who = cs_cf_in_charge(c);
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_op op = cs_cf_op(c);
	struct cs_account_member m;
	cs_id id;

	CS_TRY(cs_cf_hex_id(c, "id", &id));
	CS_TRY(cs_members_resend(c->domain, &op, &who, id, &m, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return say_no(c, &why);
	return cs_body_answer(c, json_pack("{s:o}", "expires_at", cs_json_time_of(m.expires)));
}

/* In person: a token that leaks must not open somebody's door. */
cs_err
cs_console_post_member_disable(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	const struct cs_in_charge who = cs_cf_in_charge(c);
	struct cs_refusal why = { .kind = CS_REFUSAL_NOT_ALLOWED };
	struct cs_op op = cs_cf_op(c);
	cs_str reason;
	cs_id id;

	if (!cs_id_is_zero(cs_door_of(c)->grant.token))
		return say_no(c, &why);
	CS_TRY(cs_cf_hex_id(c, "id", &id));
	CS_TRY(cs_body_decode(c, &body));
	CS_TRY(cs_body_text(c, body, "reason", REASON_MAX, &reason));
	CS_TRY(cs_members_disable_two_factor(c->domain, &op, &who, id, cs_str_trim(reason), &why));
	if (why.kind != CS_REFUSAL_NONE)
		return say_no(c, &why);
	return cs_body_answer(c, json_pack("{s:o}", "id", cs_json_id_of(id)));
}
