/*
 * help.h - what countersign says of itself.
 */
#ifndef CS_CLI_HELP_H
#define CS_CLI_HELP_H

#include "cli/program/command.h"

#include <stdio.h>

/* The way to the first code, then the commands' names by group: all on one screen of 24 lines. */
void cs_help_write_short(FILE *out);
/* The way to the first code, then what every command does, by group. */
void cs_help_write(FILE *out);
/* For shells: a line a command, a tab between name and sentence. */
void cs_help_write_names(FILE *out);
void cs_help_write_one(FILE *out, const struct cs_cli_command *command);
/* The one whose name is that or begins so, or differs by two letters at most; or NULL. */
const struct cs_cli_command *cs_help_nearest(const char *name);

#endif
