#include "api/console/routes.h"

#include "api/console/console.h"
#include "domain/config/permission.h"

#define CALL_MAX 4096

/* A member's own call, from the console's page. */
#define ACT(PATH, GUARD, HANDLE) \
	{ \
		CS_POST, PATH, CS_REALM_AUTH, GUARD, CS_CSRF_SAME_ORIGIN, CALL_MAX, HANDLE, 0 \
	}

#define READ(PATH, GUARD, HANDLE) \
	{ \
		CS_GET, PATH, CS_REALM_AUTH, GUARD, CS_CSRF_NONE, 0, HANDLE, 0 \
	}

/* About one account, by a member's session or an API token: the Host says nothing. */
#define SEE(PATH, HANDLE) \
	{ \
		CS_GET, "/api/v1/accounts/{account}/" PATH, CS_REALM_FREE, CS_GUARD_API_TOKEN, \
		    CS_CSRF_NONE, 0, HANDLE, CS_MAY_SEE_ORGS \
	}
#define ASK(PATH, MAY, HANDLE) \
	{ \
		CS_GET, "/api/v1/accounts/{account}/" PATH, CS_REALM_FREE, CS_GUARD_API_TOKEN, \
		    CS_CSRF_NONE, 0, HANDLE, MAY \
	}
#define CHANGE(METHOD, PATH, LIMIT, MAY, HANDLE) \
	{ \
		METHOD, "/api/v1/accounts/{account}/" PATH, CS_REALM_FREE, CS_GUARD_API_TOKEN, \
		    CS_CSRF_WITH_COOKIE, LIMIT, HANDLE, MAY \
	}
/* The same, and a session's password was given again just now. */
#define CHANGE_PROVED(PATH, MAY, HANDLE) \
	{ \
		CS_POST, "/api/v1/accounts/{account}/" PATH, CS_REALM_FREE, \
		    CS_GUARD_API_TOKEN_PROVED, CS_CSRF_WITH_COOKIE, CALL_MAX, HANDLE, MAY \
	}
#define ROOTS_MAX (CS_CONSOLE_PEM_MAX + CS_CONSOLE_PEM_MAX / 16) /* "\n" is two bytes in JSON */

