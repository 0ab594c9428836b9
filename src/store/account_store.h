/*
 * account_store.h - tenants, and the reserved server realm (id zero).
 */
#ifndef CS_STORE_ACCOUNT_STORE_H
#define CS_STORE_ACCOUNT_STORE_H

#include "base/time.h"
#include "store/store.h"

struct cs_account {
	cs_id id;
	cs_str name;
	cs_str auth_host; /* lower case, no port; empty for a realm without a host */
	cs_str auth_origin; /* "https://auth.example.test", with a port when not the default */
	cs_time created;
};

/* The host's owner is asked for first (cs_account_by_host): a host that is taken is CONFLICT. */
cs_err cs_account_add(struct cs_tx *tx, const struct cs_account *account);
/* Errors: NOT_FOUND. */
cs_err cs_account_find(struct cs_tx *tx, cs_id id, struct cs_account *out);
/* Errors: NOT_FOUND. */
cs_err cs_account_by_host(struct cs_tx *tx, cs_str auth_host, cs_id *out);
/* Errors: NOT_FOUND. */
cs_err cs_account_set_host(struct cs_tx *tx, cs_id id, cs_str auth_host, cs_str auth_origin);
/* Errors: NOT_FOUND. */
cs_err cs_account_set_name(struct cs_tx *tx, cs_id id, cs_str name);
/* Those from `from` on in the order of ids, at most limit; the array is in the operation's arena. */
cs_err cs_account_list(
    struct cs_tx *tx, cs_id from, size_t limit, struct cs_account **out, size_t *count);

#endif
