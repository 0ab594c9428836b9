/*
 * session_store.h - signed-in browsers (global) and signed-in applications (app).
 *
 * Tokens are kept as SHA-256. Removing says nothing to other nodes: the caller adds the change row
 * in the same transaction (change_store.h).
 */
#ifndef CS_STORE_SESSION_STORE_H
#define CS_STORE_SESSION_STORE_H

#include "model/session.h"
#include "store/store.h"

/* Errors: CONFLICT (the user is gone; ends the transaction). */
cs_err cs_global_session_add(struct cs_tx *tx, const struct cs_global_session *s);
/* Errors: NOT_FOUND (also when it has expired). */
cs_err cs_global_session_find(
    struct cs_tx *tx, cs_id account, cs_id id, cs_time now, struct cs_global_session *out);
cs_err cs_global_session_find_by_token(struct cs_tx *tx, cs_id account,
    const uint8_t token_hash[static CS_TOKEN_HASH_LEN], cs_time now, struct cs_global_session *out);
#define CS_SESSIONS_OF_USER_MAX 200

/* Those that have not expired, the newest first. */
cs_err cs_global_session_list(struct cs_tx *tx, cs_id account, cs_id user, cs_time now,
    const struct cs_global_session **out, size_t *out_count);
cs_err cs_app_session_list(struct cs_tx *tx, cs_id account, cs_id user, cs_time now,
    const struct cs_app_session **out, size_t *out_count);
/* With their challenges and windows; removing none is fine. */
cs_err cs_global_session_remove(struct cs_tx *tx, cs_id account, cs_id id);
cs_err cs_global_session_remove_of_user(struct cs_tx *tx, cs_id account, cs_id user);

/* Errors: CONFLICT (the user is gone; ends the transaction). */
cs_err cs_app_session_add(struct cs_tx *tx, const struct cs_app_session *s);
/* Of any account. Errors: NOT_FOUND (also: expired, or its user is not active). */
cs_err cs_app_session_find_by_token(struct cs_tx *tx,
    const uint8_t token_hash[static CS_TOKEN_HASH_LEN], cs_time now, struct cs_app_session *out);
/* Whether a session rests on this browser's sign-in at a provider as one that counts once. */
cs_err cs_app_session_has_own_amr(
    struct cs_tx *tx, cs_id account, cs_id global_session, bool *out_has);
cs_err cs_app_session_remove_of_global(struct cs_tx *tx, cs_id account, cs_id global_session);
cs_err cs_app_session_remove_of_user(struct cs_tx *tx, cs_id account, cs_id user);
cs_err cs_app_session_remove_of_application(struct cs_tx *tx, cs_id account, cs_id application);
cs_err cs_app_session_remove_of_authenticator(struct cs_tx *tx, cs_id account, cs_id authenticator);

/* What expired before. */
cs_err cs_session_sweep(struct cs_tx *tx, cs_time before);

#endif
