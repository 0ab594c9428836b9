/*
 * csv.h - comma-separated values (RFC 4180), read row by row and written.
 *
 * Also as spreadsheets write them: a byte order mark, LF, CRLF or CR, semicolons or tabs instead of
 * commas. A quotation mark inside a field that does not begin with one stands for itself.
 */
#ifndef CS_PROTO_CSV_H
#define CS_PROTO_CSV_H

#include "base/arena.h"
#include "base/buf.h"

#define CS_CSV_FIELDS_MAX 64 /* of one row */
#define CS_CSV_FIELD_MAX 65536 /* bytes */

struct cs_csv {
	cs_str rest;
	char separator;
	size_t line; /* of the next row, from 1 */
};

struct cs_csv_row {
	cs_str fields[CS_CSV_FIELDS_MAX]; /* white space as it stands */
	size_t count; /* at least 1 */
	size_t line; /* where it begins */
};

/* The separator is what the first line has most of. Errors: INVALID (not UTF-8). */
cs_err cs_csv_begin(cs_span text, struct cs_csv *out);
/*
 * The next row; empty lines are passed over.
 *   row	fields borrow from the text, or live in the arena where quotation marks were doubled
 * Errors: NOT_FOUND (no more), INVALID (a quotation mark is missing, or text follows it), LIMIT.
 */
cs_err cs_csv_next(struct cs_csv *c, struct cs_arena *a, struct cs_csv_row *row);

/* Where the column of that name is in a header row (case and spaces around do not count), or -1. */
int cs_csv_column(const struct cs_csv_row *header, const char *name);

/* One field, quoted where it must be; a comma before it unless is_first. */
void cs_csv_add(struct cs_buf *out, cs_str field, bool is_first);

#endif
