/*
 * terminal.h - asking a person and showing text to one.
 *
 * What is asked is asked on /dev/tty, so that standard input and output may be a pipe. Text from
 * outside never reaches a terminal as it is: control characters, and those that change the direction
 * of what follows, are shown as \x1b or \u202e.
 */
#ifndef CS_CLI_TERMINAL_H
#define CS_CLI_TERMINAL_H

#include <stdio.h>

#include "base/buf.h"
#include "cli/program/command.h"

#define CS_TERMINAL_ANSWER_MAX 4096 /* bytes */

/* Whether somebody can be asked. */
bool cs_terminal_is_there(void);
/* Whether standard output is a terminal. */
bool cs_terminal_is_out(void);
/* Columns of standard output's terminal; 80 when it is none. At least 20. */
size_t cs_terminal_columns(void);
/* Columns of the terminal at fd; 0 when it is none, or does not know. Else at least 20. */
size_t cs_terminal_columns_of(int fd);

/*
 * One line from the person, without the line feed. The terminal is as it was whatever signal comes.
 *   prompt	shown as it stands, nothing is put behind it; what is from outside goes through
 *		cs_terminal_visible first
 *   out	what was there is kept in front; sensitive when the answer is
 * Errors: UNAVAILABLE (no terminal), LIMIT (too long), INVALID (not UTF-8), NOT_FOUND (end of input:
 * the person pressed ^D).
 */
cs_err cs_terminal_ask(const char *prompt, struct cs_buf *out);
/* The same without echo. */
cs_err cs_terminal_ask_secret(const char *prompt, struct cs_buf *out);
/*
 * Ask for a secret until judge takes it, tries times at most. The terminal echoes nothing until all of
 * that is over: what is typed while a passphrase is judged, which takes a second, is the next answer.
 *   judge	FORBIDDEN: that was not it. Its other errors, and success, end the asking.
 * Errors: as cs_terminal_ask, and judge's last.
 */
cs_err cs_terminal_ask_until(
    const char *prompt, int tries, cs_err (*judge)(void *ctx, cs_str answer), void *ctx);
/*
 * A question that --yes answers: "Remove Example (alice)?". CS_CLI_OK: go on. Otherwise what has been
 * said to the person, as an exit status: FAILED (they said no), USAGE (no terminal: say --yes).
 */
__attribute__((format(printf, 2, 3))) int cs_terminal_confirm(
    const struct cs_cli_line *line, const char *fmt, ...);
/* One of count numbered things, which have been shown: 0..count-1. Errors: as cs_terminal_ask. */
cs_err cs_terminal_choose(size_t count, size_t *out);

/* s as it may be shown. line feeds are control characters too. */
void cs_terminal_visible(cs_str s, struct cs_buf *out);
/* The same in an arena. */
cs_str cs_terminal_text(struct cs_arena *a, cs_str s);
/* A moment as people read it, in their time zone: "2026-11-22 09:41". */
cs_str cs_terminal_time(struct cs_arena *a, cs_time t);
/* Columns that s takes, which has gone through cs_terminal_visible. */
size_t cs_terminal_width(cs_str s);
/* The longest beginning of s that takes at most width columns. */
cs_str cs_terminal_fit(cs_str s, size_t width);
/*
 * s, which has gone through cs_terminal_visible, in lines of at most columns (0: as it is), broken at
 * its spaces alone. Lines behind the first begin with indent spaces.
 */
void cs_terminal_wrap(cs_str s, size_t indent, size_t columns, struct cs_buf *out);

/*
 * One line of text: everything, the format itself too, is made visible, and a line feed put behind.
 * A terminal that is narrower gets it in several, each indented as the first. At most 8 KiB.
 */
__attribute__((format(printf, 2, 3))) void cs_say(FILE *to, const char *fmt, ...);
/* "countersign: …" on standard error. */
__attribute__((format(printf, 1, 2))) void cs_complain(const char *fmt, ...);

/*
 * What a command ends with: everything written to standard output has arrived, or that is said.
 * CS_CLI_OK or DISK. A reader that went away (head) has had what it wanted.
 */
int cs_output_end(void);

/* The sequence that begins or ends a manner of writing; "" unless to is a terminal with colours. */
enum cs_style { CS_STYLE_NONE = 0, CS_STYLE_BOLD, CS_STYLE_DIM, CS_STYLE_RED, CS_STYLE_GREEN };
const char *cs_style(FILE *to, enum cs_style style);

/*
 * A table. On a terminal it fits its width: the columns that may are cut, with "…". To a pipe
 * nothing is cut.
 */
#define CS_TABLE_COLUMNS_MAX 8
struct cs_table_column {
	const char *title;
	bool is_right; /* numbers */
	bool may_be_cut;
};
struct cs_table {
	struct cs_arena *arena;
	const struct cs_table_column *columns;
	size_t column_count;
	cs_str *cells; /* row after row */
	size_t cell_count;
	size_t cell_room;
};
void cs_table_init(struct cs_table *t, struct cs_arena *a, const struct cs_table_column *columns,
    size_t column_count);
/* The next cell, row by row; from outside or not, it is made visible and copied. */
void cs_table_add(struct cs_table *t, cs_str cell);
/* Nothing, not even titles, when there is no row. */
void cs_table_show(const struct cs_table *t, FILE *to);

#endif
