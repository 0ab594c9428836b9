/*
 * manage_store.h - windows in which people change their own authenticators, and what is changed.
 *
 * A window goes by itself with the authenticator that opened it. Its session is a user's or a
 * member's: whoever ends one calls cs_manage_forget_session (the verbs of session_store.h do).
 */
#ifndef CS_STORE_MANAGE_STORE_H
#define CS_STORE_MANAGE_STORE_H

#include "model/manage.h"
#include "store/store.h"

/*
 * In place of the session's earlier window of this purpose. The session is the caller's to know.
 * Errors: CONFLICT (the authenticator is gone; ends the transaction).
 */
cs_err cs_manage_window_set(struct cs_tx *tx, const struct cs_manage_window *w);
/* Open at now. Errors: NOT_FOUND. */
cs_err cs_manage_window_find(struct cs_tx *tx, cs_id account, cs_id session,
    enum cs_manage_purpose purpose, cs_time now, struct cs_manage_window *out);
/* Removing none is fine. */
cs_err cs_manage_window_remove(
    struct cs_tx *tx, cs_id account, cs_id session, enum cs_manage_purpose purpose);
/* What it opened, in all sessions, when it stays and what it proved is worth nothing any more. */
cs_err cs_manage_window_remove_of_authenticator(
    struct cs_tx *tx, cs_id account, cs_id authenticator);
/* What expired before. */
cs_err cs_manage_window_sweep(struct cs_tx *tx, cs_time before);

/* The windows and challenges of a session that ends; removing none is fine. */
cs_err cs_manage_forget_session(struct cs_tx *tx, cs_id account, cs_id session);
/* Of all sessions of a subject but except; zero: none is spared. */
cs_err cs_manage_forget_subject(struct cs_tx *tx, cs_id account, cs_id subject, cs_id except);

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
