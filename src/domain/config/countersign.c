#include "domain/config/countersign.h"

#include "proto/mds.h"

static const char key[] = "countersign";

static bool
is_known(const char *name, const struct cs_field_rule *rules, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(name, rules[i].name) == 0)
			return true;
	return false;
}

cs_err
cs_countersign_check(const json_t *body, const char *what, const struct cs_field_rule *rules,
    size_t count, const json_t **out, struct cs_fault *fault)
{
	json_t *own = cs_json_get(body, key);
	const char *name;
	json_t *value;
	*out = NULL;
	if (own == NULL)
		return CS_OK;
	CS_TRY(cs_fields_check(own, what, rules, count, fault));
	json_object_foreach(own, name, value)
	{
		if (!is_known(name, rules, count))
			return cs_refuse(
			    fault, "%s: countersign knows no member %.64s", what, name);
	}
	*out = own;
	return CS_OK;
}

void
cs_countersign_keep(const json_t *old, json_t *body)
{
	const json_t *written = json_object_get(body, key);
	json_t *stored = cs_json_get(old, key);
	if (json_is_null(written))
		(void)json_object_del(body, key);
	else if (written == NULL && stored != NULL)
		cs_json_put(body, key, json_incref(stored));
}

cs_err
cs_countersign_keep_text(struct cs_arena *a, cs_str old, cs_str *body, struct cs_fault *fault)
{
	CS_AUTO(cs_json_free) json_t *before = NULL;
	CS_AUTO(cs_json_free) json_t *after = NULL;
	CS_TRY(cs_json_decode(cs_str_span(old), &before, fault));
	CS_TRY(cs_json_decode(cs_str_span(*body), &after, fault));
	cs_countersign_keep(before, after);
	return cs_json_encode(a, after, body);
}

cs_err
cs_list_member(const json_t *object, const char *what, const char *member, bool *out_has,
    cs_id *out_id, struct cs_fault *fault)
{
	const json_t *v = cs_json_get(object, member);
	*out_has = false;
	*out_id = cs_id_zero;
	if (v == NULL)
		return CS_OK;
	if (!json_is_string(v) || cs_failed(cs_id_from_uuid(cs_json_text(object, member), out_id)))
		return cs_refuse(fault,
		    "%s: %s must be the UUID of one list of type AAGUID, or null", what, member);
	*out_has = true;
	return CS_OK;
}

/* --- what the metadata may report of a model --- */

cs_err
cs_statuses_decode(
    const json_t *countersign, const char *member, unsigned *out, struct cs_fault *fault)
{
	const json_t *list = cs_json_get(countersign, member);
	*out = CS_MDS_REFUSED;
	if (list == NULL)
		return CS_OK;
	*out = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		unsigned bit =
		    cs_mds_status_bit((cs_str){ json_string_value(v), json_string_length(v) });
		if (bit == 0)
			return cs_refuse(fault, "countersign: %s: there is no status %.64s", member,
			    json_string_value(v));
		*out |= bit;
	}
	return CS_OK;
}
