/*
 * mds_store.h - the FIDO metadata that was imported last: of the server realm, for all accounts.
 */
#ifndef CS_STORE_MDS_STORE_H
#define CS_STORE_MDS_STORE_H

#include "base/time.h"
#include "store/store.h"

#define CS_MDS_PAGE 500

struct cs_mds_head {
	int64_t no;
	cs_str next_update; /* "2026-11-22" */
	cs_time imported;
};

struct cs_mds_row {
	cs_str
	    key; /* an AAGUID in 32 hex digits, or an attestation key's SHA-1 in 40; lower case */
	cs_str description;
	cs_str status; /* names of statuses, one space between */
	cs_str body; /* its roots: DER in base64, one space between */
};

/* Errors: NOT_FOUND (nothing was imported yet). */
cs_err cs_mds_head_find(struct cs_tx *tx, struct cs_mds_head *out);
cs_err cs_mds_head_set(struct cs_tx *tx, const struct cs_mds_head *head);
/* All of them. */
cs_err cs_mds_entry_remove_all(struct cs_tx *tx);
/* A key that is there already keeps its words and gets these statuses as well. */
cs_err cs_mds_entry_add(struct cs_tx *tx, const struct cs_mds_row *row);
/* Errors: NOT_FOUND. */
cs_err cs_mds_entry_find(struct cs_tx *tx, cs_str key, struct cs_mds_row *out);
/* Those behind `after`, by key, without their bodies; at most CS_MDS_PAGE. */
cs_err cs_mds_entry_list(struct cs_tx *tx, cs_str after, struct cs_mds_row **out, size_t *count);
cs_err cs_mds_entry_count(struct cs_tx *tx, int64_t *out);

#endif
