#include "cli/program/file_out.h"

#include "base/err.h"
#include "cli/program/command.h"
#include "cli/program/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
write_all(int fd, cs_span bytes)
{
	while (bytes.len != 0) {
		ssize_t n = write(fd, bytes.p, bytes.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes = (cs_span){ bytes.p + n, bytes.len - (size_t)n };
	}
	return true;
}

static int
complain(const char *path)
{
	cs_complain("%s: %s", path, strerror(errno));
	return CS_CLI_DISK;
}

/* FAT, as on a stick, has one name a file: an empty one takes the name, which then is ours to replace. */
static bool
take_without_link(const char *temporary, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd == -1)
		return false;
	close(fd);
	if (rename(temporary, path) == 0)
		return true;
	int why = errno;
	(void)unlink(path);
	errno = why;
	return false;
}

/* The name is taken by a link, which refuses one that is there, or by a rename, which does not. */
static bool
take_name(const char *temporary, const char *path, bool is_over)
{
	if (is_over)
		return rename(temporary, path) == 0;
	if (link(temporary, path) == 0) {
		(void)unlink(temporary);
		return true;
	}
	if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS)
		return false;
	return take_without_link(temporary, path);
}

static void
sync_folder_of(const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');

	snprintf(folder, sizeof(folder), "%.*s", slash != NULL ? (int)(slash - path) + 1 : 1,
	    slash != NULL ? path : ".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd != -1) {
		(void)fsync(fd); /* not every file system can, and the file itself is safe */
		close(fd);
	}
}

static int
write_beside(char *temporary, const char *path, cs_span bytes, bool is_over)
{
	int fd = mkostemp(temporary, O_CLOEXEC); /* 0600 */

	if (fd == -1)
		return complain(path);
	bool is_written = write_all(fd, bytes) && fsync(fd) == 0;
	int why = errno;
	is_written = close(fd) == 0 && is_written;
	if (is_written && take_name(temporary, path, is_over)) {
		sync_folder_of(path);
		return CS_CLI_OK;
	}
	errno = is_written ? errno : why;
	int status = CS_CLI_DISK;
	if (is_written && errno == EEXIST) {
		cs_complain("%s: there is such a file; --force writes over it", path);
		status = CS_CLI_REFUSED;
	} else {
		status = complain(path);
	}
	(void)unlink(temporary);
	return status;
}

int
cs_file_write(const char *path, cs_span bytes, bool is_over)
{
	char temporary[PATH_MAX];
	struct stat there;

	if (strcmp(path, "-") == 0)
		return write_all(STDOUT_FILENO, bytes) ? CS_CLI_OK : complain("standard output");
	/* A pipe or a device is written to as it stands. */
	if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) {
		int fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd == -1)
			return complain(path);
		bool is_written = write_all(fd, bytes);
		close(fd);
		return is_written ? CS_CLI_OK : complain(path);
	}
	if (snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path) >= (int)sizeof(temporary)) {
		errno = ENAMETOOLONG;
		return complain(path);
	}
	return write_beside(temporary, path, bytes, is_over);
}
