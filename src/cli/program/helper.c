#include "cli/program/helper.h"

#include "cli/program/program.h"
#include "cli/program/terminal.h"
#include "crypto/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define KEY_FD 3

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
static const bool is_checked = true; /* what a sanitizer finds is to be read */
#else
static const bool is_checked = false;
#endif

/* Our ends of its pipes; -1: closed. */
struct pipes {
	int to_input;
	int to_key;
	int from_output;
};

static void
close_end(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

static void
close_ends(struct pipes *p)
{
	close_end(&p->to_input);
	close_end(&p->to_key);
	close_end(&p->from_output);
}

/*
 * In the child: input, output and key become 0, 1 and 3, everything else is closed. What it has to say
 * goes by its output: standard error is the person's terminal, which can be written to and read from.
 */
static void
become(const char *path, const struct cs_helper *h, int input, int output, int key)
{
	char *argv[16] = { (char *)h->program };
	char lang[] = "LANG=C.UTF-8";
	char *env[] = { lang, NULL };
	size_t n = 1;
	sigset_t none;

	/* None of them may lie where another has to go. */
	input = fcntl(input, F_DUPFD, 10);
	output = fcntl(output, F_DUPFD, 10);
	if (key != -1)
		key = fcntl(key, F_DUPFD, 10);
	if (dup2(input, STDIN_FILENO) == -1 || dup2(output, STDOUT_FILENO) == -1 ||
	    (!is_checked && dup2(open("/dev/null", O_WRONLY), STDERR_FILENO) == -1) ||
	    (key != -1 && dup2(key, KEY_FD) == -1))
		_exit(126);
	close_range(key != -1 ? KEY_FD + 1 : KEY_FD, ~0U, 0);
	for (; h->args != NULL && h->args[n - 1] != NULL && n + 1 < CS_COUNT(argv); n++)
		argv[n] = (char *)h->args[n - 1];
	argv[n] = NULL;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execve(path, argv, env);
	_exit(127);
}

static pid_t
start(const char *path, const struct cs_helper *h, struct pipes *ours)
{
	int input[2] = { -1, -1 };
	int output[2] = { -1, -1 };
	int key[2] = { -1, -1 };
	pid_t pid = -1;

	if (pipe2(input, O_CLOEXEC) == 0 && pipe2(output, O_CLOEXEC) == 0 &&
	    (!h->has_key || pipe2(key, O_CLOEXEC) == 0))
		pid = fork();
	if (pid == 0)
		become(path, h, input[0], output[1], key[0]);
	*ours = (struct pipes){ .to_input = input[1], .to_key = key[1], .from_output = output[0] };
	close_end(&input[0]);
	close_end(&output[1]);
	close_end(&key[0]);
	if (pid == -1)
		close_ends(ours);
	return pid;
}

/* Some of *rest; the end is closed when there is no more, or nobody who reads it. */
static void
feed(int *fd, cs_span *rest)
{
	ssize_t n = rest->len == 0 ? 0 : write(*fd, rest->p, rest->len);

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0)
		*rest = CS_SPAN(rest->p + n, rest->len - (size_t)n);
	if (n <= 0 || rest->len == 0)
		close_end(fd);
}

static void
drain(int *fd, struct cs_buf *out)
{
	uint8_t part[16384];
	ssize_t n = read(*fd, part, sizeof(part));

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n > 0)
		cs_buf_add(out, CS_SPAN(part, (size_t)n));
	/* What does not fit is not waited for: it ends by SIGPIPE. */
	if (n <= 0 || out->has_failed)
		close_end(fd);
	cs_wipe(part, n > 0 ? (size_t)n : 0);
}

static void
converse(const struct cs_helper *h, struct pipes *p, struct cs_buf *out)
{
	cs_span input = h->input;
	cs_span key = h->key;

	fcntl(p->to_input, F_SETFL, O_NONBLOCK);
	if (p->to_key != -1)
		fcntl(p->to_key, F_SETFL, O_NONBLOCK);
	while (p->from_output != -1) {
		struct pollfd fds[] = { { .fd = p->from_output, .events = POLLIN },
			{ .fd = p->to_input, .events = POLLOUT },
			{ .fd = p->to_key, .events = POLLOUT } };
		if (poll(fds, CS_COUNT(fds), -1) == -1 && errno != EINTR)
			break;
		if (fds[1].revents != 0)
			feed(&p->to_input, &input);
		if (fds[2].revents != 0)
			feed(&p->to_key, &key);
		if (fds[0].revents != 0)
			drain(&p->from_output, out);
	}
	close_ends(p);
}

static int
wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		continue;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

cs_err
cs_helper_run(const struct cs_helper *h, struct cs_buf *out, int *out_exit)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction before;
	struct pipes pipes;
	char folder[PATH_MAX] = "";
	char path[PATH_MAX + 32];

	*out_exit = 127;
	if (cs_program_folder(folder, sizeof(folder))) {
		snprintf(path, sizeof(path), "%s/%s", folder, h->program);
		fflush(stdout);
		/* One that ends before it has read everything is its exit status' business. */
		sigaction(SIGPIPE, &ignore, &before);
		pid_t pid = start(path, h, &pipes);
		if (pid != -1) {
			converse(h, &pipes, out);
			*out_exit = wait_for(pid);
		}
		sigaction(SIGPIPE, &before, NULL);
	}
	if (*out_exit == 126 || *out_exit == 127) {
		cs_complain("%s/%s cannot be run", folder, h->program);
		return CS_FAIL(UNAVAILABLE);
	}
	return cs_buf_finish(out, NULL);
}
