/*
 * recovery.h - a member's way back without a second factor: slow, seen, and stopped by one button.
 *
 *     begin ─► EMAIL ─code─► DEVICE ─known browser, or those in charge─► WAITING ─time─► READY
 *                                      READY ─access code─► OPENED ─new authenticator─► finished
 *
 * What each step rests on (docs/decisions/0831-recovery-evidence.md):
 *   the password     begins and opens: both happen in half a session (stage CHALLENGE)
 *   the mailbox      the code of eight digits, and later the access code; to the primary address alone
 *   the browser      signed in completely from before the case began, and the access code is taken in
 *                    one of these alone, or in the one that those in charge vouched for
 *   the wait         short with the network that the browser came from the last time, else long
 *
 * A case ends at any moment before the new authenticator is confirmed: by any mail's link, by any
 * complete session of the member, by those in charge, by a complete sign-in. Every state is told to
 * every address. Whatever was there before goes on working until it is finished.
 *
 * All in the server realm: op->account is zero, but for cs_recovery_staff_*. Guesses at codes are
 * debited and committed before they are judged.
 */
#ifndef CS_DOMAIN_RECOVERY_H
#define CS_DOMAIN_RECOVERY_H

#include "domain/domain.h"
#include "domain/refusal.h"
#include "model/member.h"
#include "model/recovery.h"

#define CS_RECOVERY_CODE_LEN 8 /* digits */
#define CS_RECOVERY_CODE_LIFE_MS (15 * CS_MINUTE_MS)
#define CS_RECOVERY_CODE_TRIES 5
#define CS_RECOVERY_RESEND_MS CS_MINUTE_MS /* between two mails of a case */
#define CS_RECOVERY_CODES_PER_DAY 10 /* mails with codes, to one member */
#define CS_RECOVERY_WRONG_PER_DAY 20 /* wrong codes of either kind, of one member */
#define CS_RECOVERY_ACCESS_LEN 10 /* of crypto's Crockford alphabet: 50 bits */
#define CS_RECOVERY_ACCESS_TRIES 10
#define CS_RECOVERY_ACCESS_LIFE_MS (7 * CS_DAY_MS)
#define CS_RECOVERY_IDLE_MS (7 * CS_DAY_MS) /* a case that does not come to its wait ends then */
#define CS_RECOVERY_RESET_MS (7 * CS_DAY_MS) /* a password reset by mail is fresh so long */
#define CS_RECOVERY_PAUSE_MS CS_DAY_MS /* after a veto, before the member can begin another */
#define CS_RECOVERY_REASON_MAX 500 /* bytes */
#define CS_RECOVERY_STEP_MS (2 * CS_SECOND_MS)

/* --- what there is to see; texts and lists live in the arena --- */

struct cs_recovery_shown {
	struct cs_recovery_case rc; /* MACs left out */
	cs_str email_hint; /* "a•••@one.example.test" */
	bool has_code; /* state EMAIL, and a code was mailed */
	cs_time resend_at; /* when another mail can be asked for, while one is wanted */
	int64_t tries_left; /* of the code that is open, of either kind */
	bool has_device; /* below is known: the address is proved */
	bool is_browser_known;
	bool lacks_cookie; /* nobody signed in from this browser before */
	bool lacks_network; /* they did, from another network; or there is no cookie to tell */
	bool has_wait;
	int64_t wait_ms;
	bool is_thin; /* the longer wait: for what of these three */
	bool is_other_network;
	bool is_staff;
	bool is_password_reset;
	bool can_stop; /* this session may */
	const struct cs_recovery_event *events; /* in order */
	size_t event_count;
};

/*
 * Inside a transaction: the member's open case, as the asking session may see it; *out NULL: none.
 * who: any stage; NULL: nobody's session asks.
 */
cs_err cs_recovery_show_in(struct cs_tx *tx, const struct cs_domain *d, cs_id member,
    const struct cs_member_session *who, const struct cs_recovery_shown **out);
/* How a case ended, on our wire and in the trail; NULL: it goes on. */
const char *cs_recovery_end_name(enum cs_recovery_end end);

/* --- the member's own steps: who is the session as it was seen, of stage CHALLENGE --- */

/*
 * Begin one and mail a code. One that is open goes on: in EMAIL another code is mailed when a minute
 * has passed (before that nothing is), in READY and OPENED another access code, and a session that
 * the last one opened ends.
 * Refused: NOT_NEEDED (no second factor), STOPPED_LATELY (retry_after_ms: a veto; those in charge can
 * start one), TOO_MANY (mails), ENDED (who is not at stage CHALLENGE, or no longer).
 */
cs_err cs_recovery_begin(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_session *who, struct cs_refusal *why);
/*
 * The code of the mail. Then the browser is looked at (cs_recovery_look).
 * Refused: MALFORMED_CODE, WRONG_CODE (tries_left), ENDED (used up, too old, none open, or another
 * session's case), TOO_MANY.
 */
