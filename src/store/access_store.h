/*
 * access_store.h - what guards applications: organization, identity providers, applications and
 * their places, policies and their links, rule groups.
 *
 * Bodies are JSON as domain/config wrote it; the store does not look inside. Lists come in the
 * order of creation and say LIMIT when they are longer than CS_ACCESS_ROWS_MAX. set and remove: NOT_FOUND.
 */
#ifndef CS_STORE_ACCESS_STORE_H
#define CS_STORE_ACCESS_STORE_H

#include "base/time.h"
#include "store/store.h"

#define CS_ACCESS_ROWS_MAX 16384

/* One object of any kind; what a kind does not have is zero. */
struct cs_access_row {
	cs_id id;
	cs_str body;
	cs_str name; /* written, not read: it is in the body */
	cs_str type; /* the same: a provider's type, a policy's decision */
	cs_id application; /* policy: the one application that it is for; zero: reusable */
	cs_span sealed; /* provider: client secret, or empty */
	uint8_t aud[32]; /* application */
	cs_time created;
	cs_time updated;
};

struct cs_access_rows {
	struct cs_access_row *rows;
	size_t count;
};

/* CONFLICT when there is one already. */
cs_err cs_organization_add(struct cs_tx *tx, cs_id account, const struct cs_access_row *row);
cs_err cs_organization_set(struct cs_tx *tx, cs_id account, const struct cs_access_row *row);
cs_err cs_organization_find(struct cs_tx *tx, cs_id account, struct cs_access_row *out);

/* A second onetimepin is CONFLICT and ends the transaction. */
cs_err cs_provider_add(struct cs_tx *tx, cs_id account, const struct cs_access_row *row);
cs_err cs_provider_set(struct cs_tx *tx, cs_id account, const struct cs_access_row *row);
cs_err cs_provider_remove(struct cs_tx *tx, cs_id account, cs_id id);
cs_err cs_provider_list(struct cs_tx *tx, cs_id account, struct cs_access_rows *out);

cs_err cs_application_add(struct cs_tx *tx, cs_id account, const struct cs_access_row *row);
cs_err cs_application_set(struct cs_tx *tx, cs_id account, const struct cs_access_row *row);
/* With its places, its links and the policies made for it. */
cs_err cs_application_remove(struct cs_tx *tx, cs_id account, cs_id id);
cs_err cs_application_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_access_row *out);
cs_err cs_application_list(struct cs_tx *tx, cs_id account, struct cs_access_rows *out);

struct cs_place {
	cs_id application;
	cs_str host;
	cs_str path;
	bool is_pattern;
};

/* CONFLICT when an application of this account has that host and path already. */
cs_err cs_place_add(struct cs_tx *tx, cs_id account, const struct cs_place *place);
/* All of one application. */
cs_err cs_place_remove(struct cs_tx *tx, cs_id account, cs_id application);
cs_err cs_place_list(struct cs_tx *tx, cs_id account, struct cs_place **out, size_t *count);
/* Whether an application of another account has exactly this host. */
cs_err cs_place_is_foreign(struct cs_tx *tx, cs_id account, cs_str host, bool *out);
/*
 * Calls see with each host of other accounts that host could overlap with: all of them when host
 * is a pattern itself, else their patterns. see returns false to stop.
 */
cs_err cs_place_each_foreign(struct cs_tx *tx, cs_id account, bool is_pattern,
    bool (*see)(void *ctx, cs_str host), void *ctx);

cs_err cs_policy_add(struct cs_tx *tx, cs_id account, const struct cs_access_row *row);
cs_err cs_policy_set(struct cs_tx *tx, cs_id account, const struct cs_access_row *row);
/* A policy that is linked says CONFLICT and ends the transaction. */
cs_err cs_policy_remove(struct cs_tx *tx, cs_id account, cs_id id);
cs_err cs_policy_find(struct cs_tx *tx, cs_id account, cs_id id, struct cs_access_row *out);
cs_err cs_policy_list(struct cs_tx *tx, cs_id account, struct cs_access_rows *out);

struct cs_policy_link {
	cs_id application;
	cs_id policy;
	int64_t precedence;
};

/* CONFLICT when it is linked already. */
cs_err cs_policy_link_add(struct cs_tx *tx, cs_id account, const struct cs_policy_link *link);
cs_err cs_policy_link_set(struct cs_tx *tx, cs_id account, const struct cs_policy_link *link);
cs_err cs_policy_link_remove(struct cs_tx *tx, cs_id account, cs_id application, cs_id policy);
/* By application, then precedence. */
cs_err cs_policy_link_list(
    struct cs_tx *tx, cs_id account, struct cs_policy_link **out, size_t *count);

cs_err cs_group_add(struct cs_tx *tx, cs_id account, const struct cs_access_row *row);
cs_err cs_group_set(struct cs_tx *tx, cs_id account, const struct cs_access_row *row);
cs_err cs_group_remove(struct cs_tx *tx, cs_id account, cs_id id);
cs_err cs_group_list(struct cs_tx *tx, cs_id account, struct cs_access_rows *out);

#endif
