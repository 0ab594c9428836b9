#include "api/cloudflare/routes.h"
#include "api/cloudflare/show.h"
#include "domain/auth_log.h"
#include "domain/config/mfa.h"
#include "domain/person.h"

#define LIMIT_DEFAULT 25

struct asked {
	struct cs_call *c;
	struct cs_fault *fault;
	struct cs_auth_query query;
};

static cs_err
text_of(struct asked *a, const char *name, cs_str *out)
{
	if (cs_failed(cs_call_query(a->c, name, out)))
		return cs_refuse(a->fault, "%s is there twice or badly encoded", name);
	return CS_OK;
}

static cs_err
number_of(struct asked *a, const char *name, int64_t absent, int64_t most, int64_t *out)
{
	cs_str text;
	*out = absent;
	CS_TRY(text_of(a, name, &text));
	if (text.len == 0)
		return CS_OK;
	if (!cs_str_to_i64(text, out) || *out < 1 || *out > 1000000000)
		return cs_refuse(a->fault, "%s must be a whole number from 1 on", name);
	if (*out > most)
		*out = most;
	return CS_OK;
}

/* RFC 3339, or left out. */
static cs_err
time_of(struct asked *a, const char *name, cs_time *out)
{
	cs_str text;
	CS_TRY(text_of(a, name, &text));
	if (text.len != 0 && cs_failed(cs_time_decode(text, out)))
		return cs_refuse(a->fault, "%s must be a time such as 2026-11-22T09:30:00Z", name);
	return CS_OK;
}

/* NAMEOp: eq unless it says neq. */
static cs_err
match_of(struct asked *a, const char *name, enum cs_auth_match *out)
{
	cs_str op;
	CS_TRY(text_of(a, name, &op));
	if (op.len != 0 && !cs_str_equal(op, CS_STR("eq")) && !cs_str_equal(op, CS_STR("neq")))
		return cs_refuse(a->fault, "%s must be eq or neq", name);
	*out = cs_str_equal(op, CS_STR("neq")) ? CS_AUTH_IS_NOT : CS_AUTH_IS;
	return CS_OK;
}

/* A value and its operator; *match stays ANY when there is no value. */
static cs_err
condition_of(struct asked *a, const char *name, const char *op_name, enum cs_auth_match *match,
    cs_str *value)
{
	enum cs_auth_match said = CS_AUTH_IS;
	CS_TRY(match_of(a, op_name, &said));
	CS_TRY(text_of(a, name, value));
	if (value->len != 0)
		*match = said;
	return CS_OK;
}

static cs_err
flag_of(
    struct asked *a, const char *name, const char *op_name, enum cs_auth_match *match, bool *value)
{
	cs_str text;
	CS_TRY(condition_of(a, name, op_name, match, &text));
	*value = cs_str_equal(text, CS_STR("true"));
	if (text.len != 0 && !*value && !cs_str_equal(text, CS_STR("false")))
		return cs_refuse(a->fault, "%s must be true or false", name);
	return CS_OK;
}

static cs_err
id_of(struct asked *a, const char *name, const char *op_name, enum cs_auth_match *match, cs_id *id)
{
	cs_str text;
	CS_TRY(condition_of(a, name, op_name, match, &text));
	if (text.len != 0 && cs_failed(cs_id_from_uuid(text, id)))
		return cs_refuse(a->fault, "%s must be a UUID", name);
	return CS_OK;
}

/* --- the conditions, one by one (specs: Access §13.1) --- */

