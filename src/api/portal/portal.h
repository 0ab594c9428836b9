/*
 * portal.h - what the portal's handlers share: the sign-in that a call is about, and its state.
 */
#ifndef CS_API_PORTAL_PORTAL_H
#define CS_API_PORTAL_PORTAL_H

#include <jansson.h>

#include "api/router.h"
#include "domain/signin.h"

/*
 * Who asks (cookies) and where they were going. The session is looked for here when no guard did.
 * why says no for a meta that has ended.
 */
cs_err cs_portal_signin(
    struct cs_call *c, cs_str meta, struct cs_signin *out, struct cs_refusal *why);
/* Gives the browser a flow cookie when it has none, and says so in s. */
void cs_portal_flow(struct cs_call *c, struct cs_signin *s);
/* The cookies of a browser that has just signed in, and s as it is from now on. */
void cs_portal_signed_in(
    struct cs_call *c, struct cs_signin *s, const struct cs_signed_in *signed_in);

/* The answer: where the sign-in stands now. */
cs_err cs_portal_answer_state(struct cs_call *c, const struct cs_signin *s);
/* The same as an object, for an answer that says more. */
cs_err cs_portal_state(struct cs_call *c, const struct cs_signin *s, json_t **out);
/* The same for somebody who proved who they are, and is disabled. */
cs_err cs_portal_answer_disabled(
    struct cs_call *c, const struct cs_signin *s, const struct cs_claims *claims);
/* What the person has enrolled, and what they may change of it now. */
cs_err cs_portal_answer_devices(struct cs_call *c, const struct cs_signin *s);
/* {"redirect":URL} */
cs_err cs_portal_answer_redirect(struct cs_call *c, cs_str url);
/* Says no. Always OK, to be returned. */
cs_err cs_portal_refuse(struct cs_call *c, const struct cs_refusal *why);

/* What is to be opened, as the person sees it; null for the portal itself. */
json_t *cs_portal_application(const struct cs_signin *s);
json_t *cs_portal_organization(const struct cs_access_config *config);
/* "24h", "30m", "0m" */
cs_str cs_portal_duration(struct cs_arena *a, int64_t ms);
/* "nothing", "prove", "sign_in", "verify_email", "sso": what comes before a change (cs_manage_may). */
json_t *cs_portal_needs(enum cs_refusal_kind needs);

/*
 * In the answer about devices: "backup_codes":{"total","left","made_at"}|null, and
 * "can_have_backup_codes". In the one that confirms an enrolment: "backup_codes":"needed"|"kept";
 * null where nobody has any. s->holder is not NULL.
 */
cs_err cs_portal_put_backup_codes(const struct cs_signin *s, json_t *devices);
cs_err cs_portal_put_backup_codes_needed(const struct cs_signin *s, json_t *confirmed);

cs_handle_fn cs_portal_get_state;
cs_handle_fn cs_portal_post_pin;
cs_handle_fn cs_portal_post_pin_verify;
cs_handle_fn cs_portal_post_pin_cancel;
cs_handle_fn cs_portal_post_oidc;
cs_handle_fn cs_portal_post_continue;
cs_handle_fn cs_portal_post_switch;
cs_handle_fn cs_portal_post_enrolment;
cs_handle_fn cs_portal_get_qr;
cs_handle_fn cs_portal_post_confirm;
cs_handle_fn cs_portal_post_challenge;
cs_handle_fn cs_portal_post_answer;
cs_handle_fn cs_portal_get_me;
cs_handle_fn cs_portal_get_applications;
cs_handle_fn cs_portal_get_devices;
cs_handle_fn cs_portal_post_rename;
cs_handle_fn cs_portal_post_remove;
cs_handle_fn cs_portal_post_lock;
cs_handle_fn cs_portal_post_backup_codes;
cs_handle_fn cs_portal_post_not_me;
cs_handle_fn cs_portal_post_sign_out;
cs_handle_fn cs_portal_post_redeem;

#endif
