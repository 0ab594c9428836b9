#include "api/cloudflare/door.h"

#include "api/console/console.h"
#include "api/status.h"
#include "domain/config/member.h"

/* --- who calls --- */

struct cs_door *
cs_door_of(const struct cs_call *c)
{
	CS_ASSERT(c->principal.grant != NULL);
	return (struct cs_door *)(uintptr_t)c->principal.grant;
}

static cs_err
say_no(struct cs_call *c, enum cs_door_refusal refusal, struct cs_refusal *why)
{
	cs_door_of(c)->refusal = refusal;
	why->kind = CS_REFUSAL_NOT_ALLOWED;
	return CS_OK;
}

static bool
has_account(const struct cs_call *c)
{
	return c->param_count > 0 && cs_str_equal(c->params[0].name, CS_STR("account"));
}

static cs_err
judge_token(struct cs_call *c, cs_str text, enum cs_door_refusal *out)
{
	struct cs_door *door = cs_door_of(c);
	enum cs_token_state state;
	CS_TRY(cs_api_token_verify(c->domain, c->op, text, &door->grant, &state));
	*out = CS_DOOR_UNKNOWN;
	if (state == CS_TOKEN_INACTIVE)
		*out = CS_DOOR_INACTIVE;
	if (state == CS_TOKEN_ELSEWHERE)
		*out = CS_DOOR_ADDRESS;
	if (state != CS_TOKEN_ACTIVE)
		return CS_OK;
	*out = CS_DOOR_NONE;
	cs_id account;
	if (has_account(c) && (cs_failed(cs_id_from_hex(cs_call_param(c, "account"), &account)) ||
				  !cs_id_equal(account, door->grant.account)))
		*out = CS_DOOR_ELSEWHERE;
	return CS_OK;
}

/*
 * Browsers send the cookie by themselves, so what comes with it must have been sent by the
 * console's own page (the csrf column says WITH_COOKIE for every route that changes something).
 */
static bool
is_from_console(const struct cs_call *c, cs_str origin)
{
	cs_str site;
	cs_str from;
	cs_str type;
	if (cs_failed(cs_request_header_opt(c->rq, CS_STR("sec-fetch-site"), &site)) ||
	    cs_failed(cs_request_header_opt(c->rq, CS_STR("origin"), &from)) ||
	    cs_failed(cs_request_header_opt(c->rq, CS_STR("content-type"), &type)))
		return false;
	if (c->route->csrf == CS_CSRF_NONE)
		return site.len == 0 || cs_str_equal(site, CS_STR("same-origin"));
	type = cs_str_trim(cs_str_slice(type, 0, cs_str_find(type, ';', 0)));
	return cs_str_equal(site, CS_STR("same-origin")) && cs_str_equal(from, origin) &&
	       cs_str_equal_nocase(type, CS_STR("application/json"));
}

static cs_err
judge_member(struct cs_call *c, cs_str cookie, const struct cs_access_config *realm,
    enum cs_door_refusal *out)
{
	struct cs_door *door = cs_door_of(c);
	cs_id account = cs_id_zero;
	*out = CS_DOOR_ELSEWHERE;
	if (has_account(c) && cs_failed(cs_id_from_hex(cs_call_param(c, "account"), &account)))
		return CS_OK;
	*out = CS_DOOR_FORGED;
	if (!is_from_console(c, realm->auth_origin))
		return CS_OK;
	enum cs_verdict verdict;
	struct cs_member_browser browser;
	cs_member_browser_of(c, &browser);
	browser.session = cookie;
	if (has_account(c))
		CS_TRY(cs_member_authorize(
		    c->domain, c->op, &browser, account, &door->grant, &verdict));
	else
		CS_TRY(
		    cs_member_authorize_self(c->domain, c->op, &browser, &door->grant, &verdict));
	*out = verdict == CS_GRANTED ? CS_DOOR_NONE : CS_DOOR_UNKNOWN;
	return CS_OK;
}