/* A part of the address, unless email_exact or emailOp say otherwise; email_exact wins. */
static cs_err
ask_email(struct asked *a)
{
	struct cs_auth_query *q = &a->query;
	cs_str exact;
	cs_str op;
	cs_str email;
	CS_TRY(text_of(a, "email", &email));
	CS_TRY(text_of(a, "email_exact", &exact));
	CS_TRY(text_of(a, "emailOp", &op));
	bool is_neq = cs_str_equal(op, CS_STR("neq"));
	bool is_eq = cs_str_equal(op, CS_STR("eq"));
	if (op.len != 0 && !is_eq && !is_neq && !cs_str_equal(op, CS_STR("contains")))
		return cs_refuse(a->fault, "emailOp must be eq, neq or contains");
	if (email.len > CS_AUTH_EMAIL_MAX)
		return cs_refuse(a->fault, "email is too long");
	if (email.len == 0)
		return CS_OK;
	q->email = cs_email_key(a->c->op->arena, email);
	q->email_match = is_neq ? CS_AUTH_IS_NOT : CS_AUTH_IS;
	q->email_is_part = !is_eq && !is_neq && !cs_str_equal(exact, CS_STR("true"));
	return CS_OK;
}

/* What there is: applications of one type, and the portal. */
static cs_err
ask_type(struct asked *a)
{
	struct cs_auth_query *q = &a->query;
	enum cs_auth_match match = CS_AUTH_ANY;
	cs_str type;
	CS_TRY(condition_of(a, "app_type", "app_typeOp", &match, &type));
	if (match == CS_AUTH_ANY)
		return CS_OK;
	bool is_app = cs_str_equal(type, CS_STR("self_hosted"));
	if (!is_app && !cs_str_equal(type, CS_STR("app_launcher"))) {
		/* nothing is of another type: no entry is, and every entry is not */
		q->ray_match = match;
		q->ray = CS_STR("-");
		return CS_OK;
	}
	q->has_application_match = is_app == (match == CS_AUTH_IS) ? CS_AUTH_IS : CS_AUTH_IS_NOT;
	return CS_OK;
}

/* The provider's id, or its type. */
static cs_err
ask_provider(struct asked *a)
{
	struct cs_auth_query *q = &a->query;
	enum cs_auth_match match = CS_AUTH_ANY;
	cs_str idp;
	CS_TRY(condition_of(a, "idp", "idpOp", &match, &idp));
	if (match == CS_AUTH_ANY)
		return CS_OK;
	if (!cs_failed(cs_id_from_uuid(idp, &q->provider))) {
		q->provider_match = match;
		return CS_OK;
	}
	q->connection_match = match;
	q->connection = idp;
	return CS_OK;
}

static cs_err
ask_rest(struct asked *a)
{
	struct cs_auth_query *q = &a->query;
	bool is_programme = false;
	CS_TRY(flag_of(a, "allowed", "allowedOp", &q->allowed_match, &q->is_allowed));
	CS_TRY(id_of(a, "app_uid", "app_uidOp", &q->application_match, &q->application));
	CS_TRY(condition_of(a, "country_code", "country_codeOp", &q->country_match, &q->country));
	CS_TRY(flag_of(a, "non_identity", "non_identityOp", &q->identity_match, &is_programme));
	q->is_identity = !is_programme;
	CS_TRY(id_of(a, "user_id", "user_idOp", &q->user_match, &q->user));
	CS_TRY(condition_of(a, "action", "actionOp", &q->action_match, &q->action));
	return condition_of(a, "ray_id", "ray_idOp", &q->ray_match, &q->ray);
}

/* limit of the documents, or page and per_page: the clients know both. */
static cs_err
ask_window(struct asked *a)
{
	struct cs_auth_query *q = &a->query;
	cs_str direction;
	int64_t limit;
	int64_t page;
	q->until = cs_time_add(a->c->op->now, CS_DAY_MS);
	CS_TRY(time_of(a, "since", &q->since));
	CS_TRY(time_of(a, "until", &q->until));
	CS_TRY(text_of(a, "direction", &direction));
	if (direction.len != 0 && !cs_str_equal(direction, CS_STR("asc")) &&
	    !cs_str_equal(direction, CS_STR("desc")))
		return cs_refuse(a->fault, "direction must be asc or desc");
	q->is_oldest_first = cs_str_equal(direction, CS_STR("asc"));
	CS_TRY(number_of(a, "limit", LIMIT_DEFAULT, CS_AUTH_LOG_MAX, &limit));
	CS_TRY(number_of(a, "per_page", limit, CS_AUTH_LOG_MAX, &q->max));
	CS_TRY(number_of(a, "page", 1, INT64_MAX, &page));
	q->skip = (page - 1) * q->max;
	return CS_OK;
}

