/*
 * commands.c - the one table of commands, the same in every program. The references are weak: a
 * program that does not hold a command's function finds NULL there, and that is how it knows.
 */
#include "cli/program/command.h"

#include "base/err.h"

#include <string.h>

#define C(PROGRAM, NAME, GROUP, USAGE, HELP, FUNCTION) \
	__attribute__((weak)) int FUNCTION(struct cs_cli_line *line);
#include "cli/program/commands.def"
#undef C

const struct cs_cli_command cs_cli_commands[] = {
#define C(PROGRAM, NAME, GROUP, USAGE, HELP, FUNCTION) \
	{ NAME, GROUP, USAGE, HELP, #PROGRAM, FUNCTION },
#include "cli/program/commands.def"
#undef C
};

const size_t cs_cli_command_count = CS_COUNT(cs_cli_commands);

const struct cs_cli_command *
cs_cli_command_named(const char *name)
{
	for (size_t i = 0; i < cs_cli_command_count; i++) {
		if (strcmp(cs_cli_commands[i].name, name) == 0)
			return &cs_cli_commands[i];
	}
	return NULL;
}
