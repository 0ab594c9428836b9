/*
 * member_sso.c - members who sign in to the console by their account's identity provider.
 */
#include "api/body.h"
#include "api/cloudflare/people.h"
#include "api/console/console.h"
#include "api/cookies.h"
#include "api/status.h"
#include "domain/json_text.h"
#include "domain/member_sso.h"
#include "domain/person.h"
#include "domain/session.h"

static void
trip_of(const struct cs_call *c, struct cs_signin *out)
{
	struct cs_member_browser browser;

	cs_member_browser_of(c, &browser);
	*out = (struct cs_signin){
		.d = c->domain,
		.op = c->op,
		.config = c->config,
		.has_device = browser.has_device,
		.device = browser.device,
	};
	out->has_flow = cs_cookie_hash(c->rq, CS_COOKIE_FLOW, out->flow_hash);
}

cs_err
cs_console_post_sso(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	cs_str flow = CS_STR_NONE;
	struct cs_signin trip;
	cs_str email;
	cs_str url;

	if (!cs_id_is_zero(c->op->account))
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_body_decode(c, &body));
	CS_TRY(cs_body_text(c, body, "email", CS_EMAIL_MAX, &email));
	trip_of(c, &trip);
	if (!trip.has_flow)
		cs_session_token_make(c->domain, c->op, &flow, trip.flow_hash);
	CS_TRY(cs_member_sso_begin(&trip, email, &url, &why));
	if (why.kind != CS_REFUSAL_NONE) {
		cs_status_refuse(c, &why, CS_OK);
		return CS_OK;
	}
	if (flow.len > 0)
		cs_cookie_set(c, CS_COOKIE_FLOW, flow, CS_FLOW_COOKIE_MS);
	return cs_body_answer(c, json_pack("{s:o}", "redirect", cs_json_text_of(url)));
}

/* Back on the console's page, with what went wrong if anything did: /console/?code=… */
cs_err
cs_console_sso_callback(struct cs_call *c, cs_id provider, cs_str *out_url)
{
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_member_step step;
	struct cs_signin trip;

	trip_of(c, &trip);
	CS_TRY(cs_member_sso_finish(&trip, provider, c->rq->query, &step, &why));
	*out_url = cs_str_c("/console/");
	if (why.kind != CS_REFUSAL_NONE) {
		*out_url =
		    cs_arena_printf(c->op->arena, "/console/?code=%s", cs_refusal_code(why.kind));
		return CS_OK;
	}
	cs_member_set_cookies(c, &step);
	cs_cookie_clear(c, CS_COOKIE_FLOW);
	return CS_OK;
}

/* In person: a token that leaks must not open somebody's door. */
cs_err
cs_console_post_member_sso(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	const struct cs_in_charge who = cs_cf_in_charge(c);
	struct cs_refusal why = { .kind = CS_REFUSAL_NOT_ALLOWED };
	struct cs_op op = cs_cf_op(c);
	cs_id provider = cs_id_zero;
	cs_id id;

	CS_TRY(cs_cf_hex_id(c, "id", &id));
	CS_TRY(cs_body_decode(c, &body));
	if (!json_is_null(json_object_get(body, "provider")))
		CS_TRY(cs_body_id(c, body, "provider", &provider));
	if (cs_id_is_zero(cs_door_of(c)->grant.token))
		CS_TRY(cs_member_sso_assign(c->domain, &op, who.member, id, provider, &why));
	if (why.kind == CS_REFUSAL_NONE)
		return cs_body_answer(c, json_pack("{s:o}", "id", cs_json_id_of(id)));
	cs_status_refuse(c, &why, CS_OK);
	return CS_OK;
}
