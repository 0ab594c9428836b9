/*
 * check.h - what must hold between configuration objects, judged on the whole image.
 *
 * A change is made in the transaction, the image is read, and the change stays only if the whole
 * still fits: so every rule is written once, whichever object a change comes from. Broken objects
 * are passed over; they deny by themselves. Pure.
 */
#ifndef CS_DOMAIN_CONFIG_CHECK_H
#define CS_DOMAIN_CONFIG_CHECK_H

#include "domain/config/fault.h"
#include "domain/config/image.h"

#define CS_GROUP_DEPTH_MAX 16

/*
 * Groups, identity providers, policies and lists that are named exist; groups do not contain themselves;
 * bypass policies use no group that needs an identity; precedences are unique; app and policy
 * settings of the second factor stand only while the organization has it on; auth_domain is the
 * account's. Errors: INVALID, naming the objects.
 */
cs_err cs_config_check(const struct cs_image *image, struct cs_fault *fault);

/* Who uses a group, an identity provider or a reusable policy. INVALID, naming them; else OK. */
cs_err cs_config_check_unused_group(const struct cs_image *image, cs_id id, struct cs_fault *fault);
cs_err cs_config_check_unused_provider(
    const struct cs_image *image, cs_id id, struct cs_fault *fault);
cs_err cs_config_check_unused_policy(
    const struct cs_image *image, cs_id id, struct cs_fault *fault);

#endif