/* clang-format off */
static const struct cs_api_route routes[] = {
	ACT("/api/v1/member/sign-in",  CS_GUARD_PUBLIC, cs_console_post_sign_in),
	READ("/api/v1/member/sign-in", CS_GUARD_PUBLIC, cs_console_get_standing),
	ACT("/api/v1/member/sign-in/sso", CS_GUARD_PUBLIC, cs_console_post_sso),
	ACT("/api/v1/member/sign-out", CS_GUARD_MEMBER_HALF, cs_console_post_sign_out),
	READ("/api/v1/member", CS_GUARD_MEMBER, cs_console_get_member),
	ACT("/api/v1/member/password/check", CS_GUARD_PUBLIC, cs_console_post_password_check),
	ACT("/api/v1/member/password/forgotten", CS_GUARD_PUBLIC, cs_console_post_password_forgotten),
	ACT("/api/v1/member/password/reset", CS_GUARD_PUBLIC, cs_console_post_password_reset),
	ACT("/api/v1/member/prove", CS_GUARD_MEMBER, cs_console_post_prove),
	ACT("/api/v1/member/password", CS_GUARD_MEMBER, cs_console_post_password),
	ACT("/api/v1/member/email", CS_GUARD_MEMBER, cs_console_post_email),
	ACT("/api/v1/member/email/verify", CS_GUARD_MEMBER_HALF, cs_console_post_email_verify),
	ACT("/api/v1/member/email/confirm", CS_GUARD_PUBLIC, cs_console_post_email_confirm),
	ACT("/api/v1/member/name", CS_GUARD_MEMBER, cs_console_post_name),
	READ("/api/v1/member/contacts", CS_GUARD_MEMBER, cs_console_get_contacts),
	ACT("/api/v1/member/contacts", CS_GUARD_MEMBER, cs_console_post_contact),
	ACT("/api/v1/member/contacts/{id}/remove", CS_GUARD_MEMBER, cs_console_post_contact_remove),
	READ("/api/v1/member/sessions", CS_GUARD_MEMBER, cs_console_get_sessions),
	ACT("/api/v1/member/sessions/{id}/end", CS_GUARD_MEMBER, cs_console_post_session_end),
	ACT("/api/v1/member/sessions/end", CS_GUARD_MEMBER, cs_console_post_sessions_end),
	ACT("/api/v1/member/remembered/{id}/forget", CS_GUARD_MEMBER, cs_console_post_forget),
	ACT("/api/v1/member/recovery", CS_GUARD_MEMBER_HALF, cs_console_post_recovery),
	ACT("/api/v1/member/recovery/verify", CS_GUARD_MEMBER_HALF, cs_console_post_recovery_verify),
	ACT("/api/v1/member/recovery/device", CS_GUARD_MEMBER_HALF, cs_console_post_recovery_device),
	ACT("/api/v1/member/recovery/open", CS_GUARD_MEMBER_HALF, cs_console_post_recovery_open),
	ACT("/api/v1/member/recovery/give-up", CS_GUARD_MEMBER_HALF, cs_console_post_recovery_give_up),
	ACT("/api/v1/member/recovery/stop", CS_GUARD_MEMBER, cs_console_post_recovery_veto),
	ACT("/api/v1/recovery/stop", CS_GUARD_PUBLIC, cs_console_post_recovery_stop),
	ASK("recovery_cases", CS_MAY_SEE_RECOVERY, cs_console_get_recovery_cases),
	CHANGE_PROVED("recovery_cases", CS_MAY_SEE_RECOVERY, cs_console_post_recovery_case),
	CHANGE_PROVED("recovery_cases/{id}/speed-up", CS_MAY_SEE_RECOVERY, cs_console_post_recovery_speed_up),
	CHANGE(CS_POST, "recovery_cases/{id}/stop", CALL_MAX, CS_MAY_SEE_RECOVERY, cs_console_post_recovery_case_stop),
	READ("/api/v1/member/audit", CS_GUARD_MEMBER, cs_console_get_own_audit),
	ASK("members", CS_MAY_SEE_MEMBERS, cs_console_get_members),
	CHANGE(CS_POST, "members/{id}/resend", CALL_MAX, CS_MAY_MEMBERS_WRITE | CS_MAY_ACCOUNT_WRITE, cs_console_post_member_resend),
	CHANGE_PROVED("members/{id}/sso", CS_MAY_ACCOUNT_WRITE, cs_console_post_member_sso),
	CHANGE_PROVED("members/{id}/disable-2fa", CS_MAY_ACCOUNT_WRITE, cs_console_post_member_disable),
	ASK("enforcement/preview", CS_MAY_SEE_MEMBERS, cs_console_get_enforcement_preview),
	ASK("audit", CS_MAY_LOGS_READ, cs_console_get_audit),
	ASK("audit/export", CS_MAY_LOGS_READ, cs_console_get_audit_export),
	ASK("audit/kinds", CS_MAY_LOGS_READ, cs_console_get_audit_kinds),
	SEE("attestation_roots", cs_console_get_roots),
	CHANGE(CS_POST, "attestation_roots", ROOTS_MAX, CS_MAY_ORGS_WRITE, cs_console_post_roots),
	CHANGE(CS_DELETE, "attestation_roots/{id}", 0, CS_MAY_ORGS_WRITE, cs_console_delete_root),
	SEE("known_authenticators", cs_console_get_known),
	SEE("metadata", cs_console_get_metadata),
	SEE("models/outside", cs_console_get_outside),
	SEE("identity_providers/{id}/seen_values", cs_console_get_seen_values),
	SEE("mfa_counts", cs_console_get_mfa_counts),
	CHANGE(CS_POST, "users/{id}/unfreeze", CALL_MAX, CS_MAY_HELP_USERS, cs_console_post_unfreeze),
	CHANGE_PROVED("members/{id}/unfreeze", CS_MAY_ACCOUNT_WRITE, cs_console_post_member_unfreeze),
	CHANGE(CS_POST, "users/{id}/status", CALL_MAX, CS_MAY_CHANGE_USERS, cs_console_post_user_status),
};
/* clang-format on */

const struct cs_api_table cs_console_routes = {
	.prefix = "/api/v1",
	.routes = routes,
	.count = CS_COUNT(routes),
	.refuse = cs_console_refuse,
};
