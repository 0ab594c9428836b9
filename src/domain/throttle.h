/*
 * throttle.h - guesses at a subject's second factor: debited and committed before they are judged.
 *
 * Sources: SP 800-63B-4 (at most 100 failed attempts in a row); a stranger's wrong codes must slow
 * the stranger, not the owner. A browser is known only after a full sign-in of this subject, second
 * factor included; each known browser has ten guesses an hour of its own. All strangers together
 * have ten an hour and a hundred since the last success; then only known browsers remain.
 */
#ifndef CS_DOMAIN_THROTTLE_H
#define CS_DOMAIN_THROTTLE_H

#include "domain/domain.h"
#include "domain/refusal.h"
#include "store/rate_store.h"

#define CS_GUESSES_PER_HOUR 10
#define CS_STRANGERS_IN_A_ROW 100
#define CS_SIGNED_PER_HOUR 60

struct cs_attempt {
	bool is_known;
	uint8_t hourly[CS_RATE_KEY_LEN];
	uint8_t in_a_row[CS_RATE_KEY_LEN]; /* strangers' guesses since the last success */
};

/* A rate's key: what is limited, in which account, and whose. parts end the key. */
void cs_rate_key(cs_str what, cs_id account, const cs_span *parts, size_t count,
    uint8_t out[static CS_RATE_KEY_LEN]);
/*
 * cs_rate_debit as a refusal: TOO_MANY, and after how long the next may pass (0 where the window has no
 * end); else *why is left as it is.
 */
cs_err cs_rate_take(struct cs_tx *tx, const uint8_t key[static CS_RATE_KEY_LEN], int64_t window_ms,
    int64_t limit, struct cs_refusal *why);

/*
 * Take one guess for subject from the browser device; committed when this returns. op->account is
 * the subject's. Refused with TOO_MANY: retry_after_ms 0 when no stranger may guess any more.
 */
cs_err cs_attempt_debit(struct cs_domain *d, const struct cs_op *op, cs_id subject, cs_id device,
    struct cs_attempt *out, struct cs_refusal *why);
/*
 * The same for a member's password, from a budget of its own: wrong passwords leave all guesses at
 * the second factor, and a right one gives none of these back.
 */
cs_err cs_attempt_debit_password(struct cs_domain *d, const struct cs_op *op, cs_id subject,
    cs_id device, struct cs_attempt *out, struct cs_refusal *why);
/* A new password was set by a mailed link: what was guessed at the old one is forgotten. */
cs_err cs_attempt_forget_password(struct cs_tx *tx, cs_id subject);
/*
 * The same for an answer that nobody finds by trying (a signature over the challenge): no guess of
 * anybody's is spent on it, so that no number of broken ones stands between the owner and a code.
 * It is counted for the session it comes from, sixty an hour, against floods of work and audit
 * events, and given back by a success alone.
 */
cs_err cs_attempt_debit_signed(struct cs_domain *d, const struct cs_op *op, cs_id subject,
    cs_id session, struct cs_attempt *out, struct cs_refusal *why);
/* In the transaction that stores a success. */
cs_err cs_attempt_succeed(struct cs_tx *tx, const struct cs_attempt *a);
/* It was no guess after all (not of the form of an answer). */
cs_err cs_attempt_refund(struct cs_domain *d, const struct cs_op *op, const struct cs_attempt *a);

#endif
