/*
 * lines.h - texts of one address a line, as most authenticators can write: comments, empty lines, any
 * line end, with or without a byte order mark.
 */
#ifndef CS_VAULT_IMPORT_LINES_H
#define CS_VAULT_IMPORT_LINES_H

#include "vault/import/parts.h"

/* The next line that says something, without white space around it; false: there is none left. */
bool cs_import_next_line(cs_str *rest, cs_str *line);
/* Without its byte order mark. false: not UTF-8, or NUL within. */
bool cs_import_is_text(cs_span file, cs_str *out);
/* All of in->file, line by line. Errors: INVALID (it is no text), take's. */
cs_err cs_import_each_line(struct cs_import *in, cs_err (*take)(struct cs_import *in, cs_str line));
bool cs_import_starts_nocase(cs_str text, const char *prefix);

#endif
