/*
 * console.h - the handlers of the console's own API.
 */
#ifndef CS_API_CONSOLE_CONSOLE_H
#define CS_API_CONSOLE_CONSOLE_H

#include <jansson.h>

#include "api/router.h"

struct cs_member_browser; /* domain/member_session.h */
struct cs_member_step;

/* What the two house cookies say. */
void cs_member_browser_of(const struct cs_call *c, struct cs_member_browser *out);

/*
 * Where the member's sign-in stands, as docs/protocol/member-api.md has it. step: what was just
 * done; its cookies are set, and the answer is about the session that they name. NULL: as the
 * request's own cookies say. Only on the server realm's host.
 */
cs_err cs_member_answer_standing(struct cs_call *c, const struct cs_member_step *step);
/* Only the cookies of a step. */
void cs_member_set_cookies(struct cs_call *c, const struct cs_member_step *step);
/* The same as an object, for an answer that says more. */
cs_err cs_member_standing(struct cs_call *c, const struct cs_member_step *step, json_t **out);

/* --- member.c: the door --- */

cs_handle_fn cs_console_get_standing;
cs_handle_fn cs_console_post_sign_in;
cs_handle_fn cs_console_post_sign_out;
cs_handle_fn cs_console_get_member;

/* --- member_sso.c --- */

cs_handle_fn cs_console_post_sso;
cs_handle_fn cs_console_post_member_sso;
/* For the callback of a provider on the server realm's host: where to go from there. */
cs_err cs_console_sso_callback(struct cs_call *c, cs_id provider, cs_str *out_url);

/* --- member_password.c: passwords and addresses --- */

cs_handle_fn cs_console_post_password_check;
cs_handle_fn cs_console_post_password_forgotten;
cs_handle_fn cs_console_post_password_reset;
cs_handle_fn cs_console_post_prove;
cs_handle_fn cs_console_post_password;
cs_handle_fn cs_console_post_email;
cs_handle_fn cs_console_post_email_verify;
cs_handle_fn cs_console_post_email_confirm;
cs_handle_fn cs_console_post_name;
cs_handle_fn cs_console_get_contacts;
cs_handle_fn cs_console_post_contact;
cs_handle_fn cs_console_post_contact_remove;

/* --- member_sessions.c --- */

cs_handle_fn cs_console_get_sessions;
cs_handle_fn cs_console_post_session_end;
cs_handle_fn cs_console_post_sessions_end;
cs_handle_fn cs_console_post_forget;

/* --- recovery.c: the way back --- */

cs_handle_fn cs_console_post_recovery;
cs_handle_fn cs_console_post_recovery_verify;
cs_handle_fn cs_console_post_recovery_device;
cs_handle_fn cs_console_post_recovery_open;
cs_handle_fn cs_console_post_recovery_give_up;
cs_handle_fn cs_console_post_recovery_veto;
cs_handle_fn cs_console_post_recovery_stop;
cs_handle_fn cs_console_get_recovery_cases;
cs_handle_fn cs_console_post_recovery_case;
cs_handle_fn cs_console_post_recovery_speed_up;
cs_handle_fn cs_console_post_recovery_case_stop;

/* For cs_api_table.refuse: the portal's envelope, also for what the door of tokens found out. */
void cs_console_refuse(struct cs_call *c, const struct cs_refusal *why, cs_err error);

/* members.c */
cs_handle_fn cs_console_get_members;
cs_handle_fn cs_console_get_enforcement_preview;
cs_handle_fn cs_console_post_member_resend;
cs_handle_fn cs_console_post_member_disable;

/* audit.c */
cs_handle_fn cs_console_get_audit;
cs_handle_fn cs_console_get_own_audit;
cs_handle_fn cs_console_get_audit_kinds;
cs_handle_fn cs_console_get_audit_export;

cs_handle_fn cs_console_post_unfreeze;
cs_handle_fn cs_console_post_member_unfreeze;
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
