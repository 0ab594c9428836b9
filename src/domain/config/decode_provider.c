#include "base/time.h"
#include "domain/config/countersign.h"
#include "domain/config/decode.h"
#include "domain/config/mfa.h"

static const struct cs_field_rule fields[] = {
	{ "name", CS_FORM_TEXT, 0, 255, true },
	{ "type", CS_FORM_TEXT, 0, 64, true },
	{ "config", CS_FORM_OBJECT, 0, 0, true },
	{ "scim_config", CS_FORM_OBJECT, 0, 0, false },
};

static const struct cs_field_rule oidc_fields[] = {
	{ "client_id", CS_FORM_TEXT, 0, 1024, true },
	{ "client_secret", CS_FORM_TEXT, 0, 2048, false },
	{ "issuer_url", CS_FORM_TEXT, 0, 1024, false },
	{ "auth_url", CS_FORM_TEXT, 0, 1024, false },
	{ "token_url", CS_FORM_TEXT, 0, 1024, false },
	{ "certs_url", CS_FORM_TEXT, 0, 1024, false },
	{ "claims", CS_FORM_TEXTS, 0, 50, false },
	{ "scopes", CS_FORM_TEXTS, 0, 50, false },
	{ "email_claim_name", CS_FORM_TEXT, 0, 255, false },
	{ "pkce_enabled", CS_FORM_BOOL, 0, 0, false },
	{ "authoritative_domains", CS_FORM_TEXTS, 0, 100, false },
};

static const struct cs_field_rule own_fields[] = {
	{ "amr_mapping", CS_FORM_OBJECT, 0, 0, false },
	{ "acr_values", CS_FORM_TEXT, 0, 1024, false },
	{ "max_age", CS_FORM_INT, 0, 31 * CS_DAY_MS / CS_SECOND_MS, false },
	{ "members", CS_FORM_BOOL, 0, 0, false },
};

#define AMR_MAPPINGS_MAX 64
#define AMR_VALUE_MAX 255 /* bytes: longer ones are kept of no session (gate/sessions.c) */

static const char *const urls[] = { "issuer_url", "auth_url", "token_url", "certs_url" };

/* The addresses that are called are checked again when they are connected to (idp/client.h). */
static bool
is_web_address(cs_str s)
{
	if (!cs_str_starts(s, CS_STR("https://")) && !cs_str_starts(s, CS_STR("http://")))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c <= ' ' || c >= 0x7f || strchr("\"<>\\", c) != NULL)
			return false;
	}
	return true;
}

static cs_err
check_urls(const json_t *config, struct cs_fault *fault)
{
	size_t written = 0;
	for (size_t i = 0; i < CS_COUNT(urls); i++) {
		cs_str url = cs_json_text(config, urls[i]);
		if (url.len == 0)
			continue;
		if (!is_web_address(url))
			return cs_refuse(
			    fault, "identity provider: %s is not a web address", urls[i]);
		written += i > 0;
	}
	bool has_issuer = cs_json_text(config, "issuer_url").len != 0;
	if (written != 3 && !(written == 0 && has_issuer))
		return cs_refuse(fault,
		    "identity provider: auth_url, token_url and certs_url are required, or "
		    "issuer_url alone");
	return CS_OK;
}

static cs_err
check_scopes(const struct cs_identity_provider *p, struct cs_fault *fault)
{
	bool has_openid = p->scope_count == 0;
	for (size_t i = 0; i < p->scope_count; i++)
		has_openid = has_openid || cs_str_equal(p->scopes[i], CS_STR("openid"));
	if (!has_openid)
		return cs_refuse(fault, "identity provider: scopes must hold openid");
	return CS_OK;
}

/* --- what Cloudflare's API has no word for --- */

static cs_err
decode_mapping(struct cs_arena *a, const char *value, const json_t *methods,
    struct cs_amr_mapping *out, struct cs_fault *fault)
{
	*out = (struct cs_amr_mapping){ .value = cs_arena_str(a, cs_str_c(value)) };
	if (out->value.len == 0 || out->value.len > AMR_VALUE_MAX)
		return cs_refuse(fault,
		    "identity provider: a value in amr_mapping has from 1 to %d bytes",
		    AMR_VALUE_MAX);
	if (!json_is_array(methods))
		return cs_refuse(
		    fault, "identity provider: amr_mapping of %.64s must be an array", value);
	for (size_t i = 0; i < json_array_size(methods); i++) {
		const json_t *v = json_array_get(methods, i);
		cs_str name = { json_string_value(v), json_string_length(v) };
		unsigned method = cs_mfa_method_named(name);
		if (method == 0)
			return cs_refuse(fault,
			    "identity provider: amr_mapping of %.64s must hold totp, biometrics or "
			    "security_key",
			    value);
		out->methods |= method;
	}
	return CS_OK;
}

