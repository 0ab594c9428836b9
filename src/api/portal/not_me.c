/*
 * not_me.c - POST /api/v1/not-me: the button behind the link of a mail about one's devices.
 */
#include "api/body.h"
#include "api/portal/portal.h"
#include "domain/freeze.h"
#include "domain/json_text.h"

#define TOKEN_MAX 128

cs_err
cs_portal_post_not_me(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_frozen frozen;
	cs_str token;
	json_t *o;

	CS_TRY(cs_body_decode(c, &body));
	CS_TRY(cs_body_text(c, body, "token", TOKEN_MAX, &token));
	CS_TRY(cs_freeze_by_notice(c->domain, c->op, token, &frozen, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_portal_refuse(c, &why);
	o = json_object();
	json_object_set_new(o, "what", cs_json_text_of(frozen.notice.kind));
	json_object_set_new(o, "name", cs_json_text_of(frozen.notice.name));
	json_object_set_new(o, "at", cs_json_time_of(frozen.notice.created));
	json_object_set_new(o, "frozen_at", cs_json_time_of(frozen.since));
	json_object_set_new(o, "administrators_told", json_integer((json_int_t)frozen.told));
	return cs_body_answer(c, o);
}