/* The console is served on the server realm's host alone, and only there is its cookie looked at. */
static cs_err
judge_cookie(struct cs_call *c, enum cs_door_refusal *out)
{
	CS_AUTO(cs_snapshot_release) const struct cs_snapshot *held = NULL;
	cs_str cookie;
	*out = CS_DOOR_MISSING;
	if (cs_failed(cs_request_cookie(c->rq, CS_STR("__Host-cs_session"), &cookie)) ||
	    cs_failed(cs_gate_acquire_by_auth_host(c->domain->gate, c->rq->host, &held)))
		return CS_OK;
	const struct cs_access_config *realm = cs_snapshot_config(held);
	if (!cs_id_is_zero(realm->account))
		return CS_OK;
	return judge_member(c, cookie, realm, out);
}

static cs_err
judge(struct cs_call *c, enum cs_door_refusal *out)
{
	cs_str header;
	*out = CS_DOOR_MISSING;
	if (cs_failed(cs_request_header_opt(c->rq, CS_STR("authorization"), &header)))
		return CS_OK;
	cs_str scheme = cs_str_slice(header, 0, 7);
	if (cs_str_equal_nocase(scheme, CS_STR("bearer ")))
		return judge_token(c, cs_str_trim(cs_str_slice(header, 7, header.len)), out);
	if (header.len != 0) {
		*out = CS_DOOR_UNKNOWN;
		return CS_OK;
	}
	return judge_cookie(c, out);
}

cs_err
cs_door_guard(struct cs_call *c, struct cs_refusal *why)
{
	struct cs_door *door = CS_NEW(c->op->arena, struct cs_door);
	c->principal.grant = door;
	door->fault.arena = c->op->arena;
	enum cs_door_refusal refusal;
	CS_TRY(judge(c, &refusal));
	if (refusal != CS_DOOR_NONE)
		return say_no(c, refusal, why);
	if (c->route->permission != 0 && (c->route->permission & door->grant.permissions) == 0)
		return say_no(c, CS_DOOR_FORBIDDEN, why);
	return CS_OK;
}

bool
cs_door_is_proved(const struct cs_call *c)
{
	const struct cs_grant *grant = &cs_door_of(c)->grant;
	return !cs_id_is_zero(grant->token) || grant->is_proved;
}

cs_err
cs_door_guard_proved(struct cs_call *c, struct cs_refusal *why)
{
	CS_TRY(cs_door_guard(c, why));
	if (cs_door_of(c)->refusal != CS_DOOR_NONE || cs_door_is_proved(c))
		return CS_OK;
	cs_door_of(c)->refusal = CS_DOOR_PROVE_FIRST;
	why->kind = CS_REFUSAL_PROVE_FIRST;
	return CS_OK;
}

/* --- answers --- */

static int
add_bytes(const char *p, size_t len, void *ctx)
{
	cs_buf_add(ctx, CS_SPAN(p, len));
	return 0;
}

/* Takes envelope. */
static cs_err
write_envelope(struct cs_call *c, int status, json_t *envelope)
{
	CS_AUTO(cs_json_free) json_t *j = envelope;
	cs_response_reset(c->rs);
	c->rs->status = status;
	cs_response_header(c->rs, CS_STR("Content-Type"), CS_STR("application/json"));
	CS_ASSERT(json_dump_callback(j, add_bytes, &c->rs->body, JSON_COMPACT) == 0);
	return cs_buf_finish(&c->rs->body, NULL);
}

static json_t *
make_envelope(bool is_success, json_t *result)
{
	json_t *j = json_object();
	CS_ASSERT(j != NULL);
	cs_json_put(j, "success", json_boolean(is_success));
	cs_json_put(j, "errors", json_array());
	cs_json_put(j, "messages", json_array());
	cs_json_put(j, "result", result);
	return j;
}

static void
add_notice(json_t *envelope, const char *list, int code, cs_str text)
{
	json_t *notice = json_object();
	cs_json_put(notice, "code", json_integer(code));
	cs_json_put(notice, "message", cs_json_of_str(text));
	CS_ASSERT(json_array_append_new(json_object_get(envelope, list), notice) == 0);
}

cs_err
cs_door_answer(struct cs_call *c, int status, json_t *result)
{
	return write_envelope(c, status, make_envelope(true, result));
}

cs_err
cs_door_answer_message(struct cs_call *c, json_t *result, int code, const char *message)
{
	json_t *envelope = make_envelope(true, result);
	add_notice(envelope, "messages", code, cs_str_c(message));
	json_t *notice = json_array_get(json_object_get(envelope, "messages"), 0);
	cs_json_put(notice, "type", json_null());
	return write_envelope(c, 200, envelope);
}