/* --- what is shown --- */

static json_t *
id_or_empty(struct cs_arena *a, cs_id id)
{
	return cs_id_is_zero(id) ? json_string("") : cs_json_of_str(cs_id_uuid_text(a, id));
}

static json_t *
show_entry(struct cs_arena *a, const struct cs_auth_entry *e)
{
	bool is_app = !cs_id_is_zero(e->application);
	json_t *j = json_object();
	CS_ASSERT(j != NULL);
	cs_json_put(j, "user_email", cs_json_of_str(e->is_identity ? e->email : CS_STR("")));
	cs_json_put(j, "ip_address", cs_json_of_str(e->address));
	cs_json_put(j, "app_uid", id_or_empty(a, e->application));
	cs_json_put(j, "app_domain", cs_json_of_str(e->app_domain));
	cs_json_put(j, "action", cs_json_of_str(e->action));
	cs_json_put(j, "connection", cs_json_of_str(e->connection));
	cs_json_put(j, "allowed", json_boolean(e->is_allowed));
	cs_json_put(j, "created_at", cs_show_time(a, e->at));
	cs_json_put(j, "ray_id", cs_json_of_str(e->ray));
	cs_json_put(j, "app_name", cs_json_of_str(e->app_name));
	cs_json_put(j, "app_type", json_string(is_app ? "self_hosted" : "app_launcher"));
	cs_json_put(j, "country", cs_json_of_str(e->country));
	cs_json_put(j, "user_id", id_or_empty(a, e->user));
	cs_json_put(j, "idp", id_or_empty(a, e->provider));
	cs_json_put(j, "non_identity", json_boolean(!e->is_identity));
	cs_json_put(j, "reason", cs_json_of_str(e->reason));
	cs_json_put(j, "mfa_methods", cs_mfa_methods_encode(e->method));
	if (!e->is_identity)
		cs_json_put(j, "service_token_name", cs_json_of_str(e->email));
	return j;
}

/* fields=a,b: only these members. */
static json_t *
keep_fields(struct cs_arena *a, json_t *whole, cs_str fields)
{
	json_t *j = json_object();
	cs_str name;
	while (cs_str_cut(&fields, ',', &name)) {
		const char *key = cs_arena_c(a, cs_str_trim(name));
		json_t *v = json_object_get(whole, key);
		if (v != NULL)
			cs_json_put(j, key, json_incref(v));
	}
	json_decref(whole);
	return j;
}

static cs_err
answer(struct asked *a, const struct cs_auth_entry *entries, size_t count)
{
	struct cs_arena *arena = a->c->op->arena;
	cs_str fields;
	CS_TRY(text_of(a, "fields", &fields));
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++) {
		json_t *j = show_entry(arena, &entries[i]);
		CS_ASSERT(json_array_append_new(
			      list, fields.len != 0 ? keep_fields(arena, j, fields) : j) == 0);
	}
	return cs_door_answer(a->c, 200, list);
}

cs_err
cs_cf_access_requests(struct cs_call *c)
{
	struct asked a = { .c = c, .fault = &cs_door_of(c)->fault };
	struct cs_op op = *c->op;
	const struct cs_auth_entry *entries;
	size_t count;
	op.account = cs_door_of(c)->grant.account;
	CS_TRY(ask_window(&a));
	CS_TRY(ask_rest(&a));
	CS_TRY(ask_email(&a));
	CS_TRY(ask_provider(&a));
	CS_TRY(ask_type(&a));
	CS_TRY(cs_auth_log_read(c->domain, &op, &a.query, &entries, &count));
	return answer(&a, entries, count);
}
