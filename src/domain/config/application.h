/*
 * application.h - self-hosted applications (specs: Access §5): what is guarded, and by which
 * policies.
 *
 * Errors of all: INVALID (change->fault), NOT_FOUND, and the store's.
 */
#ifndef CS_DOMAIN_CONFIG_APPLICATION_H
#define CS_DOMAIN_CONFIG_APPLICATION_H

#include "domain/config/change.h"

/*
 * policies in the body: the id of a reusable policy, {id, precedence}, or a policy of its own;
 * without a precedence the place in the list counts. NOT_ENABLED before there is an organization.
 */
cs_err cs_config_add_application(const struct cs_config_change *c, const json_t *body, cs_id *id);
/*
 * Replaces all of it but aud. Without policies in the body those there stay; with them, policies of
 * its own that are not listed are removed, listed ones are changed.
 */
cs_err cs_config_set_application(const struct cs_config_change *c, cs_id id, const json_t *body);
/*
 * allow_iframe and skip_interstitial alone; is_patch: one that is absent stays as it is, else it is
 * as if never written.
 */
cs_err cs_config_set_application_settings(
    const struct cs_config_change *c, cs_id id, const json_t *body, bool is_patch);
/* With its own policies and all its sessions. */
cs_err cs_config_remove_application(const struct cs_config_change *c, cs_id id);
/* Ends all its sessions, here at once, on other nodes by the change sequence. */
cs_err cs_config_revoke_application(const struct cs_config_change *c, cs_id id);

#endif