/* --- refusals: specs: Access §1.8 --- */

struct refusal_row {
	int status;
	int code;
	const char *text;
	bool is_final; /* sent again it would be refused again: say so where clients retry */
};

static const struct refusal_row door_rows[] = {
	[CS_DOOR_NONE] = { 500, 10001, "The request could not be answered", false },
	[CS_DOOR_MISSING] = { 400, 9106,
	    "Missing Authorization header: send Authorization: Bearer with an API token "
	    "(X-Auth-Key is not accepted)",
	    false },
	[CS_DOOR_UNKNOWN] = { 403, 10000, "Authentication error", false },
	[CS_DOOR_INACTIVE] = { 403, 9109, "Invalid access token", false },
	[CS_DOOR_ADDRESS] = { 403, 9109, "Cannot use the access token from this address", false },
	[CS_DOOR_FORBIDDEN] = { 403, 10000, "Authentication error: the token lacks the permission",
	    false },
	[CS_DOOR_FORGED] = { 403, 10000, "Authentication error: not sent by the console", false },
	[CS_DOOR_ELSEWHERE] = { 404, 7003, NULL, false },
	[CS_DOOR_PROVE_FIRST] = { 403, 20403,
	    "access.api.error.prove_first: give your password again first", false },
};

static const struct refusal_row error_rows[] = {
	[CS_E_NONE] = { 500, 10001, "The request could not be answered", false },
	[CS_E_INVALID] = { 400, 12130, "access.api.error.invalid_request", false },
	[CS_E_NOT_FOUND] = { 404, 12135, "access.api.error.not_found", false },
	[CS_E_CONFLICT] = { 409, 12130, "access.api.error.conflict: somebody else changed this",
	    true },
	[CS_E_LIMIT] = { 413, 12130,
	    "access.api.error.invalid_request: the answer or the configuration is too large",
	    false },
	[CS_E_FORBIDDEN] = { 403, 10000, "Authentication error", false },
	[CS_E_UNAVAILABLE] = { 503, 10001, "The service is unavailable, try again", false },
	/* it may have happened: an automatic second try could do it twice */
	[CS_E_UNCERTAIN] = { 503, 10001,
	    "The change may or may not have been made: look before trying again", true },
	[CS_E_CRYPTO] = { 500, 10001, "The request could not be answered", true },
	[CS_E_STORE] = { 500, 10001, "The request could not be answered", true },
	[CS_E_INTERNAL] = { 500, 10001, "The request could not be answered", true },
};

static const struct {
	int status;
	int code;
	const char *name;
} fault_rows[] = {
	[CS_FAULT_NONE] = { 400, 12130, "invalid_request" },
	[CS_FAULT_REQUEST] = { 400, 12130, "invalid_request" },
	[CS_FAULT_EXISTS] = { 400, 12136, "application_already_exists" },
	[CS_FAULT_NOT_ENABLED] = { 404, 9999, "not_enabled" },
	[CS_FAULT_PROVE_FIRST] = { 403, 20403, "prove_first" },
};

/* What has to be changed first, each as an error of its own. */
static void
add_objects(json_t *envelope, const struct cs_fault *f, int code)
{
	for (size_t i = 0; i < f->object_count; i++) {
		const struct cs_fault_object *o = &f->objects[i];
		json_t *error = json_object();
		json_t *own = json_object();
		cs_json_put(own, "kind", json_string(o->kind));
		cs_json_put(own, "name", cs_json_of_str(o->name));
		cs_json_put(own, "path", cs_json_of_str(o->path));
		cs_json_put(own, "console_path", cs_json_of_str(o->page));
		cs_json_put(error, "code", json_integer(code));
		cs_json_put(error, "message",
		    json_sprintf(
			"%s \"%.*s\": %.*s", o->kind, CS_STR_ARG(o->name), CS_STR_ARG(o->path)));
		cs_json_put(error, "countersign", own);
		CS_ASSERT(json_array_append_new(json_object_get(envelope, "errors"), error) == 0);
	}
}

