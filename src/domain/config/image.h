/*
 * image.h - all of one account's configuration at one moment, read in one transaction and decoded.
 *
 * The same reading serves publishing (publish.h) and checking that a change fits (check.h). An
 * object that can no longer be decoded is marked broken, logged (CONFIG_BROKEN) and left for the
 * caller to fail closed on.
 */
#ifndef CS_DOMAIN_CONFIG_IMAGE_H
#define CS_DOMAIN_CONFIG_IMAGE_H

#include "model/access.h"
#include "store/access_store.h"
#include "store/account_store.h"
#include "store/list_store.h"
#include "store/service_token_store.h"

/* What one account's configuration may hold, in bytes of JSON. */
#define CS_CONFIG_MAX_BYTES ((size_t)32 * 1024 * 1024)
/* Caps of the arenas that it is read and decoded in. */
#define CS_CONFIG_ARENA_MAX ((size_t)256 * 1024 * 1024)

struct cs_image_group {
	struct cs_access_row row;
	struct cs_rule_group group;
	const char *identity_key; /* a rule of its own that judges who somebody is, or NULL */
	bool is_broken;
};

struct cs_image_policy {
	struct cs_access_row row;
	struct cs_policy policy;
	bool is_broken;
};

struct cs_image_provider {
	struct cs_access_row row;
	struct cs_identity_provider provider;
	bool is_broken;
};

struct cs_image_application {
	struct cs_access_row row;
	struct cs_application application; /* policies not yet linked in */
	bool is_broken;
};

struct cs_image_list {
	struct cs_list_row row;
	struct cs_list list; /* its items: cs_image_load_items */
	bool is_broken;
};

struct cs_image {
	struct cs_account account;
	struct cs_access_row organization_row;
	struct cs_organization organization; /* exists false: none was made */
	bool organization_is_broken;
	struct cs_image_provider *providers;
	size_t provider_count;
	struct cs_image_group *groups;
	size_t group_count;
	struct cs_image_policy *policies;
	size_t policy_count;
	struct cs_image_application *applications;
	size_t application_count;
	struct cs_policy_link *links; /* by application, then precedence */
	size_t link_count;
	struct cs_place *places;
	size_t place_count;
	struct cs_image_list *lists;
	size_t list_count;
	struct cs_service_token_row *service_tokens;
	size_t service_token_count;
};

/*
 * Rows are copied to the operation's arena, decoded values to `decoded`; with NULL nothing is
 * decoded (organization.exists is still true).
 * Errors: NOT_FOUND (no such account), LIMIT (more than CS_CONFIG_MAX_BYTES).
 */
cs_err cs_image_load(
    struct cs_tx *tx, cs_id account, struct cs_arena *decoded, struct cs_image *out);
/*
 * The items of the lists that are judged, sorted, each once; in the same transaction. A list with an
 * item that cannot be read is broken.
 */
cs_err cs_image_load_items(struct cs_tx *tx, struct cs_arena *decoded, struct cs_image *image);

/* NULL when there is none. */
const struct cs_image_group *cs_image_group(const struct cs_image *image, cs_id id);
const struct cs_image_policy *cs_image_policy(const struct cs_image *image, cs_id id);
const struct cs_image_provider *cs_image_provider(const struct cs_image *image, cs_id id);
const struct cs_image_application *cs_image_application(const struct cs_image *image, cs_id id);
const struct cs_image_list *cs_image_list(const struct cs_image *image, cs_id id);
/* How many applications a policy is linked to. */
size_t cs_image_policy_uses(const struct cs_image *image, cs_id policy);
/* The links of one application: a stretch of image->links. */
const struct cs_policy_link *cs_image_links(
    const struct cs_image *image, cs_id application, size_t *count);

#endif
