#include "domain/config/token_condition.h"

static cs_str
text_of(const json_t *v)
{
	return (cs_str){ json_string_value(v), json_string_length(v) };
}

/* --- what is written --- */

static cs_err
check_list(const json_t *list, const char *key, struct cs_fault *fault)
{
	struct cs_network n;

	if (!json_is_array(list))
		return cs_refuse(fault, "condition: request_ip.%s must be an array", key);
	if (json_array_size(list) > CS_TOKEN_CONDITION_NETWORKS_MAX)
		return cs_refuse(fault, "condition: request_ip.%s holds more than %d", key,
		    CS_TOKEN_CONDITION_NETWORKS_MAX);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		if (!json_is_string(v) || cs_failed(cs_network_decode(text_of(v), &n)))
			return cs_refuse(fault,
			    "condition: request_ip.%s must hold addresses or networks such as "
			    "192.0.2.0/24, with nothing set behind the prefix",
			    key);
	}
	return CS_OK;
}

static cs_err
check_request_ip(const json_t *ip, bool *is_any, struct cs_fault *fault)
{
	const char *key;
	json_t *list;

	*is_any = true;
	if (!json_is_object(ip))
		return cs_refuse(fault, "condition: request_ip must be an object");
	json_object_foreach((json_t *)(uintptr_t)ip, key, list)
	{
		if (strcmp(key, "in") != 0 && strcmp(key, "not_in") != 0)
			return cs_refuse(fault, "condition: request_ip.%s is not known", key);
		if (json_is_null(list))
			continue;
		CS_TRY(check_list(list, key, fault));
		if (json_array_size(list) > 0)
			*is_any = false;
	}
	return CS_OK;
}

cs_err
cs_token_condition_decode(
    struct cs_arena *a, const json_t *condition, cs_str *out, struct cs_fault *fault)
{
	const char *key;
	json_t *value;
	bool is_any = true;

	*out = CS_STR("");
	if (condition == NULL || json_is_null(condition))
		return CS_OK;
	if (!json_is_object(condition))
		return cs_refuse(fault, "condition must be an object");
	json_object_foreach((json_t *)(uintptr_t)condition, key, value)
	{
		if (strcmp(key, "request_ip") != 0)
			return cs_refuse(fault, "condition: %s is not known", key);
		if (!json_is_null(value))
			CS_TRY(check_request_ip(value, &is_any, fault));
	}
	return is_any ? CS_OK : cs_json_encode(a, condition, out);
}

/* --- who may --- */

static bool
is_in(const json_t *list, const struct cs_addr *peer)
{
	struct cs_network n;

	for (size_t i = 0; i < json_array_size(list); i++)
		if (!cs_failed(cs_network_decode(text_of(json_array_get(list, i)), &n)) &&
		    cs_network_has(&n, peer))
			return true;
	return false;
}

bool
cs_token_condition_has(cs_str stored, const struct cs_addr *peer)
{
	CS_AUTO(cs_json_free) json_t *condition = NULL;
	struct cs_fault fault = { 0 };

	if (stored.len == 0)
		return true;
	if (cs_failed(cs_json_decode(cs_str_span(stored), &condition, &fault)))
		return false;
	const json_t *ip = cs_json_get(condition, "request_ip");
	const json_t *in = cs_json_get(ip, "in");
	const json_t *not_in = cs_json_get(ip, "not_in");
	if (ip == NULL || peer->family == 0)
		return false;
	return !is_in(not_in, peer) && (json_array_size(in) == 0 || is_in(in, peer));
}
