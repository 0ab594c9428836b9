/*
 * member_address.h - members' addresses: their own, proved and changed, and others that are told what
 * happens; each by a link in a mail to it (member_link.h).
 *
 * who is signed in, or (ask_verify) enrols. op->account is the server realm.
 */
#ifndef CS_DOMAIN_MEMBER_ADDRESS_H
#define CS_DOMAIN_MEMBER_ADDRESS_H

#include "domain/domain.h"
#include "domain/member_session.h"
#include "domain/refusal.h"
#include "store/member_link_store.h"

#define CS_FORMER_ADDRESS_MS (7 * CS_DAY_MS) /* it is told what happens for so long */

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
