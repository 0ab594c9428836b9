/*
 * watch: the full screen, a program by itself so that nothing else starts with ncurses.
 */
#include "cli/json_heap.h"
#include "cli/program.h"

#define ROW_watch(NAME, GROUP, USAGE, HELP, FUNCTION) \
	{ NAME, GROUP, USAGE, HELP, FUNCTION, "watch" },
#define ROW_countersign(NAME, GROUP, USAGE, HELP, FUNCTION)
#define ROW_vault(NAME, GROUP, USAGE, HELP, FUNCTION)
#define ROW_check(NAME, GROUP, USAGE, HELP, FUNCTION)

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
	cs_json_begin();
	return cs_program_main(argc, argv, commands);
}
