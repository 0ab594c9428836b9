/*
 * manage_store.h - windows in which people change their own authenticators, and what is changed.
 *
 * A window goes by itself with its session and with the authenticator that opened it.
 */
#ifndef CS_STORE_MANAGE_STORE_H
#define CS_STORE_MANAGE_STORE_H

#include "model/manage.h"
#include "store/store.h"

/*
 * In place of the session's earlier window of this purpose. Errors: CONFLICT (the session or the
 * authenticator is gone; ends the transaction).
 */
cs_err cs_manage_window_set(struct cs_tx *tx, const struct cs_manage_window *w);
/* Open at now. Errors: NOT_FOUND. */
cs_err cs_manage_window_find(struct cs_tx *tx, cs_id account, cs_id session,
    enum cs_manage_purpose purpose, cs_time now, struct cs_manage_window *out);
/* Removing none is fine. */
cs_err cs_manage_window_remove(
    struct cs_tx *tx, cs_id account, cs_id session, enum cs_manage_purpose purpose);
/* What expired before. */
cs_err cs_manage_window_sweep(struct cs_tx *tx, cs_time before);

/*
 * Another token for a session, which stays what it was. Errors: CONFLICT (it is gone, or `from` is
 * not its token now).
 */
cs_err cs_global_session_set_token(struct cs_tx *tx, cs_id account, cs_id session,
    const uint8_t from[static CS_TOKEN_HASH_LEN], const uint8_t to[static CS_TOKEN_HASH_LEN]);

/* Of all factors, pending ones of a subject; removing none is fine. */
cs_err cs_authenticator_remove_all_pending(struct cs_tx *tx, cs_id account, cs_id subject);
cs_err cs_proof_remove_of_subject(struct cs_tx *tx, cs_id account, cs_id subject);

#endif
