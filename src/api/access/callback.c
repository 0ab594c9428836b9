/*
 * callback.c - GET /cdn-cgi/access/callback/{provider} on the auth host: back from a provider.
 */
#include "api/access/access.h"
#include "api/console/console.h"
#include "api/portal/portal.h"
#include "domain/meta.h"
#include "domain/provider.h"

/* Back to the page that the sign-in was on, with what went wrong if anything did. */
static cs_err
back_to_page(struct cs_call *c, cs_str meta_text, const struct cs_refusal *why)
{
	struct cs_refusal ended = { .kind = CS_REFUSAL_NONE };
	struct cs_meta meta = { .expires = { 0 } };
	bool is_page = cs_meta_is_page(meta_text);
	cs_str said = CS_STR("");
	char id[CS_ID_UUID_LEN];

	if (meta_text.len > 0 && !is_page)
		CS_TRY(cs_meta_unseal(c->domain, c->op, meta_text, &meta, &ended));
	if (ended.kind != CS_REFUSAL_NONE)
		return cs_access_refused(c, &ended);
	if (why->kind != CS_REFUSAL_NONE) {
		cs_id_uuid(c->rq->id, id);
		said = cs_arena_printf(c->op->arena, "&code=%s&id=%.*s", cs_refusal_code(why->kind),
		    (int)sizeof(id), id);
	}
	if (is_page || meta_text.len == 0)
		return why->kind != CS_REFUSAL_NONE
			   ? cs_access_refused(c, why)
			   : cs_access_redirect(c, 303, is_page ? meta_text : CS_STR("/"));
	return cs_access_redirect(c, 303,
	    cs_arena_printf(c->op->arena, "/cdn-cgi/access/login/%.*s?meta=%.*s%.*s",
		CS_STR_ARG(meta.authority), CS_STR_ARG(meta_text), CS_STR_ARG(said)));
}

cs_err
cs_access_get_callback(struct cs_call *c)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_signed_in signed_in;
	struct cs_claims claims;
	struct cs_signin s;
	cs_str meta;
	cs_id provider;
	cs_str url;

	CS_TRY(cs_call_id(c, "provider", &provider));
	/* The server realm has members, and no applications. */
	if (cs_id_is_zero(c->op->account)) {
		CS_TRY(cs_console_sso_callback(c, provider, &url));
		return cs_access_redirect(c, 303, url);
	}
	CS_TRY(cs_portal_signin(c, CS_STR_NONE, &s, &why));
	CS_TRY(cs_provider_finish(&s, provider, c->rq->query, &meta, &signed_in, &claims, &why));
	if (why.kind == CS_REFUSAL_NONE && signed_in.is_disabled)
		why.kind = CS_REFUSAL_NOT_ALLOWED;
	if (why.kind == CS_REFUSAL_NONE)
		cs_portal_signed_in(c, &s, &signed_in);
	return back_to_page(c, meta, &why);
}
