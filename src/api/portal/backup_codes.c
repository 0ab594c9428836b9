/*
 * backup_codes.c - /api/v1/me/backup-codes: a new set, shown this once; and what there is of one.
 *
 * Codes are written to the response's body, which is wiped, and to nothing else.
 */
#include "domain/backup_codes.h"

#include "api/body.h"
#include "api/portal/factors.h"
#include "api/portal/portal.h"
#include "domain/json_text.h"

#define LINE_LEN (CS_BACKUP_CODE_TEXT_LEN + 1)

static void
add_codes(struct cs_buf *body, cs_str lines)
{
	for (size_t i = 0; i + LINE_LEN <= lines.len; i += LINE_LEN) {
		cs_buf_add_c(body, i == 0 ? "\"" : ",\"");
		cs_buf_add_str(body, cs_str_slice(lines, i, i + CS_BACKUP_CODE_TEXT_LEN));
		cs_buf_add_c(body, "\"");
	}
}

/* {"made_at":…,"account":…,"issuer":…}; none of it is secret. */
static cs_str
rest_of(struct cs_arena *a, const struct cs_backup_sheet *sheet)
{
	json_t *o = json_object();
	cs_str text;

	json_object_set_new(o, "made_at", cs_json_time_of(sheet->made));
	json_object_set_new(o, "account", cs_json_text_of(sheet->account));
	json_object_set_new(o, "issuer", cs_json_text_of(sheet->issuer));
	text = cs_json_dump(a, o);
	json_decref(o);
	return text;
}

static cs_err
answer(struct cs_call *c, const struct cs_backup_sheet *sheet)
{
	struct cs_buf *body = &c->rs->body;
	cs_str rest = rest_of(c->op->arena, sheet);

	c->rs->status = 200;
	cs_response_header(c->rs, CS_STR("Content-Type"), CS_STR("application/json"));
	cs_buf_add_c(body, "{\"backup_codes\":{\"codes\":[");
	add_codes(body, cs_buf_str(&sheet->codes));
	cs_buf_add_c(body, "],");
	cs_buf_add_str(body, cs_str_slice(rest, 1, rest.len));
	cs_buf_add_c(body, "}");
	return cs_buf_finish(body, NULL);
}

cs_err
cs_portal_post_backup_codes(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	CS_AUTO(cs_backup_sheet_clear) struct cs_backup_sheet sheet = { .made = { 0 } };
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signin s;

	CS_TRY(cs_factors_begin(c, &body, &s, &why));
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_backup_codes_make(s.d, s.op, s.config, s.holder, &sheet, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_portal_refuse(c, &why) : answer(c, &sheet);
}

/* --- what there is --- */

static json_t *
state_of(const struct cs_backup_codes_state *state)
{
	json_t *o;

	if (!state->is_there)
		return json_null();
	o = json_object();
	json_object_set_new(o, "total", json_integer(state->total));
	json_object_set_new(o, "left", json_integer(state->left));
	json_object_set_new(o, "made_at", cs_json_time_of(state->made));
	return o;
}

/* *out_may: have any; else *out says that there are none. */
static cs_err
read_state(const struct cs_signin *s, bool *out_may, struct cs_backup_codes_state *out)
{
	*out = (struct cs_backup_codes_state){ .is_there = false };
	*out_may = cs_backup_codes_are_allowed(s->config, s->holder->account);
	return *out_may ? cs_backup_codes_read(s->d, s->op, s->holder->subject, out) : CS_OK;
}

cs_err
cs_portal_put_backup_codes(const struct cs_signin *s, json_t *devices)
{
	struct cs_backup_codes_state state;
	bool may;

	CS_TRY(read_state(s, &may, &state));
	json_object_set_new(devices, "backup_codes", state_of(&state));
	json_object_set_new(devices, "can_have_backup_codes", json_boolean(may));
	return CS_OK;
}

cs_err
cs_portal_put_backup_codes_needed(const struct cs_signin *s, json_t *confirmed)
{
	struct cs_backup_codes_state state;
	bool may;

	CS_TRY(read_state(s, &may, &state));
	json_object_set_new(confirmed, "backup_codes",
	    may ? json_string(state.is_there ? "kept" : "needed") : json_null());
	return CS_OK;
}
