/*
 * identity_store.h - (account, provider, sub): which user somebody is at a provider.
 */
#ifndef CS_STORE_IDENTITY_STORE_H
#define CS_STORE_IDENTITY_STORE_H

#include "model/subject.h"
#include "store/store.h"

/* Errors: CONFLICT (it is there already; ends the transaction). */
cs_err cs_user_identity_add(struct cs_tx *tx, const struct cs_user_identity *identity, cs_time now);
/* Errors: NOT_FOUND. */
cs_err cs_user_identity_find(
    struct cs_tx *tx, cs_id account, cs_id provider, cs_str sub, cs_id *out_user);
/* Whether anybody has signed in by that provider. */
cs_err cs_user_identity_exists(struct cs_tx *tx, cs_id account, cs_id provider, bool *out);

#endif
