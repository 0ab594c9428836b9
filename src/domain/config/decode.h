/*
 * decode.h - configuration objects: from their JSON to the plain structs of model/access.h.
 *
 * Pure and strict; used when something is written and again when it is published, so what is
 * published was decoded by the code that checked it. Texts are copied to the arena. What hangs on
 * other objects (does that group exist?) is check.h's. Sources: specs: Access §3-§9.
 */
#ifndef CS_DOMAIN_CONFIG_DECODE_H
#define CS_DOMAIN_CONFIG_DECODE_H

#include "domain/config/json.h"
#include "model/access.h"

#define CS_DESTINATIONS_MAX 100

/* exists is set. Errors: INVALID, with the reason; so for all of these. */
cs_err cs_organization_decode(
    struct cs_arena *a, const json_t *body, struct cs_organization *out, struct cs_fault *fault);
/* service_token_inactivity of an organization; absent: off. */
cs_err cs_inactivity_decode(const json_t *body, struct cs_inactivity *out, struct cs_fault *fault);
/* "onetimepin", "oidc": as the API writes it. */
const char *cs_idp_type_name(enum cs_idp_type type);
/* Without id and secret. Only the types that have such a name. */
cs_err cs_provider_decode(struct cs_arena *a, const json_t *body, struct cs_identity_provider *out,
    struct cs_fault *fault);
/* Without id, aud and policies (those are links: see application.h). Only self_hosted. */
cs_err cs_application_decode(
    struct cs_arena *a, const json_t *body, struct cs_application *out, struct cs_fault *fault);
/* Without id. */
cs_err cs_policy_decode(
    struct cs_arena *a, const json_t *body, struct cs_policy *out, struct cs_fault *fault);
cs_err cs_group_decode(
    struct cs_arena *a, const json_t *body, struct cs_rule_group *out, struct cs_fault *fault);

#endif
