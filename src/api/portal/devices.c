/*
 * devices.c - /api/v1/me/devices: what a person has enrolled, and changing it.
 */
#include "api/body.h"
#include "api/portal/portal.h"
#include "base/codec.h"
#include "domain/config/mfa.h"
#include "domain/enrol.h"
#include "domain/json_text.h"
#include "domain/manage.h"
#include "domain/removal.h"
#include "factor/factor.h"
#include "store/authenticator_store.h"

#define NAME_MAX_BYTES 256

static json_t *
base64url_of(struct cs_arena *a, cs_span bytes)
{
	return cs_json_text_of(cs_base64url_text(a, bytes));
}

/* --- one device --- */

static const char *
evidence_name(enum cs_evidence evidence)
{
	switch (evidence) {
	case CS_EVIDENCE_VERIFIED:
		return "verified";
	case CS_EVIDENCE_UNTRUSTED:
		return "untrusted";
	case CS_EVIDENCE_SELF:
		return "self";
	case CS_EVIDENCE_NONE:
		break;
	}
	return "none";
}

static json_t *
closes_of(const struct cs_removal *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->close_count; i++) {
		cs_str domain = r->closes[i]->domain;
		json_t *o = json_object();

		json_object_set_new(o, "id", cs_json_id_of(r->closes[i]->id));
		json_object_set_new(o, "name", cs_json_text_of(r->closes[i]->name));
		json_object_set_new(o, "host",
		    cs_json_text_of(cs_str_slice(domain, 0, cs_str_find(domain, '/', 0))));
		json_array_append_new(list, o);
	}
	return list;
}

static json_t *
removal_of(const struct cs_signin *s, const struct cs_devices *devices, cs_id id)
{
	struct cs_removal r;
	json_t *o = json_object();

	cs_removal_foresee(s, devices->list, devices->count, id, &r);
	json_object_set_new(o, "remain", json_integer((json_int_t)r.remain));
	json_object_set_new(o, "closes", closes_of(&r));
	return o;
}

static bool
may_rename(const struct cs_devices *devices, const struct cs_authenticator *a)
{
	if (devices->needs == CS_REFUSAL_PROVE_FIRST)
		return cs_id_equal(devices->just_enrolled, a->id);
	return devices->needs == CS_REFUSAL_NONE;
}

static json_t *
device_of(const struct cs_signin *s, const struct cs_devices *devices, size_t i)
{
	const struct cs_authenticator *a = &devices->list[i];
	json_t *o = json_object();

	json_object_set_new(o, "id", cs_json_id_of(a->id));
	json_object_set_new(o, "factor", cs_json_text_of(a->factor));
	json_object_set_new(o, "kind", json_string(cs_mfa_method_name(a->method)));
	json_object_set_new(o, "name", cs_json_text_of(a->name));
	json_object_set_new(o, "model", cs_json_text_of(devices->models[i]));
	json_object_set_new(o, "created_at", cs_json_time_of(a->created));
	json_object_set_new(o, "last_used_at", cs_json_time_of(a->last_used));
	json_object_set_new(o, "is_synced", json_boolean(a->is_backup_eligible));
	json_object_set_new(o, "is_backed_up", json_boolean(a->is_backed_up));
	json_object_set_new(o, "evidence", json_string(evidence_name(a->evidence)));
	json_object_set_new(o, "can_rename", json_boolean(may_rename(devices, a)));
	json_object_set_new(o, "opened_window",
	    json_boolean(devices->has_window && cs_id_equal(devices->window.authenticator, a->id)));
	json_object_set_new(o, "if_removed", removal_of(s, devices, a->id));
	return o;
}

/* --- all of them --- */

static json_t *
window_of(bool is_open, const struct cs_manage_window *window)
{
	json_t *o;

	if (!is_open)
		return json_null();
	o = json_object();
	json_object_set_new(o, "opened_at", cs_json_time_of(window->opened));
	json_object_set_new(o, "expires_at", cs_json_time_of(window->expires));
	return o;
}

/* Why one of this kind cannot be enrolled whatever is proved first; NULL: it can. */
static const char *
why_not_enrol(const struct cs_signin *s, const struct cs_devices *devices, unsigned kind)
{
	if ((cs_enrol_methods_of(s) & cs_factors_methods() & kind) == 0)
		return "not_allowed";
	if (devices->person.frozen.ms != 0)
		return "frozen";
	if (devices->count >= CS_AUTHENTICATORS_MAX)
		return "too_many";
	for (size_t i = 0; kind == CS_MFA_TOTP && i < devices->count; i++)
		if (devices->list[i].method == CS_MFA_TOTP)
			return "has_one";
	return NULL;
}

static void
add_enrollable(const struct cs_signin *s, const struct cs_devices *devices, json_t *o)
{
	json_t *can = json_array();
	json_t *cannot = json_array();

	for (size_t i = 0; i < CS_MFA_METHODS; i++) {
		const char *why = why_not_enrol(s, devices, cs_mfa_methods[i].method);
		const char *kind = cs_mfa_methods[i].name;

		if (why == NULL)
			json_array_append_new(can, json_string(kind));
		else
			json_array_append_new(
			    cannot, json_pack("{s:s, s:s}", "kind", kind, "reason", why));
	}
	json_object_set_new(o, "can_enrol", can);
	json_object_set_new(o, "cannot_enrol", cannot);
}

