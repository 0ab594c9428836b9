/*
 * token_condition.h - the addresses that an API token may come from, as its owner wrote them:
 * {"request_ip":{"in":["192.0.2.0/24"],"not_in":["192.0.2.7"]}} (specs: Access §15.3). Pure.
 */
#ifndef CS_DOMAIN_CONFIG_TOKEN_CONDITION_H
#define CS_DOMAIN_CONFIG_TOKEN_CONDITION_H

#include "base/net.h"
#include "domain/config/json.h"

#define CS_TOKEN_CONDITION_NETWORKS_MAX 64 /* in each of the two lists */

/*
 * Check what was written and put it as it is stored: empty when nothing is asked (absent, null, {},
 * or both lists empty). Errors: INVALID, with the reason (also for what is not known here, so that a
 * limit that cannot be kept is not taken).
 */
cs_err cs_token_condition_decode(
    struct cs_arena *a, const json_t *condition, cs_str *out, struct cs_fault *fault);
/* Whether somebody at this address may. A text that cannot be read lets nobody. */
bool cs_token_condition_has(cs_str stored, const struct cs_addr *peer);

#endif
