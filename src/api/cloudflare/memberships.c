/*
 * memberships.c - /memberships and /user/invites: the caller's own (specs: Access §15.2).
 *
 * A membership's id is its account's; of an invitation, its own.
 */
#include "api/cloudflare/people.h"
#include "api/cloudflare/show.h"
#include "domain/config/role.h"
#include "domain/own_memberships.h"

static const struct cs_grant *
grant_of(const struct cs_call *c)
{
	return &cs_door_of(c)->grant;
}

/* --- memberships --- */

/* One line: where the caller belongs, or is invited. */
struct line {
	cs_id id;
	cs_id account;
	cs_str account_name;
	enum cs_role role;
	bool is_accepted;
};

static json_t *
show_line(const struct line *l)
{
	json_t *j = json_object();
	json_t *account = json_object();
	const struct cs_role_row *role = cs_role_row(l->role);

	cs_json_put(account, "id", cs_cf_show_hex_id(l->account));
	cs_json_put(account, "name", cs_json_of_str(l->account_name));
	cs_json_put(account, "type", json_string("standard"));
	cs_json_put(j, "id", cs_cf_show_hex_id(l->id));
	cs_json_put(j, "account", account);
	cs_json_put(j, "status", json_string(l->is_accepted ? "accepted" : "pending"));
	cs_json_put(j, "roles", json_pack("[o]", cs_json_of_str(role->cloudflare_name)));
	cs_json_put(j, "api_access_enabled", json_true());
	cs_json_put(j, "policies", json_array());
	cs_json_put(j, "countersign", json_pack("{s:o}", "role", cs_json_of_str(role->name)));
	return j;
}

static cs_err
read_lines(struct cs_call *c, struct line **out, size_t *out_count)
{
	const struct cs_member_account *accounts;
	struct cs_own_invitation *invited;
	size_t account_count;
	size_t invited_count;

	CS_TRY(cs_own_accounts(c->domain, c->op, grant_of(c), &accounts, &account_count));
	CS_TRY(cs_own_invitations(c->domain, c->op, grant_of(c), &invited, &invited_count));
	struct line *lines =
	    CS_NEW_ARRAY(c->op->arena, struct line, account_count + invited_count + 1);
	*out = lines;
	*out_count = 0;
	for (size_t i = 0; i < account_count; i++)
		lines[(*out_count)++] = (struct line){ accounts[i].id, accounts[i].id,
			accounts[i].name, accounts[i].role, true };
	for (size_t i = 0; i < invited_count; i++)
		if (!invited[i].is_over)
			lines[(*out_count)++] =
			    (struct line){ invited[i].invitation.id, invited[i].invitation.account,
				    invited[i].account_name, invited[i].invitation.role, false };
	return CS_OK;
}

static bool
is_wanted(const struct line *l, cs_str status, cs_str name)
{
	return cs_filter_text(name, false, l->account_name) &&
	       (status.len == 0 ||
		   cs_str_equal(status, l->is_accepted ? CS_STR("accepted") : CS_STR("pending")));
}

cs_err
cs_cf_membership_list(struct cs_call *c)
{
	CS_AUTO(cs_page_clear) struct cs_page p = { 0 };
	struct line *lines;
	bool is_descending;
	size_t count;
	cs_str status;
	cs_str name;

	CS_TRY(cs_page_begin(c, &p));
	CS_TRY(cs_cf_is_descending(c, &is_descending));
	CS_TRY(cs_cf_query(c, "status", &status));
	CS_TRY(cs_cf_query(c, "name", &name));
	if (name.len == 0)
		CS_TRY(cs_cf_query(c, "account.name", &name));
	CS_TRY(read_lines(c, &lines, &count));
	for (size_t i = 0; i < count; i++) {
		const struct line *l = &lines[is_descending ? count - 1 - i : i];
		if (is_wanted(l, status, name) && cs_page_takes(&p))
			cs_page_put(&p, show_line(l));
	}
	return cs_page_answer(c, &p);
}

static cs_err
find_line(struct cs_call *c, struct line *out)
{
	struct line *lines;
	size_t count;
	cs_id id;

	CS_TRY(cs_cf_hex_id(c, "id", &id));
	CS_TRY(read_lines(c, &lines, &count));
	for (size_t i = 0; i < count; i++) {
		*out = lines[i];
		if (cs_id_equal(lines[i].id, id))
			return CS_OK;
	}
	return CS_FAIL(NOT_FOUND);
}

cs_err
cs_cf_membership_get(struct cs_call *c)
{
	struct line l;

	CS_TRY(find_line(c, &l));
	return cs_door_answer(c, 200, show_line(&l));
}

/* *out: yes. Errors: INVALID. */
static cs_err
read_answer(struct cs_call *c, bool *out)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };

	*out = false;
	CS_TRY(cs_edit_begin(c, &e));
	cs_str status = cs_json_text(e.body, "status");
	*out = cs_str_equal(status, CS_STR("accepted"));
	if (!*out && !cs_str_equal(status, CS_STR("rejected")))
		return cs_refuse(e.change.fault, "status must be accepted or rejected");
	return CS_OK;
}

