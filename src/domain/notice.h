/*
 * notice.h - mails that tell people what happened to them, with a way to object.
 *
 * One closed table of kinds for users and members. Sealed into the outbox in the transaction of
 * what they tell, to every address of the person (domain/holder.h). A link carries a token in its
 * fragment, which no server sees; the page's button POSTs it. Opening the page does nothing. Good
 * once, for seven days, without signing in:
 *
 *   NOT_ME         ORIGIN/not-me#cn_TOKEN                 freezes (freeze.h)
 *   STOP_RECOVERY  ORIGIN/console/stop-recovery#cn_TOKEN  ends the case that notice.object names
 */
#ifndef CS_DOMAIN_NOTICE_H
#define CS_DOMAIN_NOTICE_H

#include "domain/domain.h"
#include "domain/holder.h"
#include "model/manage.h"
#include "model/subject.h"

#define CS_NOTICE_LIFE_MS (7 * CS_DAY_MS)
#define CS_NOTICE_TOKEN_PREFIX "cn_"

/* Rows of the table in notice_text.c; their names are kept in the store. */
enum cs_notice_kind {
	CS_NOTICE_ADDED = 0, /* name: of the authenticator; detail: its kind in words */
	CS_NOTICE_REMOVED, /* by its owner */
	CS_NOTICE_REVOKED, /* by an administrator */
	CS_NOTICE_REPLACED, /* the authenticator application, by another */
	CS_NOTICE_TWO_FACTOR_ON,
	CS_NOTICE_TWO_FACTOR_OFF,
	CS_NOTICE_TWO_FACTOR_RESET, /* by an owner or the operator; detail: who, in words */
	CS_NOTICE_CODES_MADE,
	CS_NOTICE_CODE_USED, /* detail: how many are left, in digits */
	CS_NOTICE_RECOVERY_BEGUN, /* object: the case, for all of these; detail: may say more */
	CS_NOTICE_RECOVERY_HELPED, /* those in charge did, or would do, something; detail: who, what */
	CS_NOTICE_RECOVERY_WAITING, /* detail: "25 November 2026, 10:47 UTC" */
	CS_NOTICE_RECOVERY_RESTARTED,
	CS_NOTICE_RECOVERY_READY, /* the access code itself is another mail, to one address */
	CS_NOTICE_RECOVERY_OPENED, /* a session can enrol: too late to stop, not too late to say so */
	CS_NOTICE_RECOVERY_STOPPED,
	CS_NOTICE_RECOVERY_FINISHED,
	CS_NOTICE_NEW_BROWSER,
	CS_NOTICE_EMAIL_CHANGED, /* name: the new address */
	CS_NOTICE_PASSWORD_CHANGED,
	CS_NOTICE_PASSWORD_RESET, /* by a mailed link */
	CS_NOTICE_SSO_ON, /* by an owner; detail: who, in words */
	CS_NOTICE_SSO_OFF,
	CS_NOTICE_FROZEN, /* of their own saying; detail: about what */
	CS_NOTICE_KINDS
};

enum cs_notice_link {
	CS_NOTICE_NO_LINK = 0,
	CS_NOTICE_NOT_ME,
	CS_NOTICE_STOP_RECOVERY,
};

struct cs_notice_about {
	enum cs_notice_kind kind;
	cs_id account; /* the subject's; zero: a member */
	cs_id subject;
	cs_str name; /* what it is about, as its owner calls it; empty: there is nothing */
	cs_str detail; /* as the kind says; empty: none */
	cs_id object; /* RECOVERY_*: the case; else zero */
};

/*
 * In a transaction: what, when (op->now), and for kinds that are somebody's own doing
 * from which browser (op->user_agent) and address (op->peer). Somebody without a mail address is
 * not written to. Errors: NOT_FOUND (no such subject).
 */
cs_err cs_notice_tell(
    struct cs_tx *tx, const struct cs_domain *d, const struct cs_notice_about *about);
/* The same about an authenticator of its subject, as it was or is. */
cs_err cs_notice_tell_of(struct cs_tx *tx, const struct cs_domain *d, enum cs_notice_kind kind,
    const struct cs_authenticator *a);

/*
 * The notice whose mail had this token, used up with this call, in a transaction of op->account.
 * Errors: NOT_FOUND (no token of ours, another account's, used, over, or of another link).
 */
cs_err cs_notice_take(
    struct cs_tx *tx, cs_str token, enum cs_notice_link link, struct cs_notice *out);

/*
 * Somebody said "this was not me" about cause: to themselves (FROZEN), and to those who look into
 * it. *out_count: of these, how many.
 */
cs_err cs_notice_tell_frozen(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_person *person, const struct cs_notice *cause, size_t *out_count);

/* "22 November 2026, 10:47 UTC" */
cs_str cs_notice_when(struct cs_arena *a, cs_time t);

#endif
