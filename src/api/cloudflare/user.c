/*
 * user.c - /user: who calls (specs: Access §15.4).
 */
#include "api/cloudflare/people.h"
#include "domain/config/role.h"
#include "domain/member_profile.h"
#include "domain/own_memberships.h"

static json_t *
show_organization(const struct cs_member_account *a)
{
	json_t *j = json_object();

	cs_json_put(j, "id", cs_cf_show_hex_id(a->id));
	cs_json_put(j, "name", cs_json_of_str(a->name));
	cs_json_put(j, "status", json_string("member"));
	cs_json_put(j, "permissions", json_array());
	cs_json_put(
	    j, "roles", json_pack("[o]", cs_json_of_str(cs_role_row(a->role)->cloudflare_name)));
	return j;
}

static json_t *
show(const struct cs_own_profile *p, const struct cs_member_account *accounts, size_t count)
{
	static const char *const unknown[] = { "telephone", "country", "zipcode" };
	static const char *const zones[] = { "has_business_zones", "has_enterprise_zones",
		"has_pro_zones" };
	json_t *j = json_object();
	json_t *organizations = json_array();

	cs_json_put(j, "id", cs_cf_show_hex_id(p->member.id));
	cs_json_put(j, "email", cs_json_of_str(p->member.email));
	cs_cf_put_names(j, p->member.name);
	for (size_t i = 0; i < CS_COUNT(unknown); i++)
		cs_json_put(j, unknown[i], json_null());
	cs_json_put(j, "suspended", json_boolean(p->member.status == CS_MEMBER_DISABLED));
	cs_json_put(j, "two_factor_authentication_enabled",
	    json_boolean(p->member.two_factor_since.ms != 0));
	cs_json_put(j, "two_factor_authentication_locked", json_boolean(p->is_enforced));
	for (size_t i = 0; i < CS_COUNT(zones); i++)
		cs_json_put(j, zones[i], json_false());
	for (size_t i = 0; i < count; i++)
		CS_ASSERT(
		    json_array_append_new(organizations, show_organization(&accounts[i])) == 0);
	cs_json_put(j, "organizations", organizations);
	cs_json_put(j, "betas", json_array());
	return j;
}

cs_err
cs_cf_user_get_self(struct cs_call *c)
{
	const struct cs_grant *grant = &cs_door_of(c)->grant;
	const struct cs_member_account *accounts;
	struct cs_own_profile profile;
	size_t count;

	CS_TRY(cs_own_profile_read(c->domain, c->op, grant, &profile));
	CS_TRY(cs_own_accounts(c->domain, c->op, grant, &accounts, &count));
	return cs_door_answer(c, 200, show(&profile, accounts, count));
}

/* Of the name what is given; the rest stays. */
static cs_err
read_name(struct cs_call *c, const json_t *body, cs_str now, cs_str *out)
{
	CS_AUTO(cs_json_free) json_t *names = json_object();
	static const char *const keys[] = { "first_name", "last_name" };

	cs_cf_put_names(names, now);
	for (size_t i = 0; i < CS_COUNT(keys); i++) {
		json_t *v = cs_json_get(body, keys[i]);
		if (v == NULL)
			continue;
		if (!json_is_string(v) || json_string_length(v) > 60)
			return cs_refuse(&cs_door_of(c)->fault,
			    "user: %s must be a string of at most 60 bytes", keys[i]);
		cs_json_put(names, keys[i], json_incref(v));
	}
	*out = cs_str_trim(cs_arena_printf(c->op->arena, "%s %s",
	    json_string_value(json_object_get(names, keys[0])),
	    json_string_value(json_object_get(names, keys[1]))));
	return CS_OK;
}

cs_err
cs_cf_user_edit_self(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_member_seen who = { .account_count = 0 };
	struct cs_own_profile profile;
	struct cs_op realm = *c->op;
	cs_str name;

	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(cs_own_profile_read(c->domain, c->op, &cs_door_of(c)->grant, &profile));
	CS_TRY(read_name(c, e.body, profile.member.name, &name));
	realm.account = cs_id_zero;
	who.member = profile.member;
	if (!cs_str_equal(name, profile.member.name))
		CS_TRY(cs_member_rename(c->domain, &realm, &who, name, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_cf_refused(c, &why);
	return cs_cf_user_get_self(c);
}
