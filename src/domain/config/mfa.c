#include "domain/config/mfa.h"

#include "base/time.h"
#include "domain/config/field.h"

const struct cs_mfa_named cs_mfa_methods[CS_MFA_METHODS] = {
	{ "security_key", CS_MFA_SECURITY_KEY },
	{ "biometrics", CS_MFA_BIOMETRICS },
	{ "totp", CS_MFA_TOTP },
};

static const struct cs_field_rule every_level[] = {
	{ "allowed_authenticators", CS_FORM_TEXTS, 0, 16, false },
	{ "session_duration", CS_FORM_MFA_DURATION, 0, 0, false },
};

static const struct cs_field_rule organization_only[] = {
	{ "required_aaguids", CS_FORM_TEXT, 0, 36, false },
	{ "amr_matching_enabled", CS_FORM_BOOL, 0, 0, false },
	{ "amr_session_duration", CS_FORM_MFA_DURATION, 0, 0, false },
	{ "amr_matching_session_duration", CS_FORM_MFA_DURATION, 0, 0, false },
};

static const struct cs_field_rule not_organization[] = {
	{ "mfa_disabled", CS_FORM_BOOL, 0, 0, false },
};

static const char *const level_names[] = {
	[CS_MFA_ORGANIZATION] = "organization mfa_config",
	[CS_MFA_APPLICATION] = "application mfa_config",
	[CS_MFA_POLICY] = "policy mfa_config",
};

unsigned
cs_mfa_method_named(cs_str name)
{
	for (size_t i = 0; i < CS_MFA_METHODS; i++) {
		if (cs_str_equal(name, cs_str_c(cs_mfa_methods[i].name)))
			return cs_mfa_methods[i].method;
	}
	return 0;
}

const char *
cs_mfa_method_name(unsigned method)
{
	for (size_t i = 0; i < CS_MFA_METHODS; i++) {
		if (cs_mfa_methods[i].method == method)
			return cs_mfa_methods[i].name;
	}
	return "";
}

json_t *
cs_mfa_methods_encode(unsigned methods)
{
	json_t *list = json_array();
	for (size_t i = 0; i < CS_MFA_METHODS; i++) {
		if ((methods & cs_mfa_methods[i].method) != 0)
			CS_ASSERT(
			    json_array_append_new(list, json_string(cs_mfa_methods[i].name)) == 0);
	}
	return list;
}

static cs_err
decode_methods(
    const json_t *config, const char *what, struct cs_mfa_config *out, struct cs_fault *fault)
{
	const json_t *list = cs_json_get(config, "allowed_authenticators");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		cs_str name = { json_string_value(v), json_string_length(v) };
		unsigned method = cs_mfa_method_named(name);
		if (method == 0)
			return cs_refuse(fault, "%s: authenticator %.*s is not supported", what,
			    CS_STR_ARG(name));
		out->methods |= method;
	}
	out->has_methods = out->methods != 0;
	return CS_OK;
}

static cs_err
check_level(const json_t *config, enum cs_mfa_level level, struct cs_fault *fault)
{
	const char *what = level_names[level];
	CS_TRY(cs_fields_check(config, what, every_level, CS_COUNT(every_level), fault));
	if (level != CS_MFA_ORGANIZATION) {
		CS_TRY(cs_fields_check(
		    config, what, not_organization, CS_COUNT(not_organization), fault));
		for (size_t i = 0; i < CS_COUNT(organization_only); i++) {
			if (cs_json_get(config, organization_only[i].name) != NULL)
				return cs_refuse(fault, "%s: %s belongs to the organization", what,
				    organization_only[i].name);
		}
		return CS_OK;
	}
	CS_TRY(
	    cs_fields_check(config, what, organization_only, CS_COUNT(organization_only), fault));
	if (cs_json_get(config, "mfa_disabled") != NULL)
		return cs_refuse(
		    fault, "%s: mfa_disabled belongs to applications and policies", what);
	return CS_OK;
}

cs_err
cs_mfa_config_decode(const json_t *object, enum cs_mfa_level level, struct cs_mfa_config *out,
    struct cs_fault *fault)
{
	*out = (struct cs_mfa_config){ 0 };
	const json_t *config = cs_json_get(object, "mfa_config");
	if (config == NULL)
		return CS_OK;
	CS_TRY(check_level(config, level, fault));
	CS_TRY(decode_methods(config, level_names[level], out, fault));
	cs_str duration = cs_json_text(config, "session_duration");
	if (duration.len != 0) {
		CS_TRY(cs_duration_mh_decode(duration, &out->duration_ms));
		out->has_duration = true;
	}
	out->is_disabled = cs_json_is_true(config, "mfa_disabled");
	out->is_set = level == CS_MFA_ORGANIZATION
			  ? out->has_methods
			  : out->is_disabled || out->has_methods || out->has_duration;
	return CS_OK;
}