cs_err cs_recovery_verify(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_session *who, cs_str typed, struct cs_refusal *why);
/*
 * State DEVICE: look at this browser, which may be another than the one that began; the session takes
 * the case over. Known: WAITING. Not known: nothing changes, and show says what is missing.
 * Refused: ENDED (no case in this state).
 */
cs_err cs_recovery_look(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_session *who, struct cs_refusal *why);
/*
 * The access code: the session goes to stage ENROL with the case, and to the token that *out_token
 * says. Refused: MALFORMED_CODE, WRONG_CODE (tries_left), ENDED, TOO_MANY, UNKNOWN_BROWSER (neither
 * the one that the wait rests on nor another that is known; no try is spent).
 */
cs_err cs_recovery_open(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_session *who, cs_str typed, cs_str *out_token, struct cs_refusal *why);
/* By the session that began it, before it waits. Refused: ENDED. */
cs_err cs_recovery_give_up(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_session *who, struct cs_refusal *why);

/* --- the veto --- */

struct cs_recovery_stopped {
	cs_str email_hint;
	cs_time begun;
	cs_time at;
};

/*
 * By a complete session of the member. All half sessions of the member end, the one that the case
 * opened as well; every address is told; no case is begun for a day.
 * Refused: ENDED (none is open), NOT_ALLOWED (this session began it: never DONE, so a mistake).
 */
cs_err cs_recovery_stop(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_session *who, struct cs_refusal *why);
/* By the link of a mail, without a session. Refused: ENDED (used, over, or the case is). */
cs_err cs_recovery_stop_by_token(struct cs_domain *d, const struct cs_op *op, cs_str token,
    struct cs_recovery_stopped *out, struct cs_refusal *why);

/* --- for others, inside a transaction of the realm --- */

/* End the member's open case, if there is one, with its half sessions. */
cs_err cs_recovery_end_in(
    struct cs_tx *tx, const struct cs_domain *d, cs_id member, enum cs_recovery_end reason);
/* The password was reset by mail: a wait that is running begins anew, the long one. */
cs_err cs_recovery_password_reset_in(struct cs_tx *tx, const struct cs_domain *d, cs_id member);
/*
 * A session that a case opened confirmed its new authenticator: all others of the member, backup
 * codes, remembered browsers and other sessions go; every address is told.
 * session: as seen, stage ENROL. Errors: CONFLICT (the case was stopped meanwhile, or is of another
 * member: nothing may be kept).
 */
cs_err cs_recovery_finished_in(struct cs_tx *tx, struct cs_domain *d,
    const struct cs_member_session *session, cs_id authenticator);

/* --- those in charge: op->account is theirs; by: who acts, in person or by a token of theirs --- */

struct cs_recovery_row {
	struct cs_recovery_shown shown;
	cs_id member;
	cs_str email;
	cs_str name;
	enum cs_role role; /* in op->account */
	bool wants_two; /* an owner somewhere: owners, and where they own, two */
	const struct cs_recovery_approval *approvals; /* first ones first */
	size_t approval_count;
};

#define CS_RECOVERY_ROWS_MAX 200

/* Of op->account's members, the latest first. */
cs_err cs_recovery_list(struct cs_domain *d, const struct cs_op *op, bool is_open,
    const struct cs_recovery_row **out, size_t *out_count);
/*
 * Vouch for a member in place of a known browser: begins a case when none is open; one that wants a
 * known browser waits from now on (the long wait). The member's own steps stay.
 * Every account of the member's has to agree, one that they own by two owners; somebody of several
 * speaks for each where they may. Until it is enough, an approval is noted and changes nothing else.
 * Refused: BODY (no reason), NOT_FOUND (no member of this account), NOT_NEEDED (no second factor),
 * NOT_YOURSELF, NOT_ALLOWED (an owner's, by one who is none), APPROVED_ALREADY.
 */
cs_err cs_recovery_staff_start(struct cs_domain *d, const struct cs_op *op, cs_id by, cs_id member,
    cs_str reason, struct cs_recovery_row *out, struct cs_refusal *why);
/*
 * Released at once; state WAITING. Besides the above, refused: ENDED, NOT_WAITING, and
 * SOMEBODY_ELSE (who vouched for the browser does not also take the wait away, in any account).
 */
cs_err cs_recovery_staff_speed_up(struct cs_domain *d, const struct cs_op *op, cs_id by,
    cs_id recovery, cs_str reason, struct cs_recovery_row *out, struct cs_refusal *why);
/* One is enough, also for an owner's. Refused: BODY, NOT_FOUND, ENDED, NOT_YOURSELF. */
cs_err cs_recovery_staff_stop(struct cs_domain *d, const struct cs_op *op, cs_id by, cs_id recovery,
    cs_str reason, struct cs_recovery_row *out, struct cs_refusal *why);

/*
 * Background (background.h): release what has waited long enough, each once whatever the number of
 * nodes; end what nobody goes on with. Never before its stored time, also when the clock was set back.
 */
cs_err cs_recovery_step(struct cs_domain *d, const struct cs_op *op, cs_time *out_next);

#endif
