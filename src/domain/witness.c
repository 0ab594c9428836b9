#include "domain/witness.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

/* Behind a line that a crash cut off: what follows a space is no head. */
static const char cut_off[] = " (cut off)\n";

struct cs_witness *
cs_witness_new(cs_str path)
{
	struct cs_witness *w = calloc(1, sizeof(*w));

	CS_ASSERT(w != NULL);
	w->path = strndup(path.p, path.len);
	CS_ASSERT(w->path != NULL);
	return w;
}

void
cs_witness_free(struct cs_witness **w)
{
	if (*w == NULL)
		return;
	free((*w)->path);
	free(*w);
	*w = NULL;
}

static bool
write_all(int fd, cs_span bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.p, bytes.len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes = CS_SPAN(bytes.p + n, bytes.len - (size_t)n);
	}
	return true;
}

/* The file's last line has its end. */
static bool
end_line(int fd, off_t size)
{
	char last = '\n';

	if (size > 0 && pread(fd, &last, 1, size - 1) != 1)
		return false;
	return last == '\n' || write_all(fd, CS_SPAN(cut_off, sizeof(cut_off) - 1));
}

static bool
append(int fd, cs_span lines)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return false;
	if (!S_ISREG(st.st_mode)) {
		errno = EINVAL;
		return false;
	}
	if (end_line(fd, st.st_size) && write_all(fd, lines) && fsync(fd) == 0)
		return true;
	int why = errno;
	/* Half a line, if it stays, is ended by the next one that is written. */
	bool is_undone = ftruncate(fd, st.st_size) == 0;
	errno = is_undone ? why : errno;
	return false;
}

cs_err
cs_witness_append(struct cs_witness *w, const struct cs_op *op, cs_span lines)
{
	int fd = open(w->path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
	bool is_written = fd >= 0 && append(fd, lines);
	int why = errno;

	if (fd >= 0)
		close(fd);
	if (!is_written && !w->is_failing)
		CS_LOG(op, AUDIT_WITNESS_FAILED, CS_F_C("path", w->path),
		    CS_F_C("reason", strerrorname_np(why)));
	w->is_failing = !is_written;
	return is_written ? CS_OK : CS_FAIL(UNAVAILABLE);
}
