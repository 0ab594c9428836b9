#include "api/cloudflare/routes.h"

#include "domain/config/list_values.h"

/* Beyond what the decoder takes, so that the answer to too much is this door's own. */
#define BODY_MAX (4 * CS_JSON_MAX_BYTES)

#define A "/client/v4/accounts/{account}/access"

/* Reads take no state change from a cookie; everything else must come from the console's page. */
#define READ(PATTERN, MAY, HANDLE) \
	{ \
		CS_GET, PATTERN, CS_REALM_FREE, CS_GUARD_API_TOKEN, CS_CSRF_NONE, 0, HANDLE, MAY \
	}
#define CHANGE(METHOD, PATTERN, MAY, HANDLE) \
	{ \
		METHOD, PATTERN, CS_REALM_FREE, CS_GUARD_API_TOKEN, CS_CSRF_WITH_COOKIE, BODY_MAX, \
		    HANDLE, MAY \
	}

/* What a session alone is not enough for: a cookie that was copied must not make more of itself. */
#define CHANGE_PROVED(METHOD, PATTERN, MAY, HANDLE) \
	{ \
		METHOD, PATTERN, CS_REALM_FREE, CS_GUARD_API_TOKEN_PROVED, CS_CSRF_WITH_COOKIE, \
		    BODY_MAX, HANDLE, MAY \
	}

#define ACCOUNT "/client/v4/accounts/{account}"
/* Which members: the domain knows, owners are the affair of owners. */
#define CHANGE_MEMBERS (CS_MAY_MEMBERS_WRITE | CS_MAY_ACCOUNT_WRITE)

/* Five thousand items are a long body. */
#define L "/client/v4/accounts/{account}/gateway/lists"
#define CHANGE_LIST(METHOD, PATTERN, HANDLE) \
	{ \
		METHOD, PATTERN, CS_REALM_FREE, CS_GUARD_API_TOKEN, CS_CSRF_WITH_COOKIE, \
		    2 * CS_LIST_JSON_MAX, HANDLE, CS_MAY_LISTS_WRITE \
	}