/* --- AMR matching under its three names (specs: Access §4.1) --- */

#define ENABLED "amr_matching_enabled"
#define DURATION "amr_session_duration" /* the documents' */
#define CLIENTS_DURATION "amr_matching_session_duration" /* by being there it says "on" */
#define USUAL "24h"

struct amr {
	bool is_on;
	const char *duration; /* as written, borrowed; meaningful while on */
};

static struct amr
amr_of(const json_t *config)
{
	const json_t *enabled = cs_json_get(config, ENABLED);
	const char *theirs = json_string_value(cs_json_get(config, CLIENTS_DURATION));
	const char *ours = json_string_value(cs_json_get(config, DURATION));
	struct amr amr = { .is_on = enabled != NULL ? json_is_true(enabled) : theirs != NULL };
	if (amr.is_on)
		amr.duration = theirs != NULL ? theirs : ours != NULL ? ours : USUAL;
	return amr;
}

cs_err
cs_amr_config_decode(const json_t *object, struct cs_amr_config *out, struct cs_fault *fault)
{
	struct amr amr = amr_of(cs_json_get(object, "mfa_config"));
	*out = (struct cs_amr_config){ .is_enabled = amr.is_on };
	if (!amr.is_on)
		return CS_OK;
	if (cs_failed(cs_duration_mh_decode(cs_str_c(amr.duration), &out->duration_ms)))
		return cs_refuse(fault, "organization mfa_config: " DURATION " must be minutes and "
					"hours from 0m to 720h");
	return CS_OK;
}

static bool
is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Written here, and not what was shown before. */
static bool
has_changed(const json_t *config, const char *name, const struct amr *old)
{
	const json_t *v = json_object_get(config, name);
	if (v == NULL)
		return false;
	if (strcmp(name, ENABLED) == 0)
		return json_is_true(v) != old->is_on;
	return !is_same(json_string_value(v), old->is_on ? old->duration : NULL);
}

static bool
is_on_now(const json_t *config, const struct amr *old)
{
	bool is_theirs = json_is_string(json_object_get(config, CLIENTS_DURATION));
	const json_t *enabled = cs_json_get(config, ENABLED);
	if (has_changed(config, ENABLED, old) ||
	    (enabled != NULL && !has_changed(config, CLIENTS_DURATION, old)))
		return json_is_true(enabled);
	return is_theirs;
}

static const char *
duration_now(const json_t *config, const struct amr *old)
{
	const char *theirs = json_string_value(cs_json_get(config, CLIENTS_DURATION));
	const char *ours = json_string_value(cs_json_get(config, DURATION));
	if (ours != NULL && (theirs == NULL || has_changed(config, DURATION, old)))
		return ours;
	return theirs != NULL ? theirs : USUAL;
}

static bool
says_anything(const json_t *config)
{
	return json_object_get(config, ENABLED) != NULL ||
	       json_object_get(config, DURATION) != NULL ||
	       json_object_get(config, CLIENTS_DURATION) != NULL;
}

static void
put_amr(json_t *config, bool is_on, const char *duration)
{
	/* the text may be borrowed from a member that is replaced here */
	json_t *shown = is_on ? json_string(duration) : json_null();
	cs_json_put(config, ENABLED, json_boolean(is_on));
	cs_json_put(config, DURATION, json_incref(shown));
	cs_json_put(config, CLIENTS_DURATION, shown);
}

cs_err
cs_mfa_config_settle_amr(const json_t *old, json_t *body, struct cs_fault *fault)
{
	json_t *config = cs_json_get(body, "mfa_config");
	const struct amr before = amr_of(cs_json_get(old, "mfa_config"));
	if (!json_is_object(config) || !says_anything(config))
		return CS_OK;
	/* wrong forms are refused in words of their own */
	CS_TRY(cs_fields_check(config, level_names[CS_MFA_ORGANIZATION], organization_only,
	    CS_COUNT(organization_only), fault));
	const char *theirs = json_string_value(json_object_get(config, CLIENTS_DURATION));
	const char *ours = json_string_value(json_object_get(config, DURATION));
	if (theirs != NULL && ours != NULL && strcmp(theirs, ours) != 0 &&
	    has_changed(config, DURATION, &before) &&
	    has_changed(config, CLIENTS_DURATION, &before))
		return cs_refuse(fault, "organization mfa_config: " DURATION
					" and " CLIENTS_DURATION " are one setting and differ");
	put_amr(config, is_on_now(config, &before), duration_now(config, &before));
	return CS_OK;
}

void
cs_mfa_config_show_amr(json_t *config)
{
	if (!json_is_object(config))
		return;
	struct amr amr = amr_of(config);
	put_amr(config, amr.is_on, amr.duration);
}
