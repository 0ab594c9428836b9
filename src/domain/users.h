/*
 * users.h - the people of an account, as administrators see and change them.
 *
 * Disabling and ending sessions is admin.h, taking one authenticator away authenticator.h.
 */
#ifndef CS_DOMAIN_USERS_H
#define CS_DOMAIN_USERS_H

#include "domain/config/change.h"
#include "model/session.h"
#include "store/user_store.h"

#define CS_USER_NAME_MAX 256

/* Of op->account; filter's texts in any case. */
cs_err cs_users_page(struct cs_domain *d, const struct cs_op *op,
    const struct cs_user_filter *filter, int64_t max, int64_t skip,
    const struct cs_user_profile **out, size_t *out_count, int64_t *out_total);
/* Of op->account: how many active users have enrolled what. */
cs_err cs_users_count(struct cs_domain *d, const struct cs_op *op, struct cs_user_counts *out);
/* Errors: NOT_FOUND. */
cs_err cs_users_find(
    struct cs_domain *d, const struct cs_op *op, cs_id id, struct cs_user_profile *out);

/* What is open of one user's; newest first. Errors: NOT_FOUND (no such user). */
struct cs_user_sessions {
	const struct cs_global_session *globals;
	size_t global_count;
	const struct cs_app_session *apps;
	size_t app_count;
};
cs_err cs_users_sessions(
    struct cs_domain *d, const struct cs_op *op, cs_id id, struct cs_user_sessions *out);

/* The active ones, oldest first; each with its model's name, or none. */
struct cs_user_authenticator {
	const struct cs_authenticator *authenticator;
	cs_str model;
};
cs_err cs_users_authenticators(struct cs_domain *d, const struct cs_op *op, cs_id id,
    const struct cs_user_authenticator **out, size_t *out_count);

/* --- changes, of change->account, audited as change->actor's; INVALID has its reason there --- */

/*
 * Somebody who has not been here yet. The administrator vouches for the address: whoever proves it
 * later, by PIN or at a provider, is this user. Errors: INVALID (no address; somebody has it).
 */
cs_err cs_users_add(const struct cs_config_change *c, cs_str email, cs_str name, cs_id *out_id);
/* email confirms who is meant. Errors: NOT_FOUND, INVALID (another address; no name, too long). */
cs_err cs_users_rename(const struct cs_config_change *c, cs_id id, cs_str email, cs_str name);
/*
 * With sessions, authenticators and proofs, here at once. Who signs in again later is another user.
 * Errors: NOT_FOUND.
 */
cs_err cs_users_remove(const struct cs_config_change *c, cs_id id);

#endif
