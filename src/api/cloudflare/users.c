#include "api/cloudflare/routes.h"
#include "api/cloudflare/show.h"
#include "base/codec.h"
#include "domain/auth_log.h"
#include "domain/authenticator.h"
#include "domain/config/mfa.h"
#include "domain/identity.h"
#include "domain/person.h"
#include "domain/users.h"

#define NONCE_BYTES 12 /* of a session's id: 16 characters */
#define FAILED_LOGINS_MAX 100

/* The call's operation in the account that it is about. */
static struct cs_op
op_of(struct cs_call *c)
{
	struct cs_op op = *c->op;
	op.account = cs_door_of(c)->grant.account;
	return op;
}

static json_t *
time_or_null(struct cs_arena *a, cs_time t)
{
	return t.ms == 0 ? json_null() : cs_show_time(a, t);
}

static void
append(json_t *list, json_t *item)
{
	CS_ASSERT(json_array_append_new(list, item) == 0);
}

/* --- users --- */

static json_t *
own_members(struct cs_arena *a, const struct cs_user_profile *p)
{
	json_t *own = json_object();
	bool is_active = p->user.status == CS_USER_ACTIVE;
	cs_json_put(own, "status", json_string(is_active ? "active" : "disabled"));
	cs_json_put(own, "frozen", json_boolean(p->user.frozen.ms != 0));
	cs_json_put(own, "frozen_at", time_or_null(a, p->user.frozen));
	cs_json_put(own, "email_is_proved", json_boolean(p->email_is_proved));
	cs_json_put(own, "methods", cs_mfa_methods_encode(p->methods));
	return own;
}

static json_t *
show_user(struct cs_arena *a, const struct cs_user_profile *p)
{
	const struct cs_user *u = &p->user;
	json_t *j = cs_show_id(a, u->id);
	json_t *uid = json_object_get(j, "id");
	cs_json_put(j, "uid", json_incref(uid));
	cs_json_put(j, "seat_uid", json_incref(uid));
	cs_json_put(j, "email", cs_json_of_str(u->email));
	cs_json_put(j, "name", cs_json_of_str(u->name));
	/* seats are not limited here: who has signed in and may has one */
	cs_json_put(
	    j, "access_seat", json_boolean(u->status == CS_USER_ACTIVE && u->last_sign_in.ms != 0));
	cs_json_put(j, "gateway_seat", json_false());
	cs_json_put(j, "active_device_count", json_integer(p->devices));
	cs_json_put(j, "last_successful_login", time_or_null(a, u->last_sign_in));
	cs_json_put(j, "created_at", cs_show_time(a, u->created));
	cs_json_put(j, "updated_at",
	    cs_show_time(a, u->last_sign_in.ms > u->created.ms ? u->last_sign_in : u->created));
	cs_json_put(j, "countersign", own_members(a, p));
	return j;
}

static cs_err
query_text(struct cs_call *c, const char *name, cs_str *out)
{
	if (cs_failed(cs_call_query(c, name, out)) || out->len > CS_EMAIL_MAX)
		return cs_refuse(
		    &cs_door_of(c)->fault, "%s is there twice, badly encoded or too long", name);
	return CS_OK;
}

cs_err
cs_cf_user_list(struct cs_call *c)
{
	CS_AUTO(cs_page_clear) struct cs_page p = { 0 };
	const struct cs_user_profile *list;
	const struct cs_op op = op_of(c);
	struct cs_user_filter filter;
	size_t count;
	CS_TRY(cs_page_begin(c, &p));
	CS_TRY(query_text(c, "email", &filter.email));
	CS_TRY(query_text(c, "name", &filter.name));
	CS_TRY(query_text(c, "search", &filter.search));
	CS_TRY(cs_users_page(c->domain, &op, &filter, p.per_page, (p.page - 1) * p.per_page, &list,
	    &count, &p.total));
	for (size_t i = 0; i < count; i++)
		cs_page_put(&p, show_user(op.arena, &list[i]));
	return cs_page_answer(c, &p);
}

static cs_err
answer_user(struct cs_call *c, int status, cs_id id)
{
	const struct cs_op op = op_of(c);
	struct cs_user_profile profile;
	CS_TRY(cs_users_find(c->domain, &op, id, &profile));
	return cs_door_answer(c, status, show_user(op.arena, &profile));
}

