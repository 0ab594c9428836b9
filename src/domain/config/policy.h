/*
 * policy.h - policies (specs: Access §6): reusable ones, shared by id, and those made for one
 * application.
 *
 * Errors of all: INVALID (change->fault), NOT_FOUND, and the store's.
 */
#ifndef CS_DOMAIN_CONFIG_POLICY_H
#define CS_DOMAIN_CONFIG_POLICY_H

#include "domain/config/change.h"

/* --- reusable; those of applications are NOT_FOUND here --- */

cs_err cs_config_add_policy(const struct cs_config_change *c, const json_t *body, cs_id *id);
cs_err cs_config_set_policy(const struct cs_config_change *c, cs_id id, const json_t *body);
/* Refused while an application uses it. */
cs_err cs_config_remove_policy(const struct cs_config_change *c, cs_id id);

/* --- of one application; a reusable one that it uses is refused here --- */

/* precedence: the body's, else behind all others. */
cs_err cs_config_add_app_policy(
    const struct cs_config_change *c, cs_id application, const json_t *body, cs_id *id);
/* precedence stays when the body has none. */
cs_err cs_config_set_app_policy(
    const struct cs_config_change *c, cs_id application, cs_id id, const json_t *body);
cs_err cs_config_remove_app_policy(const struct cs_config_change *c, cs_id application, cs_id id);

/* --- for application.c, inside its own step --- */

/* A row of a policy body; application zero: reusable. */
cs_err cs_policy_prepare(const struct cs_config_change *c, struct cs_arena *a, const json_t *body,
    cs_id id, cs_id application, struct cs_access_row *out);
/* -1 when the body says nothing. */
int64_t cs_policy_precedence(const json_t *body);

#endif
