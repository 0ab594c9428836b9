/*
 * export_wire.h - what `convert export` answers (docs/protocol/vault.md §4):
 *     countersign export 1
 *     problem TEXT                 alone, or:
 *     given N
 *     written N
 *     left-out INDEX TEXT          for each one; INDEX from 0
 *     lost INDEX TEXT
 * an empty line, and the file as it is to lie on the disk. Values as in §2.
 */
#ifndef CS_VAULT_EXPORT_WIRE_H
#define CS_VAULT_EXPORT_WIRE_H

#include "vault/export.h"

#define CS_EXPORT_WIRE_MAX (CS_EXPORT_BYTES_MAX * 2)

struct cs_export_answer {
	cs_str problem; /* empty: it was written */
	size_t given;
	size_t written;
	struct cs_export_remark *remarks;
	size_t remark_count;
	cs_span file;
};

/* problem: why not, or NULL. out: sensitive. Errors: LIMIT. */
cs_err cs_export_wire_encode(
    const struct cs_export *x, const char *problem, cs_span file, struct cs_buf *out);
/*
 * out: texts in a, file borrowed from text. Strict: written + left out = given, each index once.
 * Errors: INVALID, LIMIT.
 */
cs_err cs_export_wire_decode(struct cs_arena *a, cs_span text, struct cs_export_answer *out);

#endif
