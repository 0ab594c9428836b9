/*
 * steam_folder.h - the folder of Steam Desktop Authenticator or steamguard-cli: its maFiles and the
 * manifest.json that opens them, as the text that import/steam_folder.c reads.
 */
#ifndef CS_CLI_STEAM_FOLDER_H
#define CS_CLI_STEAM_FOLDER_H

#include "cli/session/session.h"

#define CS_STEAM_FOLDER_FILES_MAX 1024
#define CS_STEAM_FOLDER_FILE_MAX (1 << 20) /* bytes, of one */

/* Whether there is a maFile in the folder itself. */
bool cs_steam_folder_is(const char *folder);

/*
 *   out	sensitive
 * Returns an exit status; anything but CS_CLI_OK has been said: DISK, FAILED (too many, too large).
 */
int cs_steam_folder_read(struct cs_session *s, const char *folder, struct cs_buf *out);

#endif
