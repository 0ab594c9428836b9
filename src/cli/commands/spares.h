/*
 * spares.h - a service's backup codes, kept beside its entry.
 */
#ifndef CS_CLI_SPARES_H
#define CS_CLI_SPARES_H

#include "cli/session/session.h"

/*
 * Codes, one a line, from the terminal until an empty line. Returns an exit status.
 *   out	up to CS_ENTRY_SPARES_MAX of them, trimmed, in the arena (locked)
 */
int cs_spares_ask(struct cs_arena *a, const char *prompt, cs_str **out, size_t *out_count);
/* The same from a text: lines; empty ones are passed over. False: too many, or too long, and said. */
bool cs_spares_split(struct cs_arena *a, cs_str text, cs_str **out, size_t *out_count);
/* Put them beside the entry; those that are there already stay as they are. */
int cs_spares_keep(
    struct cs_session *s, cs_id entry, cs_str name, const cs_str *codes, size_t count);

#endif
