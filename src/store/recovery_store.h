/*
 * recovery_store.h - recovery cases of members, what happened to each, and who approved what.
 *
 * All of the server realm. At most one case is open for a member: the database says so.
 */
#ifndef CS_STORE_RECOVERY_STORE_H
#define CS_STORE_RECOVERY_STORE_H

#include "model/member.h"
#include "model/recovery.h"
#include "store/store.h"

/* Errors: CONFLICT (one is open for this member; ends nothing). */
cs_err cs_recovery_add(struct cs_tx *tx, const struct cs_recovery_case *c);
/* Errors: NOT_FOUND. */
cs_err cs_recovery_find(struct cs_tx *tx, cs_id id, struct cs_recovery_case *out);
/* The one that is open. Errors: NOT_FOUND. */
cs_err cs_recovery_find_open(struct cs_tx *tx, cs_id member, struct cs_recovery_case *out);
/*
 * Everything of c but who, whose and when it was begun, where it is open and at c's version; the
 * version goes up by one, in c too. Errors: CONFLICT.
 */
cs_err cs_recovery_swap(struct cs_tx *tx, struct cs_recovery_case *c);
/* When the latest veto of the member's was (the member's own, not staff's); 0: there was none. */
cs_err cs_recovery_last_stop(struct cs_tx *tx, cs_id member, cs_time *out);

/* Open ones that have waited long enough at now: the longest first, at most most. */
cs_err cs_recovery_list_due(struct cs_tx *tx, cs_time now, size_t most,
    const struct cs_recovery_case **out, size_t *out_count);
/*
 * Open ones that nobody goes on with: not waiting, begun before `idle`, or with an access code that
 * was over at now. The oldest first, at most most.
 */
cs_err cs_recovery_list_idle(struct cs_tx *tx, cs_time idle, cs_time now, size_t most,
    const struct cs_recovery_case **out, size_t *out_count);

struct cs_recovery_case_of {
	struct cs_recovery_case rc;
	cs_str email;
	cs_str name;
	enum cs_role role; /* in the account */
};
/* Of an account's members, the latest first, at most most. */
cs_err cs_recovery_list_of(struct cs_tx *tx, cs_id account, bool is_open, size_t most,
    const struct cs_recovery_case_of **out, size_t *out_count);

/* The next one in order. */
cs_err cs_recovery_event_add(struct cs_tx *tx, const struct cs_recovery_event *event);
#define CS_RECOVERY_EVENTS_MAX 200
cs_err cs_recovery_event_list(
    struct cs_tx *tx, cs_id recovery, const struct cs_recovery_event **out, size_t *out_count);

/* Errors: CONFLICT (this person did so before; ends nothing). */
cs_err cs_recovery_approval_add(struct cs_tx *tx, const struct cs_recovery_approval *a);
#define CS_RECOVERY_APPROVALS_MAX 100
cs_err cs_recovery_approval_list(
    struct cs_tx *tx, cs_id recovery, const struct cs_recovery_approval **out, size_t *out_count);

#endif
