/*
 * file_out.h - files that commands write: 0600, whole or not at all.
 */
#ifndef CS_CLI_FILE_OUT_H
#define CS_CLI_FILE_OUT_H

#include "base/span.h"

/*
 * Write bytes to path by way of a temporary file beside it, fsync, and a rename. "-": standard output.
 *   is_over	may replace a file of that name
 * Returns an exit status; anything but CS_CLI_OK has been said: REFUSED (there is a file of that name),
 * DISK (full, gone, not writable).
 */
int cs_file_write(const char *path, cs_span bytes, bool is_over);

#endif
