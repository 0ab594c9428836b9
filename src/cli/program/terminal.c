#include "cli/program/terminal.h"

#include "cli/program/program.h"
#include "crypto/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#define SAY_MAX 8192
#define COLUMNS_MIN 20
#define COLUMNS_DEFAULT 80

static int
open_terminal(void)
{
	return open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

bool
cs_terminal_is_there(void)
{
	int fd = open_terminal();

	if (fd == -1)
		return false;
	close(fd);
	return true;
}

bool
cs_terminal_is_out(void)
{
	return isatty(STDOUT_FILENO) == 1;
}

size_t
cs_terminal_columns_of(int fd)
{
	struct winsize size = { 0 };

	if (ioctl(fd, TIOCGWINSZ, &size) == -1 || size.ws_col == 0)
		return 0;
	return size.ws_col < COLUMNS_MIN ? COLUMNS_MIN : size.ws_col;
}

size_t
cs_terminal_columns(void)
{
	size_t columns = cs_terminal_columns_of(STDOUT_FILENO);

	return columns == 0 ? COLUMNS_DEFAULT : columns;
}

static void
write_all(int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, text, len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		text += n;
		len -= (size_t)n;
	}
}

/* A terminal that is being asked on: what it was like, and the signals that wait meanwhile. */
struct asking {
	int fd;
	int signal_fd;
	struct termios before;
	struct termios during;
	sigset_t mask_before;
	const char *prompt;
};

/*
 * The signals that would end or stop us are taken from a descriptor, so that the terminal is set
 * right before they do, without a handler and what it would have to remember.
 */
static bool
begin_asking(struct asking *a, bool is_secret)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };
	sigset_t set;

	a->fd = open_terminal();
	if (a->fd == -1)
		return false;
	if (tcgetattr(a->fd, &a->before) == -1) {
		close(a->fd);
		return false;
	}
	sigemptyset(&set);
	for (size_t i = 0; i < CS_COUNT(signals); i++)
		sigaddset(&set, signals[i]);
	sigprocmask(SIG_BLOCK, &set, &a->mask_before);
	a->signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
	a->during = a->before;
	a->during.c_lflag |= ICANON;
	if (is_secret) {
		a->during.c_lflag &= ~(tcflag_t)ECHO;
		a->during.c_lflag |= ECHONL;
	}
	tcsetattr(a->fd, TCSADRAIN, &a->during);
	write_all(a->fd, a->prompt, strlen(a->prompt));
	return true;
}

static void
end_asking(struct asking *a)
{
	tcsetattr(a->fd, TCSADRAIN, &a->before);
	sigprocmask(SIG_SETMASK, &a->mask_before, NULL);
	if (a->signal_fd != -1)
		close(a->signal_fd);
	close(a->fd);
}

/* The terminal as it was; then the signal does what it does. Comes back only if that was to stop. */
static void
take_signal(struct asking *a)
{
	struct signalfd_siginfo info;
	sigset_t now;

	if (read(a->signal_fd, &info, sizeof(info)) != sizeof(info))
		return;
	tcsetattr(a->fd, TCSADRAIN, &a->before);
	write_all(a->fd, "\n", 1);
	sigprocmask(SIG_SETMASK, &a->mask_before, &now);
	raise((int)info.ssi_signo);
	sigprocmask(SIG_SETMASK, &now, NULL);
	tcsetattr(a->fd, TCSAFLUSH, &a->during);
	write_all(a->fd, a->prompt, strlen(a->prompt));
}

static cs_err
read_answer(struct asking *a, struct cs_buf *out)
{
	char part[256];
	bool is_whole = false;
	bool is_empty = true;

	while (!is_whole) {
		struct pollfd fds[] = { { .fd = a->fd, .events = POLLIN },
			{ .fd = a->signal_fd, .events = POLLIN } };
		if (poll(fds, 2, -1) == -1 && errno != EINTR)
			return CS_FAIL(UNAVAILABLE);
		if (fds[1].revents != 0) {
			take_signal(a);
			continue;
		}
		if (fds[0].revents == 0)
			continue;
		ssize_t n = read(a->fd, part, sizeof(part));
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return is_empty ? CS_FAIL(NOT_FOUND) : CS_OK;
		is_empty = false;
		is_whole = part[n - 1] == '\n';
		cs_buf_add(out, CS_SPAN(part, (size_t)n - (is_whole ? 1 : 0)));
		cs_wipe(part, sizeof(part));
	}
	return CS_OK;
}

