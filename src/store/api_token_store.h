/*
 * api_token_store.h - bearer tokens of the configuration API, kept as SHA-256.
 */
#ifndef CS_STORE_API_TOKEN_STORE_H
#define CS_STORE_API_TOKEN_STORE_H

#include "crypto/mac.h"
#include "model/member.h"
#include "store/store.h"

/* The creator must be a member of the account, else CONFLICT ends the transaction. */
cs_err cs_api_token_add(struct cs_tx *tx, const struct cs_api_token *token);
/* With the creator's role and status now. Errors: NOT_FOUND (also: the membership is gone). */
cs_err cs_api_token_by_hash(
    struct cs_tx *tx, const uint8_t token_hash[static CS_SHA256_LEN], struct cs_api_token *out);
/* Remembers the use, unless a later one is there. */
cs_err cs_api_token_set_used(struct cs_tx *tx, cs_id account, cs_id id, cs_time at);

#endif