static void
write_refusal(
    struct cs_call *c, const struct refusal_row *row, cs_str text, const struct cs_fault *fault)
{
	json_t *envelope = make_envelope(false, json_null());
	add_notice(envelope, "errors", row->code, text);
	if (row->code == 7003)
		add_notice(envelope, "errors", 7000, CS_STR("No route for that URI"));
	if (fault != NULL)
		add_objects(envelope, fault, row->code);
	if (cs_failed(write_envelope(c, row->status, envelope)))
		cs_response_reset(c->rs);
	if (row->is_final)
		cs_response_header(c->rs, CS_STR("x-should-retry"), CS_STR("false"));
	if (row->status == 503)
		cs_response_header(c->rs, CS_STR("Retry-After"), CS_STR("2"));
}

static void
refuse_fault(struct cs_call *c, const struct cs_fault *f)
{
	const struct refusal_row row = {
		.status = fault_rows[f->kind].status,
		.code = fault_rows[f->kind].code,
	};
	write_refusal(c, &row,
	    cs_arena_printf(c->op->arena, "access.api.error.%s: %.*s", fault_rows[f->kind].name,
		(int)f->len, f->text),
	    f);
}

static void
refuse_route(struct cs_call *c)
{
	const struct refusal_row row = { .status = 404, .code = 7003 };
	cs_str path = cs_str_slice(c->rq->path, 0, 200);
	path = cs_str_slice(path, 0, cs_utf8_prefix(cs_str_span(path)));
	write_refusal(c, &row,
	    cs_arena_printf(c->op->arena,
		"Could not route to %.*s, perhaps your object identifier is invalid?",
		CS_STR_ARG(path)),
	    NULL);
}

static void
refuse_row(struct cs_call *c, const struct refusal_row *row)
{
	write_refusal(c, row, cs_str_c(row->text), NULL);
}

/* What the router says no to by itself. */
static void
refuse_kind(struct cs_call *c, enum cs_refusal_kind kind)
{
	if (kind == CS_REFUSAL_NOT_FOUND || kind == CS_REFUSAL_MISDIRECTED) {
		refuse_route(c);
		return;
	}
	struct refusal_row row = { cs_status_of(kind), 10001, "The request could not be answered",
		false };
	if (kind == CS_REFUSAL_METHOD) {
		row.code = 7001;
		row.text = "This method is not available for that URI";
	} else if (kind == CS_REFUSAL_TOO_LARGE) {
		row.code = 12130;
		row.text = "access.api.error.invalid_request: the body is too large";
	} else if (kind == CS_REFUSAL_BODY) {
		row.code = 12130;
		row.text = "access.api.error.invalid_request: the body is not complete";
	} else if (kind == CS_REFUSAL_UNAVAILABLE) {
		row.text = error_rows[CS_E_UNAVAILABLE].text;
	}
	refuse_row(c, &row);
}

void
cs_door_refuse(struct cs_call *c, const struct cs_refusal *why, cs_err error)
{
	const struct cs_door *door = c->principal.grant;
	if (door != NULL && door->refusal == CS_DOOR_ELSEWHERE)
		refuse_route(c);
	else if (door != NULL && door->refusal != CS_DOOR_NONE)
		refuse_row(c, &door_rows[door->refusal]);
	else if (door != NULL && cs_is(error, CS_E_INVALID) && door->fault.kind != CS_FAULT_NONE)
		refuse_fault(c, &door->fault);
	else if (cs_failed(error))
		refuse_row(c, &error_rows[error.code]);
	else
		refuse_kind(c, why->kind);
}

/* --- reading --- */

cs_err
cs_view_begin(struct cs_call *c, struct cs_view *out)
{
	*out = (struct cs_view){ .arena = cs_arena_new(CS_CONFIG_ARENA_MAX) };
	cs_err e =
	    cs_config_read(c->domain, c->op, cs_door_of(c)->grant.account, out->arena, &out->image);
	/* what cannot be shown behind a change has been changed: not to be sent again */
	bool is_behind_change = c->route->csrf != CS_CSRF_NONE;
	return is_behind_change && cs_is(e, CS_E_UNAVAILABLE) ? CS_FAIL(UNCERTAIN) : e;
}

void
cs_view_clear(struct cs_view *v)
{
	cs_arena_free(&v->arena);
}

static cs_err
query_number(struct cs_call *c, const char *name, int64_t absent, int64_t *out)
{
	struct cs_fault *fault = &cs_door_of(c)->fault;
	cs_str text;
	*out = absent;
	if (cs_failed(cs_call_query(c, name, &text)))
		return cs_refuse(fault, "%s is there twice", name);
	if (text.len == 0)
		return CS_OK;
	if (!cs_str_to_i64(text, out) || *out < 1 || *out > 1000000000)
		return cs_refuse(fault, "%s must be a whole number from 1 on", name);
	return CS_OK;
}

