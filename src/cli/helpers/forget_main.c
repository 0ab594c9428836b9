/*
 * forget WAY SECONDS: clear the clipboard after a while, if it still holds what stands on standard
 * input. Run by copy and watch; it has nothing of the vault.
 */
#include "cli/program/clipboard.h"
#include "cli/program/program.h"
#include "crypto/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

static size_t
read_text(char *out, size_t room)
{
	size_t len = 0;

	for (ssize_t n = 1; n > 0 && len < room;) {
		n = read(STDIN_FILENO, out + len, room - len);
		len += n > 0 ? (size_t)n : 0;
		if (n == -1 && errno == EINTR)
			n = 1;
	}
	return len;
}

/*
 * Into the background, without whatever the caller had open. OSC 52 goes to the terminal: with a
 * session of its own it would have none.
 */
static bool
go_into_background(bool needs_terminal)
{
	if (fork() != 0)
		return false;
	if (needs_terminal)
		setpgid(0, 0);
	else
		setsid();
	for (int fd = 0; fd <= 2; fd++)
		close(fd);
	for (int fd = 0; fd <= 2; fd++)
		(void)!open("/dev/null", O_RDWR);
	(void)!chdir("/");
	return true;
}

int
main(int argc, char **argv)
{
	char text[CS_CLIPBOARD_TEXT_MAX];
	const char *why = NULL;
	int64_t seconds = 0;

	cs_program_keep_to_itself();
	if (argc != 3 || !cs_str_to_i64(cs_str_c(argv[2]), &seconds))
		return CS_CLI_USAGE;
	const struct cs_clipboard *c = cs_clipboard_find(argv[1], &why);
	size_t len = read_text(text, sizeof(text));
	if (c == NULL)
		return CS_CLI_FAILED;

	if (go_into_background(c->copy == NULL))
		cs_clipboard_forget(c, (cs_str){ text, len }, seconds);
	cs_wipe(text, sizeof(text));
	return CS_CLI_OK;
}
