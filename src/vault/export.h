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
#define CS_EXPORT_PASSWORD_MAX 1024

/* What is to be known of one entry. */
struct cs_export_remark {
	size_t entry; /* its index */
	bool is_left_out; /* else: written, but without something */
	cs_str text; /* "its period of 60 s", "a capsule has no secret"; one line */
};

struct cs_export {
	struct cs_arena *arena; /* locked */
	const struct cs_entry *entries;
	size_t count;
	cs_span password; /* empty: unencrypted */
	const struct cs_random *rng;
	struct cs_buf *out; /* sensitive */
	struct cs_export_remark *remarks; /* cs_export_leave_out, cs_export_lose */
	size_t remark_count;
	size_t remark_room;
	const char *problem; /* static: why nothing can be written, one sentence */
};

void cs_export_leave_out(struct cs_export *x, const struct cs_entry *e, const char *why);
void cs_export_lose(struct cs_export *x, const struct cs_entry *e, const char *what);

struct cs_export_format {
	const char *name; /* for --format: "aegis" */
	const char *title; /* "Aegis, plain or with a password" */
	bool can_encrypt; /* knows what to do with a password */
	/* Errors: INVALID (problem says why), LIMIT, CRYPTO. */
	cs_err (*write)(struct cs_export *x);
};

/* NULL behind the last. */
extern const struct cs_export_format *const cs_export_formats[];
/* NULL when there is no such format. */
const struct cs_export_format *cs_export_format_named(cs_str name);

/*
 * What `convert export` does (docs/protocol/vault.md §4): entries (§3) in, and out comes
 *     countersign export 1
 *     written N
 *     left-out INDEX TEXT          one for each; INDEX from 0
 *     lost INDEX TEXT
 * an empty line, and the file. Values as in §2.
 * Errors: INVALID (out_problem), LIMIT, CRYPTO.
 */
cs_err cs_export_serve(cs_str format, cs_span entries, cs_span password,
    const struct cs_random *rng, struct cs_buf *out, const char **out_problem);

#endif
