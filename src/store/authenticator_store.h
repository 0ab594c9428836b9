/*
 * authenticator_store.h - enrolled means of proof, and their replay state.
 *
 * A pending one belongs to the global session that began it: its secret is shown to and confirmed
 * by that session alone.
 */
#ifndef CS_STORE_AUTHENTICATOR_STORE_H
#define CS_STORE_AUTHENTICATOR_STORE_H

#include "model/subject.h"
#include "store/store.h"

#define CS_AUTHENTICATORS_MAX 32 /* active ones of one subject */

/*
 * A pending one. is_single: the subject may have one of this factor, pending ones included.
 * Errors: CONFLICT (it has one; ends the transaction).
 */
cs_err cs_authenticator_add(
    struct cs_tx *tx, const struct cs_authenticator *a, bool is_single, cs_id session);
/* Errors: NOT_FOUND. */
cs_err cs_authenticator_find(
    struct cs_tx *tx, cs_id account, cs_id id, struct cs_authenticator *out);
/* The pending one that session began after `since`. Errors: NOT_FOUND. */
cs_err cs_authenticator_find_pending(struct cs_tx *tx, cs_id account, cs_id subject, cs_str factor,
    cs_id session, cs_time since, struct cs_authenticator *out);
cs_err cs_authenticator_find_pending_id(struct cs_tx *tx, cs_id account, cs_id id, cs_id session,
    cs_time since, struct cs_authenticator *out);
/* The active ones, oldest first. */
cs_err cs_authenticator_list(struct cs_tx *tx, cs_id account, cs_id subject,
    const struct cs_authenticator **out, size_t *out_count);
/* Store the replay state after an answer. a as judged. Errors: CONFLICT (it moved on, or is gone). */
cs_err cs_authenticator_advance(
    struct cs_tx *tx, const struct cs_authenticator *a, cs_span replay, cs_time now);
/* Pending becomes active. a as judged. Errors: CONFLICT. */
cs_err cs_authenticator_confirm(
    struct cs_tx *tx, const struct cs_authenticator *a, cs_str name, cs_span replay, cs_time now);
cs_err cs_authenticator_remove_pending(
    struct cs_tx *tx, cs_id account, cs_id subject, cs_str factor);
/* An active one, its proofs included. Errors: CONFLICT (there is none). */
cs_err cs_authenticator_remove(struct cs_tx *tx, cs_id account, cs_id id);
/* Pending ones made before. */
cs_err cs_authenticator_sweep(struct cs_tx *tx, cs_time before);

#endif
