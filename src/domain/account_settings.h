/*
 * account_settings.h - what owners change of the account itself: its name, and what it asks of its
 * members.
 */
#ifndef CS_DOMAIN_ACCOUNT_SETTINGS_H
#define CS_DOMAIN_ACCOUNT_SETTINGS_H

#include "domain/domain.h"
#include "domain/refusal.h"
#include "store/account_store.h"
#include "store/membership_store.h"

#define CS_ACCOUNT_NAME_MAX 100 /* bytes */

struct cs_account_shown {
	struct cs_account account;
	struct cs_account_demands demands;
};

/* Of op->account. Errors: NOT_FOUND. */
cs_err cs_account_settings_read(
    struct cs_domain *d, const struct cs_op *op, struct cs_account_shown *out);

/* What is not named stays as it is. */
struct cs_account_wish {
	bool has_name;
	cs_str name;
	bool has_enforced;
	bool is_enforced;
	bool has_after;
	cs_time after;
	bool has_remembered;
	bool refuses_remembered;
	bool is_proved; /* the password was given again just now, or a token asks */
};

/*
 * In op->account, by an owner of it, all or nothing; *out: as it is then. A date without enforcement
 * is forgotten. Refused: NOT_ALLOWED, BODY (the name), PROVE_FIRST (less would be asked of the members
 * than is, and the wish is not proved). Errors: UNCERTAIN (kept, and in force only when
 * the follower gets to it).
 */
cs_err cs_account_settings_change(struct cs_domain *d, const struct cs_op *op, cs_id actor,
    const struct cs_account_wish *wish, struct cs_account_shown *out, struct cs_refusal *why);

#endif
