#include "domain/config/json.h"

#include <stdlib.h>

/* jansson recurses; how deep is settled before it starts. */
static bool
is_deeper(cs_span text, size_t limit)
{
	size_t depth = 0;
	bool is_in_string = false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.p[i];
		if (is_in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				is_in_string = false;
		} else if (c == '"') {
			is_in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > limit)
				return true;
		} else if ((c == '}' || c == ']') && depth > 0) {
			depth--;
		}
	}
	return false;
}

cs_err
cs_json_decode(cs_span text, json_t **out, struct cs_fault *fault)
{
	return cs_json_decode_wide(text, CS_JSON_MAX_BYTES, out, fault);
}

cs_err
cs_json_decode_wide(cs_span text, size_t max, json_t **out, struct cs_fault *fault)
{
	*out = NULL;
	if (text.len > max)
		return cs_refuse(fault, "the body is larger than %zu bytes", max);
	if (is_deeper(text, CS_JSON_MAX_DEPTH))
		return cs_refuse(fault, "the body is nested deeper than %d", CS_JSON_MAX_DEPTH);
	if (text.len == 0)
		return cs_refuse(fault, "the body is empty");
	json_error_t error;
	CS_AUTO(cs_json_free)
	json_t *j = json_loadb((const char *)text.p, text.len, JSON_REJECT_DUPLICATES, &error);
	if (j == NULL && json_error_code(&error) == json_error_duplicate_key)
		return cs_refuse(fault, "a key is there twice, line %d", error.line);
	if (j == NULL)
		return cs_refuse(fault, "the body is not JSON, line %d", error.line);
	if (!json_is_object(j))
		return cs_refuse(fault, "the body is not a JSON object");
	*out = CS_TAKE(j);
	return CS_OK;
}

cs_err
cs_json_encode(struct cs_arena *a, const json_t *j, cs_str *out)
{
	*out = CS_STR_NONE;
	const size_t flags = JSON_COMPACT | JSON_ENCODE_ANY;
	size_t len = json_dumpb(j, NULL, 0, flags);
	if (len > CS_JSON_MAX_BYTES)
		return CS_FAIL(LIMIT);
	void *p = NULL;
	CS_TRY(cs_arena_try(a, len + 1, &p));
	CS_ASSERT(json_dumpb(j, p, len, flags) == len);
	*out = (cs_str){ p, len };
	return CS_OK;
}

json_t *
cs_json_get(const json_t *object, const char *key)
{
	json_t *v = json_object_get(object, key);
	return json_is_null(v) ? NULL : v;
}

cs_str
cs_json_text(const json_t *object, const char *key)
{
	const json_t *v = cs_json_get(object, key);
	if (!json_is_string(v))
		return CS_STR("");
	return (cs_str){ json_string_value(v), json_string_length(v) };
}

bool
cs_json_is_true(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

json_t *
cs_json_of_str(cs_str s)
{
	json_t *j = json_stringn(s.p == NULL ? "" : s.p, s.len);
	CS_ASSERT(j != NULL);
	return j;
}

void
cs_json_put(json_t *object, const char *key, json_t *value)
{
	CS_ASSERT(json_object_set_new(object, key, value) == 0);
}
