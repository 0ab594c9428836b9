/*
 * member.c - /api/v1/member: members sign in to the console, and what it shows them of themselves.
 */
#include "api/body.h"
#include "api/console/console.h"
#include "api/console/routes.h"
#include "api/cookies.h"
#include "api/status.h"
#include "domain/config/member.h"
#include "domain/config/permission.h"
#include "domain/json_text.h"
#include "domain/member_profile.h"
#include "domain/member_session.h"
#include "domain/session.h"

#define EMAIL_MAX 254

/* Members belong to the server realm: its auth host alone knows them. */
static bool
is_console(const struct cs_call *c)
{
	return cs_id_is_zero(c->op->account);
}

void
cs_member_browser_of(const struct cs_call *c, struct cs_member_browser *out)
{
	uint8_t hash[CS_TOKEN_HASH_LEN];

	*out = (struct cs_member_browser){ .session = cs_cookie_get(c->rq, CS_COOKIE_SESSION) };
	out->has_device = cs_cookie_hash(c->rq, CS_COOKIE_DEVICE, hash);
	if (out->has_device)
		out->device = cs_device_id(hash);
}

cs_err
cs_console_guard_half(struct cs_call *c, struct cs_refusal *why)
{
	struct cs_member_seen *who = CS_NEW(c->op->arena, struct cs_member_seen);
	struct cs_member_browser browser;

	why->kind = CS_REFUSAL_SIGNED_OUT;
	if (!is_console(c))
		return CS_OK;
	cs_member_browser_of(c, &browser);
	CS_TRY(cs_member_see(c->domain, c->op, &browser, who, why));
	if (why->kind == CS_REFUSAL_NONE)
		c->principal.member = who;
	return CS_OK;
}

cs_err
cs_console_guard(struct cs_call *c, struct cs_refusal *why)
{
	CS_TRY(cs_console_guard_half(c, why));
	if (why->kind != CS_REFUSAL_NONE || c->principal.member->session.stage == CS_MEMBER_DONE)
		return CS_OK;
	c->principal.member = NULL;
	why->kind = CS_REFUSAL_SIGNED_OUT;
	return CS_OK;
}

cs_err
cs_console_post_sign_in(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_member_credentials who = { .has_device = false };
	struct cs_member_browser browser;
	struct cs_member_step step;

	if (!is_console(c))
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_body_decode(c, &body));
	CS_TRY(cs_body_text(c, body, "email", EMAIL_MAX, &who.email));
	CS_TRY(cs_body_text(c, body, "password", CS_PASSWORD_MAX, &who.password));
	cs_member_browser_of(c, &browser);
	who.has_device = browser.has_device;
	who.device = browser.device;
	CS_TRY(cs_member_sign_in(c->domain, c->op, &who, &step, &why));
	if (why.kind == CS_REFUSAL_NONE)
		return cs_member_answer_standing(c, &step);
	cs_status_refuse(c, &why, CS_OK);
	return CS_OK;
}

cs_err
cs_console_post_sign_out(struct cs_call *c)
{
	CS_TRY(cs_member_sign_out(c->domain, c->op, c->principal.member));
	cs_cookie_clear(c, CS_COOKIE_SESSION);
	return cs_body_answer(c, json_pack("{s:s}", "redirect", "/console/"));
}

/* --- who is signed in --- */

static const char *
role_name(enum cs_role role)
{
	switch (role) {
	case CS_ROLE_OWNER:
		return "owner";
	case CS_ROLE_ADMINISTRATOR:
		return "administrator";
	case CS_ROLE_USER_MANAGER:
		return "user_manager";
	case CS_ROLE_HELP_DESK:
		return "help_desk";
	case CS_ROLE_READ_ONLY:
		return "read_only";
	case CS_ROLE_NONE:
		break;
	}
	return "none";
}

/* ORGS_WRITE is "orgs_write" to the page. */
static json_t *
lower_name(const char *name)
{
	char text[32] = { 0 };

	for (size_t i = 0; name[i] != '\0' && i + 1 < sizeof(text); i++)
		text[i] = name[i] == '_' ? '_' : (char)(name[i] | 0x20);
	return json_string(text);
}

static json_t *
permissions_of(enum cs_role role)
{
	static const struct {
		const char *name;
		uint32_t bit;
	} names[] = {
#define P(NAME, BIT, TEXT) { #NAME, CS_MAY_##NAME },
#include "domain/config/permissions.def"
#undef P
	};
	uint32_t may = cs_role_permissions(role);
	json_t *list = json_array();

	for (size_t i = 0; i < CS_COUNT(names); i++)
		if ((may & names[i].bit) != 0)
			json_array_append_new(list, lower_name(names[i].name));
	return list;
}

static json_t *
account_of(
    struct cs_arena *a, const struct cs_member_account *account, const struct cs_member_self *self)
{
	json_t *o = json_object();

	json_object_set_new(o, "id", cs_json_text_of(cs_id_hex_text(a, account->id)));
	json_object_set_new(o, "name", cs_json_text_of(account->name));
	json_object_set_new(o, "auth_origin", cs_json_text_of(account->auth_origin));
	json_object_set_new(o, "role", json_string(role_name(account->role)));
	json_object_set_new(o, "may", permissions_of(account->role));
	json_object_set_new(
	    o, "enforce_twofactor", json_boolean(cs_member_self_is_enforced_by(self, account->id)));
	return o;
}

static json_t *
two_factor_of(const struct cs_member *member, const struct cs_enforcement *demands)
{
	json_t *o = json_object();

	json_object_set_new(o, "is_enabled", json_boolean(member->two_factor_since.ms > 0));
	json_object_set_new(o, "since", cs_json_time_of(member->two_factor_since));
	json_object_set_new(o, "is_enforced", json_boolean(demands->is_enforced));
	json_object_set_new(o, "deadline", cs_json_time_of(demands->deadline));
	return o;
}

static json_t *
member_of(const struct cs_member *member, const struct cs_member_self *self)
{
	bool is_sso = !cs_id_is_zero(member->sso_account);
	json_t *o = json_object();

	json_object_set_new(o, "id", cs_json_id_of(member->id));
	json_object_set_new(o, "email", cs_json_text_of(member->email));
	json_object_set_new(o, "name", cs_json_text_of(member->name));
	json_object_set_new(o, "email_verified_at", cs_json_time_of(member->email_verified));
	json_object_set_new(o, "is_sso", json_boolean(is_sso));
	json_object_set_new(o, "has_password", json_boolean(!is_sso));
	json_object_set_new(o, "two_factor", two_factor_of(member, &self->demands));
	json_object_set_new(o, "frozen_at", cs_json_time_of(member->frozen));
	return o;
}

cs_err
cs_console_get_member(struct cs_call *c)
{
	const struct cs_member_seen *who = c->principal.member;
	struct cs_member_self self;
	json_t *accounts;

	CS_TRY(cs_member_self(c->domain, c->op, who, &self));
	accounts = json_array();
	for (size_t i = 0; i < who->account_count; i++)
		json_array_append_new(accounts, account_of(c->op->arena, &who->accounts[i], &self));
	return cs_body_answer(c,
	    json_pack("{s:o, s:o, s:{s:o}}", "member", member_of(&who->member, &self), "accounts",
		accounts, "session", "expires_at", cs_json_time_of(who->session.expires)));
}
