#include "domain/config/decode.h"

#include "base/time.h"
#include "domain/config/countersign.h"
#include "domain/config/destination.h"
#include "domain/config/field.h"
#include "domain/config/mfa.h"

#define SESSION_MAX_MS (31 * CS_DAY_MS)

static const struct cs_field_rule organization_fields[] = {
	{ "name", CS_FORM_TEXT, 0, 255, true },
	{ "auth_domain", CS_FORM_TEXT, 0, 260, true },
	{ "session_duration", CS_FORM_DURATION, CS_SECOND_MS, SESSION_MAX_MS, false },
	{ "auto_redirect_to_identity", CS_FORM_BOOL, 0, 0, false },
	{ "is_ui_read_only", CS_FORM_BOOL, 0, 0, false },
	{ "ui_read_only_toggle_reason", CS_FORM_TEXT, 0, 1024, false },
	{ "user_seat_expiration_inactive_time", CS_FORM_DURATION, 730 * CS_HOUR_MS,
	    3650 * CS_DAY_MS, false },
	{ "login_design", CS_FORM_OBJECT, 0, 0, false },
	{ "custom_pages", CS_FORM_OBJECT, 0, 0, false },
	{ "deny_unmatched_requests", CS_FORM_BOOL, 0, 0, false },
	{ "mfa_config", CS_FORM_OBJECT, 0, 0, false },
	{ "mfa_required_for_all_apps", CS_FORM_BOOL, 0, 0, false },
	{ "allow_authenticate_via_warp", CS_FORM_BOOL, 0, 0, false },
	{ "strict_service_token_auth", CS_FORM_BOOL, 0, 0, false },
	{ "service_token_inactivity", CS_FORM_OBJECT, 0, 0, false },
};

static const struct cs_field_rule own_organization_fields[] = {
	{ "amr_counts_mfa", CS_FORM_BOOL, 0, 0, false },
	{ "amr_with_aaguid_list", CS_FORM_BOOL, 0, 0, false },
	{ "denied_aaguids", CS_FORM_TEXT, 0, 36, false },
	{ "aaguid_recheck", CS_FORM_BOOL, 0, 0, false },
	{ "refused_statuses", CS_FORM_TEXTS, 0, 64, false },
	{ "user_backup_codes", CS_FORM_BOOL, 0, 0, false },
};

/* specs: Access §3, §12.8 */
static const struct cs_field_rule inactivity_fields[] = {
	{ "enabled", CS_FORM_BOOL, 0, 0, true },
	{ "action", CS_FORM_TEXT, 0, 16, true },
	{ "inactivity_threshold_days", CS_FORM_INT, 30, 365, true },
};

static const struct cs_field_rule login_design_fields[] = {
	{ "background_color", CS_FORM_TEXT, 0, 32, false },
	{ "text_color", CS_FORM_TEXT, 0, 32, false },
	{ "header_text", CS_FORM_TEXT, 0, 1024, false },
	{ "footer_text", CS_FORM_TEXT, 0, 1024, false },
	{ "logo_path", CS_FORM_TEXT, 0, 2048, false },
};

