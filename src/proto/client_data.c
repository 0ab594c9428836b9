#include "proto/client_data.h"
#include "crypto/equal.h"

#include <jansson.h>

static void
json_free(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

static cs_err
text_decode(struct cs_arena *a, const json_t *object, const char *name, cs_str *out)
{
	const json_t *j = json_object_get(object, name);

	*out = CS_STR_NONE;
	if (!json_is_string(j))
		return CS_FAIL(INVALID);
	size_t len = json_string_length(j);
	void *copy;
	CS_TRY(cs_arena_try(a, len + 1, &copy));
	memcpy(copy, json_string_value(j), len);
	*out = (cs_str){ copy, len };
	return CS_OK;
}

/* RFC 3629 §6: UTF-8 decode, as L3 §7.1 step 5 has it, passes over one mark. */
static cs_span
without_mark(cs_span json)
{
	static const uint8_t mark[] = { 0xef, 0xbb, 0xbf };

	if (json.len < sizeof(mark) || !cs_equal(json.p, mark, sizeof(mark)))
		return json;
	return CS_SPAN(json.p + sizeof(mark), json.len - sizeof(mark));
}

static cs_err
members_decode(struct cs_arena *a, const json_t *o, struct cs_client_data *c)
{
	const json_t *cross = json_object_get(o, "crossOrigin");

	CS_TRY(text_decode(a, o, "type", &c->type));
	CS_TRY(text_decode(a, o, "challenge", &c->challenge));
	CS_TRY(text_decode(a, o, "origin", &c->origin));
	if (cross != NULL && !json_is_boolean(cross))
		return CS_FAIL(INVALID);
	c->is_cross_origin = json_is_true(cross);
	c->has_top_origin = json_object_get(o, "topOrigin") != NULL;
	if (c->has_top_origin)
		CS_TRY(text_decode(a, o, "topOrigin", &c->top_origin));
	return CS_OK;
}

cs_err
cs_client_data_decode(struct cs_arena *a, cs_span json, struct cs_client_data *out)
{
	struct cs_client_data c = { 0 };

	*out = c;
	if (json.len > CS_CLIENT_DATA_MAX_BYTES)
		return CS_FAIL(LIMIT);
	json = without_mark(json);
	CS_AUTO(json_free)
	json_t *o = json_loadb(
	    json.len != 0 ? (const char *)json.p : "", json.len, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(o))
		return CS_FAIL(INVALID);
	CS_TRY(members_decode(a, o, &c));
	*out = c;
	return CS_OK;
}
