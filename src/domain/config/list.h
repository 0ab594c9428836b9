/*
 * list.h - lists that rules and settings refer to (specs: Access §14).
 *
 * Errors of all: INVALID (change->fault says why), NOT_FOUND, and the store's. Nothing is applied
 * by halves.
 */
#ifndef CS_DOMAIN_CONFIG_LIST_H
#define CS_DOMAIN_CONFIG_LIST_H

#include "domain/config/change.h"
#include "store/list_store.h"

cs_err cs_config_add_list(const struct cs_config_change *c, const json_t *body, cs_id *id);
/*
 * Replaces name and description, and all items when the body has any; "countersign" stays when it is
 * left out. The type is what it is.
 */
cs_err cs_config_set_list(const struct cs_config_change *c, cs_id id, const json_t *body);
/*
 * First "remove", then "append", whole or not at all; a value that is there already is passed over
 * like one that is not there to be removed. Also name, description and countersign, when they are
 * given.
 */
cs_err cs_config_patch_list(const struct cs_config_change *c, cs_id id, const json_t *body);
/* Refused while something refers to it, naming everything that does. */
cs_err cs_config_remove_list(const struct cs_config_change *c, cs_id id);

/* One list and all its items. Errors: NOT_FOUND. */
cs_err cs_list_read(struct cs_domain *d, const struct cs_op *op, cs_id account, cs_id id,
    struct cs_list_row *row, struct cs_list_item **items, size_t *count);
/* All lists, without items. */
cs_err cs_list_read_all(struct cs_domain *d, const struct cs_op *op, cs_id account,
    struct cs_list_row **rows, size_t *count);

/* Whether a stored body wants verified evidence: the default. */
bool cs_list_body_wants_verified(const json_t *body);

#endif
