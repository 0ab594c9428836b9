/*
 * setting_store.h - small facts that the programme itself keeps, by account and name.
 *
 * It keeps none at present: what a store promises of transactions is tried on them (tests/contract).
 */
#ifndef CS_STORE_SETTING_STORE_H
#define CS_STORE_SETTING_STORE_H

#include "store/store.h"

/* Errors: NOT_FOUND. */
cs_err cs_setting_find(struct cs_tx *tx, cs_id account, cs_str name, cs_str *out);
/* Adds or replaces. */
cs_err cs_setting_set(struct cs_tx *tx, cs_id account, cs_str name, cs_str content);
/* Errors: CONFLICT (it is there already). */
cs_err cs_setting_add(struct cs_tx *tx, cs_id account, cs_str name, cs_str content);
/* Errors: CONFLICT (it is not `from` now). */
cs_err cs_setting_swap(struct cs_tx *tx, cs_id account, cs_str name, cs_str from, cs_str to);
cs_err cs_setting_remove(struct cs_tx *tx, cs_id account, cs_str name);

#endif
