/*
 * entry_order.h - the orders in which entries are shown.
 */
#ifndef CS_CLI_ENTRY_ORDER_H
#define CS_CLI_ENTRY_ORDER_H

#include "vault/entry.h"

/* By name is by service, then account; added and changed have the latest in front. */
enum cs_entry_order {
	CS_ORDER_NAME = 0,
	CS_ORDER_ACCOUNT,
	CS_ORDER_ADDED,
	CS_ORDER_CHANGED,
	CS_ORDER_NONE, /* as they lie in the vault */
	CS_ORDER_COUNT
};

/* "name", "account", … Errors: INVALID. */
cs_err cs_entry_order_decode(cs_str name, enum cs_entry_order *out);

/* a: for as long as it takes. */
void cs_entries_sort(
    struct cs_arena *a, struct cs_entry **entries, size_t count, enum cs_entry_order order);

/* The same but for letters' case. */
bool cs_entry_text_equal(cs_str a, cs_str b);

#endif
