/*
 * inactivity.h - service tokens that nothing uses any more are disabled or deleted, where an
 * organization asks for it (service_token_inactivity; specs: Access §12.8).
 *
 * One goes when it is older than the threshold, has not opened anything for as long, was not
 * changed by an administrator either, and no rule of a policy or group names it. Audited, and in
 * force at the next decision.
 */
#ifndef CS_DOMAIN_CONFIG_INACTIVITY_H
#define CS_DOMAIN_CONFIG_INACTIVITY_H

#include "domain/domain.h"

/*
 * A part of the sweep (background.h), of all accounts: done by one node, once an hour at most. What
 * cannot be judged, since a policy or group cannot be read, stays as it is.
 */
cs_err cs_service_tokens_retire(struct cs_domain *d, const struct cs_op *op);

#endif
