#include "base/time.h"
#include "domain/config/decode.h"
#include "domain/config/field.h"
#include "domain/config/mfa.h"
#include "domain/config/rules.h"

static const struct cs_field_rule fields[] = {
	{ "name", CS_FORM_TEXT, 0, 255, true },
	{ "decision", CS_FORM_TEXT, 0, 32, true },
	{ "include", CS_FORM_ARRAY, 0, CS_RULES_MAX, true },
	{ "precedence", CS_FORM_INT, 0, 1000000, false },
	{ "session_duration", CS_FORM_DURATION, 0, 31 * CS_DAY_MS, false },
	{ "mfa_config", CS_FORM_OBJECT, 0, 0, false },
	{ "approval_required", CS_FORM_BOOL, 0, 0, false },
	{ "approval_groups", CS_FORM_ARRAY, 0, 100, false },
	{ "isolation_required", CS_FORM_BOOL, 0, 0, false },
	{ "purpose_justification_required", CS_FORM_BOOL, 0, 0, false },
	{ "purpose_justification_prompt", CS_FORM_TEXT, 0, 4096, false },
	{ "connection_rules", CS_FORM_OBJECT, 0, 0, false },
};

static const struct cs_field_rule group_fields[] = {
	{ "name", CS_FORM_TEXT, 0, 255, true },
	{ "include", CS_FORM_ARRAY, 0, CS_RULES_MAX, true },
	{ "is_default", CS_FORM_BOOL, 0, 0, false },
};

/* Conditions that nothing here would enforce: taking them would let people in without. */
static const char *const not_enforced[] = {
	"approval_required",
	"isolation_required",
	"purpose_justification_required",
};

static const struct {
	const char *name;
	enum cs_policy_decision decision;
} decisions[] = {
	{ "allow", CS_POLICY_ALLOW },
	{ "deny", CS_POLICY_DENY },
	{ "bypass", CS_POLICY_BYPASS },
	{ "non_identity", CS_POLICY_NON_IDENTITY },
};

static cs_err
decode_decision(const json_t *body, enum cs_policy_decision *out, struct cs_fault *fault)
{
	cs_str text = cs_json_text(body, "decision");
	for (size_t i = 0; i < CS_COUNT(decisions); i++) {
		if (cs_str_equal(text, cs_str_c(decisions[i].name))) {
			*out = decisions[i].decision;
			return CS_OK;
		}
	}
	return cs_refuse(fault, "policy: unknown decision %.*s", CS_STR_ARG(text));
}

static cs_err
check_enforceable(const json_t *body, struct cs_fault *fault)
{
	for (size_t i = 0; i < CS_COUNT(not_enforced); i++) {
		if (cs_json_is_true(body, not_enforced[i]))
			return cs_refuse(fault, "policy: %s is not supported", not_enforced[i]);
	}
	return CS_OK;
}

cs_err
cs_policy_decode(
    struct cs_arena *a, const json_t *body, struct cs_policy *out, struct cs_fault *fault)
{
	*out = (struct cs_policy){ 0 };
	CS_TRY(cs_fields_check(body, "policy", fields, CS_COUNT(fields), fault));
	CS_TRY(decode_decision(body, &out->decision, fault));
	CS_TRY(check_enforceable(body, fault));
	CS_TRY(cs_rules_decode(a, body, "policy", &out->rules, fault));
	CS_TRY(cs_mfa_config_decode(body, CS_MFA_POLICY, &out->mfa, fault));
	const char *identity = cs_rules_identity_key(body);
	if (out->decision == CS_POLICY_BYPASS && identity != NULL)
		return cs_refuse(fault,
		    "policy: a bypass policy cannot use rule %s, which needs an identity",
		    identity);
	out->name = cs_arena_str(a, cs_json_text(body, "name"));
	cs_str duration = cs_json_text(body, "session_duration");
	if (duration.len != 0) {
		CS_TRY(cs_duration_decode(duration, &out->session_duration_ms));
		out->has_session_duration = true;
	}
	return CS_OK;
}

cs_err
cs_group_decode(
    struct cs_arena *a, const json_t *body, struct cs_rule_group *out, struct cs_fault *fault)
{
	*out = (struct cs_rule_group){ 0 };
	CS_TRY(cs_fields_check(body, "group", group_fields, CS_COUNT(group_fields), fault));
	CS_TRY(cs_rules_decode(a, body, "group", &out->rules, fault));
	out->name = cs_arena_str(a, cs_json_text(body, "name"));
	return CS_OK;
}
