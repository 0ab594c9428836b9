/*
 * command.h - countersignd's commands: one file cmd_NAME.c and one row of commands.c each.
 */
#ifndef CS_APP_COMMAND_H
#define CS_APP_COMMAND_H

#include "base/span.h"
#include "base/time.h"

/* sysexits.h's meanings, for service managers. */
enum cs_exit {
	CS_EXIT_OK = 0,
	CS_EXIT_FAILED = 1,
	CS_EXIT_USAGE = 2,
	CS_EXIT_CONFIG = 78,
};

/* What a command is given: its own words, options taken out. */
struct cs_command_line {
	const struct cs_clock *clock;
	const char *config_path;
	char **words; /* without programme and command */
	int word_count;
};

struct cs_command {
	const char *name;
	const char *usage; /* after the name */
	const char *help; /* one sentence */
	int (*run)(struct cs_command_line *line);
};

#define CS_CONFIG_PATH "/etc/countersign/countersignd.conf"

/*
 * The value of --NAME VALUE or --NAME=VALUE among the words, taken out of them; NULL when absent.
 * A flag without value is asked for with is_flag and gives "".
 */
const char *cs_option(struct cs_command_line *line, const char *name, bool is_flag);
/* Complains about the first word that is left; true when there is none. */
bool cs_no_words_left(const struct cs_command_line *line);
/* The words after the programme's name. clock: the wall clock, but for the tests' own programme. */
int cs_app_main(int argc, char **argv, const struct cs_clock *clock);

int cs_cmd_audit(struct cs_command_line *line);
int cs_cmd_check(struct cs_command_line *line);
int cs_cmd_check_config(struct cs_command_line *line);
int cs_cmd_init(struct cs_command_line *line);
int cs_cmd_keys(struct cs_command_line *line);
int cs_cmd_mds(struct cs_command_line *line);
int cs_cmd_member(struct cs_command_line *line);
int cs_cmd_run(struct cs_command_line *line);

#endif
