/*
 * backup_codes.h - ten codes on paper, each good once, for when every other authenticator is gone.
 *
 * A set is one authenticator record of an issued factor (factor/backup_code.c), so that codes are
 * judged, debited, used up and audited by what does it for all authenticators (challenge.h). It is
 * never listed among them, and does not make anybody enrolled: it goes with the last other one.
 */
#ifndef CS_DOMAIN_BACKUP_CODES_H
#define CS_DOMAIN_BACKUP_CODES_H

#include "domain/domain.h"
#include "domain/holder.h"
#include "domain/refusal.h"
#include "factor/backup_code.h"
#include "factor/factor.h"

#define CS_BACKUP_CODES_FEW 3 /* left: time to say so */
#define CS_BACKUP_CODES_PER_HOUR 20 /* sets that one person can have made */

/* Members have them; users where the organisation allows it. account: the person's. */
bool cs_backup_codes_are_allowed(const struct cs_access_config *config, cs_id account);

/* --- inside transactions of others; account is the subject's --- */

/* *out_is_there false: they have none; *out is harmless. */
cs_err cs_backup_codes_find(struct cs_tx *tx, cs_id account, cs_id subject,
    struct cs_authenticator *out, bool *out_is_there);
/* The whole set goes, with the proofs and application sessions that rest on it. None is fine. */
cs_err cs_backup_codes_remove_in(struct cs_tx *tx, cs_id account, cs_id subject);
/* After one of subject's authenticators was removed: without any other the codes go as well. */
cs_err cs_backup_codes_settle_in(struct cs_tx *tx, cs_id account, cs_id subject);
/*
 * One was used (challenge_finish.c, once its replay state has been advanced): the person is told, with
 * how many are left, and from CS_BACKUP_CODES_FEW on to make new ones. The audit trail has
 * "challenge.granted" already; this adds "backup_codes.used".
 */
cs_err cs_backup_codes_used_in(struct cs_tx *tx, const struct cs_domain *d,
    const struct cs_authenticator *codes, const struct cs_factor_result *result);

/* --- for the person's own page --- */

struct cs_backup_codes_state {
	bool is_there;
	int total;
	int left;
	cs_time made;
};

/* In a transaction. */
cs_err cs_backup_codes_state(
    struct cs_tx *tx, cs_id account, cs_id subject, struct cs_backup_codes_state *out);
/* The same of somebody of op->account, by itself. */
cs_err cs_backup_codes_read(
    struct cs_domain *d, const struct cs_op *op, cs_id subject, struct cs_backup_codes_state *out);

/* A new set, to be shown this once. cs_backup_sheet_clear. */
struct cs_backup_sheet {
	struct cs_buf codes; /* sensitive: CS_BACKUP_CODES lines "7k3m-9qxv-2t\n" */
	cs_time made;
	cs_str account; /* the person's address */
	cs_str issuer; /* the organisation's name */
};
void cs_backup_sheet_clear(struct cs_backup_sheet *sheet);

/*
 * For h, in op->account; those of the old set are void once this returns. Refused with NOT_ALLOWED
 * (the organisation has none), NO_DEVICE (no other authenticator), TOO_MANY, and with what h's kind
 * says of CS_ACT_CODES: SIGNED_OUT, FROZEN, SSO, PROVE_FIRST. Errors: LIMIT (too much is being
 * hashed: nothing was changed).
 */
cs_err cs_backup_codes_make(struct cs_domain *d, const struct cs_op *op,
    const struct cs_access_config *config, const struct cs_holder *h, struct cs_backup_sheet *out,
    struct cs_refusal *why);

#endif
