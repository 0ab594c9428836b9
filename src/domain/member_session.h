/*
 * member_session.h - members at the console's door: how far a sign-in has come, and what each step does.
 *
 *     password ──► DONE                      no second factor and none asked for, or a remembered browser
 *              ├─► CHALLENGE ──► DONE        the second factor answered (cs_member_complete_in)
 *              └─► ENROL ──────► DONE        the first authenticator confirmed (the same)
 *
 * Members and their sessions belong to the server realm: op->account is zero in all of these. A
 * session is good in the browser that opened it alone, and has another token after each step. Half a
 * session (CHALLENGE, ENROL) opens nothing but the step itself, for fifteen minutes.
 *
 * Passwords are guessed at as second factors are (throttle.h), from a budget of their own: debited
 * before they are judged, and an address that nobody has, of single sign-on, disabled or only
 * invited costs and says the same as a wrong password.
 */
#ifndef CS_DOMAIN_MEMBER_SESSION_H
#define CS_DOMAIN_MEMBER_SESSION_H

#include "domain/domain.h"
#include "domain/refusal.h"
#include "model/member.h"
#include "store/member_session_store.h"
#include "store/member_store.h"

#define CS_MEMBER_SESSION_LIFE_MS (12 * CS_HOUR_MS)
#define CS_MEMBER_HALF_LIFE_MS (15 * CS_MINUTE_MS)

/* What a browser shows of itself: the two house cookies of the realm's host. */
struct cs_member_browser {
	cs_str session; /* the cookie's text; empty: none */
	bool has_device;
	cs_id device;
};

/* What a step gives the browser. Texts live in the arena. */
struct cs_member_step {
	cs_str token; /* for the session's cookie */
	cs_str device_token; /* for the browser's; empty: it has one */
	int64_t life_ms; /* of the session's cookie */
	bool has_used_code; /* a backup code answered: how many are left */
	unsigned codes_left;
};

/* What the browser shows once it has what a step gave it. Errors: INVALID (no token of ours). */
cs_err cs_member_browser_after(
    const struct cs_member_step *step, struct cs_member_browser *browser);

/* --- the password --- */

struct cs_member_credentials {
	cs_str email; /* as typed */
	cs_str password; /* at most CS_PASSWORD_MAX bytes */
	bool has_device;
	cs_id device; /* the browser that asks */
};

/* Refused with WRONG_PASSWORD or TOO_MANY. Errors: LIMIT (too many passwords are being hashed). */
cs_err cs_member_sign_in(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_credentials *who, struct cs_member_step *out, struct cs_refusal *why);

/*
 * Inside a transaction of the realm: a session of somebody who has just proved who they are (by
 * password, or by their provider), at the stage that they begin with, in place of their earlier ones
 * in this browser; everything that a complete sign-in means (below) when that is DONE.
 * session: id, device and token_hash are given, invitation may be; the rest is filled here.
 */
cs_err cs_member_open_in(struct cs_tx *tx, struct cs_domain *d, const struct cs_member *member,
    struct cs_member_session *session);
/* How long the cookie of a session that was just opened or moved lives. */
int64_t cs_member_session_life(const struct cs_member_session *session);

/* --- who is there --- */

/* Texts live in the arena. */
struct cs_member_seen {
	struct cs_member member; /* without the password's hash */
	struct cs_member_session session; /* at any stage: look */
	const struct cs_member_account *accounts; /* by name; none before DONE */
	size_t account_count;
};

/* Whether it is not over at now, and this browser's. */
bool cs_member_session_is_of(
    const struct cs_member_session *session, const struct cs_member_browser *browser, cs_time now);

/* At whatever stage. Notes that it was seen, a minute coarse. Refused with SIGNED_OUT. */
cs_err cs_member_see(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_browser *browser, struct cs_member_seen *out, struct cs_refusal *why);

/* --- the end of a sign-in --- */

/*
 * What an answered challenge of purpose SIGN_IN, or the first authenticator confirmed at stage
 * ENROL, brings: asked by the caller, filled before the transaction, and run as its sequel.
 */
struct cs_member_completion {
	const struct cs_member_seen *who; /* CHALLENGE or ENROL */
	bool wants_remember; /* this browser is not to be asked again */
	cs_str token; /* the new one, in the arena */
	uint8_t token_hash[CS_SHA256_LEN];
};

/* Makes the new token. */
void cs_member_complete_begin(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, bool wants_remember, struct cs_member_completion *out);
/*
 * In the transaction that grants: everything that a complete sign-in means. Stage DONE with the new
 * token, twelve hours, last sign-in, the browser is known (with network and user agent) and, if it
 * was wanted and no account forbids it, remembered; a mail about a new browser; the member's open
 * recovery case ends, or at stage ENROL the case that opened it finishes with `authenticator`
 * (domain/recovery.h); the invitation that the session carries is accepted; at stage ENROL the
 * password window is open for the backup codes that come next; audit.
 * method: enum cs_mfa_method of what answered. Errors: CONFLICT (another browser's step was first,
 * the session has ended, or the case was stopped: nothing is granted).
 */
cs_err cs_member_complete_in(struct cs_tx *tx, struct cs_domain *d,
    const struct cs_member_completion *c, cs_id authenticator, unsigned method);
/*
 * The same transaction, when a backup code answered: password and second factor have just been given,
 * so both windows (manage.h) are open, and what is lost can be replaced. The code may have been the
 * last: nothing else could open them. codes: the authenticator that the code is of.
 */
cs_err cs_member_new_phone_in(
    struct cs_tx *tx, struct cs_domain *d, const struct cs_member_session *session, cs_id codes);
/* After the commit: what goes into the cookies. */
void cs_member_complete_end(const struct cs_member_completion *c, struct cs_member_step *out);

/*
 * In a transaction of the realm: a half session goes to another half stage (recovery: CHALLENGE to
 * ENROL with the case), token replaced. Errors: CONFLICT (not that token, or not that stage, now).
 */
cs_err cs_member_move_in(struct cs_tx *tx, const struct cs_member_session *from,
    enum cs_member_stage stage, cs_id recovery, const uint8_t token_hash[static CS_SHA256_LEN]);

/* --- leaving --- */

/* Ends this session, at whatever stage. */
cs_err cs_member_sign_out(
    struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who);
/*
 * In a transaction of the realm: every session of a member but `except` (zero: none is spared), and
 * every remembered browser. For a changed password or second factor, and "sign out everywhere".
 */
cs_err cs_member_end_sessions_in(struct cs_tx *tx, cs_id member, cs_id except);

#endif
