/*
 * service_token_store.h - programmes' credentials: kept as SHA-256, never as written.
 *
 * set and remove: NOT_FOUND.
 */
#ifndef CS_STORE_SERVICE_TOKEN_STORE_H
#define CS_STORE_SERVICE_TOKEN_STORE_H

#include "model/access.h"
#include "store/store.h"

#define CS_SERVICE_TOKENS_MAX 5000

struct cs_service_token_row {
	struct cs_service_token token;
	int64_t secret_version;
	cs_str duration; /* as written */
	cs_time last_seen; /* 0: never; a minute coarse */
	cs_time created;
	cs_time updated;
};

cs_err cs_service_token_add(
    struct cs_tx *tx, cs_id account, const struct cs_service_token_row *row);
/* Everything but client_id, last_seen and created. */
cs_err cs_service_token_set(
    struct cs_tx *tx, cs_id account, const struct cs_service_token_row *row);
cs_err cs_service_token_remove(struct cs_tx *tx, cs_id account, cs_id id);
cs_err cs_service_token_find(
    struct cs_tx *tx, cs_id account, cs_id id, struct cs_service_token_row *out);
/* In the order of creation. LIMIT: more than CS_SERVICE_TOKENS_MAX. */
cs_err cs_service_token_list(
    struct cs_tx *tx, cs_id account, struct cs_service_token_row **out, size_t *count);
/* Never goes back; of a token that is gone: OK. */
cs_err cs_service_token_set_seen(struct cs_tx *tx, cs_id account, cs_id id, cs_time at);

#endif
