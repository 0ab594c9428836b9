/*
 * provider_value.h - what identity providers really send in claims whose values can be mapped, for
 * whoever maps them.
 */
#ifndef CS_DOMAIN_PROVIDER_VALUE_H
#define CS_DOMAIN_PROVIDER_VALUE_H

#include "domain/identity.h"
#include "domain/signin.h"
#include "store/provider_value_store.h"

/* What a sign-in brought, once an hour for each value. No sign-in fails for that. */
void cs_provider_values_note(const struct cs_signin *s, const struct cs_claims *claims);

/* Of one provider of op->account; in the operation's arena. */
cs_err cs_provider_values_read(struct cs_domain *d, const struct cs_op *op, cs_id provider,
    const struct cs_provider_value **out, size_t *out_count);

#endif
