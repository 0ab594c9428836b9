/*
 * vault: what countersign runs for commands on the vault (docs/protocol/vault.md §4).
 */
#include "cli/program/program.h"
#include "cli/session/json_heap.h"

int
main(int argc, char **argv)
{
	cs_json_begin();
	return cs_program_main(argc, argv);
}
