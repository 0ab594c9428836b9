#include "api/access/access.h"
#include "api/status.h"

cs_err
cs_access_redirect(struct cs_call *c, int status, cs_str url)
{
	c->rs->status = status;
	cs_response_header(c->rs, CS_STR("Location"), url);
	return CS_OK;
}

bool
cs_access_is_auth_host(const struct cs_call *c)
{
	return c->config != NULL && cs_str_equal(c->rq->host, c->config->auth_host);
}

void
cs_access_refuse(struct cs_call *c, const struct cs_refusal *why, cs_err error)
{
	enum cs_refusal_kind kind = cs_failed(error) ? cs_status_refusal_of(error) : why->kind;
	char id[CS_ID_UUID_LEN];

	cs_status_refuse(c, why, error);
	if (c->config == NULL || c->route == NULL ||
	    !cs_request_is_navigation(c->rq, c->rq->method_text))
		return;
	cs_response_reset(c->rs);
	cs_id_uuid(c->rq->id, id);
	(void)cs_access_redirect(c, 303,
	    cs_arena_printf(c->op->arena, "%.*s/refused?code=%s&id=%.*s",
		CS_STR_ARG(c->config->auth_origin), cs_refusal_code(kind), (int)sizeof(id), id));
}

cs_err
cs_access_refused(struct cs_call *c, const struct cs_refusal *why)
{
	cs_access_refuse(c, why, CS_OK);
	return CS_OK;
}
