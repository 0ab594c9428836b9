/*
 * program.h - the main of every program under libexec/countersign/, and what its commands take their
 * words with. (countersign itself, which has libc alone, only finds out which program has a command.)
 *
 * A command looks like this:
 *
 *     int
 *     cs_cmd_rename(struct cs_cli_line *line)
 *     {
 *             const char *account = NULL;
 *             bool is_quiet = false;
 *             const struct cs_cli_option options[] = {
 *                     { "account", 'a', "TEXT", "the account's new name", .value = &account },
 *                     { "quiet", 'q', NULL, "say nothing", .flag = &is_quiet },
 *             };
 *             int status;
 *             if (!cs_line_take(line, options, CS_COUNT(options), 2, 2, &status))
 *                     return status;
 *             … line->words[0], line->words[1] …
 *     }
 */
#ifndef CS_CLI_PROGRAM_H
#define CS_CLI_PROGRAM_H

#include "base/span.h"
#include "cli/program/command.h"

/* An option that may stand several times: 16 at most. */
#define CS_CLI_LIST_MAX 16
struct cs_cli_list {
	const char *values[CS_CLI_LIST_MAX];
	int count;
};

/* One of value, flag and list is not NULL. All texts are static, all values borrowed from argv. */
struct cs_cli_option {
	const char *name; /* without the dashes */
	char letter; /* 0: none */
	const char *value_name; /* for help: "FILE"; NULL for a flag */
	const char *help; /* lower case, no full stop; NULL: not shown in help */
	const char **value;
	bool *flag;
	struct cs_cli_list *list;
};

/*
 * Undumpable, without core files, umask 077; then the command of this program that the words name.
 * Returns the exit status.
 */
int cs_program_main(int argc, char **argv);

/*
 * Memory of this process is in no core file, nobody but root reads it through /proc, and files it
 * makes are its owner's. The first thing that a program does (cs_program_main does it).
 */
void cs_program_keep_to_itself(void);

/*
 * Take the options (this command's and the global ones) out of line->words wherever they stand; what
 * is left has to be words_min..words_max (-1: any number). "--" ends options; "-" is a word. An
 * option is --name VALUE, --name=VALUE, -n VALUE, -nVALUE.
 * False: there is nothing left to do (--help was asked for and shown, or something is wrong and was
 * said), and *out_status is to be returned.
 */
bool cs_line_take(struct cs_cli_line *line, const struct cs_cli_option *options, size_t count,
    int words_min, int words_max, int *out_status);

/* "countersign: TEXT\n countersign NAME USAGE\n" on standard error. Returns CS_CLI_USAGE. */
__attribute__((format(printf, 2, 3))) int cs_line_misused(
    const struct cs_cli_line *line, const char *fmt, ...);

/* A decimal option. Complains and returns false when it is none, or outside of min..max. */
bool cs_line_number(const struct cs_cli_line *line, const char *option, const char *text,
    int64_t min, int64_t max, int64_t *out);

/* Of the environment: NULL when unset or empty. The only place that reads it. */
const char *cs_program_env(const char *name);

/*
 * Where this program's siblings lie: "/usr/libexec/countersign", found by /proc/self/exe.
 * False when it cannot be known.
 */
bool cs_program_folder(char *out, size_t len);

#endif
