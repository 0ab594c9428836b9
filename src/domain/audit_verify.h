/*
 * audit_verify.h - is the audit trail still what was sealed? Format: docs/protocol/audit.md.
 *
 * Reads only, and needs no keyring: what it compares are digests and public keys. Each step is a
 * snapshot of its own, so servers may go on writing. A broken trail is an answer, not an error.
 * Any thread but an event thread.
 */
#ifndef CS_DOMAIN_AUDIT_VERIFY_H
#define CS_DOMAIN_AUDIT_VERIFY_H

#include "base/op.h"
#include "store/store.h"

enum cs_audit_break {
	CS_AUDIT_WHOLE,
	/* The event there is not the one that was sealed under its number. */
	CS_AUDIT_EDITED,
	/* No event there, though later ones or the head say that there was one. */
	CS_AUDIT_DELETED,
	/* The event that was sealed there has another number now. */
	CS_AUDIT_REORDERED,
	/* The events fit each other; the head is not the last one's: set back, altered or removed. */
	CS_AUDIT_HEAD_ALTERED,
	/* The chain is whole, and there are sealed events beside it. */
	CS_AUDIT_INSERTED,
};

struct cs_audit_report {
	int64_t sealed; /* events that have a number */
	int64_t unsealed; /* the tail that the sealer has not come to */
	int64_t fits_until; /* the chain from 1 to here is whole */
	enum cs_audit_break broken; /* the first break, at fits_until + 1 */
};

/* Walks the account's whole chain. */
cs_err cs_audit_verify(
    struct cs_store *store, const struct cs_op *op, cs_id account, struct cs_audit_report *out);

typedef cs_err cs_audit_report_fn(
    void *ctx, cs_id account, cs_str name, const struct cs_audit_report *report);

/* Every account's, the server realm's first; stops at an error, fn's included. */
cs_err cs_audit_verify_all(
    struct cs_store *store, const struct cs_op *op, cs_audit_report_fn *fn, void *ctx);

enum cs_audit_witnessed {
	CS_AUDIT_NO_HEAD, /* the line holds none */
	CS_AUDIT_FITS,
	CS_AUDIT_GONE, /* the chain does not reach that far: its tail was cut off */
	CS_AUDIT_DIFFERS, /* the chain has another link there: it was written anew */
	CS_AUDIT_FORGED, /* the signature is not the account's */
};

struct cs_audit_witness {
	enum cs_audit_witnessed verdict;
	cs_id account;
	int64_t seq;
	/* the signature was checked; false when there is none or its key is no longer kept */
	bool is_proved;
};

/*
 * One line of a witness against the links that are stored; it proves the chain up to seq only where
 * cs_audit_verify finds that whole. A line is a signed head (a JWS), its claims alone, or a line of
 * the log with event audit_head.
 */
cs_err cs_audit_witness_verify(
    struct cs_store *store, const struct cs_op *op, cs_str line, struct cs_audit_witness *out);

#endif
