/*
 * provider_value_store.h - what identity providers have really sent in claims whose values can be
 * mapped, for whoever maps them. No person stands beside a value.
 */
#ifndef CS_STORE_PROVIDER_VALUE_STORE_H
#define CS_STORE_PROVIDER_VALUE_STORE_H

#include "base/time.h"
#include "store/store.h"

#define CS_PROVIDER_VALUES_MAX 100 /* of one claim: a provider cannot fill the table */
#define CS_PROVIDER_VALUE_MAX 255 /* bytes; longer ones are not kept */

struct cs_provider_value {
	cs_str claim; /* "amr", "acr" */
	cs_str value;
	cs_time first_seen;
	cs_time last_seen; /* to the hour */
};

/*
 * Whether seeing it now would change anything: it is new and there is room for it, or was seen an hour
 * ago. Also in a reading transaction: most sign-ins bring nothing new, and then none is written.
 */
cs_err cs_provider_value_is_news(struct cs_tx *tx, cs_id account, cs_id provider, cs_str claim,
    cs_str value, cs_time now, bool *out);
/* Errors: CONFLICT (the provider is gone; ends the transaction). */
cs_err cs_provider_value_see(
    struct cs_tx *tx, cs_id account, cs_id provider, cs_str claim, cs_str value, cs_time now);
cs_err cs_provider_value_list(struct cs_tx *tx, cs_id account, cs_id provider,
    const struct cs_provider_value **out, size_t *out_count);

#endif