static const struct cs_field_rule application_fields[] = {
	{ "type", CS_FORM_TEXT, 0, 64, true },
	{ "domain", CS_FORM_TEXT, 0, 1024, false },
	{ "name", CS_FORM_TEXT, 0, 255, false },
	{ "destinations", CS_FORM_ARRAY, 0, CS_DESTINATIONS_MAX, false },
	{ "self_hosted_domains", CS_FORM_TEXTS, 0, CS_DESTINATIONS_MAX, false },
	{ "policies", CS_FORM_ARRAY, 0, 1000, false },
	{ "allowed_idps", CS_FORM_UUIDS, 0, 100, false },
	{ "auto_redirect_to_identity", CS_FORM_BOOL, 0, 0, false },
	{ "session_duration", CS_FORM_DURATION, 0, SESSION_MAX_MS, false },
	{ "mfa_config", CS_FORM_OBJECT, 0, 0, false },
	{ "app_launcher_visible", CS_FORM_BOOL, 0, 0, false },
	{ "logo_url", CS_FORM_TEXT, 0, 2048, false },
	{ "tags", CS_FORM_TEXTS, 0, 100, false },
	{ "http_only_cookie_attribute", CS_FORM_BOOL, 0, 0, false },
	{ "same_site_cookie_attribute", CS_FORM_TEXT, 0, 16, false },
	{ "enable_binding_cookie", CS_FORM_BOOL, 0, 0, false },
	{ "path_cookie_attribute", CS_FORM_BOOL, 0, 0, false },
	{ "cors_headers", CS_FORM_OBJECT, 0, 0, false },
	{ "options_preflight_bypass", CS_FORM_BOOL, 0, 0, false },
	{ "custom_deny_message", CS_FORM_TEXT, 0, 4096, false },
	{ "custom_deny_url", CS_FORM_TEXT, 0, 2048, false },
	{ "custom_non_identity_deny_url", CS_FORM_TEXT, 0, 2048, false },
	{ "service_auth_401_redirect", CS_FORM_BOOL, 0, 0, false },
	{ "read_service_tokens_from_header", CS_FORM_TEXT, 0, 128, false },
	{ "allow_authenticate_via_warp", CS_FORM_BOOL, 0, 0, false },
};

static const struct cs_field_rule own_application_fields[] = {
	{ "required_aaguids", CS_FORM_TEXT, 0, 36, false },
	{ "denied_aaguids", CS_FORM_TEXT, 0, 36, false },
};

static const char *const other_types[] = { "saas", "ssh", "vnc", "app_launcher", "warp", "biso",
	"bookmark", "dash_sso", "infrastructure", "rdp", "mcp", "mcp_portal", "proxy_endpoint",
	"end_user" };

static bool
is_true_unless_false(const json_t *object, const char *key)
{
	return !json_is_false(json_object_get(object, key));
}

/* --- organization --- */

static cs_err
check_requirement(const struct cs_organization *o, struct cs_fault *fault)
{
	if (o->mfa_is_required_for_all && !o->mfa.is_set)
		return cs_refuse(
		    fault, "organization: mfa_required_for_all_apps needs allowed_authenticators");
	if (o->mfa_is_required_for_all && !o->mfa.has_duration)
		return cs_refuse(fault,
		    "organization: mfa_required_for_all_apps needs the session_duration of "
		    "mfa_config");
	return CS_OK;
}

/* What Cloudflare's API has no word for. */
static cs_err
decode_own_organization(const json_t *body, struct cs_organization *out, struct cs_fault *fault)
{
	static const char what[] = "organization countersign";
	const json_t *own;
	CS_TRY(cs_countersign_check(
	    body, what, own_organization_fields, CS_COUNT(own_organization_fields), &own, fault));
	out->amr.counts_mfa = cs_json_is_true(own, "amr_counts_mfa");
	out->amr.applies_with_aaguids = cs_json_is_true(own, "amr_with_aaguid_list");
	out->models_are_rechecked = cs_json_is_true(own, "aaguid_recheck");
	out->users_have_backup_codes = cs_json_is_true(own, "user_backup_codes");
	CS_TRY(cs_statuses_decode(own, "refused_statuses", &out->refused_statuses, fault));
	return cs_list_member(
	    own, what, "denied_aaguids", &out->models.has_denied, &out->models.denied, fault);
}

static cs_err
decode_organization_mfa(const json_t *body, struct cs_organization *out, struct cs_fault *fault)
{
	CS_TRY(cs_mfa_config_decode(body, CS_MFA_ORGANIZATION, &out->mfa, fault));
	CS_TRY(cs_amr_config_decode(body, &out->amr, fault));
	CS_TRY(cs_list_member(cs_json_get(body, "mfa_config"), "organization mfa_config",
	    "required_aaguids", &out->models.has_required, &out->models.required, fault));
	CS_TRY(decode_own_organization(body, out, fault));
	out->mfa_is_required_for_all = cs_json_is_true(body, "mfa_required_for_all_apps");
	return check_requirement(out, fault);
}

