/*
 * text.h - the lines that books, entries and the programs' answers to each other are written in:
 * `name SPACE value LF` (docs/protocol/vault.md §2).
 */
#ifndef CS_VAULT_TEXT_H
#define CS_VAULT_TEXT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/time.h"

/* A reader. Its text lies in the arena, or where the caller keeps it; values are decoded where they lie. */
struct cs_text {
	struct cs_arena *arena;
	char *rest;
	char *end;
	bool has_line; /* false: the end was reached; name and value are empty then */
	cs_str name; /* empty: an empty line */
	cs_str value; /* as it is written: for cs_text_value or cs_text_part */
};

/*
 * Copies text into the arena and stands at its first line.
 * Errors: INVALID (not UTF-8, control characters but line feeds, no line feed at the end), LIMIT.
 */
cs_err cs_text_begin(struct cs_arena *a, cs_span text, struct cs_text *out);
/* Without a copy: text is the caller's to change, and stays as long as what is read of it. */
cs_err cs_text_begin_in_place(struct cs_arena *a, cs_span text, struct cs_text *out);
void cs_text_next(struct cs_text *t);

/* The line's value as one text. May be done once a line. Errors: INVALID (an escape). */
cs_err cs_text_value(struct cs_text *t, cs_str *out);
/* Cut the next part off the line's value; "-" is empty. Errors: INVALID, NOT_FOUND (there is none). */
cs_err cs_text_part(struct cs_text *t, cs_str *out);
/* Whether nothing is left of the value behind the parts. */
bool cs_text_has_part(const struct cs_text *t);
/* The next part as a number, written canonically, 0..2^63-1. Errors: INVALID, NOT_FOUND. */
cs_err cs_text_number(struct cs_text *t, int64_t *out);
/* The next part as a moment. Errors: INVALID, NOT_FOUND. */
cs_err cs_text_time(struct cs_text *t, cs_time *out);

/* A whole line; left out when value is empty. */
void cs_text_add(struct cs_buf *out, const char *name, cs_str value);
void cs_text_add_number(struct cs_buf *out, const char *name, int64_t n);
/* Left out when zero. */
void cs_text_add_time(struct cs_buf *out, const char *name, cs_time t);
/* A space and one part; the line's name is written before, and its line feed behind, by the caller. */
void cs_text_add_part(struct cs_buf *out, cs_str part);

#endif
