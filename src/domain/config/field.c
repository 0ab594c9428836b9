#include "domain/config/field.h"

#include <inttypes.h>

#include "base/time.h"

#define TEXT_MAX 1024

static cs_err
check_text(const json_t *v, const char *what, const struct cs_field_rule *r, struct cs_fault *fault)
{
	if (!json_is_string(v))
		return cs_refuse(fault, "%s: %s must be a string", what, r->name);
	if (r->is_required && json_string_length(v) == 0)
		return cs_refuse(fault, "%s: %s must not be empty", what, r->name);
	if (json_string_length(v) > (size_t)r->max)
		return cs_refuse(
		    fault, "%s: %s is longer than %" PRId64 " bytes", what, r->name, r->max);
	return CS_OK;
}

static cs_err
check_duration(
    const json_t *v, const char *what, const struct cs_field_rule *r, struct cs_fault *fault)
{
	const bool is_mfa = r->form == CS_FORM_MFA_DURATION;
	const char *shape = is_mfa ? "minutes and hours from 0m to 720h" : "a duration such as 24h";
	cs_str text = { json_string_value(v), json_string_length(v) };
	int64_t ms = 0;
	if (!json_is_string(v) ||
	    cs_failed(is_mfa ? cs_duration_mh_decode(text, &ms) : cs_duration_decode(text, &ms)))
		return cs_refuse(fault, "%s: %s must be %s", what, r->name, shape);
	if (!is_mfa && (ms < r->min || ms > r->max))
		return cs_refuse(fault, "%s: %s must be from %" PRId64 "s to %" PRId64 "h", what,
		    r->name, r->min / CS_SECOND_MS, r->max / CS_HOUR_MS);
	return CS_OK;
}

static cs_err
check_element(
    const json_t *v, const char *what, const struct cs_field_rule *r, struct cs_fault *fault)
{
	if (r->form == CS_FORM_ARRAY)
		return CS_OK;
	cs_id id;
	if (!json_is_string(v) || json_string_length(v) > TEXT_MAX)
		return cs_refuse(
		    fault, "%s: %s must hold strings of at most %d bytes", what, r->name, TEXT_MAX);
	cs_str text = { json_string_value(v), json_string_length(v) };
	if (r->form == CS_FORM_UUIDS && cs_failed(cs_id_from_uuid(text, &id)))
		return cs_refuse(fault, "%s: %s must hold UUIDs", what, r->name);
	return CS_OK;
}

static cs_err
check_array(
    const json_t *v, const char *what, const struct cs_field_rule *r, struct cs_fault *fault)
{
	if (!json_is_array(v))
		return cs_refuse(fault, "%s: %s must be an array", what, r->name);
	if (json_array_size(v) > (size_t)r->max)
		return cs_refuse(fault, "%s: %s holds more than %" PRId64, what, r->name, r->max);
	if (r->is_required && json_array_size(v) == 0)
		return cs_refuse(fault, "%s: %s must not be empty", what, r->name);
	for (size_t i = 0; i < json_array_size(v); i++)
		CS_TRY(check_element(json_array_get(v, i), what, r, fault));
	return CS_OK;
}

static cs_err
check_value(
    const json_t *v, const char *what, const struct cs_field_rule *r, struct cs_fault *fault)
{
	switch (r->form) {
	case CS_FORM_TEXT:
		return check_text(v, what, r, fault);
	case CS_FORM_BOOL:
		if (!json_is_boolean(v))
			return cs_refuse(fault, "%s: %s must be true or false", what, r->name);
		return CS_OK;
	case CS_FORM_INT:
		if (!json_is_integer(v) || json_integer_value(v) < r->min ||
		    json_integer_value(v) > r->max)
			return cs_refuse(fault,
			    "%s: %s must be a whole number from %" PRId64 " to %" PRId64, what,
			    r->name, r->min, r->max);
		return CS_OK;
	case CS_FORM_DURATION:
	case CS_FORM_MFA_DURATION:
		return check_duration(v, what, r, fault);
	case CS_FORM_OBJECT:
		if (!json_is_object(v))
			return cs_refuse(fault, "%s: %s must be an object", what, r->name);
		return CS_OK;
	case CS_FORM_ARRAY:
	case CS_FORM_TEXTS:
	case CS_FORM_UUIDS:
		return check_array(v, what, r, fault);
	}
	return CS_FAIL(INTERNAL);
}

cs_err
cs_fields_check(const json_t *object, const char *what, const struct cs_field_rule *rules,
    size_t count, struct cs_fault *fault)
{
	if (!json_is_object(object))
		return cs_refuse(fault, "%s must be an object", what);
	for (size_t i = 0; i < count; i++) {
		const json_t *v = cs_json_get(object, rules[i].name);
		if (v == NULL && rules[i].is_required)
			return cs_refuse(fault, "%s: %s is required", what, rules[i].name);
		if (v != NULL)
			CS_TRY(check_value(v, what, &rules[i], fault));
	}
	return CS_OK;
}

const cs_id *
cs_field_ids(struct cs_arena *a, const json_t *object, const char *key, size_t *count)
{
	const json_t *list = cs_json_get(object, key);
	*count = json_array_size(list);
	cs_id *ids = CS_NEW_ARRAY(a, cs_id, *count + 1);
	for (size_t i = 0; i < *count; i++) {
		const json_t *v = json_array_get(list, i);
		cs_str text = { json_string_value(v), json_string_length(v) };
		CS_ASSERT(!cs_failed(cs_id_from_uuid(text, &ids[i])));
	}
	return ids;
}

const cs_str *
cs_field_texts(struct cs_arena *a, const json_t *object, const char *key, size_t *count)
{
	const json_t *list = cs_json_get(object, key);
	*count = json_array_size(list);
	cs_str *texts = CS_NEW_ARRAY(a, cs_str, *count + 1);
	for (size_t i = 0; i < *count; i++) {
		const json_t *v = json_array_get(list, i);
		texts[i] = cs_arena_str(a, (cs_str){ json_string_value(v), json_string_length(v) });
	}
	return texts;
}
