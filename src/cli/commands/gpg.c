#include "cli/commands/gpg.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/program/program.h"

#define PASSWORD_FD 3
#define READ_BYTES 4096
#define WORDS_MAX 16
#define ENV_MAX 512

extern char **environ;

/* In the child: on its PATH, as pass finds it. */
static void
run(char **argv, int input, int output)
{
	static char tty[256] = "GPG_TTY=";
	char *env[ENV_MAX + 2];
	size_t n = 0;
	int nowhere = open("/dev/null", O_RDWR);

	/* The agent asks on the terminal that it is told of. */
	bool has_tty = cs_program_env("GPG_TTY") != NULL ||
		       ttyname_r(STDIN_FILENO, tty + 8, sizeof(tty) - 8) != 0;
	for (; environ != NULL && environ[n] != NULL && n < ENV_MAX; n++)
		env[n] = environ[n];
	if (!has_tty)
		env[n++] = tty;
	env[n] = NULL;
	output = fcntl(output, F_DUPFD, 10);
	if (input != -1)
		input = fcntl(input, F_DUPFD, 10);
	if (dup2(nowhere, STDIN_FILENO) == -1 || dup2(output, STDOUT_FILENO) == -1 ||
	    dup2(nowhere, STDERR_FILENO) == -1 || (input != -1 && dup2(input, PASSWORD_FD) == -1))
		_exit(126);
	close_range(input != -1 ? PASSWORD_FD + 1 : PASSWORD_FD, ~0U, 0);
	signal(SIGPIPE, SIG_DFL);
	execvpe(argv[0], argv, env);
	_exit(127);
}

/* A password fits into a pipe, so that nobody waits for anybody. */
static pid_t
start(char **argv, cs_span password, int *out_from)
{
	int output[2] = { -1, -1 };
	int input[2] = { -1, -1 };
	pid_t pid = -1;

	if (pipe2(output, O_CLOEXEC) == 0 && (password.len == 0 || pipe2(input, O_CLOEXEC) == 0) &&
	    (password.len == 0 ||
		write(input[1], password.p, password.len) == (ssize_t)password.len))
		pid = fork();
	if (pid == 0)
		run(argv, input[0], output[1]);
	for (size_t i = 0; i < 2; i++)
		if (input[i] != -1)
			close(input[i]);
	if (output[1] != -1)
		close(output[1]);
	*out_from = output[0];
	return pid;
}

static bool
end_well(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* False: it wrote more than out holds. */
static bool
read_all(int fd, struct cs_buf *out)
{
	ssize_t got = 1;

	while (got > 0) {
		uint8_t *room = cs_buf_reserve(out, READ_BYTES);

		if (room == NULL)
			return false;
		do
			got = read(fd, room, READ_BYTES);
		while (got == -1 && errno == EINTR);
		out->len -= READ_BYTES - (got > 0 ? (size_t)got : 0);
	}
	return got == 0;
}

static bool
run_to_end(char **argv, cs_span password, struct cs_buf *out)
{
	int from = -1;
	pid_t pid = start(argv, password, &from);
	bool is_read = pid != -1 && read_all(from, out);

	if (from != -1)
		close(from);
	return pid != -1 && end_well(pid) && is_read;
}

bool
cs_gpg_is_there(void)
{
	CS_AUTO(cs_buf_clear) struct cs_buf out;
	char program[] = "gpg", version[] = "--version";
	char *argv[] = { program, version, NULL };

	cs_buf_init(&out, 1 << 16);
	return run_to_end(argv, CS_SPAN_NONE, &out);
}

bool
cs_gpg_decrypt(const char *path, cs_span password, struct cs_buf *out)
{
	const char *const words[] = { "gpg", "--batch", "--quiet", "--no-tty", "--decrypt",
		"--pinentry-mode", "loopback", "--passphrase-fd", "3" };
	char *argv[WORDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < (password.len == 0 ? 5 : CS_COUNT(words)); i++)
		argv[n++] = (char *)words[i];
	argv[n++] = (char *)"--";
	argv[n++] = (char *)path;
	argv[n] = NULL;
	if (run_to_end(argv, password, out))
		return true;
	bool was_too_much = out->has_failed;
	cs_buf_clear(out);
	out->has_failed = was_too_much;
	return false;
}
