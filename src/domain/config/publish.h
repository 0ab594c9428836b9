/*
 * publish.h - stored configuration brought into force: read, decoded, handed to the gate.
 *
 * Called after each committed change, by the follower of the change sequence (CS_CHANGE_CONFIG
 * rows), and for every account at start. Reading and handing over happen under one lock, so that an
 * older reading never replaces a newer one.
 */
#ifndef CS_DOMAIN_CONFIG_PUBLISH_H
#define CS_DOMAIN_CONFIG_PUBLISH_H

#include "domain/config/image.h"
#include "domain/domain.h"

struct cs_publisher;

void cs_publisher_new(struct cs_publisher **out);
void cs_publisher_free(struct cs_publisher **p);

/*
 * From its return on, decisions on this node follow what the store said when it was called, or
 * something later. An account that is gone is forgotten. Blocks on the store.
 * Errors: UNAVAILABLE, STORE (logged CONFIG_NOT_PUBLISHED): what was in force stays; call again
 * before calling the node fresh.
 */
cs_err cs_config_publish(struct cs_domain *d, const struct cs_op *op, cs_id account);
/* At start, and when a reader of the change sequence has fallen too far behind. */
cs_err cs_config_publish_all(struct cs_domain *d, const struct cs_op *op);
/* For cs_domain.republish: one account, or all of them for zero (the server realm is among them). */
cs_err cs_config_republish(struct cs_domain *d, const struct cs_op *op, cs_id account);

/*
 * An image as the gate wants it; pure. Fails closed: an application that is broken, or whose
 * policies or groups are, keeps its places and has no policies, and so denies everybody; with a
 * broken organization all of them do.
 */
void cs_config_build(
    struct cs_arena *a, const struct cs_image *image, struct cs_access_config *out);

#endif
