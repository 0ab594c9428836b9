#include "domain/identity.h"

#include "domain/config/decode.h"
#include "domain/json_text.h"

static const struct cs_identity_provider *
find_provider(const struct cs_access_config *config, cs_id id)
{
	for (size_t i = 0; i < config->provider_count; i++)
		if (cs_id_equal(config->providers[i].id, id))
			return &config->providers[i];
	return NULL;
}

static json_t *
provider_of(const struct cs_access_config *config, cs_id id)
{
	const struct cs_identity_provider *p = find_provider(config, id);
	json_t *o = json_object();

	json_object_set_new(o, "id", cs_json_id_of(id));
	json_object_set_new(
	    o, "type", json_string(cs_idp_type_name(p != NULL ? p->type : CS_IDP_OIDC)));
	return o;
}

static json_t *
amr_of(const struct cs_identity *identity)
{
	json_t *list = json_array();

	for (size_t i = 0; i < identity->amr_count; i++)
		json_array_append_new(list, cs_json_text_of(identity->amr[i]));
	return list;
}

static json_t *
no_certificate(void)
{
	json_t *o = json_object();

	json_object_set_new(o, "auth_status", json_string("NONE"));
	json_object_set_new(o, "cert_issuer_dn", json_string(""));
	json_object_set_new(o, "cert_issuer_ski", json_string(""));
	json_object_set_new(o, "cert_presented", json_false());
	json_object_set_new(o, "cert_serial", json_string(""));
	return o;
}

static void
add_fields(json_t *o, cs_str fields)
{
	json_t *claims =
	    json_loadb(fields.p != NULL ? fields.p : "", fields.len, JSON_REJECT_DUPLICATES, NULL);

	json_object_set_new(o, "oidc_fields", json_is_object(claims) ? claims : json_object());
	if (!json_is_object(claims))
		json_decref(claims);
}

cs_str
cs_identity_encode(const struct cs_op *op, const struct cs_access_config *config,
    const struct cs_identity *identity, cs_time issued)
{
	json_t *o = json_object();
	json_t *geo = json_object();
	cs_str text;

	CS_ASSERT(o != NULL && geo != NULL);
	json_object_set_new(o, "id", cs_json_id_of(identity->user));
	json_object_set_new(o, "name", cs_json_text_of(identity->name));
	json_object_set_new(o, "email", cs_json_text_of(identity->email));
	json_object_set_new(o, "user_uuid", cs_json_id_of(identity->user));
	json_object_set_new(
	    o, "account_id", cs_json_text_of(cs_id_hex_text(op->arena, config->account)));
	json_object_set_new(o, "iat", json_integer(issued.ms / CS_SECOND_MS));
	json_object_set_new(o, "ip", cs_json_text_of(cs_addr_text(op->arena, &op->peer)));
	json_object_set_new(o, "idp", provider_of(config, identity->provider));
	json_object_set_new(o, "amr", amr_of(identity));
	json_object_set_new(geo, "country", json_string(""));
	json_object_set_new(o, "geo", geo);
	add_fields(o, identity->fields);
	json_object_set_new(o, "auth_status", json_string("NONE"));
	json_object_set_new(o, "common_name", json_string(""));
	json_object_set_new(o, "device_id", json_string(""));
	json_object_set_new(o, "device_sessions", json_object());
	json_object_set_new(o, "devicePosture", json_object());
	json_object_set_new(o, "is_gateway", json_false());
	json_object_set_new(o, "is_warp", json_false());
	json_object_set_new(o, "mtls_auth", no_certificate());
	json_object_set_new(o, "service_token_id", json_string(""));
	json_object_set_new(o, "service_token_status", json_false());
	json_object_set_new(o, "version", json_integer(2));
	text = cs_json_dump(op->arena, o);
	json_decref(o);
	return text;
}

/* --- back --- */

static cs_str
text_of(struct cs_arena *a, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	return json_is_string(v)
		   ? cs_arena_str(a, (cs_str){ json_string_value(v), json_string_length(v) })
		   : CS_STR_NONE;
}

static void
read_amr(struct cs_arena *a, const json_t *list, struct cs_identity *out)
{
	for (size_t i = 0; i < json_array_size(list) && out->amr_count < CS_AMR_MAX; i++) {
		const json_t *v = json_array_get(list, i);

		if (json_is_string(v))
			out->amr[out->amr_count++] = cs_arena_str(
			    a, (cs_str){ json_string_value(v), json_string_length(v) });
	}
}

static cs_err
read_identity(struct cs_arena *a, const json_t *o, struct cs_identity *out)
{
	CS_TRY(cs_id_from_uuid(text_of(a, o, "user_uuid"), &out->user));
	CS_TRY(cs_id_from_uuid(text_of(a, json_object_get(o, "idp"), "id"), &out->provider));
	out->email = text_of(a, o, "email");
	out->name = text_of(a, o, "name");
	read_amr(a, json_object_get(o, "amr"), out);
	out->fields = cs_json_dump(a, json_object_get(o, "oidc_fields"));
	return CS_OK;
}

cs_err
cs_identity_decode(struct cs_arena *a, cs_str text, struct cs_identity *out)
{
	json_t *o = json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES, NULL);
	cs_err e;

	*out = (struct cs_identity){ .amr_count = 0 };
	e = json_is_object(json_object_get(o, "oidc_fields")) ? read_identity(a, o, out)
							      : CS_FAIL(INVALID);
	json_decref(o);
	return e;
}
