/*
 * user_store.h - end users of an account's applications.
 *
 * email_key is the whole address in lower case (ASCII). Of the users of an account with one key at
 * most one has it proved.
 */
#ifndef CS_STORE_USER_STORE_H
#define CS_STORE_USER_STORE_H

#include "base/time.h"
#include "model/access.h"
#include "model/subject.h"
#include "store/store.h"

#define CS_USERS_BY_EMAIL_MAX 100

/* Errors: CONFLICT (email_is_proved, and another user has proved it). Ends the transaction. */
cs_err cs_user_add(
    struct cs_tx *tx, const struct cs_user *user, cs_str email_key, bool email_is_proved);
/* Errors: NOT_FOUND. */
cs_err cs_user_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_user *out);
cs_err cs_user_find_proved(struct cs_tx *tx, cs_id account, cs_str email_key, struct cs_user *out);
/* At most CS_USERS_BY_EMAIL_MAX, proved or not; also by the address that a session of theirs has. */
cs_err cs_user_list_by_email(struct cs_tx *tx, cs_id account, cs_str email_key,
    const struct cs_user **out, size_t *out_count);
/* A sign-in. An empty name keeps the old one. Errors: CONFLICT (gone, or not active). */
cs_err cs_user_set_seen(struct cs_tx *tx, cs_id account, cs_id id, cs_time now, cs_str name);
/* Errors: CONFLICT (as cs_user_add, or gone). */
cs_err cs_user_set_email(struct cs_tx *tx, cs_id account, cs_id id, cs_str email, cs_str email_key,
    bool email_is_proved);
/* Errors: CONFLICT (the status is not `from` now). */
cs_err cs_user_set_status(
    struct cs_tx *tx, cs_id account, cs_id id, enum cs_user_status from, enum cs_user_status to);
/* Their devices may not be changed by themselves, since now; who is frozen already stays as it is. */
cs_err cs_user_freeze(struct cs_tx *tx, cs_id account, cs_id id, cs_time now);
/* Errors: CONFLICT (there is no such user). */
cs_err cs_user_unfreeze(struct cs_tx *tx, cs_id account, cs_id id);

/* --- for administrators --- */

/* A user with what is kept beside them. */
struct cs_user_profile {
	struct cs_user user;
	bool email_is_proved;
	cs_str last_identity; /* JSON object, or empty: never signed in; not in a page */
	int64_t devices; /* browsers from which they signed in completely */
	unsigned methods; /* what they have enrolled: OR of enum cs_mfa_method */
};

/* Parts that the address and the name must have; lower case, empty: any. search: one of the two. */
struct cs_user_filter {
	cs_str email;
	cs_str name;
	cs_str search;
};

#define CS_USERS_PAGE_MAX 1000

/* In the order of their addresses. *out_total: of all that fit. */
cs_err cs_user_page(struct cs_tx *tx, cs_id account, const struct cs_user_filter *filter,
    int64_t max, int64_t skip, const struct cs_user_profile **out, size_t *out_count,
    int64_t *out_total);
#define CS_USER_SETS (CS_MFA_SECURITY_KEY << 1) /* of methods that somebody can have */

/* Active users by what they have enrolled. */
struct cs_user_counts {
	int64_t having[CS_USER_SETS]; /* index: OR of enum cs_mfa_method, 0: nothing */
};
cs_err cs_user_count_methods(struct cs_tx *tx, cs_id account, struct cs_user_counts *out);
/* Errors: NOT_FOUND. */
cs_err cs_user_profile_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_user_profile *out);
/* Errors: CONFLICT (there is no such user). */
cs_err cs_user_set_name(struct cs_tx *tx, cs_id account, cs_id id, cs_str name);
/* json: what get-identity would say now. Errors: CONFLICT (there is no such user). */
cs_err cs_user_set_last_identity(struct cs_tx *tx, cs_id account, cs_id id, cs_str json);
/*
 * With identities, sessions, authenticators, proofs, notices and known browsers. The change rows are the
 * caller's. Errors: CONFLICT (there is no such user).
 */
cs_err cs_user_remove(struct cs_tx *tx, cs_id account, cs_id id);

#endif