cs_err
cs_inactivity_decode(const json_t *body, struct cs_inactivity *out, struct cs_fault *fault)
{
	const json_t *o = cs_json_get(body, "service_token_inactivity");
	*out = (struct cs_inactivity){ .is_on = false };
	if (o == NULL)
		return CS_OK;
	CS_TRY(cs_fields_check(
	    o, "service_token_inactivity", inactivity_fields, CS_COUNT(inactivity_fields), fault));
	cs_str action = cs_json_text(o, "action");
	bool deletes = cs_str_equal(action, CS_STR("delete"));
	if (!deletes && !cs_str_equal(action, CS_STR("disable")))
		return cs_refuse(
		    fault, "service_token_inactivity: action must be \"disable\" or \"delete\"");
	out->is_on = cs_json_is_true(o, "enabled");
	out->deletes = deletes;
	out->days = json_integer_value(cs_json_get(o, "inactivity_threshold_days"));
	return CS_OK;
}

/* What was stored before it was checked like that retires nothing. */
static void
decode_stored_inactivity(const json_t *body, struct cs_inactivity *out)
{
	struct cs_fault fault = { 0 };
	cs_err err = cs_inactivity_decode(body, out, &fault);
	if (cs_failed(err))
		*out = (struct cs_inactivity){ .is_on = false };
}

cs_err
cs_organization_decode(
    struct cs_arena *a, const json_t *body, struct cs_organization *out, struct cs_fault *fault)
{
	*out = (struct cs_organization){ 0 };
	CS_TRY(cs_fields_check(
	    body, "organization", organization_fields, CS_COUNT(organization_fields), fault));
	const json_t *design = cs_json_get(body, "login_design");
	if (design != NULL)
		CS_TRY(cs_fields_check(design, "login_design", login_design_fields,
		    CS_COUNT(login_design_fields), fault));
	if (cs_json_is_true(body, "allow_authenticate_via_warp"))
		return cs_refuse(fault,
		    "allow_authenticate_via_warp cannot be set if the Warp Auth Session Duration "
		    "is not set for the account");
	CS_TRY(decode_organization_mfa(body, out, fault));
	decode_stored_inactivity(body, &out->inactivity);
	out->exists = true;
	out->name = cs_arena_str(a, cs_json_text(body, "name"));
	out->auth_domain = cs_arena_str(a, cs_json_text(body, "auth_domain"));
	out->session_duration_ms = CS_DAY_MS;
	cs_str duration = cs_json_text(body, "session_duration");
	if (duration.len != 0)
		CS_TRY(cs_duration_decode(duration, &out->session_duration_ms));
	out->auto_redirect_to_identity = cs_json_is_true(body, "auto_redirect_to_identity");
	out->header_text = cs_arena_str(a, cs_json_text(design, "header_text"));
	out->footer_text = cs_arena_str(a, cs_json_text(design, "footer_text"));
	out->logo_path = cs_arena_str(a, cs_json_text(design, "logo_path"));
	return CS_OK;
}

/* --- application --- */

static cs_err
check_type(const json_t *body, struct cs_fault *fault)
{
	cs_str type = cs_json_text(body, "type");
	if (cs_str_equal(type, CS_STR("self_hosted")))
		return CS_OK;
	for (size_t i = 0; i < CS_COUNT(other_types); i++) {
		if (cs_str_equal(type, cs_str_c(other_types[i])))
			return cs_refuse(
			    fault, "application: type %.*s is not supported", CS_STR_ARG(type));
	}
	return cs_refuse(fault, "application: unknown type %.*s", CS_STR_ARG(type));
}

struct places {
	struct cs_destination *list;
	size_t count;
};

/* The same place twice counts once. */
static cs_err
add_place(struct cs_arena *a, struct places *p, cs_str text, struct cs_fault *fault)
{
	struct cs_destination d;
	CS_TRY(cs_destination_decode(a, text, &d, fault));
	for (size_t i = 0; i < p->count; i++) {
		if (cs_str_equal(p->list[i].host, d.host) && cs_str_equal(p->list[i].path, d.path))
			return CS_OK;
	}
	p->list[p->count++] = d;
	return CS_OK;
}

