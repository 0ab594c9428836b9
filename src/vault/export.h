/*
 * export.h - entries into other programs' files. Runs in libexec/countersign/convert, as import.h
 * does: no file, no network.
 *
 * Each format is one file in export/ and one row of export/formats.def. Nothing is changed silently:
 * an entry that a format cannot carry is left out and said so, what it loses is said so, and
 * written + left out = given.
 */
#ifndef CS_VAULT_EXPORT_H
#define CS_VAULT_EXPORT_H

#include "base/buf.h"
#include "crypto/random.h"
#include "vault/entry.h"

#define CS_EXPORT_BYTES_MAX (64 << 20)
#define CS_EXPORT_ARENA_MAX ((size_t)512 << 20)

/* What is to be known of one entry. */
struct cs_export_remark {
	size_t entry; /* its index */
	bool is_left_out; /* else: written, but without something */
	cs_str text; /* "its note", "a capsule has no secret"; one line */
};

struct cs_export {
	struct cs_arena *arena; /* locked */
	const struct cs_entry *entries;
	size_t count;
	cs_span password; /* empty: unencrypted */
	const struct cs_random *rng;
	struct cs_buf *out; /* sensitive */
	struct cs_export_remark *remarks; /* at most two an entry */
	size_t remark_count;
	size_t left_out;
	const char *problem; /* static: why nothing can be written, one sentence */
};

/* For formats. Of one entry at most one of each. */
void cs_export_leave_out(struct cs_export *x, size_t entry, const char *why);
/* what of it has no place there: "its note, its tags"; nothing is said when it is empty. */
void cs_export_lose(struct cs_export *x, size_t entry, cs_str what);

struct cs_export_format {
	const char *name; /* for --format: "aegis" */
	bool can_encrypt; /* knows what to do with a password */
	/* Errors: INVALID (problem says why), LIMIT, CRYPTO. */
	cs_err (*write)(struct cs_export *x);
};

/* NULL behind the last. */
extern const struct cs_export_format *const cs_export_formats[];

/*
 * Write entries as the format has it. x: arena, entries, count, password, rng and out are set.
 * Errors: INVALID (no such format, a password that it has no use for, or the format's own problem:
 * problem says which), LIMIT, CRYPTO.
 */
cs_err cs_export_write(struct cs_export *x, cs_str format);

#endif
