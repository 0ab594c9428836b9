/*
 * members.c - /accounts/{account}/members (specs: Access §15.2).
 */
#include "api/cloudflare/people.h"
#include "domain/config/role.h"

#include <stdlib.h>

/* One whose invitation is over shows as pending, as clients know it; ours stands beside. */
static const char *
status_of(const struct cs_account_member *m)
{
	return m->status == CS_ACCOUNT_MEMBER_ACCEPTED ? "accepted" : "pending";
}

static json_t *
show_user(const struct cs_account_member *m)
{
	json_t *j = json_object();

	cs_json_put(j, "id", cs_cf_show_hex_id(m->id));
	cs_json_put(j, "email", cs_json_of_str(m->email));
	cs_cf_put_names(j, m->name);
	cs_json_put(
	    j, "two_factor_authentication_enabled", json_boolean(m->two_factor_since.ms != 0));
	return j;
}

static json_t *
show(struct cs_arena *a, const struct cs_account_member *m)
{
	bool is_over = m->status == CS_ACCOUNT_MEMBER_EXPIRED;
	json_t *j = json_object();

	cs_json_put(j, "id", cs_cf_show_hex_id(m->id));
	cs_json_put(j, "email", cs_json_of_str(m->email));
	cs_json_put(j, "status", json_string(status_of(m)));
	cs_json_put(j, "roles", json_pack("[o]", cs_cf_show_role(m->role)));
	cs_json_put(j, "policies", json_array());
	cs_json_put(j, "user", show_user(m));
	cs_json_put(j, "countersign",
	    json_pack("{s:o, s:b, s:b, s:o}", "role", cs_json_of_str(cs_role_row(m->role)->name),
		"is_sso", m->is_sso, "is_expired", is_over, "expires_at",
		cs_cf_show_time(a, m->expires)));
	return j;
}

/* --- reading --- */

static int
by_first(const void *a, const void *b)
{
	const struct cs_account_member *x = a;
	const struct cs_account_member *y = b;

	return cs_str_order(x->name, y->name);
}

static cs_str
last_of(cs_str name)
{
	size_t cut = name.len;

	while (cut > 0 && name.p[cut - 1] != ' ')
		cut--;
	return cut == 0 ? CS_STR("") : cs_str_slice(name, cut, name.len);
}

static int
by_last(const void *a, const void *b)
{
	const struct cs_account_member *x = a;
	const struct cs_account_member *y = b;

	return cs_str_order(last_of(x->name), last_of(y->name));
}

static int
by_status(const void *a, const void *b)
{
	const struct cs_account_member *x = a;
	const struct cs_account_member *y = b;

	return (int)x->status - (int)y->status;
}

struct asked {
	cs_str status;
	bool is_descending;
	int (*compare)(const void *a, const void *b); /* NULL: by address, as they come */
};

static cs_err
read_asked(struct cs_call *c, struct asked *out)
{
	static const struct {
		cs_str name;
		int (*compare)(const void *a, const void *b);
	} orders[] = {
		{ { "user.first_name", 15 }, by_first },
		{ { "user.last_name", 14 }, by_last },
		{ { "status", 6 }, by_status },
		{ { "user.email", 10 }, NULL },
		{ { "", 0 }, NULL },
	};
	cs_str order;

	CS_TRY(cs_cf_is_descending(c, &out->is_descending));
	CS_TRY(cs_cf_query(c, "status", &out->status));
	CS_TRY(cs_cf_query(c, "order", &order));
	for (size_t i = 0; i < CS_COUNT(orders); i++) {
		out->compare = orders[i].compare;
		if (cs_str_equal(order, orders[i].name))
			return CS_OK;
	}
	return cs_refuse(&cs_door_of(c)->fault,
	    "order must be user.first_name, user.last_name, user.email or status");
}

