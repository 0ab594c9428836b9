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
#define CS_API_TOKENS_LISTED_MAX 1000
/* Those that somebody made, in all their accounts, the oldest first; without hashes; in the arena. */
cs_err cs_api_token_list(
    struct cs_tx *tx, cs_id creator, struct cs_api_token **out, size_t *out_count);
/* One of them. Errors: NOT_FOUND. */
cs_err cs_api_token_find(struct cs_tx *tx, cs_id creator, cs_id id, struct cs_api_token *out);
/* Name, permissions, is_disabled, condition, not_before, expires, modified. Errors: NOT_FOUND. */
cs_err cs_api_token_set(struct cs_tx *tx, const struct cs_api_token *token);
/* Another value: the one before opens nothing from then on. Errors: NOT_FOUND. */
cs_err cs_api_token_roll(struct cs_tx *tx, cs_id account, cs_id id,
    const uint8_t token_hash[static CS_SHA256_LEN], cs_time now);
/* Errors: NOT_FOUND. */
cs_err cs_api_token_remove(struct cs_tx *tx, cs_id account, cs_id id);
/* Remembers the use, unless a later one is there. */
cs_err cs_api_token_set_used(struct cs_tx *tx, cs_id account, cs_id id, cs_time at);

#endif