cs_err
cs_page_begin(struct cs_call *c, struct cs_page *out)
{
	*out = (struct cs_page){ .items = json_array() };
	CS_TRY(query_number(c, "page", 1, &out->page));
	CS_TRY(query_number(c, "per_page", CS_PAGE_DEFAULT, &out->per_page));
	if (out->per_page > CS_PAGE_MAX)
		out->per_page = CS_PAGE_MAX;
	return CS_OK;
}

void
cs_page_clear(struct cs_page *p)
{
	cs_json_free(&p->items);
}

bool
cs_page_takes(struct cs_page *p)
{
	return p->total++ / p->per_page == p->page - 1;
}

void
cs_page_put(struct cs_page *p, json_t *item)
{
	CS_ASSERT(json_array_append_new(p->items, item) == 0);
}

cs_err
cs_page_answer(struct cs_call *c, struct cs_page *p)
{
	json_t *info = json_object();
	cs_json_put(info, "page", json_integer(p->page));
	cs_json_put(info, "per_page", json_integer(p->per_page));
	cs_json_put(info, "count", json_integer((json_int_t)json_array_size(p->items)));
	cs_json_put(info, "total_count", json_integer(p->total));
	cs_json_put(info, "total_pages", json_integer((p->total + p->per_page - 1) / p->per_page));
	json_t *envelope = make_envelope(true, CS_TAKE(p->items));
	cs_json_put(envelope, "result_info", info);
	return write_envelope(c, 200, envelope);
}

static cs_err
query_text(struct cs_call *c, const char *name, cs_str *out)
{
	if (cs_failed(cs_call_query(c, name, out)))
		return cs_refuse(&cs_door_of(c)->fault, "%s is there twice or badly encoded", name);
	return CS_OK;
}

cs_err
cs_filter_begin(struct cs_call *c, struct cs_filter *out)
{
	cs_str exact;
	*out = (struct cs_filter){ 0 };
	CS_TRY(query_text(c, "name", &out->name));
	CS_TRY(query_text(c, "domain", &out->domain));
	CS_TRY(query_text(c, "aud", &out->aud));
	CS_TRY(query_text(c, "search", &out->search));
	CS_TRY(query_text(c, "exact", &exact));
	out->is_exact = cs_str_equal(exact, CS_STR("true"));
	return CS_OK;
}

bool
cs_filter_text(cs_str wanted, bool is_exact, cs_str text)
{
	if (wanted.len == 0)
		return true;
	if (is_exact)
		return cs_str_equal_nocase(wanted, text);
	for (size_t i = 0; i + wanted.len <= text.len; i++) {
		if (cs_str_equal_nocase(wanted, cs_str_slice(text, i, i + wanted.len)))
			return true;
	}
	return false;
}

bool
cs_filter_is_empty(const struct cs_filter *f)
{
	return f->name.len == 0 && f->domain.len == 0 && f->aud.len == 0 && f->search.len == 0;
}

/* --- writing --- */

void
cs_edit_begin_empty(struct cs_call *c, struct cs_edit *out)
{
	struct cs_door *door = cs_door_of(c);
	*out = (struct cs_edit){ .arena = cs_arena_new(CS_CONFIG_ARENA_MAX), .op = *c->op };
	out->op.arena = out->arena;
	out->op.account = door->grant.account;
	out->change = (struct cs_config_change){
		.domain = c->domain,
		.op = &out->op,
		.account = door->grant.account,
		.actor = door->grant.member,
		.fault = &door->fault,
	};
}

cs_err
cs_edit_begin(struct cs_call *c, struct cs_edit *out)
{
	return cs_edit_begin_wide(c, CS_JSON_MAX_BYTES, out);
}

cs_err
cs_edit_begin_wide(struct cs_call *c, size_t max, struct cs_edit *out)
{
	cs_edit_begin_empty(c, out);
	return cs_json_decode_wide(c->rq->body, max, &out->body, out->change.fault);
}

void
cs_edit_clear(struct cs_edit *e)
{
	cs_json_free(&e->body);
	cs_arena_free(&e->arena);
}
