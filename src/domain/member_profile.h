/*
 * member_profile.h - what members see and change of themselves: password, name, sessions, browsers
 * that are remembered. Addresses: member_address.h. op->account is the server realm.
 */
#ifndef CS_DOMAIN_MEMBER_PROFILE_H
#define CS_DOMAIN_MEMBER_PROFILE_H

#include "domain/enforcement.h"
#include "domain/member_session.h"
#include "store/membership_store.h"

#define CS_SSO_FRESH_MS (5 * CS_MINUTE_MS)

/* What is asked of them, by whom. */
struct cs_member_self {
	struct cs_enforcement demands;
	const struct cs_member_demand *list; /* of accounts that ask for something */
	size_t count;
};
cs_err cs_member_self(struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who,
    struct cs_member_self *out);
bool cs_member_self_is_enforced_by(const struct cs_member_self *self, cs_id account);

/* --- the password --- */

/*
 * Open this session's password window (manage.h). *out: the new token; *out_expires: the window's end.
 * Refused: WRONG_PASSWORD, TOO_MANY, SSO, FROZEN, SIGNED_OUT. Errors: LIMIT.
 */
cs_err cs_member_prove(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, cs_str password, struct cs_member_step *out,
    cs_time *out_expires, struct cs_refusal *why);

/*
 * Inside a transaction: whether this session, at this moment, may change what is proved by the
 * password, and, where with_factor and there is a second factor, by it as well. *why is set anew:
 * SIGNED_OUT (its token was replaced, or it ended), PROVE_FIRST.
 */
cs_err cs_member_check_proved(
    struct cs_tx *tx, const struct cs_member_seen *who, bool with_factor, struct cs_refusal *why);

/*
 * Other sessions and remembered browsers end; every address is told. Refused: as check_proved, and
 * WEAK_PASSWORD (also "same"), BODY, SSO. Errors: LIMIT.
 */
cs_err cs_member_change_password(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, cs_str password, struct cs_refusal *why);
/* How many characters a password of theirs has to have. */
unsigned cs_member_password_least(
    const struct cs_member *member, const struct cs_enforcement *demands);

/* Refused: BODY (1 to 128 bytes of UTF-8 without control characters). */
cs_err cs_member_rename(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, cs_str name, struct cs_refusal *why);

/* --- browsers --- */

struct cs_member_browsers {
	const struct cs_member_session *sessions; /* complete, newest first */
	size_t session_count;
	const struct cs_remembered *remembered;
	size_t remembered_count;
};
cs_err cs_member_browsers(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, struct cs_member_browsers *out);
/* One of theirs, this one too. Refused: NOT_FOUND. */
cs_err cs_member_end_session(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, cs_id session, struct cs_refusal *why);
/* All others, and every remembered browser. */
cs_err cs_member_end_others(
    struct cs_domain *d, const struct cs_op *op, const struct cs_member_seen *who);
/* Refused: NOT_FOUND. */
cs_err cs_member_forget(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, cs_id remembered, struct cs_refusal *why);

#endif
