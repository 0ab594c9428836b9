/*
 * import_wire.h - what libexec/countersign/convert says about a file, as the vault program reads it
 * (docs/protocol/vault.md §4). Decoded strictly: convert has seen a stranger's file.
 */
#ifndef CS_VAULT_IMPORT_WIRE_H
#define CS_VAULT_IMPORT_WIRE_H

#include "vault/import.h"

#define CS_IMPORT_WIRE_MAX (CS_IMPORT_BYTES_MAX * 2)

enum cs_import_outcome {
	CS_IMPORT_READ = 0,
	CS_IMPORT_PASSWORD, /* a password is needed */
	CS_IMPORT_WRONG_PASSWORD,
	CS_IMPORT_DAMAGED,
	CS_IMPORT_UNKNOWN, /* no format knows it */
	CS_IMPORT_LIMIT, /* too much, or too dear */
	CS_IMPORT_OUTCOMES
};

/* What a file was found to be. */
struct cs_import_answer {
	enum cs_import_outcome outcome;
	cs_str format; /* its name; empty when it is not known */
	cs_str problem; /* one sentence when it was not read */
	struct cs_import items; /* arena, items and item_count alone */
};

/* What cs_import_read came to. format: as it left it. */
struct cs_import_answer cs_import_answer_of(
    const struct cs_import *in, const struct cs_import_format *format, cs_err e);

/* out: sensitive. Errors: LIMIT. */
cs_err cs_import_wire_encode(const struct cs_import_answer *answer, struct cs_buf *out);
/*
 * Every item that is not refused is whole.
 *   a	locked
 * Errors: INVALID, LIMIT.
 */
cs_err cs_import_wire_decode(struct cs_arena *a, cs_span text, struct cs_import_answer *out);

#endif
