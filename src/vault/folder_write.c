/*
 * folder_write.c - how a file gets its new contents: a temporary file beside it, fsync, rename, fsync
 * of the folder. Whoever is killed in between leaves the old file, and the temporary one, which the
 * next writer takes away.
 */
#include "vault/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX_LEN 6
#define TEMPORARY_NAME 300

static void
close_fd(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

/* ".NAME.XXXXXX", beside NAME. */
static void
temporary_name(const struct cs_random *rng, const char *name, char out[static TEMPORARY_NAME])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	const char *slash = strrchr(name, '/');
	const char *base = slash == NULL ? name : slash + 1;
	char suffix[SUFFIX_LEN + 1] = { 0 };

	for (int i = 0; i < SUFFIX_LEN; i++)
		suffix[i] = letters[cs_random_below(rng, sizeof(letters) - 1)];
	snprintf(out, TEMPORARY_NAME, "%.*s.%.200s.%s", (int)(base - name), name, base, suffix);
}

static bool
write_all(int fd, cs_span bytes)
{
	while (bytes.len != 0) {
		ssize_t n = write(fd, bytes.p, bytes.len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return false;
		bytes.p += n;
		bytes.len -= (size_t)n;
	}
	return fsync(fd) == 0;
}

static void
remove_quietly(int folder_fd, const char *name)
{
	int no = errno;

	unlinkat(folder_fd, name, 0);
	errno = no;
}

/* The folder that name lies in, which may be one below. */
static bool
sync_folder_of(int folder_fd, const char *name)
{
	const char *slash = strrchr(name, '/');
	char below[64] = ".";

	if (slash != NULL)
		snprintf(below, sizeof(below), "%.*s", (int)(slash - name), name);
	CS_AUTO(close_fd)
	int fd = openat(folder_fd, below, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	/* some file systems have no fsync of folders: they say EINVAL, and order by themselves */
	return fd != -1 && (fsync(fd) == 0 || errno == EINVAL);
}

/* errno says why it failed. UNCERTAIN: it is there, but the folder could not be synced. */
static cs_err
replace_file(const struct cs_folder *f, const char *name, cs_span bytes)
{
	char temporary[TEMPORARY_NAME];
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

	temporary_name(f->rng, name, temporary);
	CS_AUTO(close_fd) int fd = openat(f->fd, temporary, flags, 0600);
	if (fd == -1)
		return CS_FAIL(UNAVAILABLE);
	if (!write_all(fd, bytes) || renameat(f->fd, temporary, f->fd, name) == -1) {
		remove_quietly(f->fd, temporary);
		return CS_FAIL(UNAVAILABLE);
	}
	return sync_folder_of(f->fd, name) ? CS_OK : CS_FAIL(UNCERTAIN);
}

cs_err
cs_folder_write(struct cs_folder *f, const char *name, cs_span bytes)
{
	cs_err e = replace_file(f, name, bytes);

	if (cs_is(e, CS_E_UNCERTAIN)) {
		cs_place_say(f->trouble, CS_PLACE_DISK,
		    "%s/%s was written, but the disk does not say that it will stay: %s", f->path,
		    name, strerror(errno));
		return CS_FAIL(UNAVAILABLE);
	}
	return cs_failed(e) ? cs_folder_trouble(f, name, "cannot be written") : CS_OK;
}

/* ".vault.age.a1b2c3": only what temporary_name makes. */
static bool
is_temporary(const char *name)
{
	size_t len = strlen(name);

	return name[0] == '.' && len > SUFFIX_LEN + 6 && name[len - SUFFIX_LEN - 1] == '.' &&
	       strncmp(name + len - SUFFIX_LEN - 5, ".age", 4) == 0;
}

static void
close_dir(DIR **d)
{
	if (*d != NULL)
		closedir(*d);
	*d = NULL;
}

static DIR *
list(int folder_fd, const char *below)
{
	int fd = openat(folder_fd, below, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *d = fd == -1 ? NULL : fdopendir(fd);

	if (d == NULL && fd != -1)
		close(fd);
	return d;
}

static void
sweep(int folder_fd, const char *below)
{
	CS_AUTO(close_dir) DIR *d = list(folder_fd, below);

	for (struct dirent *at = d == NULL ? NULL : readdir(d); at != NULL; at = readdir(d)) {
		if (is_temporary(at->d_name))
			unlinkat(dirfd(d), at->d_name, 0);
	}
}

void
cs_folder_sweep(struct cs_folder *f)
{
	sweep(f->fd, ".");
	sweep(f->fd, CS_FOLDER_VERSIONS);
}

void
cs_folder_version_name(int64_t serial, char name[static CS_FOLDER_VERSION_NAME])
{
	snprintf(name, CS_FOLDER_VERSION_NAME, CS_FOLDER_VERSIONS "/%lld.age", (long long)serial);
}

/* Not a link to somewhere else, where what is kept would be written over what is there. */
static bool
is_folder(int folder_fd, const char *name)
{
	struct stat st;

	if (fstatat(folder_fd, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return false;
	if (!S_ISDIR(st.st_mode))
		errno = S_ISLNK(st.st_mode) ? ELOOP : ENOTDIR;
	return S_ISDIR(st.st_mode);
}

/* Another name for the same bytes; a copy where the file system has one name a file. */
static cs_err
link_file(struct cs_folder *f, const char *from, const char *to)
{
	CS_AUTO(cs_buf_clear) struct cs_buf bytes = { 0 };
	char temporary[TEMPORARY_NAME];
	bool is_found;

	if ((mkdirat(f->fd, CS_FOLDER_VERSIONS, 0700) == -1 && errno != EEXIST) ||
	    !is_folder(f->fd, CS_FOLDER_VERSIONS))
		return cs_folder_trouble(f, CS_FOLDER_VERSIONS, "cannot be made");
	temporary_name(f->rng, to, temporary);
	if (linkat(f->fd, from, f->fd, temporary, 0) == 0) {
		bool is_done = renameat(f->fd, temporary, f->fd, to) == 0;

		/* of two names of one file rename takes none away */
		remove_quietly(f->fd, temporary);
		if (is_done && sync_folder_of(f->fd, to))
			return CS_OK;
	}
	cs_buf_init_sensitive(&bytes, CS_FOLDER_FILE_MAX);
	CS_TRY(cs_folder_read(f, from, &bytes, &is_found));
	return cs_folder_write(f, to, cs_buf_span(&bytes));
}

static bool
version_of(const char *name, int64_t *out)
{
	size_t len = strlen(name);

	return len > 4 && strcmp(name + len - 4, ".age") == 0 &&
	       cs_str_to_i64((cs_str){ name, len - 4 }, out);
}

/* The lowest serials go, until as many as are kept are left. */
void
cs_folder_forget_oldest(struct cs_folder *f)
{
	char name[CS_FOLDER_VERSION_NAME];

	for (;;) {
		CS_AUTO(close_dir) DIR *d = list(f->fd, CS_FOLDER_VERSIONS);
		int64_t oldest = INT64_MAX;
		int64_t serial;
		int count = 0;

		for (struct dirent *at = d == NULL ? NULL : readdir(d); at != NULL;
		     at = readdir(d)) {
			if (!version_of(at->d_name, &serial))
				continue;
			count++;
			oldest = serial < oldest ? serial : oldest;
		}
		if (count <= CS_PLACE_VERSIONS_KEPT)
			return;
		cs_folder_version_name(oldest, name);
		if (unlinkat(f->fd, name, 0) == -1)
			return;
	}
}

cs_err
cs_folder_keep_version(struct cs_folder *f, int64_t serial)
{
	char name[CS_FOLDER_VERSION_NAME];

	cs_folder_version_name(serial, name);
	return link_file(f, CS_FOLDER_VAULT, name);
}

cs_err
cs_folder_put_aside(struct cs_folder *f, const char *name, int64_t number)
{
	char aside[CS_FOLDER_VERSION_NAME + 64];

	snprintf(aside, sizeof(aside), CS_FOLDER_VERSIONS "/%lld-%.40s", (long long)number, name);
	return link_file(f, name, aside);
}
