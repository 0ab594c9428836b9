/*
 * member_link.h - what members do by links in their mail: proving an address, changing it, and setting
 * a new password.
 *
 * A link is CONSOLE/verify-email#cm_TOKEN or CONSOLE/reset-password#cm_TOKEN: the token is in the
 * fragment, which no server sees; the page's button POSTs it. Good once. Five mails an hour go to one
 * address, counted and committed before anything else. op->account is the server realm.
 */
#ifndef CS_DOMAIN_MEMBER_LINK_H
#define CS_DOMAIN_MEMBER_LINK_H

#include "domain/domain.h"
#include "domain/member_session.h"
#include "domain/refusal.h"

#define CS_LINK_TOKEN_PREFIX "cm_"
#define CS_LINK_RESET_MS CS_HOUR_MS
#define CS_LINK_VERIFY_MS CS_DAY_MS
#define CS_LINK_MAILS_PER_HOUR 5 /* to one address: asked for by members, and as many by anybody */
#define CS_LINK_MAILS_BY_MEMBER 50 /* a day, to whatever addresses */
#define CS_FORMER_ADDRESS_MS (7 * CS_DAY_MS) /* it is told what happens for so long */

/* --- a forgotten password --- */

/*
 * Mail a link, if the address is a member's who has a password. The same answer, after the same work,
 * for all others and when no more mails may go there: the caller learns nothing.
 */
cs_err cs_member_forgot(struct cs_domain *d, const struct cs_op *op, cs_str email);

struct cs_member_reset {
	cs_str email;
	bool has_second_factor; /* the next sign-in asks for it as ever */
};
/*
 * Set a password by a link. All sessions and remembered browsers end, a recovery that waits begins its
 * wait anew, every address is told. The second factor stays.
 * Refused: ENDED, WEAK_PASSWORD, BODY. Errors: LIMIT.
 */
cs_err cs_member_reset(struct cs_domain *d, const struct cs_op *op, cs_str token, cs_str password,
    struct cs_member_reset *out, struct cs_refusal *why);

/* --- addresses; who is signed in, or (ask_verify) enrols --- */

/* Mail the link that proves the member's own address. Refused: TOO_MANY, NOT_NEEDED (it is proved). */
cs_err cs_member_ask_verify(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, struct cs_refusal *why);
/*
 * Mail a link to a new address, and word of it to all that there are. Somebody else's address is said
 * the same of, and gets no link. *out: where to. Refused: BODY (no address), PROVE_FIRST, FROZEN, SSO,
 * SIGNED_OUT, TOO_MANY.
 */
cs_err cs_member_ask_email(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, cs_str email, cs_str *out, struct cs_refusal *why);
/*
 * Another address that is told what happens, once its link was followed. Refused: BODY (no address, or
 * their own), PROVE_FIRST, SIGNED_OUT, TOO_MANY, TOO_MANY_DEVICES (CS_CONTACTS_MAX are there).
 */
cs_err cs_member_add_contact(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, cs_str email, struct cs_refusal *why);
/* Refused: NOT_FOUND (also: a former address, which goes by itself), PROVE_FIRST, SIGNED_OUT. */
cs_err cs_member_remove_contact(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, cs_id contact, struct cs_refusal *why);
cs_err cs_member_contacts(struct cs_domain *d, const struct cs_op *op,
    const struct cs_member_seen *who, const struct cs_member_contact **out, size_t *out_count);

/*
 * Follow a link of any of the three: the address in it is proved, and where it is the new one, theirs.
 * *out: the address. Refused: ENDED, EMAIL_TAKEN.
 */
cs_err cs_member_confirm(
    struct cs_domain *d, const struct cs_op *op, cs_str token, cs_str *out, struct cs_refusal *why);

#endif