/* method, path, any of these permissions, handler */
static const struct cs_api_route routes[] = {
	READ(A "/organizations", CS_MAY_SEE_ORGS, cs_cf_organization_get),
	CHANGE(CS_POST, A "/organizations", CS_MAY_ORGS_WRITE, cs_cf_organization_create),
	CHANGE(CS_PUT, A "/organizations", CS_MAY_ORGS_WRITE, cs_cf_organization_update),
	CHANGE(CS_PATCH, A "/organizations", CS_MAY_ORGS_WRITE, cs_cf_organization_patch),
	CHANGE(CS_POST, A "/organizations/revoke_user", CS_MAY_ORGS_REVOKE | CS_MAY_ORGS_WRITE,
	    cs_cf_organization_revoke_user),

	READ(A "/identity_providers", CS_MAY_SEE_ORGS, cs_cf_provider_list),
	CHANGE(CS_POST, A "/identity_providers", CS_MAY_ORGS_WRITE, cs_cf_provider_create),
	READ(A "/identity_providers/{id}", CS_MAY_SEE_ORGS, cs_cf_provider_get),
	CHANGE(CS_PUT, A "/identity_providers/{id}", CS_MAY_ORGS_WRITE, cs_cf_provider_update),
	CHANGE(CS_DELETE, A "/identity_providers/{id}", CS_MAY_ORGS_WRITE, cs_cf_provider_remove),

	READ(A "/groups", CS_MAY_SEE_ORGS, cs_cf_group_list),
	CHANGE(CS_POST, A "/groups", CS_MAY_ORGS_WRITE, cs_cf_group_create),
	READ(A "/groups/{id}", CS_MAY_SEE_ORGS, cs_cf_group_get),
	CHANGE(CS_PUT, A "/groups/{id}", CS_MAY_ORGS_WRITE, cs_cf_group_update),
	CHANGE(CS_DELETE, A "/groups/{id}", CS_MAY_ORGS_WRITE, cs_cf_group_remove),

	READ(L, CS_MAY_SEE_LISTS, cs_cf_list_list),
	CHANGE_LIST(CS_POST, L, cs_cf_list_create),
	READ(L "/{id}", CS_MAY_SEE_LISTS, cs_cf_list_get),
	CHANGE_LIST(CS_PUT, L "/{id}", cs_cf_list_update),
	CHANGE_LIST(CS_PATCH, L "/{id}", cs_cf_list_patch),
	CHANGE(CS_DELETE, L "/{id}", CS_MAY_LISTS_WRITE, cs_cf_list_remove),
	READ(L "/{id}/items", CS_MAY_SEE_LISTS, cs_cf_list_items),

	READ(A "/service_tokens", CS_MAY_SEE_SERVICE_TOKENS, cs_cf_service_token_list),
	CHANGE(
	    CS_POST, A "/service_tokens", CS_MAY_SERVICE_TOKENS_WRITE, cs_cf_service_token_create),
	READ(A "/service_tokens/{id}", CS_MAY_SEE_SERVICE_TOKENS, cs_cf_service_token_get),
	CHANGE(CS_PUT, A "/service_tokens/{id}", CS_MAY_SERVICE_TOKENS_WRITE,
	    cs_cf_service_token_update),
	CHANGE(CS_DELETE, A "/service_tokens/{id}", CS_MAY_SERVICE_TOKENS_WRITE,
	    cs_cf_service_token_remove),
	CHANGE(CS_POST, A "/service_tokens/{id}/rotate", CS_MAY_SERVICE_TOKENS_WRITE,
	    cs_cf_service_token_rotate),
	CHANGE(CS_POST, A "/service_tokens/{id}/refresh", CS_MAY_SERVICE_TOKENS_WRITE,
	    cs_cf_service_token_refresh),

	READ(A "/policies", CS_MAY_SEE_APPS, cs_cf_policy_list),
	CHANGE(CS_POST, A "/policies", CS_MAY_APPS_WRITE, cs_cf_policy_create),
	READ(A "/policies/{id}", CS_MAY_SEE_APPS, cs_cf_policy_get),
	CHANGE(CS_PUT, A "/policies/{id}", CS_MAY_APPS_WRITE, cs_cf_policy_update),
	CHANGE(CS_DELETE, A "/policies/{id}", CS_MAY_APPS_WRITE, cs_cf_policy_remove),

	READ(A "/apps", CS_MAY_SEE_APPS, cs_cf_application_list),
	CHANGE(CS_POST, A "/apps", CS_MAY_APPS_WRITE, cs_cf_application_create),
	READ(A "/apps/{app}", CS_MAY_SEE_APPS, cs_cf_application_get),
	CHANGE(CS_PUT, A "/apps/{app}", CS_MAY_APPS_WRITE, cs_cf_application_update),
	CHANGE(CS_DELETE, A "/apps/{app}", CS_MAY_APPS_WRITE, cs_cf_application_remove),
	CHANGE(CS_POST, A "/apps/{app}/revoke_tokens", CS_MAY_APPS_REVOKE | CS_MAY_APPS_WRITE,
	    cs_cf_application_revoke),
	CHANGE(
	    CS_PUT, A "/apps/{app}/settings", CS_MAY_APPS_WRITE, cs_cf_application_settings_update),
	CHANGE(CS_PATCH, A "/apps/{app}/settings", CS_MAY_APPS_WRITE,
	    cs_cf_application_settings_patch),
	READ(A "/apps/{app}/user_policy_checks", CS_MAY_SEE_APPS, cs_cf_policy_checks),
	READ(A "/apps/{app}/policies", CS_MAY_SEE_APPS, cs_cf_app_policy_list),
	CHANGE(CS_POST, A "/apps/{app}/policies", CS_MAY_APPS_WRITE, cs_cf_app_policy_create),
	READ(A "/apps/{app}/policies/{id}", CS_MAY_SEE_APPS, cs_cf_app_policy_get),
	CHANGE(CS_PUT, A "/apps/{app}/policies/{id}", CS_MAY_APPS_WRITE, cs_cf_app_policy_update),
	CHANGE(
	    CS_DELETE, A "/apps/{app}/policies/{id}", CS_MAY_APPS_WRITE, cs_cf_app_policy_remove),

	READ(A "/users", CS_MAY_SEE_ORGS, cs_cf_user_list),
	CHANGE(CS_POST, A "/users", CS_MAY_CHANGE_USERS, cs_cf_user_create),
	READ(A "/users/{id}", CS_MAY_SEE_ORGS, cs_cf_user_get),
	CHANGE(CS_PUT, A "/users/{id}", CS_MAY_CHANGE_USERS, cs_cf_user_update),
	CHANGE(CS_DELETE, A "/users/{id}", CS_MAY_CHANGE_USERS, cs_cf_user_remove),
	READ(A "/users/{id}/active_sessions", CS_MAY_SEE_ORGS, cs_cf_user_sessions),
	READ(A "/users/{id}/active_sessions/{nonce}", CS_MAY_SEE_ORGS, cs_cf_user_session),
	READ(A "/users/{id}/failed_logins", CS_MAY_SEE_ORGS, cs_cf_user_failed_logins),
	READ(A "/users/{id}/last_seen_identity", CS_MAY_SEE_ORGS, cs_cf_user_last_identity),
	READ(A "/users/{id}/mfa_authenticators", CS_MAY_SEE_ORGS, cs_cf_user_authenticators),
	CHANGE(CS_DELETE, A "/users/{id}/mfa_authenticators/{authenticator}", CS_MAY_HELP_USERS,
	    cs_cf_user_authenticator_remove),
	CHANGE(CS_PATCH, A "/seats", CS_MAY_CHANGE_USERS, cs_cf_seats_edit),
	READ(A "/logs/access_requests", CS_MAY_LOGS_READ, cs_cf_access_requests),

	READ(A "/keys", CS_MAY_SEE_ORGS, cs_cf_keys_get),
	CHANGE(CS_POST, A "/keys/rotate", CS_MAY_ORGS_WRITE, cs_cf_keys_rotate),

	READ("/client/v4/accounts", CS_MAY_SEE_ACCOUNT, cs_cf_account_list),
	READ(ACCOUNT, CS_MAY_SEE_ACCOUNT, cs_cf_account_get),
	CHANGE(CS_PUT, ACCOUNT, CS_MAY_ACCOUNT_WRITE, cs_cf_account_update),
	READ(ACCOUNT "/roles", CS_MAY_SEE_MEMBERS, cs_cf_role_list),
	READ(ACCOUNT "/roles/{id}", CS_MAY_SEE_MEMBERS, cs_cf_role_get),
	READ(ACCOUNT "/members", CS_MAY_SEE_MEMBERS, cs_cf_member_list),
	CHANGE_PROVED(CS_POST, ACCOUNT "/members", CHANGE_MEMBERS, cs_cf_member_create),
	READ(ACCOUNT "/members/{id}", CS_MAY_SEE_MEMBERS, cs_cf_member_get),
	CHANGE_PROVED(CS_PUT, ACCOUNT "/members/{id}", CHANGE_MEMBERS, cs_cf_member_update),
	CHANGE_PROVED(CS_DELETE, ACCOUNT "/members/{id}", CHANGE_MEMBERS, cs_cf_member_remove),

	READ("/client/v4/memberships", CS_MAY_SEE_USER, cs_cf_membership_list),
	READ("/client/v4/memberships/{id}", CS_MAY_SEE_USER, cs_cf_membership_get),
	CHANGE(CS_PUT, "/client/v4/memberships/{id}", CS_MAY_USER_WRITE, cs_cf_membership_update),
	CHANGE(
	    CS_DELETE, "/client/v4/memberships/{id}", CS_MAY_USER_WRITE, cs_cf_membership_remove),
	READ("/client/v4/user", CS_MAY_SEE_USER, cs_cf_user_get_self),
	CHANGE(CS_PATCH, "/client/v4/user", CS_MAY_USER_WRITE, cs_cf_user_edit_self),
	READ("/client/v4/user/invites", CS_MAY_SEE_USER, cs_cf_invite_list),
	READ("/client/v4/user/invites/{id}", CS_MAY_SEE_USER, cs_cf_invite_get),
	CHANGE(CS_PATCH, "/client/v4/user/invites/{id}", CS_MAY_USER_WRITE, cs_cf_invite_edit),

	READ("/client/v4/user/tokens", CS_MAY_SEE_API_TOKENS, cs_cf_user_token_list),
	CHANGE(CS_POST, "/client/v4/user/tokens", CS_MAY_API_TOKENS_WRITE, cs_cf_user_token_create),
	READ("/client/v4/user/tokens/permission_groups", CS_MAY_SEE_API_TOKENS,
	    cs_cf_permission_groups),
	READ("/client/v4/user/tokens/verify", 0, cs_cf_token_verify),
	READ("/client/v4/user/tokens/{id}", CS_MAY_SEE_API_TOKENS, cs_cf_user_token_get),
	CHANGE(CS_PUT, "/client/v4/user/tokens/{id}", CS_MAY_API_TOKENS_WRITE,
	    cs_cf_user_token_update),
	CHANGE(CS_DELETE, "/client/v4/user/tokens/{id}", CS_MAY_API_TOKENS_WRITE,
	    cs_cf_user_token_remove),
	CHANGE(CS_PUT, "/client/v4/user/tokens/{id}/value", CS_MAY_API_TOKENS_WRITE,
	    cs_cf_user_token_roll),
	READ("/client/v4/accounts/{account}/tokens/verify", 0, cs_cf_token_verify),
};

const struct cs_api_table cs_cloudflare_routes = {
	.prefix = "/client/v4",
	.routes = routes,
	.count = CS_COUNT(routes),
	.refuse = cs_door_refuse,
};