static cs_err
answer_invitation(struct cs_call *c, cs_id invitation, bool is_yes)
{
	struct cs_refusal why;

	if (is_yes)
		CS_TRY(cs_own_invitation_accept(c->domain, c->op, grant_of(c), invitation, &why));
	else
		CS_TRY(cs_own_invitation_reject(c->domain, c->op, grant_of(c), invitation, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_cf_refused(c, &why) : CS_OK;
}

static cs_err
leave(struct cs_call *c, cs_id account)
{
	const struct cs_in_charge who = cs_cf_in_charge(c);
	struct cs_op op = *c->op;
	struct cs_refusal why;

	op.account = account;
	CS_TRY(cs_members_remove(c->domain, &op, &who, who.member, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_cf_refused(c, &why) : CS_OK;
}

cs_err
cs_cf_membership_update(struct cs_call *c)
{
	struct line l;
	bool is_yes;

	CS_TRY(find_line(c, &l));
	CS_TRY(read_answer(c, &is_yes));
	if (!l.is_accepted)
		CS_TRY(answer_invitation(c, l.id, is_yes));
	else if (!is_yes)
		CS_TRY(leave(c, l.account));
	l.is_accepted = is_yes;
	if (is_yes)
		l.id = l.account;
	json_t *j = show_line(&l);
	if (!is_yes)
		cs_json_put(j, "status", json_string("rejected"));
	return cs_door_answer(c, 200, j);
}

cs_err
cs_cf_membership_remove(struct cs_call *c)
{
	struct line l;

	CS_TRY(find_line(c, &l));
	CS_TRY(l.is_accepted ? leave(c, l.account) : answer_invitation(c, l.id, false));
	return cs_door_answer(c, 200, json_pack("{s:o}", "id", cs_cf_show_hex_id(l.id)));
}

/* --- invites --- */

static json_t *
show_invite(struct cs_arena *a, cs_id member, const struct cs_own_invitation *i)
{
	json_t *j = json_object();

	cs_json_put(j, "id", cs_cf_show_hex_id(i->invitation.id));
	cs_json_put(j, "invited_member_id", cs_cf_show_hex_id(member));
	cs_json_put(j, "invited_member_email", cs_json_of_str(i->invitation.email));
	cs_json_put(j, "organization_id", cs_cf_show_hex_id(i->invitation.account));
	cs_json_put(j, "organization_name", cs_json_of_str(i->account_name));
	cs_json_put(j, "organization_is_enforcing_twofactor", json_boolean(i->demands.is_enforced));
	cs_json_put(j, "roles",
	    json_pack("[o]", cs_json_of_str(cs_role_row(i->invitation.role)->cloudflare_name)));
	cs_json_put(j, "invited_by", cs_json_of_str(i->invited_by));
	cs_json_put(j, "invited_on", cs_show_time(a, i->invitation.created));
	cs_json_put(j, "expires_on", cs_show_time(a, i->invitation.expires));
	cs_json_put(j, "status", json_string(i->is_over ? "expired" : "pending"));
	return j;
}

cs_err
cs_cf_invite_list(struct cs_call *c)
{
	struct cs_own_invitation *list;
	json_t *all = json_array();
	size_t count;
	cs_err e = cs_own_invitations(c->domain, c->op, grant_of(c), &list, &count);

	for (size_t i = 0; i < count; i++)
		CS_ASSERT(json_array_append_new(
			      all, show_invite(c->op->arena, grant_of(c)->member, &list[i])) == 0);
	if (!cs_failed(e))
		return cs_door_answer(c, 200, all);
	json_decref(all);
	return e;
}

static cs_err
find_invite(struct cs_call *c, struct cs_own_invitation *out)
{
	struct cs_own_invitation *list;
	size_t count;
	cs_id id;

	CS_TRY(cs_cf_hex_id(c, "id", &id));
	CS_TRY(cs_own_invitations(c->domain, c->op, grant_of(c), &list, &count));
	for (size_t i = 0; i < count; i++) {
		*out = list[i];
		if (cs_id_equal(list[i].invitation.id, id))
			return CS_OK;
	}
	return CS_FAIL(NOT_FOUND);
}

cs_err
cs_cf_invite_get(struct cs_call *c)
{
	struct cs_own_invitation i;

	CS_TRY(find_invite(c, &i));
	return cs_door_answer(c, 200, show_invite(c->op->arena, grant_of(c)->member, &i));
}

cs_err
cs_cf_invite_edit(struct cs_call *c)
{
	struct cs_own_invitation i;
	bool is_yes;

	CS_TRY(find_invite(c, &i));
	CS_TRY(read_answer(c, &is_yes));
	CS_TRY(answer_invitation(c, i.invitation.id, is_yes));
	json_t *j = show_invite(c->op->arena, grant_of(c)->member, &i);
	cs_json_put(j, "status", json_string(is_yes ? "accepted" : "rejected"));
	return cs_door_answer(c, 200, j);
}