static cs_err
read_one(struct asking *a, struct cs_buf *out)
{
	size_t from = out->len;

	CS_TRY(read_answer(a, out));
	CS_TRY(cs_buf_finish(out, NULL));
	if (out->len - from > CS_TERMINAL_ANSWER_MAX)
		return CS_FAIL(LIMIT);
	if (!cs_utf8_is_valid(CS_SPAN(out->p + from, out->len - from)))
		return CS_FAIL(INVALID);
	return CS_OK;
}

static cs_err
ask(const char *prompt, bool is_secret, struct cs_buf *out)
{
	struct asking a = { .prompt = prompt };

	if (!begin_asking(&a, is_secret))
		return CS_FAIL(UNAVAILABLE);
	cs_err err = read_one(&a, out);
	end_asking(&a);
	return err;
}

cs_err
cs_terminal_ask_until(
    const char *prompt, int tries, cs_err (*judge)(void *ctx, cs_str answer), void *ctx)
{
	struct asking a = { .prompt = prompt };

	if (!begin_asking(&a, true))
		return CS_FAIL(UNAVAILABLE);
	for (;;) {
		CS_AUTO(cs_buf_clear) struct cs_buf answer;
		cs_buf_init_sensitive(&answer, 2 * CS_TERMINAL_ANSWER_MAX);
		cs_err err = read_one(&a, &answer);
		if (!cs_failed(err))
			err = judge(ctx, cs_buf_str(&answer));
		if (!cs_is(err, CS_E_FORBIDDEN) || --tries == 0) {
			end_asking(&a);
			return err;
		}
		write_all(a.fd, prompt, strlen(prompt));
	}
}

cs_err
cs_terminal_ask(const char *prompt, struct cs_buf *out)
{
	return ask(prompt, false, out);
}

cs_err
cs_terminal_ask_secret(const char *prompt, struct cs_buf *out)
{
	return ask(prompt, true, out);
}

int
cs_terminal_confirm(const struct cs_cli_line *line, const char *fmt, ...)
{
	CS_AUTO(cs_buf_clear) struct cs_buf shown;
	CS_AUTO(cs_buf_clear) struct cs_buf prompt;
	CS_AUTO(cs_buf_clear) struct cs_buf answer;
	char text[1024];
	va_list ap;

	cs_buf_init(&shown, 2 * SAY_MAX);
	cs_buf_init(&prompt, 4 * SAY_MAX);
	cs_buf_init(&answer, CS_TERMINAL_ANSWER_MAX);
	if (line->is_yes)
		return CS_CLI_OK;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	cs_terminal_visible(cs_str_c(text), &shown);
	cs_buf_add_c(&shown, " [y/N]");
	/* The answer, a letter behind a space, has room on the last line. */
	size_t columns = cs_terminal_columns();
	cs_terminal_wrap(cs_buf_str(&shown), 0, columns - sizeof(" y"), &prompt);
	cs_buf_add(&prompt, CS_SPAN(" ", sizeof(" ")));
	cs_err err = cs_terminal_ask((const char *)prompt.p, &answer);
	if (cs_is(err, CS_E_UNAVAILABLE)) {
		cs_complain("%s There is no terminal to answer on: say --yes", text);
		return CS_CLI_USAGE;
	}
	cs_str a = cs_str_trim(cs_buf_str(&answer));
	if (!cs_failed(err) &&
	    (cs_str_equal_nocase(a, CS_STR("y")) || cs_str_equal_nocase(a, CS_STR("yes"))))
		return CS_CLI_OK;
	cs_complain("nothing was done");
	return CS_CLI_FAILED;
}

cs_err
cs_terminal_choose(size_t count, size_t *out)
{
	char prompt[64];

	*out = 0;
	snprintf(prompt, sizeof(prompt), "Which one (1-%zu)? ", count);
	for (int tries = 0; tries < 3; tries++) {
		CS_AUTO(cs_buf_clear) struct cs_buf answer;
		int64_t n = 0;
		cs_buf_init(&answer, CS_TERMINAL_ANSWER_MAX);
		CS_TRY(cs_terminal_ask(prompt, &answer));
		cs_str text = cs_str_trim(cs_buf_str(&answer));
		if (text.len == 0)
			return CS_FAIL(NOT_FOUND);
		if (cs_str_to_i64(text, &n) && n >= 1 && n <= (int64_t)count) {
			*out = (size_t)n - 1;
			return CS_OK;
		}
	}
	return CS_FAIL(NOT_FOUND);
}
