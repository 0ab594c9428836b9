/*
 * two_factor.h - whether a member's second factor is on: while they have an authenticator.
 *
 * Backup codes are none. All inside a transaction, for members of the server realm whatever
 * op->account is.
 */
#ifndef CS_DOMAIN_TWO_FACTOR_H
#define CS_DOMAIN_TWO_FACTOR_H

#include "domain/domain.h"

cs_err cs_two_factor_is_on(struct cs_tx *tx, cs_id member, bool *out);

/*
 * After an authenticator of member's was added, removed or replaced, in the same transaction. With
 * the first one it is on: member.two_factor_since is now, must_enrol is over. Without any it is off:
 * backup codes and remembered browsers go. The member is told of either (two_factor_on,
 * two_factor_off) by mail, and the audit trail too. Nothing happens where nothing changed.
 */
cs_err cs_two_factor_changed_in(struct cs_tx *tx, const struct cs_domain *d, cs_id member);

/*
 * The same without a mail: for who tells of it in words of their own (two_factor_reset).
 * *out_changed: on became off, or off on.
 */
cs_err cs_two_factor_settle_in(
    struct cs_tx *tx, const struct cs_domain *d, cs_id member, bool *out_changed);

#endif
