/*
 * command.h - countersign's commands. One cmd_NAME.c and one row of commands.def each; the row says
 * which program has it: `countersign` itself (libc alone) or one under libexec/countersign/.
 */
#ifndef CS_CLI_COMMAND_H
#define CS_CLI_COMMAND_H

#include "base/span.h"
#include "base/time.h"

/* What a script can branch on; documented in countersign(1). */
enum cs_cli_exit {
	CS_CLI_OK = 0,
	CS_CLI_FAILED = 1, /* what has no status of its own; also oathtool's bad input */
	CS_CLI_USAGE = 2, /* also oathtool's "code not found" */
	CS_CLI_NOT_FOUND = 3, /* no such entry, contact, version */
	CS_CLI_AMBIGUOUS = 4, /* several entries are meant */
	CS_CLI_NO_VAULT = 5,
	CS_CLI_LOCKED = 6, /* a passphrase is needed and there is no terminal */
	CS_CLI_WRONG_KEY = 7, /* passphrase, recovery key, password of an import */
	CS_CLI_DAMAGED = 8, /* a file is not what was written, or is of another kind */
	CS_CLI_TOO_NEW = 9,
	CS_CLI_BUSY = 10, /* somebody else is writing */
	CS_CLI_DISK = 11, /* full, gone, not writable, not ours */
	CS_CLI_REFUSED = 12, /* some of what was asked for was refused; the rest is done or shown */
	CS_CLI_EXPIRED = 13, /* a capsule that is over */
};

struct cs_cli_command;

/* What a command is given: its own words, global options taken out. */
struct cs_cli_line {
	const char *name; /* as it was called */
	const struct cs_cli_command *command; /* its row */
	char **words;
	int word_count;
	bool is_json; /* --json */
	bool is_yes; /* --yes: do not ask */
	const char *folder; /* --vault FOLDER, or where it lies by default; absolute */
	char folder_room[4096]; /* folder is kept here */
	const char *passphrase_file; /* --passphrase-file FILE, "-" for standard input; or NULL */
	cs_time now;
};

struct cs_cli_command {
	const char *name;
	const char *group; /* under which help lists it */
	const char *usage; /* after the name */
	const char *help; /* one sentence */
	const char *program; /* whose it is: "countersign", or one under libexec/countersign/ */
	int (*run)(struct cs_cli_line *line); /* NULL in every other program */
};

/* The rows of commands.def, in its order. */
extern const struct cs_cli_command cs_cli_commands[];
extern const size_t cs_cli_command_count;

/* NULL: there is none of that name. */
const struct cs_cli_command *cs_cli_command_named(const char *name);

/* What the rows name: a status of enum cs_cli_exit. */
#define C(PROGRAM, NAME, GROUP, USAGE, HELP, FUNCTION) int FUNCTION(struct cs_cli_line *line);
#include "cli/program/commands.def"
#undef C

#endif
