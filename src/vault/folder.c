#include "vault/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define OPEN_FOLDER (O_RDONLY | O_DIRECTORY | O_CLOEXEC)
#define OPEN_FILE (O_NOFOLLOW | O_CLOEXEC)
#define LOCK_NAME "lock"
#define LOCK_PAUSE_NS 3000000 /* at most, between two tries */

static void
close_fd(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

void
cs_place_say(struct cs_place_trouble *trouble, enum cs_place_problem problem, const char *fmt, ...)
{
	va_list ap;

	trouble->problem = problem;
	va_start(ap, fmt);
	vsnprintf(trouble->text, sizeof(trouble->text), fmt, ap);
	va_end(ap);
	/* a path may hold anything, and may have been cut within a character */
	for (char *c = trouble->text; *c != '\0'; c++) {
		if ((uint8_t)*c < 0x20 || *c == 0x7f)
			*c = '?';
	}
	trouble->text[cs_utf8_prefix(cs_str_span(cs_str_c(trouble->text)))] = '\0';
}

/* What errno says, of a file in the folder or of the folder itself. */
cs_err
cs_folder_trouble(const struct cs_folder *f, const char *name, const char *what)
{
	int no = errno;

	if (no == ENOENT)
		cs_place_say(f->trouble, CS_PLACE_DISK, "%s is gone: %s/%s %s", f->path, f->path,
		    name, what);
	else if (no == ELOOP)
		cs_place_say(f->trouble, CS_PLACE_DISK,
		    "%s/%s is a symbolic link: it is not followed", f->path, name);
	else
		cs_place_say(
		    f->trouble, CS_PLACE_DISK, "%s/%s %s: %s", f->path, name, what, strerror(no));
	return CS_FAIL(UNAVAILABLE);
}

static cs_err
check_folder(struct cs_folder *f)
{
	struct stat st;

	if (fstat(f->fd, &st) == -1)
		return cs_folder_trouble(f, "", "cannot be read");
	if (st.st_uid == geteuid() && (st.st_mode & 022) == 0)
		return CS_OK;
	if (st.st_uid == geteuid())
		cs_place_say(f->trouble, CS_PLACE_DISK,
		    "%s can be written by others: chmod 700 it, and look at who was there",
		    f->path);
	else
		cs_place_say(f->trouble, CS_PLACE_DISK, "%s belongs to another user", f->path);
	return CS_FAIL(UNAVAILABLE);
}

static cs_err
open_folder(struct cs_folder *f)
{
	f->fd = open(f->path, OPEN_FOLDER);
	if (f->fd != -1)
		return check_folder(f);
	if (errno == ENOENT) {
		cs_place_say(f->trouble, CS_PLACE_NONE, "there is no vault in %s", f->path);
		return CS_FAIL(NOT_FOUND);
	}
	cs_place_say(
	    f->trouble, CS_PLACE_DISK, "%s cannot be opened: %s", f->path, strerror(errno));
	return CS_FAIL(UNAVAILABLE);
}

static void
init(const struct cs_place *p, struct cs_place_trouble *trouble, struct cs_folder *out)
{
	*out = (struct cs_folder){
		.path = p->folder, .rng = p->rng, .fd = -1, .lock_fd = -1, .trouble = trouble
	};
	*trouble = (struct cs_place_trouble){ 0 };
}

cs_err
cs_folder_open(const struct cs_place *p, struct cs_place_trouble *trouble, struct cs_folder *out)
{
	init(p, trouble, out);
	return open_folder(out);
}

/* Each folder of the path; those above that are there are left as they are. */
static bool
make_folders(const char *path)
{
	char part[4096];
	size_t len = strlen(path);

	if (len == 0 || len >= sizeof(part))
		return false;
	for (size_t i = 1; i <= len; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0700) == -1 && errno != EEXIST)
			return false;
	}
	return true;
}

cs_err
cs_folder_make(const struct cs_place *p, struct cs_place_trouble *trouble, struct cs_folder *out)
{
	init(p, trouble, out);
	if (!make_folders(p->folder)) {
		cs_place_say(
		    trouble, CS_PLACE_DISK, "%s cannot be made: %s", p->folder, strerror(errno));
		return CS_FAIL(UNAVAILABLE);
	}
	CS_TRY(open_folder(out));
	if (fchmod(out->fd, 0700) == -1)
		return cs_folder_trouble(out, "", "cannot be made private");
	return CS_OK;
}

void
cs_folder_close(struct cs_folder *f)
{
	close_fd(&f->lock_fd);
	close_fd(&f->fd);
}

static int64_t
monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * CS_SECOND_MS + t.tv_nsec / 1000000;
}

