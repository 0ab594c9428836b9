#include "domain/json_text.h"

#include <stdlib.h>

#include "base/err.h"

json_t *
cs_json_text_of(cs_str s)
{
	json_t *j = json_stringn(s.p != NULL ? s.p : "", s.len);

	return j != NULL ? j : json_null();
}

json_t *
cs_json_id_of(cs_id id)
{
	char text[CS_ID_UUID_LEN];

	cs_id_uuid(id, text);
	return cs_json_text_of((cs_str){ text, sizeof(text) });
}

json_t *
cs_json_time_of(cs_time t)
{
	char text[CS_RFC3339_LEN];

	if (t.ms == 0)
		return json_null();
	cs_time_rfc3339(t, text);
	return cs_json_text_of((cs_str){ text, sizeof(text) });
}

cs_str
cs_json_dump(struct cs_arena *a, const json_t *j)
{
	char *text = json_dumps(j, JSON_COMPACT);
	cs_str copy;

	CS_ASSERT(text != NULL);
	copy = cs_arena_str(a, cs_str_c(text));
	free(text);
	return copy;
}
