#include "api/portal/routes.h"

#include "api/console/routes.h"
#include "api/cookies.h"
#include "api/portal/portal.h"
#include "domain/session.h"

#define CALL_MAX 16384 /* a body: mostly meta */
#define ANSWER_MAX 65536 /* an attestation with its certificates */

#define READ(PATH, GUARD, HANDLE) \
	{ \
		CS_GET, PATH, CS_REALM_AUTH, GUARD, CS_CSRF_NONE, 0, HANDLE, 0 \
	}
#define ACT(PATH, GUARD, HANDLE) \
	{ \
		CS_POST, PATH, CS_REALM_AUTH, GUARD, CS_CSRF_SAME_ORIGIN, CALL_MAX, HANDLE, 0 \
	}
/* With what a browser's credential says of itself. */
#define ANSWER(PATH, HANDLE) \
	{ \
		CS_POST, PATH, CS_REALM_AUTH, CS_GUARD_HOLDER_HALF, CS_CSRF_SAME_ORIGIN, \
		    ANSWER_MAX, HANDLE, 0 \
	}

/* clang-format off */
static const struct cs_api_route routes[] = {
	READ("/api/v1/sign-in",                 CS_GUARD_PUBLIC,         cs_portal_get_state),
	ACT("/api/v1/sign-in/pin",              CS_GUARD_PUBLIC,         cs_portal_post_pin),
	ACT("/api/v1/sign-in/pin/verify",       CS_GUARD_PUBLIC,         cs_portal_post_pin_verify),
	ACT("/api/v1/sign-in/pin/cancel",       CS_GUARD_PUBLIC,         cs_portal_post_pin_cancel),
	ACT("/api/v1/sign-in/oidc",             CS_GUARD_PUBLIC,         cs_portal_post_oidc),
	ACT("/api/v1/sign-in/continue",         CS_GUARD_PUBLIC,         cs_portal_post_continue),
	ACT("/api/v1/sign-in/switch",           CS_GUARD_PUBLIC,         cs_portal_post_switch),
	ACT("/api/v1/enrolments",               CS_GUARD_HOLDER_HALF, cs_portal_post_enrolment),
	READ("/api/v1/enrolments/{id}/qr.svg",  CS_GUARD_HOLDER_HALF, cs_portal_get_qr),
	ANSWER("/api/v1/enrolments/{id}/confirm", cs_portal_post_confirm),
	ACT("/api/v1/challenges",               CS_GUARD_HOLDER_HALF, cs_portal_post_challenge),
	ANSWER("/api/v1/challenges/{id}/answer", cs_portal_post_answer),
	READ("/api/v1/me",                      CS_GUARD_GLOBAL_SESSION, cs_portal_get_me),
	READ("/api/v1/me/applications",         CS_GUARD_GLOBAL_SESSION, cs_portal_get_applications),
	READ("/api/v1/me/devices",              CS_GUARD_HOLDER, cs_portal_get_devices),
	ACT("/api/v1/me/devices/{id}/rename",   CS_GUARD_HOLDER, cs_portal_post_rename),
	ACT("/api/v1/me/devices/{id}/remove",   CS_GUARD_HOLDER, cs_portal_post_remove),
	ACT("/api/v1/me/devices/lock",          CS_GUARD_HOLDER, cs_portal_post_lock),
	ACT("/api/v1/me/backup-codes",          CS_GUARD_HOLDER_HALF, cs_portal_post_backup_codes),
	ACT("/api/v1/not-me",                   CS_GUARD_PUBLIC,         cs_portal_post_not_me),
	ACT("/api/v1/me/sign-out",              CS_GUARD_GLOBAL_SESSION, cs_portal_post_sign_out),
	ACT("/api/v1/invitations/redeem",       CS_GUARD_PUBLIC,         cs_portal_post_redeem),
};
/* clang-format on */

const struct cs_api_table cs_portal_routes = {
	.prefix = "/api/v1",
	.routes = routes,
	.count = CS_COUNT(routes),
};

/* A session belongs to the browser that opened it: its cookie alone, copied elsewhere, is nobody's. */
static bool
is_own_browser(const struct cs_request *rq, const struct cs_global_session *session)
{
	uint8_t hash[CS_TOKEN_HASH_LEN];

	return cs_cookie_hash(rq, CS_COOKIE_DEVICE, hash) &&
	       cs_id_equal(cs_device_id(hash), session->device);
}

cs_err
cs_portal_guard(struct cs_call *c, struct cs_refusal *why)
{
	struct cs_global_session *session = CS_NEW(c->op->arena, struct cs_global_session);

	CS_TRY(cs_session_find(
	    c->domain, c->op, cs_cookie_get(c->rq, CS_COOKIE_SESSION), session, why));
	if (why->kind == CS_REFUSAL_NONE && !is_own_browser(c->rq, session))
		why->kind = CS_REFUSAL_SIGNED_OUT;
	if (why->kind == CS_REFUSAL_NONE)
		c->principal.session = session;
	return CS_OK;
}

cs_err
cs_portal_guard_holder(struct cs_call *c, struct cs_refusal *why)
{
	return cs_id_is_zero(c->op->account) ? cs_console_guard(c, why) : cs_portal_guard(c, why);
}

cs_err
cs_portal_guard_holder_half(struct cs_call *c, struct cs_refusal *why)
{
	return cs_id_is_zero(c->op->account) ? cs_console_guard_half(c, why)
					     : cs_portal_guard(c, why);
}