/* For PublicKeyCredential.signalAllAcceptedCredentials (WebAuthn L3 §5.1.10). */
static json_t *
signal_of(const struct cs_signin *s, const struct cs_devices *devices)
{
	struct cs_arena *a = s->op->arena;
	json_t *ids = json_array();
	json_t *o = json_object();

	for (size_t i = 0; i < devices->count; i++)
		if (devices->list[i].credential_id.len > 0)
			json_array_append_new(ids, base64url_of(a, devices->list[i].credential_id));
	json_object_set_new(o, "rp_id", cs_json_text_of(s->config->auth_host));
	json_object_set_new(o, "user_id", base64url_of(a, cs_id_span(&s->holder->subject)));
	json_object_set_new(o, "credential_ids", ids);
	return o;
}

/* A member's own: what the password opens, and whether it is on at all. */
static void
put_member(const struct cs_signin *s, const struct cs_devices *devices, json_t *o)
{
	json_t *two_factor;

	if (s->session != NULL)
		return;
	two_factor = json_object();
	json_object_set_new(
	    two_factor, "is_enabled", json_boolean(devices->person.two_factor.ms != 0));
	json_object_set_new(two_factor, "since", cs_json_time_of(devices->person.two_factor));
	json_object_set_new(o, "two_factor", two_factor);
	json_object_set_new(o, "password_window",
	    window_of(devices->has_password_window, &devices->password_window));
}

/* removed: taken, or NULL. */
static cs_err
answer(struct cs_call *c, const struct cs_signin *s, json_t *removed)
{
	CS_AUTO(cs_body_free) json_t *o = json_object();
	struct cs_devices devices;
	json_t *list = json_array();

	json_object_set_new(o, "devices", list);
	if (removed != NULL)
		json_object_set_new(o, "removed", removed);
	CS_TRY(cs_manage_list(s, &devices));
	for (size_t i = 0; i < devices.count; i++)
		json_array_append_new(list, device_of(s, &devices, i));
	json_object_set_new(o, "window", window_of(devices.has_window, &devices.window));
	json_object_set_new(o, "needs", cs_portal_needs(devices.needs));
	json_object_set_new(o, "frozen_at", cs_json_time_of(devices.person.frozen));
	put_member(s, &devices, o);
	add_enrollable(s, &devices, o);
	json_object_set_new(o, "signal", signal_of(s, &devices));
	CS_TRY(cs_portal_put_backup_codes(s, o));
	return cs_body_answer(c, json_incref(o));
}

cs_err
cs_portal_answer_devices(struct cs_call *c, const struct cs_signin *s)
{
	return answer(c, s, NULL);
}

/* --- calls --- */

static cs_err
begin(struct cs_call *c, json_t **body, struct cs_signin *s)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };

	CS_TRY(cs_body_decode(c, body));
	/* to the portal itself, by the guard's session: neither is refused */
	return cs_portal_signin(c, CS_STR_NONE, s, &why);
}

cs_err
cs_portal_get_devices(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signin s;

	CS_TRY(cs_portal_signin(c, CS_STR_NONE, &s, &why));
	return cs_portal_answer_devices(c, &s);
}

cs_err
cs_portal_post_rename(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signin s;
	cs_str name;
	cs_id id;

	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(begin(c, &body, &s));
	CS_TRY(cs_body_text(c, body, "name", NAME_MAX_BYTES, &name));
	CS_TRY(cs_manage_rename(&s, id, name, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_portal_refuse(c, &why)
					   : cs_portal_answer_devices(c, &s);
}

/* As it was, with what is closed now: foreseen before, from the same list that the page had. */
static json_t *
removed_of(
    const struct cs_signin *s, const struct cs_devices *before, const struct cs_authenticator *a)
{
	json_t *o = removal_of(s, before, a->id);

	json_object_set_new(o, "id", cs_json_id_of(a->id));
	json_object_set_new(o, "kind", json_string(cs_mfa_method_name(a->method)));
	json_object_set_new(o, "name", cs_json_text_of(a->name));
	json_object_set_new(o, "credential_id",
	    a->credential_id.len > 0 ? base64url_of(s->op->arena, a->credential_id) : json_null());
	return o;
}

cs_err
cs_portal_post_remove(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_authenticator removed;
	struct cs_devices before;
	struct cs_signin s;
	bool is_confirmed;
	cs_id id;

	CS_TRY(cs_call_id(c, "id", &id));
	CS_TRY(begin(c, &body, &s));
	CS_TRY(cs_manage_list(&s, &before));
	is_confirmed = json_is_true(json_object_get(body, "confirm"));
	CS_TRY(cs_manage_remove(&s, id, is_confirmed, &removed, &why));
	return why.kind != CS_REFUSAL_NONE ? cs_portal_refuse(c, &why)
					   : answer(c, &s, removed_of(&s, &before, &removed));
}

cs_err
cs_portal_post_lock(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_signin s;

	CS_TRY(begin(c, &body, &s));
	CS_TRY(cs_manage_close(&s));
	return cs_portal_answer_devices(c, &s);
}
