/*
 * attestation_root_store.h - roots that an account's attestation chains may end in, and what was
 * found out about enrolled authenticators with them.
 */
#ifndef CS_STORE_ATTESTATION_ROOT_STORE_H
#define CS_STORE_ATTESTATION_ROOT_STORE_H

#include "base/time.h"
#include "model/subject.h"
#include "store/store.h"

#define CS_ATTESTATION_ROOTS_READ 256 /* more than any account may have */

struct cs_attestation_root {
	cs_id id;
	cs_str name;
	cs_span certificate; /* DER */
	uint8_t fingerprint[32]; /* SHA-256 of it; one account has each once */
	cs_time created;
};

/* One with this fingerprint that is there already stays as it is. */
cs_err cs_attestation_root_add(
    struct cs_tx *tx, cs_id account, const struct cs_attestation_root *root);
/* Oldest first; LIMIT above CS_ATTESTATION_ROOTS_READ. */
cs_err cs_attestation_root_list(
    struct cs_tx *tx, cs_id account, struct cs_attestation_root **out, size_t *count);
/* Errors: NOT_FOUND. */
cs_err cs_attestation_root_find(
    struct cs_tx *tx, cs_id account, cs_id id, struct cs_attestation_root *out);
/* Errors: CONFLICT (there is none). */
cs_err cs_attestation_root_remove(struct cs_tx *tx, cs_id account, cs_id id);

/* Of an active authenticator that was found at `from`. Errors: CONFLICT (it is not, or gone). */
cs_err cs_evidence_set(
    struct cs_tx *tx, cs_id account, cs_id id, enum cs_evidence from, enum cs_evidence to);

#endif
