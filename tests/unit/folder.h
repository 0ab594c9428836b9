/*
 * folder.h - where a case keeps the files of its database.
 *
 * In memory where the machine has such a folder: what a committed row survives is asked of the store
 * alone (tests/contract, kill9), and waiting for a disk at each commit was most of what the domain's
 * cases took. TMPDIR, if it is set, wins.
 */
#ifndef CS_TESTS_FOLDER_H
#define CS_TESTS_FOLDER_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/err.h"

#define TEST_FOLDER_SIZE 256

/* Makes a new, empty folder; name says whose it is. */
static inline void
test_folder_new(const char *name, char path[static TEST_FOLDER_SIZE])
{
	const char *where = getenv("TMPDIR");

	if (where == NULL)
		where = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	int n = snprintf(path, TEST_FOLDER_SIZE, "%s/countersign-%s-XXXXXX", where, name);
	CS_ASSERT(n > 0 && n < TEST_FOLDER_SIZE && mkdtemp(path) != NULL);
}

#endif
