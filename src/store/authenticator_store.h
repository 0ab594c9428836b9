/*
 * authenticator_store.h - enrolled means of proof, and their replay state.
 *
 * A pending one belongs to the global session that began it: its secret is shown to and confirmed
 * by that session alone.
 */
#ifndef CS_STORE_AUTHENTICATOR_STORE_H
#define CS_STORE_AUTHENTICATOR_STORE_H

#include "model/session.h"
#include "model/subject.h"
#include "store/store.h"

#define CS_AUTHENTICATORS_MAX 32 /* active ones of one subject */
#define CS_AUTHENTICATORS_PAGE 200

/*
 * A pending one. is_single: the subject may have one of this factor that is pending, and one that is
 * active. Errors: CONFLICT (one is pending; ends the transaction).
 */
cs_err cs_authenticator_add(
    struct cs_tx *tx, const struct cs_authenticator *a, bool is_single, cs_id session);
/* Errors: NOT_FOUND. */
cs_err cs_authenticator_find(
    struct cs_tx *tx, cs_id account, cs_id id, struct cs_authenticator *out);
/* Which model an active one is, issued ones included: of what a proof was made with. Errors: NOT_FOUND. */
cs_err cs_authenticator_model(
    struct cs_tx *tx, cs_id account, cs_id id, struct cs_proved_model *out);
/* The pending one that session began after `since`. Errors: NOT_FOUND. */
cs_err cs_authenticator_find_pending(struct cs_tx *tx, cs_id account, cs_id subject, cs_str factor,
    cs_id session, cs_time since, struct cs_authenticator *out);
cs_err cs_authenticator_find_pending_id(struct cs_tx *tx, cs_id account, cs_id id, cs_id session,
    cs_time since, struct cs_authenticator *out);
/* The active ones, oldest first; without attestation and client_hash. */
cs_err cs_authenticator_list(struct cs_tx *tx, cs_id account, cs_id subject,
    const struct cs_authenticator **out, size_t *out_count);
/*
 * The account's active ones of a factor whose id comes after `after`, by id; at most
 * CS_AUTHENTICATORS_PAGE. An empty page is the end.
 */
cs_err cs_authenticator_list_factor(struct cs_tx *tx, cs_id account, cs_str factor, cs_id after,
    const struct cs_authenticator **out, size_t *out_count);
/* How many active ones the account has: what rests on its host's name ("webauthn"). */
cs_err cs_authenticator_count_factor(struct cs_tx *tx, cs_id account, cs_str factor, int64_t *out);
/*
 * Issued ones (backup codes): active from the start, one of a factor for each subject. No other verb
 * that reads gives them; those that change one do so to these too.
 */
/* Errors: NOT_FOUND. */
cs_err cs_authenticator_find_issued(
    struct cs_tx *tx, cs_id account, cs_id subject, cs_str factor, struct cs_authenticator *out);
/* Errors: CONFLICT (there is one; ends the transaction). */
cs_err cs_authenticator_issue(struct cs_tx *tx, const struct cs_authenticator *a);
/*
 * The same record with other answers, made at a->created: what was judged on the old ones conflicts.
 * a with the id and version that were read. Errors: CONFLICT (it moved on, or is gone).
 */
cs_err cs_authenticator_reissue(struct cs_tx *tx, const struct cs_authenticator *a);
/* Whether anybody of the account has this WebAuthn credential. */
cs_err cs_authenticator_has_credential(
    struct cs_tx *tx, cs_id account, cs_span credential_id, bool *out);
/*
 * Store the replay state after an answer, and what the answer said of its being backed up. a as
 * judged. Errors: CONFLICT (it moved on, or is gone).
 */
cs_err cs_authenticator_advance(struct cs_tx *tx, const struct cs_authenticator *a, cs_span replay,
    bool is_backed_up, cs_time now);
/*
 * Pending becomes active. a with the id and version that were judged, and all else as it is to be
 * kept. Errors: CONFLICT (judged before; or its credential is somebody's, or the subject has an
 * active one of this single factor: both end the transaction).
 */
cs_err cs_authenticator_confirm(
    struct cs_tx *tx, const struct cs_authenticator *a, cs_str name, cs_span replay, cs_time now);
/* Of an active one. Errors: CONFLICT (there is none). */
cs_err cs_authenticator_set_name(struct cs_tx *tx, cs_id account, cs_id id, cs_str name);
cs_err cs_authenticator_remove_pending(
    struct cs_tx *tx, cs_id account, cs_id subject, cs_str factor);
/* An active one, its proofs included. Errors: CONFLICT (there is none). */
cs_err cs_authenticator_remove(struct cs_tx *tx, cs_id account, cs_id id);
/* Pending ones made before. */
cs_err cs_authenticator_sweep(struct cs_tx *tx, cs_time before);

#endif
