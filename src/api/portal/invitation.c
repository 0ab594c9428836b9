/*
 * invitation.c - POST /api/v1/invitations/redeem: an invited person becomes a member.
 */
#include "api/body.h"
#include "api/cookies.h"
#include "api/console/console.h"
#include "api/portal/portal.h"
#include "domain/config/member.h"
#include "domain/session.h"

#define TOKEN_MAX 128
#define NAME_MAX_BYTES 128

cs_err
cs_portal_post_redeem(struct cs_call *c)
{
	CS_AUTO(cs_body_free) json_t *body = NULL;
	struct cs_refusal why = { .kind = CS_REFUSAL_NONE };
	struct cs_redemption r = { .has_device = false };
	struct cs_member_step step;
	uint8_t hash[CS_TOKEN_HASH_LEN];

	/* Members belong to the server realm: its auth host alone takes their passwords. */
	if (!cs_id_is_zero(c->op->account))
		return CS_FAIL(NOT_FOUND);
	CS_TRY(cs_body_decode(c, &body));
	CS_TRY(cs_body_text(c, body, "token", TOKEN_MAX, &r.token));
	CS_TRY(cs_body_text(c, body, "password", CS_PASSWORD_MAX, &r.password));
	CS_TRY(cs_body_text(c, body, "name", NAME_MAX_BYTES, &r.name));
	r.has_device = cs_cookie_hash(c->rq, CS_COOKIE_DEVICE, hash);
	if (r.has_device)
		r.device = cs_device_id(hash);
	CS_TRY(cs_invitation_redeem(c->domain, c->op, &r, &step, &why));
	if (why.kind != CS_REFUSAL_NONE)
		return cs_portal_refuse(c, &why);
	cs_member_set_cookies(c, &step);
	return cs_portal_answer_redirect(c, CS_STR("/console/"));
}
