/*
 * import_source.h - what an import reads: a file, standard input, a picture with QR codes, an age
 * file (a share, a backup, or anything under a passphrase), the folder of a pass store or of maFiles;
 * and what it was found to hold.
 */
#ifndef CS_CLI_IMPORT_SOURCE_H
#define CS_CLI_IMPORT_SOURCE_H

#include "cli/session/session.h"
#include "vault/import_wire.h"

struct cs_import_request {
	const char *path; /* "-": standard input; a folder: a pass store, or maFiles */
	const char *format; /* NULL: to be recognised */
	const char
	    *password_file; /* its first line; NULL: ask on the terminal, when there is one */
};

struct cs_import_source {
	struct cs_arena *arena; /* locked: the items' */
	cs_str format;
	struct cs_import items;
	struct cs_book *own; /* what a file of countersign's own held */
};

/*
 * Read it whole, asking for a password three times when one is needed. A file for the vault's own
 * identity unlocks s.
 *   out	to be cleared
 * Returns an exit status; what is not CS_CLI_OK has been said: DISK (cannot be read), LOCKED (a
 * password is needed and nobody can be asked), WRONG_KEY, DAMAGED (also: nobody knows it), FAILED.
 */
int cs_import_source_read(
    struct cs_session *s, const struct cs_import_request *request, struct cs_import_source *out);
void cs_import_source_clear(struct cs_import_source *source);

#endif
