#include "factor/webauthn_options.h"

#include <jansson.h>
#include <stdlib.h>

#include "base/codec.h"
#include "model/access.h"

static json_t *
text_of(cs_str s)
{
	json_t *j = json_stringn(s.p != NULL ? s.p : "", s.len);

	return j != NULL ? j : json_string("");
}

static json_t *
base64url_of(struct cs_arena *a, cs_span bytes)
{
	return text_of(cs_base64url_text(a, bytes));
}

/* Takes j. */
static cs_str
dump(struct cs_arena *a, json_t *j)
{
	char *text = json_dumps(j, JSON_COMPACT);
	cs_str copy;

	CS_ASSERT(text != NULL);
	copy = cs_arena_str(a, cs_str_c(text));
	free(text);
	json_decref(j);
	return copy;
}

/* --- a credential's public parameters --- */

cs_str
cs_webauthn_params(struct cs_arena *a, const struct cs_webauthn_registered *r)
{
	json_t *transports = json_array();
	json_t *o = json_object();

	for (unsigned bit = 0; bit < CS_TRANSPORT_COUNT; bit++)
		if ((r->transports & 1U << bit) != 0)
			json_array_append_new(transports,
			    json_string(cs_transport_name((enum cs_transport)(1U << bit))));
	json_object_set_new(o, "transports", transports);
	if (r->attachment == CS_ATTACHMENT_PLATFORM)
		json_object_set_new(o, "attachment", json_string("platform"));
	if (r->attachment == CS_ATTACHMENT_CROSS_PLATFORM)
		json_object_set_new(o, "attachment", json_string("cross-platform"));
	return dump(a, o);
}

/* What cs_webauthn_params wrote; an array also when there is nothing to be read. */
static json_t *
transports_of(const struct cs_authenticator *a)
{
	json_t *params = json_loadb(a->params.p, a->params.len, JSON_REJECT_DUPLICATES, NULL);
	json_t *transports = json_incref(json_object_get(params, "transports"));

	json_decref(params);
	if (json_is_array(transports))
		return transports;
	json_decref(transports);
	return json_array();
}

/* PublicKeyCredentialDescriptorJSON of each. */
static json_t *
descriptors_of(struct cs_arena *a, const struct cs_authenticator *list, size_t count)
{
	json_t *all = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *o = json_object();

		json_object_set_new(o, "type", json_string("public-key"));
		json_object_set_new(o, "id", base64url_of(a, list[i].credential_id));
		json_object_set_new(o, "transports", transports_of(&list[i]));
		json_array_append_new(all, o);
	}
	return all;
}

/* --- enrolling --- */

static json_t *
algorithms(void)
{
	json_t *all = json_array();

	for (size_t i = 0; i < cs_webauthn_algorithm_count; i++) {
		json_t *o = json_object();

		json_object_set_new(o, "type", json_string("public-key"));
		json_object_set_new(o, "alg", json_integer(cs_webauthn_algorithms[i]));
		json_array_append_new(all, o);
	}
	return all;
}

static json_t *
user_of(
    struct cs_arena *a, const struct cs_authenticator *record, const struct cs_factor_label *label)
{
	json_t *o = json_object();

	json_object_set_new(o, "id", base64url_of(a, cs_id_span(&record->subject)));
	json_object_set_new(o, "name", text_of(label->account));
	json_object_set_new(
	    o, "displayName", text_of(label->person.len > 0 ? label->person : label->account));
	return o;
}

static json_t *
site_of(const struct cs_factor_env *env, const struct cs_factor_label *label)
{
	json_t *o = json_object();

	json_object_set_new(o, "id", text_of(env->host));
	json_object_set_new(o, "name", text_of(label->issuer));
	return o;
}

/* A key keeps its few places for accounts without a name; a PIN it has is asked for. */
static json_t *
selection_of(bool is_built_in)
{
	json_t *o = json_object();

	json_object_set_new(
	    o, "authenticatorAttachment", json_string(is_built_in ? "platform" : "cross-platform"));
	json_object_set_new(o, "residentKey", json_string("discouraged"));
	json_object_set_new(o, "requireResidentKey", json_false());
	json_object_set_new(
	    o, "userVerification", json_string(is_built_in ? "required" : "preferred"));
	return o;
}

cs_err
cs_webauthn_creation_options(const struct cs_factor_env *env, const struct cs_authenticator *a,
    const struct cs_factor_label *label, cs_span nonce, cs_str *out)
{
	bool is_built_in = a->method == CS_MFA_BIOMETRICS;
	json_t *hints = json_array();
	json_t *o = json_object();

	json_array_append_new(hints, json_string(is_built_in ? "client-device" : "security-key"));
	json_object_set_new(o, "rp", site_of(env, label));
	json_object_set_new(o, "user", user_of(env->arena, a, label));
	json_object_set_new(o, "challenge", base64url_of(env->arena, nonce));
	json_object_set_new(o, "pubKeyCredParams", algorithms());
	json_object_set_new(o, "timeout", json_integer(CS_WEBAUTHN_TIMEOUT_MS));
	json_object_set_new(
	    o, "excludeCredentials", descriptors_of(env->arena, label->known, label->known_count));
	json_object_set_new(o, "authenticatorSelection", selection_of(is_built_in));
	json_object_set_new(o, "hints", hints);
	json_object_set_new(o, "attestation", json_string("direct"));
	*out = dump(env->arena, o);
	return CS_OK;
}

/* --- answering --- */

static bool
has_method(const struct cs_authenticator *list, size_t count, unsigned method)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].method == method)
			return true;
	return false;
}

/* That of the one to be preferred first: browsers take the first for the strongest. */
static json_t *
hints_of(const struct cs_authenticator *list, size_t count)
{
	static const struct {
		unsigned method;
		const char *hint;
	} all[] = { { CS_MFA_SECURITY_KEY, "security-key" },
		{ CS_MFA_BIOMETRICS, "client-device" } };
	json_t *hints = json_array();

	for (size_t i = 0; i < CS_COUNT(all); i++) {
		if (!has_method(list, count, all[i].method))
			continue;
		if (list[0].method == all[i].method)
			json_array_insert_new(hints, 0, json_string(all[i].hint));
		else
			json_array_append_new(hints, json_string(all[i].hint));
	}
	return hints;
}

static const char *
verification_for(const struct cs_authenticator *list, size_t count)
{
	if (!has_method(list, count, CS_MFA_BIOMETRICS))
		return "discouraged";
	return has_method(list, count, CS_MFA_SECURITY_KEY) ? "preferred" : "required";
}

cs_err
cs_webauthn_request_options(
    const struct cs_factor_env *env, const struct cs_authenticator *list, size_t count, cs_str *out)
{
	json_t *o = json_object();

	json_object_set_new(o, "challenge", base64url_of(env->arena, env->nonce));
	json_object_set_new(o, "timeout", json_integer(CS_WEBAUTHN_TIMEOUT_MS));
	json_object_set_new(o, "rpId", text_of(env->host));
	json_object_set_new(o, "allowCredentials", descriptors_of(env->arena, list, count));
	json_object_set_new(o, "userVerification", json_string(verification_for(list, count)));
	json_object_set_new(o, "hints", hints_of(list, count));
	*out = dump(env->arena, o);
	return CS_OK;
}
