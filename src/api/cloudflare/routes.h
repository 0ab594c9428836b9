/*
 * routes.h - /client/v4: the configuration API (specs: Access §2), and what its files share.
 */
#ifndef CS_API_CLOUDFLARE_ROUTES_H
#define CS_API_CLOUDFLARE_ROUTES_H

#include "api/cloudflare/door.h"

extern const struct cs_api_table cs_cloudflare_routes;

/* organizations.c */
cs_handle_fn cs_cf_organization_get;
cs_handle_fn cs_cf_organization_create;
cs_handle_fn cs_cf_organization_update;
cs_handle_fn cs_cf_organization_patch;
cs_handle_fn cs_cf_organization_revoke_user;
/* providers.c */
cs_handle_fn cs_cf_provider_list;
cs_handle_fn cs_cf_provider_get;
cs_handle_fn cs_cf_provider_create;
cs_handle_fn cs_cf_provider_update;
cs_handle_fn cs_cf_provider_remove;
/* groups.c */
cs_handle_fn cs_cf_group_list;
cs_handle_fn cs_cf_group_get;
cs_handle_fn cs_cf_group_create;
cs_handle_fn cs_cf_group_update;
cs_handle_fn cs_cf_group_remove;
/* lists.c */
cs_handle_fn cs_cf_list_list;
cs_handle_fn cs_cf_list_get;
cs_handle_fn cs_cf_list_items;
cs_handle_fn cs_cf_list_create;
cs_handle_fn cs_cf_list_update;
cs_handle_fn cs_cf_list_patch;
cs_handle_fn cs_cf_list_remove;
/* policies.c */
cs_handle_fn cs_cf_policy_list;
cs_handle_fn cs_cf_policy_get;
cs_handle_fn cs_cf_policy_create;
cs_handle_fn cs_cf_policy_update;
cs_handle_fn cs_cf_policy_remove;
cs_handle_fn cs_cf_app_policy_list;
cs_handle_fn cs_cf_app_policy_get;
cs_handle_fn cs_cf_app_policy_create;
cs_handle_fn cs_cf_app_policy_update;
cs_handle_fn cs_cf_app_policy_remove;
/* applications.c */
cs_handle_fn cs_cf_application_list;
cs_handle_fn cs_cf_application_get;
cs_handle_fn cs_cf_application_create;
cs_handle_fn cs_cf_application_update;
cs_handle_fn cs_cf_application_remove;
cs_handle_fn cs_cf_application_revoke;
cs_handle_fn cs_cf_application_settings_update;
cs_handle_fn cs_cf_application_settings_patch;
/* policy_checks.c */
cs_handle_fn cs_cf_policy_checks;
/* service_tokens.c */
cs_handle_fn cs_cf_service_token_list;
cs_handle_fn cs_cf_service_token_get;
cs_handle_fn cs_cf_service_token_create;
cs_handle_fn cs_cf_service_token_update;
cs_handle_fn cs_cf_service_token_rotate;
cs_handle_fn cs_cf_service_token_refresh;
cs_handle_fn cs_cf_service_token_remove;
/* users.c */
cs_handle_fn cs_cf_user_list;
cs_handle_fn cs_cf_user_get;
cs_handle_fn cs_cf_user_create;
cs_handle_fn cs_cf_user_update;
cs_handle_fn cs_cf_user_remove;
cs_handle_fn cs_cf_user_sessions;
cs_handle_fn cs_cf_user_session;
cs_handle_fn cs_cf_user_last_identity;
cs_handle_fn cs_cf_user_failed_logins;
cs_handle_fn cs_cf_user_authenticators;
cs_handle_fn cs_cf_user_authenticator_remove;
/* seats.c */
cs_handle_fn cs_cf_seats_edit;
/* logs.c */
cs_handle_fn cs_cf_access_requests;
/* tokens.c */
cs_handle_fn cs_cf_token_verify;
/* accounts.c */
cs_handle_fn cs_cf_account_list;
cs_handle_fn cs_cf_account_get;
cs_handle_fn cs_cf_account_update;
cs_handle_fn cs_cf_role_list;
cs_handle_fn cs_cf_role_get;
/* members.c */
cs_handle_fn cs_cf_member_list;
cs_handle_fn cs_cf_member_get;
cs_handle_fn cs_cf_member_create;
cs_handle_fn cs_cf_member_update;
cs_handle_fn cs_cf_member_remove;
/* memberships.c */
cs_handle_fn cs_cf_membership_list;
cs_handle_fn cs_cf_membership_get;
cs_handle_fn cs_cf_membership_update;
cs_handle_fn cs_cf_membership_remove;
cs_handle_fn cs_cf_invite_list;
cs_handle_fn cs_cf_invite_get;
cs_handle_fn cs_cf_invite_edit;
/* user.c */
cs_handle_fn cs_cf_user_get_self;
cs_handle_fn cs_cf_user_edit_self;
/* user_tokens.c */
cs_handle_fn cs_cf_permission_groups;
cs_handle_fn cs_cf_user_token_list;
cs_handle_fn cs_cf_user_token_get;
cs_handle_fn cs_cf_user_token_create;
cs_handle_fn cs_cf_user_token_update;
cs_handle_fn cs_cf_user_token_roll;
cs_handle_fn cs_cf_user_token_remove;
/* keys.c */
cs_handle_fn cs_cf_keys_get;
cs_handle_fn cs_cf_keys_rotate;

#endif
