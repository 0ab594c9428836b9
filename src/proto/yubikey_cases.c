#include "proto/yubikey_cases.h"

#include "base/codec.h"
#include "crypto/secret.h"
#include "proto/modhex.h"

#include <jansson.h>

static void
json_free(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

static cs_str
text_of(const json_t *row, const char *name)
{
	const json_t *j = json_object_get(row, name);

	return (cs_str){ json_string_value(j), json_string_length(j) };
}

/* Exactly len bytes of hex. */
static bool
take_hex(const json_t *row, const char *name, uint8_t *out, size_t len)
{
	CS_AUTO(cs_buf_clear) struct cs_buf b;

	cs_buf_init_sensitive(&b, len);
	if (cs_failed(cs_hex_decode(text_of(row, name), &b)) || b.len != len)
		return false;
	memcpy(out, b.p, len);
	return true;
}

/* The counters seen last; *out_has false when the case has none. */
static bool
take_seen(const json_t *row, struct cs_yubikey_token *out, bool *out_has)
{
	const json_t *stored = json_object_get(row, "stored");
	const json_t *use = json_object_get(stored, "useCounter");
	const json_t *session = json_object_get(stored, "sessionCounter");

	*out_has = stored != NULL && !json_is_null(stored);
	if (!*out_has)
		return true;
	if (!json_is_integer(use) || json_integer_value(use) < 0 ||
	    json_integer_value(use) > CS_YUBIKEY_USE_MAX || !json_is_integer(session) ||
	    json_integer_value(session) < 0 || json_integer_value(session) > UINT8_MAX)
		return false;
	out->use_counter = (uint16_t)json_integer_value(use);
	out->session_counter = (uint8_t)json_integer_value(session);
	return true;
}

/* The case's public id, or where it names none, whatever the code begins with. */
static bool
take_public_id(const json_t *row, cs_str otp, struct cs_buf *out)
{
	struct cs_yubikey_otp parts;

	if (json_object_get(row, "publicId") != NULL)
		return json_is_string(json_object_get(row, "publicId")) &&
		       !cs_failed(cs_modhex_decode(text_of(row, "publicId"), out));
	if (!cs_failed(cs_yubikey_decode(otp, &parts)))
		cs_buf_add(out, CS_SPAN(parts.public_id, parts.public_len));
	return true;
}

static cs_err
judge_case(const json_t *row, cs_yubikey_tell tell, void *ctx, const char **out_problem)
{
	CS_AUTO(cs_buf_clear) struct cs_buf public_id;
	struct cs_yubikey_key key = { 0 };
	struct cs_yubikey_token seen = { 0 }, token;
	enum cs_yubikey_verdict verdict;
	cs_str id = text_of(row, "id"), otp = text_of(row, "otp");
	bool has_seen;

	cs_buf_init(&public_id, CS_YUBIKEY_PUBLIC_MAX);
	*out_problem = "a case has no id, or no otp";
	if (id.len == 0 || !json_is_string(json_object_get(row, "otp")))
		return CS_FAIL(INVALID);
	*out_problem = "a case's key is not one: publicId, privateIdHex or aesKeyHex";
	if (!take_public_id(row, otp, &public_id) ||
	    !take_hex(row, "privateIdHex", key.private_id, sizeof(key.private_id)) ||
	    !take_hex(row, "aesKeyHex", key.aes, sizeof(key.aes)))
		return CS_FAIL(INVALID);
	*out_problem = "a case's stored counters are not some";
	if (!take_seen(row, &seen, &has_seen))
		return CS_FAIL(INVALID);
	*out_problem = "the library failed";
	key.public_id = cs_buf_span(&public_id);
	cs_err e = cs_yubikey_judge(&key, has_seen ? &seen : NULL, otp, &verdict, &token);
	cs_wipe(&key, sizeof(key));
	if (!cs_failed(e))
		tell(ctx, id, verdict);
	return e;
}

cs_err
cs_yubikey_cases_judge(cs_span file, cs_yubikey_tell tell, void *ctx, const char **out_problem)
{
	CS_AUTO(json_free)
	json_t *all = json_loadb((const char *)file.p, file.len, JSON_REJECT_DUPLICATES, NULL);
	const json_t *cases = json_object_get(all, "cases"), *row;
	size_t i;

	*out_problem = all == NULL ? "it is not JSON" : "it has no cases";
	if (!json_is_array(cases))
		return CS_FAIL(INVALID);
	json_array_foreach(cases, i, row)
	{
		CS_TRY(judge_case(row, tell, ctx, out_problem));
	}
	*out_problem = NULL;
	return CS_OK;
}
