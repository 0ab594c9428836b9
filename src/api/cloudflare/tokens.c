#include "api/cloudflare/routes.h"
#include "api/cloudflare/show.h"

static void
put_time(struct cs_arena *a, json_t *j, const char *key, cs_time t)
{
	if (t.ms != 0)
		cs_json_put(j, key, cs_show_time(a, t));
}

/* Whoever comes so far has a good token: the guard refuses all others (specs: Access §15.3). */
cs_err
cs_cf_token_verify(struct cs_call *c)
{
	const struct cs_grant *grant = &cs_door_of(c)->grant;
	struct cs_arena *a = c->op->arena;
	if (cs_id_is_zero(grant->token)) {
		/* somebody is signed in, and there is no token: no such place for them */
		cs_door_of(c)->refusal = CS_DOOR_ELSEWHERE;
		return CS_FAIL(NOT_FOUND);
	}
	json_t *j = json_object();
	CS_ASSERT(j != NULL);
	cs_json_put(j, "id", cs_json_of_str(cs_id_hex_text(a, grant->token)));
	cs_json_put(j, "status", json_string("active"));
	put_time(a, j, "not_before", grant->not_before);
	put_time(a, j, "expires_on", grant->expires);
	return cs_door_answer_message(c, j, 10000, "This API Token is valid and active");
}