static cs_err
add_destination(struct cs_arena *a, struct places *p, const json_t *d, struct cs_fault *fault)
{
	cs_str type = cs_json_text(d, "type");
	if (type.len != 0 && !cs_str_equal(type, CS_STR("public")))
		return cs_refuse(fault, "application: destinations of type %.*s are not supported",
		    CS_STR_ARG(type));
	/* overrides open paths to everybody; a path needs an application of its own here */
	if (json_array_size(cs_json_get(d, "overrides")) != 0)
		return cs_refuse(fault, "application: overrides of destinations are not supported");
	return add_place(a, p, cs_json_text(d, "uri"), fault);
}

/* destinations supersede self_hosted_domains; the domain itself is always guarded. */
static cs_err
decode_places(
    struct cs_arena *a, const json_t *body, struct cs_application *out, struct cs_fault *fault)
{
	const json_t *destinations = cs_json_get(body, "destinations");
	const json_t *domains = cs_json_get(body, "self_hosted_domains");
	struct places p = {
		.list = CS_NEW_ARRAY(a, struct cs_destination, CS_DESTINATIONS_MAX + 1),
	};
	cs_str domain = cs_json_text(body, "domain");
	if (domain.len != 0)
		CS_TRY(add_place(a, &p, domain, fault));
	for (size_t i = 0; i < json_array_size(destinations); i++)
		CS_TRY(add_destination(a, &p, json_array_get(destinations, i), fault));
	for (size_t i = 0; destinations == NULL && i < json_array_size(domains); i++) {
		const json_t *v = json_array_get(domains, i);
		cs_str text = { json_string_value(v), json_string_length(v) };
		CS_TRY(add_place(a, &p, text, fault));
	}
	if (p.count == 0)
		return cs_refuse(fault, "application: domain is required");
	out->destinations = p.list;
	out->destination_count = p.count;
	if (domain.len == 0)
		domain = destinations != NULL
			     ? cs_json_text(json_array_get(destinations, 0), "uri")
			     : cs_str_c(json_string_value(json_array_get(domains, 0)));
	out->domain = cs_arena_str(a, domain);
	return CS_OK;
}

static cs_err
decode_same_site(const json_t *body, enum cs_same_site *out, struct cs_fault *fault)
{
	cs_str text = cs_json_text(body, "same_site_cookie_attribute");
	*out = CS_SAME_SITE_NONE;
	if (text.len == 0 || cs_str_equal(text, CS_STR("none")))
		return CS_OK;
	if (cs_str_equal(text, CS_STR("lax")))
		*out = CS_SAME_SITE_LAX;
	else if (cs_str_equal(text, CS_STR("strict")))
		*out = CS_SAME_SITE_STRICT;
	else
		return cs_refuse(
		    fault, "application: same_site_cookie_attribute must be none, lax or strict");
	return CS_OK;
}

/* Such an address is put into a link or a Location; javascript: and the like never are. */
static cs_err
check_link(const json_t *body, const char *key, struct cs_fault *fault)
{
	cs_str url = cs_json_text(body, key);
	bool is_good = url.len == 0 || cs_str_starts(url, CS_STR("https://")) ||
		       cs_str_starts(url, CS_STR("http://"));
	for (size_t i = 0; i < url.len; i++)
		is_good = is_good && (unsigned char)url.p[i] > ' ' && url.p[i] != 0x7f;
	if (!is_good)
		return cs_refuse(fault, "application: %s is not a web address", key);
	return CS_OK;
}

/* RFC 9110 §5.6.2; in lower case, as requests are read. */
static cs_err
decode_header_name(struct cs_arena *a, const json_t *body, cs_str *out, struct cs_fault *fault)
{
	cs_str name = cs_json_text(body, "read_service_tokens_from_header");
	char *p = cs_arena_c(a, name);
	for (size_t i = 0; i < name.len; i++) {
		bool is_token =
		    p[i] > ' ' && p[i] < 0x7f && strchr("\"(),/:;<=>?@[\\]{}", p[i]) == NULL;
		if (!is_token || name.len > 128)
			return cs_refuse(fault,
			    "application: read_service_tokens_from_header is no header's name");
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] - 'A' + 'a');
	}
	*out = (cs_str){ p, name.len };
	if (cs_str_equal(*out, CS_STR("cookie")) || cs_str_equal(*out, CS_STR("host")))
		return cs_refuse(
		    fault, "application: read_service_tokens_from_header cannot be %s", p);
	return CS_OK;
}

