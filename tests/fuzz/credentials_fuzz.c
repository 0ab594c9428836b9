/*
 * credentials_fuzz.c - a service token's credentials in one header: what is taken is what jansson
 * reads there, two texts and nothing else.
 */
#include "api/access/credentials.h"

#include <jansson.h>

#include "fuzz.h"

static bool
is_member(const json_t *j, const char *key, cs_str want)
{
	const json_t *v = json_object_get(j, key);
	return json_is_string(v) &&
	       cs_str_equal((cs_str){ json_string_value(v), json_string_length(v) }, want);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cs_client client;
	cs_str text = { (const char *)data, size };
	if (cs_failed(cs_credentials_decode(text, &client)))
		return 0;
	CS_ASSERT(client.id.len > 0 && client.secret.len > 0);
	json_t *j = json_loadb(text.p, text.len, JSON_REJECT_DUPLICATES, NULL);
	/* bytes that are no UTF-8, or control characters, jansson refuses and no secret has */
	if (j != NULL) {
		CS_ASSERT(json_object_size(j) == 2);
		CS_ASSERT(is_member(j, "cf-access-client-id", client.id));
		CS_ASSERT(is_member(j, "cf-access-client-secret", client.secret));
	}
	json_decref(j);
	return 0;
}
