/*
 * crash_shim.c - dies at the n-th of the calls by which a vault is written, or lets that call fail.
 *
 * CRASH_AT=N: the process is gone, as by kill -9, when the N-th call would be made; a write dies
 * with the half of it done. FAIL_AT=N: the N-th call says that the disk is full. The number of calls
 * is written to CRASH_COUNT when the process ends by itself. NO_LINKS=1: a file has one name, as on
 * FAT. For tests/cli/faults.test.mjs, by LD_PRELOAD.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(NAME) ((__typeof__(&NAME))dlsym(RTLD_NEXT, #NAME))

static long calls;

static long
number_of(const char *name)
{
	const char *text = getenv(name);

	return text == NULL ? -1 : strtol(text, NULL, 10);
}

/* True: fail with ENOSPC. */
static int
is_refused(void)
{
	calls++;
	if (calls == number_of("CRASH_AT"))
		_exit(137);
	if (calls != number_of("FAIL_AT"))
		return 0;
	errno = ENOSPC;
	return 1;
}

/* Only files count: what is said to a person or to an agent is not written to the disk. */
static int
is_file(int fd)
{
	struct stat st;
	int no = errno;
	int is = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && fd > STDERR_FILENO;

	errno = no;
	return is;
}

ssize_t
write(int fd, const void *p, size_t len)
{
	if (!is_file(fd))
		return REAL(write)(fd, p, len);
	calls++;
	if (calls == number_of("CRASH_AT")) {
		REAL(write)(fd, p, len / 2);
		_exit(137);
	}
	if (calls == number_of("FAIL_AT")) {
		REAL(write)(fd, p, len / 2);
		errno = ENOSPC;
		return -1;
	}
	return REAL(write)(fd, p, len);
}

int
fsync(int fd)
{
	return is_refused() ? -1 : REAL(fsync)(fd);
}

int
renameat(int from_fd, const char *from, int to_fd, const char *to)
{
	return is_refused() ? -1 : REAL(renameat)(from_fd, from, to_fd, to);
}

/* As a file system without hard links says it. */
static int
is_one_name_a_file(void)
{
	if (getenv("NO_LINKS") == NULL)
		return 0;
	errno = EPERM;
	return 1;
}

int
link(const char *from, const char *to)
{
	return is_one_name_a_file() ? -1 : REAL(link)(from, to);
}

int
linkat(int from_fd, const char *from, int to_fd, const char *to, int flags)
{
	return is_refused() || is_one_name_a_file() ? -1
						    : REAL(linkat)(from_fd, from, to_fd, to, flags);
}

int
unlinkat(int fd, const char *name, int flags)
{
	return is_refused() ? -1 : REAL(unlinkat)(fd, name, flags);
}

int
mkdirat(int fd, const char *name, mode_t mode)
{
	return is_refused() ? -1 : REAL(mkdirat)(fd, name, mode);
}

__attribute__((destructor)) static void
tell(void)
{
	const char *path = getenv("CRASH_COUNT");
	FILE *f = path == NULL ? NULL : fopen(path, "we");

	if (f == NULL)
		return;
	fprintf(f, "%ld\n", calls);
	fclose(f);
}
