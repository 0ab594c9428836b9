/*
 * check: what countersign runs for `check` (docs/protocol/vault.md §4), which needs OpenSSL.
 */
#include "cli/program.h"

#define ROW_vault(NAME, GROUP, USAGE, HELP, FUNCTION)
#define ROW_countersign(NAME, GROUP, USAGE, HELP, FUNCTION)
#define ROW_watch(NAME, GROUP, USAGE, HELP, FUNCTION)
#define ROW_check(NAME, GROUP, USAGE, HELP, FUNCTION) \
	{ NAME, GROUP, USAGE, HELP, FUNCTION, "check" },

static const struct cs_cli_command commands[] = {
#define C(PROGRAM, NAME, GROUP, USAGE, HELP, FUNCTION) \
	ROW_##PROGRAM(NAME, GROUP, USAGE, HELP, FUNCTION)
#include "cli/commands.def"
#undef C
	{ .name = NULL },
};

int
main(int argc, char **argv)
{
	return cs_program_main(argc, argv, commands);
}
