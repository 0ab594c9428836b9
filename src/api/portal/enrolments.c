/*
 * enrolments.c - /api/v1/enrolments: a new authenticator.
 */
#include "api/body.h"
#include "api/console/console.h"
#include "api/portal/factors.h"
#include "domain/config/mfa.h"
#include "domain/enrol.h"
#include "domain/json_text.h"
#include "proto/qr_svg.h"

#define KIND_MAX 32
#define ID_MAX 40
#define NAME_MAX_BYTES 256
#define QR_MODULE_PX 4
#define QR_MAX 65536

static void
put_key(struct cs_call *c, json_t *o, cs_str id, const struct cs_factor_shown *shown)
{
	json_object_set_new(o, "key", cs_json_text_of(cs_buf_str(&shown->key)));
	json_object_set_new(o, "algorithm", cs_json_text_of(shown->algorithm));
	json_object_set_new(o, "digits", json_integer(shown->digits));
	json_object_set_new(o, "period_s", json_integer(shown->period_s));
	json_object_set_new(o, "qr",
	    cs_json_text_of(
		cs_arena_printf(c->op->arena, "/api/v1/enrolments/%.*s/qr.svg", CS_STR_ARG(id))));
}

static json_t *
enrolment_of(struct cs_call *c, const struct cs_enrolment *e, const struct cs_factor_shown *shown)
{
	cs_str id = cs_id_uuid_text(c->op->arena, e->authenticator.id);
	json_t *o = json_object();

	json_object_set_new(o, "id", cs_json_text_of(id));
	json_object_set_new(o, "factor", json_string(e->factor->name));
	json_object_set_new(o, "kind", json_string(cs_mfa_method_name(e->authenticator.method)));
	json_object_set_new(o, "issuer", cs_json_text_of(e->label.issuer));
	json_object_set_new(o, "account", cs_json_text_of(e->label.account));
	if (shown->options.len > 0)
		json_object_set_new(o, "options", cs_factors_json(shown->options));
	else
		put_key(c, o, id, shown);
	return o;
}

/* "kind" may be left out where the factor judges one; what is there must be a kind. */
static cs_err
read_kind(struct cs_call *c, const json_t *body, unsigned *out)
{
	cs_str kind;

	*out = 0;
	CS_TRY(cs_body_text(c, body, "kind", KIND_MAX, &kind));
	if (kind.len == 0)
		return CS_OK;
	*out = cs_mfa_method_named(kind);
	return *out != 0 ? CS_OK : CS_FAIL(INVALID);
}

/* Which one is to go, where the person has one already. Errors: INVALID. */
static cs_err
read_replaces(struct cs_call *c, const json_t *body, cs_id *out)
{
	cs_str id;

	*out = cs_id_zero;
	CS_TRY(cs_body_text(c, body, "replaces", ID_MAX, &id));
	return id.len > 0 ? cs_id_from_uuid(id, out) : CS_OK;
}

static cs_err
read_wanted(struct cs_call *c, const json_t *body, struct cs_wanted *out)
{
	CS_TRY(cs_body_text(c, body, "factor", CS_FACTOR_NAME_MAX, &out->factor));
	CS_TRY(read_kind(c, body, &out->method));
	return read_replaces(c, body, &out->replaces);
}

cs_err
cs_portal_post_enrolment(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	CS_AUTO(cs_factor_shown_clear) struct cs_factor_shown shown = { .digits = 0 };
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_wanted wanted;
	struct cs_enrolment e;
	struct cs_signin s;

	CS_TRY(cs_factors_begin(c, &body, &s, &why));
	CS_TRY(read_wanted(c, body, &wanted));
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_enrol_begin(&s, &wanted, &e, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_portal_refuse(c, &why);
	CS_TRY(cs_enrol_show(&s, &e, &shown));
	return cs_body_answer(c, enrolment_of(c, &e, &shown));
}

cs_err
cs_portal_get_qr(struct cs_call *c)
{
	CS_AUTO(cs_factor_shown_clear) struct cs_factor_shown shown = { .digits = 0 };
	CS_AUTO(cs_buf_clear) struct cs_buf svg = { 0 };
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_enrolment e;
	struct cs_signin s;
	cs_id id;

	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(cs_portal_signin(c, CS_STR_NONE, &s, &why));
	CS_TRY(cs_enrol_find(&s, id, &e, &why));
	/* What a browser registers has nothing to be photographed. */
	if (why.kind == CS_REFUSAL_NONE && e.factor->shows_anew)
		why.kind = CS_REFUSAL_NOT_FOUND;
	if (why.kind != CS_REFUSAL_NONE)
		return cs_portal_refuse(c, &why);
	CS_TRY(cs_enrol_show(&s, &e, &shown));
	cs_buf_init_sensitive(&svg, QR_MAX);
	CS_TRY(cs_qr_svg_encode(cs_buf_str(&shown.uri), QR_MODULE_PX, &svg));
	c->rs->status = 200;
	cs_response_header(c->rs, CS_STR("Content-Type"), CS_STR("image/svg+xml"));
	cs_buf_add(&c->rs->body, cs_buf_span(&svg));
	return cs_buf_finish(&c->rs->body, NULL);
}

static json_t *
enrolled_of(const struct cs_enrolled *e)
{
	const struct cs_authenticator *a = &e->authenticator;
	json_t *o = json_object();

	json_object_set_new(o, "id", cs_json_id_of(a->id));
	json_object_set_new(o, "factor", cs_json_text_of(a->factor));
	json_object_set_new(o, "kind", json_string(cs_mfa_method_name(a->method)));
	json_object_set_new(o, "name", cs_json_text_of(a->name));
	json_object_set_new(o, "is_named_by_us", json_boolean(e->is_named_by_us));
	json_object_set_new(o, "model", cs_json_text_of(e->model));
	json_object_set_new(o, "is_synced", json_boolean(a->is_backup_eligible));
	return o;
}

/* Where a user's sign-in stands now, or a member's. */
static cs_err
answer_confirmed(struct cs_call *c, const struct cs_signin *s,
    const struct cs_factors_sequel *sequel, const struct cs_enrolled *enrolled)
{
	CS_AUTO(cs_body_free) json_t *o = NULL;
	struct cs_member_step step;
	json_t *standing;

	if (s->session != NULL)
		CS_TRY(cs_portal_state(c, s, &o));
	else
		o = json_object();
	json_object_set_new(o, "enrolled", enrolled_of(enrolled));
	CS_TRY(cs_portal_put_backup_codes_needed(s, o));
	if (sequel->is_wanted) {
		cs_member_complete_end(&sequel->completion, &step);
		CS_TRY(cs_member_standing(c, &step, &standing));
		json_object_set_new(o, "standing", standing);
	}
	return cs_body_answer(c, json_incref(o));
}

cs_err
cs_portal_post_confirm(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_confirmation given;
	struct cs_factors_sequel sequel;
	struct cs_enrolled enrolled;
	struct cs_signin s;

	CS_TRY(cs_call_id(c, "id", &given.enrolment));
	CS_TRY(cs_factors_begin(c, &body, &s, &why));
	CS_TRY(cs_factors_answer(c, body, &given.answer));
	CS_TRY(cs_body_text(c, body, "name", NAME_MAX_BYTES, &given.name));
	cs_factors_sequel_make(c, false, &sequel);
	if (why.kind == CS_REFUSAL_NONE)
		CS_TRY(cs_enrol_finish(&s, &given, cs_factors_complete, &sequel, &enrolled, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_portal_refuse(c, &why)
					   : answer_confirmed(c, &s, &sequel, &enrolled);
}
