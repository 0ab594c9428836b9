#include "cli/commands/qr_screen.h"

#include "cli/program/command.h"
#include "cli/program/terminal.h"

#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define OTHER_SCREEN "\033[?1049h\033[H\033[2J"
#define FIRST_SCREEN "\033[?1049l"
#define BLACK_ON_WHITE "\033[38;5;16m\033[48;5;231m"
#define AS_BEFORE "\033[0m"
#define QUIET 4
#define QUIET_WHERE_NARROW 1 /* less than the standard has, and cameras manage */
#define LINES_AROUND 4 /* title, caption, an empty one, the prompt */
#define DRAWING_MAX (256 << 10)

void
cs_qr_draw(const struct cs_qr *qr, int quiet, struct cs_buf *out)
{
	/* upper half dark and lower half light, and so on: the bits of (upper, lower) */
	static const char *const blocks[] = { " ", "▄", "▀", "█" };
	int side = cs_qr_side(qr);

	for (int y = -quiet; y < side + quiet; y += 2) {
		cs_buf_add_c(out, BLACK_ON_WHITE);
		for (int x = -quiet; x < side + quiet; x++)
			cs_buf_add_c(out,
			    blocks[cs_qr_is_dark(qr, x, y) << 1 | cs_qr_is_dark(qr, x, y + 1)]);
		cs_buf_add_c(out, AS_BEFORE "\n");
	}
}

/* The widest quiet zone that there is room for; -1: not even the narrow one. */
static int
quiet_that_fits(const struct cs_qr *qr, int *out_columns, int *out_rows)
{
	static const int quiets[] = { QUIET, QUIET_WHERE_NARROW };
	struct winsize window = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) == -1 || window.ws_col == 0)
		window = (struct winsize){ .ws_col = 80, .ws_row = 24 };
	for (size_t i = 0; i < CS_COUNT(quiets); i++) {
		*out_columns = cs_qr_side(qr) + 2 * quiets[i];
		*out_rows = (*out_columns + 1) / 2 + LINES_AROUND;
		if (*out_columns <= window.ws_col && *out_rows <= window.ws_row)
			return quiets[i];
	}
	return -1;
}

bool
cs_qr_screen_has_room(cs_str payload)
{
	CS_AUTO(cs_qr_free) struct cs_qr *qr = NULL;
	int columns, rows;

	return !cs_failed(cs_qr_new(payload, CS_QR_LOW, &qr)) &&
	       quiet_that_fits(qr, &columns, &rows) >= 0;
}

static void
leave_and_end(int signal)
{
	static const char leave[] = FIRST_SCREEN;
	ssize_t written = write(STDOUT_FILENO, leave, sizeof(leave) - 1);

	(void)written; /* there is nobody left to tell */
	/* The disposition was reset when this was called: it ends us now. */
	raise(signal);
}

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

static void
enter_screen(struct sigaction before[CS_COUNT(ending)])
{
	struct sigaction leave = { .sa_handler = leave_and_end,
		.sa_flags = (int)SA_RESETHAND | SA_NODEFER };

	for (size_t i = 0; i < CS_COUNT(ending); i++)
		sigaction(ending[i], &leave, &before[i]);
	fputs(OTHER_SCREEN, stdout);
}

static void
leave_screen(const struct sigaction before[CS_COUNT(ending)])
{
	fputs(FIRST_SCREEN, stdout);
	fflush(stdout);
	for (size_t i = 0; i < CS_COUNT(ending); i++)
		sigaction(ending[i], &before[i], NULL);
}

static int
show(const struct cs_qr_screen *screen, const struct cs_qr *qr, int quiet, const char *prompt,
    struct cs_buf *answer)
{
	struct sigaction before[CS_COUNT(ending)];
	CS_AUTO(cs_buf_clear) struct cs_buf drawing;

	cs_buf_init_sensitive(&drawing, DRAWING_MAX);
	cs_qr_draw(qr, quiet, &drawing);
	enter_screen(before);
	fputs(cs_style(stdout, CS_STYLE_BOLD), stdout);
	cs_say(stdout, "%.*s", CS_STR_ARG(screen->title));
	fputs(cs_style(stdout, CS_STYLE_NONE), stdout);
	fwrite(drawing.p, 1, drawing.len, stdout);
	cs_say(stdout, "%.*s", CS_STR_ARG(screen->caption));
	fflush(stdout);
	cs_err err = cs_terminal_ask(prompt, answer);
	leave_screen(before);
	if (cs_failed(err) && !cs_is(err, CS_E_NOT_FOUND)) {
		cs_complain("nothing could be read from the terminal");
		return CS_CLI_FAILED;
	}
	if (cs_failed(err))
		cs_buf_add_c(answer, "q"); /* the end of input is a wish to stop */
	return CS_CLI_OK;
}

int
cs_qr_screen_show(const struct cs_qr_screen *screen, const char *prompt, struct cs_buf *answer)
{
	CS_AUTO(cs_qr_free) struct cs_qr *qr = NULL;
	int columns, rows;

	if (!cs_terminal_is_out() || !cs_terminal_is_there()) {
		cs_complain("a QR code is shown on a terminal; -o FILE.png or -o FILE.pdf writes "
			    "one to a file");
		return CS_CLI_USAGE;
	}
	if (cs_failed(cs_qr_new(screen->payload, CS_QR_LOW, &qr))) {
		cs_complain("that is too much for one QR code");
		return CS_CLI_FAILED;
	}
	int quiet = quiet_that_fits(qr, &columns, &rows);
	if (quiet < 0) {
		cs_complain("the window is too small for this QR code: it needs %d columns and %d "
			    "rows, or -o FILE.png",
		    columns, rows);
		return CS_CLI_FAILED;
	}
	return show(screen, qr, quiet, prompt, answer);
}
