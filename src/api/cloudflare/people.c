#include "api/cloudflare/people.h"

#include "api/cloudflare/show.h"
#include "domain/config/role.h"
#include "domain/json_text.h"

struct cs_op
cs_cf_op(const struct cs_call *c)
{
	struct cs_op op = *c->op;

	op.account = cs_door_of(c)->grant.account;
	return op;
}

struct cs_in_charge
cs_cf_in_charge(const struct cs_call *c)
{
	const struct cs_grant *grant = &cs_door_of(c)->grant;

	return (struct cs_in_charge){ .member = grant->member, .may = grant->permissions };
}

/* --- no --- */

static const struct {
	enum cs_refusal_kind kind;
	const char *text;
} words[] = {
	{ CS_REFUSAL_LAST_OWNER, "an account keeps at least one owner who can sign in: make "
				 "another member owner first" },
	{ CS_REFUSAL_ALREADY_MEMBER, "this address is a member of the account already" },
	{ CS_REFUSAL_TOO_MANY, "too many invitations in one day, or too many members" },
	{ CS_REFUSAL_NO_APPLICATION,
	    "the console has no address of its own yet, so that no invitation can lead to it" },
	{ CS_REFUSAL_BODY, "a name, an address or a role is missing or not well formed" },
	{ CS_REFUSAL_ENFORCED, "two-factor authentication has to be set up first" },
	{ CS_REFUSAL_SSO,
	    "you sign in by single sign-on of another account: its owner has to end that "
	    "first" },
	{ CS_REFUSAL_VERIFY_EMAIL_FIRST, "your e-mail address has to be verified first" },
};

cs_err
cs_cf_refused(struct cs_call *c, const struct cs_refusal *why)
{
	if (why->kind == CS_REFUSAL_NOT_FOUND)
		return CS_FAIL(NOT_FOUND);
	if (why->kind == CS_REFUSAL_PROVE_FIRST)
		return cs_refuse_as(
		    &cs_door_of(c)->fault, CS_FAULT_PROVE_FIRST, "give your password again first");
	for (size_t i = 0; i < CS_COUNT(words); i++)
		if (words[i].kind == why->kind)
			return cs_refuse(&cs_door_of(c)->fault, "%s", words[i].text);
	return CS_FAIL(FORBIDDEN);
}

/* --- ids, times, queries --- */

cs_err
cs_cf_hex_id(const struct cs_call *c, const char *name, cs_id *out)
{
	if (!cs_failed(cs_id_from_hex(cs_call_param(c, name), out)))
		return CS_OK;
	return cs_call_id(c, name, out);
}

json_t *
cs_cf_show_hex_id(cs_id id)
{
	return cs_show_hex(CS_SPAN(id.b, sizeof(id.b)));
}

json_t *
cs_cf_show_time(struct cs_arena *a, cs_time t)
{
	return t.ms == 0 ? json_null() : cs_show_time(a, t);
}

cs_err
cs_cf_query(struct cs_call *c, const char *name, cs_str *out)
{
	if (cs_failed(cs_call_query(c, name, out)))
		return cs_refuse(&cs_door_of(c)->fault, "%s is there twice or badly encoded", name);
	return CS_OK;
}

cs_err
cs_cf_is_descending(struct cs_call *c, bool *out)
{
	cs_str text;

	*out = false;
	CS_TRY(cs_cf_query(c, "direction", &text));
	*out = cs_str_equal(text, CS_STR("desc"));
	if (text.len != 0 && !*out && !cs_str_equal(text, CS_STR("asc")))
		return cs_refuse(&cs_door_of(c)->fault, "direction must be asc or desc");
	return CS_OK;
}

/* --- roles and accounts --- */

static json_t *
access(bool may_read, bool may_write)
{
	return json_pack("{s:b, s:b}", "read", may_read, "write", may_write);
}

json_t *
cs_cf_show_role(enum cs_role role)
{
	const struct cs_role_row *row = cs_role_row(role);
	uint32_t may = cs_role_permissions(role);
	json_t *j = json_object();
	json_t *permissions = json_object();

	cs_json_put(permissions, "organization",
	    access((may & CS_MAY_SEE_ORGS) != 0, (may & CS_MAY_ORGS_WRITE) != 0));
	cs_json_put(permissions, "logs", access((may & CS_MAY_LOGS_READ) != 0, false));
	cs_json_put(permissions, "analytics", access((may & CS_MAY_LOGS_READ) != 0, false));
	cs_json_put(j, "id", cs_json_of_str(row->cloudflare_id));
	cs_json_put(j, "name", cs_json_of_str(row->cloudflare_name));
	cs_json_put(j, "description", cs_json_of_str(row->description));
	cs_json_put(j, "permissions", permissions);
	cs_json_put(j, "countersign", json_pack("{s:o}", "role", cs_json_of_str(row->name)));
	return j;
}

json_t *
cs_cf_show_account(struct cs_arena *a, const struct cs_account_shown *shown)
{
	const struct cs_account_demands *d = &shown->demands;
	json_t *j = json_object();

	cs_json_put(j, "id", cs_cf_show_hex_id(shown->account.id));
	cs_json_put(j, "name", cs_json_of_str(shown->account.name));
	cs_json_put(j, "type", json_string("standard"));
	cs_json_put(j, "created_on", cs_show_time(a, shown->account.created));
	cs_json_put(j, "settings",
	    json_pack("{s:b, s:n}", "enforce_twofactor", d->is_enforced, "abuse_contact_email"));
	cs_json_put(j, "countersign",
	    json_pack("{s:o, s:b}", "enforce_after", cs_cf_show_time(a, d->after),
		"refuse_remembered", d->refuses_remembered));
	return j;
}

void
cs_cf_put_names(json_t *j, cs_str name)
{
	size_t cut = name.len;

	while (cut > 0 && name.p[cut - 1] != ' ')
		cut--;
	bool is_one = cut == 0;
	cs_json_put(
	    j, "first_name", cs_json_of_str(is_one ? name : cs_str_slice(name, 0, cut - 1)));
	cs_json_put(j, "last_name",
	    cs_json_of_str(is_one ? CS_STR("") : cs_str_slice(name, cut, name.len)));
}
