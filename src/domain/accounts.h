/*
 * accounts.h - a walk over all accounts, a bounded piece at a time.
 */
#ifndef CS_DOMAIN_ACCOUNTS_H
#define CS_DOMAIN_ACCOUNTS_H

#include "domain/domain.h"

/* Calls fn for each, the server realm included, outside of any transaction. Stops at an error. */
cs_err cs_accounts_each(struct cs_domain *d, const struct cs_op *op,
    cs_err (*fn)(struct cs_domain *d, const struct cs_op *op, cs_id account));

#endif
