#include "proto/webauthn_response.h"

#include "base/codec.h"

#include <jansson.h>

static void
json_free(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

static cs_str
text_of(const json_t *object, const char *name)
{
	const json_t *j = json_object_get(object, name);

	return (cs_str){ json_string_value(j), json_string_length(j) };
}

/* A member that must be base64url of at least one byte. */
static cs_err
bytes_decode(struct cs_arena *a, const json_t *object, const char *name, cs_span *out)
{
	cs_str text = text_of(object, name);
	size_t len = text.len / 4 * 3 + (text.len % 4 == 0 ? 0 : text.len % 4 - 1);
	void *room;

	*out = CS_SPAN_NONE;
	if (text.len < 2)
		return CS_FAIL(INVALID);
	CS_TRY(cs_arena_try(a, len, &room));
	CS_TRY(cs_base64url_exact(text, len, room));
	*out = CS_SPAN(room, len);
	return CS_OK;
}

static const struct {
	const char *name;
	enum cs_transport transport;
} transports[] = {
	{ "usb", CS_TRANSPORT_USB }, { "nfc", CS_TRANSPORT_NFC }, { "ble", CS_TRANSPORT_BLE },
	{ "smart-card", CS_TRANSPORT_SMART_CARD }, { "hybrid", CS_TRANSPORT_HYBRID },
	{ "internal", CS_TRANSPORT_INTERNAL },
	{ "cable", CS_TRANSPORT_HYBRID }, /* as Chromium called it before 2022 */
};

const char *
cs_transport_name(enum cs_transport t)
{
	for (size_t i = 0; i < CS_COUNT(transports); i++) {
		if (transports[i].transport == t)
			return transports[i].name;
	}
	return NULL;
}

/* What is unknown is dropped, and so is a list that is none: nothing is decided by it alone. */
static unsigned
transports_of(const json_t *list)
{
	unsigned set = 0;
	size_t i;
	const json_t *item;

	json_array_foreach(list, i, item)
	{
		for (size_t t = 0; t < CS_COUNT(transports); t++) {
			if (json_is_string(item) &&
			    strcmp(json_string_value(item), transports[t].name) == 0)
				set |= transports[t].transport;
		}
	}
	return set;
}

static enum cs_attachment
attachment_of(const json_t *credential)
{
	cs_str text = text_of(credential, "authenticatorAttachment");

	if (cs_str_equal(text, CS_STR("platform")))
		return CS_ATTACHMENT_PLATFORM;
	return cs_str_equal(text, CS_STR("cross-platform")) ? CS_ATTACHMENT_CROSS_PLATFORM
							    : CS_ATTACHMENT_UNKNOWN;
}

static cs_err
creation_decode(struct cs_arena *a, const json_t *response, struct cs_webauthn_response *out)
{
	CS_TRY(bytes_decode(a, response, "attestationObject", &out->attestation_object));
	out->transports = transports_of(json_object_get(response, "transports"));
	return CS_OK;
}

/* userHandle may be absent or null; older browsers sent an empty text for none. */
static cs_err
user_handle_decode(struct cs_arena *a, const json_t *response, cs_span *out)
{
	const json_t *j = json_object_get(response, "userHandle");

	*out = CS_SPAN_NONE;
	if (j == NULL || json_is_null(j) || (json_is_string(j) && json_string_length(j) == 0))
		return CS_OK;
	return bytes_decode(a, response, "userHandle", out);
}

static cs_err
assertion_decode(struct cs_arena *a, const json_t *credential, const json_t *response,
    struct cs_webauthn_response *out)
{
	const json_t *extensions = json_object_get(credential, "clientExtensionResults");

	CS_TRY(bytes_decode(a, response, "authenticatorData", &out->auth_data));
	CS_TRY(bytes_decode(a, response, "signature", &out->signature));
	out->used_app_id = json_is_true(json_object_get(extensions, "appid"));
	return user_handle_decode(a, response, &out->user_handle);
}

static cs_err
credential_decode(struct cs_arena *a, enum cs_webauthn_ceremony ceremony, const json_t *credential,
    struct cs_webauthn_response *out)
{
	const json_t *response = json_object_get(credential, "response");

	if (!cs_str_equal(text_of(credential, "type"), CS_STR("public-key")) ||
	    !json_is_object(response))
		return CS_FAIL(INVALID);
	if (!cs_str_equal(text_of(credential, "id"), text_of(credential, "rawId")))
		return CS_FAIL(CONFLICT);
	CS_TRY(bytes_decode(a, credential, "rawId", &out->id));
	CS_TRY(bytes_decode(a, response, "clientDataJSON", &out->client_data));
	out->attachment = attachment_of(credential);
	return ceremony == CS_CEREMONY_CREATE ? creation_decode(a, response, out)
					      : assertion_decode(a, credential, response, out);
}

enum cs_webauthn_verdict
cs_webauthn_response_decode(struct cs_arena *a, enum cs_webauthn_ceremony ceremony, cs_span json,
    struct cs_webauthn_response *out)
{
	*out = (struct cs_webauthn_response){ 0 };
	if (json.len > CS_WEBAUTHN_JSON_MAX_BYTES)
		return CS_WA_RESPONSE_TOO_BIG;
	CS_AUTO(json_free)
	json_t *credential = json_loadb(
	    json.len != 0 ? (const char *)json.p : "", json.len, JSON_REJECT_DUPLICATES, NULL);
	cs_err e = json_is_object(credential) ? credential_decode(a, ceremony, credential, out)
					      : CS_FAIL(INVALID);
	if (cs_is(e, CS_E_CONFLICT))
		return CS_WA_ID_MISMATCH;
	if (cs_is(e, CS_E_LIMIT))
		return CS_WA_RESPONSE_TOO_BIG;
	return cs_failed(e) ? CS_WA_RESPONSE_MALFORMED : CS_WA_ACCEPTED;
}
