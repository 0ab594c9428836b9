#include "domain/config/list_values.h"

#include <stdlib.h>

#include "gate/lists.h"

#define AAGUID_DIGITS 32
#define EMAIL_MAX 320
#define DESCRIPTION_MAX 1024
#define QUOTED_MAX 64

static const struct {
	const char *name;
	enum cs_list_type type;
} types[] = {
	{ "SERIAL", CS_LIST_OTHER },
	{ "URL", CS_LIST_OTHER },
	{ "DOMAIN", CS_LIST_OTHER },
	{ "EMAIL", CS_LIST_EMAIL },
	{ "IP", CS_LIST_IP },
	{ "CATEGORY", CS_LIST_OTHER },
	{ "LOCATION", CS_LIST_OTHER },
	{ "DEVICE", CS_LIST_OTHER },
	{ "AAGUID", CS_LIST_AAGUID },
};

cs_err
cs_list_type_decode(cs_str name, enum cs_list_type *out, struct cs_fault *fault)
{
	*out = CS_LIST_OTHER;
	for (size_t i = 0; i < CS_COUNT(types); i++) {
		if (cs_str_equal(name, cs_str_c(types[i].name))) {
			*out = types[i].type;
			return CS_OK;
		}
	}
	return cs_refuse(fault,
	    "list: unknown type \"%.*s\" (SERIAL, URL, DOMAIN, EMAIL, IP, CATEGORY, LOCATION, "
	    "DEVICE, AAGUID)",
	    CS_STR_ARG(cs_str_slice(name, 0, QUOTED_MAX)));
}

/* --- one value --- */

static cs_err
refuse_value(const char *where, cs_str text, const char *why, struct cs_fault *fault)
{
	cs_str quoted = cs_str_slice(text, 0, QUOTED_MAX);
	quoted.len = cs_utf8_prefix(cs_str_span(quoted));
	return cs_refuse(fault, "list: %s: \"%.*s\"%s %s", where, CS_STR_ARG(quoted),
	    quoted.len < text.len ? "…" : "", why);
}

static char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'f');
}

/* The dashes of a UUID, 8-4-4-4-12, or none at all. */
static bool
dashes_are_right(cs_str text)
{
	size_t dashes = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] != '-')
			continue;
		dashes++;
		if (i != 8 && i != 13 && i != 18 && i != 23)
			return false;
	}
	return dashes == 0 || dashes == 4;
}

static cs_err
decode_aaguid(
    struct cs_arena *a, cs_str text, const char *where, cs_str *out, struct cs_fault *fault)
{
	char *digits = cs_arena_c(a, text);
	size_t count = 0;
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '-')
			continue;
		if (!is_hex(text.p[i]))
			return refuse_value(where, text,
			    "is not an AAGUID: only hex digits, with or without the dashes of a "
			    "UUID",
			    fault);
		digits[count++] = lower(text.p[i]);
	}
	if (count != AAGUID_DIGITS)
		return refuse_value(where, text,
		    cs_arena_c(
			a, cs_arena_printf(a, "is not an AAGUID: it has %zu hex digits, not %d",
			       count, AAGUID_DIGITS)),
		    fault);
	if (!dashes_are_right(text))
		return refuse_value(
		    where, text, "is not an AAGUID: its dashes are not those of a UUID", fault);
	*out = (cs_str){ digits, count };
	return CS_OK;
}

static cs_err
decode_email(
    struct cs_arena *a, cs_str text, const char *where, cs_str *out, struct cs_fault *fault)
{
	size_t at = cs_str_find(text, '@', 0);
	bool is_good = at > 0 && at + 1 < text.len && text.len <= EMAIL_MAX &&
		       cs_str_find(text, '@', at + 1) == text.len;
	for (size_t i = 0; i < text.len; i++)
		is_good = is_good && (unsigned char)text.p[i] > ' ' && text.p[i] != 0x7f;
	if (!is_good)
		return refuse_value(where, text, "is not an e-mail address", fault);
	char *p = cs_arena_c(a, text);
	for (size_t i = 0; i < text.len; i++)
		p[i] = lower(p[i]);
	*out = (cs_str){ p, text.len };
	return CS_OK;
}

static cs_err
decode_ip(struct cs_arena *a, cs_str text, const char *where, cs_str *out, struct cs_fault *fault)
{
	struct cs_network network;
	struct cs_addr address;
	size_t slash = cs_str_find(text, '/', 0);
	if (cs_failed(cs_network_decode(text, &network)) ||
	    cs_failed(cs_addr_decode(cs_str_slice(text, 0, slash), &address)))
		return refuse_value(
		    where, text, "is not an address or a network whose host bits are zero", fault);
	cs_str base = cs_addr_text(a, &address);
	*out = cs_arena_printf(
	    a, "%.*s%.*s", CS_STR_ARG(base), CS_STR_ARG(cs_str_slice(text, slash, text.len)));
	return CS_OK;
}

