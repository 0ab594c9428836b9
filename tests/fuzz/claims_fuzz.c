/*
 * claims_fuzz.c - the gate's own reader of a provider's claims beside jansson: where jansson reads an
 * object, both find the same texts and the same words; on anything else the reader survives.
 */
#include "base/err.h"
#include "gate/claims.h"

#include <jansson.h>

#include "fuzz.h"

static cs_str
text_of(const json_t *v)
{
	return (cs_str){ json_string_value(v), json_string_length(v) };
}

static void
check_member(cs_str fields, cs_str name, const json_t *v)
{
	const cs_str never = CS_STR("\x01 no such value");
	if (json_is_string(v)) {
		CS_ASSERT(cs_claim_find(fields, name, text_of(v)) == CS_CLAIM_HOLDS);
		CS_ASSERT(cs_claim_find(fields, name, never) == CS_CLAIM_DIFFERS ||
			  cs_str_equal(text_of(v), never));
	} else if (json_is_array(v)) {
		enum cs_claim none = cs_claim_find(fields, name, never);
		CS_ASSERT(none != CS_CLAIM_ABSENT);
		for (size_t i = 0; i < json_array_size(v); i++) {
			const json_t *e = json_array_get(v, i);
			if (json_is_string(e))
				CS_ASSERT(
				    cs_claim_find(fields, name, text_of(e)) == CS_CLAIM_HOLDS);
		}
	} else if (json_is_null(v)) {
		CS_ASSERT(cs_claim_find(fields, name, CS_STR("null")) == CS_CLAIM_ABSENT);
	} else if (json_is_boolean(v)) {
		CS_ASSERT(
		    cs_claim_find(fields, name,
			json_is_true(v) ? CS_STR("true") : CS_STR("false")) == CS_CLAIM_HOLDS);
	}
}

/* Deeper than the reader goes, it says nothing: no more can be asked of it. */
static bool
is_shallow(cs_str fields)
{
	size_t depth = 0, most = 0;
	for (size_t i = 0; i < fields.len; i++) {
		depth += fields.p[i] == '[' || fields.p[i] == '{';
		most = depth > most ? depth : most;
	}
	return most <= 8;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	cs_str fields = { (const char *)data, size };
	(void)cs_claim_find(fields, CS_STR("a"), CS_STR("b"));
	json_t *j =
	    json_loadb(fields.p == NULL ? "" : fields.p, size, JSON_REJECT_DUPLICATES, NULL);
	const char *key;
	json_t *v;
	/* jansson takes a NUL behind a number for its end; what is kept was written without */
	bool is_text = cs_str_find(fields, '\0', 0) == fields.len;
	if (json_is_object(j) && is_text && is_shallow(fields))
		json_object_foreach(j, key, v) check_member(fields, cs_str_c(key), v);
	json_decref(j);
	return 0;
}
