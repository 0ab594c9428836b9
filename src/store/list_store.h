/*
 * list_store.h - lists that rules and settings refer to, and their items.
 *
 * The store does not look inside bodies and contents: domain/config has checked them. set and
 * remove: NOT_FOUND.
 */
#ifndef CS_STORE_LIST_STORE_H
#define CS_STORE_LIST_STORE_H

#include "base/time.h"
#include "store/store.h"

#define CS_LISTS_MAX 100
#define CS_LIST_ITEMS_MAX 5000

struct cs_list_row {
	cs_id id;
	cs_str type; /* as the API names it; never changed */
	cs_str name;
	cs_str body; /* JSON: description and what else was written with it */
	size_t item_count; /* read, not written */
	cs_time created;
	cs_time updated;
};

struct cs_list_item {
	cs_id list;
	cs_str content; /* normalised: each is there once */
	cs_str description;
	int64_t ord; /* their order; items of one call follow one another */
	cs_time created;
};

cs_err cs_list_add(struct cs_tx *tx, cs_id account, const struct cs_list_row *row);
cs_err cs_list_set(struct cs_tx *tx, cs_id account, const struct cs_list_row *row);
/* With its items. */
cs_err cs_list_remove(struct cs_tx *tx, cs_id account, cs_id id);
/* In the order of creation. LIMIT: more than CS_LISTS_MAX. */
cs_err cs_list_list(struct cs_tx *tx, cs_id account, struct cs_list_row **out, size_t *count);

/* One that is there already stays as it is. */
cs_err cs_list_item_add(struct cs_tx *tx, cs_id account, const struct cs_list_item *item);
/* One that is not there: OK. */
cs_err cs_list_item_remove(struct cs_tx *tx, cs_id account, cs_id list, cs_str content);
cs_err cs_list_item_clear(struct cs_tx *tx, cs_id account, cs_id list);
/* How many there are, and the highest ord (-1: none). */
cs_err cs_list_item_count(
    struct cs_tx *tx, cs_id account, cs_id list, size_t *count, int64_t *last_ord);
/* Of one list, in their order. LIMIT: more than CS_LIST_ITEMS_MAX. */
cs_err cs_list_item_list(
    struct cs_tx *tx, cs_id account, cs_id list, struct cs_list_item **out, size_t *count);
/*
 * Only contents, of all lists with one of the three types that are judged (EMAIL, IP, AAGUID), by
 * list. LIMIT: more than lists may hold.
 */
cs_err cs_list_item_all(struct cs_tx *tx, cs_id account, struct cs_list_item **out, size_t *count);

#endif
