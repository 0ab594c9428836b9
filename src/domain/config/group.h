/*
 * group.h - rule groups (specs: Access §7): sets of rules that policies name.
 *
 * Errors of all: INVALID (change->fault says why), NOT_FOUND, and the store's.
 */
#ifndef CS_DOMAIN_CONFIG_GROUP_H
#define CS_DOMAIN_CONFIG_GROUP_H

#include "domain/config/change.h"

cs_err cs_config_add_group(const struct cs_config_change *c, const json_t *body, cs_id *id);
/* Replaces all of it. */
cs_err cs_config_set_group(const struct cs_config_change *c, cs_id id, const json_t *body);
/* Refused while a policy or group names it. */
cs_err cs_config_remove_group(const struct cs_config_change *c, cs_id id);

#endif
