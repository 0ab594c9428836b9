#include "domain/config/mfa.h"

#include "base/time.h"
#include "domain/config/field.h"

static const struct {
	const char *name;
	enum cs_mfa_method method;
} methods[] = {
	{ "totp", CS_MFA_TOTP },
	{ "biometrics", CS_MFA_BIOMETRICS },
	{ "security_key", CS_MFA_SECURITY_KEY },
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

static unsigned
method_of(cs_str name)
{
	for (size_t i = 0; i < CS_COUNT(methods); i++) {
		if (cs_str_equal(name, cs_str_c(methods[i].name)))
			return methods[i].method;
	}
	return 0;
}

static cs_err
decode_methods(
    const json_t *config, const char *what, struct cs_mfa_config *out, struct cs_fault *fault)
{
	const json_t *list = cs_json_get(config, "allowed_authenticators");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		cs_str name = { json_string_value(v), json_string_length(v) };
		unsigned method = method_of(name);
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
	/* names a list of type AAGUID, and there is no such list yet */
	if (cs_json_get(config, "required_aaguids") != NULL)
		return cs_refuse(fault, "%s: required_aaguids names no list", what);
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

void
cs_mfa_config_show_amr(json_t *config)
{
	if (!json_is_object(config))
		return;
	/* the clients' name switches matching on by being there (specs: Access §4.1) */
	json_t *enabled = cs_json_get(config, "amr_matching_enabled");
	json_t *duration = cs_json_get(config, "amr_matching_session_duration");
	bool is_on = enabled != NULL ? json_is_true(enabled) : duration != NULL;
	if (duration == NULL)
		duration = cs_json_get(config, "amr_session_duration");
	json_t *shown = json_null();
	if (is_on)
		shown = duration != NULL ? json_incref(duration) : json_string("24h");
	cs_json_put(config, "amr_matching_enabled", json_boolean(is_on));
	cs_json_put(config, "amr_session_duration", json_incref(shown));
	cs_json_put(config, "amr_matching_session_duration", shown);
}
