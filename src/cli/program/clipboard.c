#include "cli/program/clipboard.h"

#include "base/codec.h"
#include "cli/program/program.h"
#include "crypto/equal.h"
#include "crypto/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WORDS(...) \
	(const char *const[]) \
	{ \
		__VA_ARGS__, NULL \
	}

/* In this order: inside tmux its own buffer reaches a terminal that OSC 52 of ours would not. */
static const struct cs_clipboard clipboards[] = {
	{ "wl-copy", "WAYLAND_DISPLAY", WORDS("wl-copy"), WORDS("wl-paste", "--no-newline"),
	    WORDS("wl-copy", "--clear") },
	{ "xclip", "DISPLAY", WORDS("xclip", "-selection", "clipboard", "-in"),
	    WORDS("xclip", "-selection", "clipboard", "-out"),
	    WORDS("xclip", "-selection", "clipboard", "-in", "/dev/null") },
	{ "xsel", "DISPLAY", WORDS("xsel", "--clipboard", "--input"),
	    WORDS("xsel", "--clipboard", "--output"), WORDS("xsel", "--clipboard", "--clear") },
	{ "pbcopy", NULL, WORDS("pbcopy"), WORDS("pbpaste"), WORDS("pbcopy") },
	{ "tmux", "TMUX", WORDS("tmux", "load-buffer", "-w", "-b", "countersign", "-"),
	    WORDS("tmux", "show-buffer", "-b", "countersign"),
	    WORDS("tmux", "delete-buffer", "-b", "countersign") },
	{ "osc52", NULL, NULL, NULL, NULL },
};

static bool
is_on_path(const char *program)
{
	const char *path = cs_program_env("PATH");
	cs_str rest = cs_str_c(path != NULL ? path : "/usr/bin:/bin");
	char file[PATH_MAX];
	cs_str folder;

	while (cs_str_cut(&rest, ':', &folder)) {
		int n = snprintf(file, sizeof(file), "%.*s/%s", CS_STR_ARG(folder), program);
		if (folder.len > 0 && n > 0 && (size_t)n < sizeof(file) && access(file, X_OK) == 0)
			return true;
	}
	return false;
}

static bool
is_terminal_there(void)
{
	int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (fd == -1)
		return false;
	close(fd);
	return true;
}

static bool
is_of_use(const struct cs_clipboard *c)
{
	if (c->copy == NULL)
		return is_terminal_there();
	return (c->env == NULL || cs_program_env(c->env) != NULL) && is_on_path(c->copy[0]);
}

const struct cs_clipboard *
cs_clipboard_find(const char *name, const char **out_why)
{
	*out_why = "there is no clipboard here: neither Wayland, X11, tmux nor a terminal";
	for (size_t i = 0; i < CS_COUNT(clipboards); i++) {
		const struct cs_clipboard *c = &clipboards[i];
		if (name != NULL && strcmp(name, c->name) != 0)
			continue;
		if (is_of_use(c))
			return c;
		if (name != NULL) {
			*out_why = "that way to the clipboard does not exist here";
			return NULL;
		}
	}
	if (name != NULL)
		*out_why = "--with is wl-copy, xclip, xsel, pbcopy, tmux or osc52";
	return NULL;
}