cs_err
cs_cf_user_get(struct cs_call *c)
{
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	return answer_user(c, 200, id);
}

static cs_err
body_text(const struct cs_edit *e, const char *name, cs_str *out)
{
	const json_t *v = cs_json_get(e->body, name);
	*out = cs_json_text(e->body, name);
	if (v != NULL && !json_is_string(v))
		return cs_refuse(e->change.fault, "%s must be a string", name);
	return CS_OK;
}

cs_err
cs_cf_user_create(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_str email;
	cs_str name;
	cs_id id;
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(body_text(&e, "email", &email));
	CS_TRY(body_text(&e, "name", &name));
	CS_TRY(cs_users_add(&e.change, email, name, &id));
	return answer_user(c, 201, id);
}

cs_err
cs_cf_user_update(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_str email;
	cs_str name;
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_edit_begin(c, &e));
	CS_TRY(body_text(&e, "email", &email));
	CS_TRY(body_text(&e, "name", &name));
	if (email.len == 0)
		return cs_refuse(e.change.fault, "email is required: it says who is meant");
	CS_TRY(cs_users_rename(&e.change, id, email, name));
	return answer_user(c, 200, id);
}

cs_err
cs_cf_user_remove(struct cs_call *c)
{
	CS_AUTO(cs_edit_clear) struct cs_edit e = { 0 };
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	cs_edit_begin_empty(c, &e);
	CS_TRY(cs_users_remove(&e.change, id));
	return cs_door_answer(c, 200, json_null());
}

/* --- sessions: one of the API's is a browser's, with the applications that were opened from it --- */

static void
nonce_of(cs_id global_session, char out[static 17])
{
	struct cs_buf b;
	cs_buf_init(&b, 32);
	cs_base64url_encode(CS_SPAN(global_session.b, NONCE_BYTES), &b);
	memcpy(out, b.p, 16);
	out[16] = '\0';
	cs_buf_clear(&b);
}

static const struct cs_application *
find_application(const struct cs_access_config *config, cs_id id)
{
	for (size_t i = 0; i < config->application_count; i++)
		if (cs_id_equal(config->applications[i].id, id))
			return &config->applications[i];
	return NULL;
}

static json_t *
show_apps(struct cs_arena *a, const struct cs_access_config *config,
    const struct cs_user_sessions *s, cs_id global)
{
	json_t *apps = json_object();
	for (size_t i = 0; i < s->app_count; i++) {
		const struct cs_app_session *app = &s->apps[i];
		if (!cs_id_equal(app->global_session, global))
			continue;
		const struct cs_application *known = find_application(config, app->application);
		cs_str id = cs_id_uuid_text(a, app->application);
		json_t *j = json_object();
		cs_json_put(j, "uid", cs_json_of_str(id));
		cs_json_put(j, "name", cs_json_of_str(known != NULL ? known->name : CS_STR("")));
		cs_json_put(j, "hostname", cs_json_of_str(app->host));
		cs_json_put(j, "type", json_string("self_hosted"));
		cs_json_put(apps, cs_arena_c(a, id), j);
	}
	return apps;
}

/* What of it stands longest: applications outlive the session of the browser. */
static json_t *
show_session(struct cs_arena *a, const struct cs_access_config *config,
    const struct cs_user_sessions *s, cs_id global, cs_time created, cs_time expires)
{
	json_t *j = json_object();
	json_t *metadata = json_object();
	char nonce[17];
	nonce_of(global, nonce);
	cs_json_put(j, "expiration", json_integer(expires.ms / CS_SECOND_MS));
	cs_json_put(j, "name", json_string(nonce));
	cs_json_put(metadata, "nonce", json_string(nonce));
	cs_json_put(metadata, "iat", json_integer(created.ms / CS_SECOND_MS));
	cs_json_put(metadata, "expires", json_integer(expires.ms / CS_SECOND_MS));
	cs_json_put(metadata, "ttl", json_integer((expires.ms - created.ms) / CS_SECOND_MS));
	cs_json_put(metadata, "apps", show_apps(a, config, s, global));
	cs_json_put(j, "metadata", metadata);
	return j;
}