/* Different pauses, so that two that wait do not meet again and again. */
static void
pause_a_little(const struct cs_folder *f)
{
	struct timespec t = { .tv_nsec = 200000 + cs_random_below(f->rng, LOCK_PAUSE_NS) };

	nanosleep(&t, NULL);
}

static cs_err
wait_for_lock(struct cs_folder *f)
{
	int64_t until = monotonic_ms() + CS_PLACE_LOCK_MS;

	while (flock(f->lock_fd, LOCK_EX | LOCK_NB) == -1) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return cs_folder_trouble(f, LOCK_NAME, "cannot be locked");
		if (monotonic_ms() > until) {
			cs_place_say(f->trouble, CS_PLACE_BUSY,
			    "another program has been writing to %s for too long", f->path);
			return CS_FAIL(UNAVAILABLE);
		}
		pause_a_little(f);
	}
	return CS_OK;
}

/* The folder may have been moved away, or made anew, while the lock was waited for. */
static bool
is_still_there(const struct cs_folder *f)
{
	struct stat held, there;

	return fstat(f->lock_fd, &held) == 0 && stat(f->path, &there) == 0 &&
	       fstatat(f->fd, LOCK_NAME, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	       held.st_ino == there.st_ino && held.st_dev == there.st_dev;
}

cs_err
cs_folder_lock(struct cs_folder *f)
{
	f->lock_fd = openat(f->fd, LOCK_NAME, O_RDWR | O_CREAT | OPEN_FILE, 0600);
	if (f->lock_fd == -1)
		return cs_folder_trouble(f, LOCK_NAME, "cannot be opened");
	CS_TRY(wait_for_lock(f));
	if (!is_still_there(f)) {
		cs_place_say(f->trouble, CS_PLACE_DISK, "%s has just been moved away", f->path);
		return CS_FAIL(UNAVAILABLE);
	}
	cs_folder_sweep(f);
	return CS_OK;
}

static cs_err
check_file(const struct cs_folder *f, const char *name, const struct stat *st)
{
	const char *why = NULL;

	if (!S_ISREG(st->st_mode))
		why = "is not a file";
	else if (st->st_uid != geteuid())
		why = "belongs to another user";
	else if ((st->st_mode & 022) != 0)
		why = "can be written by others: chmod 600 it, and look at who was there";
	else if ((size_t)st->st_size > CS_FOLDER_FILE_MAX)
		why = "is too large for a vault";
	if (why == NULL)
		return CS_OK;
	cs_place_say(f->trouble, CS_PLACE_DISK, "%s/%s %s", f->path, name, why);
	return CS_FAIL(UNAVAILABLE);
}

static cs_err
read_all(int fd, size_t len, struct cs_buf *out)
{
	uint8_t *at = cs_buf_reserve(out, len);

	if (at == NULL)
		return CS_FAIL(LIMIT);
	while (len != 0) {
		ssize_t n = read(fd, at, len);

		if (n == -1 && errno == EINTR)
			continue;
		/* shorter than it was a moment ago */
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			return CS_FAIL(UNAVAILABLE);
		at += n;
		len -= (size_t)n;
	}
	return CS_OK;
}

cs_err
cs_folder_read(struct cs_folder *f, const char *name, struct cs_buf *out, bool *out_found)
{
	CS_AUTO(close_fd) int fd = openat(f->fd, name, O_RDONLY | O_NONBLOCK | OPEN_FILE);
	struct stat st;

	*out_found = fd != -1;
	if (fd == -1 && errno == ENOENT)
		return CS_OK;
	if (fd == -1 || fstat(fd, &st) == -1)
		return cs_folder_trouble(f, name, "cannot be read");
	CS_TRY(check_file(f, name, &st));
	if (cs_failed(read_all(fd, (size_t)st.st_size, out)))
		return cs_folder_trouble(f, name, "cannot be read");
	return CS_OK;
}

bool
cs_folder_has(const struct cs_folder *f, const char *name)
{
	return faccessat(f->fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

bool
cs_folder_touch_daily(struct cs_folder *f, const char *name, cs_time now)
{
	/* a pipe that somebody put there is not waited for */
	CS_AUTO(close_fd)
	int fd = openat(f->fd, name, O_WRONLY | O_CREAT | O_NONBLOCK | OPEN_FILE, 0600);
	struct timespec times[2] = {
		{ .tv_sec = now.ms / CS_SECOND_MS },
		{ .tv_sec = now.ms / CS_SECOND_MS },
	};
	struct stat st;

	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return false;
	/* one that has just been made says nothing yet: its size is nought, and its time the clock's */
	bool is_new = st.st_size == 0;
	if (!is_new && st.st_mtime * CS_SECOND_MS > now.ms - CS_DAY_MS)
		return false;
	return (!is_new || write(fd, "\n", 1) == 1) && futimens(fd, times) == 0;
}
