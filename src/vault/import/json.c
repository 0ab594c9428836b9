#include "vault/import/parts.h"

#include "base/codec.h"

#include <string.h>

/*
 * Jansson stops at 2048 levels, each of which costs stack: it is counted first. Quotes are followed,
 * so that brackets in a text count for nothing.
 */
static bool
is_too_deep(cs_span text)
{
	size_t depth = 0;
	bool is_quoted = false;

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.p[i];

		if (is_quoted && c == '\\')
			i++;
		else if (c == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && (c == '{' || c == '['))
			depth++;
		else if (!is_quoted && (c == '}' || c == ']') && depth > 0)
			depth--;
		if (depth > CS_IMPORT_DEPTH)
			return true;
	}
	return false;
}

cs_err
cs_import_json(cs_span text, json_t **out)
{
	json_error_t error;

	*out = NULL;
	if (cs_str_starts((cs_str){ (const char *)text.p, text.len }, CS_STR("\xef\xbb\xbf")))
		text = CS_SPAN(text.p + 3, text.len - 3);
	if (is_too_deep(text))
		return CS_FAIL(INVALID);
	*out = json_loadb((const char *)text.p, text.len, JSON_REJECT_DUPLICATES, &error);
	return *out == NULL ? CS_FAIL(INVALID) : CS_OK;
}

void
cs_import_json_free(json_t **j)
{
	json_decref(*j);
	*j = NULL;
}

cs_str
cs_import_text(const json_t *object, const char *name)
{
	const json_t *value = json_object_get(object, name);

	return json_is_string(value)
		   ? (cs_str){ json_string_value(value), json_string_length(value) }
		   : CS_STR_NONE;
}

cs_str
cs_import_named_by_id(const json_t *object, const char *key, const json_t *list)
{
	const json_t *id = json_object_get(object, key);
	size_t i;
	json_t *one;

	json_array_foreach(list, i, one)
	{
		if (json_is_string(id) && json_equal(id, json_object_get(one, "id")))
			return cs_import_text(one, "name");
	}
	return CS_STR_NONE;
}

bool
cs_import_number(const json_t *object, const char *name, int64_t fallback, int64_t *out)
{
	const json_t *value = json_object_get(object, name);

	*out = fallback;
	if (value == NULL || json_is_null(value) ||
	    (json_is_string(value) && json_string_length(value) == 0))
		return true;
	if (json_is_integer(value)) {
		*out = json_integer_value(value);
		return true;
	}
	if (json_is_string(value))
		return cs_str_to_i64(cs_import_text(object, name), out);
	double real = json_real_value(value);
	if (!json_is_real(value) || !(real >= -9e15 && real <= 9e15))
		return false;
	*out = (int64_t)real;
	return (double)*out == real;
}

bool
cs_import_says_true(const json_t *object, const char *name)
{
	return json_is_true(json_object_get(object, name));
}

const char *
cs_import_figures(struct cs_entry *e, const json_t *object, const char *digits, const char *period,
    const char *counter)
{
	int64_t n;

	if (digits != NULL) {
		if (!cs_import_number(object, digits, e->hotp.digits, &n) || n < 0 || n > 99)
			return "its number of digits makes no sense";
		e->hotp.digits = (int)n;
	}
	if (period != NULL && e->kind != CS_ENTRY_HOTP) {
		if (!cs_import_number(object, period, e->period_s, &n))
			return "its period makes no sense";
		e->period_s = n;
	}
	if (counter != NULL && e->kind == CS_ENTRY_HOTP) {
		if (!cs_import_number(object, counter, 0, &n) || n < 0)
			return "its counter makes no sense";
		e->counter = (uint64_t)n;
	}
	return NULL;
}

bool
cs_import_secret_numbers(struct cs_import *in, const json_t *array, cs_span *out)
{
	size_t count = json_array_size(array);
	void *bytes = NULL;

	*out = CS_SPAN_NONE;
	if (!json_is_array(array) || count == 0 ||
	    cs_failed(cs_arena_try(in->arena, count, &bytes)))
		return false;
	uint8_t *to = bytes;
	for (size_t i = 0; i < count; i++) {
		const json_t *value = json_array_get(array, i);
		json_int_t n = json_integer_value(value);

		if (!json_is_integer(value) || n < -128 || n > 255)
			return false;
		to[i] = (uint8_t)(n & 0xff);
	}
	*out = CS_SPAN(to, count);
	return true;
}
