/*
 * file_in.h - files that commands are given.
 */
#ifndef CS_CLI_FILE_IN_H
#define CS_CLI_FILE_IN_H

#include "base/buf.h"

/* "standard input" for NULL and "-", else the path: how a file is called when something is said of it. */
const char *cs_file_shown(const char *path);

/*
 * All of a file (NULL or "-": standard input), at most out->max bytes.
 *   out	empty, and sensitive where the file may hold a secret
 * Returns an exit status; anything but CS_CLI_OK has been said: DISK (it cannot be read), FAILED (it
 * is longer).
 */
int cs_file_read(const char *path, struct cs_buf *out);

#endif
