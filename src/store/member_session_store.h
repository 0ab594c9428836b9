/*
 * member_session_store.h - browsers in which members are signed in, or on the way; and those that are
 * not asked for the second factor. All of the server realm.
 *
 * A session's challenges and windows go with it, or soon after it (their own sweeps).
 */
#ifndef CS_STORE_MEMBER_SESSION_STORE_H
#define CS_STORE_MEMBER_SESSION_STORE_H

#include "base/time.h"
#include "crypto/mac.h"
#include "model/member.h"
#include "store/store.h"

cs_err cs_member_session_add(struct cs_tx *tx, const struct cs_member_session *session);
/* Whatever its stage, also when it is over. With the member's status now. Errors: NOT_FOUND. */
cs_err cs_member_session_find(struct cs_tx *tx, const uint8_t token_hash[static CS_SHA256_LEN],
    struct cs_member_session *out, enum cs_member_status *status);
/*
 * The next step: stage, token_hash, method, recovery and expires of `to`, where token and stage are
 * those of `from` and it is not over at now. Errors: CONFLICT.
 */
cs_err cs_member_session_move(struct cs_tx *tx, const struct cs_member_session *from,
    const struct cs_member_session *to, cs_time now);
/* The token alone. Errors: CONFLICT (it is gone, or `from` is not its token now). */
cs_err cs_member_session_set_token(struct cs_tx *tx, cs_id id,
    const uint8_t from[static CS_SHA256_LEN], const uint8_t to[static CS_SHA256_LEN]);
/* Seen now, from that address. None is fine. */
cs_err cs_member_session_touch(struct cs_tx *tx, cs_id id, cs_str address, cs_time now);

#define CS_MEMBER_SESSIONS_MAX 100
/* Complete ones that are not over at now, newest first, at most so many; in the arena. */
cs_err cs_member_session_list(struct cs_tx *tx, cs_id member, cs_time now,
    const struct cs_member_session **out, size_t *out_count);

/* Of this member, at whatever stage. Errors: NOT_FOUND. */
cs_err cs_member_session_end(struct cs_tx *tx, cs_id member, cs_id id);
/* All of the member but `except` (zero: none is spared). */
cs_err cs_member_session_end_all(struct cs_tx *tx, cs_id member, cs_id except);
/* All of the member in this browser. */
cs_err cs_member_session_end_device(struct cs_tx *tx, cs_id member, cs_id device);
/* The member's half sessions. */
cs_err cs_member_session_end_half(struct cs_tx *tx, cs_id member);
/* Those that a recovery case opened, and the one that began it (session; zero: none). */
cs_err cs_member_session_end_recovery(struct cs_tx *tx, cs_id recovery, cs_id session);
cs_err cs_member_session_sweep(struct cs_tx *tx, cs_time now);

/* --- browsers that are remembered --- */

/* In place of an earlier row of this member and browser. */
cs_err cs_remembered_set(struct cs_tx *tx, const struct cs_remembered *r);
/* Not over at now. Errors: NOT_FOUND. */
cs_err cs_remembered_find(
    struct cs_tx *tx, cs_id member, cs_id device, cs_time now, struct cs_remembered *out);
cs_err cs_remembered_touch(struct cs_tx *tx, cs_id id, cs_str address, cs_time now);
#define CS_REMEMBERED_MAX 100
/* Not over at now, newest first; in the arena. */
cs_err cs_remembered_list(struct cs_tx *tx, cs_id member, cs_time now,
    const struct cs_remembered **out, size_t *out_count);
/* Of this member. Errors: NOT_FOUND. */
cs_err cs_remembered_forget(struct cs_tx *tx, cs_id member, cs_id id);
cs_err cs_remembered_forget_all(struct cs_tx *tx, cs_id member);
cs_err cs_remembered_sweep(struct cs_tx *tx, cs_time now);

#endif
