/*
 * change.h - one change of an account's configuration: stored, checked as a whole, recorded, in
 * force.
 */
#ifndef CS_DOMAIN_CONFIG_CHANGE_H
#define CS_DOMAIN_CONFIG_CHANGE_H

#include "domain/audit.h"
#include "domain/config/image.h"
#include "domain/config/json.h"

/* Who changes what. fault: the reason of an INVALID. */
struct cs_config_change {
	struct cs_domain *domain;
	const struct cs_op *op;
	cs_id account;
	cs_id actor; /* the member who did it, or whose token did */
	struct cs_fault *fault;
};

/*
 * Run step in a write transaction, then read the whole configuration and check that it fits
 * (check.h), add the change row; after the commit publish it. step may run more than once; ctx is
 * its own. On an error nothing is kept, but for UNCERTAIN.
 * Errors: INVALID (fault says why), NOT_FOUND, UNCERTAIN (also: kept, and in force only when the
 * follower gets to it), and the store's.
 */
cs_err cs_config_apply(const struct cs_config_change *c, cs_tx_fn *step, void *ctx);

/* For steps: who did what to which object. kind: "application"; name as people know it. */
cs_err cs_config_record(struct cs_tx *tx, const struct cs_config_change *c, enum cs_audit_kind what,
    const char *kind, cs_id object, cs_str name);

/*
 * What an object is stored as: a copy of body without what is shown but not written (id, aud,
 * created_at …). *out is the caller's.
 */
void cs_config_body(const json_t *body, json_t **out);

/* Rows alone, undecoded, in rows: for showing. Errors: NOT_FOUND and the store's. */
cs_err cs_config_read(struct cs_domain *d, const struct cs_op *op, cs_id account,
    struct cs_arena *rows, struct cs_image *out);

#endif
