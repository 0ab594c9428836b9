/*
 * console.h - the handlers of the console's own API.
 */
#ifndef CS_API_CONSOLE_CONSOLE_H
#define CS_API_CONSOLE_CONSOLE_H

#include "api/router.h"

cs_handle_fn cs_console_post_sign_in;
cs_handle_fn cs_console_post_sign_out;
cs_handle_fn cs_console_get_member;

/* For cs_api_table.refuse: the portal's envelope, also for what the door of tokens found out. */
void cs_console_refuse(struct cs_call *c, const struct cs_refusal *why, cs_err error);

cs_handle_fn cs_console_post_unfreeze;
cs_handle_fn cs_console_post_user_status;
cs_handle_fn cs_console_get_mfa_counts;

#define CS_CONSOLE_PEM_MAX 262144 /* bytes of certificates in one call */

cs_handle_fn cs_console_get_roots;
cs_handle_fn cs_console_post_roots;
cs_handle_fn cs_console_delete_root;
cs_handle_fn cs_console_get_known;
cs_handle_fn cs_console_get_metadata;
cs_handle_fn cs_console_get_outside;
cs_handle_fn cs_console_get_seen_values;

#endif
