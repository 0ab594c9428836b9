#include "cli/program/file_in.h"

#include "cli/program/command.h"
#include "cli/program/terminal.h"
#include "crypto/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 65536

static bool
is_standard(const char *path)
{
	return path == NULL || strcmp(path, "-") == 0;
}

const char *
cs_file_shown(const char *path)
{
	return is_standard(path) ? "standard input" : path;
}

static void
close_fd(int *fd)
{
	if (*fd > STDERR_FILENO)
		close(*fd);
}

/* Returns errno. */
static int
read_all(int fd, struct cs_buf *out)
{
	struct stat st;
	uint8_t piece[PIECE];

	/* The size is a hint: in one piece, memory is not copied while it grows. */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 &&
	    (size_t)st.st_size <= out->max) {
		cs_buf_reserve(out, (size_t)st.st_size);
		out->len = 0;
	}
	for (;;) {
		ssize_t n = read(fd, piece, sizeof(piece));

		if (n == -1 && errno == EINTR)
			continue;
		if (n > 0)
			cs_buf_add(out, CS_SPAN(piece, (size_t)n));
		if (n <= 0 || out->has_failed) {
			int why = n == -1 ? errno : 0;
			cs_wipe(piece, sizeof(piece));
			return why;
		}
	}
}

int
cs_file_read(const char *path, struct cs_buf *out)
{
	CS_AUTO(close_fd)
	int fd = is_standard(path) ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int failed = fd == -1 ? errno : read_all(fd, out);

	if (failed != 0) {
		cs_complain("%s: %s", cs_file_shown(path), strerror(failed));
		return CS_CLI_DISK;
	}
	if (cs_failed(cs_buf_finish(out, NULL))) {
		cs_complain("%s is longer than %zu bytes", cs_file_shown(path), out->max);
		return CS_CLI_FAILED;
	}
	return CS_CLI_OK;
}
