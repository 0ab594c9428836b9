/*
 * watch: the full screen, a program by itself so that nothing else starts with ncurses.
 */
#include "cli/program/program.h"
#include "cli/session/json_heap.h"

int
main(int argc, char **argv)
{
	cs_json_begin();
	return cs_program_main(argc, argv);
}