/* In the child: input and output are the pipes or nothing, and errors go nowhere. */
static void
become(const char *const *words, int input, int output)
{
	int nothing = open("/dev/null", O_RDWR);
	sigset_t none;

	dup2(input != -1 ? input : nothing, STDIN_FILENO);
	dup2(output != -1 ? output : nothing, STDOUT_FILENO);
	dup2(nothing, STDERR_FILENO);
	close_range(3, ~0U, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	execvp(words[0], (char *const *)words);
	_exit(127);
}

/*
 * Run a program; what it is given and what it says fits a pipe. One that serves the clipboard from
 * then on has gone into the background by itself.
 */
static cs_err
run(const char *const *words, cs_str input, char *out, size_t out_room, size_t *out_len)
{
	int to[2] = { -1, -1 };
	int from[2] = { -1, -1 };
	int status = -1;
	pid_t pid = -1;

	if (pipe2(to, O_CLOEXEC) == 0 && (out == NULL || pipe2(from, O_CLOEXEC) == 0))
		pid = fork();
	if (pid == 0)
		become(words, to[0], from[1]);
	/* to[0] stays open: nobody reading is no reason for a signal */
	if (pid != -1 && input.len > 0 && write(to[1], input.p, input.len) != (ssize_t)input.len)
		pid = -1;
	close(to[1]);
	if (from[1] != -1)
		close(from[1]);
	for (ssize_t n = 1; out != NULL && n > 0 && *out_len < out_room;) {
		n = read(from[0], out + *out_len, out_room - *out_len);
		*out_len += n > 0 ? (size_t)n : 0;
		if (n == -1 && errno == EINTR)
			n = 1;
	}
	if (from[0] != -1)
		close(from[0]);
	while (pid != -1 && waitpid(pid, &status, 0) == -1 && errno == EINTR)
		continue;
	close(to[0]);
	return pid != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? CS_OK
									  : CS_FAIL(UNAVAILABLE);
}

/* ESC ] 52 ; c ; BASE64 BEL, as xterm has it. GNU screen passes it on inside ESC P … ESC \. */
static cs_err
write_osc52(cs_str text)
{
	CS_AUTO(cs_buf_clear) struct cs_buf sequence;
	const char *term = cs_program_env("TERM");
	bool is_screen =
	    term != NULL && strncmp(term, "screen", 6) == 0 && cs_program_env("TMUX") == NULL;
	int fd = open("/dev/tty", O_WRONLY | O_NOCTTY | O_CLOEXEC);

	cs_buf_init_sensitive(&sequence, 4 * CS_CLIPBOARD_TEXT_MAX);
	if (fd == -1)
		return CS_FAIL(UNAVAILABLE);
	cs_buf_add_c(&sequence, is_screen ? "\x1bP\x1b]52;c;" : "\x1b]52;c;");
	cs_base64_encode(cs_str_span(text), &sequence);
	cs_buf_add_c(&sequence, is_screen ? "\x07\x1b\\" : "\x07");
	ssize_t n = write(fd, sequence.p, sequence.len);
	close(fd);
	return n == (ssize_t)sequence.len ? CS_OK : CS_FAIL(UNAVAILABLE);
}

cs_err
cs_clipboard_set(const struct cs_clipboard *c, cs_str text)
{
	if (c->copy == NULL)
		return write_osc52(text);
	return run(c->copy, text, NULL, 0, NULL);
}

/* Whether the clipboard still holds our text; a line feed behind it may be the program's own. */
static bool
still_holds(const struct cs_clipboard *c, cs_str text)
{
	char there[CS_CLIPBOARD_TEXT_MAX + 2];
	size_t len = 0;

	if (c->paste == NULL)
		return true;
	bool is_read = !cs_failed(run(c->paste, CS_STR_NONE, there, sizeof(there), &len));
	if (len > 0 && there[len - 1] == '\n')
		len--;
	bool is_same = is_read && len == text.len && cs_equal(there, text.p, len);
	cs_wipe(there, sizeof(there));
	return is_same;
}

static void
clear_clipboard(const struct cs_clipboard *c)
{
	if (c->clear == NULL)
		(void)!cs_failed(write_osc52(CS_STR("")));
	else
		(void)!cs_failed(run(c->clear, CS_STR_NONE, NULL, 0, NULL));
}

static void
wait_seconds(int64_t seconds)
{
	struct timespec until;

	/* Also while the machine sleeps. */
	clock_gettime(CLOCK_BOOTTIME, &until);
	until.tv_sec += seconds;
	while (clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &until, NULL) == EINTR)
		continue;
}

void
cs_clipboard_forget(const struct cs_clipboard *c, cs_str text, int64_t seconds)
{
	wait_seconds(seconds);
	if (still_holds(c, text))
		clear_clipboard(c);
}

/*
 * Another program, since this one's memory would stay with a child of ours for as long as it waits.
 */
void
cs_clipboard_clear_later(const struct cs_clipboard *c, cs_str text, int64_t seconds)
{
	char path[PATH_MAX] = "";
	char number[24];
	const char *words[] = { path, c->name, number, NULL };

	CS_ASSERT(text.len <= CS_CLIPBOARD_TEXT_MAX);
	if (!cs_program_folder(path, sizeof(path) - sizeof("/forget")))
		return;
	memcpy(path + strlen(path), "/forget", sizeof("/forget"));
	snprintf(number, sizeof(number), "%lld", (long long)seconds);
	(void)!cs_failed(run(words, text, NULL, 0, NULL));
}
