/*
 * import.h - other programs' exports into entries. Runs in libexec/countersign/convert, a process
 * that can read its standard input, write its standard output and do nothing else.
 *
 * Each format is one file in import/ and one row of import/formats.def. A format recognises its own
 * files by their contents, never by a name.
 */
#ifndef CS_VAULT_IMPORT_H
#define CS_VAULT_IMPORT_H

#include "base/buf.h"
#include "vault/entry.h"

#define CS_IMPORT_BYTES_MAX (32 << 20)
#define CS_IMPORT_ARENA_MAX ((size_t)512 << 20) /* what the items of one file may take */
#define CS_IMPORT_ITEMS_MAX 100000 /* as many as a book holds */

/* One entry that was found: kept or refused, but always counted. */
struct cs_import_item {
	struct cs_entry entry; /* as far as it could be read when refused */
	cs_str refused; /* why it cannot be taken, one sentence; empty: it can */
	cs_str dropped; /* what of it has no place here ("its icon's picture"), or empty */
};

/* What a format is given and fills. */
struct cs_import {
	struct cs_arena *arena; /* locked; items live here */
	cs_span file;
	cs_span password; /* empty until asked for */
	struct cs_import_item *items; /* in the file's order; cs_import_add */
	size_t item_count;
	size_t item_room;
	const char *problem; /* static: why the file as a whole cannot be read, one sentence */
};

/* Copies e; one that is not whole is refused, with the reason. Errors: LIMIT. */
cs_err cs_import_add(struct cs_import *in, const struct cs_entry *e, cs_str dropped);
/* Keeps its names and figures. e: what is known of it. Errors: LIMIT. */
cs_err cs_import_refuse(struct cs_import *in, const struct cs_entry *e, const char *why);
/* For a format's end: return cs_import_problem(in, "…"). INVALID. */
cs_err cs_import_problem(struct cs_import *in, const char *why);

struct cs_import_format {
	const char *name; /* for --format and what is reported: "aegis", "google", "pskc" */
	const char *title; /* "Aegis, plain or encrypted" */
	bool (*is_mine)(cs_span file); /* cheap; the first row that says yes reads it */
	/*
	 * Errors: INVALID (problem says why), FORBIDDEN (a password is needed, or it is wrong: problem
	 * says which), LIMIT (too many, too deep, or a work factor that would eat the machine).
	 */
	cs_err (*read)(struct cs_import *in);
};

/* NULL behind the last. */
extern const struct cs_import_format *const cs_import_formats[];

/* Load what libraries look up in files, before the process may open none. Once. */
void cs_import_prepare(void);

/* name: NULL to recognise it. out_format: which it was, NULL when nobody knew it (INVALID). */
cs_err cs_import_read(
    struct cs_import *in, const char *name, const struct cs_import_format **out_format);

#endif
