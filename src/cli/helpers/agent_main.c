/*
 * agent: what `countersign unlock` leaves behind (docs/protocol/vault.md §5). Its standard input is
 * the identity, its standard output is told '+' as soon as it listens; then both are let go.
 *
 * A program of its own, not a fork of `vault`: nothing of the passphrase or of the book that was read
 * is in its memory, and it is small enough to be locked whole.
 */
#include "crypto/age.h"
#include "vault/agent.h"
#include "vault/agent_serve.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define LET_GO_MS 5000 /* how long an agent that was there may take to end */
#define TRY_MS 10
#define LOOK_MS 5000 /* how soon it is seen that the socket is gone: the user has signed out */

static int64_t
boot_ms(void *ctx)
{
	struct timespec t;

	CS_ASSERT(clock_gettime(CLOCK_BOOTTIME, &t) == 0);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Before there is a secret: not dumped, not traced, in no group of processes, on no file system. */
static void
keep_to_ourselves(void)
{
	const struct rlimit none = { 0 };

	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NAME, "countersign-agt");
	setrlimit(RLIMIT_CORE, &none);
	close_range(3, ~0U, 0);
	umask(077);
	setsid();
	CS_ASSERT(chdir("/") == 0);
}

static struct cs_guarded *
read_identity(void)
{
	struct cs_guarded *identity = NULL;
	size_t len = 0;

	if (cs_failed(cs_guarded_new(CS_AGE_KEY_LEN, &identity)))
		return NULL;
	uint8_t *at = cs_guarded_open(identity);
	while (len < CS_AGE_KEY_LEN) {
		ssize_t n = read(STDIN_FILENO, at + len, CS_AGE_KEY_LEN - len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		len += (size_t)n;
	}
	if (len != CS_AGE_KEY_LEN)
		cs_guarded_free(&identity);
	return identity;
}

/* Whoever holds this lock is the vault's agent; one that is killed loses it. */
static bool
take_turn(const struct cs_agent_at *at, int folder)
{
	char name[sizeof(at->name) + 8];
	int64_t until = boot_ms(NULL) + LET_GO_MS;

	snprintf(name, sizeof(name), "%s.lock", at->name);
	int lock = openat(folder, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	while (lock != -1 && boot_ms(NULL) < until) {
		if (flock(lock, LOCK_EX | LOCK_NB) == 0)
			return true; /* and it stays open */
		(void)cs_agent_stop(at).code;
		poll(NULL, 0, TRY_MS);
	}
	return false;
}

static int
listen_in(int folder, const char *name)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "/proc/self/fd/%d/%.63s", folder, name);
	/* Left behind by one that was killed: the lock is ours, so nobody listens there. */
	unlinkat(folder, name, 0);
	if (fd == -1 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 ||
	    listen(fd, SOMAXCONN) != 0)
		return -1;
	return fd;
}

static int
timer_at(int64_t ms)
{
	const struct itimerspec when = {
		.it_value = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 },
	};
	int fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);

	if (fd == -1 || timerfd_settime(fd, TFD_TIMER_ABSTIME, &when, NULL) != 0)
		return -1;
	return fd;
}

static bool
is_private(int folder)
{
	struct stat st;

	return fstat(folder, &st) == 0 && st.st_uid == geteuid() && (st.st_mode & 077) == 0;
}

static void
say_that_it_listens(void)
{
	int nothing = open("/dev/null", O_RDWR);

	if (write(STDOUT_FILENO, "+", 1) != 1)
		return; /* nobody waits for it any more, and that is all right */
	for (int fd = 0; nothing != -1 && fd <= 2; fd++)
		dup2(nothing, fd);
	if (nothing > 2)
		close(nothing);
}

/* Nobody could ask any more, nor lock. */
static bool
is_there(int folder, const char *name, const struct stat *bound)
{
	struct stat st;

	return fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_ino == bound->st_ino &&
	       st.st_dev == bound->st_dev;
}

static int
serve(const struct cs_agent_at *at, int64_t seconds)
{
	struct stat bound;
	struct cs_agent_serving s;
	struct cs_guarded *identity = read_identity();
	int folder = open(at->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int64_t ends_ms = boot_ms(NULL) + seconds * 1000;

	if (identity == NULL || folder == -1 || !is_private(folder) || !take_turn(at, folder))
		return 1;
	/* The key's own pages are locked in any case; this is for what passes through the stack. */
	(void)mlockall(MCL_CURRENT);
	int listener = listen_in(folder, at->name), timer = timer_at(ends_ms);
	if (listener == -1 || timer == -1 || fstatat(folder, at->name, &bound, 0) != 0)
		return 1;
	cs_agent_serving_init(
	    &s, listener, timer, (struct cs_agent_clock){ boot_ms, NULL }, ends_ms, identity);
	say_that_it_listens();
	while (is_there(folder, at->name, &bound) && cs_agent_serve_step(&s, LOOK_MS))
		continue;
	cs_agent_serving_end(&s);
	if (is_there(folder, at->name, &bound))
		unlinkat(folder, at->name, 0);
	return 0;
}

int
main(int argc, char **argv)
{
	struct cs_agent_at at;
	int64_t seconds;

	keep_to_ourselves();
	if (argc != 4 || strlen(argv[1]) >= sizeof(at.folder) ||
	    strlen(argv[2]) >= sizeof(at.name) || !cs_str_to_i64(cs_str_c(argv[3]), &seconds) ||
	    seconds < 1 || seconds > CS_AGENT_SECONDS_MAX) {
		fputs("countersign unlock starts this program.\n", stderr);
		return 2;
	}
	snprintf(at.folder, sizeof(at.folder), "%s", argv[1]);
	snprintf(at.name, sizeof(at.name), "%s", argv[2]);
	return serve(&at, seconds);
}