static bool
is_first_of_its_browser(const struct cs_user_sessions *s, size_t at)
{
	cs_id global = s->apps[at].global_session;
	for (size_t i = 0; i < s->global_count; i++)
		if (cs_id_equal(s->globals[i].id, global))
			return false;
	for (size_t i = 0; i < at; i++)
		if (cs_id_equal(s->apps[i].global_session, global))
			return false;
	return true;
}

cs_err
cs_cf_user_sessions(struct cs_call *c)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	const struct cs_op op = op_of(c);
	struct cs_user_sessions s;
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_users_sessions(c->domain, &op, id, &s));
	CS_TRY(cs_gate_acquire(c->domain->gate, op.account, &held));
	const struct cs_access_config *config = cs_snapshot_config(held);
	json_t *list = json_array();
	for (size_t i = 0; i < s.global_count; i++) {
		const struct cs_global_session *g = &s.globals[i];
		append(list, show_session(op.arena, config, &s, g->id, g->created, g->expires));
	}
	for (size_t i = 0; i < s.app_count; i++) {
		const struct cs_app_session *app = &s.apps[i];
		if (is_first_of_its_browser(&s, i))
			append(list, show_session(op.arena, config, &s, app->global_session,
					 app->created, app->expires));
	}
	return cs_door_answer(c, 200, list);
}

static json_t *
parse(cs_str text)
{
	json_t *j =
	    json_loadb(text.p != NULL ? text.p : "", text.len, JSON_REJECT_DUPLICATES, NULL);
	return json_is_object(j) ? j : (json_decref(j), NULL);
}

/* As get-identity would say it, from the address that the person came from. */
static cs_err
answer_identity(struct cs_call *c, const struct cs_op *op, const struct cs_identity *identity,
    cs_time issued, cs_str address)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	struct cs_op theirs = *op;
	CS_TRY(cs_gate_acquire(c->domain->gate, op->account, &held));
	if (cs_failed(cs_addr_decode(address, &theirs.peer)))
		theirs.peer = (struct cs_addr){ .family = 0 };
	json_t *j = parse(cs_identity_encode(&theirs, cs_snapshot_config(held), identity, issued));
	CS_ASSERT(j != NULL);
	cs_json_put(j, "isActive", json_true());
	return cs_door_answer(c, 200, j);
}

cs_err
cs_cf_user_session(struct cs_call *c)
{
	const struct cs_op op = op_of(c);
	struct cs_user_sessions s;
	char nonce[17];
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_users_sessions(c->domain, &op, id, &s));
	for (size_t i = 0; i < s.global_count; i++) {
		const struct cs_global_session *g = &s.globals[i];
		nonce_of(g->id, nonce);
		if (cs_str_equal(cs_call_param(c, "nonce"), cs_str_c(nonce)))
			return answer_identity(c, &op, &g->identity, g->created, g->address);
	}
	for (size_t i = 0; i < s.app_count; i++) {
		const struct cs_app_session *app = &s.apps[i];
		nonce_of(app->global_session, nonce);
		if (cs_str_equal(cs_call_param(c, "nonce"), cs_str_c(nonce)))
			return answer_identity(c, &op, &app->identity, app->created, CS_STR_NONE);
	}
	return CS_FAIL(NOT_FOUND);
}

cs_err
cs_cf_user_last_identity(struct cs_call *c)
{
	const struct cs_op op = op_of(c);
	struct cs_user_profile profile;
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_users_find(c->domain, &op, id, &profile));
	json_t *j = parse(profile.last_identity);
	/* was never here */
	return j == NULL ? CS_FAIL(NOT_FOUND) : cs_door_answer(c, 200, j);
}

/* --- refused sign-ins --- */

static json_t *
show_failed(struct cs_arena *a, const struct cs_access_config *config,
    const struct cs_auth_entry *e, int64_t keep_ms)
{
	const struct cs_application *app = find_application(config, e->application);
	json_t *j = json_object();
	json_t *metadata = json_object();
	int64_t until_ms = keep_ms > 0 ? e->at.ms + keep_ms : e->at.ms;
	cs_json_put(j, "expiration", json_integer(until_ms / CS_SECOND_MS));
	cs_json_put(metadata, "app_name", cs_json_of_str(e->app_name));
	cs_json_put(metadata, "aud",
	    app != NULL ? cs_show_hex(CS_SPAN(app->aud, sizeof(app->aud))) : json_string(""));
	cs_json_put(metadata, "datetime", cs_show_time(a, e->at));
	cs_json_put(metadata, "ray_id", cs_json_of_str(e->ray));
	cs_json_put(metadata, "reason", cs_json_of_str(e->reason));
	cs_json_put(metadata, "user_email", cs_json_of_str(e->email));
	cs_json_put(metadata, "user_uuid", cs_json_of_str(cs_id_uuid_text(a, e->user)));
	cs_json_put(j, "metadata", metadata);
	return j;
}

