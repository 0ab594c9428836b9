/*
 * manage.h - people who change their own authenticators: what that needs, and doing it.
 *
 * Users. Whoever has an authenticator proves one of them first, now: a challenge of purpose
 * CS_CHALLENGE_MANAGE, answered. That opens the change window of ten minutes for this session in
 * this browser and no other. No sign-in, no claim of a provider (AMR) and no earlier proof opens one.
 * Whoever has none enrols the first within five minutes of a sign-in.
 *
 * Members. The password opens the password window: adding one (an application is shown before it, and
 * confirmed in it), naming one, backup codes. The
 * challenge is put while that is open, and its answer opens the change window: removing and
 * replacing (docs/decisions/0801). At stage ENROL the session itself is worth the password window.
 *
 * A window goes with its session, with the authenticator that opened it, and when the person is
 * frozen (freeze.h). The session's token is replaced as a window opens: a copy of the old cookie,
 * made before, is worth nothing afterwards.
 */
#ifndef CS_DOMAIN_MANAGE_H
#define CS_DOMAIN_MANAGE_H

#include "domain/holder.h"
#include "domain/signin.h"
#include "model/manage.h"

#define CS_MANAGE_LIFE_MS (10 * CS_MINUTE_MS)
#define CS_FIRST_ENROL_MS (5 * CS_MINUTE_MS) /* after the sign-in */

/* --- for those who change something (enrol_place.c, backup_codes.c): inside their transaction --- */

/*
 * Whether h may do so at this moment. Ask when it begins, and again in the transaction that does it.
 * *why is set anew: SIGNED_OUT (the session is gone, or its token was replaced), NOT_ALLOWED (not
 * active, or only half signed in), FROZEN; users: PROVE_FIRST (have authenticators, and no change
 * window), SIGN_IN_AGAIN (have none, and the sign-in is too long ago); members: PROVE_FIRST (the
 * window that it takes is not open), SIGN_IN_AGAIN (at stage ENROL: too long ago),
 * VERIFY_EMAIL_FIRST, SSO.
 */
cs_err cs_manage_may(
    struct cs_tx *tx, const struct cs_holder *h, enum cs_act act, struct cs_refusal *why);
/*
 * One was enrolled: its owner is told by mail, and this session may give it another name for ten
 * minutes. a as it is stored now, its name and method included. replaced: it took another's place.
 */
cs_err cs_manage_enrolled(struct cs_tx *tx, const struct cs_domain *d, const struct cs_holder *h,
    const struct cs_authenticator *a, bool replaced);
/*
 * Whether h has a window of this purpose. Another browser's is worth nothing. *out_window is
 * harmless without one.
 */
cs_err cs_manage_find_window(struct cs_tx *tx, const struct cs_holder *h,
    enum cs_manage_purpose purpose, struct cs_manage_window *out_window, bool *out_is_open);
/* *why: NONE while h has one, else PROVE_FIRST. */
cs_err cs_manage_check_window(struct cs_tx *tx, const struct cs_holder *h,
    enum cs_manage_purpose purpose, struct cs_refusal *why);

/* --- for those who ask (challenge.c) --- */

/*
 * Before a challenge of purpose MANAGE is put, in a transaction. *why is set anew: SIGNED_OUT,
 * NOT_ALLOWED, FROZEN, ENDED (there is nothing to prove with); members: PROVE_FIRST (the password
 * comes first), SSO.
 */
cs_err cs_manage_check_challenge(
    struct cs_tx *tx, const struct cs_holder *h, struct cs_refusal *why);

/* A window to be, and the token that the session will have from then on. */
struct cs_manage_opening {
	cs_str token; /* for __Host-cs_session, after the commit */
	uint8_t token_hash[CS_TOKEN_HASH_LEN];
	struct cs_manage_window window; /* authenticator: set by the caller once it is known */
};

/* Before the transaction. purpose: CHANGE, or PASSWORD. */
void cs_manage_opening_make(const struct cs_domain *d, const struct cs_op *op,
    const struct cs_holder *h, enum cs_manage_purpose purpose, struct cs_manage_opening *out);
/*
 * In the transaction that grants the challenge, in place of an earlier window of this session.
 * Errors: CONFLICT (the session is gone, its token was replaced meanwhile, or the person is frozen
 * or not active): nothing is granted.
 */
cs_err cs_manage_open(struct cs_tx *tx, const struct cs_domain *d, const struct cs_holder *h,
    const struct cs_manage_opening *opening);
/*
 * The same of a password window, for whoever has just judged a member's password (the guess debited
 * before). It says nothing in the audit trail.
 */
cs_err cs_manage_open_password(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_holder *h, const struct cs_manage_opening *opening);

/* --- for the person's own page --- */

struct cs_devices {
	const struct cs_authenticator *list; /* active, oldest first */
	const cs_str *models; /* the name of each one's model; empty: unknown, or there is none */
	size_t count;
	struct cs_person person;
	bool has_window;
	struct cs_manage_window window;
	bool has_password_window; /* members */
	struct cs_manage_window password_window;
	cs_id just_enrolled; /* by this session, which may still name it; zero: none */
	enum cs_refusal_kind needs; /* what cs_manage_may says of adding one; NONE: go on */
};

/* s->holder is not NULL. */
cs_err cs_manage_list(const struct cs_signin *s, struct cs_devices *out);
/* Refused as cs_manage_may, and with BODY (no name), NAME_TAKEN, NOT_FOUND (not one of theirs). */
cs_err cs_manage_rename(const struct cs_signin *s, cs_id id, cs_str name, struct cs_refusal *why);
/*
 * Gone with its proofs, the application sessions that were opened with it, and the window that it
 * opened; their next request is refused. *out_removed: as it was. is_confirmed: whoever asks knows
 * that they will have to enrol again. Refused as cs_manage_may, and with NOT_FOUND, ENFORCED (a
 * member's last one, while an account wants a second factor; an owner of all that do may confirm).
 */
cs_err cs_manage_remove(const struct cs_signin *s, cs_id id, bool is_confirmed,
    struct cs_authenticator *out_removed, struct cs_refusal *why);
/* The change window and the password window. Closing what is not open is fine. */
cs_err cs_manage_close(const struct cs_signin *s);

#endif
