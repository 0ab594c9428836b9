/*
 * member_link.h - the mails whose link does something for a member, of one purpose each.
 *
 * A link is CONSOLE/verify-email#cm_TOKEN or CONSOLE/reset-password#cm_TOKEN: the token is in the
 * fragment, which no server sees; the page's button POSTs it. Good once. What following one does:
 * member_address.h, member_forgot.h. op->account is the server realm.
 */
#ifndef CS_DOMAIN_MEMBER_LINK_H
#define CS_DOMAIN_MEMBER_LINK_H

#include "domain/domain.h"
#include "domain/refusal.h"
#include "store/member_link_store.h"

#define CS_LINK_TOKEN_PREFIX "cm_"
#define CS_LINK_RESET_MS CS_HOUR_MS
#define CS_LINK_VERIFY_MS CS_DAY_MS
#define CS_LINK_MAILS_PER_HOUR 5 /* to one address: asked for by members, and as many by anybody */
#define CS_LINK_MAILS_BY_MEMBER 50 /* a day, to whatever addresses */

/*
 * Another mail to one address, asked for by a member (zero: by anybody); key is cs_email_key's. Counted
 * and committed before anything else, whether anything is sent or not. Refused: TOO_MANY.
 */
cs_err cs_member_link_debit(
    struct cs_domain *d, const struct cs_op *op, cs_id by, cs_str key, struct cs_refusal *why);
/*
 * Keep a new link and mail it to email, in a transaction. Two mails with the same subject within a
 * week are told apart by their links alone.
 */
cs_err cs_member_link_send(struct cs_tx *tx, const struct cs_domain *d,
    enum cs_member_link_purpose purpose, cs_id member, cs_str email);

#endif
