#include "api/console/routes.h"

#include "api/console/console.h"
#include "domain/config/permission.h"

#define CALL_MAX 4096

/* A member's own call, from the console's page. */
#define ACT(PATH, GUARD, HANDLE) \
	{ \
		CS_POST, PATH, CS_REALM_AUTH, GUARD, CS_CSRF_SAME_ORIGIN, CALL_MAX, HANDLE, 0 \
	}

/* About one account, by a member's session or an API token: the Host says nothing. */
#define SEE(PATH, HANDLE) \
	{ \
		CS_GET, "/api/v1/accounts/{account}/" PATH, CS_REALM_FREE, CS_GUARD_API_TOKEN, \
		    CS_CSRF_NONE, 0, HANDLE, CS_MAY_SEE_ORGS \
	}
#define CHANGE(METHOD, PATH, LIMIT, MAY, HANDLE) \
	{ \
		METHOD, "/api/v1/accounts/{account}/" PATH, CS_REALM_FREE, CS_GUARD_API_TOKEN, \
		    CS_CSRF_WITH_COOKIE, LIMIT, HANDLE, MAY \
	}
#define ROOTS_MAX (CS_CONSOLE_PEM_MAX + CS_CONSOLE_PEM_MAX / 16) /* "\n" is two bytes in JSON */

/* clang-format off */
static const struct cs_api_route routes[] = {
	ACT("/api/v1/member/sign-in",  CS_GUARD_PUBLIC, cs_console_post_sign_in),
	ACT("/api/v1/member/sign-out", CS_GUARD_MEMBER, cs_console_post_sign_out),
	{ CS_GET, "/api/v1/member", CS_REALM_AUTH, CS_GUARD_MEMBER, CS_CSRF_NONE, 0, cs_console_get_member, 0 },
	SEE("attestation_roots", cs_console_get_roots),
	CHANGE(CS_POST, "attestation_roots", ROOTS_MAX, CS_MAY_ORGS_WRITE, cs_console_post_roots),
	CHANGE(CS_DELETE, "attestation_roots/{id}", 0, CS_MAY_ORGS_WRITE, cs_console_delete_root),
	SEE("known_authenticators", cs_console_get_known),
	SEE("metadata", cs_console_get_metadata),
	SEE("models/outside", cs_console_get_outside),
	SEE("identity_providers/{id}/seen_values", cs_console_get_seen_values),
	SEE("mfa_counts", cs_console_get_mfa_counts),
	CHANGE(CS_POST, "users/{id}/unfreeze", CALL_MAX, CS_MAY_HELP_USERS, cs_console_post_unfreeze),
	CHANGE(CS_POST, "users/{id}/status", CALL_MAX, CS_MAY_CHANGE_USERS, cs_console_post_user_status),
};
/* clang-format on */

const struct cs_api_table cs_console_routes = {
	.prefix = "/api/v1",
	.routes = routes,
	.count = CS_COUNT(routes),
	.refuse = cs_console_refuse,
};
