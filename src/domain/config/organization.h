/*
 * organization.h - the account's one organization (specs: Access §3, §4.1, §4.3).
 *
 * auth_domain must be the account's sign-in host (with or without its port): which host that is, is
 * the operator's to change, not the API's. Errors of all: INVALID (change->fault), and the store's.
 */
#ifndef CS_DOMAIN_CONFIG_ORGANIZATION_H
#define CS_DOMAIN_CONFIG_ORGANIZATION_H

#include "domain/config/change.h"

/* Refused when there is one. */
cs_err cs_config_add_organization(const struct cs_config_change *c, const json_t *body);
/*
 * Replaces all of it; name and auth_domain stay as they are when they are left out. Refused as
 * NOT_ENABLED before the first add.
 */
cs_err cs_config_set_organization(const struct cs_config_change *c, const json_t *body);
/* Replaces the members that body names. */
cs_err cs_config_patch_organization(const struct cs_config_change *c, const json_t *body);

#endif
