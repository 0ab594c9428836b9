#include "api/body.h"

#include "domain/json_text.h"

cs_err
cs_body_decode(const struct cs_call *c, json_t **out)
{
	cs_span body = c->rq->body;

	*out = NULL;
	if (body.len == 0)
		*out = json_object();
	else
		*out = json_loadb((const char *)body.p, body.len, JSON_REJECT_DUPLICATES, NULL);
	if (json_is_object(*out))
		return CS_OK;
	cs_body_free(out);
	return CS_FAIL(INVALID);
}

cs_err
cs_body_text(const struct cs_call *c, const json_t *body, const char *name, size_t max, cs_str *out)
{
	const json_t *member = json_object_get(body, name);

	*out = CS_STR_NONE;
	if (member == NULL || json_is_null(member))
		return CS_OK;
	if (!json_is_string(member) || json_string_length(member) > max)
		return CS_FAIL(INVALID);
	*out = cs_arena_str(
	    c->op->arena, (cs_str){ json_string_value(member), json_string_length(member) });
	return CS_OK;
}

cs_err
cs_body_id(const struct cs_call *c, const json_t *body, const char *name, cs_id *out)
{
	cs_str text;

	*out = cs_id_zero;
	CS_TRY(cs_body_text(c, body, name, CS_ID_UUID_LEN, &text));
	return cs_id_from_uuid(text, out);
}

static int
add_bytes(const char *p, size_t len, void *ctx)
{
	cs_buf_add(ctx, CS_SPAN(p, len));
	return 0;
}

cs_err
cs_body_answer(struct cs_call *c, json_t *object)
{
	c->rs->status = 200;
	cs_response_header(c->rs, CS_STR("Content-Type"), CS_STR("application/json"));
	/* past the arena: a list may be long */
	CS_ASSERT(json_dump_callback(object, add_bytes, &c->rs->body, JSON_COMPACT) == 0);
	json_decref(object);
	return cs_buf_finish(&c->rs->body, NULL);
}