cs_err
cs_cf_user_failed_logins(struct cs_call *c)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	const struct cs_op op = op_of(c);
	const struct cs_auth_entry *entries;
	struct cs_user_profile profile;
	struct cs_auth_query query = {
		.until = cs_time_add(op.now, CS_DAY_MS),
		.allowed_match = CS_AUTH_IS,
		.is_allowed = false,
		.user_match = CS_AUTH_IS,
		.max = FAILED_LOGINS_MAX,
	};
	size_t count;
	CS_TRY(cs_call_id(c, "id", &query.user));
	CS_TRY(cs_users_find(c->domain, &op, query.user, &profile));
	CS_TRY(cs_auth_log_read(c->domain, &op, &query, &entries, &count));
	CS_TRY(cs_gate_acquire(c->domain->gate, op.account, &held));
	json_t *list = json_array();
	for (size_t i = 0; i < count; i++)
		append(list, show_failed(op.arena, cs_snapshot_config(held), &entries[i],
				 c->domain->auth_log_keep_ms));
	return cs_door_answer(c, 200, list);
}

/* --- authenticators --- */

static const char *
evidence_name(enum cs_evidence evidence)
{
	switch (evidence) {
	case CS_EVIDENCE_NONE:
		return "none";
	case CS_EVIDENCE_SELF:
		return "self";
	case CS_EVIDENCE_UNTRUSTED:
		return "untrusted";
	case CS_EVIDENCE_VERIFIED:
		return "verified";
	}
	return "none";
}

static json_t *
show_authenticator(struct cs_arena *arena, const struct cs_user_authenticator *u)
{
	const struct cs_authenticator *a = u->authenticator;
	json_t *j = cs_show_id(arena, a->id);
	json_t *own = json_object();
	bool is_key = a->credential_id.len != 0;
	cs_json_put(j, "name", cs_json_of_str(a->name));
	cs_json_put(j, "type", json_string(cs_mfa_method_name(a->method)));
	cs_json_put(j, "created_at", cs_show_time(arena, a->created));
	cs_json_put(j, "last_used_at", time_or_null(arena, a->last_used));
	cs_json_put(j, "aaguid",
	    a->has_aaguid ? cs_show_hex(CS_SPAN(a->aaguid, sizeof(a->aaguid))) : json_null());
	cs_json_put(own, "factor", cs_json_of_str(a->factor));
	cs_json_put(own, "model", cs_json_of_str(u->model));
	cs_json_put(
	    own, "evidence", is_key ? json_string(evidence_name(a->evidence)) : json_null());
	cs_json_put(own, "backup_eligible", json_boolean(a->is_backup_eligible));
	cs_json_put(own, "backed_up", json_boolean(a->is_backed_up));
	cs_json_put(j, "countersign", own);
	return j;
}

cs_err
cs_cf_user_authenticators(struct cs_call *c)
{
	const struct cs_op op = op_of(c);
	const struct cs_user_authenticator *list;
	size_t count;
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_users_authenticators(c->domain, &op, id, &list, &count));
	json_t *shown = json_array();
	for (size_t i = 0; i < count; i++)
		append(shown, show_authenticator(op.arena, &list[i]));
	return cs_door_answer(c, 200, shown);
}

cs_err
cs_cf_user_authenticator_remove(struct cs_call *c)
{
	const struct cs_op op = op_of(c);
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_id user;
	cs_id id;
	CS_TRY(cs_call_id(c, "id", &user));
	CS_TRY(cs_call_id(c, "authenticator", &id));
	CS_TRY(
	    cs_authenticator_revoke(c->domain, &op, cs_door_of(c)->grant.member, user, id, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return CS_FAIL(NOT_FOUND);
	return cs_door_answer(c, 200, cs_show_id(op.arena, id));
}
