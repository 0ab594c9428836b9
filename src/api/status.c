#include "api/status.h"

/* Tried again too early by a programme, 503 should not come back at once. */
#define BUSY_RETRY_S 2

int
cs_status_of(enum cs_refusal_kind kind)
{
	switch (kind) {
	case CS_REFUSAL_CSRF:
	case CS_REFUSAL_NOT_ALLOWED:
	case CS_REFUSAL_PROVIDER_REFUSED:
	case CS_REFUSAL_KIND_REFUSED:
	case CS_REFUSAL_MODEL_REFUSED:
	case CS_REFUSAL_MODEL_UNPROVEN:
	case CS_REFUSAL_CLONED:
	case CS_REFUSAL_FROZEN:
	case CS_REFUSAL_PROVE_FIRST:
	case CS_REFUSAL_SIGN_IN_AGAIN:
	case CS_REFUSAL_VERIFY_EMAIL_FIRST:
	case CS_REFUSAL_SSO:
	case CS_REFUSAL_ENFORCED:
	case CS_REFUSAL_UNKNOWN_BROWSER:
	case CS_REFUSAL_SOMEBODY_ELSE:
	case CS_REFUSAL_NOT_YOURSELF:
	case CS_REFUSAL_ELSEWHERE:
		return 403;
	case CS_REFUSAL_BODY:
	case CS_REFUSAL_LINK_ENDED:
	case CS_REFUSAL_MALFORMED_CODE:
	case CS_REFUSAL_WRONG_CODE:
	case CS_REFUSAL_WRONG_PASSWORD:
	case CS_REFUSAL_WEAK_PASSWORD:
	case CS_REFUSAL_NOT_SSO:
	case CS_REFUSAL_WRONG_PIN:
	case CS_REFUSAL_CODE_USED:
	case CS_REFUSAL_MALFORMED_RESPONSE:
	case CS_REFUSAL_WRONG_RESPONSE:
	case CS_REFUSAL_NOT_VERIFIED:
		return 400;
	case CS_REFUSAL_SIGNED_OUT:
		return 401;
	case CS_REFUSAL_NOT_FOUND:
	case CS_REFUSAL_NO_APPLICATION:
		return 404;
	case CS_REFUSAL_METHOD:
		return 405;
	case CS_REFUSAL_CONFLICT:
	case CS_REFUSAL_ANSWERED:
	case CS_REFUSAL_ENROLLED_ALREADY:
	case CS_REFUSAL_NAME_TAKEN:
	case CS_REFUSAL_EMAIL_TAKEN:
	case CS_REFUSAL_TOO_MANY_DEVICES:
	case CS_REFUSAL_NO_DEVICE:
	case CS_REFUSAL_NOT_NEEDED:
	case CS_REFUSAL_STOPPED_LATELY:
	case CS_REFUSAL_NOT_WAITING:
	case CS_REFUSAL_APPROVED_ALREADY:
	case CS_REFUSAL_LAST_OWNER:
	case CS_REFUSAL_ALREADY_MEMBER:
		return 409;
	case CS_REFUSAL_PIN_OVER:
	case CS_REFUSAL_ENDED:
		return 410;
	case CS_REFUSAL_TOO_LARGE:
		return 413;
	case CS_REFUSAL_MISDIRECTED:
		return 421;
	case CS_REFUSAL_TOO_MANY:
		return 429;
	case CS_REFUSAL_PROVIDER_DOWN:
	case CS_REFUSAL_UNAVAILABLE:
		return 503;
	case CS_REFUSAL_NONE:
	case CS_REFUSAL_INTERNAL:
	case CS_REFUSAL_COUNT:
		break;
	}
	return 500;
}

enum cs_refusal_kind
cs_status_refusal_of(cs_err error)
{
	switch (error.code) {
	case CS_E_INVALID:
		return CS_REFUSAL_BODY;
	case CS_E_NOT_FOUND:
		return CS_REFUSAL_NOT_FOUND;
	case CS_E_CONFLICT:
		return CS_REFUSAL_CONFLICT;
	case CS_E_FORBIDDEN:
		return CS_REFUSAL_NOT_ALLOWED;
	case CS_E_LIMIT:
	case CS_E_UNAVAILABLE:
	case CS_E_UNCERTAIN:
		return CS_REFUSAL_UNAVAILABLE;
	case CS_E_NONE:
	case CS_E_CRYPTO:
	case CS_E_STORE:
	case CS_E_INTERNAL:
		break;
	}
	return CS_REFUSAL_INTERNAL;
}

static int64_t
retry_after_s(const struct cs_refusal *why)
{
	if (why->retry_after_ms > 0)
		return (why->retry_after_ms + CS_SECOND_MS - 1) / CS_SECOND_MS;
	return why->kind == CS_REFUSAL_UNAVAILABLE || why->kind == CS_REFUSAL_CONFLICT
		   ? BUSY_RETRY_S
		   : 0;
}

void
cs_status_refuse(struct cs_call *c, const struct cs_refusal *why, cs_err error)
{
	struct cs_refusal said = *why;
	char id[CS_ID_UUID_LEN];
	int64_t wait_s;

	if (cs_failed(error))
		said = (struct cs_refusal){ .kind = cs_status_refusal_of(error) };
	wait_s = retry_after_s(&said);
	cs_response_reset(c->rs);
	c->rs->status = cs_status_of(said.kind);
	cs_response_header(c->rs, CS_STR("Content-Type"), CS_STR("application/json"));
	if (wait_s > 0)
		cs_response_header(c->rs, CS_STR("Retry-After"),
		    cs_arena_printf(c->op->arena, "%lld", (long long)wait_s));
	cs_id_uuid(c->rq->id, id);
	cs_buf_printf(&c->rs->body, "{\"error\":{\"code\":\"%s\"", cs_refusal_code(said.kind));
	if (wait_s > 0)
		cs_buf_printf(&c->rs->body, ",\"retry_after_s\":%lld", (long long)wait_s);
	if (said.kind == CS_REFUSAL_WRONG_PIN ||
	    (said.kind == CS_REFUSAL_WRONG_CODE && said.tries_left > 0))
		cs_buf_printf(&c->rs->body, ",\"tries_left\":%d", said.tries_left);
	if (said.used_at.ms > 0)
		cs_buf_printf(&c->rs->body, ",\"used_at\":\"%.*s\"",
		    CS_STR_ARG(cs_time_text(c->op->arena, said.used_at)));
	if (said.kind == CS_REFUSAL_WEAK_PASSWORD)
		cs_buf_printf(
		    &c->rs->body, ",\"reason\":\"%s\",\"least\":%u", said.reason, said.least);
	cs_buf_printf(&c->rs->body, "},\"request_id\":\"%.*s\"}", (int)sizeof(id), id);
}
