/*
 * audit.c - /api/v1/accounts/{account}/audit…: the trail, looked into and taken along; and
 * /api/v1/member/audit: one's own.
 */
#include "api/body.h"
#include "api/cloudflare/door.h"
#include "api/console/console.h"
#include "domain/audit_read.h"
#include "domain/browser.h"
#include "domain/json_text.h"
#include "domain/member_session.h"
#include "domain/person.h"

#define PIECE_ARENA_BYTES (16 * 1024 * 1024)
#define FILE_MAX (64 * 1024 * 1024)
#define FILE_STOP (48 * 1024 * 1024) /* a row behind this is not begun */

/* --- what is asked for --- */

static cs_err
read_time(const struct cs_call *c, const char *name, cs_time *out)
{
	cs_str text;

	*out = (cs_time){ 0 };
	CS_TRY(cs_call_query(c, name, &text));
	return text.len == 0 ? CS_OK : cs_time_decode(text, out);
}

/* An id, or part of an address. */
static cs_err
read_person(const struct cs_call *c, const char *name, cs_id *id, cs_str *email)
{
	cs_str text;

	*email = CS_STR("");
	CS_TRY(cs_call_query(c, name, &text));
	text = cs_str_trim(text);
	if (!cs_failed(cs_id_from_hex(text, id)) || !cs_failed(cs_id_from_uuid(text, id)))
		return CS_OK;
	*id = cs_id_zero;
	*email = cs_email_key(c->op->arena, text);
	return CS_OK;
}

static cs_err
read_kind(const struct cs_call *c, struct cs_audit_filter *f)
{
	cs_str kind;

	CS_TRY(cs_call_query(c, "kind", &kind));
	if (cs_str_ends(kind, CS_STR("*")))
		f->kind_head = cs_str_slice(kind, 0, kind.len - 1);
	else
		f->kind = kind;
	return CS_OK;
}

static cs_err
read_place(const struct cs_call *c, struct cs_audit_filter *f)
{
	cs_str cursor;

	CS_TRY(cs_call_query(c, "cursor", &cursor));
	return cs_audit_cursor_decode(cursor, f);
}

/* Errors: INVALID. */
static cs_err
read_filter(const struct cs_call *c, struct cs_audit_filter *out)
{
	*out = (struct cs_audit_filter){ .until = { 0 } };
	CS_TRY(read_kind(c, out));
	CS_TRY(read_person(c, "actor", &out->actor, &out->actor_email));
	CS_TRY(read_person(c, "subject", &out->subject, &out->subject_email));
	CS_TRY(cs_call_query(c, "address", &out->address));
	CS_TRY(read_time(c, "since", &out->since));
	CS_TRY(read_time(c, "until", &out->until));
	return read_place(c, out);
}

/* Digits; *out is what it is without any. More than max is max. Errors: INVALID. */
static cs_err
read_limit(const struct cs_call *c, unsigned max, unsigned *out)
{
	unsigned n = 0;
	cs_str text;

	CS_TRY(cs_call_query(c, "limit", &text));
	if (text.len == 0)
		return CS_OK;
	for (size_t i = 0; i < text.len; i++) {
		if (i == 7 || text.p[i] < '0' || text.p[i] > '9')
			return CS_FAIL(INVALID);
		n = n * 10 + (unsigned)(text.p[i] - '0');
	}
	if (n == 0)
		return CS_FAIL(INVALID);
	*out = n < max ? n : max;
	return CS_OK;
}

/* --- one event --- */

static json_t *
show_person(cs_id id, cs_str email)
{
	if (cs_id_is_zero(id))
		return json_null();
	return json_pack("{s:o, s:o}", "id", cs_json_id_of(id), "email",
	    email.len > 0 ? cs_json_text_of(email) : json_null());
}

static json_t *
text_or_null(cs_str s)
{
	return s.len > 0 ? cs_json_text_of(s) : json_null();
}

static json_t *
show_details(cs_str details)
{
	json_t *j = details.len > 0 ? json_loadb(details.p, details.len, 0, NULL) : NULL;

	return j != NULL ? j : json_null();
}

static cs_str
browser_of(struct cs_arena *a, const struct cs_audit_event *ev)
{
	return ev->user_agent.len > 0 ? cs_browser_words(a, ev->user_agent) : CS_STR_NONE;
}