static cs_err
decode_mappings(struct cs_arena *a, const json_t *mappings, struct cs_identity_provider *out,
    struct cs_fault *fault)
{
	const char *value;
	json_t *methods;
	size_t count = json_object_size(mappings);
	struct cs_amr_mapping *list = CS_NEW_ARRAY(a, struct cs_amr_mapping, count + 1);
	if (count > AMR_MAPPINGS_MAX)
		return cs_refuse(fault, "identity provider: amr_mapping holds more than %d values",
		    AMR_MAPPINGS_MAX);
	json_object_foreach((json_t *)(uintptr_t)mappings, value, methods)
	{
		CS_TRY(decode_mapping(a, value, methods, &list[out->amr_mapping_count], fault));
		out->amr_mapping_count++;
	}
	out->amr_mappings = list;
	return CS_OK;
}

/* RFC 6749 appendix A: space-separated words of visible ASCII. */
static cs_err
check_acr_values(cs_str text, struct cs_fault *fault)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.p[i] < ' ' || (unsigned char)text.p[i] > '~')
			return cs_refuse(
			    fault, "identity provider: acr_values must be visible ASCII");
	return CS_OK;
}

static cs_err
decode_own(struct cs_arena *a, const json_t *body, struct cs_identity_provider *out,
    struct cs_fault *fault)
{
	const json_t *own;
	CS_TRY(cs_countersign_check(
	    body, "identity provider countersign", own_fields, CS_COUNT(own_fields), &own, fault));
	CS_TRY(decode_mappings(a, cs_json_get(own, "amr_mapping"), out, fault));
	out->acr_values = cs_arena_str(a, cs_json_text(own, "acr_values"));
	CS_TRY(check_acr_values(out->acr_values, fault));
	const json_t *max_age = cs_json_get(own, "max_age");
	out->has_max_age = max_age != NULL;
	out->max_age_s = json_integer_value(max_age);
	out->vouches_for_members = cs_json_is_true(own, "members");
	return CS_OK;
}

static cs_err
decode_oidc(struct cs_arena *a, const json_t *config, struct cs_identity_provider *out,
    struct cs_fault *fault)
{
	CS_TRY(cs_fields_check(
	    config, "identity provider config", oidc_fields, CS_COUNT(oidc_fields), fault));
	CS_TRY(check_urls(config, fault));
	cs_str email = cs_json_text(config, "email_claim_name");
	out->type = CS_IDP_OIDC;
	out->issuer = cs_arena_str(a, cs_json_text(config, "issuer_url"));
	out->client_id = cs_arena_str(a, cs_json_text(config, "client_id"));
	out->auth_url = cs_arena_str(a, cs_json_text(config, "auth_url"));
	out->token_url = cs_arena_str(a, cs_json_text(config, "token_url"));
	out->certs_url = cs_arena_str(a, cs_json_text(config, "certs_url"));
	out->email_claim = cs_arena_str(a, email.len == 0 ? CS_STR("email") : email);
	out->scopes = cs_field_texts(a, config, "scopes", &out->scope_count);
	out->claims = cs_field_texts(a, config, "claims", &out->claim_count);
	out->pkce_is_enabled = cs_json_is_true(config, "pkce_enabled");
	out->authoritative_domains =
	    cs_field_texts(a, config, "authoritative_domains", &out->authoritative_domain_count);
	return check_scopes(out, fault);
}

static cs_err
decode_pin(struct cs_arena *a, const json_t *config, struct cs_identity_provider *out,
    struct cs_fault *fault)
{
	out->type = CS_IDP_ONETIMEPIN;
	return CS_OK;
}

static const struct type_row {
	const char *name;
	cs_err (*decode)(struct cs_arena *a, const json_t *config, struct cs_identity_provider *out,
	    struct cs_fault *fault);
} types[] = {
	[CS_IDP_ONETIMEPIN] = { "onetimepin", decode_pin },
	[CS_IDP_OIDC] = { "oidc", decode_oidc },
};

const char *
cs_idp_type_name(enum cs_idp_type type)
{
	return types[type].name;
}

cs_err
cs_provider_decode(struct cs_arena *a, const json_t *body, struct cs_identity_provider *out,
    struct cs_fault *fault)
{
	*out = (struct cs_identity_provider){ 0 };
	CS_TRY(cs_fields_check(body, "identity provider", fields, CS_COUNT(fields), fault));
	out->name = cs_arena_str(a, cs_json_text(body, "name"));
	cs_str type = cs_json_text(body, "type");
	CS_TRY(decode_own(a, body, out, fault));
	for (size_t i = 0; i < CS_COUNT(types); i++)
		if (cs_str_equal(type, cs_str_c(types[i].name)))
			return types[i].decode(a, cs_json_get(body, "config"), out, fault);
	return cs_refuse(fault, "identity provider: type %.*s is not supported", CS_STR_ARG(type));
}
