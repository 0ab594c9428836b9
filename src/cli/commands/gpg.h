/*
 * gpg.h - the system's gpg, for files of pass: it has the key, its agent asks for the passphrase.
 */
#ifndef CS_CLI_GPG_H
#define CS_CLI_GPG_H

#include "base/buf.h"

bool cs_gpg_is_there(void);

/*
 * What the file holds. Its complaints are not shown: they quote what a stranger may have written.
 *   path	absolute or with a folder in front, never an option
 *   password	of the key, instead of asking the agent for it; may be empty
 *   out	sensitive; what came before a failure is wiped, but has_failed stays when it was too much
 * False: it was not opened.
 */
bool cs_gpg_decrypt(const char *path, cs_span password, struct cs_buf *out);

#endif
