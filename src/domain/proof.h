/*
 * proof.h - which stored proofs count, for what, and until when. Pure but for reading, and for keeping them.
 */
#ifndef CS_DOMAIN_PROOF_H
#define CS_DOMAIN_PROOF_H

#include "domain/domain.h"
#include "domain/signin.h"

/* How long an answer that counts for one application session waits for that session. */
#define CS_OWN_PROOF_LIFE_MS (5 * CS_MINUTE_MS)

/* Active authenticators, and proofs from device, of a subject. In a transaction of op->account. */
cs_err cs_standing_read(struct cs_tx *tx, cs_id subject, cs_id device, struct cs_standing *out);
/*
 * Without the proofs that were made with a model which may not be used for s's application (the
 * portal: for any). The authenticators stay: who answers with one is told why it is refused.
 */
cs_err cs_standing_drop_unfit(
    struct cs_tx *tx, const struct cs_signin *s, struct cs_standing *standing);
/*
 * The newest proof that satisfies need now; NULL when there is none. context: of the sign-in, for
 * proofs that count once.
 */
const struct cs_stored_proof *cs_proof_choose(const struct cs_standing *standing,
    const struct cs_mfa_requirement *need, const uint8_t context[static CS_CONTEXT_LEN],
    cs_time now);
/* Whether this one does. */
bool cs_proof_counts(const struct cs_stored_proof *p, const struct cs_mfa_requirement *need,
    const uint8_t context[static CS_CONTEXT_LEN], cs_time now);

/*
 * Inside the transaction that accepted the answer: p counts for applications from now on, and its
 * browser is a known one. Of holders whose proofs are not kept nothing is (holder.h).
 */
cs_err cs_proof_keep(struct cs_tx *tx, const struct cs_holder *h, const struct cs_stored_proof *p);

/*
 * The same of what the session's provider asked for (gate/amr.h): whether a sign-in to s's
 * application may rest on it. With a duration of 0 the person must have come back from the provider
 * after this sign-in began, within the time that own proofs have, and is_spent says that one
 * application session was opened by it already.
 */
void cs_amr_choose(const struct cs_signin *s, const struct cs_mfa_requirement *need, bool is_spent,
    struct cs_amr_basis *out);

#endif