static json_t *
show(struct cs_arena *a, const struct cs_audit_found *found)
{
	const struct cs_audit_event *ev = &found->event;
	json_t *j = json_object();

	json_object_set_new(j, "id", cs_json_id_of(ev->id));
	json_object_set_new(j, "at", cs_json_time_of(ev->at));
	json_object_set_new(j, "kind", cs_json_text_of(ev->kind));
	json_object_set_new(j, "text", cs_json_text_of(cs_audit_kind_text(ev->kind)));
	json_object_set_new(j, "actor", show_person(ev->actor, found->actor_email));
	json_object_set_new(j, "subject", show_person(ev->subject, found->subject_email));
	json_object_set_new(j, "address", text_or_null(ev->address));
	json_object_set_new(j, "browser", text_or_null(browser_of(a, ev)));
	json_object_set_new(j, "details", show_details(ev->details));
	json_object_set_new(j, "is_sealed", json_boolean(ev->seq != 0));
	json_object_set_new(j, "is_forgotten", json_boolean(ev->is_forgotten));
	return j;
}

static cs_err
answer(struct cs_call *c, struct cs_arena *a, const struct cs_audit_found *list, size_t count,
    bool has_more)
{
	json_t *events = json_array();
	json_t *o = json_object();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(events, show(a, &list[i]));
	json_object_set_new(o, "events", events);
	json_object_set_new(o, "next",
	    has_more ? cs_json_text_of(cs_audit_cursor(a, &list[count - 1])) : json_null());
	return cs_body_answer(c, o);
}

cs_err
cs_console_get_audit(struct cs_call *c)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(PIECE_ARENA_BYTES);
	struct cs_audit_filter filter;
	struct cs_audit_found *list;
	struct cs_op op = *c->op;
	bool has_more;
	unsigned limit = CS_AUDIT_PAGE_DEFAULT;
	size_t count;

	op.account = cs_door_of(c)->grant.account;
	op.arena = arena;
	CS_TRY(read_filter(c, &filter));
	CS_TRY(read_limit(c, CS_AUDIT_PAGE_MAX, &limit));
	CS_TRY(cs_audit_read(c->domain, &op, &filter, limit, &list, &count, &has_more));
	return answer(c, arena, list, count, has_more);
}

cs_err
cs_console_get_own_audit(struct cs_call *c)
{
	struct cs_audit_filter filter = { .until = { 0 } };
	struct cs_audit_found *list;
	bool has_more;
	unsigned limit = CS_AUDIT_PAGE_DEFAULT;
	size_t count;

	CS_TRY(read_place(c, &filter));
	CS_TRY(read_limit(c, CS_AUDIT_PAGE_MAX, &limit));
	CS_TRY(cs_audit_read_self(c->domain, c->op, c->principal.member->member.id, &filter, limit,
	    &list, &count, &has_more));
	return answer(c, c->op->arena, list, count, has_more);
}

cs_err
cs_console_get_audit_kinds(struct cs_call *c)
{
	size_t count;
	const struct cs_audit_kind_row *rows = cs_audit_kinds(&count);
	json_t *list = json_array();

	for (size_t i = 0; i < count; i++)
		json_array_append_new(
		    list, json_pack("{s:o, s:o}", "kind", cs_json_text_of(rows[i].kind), "text",
			      cs_json_text_of(rows[i].text)));
	return cs_body_answer(c, json_pack("{s:o}", "kinds", list));
}

/* --- files --- */

/* What a spreadsheet would take for a formula: told that it is text by an apostrophe. */
static bool
is_formula(cs_str s)
{
	return s.len > 0 && strchr("=+-@\t\r\n", s.p[0]) != NULL;
}

/* RFC 4180 §2: every cell in quotes, a quote in it doubled. */
static void
add_cell(struct cs_buf *b, cs_str s, bool is_last)
{
	cs_buf_add_c(b, is_formula(s) ? "\"'" : "\"");
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '"')
			cs_buf_add_c(b, "\"");
		cs_buf_add(b, CS_SPAN(s.p + i, 1));
	}
	cs_buf_add_c(b, is_last ? "\"\r\n" : "\",");
}

static cs_str
id_text(struct cs_arena *a, cs_id id)
{
	return cs_id_is_zero(id) ? CS_STR("") : cs_id_uuid_text(a, id);
}

static void
add_csv(struct cs_buf *b, struct cs_arena *a, const struct cs_audit_found *found)
{
	const struct cs_audit_event *ev = &found->event;
	const cs_str cells[] = {
		id_text(a, ev->id),
		cs_time_text(a, ev->at),
		ev->kind,
		cs_audit_kind_text(ev->kind),
		id_text(a, ev->actor),
		found->actor_email,
		id_text(a, ev->subject),
		found->subject_email,
		ev->address,
		browser_of(a, ev),
		ev->details,
		ev->seq != 0 ? CS_STR("true") : CS_STR("false"),
		ev->is_forgotten ? CS_STR("true") : CS_STR("false"),
	};

	for (size_t i = 0; i < CS_COUNT(cells); i++)
		add_cell(b, cells[i], i + 1 == CS_COUNT(cells));
}

