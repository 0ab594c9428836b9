/*
 * member.h - people who sign in to the console: finding who a session cookie is, and inviting.
 *
 * Members and their sessions belong to the server realm (account zero).
 */
#ifndef CS_DOMAIN_CONFIG_MEMBER_H
#define CS_DOMAIN_CONFIG_MEMBER_H

#include "domain/config/api_token.h"
#include "domain/config/fault.h"
#include "domain/member_session.h"
#include "domain/password.h"
#include "domain/refusal.h"

#define CS_INVITATION_PREFIX "csi_"
#define CS_INVITATION_LIFE_MS (7 * CS_DAY_MS)

/*
 * What the member signed in with these cookies may do in account; nothing (GRANTED is not set) for a
 * session that is unknown, over, not complete or of another browser, a disabled member, and an
 * account they do not belong to.
 */
cs_err cs_member_authorize(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_browser *browser, cs_id account, struct cs_grant *grant,
    enum cs_verdict *out);

/*
 * The same for what is of no account: *grant names none, and lets them do what they may about
 * themselves (CS_MAY_OWN).
 */
cs_err cs_member_authorize_self(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_browser *browser, struct cs_grant *grant, enum cs_verdict *out);

/*
 * In a transaction of the inviting account: the member for an address (email: cs_email_key's),
 * made without a password when there is none yet.
 */
cs_err cs_member_for(struct cs_tx *tx, const struct cs_domain *d, cs_str email, cs_id *out);
/* The same transaction: an invitation to that address; *text is its token, in the arena. */
cs_err cs_invitation_create(struct cs_tx *tx, const struct cs_domain *d, cs_id account,
    cs_str email, enum cs_role role, cs_id invited_by, cs_str *text);

struct cs_redemption {
	cs_str token;
	cs_str password;
	cs_str name;
	bool has_device;
	cs_id device; /* the browser that asks */
};

/*
 * Redeem an invitation, once: the address becomes a member of the account. Somebody who is new sets
 * their password; a member of another account proves theirs (ten wrong ones end the invitation).
 * Then a sign-in begins (member_session.h), at the stage that it has with the account's demands
 * counted in; the invitation is open until that is complete, and then they are a member. One that was
 * mailed proves the address.
 * op->account is the server realm. Refused: LINK_ENDED, BODY (name), WEAK_PASSWORD, NOT_ALLOWED
 * (wrong password). Errors: LIMIT (too many passwords are being hashed).
 */
cs_err cs_invitation_redeem(struct cs_domain *d, const struct cs_op *op,
    const struct cs_redemption *r, struct cs_member_step *out, struct cs_refusal *why);

#endif
