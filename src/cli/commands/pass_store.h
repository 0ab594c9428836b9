/*
 * pass_store.h - a folder of pass (with pass-otp), gopass or passage: every .gpg and .age file in it,
 * opened, as the text that import/store.c reads.
 *
 * .gpg files are opened by the gpg of the system and its agent, as pass itself does; .age files by the
 * vault's own identity.
 */
#ifndef CS_CLI_PASS_STORE_H
#define CS_CLI_PASS_STORE_H

#include "cli/session/session.h"

#define CS_PASS_STORE_FILES_MAX 20000
#define CS_PASS_STORE_FILE_MAX (1 << 20) /* bytes, of one; a larger one is refused by name */

bool cs_pass_store_is_folder(const char *path);

/*
 * A file that cannot be opened is named in the text as refused; none is passed over. Folders and files
 * whose names begin with a dot are no part of a store; links are not followed.
 *   password	for gpg, instead of asking through its agent; may be empty
 *   out	sensitive
 * Returns an exit status; anything but CS_CLI_OK has been said: NOT_FOUND (no such files in it), DISK,
 * FAILED (gpg is not installed, too many files), and what unlocking the vault says.
 */
int cs_pass_store_read(
    struct cs_session *s, const char *folder, cs_span password, struct cs_buf *out);

#endif