static int
add_bytes(const char *p, size_t len, void *ctx)
{
	cs_buf_add(ctx, CS_SPAN(p, len));
	return 0;
}

static void
add_json(struct cs_buf *b, struct cs_arena *a, const struct cs_audit_found *found, bool is_first)
{
	json_t *j = show(a, found);

	cs_buf_add_c(b, is_first ? "\n" : ",\n");
	CS_ASSERT(json_dump_callback(j, add_bytes, b, JSON_COMPACT) == 0);
	json_decref(j);
}

struct file {
	bool is_csv;
	struct cs_audit_filter filter;
	unsigned limit;
	size_t rows;
	bool has_more;
	bool is_cut; /* there is more than it holds: … */
	struct cs_audit_event last; /* … after this; its at and id alone */
};

/* The next rows: in memory of their own, which goes with them. */
static cs_err
add_piece(struct cs_call *c, struct file *f)
{
	CS_AUTO(cs_arena_free) struct cs_arena *arena = cs_arena_new(PIECE_ARENA_BYTES);
	struct cs_audit_found *list;
	struct cs_op op = *c->op;
	size_t count;

	op.account = cs_door_of(c)->grant.account;
	op.arena = arena;
	CS_TRY(cs_audit_read(
	    c->domain, &op, &f->filter, CS_AUDIT_PAGE_MAX, &list, &count, &f->has_more));
	for (size_t i = 0; i < count; i++, f->rows++) {
		if (f->rows == f->limit || c->rs->body.len > FILE_STOP) {
			f->has_more = false;
			f->is_cut = true;
			return CS_OK;
		}
		if (f->is_csv)
			add_csv(&c->rs->body, arena, &list[i]);
		else
			add_json(&c->rs->body, arena, &list[i], f->rows == 0);
		f->filter.before = f->last.at = list[i].event.at;
		f->filter.before_id = f->last.id = list[i].event.id;
	}
	return CS_OK;
}

/* Whoever reads a file that was cut reads that it was, and from where to go on. */
static void
end_file(struct cs_call *c, const struct file *f)
{
	const struct cs_audit_found last = { .event = f->last };
	cs_str cursor = f->is_cut ? cs_audit_cursor(c->op->arena, &last) : CS_STR("");
	struct cs_buf *b = &c->rs->body;

	if (!f->is_csv) {
		cs_buf_add_c(b, "\n],\"next\":");
		cs_buf_add_c(b, f->is_cut ? "\"" : "null");
		cs_buf_add(b, cs_str_span(cursor));
		cs_buf_add_c(b, f->is_cut ? "\"}\n" : "}\n");
	} else if (f->is_cut) {
		cs_buf_add_c(b, "\"\",\"\",\"\",\"There are more events: this file ends here. "
				"The next one begins with cursor=");
		cs_buf_add(b, cs_str_span(cursor));
		cs_buf_add_c(b, "\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\r\n");
	}
}

static cs_err
read_format(const struct cs_call *c, struct file *f)
{
	cs_str format;

	CS_TRY(cs_call_query(c, "format", &format));
	f->is_csv = cs_str_equal(format, CS_STR("csv"));
	return f->is_csv || cs_str_equal(format, CS_STR("json")) ? CS_OK : CS_FAIL(INVALID);
}

static void
begin_file(struct cs_call *c, const struct file *f)
{
	cs_str type = f->is_csv ? CS_STR("text/csv; charset=utf-8") : CS_STR("application/json");

	/* an answer of its own size: many rows are more than any other call may say */
	cs_buf_clear(&c->rs->body);
	cs_buf_init(&c->rs->body, FILE_MAX);
	c->rs->status = 200;
	cs_response_header(c->rs, CS_STR("Content-Type"), type);
	cs_response_header(c->rs, CS_STR("Content-Disposition"),
	    f->is_csv ? CS_STR("attachment; filename=\"audit.csv\"")
		      : CS_STR("attachment; filename=\"audit.json\""));
	cs_buf_add_c(&c->rs->body,
	    f->is_csv ? "id,at,kind,text,actor_id,actor_email,subject_id,subject_email,address,"
			"browser,details,is_sealed,is_forgotten\r\n"
		      : "{\"events\":[");
}

cs_err
cs_console_get_audit_export(struct cs_call *c)
{
	struct file f = { .has_more = true, .limit = CS_AUDIT_EXPORT_MAX };

	CS_TRY(read_filter(c, &f.filter));
	CS_TRY(read_limit(c, CS_AUDIT_EXPORT_MAX, &f.limit));
	CS_TRY(read_format(c, &f));
	begin_file(c, &f);
	while (f.has_more)
		CS_TRY(add_piece(c, &f));
	end_file(c, &f);
	return cs_buf_finish(&c->rs->body, NULL);
}