cs_err
cs_list_value_decode(struct cs_arena *a, enum cs_list_type type, cs_str text, const char *where,
    cs_str *out, struct cs_fault *fault)
{
	*out = CS_STR_NONE;
	if (text.len == 0)
		return cs_refuse(fault, "list: %s: value must not be empty", where);
	if (text.len > CS_LIST_VALUE_MAX)
		return refuse_value(where, text, "is longer than 1024 bytes", fault);
	switch (type) {
	case CS_LIST_EMAIL:
		return decode_email(a, text, where, out, fault);
	case CS_LIST_IP:
		return decode_ip(a, text, where, out, fault);
	case CS_LIST_AAGUID:
		return decode_aaguid(a, text, where, out, fault);
	case CS_LIST_OTHER:
		break;
	}
	*out = cs_arena_str(a, text);
	return CS_OK;
}

/* --- arrays of them --- */

static cs_err
check_array(const json_t *array, const char *where, struct cs_fault *fault)
{
	if (!json_is_array(array))
		return cs_refuse(fault, "list: %s must be an array", where);
	if (json_array_size(array) > CS_LIST_ITEMS_MAX)
		return cs_refuse(fault, "list: %s has %zu values, at most %d are taken", where,
		    json_array_size(array), CS_LIST_ITEMS_MAX);
	return CS_OK;
}

static cs_err
decode_item(struct cs_arena *a, enum cs_list_type type, const json_t *item, const char *where,
    struct cs_list_item *out, struct cs_fault *fault)
{
	const json_t *value = cs_json_get(item, "value");
	const json_t *description = cs_json_get(item, "description");
	if (!json_is_object(item) || !json_is_string(value))
		return cs_refuse(
		    fault, "list: %s must be an object with a string \"value\"", where);
	if (description != NULL &&
	    (!json_is_string(description) || json_string_length(description) > DESCRIPTION_MAX))
		return cs_refuse(fault,
		    "list: %s: description must be a string of at most %d bytes", where,
		    DESCRIPTION_MAX);
	out->description = cs_arena_str(a, cs_json_text(item, "description"));
	return cs_list_value_decode(
	    a, type, cs_json_text(item, "value"), where, &out->content, fault);
}

static int
by_content(const void *left, const void *right)
{
	const struct cs_list_item *const *a = left;
	const struct cs_list_item *const *b = right;
	int order = cs_str_order((*a)->content, (*b)->content);
	/* of equals the first one first, so that the later one is named as the repetition */
	return order != 0 ? order : (*a > *b) - (*a < *b);
}

static cs_err
check_once(struct cs_arena *a, const struct cs_list_item *items, size_t count, const char *where,
    struct cs_fault *fault)
{
	const struct cs_list_item **sorted =
	    CS_NEW_ARRAY(a, const struct cs_list_item *, count + 1);
	for (size_t i = 0; i < count; i++)
		sorted[i] = &items[i];
	qsort(sorted, count, sizeof(*sorted), by_content);
	for (size_t i = 1; i < count; i++) {
		if (cs_str_equal(sorted[i - 1]->content, sorted[i]->content))
			return cs_refuse(fault, "list: %s[%zu] repeats %s[%zu]: \"%.*s\"", where,
			    (size_t)(sorted[i] - items), where, (size_t)(sorted[i - 1] - items),
			    CS_STR_ARG(cs_str_slice(sorted[i]->content, 0, QUOTED_MAX)));
	}
	return CS_OK;
}

cs_err
cs_list_items_decode(struct cs_arena *a, enum cs_list_type type, const json_t *array,
    const char *where, struct cs_list_item **out, size_t *count, struct cs_fault *fault)
{
	*count = 0;
	CS_TRY(check_array(array, where, fault));
	size_t len = json_array_size(array);
	struct cs_list_item *items = CS_NEW_ARRAY(a, struct cs_list_item, len + 1);
	for (size_t i = 0; i < len; i++) {
		char place[48];
		snprintf(place, sizeof(place), "%s[%zu]", where, i);
		CS_TRY(decode_item(a, type, json_array_get(array, i), place, &items[i], fault));
	}
	CS_TRY(check_once(a, items, len, where, fault));
	*out = items;
	*count = len;
	return CS_OK;
}

cs_err
cs_list_removals_decode(struct cs_arena *a, enum cs_list_type type, const json_t *array,
    cs_str **out, size_t *count, struct cs_fault *fault)
{
	*count = 0;
	CS_TRY(check_array(array, "remove", fault));
	size_t len = json_array_size(array);
	*out = CS_NEW_ARRAY(a, cs_str, len + 1);
	for (size_t i = 0; i < len; i++) {
		const json_t *v = json_array_get(array, i);
		struct cs_fault unsaid = { 0 };
		if (!json_is_string(v))
			return cs_refuse(fault, "list: remove[%zu] must be a string", i);
		cs_str text = { json_string_value(v), json_string_length(v) };
		if (!cs_failed(
			cs_list_value_decode(a, type, text, "remove", &(*out)[*count], &unsaid)))
			(*count)++;
	}
	return CS_OK;
}
