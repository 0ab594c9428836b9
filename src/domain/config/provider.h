/*
 * provider.h - identity providers (specs: Access §9): onetimepin, once in an account, and oidc.
 *
 * A client secret is sealed on its way in and never comes out again: not to the API, not by being
 * sent to another token address than the one it was written for.
 * Errors of all: INVALID (change->fault), NOT_FOUND, CRYPTO, and the store's.
 */
#ifndef CS_DOMAIN_CONFIG_PROVIDER_H
#define CS_DOMAIN_CONFIG_PROVIDER_H

#include "domain/config/change.h"

cs_err cs_config_add_provider(const struct cs_config_change *c, const json_t *body, cs_id *id);
/*
 * Replaces all of it but the type, which stays. Without client_secret the old one is kept, unless
 * an address of the provider changes.
 */
cs_err cs_config_set_provider(const struct cs_config_change *c, cs_id id, const json_t *body);
/* Refused while an application, policy or group names it. */
cs_err cs_config_remove_provider(const struct cs_config_change *c, cs_id id);

#endif
