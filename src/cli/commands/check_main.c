/*
 * check: what countersign runs for `check` (docs/protocol/vault.md §4), which needs OpenSSL.
 */
#include "cli/program/program.h"

int
main(int argc, char **argv)
{
	return cs_program_main(argc, argv);
}