static cs_err
check_together(const json_t *body, const struct cs_application *app, struct cs_fault *fault)
{
	if (app->auto_redirect_to_identity && app->allowed_idp_count != 1)
		return cs_refuse(
		    fault, "application: auto_redirect_to_identity needs exactly one allowed_idps");
	if (cs_json_is_true(body, "options_preflight_bypass") &&
	    cs_json_get(body, "cors_headers") != NULL)
		return cs_refuse(
		    fault, "application: options_preflight_bypass cannot be on with cors_headers");
	if (cs_json_is_true(body, "allow_authenticate_via_warp"))
		return cs_refuse(fault,
		    "allow_authenticate_via_warp cannot be set if the Warp Auth Session Duration "
		    "is not set for the account");
	/* a token that is taken for bound when it is not would be worse than an answer of no */
	if (cs_json_is_true(body, "enable_binding_cookie"))
		return cs_refuse(fault, "application: enable_binding_cookie is not supported");
	CS_TRY(check_link(body, "logo_url", fault));
	CS_TRY(check_link(body, "custom_deny_url", fault));
	return check_link(body, "custom_non_identity_deny_url", fault);
}

static cs_err
decode_own_application(const json_t *body, struct cs_model_config *out, struct cs_fault *fault)
{
	static const char what[] = "application countersign";
	const json_t *own;
	CS_TRY(cs_countersign_check(
	    body, what, own_application_fields, CS_COUNT(own_application_fields), &own, fault));
	CS_TRY(cs_list_member(
	    own, what, "required_aaguids", &out->has_required, &out->required, fault));
	return cs_list_member(own, what, "denied_aaguids", &out->has_denied, &out->denied, fault);
}

cs_err
cs_application_decode(
    struct cs_arena *a, const json_t *body, struct cs_application *out, struct cs_fault *fault)
{
	*out = (struct cs_application){ 0 };
	CS_TRY(cs_fields_check(
	    body, "application", application_fields, CS_COUNT(application_fields), fault));
	CS_TRY(check_type(body, fault));
	CS_TRY(decode_places(a, body, out, fault));
	CS_TRY(decode_same_site(body, &out->same_site, fault));
	CS_TRY(cs_mfa_config_decode(body, CS_MFA_APPLICATION, &out->mfa, fault));
	CS_TRY(decode_own_application(body, &out->models, fault));
	cs_str name = cs_json_text(body, "name");
	out->name = cs_arena_str(a, name.len == 0 ? out->domain : name);
	out->logo_url = cs_arena_str(a, cs_json_text(body, "logo_url"));
	out->allowed_idps = cs_field_ids(a, body, "allowed_idps", &out->allowed_idp_count);
	cs_str duration = cs_json_text(body, "session_duration");
	if (duration.len != 0) {
		CS_TRY(cs_duration_decode(duration, &out->session_duration_ms));
		out->has_session_duration = true;
	}
	out->auto_redirect_to_identity = cs_json_is_true(body, "auto_redirect_to_identity");
	out->is_in_launcher = is_true_unless_false(body, "app_launcher_visible");
	out->is_http_only = is_true_unless_false(body, "http_only_cookie_attribute");
	out->is_cookie_path_scoped = cs_json_is_true(body, "path_cookie_attribute");
	out->answers_401 = cs_json_is_true(body, "service_auth_401_redirect");
	CS_TRY(decode_header_name(a, body, &out->service_token_header, fault));
	out->custom_deny_message = cs_arena_str(a, cs_json_text(body, "custom_deny_message"));
	out->custom_deny_url = cs_arena_str(a, cs_json_text(body, "custom_deny_url"));
	return check_together(body, out, fault);
}
