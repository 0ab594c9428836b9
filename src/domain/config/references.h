/*
 * references.h - which lists rules and settings name. Pure; a part of check.h.
 *
 * A rule that names a service token, a claim's provider or a linked application that is not there
 * is no fault: it holds for nobody, and taking a leaked token away must not wait for anything.
 */
#ifndef CS_DOMAIN_CONFIG_REFERENCES_H
#define CS_DOMAIN_CONFIG_REFERENCES_H

#include "domain/config/fault.h"
#include "domain/config/image.h"

/*
 * The lists that rules name are there and of the type that the rule judges. Broken objects are
 * passed over. Errors: INVALID, naming the list.
 */
cs_err cs_config_check_references(const struct cs_image *image, struct cs_fault *fault);

/*
 * Errors: INVALID, naming everything that uses it: policies, groups, applications, the organization.
 */
cs_err cs_config_check_unused_list(const struct cs_image *image, cs_id id, struct cs_fault *fault);

#endif
