/*
 * two_factor_reset.h - somebody else takes a member's second factor away: the last way back in.
 *
 * Another owner of an account (members.h), or the operator (`countersignd member reset-2fa`).
 */
#ifndef CS_DOMAIN_TWO_FACTOR_RESET_H
#define CS_DOMAIN_TWO_FACTOR_RESET_H

#include "domain/domain.h"

struct cs_two_factor_reset {
	cs_id member;
	cs_id actor; /* who does it; zero: the operator, on the server */
	cs_str by; /* in words, for the mail: "an owner of Halden Maritime", "the operator" */
	cs_str reason; /* for the audit trail of the realm; may be empty */
};

/*
 * In a transaction of the realm (op->account zero). Every authenticator, backup code and remembered
 * browser goes, every session ends, an open recovery case ends, the next sign-in can only enrol
 * (must_enrol RESET); every address is told; audited in the realm. An account's own event is the
 * caller's. Errors: NOT_FOUND (no such member, or one of single sign-on).
 */
cs_err cs_two_factor_reset_in(
    struct cs_tx *tx, struct cs_domain *d, const struct cs_two_factor_reset *r);

/*
 * In a transaction of the realm: all authenticators of a member but one (zero: none is spared), their
 * backup codes, what was only begun, and the browsers that are not asked. Nothing is told.
 */
cs_err cs_two_factor_remove_in(
    struct cs_tx *tx, const struct cs_domain *d, cs_id member, cs_id except);

/*
 * For the operator, by address (as typed), whole. *out_had: there was something to take away (if not,
 * the next sign-in can only enrol all the same). Errors: NOT_FOUND, CONFLICT (comes by single sign-on).
 */
cs_err cs_two_factor_reset_by_operator(
    struct cs_domain *d, const struct cs_op *op, cs_str email, bool *out_had);

#endif