cs_err
cs_cf_member_list(struct cs_call *c)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(CS_CONFIG_ARENA_MAX);
	CS_AUTO(cs_page_clear) struct cs_page p = { 0 };
	struct cs_op wide = cs_cf_op(c);
	struct cs_account_member *list;
	struct asked asked = { 0 };
	size_t count;

	wide.arena = arena;
	CS_TRY(cs_page_begin(c, &p));
	CS_TRY(read_asked(c, &asked));
	CS_TRY(cs_members_list(c->domain, &wide, &list, &count));
	if (asked.compare != NULL && count > 1)
		qsort(list, count, sizeof(*list), asked.compare);
	for (size_t i = 0; i < count; i++) {
		const struct cs_account_member *m = &list[asked.is_descending ? count - 1 - i : i];
		if ((asked.status.len == 0 || cs_str_equal(asked.status, cs_str_c(status_of(m)))) &&
		    cs_page_takes(&p))
			cs_page_put(&p, show(arena, m));
	}
	return cs_page_answer(c, &p);
}

cs_err
cs_cf_member_get(struct cs_call *c)
{
	struct cs_op op = cs_cf_op(c);
	struct cs_account_member m;
	struct cs_refusal why;
	cs_id id;

	CS_TRY(cs_cf_hex_id(c, "id", &id));
	CS_TRY(cs_members_get(c->domain, &op, id, &m, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_cf_refused(c, &why);
	return cs_door_answer(c, 200, show(op.arena, &m));
}

/* --- changing --- */

/* ["ID"] as it is when inviting, [{"id":"ID"}] as it is when changing: both are taken in both. */
static cs_err
read_role(const json_t *body, enum cs_role *out, struct cs_fault *fault)
{
	const json_t *roles = cs_json_get(body, "roles");
	const json_t *first = json_array_get(roles, 0);
	const struct cs_role_row *row;

	*out = CS_ROLE_NONE;
	if (json_array_size(cs_json_get(body, "policies")) != 0)
		return cs_refuse(fault, "member: policies are not known here: give one role");
	if (json_array_size(roles) != 1)
		return cs_refuse(fault, "member: roles must hold exactly one role");
	row = cs_role_by_cloudflare_id(
	    json_is_string(first) ? (cs_str){ json_string_value(first), json_string_length(first) }
				  : cs_json_text(first, "id"));
	if (row == NULL)
		return cs_refuse(fault, "member: there is no such role: GET …/roles lists them");
	*out = row->role;
	return CS_OK;
}

static cs_err
answer(
    struct cs_call *c, int status, const struct cs_account_member *m, const struct cs_refusal *why)
{
	if (why->kind != CS_REFUSAL_NONE)
		return cs_cf_refused(c, why);
	return cs_door_answer(c, status, show(c->op->arena, m));
}

cs_err
cs_cf_member_create(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	const struct cs_in_charge who = cs_cf_in_charge(c);
	struct cs_account_member m;
	struct cs_refusal why;
	enum cs_role role;

	CS_TRY(cs_edit_begin(c, &e));
	cs_str email = cs_json_text(e.body, "email");
	cs_str status = cs_json_text(e.body, "status");
	if (email.len == 0)
		return cs_refuse(e.change.fault, "member: email is required");
	if (status.len != 0 && !cs_str_equal(status, CS_STR("pending")))
		return cs_refuse(e.change.fault,
		    "member: status must be pending: people are invited, and accept themselves");
	CS_TRY(read_role(e.body, &role, e.change.fault));
	CS_TRY(cs_members_invite(c->domain, &e.op, &who, email, role, &m, &why));
	return answer(c, 200, &m, &why);
}

cs_err
cs_cf_member_update(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	const struct cs_in_charge who = cs_cf_in_charge(c);
	struct cs_account_member m;
	struct cs_refusal why;
	enum cs_role role;
	cs_id id;

	CS_TRY(cs_cf_hex_id(c, "id", &id));
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(read_role(e.body, &role, e.change.fault));
	CS_TRY(cs_members_set_role(c->domain, &e.op, &who, id, role, &m, &why));
	return answer(c, 200, &m, &why);
}

cs_err
cs_cf_member_remove(struct cs_call *c)
{
	const struct cs_in_charge who = cs_cf_in_charge(c);
	struct cs_op op = cs_cf_op(c);
	struct cs_refusal why;
	cs_id id;

	CS_TRY(cs_cf_hex_id(c, "id", &id));
	CS_TRY(cs_members_remove(c->domain, &op, &who, id, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_cf_refused(c, &why);
	return cs_door_answer(c, 200, json_pack("{s:o}", "id", cs_cf_show_hex_id(id)));
}
