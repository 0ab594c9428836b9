/*
 * recovery_parts.h - what the files of recovery share; nobody else's.
 *
 * recovery.c: the member's steps · recovery_try.c: the two codes that are guessed at ·
 * recovery_wait.c: waiting and release · recovery_end.c: every end · recovery_show.c: what there is to
 * see · recovery_staff.c: those in charge.
 *
 * A step reads the case in its transaction, changes the struct, swaps it once, and only then says
 * what happened: the swap is what makes one of two steps at once the first.
 */
#ifndef CS_DOMAIN_RECOVERY_PARTS_H
#define CS_DOMAIN_RECOVERY_PARTS_H

#include "domain/notice.h"
#include "domain/recovery.h"
#include "domain/recovery_code.h"
#include "store/member_session_store.h"
#include "store/recovery_store.h"

/* Who made a step happen. */
struct cs_recovery_doer {
	enum cs_recovery_by by;
	cs_id actor; /* STAFF: who; else zero */
	cs_id account; /* STAFF: by their role there; its trail has the event too */
};

static const struct cs_recovery_doer cs_recovery_member = { .by = CS_RECOVERY_BY_MEMBER };
static const struct cs_recovery_doer cs_recovery_system = { .by = CS_RECOVERY_BY_SYSTEM };

/* --- saying so, after the swap: in the timeline and the audit trail; by mail --- */

/* reason: as those in charge gave it; else empty. */
cs_err cs_recovery_note(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_recovery_case *c, enum cs_recovery_what what,
    const struct cs_recovery_doer *who, cs_str reason);
/* To every address of the member. detail: a sentence, or empty. */
cs_err cs_recovery_tell(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_recovery_case *c, enum cs_notice_kind kind, cs_str detail);

/* --- changing the struct --- */

/* Whether the browser of op is one that the case may rest on: bits BROWSER and NETWORK of *out. */
cs_err cs_recovery_evidence_of(
    struct cs_tx *tx, const struct cs_recovery_case *c, cs_id device, unsigned *out);
/* From now on, for as long as c->evidence and the member's password say. */
cs_err cs_recovery_begin_wait(
    struct cs_tx *tx, const struct cs_domain *d, struct cs_recovery_case *c);
/* A new code: kept in c, and mailed to the primary address alone. */
cs_err cs_recovery_mail_code(struct cs_tx *tx, const struct cs_domain *d,
    struct cs_recovery_case *c, enum cs_recovery_code_kind kind);

/* --- whole --- */

/* WAITING becomes READY; swapped, noted and told, with detail. Errors: CONFLICT. */
cs_err cs_recovery_release_in(struct cs_tx *tx, const struct cs_domain *d,
    struct cs_recovery_case *c, const struct cs_recovery_doer *who, cs_str detail);
/* Swapped, sessions ended, noted and told. Errors: CONFLICT. */
cs_err cs_recovery_close_in(struct cs_tx *tx, const struct cs_domain *d, struct cs_recovery_case *c,
    enum cs_recovery_end end, const struct cs_recovery_doer *who, cs_str reason);
/* Nobody goes on with it. */
bool cs_recovery_is_idle(const struct cs_recovery_case *c, cs_time now);

/* --- the member's steps --- */

/* Whether who is still the session that was seen, and active. */
cs_err cs_recovery_is_current(struct cs_tx *tx, const struct cs_member_session *who, bool *out);
/* The open case, or ENDED; also ENDED when who is not a current session of stage CHALLENGE. */
cs_err cs_recovery_find_for(struct cs_tx *tx, const struct cs_member_session *who,
    struct cs_recovery_case *out, struct cs_refusal *why);
/* The session that goes on with the case is this one, in this browser. */
void cs_recovery_take_over(
    struct cs_recovery_case *c, const struct cs_op *op, const struct cs_member_session *who);
/* DEVICE to WAITING when there is enough to rest on; c is not swapped. *out_waits: it was. */
cs_err cs_recovery_look_in(struct cs_tx *tx, const struct cs_domain *d, struct cs_recovery_case *c,
    const struct cs_member_session *who, bool *out_waits);
/* After the swap: the browser is verified, or was vouched for, and the wait has begun. */
cs_err cs_recovery_say_waits(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_recovery_case *c, const struct cs_recovery_doer *who);

/* --- to see --- */

/* Any case, also an ended one; who may be NULL. */
cs_err cs_recovery_show_case_in(struct cs_tx *tx, const struct cs_recovery_case *c,
    const struct cs_member_session *who, struct cs_recovery_shown *out);

/* "a•••@one.example.test", in the arena. */
cs_str cs_recovery_email_hint(struct cs_arena *a, cs_str email);

#endif
